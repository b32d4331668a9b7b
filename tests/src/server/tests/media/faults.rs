//! Faults of the exchanges with files.

use std::time::Duration;

use serde_json::Value;
use wx_proto::Endpoint;

use super::{
    super::super::{Answer, Fault, FaultKind, FileKind},
    page::{CHUNK, File, Page, whole},
};

#[test]
fn a_server_that_forgets() {
    let mut page = Page::web();
    let file = File::of(3 * CHUNK);
    page.server.add_fault(Fault::new(FaultKind::Forget(1)).on(Endpoint::UploadMedia));
    assert_eq!(page.upload(&file), "", "the last reply has no MediaId");
    assert_eq!(page.complaints(), [""; 0], "that is not the client's fault");
    let again = File { client_id: 5, ..file };
    assert_eq!(page.upload(&again).len(), 176);
    assert_eq!(page.server.uploads().len(), 1);
}

#[test]
fn a_reply_that_breaks_off_or_is_slow() {
    let mut page = Page::web();
    let (id, content) = page.phone_sends(FileKind::Video, "", 200_000);
    let address = page.api(&format!("webwxgetvideo?msgid={id}&skey={}", page.skey));
    let ask = |page: &mut Page| {
        let builder = http::Request::get(&address).header("Range", "bytes=0-");
        let Answer::Streamed(reply) = page.request(builder, "") else { panic!("a body that is read") };
        reply
    };
    page.server.add_fault(Fault::new(FaultKind::Cut(70_000)).on(Endpoint::GetVideo));
    let cut = ask(&mut page);
    assert_eq!(cut.headers()["Content-Length"], "200000");
    assert_eq!(cut.body().collect(), content.read_at(0, 70_000));
    page.server.add_fault(Fault::new(FaultKind::Slow(40)).on(Endpoint::GetVideo));
    assert_eq!(ask(&mut page).body().pause(), Duration::from_millis(40));

    page.server.add_fault(Fault::new(FaultKind::Cut(10)).on(Endpoint::UploadMedia));
    let form = page.chunk(&File::of(28), 0);
    let Answer::Streamed(reply) = page.try_form("webwxuploadmedia?f=json", &form) else {
        panic!("it is cut")
    };
    assert_eq!(reply.body().breaks_after(), Some(10));
    assert_eq!(page.server.uploads().len(), 1, "it was carried out");
}

#[test]
fn each_endpoint_fails_in_each_way() {
    let endpoints = [
        Endpoint::CheckUpload,
        Endpoint::UploadMedia,
        Endpoint::UploadMediaParallel,
        Endpoint::SendMsgImg,
        Endpoint::SendVideoMsg,
        Endpoint::SendAppMsg,
        Endpoint::SendEmoticon,
        Endpoint::GetMsgImg,
        Endpoint::GetVoice,
        Endpoint::GetVideo,
        Endpoint::GetMedia,
        Endpoint::GetIcon,
        Endpoint::GetHeadImg,
        Endpoint::GetPublicLinkImg,
    ];
    let mut page = Page::web();
    for endpoint in endpoints {
        let on_files =
            matches!(endpoint, Endpoint::UploadMedia | Endpoint::UploadMediaParallel | Endpoint::GetMedia);
        let name = endpoint.as_str();
        let address = if on_files { page.files(name) } else { page.api(name) };
        let kinds = [
            FaultKind::Status(502),
            FaultKind::Html,
            FaultKind::Empty,
            FaultKind::Ret(-1),
            FaultKind::Ret(1205),
        ];
        for kind in kinds {
            page.server.add_fault(Fault::new(kind).on(endpoint));
            let reply = whole(page.request(http::Request::post(&address), ""));
            let json = || serde_json::from_slice::<Value>(reply.body()).unwrap();
            match kind {
                FaultKind::Status(status) => assert_eq!(reply.status().as_u16(), status),
                FaultKind::Html => assert!(reply.body().starts_with(b"<!DOCTYPE")),
                FaultKind::Empty => assert!(reply.body().is_empty() && reply.status() == 200),
                FaultKind::Ret(ret) => assert_eq!(json()["BaseResponse"]["Ret"], ret, "{name}"),
                FaultKind::Garbage
                | FaultKind::Lose
                | FaultKind::EmptyKey(_)
                | FaultKind::Cut(_)
                | FaultKind::Slow(_)
                | FaultKind::Forget(_) => unreachable!("not in the list"),
            }
        }
        page.server.add_fault(Fault::new(FaultKind::Lose).on(endpoint));
        assert!(matches!(page.request(http::Request::post(&address), ""), Answer::Drop));
    }
}

#[test]
fn an_upload_without_a_media_id() {
    let mut page = Page::web();
    page.server.add_fault(Fault::new(FaultKind::Ret(0)).on(Endpoint::UploadMedia).after());
    let form = page.chunk(&File::of(28), 0);
    assert_eq!(page.send_chunk(&form), "");
    assert_eq!(page.server.uploads().len(), 1);
}
