//! Answers, alone or together with those of their batch.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use serde_json::{Value, json};

use super::{
    error::RpcError,
    frame::Id,
    output::{AfterWrite, Item, Output},
};
use crate::json;

/// Where the answer of one call goes. It is given once.
#[derive(Debug)]
pub(super) struct Reply(To);

#[derive(Debug)]
enum To {
    /// A notification wants no answer.
    Nobody,
    One(Id),
    Batch(Arc<Batch>, Option<Id>),
}

/// The answers of a batch of requests, written when the last one is there.
#[derive(Debug)]
pub(super) struct Batch(Mutex<Answers>);

#[derive(Debug)]
struct Answers {
    missing: usize,
    texts: Vec<String>,
    bytes: usize,
    then: Vec<AfterWrite>,
}

impl Batch {
    /// For this many calls, notifications among them.
    pub(super) fn new(calls: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Answers { missing: calls, texts: Vec::new(), bytes: 0, then: Vec::new() })))
    }
}

impl Reply {
    /// To a call of its own.
    pub(super) fn to(id: Option<Id>) -> Self {
        Self(id.map_or(To::Nobody, To::One))
    }

    /// To a call in a batch.
    pub(super) const fn within(batch: Arc<Batch>, id: Option<Id>) -> Self {
        Self(To::Batch(batch, id))
    }

    /// False for a notification of its own: nobody waits for its end.
    pub(super) const fn is_awaited(&self) -> bool {
        !matches!(self.0, To::Nobody)
    }

    /// Gives the answer; `then` follows once it is written.
    pub(super) fn give(self, out: &Output, result: Result<Value, RpcError>, then: Option<AfterWrite>) {
        match self.0 {
            To::Nobody => {
                tell_unanswered(&result);
                out.push(Item { text: String::new(), then: then.into_iter().collect() });
            }
            To::One(id) => {
                let text = format!("{}\n", answer(&id, &result));
                out.push(Item { text, then: then.into_iter().collect() });
            }
            To::Batch(batch, id) => {
                let mut answers = batch.0.lock().unwrap_or_else(PoisonError::into_inner);
                answers.add(id, &result, then);
                if answers.missing == 0 {
                    out.push(answers.finish());
                }
            }
        }
    }
}

impl Answers {
    fn add(&mut self, id: Option<Id>, result: &Result<Value, RpcError>, then: Option<AfterWrite>) {
        self.missing = self.missing.saturating_sub(1);
        self.then.extend(then);
        let Some(id) = id else { return tell_unanswered(result) };
        let mut text = answer(&id, result);
        if self.bytes + text.len() > LARGEST {
            let error = RpcError::request("the answers of this batch are too long: ask one by one");
            text = answer(&id, &Err(error.too_large()));
        }
        self.bytes += text.len();
        self.texts.push(text);
    }

    fn finish(&mut self) -> Item {
        // A batch of notifications is not answered at all.
        let text =
            if self.texts.is_empty() { String::new() } else { format!("[{}]\n", self.texts.join(",")) };
        self.texts = Vec::new();
        Item { text, then: std::mem::take(&mut self.then) }
    }
}

/// The line of an event, without its newline, as a notification.
pub(super) fn event(line: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{line}}}\n")
}

fn answer(id: &Id, result: &Result<Value, RpcError>) -> String {
    let (member, value) = match result {
        Ok(value) => ("result", json::safe(&value.to_string())),
        Err(error) => ("error", json::safe(&error.to_json().to_string())),
    };
    format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"{member}\":{value}}}", json::safe(id.as_json()))
}

fn tell_unanswered(result: &Result<Value, RpcError>) {
    let Err(error) = result else { return };
    let count = UNANSWERED.fetch_add(1, Relaxed).saturating_add(1);
    // Fewer and fewer: a peer must not fill the log.
    if count.is_power_of_two() {
        tracing::warn!(count, error = %json!(error.to_json()), "a notification failed");
    }
}

/// Notifications that failed so far.
static UNANSWERED: AtomicU64 = AtomicU64::new(0);
/// In bytes: answers wait in memory for the last one of their batch.
const LARGEST: usize = 16 << 20;
