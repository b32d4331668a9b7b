//! What the requests for media have in common: which of them fetches what, and what is made of a reply.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;

use super::{
    Draft, Page,
    avatar::Avatar,
    get_media,
    get_msg_img::{self, PictureSize},
    get_public_link_img, get_video, get_voice,
};
use crate::{
    Endpoint, MediaRef, MediaVariant, MsgId, ReplyError, Secret, Streamed,
    coding::{json, magic::Magic},
    model::{MediaFile, MediaSource},
    request::Form,
    tokens::Tokens,
};

/// A request for media.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct MediaRequest {
    target: Target,
    size: Option<u64>,
}

#[derive(Clone, Eq, PartialEq)]
enum Target {
    Picture { msg_id: MsgId, size: PictureSize },
    Voice { msg_id: MsgId },
    Video { msg_id: MsgId },
    Map { msg_id: MsgId },
    File(Box<MediaFile>),
    Avatar(Avatar),
}

impl MediaRequest {
    /// The request for a message's media. `None` if there is no such variant of them.
    pub(crate) fn of(media: &MediaRef, variant: MediaVariant) -> Option<Self> {
        use MediaVariant::{Full, Thumbnail};
        let picture = |msg_id: &MsgId, size| Target::Picture { msg_id: msg_id.clone(), size };
        let target = match (media.source(), variant) {
            (MediaSource::Image { msg_id }, Full) => picture(msg_id, PictureSize::Whole),
            (MediaSource::Emoticon { msg_id }, Full) => picture(msg_id, PictureSize::Animated),
            (MediaSource::Image { msg_id } | MediaSource::Video { msg_id }, Thumbnail)
            // The picture beside a link is small in any case.
            | (MediaSource::Cover { msg_id }, Full | Thumbnail) => picture(msg_id, PictureSize::Thumbnail),
            (MediaSource::Voice { msg_id }, Full) => Target::Voice { msg_id: msg_id.clone() },
            (MediaSource::Video { msg_id }, Full) => Target::Video { msg_id: msg_id.clone() },
            (MediaSource::Map { msg_id }, Full) => Target::Map { msg_id: msg_id.clone() },
            (MediaSource::File(file), Full) => Target::File(Box::new(file.clone())),
            (
                MediaSource::Emoticon { .. }
                | MediaSource::Voice { .. }
                | MediaSource::Map { .. }
                | MediaSource::File(_),
                Thumbnail,
            ) => return None,
        };
        // What messages say of the others' sizes is that of another form, or of what the sender had.
        let size = if matches!(target, Target::File(_)) { media.size() } else { None };
        Some(Self { target, size })
    }

    /// The request for the picture of a person or a group.
    pub(crate) const fn avatar(avatar: Avatar) -> Self {
        Self { target: Target::Avatar(avatar), size: None }
    }

    pub(crate) const fn endpoint(&self) -> Endpoint {
        match &self.target {
            Target::Picture { .. } => Endpoint::GetMsgImg,
            Target::Voice { .. } => Endpoint::GetVoice,
            Target::Video { .. } => Endpoint::GetVideo,
            Target::Map { .. } => Endpoint::GetPublicLinkImg,
            Target::File(_) => Endpoint::GetMedia,
            Target::Avatar(avatar) => avatar.endpoint(),
        }
    }

    /// What its reply looks like from outside.
    pub(crate) const fn form(&self) -> Form {
        match &self.target {
            Target::Picture { .. }
            | Target::Voice { .. }
            | Target::Video { .. }
            | Target::Map { .. }
            | Target::Avatar(_) => Form::Medium,
            Target::File(_) => Form::File,
        }
    }

    /// The length in bytes, where it is known for certain.
    pub(crate) const fn size(&self) -> Option<u64> {
        self.size
    }

    /// Whether there are user names in it, which another login does not know.
    pub(crate) const fn names_people(&self) -> bool {
        match &self.target {
            Target::File(_) | Target::Avatar(_) => true,
            Target::Picture { .. } | Target::Voice { .. } | Target::Video { .. } | Target::Map { .. } => {
                false
            }
        }
    }

    /// Whether bytes of this kind may be what was asked for: a text is no picture, no sound and no film, whatever its header
    /// said. A file is anything, but a page of an unknown length is more likely an error. `whole`: they are as many as were
    /// announced.
    pub(crate) fn accepts(&self, kind: Option<Magic>, whole: bool) -> bool {
        match self.form() {
            Form::Medium => !kind.is_some_and(Magic::is_text),
            Form::File => whole || !matches!(kind, Some(Magic::Markup | Magic::Json)),
        }
    }

    /// The request, from byte `offset` on. `None` if it is a file and there is no cookie `webwx_data_ticket`.
    pub(crate) fn build(
        &self,
        page: &Page<'_>,
        tokens: &Tokens,
        data_ticket: Option<&Secret<String>>,
        offset: u64,
    ) -> Option<Draft> {
        Some(match &self.target {
            Target::Picture { msg_id, size } => get_msg_img::build(page, tokens, msg_id, *size, offset),
            Target::Voice { msg_id } => get_voice::build(page, tokens, msg_id, offset),
            Target::Video { msg_id } => get_video::build(page, tokens, msg_id, offset),
            Target::Map { msg_id } => get_public_link_img::build(page, msg_id, offset),
            Target::File(file) => get_media::build(page, tokens, file, data_ticket?, offset),
            Target::Avatar(avatar) => avatar.build(page, tokens, offset),
        })
    }
}

impl fmt::Debug for MediaRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaRequest({})", self.endpoint())
    }
}

/// The `Range` of a request that goes without one when it begins with the first byte.
pub(super) fn behind(offset: u64) -> Option<u64> {
    (offset > 0).then_some(offset)
}

/// What a reply says that was not streamed: it is none of the media. Errors come as a page, a text, as JSON or without a byte,
/// and with status 200.
pub(crate) fn no_media(status: StatusCode, body: &Bytes) -> ReplyError {
    if !matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT) {
        return ReplyError::Status(status.as_u16());
    }
    match json::read(StatusCode::OK, body, |_| Ok(())) {
        Err(error @ (ReplyError::Empty | ReplyError::Html | ReplyError::Ret { .. })) => error,
        Ok(()) | Err(_) => ReplyError::Missing("media"),
    }
}

/// The server's own error among what was streamed, even where it is as long as the file: the reply of a call, whole, with a
/// code in it.
pub(crate) fn error_in(streamed: &Streamed) -> Option<ReplyError> {
    let len = usize::try_from(streamed.len).ok()?;
    let whole = streamed.start.get(..len)?;
    match no_media(StatusCode::OK, &Bytes::copy_from_slice(whole)) {
        error @ ReplyError::Ret { .. } => Some(error),
        ReplyError::Status(_)
        | ReplyError::Empty
        | ReplyError::Html
        | ReplyError::Syntax { .. }
        | ReplyError::Missing(_)
        | ReplyError::TooMany { .. } => None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        Body, Flavour, Profile,
        endpoint::testing::{base_host, tokens, with_page_of},
    };

    /// Address of a request for media, and of its headers `Accept` and `Range`.
    pub(in super::super) fn asked(
        flavour: Flavour,
        build: impl FnOnce(&Page<'_>, &Tokens) -> Draft,
    ) -> (String, String, Option<String>) {
        let profile = match flavour {
            Flavour::Web => Profile::web(),
            Flavour::FileHelper => Profile::file_helper(),
        };
        with_page_of(&profile, base_host(flavour), 1_735_700_081_000, "", |page| {
            let request = build(page, &tokens()).into_http(page, None).unwrap();
            assert_eq!(request.method(), "GET");
            assert_eq!(request.body(), &Body::Empty);
            let header =
                |name: &str| request.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(header("accept-encoding").as_deref(), Some("identity"));
            let referer = match flavour {
                Flavour::Web => "https://wx2.qq.com/?lang=zh_CN",
                Flavour::FileHelper => "https://szfilehelper.weixin.qq.com/",
            };
            assert_eq!(header("referer").as_deref(), Some(referer));
            assert_eq!(header("origin"), None);
            (request.uri().to_string(), header("accept").unwrap(), header("range"))
        })
    }

    pub(in super::super) const PICTURE: &str = "image/webp,image/apng,image/*,*/*;q=0.8";

    fn media(json: &str) -> MediaRef {
        serde_json::from_str(json).unwrap()
    }

    fn file() -> MediaRef {
        media(
            r#"{"login":"@0a","size":28,"kind":"file","sender":"@1","media_id":"@crypt_1","encry_file_name":"a","file_name":"a"}"#,
        )
    }

    fn full(kind: &str) -> MediaRequest {
        let media = media(&format!(r#"{{"login":"@0a","size":28,"kind":"{kind}","msg_id":"7"}}"#));
        MediaRequest::of(&media, MediaVariant::Full).unwrap()
    }

    #[test]
    fn every_kind_has_its_request() {
        let of = |kind: &str| {
            let media = media(&format!(r#"{{"login":"@0a","kind":"{kind}","msg_id":"7"}}"#));
            [MediaVariant::Full, MediaVariant::Thumbnail].map(|variant| {
                let request = MediaRequest::of(&media, variant);
                assert!(request.is_some() || !media.has_thumbnail(), "{kind}");
                match request.map(|request| (request.endpoint(), request.target)) {
                    Some((Endpoint::GetMsgImg, Target::Picture { size, .. })) => format!("{size:?}"),
                    Some((endpoint, _)) => endpoint.to_string(),
                    None => String::new(),
                }
            })
        };
        assert_eq!(of("image"), ["Whole", "Thumbnail"]);
        assert_eq!(of("emoticon"), ["Animated", ""]);
        assert_eq!(of("voice"), ["webwxgetvoice", ""]);
        assert_eq!(of("video"), ["webwxgetvideo", "Thumbnail"]);
        assert_eq!(of("cover"), ["Thumbnail", "Thumbnail"]);
        assert_eq!(of("map"), ["webwxgetpubliclinkimg", ""]);
        assert_eq!(MediaRequest::of(&file(), MediaVariant::Thumbnail), None);
        let request = MediaRequest::of(&file(), MediaVariant::Full).unwrap();
        assert_eq!((request.endpoint(), request.size()), (Endpoint::GetMedia, Some(28)));
        assert_eq!(full("image").size(), None);
        assert!(request.names_people() && !full("video").names_people());
        assert_eq!(format!("{request:?}"), "MediaRequest(webwxgetmedia)");
        let built = with_page_of(&Profile::web(), "wx2.qq.com", 0, "", |page| {
            request.build(page, &tokens(), None, 0).is_some()
        });
        assert!(!built, "without a ticket there is no file");
    }

    #[test]
    fn a_text_is_no_picture_and_a_page_is_hardly_a_file() {
        let file = MediaRequest::of(&file(), MediaVariant::Full).unwrap();
        for kind in ["image", "emoticon", "voice", "video", "cover", "map"] {
            let request = full(kind);
            for text in [Magic::Markup, Magic::Json, Magic::Text] {
                assert!(!request.accepts(Some(text), true), "{kind}");
            }
            assert!(request.accepts(Some(Magic::Jpeg), false));
            // A kind that is not known is better than nothing.
            assert!(request.accepts(None, false));
        }
        assert!(file.accepts(Some(Magic::Markup), true) && !file.accepts(Some(Magic::Markup), false));
        assert!(file.accepts(Some(Magic::Text), false) && file.accepts(None, false));
    }

    #[test]
    fn an_error_is_one_even_where_it_is_as_long_as_the_file() {
        let error_in = |start: &[u8], len| error_in(&Streamed { len, start: start.to_vec() });
        let error = br#"{"BaseResponse":{"Ret":-1,"ErrMsg":""},"MsgID":""}"#;
        let len = u64::try_from(error.len()).unwrap();
        assert_eq!(error_in(error, len), Some(ReplyError::Ret { ret: -1, message: String::new() }));
        // The beginning of a longer one says nothing.
        assert_eq!(error_in(error, len + 1), None);
        for file in [
            br#"{"BaseResponse":{"Ret":0}}"#.as_slice(),
            br#"{"a":1}"#,
            b"[1]",
            b"<html>",
            b"\xff\xd8\xff",
            b"",
        ] {
            assert_eq!(error_in(file, u64::try_from(file.len()).unwrap()), None);
        }
    }

    #[test]
    fn what_came_in_their_place() {
        let no_media = |status: u16, body: &'static [u8]| {
            no_media(StatusCode::from_u16(status).unwrap(), &Bytes::from_static(body))
        };
        for other in [
            b"GIF89a".as_slice(),
            b"not found",
            b"{}",
            b"{\"BaseResponse\":{\"Ret\":0}}",
            b"{\"Base",
            b"\xff",
        ] {
            assert_eq!(no_media(200, other), ReplyError::Missing("media"));
            assert_eq!(no_media(206, other), ReplyError::Missing("media"));
        }
        assert_eq!(no_media(200, b""), ReplyError::Empty);
        assert_eq!(no_media(200, b" <html>"), ReplyError::Html);
        let over = ReplyError::Ret { ret: 1101, message: String::new() };
        assert_eq!(no_media(200, br#"{"BaseResponse":{"Ret":"1101"}}"#), over);
        for status in [302, 404, 416, 502] {
            assert_eq!(no_media(status, b"<html>"), ReplyError::Status(status));
        }
    }
}
