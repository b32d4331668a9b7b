//! Following a client's events until something is reached, and telling the person meanwhile.

use std::time::{Duration, Instant};

use wx_blocking::{Client, Handle, RecvTimeout};
use wx_proto::{EndReason, Event, OpId, Phase};

use crate::{
    error::{CliError, Result},
    messages::human,
    quiet,
    screen::Screen,
    signals::{StopFlag, TICK},
    texts::lang::say,
};

/// Waits until `goal` gives something. `None` when `within` passed first.
///
/// # Errors
/// The end of the session, a signal, or a closed pipe.
pub(crate) fn until<T>(
    client: &mut Client,
    stop: &StopFlag,
    screen: &mut Screen,
    within: Option<Duration>,
    mut goal: impl FnMut(&Event, &mut Screen) -> Result<Option<T>>,
) -> Result<Option<T>> {
    let start = Instant::now();
    loop {
        if let Some(event) = next(client, stop)? {
            screen.see(&event);
            if let Event::QrCode(code) = &event {
                screen.qr(&code.url)?;
            }
            let reached = goal(&event, screen)?;
            let awaited = reached.is_some() && matches!(event, Event::Done { .. });
            if let Some(notice) = human::notice(&event).filter(|_| !awaited && !quiet::hides(&event)) {
                screen.line(notice)?;
            }
            if reached.is_some() {
                return Ok(reached);
            }
            if let Event::Phase(Phase::Ended(reason)) = &event {
                return Err(ended(reason));
            }
            if let Event::Done { op, .. } = &event {
                // A send of an earlier run, told above.
                forget_told(&client.handle(), *op);
            }
        }
        screen.tick(client);
        if within.is_some_and(|within| start.elapsed() >= within) {
            return Ok(None);
        }
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
    let Event::Done { op, .. } = event else { return None };
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
