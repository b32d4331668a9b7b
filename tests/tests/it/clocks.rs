//! Clocks that were wrong, and are set right.

use std::time::Duration;

use wx_proto::{Client, Config, LoginMethod, OpError, Outgoing, Phase, SendOptions, Timestamp, UserName};
use wx_testkit::runner::{Runner, START};

use crate::support::{gaps, online, say, seconds, server_with};

const HOUR: Duration = Duration::from_secs(3600);
const TEN_YEARS: Duration = Duration::from_secs(10 * 365 * 24 * 3600);

fn kick(runner: &mut Runner) {
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    runner.run_for(seconds(30));
}

/// A client whose clock is ahead from its start.
fn ahead(by: Duration) -> Runner {
    let mut runner = Runner::new(Config::default(), server_with(|_| {}), 1);
    runner.jump_client_clock(by, true);
    runner.client = Client::new(Config::default(), 1, START + by);
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner
}

/// A Gap never begins later than the first message it must cover.
#[test]
fn a_gap_after_a_wrong_clock_begins_before_what_was_missed() {
    for (by, from_the_start) in [(HOUR, true), (HOUR, false), (TEN_YEARS, true), (TEN_YEARS, false)] {
        let mut runner = if from_the_start { ahead(by) } else { online() };
        if !from_the_start {
            runner.run_for(seconds(60));
            runner.jump_client_clock(by, true);
        }
        runner.run_for(seconds(120));
        runner.jump_client_clock(by, false);
        runner.run_for(seconds(600));
        kick(&mut runner);
        say(&mut runner, "明哥", "missed");
        let missed = runner.now();
        assert_eq!(runner.log_in(LoginMethod::Qr), Phase::Online);
        runner.run_for(seconds(120));
        let gaps = gaps(&runner);
        assert!(gaps.iter().any(|gap| gap.since <= missed), "{by:?} {from_the_start}: {gaps:?}");
        assert!(gaps.iter().all(|gap| gap.since >= START || by == TEN_YEARS), "{by:?}: {gaps:?}");
    }
}

/// The same when the program is started anew in between: a time in the future is not believed.
#[test]
fn a_stored_time_in_the_future_is_not_believed() {
    let mut runner = ahead(HOUR);
    runner.run_for(seconds(120));
    runner.jump_client_clock(HOUR, false);
    runner.crash();
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    say(&mut runner, "明哥", "missed");
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert!(gaps(&runner).iter().any(|gap| gap.since <= now), "{:?}", gaps(&runner));
}

/// What expires in a minute expires in a minute, also after the clock was set right.
#[test]
fn expiry_goes_by_the_clock_that_was_set_right() {
    let mut runner = ahead(HOUR);
    runner.run_for(seconds(60));
    runner.jump_client_clock(HOUR, false);
    runner.run_for(seconds(1));
    runner.io.cut = true;
    let to = UserName::new(UserName::FILE_HELPER);
    let mut options = SendOptions::default();
    options.expires_at = Some(runner.now() + seconds(60));
    runner.client.send(&to, Outgoing::text("within a minute"), options).unwrap();
    runner.run_for(seconds(55));
    assert_eq!(runner.outcomes(), []);
    runner.run_for(seconds(10));
    assert_eq!(runner.outcomes(), [Err(OpError::Expired)]);
}

/// A try that a fast clock noted cannot be told to be fresh: it is not repeated.
#[test]
fn a_try_in_the_future_is_not_repeated() {
    let mut runner = ahead(HOUR);
    runner.run_for(seconds(60));
    let to = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&to, Outgoing::text("lunch now?"), SendOptions::default()).unwrap();
    assert!(runner.run_until(seconds(1), |runner| !runner.io.server.record().sent().is_empty()));
    runner.jump_client_clock(HOUR, false);
    runner.crash();
    runner.run_for(seconds(3000));
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    runner.run_for(seconds(60));
    assert_eq!(runner.outcomes(), [Err(OpError::Unknown)]);
    assert_eq!(runner.io.server.record().sent()[0].count, 1);
}

/// A clock beyond the year 2255: ids on the wire go on growing.
#[test]
fn ids_grow_whatever_the_clock_says() {
    let mut runner = online();
    let to = UserName::new(UserName::FILE_HELPER);
    let beyond = Duration::from_millis(10_000_000_000_000);
    runner.jump_client_clock(beyond, true);
    runner.run_for(seconds(1));
    for text in ["one", "two", "three"] {
        runner.client.send(&to, Outgoing::text(text), SendOptions::default()).unwrap();
    }
    runner.run_for(seconds(30));
    runner.jump_client_clock(beyond, false);
    runner.run_for(seconds(30));
    runner.client.send(&to, Outgoing::text("four"), SendOptions::default()).unwrap();
    runner.run_for(seconds(30));
    let sent = runner.io.server.record().sent();
    assert_eq!(sent.iter().map(|sent| sent.count).collect::<Vec<_>>(), [1, 1, 1, 1], "{sent:?}");
}

/// Without a session of before the clock keeps the ids of runs apart; a clock far off is not believed.
#[test]
fn runs_without_a_session_have_ids_of_their_own() {
    let run = |now: Timestamp| {
        let mut client = Client::new(Config::default(), 1, now);
        client.login(LoginMethod::Qr).unwrap();
        client.logout().unwrap().get() >> 32
    };
    let first = Timestamp::from_secs(1_767_225_600);
    let minutes = |minutes: u64| run(first + seconds(60 * minutes));
    assert_eq!([0, 9, 10, 19, 20, 1440].map(minutes), [1, 1, 2, 2, 3, 145]);
    let year = 365 * 24 * 60;
    assert_eq!([25 * year, 60 * year].map(minutes), [1_314_001, 1]);
    assert_eq!(run(Timestamp::from_secs(0)), 1);
}
