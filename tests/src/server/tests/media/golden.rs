//! The requests of the worked transcripts, byte for byte, and the layout of their replies.

use http::{Response, header::ACCESS_CONTROL_ALLOW_ORIGIN};
use serde_json::{Value, json};

use super::page::{CHUNK, File, Form, Page, whole};
use crate::content::{FileContent, FileForm};

/// Values that the server draws.
const DRAWN: [&str; 5] = ["MediaId", "AESKey", "Signature", "UploadID", "MsgID"];

/// The reply with each drawn value replaced by as many letters.
fn masked(reply: &[u8]) -> String {
    let text = std::str::from_utf8(reply).unwrap();
    let line = |line: &str| {
        let Some((name, value)) = line.split_once(": \"") else { return line.to_owned() };
        let Some((value, rest)) = value.split_once('"') else { return line.to_owned() };
        let drawn = DRAWN.contains(&name.trim_matches('"'));
        let value = if drawn { "x".repeat(value.len()) } else { value.to_owned() };
        format!("{name}: \"{value}\"{rest}")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn check(reply: &Response<bytes::Bytes>, recorded: &[u8]) {
    assert_eq!(masked(reply.body()), masked(recorded));
    assert_eq!(reply.headers()["Content-Type"], "text/plain");
    assert_eq!(reply.headers()["Content-Length"].to_str().unwrap(), recorded.len().to_string());
}

fn member(reply: &Response<bytes::Bytes>, name: &str) -> String {
    let reply: Value = serde_json::from_slice(reply.body()).unwrap();
    reply[name].as_str().unwrap().to_owned()
}

/// Puts what this server drew in the place of what the recorded one did.
fn with(request: &str, drawn: &[(&str, &str)]) -> String {
    let mut request = request.to_owned();
    for (recorded, drawn) in drawn {
        assert_eq!(recorded.len(), drawn.len());
        assert!(request.contains(recorded));
        request = request.replace(recorded, drawn);
    }
    request
}

fn post_form(page: &mut Page, name: &str, boundary: &str, body: Vec<u8>) -> Response<bytes::Bytes> {
    let builder = http::Request::post(page.files(name));
    let content_type = format!("multipart/form-data; boundary={boundary}");
    whole(page.request(builder.header("Content-Type", content_type), body))
}

/// `@crypt_5e6f7a8b_`, and so often these digits.
fn media_id(digits: &str, times: usize) -> String {
    format!("@crypt_5e6f7a8b_{}", digits.repeat(times))
}

#[test]
fn a_file_of_the_web_flavour() {
    let mut page = Page::web();
    let request = include_bytes!("transcripts/web-webwxuploadmedia.request");
    let reply = post_form(&mut page, "webwxuploadmedia?f=json", Form::BOUNDARY, request.to_vec());
    check(&reply, include_bytes!("transcripts/web-webwxuploadmedia.reply"));
    assert_eq!(reply.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "https://wx2.qq.com");
    assert_eq!(reply.headers()["Access-Control-Allow-Credentials"], "true");

    let recorded = media_id("0123456789abcdef", 10);
    let text = include_str!("transcripts/web-webwxsendappmsg.request");
    let text = with(text, &[(&recorded, &member(&reply, "MediaId"))]);
    let ticket = "mPq7%252BrS9tU%252Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%253D";
    let address = format!("webwxsendappmsg?fun=async&f=json&lang=zh_CN&pass_ticket={ticket}");
    let reply = page.post_json(&page.api(&address), text);
    check(&reply, include_bytes!("transcripts/web-webwxsendappmsg.reply"));

    assert_eq!(page.complaints(), [""; 0]);
    let [sent] = page.server.record().sent() else { panic!("one message was sent") };
    let file = sent.file.as_ref().unwrap();
    assert_eq!((sent.kind.as_str(), file.name.as_str(), file.len), ("file", "note.txt", 28));
    assert_eq!(file.md5.unwrap().to_string(), "60becf84e104940da47f6135ea59af35");
}

#[test]
fn a_file_and_a_picture_of_the_file_helper() {
    let mut page = Page::file_helper();
    let boundary = "----WebKitFormBoundaryFhExAmPlE012345C";
    let request = include_bytes!("transcripts/fh-webwxuploadmedia.request");
    let upload = "webwxuploadmedia?f=json&random=Kqzb";
    let reply = post_form(&mut page, upload, boundary, request.to_vec());
    check(&reply, include_bytes!("transcripts/fh-webwxuploadmedia.reply"));
    assert_eq!(reply.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "https://szfilehelper.weixin.qq.com");

    let ticket = "kTz3%2BhY6wE%2FqLm2Rp9Vx4Bc7Dn1Fg5Js8Ka0Zu3Oi6Pt%3D";
    let recorded = media_id("fedcba9876543210", 10);
    let text = include_str!("transcripts/fh-webwxsendappmsg.request");
    let text = with(text, &[(&recorded, &member(&reply, "MediaId"))]);
    let address = format!("webwxsendappmsg?fun=async&f=json&lang=zh_CN&pass_ticket={ticket}");
    let reply = page.post_json(&page.api(&address), text);
    check(&reply, include_bytes!("transcripts/fh-webwxsendappmsg.reply"));
    assert_eq!(page.complaints(), [""; 0]);

    let mut picture = File::of(1_000);
    picture.media_type = "pic";
    let drawn = page.upload(&picture);
    let recorded = media_id("0f1e2d3c4b5a6978", 36);
    let text = include_str!("transcripts/fh-webwxsendmsgimg.request");
    let text = with(text, &[(&recorded, &drawn)]);
    let reply =
        page.post_json(&page.api(&format!("webwxsendmsgimg?fun=async&f=json&pass_ticket={ticket}")), text);
    check(&reply, include_bytes!("transcripts/fh-webwxsendmsgimg.reply"));
    assert_eq!(page.complaints(), [""; 0]);
    let sent: Vec<_> = page.server.record().sent().iter().map(|sent| sent.kind.as_str()).collect();
    assert_eq!(sent, ["file", "image"]);
}

#[test]
fn a_large_file_of_the_file_helper() {
    let mut page = Page::file_helper();
    let content = FileContent::pattern(FileForm::Plain, 1, 31_457_280);
    let md5 = content.md5().to_string();
    let recorded_md5 = "0cc175b9c0f1b6a831c399e269772661";
    let request = with(include_str!("transcripts/fh-large.request"), &[(recorded_md5, &md5)]);
    let reply = page.post_json(&page.api("webwxcheckupload"), request);
    check(&reply, include_bytes!("transcripts/fh-large.reply"));
    let (key, signature) = (member(&reply, "AESKey"), member(&reply, "Signature"));
    let granted = [
        (recorded_md5, md5.as_str()),
        ("00112233445566778899aabbccddeeff", &key),
        ("v1_5f1e2d3c4b5a69780f1e2d3c4b5a6978", &signature),
    ];
    let form = with(include_str!("transcripts/fh-large-1.request"), &granted);
    let (before, after) = form.split_once("<524288 bytes>").unwrap();
    let mut upload_id = String::new();
    let mut last = String::new();
    for index in 0..60 {
        let described = match index {
            0 => before.to_owned(),
            _ => {
                let before = before.replace("\"Chunk\":0", &format!("\"Chunk\":{index}"));
                before.replace("002\"}}", &format!("002\"}},\"UploadID\":\"{upload_id}\"}}"))
            }
        };
        let bytes = content.read_at(index * CHUNK, usize::try_from(CHUNK).unwrap());
        let body = [described.as_bytes(), &bytes, after.as_bytes()].concat();
        assert!(index > 0 || body.len() == 525_218);
        let address = "webwxuploadmediaparallel?f=json&random=mWxe";
        let reply = post_form(&mut page, address, "----WebKitFormBoundaryFhExAmPlE012345C", body);
        if index == 0 {
            check(&reply, include_bytes!("transcripts/fh-large-1.reply"));
            upload_id = member(&reply, "UploadID");
        }
        last = member(&reply, "MediaId");
        assert_eq!(last.is_empty(), index < 59, "chunk {index}");
    }
    let [upload] = page.server.uploads() else { panic!("one file is there") };
    assert_eq!((upload.len, upload.md5, upload.chunks.len()), (31_457_280, Some(content.md5()), 60));

    let mut carried = json!({"Type": 6, "Content": super::page::app("big.zip", 31_457_280, &last)});
    let refused = page.call("webwxsendappmsg", &page.message("1", carried.clone()));
    assert_eq!(refused["BaseResponse"]["Ret"], 1);
    assert_eq!(page.complaints(), ["webwxsendappmsg of over 25 MB without the Signature for it"]);
    carried["AESKey"] = json!(key);
    carried["Signature"] = json!(signature);
    let taken = page.call("webwxsendappmsg", &page.message("1", carried));
    assert_eq!(taken["BaseResponse"]["Ret"], 0);
}
