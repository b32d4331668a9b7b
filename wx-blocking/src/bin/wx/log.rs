//! The log, on stderr.

use std::io::IsTerminal;

use anstream::{AutoStream, ColorChoice};
use tracing_subscriber::EnvFilter;

/// Starts the log: `-v` and `-vv` choose how much, else `RUST_LOG`, else warnings only.
pub(crate) fn start(verbose: u8) {
    let filter = match (verbose, std::env::var("RUST_LOG")) {
        (0, Ok(filter)) if !filter.is_empty() => filter,
        (0, _) => "wx=warn,wx_blocking=warn,wx_proto=warn".to_owned(),
        (1, _) => "wx=debug,wx_blocking=debug,wx_proto=debug".to_owned(),
        (_, _) => "wx=trace,wx_blocking=trace,wx_proto=trace".to_owned(),
    };
    let colour = match AutoStream::choice(&std::io::stderr()) {
        ColorChoice::Never => false,
        ColorChoice::Auto => std::io::stderr().is_terminal(),
        ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .init();
}
