//! What worlds drawn at random meet too seldom, each in a world made by hand: silence, limits, accounts, clocks, slow disks.

use std::time::Duration;

use wx_proto::{Endpoint, Storing};
use wx_testkit::world::{Action, AppKind, NetworkFault, Plan, Way};

use super::{HOUR, crash, holds, say, send};
use crate::support::seconds;

/// Checks fail for an hour, webwxsync works.
#[test]
fn a_broken_push_host_does_not_stop_delivery() {
    for trouble in [
        NetworkFault::Refuse,
        NetworkFault::Drop { after: false },
        NetworkFault::Silence { told: true },
        NetworkFault::Status { status: 502, after: false },
        NetworkFault::Html { after: false },
    ] {
        let outage = Action::Outage { trouble, on: Some(Endpoint::SyncCheck), secs: 3_600 };
        let mut plan = Plan::still(20, AppKind::AtLeastOnce, seconds(2 * HOUR)).with(seconds(60), outage);
        for minute in 2..60 {
            plan = plan.with(seconds(minute * 61), say(1));
        }
        assert_eq!(holds(&plan).gaps, (0, 0), "{trouble:?}");
    }
}

/// Selectors at odds with the queue: news for an hour, with none there but now and then.
#[test]
fn false_news_do_not_delay_real_ones() {
    for selector in [2, 4, 6, 7] {
        let mut plan = Plan::still(21, AppKind::AtLeastOnce, seconds(2 * HOUR))
            .with(seconds(60), Action::FalseNews { selector, secs: 3_600 });
        for minute in 2..60 {
            plan = plan.with(seconds(minute * 61), say(1));
        }
        holds(&plan);
    }
}

/// Each piece of news is said once; it comes while nothing may be fetched, and the acknowledgement at any moment.
#[test]
fn news_that_are_said_once_are_fetched() {
    for window in [1, 2] {
        for step in 0..60 {
            let mut plan = Plan::still(step, AppKind::AtLeastOnce, seconds(900))
                .with(seconds(55), Action::HoldAcks(u32::try_from(60 + step).unwrap()))
                .with(seconds(60), say(1))
                .with(seconds(65), say(1))
                .with(seconds(70), say(1));
            plan.server.says_once = true;
            plan.client.unacked_batches = window;
            holds(&plan);
            // What was remembered and never fetched is in the Gap.
            holds(&plan.with(seconds(113), Action::Kick(1101)));
        }
    }
}

#[test]
fn an_acknowledgement_after_hours_starts_a_fetch() {
    for trouble in [
        None,
        Some(NetworkFault::Drop { after: false }),
        Some(NetworkFault::Ret { code: 1100, after: false }),
    ] {
        for hours in [1, 2, 3, 8] {
            let held = u32::try_from(hours * HOUR).unwrap();
            let mut plan = Plan::still(22, AppKind::AtLeastOnce, seconds((hours + 1) * HOUR))
                .with(seconds(59), Action::HoldAcks(held))
                .with(seconds(60), say(1))
                .with(seconds(120), say(1));
            if let Some(trouble) = trouble {
                let fault = Action::Fault { trouble, on: Some(Endpoint::SyncCheck), times: 1 };
                plan = plan.with(seconds(HOUR - 100), fault);
            }
            holds(&plan);
        }
    }
}

/// "Too often", alone and after lost replies, once and again.
#[test]
fn too_often_is_of_one_kind_of_action() {
    let places = [
        Endpoint::Sync,
        Endpoint::SyncCheck,
        Endpoint::Init,
        Endpoint::GetContact,
        Endpoint::BatchGetContact,
    ];
    for on in places {
        for lost in [0, 1, 5] {
            for times in 1..4 {
                let drop =
                    Action::Fault { trouble: NetworkFault::Drop { after: false }, on: Some(on), times: lost };
                let limit = Action::Fault {
                    trouble: NetworkFault::Ret { code: 1205, after: false },
                    on: Some(on),
                    times,
                };
                let plan = Plan::still(23, AppKind::AtLeastOnce, seconds(2 * HOUR))
                    .with(seconds(60), drop)
                    .with(seconds(60), limit)
                    .with(seconds(61), Action::Kick(1101))
                    .with(seconds(100), say(1))
                    .with(seconds(300), send())
                    .with(seconds(3_000), say(1));
                holds(&plan);
            }
        }
    }
}

/// Another account in the same store, whose messages count from the same number; and the first one again.
#[test]
fn another_account_begins_with_nothing() {
    for app in [AppKind::Transactional, AppKind::AtLeastOnce, AppKind::Forgetful] {
        for back in [None, Some(Duration::ZERO), Some(seconds(20)), Some(seconds(60))] {
            for crash_at in [None, Some(0), Some(10), Some(30)] {
                let mut plan = Plan::still(24, app, seconds(900))
                    .with(seconds(60), say(3))
                    .with(seconds(70), send())
                    .with(seconds(100), Action::OtherAccount)
                    .with(seconds(101), say(1))
                    .with(seconds(160), say(4))
                    .with(seconds(170), send());
                if let Some(back) = back {
                    plan = plan
                        .with(seconds(180) + back, Action::OtherAccount)
                        .with(seconds(240) + back, say(2));
                }
                if let Some(at) = crash_at {
                    plan = plan.with(seconds(100 + at), crash(5, 3));
                }
                holds(&plan);
            }
        }
    }
}

/// A clock that is wrong and set right, and then a login that leaves messages behind.
#[test]
fn a_gap_after_a_wrong_clock_covers_what_is_missing() {
    for by in [3_600, -3_600, 315_360_000, -315_360_000] {
        for at_start in [true, false] {
            for restart in [false, true] {
                let mut plan = Plan::still(25, AppKind::AtLeastOnce, seconds(1_800));
                if at_start {
                    plan.ahead = by;
                } else {
                    plan = plan.with(seconds(60), Action::Jump(by));
                }
                plan = plan.with(seconds(300), Action::SetRight);
                if restart {
                    plan = plan.with(seconds(290), crash(0, 30));
                }
                let plan = plan
                    .with(seconds(700), Action::Kick(1101))
                    .with(seconds(701), say(1))
                    .with(seconds(1_000), say(1));
                assert_eq!(holds(&plan).gaps.0, 1, "{by} {at_start} {restart}");
            }
        }
    }
}

/// Its time passes while the disk hangs or refuses, at any moment.
#[test]
fn an_expired_send_does_not_leave() {
    for disk in [Action::DiskHangs(100), Action::DiskFull(100)] {
        for expires in [1, 10, 99, 100, 200] {
            for step in 0..20 {
                let at = Duration::from_millis(60_000 + step * 7);
                let plan = Plan::still(step, AppKind::AtLeastOnce, seconds(600))
                    .with(seconds(60), Action::Send { chat: 1, expires: Some(expires), own_id: false })
                    .with(at, disk);
                holds(&plan);
            }
        }
    }
}

/// A send is given up at any time: waiting, claimed, under way, over.
#[test]
fn a_cancelled_send_never_comes_later() {
    for trouble in
        [None, Some(NetworkFault::Late(2)), Some(NetworkFault::Slow(2)), Some(NetworkFault::Refuse)]
    {
        for step in 0..40 {
            let mut plan = Plan::still(step, AppKind::AtLeastOnce, seconds(300));
            plan.disk_millis = 200;
            if let Some(trouble) = trouble {
                plan =
                    plan.with(seconds(60), Action::Fault { trouble, on: Some(Endpoint::SendMsg), times: 1 });
            }
            let at = Duration::from_millis(60_000 + step * 25);
            let plan = plan
                .with(seconds(60), send())
                .with(seconds(60), send())
                .with(at, Action::Cancel { younger: u8::try_from(step % 2).unwrap() });
            holds(&plan);
        }
    }
}

#[test]
fn a_full_outbox_forgets_no_outcome() {
    for limit in [1, 2, 3] {
        let mut plan = Plan::still(26, AppKind::AtLeastOnce, seconds(300))
            .with(seconds(60), Action::DiskRefuses(4))
            .with(seconds(62), crash(20, 5));
        plan.client.outbox = limit;
        for _ in 0..8 {
            plan = plan.with(seconds(60), send());
        }
        assert_eq!(holds(&plan).sends, 8);
    }
}

/// Nobody stores: what one run is given holds within it.
#[test]
fn without_a_store_a_run_loses_nothing() {
    let mut plan = Plan::still(27, AppKind::AtLeastOnce, seconds(900));
    plan.client.storing = Storing::Nothing;
    for at in [60, 100, 400, 500] {
        plan = plan.with(seconds(at), say(2)).with(seconds(at), send());
    }
    let report = holds(&plan.with(seconds(200), Action::Kick(1101)).with(seconds(450), crash(0, 5)));
    assert_eq!((report.crashes, report.logins), (1, 3));
}

/// The owner logs out; the next login finds a Gap. The reply may be lost.
#[test]
fn a_logout_at_any_time() {
    for trouble in [None, Some(NetworkFault::Drop { after: true }), Some(NetworkFault::Refuse)] {
        for step in 0..20 {
            let mut plan = Plan::still(step, AppKind::AtLeastOnce, seconds(600))
                .with(seconds(60), say(1))
                .with(seconds(60), send())
                .with(Duration::from_millis(60_000 + step * 30), Action::Logout)
                .with(seconds(61), say(1))
                .with(seconds(200), say(1));
            if let Some(trouble) = trouble {
                plan =
                    plan.with(seconds(59), Action::Fault { trouble, on: Some(Endpoint::Logout), times: 1 });
            }
            holds(&plan);
        }
    }
}

/// A login that is there and not used, or cannot be used: what it leaves behind is in the next one's Gap.
#[test]
fn a_login_that_is_dropped_leaves_a_gap() {
    for act in [Action::LoginBy(Way::Code), Action::HostGone, Action::OtherProfile] {
        let plan = Plan::still(28, AppKind::AtLeastOnce, seconds(600))
            .with(seconds(60), say(1))
            .with(seconds(70), act)
            .with(seconds(71), crash(0, 30))
            .with(seconds(80), say(1));
        let report = holds(&plan);
        assert_eq!((report.logins, report.gaps), (2, (1, 0)), "{act:?}");
    }
}

/// A session that ended while nobody looked, on a line that takes seconds: a code, and nothing that was told before.
#[test]
fn a_dead_session_on_a_slow_line_leads_to_a_code() {
    for code in [1100, 1101, 1102] {
        for late in [0, 1, 3, 12] {
            for way in [Way::Auto, Way::Resume] {
                let mut plan = Plan::still(29, AppKind::AtLeastOnce, seconds(600))
                    .with(seconds(60), crash(0, 10))
                    .with(seconds(65), Action::LoginBy(way))
                    .with(seconds(65), Action::Kick(code));
                for on in [Endpoint::Sync, Endpoint::SyncCheck, Endpoint::Init] {
                    plan = plan.with(
                        seconds(66),
                        Action::Fault { trouble: NetworkFault::Late(late), on: Some(on), times: 2 },
                    );
                }
                let report = holds(&plan);
                let ends = u64::from(way == Way::Resume);
                assert_eq!((report.logins, report.ends), (2, ends), "{code} {late} {way:?}");
            }
        }
    }
}

/// A reply that counts messages and does not hold them is of no use.
#[test]
fn messages_that_are_counted_and_not_listed_come_later() {
    for times in [1, 3, 5] {
        let fault = Action::Fault { trouble: NetworkFault::NoList, on: Some(Endpoint::Sync), times };
        let plan = Plan::still(30, AppKind::AtLeastOnce, seconds(900))
            .with(seconds(60), fault)
            .with(seconds(60), say(2));
        assert_eq!(holds(&plan).gaps, (0, 0));
    }
}

/// Old replies come once more: nothing is lost, and what has an id comes once.
#[test]
fn stale_replies_lose_nothing() {
    for on in [Endpoint::Sync, Endpoint::SyncCheck] {
        for window in [1, 3] {
            for app in [AppKind::Transactional, AppKind::Slow] {
                let mut plan = Plan::still(31, app, seconds(900));
                plan.client.unacked_batches = window;
                for at in [60, 100, 140, 141, 142, 300] {
                    plan = plan.with(seconds(at), say(1));
                }
                let stale = Action::Fault { trouble: NetworkFault::Stale, on: Some(on), times: 3 };
                holds(&plan.with(seconds(120), stale));
            }
        }
    }
}
