//! What the terminal can do.

use std::io::IsTerminal;

use anstream::{AutoStream, ColorChoice};
use terminal_size::{Height, Width};

/// Columns and rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Size {
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

/// The size of the terminal on stderr or stdout.
pub(crate) fn terminal_size() -> Option<Size> {
    size_of(terminal_size::terminal_size())
}

/// True for a terminal whose cursor can be moved.
pub(crate) fn can_move(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("TERM").is_some_and(|term| !term.is_empty() && term != "dumb")
}

/// True where escapes may be written: a terminal whose user did not ask for plain text.
pub(crate) fn may_steer<S: anstream::stream::RawStream + IsTerminal>(stream: &S) -> bool {
    can_move(stream) && AutoStream::choice(stream) != ColorChoice::Never
}

/// A size as the system tells it.
pub(super) fn size_of(size: Option<(Width, Height)>) -> Option<Size> {
    let (Width(columns), Height(rows)) = size?;
    // A terminal that does not know says 0.
    let or = |number: u16, usual| if number == 0 { usual } else { usize::from(number) };
    Some(Size { columns: or(columns, 80), rows: or(rows, 24) })
}
