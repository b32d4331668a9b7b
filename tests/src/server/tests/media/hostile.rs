//! Each wrong upload, what it is answered, and that it is noted.

use serde_json::{Value, json};

use super::page::{CHUNK, File, Form, Page};

type Change = fn(&mut Form) -> &mut Form;

/// A chunk of a small file with this change: Ret, MediaId and what was noted.
fn changed(change: Change) -> (i64, bool, Vec<String>) {
    let mut page = Page::web();
    let mut form = page.chunk(&File::of(28), 0);
    change(&mut form);
    let reply = page.post_form("webwxuploadmedia?f=json", &form);
    let reply: Value = serde_json::from_slice(reply.body()).unwrap();
    let ret = reply["BaseResponse"]["Ret"].as_i64().unwrap();
    let noted = page.complaints().into_iter().map(str::to_owned).collect();
    (ret, !reply["MediaId"].as_str().unwrap().is_empty(), noted)
}

#[test]
fn refused() {
    let cases: [(Change, i64, &str); 14] = [
        (|form| form.remove("webwx_data_ticket"), 1, "without webwx_data_ticket beside the cookie"),
        (|form| form.set("webwx_data_ticket", "x"), 1, "with another webwx_data_ticket than the cookie's"),
        (|form| form.remove("uploadmediarequest"), 1, "without a JSON object in uploadmediarequest"),
        (|form| form.set("uploadmediarequest", "[]"), 1, "without a JSON object in uploadmediarequest"),
        (|form| form.change("BaseRequest", json!(null)), 1, "without BaseRequest"),
        (|form| form.change("BaseRequest", json!({"Uin": 1})), 1, "with a wrong BaseRequest.Uin"),
        (|form| form.remove("filename"), 1, "without a file in filename"),
        (|form| form.set("filename", "text"), 1, "without a file in filename"),
        (|form| form.set("mediatype", "film"), 1, "without a mediatype of pic, video or doc"),
        (|form| form.set("chunks", "2").set("chunk", "2"), 1, "with a chunk that is not one of its chunks"),
        (|form| form.set("chunk", "-1"), 1, "with a chunk that is not one of its chunks"),
        (|form| form.change("TotalLen", json!("x")), 1, "without TotalLen"),
        (|form| form.change("ClientMediaId", json!(null)), 1, "without ClientMediaId"),
        (Form::first_twice, 1200, "with two parts of the same name"),
    ];
    for (change, expected, noted) in cases {
        let (ret, stored, complaints) = changed(change);
        assert_eq!((ret, stored), (expected, false), "{noted}");
        assert_eq!(complaints, [format!("webwxuploadmedia {noted}")]);
    }
}

#[test]
fn taken_and_noted() {
    let cases: [(Change, &str); 9] = [
        (|form| form.set("size", "29"), "with another size than TotalLen"),
        (
            |form| form.change("DataLen", json!(5)),
            "with a StartPos and DataLen that fit neither the file nor the chunk",
        ),
        (|form| form.change("FileMd5", json!(null)), "without a FileMd5 in lower case"),
        (|form| form.change("FileMd5", json!("0".repeat(32))), "with the MD5 of another file"),
        (|form| form.set("name", "other.txt"), "with another filename than name"),
        (|form| form.change("UploadType", json!(1)), "without UploadType 2"),
        (|form| form.change("MediaType", json!(1)), "without MediaType 4"),
        (|form| form.change("FromUserName", json!("@x")), "from somebody else than the own UserName"),
        (|form| form.change("ToUserName", json!("@x")), "to somebody who cannot be written to"),
    ];
    for (change, noted) in cases {
        let (ret, stored, complaints) = changed(change);
        assert_eq!((ret, stored), (0, true), "{noted}");
        assert_eq!(complaints, [format!("webwxuploadmedia {noted}")]);
    }
}

#[test]
fn not_looked_at() {
    let cases: [Change; 6] = [
        |form| form.remove("id").remove("type").remove("lastModifiedDate").remove("pass_ticket"),
        |form| form.set("pass_ticket", "anything"),
        Form::reversed,
        |form| form.change("StartPos", json!(0)).change("DataLen", json!(28)),
        |form| form.change("ClientMediaId", json!("17699400500710466")),
        |form| {
            let base = json!({"Uin": "1234567890", "Sid": "x7/pQ2+mN5kV8rTz", "Skey": ""});
            form.change("BaseRequest", base)
        },
    ];
    for change in cases {
        assert_eq!(changed(change), (0, true, Vec::new()));
    }
}

#[test]
fn no_form_at_all() {
    let mut page = Page::web();
    let body = json!({"BaseRequest": page.base_request()}).to_string();
    let reply = page.post_json(&page.files("webwxuploadmedia?f=json"), body);
    assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 1200,"));
    let mut form = page.chunk(&File::of(28), 0);
    let address = page.files("webwxuploadmedia?f=json");
    let content_type = format!("multipart/form-data; boundary={}", Form::BOUNDARY);
    for length in [0, 10, 200, form.body().len() - 6] {
        let body = form.body()[..length].to_vec();
        let builder = http::Request::post(&address).header("Content-Type", &content_type);
        let reply = super::page::whole(page.request(builder, body));
        assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 1200,"), "{length}");
    }
    form.0[1].1 = b"Content-Disposition: form-data; name=\"name\"; filename*=UTF-8''a\r\n\r\n".to_vec();
    page.post_form("webwxuploadmedia?f=json", &form);
    assert_eq!(page.complaints().last(), Some(&"webwxuploadmedia with a file name in the form of RFC 2231"));
    assert!(page.server.uploads().is_empty());
}

#[test]
fn chunks_that_are_no_file() {
    let mut page = Page::web();
    let file = File::of(3 * CHUNK);
    let chunks = [0, 1, 2].map(|index| page.chunk(&file, index));
    // Out of order: taken, since the server goes by the index.
    for index in [0, 2, 1] {
        page.send_chunk(&chunks[index]);
    }
    assert_eq!(page.server.uploads().len(), 1);
    assert_eq!(page.complaints(), ["webwxuploadmedia with chunk 2 in the place of chunk 1"]);

    // Another ClientMediaId in the middle: no MediaId at the end.
    let mut page = Page::web();
    let mut other = chunks[1].clone();
    other.change("ClientMediaId", json!(5));
    assert_eq!(page.send_chunk(&chunks[0]), "");
    assert_eq!(page.send_chunk(&other), "");
    assert_eq!(page.send_chunk(&chunks[2]), "");
    assert_eq!(
        page.complaints(),
        [
            "webwxuploadmedia with chunk 1 of an upload that did not begin",
            "webwxuploadmedia with chunk 2 in the place of chunk 1"
        ]
    );

    // A short chunk: the sizes do not add up.
    let mut page = Page::web();
    let mut short = chunks[1].clone();
    short.file(file.name, "application/octet-stream", "short".into());
    let ends: Vec<_> = [&chunks[0], &short, &chunks[2]].map(|form| page.send_chunk(form)).into();
    assert_eq!(ends, ["", "", ""]);
    assert!(page.server.uploads().is_empty());
    assert!(page.complaints().contains(&"webwxuploadmedia with chunks that do not add up to TotalLen"));
}

#[test]
fn a_wrong_md5_is_refused_only_where_told() {
    let mut page = Page::web_with(|config| config.checks_md5 = true);
    let mut form = page.chunk(&File::of(28), 0);
    form.change("FileMd5", json!("0".repeat(32)));
    let reply = page.post_form("webwxuploadmedia?f=json", &form);
    assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 1,"));
}

#[test]
fn the_wrong_host_and_no_cookie() {
    let mut page = Page::web();
    let form = page.chunk(&File::of(28), 0);
    let content_type = format!("multipart/form-data; boundary={}", Form::BOUNDARY);
    let address = page.api("webwxuploadmedia?f=json");
    let builder = http::Request::post(address).header("Content-Type", &content_type);
    let reply = super::page::whole(page.request(builder, form.body()));
    assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 1100,"));
    let request = http::Request::post(page.files("webwxuploadmedia")).header("Content-Type", &content_type);
    page.server.handle(super::page::NOW, request.body(form.body().into()).unwrap());
    assert_eq!(
        page.complaints(),
        ["webwxuploadmedia on wx2.qq.com", "webwxuploadmedia without the cookie webwx_data_ticket"]
    );
}

#[test]
fn check_upload_and_parallel() {
    let mut page = Page::file_helper();
    let good = json!({"FromUserName": page.me, "ToUserName": "filehelper", "FileSize": 5, "FileMd5": "0".repeat(32),
        "FileName": "a", "FileType": 7, "BaseRequest": page.base_request()});
    for member in ["FileType", "FileSize", "FileMd5", "FileName"] {
        let mut request = good.clone();
        request.as_object_mut().unwrap().remove(member);
        assert_eq!(page.call("webwxcheckupload", &request)["BaseResponse"]["Ret"], 1, "{member}");
    }
    assert_eq!(page.call("webwxcheckupload", &good)["BaseResponse"]["Ret"], 0);
    assert_eq!(page.complaints().len(), 4);

    let mut form = Form::default();
    let request = json!({"Signature": "v1_x", "AESKey": "", "FileMD5": "0".repeat(32), "TotalLen": 5, "Chunks": 1,
        "Name": "a", "Chunk": 0, "BaseRequest": page.base_request()});
    form.set("webwx_data_ticket", page.ticket).set("UploadMediaParallelRequest", &request.to_string());
    form.file("blob", "application/octet-stream", "12345".into());
    let reply = page.post_form("webwxuploadmediaparallel?f=json", &form);
    assert!(reply.body().starts_with(b"{\n\"BaseResponse\": {\n\"Ret\": 1,"));
    assert_eq!(
        page.complaints().last(),
        Some(&"webwxuploadmediaparallel without the Signature of webwxcheckupload")
    );
    page.server.config_mut().serves_parallel = false;
    assert_eq!(page.post_form("webwxuploadmediaparallel?f=json", &form).status(), 404);
}
