//! Files both ways, drawn beside everything else: a world without them is the same as ever.

use std::time::Duration;

use wx_proto::{Endpoint, FileKind, Storing, Timestamp};

use super::{
    action::{Action, NetworkFault},
    content::{CHUNK, LARGE},
    heard::TOO_OFTEN,
    plan::{Plan, Times},
};
use crate::{rng::Rng, server};

/// Where a chunk or its announcement goes.
pub(super) const UP: [Endpoint; 3] = [Endpoint::UploadMedia, Endpoint::UploadMedia, Endpoint::CheckUpload];
/// Where media come from.
pub(super) const DOWN: [Endpoint; 5] =
    [Endpoint::GetMedia, Endpoint::GetMedia, Endpoint::GetMsgImg, Endpoint::GetVideo, Endpoint::GetVoice];
const SENDS: [Endpoint; 3] = [Endpoint::SendAppMsg, Endpoint::SendMsgImg, Endpoint::SendVideoMsg];

/// Adds files to a plan, in most worlds.
pub(super) fn draw(rng: &mut Rng, plan: &mut Plan, times: &Times) {
    plan.server.file_ranges = rng.percent(50);
    plan.server.needs_range = rng.percent(20);
    plan.server.checks_md5 = rng.percent(50);
    plan.server.knows_files = rng.percent(70);
    plan.server.kept_bytes = 16 << 20;
    if !rng.percent(65) {
        return;
    }
    // One large file is enough: it takes as long as all the rest.
    let large = rng.below(1_000) < 19;
    for first in [true, false, false].into_iter().take(bound(rng, 1, 3)) {
        let at = times.draw(rng);
        up(rng, plan, at, large && first);
        if large && first && rng.percent(50) {
            let later = at + rng.millis(60_000, 120_000);
            up(rng, plan, later, true);
        }
    }
    for _ in 0..bound(rng, 0, 2) {
        let at = times.draw(rng);
        down(rng, plan, at);
    }
    for _ in 0..bound(rng, 0, 2) {
        let (at, chat) = (times.draw(rng), chat(rng));
        let act = match rng.below(3) {
            0 => Action::SendSticker { chat },
            _ => Action::Forward { chat, younger: small(rng, 4) },
        };
        plan.acts.push((at, act));
    }
    if rng.percent(10) {
        plan.acts.push((times.draw(rng), Action::Avatar { chat: chat(rng) }));
    }
}

/// A file goes up, and something happens meanwhile.
fn up(rng: &mut Rng, plan: &mut Plan, at: Timestamp, large: bool) {
    let kind = match large {
        true => FileKind::File,
        false => {
            rng.pick(FileKind::File, &[FileKind::File, FileKind::Image, FileKind::Video, FileKind::Emoticon])
        }
    };
    let len = if large { LARGE + rng.pick(1, &[CHUNK]) } else { length(rng) };
    let kept = plan.client.storing == Storing::Checkpoints && plan.client.outbox > 3;
    plan.acts.push((at, Action::SendFile { chat: chat(rng), kind, len, own_id: kept && rng.percent(30) }));
    if rng.percent(30) {
        plan.acts.push((
            at + rng.millis(0, 3_000),
            Action::Send { chat: chat(rng), expires: None, own_id: false },
        ));
    }
    for _ in 0..bound(rng, 0, 2) {
        let place = if rng.percent(70) {
            rng.pick(Endpoint::UploadMedia, &UP)
        } else {
            rng.pick(Endpoint::SendAppMsg, &SENDS)
        };
        fault(rng, plan, at, place);
    }
    if rng.percent(40) {
        crash(rng, plan, at);
    }
    let soon = at + rng.millis(0, 2_000);
    match rng.below(20) {
        0 => plan.acts.push((soon, Action::ChangeFile)),
        1 => plan.acts.push((soon, Action::RemoveFile)),
        2..=3 => {
            let chunk = u32::try_from(rng.below(len.div_ceil(CHUNK).min(4))).unwrap_or(0);
            if chunk > 0 && rng.percent(40) {
                let trouble = NetworkFault::Ret { code: 1, after: rng.percent(50) };
                let act = Action::Fault { trouble, on: Some(Endpoint::UploadMedia), times: 1 };
                plan.acts.push((at + rng.millis(100, 400), act));
            }
            for _ in 0..bound(rng, 1, 3) {
                plan.acts.push((at, Action::ForgetUpload(chunk)));
            }
        }
        4..=5 => plan.acts.push((soon, Action::Kick(1101))),
        6..=7 => plan.acts.push((soon, Action::Cancel { younger: 0 })),
        8 if !plan.careful => plan.acts.push((soon, Action::DiskHangs(3))),
        _ => {}
    }
}

/// Something comes in, and is fetched, once or twice.
fn down(rng: &mut Rng, plan: &mut Plan, at: Timestamp) {
    let kind = rng.pick(
        server::FileKind::File,
        &[
            server::FileKind::File,
            server::FileKind::Image,
            server::FileKind::Video,
            server::FileKind::Voice,
            server::FileKind::Emoticon,
        ],
    );
    plan.acts.push((at, Action::SayFile { chat: chat(rng), kind, len: length(rng) }));
    let mut later = at + rng.millis(500, 60_000);
    for _ in 0..bound(rng, 1, 2) {
        let download = Action::Download { younger: small(rng, 1), thumbnail: rng.percent(15) };
        plan.acts.push((later, download));
        for _ in 0..bound(rng, 0, 2) {
            let place = rng.pick(Endpoint::GetMedia, &DOWN);
            fault(rng, plan, later, place);
        }
        let soon = later + rng.millis(0, 1_000);
        match rng.below(20) {
            0..=1 => {
                let room = u32::try_from(rng.skewed(CHUNK)).unwrap_or(1);
                plan.acts.push((later, Action::FullSinks { room, secs: 30 }));
            }
            2..=3 => plan.acts.push((soon, Action::CancelDownload { younger: 0 })),
            4..=5 => plan.acts.push((soon, Action::Kick(1101))),
            6..=10 => crash(rng, plan, later),
            _ => {}
        }
        later = later + rng.millis(1_000, 300_000);
    }
}

fn crash(rng: &mut Rng, plan: &mut Plan, at: Timestamp) {
    let steps = u16::try_from(rng.skewed(80)).unwrap_or(0);
    let down = u32::try_from(rng.skewed(200)).unwrap_or(1);
    plan.acts.push((at + rng.millis(0, 1_000), Action::Crash { steps, down }));
}

fn fault(rng: &mut Rng, plan: &mut Plan, at: Timestamp, place: Endpoint) {
    let after = rng.percent(50);
    let secs = u16::try_from(rng.skewed(240)).unwrap_or(1);
    let trouble = match rng.below(14) {
        0..=2 => NetworkFault::Drop { after },
        3..=5 => NetworkFault::Cut {
            permille: u16::try_from(rng.below(1_000)).unwrap_or(0),
            noticed: rng.percent(50),
        },
        6 => NetworkFault::Ret { code: -1, after },
        7 => NetworkFault::Html { after },
        8 => NetworkFault::Ret { code: TOO_OFTEN, after: false },
        9 => NetworkFault::Late(secs),
        10 => NetworkFault::Slow(secs),
        11 => NetworkFault::Silence { told: rng.percent(50) },
        12 => rng.pick(NetworkFault::Refuse, &[NetworkFault::Twice, NetworkFault::Garbage { after }]),
        _ => rng.pick(
            NetworkFault::Empty { after },
            &[NetworkFault::Status { status: 502, after }, NetworkFault::Ret { code: 1, after: false }],
        ),
    };
    let on = Some(place);
    let act = if rng.percent(15) && !matches!(trouble, NetworkFault::Ret { .. }) {
        Action::Outage { trouble, on, secs: u32::from(secs) + 60 }
    } else {
        Action::Fault { trouble, on, times: small(rng, 3) + 1 }
    };
    plan.acts.push((at, act));
    plan.end = plan.end.max(at + Duration::from_secs(60));
}

/// Mostly short; around the ends of chunks; now and then some chunks.
fn length(rng: &mut Rng) -> u64 {
    match rng.below(100) {
        0..78 => rng.from(1, 3_000),
        78..92 => CHUNK * rng.pick(1, &[1, 2]) + rng.pick(1, &[0, 2, CHUNK / 3]) - 1,
        _ => rng.from(CHUNK, 3 * CHUNK),
    }
}

fn chat(rng: &mut Rng) -> u8 {
    small(rng, 3)
}

/// Up to `most`.
fn small(rng: &mut Rng, most: u64) -> u8 {
    u8::try_from(rng.below(most + 1)).unwrap_or(0)
}

fn bound(rng: &mut Rng, low: u64, high: u64) -> usize {
    usize::try_from(rng.from(low, high)).unwrap_or(1)
}
