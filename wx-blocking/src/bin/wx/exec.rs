//! `wx listen --exec`: a command for each message.

use std::{
    io::{self, Read, Write},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use wx_blocking::Handle;
use wx_proto::{Batch, CommandError, Direction, Message, OpId, Outgoing, SendOptions};

use crate::{
    clean,
    end::{End, Result},
    screen::Screen,
    signals::{StopFlag, TICK},
};

/// Runs a shell command for each message of others, one after the other.
pub(crate) struct Exec {
    command: String,
    /// What the command prints is sent to the chat.
    replies: bool,
    side: Screen,
}

impl Exec {
    pub(crate) fn new(command: String, replies: bool) -> Self {
        Self { command, replies, side: Screen::stderr() }
    }

    /// Runs the command for each message of `batch`; `lines` are their JSON. A command that fails is told, no more.
    ///
    /// # Errors
    /// [`End::Interrupted`] if a signal came first: the command was stopped, and the batch is to come again.
    pub(crate) fn run(&mut self, batch: &Batch, lines: &str, handle: &Handle, stop: &StopFlag) -> Result {
        for (message, line) in batch.messages().iter().zip(lines.lines()) {
            if message.direction == Direction::Outgoing {
                continue;
            }
            let text = match self.run_one(message, line, stop) {
                Ok(text) => text,
                Err(Failure::Interrupted) => return Err(End::Interrupted),
                Err(Failure::Told(what)) => {
                    self.tell(&what, message);
                    continue;
                }
            };
            if !text.is_empty() {
                self.reply(message, text, handle, stop)?;
            }
        }
        Ok(())
    }

    /// Tells of a reply that failed.
    pub(crate) fn tell_reply(&mut self, error: &wx_proto::OpError) {
        // With nobody to tell there is nothing more to do.
        let _ =
            self.side.line(format_args!("exec: a reply was not sent: {}", clean::line(&error.to_string())));
    }

    fn tell(&mut self, what: &str, message: &Message) {
        let id = message.id.as_ref().map_or("without an id", |id| id.as_str());
        // As above.
        let _ = self.side.line(format_args!("exec: message {}: {}", clean::line(id), clean::line(what)));
    }

    fn run_one(
        &self,
        message: &Message,
        line: &str,
        stop: &StopFlag,
    ) -> std::result::Result<String, Failure> {
        let failed = |error: io::Error| Failure::Told(format!("the command cannot be run: {error}"));
        let mut child = Running(self.shell(message).spawn().map_err(failed)?);
        // The command need not read it, nor write anything: neither may stop the other.
        let input = child.0.stdin.take().map(|mut stdin| {
            let line = format!("{line}\n");
            thread::spawn(move || drop(stdin.write_all(line.as_bytes())))
        });
        let output = child.0.stdout.take().map(|stdout| thread::spawn(move || read(stdout)));
        let status = child.wait(stop)?;
        drop(input);
        // What it left running in the background may hold its stdout open: that is not waited for.
        let text = output.map(|output| finished(output, LINGER)).unwrap_or_default();
        if !status.success() {
            return Err(Failure::Told(format!("the command failed: {status}")));
        }
        String::from_utf8(text)
            .map(|text| text.trim_end_matches(['\n', '\r']).to_owned())
            .map_err(|_| Failure::Told("the reply is not UTF-8 and was not sent".to_owned()))
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

    /// Puts the reply into the outbox. Its own id is the message's: should the message come again after a crash, it is
    /// not sent a second time.
    fn reply(&mut self, message: &Message, text: String, handle: &Handle, stop: &StopFlag) -> Result {
        loop {
            let options = match &message.id {
                Some(id) => SendOptions::with_id(format!("{REPLY}{id}")),
                None => SendOptions::default(),
            };
            match handle.send(&message.chat, Outgoing::text(&*text), options) {
                Ok(_) => return Ok(()),
                // It empties while nothing new is put in.
                Err(CommandError::OutboxFull { .. } | CommandError::NotStored) if !stop.is_set() => {
                    thread::sleep(TICK);
                }
                Err(_) if stop.is_set() => return Err(End::Interrupted),
                Err(error) => {
                    self.tell(&format!("the reply was not sent: {error}"), message);
                    return Ok(());
                }
            }
        }
    }
}

/// Whether a send is the reply of a command, of this run or an earlier one: nobody else asks for its outcome.
pub(crate) fn is_reply(handle: &Handle, op: OpId) -> bool {
    let is_ours = |id: &String| id.starts_with(REPLY);
    handle.with_outbox(|entries| {
        entries.iter().any(|entry| entry.op == op && entry.client_msg_id.as_ref().is_some_and(is_ours))
    })
}

enum Failure {
    Interrupted,
    Told(String),
}

/// A command under way; it does not outlive its message's turn unless it ended.
struct Running(Child);

impl Running {
    fn wait(&mut self, stop: &StopFlag) -> std::result::Result<ExitStatus, Failure> {
        let mut pause = Duration::from_millis(1);
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if stop.is_set() => return Err(Failure::Interrupted),
                Ok(None) => thread::sleep(pause),
                Err(error) => return Err(Failure::Told(format!("the command was lost: {error}"))),
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

fn is_word(value: &str) -> bool {
    value.len() <= 256 && value.chars().all(|char| char.is_ascii_alphanumeric() || "@._-".contains(char))
}

/// The own ids of replies begin so.
const REPLY: &str = "exec:";
/// In bytes; the client's own limit is lower.
const LONGEST_REPLY: u64 = 64 << 10;
/// How long a command may take to end when the program does.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long the stdout of a command that ended may stay open.
const LINGER: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);
