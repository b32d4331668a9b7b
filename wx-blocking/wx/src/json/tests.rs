use wx_proto::{Cause, ContactCounts, EndReason, Endpoint, FailureKind, Lane, OpId, ResumeStep, UserName};

use super::{json_line::Person, *};
use crate::screen::clean;

const NOW: Timestamp = Timestamp::from_secs(1_504_157_627);

fn of(event: &Event) -> String {
    let context = Context { profile: "web", now: NOW, client_msg_id: None, msg_id: None, recent: None };
    lines(event, &Contacts::default(), None, context)
}

fn in_a_second() -> Timestamp {
    NOW + std::time::Duration::from_secs(1)
}

fn message() -> JsonLine<'static> {
    JsonLine::Message {
        batch: BatchId::new(7),
        msg_id: Some("5120000000000000011"),
        kind: "text",
        chat: "@@22",
        chat_name: Some("周末爬山".to_owned()),
        from: "@@22",
        to: "@0a",
        sender: Some("@33"),
        sender_name: Some("向导老王".to_owned()),
        mine: false,
        text: "明天\n\"几点\"？".to_owned(),
        time: 1_504_157_627,
        details: Details::Text { mentions_me: false },
        last: Some(true),
    }
}

#[test]
fn signing_in() {
    let qr = JsonLine::Qr {
        uuid: "gb==",
        url: "https://login.weixin.qq.com/l/gb==",
        image_url: "https://login.weixin.qq.com/qrcode/gb==",
    };
    assert_eq!(
        qr.write(),
        "{\"type\":\"qr\",\"uuid\":\"gb==\",\"url\":\"https://login.weixin.qq.com/l/gb==\",\
         \"image_url\":\"https://login.weixin.qq.com/qrcode/gb==\"}\n"
    );
    assert_eq!(
        of(&Event::Resume { step: ResumeStep::Stored }),
        "{\"type\":\"resume\",\"step\":\"stored\"}\n"
    );
    assert_eq!(of(&Event::Declined), "{\"type\":\"declined\"}\n");
    assert_eq!(of(&Event::Scanned { avatar: Some("data:".to_owned()) }), "{\"type\":\"scanned\"}\n");
    let me = serde_json::from_str(r#"{"user_name":"@0a","nick_name":"测试","uin":1}"#).unwrap();
    assert_eq!(
        of(&Event::LoggedIn { me, resumed: false }),
        "{\"type\":\"logged_in\",\"user_name\":\"@0a\",\"nick_name\":\"测试\",\"uin\":1,\"profile\":\"web\",\
         \"resumed\":false}\n"
    );
    assert_eq!(of(&Event::Phase(Phase::Online)), "{\"type\":\"ready\"}\n");
    for silent in [Phase::Idle, Phase::AwaitScan, Phase::AwaitConfirm, Phase::Starting] {
        assert_eq!(of(&Event::Phase(silent)), "");
    }
}

#[test]
fn people() {
    let mut counts = ContactCounts::default();
    (counts.friends, counts.groups, counts.official) = (3, 1, 2);
    assert_eq!(
        of(&Event::Contacts(counts)),
        "{\"type\":\"contacts\",\"friends\":3,\"groups\":1,\"official\":2}\n"
    );
    let user = UserName::new("@1");
    let changed = JsonLine::ContactChanged { user_name: "@1", name: Some("Ada".to_owned()) };
    assert_eq!(changed.write(), "{\"type\":\"contact_changed\",\"user_name\":\"@1\",\"name\":\"Ada\"}\n");
    assert_eq!(
        of(&Event::ContactChanged(user.clone())),
        "{\"type\":\"contact_changed\",\"user_name\":\"@1\"}\n"
    );
    assert_eq!(of(&Event::ContactRemoved(user)), "{\"type\":\"contact_removed\",\"user_name\":\"@1\"}\n");
}

#[test]
fn groups() {
    let person =
        |user: &str, name: Option<&str>| Person { user_name: user.to_owned(), name: name.map(str::to_owned) };
    let change = JsonLine::GroupChanged {
        user_name: "@@1",
        name: Some("周日爬山".to_owned()),
        name_before: Some("周末爬山"),
        joined: vec![person("@2", Some("Mei"))],
        left: vec![person("@3", None)],
        renamed: Vec::new(),
        owner: Some(person("@2", Some("Mei"))),
    };
    assert_eq!(
        change.write(),
        "{\"type\":\"group_changed\",\"user_name\":\"@@1\",\"name\":\"周日爬山\",\"name_before\":\"周末爬山\",\
         \"joined\":[{\"user_name\":\"@2\",\"name\":\"Mei\"}],\"left\":[{\"user_name\":\"@3\"}],\
         \"owner\":{\"user_name\":\"@2\",\"name\":\"Mei\"}}\n"
    );
}

#[test]
fn messages() {
    assert_eq!(
        message().write(),
        "{\"type\":\"message\",\"batch\":7,\"msg_id\":\"5120000000000000011\",\"kind\":\"text\",\"chat\":\"@@22\",\
         \"chat_name\":\"周末爬山\",\"from\":\"@@22\",\"to\":\"@0a\",\"sender\":\"@33\",\
         \"sender_name\":\"向导老王\",\"mine\":false,\"text\":\"明天\\n\\\"几点\\\"？\",\"time\":1504157627,\
         \"last\":true}\n"
    );
    let recalled = JsonLine::Recalled {
        batch: BatchId::new(8),
        msg_id: Some("2"),
        recalled_msg_id: Some("1"),
        chat: "@1",
        text: "\"小明\" 撤回了一条消息",
        recalled_text: None,
        chat_name: Some("小明".to_owned()),
        mine: None,
        time: 1_504_157_627,
        last: None,
    };
    assert_eq!(
        recalled.write(),
        "{\"type\":\"recalled\",\"batch\":8,\"msg_id\":\"2\",\"recalled_msg_id\":\"1\",\"chat\":\"@1\",\
         \"text\":\"\\\"小明\\\" 撤回了一条消息\",\"chat_name\":\"小明\",\"time\":1504157627}\n"
    );
    let gap = JsonLine::Gap { batch: BatchId::new(9), since: 1_504_157_627, reason: "new_login", last: true };
    assert_eq!(
        gap.write(),
        "{\"type\":\"gap\",\"batch\":9,\"since\":1504157627,\"reason\":\"new_login\",\"last\":true}\n"
    );
}

#[test]
fn what_is_unknown_is_absent() {
    let mut line = message();
    if let JsonLine::Message { msg_id, chat_name, sender, sender_name, last, .. } = &mut line {
        (*msg_id, *chat_name, *sender, *sender_name, *last) = (None, None, None, None, None);
    }
    let value: serde_json::Value = serde_json::from_str(&line.write()).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["batch", "chat", "from", "kind", "mine", "text", "time", "to", "type"]);
}

#[test]
fn no_character_can_steer_a_terminal() {
    let mut line = message();
    let hostile = "\x1b[2J\u{9b}2J\u{202e}\u{2028}\u{85}\x7f";
    if let JsonLine::Message { text, .. } = &mut line {
        hostile.clone_into(text);
    }
    let json = line.write();
    assert!(!json.trim_end_matches('\n').chars().any(clean::is_unsafe), "{json:?}");
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["text"], hostile);
}

#[test]
fn outages() {
    let cause = || Cause::Network { endpoint: Endpoint::SyncCheck, kind: FailureKind::Connect };
    assert_eq!(
        of(&Event::Offline { cause: cause(), retry_at: in_a_second() }),
        "{\"type\":\"offline\",\"error\":\"synccheck: no connection could be made\",\"retry_in_ms\":1000}\n"
    );
    assert_eq!(of(&Event::Online), "{\"type\":\"online\"}\n");
    let trouble =
        Event::Trouble { lane: Lane::LongPoll, cause: cause(), attempt: 2, retry_at: in_a_second() };
    assert_eq!(
        of(&trouble),
        "{\"type\":\"trouble\",\"cause\":\"synccheck: no connection could be made\",\"retry_in_ms\":1000,\
         \"lane\":\"long_poll\",\"attempt\":2}\n"
    );
    let overdue = Event::Offline { cause: cause(), retry_at: Timestamp::default() };
    assert!(of(&overdue).ends_with("\"retry_in_ms\":0}\n"));
}

#[test]
fn the_end() {
    let kicked = EndReason::SessionOver { code: 1101, endpoint: Endpoint::SyncCheck, age_secs: 60 };
    assert_eq!(
        of(&Event::Phase(Phase::Ended(kicked))),
        "{\"type\":\"logged_out\",\"reason\":\"kicked\",\"code\":1101,\
         \"message\":\"synccheck says that the session is over (code 1101, after 60 s)\",\
         \"hint\":\"another web or desktop login took the session: log in again\"}\n"
    );
    assert_eq!(
        of(&Event::Phase(Phase::Ended(EndReason::QrExpired))),
        "{\"type\":\"logged_out\",\"reason\":\"qr_expired\",\"message\":\"no QR code was used in time\",\
         \"hint\":\"start the login again\"}\n"
    );
}

#[test]
fn sends_of_an_earlier_run() {
    let sent =
        serde_json::from_str(r#"{"msg_id":"9","wire_id":17357000700000416,"repeated":false}"#).unwrap();
    let done = |outcome| of(&Event::Done { op: OpId::new(1), outcome });
    assert_eq!(
        done(Ok(Outcome::Sent(sent))),
        "{\"type\":\"done\",\"outcome\":\"sent\",\"client_msg_id\":\"17357000700000416\",\"msg_id\":\"9\",\
         \"repeated\":false}\n"
    );
    assert_eq!(
        done(Err(OpError::Unknown)),
        "{\"type\":\"done\",\"outcome\":\"unknown\",\"kind\":\"unknown_outcome\",\"message\":\"no clear answer came: it may or may not have \
         been done\"}\n"
    );
    assert_eq!(done(Ok(Outcome::LoggedOut)), "");
    let context =
        Context { profile: "web", now: NOW, client_msg_id: Some("mine-1"), msg_id: None, recent: None };
    let refused = Event::Done { op: OpId::new(1), outcome: Err(OpError::Expired) };
    assert_eq!(
        lines(&refused, &Contacts::default(), None, context),
        "{\"type\":\"done\",\"outcome\":\"failed\",\"kind\":\"expired\",\"client_msg_id\":\"mine-1\",\
         \"message\":\"its time passed before it could leave\"}\n"
    );
}

#[test]
fn files_on_their_way() {
    let transfer = |direction, client_msg_id, msg_id, total| {
        JsonLine::Transfer { direction, client_msg_id, msg_id, done: 524_288, total }.write()
    };
    assert_eq!(
        transfer("up", Some("mine-1"), None, Some(1_000_000)),
        "{\"type\":\"transfer\",\"direction\":\"up\",\"client_msg_id\":\"mine-1\",\"done\":524288,\"total\":1000000}\n"
    );
    assert_eq!(
        transfer("down", None, Some("512"), None),
        "{\"type\":\"transfer\",\"direction\":\"down\",\"msg_id\":\"512\",\"done\":524288}\n"
    );
}
