//! Downloads: their turns, what their flow asks for, what replies bring.

use std::collections::BTreeMap;

use http::response::Parts;

use super::{
    drive::Driven, machine::Machine, schedule::backoff, seen::Seen, stage::Stage, value::ReplyValue,
};
use crate::{
    Cause, ClientTime, CommandError, Contact, Downloaded, FailureKind, Lane, MediaRef, MediaVariant, OpError,
    OpId, Outcome, ReplyError, Streamed, TransferDirection, UserName, bounds,
    coding::magic::Magic,
    endpoint::{
        Call, MediaRequest, Quota, Waiter,
        avatar::{Avatar, AvatarPath},
        get_icon::Person,
        media,
    },
    flow::{SYSTEM_ERROR, TOO_OFTEN, download, is_session_over},
    request::{ContentRange, Wanted},
};

/// Downloads that are not over, the oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Downloads {
    entries: BTreeMap<OpId, Download>,
}

#[derive(Clone, Debug)]
pub(super) struct Download {
    pub(super) request: MediaRequest,
    state: download::State,
    /// A failed one waits; the others do not wait for it.
    not_before: ClientTime,
    /// What the first bytes say it is.
    kind: Option<Magic>,
}

impl Downloads {
    pub(super) fn get(&self, op: OpId) -> Option<&Download> {
        self.entries.get(&op)
    }

    pub(super) fn ops(&self) -> Vec<OpId> {
        self.entries.keys().copied().collect()
    }

    /// When the next one may have its turn: one at a time, so that there is always room for an upload beside it.
    pub(super) fn next_at(&self, not_before: ClientTime) -> Option<ClientTime> {
        let busy = |download: &Download| matches!(download.state, download::State::InFlight { .. });
        if self.entries.values().any(busy) {
            return None;
        }
        self.waiting().map(|(_, download)| download.not_before.max(not_before)).min()
    }

    fn waiting(&self) -> impl Iterator<Item = (OpId, &Download)> {
        let waits =
            |(_, download): &(&OpId, &Download)| matches!(download.state, download::State::Waiting { .. });
        self.entries.iter().filter(waits).map(|(op, download)| (*op, download))
    }
}

impl Download {
    /// What its reply may bring.
    pub(super) fn wanted(&self, op: OpId, limit: u64) -> Wanted {
        let offset = match self.state {
            download::State::Waiting { at, .. } | download::State::InFlight { at, .. } => at,
            download::State::Over => 0,
        };
        Wanted { op, form: self.request.form(), offset, size: self.request.size(), max: limit }
    }
}

impl Machine {
    pub(super) fn download(&mut self, media: &MediaRef, variant: MediaVariant) -> Result<OpId, CommandError> {
        if !matches!(self.stage, Stage::Online(_)) {
            return Err(CommandError::NotOnline);
        }
        let request = MediaRequest::of(media, variant).ok_or(CommandError::NoSuchVariant)?;
        if request.names_people() && self.account.user_name() != Some(media.login()) {
            return Err(CommandError::OtherLogin);
        }
        self.begin_download(request)
    }

    pub(super) fn avatar(&mut self, user: &UserName) -> Result<OpId, CommandError> {
        if !matches!(self.stage, Stage::Online(_)) {
            return Err(CommandError::NotOnline);
        }
        let known = self.address_book.contacts().get(user).and_then(Contact::head_img_url);
        let avatar = match known.as_deref().and_then(AvatarPath::parse) {
            Some(path) => Avatar::Path(path),
            None if user.is_group() => Avatar::Group(user.clone()),
            None => Avatar::Person(Person { name: user.clone(), group: None, msg_id: None, big: false }),
        };
        self.begin_download(MediaRequest::avatar(avatar))
    }

    fn begin_download(&mut self, request: MediaRequest) -> Result<OpId, CommandError> {
        if self.downloads.entries.len() >= bounds::DOWNLOADS {
            return Err(CommandError::TooManyDownloads { limit: bounds::DOWNLOADS });
        }
        let op = self.next_op();
        let not_before = self.clock.now();
        let download = Download { request, state: download::start(), not_before, kind: None };
        self.downloads.entries.insert(op, download);
        Ok(op)
    }

    /// Lets the next download have its turn.
    pub(super) fn advance_downloads(&mut self, now: ClientTime) {
        let limit = self.limits.not_before(Quota::Download);
        if !matches!(self.stage, Stage::Online(_)) || self.downloads.next_at(limit).is_none_or(|at| at > now)
        {
            return;
        }
        let due = self.downloads.waiting().find(|(_, download)| download.not_before <= now);
        if let Some(op) = due.map(|(op, _)| op) {
            self.drive_at(op, download::Input::Turn);
        }
    }

    /// Gives a download up; false if there is none.
    pub(super) fn cancel_download(&mut self, op: OpId, error: OpError) -> bool {
        let known = self.downloads.get(op).is_some();
        self.drive_at(op, download::Input::GiveUp(error));
        known
    }

    /// Gives all of them up.
    pub(super) fn give_up_downloads(&mut self, error: &OpError) {
        for op in self.downloads.ops() {
            self.cancel_download(op, error.clone());
        }
    }

    /// The bytes are where they belong; whether they are all, and the right ones, their number and the first of them say.
    pub(super) fn handle_streamed(&mut self, op: OpId, head: &Parts, streamed: &Streamed) -> ReplyValue {
        let Some(entry) = self.downloads.entries.get_mut(&op) else { return ReplyValue::Nothing };
        let endpoint = entry.request.endpoint();
        let cause = |error| Cause::Reply { endpoint, error };
        let announced = entry.request.size();
        let total = announced.or_else(|| ContentRange::of(&head.headers)?.total);
        if let Some(error) = media::error_in(streamed) {
            return self.download_lost(op, cause(error), 0);
        }
        let kind = Magic::of(&streamed.start);
        entry.kind = kind;
        let input = match total {
            _ if streamed.len == 0 => {
                download::Input::Useless { cause: cause(ReplyError::Empty), error: OpError::NoMedia }
            }
            Some(total) if streamed.len < total => {
                let error = OpError::WrongLength { announced: total, received: streamed.len };
                let cause = cause(ReplyError::Missing("rest"));
                download::Input::Part { len: streamed.len, cause, error }
            }
            Some(total) if streamed.len > total => {
                download::Input::Failed(OpError::WrongLength { announced: total, received: streamed.len })
            }
            _ if entry.request.accepts(kind, announced.is_some()) => {
                download::Input::Whole { len: streamed.len }
            }
            _ => download::Input::Useless { cause: cause(ReplyError::Html), error: OpError::NotMedia },
        };
        if let download::Input::Whole { len } = input {
            self.notify_transfer(op, TransferDirection::Down, len, Some(len));
        }
        self.limits.through(Quota::Download);
        self.drive_at(op, input);
        ReplyValue::Useful
    }

    /// No media came; `len` bytes of a try are there.
    pub(super) fn download_lost(&mut self, op: OpId, cause: Cause, len: u64) -> ReplyValue {
        let input = match &cause {
            Cause::Reply { error: ReplyError::Ret { ret: TOO_OFTEN, .. }, .. } => {
                self.limits.hit(Quota::Download, self.clock.now());
                download::Input::TooOften
            }
            // The long poll says whether the session is really over.
            Cause::Reply { error: ReplyError::Ret { ret, message }, .. }
                if *ret != SYSTEM_ERROR && !is_session_over(*ret) =>
            {
                download::Input::Failed(OpError::Refused { ret: *ret, message: message.clone() })
            }
            Cause::Reply { error: ReplyError::Empty | ReplyError::Status(_), .. } => {
                download::Input::Useless { cause, error: OpError::NoMedia }
            }
            Cause::Reply { .. } => download::Input::Useless { cause, error: OpError::NotMedia },
            Cause::Network { kind: FailureKind::TooLarge, .. } => {
                download::Input::Failed(OpError::TooLarge { limit: self.config.max_download })
            }
            Cause::Network { kind: kind @ FailureKind::FileUnwritable, .. } => {
                download::Input::Failed(OpError::Failed(*kind))
            }
            Cause::Network { kind, .. } => {
                let error = OpError::Failed(*kind);
                download::Input::Part { len, cause, error }
            }
            Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => return ReplyValue::Nothing,
        };
        self.drive_at(op, input);
        ReplyValue::Nothing
    }
}

impl Driven for download::State {
    type Key = OpId;

    fn find(machine: &mut Machine, op: OpId) -> Option<(&mut Self, &mut Seen)> {
        Some((&mut machine.downloads.entries.get_mut(&op)?.state, &mut machine.seen))
    }

    fn perform(machine: &mut Machine, op: OpId, effect: download::Effect) {
        match effect {
            download::Effect::Ask => {
                let Some(entry) = machine.downloads.get(op) else { return };
                let download::State::InFlight { at, failures } = entry.state else { return };
                let again = failures > 0;
                let call = Call::Download { op, request: entry.request.clone(), at };
                machine.lanes.schedule(call, machine.clock.now(), again);
            }
            download::Effect::Abort => {
                machine.lanes.give_up(|call| call.waiter() == Waiter::Download(op));
            }
            download::Effect::HoldBack { failures, cause } => {
                let at = machine.clock.now() + backoff(failures.into(), &mut machine.rng);
                if let Some(entry) = machine.downloads.entries.get_mut(&op) {
                    entry.not_before = at;
                }
                machine.trouble(Lane::Transfer, cause, failures.into(), at);
            }
            download::Effect::HoldBackLong => {}
            download::Effect::Done(result) => {
                let kind = machine.downloads.entries.remove(&op).and_then(|entry| entry.kind);
                let (mime, extension) = (kind.map(Magic::mime), kind.map(Magic::extension));
                machine.transfers.forget(op);
                let downloaded = |len| Outcome::Downloaded(Downloaded { len, mime, extension });
                machine.done(op, result.map(downloaded));
            }
        }
    }
}
