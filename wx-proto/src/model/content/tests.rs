mod app_kinds;
mod apps;
mod media;
mod notices;

use super::*;
use crate::{MsgId, UserName};

const ME: &str = "@0a1b";
const FRIEND: &str = "@1111";
const GROUP: &str = "@@2222";

/// As the server encodes it.
fn encoded(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br/>")
}

/// A message with a content as it is on the wire and other members.
fn wire(from: &str, msg_type: i64, content: &str, members: &str) -> Content {
    let json = format!(
        "{{\"MsgType\":{msg_type},\"Content\":{},{members}{}\"SubMsgType\":{},\"NewMsgId\":7}}",
        serde_json::to_string(content).unwrap(),
        if members.is_empty() { "" } else { "," },
        if members.contains("coord") { 48 } else { 0 },
    );
    let (id, from, me) = (MsgId::new("7"), UserName::new(from), UserName::new(ME));
    Content::decode(&Envelope {
        json: &json,
        id: Some(&id),
        msg_type: Some(msg_type),
        content: Some(content),
        from: &from,
        me: &me,
        group: from.is_group(),
    })
}

fn xml(msg_type: i64, xml: &str, members: &str) -> Content {
    wire(FRIEND, msg_type, &encoded(xml), members)
}

fn app(kind: i64, inside: &str) -> Content {
    xml(
        49,
        &format!(
            "<msg><appmsg appid=\"wx1\"><title>题 A&amp;B</title><des>des</des><type>{kind}</type>{inside}</appmsg></msg>"
        ),
        "\"AppMsgType\":5",
    )
}

fn says(content: &Content, kind: &str, text: &str) {
    assert_eq!((content.kind(), content.text().as_ref()), (kind, text), "{content:?}");
}

#[test]
fn other_words_for_the_kind() {
    let link = app(5, "<url>http://example.com/</url>");
    assert_eq!(link.described("链接"), "[链接 题 A&B: http://example.com/]");
    assert_eq!(app(19, "").described("聊天记录"), "[聊天记录 题 A&B]\ndes");
    assert_eq!(wire(FRIEND, 50, "", "").described("通话"), "[通话]");
    let Content::Quote(quote) =
        app(57, "<refermsg><type>3</type><displayname>小明</displayname><content/></refermsg>")
    else {
        panic!()
    };
    let quoted = quote.quoted.unwrap();
    assert_eq!(quoted.line_with(|content| content.described("图片").into()), "小明: [图片]");
}

#[test]
fn texts() {
    says(&wire(FRIEND, 1, "A&amp;B<br/>&lt;3", ""), "text", "A&B\n<3");
    says(&wire(FRIEND, 1, "请在手机上查看 pictype=location", ""), "text", "请在手机上查看 pictype=location");
    // A person can type it.
    says(&xml(1, "<sysmsg type=\"revokemsg\"/>", ""), "text", "<sysmsg type=\"revokemsg\"/>");
}

#[test]
fn people() {
    let info = r#""RecommendInfo":{"UserName":"@hash","NickName":"Anna <span class=\"emoji emoji1f602\"></span>","Province":"北京","City":"朝阳","Content":"我是Anna","Alias":"anna","Scene":14,"VerifyFlag":0,"Ticket":"v2_secret@stranger","OpCode":2}"#;
    let card = xml(
        42,
        "<msg username=\"v1_x@stranger\" nickname=\"Anna\"  shortpy=\"ANNA\" certflag=\"24\" antispamticket=\"v2_secret\"/>",
        info,
    );
    says(&card, "card", "[account Anna 😂]");
    let bare = xml(42, "<?xml version=\"1.0\"?>\n<msg nickname=\"Anna\" antispamticket=\"v2_secret\"/>", "");
    says(&bare, "card", "[contact Anna]");
    says(&wire(FRIEND, 40, "", info), "card", "[contact Anna 😂]");
    let request = wire("fmessage", 37, "&lt;msg fromnickname=\"x\" scene=\"3\"/&gt;", info);
    says(&request, "friend_request", "[friend request from Anna 😂: 我是Anna]");
    let Content::FriendRequest(request) = &request else { panic!() };
    assert_eq!(request.ticket.as_ref().unwrap().expose(), "v2_secret@stranger");
    assert_eq!((request.scene, request.region.as_str()), (Some(14), "北京 朝阳"));
    assert_eq!(request.user_name, Some(UserName::new("@hash")));
    let bare = xml(37, "<msg fromnickname=\"A\" content=\"hi\" scene=\"3\" ticket=\"v2_secret\"/>", "");
    says(&bare, "friend_request", "[friend request from A: hi]");
    let old = xml(37, "<msg fromnickname=\"A\"/>", "\"Ticket\":\"v2_secret\"");
    for content in [card, bare, old, Content::FriendRequest(request.clone())] {
        assert!(!format!("{content:?}").contains("v2_secret"), "{content:?}");
    }
    for (number, body) in [(37, "&lt;msg ticket=\"v2_secret\"/&gt;"), (42, "v2_secret"), (40, "")] {
        let unknown = wire(FRIEND, number, body, "");
        assert_eq!(unknown.kind(), "unknown");
        assert!(!format!("{unknown:?}").contains("v2_secret"), "{unknown:?}");
    }
}

#[test]
fn what_is_new_is_kept() {
    let body = "&lt;msg/&gt;";
    for number in [0, 2, 11, 38, 44, 10_001, -1, i64::MAX] {
        let unknown = Unknown { msg_type: Some(number), body: body.to_owned(), note: Note::NewType };
        assert_eq!(wire(FRIEND, number, body, ""), Content::Unknown(unknown));
    }
    says(&xml(10_002, "<other/>", ""), "unknown", "[unsupported message, type 10002]");
    says(&wire(FRIEND, 10_002, "revokemsg", ""), "unknown", "[unsupported message, type 10002]");
}
