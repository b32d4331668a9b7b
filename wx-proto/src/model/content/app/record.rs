//! The messages inside a forwarded history: `dataitem`, whose numbers are their own.

use std::time::Duration;

use super::{
    super::{
        Card, Content, Emoticon, Image, Location, Note, Text, Unknown, Video, Voice,
        source::{first, some},
    },
    ChannelVideo, ChatHistory, File, Link, MiniProgram, Music,
    chat_history::Budget,
    stand_in,
};
use crate::coding::{markup::plain_words, xml::Node};

/// What a record says, by its `datatype`.
pub(super) fn content(item: &Node, budget: &mut Budget) -> Content {
    let text = |name| item.text_at(name);
    let size = text("datasize").parse().ok().filter(|size| *size > 0);
    match item.attribute("datatype") {
        "2" => Content::Image(Image { dimensions: None, size, media: None }),
        "3" => Content::Voice(Voice { duration: spoken(text("duration")), size, media: None }),
        number @ ("4" | "15") => Content::Video(Video {
            duration: Duration::from_secs(text("duration").parse().unwrap_or(0)),
            dimensions: None,
            size,
            micro: number == "15",
            media: None,
        }),
        "5" | "36" => Content::Link(link(item)),
        "6" => Content::Location(Location::of_record(item)),
        "7" | "29" | "32" => Content::Music(music(item)),
        "8" => Content::File(File {
            name: first(["datatitle", "datadesc"].map(|name| text(name).into())),
            size,
            md5: some(text("fullmd5")),
            media: None,
        }),
        "16" => Content::Card(Card::of_record(item)),
        "17" | "21" => Content::ChatHistory(ChatHistory::nested(item, budget)),
        "19" => Content::MiniProgram(program(item)),
        "22" => Content::ChannelVideo(titled(ChannelVideo::film_in(item), item)),
        "23" => Content::ChannelVideo(titled(ChannelVideo::live_in(item), item)),
        "37" => Content::Emoticon(Emoticon::of_record(item, size)),
        _ => words(item),
    }
}

/// A text, or words of a kind that is not known.
fn words(item: &Node) -> Content {
    let written = first(["datadesc", "datatitle"].map(|name| item.text_at(name).into()));
    let words = if written.is_empty() { stand_in::inner_words(item) } else { Some(written) };
    words.map_or_else(
        || Content::Unknown(Unknown { msg_type: None, body: String::new(), note: Note::NewType }),
        |text| Content::Text(Text { text }),
    )
}

fn title(item: &Node) -> String {
    plain_words(item.text_at("datatitle"))
}

fn description(item: &Node) -> String {
    plain_words(item.text_at("datadesc"))
}

fn link(item: &Node) -> Link {
    let text = |name| item.text_at(name);
    let from_title = || item.text_at("weburlitem/title");
    Link {
        title: first([title(item).into(), from_title().into()]),
        description: first([description(item).into(), plain_words(text("weburlitem/desc")).into()]),
        url: some(&first(["link", "weburlitem/link", "streamweburl"].map(|name| text(name).into()))),
        source: some(text("appname")),
        cover: None,
        articles: Vec::new(),
    }
}

fn music(item: &Node) -> Music {
    let text = |name| item.text_at(name);
    Music {
        title: title(item),
        description: description(item),
        url: some(&first(["streamweburl", "link"].map(|name| text(name).into()))),
        stream_url: some(&first(["streamdataurl", "streamlowbandurl"].map(|name| text(name).into()))),
        app_id: some(text("appid")),
        source: some(text("appname")),
    }
}

fn program(item: &Node) -> MiniProgram {
    let text = |name: &str| item.text_at(&format!("appbranditem/{name}"));
    MiniProgram {
        title: title(item),
        description: description(item),
        name: some(text("sourcedisplayname")),
        app_id: some(text("appid")),
        page: some(text("pagepath")),
        url: some(item.text_at("link")),
        cover: None,
    }
}

/// Older records have the words of a channel's film in the general elements.
fn titled(mut video: ChannelVideo, item: &Node) -> ChannelVideo {
    if video.author.is_empty() && video.description.is_empty() {
        video.description = first([description(item).into(), title(item).into()]);
    }
    video
}

/// No voice message is longer than a minute: a larger number counts milliseconds.
fn spoken(duration: &str) -> Duration {
    const LONGEST: u64 = 60;
    match duration.parse().unwrap_or(0) {
        seconds @ 0..=LONGEST => Duration::from_secs(seconds),
        millis => Duration::from_millis(millis),
    }
}
