//! `GET https://login.weixin.qq.com/qrcode/UUID`: the QR code as a picture.
//!
//! The host is the same for every flavour (page script of 2022). A client can as well draw [`content`]
//! itself.

use bytes::Bytes;
use http::StatusCode;

use super::{Draft, Page, Query, Spec, Style, Timeouts};
use crate::{
    Endpoint, Lane, ReplyError, Uuid,
    coding::{magic::Magic, stripped},
    host::Role,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::QrCode,
    lane: Lane::Transfer,
    timeouts: Timeouts::LARGE,
    longest_reply: Spec::PICTURE_REPLY,
    counted: false,
    quota: None,
};

/// What the QR code says.
pub(crate) fn content(uuid: &Uuid) -> String {
    format!("https://login.weixin.qq.com/l/{uuid}")
}

/// Where a browser finds the picture.
pub(crate) fn image_url(uuid: &Uuid) -> String {
    format!("https://login.weixin.qq.com/qrcode/{uuid}")
}

pub(crate) fn build(page: &Page<'_>, uuid: &Uuid) -> Draft {
    let path = format!("/qrcode/{uuid}");
    Draft::get(&SPEC, page, Role::Qr, Style::Image, &path, Query::new())
}

/// The picture: a JPEG in the 2018 capture; PNG and GIF would do as well.
pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<Bytes, ReplyError> {
    let start = stripped(status, body)?;
    if start.starts_with(b"<") {
        return Err(ReplyError::Html);
    }
    let is_picture = Magic::of(body).is_some_and(Magic::is_picture);
    if is_picture { Ok(body.clone()) } else { Err(ReplyError::Missing("picture")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::testing::{wire, with_page};

    #[test]
    fn the_uuid_stands_in_the_path_as_it_is() {
        let uuid = Uuid::new("Qa1bC2dE3g==");
        with_page("web.wechat.com", 0, "", |page| {
            let (line, body) = wire(page, build(page, &uuid));
            assert_eq!(line, format!("GET {}", image_url(&uuid)));
            assert_eq!(body, "");
        });
        assert_eq!(image_url(&uuid), "https://login.weixin.qq.com/qrcode/Qa1bC2dE3g==");
        assert_eq!(content(&uuid), "https://login.weixin.qq.com/l/Qa1bC2dE3g==");
    }

    #[test]
    fn pictures_are_told_by_their_first_bytes() {
        let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
        for picture in [b"\xff\xd8\xff\xe0JFIF".as_slice(), b"\x89PNG\r\n\x1a\n\0", b"GIF89a", b"GIF87a\x01"]
        {
            assert_eq!(parse(picture).as_deref(), Ok(picture));
        }
        assert_eq!(parse(b""), Err(ReplyError::Empty));
        assert_eq!(parse(b"<html>"), Err(ReplyError::Html));
        for other in [b"GIF".as_slice(), b"\xff\xd8", b"not found", b" GIF89a", b"\x89PNG"] {
            assert_eq!(parse(other), Err(ReplyError::Missing("picture")));
        }
    }

    #[test]
    fn other_statuses_are_errors() {
        let body = Bytes::from_static(b"GIF89a");
        assert_eq!(parse(StatusCode::NOT_FOUND, &body), Err(ReplyError::Status(404)));
    }
}
