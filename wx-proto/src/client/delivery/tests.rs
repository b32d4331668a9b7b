use std::time::Duration;

use bytes::Bytes;

use super::*;
use crate::{GapReason, Timestamp, UserName};

const NOW: ClientTime = ClientTime::from_secs(100);

fn clock() -> Clock {
    Clock::new(Timestamp::from_secs(100))
}

fn position(value: i64) -> Position {
    let json = format!(r#"{{"Count":1,"List":[{{"Key":1,"Val":{value}}}]}}"#);
    Position { sync: serde_json::from_str(&json).unwrap(), check: None, since: ClientTime::from_secs(1) }
}

fn messages(ids: &[&str]) -> Vec<Message> {
    let message = |id: &&str| {
        let json =
            format!(r#"{{"MsgId":"{id}","FromUserName":"@a","ToUserName":"@me","MsgType":1,"Content":"x"}}"#);
        Message::decode(&json, Bytes::copy_from_slice(json.as_bytes()), &UserName::new("@me"))
    };
    ids.iter().map(message).collect()
}

fn delivery(window: usize) -> Delivery {
    Delivery::new(1, window, IdWindow::new(3, []), Some(position(0)))
}

fn ids(batch: &Batch) -> Vec<&str> {
    batch.messages().iter().map(|message| message.id.as_ref().map_or("", |id| id.as_str())).collect()
}

#[test]
fn what_was_acknowledged_is_not_delivered_again() {
    let mut delivery = delivery(1);
    assert_eq!(delivery.accept(messages(&["1", "2"]), Some(position(1))), Accepted::Batch);
    let batch = delivery.next_batch(&clock()).unwrap();
    assert_eq!(delivery.ack(batch.id), Some(Acked { gap: false }));
    assert_eq!(delivery.accept(messages(&["2"]), Some(position(2))), Accepted::Nothing { committed: true });
    assert_eq!(delivery.committed(), Some(&position(2)));
    assert_eq!(delivery.accept(messages(&["2", "3", "3"]), Some(position(3))), Accepted::Batch);
    assert_eq!(ids(&delivery.next_batch(&clock()).unwrap()), ["3"]);
}

#[test]
fn what_is_open_is_not_delivered_again() {
    let mut delivery = delivery(2);
    assert_eq!(delivery.accept(messages(&["1", "2"]), Some(position(1))), Accepted::Batch);
    let again = delivery.accept(messages(&["1", "2"]), Some(position(2)));
    assert_eq!(again, Accepted::Nothing { committed: false });
    assert_eq!(delivery.accept(messages(&["2", "3"]), Some(position(3))), Accepted::Batch);
    delivery.next_batch(&clock());
    assert_eq!(ids(&delivery.next_batch(&clock()).unwrap()), ["3"]);
}

#[test]
fn a_message_without_an_id_is_never_a_duplicate() {
    let mut delivery = delivery(2);
    for value in 1..3 {
        assert_eq!(delivery.accept(messages(&["", "0"]), Some(position(value))), Accepted::Batch);
        assert_eq!(delivery.next_batch(&clock()).unwrap().messages().len(), 2);
    }
}

#[test]
fn a_key_without_news_joins_the_newest_open_batch() {
    let mut delivery = delivery(2);
    delivery.accept(messages(&["1"]), Some(position(1)));
    assert_eq!(delivery.accept(Vec::new(), Some(position(2))), Accepted::Nothing { committed: false });
    assert_eq!(delivery.committed(), Some(&position(0)));
    assert_eq!(delivery.newest(), Some(&position(2)));
    let batch = delivery.next_batch(&clock()).unwrap();
    delivery.ack(batch.id);
    assert_eq!(delivery.committed(), Some(&position(2)));
}

#[test]
fn messages_without_a_key_are_not_delivered() {
    let mut delivery = delivery(1);
    assert_eq!(delivery.accept(messages(&["1"]), None), Accepted::Unusable);
    assert_eq!(delivery.accept(Vec::new(), None), Accepted::Nothing { committed: false });
    assert!(delivery.next_batch(&clock()).is_none());
    assert_eq!(delivery.newest(), Some(&position(0)));
}

#[test]
fn only_a_batch_that_was_handed_out_can_be_acknowledged() {
    let mut delivery = delivery(2);
    delivery.accept(messages(&["1"]), Some(position(1)));
    delivery.accept(messages(&["2"]), Some(position(2)));
    let first = delivery.next_batch(&clock()).unwrap();
    let second = BatchId::new(first.id.get() + 1);
    assert_eq!(delivery.ack(second), None);
    assert!(!delivery.has_room());
    assert_eq!(delivery.ack(first.id), Some(Acked { gap: false }));
    assert_eq!(delivery.committed(), Some(&position(1)));
}

/// A Gap holds the first key of its login back; an older login's batch commits nothing any more.
#[test]
fn a_gap_commits_its_login_s_first_key() {
    let mut delivery = delivery(1);
    delivery.accept(messages(&["1"]), Some(position(1)));
    let old = delivery.next_batch(&clock()).unwrap();
    assert_eq!(delivery.forget_position(), Some(ClientTime::from_secs(1)));
    let gap = MissingSince { since: ClientTime::from_secs(1), reason: GapReason::NewLogin };
    delivery.begin_at(position(9), Some(gap));
    assert_eq!(delivery.ack(old.id), Some(Acked { gap: false }));
    assert_eq!(delivery.committed(), None);
    let batch = delivery.next_batch(&clock()).unwrap();
    assert_eq!(delivery.ack(batch.id), Some(Acked { gap: true }));
    assert_eq!(delivery.committed(), Some(&position(9)));
}

/// Ids of another account's messages may be those of this one's.
#[test]
fn another_account_has_ids_of_its_own() {
    let mut delivery = delivery(2);
    for id in ["1", "2"] {
        delivery.accept(messages(&[id]), Some(position(1)));
    }
    let (first, second) = (delivery.next_batch(&clock()).unwrap(), delivery.next_batch(&clock()).unwrap());
    delivery.ack(first.id);
    delivery.forget_position();
    delivery.forget_account();
    delivery.begin_at(position(9), None);
    delivery.ack(second.id);
    assert_eq!(delivery.acked().iter().count(), 0);
    assert_eq!(delivery.accept(messages(&["1", "2"]), Some(position(10))), Accepted::Batch);
    assert_eq!(ids(&delivery.next_batch(&clock()).unwrap()), ["1", "2"]);
}

#[test]
fn an_open_batch_is_reminded_of_every_five_minutes() {
    let mut delivery = delivery(1);
    delivery.accept(messages(&["1"]), Some(position(1)));
    assert_eq!(delivery.reminder_at(), None);
    let batch = delivery.next_batch(&clock()).unwrap().id;
    assert_eq!(delivery.remind(NOW + Duration::from_secs(299)), None);
    for attempt in 1..4 {
        let now = NOW + Duration::from_secs(300 * u64::from(attempt));
        let next = now + Duration::from_secs(300);
        assert_eq!(delivery.remind(now), Some(Reminder { batch, attempt, next }));
        assert_eq!(delivery.remind(now), None);
    }
    // An hour passes at once: what was missed is not said in a row.
    let now = NOW + Duration::from_secs(4800);
    let next = now + Duration::from_secs(300);
    assert_eq!(delivery.remind(now), Some(Reminder { batch, attempt: 4, next }));
    assert_eq!(delivery.remind(now), None);
    delivery.ack(batch);
    assert_eq!(delivery.reminder_at(), None);
}
