//! Files in worlds made by hand: killed, cut and forgotten at every place.

use wx_proto::{Endpoint, FileKind};
use wx_testkit::{
    server,
    world::{Action, AppKind, NetworkFault, Plan},
};

use super::{crash, holds, say, send};
use crate::support::seconds;

const CHUNK: u64 = 512 << 10;

const fn file(len: u64) -> Action {
    Action::SendFile { chat: 0, kind: FileKind::File, len, own_id: false }
}

const fn fault(trouble: NetworkFault, on: Endpoint, times: u8) -> Action {
    Action::Fault { trouble, on: Some(on), times }
}

fn still(seed: u64, app: AppKind) -> Plan {
    Plan::still(seed, app, seconds(600))
}

#[test]
fn an_upload_is_killed_at_any_step() {
    for app in [AppKind::Transactional, AppKind::AtLeastOnce] {
        for steps in 0..40 {
            let mut plan = still(steps.into(), app)
                .with(seconds(60), file(3 * CHUNK - 1))
                .with(seconds(60), crash(steps, 5));
            plan.disk_millis = u64::from(steps % 3) * 100;
            holds(&plan);
        }
    }
}

/// In a chunk and between two, with and without its reply; the last one names the file.
#[test]
fn an_upload_is_cut_at_any_chunk() {
    let lost = NetworkFault::Drop { after: true };
    let cut = NetworkFault::Cut { permille: 500, noticed: true };
    for trouble in [NetworkFault::Drop { after: false }, lost, cut] {
        for millis in (0..1_000).step_by(50) {
            let at = seconds(60) + std::time::Duration::from_millis(millis);
            holds(
                &still(millis, AppKind::AtLeastOnce)
                    .with(seconds(60), file(3 * CHUNK))
                    .with(at, fault(trouble, Endpoint::UploadMedia, 1)),
            );
        }
    }
}

#[test]
fn a_server_forgets_an_upload_at_any_chunk_and_again() {
    for chunk in 0..3 {
        for times in 1..4 {
            let mut plan = still(times, AppKind::AtLeastOnce).with(seconds(60), file(2 * CHUNK + 1));
            for _ in 0..times {
                plan = plan.with(seconds(60), Action::ForgetUpload(chunk));
            }
            holds(&plan.with(seconds(70), crash(0, 5)));
        }
    }
}

#[test]
fn a_repeated_send_needs_no_other_upload() {
    for trouble in
        [NetworkFault::Drop { after: true }, NetworkFault::Refuse, NetworkFault::Html { after: true }]
    {
        for steps in [None, Some(0), Some(3), Some(6)] {
            let mut plan = still(1, AppKind::AtLeastOnce)
                .with(seconds(60), file(700))
                .with(seconds(60), fault(trouble, Endpoint::SendAppMsg, 2));
            if let Some(steps) = steps {
                plan = plan.with(seconds(61), crash(steps, 2));
            }
            holds(&plan);
        }
    }
}

/// An upload that gets no answer for minutes holds neither texts nor messages up.
#[test]
fn texts_and_messages_pass_a_file() {
    for trouble in [
        NetworkFault::Silence { told: true },
        NetworkFault::Silence { told: false },
        NetworkFault::Drop { after: false },
        NetworkFault::Ret { code: 1205, after: false },
    ] {
        let mut plan = still(2, AppKind::AtLeastOnce)
            .with(seconds(60), Action::Outage { trouble, on: Some(Endpoint::UploadMedia), secs: 300 })
            .with(seconds(61), file(CHUNK + 1));
        for at in 0..8 {
            plan = plan.with(seconds(62 + at * 20), send()).with(seconds(63 + at * 20), say(1));
        }
        let report = holds(&plan);
        assert_eq!((report.sends, report.gaps), (9, (0, 0)), "{trouble:?}");
    }
}

/// With and without parts from the middle; the process dies at any step, and asks anew in its next run.
#[test]
fn a_download_is_cut_and_killed_at_any_step() {
    for ranges in [false, true] {
        for steps in 0..30_u16 {
            let download = Action::Download { younger: 0, thumbnail: false };
            let kind = if steps % 2 == 0 { server::FileKind::File } else { server::FileKind::Image };
            let cut = NetworkFault::Cut { permille: 30 * steps, noticed: steps % 3 > 0 };
            let on = if steps % 2 == 0 { Endpoint::GetMedia } else { Endpoint::GetMsgImg };
            let mut plan = still(steps.into(), AppKind::AtLeastOnce)
                .with(seconds(60), Action::SayFile { chat: 0, kind, len: 70_000 })
                .with(seconds(100), fault(cut, on, 1 + u8::try_from(steps % 6).unwrap()))
                .with(seconds(100), download)
                .with(seconds(100), crash(steps, 2))
                .with(seconds(120), download)
                .with(seconds(120), Action::Kick(1101))
                .with(seconds(300), download);
            plan.server.file_ranges = ranges;
            holds(&plan);
        }
    }
}
