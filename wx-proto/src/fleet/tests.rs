use std::time::Duration;

use super::*;
use crate::{Config, Failure, FailureKind, LoginMethod, RequestId, Sent};

const NOW: Timestamp = Timestamp::from_millis(1_767_300_000_000);
const SECOND: Duration = Duration::from_secs(1);

fn client(seed: u64) -> Client {
    let mut client = Client::new(Config::default(), seed, NOW);
    client.login(LoginMethod::Qr).unwrap();
    client
}

fn fleet(keys: impl IntoIterator<Item = u64>) -> Fleet<u64> {
    let mut fleet = Fleet::new();
    for key in keys {
        assert!(fleet.insert(key, client(key)).is_none());
    }
    fleet
}

/// Polls until nothing is left; gives the keys of the outputs and the requests.
fn drain(fleet: &mut Fleet<u64>, now: Timestamp) -> (Vec<u64>, Vec<(u64, RequestId)>) {
    let (mut keys, mut requests) = (Vec::new(), Vec::new());
    while let Some((key, output)) = fleet.poll(now) {
        keys.push(key);
        if let Output::Start(request) = output {
            requests.push((key, request.id));
        }
    }
    (keys, requests)
}

fn lost(id: RequestId) -> Reply {
    Reply::failed(id, Failure { kind: FailureKind::Connect, sent: Sent::No, received: 0 })
}

#[test]
fn clients_that_are_due_take_turns() {
    let mut fleet = fleet([3, 1, 2]);
    let (keys, requests) = drain(&mut fleet, NOW);
    assert!(requests.len() == 3 && keys.len() > 3, "each has more than one output");
    assert_eq!(keys[..6], [3, 1, 2, 3, 1, 2]);
    assert_eq!(fleet.keys().copied().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(fleet.iter().count(), fleet.len());
}

#[test]
fn a_client_is_due_after_a_reply_and_after_a_command() {
    let mut fleet = fleet([1, 2]);
    let (_, requests) = drain(&mut fleet, NOW);
    let later = NOW + SECOND;
    for (key, id) in requests {
        fleet.handle(later, &key, lost(id));
        assert_eq!(fleet.deadline(), Some(later));
        let (keys, _) = drain(&mut fleet, later);
        assert!(!keys.is_empty() && keys.iter().all(|of| *of == key));
    }
    fleet.get_mut(&2).unwrap().logout().unwrap();
    assert_eq!(fleet.deadline(), Some(later));
    let (keys, _) = drain(&mut fleet, later);
    assert!(!keys.is_empty() && keys.iter().all(|of| *of == 2));
}

/// Nothing wakes a fleet but what a client waits for at present.
#[test]
fn no_timer_is_left_behind() {
    let mut fleet = fleet([1, 2]);
    drain(&mut fleet, NOW);
    let each: Vec<Timestamp> = fleet.iter().filter_map(|(_, client)| client.deadline()).collect();
    assert_eq!(fleet.deadline(), each.iter().copied().min());
    assert_eq!(fleet.timers.len(), 2);
    for key in [1, 2] {
        fleet.get_mut(&key).unwrap().forget_login();
    }
    drain(&mut fleet, NOW);
    let gone = fleet.remove(&1).unwrap();
    assert_eq!(fleet.deadline(), fleet.get(&2).unwrap().deadline());
    fleet.insert(1, gone);
    fleet.get_mut(&1).unwrap();
    assert!(fleet.insert(1, client(1)).is_some());
    assert_eq!(fleet.due.len(), 1, "a key is queued once");
    fleet.remove(&1);
    fleet.remove(&2);
    assert!(fleet.is_empty() && fleet.due.is_empty() && fleet.timers.is_empty());
    assert_eq!((fleet.deadline(), fleet.poll(NOW).is_none()), (None, true));
}

#[test]
fn a_reply_for_a_client_that_is_gone_changes_nothing() {
    let mut fleet = fleet([1]);
    let (_, requests) = drain(&mut fleet, NOW);
    let before = fleet.remove(&1);
    assert!(before.is_some() && fleet.remove(&1).is_none() && fleet.get_mut(&1).is_none());
    for (key, id) in requests {
        fleet.handle(NOW, &key, lost(id));
    }
    assert_eq!((fleet.deadline(), fleet.len()), (None, 0));
}

/// All that rest are told, whichever call the new time came with; also of the time that passed before the step.
#[test]
fn a_clock_that_steps_back_shifts_every_deadline() {
    let hour = Duration::from_secs(3600);
    for by_reply in [false, true] {
        let mut fleet = fleet([1, 2, 3]);
        let (_, requests) = drain(&mut fleet, NOW);
        let left: Vec<Duration> = deadlines(&fleet).iter().map(|at| at.saturating_since(NOW)).collect();
        assert!(left.iter().all(|left| *left > SECOND * 2));
        assert!(fleet.poll(NOW + SECOND).is_none());
        let back = Timestamp::from_millis(NOW.as_millis() - 3_600_000);
        if by_reply {
            // Of a request that none of them made.
            let (_, id) = requests[0];
            fleet.remove(&1);
            fleet.handle(back, &1, lost(id));
            fleet.insert(1, client(1));
        }
        drain(&mut fleet, back);
        let shifted: Vec<Duration> =
            deadlines(&fleet).iter().map(|at| (*at + SECOND).saturating_since(back)).collect();
        assert_eq!(shifted[1..], left[1..]);
        assert!(fleet.deadline().is_some_and(|at| at < back + hour));
    }
}

fn deadlines(fleet: &Fleet<u64>) -> Vec<Timestamp> {
    fleet.iter().filter_map(|(_, client)| client.deadline()).collect()
}

/// A command before the first call with a time does not set the clock of its client back.
#[test]
fn a_command_does_not_know_better_than_its_client() {
    let mut fleet = fleet([1]);
    fleet.get_mut(&1).unwrap();
    assert_eq!(fleet.get(&1).unwrap().deadline(), Some(NOW));
}
