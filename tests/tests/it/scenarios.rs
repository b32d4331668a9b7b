//! Every recorded scenario drives the core: its requests equal the recorded ones, its journal is kept.

use std::time::Duration;

use bytes::Bytes;
use wx_proto::{
    Client, Config, EndReason, Event, FileKind, FileSource, LoginMethod, MediaVariant, Outcome, Outgoing,
    OutgoingFile, Phase, Profile, SendOptions, Timestamp, UserName,
};
use wx_testkit::{
    content::FileContent,
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

/// The client can send this file, last changed then; gives the message that sends it.
fn file(
    player: &mut Player,
    kind: FileKind,
    (name, mime): (&str, &str),
    content: impl Into<FileContent>,
    modified: u64,
) -> Outgoing {
    let content = content.into();
    let mut source = content.source(name);
    source.modified = Some(Timestamp::from_secs(modified));
    player.files.write(name, content, source.modified);
    Outgoing::file(OutgoingFile::new(kind, name, mime, source))
}

/// 28 bytes in two lines.
const NOTE: Bytes = Bytes::from_static(b"hello wechat\nsecond line ok\n");

/// The transcript of a whole session, request by request.
#[test]
fn worked() {
    let scenario = Scenario::load("web", "worked").unwrap();
    let start = Timestamp::from_millis(1_735_700_000_000);
    let mut player = Player::new(scenario, Config::default(), start, Volatile::page());
    let note = file(&mut player, FileKind::File, ("note.txt", "text/plain"), NOTE, 1_735_696_800);
    player.client.login(LoginMethod::Qr).unwrap();
    player.play(|client, event| match event {
        Event::QrCode(_) => drop(client.qr_image().unwrap()),
        Event::Batch(batch) => {
            client.ack(batch.id).unwrap();
            let friend = batch.messages()[0].chat.clone();
            client.send(&friend, Outgoing::text("你好，晚上见"), SendOptions::default()).unwrap();
            client.send(&friend, note.clone(), SendOptions::default()).unwrap();
        }
        _ => {}
    });
    player.client.logout().unwrap();
    player.play(acks);
    assert_complete(&player, &["synccheck"]);
    assert_eq!(player.client.phase(), &Phase::Ended(EndReason::LoggedOut));
    insta::assert_snapshot!(player.journal);
}

/// The first exchanges of the file helper's transcript.
fn file_helper_player(exchanges: u32) -> Player {
    let profile = Profile::file_helper().starting_on("szfilehelper.weixin.qq.com").unwrap();
    let mut scenario = Scenario::load("file-helper", "worked").unwrap();
    scenario.exchanges.retain(|exchange| exchange.index <= exchanges);
    let start = Timestamp::from_millis(1_769_940_000_734);
    let mut player = Player::new(scenario, Config::new(profile), start, Volatile::file_helper());
    player.client.login(LoginMethod::Qr).unwrap();
    player
}

fn to_phone(client: &mut Client, message: &Outgoing) {
    let phone = UserName::new(UserName::FILE_HELPER);
    client.send(&phone, message.clone(), SendOptions::default()).unwrap();
}

/// The same of the file helper: what the phone wrote, then a file and a picture sent to it, last the phone's file.
#[test]
fn file_helper_worked() {
    let mut player = file_helper_player(12);
    let note = file(&mut player, FileKind::File, ("会议.txt", "text/plain"), NOTE, 1_769_939_940);
    let photo = file(&mut player, FileKind::Image, ("photo.jpg", "image/jpeg"), PHOTO, 1_769_939_940);
    let mut to_send = vec![photo, note];
    let (mut received, mut fetched) = (None, None);
    player.play(|client, event| {
        acks(client, event);
        match event {
            Event::Batch(batch) => {
                received = batch.messages().iter().find_map(|message| message.content.media().cloned());
            }
            Event::Done { outcome: Ok(Outcome::Sent(_)), .. } => {}
            _ => return,
        }
        match to_send.pop() {
            Some(message) => to_phone(client, &message),
            None => {
                let media = received.as_ref().unwrap();
                fetched = Some(client.download(media, MediaVariant::Full).unwrap());
            }
        }
    });
    assert_complete(&player, &["synccheck"]);
    let bytes = Scenario::left_out(63_334).read_at(0, 63_334);
    assert_eq!(player.sinks.get(fetched.unwrap()), Some(&*bytes));
    insta::assert_snapshot!(player.journal);
}

/// A grey JPEG of one pixel.
const PHOTO: Bytes = Bytes::from_static(include_bytes!("testdata/photo.jpg"));

const BIG: u64 = 31_457_280;
const CHUNK: usize = 524_288;

/// The recorded exchanges of a large file, with the chunks between the first and the last.
fn large() -> Scenario {
    let mut scenario = Scenario::load("file-helper", "large").unwrap();
    let last = scenario.exchanges[2].clone();
    let form = last.request.body();
    let start = form.len() - CHUNK - "\r\n------WebKitFormBoundaryFhExAmPlE012345C--\r\n".len();
    let (before, after) = (&form[..start], &form[start + CHUNK..]);
    let before = std::str::from_utf8(before).unwrap();
    let bytes = Scenario::left_out(BIG);
    for number in 1..59_u32 {
        let mut exchange = last.clone();
        let begin = before.replace("\"Chunk\":59", &format!("\"Chunk\":{number}"));
        let chunk = bytes.read_at(u64::from(number) * 524_288, CHUNK);
        *exchange.request.body_mut() = [begin.as_bytes(), &chunk, after].concat().into();
        *exchange.response.body_mut() = without_media_id(last.response.body());
        let place = scenario.exchanges.len() - 2;
        scenario.exchanges.insert(place, exchange);
    }
    scenario
}

fn without_media_id(reply: &Bytes) -> Bytes {
    let text = std::str::from_utf8(reply).unwrap();
    let (before, rest) = text.split_once("\"MediaId\": \"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    format!("{before}\"MediaId\": \"\"{after}").into()
}

/// Sends the large file behind the transcript's first messages.
fn send_large(large: Scenario) -> Player {
    let mut player = file_helper_player(7);
    player.add(large);
    player.files.insert("big.zip", Scenario::left_out(BIG));
    // Its digest is made up.
    let source = FileSource::new("big.zip", BIG, "0cc175b9c0f1b6a831c399e269772661".parse().unwrap());
    let big = Outgoing::file(OutgoingFile::new(FileKind::File, "big.zip", "application/zip", source));
    player.play(|client, event| {
        acks(client, event);
        if let Event::Batch(_) = event {
            to_phone(client, &big);
        }
    });
    player
}

/// More than 25 MiB: announced, the first chunk alone, then the others with its name, one at a time.
#[test]
fn file_helper_large() {
    let player = send_large(large());
    assert_complete(&player, &["synccheck"]);
    let chunks = |line: &&str| line.contains("webwxuploadmediaparallel") || line.contains("<- #");
    let journal = player.journal.to_string();
    let alone = |pair: &[&str]| pair[0].contains("->") != pair[1].contains("->");
    let lines: Vec<&str> = journal.lines().filter(chunks).collect();
    let first = lines.iter().position(|line| line.contains("->")).unwrap();
    let (lines, rest) = lines[first..].split_at(120);
    assert!(lines.windows(2).all(alone), "{journal}");
    assert!(rest.iter().all(|line| !line.contains("->")), "{journal}");
    insta::assert_snapshot!(journal);
}

/// Nobody recorded which reply has the MediaId: any may.
#[test]
fn file_helper_large_is_named_early() {
    let mut large = large();
    let named = large.exchanges[60].response.body().clone();
    *large.exchanges[60].response.body_mut() = without_media_id(&named);
    *large.exchanges[30].response.body_mut() = named;
    assert_complete(&send_large(large), &["synccheck"]);
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
