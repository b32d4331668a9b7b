//! One raw HTTP/1.1 message: a strict head, then the body to the end of the file.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri};

use super::error::{Problem, ReadError};
use super::left_out;

/// Reads a `.req.http` file.
pub(super) fn request(file: &str, bytes: &Bytes) -> Result<Request<Bytes>, ReadError> {
    let mut lines = Lines::new(file, bytes);
    let first = lines.next()?;
    let (method, url) = request_line(first).map_err(|problem| lines.error(problem))?;
    let (mut headers, body) = lines.rest()?;
    let body = left_out::put_in(&mut headers, body).map_err(|problem| ReadError::in_file(file, problem))?;
    check_host(&url, &headers)
        .and_then(|()| check_length(&headers, &body))
        .and_then(|given| if given || body.is_empty() { Ok(()) } else { Err(Problem::NoLength) })
        .map_err(|problem| ReadError::in_file(file, problem))?;
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = url;
    *request.headers_mut() = headers;
    Ok(request)
}

/// Reads a `.res.http` file. The reason phrase is not kept.
pub(super) fn response(file: &str, bytes: &Bytes) -> Result<Response<Bytes>, ReadError> {
    let mut lines = Lines::new(file, bytes);
    let first = lines.next()?;
    let status = status_line(first).ok_or_else(|| lines.error(Problem::StatusLine))?;
    let (mut headers, body) = lines.rest()?;
    let body = left_out::put_in(&mut headers, body).map_err(|problem| ReadError::in_file(file, problem))?;
    check_length(&headers, &body).map_err(|problem| ReadError::in_file(file, problem))?;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// The endpoint that a path asks for: below `/cgi-bin/mmwebwx-bin/` the last segment, elsewhere the first.
pub(super) fn endpoint(path: &str) -> &str {
    let tail = path.strip_prefix("/cgi-bin/mmwebwx-bin/").or_else(|| path.strip_prefix('/')).unwrap_or(path);
    tail.split('/').next().unwrap_or(tail)
}

/// Walks over the lines of a head and counts them.
struct Lines<'a> {
    file: &'a str,
    whole: &'a Bytes,
    rest: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    fn new(file: &'a str, whole: &'a Bytes) -> Self {
        Self { file, whole, rest: whole, number: 0 }
    }

    fn next(&mut self) -> Result<&'a [u8], ReadError> {
        self.number += 1;
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (line, rest) = end
            .and_then(|end| self.rest.split_at_checked(end + 1))
            .ok_or_else(|| self.error(Problem::HeadNotEnded))?;
        self.rest = rest;
        line.strip_suffix(b"\r\n").ok_or_else(|| self.error(Problem::LineEnd))
    }

    /// Header lines up to the empty one; what follows is the body.
    fn rest(mut self) -> Result<(HeaderMap, Bytes), ReadError> {
        let mut headers = HeaderMap::new();
        loop {
            let line = self.next()?;
            if line.is_empty() {
                return Ok((headers, self.whole.slice_ref(self.rest)));
            }
            let (name, value) = header_line(line).ok_or_else(|| self.error(Problem::HeaderLine))?;
            if name == TRANSFER_ENCODING {
                return Err(self.error(Problem::Encoded("Transfer-Encoding")));
            }
            if name == CONTENT_ENCODING {
                return Err(self.error(Problem::Encoded("Content-Encoding")));
            }
            headers.append(name, value);
        }
    }

    fn error(&self, problem: Problem) -> ReadError {
        ReadError::at(self.file, self.number, problem)
    }
}

fn request_line(line: &[u8]) -> Result<(Method, Uri), Problem> {
    let text = std::str::from_utf8(line).map_err(|_| Problem::RequestLine)?;
    let mut words = text.split(' ');
    let (Some(method), Some(url), Some("HTTP/1.1"), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Problem::RequestLine);
    };
    let method = method.parse().map_err(|_| Problem::RequestLine)?;
    if url.contains('#') {
        return Err(Problem::RequestLine);
    }
    let url: Uri = url.parse().map_err(|_| Problem::RequestLine)?;
    if url.scheme().is_none() || url.authority().is_none() {
        return Err(Problem::RelativeUrl);
    }
    Ok((method, url))
}

fn status_line(line: &[u8]) -> Option<StatusCode> {
    let rest = line.strip_prefix(b"HTTP/1.1 ")?;
    let (code, reason) = rest.split_at_checked(3)?;
    if !(reason.is_empty() || reason.starts_with(b" ")) {
        return None;
    }
    StatusCode::from_bytes(code).ok()
}

fn header_line(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_at_checked(line.iter().position(|byte| *byte == b':')?)?;
    let value = value.strip_prefix(b":")?.trim_ascii();
    Some((HeaderName::from_bytes(name).ok()?, HeaderValue::from_bytes(value).ok()?))
}

fn check_host(url: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let host = url.authority().map_or("", |authority| authority.as_str());
    let mut given = headers.get_all(HOST).iter();
    match (given.next(), given.next()) {
        (Some(value), None) if value.as_bytes() == host.as_bytes() => Ok(()),
        _ => Err(Problem::Host(host.to_owned())),
    }
}

/// Whether a length is given; if so, it is the body's.
fn check_length(headers: &HeaderMap, body: &Bytes) -> Result<bool, Problem> {
    let mut given = headers.get_all(CONTENT_LENGTH).iter();
    let Some(value) = given.next() else { return Ok(false) };
    let header = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let header: usize = header.and_then(|text| text.parse().ok()).ok_or(Problem::LengthForm)?;
    if given.next().is_some() {
        return Err(Problem::LengthForm);
    }
    if header != body.len() {
        return Err(Problem::Length { header, body: body.len() });
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET https://login.wx.qq.com/jslogin?_=1 HTTP/1.1\r\nHost: login.wx.qq.com\r\n\r\n";
    const POST: &str =
        "POST https://wx.qq.com/x HTTP/1.1\r\nHost: wx.qq.com\r\nContent-Length: 3\r\n\r\na\nb";
    const REPLY: &str =
        "HTTP/1.1 200 OK\r\nSet-Cookie: b=2\r\nSet-Cookie: a=1\r\nContent-Length: 2\r\n\r\n{}";

    fn rejected(text: &str) -> ReadError {
        request("01-x.req.http", &Bytes::copy_from_slice(text.as_bytes())).unwrap_err()
    }

    fn rejected_reply(text: &str) -> ReadError {
        response("01-x.res.http", &Bytes::copy_from_slice(text.as_bytes())).unwrap_err()
    }

    #[test]
    fn reads_a_request_and_keeps_its_body() {
        let read = request("f", &Bytes::from_static(POST.as_bytes())).unwrap();
        assert_eq!((read.method().as_str(), read.uri().path()), ("POST", "/x"));
        assert_eq!(read.body().as_ref(), b"a\nb");
        let read = request("f", &Bytes::from_static(GET.as_bytes())).unwrap();
        assert_eq!(read.uri().query(), Some("_=1"));
        assert!(read.body().is_empty());
    }

    #[test]
    fn keeps_repeated_reply_headers_in_order() {
        let read = response("f", &Bytes::from_static(REPLY.as_bytes())).unwrap();
        let cookies: Vec<_> = read.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["b=2", "a=1"]);
        assert_eq!((read.status(), read.body().as_ref()), (StatusCode::OK, b"{}".as_slice()));
    }

    #[test]
    fn rejects_a_bad_first_line() {
        for bad in [
            "GET https://h/x",
            "GET https://h/x HTTP/1.0",
            "GET  https://h/x HTTP/1.1",
            "G@T https://h/x HTTP/1.1",
            "GET https://h/x#y HTTP/1.1",
        ] {
            let error = rejected(&format!("{bad}\r\n\r\n"));
            assert!(matches!(error.problem, Problem::RequestLine), "{bad}: {error}");
            assert_eq!(error.line, Some(1));
        }
        assert!(matches!(rejected("GET /x HTTP/1.1\r\n\r\n").problem, Problem::RelativeUrl));
        for bad in ["HTTP/1.0 200 OK", "HTTP/1.1 2000", "HTTP/1.1 99", "200 OK"] {
            assert!(
                matches!(rejected_reply(&format!("{bad}\r\n\r\n")).problem, Problem::StatusLine),
                "{bad}"
            );
        }
    }

    #[test]
    fn rejects_a_bad_head() {
        let error = rejected(&GET.replace("Host: login.wx.qq.com\r\n", "Host: login.wx.qq.com\n"));
        assert!(matches!((error.line, &error.problem), (Some(2), Problem::LineEnd)), "{error}");
        let error = rejected(GET.trim_end());
        assert!(matches!((error.line, &error.problem), (Some(2), Problem::HeadNotEnded)), "{error}");
        for bad in ["Accept", "Accept : x", " folded: x", ": x", "A: \u{1}"] {
            let error = rejected(&GET.replace("\r\n\r\n", &format!("\r\n{bad}\r\n\r\n")));
            assert!(matches!((error.line, &error.problem), (Some(3), Problem::HeaderLine)), "{bad}: {error}");
        }
        assert_eq!(error.to_string(), "01-x.req.http:2: the head does not end");
    }

    #[test]
    fn rejects_a_foreign_host() {
        for bad in ["", "Host: wx2.qq.com\r\n", "Host: wx.qq.com\r\nHost: wx.qq.com\r\n"] {
            let error = rejected(&POST.replace("Host: wx.qq.com\r\n", bad));
            assert!(matches!(error.problem, Problem::Host(ref host) if host == "wx.qq.com"), "{error}");
        }
    }

    #[test]
    fn rejects_a_wrong_length() {
        let error = rejected(&format!("{POST}\n"));
        assert!(matches!(error.problem, Problem::Length { header: 3, body: 4 }), "{error}");
        assert!(matches!(rejected(&POST.replace("Content-Length: 3\r\n", "")).problem, Problem::NoLength));
        assert!(matches!(
            rejected_reply(&format!("{REPLY}x")).problem,
            Problem::Length { header: 2, body: 3 }
        ));
        for bad in ["Content-Length: +2", "Content-Length: 2\r\nContent-Length: 2", "Content-Length: "] {
            let error = rejected_reply(&REPLY.replace("Content-Length: 2", bad));
            assert!(matches!(error.problem, Problem::LengthForm), "{bad}: {error}");
        }
    }

    #[test]
    fn rejects_an_encoded_body() {
        for name in ["Transfer-Encoding", "Content-Encoding"] {
            let error = rejected_reply(&REPLY.replace("Set-Cookie: b=2", &format!("{name}: gzip")));
            assert!(matches!(error.problem, Problem::Encoded(given) if given == name), "{error}");
        }
    }

    #[test]
    fn names_the_endpoint_of_a_path() {
        assert_eq!(endpoint("/cgi-bin/mmwebwx-bin/webwxinit"), "webwxinit");
        assert_eq!(endpoint("/qrcode/Qa1bC2dE3g=="), "qrcode");
        assert_eq!(endpoint("/jslogin"), "jslogin");
    }
}
