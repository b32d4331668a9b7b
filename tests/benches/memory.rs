//! Allocations and memory: `cargo bench -p wx-testkit --bench memory`. What has to hold is asserted in the test
//! `allocations`; here are the figures.
#![allow(clippy::unwrap_used, reason = "a bench may fail")]

mod bare;

use allocation_counter::measure;
use wx_proto::{Endpoint, Event, Output};
use wx_testkit::load::{FIRST_GROUP, Load, Size};

fn main() {
    loading(Size::new(10_000, 100, 500));
    loading(Size::new(500, 0, 0));
    messages(Size::new(30, 1, 500));
    messages(Size::new(3000, 60, 500));
    println!("an empty book and an idle client: {} bytes of its own", size_of::<wx_proto::Client>());
}

/// Allocations of a reply with group messages, until its batch is handed out.
fn messages(size: Size) {
    let count = |messages| {
        let mut load = Load::online(size);
        load.server.phone(load.now).burst(messages, 0, Some(FIRST_GROUP), None).unwrap();
        let reply = load.stop_before(Endpoint::Sync);
        let info = measure(|| {
            load.hand_over(&reply);
            let is_batch = |output: &Output| matches!(output, Output::Event(Event::Batch(_)));
            while load.client.poll(load.now).is_some_and(|output| !is_batch(&output)) {}
        });
        info.count_total
    };
    let (one, many) = (count(1), count(1001));
    println!(
        "{size:?}: a reply with one group message takes {one} allocations, each further message {:.2} (4 are its own: id, \
         chat, sender, text)",
        (many - one) as f64 / 1000.0,
    );
}

/// What a book keeps, against the bytes of what is in it and against the bare parse.
fn loading(size: Size) {
    let mut load = Load::new(size);
    let mut replies = vec![load.stop_before(Endpoint::GetContact)];
    let (mut kept, mut peak, mut count) = (0, 0, 0);
    let batches = size.groups.div_ceil(50);
    for part in 0..=batches {
        let reply = replies.last().unwrap().clone();
        let info = measure(|| load.hand_over(&reply));
        kept += info.bytes_current;
        peak = peak.max(info.bytes_max);
        count += info.count_total;
        if part < batches {
            replies.push(load.stop_before(Endpoint::BatchGetContact));
        }
    }
    let book = load.client.contacts();
    let own: usize = book.iter().map(own_bytes).sum();
    let members: usize = book.groups().map(|group| group.members().len()).sum();
    let wire: usize = replies.iter().map(|reply| reply.body.len()).sum();
    println!("{} contacts, {members} members, {} KiB on the wire:", book.len(), wire >> 10);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let ratio = |part: i64, whole: usize| part as f64 / whole as f64;
    println!(
        "  kept {} KiB, ratio {:.2} to their own {} KiB (budget 1.5); the book says {} KiB",
        kept >> 10,
        ratio(kept, own),
        own >> 10,
        book.bytes() >> 10,
    );
    println!("  {count} allocations, {} KiB at most while a reply was taken", peak >> 10);
    let bare = measure(|| {
        for reply in &replies {
            let page: bare::ContactPage = serde_json::from_slice(&reply.body).unwrap();
            std::mem::forget(page);
        }
    });
    println!("  bare parse: {} KiB in {} allocations", bare.bytes_current >> 10, bare.count_total);
}

/// The bytes of what is known of a contact: its texts, without the address of the picture that is made when asked for,
/// and four for each number.
fn own_bytes(contact: &wx_proto::Contact) -> usize {
    let texts = [
        contact.user_name(),
        contact.nick_name(),
        contact.remark_name(),
        contact.alias(),
        contact.py_initial(),
        contact.py_quan_pin(),
        contact.remark_py_initial(),
        contact.remark_py_quan_pin(),
        contact.signature(),
        contact.province(),
        contact.city(),
        contact.key_word(),
        contact.encry_chat_room_id(),
        contact.owner(),
    ];
    const NUMBERS: usize = 7 * 4;
    let members = contact.members().iter().map(|member| {
        member.user_name.len()
            + member.nick_name.len()
            + member.display_name.len()
            + size_of_val(&member.attr_status)
    });
    NUMBERS + texts.iter().map(|text| text.len()).sum::<usize>() + members.sum::<usize>()
}
