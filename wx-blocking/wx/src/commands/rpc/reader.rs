//! The thread that reads requests.

use std::{
    io::{self, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{
    error::RpcError,
    frame::{self, Entry, Frame, Id},
    input::{Line, Lines},
    output::Output,
    reply::{Batch, Reply},
    service::Service,
};

/// The reading thread, seen from outside.
pub(super) struct Reader(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// It waits for a line since then; `None` while it works on one.
    waits_since: Option<Instant>,
    has_ended: bool,
    failure: Option<io::Error>,
}

impl Reader {
    /// Reads requests until there are no more.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn start(
        source: impl Read + Send + 'static,
        service: Arc<Service>,
        out: Output,
    ) -> io::Result<Self> {
        let state = State { waits_since: None, has_ended: false, failure: None };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let run = move || {
            let mut lines = Lines::new(source, LONGEST_LINE);
            loop {
                // While nobody reads the answers no more requests are taken.
                while !out.wait_for_room(LONG) {}
                lock(&shared).waits_since = Some(Instant::now());
                let line = lines.next();
                lock(&shared).waits_since = None;
                match line {
                    Ok(Line::Whole(line)) => answer(line, &service, &out),
                    Ok(Line::TooLong) => {
                        let error = RpcError::parse("the line is over 16 MiB").too_large();
                        Reply::to(Some(Id::null())).give(&out, Err(error), None);
                    }
                    Ok(Line::End) => return lock(&shared).has_ended = true,
                    Err(error) => {
                        let mut state = lock(&shared);
                        (state.failure, state.has_ended) = (Some(error), true);
                        return;
                    }
                }
            }
        };
        thread::Builder::new().name("wx-in".to_owned()).spawn(run)?;
        Ok(Self(state))
    }

    /// True if every request that was there is taken.
    pub(super) fn is_quiet(&self) -> bool {
        let state = lock(&self.0);
        state.has_ended || state.waits_since.is_some_and(|since| since.elapsed() >= QUIET)
    }

    /// True if there are no more requests.
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.0).has_ended
    }

    /// Why no more requests can be read; told once.
    pub(super) fn take_failure(&self) -> Option<io::Error> {
        lock(&self.0).failure.take()
    }
}

fn answer(line: &[u8], service: &Service, out: &Output) {
    if line.iter().all(u8::is_ascii_whitespace) {
        return;
    }
    let one = |entry: Entry<'_>, reply: &dyn Fn(Option<Id>) -> Reply| match entry {
        Ok(call) => service.call(&call, reply(call.id.clone())),
        Err((id, error)) => reply(Some(id)).give(out, Err(error), None),
    };
    match frame::parse(line) {
        Frame::One(entry) => one(entry, &Reply::to),
        Frame::Many(entries) => {
            let batch = Batch::new(entries.len());
            for entry in entries {
                one(entry, &|id| Reply::within(Arc::clone(&batch), id));
            }
        }
        Frame::Bad(error) => Reply::to(Some(Id::null())).give(out, Err(error), None),
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// In bytes. A longer line is skipped and refused.
const LONGEST_LINE: usize = 16 << 20;
/// Nothing came for so long: whoever writes has written what there was.
const QUIET: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(3600);
