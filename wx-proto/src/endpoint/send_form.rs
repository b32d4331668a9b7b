//! Which endpoint sends what.

use super::{
    Draft, Page,
    check_upload::Permit,
    message::{Envelope, Medium},
    send_app_msg::{self, AppFile},
    send_emoticon::{self, Sticker},
    send_msg, send_msg_img,
    send_video_msg::{self, Film},
};
use crate::{Endpoint, FileKind, Outgoing, Secret, outgoing::Forwarded, tokens::Tokens};

/// The kinds of sends that have an endpoint each.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SendForm {
    Text,
    Image,
    Video,
    Emoticon,
    App,
}

/// A send whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending<'a> {
    pub(crate) envelope: Envelope<'a>,
    pub(crate) message: &'a Outgoing,
    /// What its upload brought.
    pub(crate) media_id: Option<&'a Secret<String>>,
    pub(crate) permit: Option<&'a Permit>,
}

impl SendForm {
    pub(crate) fn of(message: &Outgoing) -> Self {
        let of_kind = |kind| match kind {
            FileKind::Image => Self::Image,
            FileKind::Video => Self::Video,
            FileKind::Emoticon => Self::Emoticon,
            FileKind::File => Self::App,
        };
        match message {
            Outgoing::Text(_) => Self::Text,
            Outgoing::File(file) => of_kind(file.kind),
            Outgoing::Emoticon(_) => Self::Emoticon,
            Outgoing::Forward(forward) => of_kind(forward.kind()),
        }
    }

    pub(crate) const fn endpoint(self) -> Endpoint {
        match self {
            Self::Text => Endpoint::SendMsg,
            Self::Image => Endpoint::SendMsgImg,
            Self::Video => Endpoint::SendVideoMsg,
            Self::Emoticon => Endpoint::SendEmoticon,
            Self::App => Endpoint::SendAppMsg,
        }
    }
}

/// `None` for a file that is not uploaded.
pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, sending: &Sending<'_>) -> Option<Draft> {
    let Sending { envelope, message, media_id, permit } = sending;
    let image = |medium| send_msg_img::build(page, tokens, envelope, medium);
    let video = |kind, medium| send_video_msg::build(page, tokens, envelope, kind, medium);
    let sticker = |sticker| send_emoticon::build(page, tokens, envelope, sticker);
    let app = |file| send_app_msg::build(page, tokens, envelope, file);
    Some(match message {
        Outgoing::Text(text) => send_msg::build(page, tokens, envelope, text),
        Outgoing::File(file) => {
            let media_id = (*media_id)?;
            match file.kind {
                FileKind::Image => image(Medium::Uploaded(media_id)),
                FileKind::Video => video(Film::Video, Medium::Uploaded(media_id)),
                FileKind::Emoticon => sticker(Sticker::Uploaded(media_id)),
                FileKind::File => app(AppFile::Uploaded { file, media_id, permit: *permit }),
            }
        }
        Outgoing::Emoticon(md5) => sticker(Sticker::Known(*md5)),
        Outgoing::Forward(forward) => {
            let content = forward.content.as_str();
            match forward.kind {
                Forwarded::Image => image(Medium::Received(content)),
                Forwarded::Video => video(Film::Video, Medium::Received(content)),
                Forwarded::MicroVideo => video(Film::MicroVideo, Medium::Received(content)),
                Forwarded::File => app(AppFile::Received(content)),
            }
        }
    })
}
