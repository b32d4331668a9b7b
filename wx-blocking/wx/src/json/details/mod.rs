//! What the lines of some kinds of messages have beside their text.

mod parts;

use serde::Serialize;
use wx_proto::{Content, Dimensions, Game};

use self::parts::{ArticleLine, Degrees, EventLine, QuotedLine, RecordLine};

/// The fields of one kind. What is unknown is absent. Tickets and keys are never among them.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Details<'a> {
    None {},
    Text {
        #[serde(skip_serializing_if = "is_false")]
        mentions_me: bool,
    },
    Media {
        #[serde(skip_serializing_if = "Option::is_none")]
        file_name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        size: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        width: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        height: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_ms: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        md5: Option<&'a str>,
        /// `dice` or `rock_paper_scissors`.
        #[serde(skip_serializing_if = "Option::is_none")]
        game: Option<&'static str>,
        /// What was thrown: `1` to `6`, `rock`, `paper` or `scissors`.
        #[serde(skip_serializing_if = "Option::is_none")]
        result: Option<&'static str>,
    },
    Location {
        label: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(flatten)]
        point: Option<Degrees>,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
    },
    Card {
        #[serde(skip_serializing_if = "Option::is_none")]
        user_name: Option<&'a str>,
        nick_name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        alias: Option<&'a str>,
        official: bool,
    },
    FriendRequest {
        #[serde(skip_serializing_if = "Option::is_none")]
        user_name: Option<&'a str>,
        nick_name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        alias: Option<&'a str>,
        greeting: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        scene: Option<i64>,
    },
    App {
        #[serde(skip_serializing_if = "Option::is_none")]
        app_type: Option<i64>,
        title: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        description: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
        /// Where it comes from: an app, an account, a program, a channel.
        #[serde(skip_serializing_if = "Option::is_none")]
        source: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        stream_url: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        app_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<&'a str>,
        /// A live stream instead of a film.
        #[serde(skip_serializing_if = "is_false")]
        live: bool,
        /// What an account sent at once, the first among them.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        articles: Vec<ArticleLine<'a>>,
    },
    Quote {
        /// The answer alone.
        answer: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        quoted: Option<QuotedLine<'a>>,
    },
    History {
        title: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        description: &'a str,
        records: Vec<RecordLine<'a>>,
    },
    Transfer {
        #[serde(skip_serializing_if = "Option::is_none")]
        amount: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        memo: Option<&'a str>,
        #[serde(skip_serializing_if = "str::is_empty")]
        description: &'a str,
        /// The server's number for what happened: 1 sent.
        #[serde(skip_serializing_if = "Option::is_none")]
        stage: Option<i64>,
    },
    Status {
        code: i64,
        chats: Vec<&'a str>,
    },
    System {
        #[serde(skip_serializing_if = "Option::is_none")]
        event: Option<EventLine<'a>>,
    },
    Unknown {
        #[serde(skip_serializing_if = "Option::is_none")]
        msg_type: Option<i64>,
        note: &'a str,
    },
}

impl<'a> Details<'a> {
    pub(super) fn of(content: &'a Content, mentions_me: bool) -> Self {
        let app = |title: &'a str, description: &'a str, url: &'a Option<String>| Self::App {
            app_type: None,
            title,
            description,
            url: url.as_deref(),
            source: None,
            stream_url: None,
            app_id: None,
            page: None,
            live: false,
            articles: Vec::new(),
        };
        match content {
            Content::Text(_) => Self::Text { mentions_me },
            Content::Image(image) => media(None, image.size, image.dimensions, None, None),
            Content::Voice(voice) => media(None, voice.size, None, Some(voice.duration), None),
            Content::Video(video) => media(None, video.size, video.dimensions, Some(video.duration), None),
            Content::Emoticon(sticker) => {
                let mut details = media(None, sticker.size, sticker.dimensions, None, sticker.md5.as_deref());
                if let Self::Media { game, result, .. } = &mut details {
                    (*game, *result) = (sticker.game.map(Game::name), sticker.game.map(Game::result));
                }
                details
            }
            Content::File(file) => media(Some(&file.name), file.size, None, None, file.md5.as_deref()),
            Content::Location(place) => Self::Location {
                label: &place.label,
                name: place.name.as_deref(),
                point: place.point.map(Degrees::of),
                url: place.url.as_deref(),
            },
            Content::Card(card) => Self::Card {
                user_name: card.user_name.as_ref().map(|name| name.as_str()),
                nick_name: &card.nick_name,
                alias: card.alias.as_deref(),
                official: card.official,
            },
            Content::FriendRequest(request) => Self::FriendRequest {
                user_name: request.user_name.as_ref().map(|name| name.as_str()),
                nick_name: &request.nick_name,
                alias: request.alias.as_deref(),
                greeting: &request.greeting,
                scene: request.scene,
            },
            Content::Link(link) => {
                let mut details = app(&link.title, &link.description, &link.url).from(link.source.as_deref());
                if let Self::App { articles, .. } = &mut details {
                    *articles = link.articles.iter().map(ArticleLine::of).collect();
                }
                details
            }
            Content::MiniProgram(program) => {
                let mut details =
                    app(&program.title, &program.description, &program.url).from(program.name.as_deref());
                if let Self::App { app_id, page, .. } = &mut details {
                    (*app_id, *page) = (program.app_id.as_deref(), program.page.as_deref());
                }
                details
            }
            Content::Music(music) => {
                let mut details =
                    app(&music.title, &music.description, &music.url).from(music.source.as_deref());
                if let Self::App { app_id, stream_url, .. } = &mut details {
                    (*app_id, *stream_url) = (music.app_id.as_deref(), music.stream_url.as_deref());
                }
                details
            }
            Content::ChannelVideo(video) => {
                let mut details = app("", &video.description, &None).from(Some(&video.author));
                if let Self::App { live, .. } = &mut details {
                    *live = video.live;
                }
                details
            }
            Content::App(other) => {
                let mut details =
                    app(&other.title, &other.description, &other.url).from(other.source.as_deref());
                if let Self::App { app_type, .. } = &mut details {
                    *app_type = Some(other.kind);
                }
                details
            }
            Content::RedPacket(packet) => app(&packet.title, "", &None),
            Content::Quote(quote) => {
                Self::Quote { answer: &quote.text, quoted: quote.quoted.as_ref().map(QuotedLine::of) }
            }
            Content::ChatHistory(history) => Self::History {
                title: &history.title,
                description: &history.description,
                records: history.records.iter().map(RecordLine::of).collect(),
            },
            Content::Transfer(transfer) => Self::Transfer {
                amount: transfer.amount.as_deref(),
                memo: transfer.memo.as_deref(),
                description: &transfer.description,
                stage: transfer.stage,
            },
            Content::Status(status) => Self::Status {
                code: status.event.code(),
                chats: status.users.iter().map(|name| name.as_str()).collect(),
            },
            Content::System(system) => Self::System { event: system.event.as_ref().and_then(EventLine::of) },
            Content::Unknown(unknown) => {
                Self::Unknown { msg_type: unknown.msg_type, note: unknown.note.as_str() }
            }
            Content::LiveLocation(_) | Content::Recalled(_) | Content::Pat(_) | Content::Voip(_) | _ => {
                Self::None {}
            }
        }
    }

    fn from(mut self, origin: Option<&'a str>) -> Self {
        if let Self::App { source, .. } = &mut self {
            *source = origin.filter(|origin| !origin.is_empty());
        }
        self
    }
}

fn media<'a>(
    file_name: Option<&'a str>,
    size: Option<u64>,
    dimensions: Option<Dimensions>,
    duration: Option<std::time::Duration>,
    md5: Option<&'a str>,
) -> Details<'a> {
    let millis = duration.and_then(|duration| u64::try_from(duration.as_millis()).ok());
    Details::Media {
        file_name,
        size,
        width: dimensions.map(|dimensions| dimensions.width),
        height: dimensions.map(|dimensions| dimensions.height),
        duration_ms: millis.filter(|millis| *millis > 0),
        md5,
        game: None,
        result: None,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests;
