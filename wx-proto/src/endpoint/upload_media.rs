//! `POST https://FILE/cgi-bin/mmwebwx-bin/webwxuploadmedia`: one chunk of a file.
//!
//! The form and the request in it are those of the captures of 2018 and, for the file helper, of 2022. The whole length stands
//! in every chunk, at `StartPos` 0.

use bytes::Bytes;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::{
    BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts,
    check_upload::Permit,
    chunk::Chunk,
    multipart::{Boundary, MultipartForm, Parts},
    script_date,
};
use crate::{
    Endpoint, Flavour, Lane, Md5, ReplyError, Secret, SplitMix64, UserName, WireId, coding::json,
    outgoing::OutgoingFile, tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::UploadMedia,
    lane: Lane::Transfer,
    timeouts: Timeouts::CHUNK,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};

/// A file on its way up, and the chunk whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upload<'a> {
    pub(crate) from: &'a UserName,
    pub(crate) to: &'a UserName,
    pub(crate) file: &'a OutgoingFile,
    pub(crate) chunk: &'a Chunk,
    pub(crate) id: ClientMediaId,
    /// The page makes its request once for a file: all chunks have one.
    pub(crate) device_id: &'a str,
    pub(crate) permit: Option<&'a Permit>,
    /// The present value of the cookie `webwx_data_ticket`.
    pub(crate) data_ticket: &'a Secret<String>,
    /// How many files this page uploaded before.
    pub(crate) number: u64,
}

/// What is drawn for each request.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// 16 letters and digits that part the form.
    pub(crate) boundary: String,
    /// Four of them for the query of the file helper's page.
    pub(crate) random: String,
}

impl Drawn {
    pub(crate) fn new(rng: &mut SplitMix64) -> Self {
        Self { boundary: rng.letters_and_digits(16), random: rng.letters_and_digits(4) }
    }
}

/// The id of an upload: one for all chunks, else the last reply has no media id; another one when the file goes up anew.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ClientMediaId {
    /// Unix time.
    pub(crate) millis: u64,
    /// Four random digits, which the web's page does without.
    pub(crate) digits: u16,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WireMediaId {
    Number(u64),
    Text(String),
}

impl ClientMediaId {
    /// The 17 digits of a wire id, apart.
    pub(crate) fn of(id: WireId) -> Self {
        let digits = id.digits();
        Self { millis: id.millis(), digits }
    }

    fn on_the_wire(self, flavour: Flavour) -> WireMediaId {
        let Self { millis, digits } = self;
        match flavour {
            Flavour::Web => WireMediaId::Number(millis),
            Flavour::FileHelper => WireMediaId::Text(format!("{millis:013}{:04}", digits % 10_000)),
        }
    }
}

/// What the server says to a chunk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UploadReply {
    /// The file's name on the server; only with the last chunk.
    pub(crate) media_id: Option<Secret<String>>,
    /// The name of an upload to webwxuploadmediaparallel, which its further chunks repeat.
    pub(crate) upload_id: Option<Secret<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    upload_type: u32,
    base_request: BaseRequest<'a>,
    client_media_id: WireMediaId,
    total_len: u64,
    start_pos: u64,
    data_len: u64,
    media_type: u32,
    from_user_name: &'a UserName,
    to_user_name: &'a UserName,
    file_md5: Md5,
    #[serde(rename = "AESKey", skip_serializing_if = "Option::is_none")]
    aes_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, upload: &Upload<'_>, drawn: &Drawn) -> Draft {
    let form = form(page, tokens, upload, drawn);
    Draft::post_upload(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxuploadmedia", query(page, drawn), form)
}

/// The query of both kinds of upload.
pub(super) fn query(page: &Page<'_>, drawn: &Drawn) -> Query {
    let query = Query::new().raw("f", "json");
    match page.profile.flavour {
        Flavour::Web => query,
        Flavour::FileHelper => query.component("random", &drawn.random),
    }
}

/// The pass_ticket as forms have it: not escaped in the web's, as the login page gave it in the file helper's.
pub(super) fn pass_ticket(page: &Page<'_>, tokens: &Tokens) -> String {
    let text = tokens.pass_ticket.expose();
    match page.profile.flavour {
        Flavour::Web => percent_decode_str(text).decode_utf8_lossy().into_owned(),
        Flavour::FileHelper => text.clone(),
    }
}

fn form(page: &Page<'_>, tokens: &Tokens, upload: &Upload<'_>, drawn: &Drawn) -> MultipartForm {
    let Upload { file, chunk, data_ticket, number, .. } = *upload;
    let name = file.name.as_str();
    let modified = script_date::text(file.source.modified.unwrap_or(page.now));
    let size = file.source.len.to_string();
    let parts = Parts::new(Boundary::new(&drawn.boundary));
    let parts = match page.profile.flavour {
        Flavour::Web => parts
            .text("id", &format!("WU_FILE_{number}"))
            .text("name", name)
            .text("type", &file.mime)
            .text("lastModifiedDate", &modified)
            .text("size", &size),
        Flavour::FileHelper => parts
            .text("name", name)
            .text("lastModifiedDate", &modified)
            .text("size", &size)
            .text("type", &file.mime),
    };
    let parts = if chunk.is_only_one() {
        parts
    } else {
        parts.text("chunks", &chunk.total().to_string()).text("chunk", &chunk.index().to_string())
    };
    let file_type = if chunk.is_only_one() { &*file.mime } else { "application/octet-stream" };
    parts
        .text("mediatype", file.kind.media_type())
        .text("uploadmediarequest", &request(page, tokens, upload))
        .text("webwx_data_ticket", data_ticket.expose())
        .text("pass_ticket", &pass_ticket(page, tokens))
        .file("filename", name, file_type, chunk.slice().clone())
}

fn request(page: &Page<'_>, tokens: &Tokens, upload: &Upload<'_>) -> String {
    /// Of all kinds of files.
    const ATTACHMENT: u32 = 4;
    let Upload { from, to, file, id, device_id, permit, .. } = *upload;
    let request = Request {
        upload_type: 2,
        base_request: BaseRequest::of_device(tokens, device_id),
        client_media_id: id.on_the_wire(page.profile.flavour),
        total_len: file.source.len,
        start_pos: 0,
        data_len: file.source.len,
        media_type: ATTACHMENT,
        from_user_name: from,
        to_user_name: to,
        file_md5: file.source.md5,
        aes_key: permit.and_then(Permit::aes_key),
        signature: permit.map(Permit::signature),
    };
    // A plain struct with text keys; serde_json has nothing to refuse in it.
    serde_json::to_string(&request).expect("a request is plain JSON")
}

/// The replies of both kinds of upload.
pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<UploadReply, ReplyError> {
    json::read(status, body, |reply| {
        Ok(UploadReply {
            media_id: reply.members.token("MediaId"),
            upload_id: reply.members.token("UploadID"),
        })
    })
}

#[cfg(test)]
pub(super) mod tests {
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
        let headers: Vec<(&str, &str)> =
            wire.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
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
        assert_eq!(wire.body, crlf(include_str!("testdata/upload_media.txt")));
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
        assert!(
            wire.headers.contains(&("accept".to_owned(), "application/json, text/plain, */*".to_owned()))
        );
        assert_eq!(wire.body, crlf(include_str!("testdata/upload_media_file_helper.txt")));
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
        let end = "\"FileMd5\":\"60becf84e104940da47f6135ea59af35\",\"AESKey\":\"0011\",\"Signature\":\"v1_5f1e\"}\r\n";
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
}
