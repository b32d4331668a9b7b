//! The comparison at the end: the application's journal against the server's own record.

use std::collections::{BTreeMap, BTreeSet};

use wx_proto::{OpError, Outcome, Timestamp};

use super::{
    disk::{Disk, Key},
    plan::{AppKind, Plan},
    watch::Watch,
};
use crate::server::{ContactId, Message, Server};

/// What the world kept for the comparison.
#[derive(Debug, Default)]
pub(super) struct Owed {
    /// For each login, by number: the position of its first stored key.
    pub(super) from: BTreeMap<u64, u64>,
    /// The device's clock minus the true time, as long as it never changed.
    pub(super) offset: Option<i64>,
}

/// A message of the server's, with what it takes to judge it.
struct Queued<'a> {
    position: u64,
    message: &'a Message,
}

fn key_of(message: &Message) -> Key {
    if message.id == 0 { Key::Text(message.text.clone()) } else { Key::Id(message.id) }
}

/// True if nothing that is owed is missing: the calm phase may end.
pub(super) fn is_complete(server: &Server, disk: &Disk, owed: &Owed) -> bool {
    missing(server, disk, owed).is_none()
}

/// The first message that is owed and neither in the journal nor covered by a Gap.
fn missing(server: &Server, disk: &Disk, owed: &Owed) -> Option<String> {
    let first = *owed.from.values().min()?;
    let live = server.logins().last().filter(|login| login.ended().is_none());
    let live = live.and_then(|login| owed.from.get(&login.number())).copied();
    let known: BTreeSet<&Key> = disk.log.iter().map(|logged| &logged.key).collect();
    for (position, message) in server.messages() {
        if position <= first || known.contains(&key_of(message)) {
            continue;
        }
        let lives = live.is_some_and(|live| position > live);
        let covered = is_covered(message, disk, owed.offset, lives);
        if !covered {
            return Some(format!("{} at position {position} ({:?})", message.id, message.text));
        }
    }
    None
}

/// `lives`: the message belongs to the login that lives; then only a position that was given up excuses.
fn is_covered(message: &Message, disk: &Disk, offset: Option<i64>, lives: bool) -> bool {
    let time = Timestamp::from_secs(message.time);
    disk.gaps.iter().any(|gap| {
        // The server counts whole seconds.
        let latest = Timestamp::from_secs(message.time.saturating_add(1));
        let since_fits = offset
            .is_none_or(|offset| gap.since.as_millis().saturating_add_signed(-offset) <= latest.as_millis());
        gap.at >= time && since_fits && (gap.skipped || !lives)
    })
}

/// Checks everything that can only be checked at the end.
pub(super) fn check(plan: &Plan, server: &Server, disk: &Disk, owed: &Owed, run: u64, watch: &mut Watch) {
    if let Some(missing) = missing(server, disk, owed) {
        watch.fail("every message is delivered or covered by a Gap", missing);
    }
    check_log(plan, server, disk, watch);
    check_sends(server, run, watch);
    for complaint in server.record().complaints() {
        watch.fail("the server has no complaint", complaint.clone());
    }
}

fn check_log(plan: &Plan, server: &Server, disk: &Disk, watch: &mut Watch) {
    let queued: BTreeMap<Key, Queued<'_>> = (server.messages())
        .map(|(position, message)| (key_of(message), Queued { position, message }))
        .collect();
    let mut seen = BTreeSet::new();
    let mut last: BTreeMap<ContactId, u64> = BTreeMap::new();
    for logged in &disk.log {
        let Some(Queued { position, message }) = queued.get(&logged.key) else {
            watch.fail("only what was queued is handed out", format!("{:?}", logged.key));
            return;
        };
        let same = message.raw.is_some() || message.msg_type != 1 || message.text == logged.text;
        if !same {
            watch.fail("messages keep their text", format!("{:?} for {:?}", logged.text, message.text));
        }
        if !seen.insert(&logged.key) {
            if plan.app == AppKind::Transactional {
                watch.fail("exactly once for a transactional application", format!("{:?}", logged.key));
            }
            continue;
        }
        // What was skipped may come all the same after a crash.
        if disk.gaps.iter().any(|gap| gap.skipped) {
            continue;
        }
        let before = last.insert(message.chat(), *position).unwrap_or(0);
        if *position < before {
            let what = format!("position {position} first came after position {before}");
            watch.fail("chats keep their order", what);
        }
    }
}

fn check_sends(server: &Server, run: u64, watch: &mut Watch) {
    let mut stored: BTreeMap<&str, u64> = BTreeMap::new();
    for sent in server.record().sent() {
        *stored.entry(&sent.text).or_default() += sent.count;
    }
    // A text has several ops if the first ones died with the process that accepted them.
    let mut told: BTreeMap<&str, u64> = BTreeMap::new();
    let mut failures = Vec::new();
    for (op, entry) in &watch.ops {
        let count = stored.get(entry.text.as_str()).copied().unwrap_or(0);
        let what = || format!("op {op} ({}): {:?}, stored {count} times", entry.text, entry.outcome);
        match &entry.outcome {
            None if entry.run == run => failures.push(("every send has an end", what())),
            None => {}
            Some(outcome) => {
                *told.entry(&entry.text).or_default() += 1;
                let right = match outcome {
                    Ok(Outcome::Sent(sent)) if sent.repeated => count >= 1,
                    Ok(Outcome::Sent(_)) => count == 1,
                    Ok(_) => false,
                    Err(OpError::Unknown) => true,
                    Err(_) => count == 0,
                };
                if !right {
                    failures.push(("outcomes are true", what()));
                }
            }
        }
    }
    for (text, count) in stored {
        if !told.contains_key(text) && text.starts_with('s') {
            failures.push(("every send that left has an end", format!("{text:?}, stored {count} times")));
        }
    }
    for (text, count) in &told {
        if *count > 1 {
            failures.push(("one op a text", format!("{text:?} ended {count} times")));
        }
    }
    for (rule, what) in failures {
        watch.fail(rule, what);
    }
}
