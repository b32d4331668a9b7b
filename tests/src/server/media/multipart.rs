//! `multipart/form-data`, taken apart strictly: what a browser never sends is named.

use bytes::Bytes;
use thiserror::Error;

/// The parts of a form, in the order they came.
#[derive(Debug)]
pub(super) struct Form(Vec<Part>);

#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    /// Only the part with a file has one.
    pub(super) file_name: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// Why a body is no form.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
pub(super) enum NotAForm {
    #[error("with a Content-Type that is no multipart/form-data with a boundary")]
    ContentType,
    #[error("with a body that does not begin with its boundary")]
    NoBoundary,
    #[error("with a part without an empty line")]
    NoEmptyLine,
    #[error("with a part header that is not understood")]
    Header,
    #[error("with a file name in the form of RFC 2231")]
    ExtendedName,
    #[error("with a part without a name")]
    NoName,
    #[error("with two parts of the same name")]
    Twice,
    #[error("with a form that does not end with its boundary")]
    NoEnd,
}

impl Form {
    pub(super) fn parse(content_type: &str, body: &Bytes) -> Result<Self, NotAForm> {
        let boundary = boundary(content_type).ok_or(NotAForm::ContentType)?;
        let open = format!("--{boundary}");
        let delimiter = format!("\r\n{open}");
        if !body.starts_with(open.as_bytes()) {
            return Err(NotAForm::NoBoundary);
        }
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = body.slice(open.len()..);
        loop {
            if rest.starts_with(b"--") {
                let tail = rest.slice(2..);
                let ended = tail.is_empty() || tail == "\r\n";
                return if ended && !parts.is_empty() { Ok(Self(parts)) } else { Err(NotAForm::NoEnd) };
            }
            if !rest.starts_with(b"\r\n") {
                return Err(NotAForm::NoEnd);
            }
            rest = rest.slice(2..);
            let head_end = find(&rest, b"\r\n\r\n").ok_or(NotAForm::NoEmptyLine)?;
            let head = rest.split_to(head_end);
            rest = rest.slice(4..);
            let end = find(&rest, delimiter.as_bytes()).ok_or(NotAForm::NoEnd)?;
            let part = Part::new(&head, rest.split_to(end))?;
            if parts.iter().any(|known| known.name == part.name) {
                return Err(NotAForm::Twice);
            }
            parts.push(part);
            rest = rest.slice(delimiter.len()..);
        }
    }

    pub(super) fn part(&self, name: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == name)
    }

    /// The value of a part, as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.part(name).map(|part| String::from_utf8_lossy(&part.bytes).into_owned())
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.0
    }
}

impl Part {
    fn new(head: &[u8], bytes: Bytes) -> Result<Self, NotAForm> {
        let head = std::str::from_utf8(head).map_err(|_| NotAForm::Header)?;
        let (mut name, mut file_name, mut content_type) = (None, None, None);
        for line in head.split("\r\n") {
            let (header, value) = line.split_once(':').ok_or(NotAForm::Header)?;
            let value = value.trim();
            if header.eq_ignore_ascii_case("content-disposition") {
                let mut parameters = value.strip_prefix("form-data").ok_or(NotAForm::Header)?;
                while let Some(rest) = parameters.strip_prefix(';') {
                    let (key, rest) = rest.trim_start().split_once('=').ok_or(NotAForm::Header)?;
                    if key.ends_with('*') {
                        return Err(NotAForm::ExtendedName);
                    }
                    // A browser writes a quote in a name as %22, so that the next one ends it.
                    let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                    let (value, rest) = quoted.ok_or(NotAForm::Header)?;
                    match key {
                        "name" => name = Some(value.to_owned()),
                        "filename" => file_name = Some(value.to_owned()),
                        _ => return Err(NotAForm::Header),
                    }
                    parameters = rest;
                }
                if !parameters.is_empty() {
                    return Err(NotAForm::Header);
                }
            } else if header.eq_ignore_ascii_case("content-type") {
                content_type = Some(value.to_owned());
            } else {
                return Err(NotAForm::Header);
            }
        }
        Ok(Self { name: name.ok_or(NotAForm::NoName)?, file_name, content_type, bytes })
    }
}

fn boundary(content_type: &str) -> Option<&str> {
    let rest = content_type.strip_prefix("multipart/form-data;")?;
    let boundary = rest.trim_start().strip_prefix("boundary=")?.trim();
    let boundary = boundary.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(boundary);
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

/// Where `wanted`, which begins with a carriage return, first stands.
fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let rest = bytes.get(start..)?;
        start += rest.iter().position(|byte| *byte == b'\r')?;
        if bytes.get(start..)?.starts_with(wanted) {
            return Some(start);
        }
        start += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=XX";

    fn parse(body: &str) -> Result<Form, NotAForm> {
        Form::parse(TYPE, &Bytes::copy_from_slice(body.as_bytes()))
    }

    #[test]
    fn parts_come_out_as_they_went_in() {
        let form = parse(
            "--XX\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n会议.txt\r\n--XX\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"会议.txt\"\r\nContent-Type: text/plain\r\n\r\na\r\n--X\r\n\r\n--XX--\r\n",
        )
        .unwrap();
        assert_eq!(form.text("name").as_deref(), Some("会议.txt"));
        let file = form.part("filename").unwrap();
        assert_eq!((file.file_name.as_deref(), &file.bytes[..]), (Some("会议.txt"), &b"a\r\n--X\r\n"[..]));
        assert_eq!(file.content_type.as_deref(), Some("text/plain"));
        assert_eq!(form.parts().len(), 2);
    }

    #[test]
    fn what_a_browser_never_sends() {
        let part = |head: &str| format!("--XX\r\n{head}\r\n\r\nv\r\n--XX--\r\n");
        let named = "Content-Disposition: form-data; name=\"a\"";
        for (body, error) in [
            (String::new(), NotAForm::NoBoundary),
            ("--YY\r\n".to_owned(), NotAForm::NoBoundary),
            ("--XX--\r\n".to_owned(), NotAForm::NoEnd),
            ("--XX\n\n".to_owned(), NotAForm::NoEnd),
            ("--XX\r\nContent-Type: a\r\n".to_owned(), NotAForm::NoEmptyLine),
            (part(named).replace("--XX--", "--XX"), NotAForm::NoEmptyLine),
            (part(named).replace("--XX--", "--YY--"), NotAForm::NoEnd),
            (part(named).replace("--XX--", "--XX--x"), NotAForm::NoEnd),
            (part("nothing"), NotAForm::Header),
            (part("X-Other: 1"), NotAForm::Header),
            (part("Content-Disposition: form-data"), NotAForm::NoName),
            (part("Content-Disposition: form-data; name=a"), NotAForm::Header),
            (part("Content-Disposition: form-data; name=\"a\" x"), NotAForm::Header),
            (part("Content-Disposition: attachment; name=\"a\""), NotAForm::Header),
            (part("Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''a"), NotAForm::ExtendedName),
            (format!("--XX\r\n{named}\r\n\r\n1\r\n--XX\r\n{named}\r\n\r\n2\r\n--XX--\r\n"), NotAForm::Twice),
        ] {
            assert_eq!(parse(&body).unwrap_err(), error, "{body:?}");
        }
        for content_type in ["", "application/json", "multipart/form-data", "multipart/form-data; boundary="]
        {
            let error = Form::parse(content_type, &Bytes::new()).unwrap_err();
            assert_eq!(error, NotAForm::ContentType, "{content_type}");
        }
    }
}
