//! Who else has the session, and what works then.

use wx_blocking::{LockState, StoreError};

use crate::{error::CliError, screen::clean, texts::lang::say};

/// Why a session file cannot be opened, and what to do.
pub(crate) fn unusable(error: &StoreError) -> CliError {
    let StoreError::Locked { path, pid } = error else {
        return CliError::failed(say().store_error(error), say().session_unusable());
    };
    let path = clean::line(&path.display().to_string());
    let Some(pid) = *pid else {
        return CliError::failed(
            say().session_held(&path, &say().another_process()),
            say().stop_the_holder(),
        );
    };
    let command = command_of(pid);
    let serves =
        command.as_deref().is_some_and(|command| command.split_whitespace().any(|word| word == "rpc"));
    let what = say().session_held(&path, &described(pid, command.as_deref()));
    let pid = pid.to_string();
    CliError::failed(what, if serves { say().use_holder(&pid) } else { say().stop_holder(&pid) })
}

/// Who has the session open, for people.
pub(crate) fn of(lock: LockState) -> String {
    match lock {
        LockState::Free => say().nobody_holds(),
        LockState::Held { pid: Some(pid) } => process(pid),
        LockState::Held { pid: None } => say().another_process(),
    }
}

/// A process for people: its id, and its command where the system tells it.
fn process(pid: u32) -> String {
    described(pid, command_of(pid).as_deref())
}

fn described(pid: u32, command: Option<&str>) -> String {
    let pid = pid.to_string();
    command.map_or_else(|| say().process(&pid), |command| say().process_named(&pid, command))
}

/// Its command, without the values of options: they are nobody else's.
fn command_of(pid: u32) -> Option<String> {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let mut words =
        line.split(|byte| *byte == 0).map(String::from_utf8_lossy).filter(|word| !word.is_empty());
    let program = words.next()?;
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let known = ["contacts", "doctor", "listen", "login", "logout", "rpc", "send"];
    let command = words.find(|word| known.contains(&&**word));
    let shown = command.map_or_else(|| program.clone(), |command| format!("{program} {command}"));
    Some(clean::cut(&shown, 60)).filter(|shown| !shown.is_empty())
}
