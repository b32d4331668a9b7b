//! How often a client allocates, and how much a book of contacts keeps. A binary of its own, for its allocator.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use allocation_counter::measure;
use wx_proto::{Endpoint, Event, Output};
use wx_testkit::load::{FIRST_GROUP, Load, Size};

/// What a text of a group owns itself: its id, its chat, its sender and its text.
const OWN: u64 = 4;

/// Allocations from a reply with so many group messages to the event.
fn allocations(size: Size, messages: u64) -> u64 {
    let mut load = Load::online(size);
    load.server.phone(load.now).burst(messages, 0, Some(FIRST_GROUP), None).unwrap();
    let reply = load.stop_before(Endpoint::Sync);
    let mut batch = None;
    let info = measure(|| {
        load.hand_over(&reply);
        while let Some(output) = load.client.poll(load.now) {
            if let Output::Event(Event::Batch(whole)) = output {
                batch = Some(whole);
                break;
            }
        }
    });
    assert_eq!(batch.unwrap().messages().len() as u64, messages);
    info.count_total
}

#[test]
fn a_group_message_costs_the_same_in_any_book() {
    let (small, large) = (Size::new(30, 1, 500), Size::new(3000, 60, 500));
    for messages in [1, 101] {
        assert_eq!(allocations(small, messages), allocations(large, messages));
    }
    let more = allocations(large, 101) - allocations(large, 1);
    assert!(more <= 100 * (OWN + 2), "{more} allocations for 100 messages");
}

#[test]
fn an_idle_poll_allocates_nothing() {
    let mut load = Load::online(Size::new(30, 1, 10));
    while load.client.poll(load.now).is_some() {}
    let info = measure(|| (0..1000).for_each(|_| assert!(load.client.poll(load.now).is_none())));
    assert_eq!(info.count_total, 0);
}

#[test]
fn a_book_says_what_it_takes() {
    let mut load = Load::new(Size::new(2000, 50, 100));
    let page = load.stop_before(Endpoint::GetContact);
    let before = load.client.contacts().bytes();
    let mut kept = measure(|| load.hand_over(&page)).bytes_current;
    let groups = load.stop_before(Endpoint::BatchGetContact);
    kept += measure(|| load.hand_over(&groups)).bytes_current;
    let told = load.client.contacts().bytes() - before;
    let (kept, told) = (usize::try_from(kept).unwrap(), told);
    // Beside the book: names to ask for, and what waits to be told.
    assert!(kept.abs_diff(told) < told / 10, "{kept} kept, {told} told");
}
