//! The simulated server by lines of JSON, as `wx sim` reads and answers them.
//!
//! Each line is an object with `"cmd"`; each gets one line back with `"ok"`, and with `"error"` if that is
//! false. A NAME is a nick name, a remark name or a UserName.
//!
//! `"account":K` says whose phone or server is meant, counted from 1; without it the first one's is.

mod answer;
mod command;
mod fault;
mod files;
mod run;

#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use wx_proto::Timestamp;

use self::command::Command;
use crate::server::Accounts;

/// Carries out one command line and gives the line to answer, without a newline.
///
/// Commands: `say`, `burst`, `recall`, `scan`, `confirm`, `decline`, `expire_qr`, `refuse`, `kick`, `fault`,
/// `clear_faults`, `open_chat`, `rename`, `rename_self`, `remove` (or `remove_contact`), `add_friend`, `add_group`, `join`,
/// `leave`, `hand_over`, `star`, `pin`, `mute`, `block`, `hide_moments`, `selector`, `region`, `echo`, `send_file`, `files`, `sent`, `delivered`,
/// `complaints`, `world`. Bad input changes nothing. Afterwards held polls may be ready: call [`Accounts::poll`].
///
/// ```
/// use wx_testkit::{
///     control,
///     runner::START,
///     server::{Accounts, Server},
/// };
///
/// let mut accounts = Accounts::from(Server::demo());
/// let answer = control::execute(&mut accounts, START, r#"{"cmd":"say","chat":"nobody","text":"hi"}"#);
/// assert!(answer.contains(r#""ok":false"#), "{answer}");
/// ```
pub fn execute(accounts: &mut Accounts, now: Timestamp, line: &str) -> String {
    let result = parse(line).and_then(|(account, command)| {
        let count = accounts.count();
        let server = account.checked_sub(1).and_then(|index| accounts.get_mut(index));
        command.run(server.ok_or_else(|| format!("no account {account}, only 1 to {count}"))?, now)
    });
    let answer = result.unwrap_or_else(|error| json!({"ok": false, "error": error}));
    answer.to_string()
}

/// Checks a line without carrying it out.
pub(crate) fn check(line: &str) -> Result<(), String> {
    parse(line).map(drop)
}

/// The number of the account, and the command for it.
fn parse(line: &str) -> Result<(usize, Command), String> {
    let mut value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    let members = value.as_object_mut().ok_or("not an object")?;
    // Script lines carry their time.
    members.remove("at_ms");
    let account = match members.remove("account") {
        None => 1,
        Some(number) => {
            serde_json::from_value(number).map_err(|_| "\"account\" is not a number from 1".to_owned())?
        }
    };
    let command = serde_json::from_value(value).map_err(|error| error.to_string())?;
    Ok((account, command))
}
