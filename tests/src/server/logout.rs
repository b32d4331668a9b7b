//! `webwxlogout`.

use http::header::LOCATION;
use http::{Method, StatusCode};
use wx_proto::Endpoint;

use super::Server;
use super::auth::{WRONG, fits_skey};
use super::call::{Call, lookup};
use super::reply::{self, Reply};

/// A login that its owner ended.
const LOGGED_OUT: i64 = 1101;

impl Server {
    /// All forms that clients use: POST with a form, POST without a body, GET.
    pub(super) fn logout(&mut self, call: &Call) -> Result<Reply, i64> {
        let endpoint = Endpoint::Logout;
        let at = self.by_cookies(endpoint, call)?;
        let Some(login) = self.logins.get_mut(at) else { return Err(WRONG) };
        let form = if call.method == Method::POST { call.form() } else { Vec::new() };
        let skey_fits = call.query("skey").is_some_and(|skey| fits_skey(login, skey));
        let sid_fits = lookup(&form, "sid").is_none_or(|sid| sid == login.sid);
        if !skey_fits || !sid_fits {
            return self.deny(endpoint, WRONG, "with a wrong skey or sid");
        }
        login.end(LOGGED_OUT);
        let host = login.host.clone();
        if call.query("redirect") == Some("0") {
            return Ok(reply::body("text/html", ""));
        }
        let mut answer = reply::bare(StatusCode::MOVED_PERMANENTLY);
        reply::header(&mut answer, LOCATION, &format!("https://{host}/"));
        Ok(answer)
    }
}
