//! Command lines with times, for `wx sim --script`.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use crate::control;

/// Command lines in the order of their `"at_ms"`.
///
/// Take a line with [`due`](Self::due) as its time comes and give it to [`execute`](control::execute). A burst
/// with a rate is one line: the server itself spreads it over time.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::{
///     control,
///     runner::START,
///     script::Script,
///     server::{Accounts, Server},
/// };
///
/// let mut script = Script::parse(r#"
/// {"at_ms": 2000, "cmd": "say", "chat": "明哥", "text": "hello"}
/// "#)?;
/// let mut accounts = Accounts::from(Server::demo());
/// let elapsed = Duration::from_secs(2);
/// while let Some(line) = script.due(elapsed) {
///     let answer = control::execute(&mut accounts, START + elapsed, &line);
///     assert!(answer.contains(r#""ok":true"#), "{answer}");
/// }
/// assert_eq!(script.next_at_ms(), None);
/// # Ok::<(), wx_testkit::script::ScriptError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Script {
    lines: VecDeque<(u64, String)>,
}

/// A line that is no command with a time.
///
/// ```
/// use wx_testkit::script::Script;
///
/// let error = Script::parse("# nothing yet\n{\"at_ms\": 5, \"cmd\": \"fly\"}").unwrap_err();
/// assert_eq!(error.line, 2);
/// println!("{error}");
/// ```
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("line {line}: {problem}")]
#[non_exhaustive]
pub struct ScriptError {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
}

impl Script {
    /// Reads a script: one JSON object a line; empty lines and lines that begin with `#` are skipped. Lines of
    /// the same time keep their order.
    ///
    /// # Errors
    ///
    /// At the first line that is no known command or has no `"at_ms"`.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let mut lines = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let fail = |problem: String| ScriptError { line: number, problem };
            control::check(line).map_err(fail)?;
            let value: Value = serde_json::from_str(line).unwrap_or_default();
            let at = value.get("at_ms").and_then(Value::as_u64);
            lines.push((
                at.ok_or_else(|| fail("\"at_ms\" is not a time in milliseconds".to_owned()))?,
                line.to_owned(),
            ));
        }
        lines.sort_by_key(|(at, _)| *at);
        Ok(Self { lines: lines.into() })
    }

    /// The next line whose time has come; call it until it gives `None`.
    pub fn due(&mut self, elapsed: Duration) -> Option<String> {
        let at = self.next_at_ms()?;
        if Duration::from_millis(at) > elapsed {
            return None;
        }
        self.lines.pop_front().map(|(_, line)| line)
    }

    /// The time of the next line, in milliseconds from the start.
    pub fn next_at_ms(&self) -> Option<u64> {
        self.lines.front().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_in_the_order_of_time() {
        let text = "# a comment\n\n{\"at_ms\":200,\"cmd\":\"confirm\"}\n{\"at_ms\":100,\"cmd\":\"scan\"}\n{\"at_ms\":200,\"cmd\":\"world\"}\n";
        let mut script = Script::parse(text).unwrap();
        assert_eq!(script.next_at_ms(), Some(100));
        assert_eq!(script.due(Duration::from_millis(99)), None);
        assert!(script.due(Duration::from_millis(100)).unwrap().contains("scan"));
        assert_eq!(script.due(Duration::from_millis(199)), None);
        assert!(script.due(Duration::from_millis(500)).unwrap().contains("confirm"));
        assert!(script.due(Duration::from_millis(500)).unwrap().contains("world"));
        assert_eq!((script.due(Duration::MAX), script.next_at_ms()), (None, None));
    }

    #[test]
    fn a_bad_line_is_named() {
        for line in
            ["{\"cmd\":\"scan\"}", "{\"at_ms\":-1,\"cmd\":\"scan\"}", "{\"at_ms\":1,\"cmd\":\"fly\"}", "x"]
        {
            let error = Script::parse(&format!("{{\"at_ms\":0,\"cmd\":\"scan\"}}\n{line}\n")).unwrap_err();
            assert_eq!(error.line, 2, "{line}");
        }
    }
}
