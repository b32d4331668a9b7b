//! Headers of replies with media and of uploads.

use http::{
    HeaderName, HeaderValue, Response,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN,
        CACHE_CONTROL, CONTENT_DISPOSITION, LAST_MODIFIED,
    },
};

/// The header with which the file helper's page says what it is.
pub(super) const MMWEB_APPID: &str = "mmweb_appid";

pub(super) fn add<T>(reply: &mut Response<T>, name: HeaderName, value: &[u8]) {
    // Only a host name out of a strange configuration could fail here.
    if let Ok(value) = HeaderValue::from_bytes(value) {
        reply.headers_mut().append(name, value);
    }
}

/// What lets the page at `base`, another host than the one that is asked, read the reply.
pub(super) fn allow_page<T>(reply: &mut Response<T>, base: &str) {
    add(reply, ACCESS_CONTROL_ALLOW_ORIGIN, format!("https://{base}").as_bytes());
    add(reply, ACCESS_CONTROL_ALLOW_CREDENTIALS, b"true");
}

pub(super) fn allow_appid<T>(reply: &mut Response<T>) {
    add(reply, ACCESS_CONTROL_ALLOW_HEADERS, MMWEB_APPID.as_bytes());
}

/// A picture stays the same for a week, says the real server.
pub(super) fn lasting<T>(reply: &mut Response<T>) {
    add(reply, CACHE_CONTROL, b"max-age=604800");
    add(reply, LAST_MODIFIED, b"Thu, 01 Jan 1970 00:00:00 GMT");
}

/// The name to save a file under; what would end the header or its quotes early is left out.
pub(super) fn attachment<T>(reply: &mut Response<T>, name: &str) {
    let name: String = name.chars().filter(|letter| *letter != '"' && !letter.is_control()).collect();
    add(reply, CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"").as_bytes());
}
