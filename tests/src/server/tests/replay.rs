//! Keys: what an old one brings, and how much at once.

use super::super::{Account, OldKeys, ServerConfig};
use super::browser::{Browser, texts};

fn with(change: fn(&mut ServerConfig)) -> Browser {
    let mut config = ServerConfig::web();
    change(&mut config);
    Browser::online_with(config, Account::demo())
}

fn say(browser: &mut Browser, text: &str) -> u64 {
    let at = browser.now;
    browser.server.phone(at).say("小明", "小明", text).unwrap()
}

#[test]
fn any_old_key_brings_everything_after_it_again() {
    let mut browser = Browser::online();
    let first = browser.key.clone();
    let id = say(&mut browser, "a");
    assert_eq!(texts(&browser.sync()), ["a"]);
    let second = browser.key.clone();
    say(&mut browser, "b");
    assert_eq!(texts(&browser.sync()), ["b"]);
    assert_eq!(texts(&browser.sync()), Vec::<&str>::new());
    assert_eq!(texts(&browser.sync_with(&first)), ["a", "b"]);
    assert_eq!(texts(&browser.sync_with(&second)), ["b"]);
    assert_eq!(browser.server.record().delivered()[&id], 2);
}

#[test]
fn an_init_does_not_take_old_keys_away() {
    let mut browser = with(|config| config.old_keys = OldKeys::FromNewest);
    let key = browser.key.clone();
    say(&mut browser, "a");
    browser.init();
    assert_eq!(texts(&browser.sync()), Vec::<&str>::new());
    let mut browser = with(|config| config.old_keys = OldKeys::FromNewest);
    say(&mut browser, "a");
    browser.init();
    assert_eq!(texts(&browser.sync_with(&key)), ["a"]);
}

#[test]
fn a_server_that_goes_on_from_the_newest_key() {
    let mut browser = with(|config| config.old_keys = OldKeys::FromNewest);
    let first = browser.key.clone();
    say(&mut browser, "a");
    browser.sync();
    say(&mut browser, "b");
    assert_eq!(texts(&browser.sync_with(&first)), ["b"], "what the first sync brought is gone");
}

#[test]
fn a_server_that_refuses_old_keys() {
    let mut browser = with(|config| config.old_keys = OldKeys::Refuse(-1));
    let first = browser.key.clone();
    say(&mut browser, "a");
    browser.sync();
    assert_eq!(browser.sync_with(&first)["BaseResponse"]["Ret"], -1);
    assert_eq!(browser.sync()["BaseResponse"]["Ret"], 0);
}

#[test]
fn a_long_queue_comes_in_parts() {
    for flag in [true, false] {
        let mut browser = with(|config| config.max_per_sync = 2);
        browser.server.config_mut().continue_flag = flag;
        for text in ["1", "2", "3", "4", "5"] {
            say(&mut browser, text);
        }
        let parts: Vec<_> = (0..3).map(|_| browser.sync()).collect();
        assert_eq!(parts.iter().flat_map(texts).collect::<Vec<_>>(), ["1", "2", "3", "4", "5"]);
        let flags: Vec<_> = parts.iter().map(|part| part["ContinueFlag"].as_i64().unwrap()).collect();
        assert_eq!(flags, if flag { [1, 1, 0] } else { [0, 0, 0] });
    }
}

#[test]
fn a_repeated_send_is_known_or_stored_again() {
    for (dedup, count, echoes) in [(true, 1, 1), (false, 2, 2)] {
        let mut browser = Browser::online();
        browser.server.config_mut().dedup_sends = dedup;
        browser.server.config_mut().echo_sends = true;
        let ming = browser.user_name("小明");
        let first = browser.send(&ming, "x", "1");
        let again = browser.send(&ming, "x", "1");
        assert_eq!(first["MsgID"] == again["MsgID"], dedup);
        let sent = &browser.server.record().sent()[0];
        assert_eq!((sent.count, sent.requests), (count, 2));
        assert_eq!(browser.sync()["AddMsgCount"], echoes);
        assert!(browser.complaints().is_empty());
        browser.send(&ming, "y", "1");
        assert_eq!(browser.complaints(), ["webwxsendmsg with a ClientMsgId used for another message"]);
    }
}

#[test]
fn messages_without_ids_and_with_broken_text() {
    let mut browser = Browser::online();
    let at = browser.now;
    browser.server.phone(at).say_without_id("小明", "小明", "x").unwrap();
    browser.server.phone(at).say_raw("小明", "小明", br#""\ud83d""#).unwrap();
    let reply = browser.server.clone();
    assert_eq!(reply.messages().count(), 2);
    let body = serde_json::json!({"BaseRequest": browser.base_request(), "SyncKey": browser.key}).to_string();
    let reply = super::browser::now(browser.post("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxsync", body));
    let text = super::browser::body(&reply);
    assert!(text.contains("\"MsgId\": \"\",") && text.contains("\"NewMsgId\": 0,"));
    assert!(text.contains("\"Content\": \"\\ud83d\","));
}
