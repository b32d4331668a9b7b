//! Faults of single replies.

use super::super::{Answer, Fault, FaultKind, HostRole, Resource};
use super::browser::{Browser, body, now, texts};
use wx_proto::Endpoint;

#[test]
fn a_fault_before_the_request_is_carried_out() {
    let mut browser = Browser::online();
    let ming = browser.user_name("小明");
    let kinds =
        [FaultKind::Status(502), FaultKind::Html, FaultKind::Empty, FaultKind::Garbage, FaultKind::Ret(-1)];
    for kind in kinds {
        browser.server.add_fault(Fault::new(kind).on(Endpoint::SendMsg));
        let send = browser.send_body(&ming, "x", "1").to_string();
        let reply = now(browser.post("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendmsg", send));
        match kind {
            FaultKind::Status(status) => {
                assert_eq!((reply.status().as_u16(), reply.body().len()), (status, 0))
            }
            FaultKind::Html => assert!(body(&reply).contains("<html>")),
            FaultKind::Empty => assert_eq!((reply.status().as_u16(), reply.body().len()), (200, 0)),
            FaultKind::Garbage => assert!(serde_json::from_slice::<serde_json::Value>(reply.body()).is_err()),
            FaultKind::Ret(ret) => assert!(body(&reply).contains(&format!("\"Ret\": {ret},"))),
            FaultKind::Lose
            | FaultKind::EmptyKey(_)
            | FaultKind::Cut(_)
            | FaultKind::Slow(_)
            | FaultKind::Forget(_) => unreachable!("not in the list"),
        }
    }
    assert!(browser.server.record().sent().is_empty());
    assert_eq!(browser.send(&ming, "x", "1")["BaseResponse"]["Ret"], 0, "all faults are used up");
}

#[test]
fn a_fault_after_the_request_was_carried_out() {
    for kind in [FaultKind::Lose, FaultKind::Html] {
        let mut browser = Browser::online();
        let ming = browser.user_name("小明");
        browser.server.add_fault(Fault::new(kind).on(Endpoint::SendMsg).after());
        let send = browser.send_body(&ming, "x", "1").to_string();
        let answer = browser.post("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsendmsg", send);
        assert_eq!(matches!(answer, Answer::Drop), kind == FaultKind::Lose);
        assert_eq!(browser.server.record().sent().len(), 1);
    }
    let mut browser = Browser::online();
    browser.server.add_fault(Fault::new(FaultKind::Lose));
    assert!(matches!(browser.check(), Answer::Drop));
}

#[test]
fn the_answer_of_a_held_poll_can_be_lost() {
    let mut browser = Browser::online();
    browser.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SyncCheck).after());
    let Answer::Held(hold) = browser.check() else { panic!("nothing is new") };
    browser.advance(25);
    assert!(browser.server.poll(browser.now).is_none());
    assert_eq!((browser.server.poll_lost(), browser.server.poll_lost()), (Some(hold), None));
}

#[test]
fn a_reply_with_an_empty_key() {
    let mut browser = Browser::online();
    let at = browser.now;
    browser.server.phone(at).say("小明", "小明", "x").unwrap();
    browser.server.add_fault(Fault::new(FaultKind::EmptyKey(0)));
    let reply = browser.sync();
    assert_eq!((texts(&reply), reply["SyncKey"]["Count"].as_i64()), (vec!["x"], Some(0)));
    assert_eq!(texts(&browser.sync()), ["x"], "the old key still brings it");
}

#[test]
fn a_code_in_the_form_of_each_endpoint() {
    let mut browser = Browser::online();
    for resource in Endpoint::ALL.map(Resource::Endpoint).into_iter().chain([Resource::Page]) {
        browser.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(resource));
        let host = match resource.role() {
            HostRole::Login | HostRole::Qr => "login.weixin.qq.com",
            HostRole::Push => "webpush.wx2.qq.com",
            HostRole::Page | HostRole::Base | HostRole::File => "wx2.qq.com",
        };
        let path = match resource.name() {
            "page" => "/".to_owned(),
            "jslogin" => "/jslogin".to_owned(),
            "qrcode" => "/qrcode/x".to_owned(),
            name => format!("/cgi-bin/mmwebwx-bin/{name}"),
        };
        let text = browser.text(&format!("https://{host}{path}"));
        let plain =
            matches!(resource, Resource::Page | Resource::Endpoint(Endpoint::QrCode | Endpoint::Logout));
        assert!(plain || text.contains("1205"), "{}: {text}", resource.name());
    }
}
