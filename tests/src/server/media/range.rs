//! `Range` of a request, and the reply it gets.

use http::{
    HeaderMap, Response, StatusCode,
    header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, RANGE},
};

use super::{body::MediaBody, headers};
use crate::content::FileContent;

/// The first and the last byte that are asked for. `None`: the whole file, as without the header and with one that is not
/// understood. `Some(None)`: nothing that the file has.
fn asked(headers: &HeaderMap, len: u64) -> Option<Option<(u64, u64)>> {
    let text = headers.get(RANGE)?.to_str().ok()?.trim().strip_prefix("bytes=")?;
    let (first, last) = text.split_once('-').filter(|_| !text.contains(','))?;
    let last_byte = len.checked_sub(1);
    let (first, last) = match (first.trim(), last.trim()) {
        ("", "") => return None,
        ("", count) => (len.saturating_sub(count.parse().ok()?), u64::MAX),
        (first, "") => (first.parse().ok()?, u64::MAX),
        (first, last) => (first.parse().ok()?, last.parse().ok()?),
    };
    if first > last {
        return None;
    }
    Some(last_byte.filter(|end| first <= *end).map(|end| (first, last.min(end))))
}

/// The part that was asked for with status 206, else all of it with 200.
pub(super) fn ranged(headers: &HeaderMap, content_type: &str, content: FileContent) -> Response<MediaBody> {
    let len = content.len();
    let mut reply = match asked(headers, len) {
        None => Response::new(MediaBody::whole(content)),
        Some(Some((first, last))) => {
            let mut reply = Response::new(MediaBody::part(content, first, last - first + 1));
            *reply.status_mut() = StatusCode::PARTIAL_CONTENT;
            headers::add(&mut reply, CONTENT_RANGE, format!("bytes {first}-{last}/{len}").as_bytes());
            reply
        }
        Some(None) => {
            let mut reply = Response::new(MediaBody::part(content, 0, 0));
            *reply.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            headers::add(&mut reply, CONTENT_RANGE, format!("bytes */{len}").as_bytes());
            reply
        }
    };
    headers::add(&mut reply, CONTENT_TYPE, content_type.as_bytes());
    headers::add(&mut reply, ACCEPT_RANGES, b"bytes");
    reply
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for() {
        for (text, expected) in [
            ("bytes=0-", Some(Some((0, 99)))),
            ("bytes=10-19", Some(Some((10, 19)))),
            ("bytes=90-200", Some(Some((90, 99)))),
            ("bytes=-5", Some(Some((95, 99)))),
            ("bytes=-500", Some(Some((0, 99)))),
            ("bytes=100-", Some(None)),
            ("bytes=5-4", None),
            ("bytes=-", None),
            ("bytes=0-1,4-5", None),
            ("bytes=x-", None),
            ("lines=0-", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, text.parse().unwrap());
            assert_eq!(asked(&headers, 100), expected, "{text}");
        }
        assert_eq!(asked(&HeaderMap::new(), 100), None);
    }

    #[test]
    fn an_empty_file_has_no_part() {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, "bytes=0-".parse().unwrap());
        assert_eq!(asked(&headers, 0), Some(None));
    }
}
