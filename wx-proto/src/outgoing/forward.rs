//! Passing on what was received, without a new upload.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use super::{FileKind, FileName, Outgoing, app_msg};
use crate::{
    Content, Direction, Message, bounds,
    coding::{
        json::{Members, repaired},
        text::{plain_text, split_sender},
    },
};

/// A picture, a film or a file that was received, as it is passed on: by what the message said of it. What that names belongs
/// to the login that received it.
///
/// ```
/// use wx_proto::{Message, NotForwardable, Outgoing};
///
/// fn passed_on(message: &Message) -> Result<Outgoing, NotForwardable> {
///     Outgoing::forward(message)
/// }
/// # let _ = passed_on;
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub struct Forward {
    pub(crate) kind: Forwarded,
    /// `Content` as it is sent.
    pub(crate) content: String,
}

/// What is passed on.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Forwarded {
    Image,
    Video,
    MicroVideo,
    File,
}

impl Forward {
    /// As what it arrives.
    pub const fn kind(&self) -> FileKind {
        match self.kind {
            Forwarded::Image => FileKind::Image,
            Forwarded::Video | Forwarded::MicroVideo => FileKind::Video,
            Forwarded::File => FileKind::File,
        }
    }
}

impl fmt::Debug for Forward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Keys and names of files are in it.
        write!(f, "Forward({}, [{} bytes])", self.kind(), self.content.len())
    }
}

/// Why a message cannot be passed on.
///
/// ```
/// use wx_proto::NotForwardable;
///
/// assert!(!NotForwardable::StoreSticker.to_string().is_empty());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotForwardable {
    /// Only texts, pictures, stickers, films and files are passed on.
    #[error("messages of this kind cannot be forwarded")]
    Kind,
    /// A sticker from the store: only the phone has it.
    #[error("stickers from the store cannot be forwarded")]
    StoreSticker,
    /// A large file needs a signature, which only its upload gives.
    #[error("a file of {size} bytes cannot be forwarded, {limit} are allowed: download it and send it anew")]
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// The largest that can be.
        limit: u64,
    },
    /// The message does not say, or not at a usable length, what it takes.
    #[error("the message does not have what it takes to forward it")]
    Incomplete,
}

impl Outgoing {
    /// The same for somebody else, without a new upload: a text, a picture, a sticker, a film or a file that was received or
    /// sent in this login.
    ///
    /// ```
    /// use wx_proto::{Client, Message, Outgoing, SendOptions, UserName};
    ///
    /// fn pass_on(client: &mut Client, message: &Message, to: &UserName) -> Result<(), Box<dyn std::error::Error>> {
    ///     client.send(to, Outgoing::forward(message)?, SendOptions::default())?;
    ///     Ok(())
    /// }
    /// # let _ = pass_on;
    /// ```
    ///
    /// # Errors
    /// [`NotForwardable`], if the message is none of these or lacks something.
    pub fn forward(message: &Message) -> Result<Self, NotForwardable> {
        let (kind, file) = match &message.content {
            Content::Text(text) if text.text.is_empty() => return Err(NotForwardable::Incomplete),
            Content::Text(text) => return Ok(Self::Text(text.text.clone())),
            Content::Emoticon(sticker) if sticker.store => return Err(NotForwardable::StoreSticker),
            Content::Emoticon(sticker) => {
                let md5 = sticker.md5.as_deref().and_then(|md5| md5.parse().ok());
                return md5.map(Self::Emoticon).ok_or(NotForwardable::Incomplete);
            }
            Content::Image(_) => (Forwarded::Image, None),
            Content::Video(video) if video.micro => (Forwarded::MicroVideo, None),
            Content::Video(_) => (Forwarded::Video, None),
            Content::File(file) => (Forwarded::File, Some(file)),
            Content::Location(_)
            | Content::LiveLocation(_)
            | Content::Voice(_)
            | Content::Card(_)
            | Content::FriendRequest(_)
            | Content::Link(_)
            | Content::MiniProgram(_)
            | Content::Quote(_)
            | Content::Music(_)
            | Content::Transfer(_)
            | Content::RedPacket(_)
            | Content::ChatHistory(_)
            | Content::ChannelVideo(_)
            | Content::App(_)
            | Content::Recalled(_)
            | Content::Pat(_)
            | Content::Voip(_)
            | Content::System(_)
            | Content::Status(_)
            | Content::Unknown(_) => return Err(NotForwardable::Kind),
        };
        let json = readable(&message.raw);
        let members = Members::of(&json).ok_or(NotForwardable::Incomplete)?;
        let received = members.text("Content");
        let prefixed = message.direction == Direction::Incoming && message.chat.is_group();
        let content = split_sender(&received).filter(|_| prefixed).map_or(&*received, |(_, content)| content);
        let content = plain_text(content);
        let content = match file {
            Some(file) => {
                if let Some(size) = file.size.filter(|size| *size > LARGE) {
                    return Err(NotForwardable::TooLarge { size, limit: LARGE });
                }
                let media_id = members.token("MediaId").ok_or(NotForwardable::Incomplete)?;
                let own = app_msg::of_received(&content, media_id.expose());
                // A file of one's own comes without XML.
                let made =
                    || Some(app_msg::of_file(&FileName::new(&file.name), file.size?, media_id.expose()));
                own.filter(|own| is_short(own)).or_else(made).ok_or(NotForwardable::Incomplete)?
            }
            None => content,
        };
        if content.trim().is_empty() || !is_short(&content) {
            return Err(NotForwardable::Incomplete);
        }
        Ok(Self::Forward(Box::new(Forward { kind, content })))
    }
}

/// Files above this need a signature: 25 MB, as the page counts.
pub(crate) const LARGE: u64 = 25 * 1024 * 1024;

fn is_short(content: &str) -> bool {
    content.len() <= bounds::FORWARD
}

/// A message as JSON that can be read.
fn readable(raw: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(raw) {
        Ok(json) if Members::of(json).is_some() => Cow::Borrowed(json),
        Ok(_) | Err(_) => Cow::Owned(repaired(raw)),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{Md5, UserName};

    const ME: &str = "@0a";

    fn forward(members: &str) -> Result<Outgoing, NotForwardable> {
        let json = format!("{{\"MsgId\":\"7\",\"CreateTime\":1,\"ToUserName\":\"{ME}\",{members}}}");
        let message = Message::decode(&repaired(json.as_bytes()), Bytes::from(json), &UserName::new(ME));
        Outgoing::forward(&message)
    }

    fn content(members: &str) -> (Forwarded, String) {
        match forward(members) {
            Ok(Outgoing::Forward(forward)) => (forward.kind, forward.content),
            other => panic!("{members}: {other:?}"),
        }
    }

    #[test]
    fn texts_and_stickers_are_sent_as_any_other() {
        let text = r#""FromUserName":"@@1","MsgType":1,"Content":"@2:<br/>A &amp; B<br/>x""#;
        assert_eq!(forward(text), Ok(Outgoing::text("A & B\nx")));
        let sticker = |rest: &str| {
            let emoji = "&lt;msg&gt;&lt;emoji md5=\\\"594560AF0d32d92224682ee2c292877a\\\" /&gt;&lt;/msg&gt;";
            forward(&format!(r#""FromUserName":"@1","MsgType":47,"Content":"{emoji}"{rest}"#))
        };
        let md5: Md5 = "594560af0d32d92224682ee2c292877a".parse().unwrap();
        assert_eq!(sticker(""), Ok(Outgoing::Emoticon(md5)));
        assert_eq!(sticker(",\"HasProductId\":1"), Err(NotForwardable::StoreSticker));
        let nameless =
            r#""FromUserName":"@1","MsgType":47,"Content":"&lt;msg&gt;&lt;emoji /&gt;&lt;/msg&gt;""#;
        assert_eq!(forward(nameless), Err(NotForwardable::Incomplete));
    }

    #[test]
    fn pictures_and_films_keep_their_content() {
        let xml = "&lt;msg&gt;<br/>\\t&lt;img aeskey=\\\"0\\\" url=\\\"a&amp;amp;b\\\" /&gt;&lt;/msg&gt;";
        let image = (Forwarded::Image, "<msg>\n\t<img aeskey=\"0\" url=\"a&amp;b\" /></msg>".to_owned());
        assert_eq!(content(&format!(r#""FromUserName":"@1","MsgType":3,"Content":"{xml}""#)), image);
        let in_group = format!(r#""FromUserName":"@@1","MsgType":3,"Content":"@2:<br/>{xml}""#);
        assert_eq!(content(&in_group), image);
        let film =
            |number: u32| content(&format!(r#""FromUserName":"@1","MsgType":{number},"Content":"@a0b1""#));
        assert_eq!(film(43), (Forwarded::Video, "@a0b1".to_owned()));
        assert_eq!(film(62), (Forwarded::MicroVideo, "@a0b1".to_owned()));
        let mended = "\"FromUserName\":\"@1\",\"MsgType\":3,\"Content\":\"@a0\u{1}\"";
        assert_eq!(content(mended), (Forwarded::Image, "@a0\u{1}".to_owned()));
        for none in ["", " ", "<br/>"] {
            let empty = format!(r#""FromUserName":"@1","MsgType":3,"Content":"{none}""#);
            assert_eq!(forward(&empty), Err(NotForwardable::Incomplete));
        }
        let long = |length| {
            forward(&format!(r#""FromUserName":"@1","MsgType":3,"Content":"{}""#, "a".repeat(length)))
        };
        assert!(long(bounds::FORWARD).is_ok());
        assert_eq!(long(bounds::FORWARD + 1), Err(NotForwardable::Incomplete));
    }

    fn file(content: &str, size: &str, media_id: &str) -> String {
        format!(
            r#""FromUserName":"@1","MsgType":49,"AppMsgType":6,"Content":"{content}","FileName":"plan.pdf","FileSize":"{size}","MediaId":"{media_id}""#
        )
    }

    #[test]
    fn a_file_is_known_by_its_new_name() {
        let xml = "&lt;msg&gt;&lt;appmsg appid=''&gt;&lt;title&gt;plan.pdf&lt;/title&gt;&lt;type&gt;6&lt;/type&gt;\
                   &lt;appattach&gt;&lt;attachid&gt;@cdn_1&lt;/attachid&gt;&lt;/appattach&gt;&lt;/appmsg&gt;&lt;/msg&gt;";
        let sent = "<appmsg appid=''><title>plan.pdf</title><type>6</type><appattach><attachid>@crypt_2</attachid>\
                    </appattach></appmsg>";
        assert_eq!(content(&file(xml, "63334", "@crypt_2")), (Forwarded::File, sent.to_owned()));
        let own = app_msg::of_file(&FileName::new("plan.pdf"), 63_334, "@crypt_2");
        assert_eq!(content(&file("", "63334", "@crypt_2")), (Forwarded::File, own));
        assert_eq!(forward(&file(xml, "63334", "")), Err(NotForwardable::Incomplete));
        assert_eq!(forward(&file("", "", "@crypt_2")), Err(NotForwardable::Incomplete));
        assert!(forward(&file(xml, "26214400", "@crypt_2")).is_ok());
        assert_eq!(
            forward(&file(xml, "26214401", "@crypt_2")),
            Err(NotForwardable::TooLarge { size: 26_214_401, limit: 26_214_400 })
        );
    }

    #[test]
    fn other_kinds_stay_where_they_are() {
        for (number, content) in [(34, "@a0"), (42, "x"), (10_000, "x"), (77, "x")] {
            let members = format!(r#""FromUserName":"@1","MsgType":{number},"Content":"{content}""#);
            assert_eq!(forward(&members), Err(NotForwardable::Kind), "{number}");
        }
    }

    #[test]
    fn the_stored_form() {
        let forward =
            Outgoing::Forward(Box::new(Forward { kind: Forwarded::MicroVideo, content: "@a0".into() }));
        let json = r#"{"forward":{"kind":"micro_video","content":"@a0"}}"#;
        assert_eq!(serde_json::to_string(&forward).unwrap(), json);
        assert_eq!(serde_json::from_str::<Outgoing>(json).unwrap(), forward);
        assert_eq!(format!("{forward:?}"), "Forward(Forward(video, [3 bytes]))");
    }
}
