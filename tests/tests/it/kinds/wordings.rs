//! What the server says in words, in the languages of phones.

use std::{collections::BTreeMap, time::Duration};

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
