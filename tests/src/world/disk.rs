//! What survives a crash: the application's journal and the stored session.

use std::collections::{BTreeMap, BTreeSet};

use wx_proto::{MediaRef, Message, OpError, OpId, Outcome, Outgoing, Session, Timestamp, UserName};

/// How a write ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Written {
    /// It is there.
    Done,
    /// The disk said no; the old content stays.
    Refused,
    /// The process died within; the old content stays.
    Torn,
}

/// One message in the application's journal.
#[derive(Clone, Debug)]
pub(super) struct Logged {
    /// Whose it is.
    pub(super) account: usize,
    pub(super) key: Key,
    pub(super) text: String,
}

/// What tells messages apart.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Key {
    Id(u64),
    /// A message without an id: every text of a world is its own.
    Text(String),
}

impl Logged {
    pub(super) fn of(message: &Message, account: usize) -> Self {
        let text = message.content.text().into_owned();
        let key = wire_number(message).map_or_else(|| Key::Text(text.clone()), Key::Id);
        Self { account, key, text }
    }
}

/// The id of a message as the server counts.
pub(super) fn wire_number(message: &Message) -> Option<u64> {
    message.id.as_ref().and_then(|id| id.as_str().parse().ok())
}

/// A Gap in the application's journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoggedGap {
    /// Whose it is.
    pub(super) account: usize,
    /// What it said: the earliest true time that it may have meant.
    pub(super) since: Timestamp,
    /// When it was stored.
    pub(super) at: Timestamp,
    /// The position was given up within a login.
    pub(super) skipped: bool,
}

/// A send that the application wants done under an id of its own.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) id: String,
    pub(super) to: UserName,
    pub(super) text: String,
    pub(super) message: Outgoing,
    /// The own UserName then: another one means that all names are others.
    pub(super) me: Option<UserName>,
}

/// What came with a message, to be fetched later.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// Whose it is.
    pub(super) account: usize,
    pub(super) media: MediaRef,
}

/// The disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Disk {
    pub(super) session: Option<Session>,
    /// How far the clock was ahead when it was stored, in milliseconds.
    pub(super) ahead: i64,
    /// Which run stored it.
    pub(super) stored_in: u64,
    /// It is one after the Gap of a login that began then.
    pub(super) after_gap: Option<Timestamp>,
    /// The own UserName and the groups that were known when it was made, if that is certain.
    pub(super) groups: Option<(String, BTreeSet<String>)>,
    pub(super) log: Vec<Logged>,
    pub(super) gaps: Vec<LoggedGap>,
    pub(super) wishes: Vec<Wish>,
    pub(super) media: Vec<Kept>,
    pub(super) outcomes: BTreeMap<OpId, Result<Outcome, OpError>>,
    refuses: u32,
    full_until: Timestamp,
    hangs_until: Timestamp,
    tears: bool,
}

impl Disk {
    pub(super) const fn refuse(&mut self, times: u32) {
        self.refuses = times;
    }

    pub(super) const fn fill(&mut self, until: Timestamp) {
        self.full_until = until;
    }

    pub(super) const fn hang(&mut self, until: Timestamp) {
        self.hangs_until = until;
    }

    /// Until when a write of the session takes, if it hangs.
    pub(super) fn hanging(&self, now: Timestamp) -> Option<Timestamp> {
        (now < self.hangs_until).then_some(self.hangs_until)
    }

    pub(super) const fn tear(&mut self) {
        self.tears = true;
    }

    /// From now on every write works.
    pub(super) const fn calm(&mut self) {
        self.refuses = 0;
        self.full_until = Timestamp::from_millis(0);
        self.hangs_until = Timestamp::from_millis(0);
        self.tears = false;
    }

    /// Whether a write works now.
    pub(super) fn write(&mut self, now: Timestamp) -> Written {
        if std::mem::take(&mut self.tears) {
            Written::Torn
        } else if now < self.full_until {
            Written::Refused
        } else if self.refuses > 0 {
            self.refuses -= 1;
            Written::Refused
        } else {
            Written::Done
        }
    }
}
