//! Every recorded scenario drives the core; its requests are compared and its journal is kept.

use wx_proto::{Client, Config, Event, Outgoing, SendOptions, Timestamp, UserName};
use wx_testkit::{
    player::Player,
    transcript::{Scenario, Volatile},
};

fn play(name: &str, application: impl FnMut(&mut Client, &Event)) -> Player {
    let scenario = Scenario::load("web", name).unwrap();
    let start = Timestamp::from_millis(1_735_700_000_000);
    let mut player = Player::new(scenario, Config::default(), start, Volatile::page());
    player.client.login(wx_proto::LoginMethod::Qr).unwrap();
    player.play(application);
    player
}

#[test]
fn worked() {
    let mut checks = 0;
    let player = play("worked", |client, event| match event {
        Event::QrCode(_) => drop(client.qr_image().unwrap()),
        Event::Batch(batch) => {
            client.ack(batch.id).unwrap();
            let friend = batch.messages()[0].chat.clone();
            client.send(&friend, Outgoing::text("你好，晚上见"), SendOptions::default()).unwrap();
            checks += 1;
        }
        _ => {}
    });
    println!("{}", player.journal);
    for mismatch in &player.mismatches {
        println!("{mismatch}");
    }
    println!("{:?} {:?}", player.left_over(), player.unanswered);
    assert!(player.mismatches.is_empty());
    assert_eq!(checks, 1);
}
