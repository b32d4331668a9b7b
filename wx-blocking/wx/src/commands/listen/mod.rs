//! `wx listen`.

mod exec;

use std::{
    collections::VecDeque,
    io::{self, IsTerminal, Write},
    time::{Duration, Instant},
};

use wx_blocking::{Client, Handle};
use wx_proto::{Event, Phase};

use self::exec::Exec;
use crate::{
    account::{self, follow, login},
    clock,
    error::{CliError, Result, end_of_service},
    json,
    messages::{human, names::Names, recent::RecentMessages},
    options::GlobalOptions,
    quiet,
    screen::{Screen, days::Days},
    signals::StopFlag,
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
  wx listen --exec 'jq -r .text >>texts.log'
  wx listen --reply --exec 'jq -r \"\\\"you said: \\\" + .text\"'

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
    let writer: Box<dyn Writer> =
        if args.json { Box::new(Json { profile: profile.clone() }) } else { Box::new(Human::new()) };
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
        waiting: VecDeque::new(),
    };
    let end = loop {
        if let Err(end) = listener.step(&stop) {
            break end;
        }
    };
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
        self.recent.note(event);
        self.writer.write(&self.client, event, &self.recent)?;
        if let Event::Batch(batch) = event {
            if let Some(exec) = &self.exec {
                exec.take(batch, json_lines(&handle, &self.profile, event, &self.recent));
            } else if let Err(error) = handle.ack(batch.id) {
                tracing::debug!(%error, "not acknowledged");
            }
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

/// Longest wait for names before a person sees a message without them.
const NAMES: Duration = Duration::from_secs(2);

/// Batches that may wait for their commands.
const WINDOW: usize = 64;

trait Writer {
    /// Writes what there is to tell of an event, and flushes. `recent`: what was said before, and this.
    fn write(&mut self, client: &Client, event: &Event, recent: &RecentMessages) -> Result;

    /// Whether a batch can be written as well as it ever can.
    fn is_ready(&self, client: &Client, event: &Event) -> bool;

    /// Between events.
    fn rest(&mut self, client: &Client);
}

/// The lines of an event.
fn json_lines(handle: &Handle, profile: &str, event: &Event, recent: &RecentMessages) -> String {
    let (me, id) = (handle.me(), follow::client_msg_id(handle, event));
    let context =
        json::Context { client_msg_id: id.as_deref(), recent: Some(recent), ..json::Context::new(profile) };
    handle.with_contacts(|contacts| json::lines(event, contacts, me.as_ref(), context))
}

struct Json {
    profile: String,
}

impl Writer for Json {
    fn write(&mut self, client: &Client, event: &Event, recent: &RecentMessages) -> Result {
        let lines = json_lines(&client.handle(), &self.profile, event, recent);
        let mut out = io::stdout().lock();
        out.write_all(lines.as_bytes())?;
        Ok(out.flush()?)
    }

    /// A message never waits for names.
    fn is_ready(&self, _: &Client, _: &Event) -> bool {
        true
    }

    fn rest(&mut self, _: &Client) {}
}

struct Human {
    out: Screen,
    side: Screen,
    days: Days,
}

impl Human {
    fn new() -> Self {
        Self { out: Screen::stdout(), side: Screen::stderr(), days: Days::default() }
    }
}

impl Writer for Human {
    fn write(&mut self, client: &Client, event: &Event, recent: &RecentMessages) -> Result {
        let handle = client.handle();
        self.side.see(event);
        if let Event::Batch(batch) = event {
            let (me, now, columns) = (handle.me(), clock::now(), self.out.columns());
            let lines = handle.with_contacts(|contacts| {
                human::batch(&batch.content, contacts, me.as_ref(), now, columns, recent, &mut self.days)
            });
            self.side.hide_status();
            self.out.write(&lines)?;
        }
        if let Event::QrCode(code) = event {
            self.side.qr(&code.url)?;
        }
        if let Some(notice) = human::notice(event).filter(|_| !quiet::hides(event)) {
            self.side.line(notice)?;
        }
        Ok(())
    }

    /// At the start messages come before the contacts are loaded.
    fn is_ready(&self, client: &Client, event: &Event) -> bool {
        let Event::Batch(batch) = event else { return true };
        let handle = client.handle();
        let me = handle.me();
        handle.with_contacts(|contacts| {
            batch
                .messages()
                .iter()
                .all(|message| Names::of(message, contacts, me.as_ref()).is_complete(message))
        })
    }

    fn rest(&mut self, client: &Client) {
        self.side.tick(client);
    }
}
