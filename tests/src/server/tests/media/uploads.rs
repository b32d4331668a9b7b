//! Uploads that go well, and what of them is kept.

use http::Method;
use serde_json::{Value, json};

use super::page::{CHUNK, File, Page, whole};

#[test]
fn chunks_make_a_file() {
    let mut page = Page::web();
    let file = File::of(3 * CHUNK + 5);
    let mut replies = Vec::new();
    for index in 0..4 {
        let form = page.chunk(&file, index);
        replies.push(page.post_form("webwxuploadmedia?f=json", &form));
    }
    let first = std::str::from_utf8(replies[0].body()).unwrap();
    assert!(first.contains("\"MediaId\": \"\",\n\"StartPos\": 0,\n"), "{first}");
    let last: Value = serde_json::from_slice(replies[3].body()).unwrap();
    assert_eq!(last["StartPos"], json!(3 * CHUNK + 5));
    let [upload] = page.server.uploads() else { panic!("one file is there") };
    assert_eq!((upload.md5, &upload.chunks), (Some(file.content.md5()), &vec![1, 1, 1, 1]));
    assert_eq!(upload.bytes().unwrap(), &file.content.read_at(0, usize::MAX));
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn a_middle_reply_is_as_long_as_recorded() {
    let mut page = Page::web();
    let mut file = File::of(2 * CHUNK);
    file.name = "IMG_1002.JPG";
    let form = page.chunk(&file, 0);
    let reply = page.post_form("webwxuploadmedia?f=json", &form);
    assert_eq!(reply.body().len(), 162);
}

#[test]
fn a_chunk_in_doubt_may_come_once_more() {
    let mut page = Page::web();
    let file = File::of(2 * CHUNK);
    let [first, last] = [0, 1].map(|index| page.chunk(&file, index));
    assert_eq!(page.send_chunk(&first), "");
    assert_eq!(page.send_chunk(&first), "");
    let media_id = page.send_chunk(&last);
    assert_eq!(page.send_chunk(&last), media_id);
    assert_eq!(page.server.uploads()[0].chunks, [2, 2]);
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn pictures_have_a_longer_media_id_and_a_thumbnail() {
    let mut page = Page::web();
    let mut file = File::of(5_000);
    file.media_type = "pic";
    let form = page.chunk(&file, 0);
    let reply = page.post_form("webwxuploadmedia?f=json", &form);
    let reply: Value = serde_json::from_slice(reply.body()).unwrap();
    assert_eq!(reply["MediaId"].as_str().unwrap().len(), 592);
    assert_eq!((&reply["CDNThumbImgHeight"], &reply["CDNThumbImgWidth"]), (&json!(100), &json!(100)));
}

#[test]
fn the_browser_asks_before() {
    for (mut page, base) in [(Page::web(), "wx2.qq.com"), (Page::file_helper(), "szfilehelper.weixin.qq.com")]
    {
        for name in ["webwxuploadmedia?f=json", "webwxuploadmediaparallel?f=json"] {
            let builder = http::Request::builder().method(Method::OPTIONS).uri(page.files(name));
            let reply = whole(page.request(builder, ""));
            assert_eq!(reply.status(), 200);
            assert_eq!(reply.headers()["Access-Control-Allow-Origin"], format!("https://{base}"));
            assert_eq!(reply.headers().contains_key("Access-Control-Allow-Headers"), !page.web);
            let body: Value = serde_json::from_slice(reply.body()).unwrap();
            assert_eq!((&body["BaseResponse"]["Ret"], &body["MediaId"]), (&json!(1), &json!("")));
        }
        assert_eq!(page.complaints(), [""; 0]);
    }
}

#[test]
fn a_file_that_is_known_need_not_come_again() {
    let mut page = Page::web();
    let file = File::of(100);
    let check = |page: &mut Page| {
        let request = json!({"FromUserName": page.me, "ToUserName": page.to, "FileSize": 100,
            "FileMd5": file.content.md5().to_string(), "FileName": "note.txt", "FileType": 7,
            "BaseRequest": page.base_request()});
        page.call("webwxcheckupload", &request)
    };
    let reply = check(&mut page);
    assert_eq!((&reply["MediaId"], reply["AESKey"].as_str().unwrap().len()), (&json!(""), 32));
    let media_id = page.upload(&file);
    assert_eq!(check(&mut page)["MediaId"], json!(media_id));
    page.server.config_mut().knows_files = false;
    assert_eq!(check(&mut page)["MediaId"], json!(""));
    assert_eq!(page.complaints(), [""; 0]);
}

#[test]
fn over_25_mb_the_form_has_a_signature() {
    let mut page = Page::web();
    let [exactly, over] = [0, 1].map(|more| File::of((25 << 20) + more));
    let form = page.chunk(&exactly, 0);
    assert_eq!(page.send_chunk(&form), "");
    let mut form = page.chunk(&over, 0);
    assert_eq!(page.post_form("webwxuploadmedia?f=json", &form).status(), 402);
    let request = json!({"FromUserName": page.me, "ToUserName": page.to, "FileSize": over.content.len(),
        "FileMd5": over.content.md5().to_string(), "FileName": "note.txt", "FileType": 7,
        "BaseRequest": page.base_request()});
    let granted = page.call("webwxcheckupload", &request);
    form.change("AESKey", granted["AESKey"].clone()).change("Signature", granted["Signature"].clone());
    assert_eq!(page.send_chunk(&form), "");
    assert_eq!(page.complaints(), ["webwxuploadmedia of over 25 MB without the Signature for it"]);
}

#[test]
fn beyond_the_bound_only_length_and_digest_are_kept() {
    let mut page = Page::web_with(|config| config.kept_bytes = CHUNK);
    let [small, large] = [File::of(1_000), File::of(2 * CHUNK)];
    page.upload(&small);
    page.upload(&large);
    let [first, second] = page.server.uploads() else { panic!("two files are there") };
    assert!(first.bytes().is_some());
    assert!(second.bytes().is_none());
    assert_eq!((second.len, second.md5), (2 * CHUNK, Some(large.content.md5())));
}

#[test]
fn a_stored_server_knows_what_it_has_and_loads_without() {
    let mut page = Page::web();
    page.upload(&File::of(1_000));
    let begun = page.chunk(&File::of(2 * CHUNK), 0);
    page.send_chunk(&begun);
    let mut state = serde_json::to_value(&page.server).unwrap();
    let restored: super::super::super::Server = serde_json::from_value(state.clone()).unwrap();
    assert_eq!(serde_json::to_value(&restored).unwrap(), state);
    assert_eq!((restored.uploads().len(), restored.uploads()[0].len), (1, 1_000));
    // As a state of a server that knew no files.
    state.as_object_mut().unwrap().remove("media");
    for setting in
        ["kept_bytes", "knows_files", "checks_md5", "serves_parallel", "file_ranges", "needs_range"]
    {
        assert!(state["config"].as_object_mut().unwrap().remove(setting).is_some());
    }
    let old: super::super::super::Server = serde_json::from_value(state).unwrap();
    assert_eq!((old.uploads().len(), old.config().kept_bytes), (0, 64 << 20));
}
