//! Messages with files: what is taken, and what is refused.

use serde_json::{Value, json};

use super::page::{File, Page, app};
use crate::server::FileKind;

fn ret(reply: &Value) -> i64 {
    reply["BaseResponse"]["Ret"].as_i64().unwrap()
}

fn uploaded(page: &mut Page, media_type: &'static str, len: u64) -> String {
    let mut file = File::of(len);
    file.media_type = media_type;
    page.upload(&file)
}

#[test]
fn every_kind() {
    let mut page = Page::web();
    let picture = uploaded(&mut page, "pic", 100);
    let film = uploaded(&mut page, "video", 101);
    let file = uploaded(&mut page, "doc", 102);
    let sends = [
        ("webwxsendmsgimg", json!({"Type": 3, "MediaId": picture, "Content": ""})),
        ("webwxsendmsgimg", json!({"Type": 3, "MediaId": picture})),
        ("webwxsendvideomsg", json!({"Type": 43, "MediaId": film})),
        ("webwxsendvideomsg", json!({"Type": 62, "MediaId": film})),
        ("webwxsendemoticon", json!({"Type": 47, "EmojiFlag": 2, "MediaId": file})),
        ("webwxsendemoticon", json!({"Type": 47, "EmojiFlag": 2, "EMoticonMd5": "0".repeat(32)})),
        ("webwxsendappmsg", json!({"Type": 6, "Content": app("a &amp; b.txt", 102, &file)})),
        ("webwxsendappmsg", json!({"Type": 5, "Content": "<appmsg><title>a page</title></appmsg>"})),
        ("webwxsendmsgimg", json!({"Type": 3, "MediaId": "", "Content": "<msg><img length=\"1\" /></msg>"})),
    ];
    for (number, (name, carried)) in sends.into_iter().enumerate() {
        let reply = page.call(name, &page.message(&number.to_string(), carried));
        assert_eq!((ret(&reply), &reply["LocalID"]), (0, &json!(number.to_string())), "{name}");
    }
    assert_eq!(page.complaints(), [""; 0]);
    let sent = page.server.record().sent();
    let kinds: Vec<_> = sent.iter().map(|sent| sent.kind.as_str()).collect();
    assert_eq!(kinds, ["image", "image", "video", "video", "emoticon", "emoticon", "file", "app", "image"]);
    let file = sent[6].file.as_ref().unwrap();
    assert_eq!(
        (file.name.as_str(), file.len, file.md5),
        ("a & b.txt", 102, Some(File::of(102).content.md5()))
    );
}

#[test]
fn refused_ones() {
    let mut page = Page::web();
    let file = uploaded(&mut page, "doc", 102);
    let sends = [
        (
            "webwxsendappmsg",
            json!({"Type": 6, "Content": app("a", 103, &file)}),
            "with a totallen that is not the length of the file",
        ),
        (
            "webwxsendappmsg",
            json!({"Type": 6, "Content": app("a", 102, "@crypt_x")}),
            "with a MediaId that was never given",
        ),
        ("webwxsendappmsg", json!({"Type": 6, "Content": app("a", 102, "")}), "without an attachid"),
        ("webwxsendappmsg", json!({"Type": 6, "Content": "a.txt"}), "without an appmsg as Content"),
        (
            "webwxsendappmsg",
            json!({"Type": 6, "Content": app("a", 102, &file).replace("<type>6", "<type>5")}),
            "with a file that is not of type 6",
        ),
        ("webwxsendappmsg", json!({"Type": 3}), "of a type that does not belong there"),
        ("webwxsendmsgimg", json!({"Type": 3, "MediaId": "@crypt_x"}), "with a MediaId that was never given"),
        ("webwxsendmsgimg", json!({"Type": 3}), "without MediaId and without Content"),
        ("webwxsendmsgimg", json!({"Type": 43, "MediaId": file}), "of a type that does not belong there"),
        (
            "webwxsendemoticon",
            json!({"Type": 47, "EmojiFlag": 2, "EMoticonMd5": "x"}),
            "with an EMoticonMd5 that is no MD5",
        ),
    ];
    for (name, carried, noted) in sends {
        let reply = page.call(name, &page.message("1", carried));
        assert_eq!((ret(&reply), &reply["MsgID"]), (1, &json!("")), "{noted}");
        assert_eq!(page.complaints().last(), Some(&format!("{name} {noted}").as_str()));
    }
    let mut without_scene = page.message("1", json!({"Type": 3, "MediaId": file}));
    without_scene.as_object_mut().unwrap().remove("Scene");
    assert_eq!(ret(&page.call("webwxsendmsgimg", &without_scene)), 1204);
    assert!(page.server.record().sent().is_empty());
}

#[test]
fn once_for_each_client_msg_id() {
    let mut page = Page::web();
    let file = uploaded(&mut page, "doc", 102);
    let send = page.message("7", json!({"Type": 6, "Content": app("a", 102, &file)}));
    let first = page.call("webwxsendappmsg", &send);
    assert_eq!(page.call("webwxsendappmsg", &send), first);
    let [sent] = page.server.record().sent() else { panic!("it is stored once") };
    assert_eq!((sent.count, sent.requests), (1, 2));
    assert_eq!(page.complaints(), [""; 0]);
    let other = page.message("7", json!({"Type": 3, "MediaId": file}));
    page.call("webwxsendmsgimg", &other);
    assert_eq!(
        page.complaints().last(),
        Some(&"webwxsendmsgimg with a ClientMsgId used for another message")
    );
}

#[test]
fn an_echo_carries_the_file() {
    let mut page = Page::web_with(|config| config.echo_sends = true);
    let file = uploaded(&mut page, "doc", 102);
    page.call("webwxsendappmsg", &page.message("7", json!({"Type": 6, "Content": app("a.txt", 102, &file)})));
    let (_, echo) = page.server.messages().last().unwrap();
    assert_eq!(echo.msg_type, 49);
    let json = serde_json::to_value(&echo.members).unwrap();
    assert_eq!((&json["FileName"], &json["MediaId"]), (&json!("a.txt"), &json!(file)));
}

#[test]
fn a_received_file_is_sent_on() {
    let mut page = Page::web();
    let (_, content) = page.phone_sends(FileKind::File, "plan.pdf", 500);
    let (_, message) = page.server.messages().last().unwrap();
    let members = serde_json::to_value(&message.members).unwrap();
    let media_id = members["MediaId"].as_str().unwrap().to_owned();
    let send = page.message("7", json!({"Type": 6, "Content": app("plan.pdf", 500, &media_id)}));
    assert_eq!(ret(&page.call("webwxsendappmsg", &send)), 0);
    let file = page.server.record().sent()[0].file.as_ref().unwrap();
    assert_eq!((file.len, file.md5), (500, Some(content.md5())));
    assert_eq!(page.complaints(), [""; 0]);
}
