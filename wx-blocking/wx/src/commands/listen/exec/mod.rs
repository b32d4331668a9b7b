//! `wx listen --exec`: a command for each message, on a thread of its own, so that a slow one holds nothing up.

mod command;
mod halt;

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use wx_blocking::Handle;
use wx_proto::{Batch, CommandError, Direction, Message, OpError, OpId, Outgoing, SendOptions};

pub(crate) use self::command::Options;
use self::{command::Failure, halt::Halt};
use crate::{
    screen::{Screen, clean},
    signals::{StopFlag, TICK},
    texts::lang::say,
};

/// Runs a shell command for each message of others, one after the other, and acknowledges their batches.
pub(crate) struct Exec {
    side: Screen,
    jobs: Sender<Job>,
    cancelled: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// A batch that is shown; `lines` are its JSON.
struct Job {
    batch: Batch,
    lines: String,
}

impl Exec {
    /// # Errors
    /// If the system gives no thread.
    pub(crate) fn start(options: Options, handle: Handle, stop: StopFlag) -> io::Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let cancelled = Arc::new(AtomicBool::new(false));
        let halt = Halt { stop, cancelled: Arc::clone(&cancelled) };
        let run = move || Worker { options, handle, halt, side: Screen::stderr() }.work(&waiting);
        let thread = thread::Builder::new().name("wx-exec".to_owned()).spawn(run)?;
        Ok(Self { side: Screen::stderr(), jobs, cancelled, thread })
    }

    /// Takes a batch on: its commands run when those before it are done, then it is acknowledged.
    pub(crate) fn take(&self, batch: &Batch, lines: String) {
        // Without the thread nothing is acknowledged, and everything comes again.
        let _ = self.jobs.send(Job { batch: batch.clone(), lines });
    }

    /// Tells of a reply that failed.
    pub(crate) fn tell_reply(&mut self, error: &OpError) {
        // With nobody to tell there is nothing more to do.
        let _ = self.side.line(clean::line(&say().exec_reply_lost(&say().op_error(error))));
    }

    /// Waits until every command ended. With `cancel`, or once a signal comes, the running one is stopped and those of
    /// its batch and after it are to come again.
    pub(crate) fn finish(self, cancel: bool) {
        let Self { jobs, cancelled, thread, .. } = self;
        drop(jobs);
        cancelled.store(cancel, Ordering::SeqCst);
        // If it panicked, nothing is acknowledged.
        let _ = thread.join();
    }
}

/// Whether a send is the reply of a command, of this run or an earlier one: nobody else asks for its outcome.
pub(crate) fn is_reply(handle: &Handle, op: OpId) -> bool {
    let is_ours = |id: &String| id.starts_with(REPLY);
    handle.with_outbox(|entries| {
        entries.iter().any(|entry| entry.op == op && entry.client_msg_id.as_ref().is_some_and(is_ours))
    })
}

/// The thread that runs the commands.
struct Worker {
    options: Options,
    handle: Handle,
    halt: Halt,
    side: Screen,
}

/// The commands are to stop.
struct Halted;

impl Worker {
    fn work(mut self, jobs: &Receiver<Job>) {
        for Job { batch, lines } in jobs {
            if self.run(&batch, &lines).is_err() {
                return;
            }
            if let Err(error) = self.handle.ack(batch.id) {
                tracing::debug!(%error, "not acknowledged");
            }
        }
    }

    fn run(&mut self, batch: &Batch, lines: &str) -> Result<(), Halted> {
        if self.halt.is_set() {
            return Err(Halted);
        }
        for (message, line) in batch.messages().iter().zip(lines.lines()) {
            if message.direction == Direction::Outgoing {
                continue;
            }
            let Some(printed) = self.try_hard(message, line)? else { continue };
            match String::from_utf8(printed) {
                Ok(text) => self.reply(message, text.trim_end_matches(['\n', '\r']))?,
                Err(_) => self.tell(message, &say().exec_not_utf8()),
            }
        }
        Ok(())
    }

    /// What the command printed; `None` once it failed often enough: the message must not hold up the others for ever.
    fn try_hard(&mut self, message: &Message, line: &str) -> Result<Option<Vec<u8>>, Halted> {
        for tries in 1..=TRIES {
            match self.options.run(message, line, &self.halt) {
                Ok(printed) => return Ok(Some(printed)),
                Err(Failure::Halted) => return Err(Halted),
                Err(Failure::Told(what)) => {
                    let then = if tries < TRIES {
                        say().exec_again(tries, TRIES)
                    } else {
                        say().exec_passed_by(tries)
                    };
                    self.tell(message, &format!("{what}{then}"));
                }
            }
            if tries < TRIES && !self.halt.sleep(PAUSE) {
                return Err(Halted);
            }
        }
        Ok(None)
    }

    fn tell(&mut self, message: &Message, what: &str) {
        let id = message.id.as_ref().map_or("?", |id| id.as_str());
        // With nobody to tell there is nothing more to do.
        let _ = self.side.line(clean::line(&say().exec_message(id, what)));
    }

    /// Puts the reply into the outbox. Its own id is the message's: should the message come again after a crash, it is
    /// not sent a second time.
    fn reply(&mut self, message: &Message, text: &str) -> Result<(), Halted> {
        if text.is_empty() {
            return Ok(());
        }
        loop {
            let options = match &message.id {
                Some(id) => SendOptions::with_id(format!("{REPLY}{id}")),
                None => SendOptions::default(),
            };
            match self.handle.send(&message.chat, Outgoing::text(text), options) {
                // Its outcome comes as an event.
                Ok(_) => return Ok(()),
                // It empties while nothing new is put in.
                Err(CommandError::OutboxFull { .. } | CommandError::NotStored) if !self.halt.is_set() => {
                    thread::sleep(TICK);
                }
                Err(_) if self.halt.is_set() => return Err(Halted),
                Err(error) => {
                    self.tell(message, &say().exec_reply_refused(&say().command_error(&error)));
                    return Ok(());
                }
            }
        }
    }
}

/// The own ids of replies begin so.
const REPLY: &str = "exec:";
/// Runs of the command for one message.
const TRIES: u64 = 3;
/// Between two of them.
const PAUSE: Duration = Duration::from_secs(1);
