//! Every kind of message, from the bytes of a sync reply to its typed value and its line of text.

/// Takes the content of a fixture's message apart.
macro_rules! content {
    ($scenario:expr, $id:literal, $kind:ident, $text:expr) => {{
        let message = message($scenario, $id);
        assert_eq!(message.content.text(), $text);
        match message.content {
            Content::$kind(content) => content,
            other => panic!("{other:?}"),
        }
    }};
}

mod damage;
mod more;
mod phone;
mod table;
mod wordings;

use std::time::Duration;

use serde_json::value::RawValue;
use wx_proto::{
    BatchContent, Content, Direction, Event, GroupEvent, LiveLocation, Me, MediaKind, Message, MsgId, Note,
    Person, Phase, StatusEvent, System, UserName, Voip,
};
use wx_testkit::{player::Player, transcript::Scenario};

use crate::shapes::{NEWS, behind};

pub(crate) const MEDIA: &str = "kinds-media";
pub(crate) const APP: &str = "kinds-app";
pub(crate) const MORE: &str = "kinds-app-more";
pub(crate) const PEOPLE: &str = "kinds-people";
pub(crate) const NOTICES: &str = "kinds-notices";
pub(crate) const WORDINGS: &str = "kinds-wordings";

/// What a client hands out of a scenario that follows `news`, and the journal behind the login.
pub(crate) fn play(scenario: Scenario) -> (Vec<Message>, Player) {
    let mut player = behind(NEWS);
    let mut messages = Vec::new();
    player.add(scenario);
    for _ in 0..6 {
        player.play(|client, event| {
            if let Event::Batch(batch) = event {
                client.ack(batch.id).unwrap();
                if let BatchContent::Messages(new) = &batch.content {
                    messages.extend(new.iter().cloned());
                }
            }
        });
        if player.left_over().is_empty() {
            break;
        }
    }
    (messages, player)
}

/// The message of a fixture whose id ends in these three digits.
fn message(scenario: &str, id: u64) -> Message {
    let (messages, _) = play(Scenario::load("web", scenario).unwrap());
    let id = MsgId::new(format!("5120000000000000{id}"));
    messages.into_iter().find(|message| message.id.as_ref() == Some(&id)).unwrap()
}

fn named(name: &str) -> Person {
    Person::Named(name.to_owned())
}

#[test]
fn a_text() {
    content!(PEOPLE, 400, Text, "你好 <3 A&B\n早 😂[微笑] 🤔");
    let typed = message(PEOPLE, 402);
    assert_eq!(
        (typed.content.text().as_ref(), typed.direction),
        ("typed <br/> and &lt;", Direction::Outgoing)
    );
}

#[test]
fn a_text_that_mentions() {
    let text = content!(PEOPLE, 401, Text, "@测试\u{2005} @所有人 七点？");
    assert_eq!(text.mentioned().collect::<Vec<_>>(), ["测试"]);
    assert!(text.mentions_all());
    let message = message(PEOPLE, 401);
    let me: Me = serde_json::from_str(r#"{"user_name":"@0a","nick_name":"测试","uin":1}"#).unwrap();
    assert!(message.mentions_me(&me, &wx_proto::Contacts::default()));
}

#[test]
fn an_image() {
    let image = content!(MEDIA, 200, Image, "[image 210x240]");
    let media = image.media.unwrap();
    assert_eq!((media.kind(), media.msg_id().unwrap().as_str()), (MediaKind::Image, "5120000000000000200"));
    assert_eq!(content!(MEDIA, 201, Image, "[image 89x120]").size, Some(52523));
    content!(MEDIA, 202, Image, "[image 3840x2160]");
    assert!(message(MEDIA, 202).sender.unwrap().as_str().starts_with("@3333"));
    content!(APP, 315, Image, "[image 200x100]");
}

#[test]
fn a_voice() {
    let voice = content!(MEDIA, 203, Voice, "[voice 3 s]");
    assert_eq!((voice.duration, voice.size), (Duration::from_millis(2112), Some(4051)));
}

#[test]
fn a_video() {
    let video = content!(MEDIA, 204, Video, "[video 0:02]");
    assert_eq!((video.micro, video.size, video.dimensions.unwrap().width), (false, Some(328_666), 960));
    assert!(content!(MEDIA, 205, Video, "[video 1:15]").micro);
}

#[test]
fn an_emoticon() {
    let sticker = content!(MEDIA, 206, Emoticon, "[emoticon 240x210]");
    assert_eq!(sticker.md5.as_deref(), Some("594560af0d32d92224682ee2c292877a"));
    for id in [207, 208] {
        let Content::Emoticon(store) = message(MEDIA, id).content else { panic!() };
        assert!(store.store && store.media.is_none());
    }
    content!(APP, 316, Emoticon, "[emoticon 100x100]");
}

#[test]
fn a_location() {
    let place = content!(MEDIA, 209, Location, "[location 深圳市南山区]");
    assert_eq!(place.point.unwrap().to_string(), "22.540000,113.930000");
    assert_eq!(place.map.unwrap().kind(), MediaKind::Map);
    content!(MEDIA, 210, Location, "[location 深圳市南山区]");
    let rare = content!(MEDIA, 211, Location, "[location Café 😂, A & B Street]");
    assert_eq!(rare.point.unwrap().to_string(), "-22.540000,113.930000");
}

#[test]
fn a_live_location() {
    let started = content!(APP, 314, LiveLocation, "[sharing a live location: see the phone]");
    assert_eq!(started, LiveLocation::Started);
    assert_eq!(content!(NOTICES, 514, LiveLocation, "[the live location ended]"), LiveLocation::Ended);
}

#[test]
fn a_card() {
    let card = content!(PEOPLE, 403, Card, "[contact Anna]");
    assert_eq!(card.user_name, Some(UserName::new("@4444555566667777888899990000aaaa")));
    assert!(!format!("{card:?}").contains("v2_example"));
    assert!(content!(PEOPLE, 404, Card, "[account 科技早报]").official);
    content!(PEOPLE, 406, Card, "[contact Ben]");
}

#[test]
fn a_hostile_name() {
    let name = "\u{202e}evil\u{202c} \u{1b}[31mred\u{7} line\u{2028}two";
    content!(PEOPLE, 407, Card, format!("[contact {name}]"));
    content!(PEOPLE, 408, Text, "שלום \u{202e}abc\u{202c} \u{1b}[2J\0\u{7f} end");
}

#[test]
fn a_friend_request() {
    let request = content!(PEOPLE, 405, FriendRequest, "[friend request from Anna 😂 & Co: 我是Anna]");
    assert_eq!(request.ticket.as_ref().unwrap().expose(), "v2_example@stranger");
    assert_eq!((request.scene, request.region.as_str()), (Some(14), "北京 朝阳"));
    assert!(!format!("{:?}", message(PEOPLE, 405)).contains("v2_"));
}

#[test]
fn a_link() {
    let link = content!(APP, 300, Link, "[link Title & more: https://example.com/a?x=1&y=2]");
    assert_eq!((link.description.as_str(), link.cover.unwrap().kind()), ("Text", MediaKind::Cover));
    content!(APP, 317, Link, "[link 片: http://example.com/film]");
    content!(APP, 318, Link, "[link 早报: http://mp.weixin.qq.com/s?a=1&b=2]");
    content!(APP, 319, Link, "[link 今日要闻: http://view.inews.qq.com/a/1]");
}

#[test]
fn a_file() {
    let file = content!(APP, 301, File, "[file report.pdf 1.2 MB]");
    assert_eq!(file.size, Some(1_234_567));
    let media = file.media.unwrap();
    let stored = serde_json::to_string(&media).unwrap();
    assert!(stored.contains("@crypt_1a2b3c4d") && stored.contains("report%2Epdf"), "{stored}");
    assert_eq!(serde_json::from_str::<wx_proto::MediaRef>(&stored).unwrap(), media);
    assert!(!format!("{media:?}").contains("crypt"));
}

#[test]
fn a_mini_program() {
    let program = content!(APP, 302, MiniProgram, "[mini program Shop: 今日特价]");
    assert_eq!(program.page.as_deref(), Some("pages/index.html"));
    content!(APP, 303, MiniProgram, "[mini program Shop: 今日特价]");
}

#[test]
fn a_quote() {
    let quote = content!(APP, 304, Quote, "> 小明: 明天几点 出发？\n我也是 😂");
    let quoted = quote.quoted.unwrap();
    assert_eq!(quoted.msg_id, Some(MsgId::new("5120000000000000011")));
    assert_eq!(quoted.content.text(), "明天几点\n出发？");
    content!(APP, 305, Quote, "> 小明: [image 89x120]\n好看");
    let outer = content!(APP, 306, Quote, "> 小明: inner\nouter");
    let Content::Quote(inner) = *outer.quoted.unwrap().content else { panic!() };
    assert_eq!(inner.text, "inner");
    assert_eq!(inner.quoted.unwrap().content.text(), "第一句");
}

#[test]
fn music() {
    let music = content!(APP, 307, Music, "[music 山歌 - 老王]");
    assert_eq!(music.stream_url.as_deref(), Some("http://example.com/a.mp3"));
    assert_eq!(music.app_id.as_deref(), Some("wx485a97c844086dc9"));
}

#[test]
fn a_transfer() {
    let transfer = content!(APP, 308, Transfer, "[transfer ￥0.10]");
    assert_eq!((transfer.stage, transfer.amount.as_deref()), (Some(1), Some("￥0.10")));
}

#[test]
fn a_red_packet() {
    content!(APP, 309, RedPacket, "[red packet 恭喜发财 🎁]");
    content!(APP, 310, RedPacket, "[red packet 恭喜发财，请在手机上查看]");
    content!(NOTICES, 512, RedPacket, "[red packet]");
}

#[test]
fn a_chat_history() {
    content!(APP, 311, ChatHistory, "[chat history]\n该类型暂不支持，请在手机上查看");
    let history =
        content!(APP, 312, ChatHistory, "[chat history 小明和老王的聊天记录]\n小明: 七点？\n老王: [image]");
    assert_eq!(history.records.len(), 2);
    assert_eq!(
        (history.records[0].sender.as_deref(), history.records[0].text().as_ref()),
        (Some("小明"), "七点？")
    );
}

#[test]
fn a_channel_video() {
    let video = content!(APP, 313, ChannelVideo, "[channel video 山里人: 日出 🌄]");
    assert_eq!(video.duration, Duration::from_secs(15));
}

#[test]
fn other_apps() {
    for id in 320..329 {
        let content = message(APP, id).content;
        assert_eq!(content.kind(), "app", "{id}");
    }
    assert_eq!(content!(APP, 321, App, "[app Chess: your turn]").kind, 7);
}

#[test]
fn broken_xml() {
    content!(APP, 330, Link, "[link twice: http://example.com/2]");
    content!(APP, 331, Link, "[link cut: http://example.com/3]");
    // Behind its sender, in a group.
    content!(APP, 332, Link, "[link prefixed: http://example.com/4]");
    content!(APP, 333, Link, "[link &b;]");
    let unknown = content!(APP, 334, Unknown, "[unsupported message, type 49]");
    assert_eq!((unknown.note, unknown.body.as_str()), (Note::NotXml, "no XML and no title"));
}

#[test]
fn a_recall() {
    let recalled = content!(NOTICES, 500, Recalled, "\"小明😂\" 撤回了一条消息");
    assert_eq!(recalled.recalled, Some(MsgId::new("5120000000000000400")));
    content!(NOTICES, 501, Recalled, "\"老王\" 撤回了一条消息");
    content!(NOTICES, 502, Recalled, "\"小明\" 撤回了一条消息");
}

#[test]
fn a_pat() {
    let pat = content!(NOTICES, 503, Pat, "\"wxid_a\" 拍了拍我");
    assert_eq!(pat.patted_id.as_deref(), Some("wxid_b"));
    content!(NOTICES, 504, Pat, "\"小明\" 拍了拍我");
}

#[test]
fn a_call() {
    assert_eq!(content!(NOTICES, 509, Voip, "[call: see the phone]"), Voip::Call);
    assert_eq!(content!(NOTICES, 510, Voip, "[the call ended]"), Voip::Ended);
    assert_eq!(content!(NOTICES, 511, Voip, "[invitation to a call: see the phone]"), Voip::Invited);
    assert_eq!(content!(NOTICES, 513, Voip, "[call: see the phone]"), Voip::Call);
}

#[test]
fn a_status() {
    let list = content!(NOTICES, 507, Status, "");
    assert_eq!((list.event, list.users.len()), (StatusEvent::ChatList, 2));
    assert_eq!(list.ids, ["filehelper", "2522500000@chatroom"]);
    assert_eq!(content!(NOTICES, 508, Status, "").event, StatusEvent::Opened);
}

#[test]
fn a_system_text() {
    let friend = content!(NOTICES, 516, System, "你已添加了小明，现在可以开始聊天了。");
    assert_eq!(friend.event, None);
    content!(NOTICES, 506, System, "带水");
    content!(NOTICES, 515, System, "notice");
}

#[test]
fn what_happened_in_a_group() {
    let event = |id| match message(NOTICES, id).content {
        Content::System(system) => system.event,
        other => panic!("{other:?}"),
    };
    let joined = |who: &[Person], by: Person, by_code| {
        Some(GroupEvent::Joined { who: who.to_vec(), by: Some(by), by_code })
    };
    let (ming, ben) = (|| named("小明"), || named("Ben"));
    content!(NOTICES, 505, System, "\"小明\"邀请\"Ben、Mei 😂\"加入了群聊");
    assert_eq!(event(505), joined(&[ben(), named("Mei 😂")], ming(), false));
    assert_eq!(event(520), joined(&[ming()], Person::Me, false));
    assert_eq!(event(521), joined(&[Person::Me, named("Mei")], ming(), false));
    assert_eq!(event(522), joined(&[ben()], ming(), false));
    assert_eq!(event(523), joined(&[ben()], ming(), true));
    assert_eq!(event(524), Some(GroupEvent::Removed { who: vec![ben()], by: Person::Me }));
    assert_eq!(event(525), Some(GroupEvent::Removed { who: vec![Person::Me], by: ming() }));
    assert_eq!(event(526), Some(GroupEvent::Renamed { name: "周日爬山 😂".into(), by: ming() }));
    assert_eq!(event(527), Some(GroupEvent::Renamed { name: "Sunday Hike".into(), by: Person::Me }));
    assert_eq!(event(528), Some(GroupEvent::Left { who: vec![ben()] }));
    assert_eq!(event(529), None);
}

#[test]
fn an_unknown_kind() {
    for (id, note) in [(540, Note::NewType), (541, Note::NotXml), (542, Note::NewType), (543, Note::NewType)]
    {
        let Content::Unknown(unknown) = message(NOTICES, id).content else { panic!("{id}") };
        assert_eq!(unknown.note, note, "{id}");
    }
    assert_eq!(content!(NOTICES, 543, Unknown, "[unsupported message, type 99999]").body, "tomorrow's kind");
}

/// Each family with its journal.
fn journal(name: &str) {
    let (messages, player) = play(Scenario::load("web", name).unwrap());
    assert_eq!(player.client.phase(), &Phase::Online);
    assert!(player.mismatches.is_empty(), "{:?}", player.mismatches);
    assert_eq!(player.left_over(), [] as [&str; 0]);
    let items = items(&Scenario::load("web", name).unwrap());
    let raws: Vec<&[u8]> = messages.iter().map(|message| &message.raw[..]).collect();
    assert_eq!(
        raws,
        items.iter().map(|item| item.get().as_bytes()).collect::<Vec<_>>(),
        "raw, byte for byte"
    );
    let journal = player.journal.to_string();
    let begins = journal.find("webwxsync").and_then(|at| journal[..at].rfind('\n')).unwrap() + 1;
    insta::with_settings!({ snapshot_path => "../snapshots/kinds", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, &journal[begins..]);
    });
}

#[test]
fn the_journal_of_media() {
    journal(MEDIA);
}

#[test]
fn the_journal_of_apps() {
    journal(APP);
}

#[test]
fn the_journal_of_more_apps() {
    journal(MORE);
}

#[test]
fn the_journal_of_people() {
    journal(PEOPLE);
}

#[test]
fn the_journal_of_notices() {
    journal(NOTICES);
}

#[test]
fn the_journal_of_wordings() {
    journal(WORDINGS);
}

/// The items of a scenario's first reply.
fn items(scenario: &Scenario) -> Vec<Box<RawValue>> {
    #[derive(serde::Deserialize)]
    struct Reply {
        #[serde(rename = "AddMsgList")]
        messages: Vec<Box<RawValue>>,
    }
    let reply: Reply = serde_json::from_slice(scenario.exchanges[0].response.body()).unwrap();
    reply.messages
}
