//! Places on a map.

use std::{borrow::Cow, fmt};

use super::{
    MediaRef, Note,
    media_ref::Kind,
    source::{Body, Source, first},
};
use crate::coding::{text::plain_text, xml::Node};

/// A place on a map.
///
/// ```
/// use wx_proto::Location;
///
/// fn line(location: &Location) -> String {
///     format!("{} {}", location.name.as_deref().unwrap_or(""), location.label)
/// }
/// ```
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub struct Location {
    /// The address, as a person reads it.
    pub label: String,
    /// The name of the place, if it has one of its own.
    pub name: Option<String>,
    /// Where it is; `None` if the server does not say.
    pub point: Option<Point>,
    /// The address of a map in the web, if there is one.
    pub url: Option<String>,
    /// Where to fetch a picture of the map.
    pub map: Option<MediaRef>,
}

/// Somebody shares where they are while they move; only phones follow it.
///
/// ```
/// use wx_proto::{Content, LiveLocation};
///
/// fn begins_to_share(content: &Content) -> bool {
///     matches!(content, Content::LiveLocation(LiveLocation::Started))
/// }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LiveLocation {
    /// It began.
    Started,
    /// It ended.
    Ended,
}

/// A point on the map, in millionths of a degree, which is exact. `Debug` does not say where it is, `Display` does.
///
/// ```
/// use wx_proto::{Location, Point};
///
/// fn degrees(location: &Location) -> Option<(f64, f64)> {
///     let Point { latitude_e6, longitude_e6, .. } = location.point?;
///     Some((f64::from(latitude_e6) / 1e6, f64::from(longitude_e6) / 1e6))
/// }
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a map has two directions")]
pub struct Point {
    /// North of the equator, in millionths of a degree.
    pub latitude_e6: i32,
    /// East of Greenwich, in millionths of a degree.
    pub longitude_e6: i32,
}

impl Point {
    fn parse(latitude: &str, longitude: &str) -> Option<Self> {
        Some(Self { latitude_e6: millionths(latitude, 90)?, longitude_e6: millionths(longitude, 180)? })
    }
}

impl fmt::Display for Point {
    /// Degrees, latitude first: `22.540000,113.930000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { latitude_e6, longitude_e6 } = *self;
        degrees(latitude_e6, f)?;
        f.write_str(",")?;
        degrees(longitude_e6, f)
    }
}

fn degrees(e6: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if e6 < 0 { "-" } else { "" };
    let size = e6.unsigned_abs();
    write!(f, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
}

/// Reads degrees; further digits are cut off.
fn millionths(degrees: &str, most: i32) -> Option<i32> {
    let degrees = degrees.trim();
    let (sign, size) = degrees.strip_prefix('-').map_or((1, degrees), |size| (-1, size));
    let (whole, rest) = size.split_once('.').unwrap_or((size, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: i32 = whole.parse().ok().filter(|whole| *whole <= most)?;
    let rest: i32 = format!("{rest:0<6.6}").parse().ok()?;
    whole.checked_mul(1_000_000)?.checked_add(rest).map(|size| size * sign)
}

impl Location {
    /// Whether a message of MsgType 1 is one.
    pub(super) fn is_in(source: &Source<'_>) -> bool {
        source.members.number("SubMsgType") == Some(48)
            || source.members.text("Url").contains("coord=")
            || source.members.text("OriContent").contains("<location")
            || (source.raw().contains(MAP) && !source.members.text("Url").is_empty())
            || source.raw().starts_with(OLD)
    }

    pub(super) fn decode(source: &Source<'_>) -> Result<Self, Note> {
        let original = source.members.text("OriContent");
        let xml = if original.is_empty() { source.xml() } else { Node::parse(&original).map_err(Note::from) };
        let node = match &xml {
            Ok(msg) if msg.is("location") => Some(msg),
            Ok(msg) => msg.child("location"),
            Err(_) => None,
        };
        let mut url = source.member("Url");
        if url.is_empty() && source.raw().starts_with(OLD) {
            url = source.words();
        }
        let shown = shown_label(source);
        let attribute = |name| node.map_or("", |node| node.attribute(name));
        let label = if attribute("label").is_empty() { shown.as_ref() } else { attribute("label") };
        let point = Point::parse(attribute("x"), attribute("y")).or_else(|| point_in(&url));
        if label.is_empty() && point.is_none() && url.is_empty() {
            return Err(xml.err().unwrap_or(Note::Incomplete));
        }
        // `[位置]` stands for no name.
        let name = attribute("poiname");
        let named = !name.is_empty() && name != "[位置]" && name != label;
        let map = if source.raw().contains(MAP) { source.media(Kind::Map, None) } else { None };
        Ok(Self {
            label: label.to_owned(),
            name: named.then(|| name.to_owned()),
            point,
            url: (!url.is_empty()).then_some(url),
            map,
        })
    }

    /// One inside a forwarded history: elements, or attributes of one element.
    pub(super) fn of_record(item: &Node) -> Self {
        let place = ["locitem", "location"].iter().find_map(|name| item.child(name));
        let read = |names: [&str; 2]| {
            let of = |place: &Node| {
                first(
                    names
                        .into_iter()
                        .flat_map(|name| [place.text_at(name).into(), place.attribute(name).into()]),
                )
            };
            place.map(of).unwrap_or_default()
        };
        let written = ["datadesc", "datatitle"].map(|name| item.text_at(name).into());
        let (label, name) = (read(["label", "label"]), read(["poiname", "poiName"]));
        let label = if label.is_empty() && name.is_empty() { first(written) } else { label };
        Self {
            name: (!name.is_empty() && name != label).then_some(name),
            label,
            point: Point::parse(&read(["lat", "x"]), &read(["lng", "y"])),
            url: None,
            map: None,
        }
    }

    pub(super) fn detail(&self) -> Cow<'_, str> {
        let words = [self.name.as_deref().unwrap_or(""), &self.label];
        let words: Vec<&str> = words.into_iter().filter(|words| !words.is_empty()).collect();
        match (words.is_empty(), self.point) {
            (false, _) => words.join(", ").into(),
            (true, Some(point)) => point.to_string().into(),
            (true, None) => Cow::Borrowed(""),
        }
    }
}

impl LiveLocation {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Started => "[sharing a live location: see the phone]",
            Self::Ended => "[the live location ended]",
        }
    }
}

/// In the path of the map's picture.
const MAP: &str = "pictype=location";
/// What the content was in the oldest form.
const OLD: &str = "http://weixin.qq.com/cgi-bin/redirectforward?";

/// The address before the picture's path.
fn shown_label(source: &Source<'_>) -> Cow<'static, str> {
    let Body::Wire(content) = source.body else { return Cow::Borrowed("") };
    match content.split_once(":<br/>") {
        Some((label, _)) => plain_text(label).into(),
        None => Cow::Borrowed(""),
    }
}

/// `…?coord=22.540000,113.930000`
fn point_in(url: &str) -> Option<Point> {
    let (_, coordinates) = url.split_once("coord=")?;
    let coordinates = coordinates.split('&').next()?;
    let (latitude, longitude) = coordinates.split_once(',').or_else(|| coordinates.split_once("%2C"))?;
    Point::parse(latitude, longitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_exact() {
        for (text, e6) in [
            ("22.540000", Some(22_540_000)),
            ("-22.5", Some(-22_500_000)),
            ("0.0000019", Some(1)),
            ("90", Some(90_000_000)),
            ("-0.000001", Some(-1)),
            ("91", None),
            ("", None),
            ("-", None),
            (".5", None),
            ("1e3", None),
            ("1.-5", None),
            ("99999999999999999999", None),
            ("NaN", None),
        ] {
            assert_eq!(millionths(text, 90), e6, "{text}");
        }
        let point = Point::parse("-22.54", "113.93").unwrap();
        assert_eq!(point.to_string(), "-22.540000,113.930000");
        assert_eq!(point_in("http://x/?coord=22.540000,113.930000&a=1"), Point::parse("22.54", "113.93"));
        assert_eq!(point_in("http://x/?coord=22.54"), None);
    }
}
