//! The stored session: its format is pinned, every released one still loads.

use serde_json::{Value, json};
use wx_proto::{
    Cause, Client, Config, Event, LoginMethod, OpError, Outgoing, Output, Phase, SendOptions, Session,
    Timestamp, UserName,
};
use wx_testkit::runner::{Runner, START};

use crate::support::{online, say, seconds};

/// A session as version 1 stored it. Never changed: a new version gets a file of its own.
const V1: &str = include_str!("stored/v1.json");

/// A session with something in every member.
fn full() -> Value {
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
    let pinned: Value = serde_json::from_str(V1).unwrap();
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
    assert_eq!(again, serde_json::from_str::<Value>(V1).unwrap());
    client.login(LoginMethod::Resume).unwrap();
    assert_eq!(client.phase(), &Phase::Starting);
}

/// What can be told of a stored session without a client, and nothing secret in it.
#[test]
fn a_session_tells_what_is_in_it() {
    let session = altered(|saved| saved["outbox"][1]["tries"] = 1.into()).unwrap();
    let at = Timestamp::from_millis(1_735_700_005_030);
    assert_eq!((session.login_since(), session.position_since()), (Some(at), Some(at)));
    let sends: Vec<_> = session.open_sends().collect();
    let [send] = sends[..] else { panic!("{sends:?}") };
    assert_eq!((send.client_msg_id, send.to.as_str(), send.may_have_left), (None, "filehelper", true));
    let shown = format!("{session:?} {send:?}");
    assert!(!shown.contains("waiting") && !shown.contains("IUrTGvW2v2tGNoJJ"), "{shown}");
    let without = altered(|saved| (saved["login"], saved["outbox"]) = (Value::Null, json!([]))).unwrap();
    assert_eq!((without.login_since(), without.position_since()), (None, None));
    assert_eq!(without.open_sends().count(), 0);
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

/// A session as somebody altered it.
fn altered(change: impl FnOnce(&mut Value)) -> serde_json::Result<Session> {
    let mut saved: Value = serde_json::from_str(V1).unwrap();
    change(&mut saved);
    serde_json::from_value(saved)
}

type Change<'a> = &'a dyn Fn(&mut Value);

#[test]
fn what_would_do_harm_is_refused_with_what_to_do() {
    let many = |saved: &mut Value| {
        let send = saved["outbox"][1].clone();
        let numbered = (0..10_001).map(|number| {
            let mut send = send.clone();
            send["op"] = ((1_u64 << 32) + 10 + number).into();
            send
        });
        saved["outbox"] = numbered.collect();
    };
    let long = "x".repeat(70_000);
    let key = |saved: &mut Value, of: &str| {
        let list = vec![json!({"Key": 1, "Val": 1}); 300];
        saved["login"]["position"][of] = json!({"Count": 300, "List": list});
    };
    let cases: [(&str, Change<'_>); 8] = [
        ("two sends with one id", &|saved| saved["outbox"][1]["op"] = saved["outbox"][0]["op"].clone()),
        ("too many sends", &many),
        ("a token that is too long", &|saved| saved["login"]["tokens"]["skey"] = long.as_str().into()),
        ("a token that is too long", &|saved| saved["login"]["tokens"]["sid"] = long.as_str().into()),
        ("a token that is too long", &|saved| saved["login"]["tokens"]["pass_ticket"] = long.as_str().into()),
        ("a key that is too long", &|saved| key(saved, "sync")),
        ("a key that is too long", &|saved| key(saved, "check")),
        ("a user name that is too long", &|saved| saved["login"]["me"]["user_name"] = long.as_str().into()),
    ];
    for (what, change) in cases {
        let error = altered(change).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(what) && error.contains("remove it and log in anew"), "{what}: {error}");
        assert!(!error.contains("xxx"), "{what}");
    }
}

#[test]
fn what_nobody_misses_is_left_out() {
    let session = altered(|saved| {
        let mut cookie = saved["cookies"][0].clone();
        let cookies = saved["cookies"].as_array_mut().unwrap();
        for number in 0..10_000 {
            cookie["name"] = format!("c{number}").into();
            cookie["value"] = "x".repeat(1000).into();
            cookies.push(cookie.clone());
        }
        for (name, value) in [("a b", "x"), ("a", "x\r\nHost: evil.example"), ("b", &*"x".repeat(5000))] {
            (cookie["name"], cookie["value"]) = (name.into(), value.into());
            cookies.push(cookie.clone());
        }
        saved["login"]["me"]["nick_name"] = "长".repeat(1 << 20).into();
        let mut groups = vec!["@@".repeat(1000), String::new()];
        groups.extend((0..20_001).map(|number| format!("@@{number:05}")));
        saved["login"]["groups"] = json!(groups);
        saved["acked"] = json!(["1", "2".repeat(1000), "3"]);
        saved["logins"] = u64::MAX.into();
    })
    .unwrap();
    assert_eq!(session.me().unwrap().nick_name.len(), 1023);
    let kept = serde_json::to_value(&session).unwrap();
    assert_eq!(kept["login"]["groups"].as_array().unwrap().len(), 20_000);
    let client = Client::restore(session, Config::default(), 3, START);
    let saved = serde_json::to_value(client.session().unwrap()).unwrap();
    let cookies = saved["cookies"].as_array().unwrap();
    assert_eq!((cookies.len(), &cookies[63]["name"]), (64, &json!("c9999")));
    assert_eq!(saved["acked"], json!(["1", "3"]));
    let groups = saved["login"]["groups"].as_array().unwrap();
    // So many wait to be asked for at a time.
    assert_eq!((groups.len(), &groups[0], &groups[9_999]), (10_000, &json!("@@00000"), &json!("@@09999")));
    assert!(saved.to_string().len() < 400_000);
}

/// The ids of a session whose run is below that of its outbox do not come again.
#[test]
fn a_run_lies_above_that_of_every_send() {
    // Far above what is drawn from the clock.
    const HIGH: u64 = (1 << 21) - 9;
    let session = altered(|saved| {
        for send in saved["outbox"].as_array_mut().unwrap() {
            send["op"] = (send["op"].as_u64().unwrap() % (1 << 32) + (HIGH << 32)).into();
        }
    })
    .unwrap();
    let client = Client::restore(session, Config::default(), 3, START);
    let run = serde_json::to_value(client.session().unwrap()).unwrap()["run"].as_u64().unwrap();
    assert!(run > HIGH, "{run}");
}

/// As many sends as a session may hold, all expired: each is told, and that takes no time to speak of.
#[test]
fn a_full_outbox_expires_at_once() {
    let session = altered(|saved| {
        let mut send = saved["outbox"][1].clone();
        send["expires_at"] = 1.into();
        let numbered = (0..10_000_u64).map(|number| {
            send["op"] = ((1 << 32) + 10 + number).into();
            send.clone()
        });
        saved["outbox"] = numbered.collect();
    })
    .unwrap();
    let started = std::time::Instant::now();
    let mut client = Client::restore(session, Config::default(), 3, START);
    client.login(LoginMethod::Resume).unwrap();
    let mut expired = 0;
    let mut outputs = 0;
    while let Some(output) = client.poll(START) {
        outputs += 1;
        assert!(outputs < 50_000, "it goes on for ever");
        match output {
            Output::Event(Event::Checkpoint { revision }) => client.stored(revision),
            Output::Event(Event::Done { outcome: Err(OpError::Expired), .. }) => expired += 1,
            _ => {}
        }
    }
    assert_eq!(expired, 10_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

/// A store that failed is told, and asked for again after a pause.
#[test]
fn a_store_that_failed_is_told_and_tried_again() {
    let mut runner = online();
    runner.run_for(seconds(5));
    runner.stores = false;
    let asked = |runner: &Runner| {
        let revision =
            |event: &Event| if let Event::Checkpoint { revision } = event { Some(*revision) } else { None };
        runner.events.iter().filter_map(revision).collect::<Vec<_>>()
    };
    runner.events.clear();
    let to = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&to, Outgoing::text("x"), SendOptions::default()).unwrap();
    runner.run_for(seconds(1));
    let revision = asked(&runner)[0];
    runner.client.store_failed(revision);
    assert!(runner.client.deadline().is_some_and(|at| at <= runner.now()), "there is something to tell");
    runner.run_for(seconds(5));
    let is_store = |event: &Event| matches!(event, Event::Trouble { cause: Cause::Store, attempt: 1, .. });
    assert_eq!((runner.count(is_store), asked(&runner).len()), (1, 2), "{}", runner.journal);
}

/// Ids of the next run lie above those of all sends, whatever number the session says its run had.
#[test]
fn the_next_run_comes_after_all_sends() {
    let session = altered(|saved| {
        saved["outbox"][1]["op"] = ((7_u64 << 32) + 1).into();
        saved["run"] = 1.into();
    })
    .unwrap();
    let mut client = Client::restore(session, Config::default(), 3, START);
    client.login(LoginMethod::Resume).unwrap();
    assert_eq!(client.logout().unwrap().get() >> 32, 8);
}
