//! A batch on its way: made, handed out, not acknowledged.

use crate::{BatchId, ClientTime, GapReason, Message, MsgId, session::Position};

/// A batch that is not acknowledged.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) id: BatchId,
    /// The position once it is acknowledged; none if that login is over.
    pub(super) after: Option<Position>,
    pub(super) ids: Vec<MsgId>,
    /// It is the Gap of the present login.
    pub(super) is_gap: bool,
    /// What it holds, until it is handed out.
    pub(super) content: Option<Waiting>,
    /// When it was handed out.
    pub(super) handed_at: Option<ClientTime>,
}

/// What a batch will hold.
#[derive(Clone, Debug)]
pub(super) enum Waiting {
    Messages(Vec<Message>),
    Gap(MissingSince),
}

/// A Gap to come.
#[derive(Clone, Copy, Debug)]
pub(in crate::client) struct MissingSince {
    pub(in crate::client) since: ClientTime,
    pub(in crate::client) reason: GapReason,
}
