//! A request, taken apart.

use bytes::Bytes;
use http::header::{COOKIE, HOST};
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// The parts of a request that the server looks at.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) host: String,
    pub(super) path: String,
    query: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    /// The header that names the application.
    app_id: Option<String>,
    pub(super) body: Bytes,
}

impl Call {
    pub(super) fn new(request: http::Request<Bytes>) -> Self {
        let (head, body) = request.into_parts();
        let host = match head.uri.host() {
            Some(host) => host.to_owned(),
            None => {
                let named = head.headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
                named.split(':').next().unwrap_or_default().to_owned()
            }
        };
        let cookies = head
            .headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let app_id = head.headers.get("mmweb_appid").and_then(|name| name.to_str().ok()).map(str::to_owned);
        Self {
            app_id,
            method: head.method,
            host: host.to_ascii_lowercase(),
            path: head.uri.path().to_owned(),
            query: form(head.uri.query().unwrap_or_default()),
            cookies,
            headers: head.headers,
            body,
        }
    }

    /// The first query parameter of this name, decoded.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        lookup(&self.query, name)
    }

    /// The same, whatever the case of the name and behind a second `?`: clients write `MsgID` and `msgid`, and one page
    /// `??`.
    pub(super) fn query_any(&self, name: &str) -> Option<&str> {
        let is = |key: &str| key.trim_start_matches('?').eq_ignore_ascii_case(name);
        self.query.iter().find(|(key, _)| is(key)).map(|(_, value)| value.as_str())
    }

    /// Whether a header or a query parameter names this application.
    pub(super) fn names_app(&self, app_id: &str) -> bool {
        let in_query = ["mmweb_appid", "appid"].into_iter().filter_map(|name| self.query(name));
        in_query.chain(self.app_id.as_deref()).any(|named| named == app_id)
    }

    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        lookup(&self.cookies, name)
    }

    /// The uuid in the path of a QR picture.
    pub(super) fn uuid_of_path(&self) -> String {
        unescape(self.path.strip_prefix("/qrcode/").unwrap_or_default())
    }

    /// The body as a form.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        form(&String::from_utf8_lossy(&self.body))
    }

    /// The body as JSON; `None` if it is not an object.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok().filter(Value::is_object)
    }
}

/// The member as text: the clients write some numbers as strings and the other way round.
pub(super) fn text_of(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The member as a number.
pub(super) fn int_of(value: &Value, name: &str) -> Option<i64> {
    text_of(value, name)?.parse().ok()
}

pub(super) fn lookup<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// `%XX` decoded; anything else stays, also a broken escape.
pub(super) fn unescape(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn form(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| unescape(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_comes_from_the_address_or_the_header() {
        let absolute = http::Request::get("https://WX.qq.com/jslogin").body(Bytes::new()).unwrap();
        assert_eq!(Call::new(absolute).host, "wx.qq.com");
        let header =
            http::Request::get("/jslogin").header("Host", "wx.qq.com:443").body(Bytes::new()).unwrap();
        assert_eq!(Call::new(header).host, "wx.qq.com");
    }

    #[test]
    fn queries_and_cookies() {
        let request = http::Request::get("https://a/b?uuid=Qa==&x=%40c%252B&y=a+b")
            .header("Cookie", "wxsid=x7/pQ2+m==; wxuin=1")
            .header("Cookie", "third=3")
            .body(Bytes::new())
            .unwrap();
        let call = Call::new(request);
        assert_eq!(call.query("uuid"), Some("Qa=="));
        assert_eq!(call.query("x"), Some("@c%2B"));
        assert_eq!(call.query("y"), Some("a b"));
        assert_eq!(call.cookie("wxsid"), Some("x7/pQ2+m=="));
        assert_eq!(call.cookie("third"), Some("3"));
    }

    #[test]
    fn names_in_any_case_behind_a_second_mark() {
        for query in ["?&MsgID=5", "&msgid=5", "?MsgId=5", "msgID=5"] {
            let request = http::Request::get(format!("https://a/b?{query}")).body(Bytes::new()).unwrap();
            assert_eq!(Call::new(request).query_any("msgid"), Some("5"), "{query}");
        }
    }

    #[test]
    fn a_broken_escape_stays() {
        assert_eq!(unescape("%4"), "%4");
        assert_eq!(unescape("%zz%41"), "%zzA");
    }
}
