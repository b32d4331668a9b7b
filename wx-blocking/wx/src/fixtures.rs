//! Messages of the fixtures, for tests.

use std::collections::BTreeMap;

use wx_proto::{Config, Content, Event, LoginMethod, Timestamp};
use wx_testkit::{
    player::Player,
    transcript::{Scenario, Volatile},
};

/// The messages of a fixture that follows a login and the first news, by the last three digits of their ids.
pub(crate) fn messages(fixture: &str) -> BTreeMap<String, Content> {
    let load = |name: &str, last: u32| {
        let mut scenario = Scenario::load("web", name).unwrap();
        scenario.exchanges.retain(|exchange| exchange.index <= last);
        scenario
    };
    let start = Timestamp::from_millis(1_735_700_000_000);
    let mut player = Player::new(load("kicked", 7), Config::default(), start, Volatile::page());
    player.client.login(LoginMethod::Qr).unwrap();
    let mut contents = BTreeMap::new();
    for next in [load("news", 1), load(fixture, u32::MAX)] {
        player.play(|_, _| ());
        player.add(next);
    }
    // What is recorded for later is asked for when its time comes.
    for _ in 0..6 {
        player.play(|client, event| {
            let Event::Batch(batch) = event else { return };
            client.ack(batch.id).unwrap();
            for message in batch.messages() {
                let id = message.id.as_ref().map_or("", |id| id.as_str());
                let last = id.get(id.len().saturating_sub(3)..).unwrap_or_default();
                contents.insert(last.to_owned(), message.content.clone());
            }
        });
    }
    assert_eq!(player.left_over(), [""; 0], "{fixture}");
    contents
}
