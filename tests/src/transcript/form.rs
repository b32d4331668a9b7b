//! Forms of uploads: what parts them is drawn for each request.

use std::borrow::Cow;

use http::{HeaderMap, header::CONTENT_TYPE};

/// What parts a form, if these are the headers of one and it has a browser's shape: 16 letters or digits are drawn.
pub(super) fn boundary(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let boundary = value.strip_prefix("multipart/form-data; boundary=")?;
    let drawn = boundary.strip_prefix("----WebKitFormBoundary")?;
    (drawn.len() == 16 && drawn.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(boundary)
}

/// A form parted by `to` in the place of `from`, which has the same length.
pub(super) fn parted_by<'a>(to: &str, from: &str, form: &'a [u8]) -> Cow<'a, [u8]> {
    if from == to {
        return Cow::Borrowed(form);
    }
    let (from, to) = (format!("--{from}").into_bytes(), format!("--{to}").into_bytes());
    let mut parted = Vec::with_capacity(form.len());
    let mut rest = form;
    while let Some(byte) = rest.first() {
        if let Some(behind) = rest.strip_prefix(from.as_slice()) {
            parted.extend_from_slice(&to);
            rest = behind;
        } else {
            parted.push(*byte);
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    Cow::Owned(parted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(content_type: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        boundary(&headers).map(str::to_owned)
    }

    #[test]
    fn a_boundary_has_the_shape_of_a_browser_s() {
        let drawn = "----WebKitFormBoundaryExAmPlE0123456Ab";
        assert_eq!(of(&format!("multipart/form-data; boundary={drawn}")).as_deref(), Some(drawn));
        for bad in [
            "application/json",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "multipart/form-data; boundary=----WebKitFormBoundaryExAmPlE0123456A",
            "multipart/form-data; boundary=----WebKitFormBoundaryExAmPlE0123456A-",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn another_boundary_is_put_in_its_places_alone() {
        let form = b"--one\r\none\r\n--one--\r\n";
        assert_eq!(*parted_by("two", "one", form), *b"--two\r\none\r\n--two--\r\n");
        assert_eq!(*parted_by("one", "one", form), *form);
        assert_eq!(*parted_by("two", "one", b""), *b"");
    }
}
