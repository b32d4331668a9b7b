//! The comparison at the end: the application's journal against the server's own record.

use std::collections::{BTreeMap, BTreeSet};

use wx_proto::{FileSource, OpError, Outcome, Timestamp, UserName};

use super::{
    disk::{Disk, Key},
    net::Net,
    plan::{AppKind, Plan},
    watch::Watch,
};
use crate::server::{ContactId, Message, Sent, Server};

/// What the world kept for the comparison.
#[derive(Debug, Default)]
pub(super) struct Owed {
    /// For each account and login, by number: the position of its first stored key.
    pub(super) from: BTreeMap<(usize, u64), u64>,
    /// The newest stored position of each account.
    stored: BTreeMap<usize, u64>,
    /// Stretches of the queues that nobody is owed.
    excused: Vec<Excused>,
}

/// Messages after the position `after`, up to the first key of the account's next login.
#[derive(Debug)]
struct Excused {
    account: usize,
    /// The logins until then.
    logins: u64,
    after: u64,
    upto: Option<u64>,
}

impl Owed {
    /// A key of this login is stored.
    pub(super) fn stored(&mut self, account: usize, login: u64, position: u64) {
        let first = *self.from.entry((account, login)).or_insert(position);
        let stored = self.stored.entry(account).or_default();
        *stored = position.max(*stored);
        let later = |excused: &&mut Excused| excused.account == account && excused.logins < login;
        for excused in self.excused.iter_mut().filter(later) {
            excused.upto.get_or_insert(first);
        }
    }

    /// Another account took over: what the one before had not stored is nobody's any more. It had so many logins.
    pub(super) fn leave(&mut self, account: usize, logins: u64) {
        let after = self.stored.get(&account).copied().unwrap_or(0);
        self.excused.push(Excused { account, logins, after, upto: None });
    }

    /// Nobody stores, and the process died.
    pub(super) fn lose(&mut self, net: &Net) {
        for (account, server) in net.accounts() {
            let logins = server.logins().len() as u64;
            self.excused.push(Excused { account, logins, after: 0, upto: None });
        }
        self.from.clear();
    }

    fn excuses(&self, account: usize, position: u64) -> bool {
        let lies_in =
            |excused: &Excused| position > excused.after && excused.upto.is_none_or(|upto| position <= upto);
        self.excused.iter().any(|excused| excused.account == account && lies_in(excused))
    }
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
pub(super) fn is_complete(net: &Net, disk: &Disk, owed: &Owed) -> bool {
    net.accounts().all(|(account, server)| missing(account, server, disk, owed).is_none())
}

/// The first message that is owed and neither in the journal nor covered by a Gap.
fn missing(account: usize, server: &Server, disk: &Disk, owed: &Owed) -> Option<String> {
    let of_account = owed.from.iter().filter(|((of, _), _)| *of == account);
    let first = of_account.map(|(_, position)| *position).min()?;
    let live = server.logins().last().filter(|login| login.ended().is_none());
    let live = live.and_then(|login| owed.from.get(&(account, login.number()))).copied();
    let logged = disk.log.iter().filter(|logged| logged.account == account);
    let known: BTreeSet<&Key> = logged.map(|logged| &logged.key).collect();
    for (position, message) in server.messages() {
        if position <= first || known.contains(&key_of(message)) || owed.excuses(account, position) {
            continue;
        }
        if is_left_out(server, message) {
            continue;
        }
        let lives = live.is_some_and(|live| position > live);
        if !is_covered(account, message, disk, lives) {
            return Some(format!("{} at position {position} ({:?})", message.id, message.text));
        }
    }
    None
}

/// What the file helper's client need not hand out: status messages, other chats, and own sends that come back, whose id it
/// may know.
fn is_left_out(server: &Server, message: &Message) -> bool {
    if !server.config().only_file_helper {
        return false;
    }
    let elsewhere = server.user_name(message.chat()) != UserName::FILE_HELPER;
    let comes_back = || server.record().sent().iter().any(|sent| sent.text == message.text);
    message.msg_type == 51 || elsewhere || comes_back()
}

/// `lives`: the message belongs to the login that lives; then only a position that was given up excuses.
fn is_covered(account: usize, message: &Message, disk: &Disk, lives: bool) -> bool {
    let time = Timestamp::from_secs(message.time);
    // The server counts whole seconds.
    let latest = Timestamp::from_secs(message.time.saturating_add(1));
    disk.gaps
        .iter()
        .any(|gap| gap.account == account && gap.at >= time && gap.since <= latest && (gap.skipped || !lives))
}

/// Checks everything that can only be checked at the end.
pub(super) fn check(
    plan: &Plan,
    net: &Net,
    disk: &Disk,
    owed: &Owed,
    (run, files): (u64, &Carried<'_>),
    watch: &mut Watch,
) {
    for (account, server) in net.accounts() {
        if let Some(missing) = missing(account, server, disk, owed) {
            watch.fail("every message is delivered or covered by a Gap", missing);
        }
        check_log(plan, (account, server), net.stale, disk, watch);
        for complaint in server.record().complaints() {
            watch.fail("the server has no complaint", complaint.clone());
        }
    }
    check_sends(net, run, files, watch);
    check_files(net, files, watch);
}

/// Files are with the server as they were, and messages name them as they are called.
fn check_files(net: &Net, files: &Carried<'_>, watch: &mut Watch) {
    for (_, server) in net.accounts() {
        for upload in server.uploads() {
            let source = files.sources.get(upload.name.trim_end_matches(".bin"));
            let right =
                source.is_some_and(|source| source.len == upload.len && Some(source.md5) == upload.md5);
            if !right {
                let what = format!("{}: {} bytes of {source:?}", upload.name, upload.len);
                watch.fail("a file arrives as it is", what);
            }
        }
        for sent in server.record().sent() {
            let source = files.sources.get(files.name(sent));
            let (Some(source), file) = (source, &sent.file) else { continue };
            let right = file.as_ref().is_some_and(|file| {
                file.len == source.len
                    && file.md5 == Some(source.md5)
                    && file.name.trim_end_matches(".bin") == source.locator
            });
            if !right && !files.known_before(sent, source) {
                watch.fail("a file is sent as it is", format!("{file:?} of {source:?}"));
            }
        }
    }
}

/// What sends carry that no text tells.
pub(super) struct Carried<'a> {
    /// The files, by the name of their send.
    pub(super) sources: &'a BTreeMap<String, FileSource>,
    /// The names of sends, by their ClientMsgIds.
    pub(super) names: &'a BTreeMap<String, String>,
}

impl Carried<'_> {
    /// What the world calls a send.
    fn name<'s>(&'s self, sent: &'s Sent) -> &'s str {
        self.names.get(&sent.client_msg_id).map_or(sent.text.as_str(), String::as_str)
    }

    /// The server had these bytes already, under the name of an earlier file.
    fn known_before(&self, sent: &Sent, source: &FileSource) -> bool {
        sent.file.as_ref().is_some_and(|file| file.md5 == Some(source.md5) && file.len == source.len)
    }
}

/// `stale`: replies came once more, so that messages without ids may have too.
fn check_log(plan: &Plan, (account, server): (usize, &Server), stale: bool, disk: &Disk, watch: &mut Watch) {
    let queued: BTreeMap<Key, Queued<'_>> = (server.messages())
        .map(|(position, message)| (key_of(message), Queued { position, message }))
        .collect();
    let mut seen = BTreeSet::new();
    let mut last: BTreeMap<ContactId, u64> = BTreeMap::new();
    for logged in disk.log.iter().filter(|logged| logged.account == account) {
        let Some(Queued { position, message }) = queued.get(&logged.key) else {
            watch.fail("only what was queued is handed out", format!("{:?}", logged.key));
            return;
        };
        let same = message.raw.is_some() || message.msg_type != 1 || message.text == logged.text;
        if !same {
            watch.fail("messages keep their text", format!("{:?} for {:?}", logged.text, message.text));
        }
        if !seen.insert(&logged.key) {
            let excused = stale && matches!(logged.key, Key::Text(_));
            if plan.app == AppKind::Transactional && !excused {
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

fn check_sends(net: &Net, run: u64, files: &Carried<'_>, watch: &mut Watch) {
    let mut stored: BTreeMap<&str, u64> = BTreeMap::new();
    for sent in net.accounts().flat_map(|(_, server)| server.record().sent()) {
        *stored.entry(files.name(sent)).or_default() += sent.count;
    }
    // A text has several ops if the first ones died with the process that accepted them.
    let mut told: BTreeMap<&str, u64> = BTreeMap::new();
    let mut failures = Vec::new();
    let gone: BTreeSet<&str> = (watch.ops.values().chain(&watch.past))
        .filter(|entry| entry.gone)
        .map(|entry| entry.text.as_str())
        .collect();
    let ops = watch.ops.iter().map(|(op, entry)| (Some(op), entry));
    for (op, entry) in ops.chain(watch.past.iter().map(|entry| (None, entry))) {
        let count = stored.get(entry.text.as_str()).copied().unwrap_or(0);
        let what = || format!("op {op:?} ({}): {:?}, stored {count} times", entry.text, entry.outcome);
        match &entry.outcome {
            None if entry.run == run && !entry.gone => failures.push(("every send has an end", what())),
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
        if !told.contains_key(text) && text.starts_with('s') && !gone.contains(text) {
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
