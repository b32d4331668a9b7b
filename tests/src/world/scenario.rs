//! Acts that go together: each series leads to a corner that single acts hardly ever find.

use std::time::Duration;
use wx_proto::Endpoint;

use super::{
    action::{Action, NetworkFault, Oddity},
    plan::Kind,
};
use crate::rng::Rng;

/// A series of acts, each so long after the first one; none for most worlds.
type Series = Vec<(Duration, Action)>;

pub(super) fn draw(rng: &mut Rng, kind: Kind) -> Series {
    match kind {
        Kind::Quiet => renewal(rng),
        Kind::Careful if rng.percent(20) => login(rng),
        Kind::Careful => Series::new(),
        Kind::Busy => match rng.below(100) {
            0..15 => login(rng),
            15..25 => new_names(rng),
            25..30 => poison(rng),
            30..40 => people(rng),
            40..50 => full_disk(rng),
            _ => Series::new(),
        },
    }
}

fn fault(trouble: NetworkFault, on: Endpoint, times: u64) -> (Duration, Action) {
    let times = u8::try_from(times).unwrap_or(1);
    (Duration::ZERO, Action::Fault { trouble, on: Some(on), times })
}

const fn code(code: i64) -> NetworkFault {
    NetworkFault::Ret { code, after: false }
}

/// A login that goes wrong in up to three ways: codes that are of no use, a decline, a refusal, a page elsewhere.
fn login(rng: &mut Rng) -> Series {
    let mut series = Series::new();
    for _ in 0..rng.from(1, 3) {
        let act = match rng.below(8) {
            0..=1 => fault(code(rng.pick(400, &[202, 500, 0])), Endpoint::LoginPoll, rng.pick(1, &[2, 5, 6])),
            2 => fault(NetworkFault::Declined, Endpoint::LoginPoll, rng.pick(1, &[2, 6])),
            3 => fault(NetworkFault::Foreign, Endpoint::LoginPoll, 1),
            4 => fault(NetworkFault::Moved { foreign: false }, Endpoint::LoginPage, rng.pick(1, &[2, 12])),
            5 => fault(NetworkFault::Moved { foreign: true }, Endpoint::LoginPage, 1),
            6 => fault(code(1203), Endpoint::LoginPage, 1),
            _ => (rng.millis(1_000, 8_000), Action::ExpireQr),
        };
        series.push(act);
    }
    series.push((Duration::from_millis(1), Action::Kick(1101)));
    series
}

/// Everybody has another name within one session, while sends are on their way.
fn new_names(rng: &mut Rng) -> Series {
    let mut series = vec![(Duration::ZERO, Action::NewNames)];
    if rng.percent(50) {
        let trouble =
            rng.pick(NetworkFault::Silence { told: true }, &[NetworkFault::Late(20), NetworkFault::Refuse]);
        series.push(fault(trouble, Endpoint::SendMsg, 2));
    }
    if rng.percent(50) {
        series.push((rng.millis(0, 8_000), Action::DiskFull(20)));
    }
    for _ in 0..rng.from(1, 6) {
        let send =
            Action::Send { chat: u8::try_from(rng.below(3)).unwrap_or(0), expires: None, own_id: false };
        series.push((rng.millis(0, 20_000), send));
    }
    series.push((rng.millis(0, 5_000), Action::Say { chat: 0, count: 1 }));
    series
}

/// A message that makes every reply at its key useless.
fn poison(rng: &mut Rng) -> Series {
    let poison = rng.pick(Oddity::Unreadable, &[Oddity::Oversized]);
    vec![
        (Duration::ZERO, Action::Odd(poison)),
        (rng.millis(0, 900_000), Action::Say { chat: 1, count: 2 }),
        (rng.millis(0, 900_000), Action::Say { chat: 0, count: 1 }),
    ]
}

/// A start on a full disk, with messages waiting, and a death when there is room again.
fn full_disk(rng: &mut Rng) -> Series {
    let secs = rng.from(2, 12);
    let crash = |steps| Action::Crash { steps: u16::try_from(steps).unwrap_or(0), down: 1 };
    vec![
        (Duration::ZERO, crash(0)),
        (Duration::from_millis(1), Action::DiskFull(u32::try_from(secs).unwrap_or(1))),
        (Duration::from_millis(500), Action::Say { chat: 0, count: 3 }),
        (Duration::from_secs(secs), crash(rng.below(8))),
    ]
}

/// Names that cannot be had while a login begins.
fn people(rng: &mut Rng) -> Series {
    let trouble = rng.pick(
        code(1205),
        &[code(-1), NetworkFault::Html { after: false }, NetworkFault::Garbage { after: false }],
    );
    let on = rng.pick(Endpoint::GetContact, &[Endpoint::BatchGetContact]);
    let act = match rng.percent(50) {
        true => fault(trouble, on, rng.pick(1, &[3, 6, 12])),
        false => (Duration::ZERO, Action::Outage { trouble, on: Some(on), secs: 1_800 }),
    };
    vec![act, (Duration::from_millis(1), Action::Kick(1101))]
}

/// A session that seems to be over when its cookies are renewed while nothing is acknowledged.
fn renewal(rng: &mut Rng) -> Series {
    let code = code(rng.pick(1102, &[1100, 1101]));
    vec![fault(code, Endpoint::Sync, rng.from(1, 2))]
}
