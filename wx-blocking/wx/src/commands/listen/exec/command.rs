//! One run of the command, for one message.

use std::{
    io::{self, Read, Write},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use wx_proto::Message;

use super::halt::Halt;
use crate::texts::lang::say;

/// How a command is run.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) command: String,
    /// What the command prints is sent to the chat.
    pub(crate) replies: bool,
    /// Longer it may not take.
    pub(crate) limit: Duration,
}

/// Why there is no result.
pub(super) enum Failure {
    /// The program ends: the command was stopped.
    Halted,
    /// What to tell.
    Told(String),
}

impl Options {
    /// Runs the command for `message`, `line` is its JSON, and gives what it printed, as far as it is wanted.
    pub(super) fn run(&self, message: &Message, line: &str, halt: &Halt) -> Result<Vec<u8>, Failure> {
        let failed = |error: io::Error| Failure::Told(say().exec_cannot_run(&say().io_error(&error)));
        let mut child = Running(self.shell(message).spawn().map_err(failed)?);
        // The command need not read it, nor write anything: neither may stop the other.
        let input = child.0.stdin.take().map(|mut stdin| {
            let line = format!("{line}\n");
            thread::spawn(move || drop(stdin.write_all(line.as_bytes())))
        });
        let output = child.0.stdout.take().map(|stdout: ChildStdout| thread::spawn(move || read(stdout)));
        let status = child.wait(self.limit, halt)?;
        drop(input);
        // What it left running in the background may hold its stdout open: that is not waited for.
        let text = output.map(|output| finished(output, LINGER)).unwrap_or_default();
        if status.success() { Ok(text) } else { Err(Failure::Told(say().exec_failed(&how(status)))) }
    }

    fn shell(&self, message: &Message) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", &self.command]).stdin(Stdio::piped());
        // Beside the messages its output would be in the way.
        shell.stdout(if self.replies { Stdio::piped() } else { io::stderr().into() });
        let variables = [
            ("WX_KIND", Some(message.content.kind())),
            ("WX_CHAT", Some(message.chat.as_str())),
            ("WX_SENDER", message.sender.as_ref().map(|sender| sender.as_str())),
            ("WX_MSG_ID", message.id.as_ref().map(|id| id.as_str())),
        ];
        for (name, value) in variables {
            // What others wrote must not reach a shell that may take it for code: words and ids only.
            match value.filter(|value| is_word(value)) {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        shell
    }
}

/// A command under way; it does not outlive its message's turn unless it ended.
struct Running(Child);

impl Running {
    fn wait(&mut self, limit: Duration, halt: &Halt) -> Result<ExitStatus, Failure> {
        let by = Instant::now() + limit;
        let mut pause = Duration::from_millis(1);
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if halt.is_set() => return Err(Failure::Halted),
                Ok(None) if Instant::now() >= by => {
                    return Err(Failure::Told(say().exec_too_slow(limit.as_secs())));
                }
                Ok(None) => thread::sleep(pause),
                Err(error) => return Err(Failure::Told(say().exec_lost(&say().io_error(&error)))),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Asks all processes of the command to end.
    #[cfg(unix)]
    fn ask(&self) {
        let id = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(group) = id {
            // They may be gone.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
        }
    }

    #[cfg(not(unix))]
    fn ask(&self) {}

    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw) {
            // As above.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        self.ask();
        let by = Instant::now() + LAST_WORDS;
        while Instant::now() < by && matches!(self.0.try_wait(), Ok(None)) {
            thread::sleep(LONGEST_PAUSE);
        }
        if matches!(self.0.try_wait(), Ok(None)) {
            self.kill();
        }
    }
}

/// What the command printed, as far as it may be a message; the rest is read and dropped.
fn read(mut from: impl Read) -> Vec<u8> {
    let mut text = Vec::new();
    // What cannot be read is not there.
    let _ = from.by_ref().take(LONGEST_REPLY).read_to_end(&mut text);
    let _ = io::copy(&mut from, &mut io::sink());
    text
}

fn finished(thread: JoinHandle<Vec<u8>>, within: Duration) -> Vec<u8> {
    let by = Instant::now() + within;
    while !thread.is_finished() && Instant::now() < by {
        thread::sleep(Duration::from_millis(1));
    }
    if thread.is_finished() { thread.join().unwrap_or_default() } else { Vec::new() }
}

/// No code for a shell, and no option for a program.
/// How a command ended.
fn how(status: ExitStatus) -> String {
    match status.code().and_then(|code| u64::try_from(code).ok()) {
        Some(code) => say().exit_code(code),
        None => say().killed(),
    }
}

fn is_word(value: &str) -> bool {
    let starts = value.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '@');
    starts
        && value.len() <= 256
        && value.chars().all(|char| char.is_ascii_alphanumeric() || "@._-".contains(char))
}

/// In bytes; the client's own limit is lower.
const LONGEST_REPLY: u64 = 64 << 10;
/// How long a command may take to end when it is told to.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long the stdout of a command that ended may stay open.
const LINGER: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_an_option_or_code_is_no_word() {
        for word in ["text", "@@0f-_.a", "filehelper", "wxid_a", "7"] {
            assert!(is_word(word), "{word}");
        }
        let long = "a".repeat(257);
        for other in ["", "-rf", "--help", "_a", ".a", "a b", "$(x)", "a;b", "é", &long] {
            assert!(!is_word(other), "{other}");
        }
    }
}
