//! `multipart/form-data` bodies around a stretch of a file, as a browser writes them.

use std::fmt::Write as _;

use crate::{Body, FileSlice};

/// A form whose last part is a file.
pub(crate) struct MultipartForm {
    boundary: Boundary,
    body: Body,
}

impl MultipartForm {
    /// Its `Content-Type`, and its bytes.
    pub(crate) fn into_parts(self) -> (String, Body) {
        (format!("multipart/form-data; boundary={}", self.boundary.0), self.body)
    }
}

/// What parts a form: it stands in none of its parts, for it is drawn anew for each.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Boundary(String);

impl Boundary {
    /// As Chrome writes it, with the 16 letters and digits that were drawn.
    pub(crate) fn new(drawn: &str) -> Self {
        debug_assert!(drawn.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{drawn:?}");
        Self(format!("----WebKitFormBoundary{drawn}"))
    }
}

/// The parts of a form, in the order in which they are added.
pub(crate) struct Parts {
    boundary: Boundary,
    text: String,
}

impl Parts {
    pub(crate) const fn new(boundary: Boundary) -> Self {
        Self { boundary, text: String::new() }
    }

    /// A part with a text. `name` is the protocol's. A value has no control characters: a line end in it would be a part of
    /// the form.
    pub(crate) fn text(mut self, name: &str, value: &str) -> Self {
        self.begin(name);
        self.text.push_str("\r\n\r\n");
        self.text.extend(value.chars().filter(|char| !char.is_control()));
        self.text.push_str("\r\n");
        self
    }

    /// The file, as the last part. The file's name is raw UTF-8: servers do not know RFC 2231.
    pub(crate) fn file(
        mut self,
        name: &str,
        file_name: &str,
        content_type: &str,
        file: FileSlice,
    ) -> MultipartForm {
        self.begin(name);
        self.text.push_str("; filename=\"");
        for char in file_name.chars() {
            match char {
                // What a browser writes in its place.
                '"' => self.text.push_str("%22"),
                char if char.is_control() => {}
                char => self.text.push(char),
            }
        }
        // Writing to a String cannot fail.
        let _ = write!(self.text, "\"\r\nContent-Type: {}\r\n\r\n", media_type(content_type));
        let Self { boundary, text } = self;
        let suffix = format!("\r\n--{}--\r\n", boundary.0).into();
        MultipartForm { boundary, body: Body::Upload { prefix: text.into(), file, suffix } }
    }

    fn begin(&mut self, name: &str) {
        let _ = write!(self.text, "--{}\r\nContent-Disposition: form-data; name=\"{name}\"", self.boundary.0);
    }
}

/// The type of a file's bytes as a header may hold it.
fn media_type(text: &str) -> &str {
    const LONGEST: usize = 255;
    let clean = text.len() <= LONGEST && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if clean && text.contains('/') { text } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{FileSource, Md5};

    fn prefix(parts: Parts, file_name: &str, content_type: &str) -> String {
        let source = Arc::new(FileSource::new("/x", 1, Md5::from_bytes([0; 16])));
        let form = parts.file("filename", file_name, content_type, FileSlice::new(source, 0, 1));
        let (header, body) = form.into_parts();
        assert_eq!(header, "multipart/form-data; boundary=----WebKitFormBoundaryAb0");
        let Body::Upload { prefix, suffix, .. } = body else { panic!("an upload") };
        assert_eq!(suffix, "\r\n------WebKitFormBoundaryAb0--\r\n");
        String::from_utf8(prefix.into()).unwrap()
    }

    fn parts() -> Parts {
        Parts::new(Boundary::new("Ab0"))
    }

    #[test]
    fn parts_stand_one_after_the_other() {
        assert_eq!(
            prefix(parts().text("a", "1").text("b", "周报"), "周报.txt", "text/plain"),
            "------WebKitFormBoundaryAb0\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
             ------WebKitFormBoundaryAb0\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n周报\r\n\
             ------WebKitFormBoundaryAb0\r\nContent-Disposition: form-data; name=\"filename\"; \
             filename=\"周报.txt\"\r\nContent-Type: text/plain\r\n\r\n"
        );
    }

    #[test]
    fn no_value_breaks_out_of_its_part() {
        let evil = "a\r\n------WebKitFormBoundaryAb0--\r\n\"; x=\"\0\u{85}";
        let text = prefix(parts().text("a", evil), evil, evil);
        assert!(text.contains("\r\n\r\na------WebKitFormBoundaryAb0--\"; x=\"\r\n"), "{text}");
        assert!(text.contains("filename=\"a------WebKitFormBoundaryAb0--%22; x=%22\"\r\n"), "{text}");
        assert!(text.ends_with("Content-Type: application/octet-stream\r\n\r\n"), "{text}");
        assert_eq!(text.matches("\r\n").count(), 2 * (1 + 1 + 2));
    }

    #[test]
    fn types_of_bytes_that_a_header_may_hold() {
        for (given, written) in [
            ("image/png", "image/png"),
            ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
            ("", "application/octet-stream"),
            ("png", "application/octet-stream"),
            ("图/片", "application/octet-stream"),
        ] {
            assert_eq!(media_type(given), written);
        }
        assert_eq!(media_type(&format!("a/{}", "b".repeat(254))), "application/octet-stream");
    }
}
