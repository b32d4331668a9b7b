//! `wx rpc`.

mod answers;
mod error;
mod frame;
mod input;
mod methods;
mod output;
mod parking;
mod reader;
mod recipient;
mod reply;
mod service;
mod state;
mod transfers;

use std::{
    io::{self, IsTerminal},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::ValueEnum;
use wx_blocking::Client;
use wx_proto::{EndReason, Event, LoginMethod, Phase};

use self::{
    output::{AfterWrite, Output},
    reader::Reader,
    service::Service,
};
use crate::{
    account::{self, follow, login, received::Received},
    error::{CliError, Result, end_of_service},
    options::GlobalOptions,
    signals::{GRACE, StopFlag, TICK},
    texts::lang::say,
};

/// Serve other programs over stdin and stdout, as JSON-RPC 2.0
///
/// Goes on with the stored login; without one it tells a QR code to scan with --login, and ends with 3 else. Requests are read from stdin, one in a line; answers and
/// events are written to stdout, one in a line. The end of stdin, SIGINT, SIGTERM or SIGHUP end it: calls under way
/// are answered, within 15 seconds, and the session is stored; it does not log out.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// When messages count as taken: `auto`, once their lines are written, or `manual`, when the peer calls `ack` (what
    /// it never acknowledged comes again after a restart)
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    ack: AckMode,

    /// Tell a QR code to scan where there is no login to go on with; implied on a terminal
    #[arg(long)]
    login: bool,
}

/// Who acknowledges a batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum AckMode {
    // Their help is the option's, in both languages.
    Auto,
    Manual,
}

pub(crate) fn run(global: &GlobalOptions, args: &Args) -> Result {
    let stop = StopFlag::install()?;
    let client = account::open(global)?;
    let method = login::method(global, &client, io::stdout().is_terminal(), args.login)?;
    account::warn(global, &client);
    let no_thread = |error: io::Error| CliError::no_thread(&error);
    let handle = client.handle();
    let then = {
        let handle = client.handle();
        move |then| match then {
            AfterWrite::Ack(batch) => {
                if let Err(error) = handle.ack(batch) {
                    tracing::debug!(%error, "not acknowledged");
                }
            }
            AfterWrite::Forget(op) => handle.forget(op),
        }
    };
    let out = Output::start(io::stdout(), then).map_err(no_thread)?;
    let received = Received::open(&account::session_path(global)?, true);
    let profile = global.profile.profile.name().to_owned();
    let service = Arc::new(Service::new(handle, out.clone(), profile, args.ack == AckMode::Auto, received));
    login::start(&client, method)?;
    let reader = Reader::start(io::stdin(), Arc::clone(&service), out.clone()).map_err(no_thread)?;
    Server { client, service, out, reader, ending: None }.run(&stop)
}

struct Server {
    client: Client,
    service: Arc<Service>,
    out: Output,
    reader: Reader,
    ending: Option<Ending>,
}

/// The end has begun.
struct Ending {
    since: Instant,
    result: Result,
    cancelled: Cancelled,
}

/// What of the calls under way was given up.
#[derive(Clone, Copy)]
enum Cancelled {
    Nothing,
    /// What nothing of has left.
    Unsent,
    All,
}

impl Server {
    fn run(mut self, stop: &StopFlag) -> Result {
        loop {
            if let Some(error) = self.out.take_failure() {
                // Nobody hears an answer any more: what is under way goes on, now or in the next run.
                let stored = login::finish(self.client);
                return match CliError::from(error) {
                    CliError::ClosedPipe | CliError::Interrupted(_) => stored,
                    end @ CliError::Failed(_) => Err(end),
                };
            }
            if self.ending.is_none() {
                if let Some(error) = self.reader.take_failure() {
                    let what = say().cannot_read_input(&say().io_error(&error));
                    self.end(Err(CliError::failed(what, say().see_the_input())));
                } else if let Some(signal) = stop.signal() {
                    self.end(end_of_service(signal));
                } else if self.reader.has_ended() {
                    self.end(Ok(()));
                }
            }
            if self.is_over() {
                return self.finish();
            }
            self.service.tick();
            if self.out.wait_for_room(TICK)
                && let Some(event) = self.next_event()?
            {
                self.take(&event);
            }
        }
    }

    fn next_event(&mut self) -> Result<Option<Event>> {
        // Towards the end every moment counts.
        let wait = if self.ending.is_some() { SHORT } else { TICK };
        follow::next_within(&mut self.client, wait)
    }

    fn take(&mut self, event: &Event) {
        self.service.event(event);
        if matches!(event, Event::Phase(Phase::Idle))
            && self.ending.is_none()
            && let Err(error) = self.client.login(LoginMethod::Resume)
        {
            // A logout without the server's answer: the login goes on.
            tracing::debug!(%error, "not resumed");
        }
        if let Event::Phase(Phase::Ended(reason)) = event {
            // A logout was asked for by the peer.
            let is_wanted = *reason == EndReason::LoggedOut;
            self.end(if is_wanted { Ok(()) } else { Err(follow::ended(reason)) });
        }
    }

    /// Nothing new is begun; a first reason counts, unless a worse one comes.
    fn end(&mut self, result: Result) {
        self.service.begin_stop();
        match &mut self.ending {
            Some(ending) if result.is_err() => ending.result = result,
            Some(_) => {}
            None => {
                self.ending = Some(Ending { since: Instant::now(), result, cancelled: Cancelled::Nothing })
            }
        }
    }

    /// Whether every call is answered, or there is no more time for it.
    fn is_over(&mut self) -> bool {
        let Some(ending) = &mut self.ending else { return false };
        let passed = ending.since.elapsed();
        match ending.cancelled {
            Cancelled::Nothing if passed >= SETTLE => {
                ending.cancelled = Cancelled::Unsent;
                self.service.cancel_unsent();
            }
            Cancelled::Unsent if passed >= SETTLE_SENT => {
                ending.cancelled = Cancelled::All;
                self.service.cancel_all();
            }
            Cancelled::Nothing | Cancelled::Unsent | Cancelled::All => {}
        }
        let is_answered = self.service.is_settled() && self.reader.is_quiet();
        is_answered || ending.since.elapsed() >= ANSWER
    }

    fn finish(self) -> Result {
        let Some(ending) = self.ending else { return Ok(()) };
        self.service.abandon();
        self.out.drain(DRAIN.saturating_sub(ending.since.elapsed()));
        let failure = self.out.take_failure().map(CliError::from);
        let left = GRACE.saturating_sub(ending.since.elapsed());
        let stored = login::finish_within(self.client, left);
        match (ending.result, failure) {
            (Err(end), _) | (Ok(()), Some(end @ CliError::Failed(_))) => Err(end),
            (Ok(()), Some(CliError::ClosedPipe | CliError::Interrupted(_)) | None) => stored,
        }
    }
}

/// Sends that wait may take so long from the beginning of the end; then they are given up.
const SETTLE: Duration = Duration::from_secs(12);
/// The same of those that are with the server.
const SETTLE_SENT: Duration = Duration::from_millis(12_700);
/// By then every call is answered.
const ANSWER: Duration = Duration::from_secs(13);
/// By then every answer is written, if the peer reads.
const DRAIN: Duration = Duration::from_secs(14);
/// The pause between two looks at the end.
const SHORT: Duration = Duration::from_millis(10);

const EXAMPLES: &str = "\
Examples:
  wx rpc
  wx rpc --login              # tell a QR code if there is no login to go on with
  wx rpc --ack manual --account work
  wx rpc --login --connect-to 127.0.0.1:8443 --ca-file CA.pem --session me.json      # to a `wx sim`

What the program writes, and what it is asked:
  {\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":{\"type\":\"ready\"}}
  {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"send_text\",\"params\":{\"to\":\"filehelper\",\"text\":\"hello\"}}
  {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"msg_id\":\"512..\",\"client_msg_id\":\"173..\",\"outcome\":\"sent\",\"repeated\":false}}

Events are those of `wx listen --json`. How far a file is comes four times a second at most, with `msg_id` on its way down:
  {\"type\":\"transfer\",\"direction\":\"up\",\"client_msg_id\":\"..\",\"done\":524288,\"total\":1000000}

Methods:
  send_text {to, text, client_msg_id?}   answered when the outcome is known; `to` is a name or a user name.
                                         A client_msg_id is your own: it is sent once, and asking again gives
                                         the outcome, also after a restart, until you `forget` it
  send_file {to, path, kind?, name?, client_msg_id?}
                                         kind is file, image, video or emoticon, else told from name and bytes; the file
                                         is read first, then sent beside texts, and goes on after a restart
  forward {msg_id, to}                   a message of this run, or one with a file of this login, without a new upload
  cancel {client_msg_id}                 {\"cancelled\":true}, and its call is answered cancelled; false if it is over
  download {msg_id, path, variant?, overwrite?}
                                         {\"path\":\"..\",\"size\":1,\"mime\":\"..\"} once it is there; path may be a folder, variant is
                                         full or thumbnail
  forget {client_msg_id}                 you have the outcome: {\"forgotten\":true}
  ack {batch}                            with --ack manual, after the line with \"last\":true
  contacts {query?}                      {\"contacts\":[..],\"complete\":true}, each with user_name, name, kind and more
  status
  logout                                 answered when the server confirmed it; without that the login goes on and the
                                         answer is an error, unknown_outcome

Calls before `ready` wait for it, 256 at most; without a login they are not_online. An error says in data.kind what is wrong: not_online, unknown_chat, ambiguous_name, refused, rate_limited,
unknown_outcome, file, too_large, expired, cancelled, session_ended, peer_changed, unknown_batch, unknown_message, outbox_full.
A line may have 16 MiB, a batch 256 requests. While nobody reads its answers the program reads no more requests.
Exit codes: 0 stopped by SIGTERM, the end of stdin, a closed pipe or `logout`, 1 failed, 3 logged out or refused,
130 Ctrl-C.";
