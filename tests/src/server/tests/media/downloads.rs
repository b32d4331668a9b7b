//! What comes from the server: pictures, sounds, films, files.

use serde_json::json;

use super::page::{FRIEND, Page, app};
use crate::server::{FileKind, Kind};

fn skey(page: &Page) -> String {
    page.skey.replace('@', "%40")
}

/// The address of a file that the phone sent last, as the page has it.
fn media_address(page: &Page) -> String {
    let (_, message) = page.server.messages().last().unwrap();
    let members = serde_json::to_value(&message.members).unwrap();
    let text = |name: &str| members[name].as_str().unwrap().to_owned();
    let sender = if page.web { FRIEND } else { page.me };
    let own = if page.web { "" } else { "&sid=Q4%2FtR8%2BvW2yZ6bNd&mmweb_appid=wx_webfilehelper" };
    page.files(&format!(
        "webwxgetmedia?sender={sender}&mediaid={}&encryfilename={}&fromuser=1234567890&pass_ticket=undefined&webwx_data_ticket={}{own}",
        text("MediaId"),
        text("EncryFileName"),
        page.ticket,
    ))
    .replace("&pass_ticket=undefined", "")
}

#[test]
fn a_file_of_either_flavour() {
    for mut page in [Page::web(), Page::file_helper()] {
        let (_, content) = page.phone_sends(FileKind::File, "会议 \"1\".pdf", 63_334);
        let address = media_address(&page);
        let reply = page.get(&address);
        assert_eq!(reply.body(), &content.read_at(0, usize::MAX));
        assert_eq!(reply.headers()["Content-Type"], "application/octet-stream");
        assert_eq!(reply.headers()["Content-Length"], "63334");
        let disposition = reply.headers()["Content-Disposition"].as_bytes();
        assert_eq!(disposition, "attachment; filename=\"会议 1.pdf\"".as_bytes());
        assert_eq!(page.get_range(&address, "bytes=10-").status(), 200, "Range is not answered here");
        page.server.config_mut().file_ranges = true;
        let part = page.get_range(&address, "bytes=63000-");
        assert_eq!((part.status().as_u16(), part.body()), (206, &content.read_at(63_000, 334)));
        assert_eq!(page.complaints(), [""; 0]);
        let (_, message) = page.server.messages().last().unwrap();
        let members = serde_json::to_value(&message.members).unwrap();
        assert_eq!((&members["FileSize"], &members["AppMsgType"]), (&json!("63334"), &json!(6)));
        assert_eq!(message.text.is_empty(), !page.web, "one's own comes without XML");
    }
}

#[test]
fn a_file_is_not_given_to_anybody() {
    let mut page = Page::web();
    page.phone_sends(FileKind::File, "a.pdf", 10);
    let address = media_address(&page);
    let html = page.get(&address.replace(page.ticket, "x"));
    assert!(html.body().starts_with(b"<!DOCTYPE html>"));
    assert_eq!(
        (html.status().as_u16(), &html.headers()["Content-Type"]),
        (200, &"text/html".parse().unwrap())
    );
    assert!(page.get(&address.replace("mediaid=@", "mediaid=")).body().is_empty());
    assert!(page.get(&address.replace("file.wx2", "wx2")).body().is_empty());
    page.get(&address.replace("fromuser=1", "fromuser=2"));
    assert_eq!(
        page.complaints(),
        [
            "webwxgetmedia with another webwx_data_ticket than the cookie's",
            "webwxgetmedia with a mediaid of no message",
            "webwxgetmedia on wx2.qq.com",
            "webwxgetmedia with a fromuser that is not the own",
        ]
    );
}

#[test]
fn a_picture_and_its_thumbnail() {
    for (mut page, query) in [(Page::web(), "?&MsgID="), (Page::file_helper(), "??&MsgID=")] {
        let (id, content) = page.phone_sends(FileKind::Image, "", 200_000);
        let address = page.api(&format!("webwxgetmsgimg{query}{id}&skey={}", skey(&page)));
        let reply = page.get(&address);
        assert_eq!(reply.body(), &content.read_at(0, usize::MAX));
        assert_eq!(reply.headers()["Content-Type"], "image/jpeg");
        assert_eq!(reply.headers()["Cache-Control"], "max-age=604800");
        let small = page.get(&format!("{address}&type=slave"));
        assert!(small.body().starts_with(b"\xff\xd8\xff") && small.body().len() < 1_000);
        let lower = address.replace("MsgID", "msgid");
        assert_eq!(page.get(&lower).body().len(), 200_000);
        assert_eq!(page.complaints(), [""; 0]);
    }
}

#[test]
fn a_sticker_is_called_a_jpeg() {
    let mut page = Page::web();
    let (id, _) = page.phone_sends(FileKind::Emoticon, "", 5_000);
    let reply = page.get(&page.api(&format!("webwxgetmsgimg?&MsgID={id}&skey={}&type=big", skey(&page))));
    assert!(reply.body().starts_with(b"GIF89a"));
    assert_eq!(reply.headers()["Content-Type"], "image/jpeg");
}

#[test]
fn sounds_and_films_in_parts() {
    for mut page in [Page::web(), Page::file_helper()] {
        for (kind, name, content_type) in
            [(FileKind::Voice, "webwxgetvoice", "audio/mp3"), (FileKind::Video, "webwxgetvideo", "video/mp4")]
        {
            let (id, content) = page.phone_sends(kind, "", 150_000);
            let address = page.api(&format!("{name}?msgid={id}&skey={}", skey(&page)));
            let all = page.get_range(&address, "bytes=0-");
            assert_eq!((all.status().as_u16(), all.body()), (206, &content.read_at(0, 150_000)));
            assert_eq!(all.headers()["Content-Range"], "bytes 0-149999/150000");
            assert_eq!(all.headers()["Accept-Ranges"], "bytes");
            assert_eq!(all.headers()["Content-Type"], content_type);
            let part = page.get_range(&address, "bytes=100-199");
            assert_eq!(part.body(), &content.read_at(100, 100));
            assert_eq!(part.headers()["Content-Length"], "100");
            assert_eq!(page.get_range(&address, "bytes=150000-").status(), 416);
            let fun = page.get(&format!("{address}&fun=download"));
            assert_eq!((fun.status().as_u16(), fun.body().len()), (200, 150_000));
            assert_eq!(page.complaints(), [""; 0]);
        }
    }
}

#[test]
fn without_range_a_film_may_be_empty() {
    let mut page = Page::web();
    let (id, _) = page.phone_sends(FileKind::Video, "", 100);
    let address = page.api(&format!("webwxgetvideo?msgid={id}&skey={}", skey(&page)));
    assert_eq!(page.get(&address).body().len(), 100);
    page.server.config_mut().needs_range = true;
    assert!(page.get(&address).body().is_empty());
    assert_eq!(page.complaints(), ["webwxgetvideo without Range"; 2]);
}

#[test]
fn wrong_ids_and_keys() {
    let mut page = Page::web();
    let (id, _) = page.phone_sends(FileKind::Video, "", 100);
    for (query, noted) in [
        (format!("?&MsgID=5&skey={}", skey(&page)), "webwxgetmsgimg for a message that does not exist"),
        (format!("?&skey={}", skey(&page)), "webwxgetmsgimg for a message that does not exist"),
        (format!("?&MsgID={id}"), "webwxgetmsgimg without the skey"),
        (format!("?&MsgID={id}&skey=x"), "webwxgetmsgimg without the skey"),
    ] {
        let reply = page.get(&page.api(&format!("webwxgetmsgimg{query}")));
        assert!(reply.body().is_empty() || reply.body().starts_with(b"<!DOCTYPE"), "{query}");
        assert_eq!(page.complaints().last(), Some(&noted));
    }
    page.get_range(&page.api(&format!("webwxgetvoice?msgid={id}&skey={}", skey(&page))), "bytes=0-");
    assert_eq!(page.complaints().last(), Some(&"webwxgetvoice for a message of another kind"));
}

#[test]
fn avatars_and_maps() {
    let mut page = Page::web();
    let group = page.server.account.add_group("周末", &[]);
    let group = page.server.user_name(group);
    let skey = skey(&page);
    let icon = format!("webwxgeticon?seq=0&username={FRIEND}&skey={skey}&type=big");
    let head = format!("webwxgetheadimg?seq=0&userName={group}&skey={skey}");
    let place = page.server.phone(super::page::NOW).say_kind("明哥", None, Kind::Location, "").unwrap();
    let map = format!("webwxgetpubliclinkimg?url=xxx&msgid={place}&pictype=location");
    for name in [icon, head, map] {
        let reply = page.get(&page.api(&name));
        assert!(reply.body().starts_with(b"\xff\xd8\xff"), "{name}");
    }
    assert_eq!(page.complaints(), [""; 0]);
    assert!(page.get(&page.api(&format!("webwxgeticon?username=@x&skey={skey}"))).body().is_empty());
    assert!(page.get(&page.api(&format!("webwxgeticon?username={group}&skey={skey}"))).body().is_empty());
    assert_eq!(page.complaints().len(), 2);
}

#[test]
fn messages_without_a_file_of_their_own_have_one_of_stock() {
    let mut page = Page::web();
    for (kind, name) in [
        (Kind::Image, "webwxgetmsgimg"),
        (Kind::Emoticon, "webwxgetmsgimg"),
        (Kind::Voice, "webwxgetvoice"),
        (Kind::Video, "webwxgetvideo"),
    ] {
        let id = page.server.phone(super::page::NOW).say_kind("明哥", None, kind, "").unwrap();
        let address = page.api(&format!("{name}?msgid={id}&skey={}", skey(&page)));
        assert!(!page.get_range(&address, "bytes=0-").body().is_empty(), "{kind:?}");
    }
    page.server.phone(super::page::NOW).say_kind("明哥", None, Kind::File, "").unwrap();
    assert_eq!(page.get(&media_address(&page)).body().len(), 1_234_567);
}

#[test]
fn a_client_fetches_what_it_sent() {
    let mut page = Page::web_with(|config| config.echo_sends = true);
    let file = super::page::File::of(1_000);
    let media_id = page.upload(&file);
    page.call(
        "webwxsendappmsg",
        &page.message("7", json!({"Type": 6, "Content": app("a.txt", 1_000, &media_id)})),
    );
    let address = media_address(&page).replace(FRIEND, page.me);
    assert_eq!(page.get(&address).body(), &file.content.read_at(0, 1_000));
    assert_eq!(page.complaints(), [""; 0]);
}
