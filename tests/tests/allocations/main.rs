//! How often a client allocates, and how much a book of contacts keeps. A binary of its own, for its allocator.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]

mod files;

use allocation_counter::measure;
use wx_proto::{Endpoint, Event, Output};
use wx_testkit::load::{FIRST_GROUP, Load, Size, bodies};

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

#[test]
fn no_reply_takes_far_more_than_its_length() {
    const SIZE: usize = 1_000_000;
    for endpoint in [Endpoint::Init, Endpoint::GetContact, Endpoint::Sync] {
        let (load, waiting) = Load::before(endpoint).unwrap();
        for body in bodies(endpoint, SIZE) {
            let (what, reply) = (body.what, waiting.with_body(body.bytes));
            let mut load = load.clone();
            let info = measure(|| {
                load.hand_over(&reply);
                while load.client.poll(load.now).is_some() {}
            });
            assert!(info.bytes_max < 10 * SIZE as u64, "{endpoint}: {what}: {} bytes", info.bytes_max);
        }
    }
}

/// Two bytes of a list make the most memory: so many messages are still taken.
#[test]
fn the_longest_list_has_its_price() {
    let (mut load, waiting) = Load::before(Endpoint::Sync).unwrap();
    let list = vec!["0"; 100_000].join(",");
    let key = r#""SyncKey":{"Count":1,"List":[{"Key":1,"Val":7}]}"#;
    let reply = waiting.with_body(format!(r#"{{"BaseResponse":{{"Ret":0}},{key},"AddMsgList":[{list}]}}"#));
    let info = measure(|| load.hand_over(&reply));
    assert!(info.bytes_max < 100_000_000, "{} bytes", info.bytes_max);
}

/// The lists that cost 7.7 GB, 840 MB and 409 MB at 32 MB: nothing of them stays.
#[test]
fn lists_of_nothing_take_nothing() {
    for (endpoint, what) in
        [(Endpoint::Sync, "0"), (Endpoint::GetContact, "members: {}"), (Endpoint::GetContact, "null")]
    {
        let (mut load, waiting) = Load::before(endpoint).unwrap();
        let body = bodies(endpoint, 32_000_000).into_iter().find(|body| body.what == what).unwrap();
        let reply = waiting.with_body(body.bytes);
        let info = measure(|| load.hand_over(&reply));
        assert!(info.bytes_max < 8_000_000, "{endpoint}: {what}: {} bytes", info.bytes_max);
        assert!(info.bytes_current < 10_000, "{endpoint}: {what}: {} bytes", info.bytes_current);
    }
}
