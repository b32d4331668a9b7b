//! What stands inside a message: a place, a quoted message, articles, records, what happened in a group.

use std::borrow::Cow;

use serde::Serialize;
use wx_proto::{Article, GroupEvent, Person, Point, Quoted, Record};

use super::{Details, is_false};

/// Degrees, exact to a millionth.
#[derive(Debug, Serialize)]
pub(in crate::json) struct Degrees {
    latitude: f64,
    longitude: f64,
}

#[derive(Debug, Serialize)]
pub(in crate::json) struct QuotedLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    msg_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_name: Option<&'a str>,
    kind: &'a str,
    text: String,
}

#[derive(Debug, Serialize)]
pub(in crate::json) struct ArticleLine<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cover_url: Option<&'a str>,
}

#[derive(Debug, Serialize)]
pub(in crate::json) struct RecordLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sender: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    kind: &'a str,
    text: Cow<'a, str>,
    /// Those of its kind; a history inside has its records here.
    #[serde(flatten)]
    details: Details<'a>,
}

/// What happened in a group. People are their shown names; `null` is the account itself.
#[derive(Debug, Serialize)]
pub(in crate::json) struct EventLine<'a> {
    what: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    who: Vec<Option<&'a str>>,
    /// Absent if the text does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// People came in by a QR code.
    #[serde(skip_serializing_if = "is_false")]
    by_code: bool,
}

impl Degrees {
    pub(super) fn of(point: Point) -> Self {
        let degrees = |e6: i32| f64::from(e6) / 1e6;
        Self { latitude: degrees(point.latitude_e6), longitude: degrees(point.longitude_e6) }
    }
}

impl<'a> QuotedLine<'a> {
    pub(super) fn of(quoted: &'a Quoted) -> Self {
        Self {
            msg_id: quoted.msg_id.as_ref().map(|id| id.as_str()),
            sender_name: quoted.sender_name.as_deref(),
            kind: quoted.content.kind(),
            text: quoted.content.text().into_owned(),
        }
    }
}

impl<'a> ArticleLine<'a> {
    pub(super) fn of(article: &'a Article) -> Self {
        Self {
            title: &article.title,
            description: &article.description,
            url: article.url.as_deref(),
            cover_url: article.cover_url.as_deref(),
        }
    }
}

impl<'a> RecordLine<'a> {
    pub(super) fn of(record: &'a Record) -> Self {
        Self {
            sender: record.sender.as_deref(),
            time: record.time.as_deref(),
            kind: record.content.kind(),
            text: record.text(),
            details: Details::of(&record.content, false),
        }
    }
}

impl<'a> EventLine<'a> {
    pub(super) fn of(event: &'a GroupEvent) -> Option<Self> {
        let names = |who: &'a [Person]| who.iter().map(Person::name).collect();
        let (who, by, name) = match event {
            GroupEvent::Joined { who, by, .. } => (names(who), by.as_ref().map(Person::name), None),
            GroupEvent::Left { who } => (names(who), None, None),
            GroupEvent::Removed { who, by } => (names(who), Some(by.name()), None),
            GroupEvent::Renamed { name, by } => (Vec::new(), Some(by.name()), Some(name.as_str())),
            GroupEvent::OwnerChanged { owner } => (vec![owner.name()], None, None),
            _ => return None,
        };
        let by_code = matches!(event, GroupEvent::Joined { by_code: true, .. });
        Some(Self { what: event.as_str(), who, by, name, by_code })
    }
}
