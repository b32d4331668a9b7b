//! What a plan is made of, drawn from its rng.

use std::time::Duration;

use wx_proto::{Config, Endpoint};

use super::{
    action::{Action, NetworkFault, Oddity},
    plan::People,
};
use crate::rng::Rng;
use crate::server::{OldKeys, ServerConfig};

pub(super) fn people(rng: &mut Rng) -> People {
    rng.pick(People::Few, &[People::Few, People::Few, People::Few, People::Pair, People::Many, People::Crowd])
}

pub(super) fn server(rng: &mut Rng, careful: bool) -> ServerConfig {
    let mut config = ServerConfig::web();
    // Longer than the poll is held now and then.
    let slow = if rng.percent(15) { 90_000 } else { 5_000 };
    config.scan_after = Some(rng.millis(500, slow));
    config.confirm_after = Some(rng.millis(500, slow));
    if rng.percent(5) {
        config.hold = Duration::from_secs(1);
    }
    config.contact_page = usize::try_from(rng.pick(500, &[500, 1, 2])).unwrap_or(1);
    config.stuck_pages = rng.percent(10);
    config.dedup_sends = rng.percent(50);
    config.echo_sends = rng.percent(30);
    config.continue_flag = rng.percent(50);
    config.announce_chats = rng.percent(20);
    config.max_per_sync = usize::try_from(rng.pick(50, &[1, 2, 5, 50])).unwrap_or(1);
    config.old_keys = match careful {
        true => rng.pick(OldKeys::FromNewest, &[OldKeys::Refuse(1)]),
        false => OldKeys::Replay,
    };
    config
}

pub(super) fn client(rng: &mut Rng, careful: bool) -> Config {
    let mut config = Config::default();
    config.unacked_batches = if careful { 1 } else { rng.pick(1, &[1, 1, 2, 3, 8]) };
    config.acked_ids = rng.pick(2_000, &[200, 2_000]);
    config.retry_ambiguous_sends = rng.percent(75);
    config.send_interval = rng.pick(Duration::from_millis(300), &[Duration::ZERO, Duration::from_secs(5)]);
    config
}

pub(super) fn acts(rng: &mut Rng, careful: bool) -> Vec<Action> {
    let mut acts = Vec::new();
    let mut messages = 0;
    while messages < 20 || rng.percent(85) && messages < 60 {
        let chat = u8::try_from(rng.below(3)).unwrap_or(0);
        let count = 1 + u8::try_from(rng.skewed(8)).unwrap_or(0);
        let act = match rng.below(20) {
            0..=1 => Action::Nameless { chat },
            2 => Action::Own { chat },
            3 => Action::OpenChat,
            4 => Action::Odd(oddity(rng)),
            _ => Action::Say { chat, count },
        };
        messages += if let Action::Say { .. } = act { u64::from(count) } else { 1 };
        acts.push(act);
    }
    for _ in 0..rng.from(5, 10) {
        let chat = u8::try_from(rng.below(4)).unwrap_or(0);
        let expires = if rng.percent(15) { Some(u16::try_from(rng.skewed(600)).unwrap_or(1)) } else { None };
        acts.push(Action::Send { chat, expires, own_id: rng.percent(30) });
    }
    for _ in 0..rng.from(3, 10) {
        acts.push(fault(rng, careful));
    }
    for _ in 0..rng.from(1, 4) {
        let steps = u16::try_from(rng.skewed(60)).unwrap_or(0);
        let down = if rng.percent(10) { rng.from(600, 7_200) } else { rng.skewed(300) };
        acts.push(Action::Crash { steps, down: u32::try_from(down).unwrap_or(1) });
    }
    for _ in 0..rng.below(5) {
        acts.push(event(rng, careful));
    }
    acts
}

fn oddity(rng: &mut Rng) -> Oddity {
    rng.pick(Oddity::LoneSurrogate, &[Oddity::Number, Oddity::RawControl, Oddity::CutUtf8])
}

/// What is neither a message nor a fault of an exchange.
fn event(rng: &mut Rng, careful: bool) -> Action {
    let secs = |rng: &mut Rng, most| u32::try_from(rng.skewed(most)).unwrap_or(1);
    match rng.below(if careful { 8 } else { 13 }) {
        0..=1 => Action::Kick(rng.pick(1101, &[1100, 1102])),
        2 => Action::RestartServer,
        3 => Action::RenewSkey,
        4 => Action::Rename,
        5 => Action::Nudge(rng.pick(2, &[4, 6, 7])),
        6 => Action::Cancel { younger: u8::try_from(rng.below(3)).unwrap_or(0) },
        7 => Action::DiskRefuses(u8::try_from(rng.from(1, 4)).unwrap_or(1)),
        8 => Action::DiskFull(secs(rng, 900)),
        9 => Action::DiskTears,
        10 => {
            let secs = i64::try_from(rng.skewed(400_000)).unwrap_or(1);
            Action::Jump(if rng.percent(50) { secs } else { -secs })
        }
        _ => Action::Suspend { secs: secs(rng, 7_200), counted: rng.percent(70) },
    }
}

fn fault(rng: &mut Rng, careful: bool) -> Action {
    let (trouble, on) = trouble(rng, careful);
    let on = if careful { Some(on.unwrap_or(Endpoint::SyncCheck)) } else { on };
    if rng.percent(40) && !trouble.is_fatal() {
        let secs = u32::try_from(rng.skewed(1_200)).unwrap_or(1);
        return Action::Outage { trouble, on, secs };
    }
    let most = if trouble.is_fatal() { 1 } else { 5 };
    Action::Fault { trouble, on, times: u8::try_from(rng.from(1, most)).unwrap_or(1) }
}

fn trouble(rng: &mut Rng, careful: bool) -> (NetworkFault, Option<Endpoint>) {
    let after = rng.percent(50);
    // What strikes everything, or one endpoint.
    let mut places = [Endpoint::SyncCheck, Endpoint::SendMsg, Endpoint::SendMsg, Endpoint::Init].to_vec();
    places.extend([Endpoint::LoginPoll, Endpoint::LoginPage, Endpoint::JsLogin, Endpoint::GetContact]);
    if !careful {
        places.extend([Endpoint::Sync; 4]);
    }
    let place = rng.pick(Endpoint::SendMsg, &places);
    let on = if rng.percent(30) && !careful { None } else { Some(place) };
    let secs = |rng: &mut Rng| u16::try_from(rng.skewed(240)).unwrap_or(1);
    let trouble = match rng.below(if careful { 14 } else { 20 }) {
        0 => NetworkFault::Refuse,
        1..=2 => NetworkFault::Drop { after },
        3 => NetworkFault::Cut {
            permille: u16::try_from(rng.below(1_000)).unwrap_or(0),
            noticed: rng.percent(50),
        },
        4 => NetworkFault::Late(secs(rng)),
        5 => NetworkFault::Slow(secs(rng)),
        6 => NetworkFault::Silence { told: rng.percent(50) },
        7 => NetworkFault::Twice,
        8 => NetworkFault::Status { status: rng.pick(502, &[500, 503, 504]), after },
        9 => NetworkFault::Html { after },
        10 => NetworkFault::Portal,
        11 => NetworkFault::Empty { after },
        12 => NetworkFault::Garbage { after },
        13 => return answer(rng, careful),
        14 => return (NetworkFault::EmptyKey(rng.pick(0, &[3, 0])), Some(Endpoint::Sync)),
        15 => return (NetworkFault::NoKey, Some(Endpoint::Sync)),
        16 => return (NetworkFault::NoCheckKey, Some(Endpoint::Sync)),
        17 => return (NetworkFault::ShortKeys, Some(Endpoint::Sync)),
        18 => NetworkFault::TooLarge,
        _ => return answer(rng, careful),
    };
    (trouble, on)
}

fn answer(rng: &mut Rng, careful: bool) -> (NetworkFault, Option<Endpoint>) {
    let unsure = NetworkFault::Ret { code: -1, after: rng.percent(50) };
    let code = |code| NetworkFault::Ret { code, after: false };
    match rng.below(if careful { 5 } else { 8 }) {
        0 => (unsure, Some(Endpoint::SendMsg)),
        1 => (code(rng.pick(1204, &[1201, 1, 3])), Some(Endpoint::SendMsg)),
        2 => (code(1205), Some(Endpoint::SendMsg)),
        3 => (code(rng.pick(-1, &[1205, 3])), Some(Endpoint::Init)),
        4 if rng.percent(50) => (code(rng.pick(1100, &[1102])), Some(Endpoint::SyncCheck)),
        4 => (code(rng.pick(1, &[7, 1205])), Some(Endpoint::SyncCheck)),
        5 => (code(rng.pick(1100, &[1102])), Some(Endpoint::Sync)),
        _ => (code(rng.pick(-1, &[1, 2, 3, 1205, 1200])), Some(Endpoint::Sync)),
    }
}
