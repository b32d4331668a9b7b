//! The bytes of an upload, and of what the server says to it.

use std::sync::Arc;

use super::*;
use crate::{
    Body, FileKind, FileSource, Profile, Timestamp,
    endpoint::testing::{FRIEND, ME, base_host, tokens, with_page_of},
};

pub(in super::super) struct Wire {
    pub(in super::super) line: String,
    pub(in super::super) headers: Vec<(String, String)>,
    /// With `<file>` in the file's place.
    pub(in super::super) body: String,
    pub(in super::super) length: u64,
}

pub(in super::super) fn file(name: &str, len: u64) -> OutgoingFile {
    let mut source = FileSource::new("/x", len, "60becf84e104940da47f6135ea59af35".parse().unwrap());
    source.modified = Some(Timestamp::from_secs(1_735_696_800));
    OutgoingFile::new(FileKind::File, name, "text/plain", Arc::new(source))
}

pub(in super::super) fn sent(
    profile: &Profile,
    to: &str,
    file: &OutgoingFile,
    index: u64,
    permit: Option<&Permit>,
    build: impl FnOnce(&Page<'_>, &Tokens, &Upload<'_>, &Drawn) -> Draft,
) -> Wire {
    let (from, to) = (UserName::new(ME), UserName::new(to));
    let data_ticket = Secret::new("gSfAbCdEfGhIjKlMnOpQrSt0".to_owned());
    let chunk = Chunk::of(&file.source, index).unwrap();
    let upload = Upload {
        from: &from,
        to: &to,
        file,
        chunk: &chunk,
        id: ClientMediaId { millis: 1_735_700_080_000, digits: 466 },
        device_id: "e233776295159507",
        permit,
        data_ticket: &data_ticket,
        number: 0,
    };
    let drawn = Drawn { boundary: "ExAmPlE0123456Ab".to_owned(), random: "Kqzb".to_owned() };
    with_page_of(profile, base_host(profile.flavour), 1_735_700_080_000, "another", |page| {
        let request = build(page, &tokens(), &upload, &drawn).into_http(page, None).unwrap();
        let line = format!("{} {}", request.method(), request.uri());
        let mut headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let body = request.into_body();
        let length = body.len();
        let Body::Upload { prefix, file, suffix } = body else { panic!("an upload") };
        assert_eq!(&file, chunk.slice());
        let [prefix, suffix] = [prefix, suffix].map(|bytes| String::from_utf8(bytes.into()).unwrap());
        Wire { line, headers, body: format!("{prefix}<file>{suffix}"), length }
    })
}

fn web(file: &OutgoingFile, index: u64, permit: Option<&Permit>) -> Wire {
    sent(&Profile::web(), FRIEND, file, index, permit, build)
}

/// Lines that end in LF, as CRLF.
pub(in super::super) fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

#[test]
fn the_request_is_the_page_s() {
    let wire = web(&file("note.txt", 28), 0, None);
    assert_eq!(wire.line, "POST https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json");
    let headers: Vec<(&str, &str)> = wire.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(
        headers,
        [
            ("accept", "*/*"),
            ("accept-encoding", "gzip"),
            ("content-type", "multipart/form-data; boundary=----WebKitFormBoundaryExAmPlE0123456Ab"),
            ("origin", "https://wx2.qq.com"),
            ("referer", "https://wx2.qq.com/?lang=zh_CN"),
            ("user-agent", &Profile::web().user_agent),
        ]
    );
    assert_eq!(wire.body, crlf(include_str!("../testdata/upload_media.txt")));
    assert_eq!(wire.length, 1659);
}

#[test]
fn the_file_helper_s_form_has_another_order() {
    let mut file = file("会议.txt", 28);
    let source = Arc::make_mut(&mut file.source);
    source.modified = Some(Timestamp::from_secs(1_769_939_940));
    let wire = sent(&Profile::file_helper(), "filehelper", &file, 0, None, build);
    assert_eq!(
        wire.line,
        "POST https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/webwxuploadmedia?f=json&random=Kqzb"
    );
    assert!(wire.headers.contains(&("accept".to_owned(), "application/json, text/plain, */*".to_owned())));
    assert_eq!(wire.body, crlf(include_str!("../testdata/upload_media_file_helper.txt")));
}

#[test]
fn chunks_are_numbered_where_there_are_several() {
    let file = file("big.zip", 3_213_741);
    let wire = web(&file, 6, None);
    let numbers = crlf(
        "name=\"size\"\n\n3213741\n------WebKitFormBoundaryExAmPlE0123456Ab\n\
         Content-Disposition: form-data; name=\"chunks\"\n\n7\n------WebKitFormBoundaryExAmPlE0123456Ab\n\
         Content-Disposition: form-data; name=\"chunk\"\n\n6\n------WebKitFormBoundaryExAmPlE0123456Ab\n\
         Content-Disposition: form-data; name=\"mediatype\"\n",
    );
    assert!(wire.body.contains(&numbers), "{}", wire.body);
    assert!(wire.body.contains("\"TotalLen\":3213741,\"StartPos\":0,\"DataLen\":3213741,"));
    assert!(wire.body.contains("filename=\"big.zip\"\r\nContent-Type: application/octet-stream\r\n"));
    assert_eq!(wire.length, web(&file, 0, None).length - 524_288 + 3_213_741 % 524_288);
}

#[test]
fn a_large_file_has_its_permit() {
    let permit = Permit::new("v1_5f1e", "0011");
    let wire = web(&file("big.zip", 31_457_280), 0, Some(&permit));
    let end =
        "\"FileMd5\":\"60becf84e104940da47f6135ea59af35\",\"AESKey\":\"0011\",\"Signature\":\"v1_5f1e\"}\r\n";
    assert!(wire.body.contains(end), "{}", wire.body);
}

#[test]
fn hostile_names_stay_in_their_place() {
    for name in ["../../x", "C:\\x", "a\r\nb", "\"; filename=\"x", "\0\u{85}\u{7f}", ""] {
        let mut file = file(name, 28);
        file.mime = name.to_owned();
        let body = web(&file, 0, None).body;
        assert_eq!(body.matches("\r\n------WebKitFormBoundaryExAmPlE0123456Ab").count(), 10, "{name:?}");
        assert_eq!(body.matches('\r').count(), body.matches('\n').count());
        let (_, shown) = body.rsplit_once("; filename=\"").unwrap();
        let (shown, rest) = shown.split_once('"').unwrap();
        let (head, _) = rest.split_once("<file>").unwrap();
        assert!(head.starts_with("\r\nContent-Type: ") && head.ends_with("\r\n\r\n"), "{head}");
        assert_eq!(head.matches("\r\n").count(), 3, "{head}");
        assert!(!shown.is_empty() && !shown.contains(['/', '\\']), "{shown}");
    }
}

#[test]
fn replies() {
    let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
    let reply = |media_id: &str, upload_id: &str| {
        let id = |text: &str| (!text.is_empty()).then(|| Secret::new(text.to_owned()));
        Ok(UploadReply { media_id: id(media_id), upload_id: id(upload_id) })
    };
    let media_id = format!("@crypt_5e6f7a8b_{}", "0123456789abcdef".repeat(10));
    assert_eq!(media_id.len(), 176);
    let good = format!(
        "{{\n\"BaseResponse\": {{\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}}\n,\n\"MediaId\": \"{media_id}\",\n\"StartPos\": 28,\n\
         \"CDNThumbImgHeight\": 0,\n\"CDNThumbImgWidth\": 0,\n\"EncryFileName\": \"note%2Etxt\"\n}}\n"
    );
    assert_eq!(good.len(), 333);
    assert_eq!(super::parse(StatusCode::OK, &good.into()), reply(&media_id, ""));
    let between = b"{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MediaId\": \"\",\n\"StartPos\": 0,\n\
        \"CDNThumbImgHeight\": 0,\n\"CDNThumbImgWidth\": 0,\n\"EncryFileName\": \"IMG%5F1002%2EJPG\"\n}\n";
    assert_eq!(between.len(), 162);
    assert_eq!(parse(between), reply("", ""));
    assert_eq!(
        parse(br#"{"BaseResponse":{"Ret":0},"UploadID":7,"MediaId":"@crypt_1"}"#),
        reply("@crypt_1", "7")
    );
    for none in [
        br#"{"BaseResponse":{"Ret":"0"}}"#.as_slice(),
        br#"{"BaseResponse":{"Ret":0},"MediaId":null,"UploadID":[]}"#,
    ] {
        assert_eq!(parse(none), reply("", ""));
    }
    let refused = br#"{"BaseResponse":{"Ret":-1,"ErrMsg":""},"MediaId":""}"#;
    assert_eq!(parse(refused), Err(ReplyError::Ret { ret: -1, message: String::new() }));
    assert_eq!(parse(b""), Err(ReplyError::Empty));
    assert_eq!(parse(b"<html>"), Err(ReplyError::Html));
    assert!(matches!(parse(b"{\"BaseResponse\":{\"Ret\":0},\"Me"), Err(ReplyError::Syntax { .. })));
}
