//! From an endpoint's own values to an `http::Request` with the official page's headers.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use serde::Serialize;

use crate::{
    Body, Endpoint, Secret, Timestamp,
    host::{Host, Hosts, Role},
    profile::{Place, Profile},
    tokens::Tokens,
};

/// What the official page has in hand when it builds a request.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) hosts: &'a Hosts,
    pub(crate) now: Timestamp,
    /// When the page was loaded: webwxinit's `r` is computed from it once.
    pub(crate) loaded: Timestamp,
    /// This request's `_`: Unix ms at page load, plus one for each script request since.
    pub(crate) counter: u64,
    /// Drawn anew for each request, as the page does.
    pub(crate) device_id: String,
}

impl Page<'_> {
    /// The page's `r` and `rr`: the bitwise NOT of the Unix milliseconds in 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "the page keeps the low 32 bits")]
    pub(crate) const fn not_millis(time: Timestamp) -> i32 {
        !(time.as_millis() as i32)
    }

    /// The lang and pass_ticket that the page appends to almost every call.
    pub(crate) fn tail(&self, query: Query, tokens: &Tokens) -> Query {
        query.angular("lang", &self.profile.lang).angular("pass_ticket", tokens.pass_ticket.expose())
    }
}

/// The `BaseRequest` member of every JSON body.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BaseRequest<'a> {
    uin: Uin,
    sid: &'a str,
    skey: &'a str,
    #[serde(rename = "DeviceID")]
    device_id: &'a str,
}

/// A number, but for webwxinit, where the page still has the XML's text.
#[derive(Serialize)]
#[serde(untagged)]
enum Uin {
    Number(u64),
    Text(String),
}

impl<'a> BaseRequest<'a> {
    pub(crate) fn new(page: &'a Page<'_>, tokens: &'a Tokens) -> Self {
        Self {
            uin: Uin::Number(tokens.uin),
            sid: tokens.sid.expose(),
            skey: tokens.skey.expose(),
            device_id: &page.device_id,
        }
    }

    pub(crate) fn with_text_uin(mut self) -> Self {
        if let Uin::Number(uin) = self.uin {
            self.uin = Uin::Text(uin.to_string());
        }
        self
    }
}

/// Which of the page's header sets a request carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Style {
    /// A script tag: jslogin, login, synccheck.
    Script,
    /// A call for JSON or XML.
    Api,
    /// An image tag.
    Image,
    /// A form that navigates.
    Form,
}

/// The query of an address, parameters in the order they are added.
#[derive(Debug, Default)]
pub(crate) struct Query(String);

impl Query {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The value as it stands; only for text that is known to be clean.
    pub(crate) fn raw(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        // Writing to a String cannot fail.
        let _ = write!(self.0, "{name}={value}");
        self
    }

    /// JavaScript's `encodeURIComponent`.
    pub(crate) fn component(self, name: &str, value: &str) -> Self {
        self.raw(name, escape(value, b"-_.!~*'()"))
    }

    /// Angular's query encoding: as `encodeURIComponent`, but `@ : $ ,` stay.
    pub(crate) fn angular(self, name: &str, value: &str) -> Self {
        self.raw(name, escape(value, b"-_.!~*'()@:$,"))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// An `application/x-www-form-urlencoded` body: the same escapes as in a query.
pub(crate) type Form = Query;

fn escape(text: &str, keep: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || keep.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A request before it has its cookies and the headers that all requests share.
pub(crate) struct Draft {
    pub(crate) endpoint: Endpoint,
    method: Method,
    host: Host,
    path_and_query: String,
    style: Style,
    body: Body,
}

impl Draft {
    /// A GET without a body.
    pub(crate) fn get(
        endpoint: Endpoint,
        page: &Page<'_>,
        role: Role,
        style: Style,
        path: &str,
        query: Query,
    ) -> Self {
        Self::new(endpoint, Method::GET, page.hosts.get(role).clone(), style, Body::Empty, path, query)
    }

    /// A GET of an address that the server gave.
    pub(crate) fn get_at(endpoint: Endpoint, host: Host, style: Style, path_and_query: String) -> Self {
        Self { endpoint, method: Method::GET, host, path_and_query, style, body: Body::Empty }
    }

    /// A POST of a JSON value, as UTF-8, to the base host.
    pub(crate) fn post(
        endpoint: Endpoint,
        page: &Page<'_>,
        path: &str,
        query: Query,
        value: &impl Serialize,
    ) -> Self {
        // The values are plain structs with string keys; serde_json has nothing to refuse in them.
        let json = serde_json::to_vec(value).expect("a request body is plain JSON");
        let host = page.hosts.base().clone();
        Self::new(endpoint, Method::POST, host, Style::Api, Body::Bytes(json.into()), path, query)
    }

    /// A POST of a form to the base host.
    pub(crate) fn post_form(
        endpoint: Endpoint,
        page: &Page<'_>,
        path: &str,
        query: Query,
        form: Form,
    ) -> Self {
        let body = Body::Bytes(Bytes::from(form.into_string()));
        Self::new(endpoint, Method::POST, page.hosts.base().clone(), Style::Form, body, path, query)
    }

    fn new(
        endpoint: Endpoint,
        method: Method,
        host: Host,
        style: Style,
        body: Body,
        path: &str,
        query: Query,
    ) -> Self {
        let query = query.into_string();
        let path_and_query = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        Self { endpoint, method, host, path_and_query, style, body }
    }

    pub(crate) const fn host(&self) -> &Host {
        &self.host
    }

    /// The path alone, for the cookies that apply to it.
    pub(crate) fn path(&self) -> &str {
        self.path_and_query.split_once('?').map_or(&self.path_and_query, |(path, _)| path)
    }

    /// Adds the profile's extras, the page's headers and the cookies. `None` if the address is longer than one may be.
    pub(crate) fn into_http(
        mut self,
        page: &Page<'_>,
        cookies: Option<&Secret<String>>,
    ) -> Option<http::Request<Body>> {
        for (name, value) in page.profile.extras(self.endpoint, Place::Query) {
            let extra = Query::new().component(name, value).into_string();
            let joint = if self.path_and_query.contains('?') { '&' } else { '?' };
            let _ = write!(self.path_and_query, "{joint}{extra}");
        }
        let origin = format!("https://{}", page.hosts.base());
        let posts = self.method == Method::POST;
        let accept = match self.style {
            Style::Script => "*/*",
            Style::Api => "application/json, text/plain, */*",
            Style::Image => "image/webp,image/apng,image/*,*/*;q=0.8",
            Style::Form => "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        };
        let content_type = match self.style {
            Style::Api if posts => Some("application/json;charset=UTF-8"),
            Style::Form if posts => Some("application/x-www-form-urlencoded"),
            Style::Script | Style::Api | Style::Image | Style::Form => None,
        };

        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        // Host and path were checked when they were made: a listed host, printable ASCII behind it. Their length was not.
        *request.uri_mut() = http::Uri::builder()
            .scheme("https")
            .authority(self.host.as_str())
            .path_and_query(self.path_and_query)
            .build()
            .ok()?;
        let headers = request.headers_mut();
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(header::ACCEPT, accept);
        set(header::ACCEPT_ENCODING, "gzip");
        set(header::USER_AGENT, &page.profile.user_agent);
        set(header::REFERER, &format!("{origin}/?lang={}", page.profile.lang));
        if posts {
            set(header::ORIGIN, &origin);
        }
        if let Some(content_type) = content_type {
            set(header::CONTENT_TYPE, content_type);
        }
        for (name, value) in page.profile.extras(self.endpoint, Place::Header) {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes()) {
                set(name, value);
            }
        }
        if let Some(Ok(mut value)) = cookies.map(|cookies| HeaderValue::from_str(cookies.expose())) {
            value.set_sensitive(true);
            headers.insert(header::COOKIE, value);
        }
        Some(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_follow_the_page() {
        let skey = "@crypt_1a/+=, é";
        assert_eq!(Query::new().component("k", skey).into_string(), "k=%40crypt_1a%2F%2B%3D%2C%20%C3%A9");
        assert_eq!(Query::new().raw("a", 1).angular("k", "@a:$,%2B").into_string(), "a=1&k=@a:$,%252B");
    }

    #[test]
    fn r_is_the_32_bit_not_of_the_milliseconds() {
        // The first poll of the 2018 capture decodes to its own request time.
        assert_eq!(
            Page::not_millis(Timestamp::from_millis(1_735_700_001_000)),
            !(1_735_700_001_000_i64 as i32)
        );
        assert_eq!(Page::not_millis(Timestamp::from_millis(0)), -1);
    }
}
