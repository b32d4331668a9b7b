//! `wx listen`.

mod exec;
mod save;
mod writer;

use std::{
    collections::VecDeque,
    io::{self, IsTerminal},
    path::PathBuf,
    time::{Duration, Instant},
};

use wx_blocking::{Client, Handle};
use wx_proto::{Event, Phase};

use self::{
    exec::Exec,
    save::Saver,
    writer::{Context, Human, Json, Writer, json_lines},
};
use crate::{
    account::{self, follow, login, received::Received},
    error::{CliError, Result, end_of_service},
    messages::recent::RecentMessages,
    options::GlobalOptions,
    signals::StopFlag,
    texts::lang::say,
};

/// Show messages as they arrive
///
/// Goes on with the stored login; without one it shows a QR code on a terminal or with --login, and ends with 3 elsewhere.
/// A batch of messages is acknowledged once its lines are
/// written: what was not shown comes again next time, nothing is lost in between. Ctrl-C stores the session and
/// ends; it does not log out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx listen
  wx listen --json | jq -r 'select(.type==\"message\") | .text'
  wx listen --json --login --connect-to 127.0.0.1:8443 --ca-file CA.pem      # from a `wx sim`
  wx listen --save files
  wx listen --exec 'jq -r .text >>texts.log'
  wx listen --reply --exec 'jq -r \"\\\"you said: \\\" + .text\"'

--save: pictures, sounds, films, stickers and files of messages, your own from the phone among them, are fetched one after
the other; no message waits for them. Names are those of their senders, made harmless; nothing is overwritten: a second
one becomes `name (2).pdf`. A line says where each is; --json has {\"type\":\"saved\"} with msg_id, path, size and mime,
{\"type\":\"not_saved\"} with msg_id, kind and message, and {\"type\":\"transfer\"} on the way. Fetch what was missed with
`wx download`.

--exec: the shell runs CMD for each message of others, one after the other. Its stdin is the line of --json, its
stdout goes to stderr or, with --reply, to the chat; WX_KIND, WX_CHAT, WX_SENDER and WX_MSG_ID are set, texts and
names are in the JSON only, and what is no plain word (or could be taken for an option) is not set. A command that
fails or takes too long is told on stderr and run again, three times in all; then the message is passed by. Messages
that arrive meanwhile are shown, and their commands wait. A batch is acknowledged when its commands ended; one that is
stopped with the program runs again at the next start: then its reply is still sent once.

Messages go to stdout; without --json everything else goes to stderr.
Exit codes: 0 stopped by SIGTERM or a closed pipe, 1 failed, 3 logged out or refused, 130 Ctrl-C.")]
pub(crate) struct Args {
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,

    /// Show a QR code where there is no login to go on with; implied on a terminal
    #[arg(long)]
    login: bool,

    /// Save the files of messages into this folder as they arrive
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    save: Option<PathBuf>,

    /// Run a shell command for each message of others, the message as JSON on its stdin
    #[arg(long, value_name = "CMD")]
    exec: Option<String>,

    /// Send what the command prints to the chat of the message
    #[arg(long, requires = "exec")]
    reply: bool,

    /// The longest time for one run of the command
    #[arg(long, value_name = "SECONDS", requires = "exec", default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    exec_timeout: u64,
}

pub(crate) fn run(global: &GlobalOptions, args: &Args) -> Result {
    if let Some(folder) = args.save.as_ref().filter(|folder| !folder.is_dir()) {
        let folder = folder.display().to_string();
        return Err(CliError::failed(say().no_such_folder(&folder), say().make_it()));
    }
    let stop = StopFlag::install()?;
    let mut config = account::config(global);
    if args.exec.is_some() {
        // What arrives while a command runs is shown.
        config.unacked_batches = WINDOW;
    }
    let client = account::open_with(global, config)?;
    // The code goes where the messages go, or for people beside them.
    let has_eyes = if args.json { io::stdout().is_terminal() } else { io::stderr().is_terminal() };
    let method = login::method(global, &client, has_eyes, args.login)?;
    account::warn(global, &client);
    login::start(&client, method)?;
    let profile = global.profile.profile.name().to_owned();
    let writer: Box<dyn Writer> = if args.json { Box::new(Json) } else { Box::new(Human::new()) };
    let exec = args.exec.clone().map(|command| {
        let limit = Duration::from_secs(args.exec_timeout);
        let options = exec::Options { command, replies: args.reply, limit };
        Exec::start(options, client.handle(), stop.clone())
    });
    let exec = exec.transpose().map_err(|error| CliError::no_thread(&error))?;
    let mut listener = Listener {
        client,
        writer,
        exec,
        profile,
        recent: RecentMessages::default(),
        received: Received::open(&account::session_path(global)?, false),
        saver: args.save.clone().map(Saver::new),
        waiting: VecDeque::new(),
    };
    let end = loop {
        if let Err(end) = listener.step(&stop) {
            break end;
        }
    };
    if !matches!(end, CliError::ClosedPipe) {
        // With nobody to tell there is nothing more to do.
        let _ = listener.tell_unsaved();
    }
    let Listener { client, exec, .. } = listener;
    if let Some(exec) = exec {
        // Commands for what is shown still run when the session ended; with nobody to read they come again.
        exec.finish(matches!(end, CliError::ClosedPipe));
    }
    let stored = login::finish(client);
    match end {
        CliError::Interrupted(signal) => stored.and_then(|()| end_of_service(signal)),
        CliError::ClosedPipe => stored,
        end @ CliError::Failed(_) => Err(end),
    }
}

struct Listener {
    client: Client,
    writer: Box<dyn Writer>,
    exec: Option<Exec>,
    profile: String,
    recent: RecentMessages,
    received: Received,
    saver: Option<Saver>,
    /// Batches that came and are not written yet, and when they came.
    waiting: VecDeque<(Instant, Event)>,
}

impl Listener {
    /// Takes an event, if one comes, and writes what is ready.
    fn step(&mut self, stop: &StopFlag) -> Result {
        match follow::next(&mut self.client, stop)? {
            Some(batch @ Event::Batch(_)) => self.waiting.push_back((Instant::now(), batch)),
            Some(event) => self.take(&event)?,
            None => {}
        }
        self.writer.rest(&self.client);
        while let Some((since, batch)) = self.waiting.pop_front() {
            if since.elapsed() < NAMES && !self.writer.is_ready(&self.client, &batch) {
                self.waiting.push_front((since, batch));
                break;
            }
            self.take(&batch)?;
        }
        Ok(())
    }

    /// Writes an event, and acknowledges it when its lines are on their way and its commands are done.
    fn take(&mut self, event: &Event) -> Result {
        let handle = self.client.handle();
        if let (Event::Done { op, outcome }, Some(exec)) = (event, &mut self.exec)
            && exec::is_reply(&handle, *op)
        {
            if let Err(error) = outcome {
                exec.tell_reply(error);
            }
            handle.forget(*op);
            return Ok(());
        }
        if let (Some(saver), Event::Done { op, outcome }) = (&mut self.saver, event)
            && let Some(saved) = saver.take(&handle, *op, outcome)
        {
            self.writer.end_transfer(*op);
            self.writer.saved(&saved)?;
            self.save_more(&handle)?;
            return Ok(());
        }
        self.recent.note(event);
        self.received.note(event, &handle);
        let context = Context {
            profile: &self.profile,
            recent: &self.recent,
            file: self.saver.as_ref().and_then(|saver| saver.file_of(event)),
        };
        self.writer.write(&self.client, event, &context)?;
        if let Event::Batch(batch) = event {
            if let Some(exec) = &self.exec {
                exec.take(batch, json_lines(&handle, event, &context));
            } else if let Err(error) = handle.ack(batch.id) {
                tracing::debug!(%error, "not acknowledged");
            }
            if let Some(saver) = &mut self.saver {
                let left_out = saver.want(batch.messages());
                left_out.iter().try_for_each(|saved| self.writer.saved(saved))?;
            }
        }
        // A download is refused while the client is not online.
        if let Event::Batch(_) | Event::Phase(Phase::Online) = event {
            self.save_more(&handle)?;
        }
        if let Event::Done { op, .. } = event {
            follow::forget_told(&handle, *op);
        }
        if let Event::Phase(Phase::Ended(reason)) = event {
            return Err(follow::ended(reason));
        }
        Ok(())
    }
}

impl Listener {
    /// Begins what has its turn.
    fn save_more(&mut self, handle: &Handle) -> Result {
        let Some(saver) = &mut self.saver else { return Ok(()) };
        saver.begin(handle).iter().try_for_each(|saved| self.writer.saved(saved))
    }

    /// What is not there at the end.
    fn tell_unsaved(&mut self) -> Result {
        let Some(saver) = &mut self.saver else { return Ok(()) };
        saver.rest(&self.client.handle()).iter().try_for_each(|saved| self.writer.saved(saved))
    }
}

/// Longest wait for names before a person sees a message without them.
const NAMES: Duration = Duration::from_secs(2);

/// Batches that may wait for their commands.
const WINDOW: usize = 64;
