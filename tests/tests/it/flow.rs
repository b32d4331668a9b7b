//! The whole flow against the simulated server under a virtual clock.

use http::{HeaderMap, StatusCode};
use wx_proto::{
    Client, Config, ContactKind, Endpoint, Event, LoginMethod, Outcome, Outgoing, Output, Phase, Request,
    Route, SendOptions, UserName,
};
use wx_testkit::{
    io::SimulatedIo,
    runner::{Runner, START},
};

use crate::support::{is_contacts, online, say, seconds, server_with, user};

#[test]
fn logs_in_receives_sends_and_logs_out() {
    let mut runner = online();
    say(&mut runner, "明哥", "你好 <3 & 晚上见");
    say(&mut runner, "周末爬山", "明天几点出发？\n早点");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["你好 <3 & 晚上见", "明天几点出发？\n早点"], "{}", runner.journal);
    let sender = runner.messages[1].sender.as_ref().unwrap();
    let group = runner.messages[1].chat.to_group().unwrap();
    assert!(runner.client.contacts().sender_name(&group, sender).is_some());

    let friend = user(&runner, "明哥");
    runner.client.send(&friend, Outgoing::text("晚上见"), SendOptions::default()).unwrap();
    runner.run_for(seconds(1));
    assert!(
        matches!(runner.outcomes().as_slice(), [Ok(Outcome::Sent(sent))] if !sent.repeated),
        "{}",
        runner.journal
    );
    let sent = &runner.io.server.record().sent()[0];
    assert_eq!((sent.text.as_str(), sent.to_name.as_str(), sent.count), ("晚上见", "明哥", 1));

    runner.client.logout().unwrap();
    runner.run_for(seconds(1));
    assert!(matches!(runner.client.phase(), Phase::Ended(_)));
    let helper = UserName::new(UserName::FILE_HELPER);
    assert!(runner.client.send(&helper, Outgoing::text("x"), SendOptions::default()).is_err());
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String], "{}", runner.journal);
    assert_eq!(runner.count(is_contacts), 1);
}

/// 6 requests and the login polls lie before the first message; contacts load beside the long poll, never before it.
#[test]
fn the_first_message_takes_six_requests_and_the_polls() {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    say(&mut runner, "明哥", "first");
    assert!(runner.run_until(seconds(5), |runner| !runner.messages.is_empty()));
    let record = runner.io.server.record();
    let count = |endpoint| record.requests(endpoint);
    for endpoint in
        [Endpoint::JsLogin, Endpoint::LoginPage, Endpoint::Init, Endpoint::StatusNotify, Endpoint::Sync]
    {
        assert_eq!(count(endpoint), 1, "{endpoint:?}");
    }
    // The page of contacts, and one call for all groups.
    runner.run_for(seconds(5));
    assert_eq!(runner.io.server.record().requests(Endpoint::GetContact), 1);
    assert_eq!(runner.io.server.record().requests(Endpoint::BatchGetContact), 1);
}

#[test]
fn contacts_are_told_apart_and_found_by_name() {
    let runner = online();
    let contacts = runner.client.contacts();
    let counts = contacts.counts();
    assert_eq!((counts.friends, counts.groups, counts.official), (4, 2, 2), "{}", runner.journal);
    let kind = |name: &str| contacts.get(user(&runner, name).as_str()).unwrap().kind();
    assert_eq!(kind("Tom & Jerry"), ContactKind::Friend);
    assert_eq!(kind("Book Club"), ContactKind::Group);
    assert_eq!(kind("科技早报"), ContactKind::Official);
    assert_eq!(contacts.get("filehelper").unwrap().name(), "文件传输助手");
    assert_eq!(contacts.get(user(&runner, "周末爬山").as_str()).unwrap().members().len(), 4);
}

/// 500 groups: contact pages, and one call for 50 groups.
#[test]
fn contact_pages_and_groups_are_loaded_in_bundles() {
    let mut server = server_with(|config| config.contact_page = 40);
    let now = START;
    for number in 0..300 {
        server.phone(now).add_friend(&format!("friend {number}"), "");
    }
    let mut runner = Runner::new(Config::default(), server, 1);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(60), |runner| runner.count(is_contacts) == 1), "{}", runner.journal);
    assert_eq!(runner.client.contacts().counts().friends, 304);
    let pages = runner.io.server.record().requests(Endpoint::GetContact);
    assert!((8..=9).contains(&pages), "{pages}");
    assert_eq!(runner.io.server.record().requests(Endpoint::BatchGetContact), 1);
}

/// The network is gone for an hour: one Offline, one Online, no logout, few requests, nothing lost.
#[test]
fn an_outage_is_told_once_and_survived() {
    let mut runner = online();
    runner.run_for(seconds(60));
    runner.io.cut = true;
    runner.run_for(seconds(1));
    say(&mut runner, "明哥", "while you were away");
    let before = runner.io.requests;
    runner.run_for(seconds(3600));
    let tries = runner.io.requests - before;
    assert!((50..130).contains(&tries), "{tries} requests in an hour without a network");
    assert_eq!(runner.client.phase(), &Phase::Online);
    runner.io.cut = false;
    assert!(
        runner.run_until(seconds(120), |runner| runner.texts() == ["while you were away"]),
        "{}",
        runner.journal
    );
    assert_eq!(runner.count(|event| matches!(event, Event::Offline { .. })), 1);
    assert_eq!(runner.count(|event| matches!(event, Event::Online)), 1);
}

/// Two days without a message: the session lives and the polls stay few.
#[test]
fn two_idle_days_stay_online() {
    let mut runner = online();
    let before = runner.io.requests;
    runner.run_for(seconds(10 * 3600));
    assert_eq!(runner.client.phase(), &Phase::Online);
    let polls = runner.io.requests - before;
    assert!(polls <= 10 * 3600 / 25 + 10, "{polls} polls in ten hours");
}

/// As much of a reply as is read.
fn longest(request: &Request) -> u64 {
    let (Route::Collect { max } | Route::Stream { max, .. }) =
        request.expect.route(StatusCode::OK, &HeaderMap::new());
    max
}

/// Short replies have a short limit, and no reply a longer one than the application gave.
#[test]
fn replies_are_bounded_by_what_they_are() {
    const MIB: u64 = 1 << 20;
    for (max, limits) in [
        (32 * MIB, &[("jslogin", MIB), ("login", 4 * MIB), ("webwxinit", 32 * MIB), ("synccheck", MIB)][..]),
        // A webwxinit is longer than that, so it goes no further.
        (1000, &[("jslogin", 1000), ("login", 1000), ("webwxinit", 1000)]),
    ] {
        let mut config = Config::default();
        config.max_reply = max;
        let mut client = Client::new(config, 1, START);
        let mut io = SimulatedIo::new(server_with(|_| {}), START);
        client.login(LoginMethod::Qr).unwrap();
        let mut seen: Vec<(&str, u64)> = Vec::new();
        while !limits.iter().all(|(name, _)| seen.iter().any(|(endpoint, _)| endpoint == name)) {
            while let Some(output) = client.poll(io.now()) {
                match output {
                    Output::Start(request) => {
                        seen.push((request.endpoint.as_str(), longest(&request)));
                        io.start(request);
                    }
                    Output::Event(Event::Checkpoint { revision }) => client.stored(revision),
                    _ => {}
                }
            }
            if let Some(reply) = io.wait(client.deadline()) {
                client.handle(io.now(), reply);
            }
        }
        for limit in limits {
            assert!(seen.contains(limit), "{limit:?} {seen:?}");
        }
    }
}

/// The counter of the script endpoints begins with the time of the page's load, and counts on with each.
#[test]
fn scripts_are_counted_from_the_load_of_the_page() {
    let counter = |request: &Request| -> Option<u64> {
        let query = request.http.uri().query().unwrap_or_default();
        query.split('&').find_map(|pair| pair.strip_prefix("_="))?.parse().ok()
    };
    let mut client = Client::new(Config::default(), 1, START);
    for later in [0, 3600] {
        let at = START + seconds(later);
        let mut io = SimulatedIo::new(server_with(|_| {}), at);
        client.poll(at);
        client.login(LoginMethod::Qr).unwrap();
        let mut counters = Vec::new();
        while counters.len() < 4 {
            while let Some(output) = client.poll(io.now()) {
                match output {
                    Output::Start(request) => {
                        counters.extend(counter(&request));
                        io.start(request);
                    }
                    Output::Event(Event::Checkpoint { revision }) => client.stored(revision),
                    _ => {}
                }
            }
            if let Some(reply) = io.wait(client.deadline()) {
                client.handle(io.now(), reply);
            }
        }
        assert_eq!(counters, [0, 1, 2, 3].map(|number| at.as_millis() + number));
        client.forget_login();
    }
}
