//! The stored session: its format is pinned, every released one still loads.

use wx_proto::{Client, Config, LoginMethod, Outgoing, Phase, SendOptions, Session, UserName};
use wx_testkit::runner::START;

use crate::support::{online, say, seconds};

/// A session as version 1 stored it. Never changed: a new version gets a file of its own.
const V1: &str = include_str!("stored/v1.json");

/// A session with something in every member.
fn full() -> serde_json::Value {
    let mut runner = online();
    say(&mut runner, "明哥", "hello");
    runner.run_for(seconds(1));
    let to = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&to, Outgoing::text("settled"), SendOptions::with_id("mine")).unwrap();
    runner.run_for(seconds(1));
    runner.io.cut = true;
    let mut options = SendOptions::default();
    options.expires_at = Some(START + seconds(86_400));
    runner.client.send(&to, Outgoing::text("waiting"), options).unwrap();
    runner.run_for(seconds(1));
    serde_json::to_value(runner.client.session().unwrap()).unwrap()
}

/// The form of what is written today is the form of the pinned file.
#[test]
fn the_format_is_version_1() {
    let pinned: serde_json::Value = serde_json::from_str(V1).unwrap();
    assert_eq!(full(), pinned, "a stored format is never changed: add a version");
}

#[test]
fn version_1_loads_and_goes_round() {
    let session: Session = serde_json::from_str(V1).unwrap();
    assert_eq!((session.profile(), session.has_login()), ("web", true));
    assert_eq!(session.me().unwrap().nick_name, "测试");
    let later = START + seconds(3600);
    let mut client = Client::restore(session, Config::default(), 3, later);
    let mut again = serde_json::to_value(client.session().unwrap()).unwrap();
    // Each restore is a run of its own.
    assert_eq!(again["run"], 2);
    again["run"] = 1.into();
    assert_eq!(again, serde_json::from_str::<serde_json::Value>(V1).unwrap());
    client.login(LoginMethod::Resume).unwrap();
    assert_eq!(client.phase(), &Phase::Starting);
}

#[test]
fn an_unknown_version_is_refused() {
    let newer = V1.replacen("\"version\": \"1\"", "\"version\": \"2\"", 1);
    assert_ne!(newer, V1);
    assert!(serde_json::from_str::<Session>(&newer).is_err());
}

/// A host that the profile does not list, or another profile's session: the login is dropped, the outbox is kept.
#[test]
fn a_login_of_another_host_or_profile_is_dropped() {
    for (from, to) in
        [("\"wx2.qq.com\"", "\"evil.example\""), ("\"profile\": \"web\"", "\"profile\": \"other\"")]
    {
        let session: Session = serde_json::from_str(&V1.replace(from, to)).unwrap();
        let mut client = Client::restore(session, Config::default(), 3, START);
        assert!(client.login(LoginMethod::Resume).is_err(), "{to}");
        assert_eq!(client.outbox().count(), 2);
        let json = serde_json::to_string(&client.session()).unwrap();
        assert!(!json.contains("evil.example"), "nothing of it is kept");
    }
}
