//! Pictures, stickers, sound and film.

use std::{borrow::Cow, time::Duration};

use super::{
    Game, MediaRef,
    media_ref::Kind,
    source::{Source, some},
};
use crate::coding::xml::Node;

/// A picture.
///
/// ```
/// use wx_proto::Image;
///
/// fn line(image: &Image) -> String {
///     match image.dimensions {
///         Some(dimensions) => format!("a picture of {} x {}", dimensions.width, dimensions.height),
///         None => "a picture".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Image {
    /// Width and height in pixels, where the server tells: of the thumbnail, if the picture is larger.
    pub dimensions: Option<Dimensions>,
    /// The size in bytes, where the server tells.
    pub size: Option<u64>,
    /// Where to fetch it.
    pub media: Option<MediaRef>,
}

/// A spoken message.
///
/// ```
/// use wx_proto::Voice;
///
/// fn line(voice: &Voice) -> String {
///     format!("{} seconds of voice", voice.seconds())
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Voice {
    /// How long it is; zero if unknown.
    pub duration: Duration,
    /// The size in bytes, where the server tells.
    pub size: Option<u64>,
    /// Where to fetch it.
    pub media: Option<MediaRef>,
}

/// A film.
///
/// ```
/// use wx_proto::Video;
///
/// fn line(video: &Video) -> String {
///     format!("{} seconds of video", video.duration.as_secs())
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Video {
    /// How long it is, in whole seconds; zero if unknown.
    pub duration: Duration,
    /// Width and height in pixels, where the server tells.
    pub dimensions: Option<Dimensions>,
    /// The size in bytes, where the server tells.
    pub size: Option<u64>,
    /// A micro video (MsgType 62), made to be looked at inside the chat.
    pub micro: bool,
    /// Where to fetch it.
    pub media: Option<MediaRef>,
}

/// A sticker.
///
/// ```
/// use wx_proto::Emoticon;
///
/// fn rolled(sticker: &Emoticon) -> Option<&str> {
///     sticker.game.map(|game| game.result())
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Emoticon {
    /// Width and height in pixels, where the server tells.
    pub dimensions: Option<Dimensions>,
    /// The size in bytes, where the server tells.
    pub size: Option<u64>,
    /// The MD5 sum in hex: the same sticker has the same one.
    pub md5: Option<String>,
    /// Its public address, if it has one.
    pub url: Option<String>,
    /// From the store: only the phone shows it.
    pub store: bool,
    /// What was thrown, for dice and for rock-paper-scissors.
    pub game: Option<Game>,
    /// Where to fetch it; `None` for one from the store.
    pub media: Option<MediaRef>,
}

/// Width and height in pixels.
///
/// ```
/// use wx_proto::{Content, Dimensions};
///
/// fn is_upright(content: &Content) -> bool {
///     let Content::Image(image) = content else { return false };
///     image.dimensions.is_some_and(|Dimensions { width, height, .. }| height > width)
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a plane has two directions")]
pub struct Dimensions {
    /// From left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
}

impl Dimensions {
    fn new(width: Option<u64>, height: Option<u64>) -> Option<Self> {
        Some(Self { width: u32::try_from(width?).ok()?, height: u32::try_from(height?).ok()? })
    }
}

impl Image {
    pub(super) fn decode(source: &Source<'_>) -> Self {
        // Since 2018 the content is an opaque text, except for one's own pictures.
        let xml = source.xml().ok();
        let img = xml.as_ref().and_then(|msg| msg.child("img"));
        let size = img.and_then(|img| img.amount("hdlength").or_else(|| img.amount("length")));
        Self {
            dimensions: dimensions(source, img, ["cdnthumbwidth", "cdnthumbheight"]),
            size,
            media: source.media(Kind::Image, size),
        }
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        in_pixels(self.dimensions)
    }
}

impl Voice {
    pub(super) fn decode(source: &Source<'_>) -> Self {
        let xml = source.xml().ok();
        let voice = xml.as_ref().and_then(|msg| msg.child("voicemsg"));
        let size = voice.and_then(|voice| voice.amount("length"));
        let millis = source.members.amount("VoiceLength");
        let millis = millis.or_else(|| voice?.amount("voicelength")).unwrap_or(0);
        Self { duration: Duration::from_millis(millis), size, media: source.media(Kind::Voice, size) }
    }

    /// How long it is in seconds, as people are told it: a second that began counts. Zero if unknown.
    pub const fn seconds(&self) -> u64 {
        let began = if self.duration.subsec_nanos() > 0 { 1 } else { 0 };
        self.duration.as_secs().saturating_add(began)
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        match self.seconds() {
            0 => Cow::Borrowed(""),
            seconds => format!("{seconds} s").into(),
        }
    }
}

impl Video {
    pub(super) fn decode(source: &Source<'_>) -> Self {
        let xml = source.xml().ok();
        let video = xml.as_ref().and_then(|msg| msg.child("videomsg"));
        let size = video.and_then(|video| video.amount("length"));
        let seconds = source.members.amount("PlayLength");
        let seconds = seconds.or_else(|| video?.amount("playlength")).unwrap_or(0);
        Self {
            duration: Duration::from_secs(seconds),
            dimensions: dimensions(source, video, ["cdnthumbwidth", "cdnthumbheight"]),
            size,
            micro: source.msg_type == 62,
            media: source.media(Kind::Video, size),
        }
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        match self.duration.as_secs() {
            0 => Cow::Borrowed(""),
            seconds => format!("{}:{:02}", seconds / 60, seconds % 60).into(),
        }
    }
}

impl Emoticon {
    pub(super) fn decode(source: &Source<'_>) -> Self {
        let xml = source.xml().ok();
        let emoji = xml.as_ref().and_then(|msg| msg.child("emoji"));
        let attribute = |name| emoji.and_then(|emoji| some(emoji.attribute(name)));
        let size = emoji.and_then(|emoji| emoji.amount("len"));
        let store = source.members.number("HasProductId").is_some_and(|id| id != 0);
        Self {
            dimensions: dimensions(source, emoji, ["width", "height"]),
            size,
            md5: attribute("md5"),
            url: attribute("cdnurl"),
            store,
            game: xml.as_ref().and_then(Game::find),
            media: source.media(Kind::Emoticon, size).filter(|_| !store),
        }
    }

    /// One inside a forwarded history.
    pub(super) fn of_record(item: &Node, size: Option<u64>) -> Self {
        let emoji = |name: &str| some(item.text_at(&format!("emojiitem/{name}")));
        Self {
            dimensions: None,
            size,
            md5: emoji("md5").or_else(|| some(item.text_at("fullmd5"))),
            url: emoji("cdnurlstring"),
            store: false,
            game: Game::find(item),
            media: None,
        }
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        in_pixels(self.dimensions)
    }
}

/// From the members, else from two attributes.
fn dimensions(source: &Source<'_>, node: Option<&Node>, names: [&str; 2]) -> Option<Dimensions> {
    let members = Dimensions::new(source.members.amount("ImgWidth"), source.members.amount("ImgHeight"));
    let [width, height] = names.map(|name| node.and_then(|node| node.amount(name)));
    members.or_else(|| Dimensions::new(width, height))
}

fn in_pixels(dimensions: Option<Dimensions>) -> Cow<'static, str> {
    match dimensions {
        Some(Dimensions { width, height }) => format!("{width}x{height}").into(),
        None => Cow::Borrowed(""),
    }
}
