//! Where lines for people go.

pub(crate) mod clean;
mod client_state;
pub(crate) mod days;
pub(crate) mod log;
mod qr;
pub(crate) mod status_line;
pub(crate) mod table;
pub(crate) mod terminal;
mod transfers;
pub(crate) mod wrap;

use std::{
    fmt,
    io::{self, IsTerminal, Write},
    time::Instant,
};

use anstream::{AutoStream, ColorChoice};
use wx_blocking::Client;
use wx_proto::{Event, OpId, Timestamp};

use self::{
    status_line::StatusLine,
    terminal::{Size, can_move, may_steer, size_of},
    transfers::Transfers,
};
use crate::{clock, quiet, texts::lang::say};

/// A stream for people: colours only where they belong, a QR code only where it can be seen, a status line below
/// what is said.
pub(crate) struct Screen {
    text: Box<dyn Write>,
    terminal: Option<Terminal>,
    has_colour: bool,
    status: StatusLine,
    transfers: Transfers,
    code: Option<Code>,
}

/// What a terminal can do beyond taking text.
struct Terminal {
    /// Past the filter that takes colours out; `None` where nothing but text is wanted: then nothing is drawn over.
    control: Option<Box<dyn Write>>,
    size: Box<dyn Fn() -> Option<Size>>,
}

/// A QR code that is shown, and can be replaced where it stands.
struct Code {
    size: Size,
    /// Rows from its first line to the cursor.
    rows: usize,
    /// Why another one would follow it.
    successor: Successor,
    /// Lines of the log so far; others write too, and then nobody knows where the code stands.
    logged: u64,
}

/// Why a QR code follows another one.
#[derive(Clone, Copy)]
enum Successor {
    /// Nobody scanned it in time.
    Expired,
    /// The login was declined on the phone.
    Declined,
    /// It was used, and the account is not known there.
    WrongEntry,
}

impl Screen {
    /// For what the person asked for.
    pub(crate) fn stdout() -> Self {
        let terminal = can_move(&io::stdout()).then(|| Terminal {
            control: may_steer(&io::stdout()).then(|| Box::new(io::stdout()) as Box<dyn Write>),
            size: Box::new(|| size_of(terminal_size::terminal_size_of(io::stdout()))),
        });
        Self::new(AutoStream::auto(io::stdout()), terminal, StatusLine::stderr())
    }

    /// For what is said beside it.
    pub(crate) fn stderr() -> Self {
        let terminal = can_move(&io::stderr()).then(|| Terminal {
            control: may_steer(&io::stderr()).then(|| Box::new(io::stderr()) as Box<dyn Write>),
            size: Box::new(|| size_of(terminal_size::terminal_size_of(io::stderr()))),
        });
        Self::new(AutoStream::auto(io::stderr()), terminal, StatusLine::stderr())
    }

    fn new<S: anstream::stream::RawStream + IsTerminal>(
        stream: AutoStream<S>,
        terminal: Option<Terminal>,
        status: StatusLine,
    ) -> Self
    where
        AutoStream<S>: Write + 'static,
    {
        let has_colour = match stream.current_choice() {
            ColorChoice::Never => false,
            ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
        };
        let transfers = Transfers::default();
        Self { text: Box::new(stream), terminal, has_colour, status, transfers, code: None }
    }

    /// The columns to fill; `None` where there is no terminal and lines may have any length.
    pub(crate) fn columns(&self) -> Option<usize> {
        self.size().map(|size| size.columns)
    }

    /// Writes one line, at once; on a terminal it is wrapped between words.
    pub(crate) fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        let line = wrap::wrap(&line.to_string(), self.columns(), 2);
        self.write(&format!("{line}\n"))
    }

    /// Writes `text` as it stands, at once.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.status.hide();
        if let Some(code) = &mut self.code {
            code.rows += rows_of(text, code.size.columns);
        }
        self.text.write_all(text.as_bytes())?;
        self.text.flush()
    }

    /// Asks to scan a QR code: the code and its address; the address alone where there is no terminal. On a terminal
    /// it takes the place of the one before.
    pub(crate) fn qr(&mut self, url: &str) -> io::Result<()> {
        self.status.hide();
        let url = clean::line(url);
        let before = self.code.take();
        let title = match &before {
            None => say().scan_this(),
            Some(Code { successor, .. }) => match successor {
                Successor::Expired => say().scan_the_new_one(),
                Successor::Declined => say().scan_after_decline(),
                Successor::WrongEntry => say().scan_for_other_entry(),
            },
        };
        let size = self.size();
        let control = self.terminal.as_mut().and_then(|terminal| terminal.control.as_mut());
        if let (Some(before), Some(control)) = (before, control)
            && before.can_be_replaced(size)
        {
            write!(control, "\r\x1b[{}A\x1b[J", before.rows)?;
            control.flush()?;
        }
        let drawing = match size {
            Some(size) => self.drawing(&url, size),
            None => String::new(),
        };
        self.code = Some(Code {
            size: size.unwrap_or(Size { columns: usize::MAX, rows: 0 }),
            rows: 0,
            successor: Successor::Expired,
            logged: log::lines(),
        });
        self.line(title)?;
        self.write(&format!("{drawing}{url}\n"))
    }

    /// Takes note of an event for the status line, and of what becomes of a code that is shown.
    pub(crate) fn see(&mut self, event: &Event) {
        if let Some(code) = &mut self.code {
            if let Event::Declined = event {
                code.successor = Successor::Declined;
            }
            if let Event::WrongEntry { .. } = event {
                code.successor = Successor::WrongEntry;
            }
        }
        if let Event::LoggedIn { .. } = event {
            // It was used: it stays where it is.
            self.code = None;
        }
        if let Event::Transfer(progress) = event {
            self.transfers.see(progress, Instant::now());
        }
        if let Event::Done { op, .. } = event {
            self.transfers.end(*op);
        }
        self.status.see(event);
    }

    /// What the file of a command is called.
    pub(crate) fn name_transfer(&mut self, op: OpId, name: &str) {
        self.transfers.name(op, name);
    }

    /// How far a file is, for those who see no status line.
    pub(crate) fn tell_transfer(&mut self, op: OpId) -> io::Result<()> {
        if self.status.is_drawn() || quiet::is_set() {
            return Ok(());
        }
        self.transfers.line(say(), op).map_or(Ok(()), |line| self.line(line))
    }

    /// A file is there, or given up.
    pub(crate) fn end_transfer(&mut self, op: OpId) {
        self.transfers.end(op);
    }

    /// Brings the status line up to date.
    pub(crate) fn tick(&mut self, client: &Client) {
        self.show_status(clock::now(), client.handle().next_try());
    }

    fn show_status(&mut self, now: Timestamp, next_try: Option<Timestamp>) {
        let columns = self.columns();
        self.status.show(now, next_try, columns, &self.transfers);
    }

    /// Takes the status line away, for somebody else who writes to the terminal.
    pub(crate) fn hide_status(&mut self) {
        self.status.hide();
    }

    fn drawing(&self, url: &str, size: Size) -> String {
        let Some(drawing) = qr::draw(url, qr::Ink::of(self.has_colour)) else { return String::new() };
        // Below the code stand its address and the status line: a code that scrolled out cannot be scanned.
        let below = rows_of(url, size.columns) + 1;
        let needed = Size { columns: drawing.columns, rows: drawing.text.lines().count() + below };
        if needed.columns <= size.columns && needed.rows <= size.rows {
            drawing.text
        } else {
            let text = say().too_small_for_code(needed.columns, needed.rows);
            format!("{}\n", wrap::wrap(&text, Some(size.columns), 2))
        }
    }

    fn size(&self) -> Option<Size> {
        self.terminal.as_ref().and_then(|terminal| (terminal.size)())
    }
}

impl Code {
    /// Whether its first row is still on the screen, where we think it is.
    fn can_be_replaced(&self, size: Option<Size>) -> bool {
        size == Some(self.size) && self.rows > 0 && self.rows < self.size.rows && self.logged == log::lines()
    }
}

/// Rows that whole lines take in a terminal.
fn rows_of(text: &str, columns: usize) -> usize {
    let row = |line: &str| wrap::width(line).div_ceil(columns).max(1);
    text.lines().map(row).sum()
}

#[cfg(test)]
mod tests;
