//! Replies of a login that lead astray.

use bytes::Bytes;
use http::{Response, Uri};

const CONFIRMED: &str = "window.code=200;";
/// A host that nobody may be sent to.
pub(super) const FOREIGN: &str = "wx.example.com";

/// True if this is the reply of a login poll that says "confirmed".
pub(super) fn is_confirmation(body: &[u8]) -> bool {
    body.starts_with(CONFIRMED.as_bytes())
}

/// "Cancelled on the phone" in its place.
pub(super) fn declined(confirmation: Response<Bytes>) -> Response<Bytes> {
    confirmation.map(|_| Bytes::from_static(b"window.code=202;"))
}

/// The same, to go on at a foreign host.
pub(super) fn to_foreign_host(confirmation: Response<Bytes>) -> Response<Bytes> {
    confirmation.map(|body| {
        let text = String::from_utf8_lossy(&body);
        let rest = text.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let path = rest.map_or("", |(_, path)| path);
        Bytes::from(format!("{CONFIRMED}\nwindow.redirect_uri=\"https://{FOREIGN}/{path}"))
    })
}

/// A login page that says it is elsewhere: at its own address, or at a foreign host.
pub(super) fn elsewhere(uri: &Uri, foreign: bool) -> Response<Bytes> {
    let host = if foreign { FOREIGN } else { uri.host().unwrap_or_default() };
    let path = uri.path_and_query().map_or("", |path| path.as_str()).replace('&', "&amp;");
    Response::new(Bytes::from(format!(
        "<error><ret>0</ret><message></message><redirecturl>https://{host}{path}</redirecturl></error>"
    )))
}
