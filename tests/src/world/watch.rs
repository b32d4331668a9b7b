//! What must hold at every step: ids, rates, outcomes, ends.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use wx_proto::{BatchId, EndReason, Event, MsgId, OpError, OpId, Outcome, Timestamp};

use super::{net::Net, rules::Rules};

/// A rule that was broken.
///
/// ```
/// use wx_testkit::world::{Plan, Rules, run};
///
/// let mut rules = Rules::today();
/// // No client logs in without a request.
/// rules.a_minute = 0;
/// let report = run(&Plan::draw(7), &rules, false);
/// let violation = report.violation.expect("a request was made");
/// println!("{}: {}", violation.rule, violation.what);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// Which.
    pub rule: &'static str,
    /// What happened.
    pub what: String,
}

/// True if the code says that the session is over.
pub(super) const fn is_over(code: i64) -> bool {
    matches!(code, 1100..=1102 | -14)
}

/// A send as the world knows it.
#[derive(Clone, Debug)]
pub(super) struct Op {
    pub(super) text: String,
    pub(super) run: u64,
    /// Nobody can be told of it: what knew it is gone.
    pub(super) gone: bool,
    pub(super) outcome: Option<Result<Outcome, OpError>>,
}

/// The watcher of one world.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) violation: Option<Violation>,
    pub(super) ops: BTreeMap<OpId, Op>,
    /// Those of runs of which nothing was kept.
    pub(super) past: Vec<Op>,
    batches: BTreeSet<BatchId>,
    starts: VecDeque<Timestamp>,
    idle_starts: VecDeque<Timestamp>,
    /// Until when requests of a time that the device did not count may hold others back.
    uncounted_until: Timestamp,
    pub(super) sends: u64,
    pub(super) ends: u64,
}

impl Watch {
    pub(super) const fn new() -> Self {
        Self {
            violation: None,
            ops: BTreeMap::new(),
            past: Vec::new(),
            batches: BTreeSet::new(),
            starts: VecDeque::new(),
            idle_starts: VecDeque::new(),
            uncounted_until: Timestamp::from_millis(0),
            sends: 0,
            ends: 0,
        }
    }

    pub(super) fn fail(&mut self, rule: &'static str, what: impl Into<String>) {
        if self.violation.is_none() {
            self.violation = Some(Violation { rule, what: what.into() });
        }
    }

    /// A request that no command asked for.
    pub(super) fn request(&mut self, now: Timestamp, rules: &Rules) {
        let a_minute = [(&mut self.starts, rules.a_minute), (&mut self.idle_starts, rules.an_idle_minute)];
        let mut most = None;
        for (starts, bound) in a_minute {
            starts.push_back(now);
            while starts.front().is_some_and(|at| now.saturating_since(*at).as_secs() >= 60) {
                starts.pop_front();
            }
            if starts.len() > bound {
                most = Some((starts.len(), bound));
            }
        }
        if let Some((count, bound)) = most {
            self.fail("requests a minute", format!("{count} requests within a minute, {bound} are allowed"));
        }
    }

    /// Time jumped or the process began anew: rates count from here.
    pub(super) fn new_count(&mut self) {
        self.starts.clear();
        self.idle_starts.clear();
    }

    /// The device slept and did not count it: to the client the requests before were just now.
    pub(super) fn slept_uncounted(&mut self, now: Timestamp) {
        self.uncounted_until = now + Duration::from_secs(60);
    }

    /// True if the rates may hold a request back, should all of those before it have brought nothing.
    pub(super) fn is_near_rates(&self, now: Timestamp, rules: &Rules) -> bool {
        now < self.uncounted_until || self.starts.len() * 5 > rules.an_idle_minute * 2
    }

    /// The process died, and nobody stores anything: ids begin anew.
    pub(super) fn nothing_was_kept(&mut self) {
        self.batches.clear();
        let ops = std::mem::take(&mut self.ops).into_values();
        self.past.extend(ops.map(|op| Op { gone: true, ..op }));
    }

    /// Another account: what was not told of the sends of the one before may never be.
    pub(super) fn another_account(&mut self) {
        for op in self.ops.values_mut() {
            op.gone |= op.outcome.is_none();
        }
    }

    /// An event that shows progress.
    pub(super) fn event(&mut self, event: &Event) {
        let idle = matches!(
            event,
            Event::Checkpoint { .. } | Event::Trouble { .. } | Event::Offline { .. } | Event::Online
        );
        if !idle {
            self.progress();
        }
    }

    /// Something new came.
    pub(super) fn progress(&mut self) {
        self.idle_starts.clear();
    }

    pub(super) fn batch(&mut self, id: BatchId) {
        if !self.batches.insert(id) {
            self.fail("batch ids never repeat", format!("batch {id} was handed out before"));
        }
    }

    /// The client took a send.
    pub(super) fn accepted(&mut self, op: OpId, text: &str, run: u64) {
        self.sends += 1;
        let known = self.ops.get(&op).map(|known| known.text.clone());
        match known {
            Some(known) if known != text => {
                self.fail("op ids never repeat", format!("op {op} was {known:?} and is now {text:?}"));
            }
            Some(_) => {}
            None => {
                self.ops.insert(op, Op { text: text.to_owned(), run, gone: false, outcome: None });
            }
        }
    }

    /// The client told an outcome.
    pub(super) fn done(&mut self, op: OpId, outcome: &Result<Outcome, OpError>) {
        let Some(known) = self.ops.get_mut(&op) else {
            self.fail("outcomes belong to sends", format!("op {op} was never accepted"));
            return;
        };
        match &known.outcome {
            Some(before) if before != outcome => {
                let what = format!("op {op} ({}) was {before:?} and is now {outcome:?}", known.text);
                self.fail("one outcome a send", what);
            }
            Some(_) => {}
            None => known.outcome = Some(outcome.clone()),
        }
    }

    /// True if the application was told of a send that this id became.
    pub(super) fn is_told(&self, id: Option<&MsgId>) -> bool {
        let became = |op: &Op| match &op.outcome {
            Some(Ok(Outcome::Sent(sent))) => sent.msg_id.as_ref() == id,
            _ => false,
        };
        id.is_some() && self.ops.values().any(became)
    }

    /// A login or session ended. `told`: the server said so, or a fault did in its name.
    /// `leaving`: the owner logged out.
    pub(super) fn ended(&mut self, reason: &EndReason, told: bool, leaving: bool, net: &Net) {
        self.ends += 1;
        let right = match reason {
            EndReason::SessionOver { code, .. } => told && is_over(*code),
            EndReason::QrExpired => true,
            EndReason::LoggedOut => leaving,
            EndReason::ForeignHost(_) => net.said_foreign,
            EndReason::LoginRefused { .. } => net.said_refused,
            _ => false,
        };
        if !right {
            self.fail("only a fatal code ends a session", format!("{reason}"));
        }
    }
}
