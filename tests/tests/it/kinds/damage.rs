//! Messages that are damaged on their way.

use bytes::Bytes;
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::value::RawValue;
use wx_testkit::{
    strategies::{Damage, damage},
    transcript::Scenario,
};

use super::{APP, MEDIA, MORE, NOTICES, PEOPLE, WORDINGS, items, play};

/// A string of a message's JSON as it may stand between quotes: whatever the bytes are, the item stays an item.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut json = vec![b'"'];
    for byte in bytes {
        if matches!(byte, b'"' | b'\\') {
            json.push(b'\\');
        }
        json.push(*byte);
    }
    json.push(b'"');
    json
}

/// `item` with the value of one of its texts damaged.
fn damaged(item: &RawValue, member: &str, damages: &[Damage]) -> Vec<u8> {
    let members: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(item.get()).unwrap();
    let value = members[member].get();
    let text: String = serde_json::from_str(value).unwrap();
    let body = damages.iter().fold(text.into_bytes(), |body, damage| damage.apply(&body));
    let place = value.as_ptr().addr() - item.get().as_ptr().addr();
    let (before, after) = item.get().as_bytes().split_at(place);
    [before, &quoted(&body), &after[value.len()..]].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever becomes of a message's texts: no panic, the rest of the batch is delivered, each raw is kept.
    #[test]
    fn damage_costs_nothing_but_itself(
        (family, item) in (0_usize..6, any::<Index>()),
        member in prop_oneof![
            6 => Just("Content"), 1 => Just("FileName"), 1 => Just("Url"), 1 => Just("OriContent"),
            1 => Just("StatusNotifyUserName"), 1 => Just("FromUserName"),
        ],
        damages in vec(damage(), 1..4),
    ) {
        let mut scenario =
            Scenario::load("web", [MEDIA, APP, MORE, PEOPLE, NOTICES, WORDINGS][family]).unwrap();
        let items = items(&scenario);
        let at = item.index(items.len());
        let bad = damaged(&items[at], member, &damages);
        let body = scenario.exchanges[0].response.body().clone();
        let place = items[at].get().as_bytes();
        let start = body.windows(place.len()).position(|window| window == place).unwrap();
        let replaced = [&body[..start], &bad, &body[start + place.len()..]].concat();
        *scenario.exchanges[0].response.body_mut() = Bytes::from(replaced);
        scenario.exchanges.truncate(1);
        let (messages, player) = play(scenario);
        prop_assert_eq!(messages.len(), items.len(), "{}", player.journal);
        for (index, (message, item)) in messages.iter().zip(&items).enumerate() {
            let raw = if index == at { &bad[..] } else { item.get().as_bytes() };
            prop_assert_eq!(&message.raw[..], raw);
            // It can be told to a person, and to a log.
            let _ = (message.content.text().len(), message.content.kind(), format!("{message:?}").len());
        }
    }
}
