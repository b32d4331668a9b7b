//! Uploads when something goes wrong on the way.

use wx_proto::{
    Client, Config, Endpoint, FailureKind, FileKind, LoginMethod, OpError, Outcome, Outgoing, Phase,
    SendOptions, Session,
};
use wx_testkit::{
    content::{FileContent, FileForm},
    io::CutAt,
    runner::Runner,
    server::{Fault, FaultKind},
};

use super::{CHUNK, PATH, arrived, assert_sent, chunks, finish, helper, send};
use crate::support::{online, online_with, seconds};

#[test]
fn an_upload_that_is_cut_goes_on_at_its_place() {
    let len = 3 * CHUNK + 100;
    for cut in [0, 1, CHUNK / 2, CHUNK + 1_000, 10 * CHUNK] {
        for chunk in 0..4 {
            let mut runner = online();
            send(&mut runner, FileKind::File, len);
            if chunk > 0 {
                assert!(
                    runner.run_until(seconds(60), |runner| chunks(runner) == chunk),
                    "{}",
                    runner.journal
                );
            }
            runner.io.cut_next(Some(Endpoint::UploadMedia), CutAt::Request(cut));
            finish(&mut runner);
            assert_sent(&runner);
            arrived(&runner, len);
            assert!(chunks(&runner) <= 5, "{cut} {chunk}: {}", runner.journal);
        }
    }
}

/// The process is killed at any moment: at most the chunk in doubt goes up twice, and the message is stored once.
#[test]
fn a_killed_client_goes_on_at_the_chunk_in_doubt() {
    let len = 4 * CHUNK + 7;
    for at in 0..=5 {
        for wait in [0, 5, 15] {
            let mut runner = online();
            send(&mut runner, FileKind::File, len);
            runner.run_until(seconds(60), |runner| chunks(runner) == at);
            runner.run_for(std::time::Duration::from_millis(wait));
            runner.crash();
            assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
            finish(&mut runner);
            arrived(&runner, len);
            assert!((5..=6).contains(&chunks(&runner)), "{at} {wait}: {}", runner.journal);
        }
    }
}

/// An upload that is done is never made again because its send failed.
#[test]
fn a_send_that_is_lost_is_repeated_without_a_new_upload() {
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendAppMsg).times(2).after());
    send(&mut runner, FileKind::File, 2 * CHUNK);
    finish(&mut runner);
    assert!(matches!(&runner.outcomes()[..], [Ok(Outcome::Sent(sent))] if sent.repeated));
    arrived(&runner, 2 * CHUNK);
    assert_eq!(chunks(&runner), 2);

    // A restart in between changes nothing.
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Lose).on(Endpoint::SendAppMsg));
    send(&mut runner, FileKind::File, 2 * CHUNK);
    let asked = |runner: &Runner| runner.io.server.record().requests(Endpoint::SendAppMsg);
    assert!(runner.run_until(seconds(60), |runner| asked(runner) == 1));
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    finish(&mut runner);
    arrived(&runner, 2 * CHUNK);
    assert_eq!(chunks(&runner), 2);
}

#[test]
fn a_server_that_forgets_gets_the_file_from_its_start_once_more() {
    let len = 3 * CHUNK;
    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Forget(1)).on(Endpoint::UploadMedia));
    send(&mut runner, FileKind::File, len);
    finish(&mut runner);
    assert_sent(&runner);
    arrived(&runner, len);

    let mut runner = online();
    runner.io.server.add_fault(Fault::new(FaultKind::Forget(1)).on(Endpoint::UploadMedia).times(1_000));
    send(&mut runner, FileKind::File, len);
    finish(&mut runner);
    assert_eq!(runner.outcomes(), [Err(OpError::UploadFailed)], "{}", runner.journal);
    assert_eq!(runner.io.server.record().sent().len(), 0);
}

#[test]
fn replies_of_no_use_are_asked_for_again() {
    for kind in [
        FaultKind::Status(502),
        FaultKind::Html,
        FaultKind::Empty,
        FaultKind::Garbage,
        FaultKind::Ret(-1),
        FaultKind::Lose,
        FaultKind::Ret(1101),
    ] {
        let mut runner = online();
        send(&mut runner, FileKind::File, 2 * CHUNK);
        assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 1));
        runner.io.server.add_fault(Fault::new(kind).on(Endpoint::UploadMedia));
        finish(&mut runner);
        assert_sent(&runner);
        arrived(&runner, 2 * CHUNK);
        assert_eq!(chunks(&runner), 3, "{kind:?}");
    }
}

#[test]
fn a_file_that_changed_or_is_gone_ends_its_send() {
    for (gone, kind) in [(false, FailureKind::FileChanged), (true, FailureKind::FileUnreadable)] {
        let mut runner = online();
        send(&mut runner, FileKind::File, 3 * CHUNK);
        assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 1));
        if gone {
            runner.io.files.remove(PATH);
        } else {
            runner.io.files.insert(PATH, FileContent::pattern(FileForm::Plain, 9, 3 * CHUNK - 1));
        }
        finish(&mut runner);
        assert_eq!(runner.outcomes(), [Err(OpError::Failed(kind))], "{}", runner.journal);
        assert_eq!(runner.io.server.record().sent().len(), 0);
    }
}

/// Code 1205 to a chunk holds uploads back, and nothing else.
#[test]
fn too_often_holds_uploads_back_alone() {
    let mut runner = online();
    send(&mut runner, FileKind::File, 2 * CHUNK);
    runner.io.server.add_fault(Fault::new(FaultKind::Ret(1205)).on(Endpoint::UploadMedia));
    runner.run_for(seconds(200));
    assert_eq!(chunks(&runner), 1);
    runner.client.send(&helper(), Outgoing::text("meanwhile"), SendOptions::default()).unwrap();
    assert!(runner.run_until(seconds(2), |runner| runner.io.server.record().sent().len() == 1));
    runner.run_for(seconds(200));
    assert_eq!(chunks(&runner), 3, "{}", runner.journal);
}

/// The end of a session and a new login end uploads as they end sends.
#[test]
fn uploads_end_with_their_session() {
    let mut runner = online_with(Config::default(), |_| {});
    runner.io.rate = Some(CHUNK);
    send(&mut runner, FileKind::File, 10 * CHUNK);
    assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 3));
    let now = runner.now();
    runner.io.server.phone(now).kick(1101).unwrap();
    assert!(runner.run_until(seconds(60), |runner| matches!(runner.client.phase(), Phase::Ended(_))));
    runner.run_for(seconds(5));
    assert_eq!(runner.outcomes(), [Err(OpError::SessionEnded)], "{}", runner.journal);
    let before = chunks(&runner);
    runner.log_in(LoginMethod::Auto);
    runner.run_for(seconds(60));
    assert_eq!(chunks(&runner), before);
}

/// A stored session may have been altered: a file without its upload, or with that of another, is not sent, and nothing hangs.
#[test]
fn an_upload_that_does_not_fit_its_file_ends() {
    let mut runner = online();
    runner.io.rate = Some(CHUNK);
    send(&mut runner, FileKind::File, 5 * CHUNK);
    assert!(runner.run_until(seconds(60), |runner| chunks(runner) == 2));
    let stored = serde_json::to_value(runner.stored_session().unwrap()).unwrap();
    for change in [
        "",
        "null",
        r#"{"handed":{}}"#,
        r#"{"at":{"step":{"chunk":9},"last":4,"checked":false,"parallel":false,"failures":0,"restarts":0},"handed":{}}"#,
        r#"{"at":{"step":"check","last":7,"checked":false,"parallel":false,"failures":0,"restarts":0},"handed":{}}"#,
    ] {
        let mut session = stored.clone();
        let entry = session.pointer_mut("/outbox/0").unwrap().as_object_mut().unwrap();
        let upload = serde_json::from_str(change).unwrap_or_default();
        if change.is_empty() {
            assert!(entry.remove("upload").is_some());
        } else {
            entry.insert("upload".into(), upload);
        }
        let session: Session = serde_json::from_value(session).unwrap();
        let client = Client::restore(session, Config::default(), 1, runner.now());
        let outcomes: Vec<_> = client.outbox().map(|entry| entry.outcome()).collect();
        assert_eq!(outcomes, [Some(Err(OpError::Unknown))], "{change}");
    }
}

/// A text that had its turn while a file was on its way has its id: after a crash nothing with a younger id leaves before it.
#[test]
fn what_had_its_turn_leaves_first_after_a_crash() {
    let mut runner = online();
    runner.io.rate = Some(CHUNK);
    send(&mut runner, FileKind::File, CHUNK);
    assert!(runner.run_until(seconds(10), |runner| chunks(runner) == 1), "{}", runner.journal);
    // The disk takes what comes now, and the process dies before it hears of that.
    runner.stores = false;
    runner.client.send(&helper(), Outgoing::text("meanwhile"), SendOptions::default()).unwrap();
    runner.run_for(seconds(10));
    assert_eq!(runner.io.server.record().sent().len(), 0);
    let session = runner.client.session().unwrap();
    runner.io.break_off();
    runner.client = Client::restore(session, Config::default(), 2, runner.now());
    runner.stores = true;
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    assert!(runner.run_until(seconds(900), |runner| runner.outcomes().len() == 2), "{}", runner.journal);
    let ids: Vec<&str> =
        runner.io.server.record().sent().iter().map(|sent| sent.client_msg_id.as_str()).collect();
    assert!(ids.len() == 2 && ids.is_sorted(), "{ids:?}\n{}", runner.journal);
}
