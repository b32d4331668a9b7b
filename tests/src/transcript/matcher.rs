//! Holding a request against a recorded one.

use std::{borrow::Cow, collections::BTreeSet};

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};

use super::form;
use super::head::endpoint;
use super::json;
use super::mismatch::{Mismatch, Part};
use super::query::{pairs, same_pair};
use super::volatile::Volatile;

/// Compares a request with a recorded one.
///
/// Method, scheme, host, path, query (pair by pair, in order) and body are equal as text; so is the set of headers with their
/// values. Values listed in `volatile` are compared by shape, and so is what parts a form. Not compared: `Host`, `Connection` and `Content-Length`, which belong
/// to the driver. Allowed: `Accept-Encoding: gzip`, for files `identity`.
///
/// ```
/// use wx_testkit::transcript::{Scenario, Volatile, compare};
///
/// let recorded = &Scenario::load("web", "refused")?.exchanges[0].request;
/// compare(recorded, recorded, &Volatile::none())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The first [`Mismatch`], in the order above.
pub fn compare(
    expected: &Request<Bytes>,
    actual: &Request<Bytes>,
    volatile: &Volatile,
) -> Result<(), Mismatch> {
    let check = Check { request: format!("{} {}", expected.method(), place(expected.uri())) };
    check.equal(Part::Method, expected.method().as_str(), actual.method().as_str())?;
    check.equal(Part::Origin, &origin(expected.uri()), &origin(actual.uri()))?;
    check.equal(Part::Path, expected.uri().path(), actual.uri().path())?;
    check.query(expected.uri(), actual.uri(), volatile)?;
    check.headers(endpoint(expected.uri().path()), expected.headers(), actual.headers())?;
    check.body(expected, actual, volatile)
}

/// One comparison, with the name of its request.
struct Check {
    request: String,
}

impl Check {
    fn query(&self, expected: &Uri, actual: &Uri, volatile: &Volatile) -> Result<(), Mismatch> {
        let endpoint = endpoint(expected.path());
        let (mut pairs, mut others) = (pairs(expected), pairs(actual));
        for place in 1.. {
            let (pair, other) = (pairs.next(), others.next());
            let equal = match (pair, other) {
                (None, None) => break,
                (Some(pair), Some(other)) => same_pair(endpoint, pair, other, volatile),
                (Some(_), None) | (None, Some(_)) => false,
            };
            self.hold(equal, Part::Query(place), pair, other)?;
        }
        Ok(())
    }

    fn headers(&self, endpoint: &str, expected: &HeaderMap, actual: &HeaderMap) -> Result<(), Mismatch> {
        let names: BTreeSet<&str> = expected.keys().chain(actual.keys()).map(HeaderName::as_str).collect();
        for name in names {
            if DRIVERS.contains(&name) {
                continue;
            }
            let (values, others) = (values(expected, name), values(actual, name));
            let encoding = if FILES.contains(&endpoint) { "identity" } else { "gzip" };
            let deviates = ACCEPT_ENCODING == name && others.as_deref() == Some(encoding);
            let both_part =
                CONTENT_TYPE == name && [expected, actual].into_iter().all(|of| form::boundary(of).is_some());
            let equal = deviates || both_part || raw_values(expected, name).eq(raw_values(actual, name));
            self.hold(equal, Part::Header(name.to_owned()), values.as_deref(), others.as_deref())?;
        }
        Ok(())
    }

    fn body(
        &self,
        expected: &Request<Bytes>,
        actual: &Request<Bytes>,
        volatile: &Volatile,
    ) -> Result<(), Mismatch> {
        let (body, mut other) = (expected.body(), Cow::Borrowed(actual.body().as_ref()));
        let mut has_json = is_json(expected.headers());
        if let (Some(to), Some(from)) = (form::boundary(expected.headers()), form::boundary(actual.headers()))
        {
            other = form::parted_by(to, from, actual.body());
            // One of its parts.
            has_json = true;
        }
        let difference = if has_json {
            json::compare(body, &other, volatile).err()
        } else {
            first_difference(body, &other)
        };
        let Some(difference) = difference else { return Ok(()) };
        let text = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let part = Part::Body { at: difference.at, member: text(difference.member) };
        let (expected, actual) = (text(difference.expected), text(difference.actual));
        self.hold(false, part, expected.as_deref(), actual.as_deref())
    }

    fn equal(&self, part: Part, expected: &str, actual: &str) -> Result<(), Mismatch> {
        self.hold(expected == actual, part, Some(expected), Some(actual))
    }

    fn hold(
        &self,
        equal: bool,
        part: Part,
        expected: Option<&str>,
        actual: Option<&str>,
    ) -> Result<(), Mismatch> {
        if equal {
            return Ok(());
        }
        let (expected, actual) = (expected.map(str::to_owned), actual.map(str::to_owned));
        Err(Mismatch { request: self.request.clone(), part, expected, actual })
    }
}

fn origin(url: &Uri) -> String {
    format!(
        "{}://{}",
        url.scheme_str().unwrap_or(""),
        url.authority().map_or("", |authority| authority.as_str())
    )
}

fn place(url: &Uri) -> String {
    format!("{}{}", origin(url), url.path())
}

/// All values of a header for reading, joined; `None` if it is absent.
fn values(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<_> = raw_values(headers, name).map(String::from_utf8_lossy).collect();
    if values.is_empty() { None } else { Some(values.join(" | ")) }
}

fn raw_values<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a [u8]> {
    headers.get_all(name).iter().map(HeaderValue::as_bytes)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/json"))
}

/// The first different byte of bodies that are no JSON, with the rest of both from there.
fn first_difference<'a>(expected: &'a [u8], actual: &'a [u8]) -> Option<json::Difference<'a>> {
    if expected == actual {
        return None;
    }
    let at = expected.iter().zip(actual).take_while(|(one, other)| one == other).count();
    let from = |body: &'a [u8]| body.get(at..).filter(|rest| !rest.is_empty());
    Some(json::Difference { at, member: None, expected: from(expected), actual: from(actual) })
}

/// What brings files, whose bytes count as they are.
const FILES: [&str; 7] = [
    "webwxgetheadimg",
    "webwxgeticon",
    "webwxgetmedia",
    "webwxgetmsgimg",
    "webwxgetpubliclinkimg",
    "webwxgetvideo",
    "webwxgetvoice",
];

/// Headers that the driver writes.
const DRIVERS: [&str; 3] = ["connection", "content-length", "host"];

#[cfg(test)]
mod tests {
    use super::super::reader::Scenario;
    use super::super::volatile::Pattern;
    use super::*;

    fn recorded(endpoint: &str) -> Request<Bytes> {
        Scenario::load("web", "worked").unwrap().of(endpoint).next().unwrap().request.clone()
    }

    fn with_url(endpoint: &str, from: &str, to: &str) -> Option<Part> {
        let (expected, mut actual) = (recorded(endpoint), recorded(endpoint));
        let url = actual.uri().to_string();
        assert!(url.contains(from), "{url}");
        *actual.uri_mut() = url.replace(from, to).parse().unwrap();
        part(&expected, &actual)
    }

    fn with_body(endpoint: &str, from: &str, to: &str) -> Option<Part> {
        let (expected, mut actual) = (recorded(endpoint), recorded(endpoint));
        let body = String::from_utf8(actual.body().to_vec()).unwrap();
        assert!(body.contains(from), "{body}");
        *actual.body_mut() = body.replace(from, to).into();
        part(&expected, &actual)
    }

    fn with_header(change: impl FnOnce(&mut HeaderMap)) -> Option<Part> {
        let (expected, mut actual) = (recorded("webwxinit"), recorded("webwxinit"));
        change(actual.headers_mut());
        part(&expected, &actual)
    }

    fn part(expected: &Request<Bytes>, actual: &Request<Bytes>) -> Option<Part> {
        compare(expected, actual, &Volatile::page()).err().map(|mismatch| mismatch.part)
    }

    fn header(name: &str) -> Option<Part> {
        Some(Part::Header(name.to_owned()))
    }

    #[test]
    fn rejects_another_method() {
        let (expected, mut actual) = (recorded("webwxinit"), recorded("webwxinit"));
        *actual.method_mut() = http::Method::GET;
        assert_eq!(part(&expected, &actual), Some(Part::Method));
    }

    #[test]
    fn rejects_another_place() {
        assert_eq!(with_url("webwxinit", "https:", "http:"), Some(Part::Origin));
        assert_eq!(with_url("webwxinit", "wx2.qq.com", "wx.qq.com"), Some(Part::Origin));
        assert_eq!(with_url("webwxinit", "wx2.qq.com", "wx2.qq.com:8443"), Some(Part::Origin));
        assert_eq!(with_url("webwxinit", "/webwxinit", "/webwxInit"), Some(Part::Path));
    }

    #[test]
    fn compares_query_pairs_as_text_in_order() {
        assert_eq!(with_url("login", "tip=1", "tip=0"), Some(Part::Query(3)));
        assert_eq!(with_url("login", "tip=1&", ""), Some(Part::Query(3)));
        assert_eq!(
            with_url("login", "loginicon=true&uuid=Qa1bC2dE3g==", "uuid=Qa1bC2dE3g==&loginicon=true"),
            Some(Part::Query(1))
        );
        assert_eq!(with_url("login", "uuid=Qa1bC2dE3g==", "uuid=Qa1bC2dE3g%3D%3D"), Some(Part::Query(2)));
        assert_eq!(with_url("login", "_=1735700000001", "_=1735700000001&x=1"), Some(Part::Query(6)));
        assert_eq!(with_url("login", "&_=1735700000001", ""), Some(Part::Query(5)));
        assert_eq!(with_url("synccheck", "uin=", "Uin="), Some(Part::Query(4)));
        assert_eq!(
            with_url("webwxnewloginpage", "version=v2&lang=zh_CN", "version=v2"),
            Some(Part::Query(7))
        );
    }

    #[test]
    fn compares_volatile_parameters_by_shape() {
        assert_eq!(with_url("login", "_=1735700000001", "_=1735712345678"), None);
        assert_eq!(with_url("login", "_=1735700000001", "_=17357000"), Some(Part::Query(5)));
        assert_eq!(with_url("login", "r=-533213817", "r=1"), None);
        assert_eq!(with_url("login", "r=-533213817", "r=1735700000000"), Some(Part::Query(4)));
        assert_eq!(with_url("synccheck", "r=1735700061700", "r=1735700061701"), None);
        assert_eq!(with_url("synccheck", "r=1735700061700", "r=-533213817"), Some(Part::Query(1)));
        assert_eq!(with_url("synccheck", "deviceid=e152684595719975", "deviceid=e000000000000000"), None);
        assert_eq!(
            with_url("synccheck", "deviceid=e152684595719975", "deviceid=152684595719975"),
            Some(Part::Query(5))
        );
    }

    #[test]
    fn a_scenario_can_list_more() {
        let (expected, mut actual) = (recorded("login"), recorded("login"));
        let url = actual.uri().to_string().replace("tip=1", "tip=0");
        *actual.uri_mut() = url.parse().unwrap();
        assert!(compare(&expected, &actual, &Volatile::page()).is_err());
        assert_eq!(compare(&expected, &actual, &Volatile::page().query("tip", Pattern::Int32)), Ok(()));
    }

    #[test]
    fn allows_the_escaped_sid_of_webwxsync_alone() {
        let sid = "sid=x7/pQ2+mN5kV8rTz";
        assert_eq!(with_url("webwxsync", sid, "sid=x7%2FpQ2%2BmN5kV8rTz"), None);
        assert_eq!(with_url("webwxsync", sid, "sid=x7%2fpQ2%2bmN5kV8rTz"), None);
        assert_eq!(with_url("webwxsync", sid, "sid=x7%2FpQ2%20mN5kV8rTz"), Some(Part::Query(1)));
        assert_eq!(with_url("webwxsync", sid, "sid=x7%2FpQ2%2BmN5kV8rTy"), Some(Part::Query(1)));
        assert_eq!(with_url("webwxsync", sid, "sid=x7%252FpQ2%252BmN5kV8rTz"), Some(Part::Query(1)));
        assert_eq!(with_url("webwxsync", "skey=@", "skey=%40"), Some(Part::Query(2)));
        assert_eq!(with_url("synccheck", "sid=x7%2FpQ2%2BmN5kV8rTz", sid), Some(Part::Query(3)));
    }

    #[test]
    fn ignores_the_headers_of_the_driver() {
        let none = with_header(|headers| {
            headers.remove("host");
            headers.remove("connection");
            headers.insert("content-length", HeaderValue::from_static("1"));
        });
        assert_eq!(none, None);
    }

    #[test]
    fn rejects_other_headers() {
        assert_eq!(with_header(|headers| drop(headers.remove("origin"))), header("origin"));
        assert_eq!(
            with_header(|headers| drop(headers.insert("x-new", HeaderValue::from_static("")))),
            header("x-new")
        );
        assert_eq!(
            with_header(|headers| drop(headers.insert("cookie", HeaderValue::from_static("mm_lang=zh_CN")))),
            header("cookie")
        );
        let twice =
            |headers: &mut HeaderMap| assert!(headers.append("accept", HeaderValue::from_static("*/*")));
        assert_eq!(with_header(twice), header("accept"));
    }

    #[test]
    fn header_order_is_free() {
        let expected = recorded("webwxinit");
        let mut actual = expected.clone();
        let headers = expected.headers().iter().collect::<Vec<_>>();
        *actual.headers_mut() =
            headers.into_iter().rev().map(|(name, value)| (name.clone(), value.clone())).collect();
        assert_eq!(part(&expected, &actual), None);
    }

    #[test]
    fn allows_gzip_and_no_other_encoding() {
        let asks = |value| {
            with_header(|headers| drop(headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value))))
        };
        assert_eq!(asks("gzip"), None);
        assert_eq!(asks("gzip, br"), header("accept-encoding"));
        assert_eq!(asks("identity"), header("accept-encoding"));
        let file = Scenario::load("file-helper", "worked").unwrap().exchanges[11].request.clone();
        for (value, part_) in [("identity", None), ("gzip", header("accept-encoding"))] {
            let mut actual = file.clone();
            actual.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(part(&file, &actual), part_, "{value}");
        }
    }

    #[test]
    fn compares_json_bodies_but_for_volatile_members() {
        assert_eq!(with_body("webwxsendmsg", "17357000700000416", "17357000700000417"), None);
        assert_eq!(with_body("webwxsendmsg", "e376288520542476", "e000000000000000"), None);
        let body = |at, member: &str| Some(Part::Body { at, member: Some(member.to_owned()) });
        assert_eq!(with_body("webwxsendmsg", "e376288520542476", "e0"), body(127, "DeviceID"));
        assert_eq!(with_body("webwxsendmsg", "\"Scene\":0", "\"Scene\":2"), body(399, "Scene"));
        assert_eq!(with_body("webwxinit", "\"1234567890\"", "1234567890"), body(22, "Uin"));
        assert_eq!(with_body("webwxstatusnotify", "1735700061000", "1735700061999"), None);
        assert_eq!(
            with_body("webwxstatusnotify", "1735700061000", "\"1735700061000\""),
            body(270, "ClientMsgId")
        );
        assert_eq!(with_body("webwxsync", "-533274317", "-1"), None);
    }

    #[test]
    fn compares_forms_but_for_what_parts_them() {
        let form = |from: &str, to: &str| {
            let (expected, mut actual) = (recorded("webwxuploadmedia"), recorded("webwxuploadmedia"));
            let replaced = |text: &[u8]| std::str::from_utf8(text).unwrap().replace(from, to);
            let content_type = replaced(actual.headers()[CONTENT_TYPE].as_bytes());
            actual.headers_mut().insert(CONTENT_TYPE, content_type.parse().unwrap());
            let body = replaced(actual.body());
            assert_ne!(body.as_bytes(), &**actual.body());
            *actual.body_mut() = body.into();
            part(&expected, &actual)
        };
        assert_eq!(form("ExAmPlE0123456Ab", "0123456789abcdef"), None);
        assert_eq!(form("ExAmPlE0123456Ab", "0123"), header("content-type"));
        assert_eq!(form("e233776295159507", "e000000000000000"), None);
        assert_eq!(form("\"ClientMediaId\":1735700080000", "\"ClientMediaId\":1735700080001"), None);
        for (from, to) in [
            ("second line ok", "second line no"),
            ("WU_FILE_0", "WU_FILE_1"),
            ("10:00:00", "10:00:01"),
            ("\"StartPos\":0", "\"StartPos\":1"),
            ("filename=\"note.txt\"", "filename=\"blob\""),
            ("--\r\n", "--"),
        ] {
            assert!(matches!(form(from, to), Some(Part::Body { .. })), "{from}");
        }
    }

    #[test]
    fn compares_other_bodies_as_bytes() {
        assert_eq!(with_body("webwxlogout", "%2B", "%2b"), Some(Part::Body { at: 14, member: None }));
        assert_eq!(with_body("webwxlogout", "0", "01"), Some(Part::Body { at: 39, member: None }));
    }

    #[test]
    fn says_what_differs() {
        let (expected, mut actual) = (recorded("jslogin"), recorded("jslogin"));
        actual.headers_mut().remove("cookie");
        let text = compare(&expected, &actual, &Volatile::page()).unwrap_err().to_string();
        assert_eq!(
            text,
            "GET https://login.wx.qq.com/jslogin: header cookie differs\n  expected: mm_lang=zh_CN\n    actual: nothing"
        );
    }
}
