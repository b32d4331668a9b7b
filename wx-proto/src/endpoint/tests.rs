//! What holds for all endpoints.

mod file_helper;

use bytes::Bytes;
use http::StatusCode;

use super::{login_poll::Tip, message::Envelope, testing::*, *};
use crate::{
    FileKind, FileSource, Host, Md5, MediaRef, MediaVariant, MsgId, OutgoingFile, Profile, ReplyError,
    Secret, SyncKey, UserName, Uuid, WireId,
    host::Redirect,
    tokens::{Tokens, token},
};

/// Parses `body` as every reply there is.
fn parse_all(body: &Bytes) {
    for status in [200, 301, 502].map(|status| StatusCode::from_u16(status).unwrap()) {
        let _ = js_login::parse(status, body);
        let _ = qr_code::parse(status, body);
        let _ = login_poll::parse(status, body);
        let _ = login_page::parse(status, body);
        let _ = init::parse(status, body);
        let _ = status_notify::parse(status, body);
        let _ = get_contact::parse(status, body);
        let _ = batch_get_contact::parse(status, body);
        let _ = sync_check::parse(status, body);
        let _ = sync::parse(status, body, &UserName::new(ME));
        let _ = message::parse(status, body);
        let _ = check_upload::parse(status, body);
        let _ = upload_media::parse(status, body);
        let _ = media::no_media(status, body);
    }
}

#[test]
fn no_bytes_make_a_parser_panic() {
    let good: [&[u8]; 10] = [
        include_bytes!("testdata/init.json"),
        include_bytes!("testdata/get_contact.json"),
        include_bytes!("testdata/sync.json"),
        br#"{"BaseResponse":{"Ret":0},"UploadID":"u1","MediaId":"@crypt_1","AESKey":"0","Signature":"v1"}"#,
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01",
        b"window.QRLogin.code = 200; window.QRLogin.uuid = \"Qa1bC2dE3g==\";",
        b"window.code=200;\nwindow.redirect_uri=\"https://wx2.qq.com/x?ticket=A@qrticket_0\";",
        b"window.code=201;window.userAvatar = 'data:img/jpg;base64,/9j/4AAQ';",
        b"window.synccheck={retcode:\"0\",selector:\"2\"}",
        b"<error><ret>0</ret><message></message><skey>@crypt_1</skey><wxuin>1</wxuin></error>",
    ];
    let hostile: [&[u8]; 12] = [
        b"\"",
        b"\\",
        b"\xff",
        b"\xe2\x80",
        b"\0",
        b"<",
        b"&#x",
        b"[",
        b"{",
        b"\\ud83d",
        b"\x9d",
        b"99999999999999999999",
    ];
    for body in good {
        let step = body.len() / 50 + 1;
        for at in (0..=body.len()).step_by(step) {
            let (before, after) = body.split_at(at);
            parse_all(&Bytes::copy_from_slice(before));
            parse_all(&Bytes::copy_from_slice(after));
            for piece in hostile {
                parse_all(&[before, piece, after].concat().into());
                parse_all(&[before, piece, after.get(1..).unwrap_or_default()].concat().into());
            }
        }
    }
}

#[test]
fn the_longest_values_that_are_taken_fit_into_an_address() {
    let long = |letter: &str| token(&letter.repeat(1024)).unwrap();
    assert_eq!((token(&"a".repeat(1025)), token(" ")), (None, None));
    let tokens = Tokens { skey: long("%"), sid: long("+"), uin: u64::MAX, pass_ticket: long("&") };
    let entry = format!("{{\"Key\":{0},\"Val\":{0}}}", i64::MIN);
    let body = format!(
        "{{\"BaseResponse\":{{\"Ret\":0}},\"SyncKey\":{{\"List\":[{}]}}}}",
        vec![entry; 256].join(",")
    );
    let reply = sync::parse(StatusCode::OK, &body.into(), &UserName::new(ME)).unwrap();
    let key: SyncKey = reply.key.unwrap();
    let url = format!("https://wx.qq.com/{}", "a".repeat(LONGEST_ADDRESS - 18));
    let redirect = Redirect::parse(&url, &[Host::trusted("wx.qq.com")]).unwrap();
    let (me, uuid) = (UserName::new("@".repeat(10_000)), Uuid::new("=".repeat(256)));
    let envelope = Envelope { from: &me, to: &me, wire_id: WireId::next(None, 0, 0) };
    with_page("wx.qq.com", u64::MAX, "e", |page| {
        for draft in [
            js_login::build(page),
            qr_code::build(page, &uuid),
            login_poll::build(page, &uuid, Tip::First),
            login_page::build(page, &redirect),
            init::build(page, &tokens),
            status_notify::build(page, &tokens, &me),
            get_contact::build(page, &tokens, u64::MAX),
            batch_get_contact::build(page, &tokens, &[batch_get_contact::ContactQuery::plain(me.clone())]),
            sync_check::build(page, &tokens, &key),
            sync::build(page, &tokens, &key),
            send_msg::build(page, &tokens, &envelope, ""),
            logout::build(page, &tokens),
        ] {
            let (line, _) = wire(page, draft);
            assert!(line.len() < 32_768, "{}", line.len());
        }
    });
}

/// Tokens, keys and names come from a server or a file: whatever is in them, a request stays one request.
#[test]
fn nothing_breaks_out_of_a_request() {
    let evil = "a\r\nHost: evil.example\r\n\r\n\0\u{1b}[2J\u{85}微 #?&=%0d%0a\"\\{}";
    let secret = || Secret::new(evil.to_owned());
    let tokens = Tokens { skey: secret(), sid: secret(), uin: 1, pass_ticket: secret() };
    let (me, uuid) = (UserName::new(evil), Uuid::new("="));
    let envelope = Envelope { from: &me, to: &me, wire_id: WireId::next(None, 0, 0) };
    let key: SyncKey = serde_json::from_str(r#"{"Count":1,"List":[{"Key":-1,"Val":-1}]}"#).unwrap();
    let check = |page: &Page<'_>| {
        for draft in [
            qr_code::build(page, &uuid),
            init::build(page, &tokens),
            status_notify::build(page, &tokens, &me),
            get_contact::build(page, &tokens, 0),
            batch_get_contact::build(page, &tokens, &[batch_get_contact::ContactQuery::plain(me.clone())]),
            sync_check::build(page, &tokens, &key),
            sync::build(page, &tokens, &key),
            send_msg::build(page, &tokens, &envelope, evil),
            logout::build(page, &tokens),
        ] {
            let host = draft.host().clone();
            let (line, body) = wire(page, draft);
            let (_, address) = line.split_once(" https://").unwrap();
            assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{line}");
            assert!(address.starts_with(&format!("{host}/")) && !address.contains('#'), "{line}");
            assert!(address.matches('?').count() <= 1, "{line}");
            assert!(!body.contains(['\r', '\n', '\0', '\u{1b}']), "{body}");
        }
    };
    with_page("wx.qq.com", 0, evil, check);
    with_page_of(&Profile::file_helper(), "filehelper.weixin.qq.com", 0, evil, check);
}

#[test]
fn lists_have_an_end() {
    let with = |members: &str| Bytes::from(format!("{{\"BaseResponse\":{{\"Ret\":0}},{members}}}"));
    let list = |name: &str, item: &str, count: usize| {
        with(&format!("\"User\":{{\"UserName\":\"{ME}\"}},\"{name}\":[{}]", vec![item; count].join(",")))
    };
    let too_many = |list, most| Some(ReplyError::TooMany { list, most });
    let (ok, me) = (StatusCode::OK, UserName::new(ME));
    for item in ["0", "null", "{}", "[]"] {
        let of = |count| sync::parse(ok, &list("AddMsgList", item, count), &me);
        assert_eq!(of(100_000).unwrap().messages.len(), 100_000);
        assert_eq!(of(100_001).err(), too_many("AddMsgList", 100_000), "{item}");
        let page = |count| get_contact::parse(ok, &list("MemberList", item, count));
        assert!(page(100_000).unwrap().contacts.is_empty());
        assert_eq!(page(100_001).err(), too_many("MemberList", 100_000), "{item}");
        let batch = batch_get_contact::parse(ok, &list("ContactList", item, 100_001));
        assert_eq!(batch.err(), too_many("ContactList", 100_000), "{item}");
        // What a reply can do without is left out of it.
        assert!(init::parse(ok, &list("ContactList", item, 100_001)).unwrap().contacts.is_empty());
        for name in ["ModContactList", "DelContactList", "ModChatRoomMemberList"] {
            assert!(
                sync::parse(ok, &list(name, item, 100_001), &me).unwrap().contact_changes.is_empty(),
                "{name}"
            );
        }
    }
    let chats: String = (0..20_000).map(|number| format!("@@{number},")).collect();
    let body = with(&format!("\"User\":{{\"UserName\":\"{ME}\"}},\"ChatSet\":\"{chats}\""));
    assert_eq!(init::parse(ok, &body).unwrap().chat_set.len(), 10_000);
    let group =
        format!("{{\"UserName\":\"@@1\",\"MemberList\":[{}{{\"UserName\":\"@2\"}}]}}", "{},".repeat(10_000));
    let groups = get_contact::parse(ok, &with(&format!("\"MemberList\":[{group}]"))).unwrap().contacts;
    assert!(groups[0].members().is_empty());
    let body = with(&format!("{}\"SKey\":\"\"", "\"x\":0,".repeat(1_000)));
    assert!(matches!(sync::parse(ok, &body, &me), Err(ReplyError::Syntax { .. })));
}

#[test]
fn every_endpoint_has_a_spec_of_its_own() {
    for endpoint in Endpoint::ALL {
        let spec = Spec::of(endpoint);
        assert_eq!(spec.endpoint, endpoint);
        assert!(spec.timeouts.total.is_none_or(|total| spec.timeouts.idle <= total), "{endpoint}");
    }
}

/// The requests for files, with `evil` in every text that a person, a server or a file can put there.
fn drafts_of_files(page: &Page<'_>, tokens: &Tokens, evil: &str) -> (Vec<Draft>, [Draft; 2]) {
    let secret = Secret::new(evil.to_owned());
    let (name, id) = (UserName::new(evil), MsgId::new(evil));
    let envelope = Envelope { from: &name, to: &name, wire_id: WireId::next(None, 0, 0) };
    let source = FileSource::new(evil, 1 << 30, Md5::from_bytes([0; 16]));
    let file = OutgoingFile::new(FileKind::File, evil, evil, source);
    let uploaded = send_app_msg::AppFile::Uploaded { file: &file, media_id: &secret, permit: None };
    let person =
        get_icon::Person { name: name.clone(), group: Some(evil.into()), msg_id: Some(id), big: true };
    let mut drafts = vec![
        check_upload::build(page, tokens, &name, &name, &file),
        send_msg_img::build(page, tokens, &envelope, message::Medium::Uploaded(&secret)),
        send_msg_img::build(page, tokens, &envelope, message::Medium::Received(evil)),
        send_video_msg::build(
            page,
            tokens,
            &envelope,
            send_video_msg::Film::Video,
            message::Medium::Received(evil),
        ),
        send_app_msg::build(page, tokens, &envelope, uploaded),
        send_app_msg::build(page, tokens, &envelope, send_app_msg::AppFile::Received(evil)),
        send_emoticon::build(page, tokens, &envelope, send_emoticon::Sticker::Uploaded(&secret)),
        get_head_img::build(page, tokens, &name, 7),
        get_icon::build(page, tokens, &person, 7),
    ];
    let media = |kind: &str| {
        let json = serde_json::json!({"login": evil, "kind": kind, "msg_id": evil, "sender": evil, "media_id": evil,
            "encry_file_name": evil, "file_name": evil});
        serde_json::from_value::<MediaRef>(json).unwrap()
    };
    for kind in ["image", "emoticon", "voice", "video", "cover", "map", "file"] {
        let media = media(kind);
        for variant in [MediaVariant::Full, MediaVariant::Thumbnail] {
            let request = MediaRequest::of(&media, variant);
            drafts.extend(request.and_then(|request| request.build(page, tokens, Some(&secret), 7)));
        }
    }
    let chunk = chunk::Chunk::of(&file.source, 3).unwrap();
    let upload = upload_media::Upload {
        from: &name,
        to: &name,
        file: &file,
        chunk: &chunk,
        id: upload_media::ClientMediaId { millis: u64::MAX, digits: u16::MAX },
        device_id: evil,
        permit: None,
        data_ticket: &secret,
        number: u64::MAX,
    };
    let drawn = upload_media::Drawn { boundary: "ExAmPlE0123456Ab".to_owned(), random: "Kqzb".to_owned() };
    let uploads = [
        upload_media::build(page, tokens, &upload, &drawn),
        upload_media_parallel::build(page, tokens, &upload, Some(&secret), &drawn),
    ];
    (drafts, uploads)
}

#[test]
fn nothing_breaks_out_of_a_request_for_a_file() {
    let evil = "a\r\nHost: evil.example\r\n\r\n\0\u{1b}[2J\u{85}微 #?&=%0d%0a\"\\{}</title>--\r\n------WebKitFormBoundaryExAmPlE0123456Ab--\r\n";
    let secret = || Secret::new(evil.to_owned());
    let tokens = Tokens { skey: secret(), sid: secret(), uin: 1, pass_ticket: secret() };
    for profile in [Profile::web(), Profile::file_helper()] {
        with_page_of(&profile, "wx.qq.com", 0, evil, |page| {
            let (drafts, uploads) = drafts_of_files(page, &tokens, evil);
            assert_eq!(drafts.len(), 9 + 7 + 3);
            for draft in drafts {
                let host = draft.host().clone();
                let (line, body) = wire(page, draft);
                let (_, address) = line.split_once(" https://").unwrap();
                assert!(address.bytes().all(|byte| byte.is_ascii_graphic()), "{line}");
                assert!(address.starts_with(&format!("{host}/")) && !address.contains('#'), "{line}");
                assert!(address.matches('?').count() <= 1 && !address.contains("\""), "{line}");
                assert!(
                    !body.contains(['\r', '\n', '\0', '\u{1b}']) && !body.contains("<title>a\"\\{}</title>")
                );
            }
            for draft in uploads {
                let (_, body) = wire(page, draft);
                let parts = body.matches("\r\n------WebKitFormBoundaryExAmPlE0123456Ab").count();
                let names = body.matches("\r\nContent-Disposition: form-data; name=\"").count();
                assert_eq!(
                    parts, names,
                    "each boundary but the first has a part behind it, but for the last: {body}"
                );
                assert!(!body.contains(['\0', '\u{1b}', '\u{85}']), "{body}");
            }
        });
    }
}
