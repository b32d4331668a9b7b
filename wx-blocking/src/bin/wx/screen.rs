//! Where lines for people go.

use std::{
    fmt,
    io::{self, IsTerminal, Write},
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

use crate::{clean, qr};

/// A stream for people: colours only where they belong, a QR code only where it can be seen.
pub(crate) struct Screen {
    stream: Box<dyn Write>,
    is_terminal: bool,
    has_colour: bool,
}

impl Screen {
    /// For what the person asked for.
    pub(crate) fn stdout() -> Self {
        Self::new(AutoStream::auto(io::stdout()), io::stdout().is_terminal())
    }

    /// For what is said beside it.
    pub(crate) fn stderr() -> Self {
        Self::new(AutoStream::auto(io::stderr()), io::stderr().is_terminal())
    }

    fn new<S: anstream::stream::RawStream>(stream: AutoStream<S>, is_terminal: bool) -> Self
    where
        AutoStream<S>: Write + 'static,
    {
        let has_colour = match stream.current_choice() {
            ColorChoice::Never => false,
            ColorChoice::Auto | ColorChoice::Always | ColorChoice::AlwaysAnsi => true,
        };
        Self { stream: Box::new(stream), is_terminal, has_colour }
    }

    /// Writes one line, at once.
    pub(crate) fn line(&mut self, line: impl fmt::Display) -> io::Result<()> {
        self.write(&format!("{line}\n"))
    }

    /// Writes `text` as it stands, at once.
    pub(crate) fn write(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())?;
        self.stream.flush()
    }

    /// Asks to scan a QR code: the code and its address; the address alone where there is no terminal.
    pub(crate) fn qr(&mut self, url: &str) -> io::Result<()> {
        let url = clean::line(url);
        let drawing = self.is_terminal.then(|| qr::draw(&url, self.has_colour)).flatten();
        self.write(&format!(
            "Scan this code with WeChat on the phone:\n{}{url}\n",
            drawing.unwrap_or_default()
        ))
    }
}

/// Times and other small print.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Chats.
pub(crate) const CHAT: Style = AnsiColor::Cyan.on_default();
/// People.
pub(crate) const WHO: Style = Style::new().bold();
/// Good news.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Bad news.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// To be noticed.
pub(crate) const NOTE: Style = AnsiColor::Yellow.on_default().bold();
