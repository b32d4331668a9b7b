//! The file helper: one chat, whose messages all come from the account itself, and an entry for each region.

mod downloads;
mod uploads;
mod wire;

use wx_proto::{
    CommandError, Config, Direction, EndReason, Endpoint, Event, LoginMethod, OpId, Outcome, Outgoing, Phase,
    Profile, SendOptions, UserName,
};
use wx_testkit::{
    runner::Runner,
    server::{Account, Fault, FaultKind, Server, ServerConfig},
};

use crate::support::{is_contacts, is_qr, say, seconds};

const ENTRIES: [&str; 3] =
    ["filehelper.weixin.qq.com", "szfilehelper.weixin.qq.com", "cmfilehelper.weixin.qq.com"];

fn config() -> Config {
    Config::new(Profile::file_helper())
}

fn offline_with(config: Config, change: impl FnOnce(&mut ServerConfig)) -> Runner {
    let mut server = ServerConfig::file_helper();
    server.scan_after = Some(seconds(3));
    server.confirm_after = Some(seconds(2));
    change(&mut server);
    Runner::new(config, Server::new(server, Account::demo(), 7), 1)
}

fn online_with(config: Config, change: impl FnOnce(&mut ServerConfig)) -> Runner {
    let mut runner = offline_with(config, change);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    runner
}

fn helper() -> UserName {
    UserName::new(UserName::FILE_HELPER)
}

fn send(runner: &mut Runner, text: &str) -> OpId {
    runner.client.send(&helper(), Outgoing::text(text), SendOptions::default()).unwrap()
}

/// Where each login was not known, and where it was tried next.
fn wrong_entries(runner: &Runner) -> Vec<(String, String)> {
    let wrong = |event: &Event| match event {
        Event::WrongEntry { entry, next } => Some((entry.to_string(), next.to_string())),
        _ => None,
    };
    runner.events.iter().filter_map(wrong).collect()
}

fn assert_careful(runner: &Runner) {
    assert_eq!(runner.io.server.record().complaints(), &[] as &[String], "{}", runner.journal);
}

/// Nothing is asked for that this flavour does not have; `contacts` says that nobody is there.
#[test]
fn online_follows_webwxinit_at_once() {
    let mut runner = online_with(config(), |_| {});
    runner.run_for(seconds(60));
    let unlike_polls =
        |endpoint: &Endpoint| *endpoint != Endpoint::LoginPoll && *endpoint != Endpoint::SyncCheck;
    let asked: Vec<Endpoint> = runner.requests.iter().map(|(_, endpoint)| *endpoint).collect();
    let asked: Vec<Endpoint> = asked.into_iter().filter(unlike_polls).collect();
    assert_eq!(asked, [Endpoint::JsLogin, Endpoint::LoginPage, Endpoint::Init], "{}", runner.journal);
    let counts = runner.events.iter().find_map(|event| match event {
        Event::Contacts(counts) => Some((counts.friends, counts.groups, counts.official)),
        _ => None,
    });
    assert_eq!((counts, runner.count(is_contacts)), (Some((0, 0, 0)), 1));
    assert!(runner.client.contacts().is_empty());
    assert_careful(&runner);
}

/// What the phone writes comes in, equal texts each by itself; what the client writes does not come back, whether the server
/// echoes it or not.
#[test]
fn texts_go_both_ways_with_and_without_echoes() {
    for echo_sends in [false, true] {
        let mut runner = online_with(config(), |server| server.echo_sends = echo_sends);
        let sent = send(&mut runner, "same words");
        runner.run_for(seconds(1));
        assert!(matches!(runner.outcomes().as_slice(), [Ok(Outcome::Sent(_))]), "{}", runner.journal);
        for _ in 0..2 {
            say(&mut runner, "filehelper", "same words");
        }
        runner.run_for(seconds(1));
        assert_eq!(runner.texts(), ["same words", "same words"], "{}", runner.journal);
        let me = runner.client.me().unwrap().user_name.clone();
        for message in &runner.messages {
            assert_eq!((&message.chat, &message.from, &message.to), (&helper(), &me, &helper()));
            assert_eq!((message.direction, message.sender.as_ref()), (Direction::Incoming, Some(&me)));
        }
        runner.client.forget(sent);
        let record = runner.io.server.record();
        assert_eq!((record.sent().len(), record.sent()[0].to.as_str()), (1, "filehelper"));
        assert_careful(&runner);
    }
}

/// A restart needs no code, and knows its own sends again though their outcomes are forgotten.
#[test]
fn a_restart_goes_on_and_knows_its_sends() {
    let mut runner = online_with(config(), |_| {});
    let sent = send(&mut runner, "from the computer");
    runner.run_for(seconds(1));
    runner.client.forget(sent);
    runner.run_for(seconds(2));
    let codes = runner.count(is_qr);
    runner.crash();
    // The echo of a send of an earlier run.
    let now = runner.now();
    let id = runner.io.server.record().sent()[0].msg_id;
    runner.io.server.phone(now).echo(id).unwrap();
    say(&mut runner, "filehelper", "from the phone");
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online, "{}", runner.journal);
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["from the phone"], "{}", runner.journal);
    assert_eq!(runner.count(is_qr), codes);
    assert_eq!(runner.count(|event| matches!(event, Event::LoggedIn { resumed: true, .. })), 1);
    assert_careful(&runner);
}

/// Only so many own ids are remembered, and stored.
#[test]
fn the_window_of_own_ids_is_bounded() {
    let mut config = config();
    config.sent_ids = 2;
    let mut runner = online_with(config, |_| {});
    for text in ["one", "two", "three"] {
        send(&mut runner, text);
        runner.run_for(seconds(1));
    }
    let now = runner.now();
    let ids: Vec<u64> = runner.io.server.record().sent().iter().map(|sent| sent.msg_id).collect();
    for id in ids {
        runner.io.server.phone(now).echo(id).unwrap();
    }
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["one"], "{}", runner.journal);
}

/// What belongs elsewhere and what only the phone's screen is about is left out, and what comes behind it is not held up.
#[test]
fn other_chats_and_status_messages_are_left_out() {
    let mut runner = online_with(config(), |_| {});
    let before = runner.now();
    say(&mut runner, "明哥", "for another chat");
    runner.io.server.phone(before).open_chat("filehelper").unwrap();
    runner.run_for(seconds(60));
    assert!(runner.messages.is_empty(), "{}", runner.journal);
    let syncs = runner.seconds_of(Endpoint::Sync, before).len();
    assert!(syncs <= 2, "the key stands still: {}", runner.journal);
    say(&mut runner, "filehelper", "behind them");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["behind them"], "{}", runner.journal);
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Resume), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(runner.texts(), ["behind them"], "{}", runner.journal);
    assert_careful(&runner);
}

/// Own sends that come back are news like others: what the phone writes after many of them does not wait.
#[test]
fn echoes_slow_nothing_down() {
    let mut runner = online_with(config(), |server| server.echo_sends = true);
    for number in 0..8 {
        send(&mut runner, &number.to_string());
        runner.run_for(seconds(3));
    }
    say(&mut runner, "filehelper", "at once");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["at once"], "{}", runner.journal);
}

/// Whatever is left out, a reply without a key to go on from is of no use.
#[test]
fn what_is_left_out_needs_a_key_too() {
    let mut runner = online_with(config(), |server| server.echo_sends = true);
    runner.io.server.add_fault(Fault::new(FaultKind::EmptyKey(0)).times(3));
    send(&mut runner, "x");
    runner.run_for(seconds(60));
    let troubles = runner.count(|event| matches!(event, Event::Trouble { .. }));
    assert_eq!((troubles, runner.messages.len()), (3, 0), "{}", runner.journal);
    say(&mut runner, "filehelper", "later");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["later"]);
}

/// A file is a file: an entry or an id that cannot be is left out.
#[test]
fn an_altered_session_does_no_harm() {
    let mut runner = online_with(config(), |server| server.region = Some(ENTRIES[1].to_owned()));
    send(&mut runner, "x");
    runner.run_for(seconds(2));
    let text = serde_json::to_string(&runner.stored_session().unwrap()).unwrap();
    let id = runner.io.server.record().sent()[0].msg_id;
    assert!(text.contains(&format!("\"sent\":[\"{id}\"]")) && text.contains("\"entry\":\"szfile"), "{text}");
    let text = text.replace("\"entry\":\"szfilehelper.weixin.qq.com\"", "\"entry\":\"evil.example\"");
    let text = text.replace(&format!("\"sent\":[\"{id}\"]"), "\"sent\":[\"1\\r\\n\",\"\"]");
    let session = serde_json::from_str(&text).unwrap();
    let client = wx_proto::Client::restore(session, config(), 1, runner.now());
    let again = serde_json::to_string(&client.session().unwrap()).unwrap();
    assert!(!again.contains("evil") && !again.contains("\\r"), "{again}");
}

#[test]
fn nobody_else_can_be_written_to() {
    let mut runner = online_with(config(), |_| {});
    let me = runner.client.me().unwrap().user_name.clone();
    for peer in [me, UserName::new("@somebody"), UserName::new("")] {
        let sent = runner.client.send(&peer, Outgoing::text("x"), SendOptions::default());
        assert_eq!(sent, Err(CommandError::OnlyFileHelper));
    }
    runner.run_for(seconds(1));
    assert_eq!(runner.io.server.record().requests(Endpoint::SendMsg), 0);
}

/// The whole login on each entry until one knows the account; the next login begins there.
#[test]
fn the_wrong_region_leads_to_another_entry() {
    let mut runner = online_with(config(), |server| server.region = Some(ENTRIES[2].to_owned()));
    let entries = ENTRIES.map(str::to_owned);
    let [first, second, third] = entries.clone();
    assert_eq!(wrong_entries(&runner), [(first, second.clone()), (second, third)], "{}", runner.journal);
    assert_eq!(runner.count(is_qr), 3);
    assert_eq!(runner.count(|event| matches!(event, Event::LoggedIn { .. })), 1);
    say(&mut runner, "filehelper", "found");
    runner.run_for(seconds(1));
    assert_eq!(runner.texts(), ["found"]);

    runner.crash();
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!((wrong_entries(&runner).len(), runner.count(is_qr)), (2, 4), "{}", runner.journal);

    // It moved: every entry is tried once more, from the known one on.
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.io.server.config_mut().region = Some(ENTRIES[0].to_owned());
    runner.run_until(seconds(60), |runner| matches!(runner.client.phase(), Phase::Ended(_)));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    let [first, _, third] = entries;
    assert_eq!(wrong_entries(&runner)[2..], [(third, first)]);
    assert_careful(&runner);
}

#[test]
fn an_account_that_no_entry_knows_ends_the_login() {
    let mut runner = offline_with(config(), |server| server.region = Some("elsewhere.example".to_owned()));
    let phase = runner.log_in(LoginMethod::Auto);
    let Phase::Ended(EndReason::SessionOver { code: 1100, endpoint: Endpoint::Init, .. }) = phase else {
        panic!("{phase:?} {}", runner.journal)
    };
    assert_eq!((runner.count(is_qr), wrong_entries(&runner).len()), (3, 2));
    // The next login may try all of them again.
    assert!(matches!(runner.log_in(LoginMethod::Auto), Phase::Ended(_)));
    assert_eq!((runner.count(is_qr), wrong_entries(&runner).len()), (6, 4));
}

/// The client dies between the tokens and webwxinit: the code that follows is not shown for the entry that was wrong.
#[test]
fn a_restart_on_a_wrong_entry_begins_elsewhere() {
    let mut runner = offline_with(config(), |server| server.region = Some(ENTRIES[1].to_owned()));
    runner.client.login(LoginMethod::Auto).unwrap();
    let stored = |runner: &Runner| runner.stored_session().is_some_and(|session| session.has_login());
    assert!(runner.run_until(seconds(60), stored), "{}", runner.journal);
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online, "{}", runner.journal);
    assert_eq!((runner.count(is_qr), wrong_entries(&runner)), (2, Vec::new()), "{}", runner.journal);
    assert_careful(&runner);
}

/// One refusal may come out of the blue.
#[test]
fn a_single_refusal_of_an_entry_is_doubted() {
    let mut runner = offline_with(config(), |server| server.region = Some(ENTRIES[1].to_owned()));
    runner.client.login(LoginMethod::Auto).unwrap();
    let refused = |runner: &Runner| runner.io.server.record().requests(Endpoint::Init) == 1;
    assert!(runner.run_until(seconds(60), refused), "{}", runner.journal);
    runner.io.server.config_mut().region = None;
    assert!(runner.run_until(seconds(60), |runner| *runner.client.phase() == Phase::Online));
    assert_eq!((runner.count(is_qr), wrong_entries(&runner).len()), (1, 0), "{}", runner.journal);
}

/// A session of the other flavour is no login here, and none of its sends leaves.
#[test]
fn a_session_of_the_web_is_not_resumed() {
    let mut web = crate::support::online();
    let friend = crate::support::user(&web, "明哥");
    web.io.server.add_fault(Fault::new(FaultKind::Lose).times(100));
    web.client.send(&friend, Outgoing::text("x"), SendOptions::default()).unwrap();
    web.run_for(seconds(5));
    let session = web.stored_session().unwrap();
    let mut client = wx_proto::Client::restore(session, config(), 1, web.now());
    assert_eq!(client.login(LoginMethod::Resume), Err(CommandError::NothingToResume));
    client.login(LoginMethod::Auto).unwrap();
    assert!(client.outbox().all(|entry| entry.outcome().is_some()));
}
