//! Every recorded scenario drives the core: its requests equal the recorded ones, its journal is kept.

use std::time::Duration;

use wx_proto::{
    Client, Config, EndReason, Event, LoginMethod, Outgoing, Phase, Profile, SendOptions, Timestamp, UserName,
};
use wx_testkit::{
    player::Player,
    transcript::{Scenario, Volatile},
};

/// Plays a scenario from its login on.
fn play(name: &str, start: u64, application: impl FnMut(&mut Client, &Event)) -> Player {
    play_all(Scenario::load("web", name).unwrap(), start, application)
}

fn play_all(scenario: Scenario, start: u64, application: impl FnMut(&mut Client, &Event)) -> Player {
    let start = Timestamp::from_millis(start);
    let mut player = Player::new(scenario, Config::default(), start, Volatile::page());
    player.client.login(LoginMethod::Qr).unwrap();
    player.play(application);
    player
}

/// Acknowledges every batch.
fn acks(client: &mut Client, event: &Event) {
    if let Event::Batch(batch) = event {
        client.ack(batch.id).unwrap();
    }
}

/// Every recorded exchange was asked for, as recorded, and nothing else but what is named.
fn assert_complete(player: &Player, unanswered: &[&str]) {
    for mismatch in &player.mismatches {
        println!("{mismatch}");
    }
    println!("{}", player.journal);
    assert!(player.mismatches.is_empty(), "requests differ from the recorded ones");
    assert_eq!(player.left_over(), [] as [&str; 0]);
    assert_eq!(player.unanswered, unanswered);
}

/// The transcript of a whole session, request by request.
#[test]
fn worked() {
    let mut player = play("worked", 1_735_700_000_000, |client, event| match event {
        Event::QrCode(_) => drop(client.qr_image().unwrap()),
        Event::Batch(batch) => {
            client.ack(batch.id).unwrap();
            let friend = batch.messages()[0].chat.clone();
            client.send(&friend, Outgoing::text("你好，晚上见"), SendOptions::default()).unwrap();
        }
        _ => {}
    });
    player.client.logout().unwrap();
    player.play(acks);
    assert_complete(&player, &["synccheck"]);
    assert_eq!(player.client.phase(), &Phase::Ended(EndReason::LoggedOut));
    insta::assert_snapshot!(player.journal);
}

/// The same of the file helper, up to the first messages.
#[test]
fn file_helper_worked() {
    let profile = Profile::file_helper().starting_on("szfilehelper.weixin.qq.com").unwrap();
    let scenario = Scenario::load("file-helper", "worked").unwrap();
    let start = Timestamp::from_millis(1_769_940_000_734);
    let mut player = Player::new(scenario, Config::new(profile), start, Volatile::file_helper());
    player.client.login(LoginMethod::Qr).unwrap();
    player.play(acks);
    assert_complete(&player, &["synccheck"]);
    insta::assert_snapshot!(player.journal);
}

/// An account of another region: the whole login once more, on the entry that knows it.
#[test]
fn file_helper_wrong_entry() {
    let scenario = Scenario::load("file-helper", "wrong-entry").unwrap();
    let start = Timestamp::from_millis(1_769_939_990_734);
    let config = Config::new(Profile::file_helper());
    let mut player = Player::new(scenario, config, start, Volatile::file_helper());
    player.client.login(LoginMethod::Qr).unwrap();
    player.play(acks);
    assert_complete(&player, &["synccheck"]);
    insta::assert_snapshot!(player.journal);
}

/// The write-up's own bytes: curly quotes, full-width commas, counts that lie, names that are UTF-8 whatever a header says.
#[test]
fn seed_login() {
    let mut player = play("seed-login", 1_504_160_500_000, acks);
    let me = player.client.me().unwrap();
    assert_eq!((me.nick_name.as_str(), me.uin), ("followtry", 2_799_942_121));
    let helper = player.client.contacts().get(UserName::FILE_HELPER).unwrap();
    assert_eq!(helper.name(), "文件传输助手");
    let to = UserName::new(UserName::FILE_HELPER);
    player.client.send(&to, Outgoing::text("测试信息"), SendOptions::default()).unwrap();
    player.play(acks);
    assert_complete(&player, &["synccheck"]);
    insta::assert_snapshot!(player.journal);
}

/// The write-up's selectors 2, 6 and 4, each after its login: all of them ask for a webwxsync.
#[test]
fn seed_selectors() {
    let mut journals = String::new();
    for recorded in Scenario::load("web", "seed-selectors").unwrap().exchanges {
        let mut scenario = Scenario::load("web", "seed-login").unwrap();
        scenario.exchanges.retain(|exchange| exchange.index < 10);
        scenario.exchanges.push(recorded);
        let player = play_all(scenario, 1_504_160_500_000, acks);
        assert_eq!(player.unanswered, ["webwxsync"], "{}", player.journal);
        let journal = player.journal.to_string();
        journals.push_str(journal.lines().rfind(|line| line.contains("->")).unwrap());
        journals.push('\n');
    }
    insta::assert_snapshot!(journals);
}

/// A code that nobody scans is replaced, and the next one works.
#[test]
fn qr_expires() {
    let player = play("qr-expires", 1_735_700_000_000, acks);
    assert_complete(&player, &["webwxstatusnotify", "synccheck"]);
    insta::assert_snapshot!(player.journal);
}

/// Cancelled on the phone: a new code.
#[test]
fn declined() {
    let player = play("declined", 1_735_700_000_000, acks);
    assert_complete(&player, &["webwxstatusnotify", "synccheck"]);
    insta::assert_snapshot!(player.journal);
}

/// A refused account gets the server's own words, and no second try.
#[test]
fn refused() {
    let player = play("refused", 1_735_700_000_000, acks);
    assert_complete(&player, &[]);
    let Phase::Ended(EndReason::LoginRefused { ret: 1203, message }) = player.client.phase() else {
        panic!()
    };
    assert!(message.starts_with("当前登录环境异常"));
    insta::assert_snapshot!(player.journal);
}

/// 1101 ends the session at once.
#[test]
fn kicked() {
    let mut player = play("kicked", 1_735_700_000_000, acks);
    player.play(acks);
    assert_complete(&player, &[]);
    assert!(matches!(player.client.phase(), Phase::Ended(EndReason::SessionOver { code: 1101, .. })));
    insta::assert_snapshot!(player.journal);
}

/// Nothing is left to do after the end.
#[test]
fn an_ended_client_is_at_rest() {
    let mut player = play("refused", 1_735_700_000_000, acks);
    assert_eq!(player.client.deadline(), None);
    let later = Timestamp::from_millis(1_735_700_000_000) + Duration::from_secs(86_400);
    assert!(player.client.poll(later).is_none());
}
