//! What a message says, in the language of the interface.

use std::borrow::Cow;

use wx_proto::{Content, Emoticon, Game, LiveLocation, Voip};

use crate::texts::lang::Lang;

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
        Content::Voip(Voip::Talked(time)) => return format!("[通话时长 {}]", Voip::clock(*time)).into(),
        Content::Voip(Voip::Cancelled) => "通话已取消",
        Content::Voip(Voip::Declined) => "通话已拒绝",
        Content::Voip(Voip::Missed) => "未接通话",
        Content::Voip(Voip::Busy) => "通话：对方忙线",
        Content::Voip(Voip::Elsewhere) => "通话：已在其他设备接听",
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

    use super::*;
    use crate::fixtures;

    /// The messages of every kind, by the last three digits of their ids.
    fn kinds() -> BTreeMap<String, Content> {
        let names =
            ["kinds-media", "kinds-app", "kinds-app-more", "kinds-people", "kinds-notices", "kinds-wordings"];
        names.into_iter().flat_map(fixtures::messages).collect()
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
                "[chat history 小明和老王的聊天记录]\n小明: 七点？\n老王: [image]",
                "[聊天记录 小明和老王的聊天记录]\n小明: 七点？\n老王: [图片]",
            ),
            ("313", "channel_video", "[channel video 山里人: 日出 🌄]", "[视频号 山里人: 日出 🌄]"),
            (
                "349",
                "chat_history",
                "[chat history 群聊的聊天记录]\n甲: 表在这 https://example.com/wiki/1?sheet=2&from=im，请看\n\
                 乙: [file 方案.pdf 2.0 kB]\n乙: [image]\n乙: [video 0:07]\n丁: [location 东门, 示例市东门]\n\
                 丙: [chat history 内层记录]\n  丁: 内层正文",
                "[聊天记录 群聊的聊天记录]\n甲: 表在这 https://example.com/wiki/1?sheet=2&from=im，请看\n\
                 乙: [文件 方案.pdf 2.0 kB]\n乙: [图片]\n乙: [视频 0:07]\n丁: [位置 东门, 示例市东门]\n\
                 丙: [聊天记录 内层记录]\n  丁: 内层正文",
            ),
            (
                "343",
                "channel_video",
                "[channel live 山里人家: 今晚八点直播赶海]",
                "[视频号直播 山里人家: 今晚八点直播赶海]",
            ),
            ("344", "app", "[group announcement 周六九点东门集合\n带水]", "[群公告 周六九点东门集合\n带水]"),
            ("352", "emoticon", "[dice: 6]", "[骰子 6]"),
            ("353", "emoticon", "[rock-paper-scissors: scissors]", "[猜拳 剪刀]"),
            (
                "342",
                "link",
                "[link 第一条: http://view.inews.qq.com/a/1]\n第二条: http://view.inews.qq.com/a/2",
                "[链接 第一条: http://view.inews.qq.com/a/1]\n第二条: http://view.inews.qq.com/a/2",
            ),
            ("321", "app", "[app Chess: your turn]", "[应用消息 Chess: your turn]"),
            ("501", "recalled", "\"老王\" 撤回了一条消息", "\"老王\" 撤回了一条消息"),
            ("504", "pat", "\"小明\" 拍了拍我", "\"小明\" 拍了拍我"),
            ("509", "voip", "[call: see the phone]", "[通话：请在手机上查看]"),
            ("510", "voip", "[the call ended]", "[通话已结束]"),
            ("511", "voip", "[invitation to a call: see the phone]", "[通话邀请：请在手机上查看]"),
            ("674", "voip", "[call cancelled]", "[通话已取消]"),
            ("675", "voip", "[call declined]", "[通话已拒绝]"),
            ("676", "voip", "[call: the line was busy]", "[通话：对方忙线]"),
            ("677", "voip", "[call of 1:05]", "[通话时长 1:05]"),
            ("678", "voip", "[missed call]", "[未接通话]"),
            ("679", "voip", "[call: taken on another device]", "[通话：已在其他设备接听]"),
            ("673", "transfer", "[transfer]", "[转账]"),
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
