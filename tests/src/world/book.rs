//! What was done for each send: tries, times, chats.

use std::{collections::BTreeMap, time::Duration};

use serde_json::Value;
use wx_proto::{OpId, RequestId, Session, Timestamp};

use super::clock::Clock;

/// Requests of one send that may have left.
const TRIES: u32 = 3;
/// How old a try of an earlier run may be to be repeated.
const STALE: Duration = Duration::from_secs(5 * 60);
/// One poll, and what is counted in whole milliseconds.
const SLACK: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
struct Page {
    /// Its newest op: the client took so many others before that.
    op: Option<OpId>,
    number: u64,
    /// In true time.
    expires: Option<Timestamp>,
    /// Requests, but for those that did not leave.
    tries: u32,
    /// When the last one left, and in which run.
    last: Option<(Timestamp, u64)>,
    /// What the run was told of it when it began.
    restored: Option<Restored>,
}

/// A send of a stored session that may have left.
#[derive(Clone, Copy, Debug)]
struct Restored {
    /// When it was tried, in true time; none if the session does not say, or says a time to come.
    tried: Option<Timestamp>,
}

/// The sends of a world, by their text.
#[derive(Debug, Default)]
pub(super) struct Book {
    pages: BTreeMap<String, Page>,
    taken: u64,
    open: BTreeMap<RequestId, String>,
}

impl Book {
    /// The client took a send.
    pub(super) fn accepted(&mut self, op: OpId, text: &str, expires: Option<Timestamp>) {
        let page = self.pages.entry(text.to_owned()).or_default();
        page.expires = expires;
        // One that is known already keeps its place.
        if page.op.replace(op) != Some(op) {
            self.taken += 1;
            page.number = self.taken;
        }
    }

    /// True if the client took this one before that one.
    pub(super) fn is_before(&self, this: &str, that: &str) -> bool {
        let number = |text| self.pages.get(text).map(|page| page.number);
        number(this).zip(number(that)).is_some_and(|(this, that)| this < that)
    }

    /// A process starts from this session, stored when the clock was so far ahead.
    pub(super) fn restored(&mut self, session: &Session, ahead: i64, device: Timestamp, texts: &Texts) {
        for page in self.pages.values_mut() {
            page.restored = None;
        }
        self.open.clear();
        let Ok(session) = serde_json::to_value(session) else { return };
        for entry in session.get("outbox").and_then(Value::as_array).into_iter().flatten() {
            let number = |name: &str| entry.get(name).and_then(Value::as_u64);
            let settled = entry.get("outcome").is_some_and(|outcome| !outcome.is_null());
            let text = number("op").and_then(|op| texts.get(&OpId::new(op)));
            let (Some(text), false, Some(1..)) = (text, settled, number("tries")) else { continue };
            let tried = number("tried_at").filter(|tried| *tried <= device.as_millis());
            let tried = tried.map(|tried| Timestamp::from_millis(tried.saturating_add_signed(-ahead)));
            self.pages.entry(text.clone()).or_default().restored = Some(Restored { tried });
        }
    }

    /// A request of a send leaves. The rule that it breaks by that, if it does.
    pub(super) fn leaves(
        &mut self,
        id: RequestId,
        text: &str,
        (now, run): (Timestamp, u64),
        clock: &Clock,
        most: Option<u32>,
    ) -> Option<(&'static str, String)> {
        self.open.insert(id, text.to_owned());
        let page = self.pages.entry(text.to_owned()).or_default();
        page.tries += 1;
        let before = page.last.replace((now, run));
        let slack = SLACK + clock.slack();
        if let Some(at) = page.expires.filter(|at| *at + slack < now) {
            let late = now.saturating_since(at);
            return Some(("no send leaves after its time", format!("{text:?}, {late:?} too late")));
        }
        if page.tries > most.unwrap_or(TRIES) {
            return Some(("a send has so many tries", format!("{text:?} leaves {} times", page.tries)));
        }
        let restored = page.restored.take();
        if let (Some(restored), Some((left, of))) = (restored, before)
            && of != run
        {
            let old = |at: Timestamp| at + STALE + slack < now;
            if restored.tried.is_none_or(old) && (old(left) || restored.tried.is_none()) {
                let ago = now.saturating_since(left);
                return Some(("old tries are not repeated", format!("{text:?}, tried {ago:?} ago")));
            }
        }
        None
    }

    /// It is known that this request did not leave.
    pub(super) fn did_not_leave(&mut self, id: RequestId) {
        if let Some(text) = self.open.remove(&id)
            && let Some(page) = self.pages.get_mut(&text)
        {
            page.tries = page.tries.saturating_sub(1);
        }
    }
}

/// The text of each op.
pub(super) type Texts = BTreeMap<OpId, String>;
