//! What is shown in which style.

use anstyle::{AnsiColor, Style};

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
/// What to do next.
pub(crate) const HINT: Style = AnsiColor::Cyan.on_default();
