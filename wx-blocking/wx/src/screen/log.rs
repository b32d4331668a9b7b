//! The log, on stderr.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicU64, Ordering::SeqCst},
};

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::EnvFilter;

use crate::{quiet, screen::status_line};

/// Starts the log: `-v` and `-vv` choose how much, else `RUST_LOG`, else warnings only.
pub(crate) fn start(verbose: u8) {
    let filter = match (verbose, std::env::var("RUST_LOG")) {
        (0, Ok(filter)) if !filter.is_empty() => filter,
        (0, _) if quiet::is_set() => "wx=error,wx_blocking=error,wx_proto=error".to_owned(),
        (0, _) => "wx=warn,wx_blocking=warn,wx_proto=warn".to_owned(),
        (1, _) => "wx=debug,wx_blocking=debug,wx_proto=debug".to_owned(),
        (_, _) => "wx=trace,wx_blocking=trace,wx_proto=trace".to_owned(),
    };
    let colour = match AutoStream::choice(&io::stderr()) {
        ColorChoice::Never => false,
        ColorChoice::Auto => io::stderr().is_terminal(),
        ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(|| Lines)
        .with_ansi(colour)
        .init();
}

/// How many lines were written so far.
pub(crate) fn lines() -> u64 {
    LINES.load(SeqCst)
}

/// Stderr, with the status line out of the way. The subscriber writes a whole line at a time.
struct Lines;

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut out = io::stderr().lock();
        status_line::make_room(&mut out)?;
        LINES.fetch_add(1, SeqCst);
        out.write_all(line)?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

static LINES: AtomicU64 = AtomicU64::new(0);
