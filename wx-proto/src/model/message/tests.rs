use super::*;

const ME: &str = "@0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const FRIEND: &str = "@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111";
const GROUP: &str = "@@22223333444455556666777788889999aaaabbbbccccddddeeeeffff00001111";
const MEMBER: &str = "@3333444455556666777788889999aaaa";

fn decode(json: &str) -> Message {
    Message::decode(json, Bytes::copy_from_slice(json.as_bytes()), &UserName::new(ME))
}

fn text(from: &str, to: &str, content: &str) -> Message {
    let content = serde_json::to_string(content).unwrap();
    decode(&format!(
        r#"{{"MsgId": "5120000000000000011", "FromUserName": "{from}", "ToUserName": "{to}",
"MsgType": 1, "Content": {content}, "CreateTime": 1735700040, "NewMsgId": 5120000000000000011}}"#
    ))
}

fn some(name: &str) -> Option<UserName> {
    Some(UserName::new(name))
}

#[test]
fn a_text_from_a_friend() {
    let message = text(FRIEND, ME, "你好 &lt;3 <span class=\"emoji emoji1f602\"></span>");
    assert_eq!(message.id, Some(MsgId::new("5120000000000000011")));
    assert_eq!((message.chat.as_str(), message.from.as_str(), message.to.as_str()), (FRIEND, FRIEND, ME));
    assert_eq!((message.sender, message.direction), (some(FRIEND), Direction::Incoming));
    assert_eq!(message.time, Timestamp::from_secs(1_735_700_040));
    assert_eq!(message.content.text(), "你好 <3 😂");
}

#[test]
fn a_text_from_a_group_member() {
    let content = format!("{MEMBER}:<br/>明天[微笑]几点出发？<br/>早点 A&amp;B 都行");
    let message = text(GROUP, ME, &content);
    assert_eq!((message.chat.as_str(), message.from.as_str()), (GROUP, GROUP));
    assert_eq!(message.sender, some(MEMBER));
    assert_eq!(message.content.text(), "明天[微笑]几点出发？\n早点 A&B 都行");
    let system = text(GROUP, ME, "\"X\"邀请你加入了群聊");
    assert_eq!((system.chat.as_str(), system.sender), (GROUP, None));
    let by_member = text(MEMBER, GROUP, "hi");
    assert_eq!((by_member.chat.as_str(), by_member.sender), (GROUP, some(MEMBER)));
}

#[test]
fn a_typed_prefix_is_no_prefix() {
    let typed = "@nick:<br/>hi";
    for (from, to) in [(FRIEND, ME), (ME, GROUP), ("", GROUP)] {
        assert_eq!(text(from, to, typed).content.text(), "@nick:\nhi", "{from} {to}");
    }
    assert_eq!(text(FRIEND, ME, typed).sender, some(FRIEND));
}

#[test]
fn own_messages_belong_to_the_peer() {
    for from in [ME, ""] {
        for to in [FRIEND, GROUP, "filehelper", ME] {
            let message = text(from, to, "x");
            assert_eq!((message.chat.as_str(), message.from.as_str()), (to, ME));
            assert_eq!((message.sender, message.direction), (some(ME), Direction::Outgoing));
        }
    }
}

#[test]
fn ids_are_exact_in_every_form() {
    let id = |members: &str| decode(&format!("{{{members}}}")).id.map(|id| id.to_string());
    let exact = Some("5120000000000000011".to_owned());
    assert_eq!(id(r#""MsgId":"5120000000000000011""#), exact);
    assert_eq!(id(r#""MsgId":5120000000000000011"#), exact);
    assert_eq!(id(r#""MsgId":"","NewMsgId":5120000000000000011"#), exact);
    assert_eq!(id(r#""MsgId":0,"NewMsgId":"5120000000000000011""#), exact);
    assert_eq!(id(r#""MsgId":"0""#), None);
    assert_eq!(id(r#""MsgId":5.12e18,"NewMsgId":0"#), None, "a double is not exact");
    assert_eq!(id(r#""MsgId":18446744073709551615"#).as_deref(), Some("18446744073709551615"));
    assert_eq!(id(&format!(r#""MsgId":"{}""#, "1".repeat(1 << 20))), None);
    assert_eq!(id(""), None);
}

#[test]
fn wrong_types_cost_only_their_member() {
    let message = decode(
        r#"{"MsgId":[1],"FromUserName":"@1","ToUserName":null,"MsgType":"1","Content":"hi",
        "CreateTime":"1735700040","StatusNotifyCode":{},"StatusNotifyUserName":true,"NewMsgId":-1}"#,
    );
    assert_eq!((message.id, message.chat.as_str(), message.to.as_str()), (None, "@1", ""));
    assert_eq!(message.time, Timestamp::from_secs(1_735_700_040));
    assert_eq!((message.content.kind(), message.content.text().as_ref()), ("text", "hi"));
}

#[test]
fn what_cannot_be_read_is_unknown() {
    for raw in ["", "null", "[]", "{", "\"x\"", "\u{fffd}", "{}"] {
        let message = decode(raw);
        assert_eq!((message.content.kind(), &message.raw[..]), ("unknown", raw.as_bytes()));
        assert_eq!((message.chat.as_str(), message.from.as_str(), message.sender), ("", "", None));
        assert_eq!(message.direction, Direction::Incoming);
    }
}

#[test]
fn no_damage_panics() {
    let whole = concat!(
        r#"{"MsgId":"7","FromUserName":"@@1","ToUserName":"@2","MsgType":10002,"Content":"@3:<br/>"#,
        r#"&lt;sysmsg type=\"revokemsg\"&gt;<span class=\"emoji emoji1f602\"></span>\u4f60你","CreateTime":1}"#
    );
    assert_eq!(decode(whole).content.kind(), "recalled");
    for at in 0..whole.len() {
        for wrong in ["", "\0", "\"", "&", "<", "\\", "9", "\u{fffd}"] {
            let Some((before, after)) = whole.split_at_checked(at) else { continue };
            decode(&format!("{before}{wrong}"));
            let damaged = format!("{before}{wrong}{}", after.chars().skip(1).collect::<String>());
            assert_eq!(decode(&damaged).raw, damaged.as_bytes());
        }
    }
}

#[test]
fn a_recall_in_a_group_names_its_member() {
    let xml = "&lt;sysmsg type=\"revokemsg\"&gt;&lt;revokemsg&gt;&lt;msgid&gt;7&lt;/msgid&gt;&lt;/revokemsg&gt;\
               &lt;/sysmsg&gt;";
    let content = serde_json::to_string(&format!("{MEMBER}:<br/>{xml}")).unwrap();
    let json =
        format!(r#"{{"FromUserName":"{GROUP}","ToUserName":"{ME}","MsgType":10002,"Content":{content}}}"#);
    let message = decode(&json);
    assert_eq!(message.sender, some(MEMBER));
    let Content::Recalled(recalled) = message.content else { panic!("not a recall") };
    assert_eq!(recalled.recalled, Some(MsgId::new("7")));
}

#[test]
fn a_status_names_its_chats() {
    let json = format!(
        r#"{{"FromUserName":"{ME}","ToUserName":"{ME}","MsgType":51,"Content":"",
        "StatusNotifyCode":4,"StatusNotifyUserName":"filehelper,{GROUP}"}}"#
    );
    let message = decode(&json);
    assert_eq!(message.chat.as_str(), ME);
    let Content::Status(status) = message.content else { panic!("not a status") };
    assert_eq!(
        (status.event.code(), status.users),
        (4, vec![UserName::new("filehelper"), UserName::new(GROUP)])
    );
}

#[test]
fn debug_leaves_the_raw_object_out() {
    let message = decode(r#"{"MsgType":37,"Ticket":"v2_secret"}"#);
    assert!(!format!("{message:?}").contains("v2_secret"));
}
