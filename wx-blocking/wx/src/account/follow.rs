//! Following a client's events until something is reached, and telling the person meanwhile.

use std::time::{Duration, Instant};

use wx_blocking::{Client, Handle, Pending, PendingFile, RecvTimeout, SendError};
use wx_proto::{EndReason, Event, OpId, Phase, Progress, SentMessage};

use crate::{
    error::{CliError, Result},
    messages::human,
    quiet,
    screen::Screen,
    signals::{StopFlag, TICK},
    texts::lang::say,
};

/// Follows a client, for so long at most.
pub(crate) struct Follow<'a> {
    pub(crate) client: &'a mut Client,
    pub(crate) stop: &'a StopFlag,
    pub(crate) screen: &'a mut Screen,
    pub(crate) within: Option<Duration>,
}

impl Follow<'_> {
    /// Waits until `goal` gives something; `None` if the time is over first.
    ///
    /// # Errors
    /// The end of the session, a signal, or a closed pipe.
    pub(crate) fn until<T>(
        &mut self,
        mut goal: impl FnMut(&Event, &mut Screen) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        let start = Instant::now();
        loop {
            if let Some(event) = next(self.client, self.stop)?
                && let Some(reached) = self.take(&event, &mut goal)?
            {
                return Ok(Some(reached));
            }
            self.screen.tick(self.client);
            if self.is_over(start) {
                return Ok(None);
            }
        }
    }

    /// Waits until the outcome of a command is known, `look` sees what comes meanwhile; `None` if the time is over first,
    /// which begins anew with each piece of a file.
    ///
    /// # Errors
    /// As [`until`](Self::until).
    pub(crate) fn outcome<T>(
        &mut self,
        pending: &mut impl Awaited<T>,
        look: impl FnMut(&Event, &mut Screen) -> Result,
    ) -> Result<Option<std::result::Result<T, SendError>>> {
        self.transfer(pending, "", look)
    }

    /// The same for a file, which is called `name`.
    ///
    /// # Errors
    /// As [`until`](Self::until).
    pub(crate) fn transfer<T>(
        &mut self,
        pending: &mut impl Awaited<T>,
        name: &str,
        look: impl FnMut(&Event, &mut Screen) -> Result,
    ) -> Result<Option<std::result::Result<T, SendError>>> {
        let outcome = self.wait(pending, name, look);
        if let Some(op) = pending.op() {
            self.screen.end_transfer(op);
        }
        outcome
    }

    fn wait<T>(
        &mut self,
        pending: &mut impl Awaited<T>,
        name: &str,
        mut look: impl FnMut(&Event, &mut Screen) -> Result,
    ) -> Result<Option<std::result::Result<T, SendError>>> {
        let mut start = Instant::now();
        let mut goal = |event: &Event, screen: &mut Screen| look(event, screen).map(|()| None::<()>);
        loop {
            if let Some(outcome) = pending.wait_within(TICK).transpose() {
                return Ok(Some(outcome));
            }
            self.stop.check()?;
            while let Some(event) = next_within(self.client, Duration::ZERO)? {
                if let Event::Transfer(progress) = &event
                    && pending.op() == Some(progress.op)
                {
                    self.screen.name_transfer(progress.op, name);
                    start = Instant::now();
                }
                self.take(&event, &mut goal)?;
            }
            // It is still on this computer alone.
            if pending.op().is_none() {
                start = Instant::now();
            }
            self.screen.tick(self.client);
            if self.is_over(start) {
                return Ok(None);
            }
        }
    }

    /// Tells the person of an event, as far as there is something to tell.
    fn take<T>(
        &mut self,
        event: &Event,
        goal: &mut impl FnMut(&Event, &mut Screen) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        self.screen.see(event);
        if let Event::QrCode(code) = event {
            self.screen.qr(&code.url)?;
        }
        if let Event::Transfer(progress) = event {
            self.screen.tell_transfer(progress.op)?;
        }
        let reached = goal(event, self.screen)?;
        if let Some(notice) = human::notice(event).filter(|_| !quiet::hides(event)) {
            self.screen.line(notice)?;
        }
        if let Event::Phase(Phase::Ended(reason)) = event
            && reached.is_none()
        {
            return Err(ended(reason));
        }
        if let Event::Done { op, .. } = event {
            // A send of an earlier run.
            forget_told(&self.client.handle(), *op);
        }
        Ok(reached)
    }

    fn is_over(&self, start: Instant) -> bool {
        self.within.is_some_and(|within| start.elapsed() >= within)
    }
}

/// A command whose outcome is waited for.
pub(crate) trait Awaited<T> {
    /// For so long at most.
    fn wait_within(&mut self, time: Duration) -> std::result::Result<Option<T>, SendError>;

    /// The command's id; `None` while it is none yet.
    fn op(&self) -> Option<OpId>;

    /// Gives it up, and waits for what came of it.
    fn give_up(self) -> std::result::Result<T, SendError>;
}

impl<T> Awaited<T> for Pending<T> {
    fn wait_within(&mut self, time: Duration) -> std::result::Result<Option<T>, SendError> {
        self.wait_timeout(time)
    }

    fn op(&self) -> Option<OpId> {
        Some(self.id())
    }

    fn give_up(self) -> std::result::Result<T, SendError> {
        self.cancel();
        self.wait()
    }
}

impl Awaited<SentMessage> for PendingFile {
    fn wait_within(&mut self, time: Duration) -> std::result::Result<Option<SentMessage>, SendError> {
        self.wait_timeout(time)
    }

    fn op(&self) -> Option<OpId> {
        self.id()
    }

    fn give_up(self) -> std::result::Result<SentMessage, SendError> {
        self.cancel();
        self.wait()
    }
}

/// The next event; `None` after a short while without one.
///
/// # Errors
/// A signal, or the end of the client's loop.
pub(crate) fn next(client: &mut Client, stop: &StopFlag) -> Result<Option<Event>> {
    stop.check()?;
    next_within(client, TICK)
}

/// The next event; `None` if none comes in time.
///
/// # Errors
/// The end of the client's loop.
pub(crate) fn next_within(client: &mut Client, time: Duration) -> Result<Option<Event>> {
    match client.next_event(time) {
        Ok(event) => Ok(Some(event)),
        Err(RecvTimeout::Timeout) => Ok(None),
        Err(RecvTimeout::Stopped | _) => {
            Err(CliError::failed(say().client_stopped(), say().run_again_verbosely()))
        }
    }
}

/// A send of an earlier run was told: it is not told again. One with an id of its program's own stays, so that the program
/// finds its outcome.
pub(crate) fn forget_told(handle: &Handle, op: OpId) {
    let is_owned = handle
        .with_outbox(|entries| entries.iter().any(|entry| entry.op == op && entry.client_msg_id.is_some()));
    if !is_owned {
        handle.forget(op);
    }
}

/// The id of the send that an event is about: its program's own, else the one on the wire.
pub(crate) fn client_msg_id(handle: &Handle, event: &Event) -> Option<String> {
    let (Event::Done { op, .. } | Event::Transfer(Progress { op, .. })) = event else { return None };
    handle.with_outbox(|entries| {
        let entry = entries.iter().find(|entry| entry.op == *op)?;
        entry.client_msg_id.clone().or_else(|| entry.wire_id.map(|id| id.to_string()))
    })
}

/// The end of a session as the end of the program.
pub(crate) fn ended(reason: &EndReason) -> CliError {
    let (what, next) = (say().end_reason(reason), say().end_hint(reason));
    match reason {
        EndReason::QrExpired => CliError::failed(what, next),
        EndReason::LoggedOut
        | EndReason::SessionOver { .. }
        | EndReason::LoginRefused { .. }
        | EndReason::ForeignHost(_)
        | _ => CliError::logged_out(what, next),
    }
}
