//! The line at the bottom of a terminal that says how things stand, on stderr and never in a file or a pipe.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use wx_proto::{Event, Timestamp};

use crate::{
    quiet,
    screen::{clean, client_state::ClientState, terminal, transfers::Transfers},
    texts::lang::say,
};

/// Drawn below everything else, taken away before anything else is written.
pub(crate) struct StatusLine {
    /// `None` where there is no terminal.
    out: Option<Box<dyn Write>>,
    state: ClientState,
    drawn: String,
    shown: &'static AtomicBool,
}

impl StatusLine {
    pub(crate) fn stderr() -> Self {
        // What is piped may come to the same terminal by way of another program, in the middle of this line.
        let alone = terminal::may_steer(&io::stderr()) && io::stdout().is_terminal() && !quiet::is_set();
        let out = alone.then(|| Box::new(io::stderr()) as Box<dyn Write>);
        Self::on(out, &SHOWN)
    }

    /// On a terminal of its own; `shown` says whether it is there.
    pub(crate) fn on(out: Option<Box<dyn Write>>, shown: &'static AtomicBool) -> Self {
        Self { out, state: ClientState::default(), drawn: String::new(), shown }
    }

    pub(crate) fn see(&mut self, event: &Event) {
        self.state.see(event);
    }

    /// Draws it, if it is not there as it should be. It stays in one row of `columns`.
    pub(super) fn show(
        &mut self,
        now: Timestamp,
        next_try: Option<Timestamp>,
        columns: Option<usize>,
        transfers: &Transfers,
    ) {
        let Some(out) = &mut self.out else { return };
        let columns = columns.or_else(|| terminal::terminal_size().map(|size| size.columns)).unwrap_or(80);
        // The last column stays free: some terminals go on to the next row when it is filled.
        let columns = columns.saturating_sub(1);
        let row = if self.state.is_offline() { None } else { transfers.row(say(), columns) };
        let text = clean::cut(&row.unwrap_or_else(|| self.state.text(say(), now, next_try)), columns);
        if self.shown.load(SeqCst) && text == self.drawn {
            return;
        }
        // Without it nothing is lost.
        let _ = write!(out, "\r\x1b[2m{text}\x1b[0m\x1b[K").and_then(|()| out.flush());
        self.shown.store(!text.is_empty(), SeqCst);
        self.drawn = text;
    }

    /// Whether there is a terminal for it.
    pub(crate) const fn is_drawn(&self) -> bool {
        self.out.is_some()
    }

    pub(crate) fn hide(&mut self) {
        if let Some(out) = &mut self.out
            && self.shown.swap(false, SeqCst)
        {
            let _ = out.write_all(GONE).and_then(|()| out.flush());
        }
    }
}

impl Drop for StatusLine {
    fn drop(&mut self) {
        self.hide();
    }
}

/// Takes the status line away for the log, which is written from any thread.
pub(crate) fn make_room(out: &mut impl Write) -> io::Result<()> {
    if SHOWN.swap(false, SeqCst) { out.write_all(GONE) } else { Ok(()) }
}

/// Whether stderr has one.
static SHOWN: AtomicBool = AtomicBool::new(false);
const GONE: &[u8] = b"\r\x1b[K";
