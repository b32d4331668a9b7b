//! What a plan is made of, drawn from its dice.

use std::time::Duration;

use wx_proto::{Config, Endpoint};

use super::{
    act::{Act, Oddity, Trouble},
    dice::Dice,
    plan::People,
};
use crate::server::{OldKeys, ServerConfig};

pub(super) fn people(dice: &mut Dice) -> People {
    dice.pick(
        People::Few,
        &[People::Few, People::Few, People::Few, People::Pair, People::Many, People::Crowd],
    )
}

pub(super) fn server(dice: &mut Dice, careful: bool) -> ServerConfig {
    let mut config = ServerConfig::web();
    // Longer than the poll is held now and then.
    let slow = if dice.percent(15) { 90_000 } else { 5_000 };
    config.scan_after = Some(dice.millis(500, slow));
    config.confirm_after = Some(dice.millis(500, slow));
    if dice.percent(5) {
        config.hold = Duration::from_secs(1);
    }
    config.contact_page = usize::try_from(dice.pick(500, &[500, 1, 2])).unwrap_or(1);
    config.stuck_pages = dice.percent(10);
    config.dedup_sends = dice.percent(50);
    config.echo_sends = dice.percent(30);
    config.continue_flag = dice.percent(50);
    config.announce_chats = dice.percent(20);
    config.max_per_sync = usize::try_from(dice.pick(50, &[1, 2, 5, 50])).unwrap_or(1);
    config.old_keys = match careful {
        true => dice.pick(OldKeys::FromNewest, &[OldKeys::Refuse(1)]),
        false => OldKeys::Replay,
    };
    config
}

pub(super) fn client(dice: &mut Dice, careful: bool) -> Config {
    let mut config = Config::default();
    config.unacked_batches = if careful { 1 } else { dice.pick(1, &[1, 1, 2, 3, 8]) };
    config.acked_ids = dice.pick(2_000, &[200, 2_000]);
    config.retry_ambiguous_sends = dice.percent(75);
    config.send_interval = dice.pick(Duration::from_millis(300), &[Duration::ZERO, Duration::from_secs(5)]);
    config
}

pub(super) fn acts(dice: &mut Dice, careful: bool) -> Vec<Act> {
    let mut acts = Vec::new();
    let mut messages = 0;
    while messages < 20 || dice.percent(85) && messages < 60 {
        let chat = u8::try_from(dice.below(3)).unwrap_or(0);
        let count = 1 + u8::try_from(dice.skewed(8)).unwrap_or(0);
        let act = match dice.below(20) {
            0..=1 => Act::Nameless { chat },
            2 => Act::Own { chat },
            3 => Act::OpenChat,
            4 => Act::Odd(oddity(dice)),
            _ => Act::Say { chat, count },
        };
        messages += if let Act::Say { .. } = act { u64::from(count) } else { 1 };
        acts.push(act);
    }
    for _ in 0..dice.from(5, 10) {
        let chat = u8::try_from(dice.below(4)).unwrap_or(0);
        let expires =
            if dice.percent(15) { Some(u16::try_from(dice.skewed(600)).unwrap_or(1)) } else { None };
        acts.push(Act::Send { chat, expires, own_id: dice.percent(30) });
    }
    for _ in 0..dice.from(3, 10) {
        acts.push(fault(dice, careful));
    }
    for _ in 0..dice.from(1, 4) {
        let steps = u16::try_from(dice.skewed(60)).unwrap_or(0);
        let down = if dice.percent(10) { dice.from(600, 7_200) } else { dice.skewed(300) };
        acts.push(Act::Crash { steps, down: u32::try_from(down).unwrap_or(1) });
    }
    for _ in 0..dice.below(5) {
        acts.push(event(dice, careful));
    }
    acts
}

fn oddity(dice: &mut Dice) -> Oddity {
    dice.pick(Oddity::LoneSurrogate, &[Oddity::Number, Oddity::RawControl, Oddity::CutUtf8])
}

/// What is neither a message nor a fault of an exchange.
fn event(dice: &mut Dice, careful: bool) -> Act {
    let secs = |dice: &mut Dice, most| u32::try_from(dice.skewed(most)).unwrap_or(1);
    match dice.below(if careful { 8 } else { 13 }) {
        0..=1 => Act::Kick(dice.pick(1101, &[1100, 1102])),
        2 => Act::RestartServer,
        3 => Act::RenewSkey,
        4 => Act::Rename,
        5 => Act::Nudge(dice.pick(2, &[4, 6, 7])),
        6 => Act::Cancel { younger: u8::try_from(dice.below(3)).unwrap_or(0) },
        7 => Act::DiskRefuses(u8::try_from(dice.from(1, 4)).unwrap_or(1)),
        8 => Act::DiskFull(secs(dice, 900)),
        9 => Act::DiskTears,
        10 => {
            let secs = i64::try_from(dice.skewed(400_000)).unwrap_or(1);
            Act::Jump(if dice.percent(50) { secs } else { -secs })
        }
        _ => Act::Suspend { secs: secs(dice, 7_200), counted: dice.percent(70) },
    }
}

fn fault(dice: &mut Dice, careful: bool) -> Act {
    let (trouble, on) = trouble(dice, careful);
    let on = if careful { Some(on.unwrap_or(Endpoint::SyncCheck)) } else { on };
    if dice.percent(40) && !trouble.is_fatal() {
        let secs = u32::try_from(dice.skewed(1_200)).unwrap_or(1);
        return Act::Outage { trouble, on, secs };
    }
    let most = if trouble.is_fatal() { 1 } else { 5 };
    Act::Fault { trouble, on, times: u8::try_from(dice.from(1, most)).unwrap_or(1) }
}

fn trouble(dice: &mut Dice, careful: bool) -> (Trouble, Option<Endpoint>) {
    let after = dice.percent(50);
    // What strikes everything, or one endpoint.
    let mut places = [Endpoint::SyncCheck, Endpoint::SendMsg, Endpoint::SendMsg, Endpoint::Init].to_vec();
    places.extend([Endpoint::LoginPoll, Endpoint::LoginPage, Endpoint::JsLogin, Endpoint::GetContact]);
    if !careful {
        places.extend([Endpoint::Sync; 4]);
    }
    let place = dice.pick(Endpoint::SendMsg, &places);
    let on = if dice.percent(30) && !careful { None } else { Some(place) };
    let secs = |dice: &mut Dice| u16::try_from(dice.skewed(240)).unwrap_or(1);
    let trouble = match dice.below(if careful { 14 } else { 20 }) {
        0 => Trouble::Refuse,
        1..=2 => Trouble::Drop { after },
        3 => Trouble::Cut {
            permille: u16::try_from(dice.below(1_000)).unwrap_or(0),
            noticed: dice.percent(50),
        },
        4 => Trouble::Late(secs(dice)),
        5 => Trouble::Slow(secs(dice)),
        6 => Trouble::Silence { told: dice.percent(50) },
        7 => Trouble::Twice,
        8 => Trouble::Status { status: dice.pick(502, &[500, 503, 504]), after },
        9 => Trouble::Html { after },
        10 => Trouble::Portal,
        11 => Trouble::Empty { after },
        12 => Trouble::Garbage { after },
        13 => return answer(dice, careful),
        14 => return (Trouble::EmptyKey(dice.pick(0, &[3, 0])), Some(Endpoint::Sync)),
        15 => return (Trouble::NoKey, Some(Endpoint::Sync)),
        16 => return (Trouble::NoCheckKey, Some(Endpoint::Sync)),
        17 => return (Trouble::ShortKeys, Some(Endpoint::Sync)),
        18 => Trouble::TooLarge,
        _ => return answer(dice, careful),
    };
    (trouble, on)
}

fn answer(dice: &mut Dice, careful: bool) -> (Trouble, Option<Endpoint>) {
    let unsure = Trouble::Ret { code: -1, after: dice.percent(50) };
    let code = |code| Trouble::Ret { code, after: false };
    match dice.below(if careful { 5 } else { 8 }) {
        0 => (unsure, Some(Endpoint::SendMsg)),
        1 => (code(dice.pick(1204, &[1201, 1, 3])), Some(Endpoint::SendMsg)),
        2 => (code(1205), Some(Endpoint::SendMsg)),
        3 => (code(dice.pick(-1, &[1205, 3])), Some(Endpoint::Init)),
        4 if dice.percent(50) => (code(dice.pick(1100, &[1102])), Some(Endpoint::SyncCheck)),
        4 => (code(dice.pick(1, &[7, 1205])), Some(Endpoint::SyncCheck)),
        5 => (code(dice.pick(1100, &[1102])), Some(Endpoint::Sync)),
        _ => (code(dice.pick(-1, &[1, 2, 3, 1205, 1200])), Some(Endpoint::Sync)),
    }
}
