//! Simulated worlds: thousands of short ones, and a few long or strange ones by hand.

mod corners;
mod files;

use std::time::Duration;
use wx_proto::Endpoint;

use wx_testkit::{
    server::OldKeys,
    world::{Action, AppKind, KINDS, NetworkFault, Oddity, Plan, Report, Rules, explain_plan, run, shrink},
};

use crate::support::seconds;

const HOUR: u64 = 3_600;

/// Runs the worlds of these seeds on two threads.
fn worlds(seeds: std::ops::Range<u64>, draw: fn(u64) -> Plan, rules: Rules) {
    let half = |part: u64| {
        let broken = |seed: &u64| run(&draw(*seed), &rules, false).violation.is_some();
        seeds.clone().filter(|seed| seed % 2 == part).find(broken)
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        (half(0), odd.join().unwrap())
    });
    if let Some(seed) = even.into_iter().chain(odd).min() {
        panic!("{}", explain_plan(&draw(seed), &rules).unwrap());
    }
}

/// Runs a plan made by hand; no rule may be broken.
fn holds_under(plan: &Plan, rules: &Rules) -> Report {
    let report = run(plan, rules, false);
    if report.violation.is_some() {
        let (plan, report) = shrink(plan, rules);
        panic!("{:?}\n{:?}\n{}", report.violation, plan.acts, report.journal.unwrap());
    }
    report
}

fn holds(plan: &Plan) -> Report {
    holds_under(plan, &Rules::today())
}

fn say(count: u8) -> Action {
    Action::Say { chat: 0, count }
}

fn send() -> Action {
    Action::Send { chat: 1, expires: None, own_id: false }
}

fn crash(steps: u16, down: u32) -> Action {
    Action::Crash { steps, down }
}

fn sync_outage(trouble: NetworkFault, secs: u32) -> Action {
    Action::Outage { trouble, on: Some(Endpoint::Sync), secs }
}

#[test]
fn thousands_of_worlds_break_no_rule() {
    worlds(0..2_000, Plan::draw, Rules::today());
}

#[test]
fn hundreds_of_worlds_of_the_file_helper_break_no_rule() {
    worlds(0..300, Plan::draw_file_helper, Rules::today());
}

/// They are worth their name as well: messages and sends in each, crashes, and logins that begin on a wrong entry.
#[test]
fn worlds_of_the_file_helper_have_enough_in_them() {
    let rules = Rules::today();
    let (mut crashed, mut elsewhere) = (0, 0);
    for seed in 0..100 {
        let report = run(&Plan::draw_file_helper(seed), &rules, false);
        assert!(report.messages >= 4 && report.sends >= 5, "seed {seed}: {report:?}");
        crashed += u32::from(report.crashes >= 1);
        let row = |missing: &String| missing.contains("Init + WrongEntry -> Finished");
        elsewhere += u32::from(!report.coverage.missing().iter().any(row));
    }
    assert!(crashed >= 90, "{crashed} of 100 worlds had a crash");
    assert!((30..70).contains(&elsewhere), "{elsewhere} of 100 worlds began on a wrong entry");
}

#[test]
fn a_world_repeats_from_its_seed() {
    let rules = Rules::today();
    for seed in 0..20 {
        let journal = || run(&Plan::draw(seed), &rules, true).journal.unwrap().to_string();
        assert_eq!(journal(), journal(), "seed {seed}");
    }
}

/// A world is worth its name: enough of everything happens in it. A crash may find the process down already.
#[test]
fn every_world_has_enough_in_it() {
    let rules = Rules::today();
    let mut crashed = 0;
    for seed in 0..200 {
        let plan = Plan::draw(seed);
        let report = run(&plan, &rules, false);
        assert!(report.messages >= 20 && report.sends >= 5, "seed {seed}: {report:?}");
        let count = |kind: fn(&Action) -> bool| plan.acts.iter().filter(|(_, act)| kind(act)).count();
        assert!(count(|act| matches!(act, Action::Fault { .. } | Action::Outage { .. })) >= 3, "seed {seed}");
        assert!(count(|act| matches!(act, Action::Crash { .. })) >= 1, "seed {seed}");
        crashed += u32::from(report.crashes >= 1);
    }
    assert!(crashed >= 190, "{crashed} of 200 worlds had a crash");
}

#[test]
fn everything_is_drawn() {
    let plans: Vec<Plan> = (0..2_000).map(Plan::draw).collect();
    for (name, holds) in KINDS {
        let worlds = plans.iter().filter(|plan| holds(plan)).count();
        assert!(worlds >= 20, "{worlds} of 2000 worlds have {name}");
    }
}

/// Only webwxsync renews the cookies, which live for twelve hours.
#[test]
fn two_idle_days_stay_online() {
    let report = holds(&Plan::still(1, AppKind::AtLeastOnce, seconds(48 * HOUR)));
    assert_eq!((report.ends, report.logins), (0, 1));
    assert!(report.requests < 48 * HOUR / 24, "{} requests", report.requests);
}

#[test]
fn two_days_without_an_acknowledgement_stay_online() {
    for window in [1, 3] {
        let mut plan = Plan::still(2, AppKind::Mute, seconds(48 * HOUR)).with(seconds(60), say(1));
        plan.client.unacked_batches = window;
        for hour in 1..48 {
            plan = plan.with(seconds(hour * HOUR), say(1));
        }
        let report = holds(&plan);
        assert_eq!((report.ends, report.logins), (0, 1), "window {window}");
    }
}

/// Behind the Gap of a login no key is committed; its cookies are renewed all the same.
#[test]
fn two_days_without_an_acknowledgement_of_a_gap_stay_online() {
    for window in [1, 3] {
        let mut plan = Plan::still(14, AppKind::Mute, seconds(48 * HOUR))
            .with(seconds(60), say(1))
            .with(seconds(70), Action::Kick(1101));
        plan.client.unacked_batches = window;
        for hour in 1..48 {
            plan = plan.with(seconds(hour * HOUR), say(1));
        }
        let report = holds(&plan);
        assert_eq!((report.ends, report.logins), (1, 2), "window {window}");
    }
}

/// A heartbeat or a renewal that took the wrong key would show after the crash.
#[test]
fn a_crash_after_a_long_quiet_phase_without_acknowledgements_loses_nothing() {
    for app in [AppKind::Mute, AppKind::Transactional] {
        let mut plan = Plan::still(3, app, seconds(9 * HOUR)).with(seconds(60), say(2));
        for hour in 1..8 {
            plan = plan.with(seconds(hour * HOUR), say(1)).with(seconds(hour * HOUR + 1_800), send());
        }
        holds(&plan.with(seconds(8 * HOUR), crash(0, 60)));
    }
}

#[test]
fn a_week_offline_is_no_logout() {
    let week = 7 * 24 * HOUR;
    let outage = Action::Outage { trouble: NetworkFault::Refuse, on: None, secs: 604_800 };
    let mut plan = Plan::still(4, AppKind::AtLeastOnce, seconds(week + HOUR))
        .with(seconds(60), outage)
        .with(seconds(HOUR), say(5))
        .with(seconds(2 * HOUR), send());
    plan.server.cookie_life = Duration::from_secs(30 * 24 * HOUR);
    let report = holds(&plan);
    assert_eq!((report.ends, report.logins), (0, 1));
    assert!(report.requests < week / 20, "{} requests in a week", report.requests);
}

#[test]
fn ten_years_forward_and_back_are_over_in_a_minute() {
    let mut rules = Rules::today();
    rules.settle_secs = 60;
    let years = 10 * 365 * 24 * 3_600;
    for (first, second) in [(years, -years), (-years, years)] {
        for pause in [0, 1, 10, 100] {
            let end = seconds(600 + pause);
            let plan = Plan::still(5, AppKind::Transactional, end + seconds(1))
                .with(seconds(590), say(1))
                .with(seconds(600), Action::Jump(first))
                .with(seconds(600), say(1))
                .with(seconds(600), send())
                .with(end, Action::Jump(second));
            let report = holds_under(&plan, &rules);
            assert_eq!((report.ends, report.logins), (0, 1));
        }
    }
}

/// The disk says no at any moment around a request and its reply, and then the process dies.
#[test]
fn a_disk_that_refuses_a_store_between_a_request_and_its_reply() {
    for app in [AppKind::Transactional, AppKind::AtLeastOnce, AppKind::Slow] {
        for step in 0..60 {
            let at = Duration::from_millis(60_000 + step * 10);
            let plan = Plan::still(step, app, seconds(300))
                .with(seconds(60), say(3))
                .with(seconds(60), send())
                .with(at, Action::DiskFull(20))
                .with(at + seconds(1), say(2))
                .with(at + seconds(10), crash(0, 5));
            holds(&plan);
        }
    }
}

#[test]
fn a_crash_at_any_step_with_any_disk() {
    for app in [AppKind::Transactional, AppKind::AtLeastOnce, AppKind::Forgetful] {
        for steps in 0..60 {
            for disk in [None, Some(Action::DiskTears), Some(Action::DiskRefuses(2))] {
                let mut plan = Plan::still(steps.into(), app, seconds(300))
                    .with(seconds(60), say(3))
                    .with(seconds(60), Action::Nameless { chat: 0 })
                    .with(seconds(60), send())
                    .with(seconds(60), crash(steps, 5));
                if let Some(disk) = disk {
                    plan = plan.with(seconds(60), disk);
                }
                holds(&plan);
            }
        }
    }
}

/// Useless replies for half a minute while webwxinit works: nothing is skipped.
#[test]
fn useless_replies_for_a_short_time_skip_nothing() {
    let troubles = [
        NetworkFault::Ret { code: -1, after: true },
        NetworkFault::Ret { code: -1, after: false },
        NetworkFault::Html { after: true },
        NetworkFault::Garbage { after: true },
        NetworkFault::EmptyKey(0),
        NetworkFault::NoKey,
        NetworkFault::TooLarge,
    ];
    for trouble in troubles {
        for secs in [30, 300, 580] {
            let plan = Plan::still(6, AppKind::AtLeastOnce, seconds(1_800))
                .with(seconds(60), sync_outage(trouble, secs))
                .with(seconds(61), say(3))
                .with(seconds(90), crash(0, 1));
            assert_eq!(holds(&plan).gaps, (0, 0), "{trouble:?} for {secs} s");
        }
    }
}

/// A reply that is oversized or unreadable at one key for ever is skipped, with a Gap, and what follows comes.
#[test]
fn one_useless_reply_for_ever_is_skipped_with_a_gap() {
    for (oddity, app) in [
        (Oddity::Oversized, AppKind::AtLeastOnce),
        (Oddity::Unreadable, AppKind::Transactional),
        (Oddity::Unreadable, AppKind::Slow),
    ] {
        let plan = Plan::still(7, app, seconds(2 * HOUR))
            .with(seconds(60), say(2))
            .with(seconds(100), Action::Odd(oddity))
            .with(seconds(200), say(1))
            .with(seconds(HOUR), say(3))
            .with(seconds(HOUR + 1), crash(10, 5));
        let report = holds(&plan);
        assert_eq!((report.ends, report.gaps), (0, (1, 1)), "{oddity:?}");
    }
}

/// Broken characters lose nothing and skip nothing.
#[test]
fn broken_characters_are_delivered() {
    let mut plan = Plan::still(8, AppKind::Transactional, seconds(600));
    let oddities = [Oddity::LoneSurrogate, Oddity::RawControl, Oddity::CutUtf8, Oddity::Number];
    for (at, oddity) in (60..).zip(oddities) {
        plan = plan.with(seconds(at), say(1)).with(seconds(at), Action::Odd(oddity));
    }
    assert_eq!(holds(&plan).gaps, (0, 0));
}

#[test]
fn messages_without_ids_come_at_least_once() {
    for app in [AppKind::Transactional, AppKind::AtLeastOnce, AppKind::Slow, AppKind::Forgetful] {
        for steps in 0..40 {
            let mut plan = Plan::still(u64::from(steps) + 100, app, seconds(300));
            plan.client.unacked_batches = 1 + usize::from(steps % 3);
            plan.server.max_per_sync = 2;
            for at in 0..10 {
                plan = plan.with(seconds(60 + at % 3), Action::Nameless { chat: 0 });
            }
            holds(&plan.with(seconds(61), crash(steps, 3)));
        }
    }
}

/// The Gap of the second login was not acknowledged when the third began: its time stays the earliest.
#[test]
fn a_kick_while_a_gap_is_unacknowledged() {
    for app in [AppKind::Mute, AppKind::Slow, AppKind::Transactional] {
        for crash_at in [0, 105, 125, 145] {
            let mut plan = Plan::still(crash_at, app, seconds(600))
                .with(seconds(60), say(1))
                .with(seconds(61), Action::Kick(1101))
                .with(seconds(62), say(2))
                .with(seconds(110), say(2))
                .with(seconds(120), Action::Kick(1101))
                .with(seconds(121), say(2));
            if crash_at > 0 {
                plan = plan.with(seconds(crash_at), crash(3, 2));
            }
            let report = holds(&plan);
            assert!(report.gaps.0 >= 1 && report.logins >= 3, "{app:?}: {report:?}");
        }
    }
}

/// It acknowledges with the id of the run before: that id is unknown, and moves nothing.
#[test]
fn an_application_that_acknowledges_after_a_restart() {
    for seed in 0..30 {
        let mut plan = Plan::still(seed, AppKind::Forgetful, seconds(1_200)).with(seconds(60), say(3));
        for at in [100, 300, 500] {
            plan = plan.with(seconds(at), say(1)).with(seconds(at + 50), crash(0, 3));
        }
        holds(&plan);
    }
}

/// Sends keep ids of their own although clock and seed are the same each time.
#[test]
fn a_device_that_starts_at_the_same_clock_every_time() {
    for app in [AppKind::Transactional, AppKind::AtLeastOnce] {
        let mut plan = Plan::still(9, app, seconds(3 * HOUR));
        plan.same_clock = true;
        plan.same_seed = true;
        plan.server.dedup_sends = true;
        for round in 1..8 {
            let at = seconds(round * 1_200);
            plan = plan.with(at, send()).with(at, say(2)).with(at + seconds(1), crash(30, 60));
        }
        let report = holds(&plan);
        assert_eq!((report.sends, report.logins), (7, 1));
    }
}

/// Servers that replay from any key, and servers that accept only the newest.
#[test]
fn any_way_with_old_keys() {
    for old_keys in [OldKeys::Replay, OldKeys::FromNewest, OldKeys::Refuse(1)] {
        let mut plan = Plan::still(10, AppKind::AtLeastOnce, seconds(4 * HOUR));
        plan.server.old_keys = old_keys;
        plan.server.max_per_sync = 3;
        plan.careful = old_keys != OldKeys::Replay;
        for round in 1..12 {
            let at = seconds(round * 1_000);
            plan = plan.with(at, say(7)).with(at + seconds(200), crash(0, 30));
        }
        holds(&plan);
    }
}

#[test]
fn a_login_page_that_ends_early_is_a_lost_reply() {
    let rules = Rules::today();
    for permille in (0..1_000).step_by(20) {
        let cut = NetworkFault::Cut { permille, noticed: false };
        let cut = Action::Fault { trouble: cut, on: Some(Endpoint::LoginPage), times: 1 };
        let plan = Plan::still(11, AppKind::AtLeastOnce, seconds(300))
            .with(seconds(60), cut)
            .with(seconds(60), Action::Kick(1101));
        holds_under(&plan, &rules);
    }
}

#[test]
fn contact_changes_without_a_usable_key_are_no_progress() {
    for trouble in [NetworkFault::EmptyKey(0), NetworkFault::NoKey] {
        let plan = Plan::still(12, AppKind::AtLeastOnce, seconds(900))
            .with(seconds(60), sync_outage(trouble, 300))
            .with(seconds(61), Action::Rename);
        holds(&plan);
    }
}

/// A webwxsync that brought only contacts may have left messages behind: its Gap begins before them.
#[test]
fn a_gap_after_contact_changes_covers_what_they_left_behind() {
    let refuse = |secs| Action::Outage { trouble: NetworkFault::Refuse, on: Some(Endpoint::SyncCheck), secs };
    for step in 0..400 {
        let at = Duration::from_millis(65_000 + step * 50);
        let mut plan = Plan::still(13, AppKind::AtLeastOnce, seconds(600))
            .with(seconds(60), refuse(5))
            .with(seconds(60), Action::RestartServer)
            .with(seconds(61), Action::Rename)
            .with(seconds(61), say(1))
            .with(at, refuse(30))
            .with(at, Action::Kick(1101));
        plan.server.max_per_sync = 1;
        plan.server.continue_flag = false;
        holds(&plan);
    }
}
