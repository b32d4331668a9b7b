//! Bytes of files that are too many to lie in a folder: made when it is read.

use bytes::Bytes;
use http::HeaderMap;

use super::error::Problem;
use crate::content::{FileContent, FileForm};

/// Says, in the head of a message, that a stretch of a file is left out: `bytes 0-524287/31457280`.
const HEADER: &str = "fixture-file";

/// What [`Scenario::left_out`](super::Scenario::left_out) says.
pub(super) const fn file(len: u64) -> FileContent {
    FileContent::pattern(FileForm::Plain, 0, len)
}

/// Puts a stretch that is left out into a message: before the end of a form, or as the whole body.
pub(super) fn put_in(headers: &mut HeaderMap, body: Bytes) -> Result<Bytes, Problem> {
    let Some(value) = headers.remove(HEADER) else { return Ok(body) };
    let (offset, count, len) = value.to_str().ok().and_then(stretch).ok_or(Problem::LeftOut)?;
    let bytes = file(len).read_at(offset, count);
    let place = match body.windows(4).rposition(|bytes| bytes == b"\r\n--") {
        Some(place) => place,
        None if body.is_empty() => 0,
        None => return Err(Problem::LeftOut),
    };
    Ok([&body.slice(..place), &bytes, &body.slice(place..)].map(|part| part.as_ref()).concat().into())
}

/// Offset, number of bytes, length of the file.
fn stretch(text: &str) -> Option<(u64, usize, u64)> {
    let (range, len) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last, len): (u64, u64, u64) = (first.parse().ok()?, last.parse().ok()?, len.parse().ok()?);
    let count = last.checked_add(1)?.checked_sub(first).filter(|_| last < len)?;
    Some((first, usize::try_from(count).ok()?, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(value: &str, body: &'static [u8]) -> Option<Bytes> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, value.parse().unwrap());
        let filled = put_in(&mut headers, Bytes::from_static(body)).ok();
        assert!(headers.is_empty());
        filled
    }

    #[test]
    fn a_stretch_is_put_in_at_its_place() {
        let bytes = file(9).read_at(2, 3);
        assert_eq!(filled("bytes 2-4/9", b"").unwrap(), bytes);
        let form = filled("bytes 2-4/9", b"--b\r\nx: y\r\n\r\n\r\n--b--\r\n").unwrap();
        assert_eq!(*form, *[b"--b\r\nx: y\r\n\r\n", &*bytes, b"\r\n--b--\r\n"].concat());
        let none = HeaderMap::new();
        assert_eq!(put_in(&mut none.clone(), Bytes::from_static(b"x")).unwrap(), "x");
    }

    #[test]
    fn a_stretch_that_cannot_be_is_refused() {
        for bad in ["", "2-4/9", "bytes 2-9/9", "bytes 4-2/9", "bytes 2-4/*", "bytes -4/9"] {
            assert_eq!(filled(bad, b""), None, "{bad}");
        }
        assert_eq!(filled("bytes 2-4/9", b"no form"), None);
    }
}
