//! What a message says, in the language of the interface.

use std::borrow::Cow;

use wx_proto::{Content, Emoticon, Game, LiveLocation, Voip};

use crate::lang::Lang;

impl Lang {
    /// The line of a message. What is not translated here is told in the core's own English.
    pub(crate) fn content(self, content: &Content) -> Cow<'_, str> {
        match self {
            Self::En => content.text(),
            Self::Zh => chinese(content),
        }
    }
}

fn chinese(content: &Content) -> Cow<'_, str> {
    let what = match content {
        Content::Location(_) => "位置",
        Content::LiveLocation(LiveLocation::Started) => "位置共享：请在手机上查看",
        Content::LiveLocation(LiveLocation::Ended) => "位置共享已结束",
        Content::Image(_) => "图片",
        Content::Voice(voice) => match voice.seconds() {
            0 => "语音",
            seconds => return format!("[语音 {seconds} 秒]").into(),
        },
        Content::Video(_) => "视频",
        Content::Emoticon(Emoticon { game: Some(game), .. }) => return thrown(*game),
        Content::Emoticon(_) => "动画表情",
        Content::Card(card) if card.official => "公众号名片",
        Content::Card(_) => "名片",
        Content::FriendRequest(_) => "好友申请",
        Content::Link(_) => "链接",
        Content::File(_) => "文件",
        Content::MiniProgram(_) => "小程序",
        Content::Quote(quote) => {
            return match &quote.quoted {
                None => Cow::Borrowed(&quote.text),
                Some(quoted) => format!("[引用 {}]\n{}", quoted.line_with(chinese), quote.text).into(),
            };
        }
        Content::Music(_) => "音乐",
        Content::Transfer(_) => "转账",
        Content::RedPacket(_) => "红包",
        Content::ChatHistory(_) => "聊天记录",
        Content::ChannelVideo(video) if video.live => "视频号直播",
        Content::ChannelVideo(_) => "视频号",
        Content::App(app) if app.is_announcement() => "群公告",
        Content::App(app) if app.title.is_empty() => "应用消息，类型",
        Content::App(_) => "应用消息",
        Content::Recalled(recalled) if recalled.text.is_empty() => "撤回了一条消息",
        Content::Pat(pat) if pat.text.is_empty() => "拍一拍",
        Content::Voip(Voip::Call) => "通话：请在手机上查看",
        Content::Voip(Voip::Ended) => "通话已结束",
        Content::Voip(Voip::Invited) => "通话邀请：请在手机上查看",
        Content::Unknown(unknown) if unknown.msg_type.is_none() => "暂不支持的消息",
        Content::Unknown(_) => "暂不支持的消息，类型",
        // Words of people and of the server stay as they are.
        Content::Text(_)
        | Content::Recalled(_)
        | Content::Pat(_)
        | Content::Status(_)
        | Content::System(_)
        | Content::LiveLocation(_)
        | Content::Voip(_)
        | _ => return content.text(),
    };
    content.described_with(what, chinese).into()
}

fn thrown(game: Game) -> Cow<'static, str> {
    match game {
        Game::Dice(face) => format!("[骰子 {face}]").into(),
        Game::Scissors => Cow::Borrowed("[猜拳 剪刀]"),
        Game::Rock => Cow::Borrowed("[猜拳 石头]"),
        Game::Paper => Cow::Borrowed("[猜拳 布]"),
        _ => Cow::Borrowed("[动画表情]"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use wx_proto::{Config, Event, LoginMethod, Timestamp};
    use wx_testkit::{
        player::Player,
        transcript::{Scenario, Volatile},
    };

    use super::*;

    /// The messages of every kind, by the last three digits of their ids.
    fn kinds() -> BTreeMap<String, Content> {
        let fixtures = ["kinds-media", "kinds-app", "kinds-people", "kinds-notices"];
        fixtures.into_iter().flat_map(messages).collect()
    }

    /// The messages of a fixture that follows a login and the first news.
    fn messages(fixture: &str) -> BTreeMap<String, Content> {
        let load = |name: &str, last: u32| {
            let mut scenario = Scenario::load("web", name).unwrap();
            scenario.exchanges.retain(|exchange| exchange.index <= last);
            scenario
        };
        let start = Timestamp::from_millis(1_735_700_000_000);
        let mut player = Player::new(load("kicked", 7), Config::default(), start, Volatile::page());
        player.client.login(LoginMethod::Qr).unwrap();
        let mut contents = BTreeMap::new();
        for next in [load("news", 1), load(fixture, u32::MAX)] {
            player.play(|_, _| ());
            player.add(next);
        }
        // What is recorded for later is asked for when its time comes.
        for _ in 0..6 {
            player.play(|client, event| {
                let Event::Batch(batch) = event else { return };
                client.ack(batch.id).unwrap();
                for message in batch.messages() {
                    let id = message.id.as_ref().map_or("", |id| id.as_str());
                    let last = id.get(id.len().saturating_sub(3)..).unwrap_or_default();
                    contents.insert(last.to_owned(), message.content.clone());
                }
            });
        }
        assert_eq!(player.left_over(), [""; 0], "{fixture}");
        contents
    }

    #[test]
    fn every_kind_in_every_language() {
        let contents = kinds();
        let lines = [
            ("400", "text", "你好 <3 A&B\n早 😂[微笑] 🤔", "你好 <3 A&B\n早 😂[微笑] 🤔"),
            ("200", "image", "[image 210x240]", "[图片 210x240]"),
            ("203", "voice", "[voice 3 s]", "[语音 3 秒]"),
            ("205", "video", "[video 1:15]", "[视频 1:15]"),
            ("206", "emoticon", "[emoticon 240x210]", "[动画表情 240x210]"),
            ("209", "location", "[location 深圳市南山区]", "[位置 深圳市南山区]"),
            (
                "314",
                "live_location",
                "[sharing a live location: see the phone]",
                "[位置共享：请在手机上查看]",
            ),
            ("514", "live_location", "[the live location ended]", "[位置共享已结束]"),
            ("403", "card", "[contact Anna]", "[名片 Anna]"),
            ("404", "card", "[account 科技早报]", "[公众号名片 科技早报]"),
            (
                "405",
                "friend_request",
                "[friend request from Anna 😂 & Co: 我是Anna]",
                "[好友申请 Anna 😂 & Co: 我是Anna]",
            ),
            (
                "300",
                "link",
                "[link Title & more: https://example.com/a?x=1&y=2]",
                "[链接 Title & more: https://example.com/a?x=1&y=2]",
            ),
            ("301", "file", "[file report.pdf 1.2 MB]", "[文件 report.pdf 1.2 MB]"),
            ("302", "mini_program", "[mini program Shop: 今日特价]", "[小程序 Shop: 今日特价]"),
            ("304", "quote", "> 小明: 明天几点 出发？\n我也是 😂", "[引用 小明: 明天几点 出发？]\n我也是 😂"),
            ("305", "quote", "> 小明: [image 89x120]\n好看", "[引用 小明: [图片 89x120]]\n好看"),
            ("306", "quote", "> 小明: inner\nouter", "[引用 小明: inner]\nouter"),
            ("307", "music", "[music 山歌 - 老王]", "[音乐 山歌 - 老王]"),
            ("308", "transfer", "[transfer ￥0.10]", "[转账 ￥0.10]"),
            ("309", "red_packet", "[red packet 恭喜发财 🎁]", "[红包 恭喜发财 🎁]"),
            ("512", "red_packet", "[red packet]", "[红包]"),
            (
                "312",
                "chat_history",
                "[chat history 小明和老王的聊天记录]\n小明: 七点？\n老王: [图片]",
                "[聊天记录 小明和老王的聊天记录]\n小明: 七点？\n老王: [图片]",
            ),
            ("313", "channel_video", "[channel video 山里人: 日出 🌄]", "[视频号 山里人: 日出 🌄]"),
            ("321", "app", "[app Chess: your turn]", "[应用消息 Chess: your turn]"),
            ("501", "recalled", "\"老王\" 撤回了一条消息", "\"老王\" 撤回了一条消息"),
            ("504", "pat", "\"小明\" 拍了拍我", "\"小明\" 拍了拍我"),
            ("509", "voip", "[call: see the phone]", "[通话：请在手机上查看]"),
            ("510", "voip", "[the call ended]", "[通话已结束]"),
            ("511", "voip", "[invitation to a call: see the phone]", "[通话邀请：请在手机上查看]"),
            ("507", "status", "", ""),
            ("506", "system", "带水", "带水"),
            ("543", "unknown", "[unsupported message, type 99999]", "[暂不支持的消息，类型 99999]"),
        ];
        for (id, kind, en, zh) in lines {
            let content = &contents[id];
            assert_eq!(content.kind(), kind, "{id}");
            assert_eq!(Lang::En.content(content), en);
            assert_eq!(Lang::Zh.content(content), zh);
        }
        let tested: BTreeSet<&str> = lines.iter().map(|(_, kind, ..)| *kind).collect();
        let known: BTreeSet<&str> = contents.values().map(Content::kind).collect();
        assert_eq!(tested, known);
    }

    #[test]
    fn english_is_the_core_s_own() {
        for content in kinds().values() {
            assert_eq!(Lang::En.content(content), content.text());
        }
    }
}
