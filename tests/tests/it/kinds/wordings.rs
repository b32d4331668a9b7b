//! What the server says in words, in the languages of phones.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use proptest::{collection::vec, prelude::*, sample::select};
use serde_json::{Value, json};

use super::*;

/// All of the fixture's messages, by the last three digits of their ids.
fn all() -> BTreeMap<u64, Message> {
    let (messages, _) = play(Scenario::load("web", WORDINGS).unwrap());
    let number = |message: &Message| {
        let id = message.id.as_ref().unwrap().as_str();
        id[id.len() - 3..].parse().unwrap()
    };
    messages.into_iter().map(|message| (number(&message), message)).collect()
}

#[test]
fn kinds_and_texts() {
    let messages = all();
    for (id, kind, text) in [
        (
            601,
            "chat_history",
            "[chat history]\nThis type of message is not supported on Web WeChat. View it on your phone.",
        ),
        (602, "red_packet", "[red packet]"),
        (603, "red_packet", "[red packet]"),
        (604, "voip", "[call: see the phone]"),
        (605, "voip", "[call: see the phone]"),
        (606, "voip", "[call: see the phone]"),
        (607, "pat", "\"Anna\" tickled me"),
        (608, "pat", "Anna tickled me"),
        (609, "pat", "\"Anna\" tickled my head"),
        (624, "system", "你邀请\"大山、Zoe、小乔\"加入了群聊"),
        (626, "system", "你有一笔待接收的转账"),
        (627, "system", "收款方24小时内未接收你的转账，已过期"),
        (628, "system", "小乔领取了你的红包"),
        (631, "recalled", "\"甲\" 撤回了一条消息"),
        (632, "pat", "\"anna00001\" 拍了拍我"),
        (633, "system", ""),
        (634, "system", ""),
        (635, "text", "在吗"),
        (636, "text", "大家好"),
        (670, "red_packet", "[red packet]"),
        (671, "red_packet", "[red packet]"),
        (672, "transfer", "[transfer]"),
        (673, "transfer", "[transfer]"),
        (674, "voip", "[call cancelled]"),
        (675, "voip", "[call declined]"),
        (676, "voip", "[call: the line was busy]"),
        (677, "voip", "[call of 1:05]"),
        (678, "voip", "[missed call]"),
        (679, "voip", "[call: taken on another device]"),
        (683, "chat_history", "[chat history]\n該類型暫不支持，請在手機上查看。"),
        (689, "live_location", "[the live location ended]"),
    ] {
        let content = &messages[&id].content;
        assert_eq!((content.kind(), content.text().as_ref()), (kind, text), "{id}");
    }
    let Content::Voip(talked) = messages[&677].content else { panic!() };
    assert_eq!(talked, Voip::Talked(Duration::from_secs(65)));
    let Content::Status(status) = &messages[&600].content else { panic!() };
    assert_eq!(status.event, StatusEvent::Other(9));
}

#[test]
fn group_events() {
    let messages = all();
    let event = |id: u64| match &messages[&id].content {
        Content::System(system) => system.event.clone(),
        other => panic!("{id}: {}", other.kind()),
    };
    let joined = |who: &[&str], by: Option<Person>, by_code: bool| {
        let person = |name: &&str| if *name == "me" { Person::Me } else { named(name) };
        Some(GroupEvent::Joined { who: who.iter().map(person).collect(), by, by_code })
    };
    let anna = || Some(named("Anna"));
    for (id, expected) in [
        (610, joined(&["me"], None, true)),
        (611, joined(&["me"], anna(), false)),
        (612, joined(&["大山、Zoe"], anna(), true)),
        (613, joined(&["Anna"], Some(Person::Me), true)),
        (614, joined(&["小乔"], Some(Person::Me), false)),
        (615, joined(&[". 木 子 .呵呵"], Some(Person::Me), false)),
        (616, joined(&["大山、Zoe", "小乔", "示例_助手"], Some(Person::Me), false)),
        (617, joined(&["Tom$e"], Some(named("🌸团团团🌸")), false)),
        (618, joined(&["🌸YYY"], Some(named("XXX")), false)),
        (619, joined(&["Bob"], anna(), false)),
        (620, joined(&["木子", "Bob"], anna(), false)),
        (621, joined(&["me"], None, false)),
        (622, joined(&["小乔"], anna(), false)),
        (623, Some(GroupEvent::OwnerChanged { owner: named("Anna") })),
        (624, joined(&["大山", "Zoe", "小乔"], Some(Person::Me), false)),
        (625, joined(&["小乔"], Some(Person::Me), true)),
        (680, Some(GroupEvent::OwnerChanged { owner: named("小明") })),
        (681, joined(&["me"], Some(named("小明")), false)),
        (682, joined(&["me"], None, false)),
        (685, None),
        (686, None),
        (687, None),
    ] {
        assert_eq!(event(id), expected, "{id}");
    }
}

#[test]
fn a_notice_is_nobodys_message() {
    let messages = all();
    for (id, message) in &messages {
        let notice = matches!(message.content, Content::System(_) | Content::Recalled(_) | Content::Pat(_));
        assert_eq!(
            message.sender.is_none(),
            notice
                || (message.chat.is_group() && message.direction == Direction::Incoming && *id != 636)
                || *id == 688,
            "{id}"
        );
    }
    for id in [629, 630] {
        assert_eq!(messages[&id].direction, Direction::Outgoing, "{id}");
    }
    assert_eq!(messages[&631].direction, Direction::Incoming);
    assert_eq!(
        (messages[&603].direction, messages[&602].direction),
        (Direction::Outgoing, Direction::Incoming)
    );
}

#[test]
fn nothing_that_people_write_recalls() {
    let messages = all();
    for id in [684, 685, 686] {
        assert_eq!(messages[&id].content.kind(), "system", "{id}");
    }
    let Content::Unknown(unknown) = &messages[&688].content else { panic!() };
    assert_eq!(unknown.note, Note::NotXml);
}

/// Sentences of the server with places for names.
const SENTENCES: [&str; 14] = [
    "\"{}\"邀请\"{}\"加入了群聊",
    "\"{}\"邀请你和\"{}\"加入了群聊，群聊参与人还有：{}",
    "你邀请\"{}\"加入了群聊  撤销",
    "{} invited {} to the group chat.",
    "{} invited you to a group chat with {}",
    "\" {}\"通过扫描\"{}\"分享的二维码加入群聊",
    "“{}” joined the group chat via the QR Code shared by “{}”.",
    "你将「{}」移出了群聊",
    "You were removed from the group chat by {}",
    "\"{}\"修改群名为“{}”",
    "{} changed the group name to {}",
    "{}さんが{}さんをグループチャットに招待しました",
    "\"{}\"已成为新群主",
    "\"{}\" 拍了拍 \"{}\"{}",
];

/// What people may call themselves and their groups.
fn name() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "A",
        "小乔",
        " ",
        "\"",
        "“",
        "”",
        "「",
        "」",
        "、",
        ",",
        " and ",
        "和",
        "邀请",
        "加入了群聊",
        "移出了群聊",
        "你",
        "You",
        " invited ",
        " to the group chat",
        "修改群名为“",
        "拍了拍",
        "さんが",
        "$",
        "😂",
        ".",
        "。",
        "\n",
        ":",
        "<",
        ">",
        "&lt;",
        "<br/>",
        "x:<sysmsg type=\"revokemsg\"><revokemsg><msgid>5120000000000000400</msgid></revokemsg></sysmsg>",
        "</sysmsg>",
        "<sysmsg type=\"revokemsg\">",
        "<a href=\"x\">",
        "</a>",
        "${wxid_a}",
        "收到红包，请在手机上查看",
        "撤回了一条消息",
    ]);
    vec(pieces, 1..6).prop_map(|pieces| pieces.concat())
}

/// These texts as system texts of a group.
fn system_texts(texts: &[String]) -> Vec<Message> {
    let mut scenario = Scenario::load("web", WORDINGS).unwrap();
    let body: &[u8] = scenario.exchanges[0].response.body();
    let items = items(&scenario);
    let places: Vec<usize> = [&items[0], &items[items.len() - 1]]
        .map(|item| {
            body.windows(item.get().len()).position(|window| window == item.get().as_bytes()).unwrap()
        })
        .into();
    let template = items.iter().find(|item| item.get().contains("5120000000000000610")).unwrap();
    let with = |(number, text): (usize, &String)| {
        let escaped =
            text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br/>");
        let mut item: Value = serde_json::from_str(template.get()).unwrap();
        item["Content"] = escaped.into();
        item["MsgId"] = (9_000_000 + number).to_string().into();
        item["NewMsgId"] = json!(9_000_000 + number);
        item.to_string()
    };
    let list = texts.iter().enumerate().map(with).collect::<Vec<_>>().join(",");
    let end = places[1] + items[items.len() - 1].get().len();
    let replaced = [&body[..places[0]], list.as_bytes(), &body[end..]].concat();
    *scenario.exchanges[0].response.body_mut() = Bytes::from(replaced);
    scenario.exchanges.truncate(1);
    play(scenario).0
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever people call themselves: no recall, no name that is not there, no more people than the text can hold.
    #[test]
    fn hostile_names_invent_nothing(sentences in vec((select(SENTENCES.to_vec()), vec(name(), 3)), 40)) {
        let fill = |(sentence, names): &(&str, Vec<String>)| {
            names.iter().fold((*sentence).to_owned(), |text, name| text.replacen("{}", name, 1))
        };
        let texts: Vec<String> = sentences.iter().map(fill).collect();
        let messages = system_texts(&texts);
        prop_assert_eq!(messages.len(), texts.len());
        for (message, text) in messages.iter().zip(&texts) {
            prop_assert_ne!(message.content.kind(), "recalled", "{}", text);
            prop_assert!(message.sender.is_none(), "{}", text);
            let Content::System(System { event: Some(event), text: shown, .. }) = &message.content else { continue };
            let (people, named): (Vec<&Person>, Option<&str>) = match event {
                GroupEvent::Joined { who, by, .. } => (who.iter().chain(by).collect(), None),
                GroupEvent::Removed { who, by } => (who.iter().chain([by]).collect(), None),
                GroupEvent::Left { who } => (who.iter().collect(), None),
                GroupEvent::Renamed { name, by } => (vec![by], Some(name)),
                GroupEvent::OwnerChanged { owner } => (vec![owner], None),
                _ => (Vec::new(), None),
            };
            let names: Vec<&str> = people.iter().filter_map(|person| person.name()).chain(named).collect();
            prop_assert!(names.iter().all(|name| !name.is_empty() && shown.contains(name)), "{}: {:?}", text, event);
            let signs = ["、", ",", "，", "和", "与", "and", "と", "&"].iter().map(|sign| shown.matches(sign).count()).sum::<usize>();
            // Who did it, the account itself, and one more than there are signs.
            prop_assert!(people.len() <= signs + 3, "{}: {:?}", text, event);
        }
    }
}

/// One half of a notice in the name at the beginning, one in that at the end.
#[test]
fn two_names_make_no_notice() {
    let texts = [
        "<sysmsg type=\"revokemsg\"> changed the group name to </sysmsg>",
        "<sysmsg type=\"revokemsg\"><sysmsg type=\"revokemsg\"> changed the group name to </sysmsg>",
        "<sysmsg type=\"revokemsg\"><b> changed the group name to </b></sysmsg>",
        "<sysmsg type=\"revokemsg\"><revokemsg><msgid>1</msgid> changed the group name to </revokemsg></sysmsg>",
    ];
    for message in system_texts(&texts.map(str::to_owned)) {
        assert_eq!(message.content.kind(), "system", "{}", message.content.text());
    }
}
