//! What the decoders of the kinds work from.

use std::borrow::Cow;

use super::{
    MediaRef, Note,
    media_ref::{Kind, Place},
};
use crate::{
    MsgId, UserName,
    coding::{
        json::Members,
        text::plain_text,
        xml::{Node, XmlError},
    },
};

/// One message, as far as its kind does not matter.
#[derive(Clone, Copy)]
pub(crate) struct Envelope<'a> {
    /// The JSON object, for the members that only some kinds have.
    pub(crate) json: &'a str,
    pub(crate) id: Option<&'a MsgId>,
    pub(crate) msg_type: Option<i64>,
    /// The content without its sender; `None` if it is no text.
    pub(crate) content: Option<&'a str>,
    /// `FromUserName`.
    pub(crate) from: &'a UserName,
    pub(crate) me: &'a UserName,
    /// True in a group.
    pub(crate) group: bool,
}

/// A message, or one quoted in another.
pub(super) struct Source<'a> {
    pub(super) msg_type: i64,
    pub(super) body: Body<'a>,
    /// None in a quoted message.
    pub(super) members: Members<'a>,
    /// Where its media lies; `None` in a quoted message.
    pub(super) place: Option<Place<'a>>,
    pub(super) group: bool,
    /// How many messages this one is quoted in.
    pub(super) depth: u8,
}

/// What a message says, in one of two codings.
#[derive(Clone, Copy)]
pub(super) enum Body<'a> {
    /// As the server encodes it.
    Wire(&'a str),
    /// As it was written.
    Plain(&'a str),
}

impl<'a> Source<'a> {
    pub(super) fn new(envelope: &Envelope<'a>, msg_type: i64, content: &'a str) -> Self {
        Self {
            msg_type,
            body: Body::Wire(content),
            members: Members::of(envelope.json).unwrap_or_default(),
            place: Some(Place { id: envelope.id, from: envelope.from, me: envelope.me }),
            group: envelope.group,
            depth: 0,
        }
    }

    /// The outermost element of the body.
    pub(super) fn xml(&self) -> Result<Node, Note> {
        let node = match self.body {
            Body::Wire(content) => Node::of_content(content),
            Body::Plain(text) => Node::parse(without_writer(text)),
        };
        node.map_err(Note::from)
    }

    /// The body as a person reads it.
    pub(super) fn words(&self) -> String {
        match self.body {
            Body::Wire(content) => plain_text(content),
            Body::Plain(text) => text.to_owned(),
        }
    }

    /// The body as it came.
    pub(super) const fn raw(&self) -> &'a str {
        match self.body {
            Body::Wire(text) | Body::Plain(text) => text,
        }
    }

    /// A member as a person reads it.
    pub(super) fn member(&self, name: &str) -> String {
        plain_text(&self.members.text(name))
    }

    pub(super) fn media(&self, kind: Kind, size: Option<u64>) -> Option<MediaRef> {
        MediaRef::of_message(self.place?, kind, size)
    }

    /// The picture beside a link and the like.
    pub(super) fn cover(&self) -> Option<MediaRef> {
        let has_picture = self.members.number("ImgStatus") == Some(2);
        if has_picture { self.media(Kind::Cover, None) } else { None }
    }
}

/// A message that is quoted from a group has the lasting id of who wrote it before it: `wxid_a:` and a line break.
fn without_writer(text: &str) -> &str {
    let is_id = |id: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-@".contains(&byte);
        (1..=64).contains(&id.len()) && id.bytes().all(allowed)
    };
    text.split_once(":\n").filter(|(id, _)| is_id(id)).map_or(text, |(_, rest)| rest)
}

impl From<XmlError> for Note {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::NotXml => Self::NotXml,
            XmlError::TooLarge => Self::TooLarge,
        }
    }
}

/// The first text that says something.
pub(super) fn first<'t>(texts: impl IntoIterator<Item = Cow<'t, str>>) -> String {
    let found = texts.into_iter().find(|text| !text.trim().is_empty());
    found.map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// `None` instead of nothing.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
