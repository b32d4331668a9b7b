//! The simulated server by lines of JSON, as `wx sim` reads and answers them.
//!
//! Each line is an object with `"cmd"`; each gets one line back with `"ok"`, and with `"error"` if that is
//! false. A NAME is a nick name, a remark name or a UserName.

mod answer;
mod command;
mod run;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use wx_proto::Timestamp;

use self::command::Command;
use crate::server::Server;

/// Carries out one command line and gives the line to answer, without a newline.
///
/// Commands: `say`, `burst`, `recall`, `scan`, `confirm`, `decline`, `expire_qr`, `refuse`, `kick`, `fault`,
/// `clear_faults`, `open_chat`, `rename`, `rename_self`, `remove` (or `remove_contact`), `add_friend`, `add_group`, `join`,
/// `leave`, `hand_over`, `star`, `pin`, `mute`, `block`, `hide_moments`, `selector`, `sent`, `delivered`, `complaints`,
/// `world`. Bad input changes nothing. Afterwards held polls may be ready: call [`Server::poll`].
pub fn execute(server: &mut Server, now: Timestamp, line: &str) -> String {
    let result = parse(line).and_then(|command| command.run(server, now));
    let answer = result.unwrap_or_else(|error| json!({"ok": false, "error": error}));
    answer.to_string()
}

/// Checks a line without carrying it out.
pub(crate) fn check(line: &str) -> Result<(), String> {
    parse(line).map(drop)
}

fn parse(line: &str) -> Result<Command, String> {
    let mut value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    // Script lines carry their time.
    value.as_object_mut().ok_or("not an object")?.remove("at_ms");
    serde_json::from_value(value).map_err(|error| error.to_string())
}
