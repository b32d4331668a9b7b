//! Held polls under a virtual clock.

use std::time::Duration;

use super::super::{Account, Answer, HoldId, ServerConfig};
use super::browser::{Browser, START, body, now};

fn held(answer: Answer) -> HoldId {
    match answer {
        Answer::Held(hold) => hold,
        Answer::Now(_) | Answer::Streamed(_) | Answer::Drop => panic!("the poll should be held: {answer:?}"),
    }
}

#[test]
fn a_check_is_held_for_25_seconds() {
    let mut browser = Browser::online();
    let hold = held(browser.check());
    assert_eq!(browser.server.deadline(), Some(START + Duration::from_secs(25)));
    browser.advance(24);
    assert!(browser.server.poll(browser.now).is_none());
    browser.advance(1);
    assert_eq!(browser.polled(hold), "window.synccheck={retcode:\"0\",selector:\"0\"}");
    assert_eq!(browser.server.deadline(), None);
}

#[test]
fn news_makes_a_held_check_ready() {
    let mut browser = Browser::online();
    let hold = held(browser.check());
    browser.advance(3);
    let at = browser.now;
    browser.server.phone(at).say("小明", "小明", "x").unwrap();
    assert_eq!(browser.server.deadline(), Some(at));
    assert!(browser.polled(hold).contains("selector:\"2\""));
}

#[test]
fn an_abandoned_poll_is_not_answered() {
    let mut browser = Browser::online();
    let hold = held(browser.check());
    browser.server.abandon(hold);
    assert_eq!(browser.server.deadline(), None);
    browser.advance(60);
    assert!(browser.server.poll(browser.now).is_none());
}

#[test]
fn tip_0_tells_changes_and_tip_1_the_state() {
    let mut browser = Browser::new(ServerConfig::web(), Account::demo());
    browser.jslogin();
    let hold = held(browser.login_poll(1));
    browser.advance(25);
    assert_eq!(browser.polled(hold), "window.code=408;");
    browser.server.phone(browser.now).scan().unwrap();
    assert!(body(&now(browser.login_poll(0))).starts_with("window.code=201;"), "scanned between two polls");
    held(browser.login_poll(0));
    assert!(body(&now(browser.login_poll(1))).starts_with("window.code=201;"));
    browser.server.phone(browser.now).confirm().unwrap();
    let (_, reply) = browser.server.poll(browser.now).unwrap();
    assert!(body(&reply).starts_with("window.code=200;\nwindow.redirect_uri=\"https://wx2.qq.com/"));
    let hold = held(browser.login_poll(0));
    assert!(
        body(&now(browser.login_poll(1))).starts_with("window.code=200;"),
        "a lost 200 comes again with tip 1"
    );
    browser.advance(25);
    assert_eq!(browser.polled(hold), "window.code=408;");
}

#[test]
fn a_declined_login() {
    let mut browser = Browser::new(ServerConfig::web(), Account::demo());
    browser.jslogin();
    let hold = held(browser.login_poll(1));
    let at = browser.now;
    browser.server.phone(at).scan().unwrap();
    browser.polled(hold);
    let hold = held(browser.login_poll(0));
    browser.server.phone(at).decline().unwrap();
    assert_eq!(browser.polled(hold), "window.code=202;");

    browser.server.config_mut().silent_decline = true;
    browser.jslogin();
    held(browser.login_poll(1));
    browser.server.phone(at).scan().unwrap();
    browser.server.poll(at).unwrap();
    let hold = held(browser.login_poll(0));
    browser.server.phone(at).decline().unwrap();
    assert_eq!(browser.polled(hold), "window.code=408;");
    browser.server.phone(at).scan().unwrap();
}

#[test]
fn codes_expire() {
    let mut browser = Browser::new(ServerConfig::web(), Account::demo());
    browser.jslogin();
    browser.advance(290);
    let hold = held(browser.login_poll(0));
    assert_eq!(browser.server.deadline(), Some(START + Duration::from_secs(300)));
    browser.advance(10);
    assert_eq!(browser.polled(hold), "window.code=400;");
    assert!(browser.server.phone(browser.now).scan().is_err());
    browser.jslogin();
    let hold = held(browser.login_poll(1));
    browser.server.phone(browser.now).expire_qr().unwrap();
    assert_eq!(browser.polled(hold), "window.code=400;");
}

#[test]
fn the_phone_can_act_by_itself() {
    let mut config = ServerConfig::web();
    config.scan_after = Some(Duration::from_millis(1500));
    config.confirm_after = Some(Duration::from_millis(500));
    let mut browser = Browser::new(config, Account::demo());
    browser.jslogin();
    assert_eq!(browser.server.deadline(), None);
    let hold = held(browser.login_poll(1));
    assert_eq!(browser.server.deadline(), Some(START + Duration::from_millis(1500)));
    browser.now = START + Duration::from_millis(1500);
    assert!(browser.polled(hold).starts_with("window.code=201;"));
    let hold = held(browser.login_poll(0));
    browser.now = browser.server.deadline().unwrap();
    assert_eq!(browser.now, START + Duration::from_millis(2000));
    assert!(browser.polled(hold).starts_with("window.code=200;"));
}

#[test]
fn a_burst_has_its_rate() {
    let mut browser = Browser::online();
    let at = browser.now;
    browser.server.phone(at).burst(3, 0, None, None).unwrap();
    assert_eq!(browser.sync()["AddMsgCount"], 3);
    browser.server.phone(at).burst(10, 4, Some("周末爬山"), None).unwrap();
    assert_eq!(browser.sync()["AddMsgCount"], 1);
    held(browser.check());
    assert_eq!(browser.server.deadline(), Some(at + Duration::from_millis(250)));
    browser.advance(1);
    assert_eq!(browser.sync()["AddMsgCount"], 4);
    browser.advance(60);
    assert_eq!(browser.sync()["AddMsgCount"], 5);
}
