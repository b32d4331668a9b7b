//! `wx send`.

use std::{
    io::{self, Read},
    time::Duration,
};

use wx_blocking::{Client, SendError};
use wx_proto::{
    Contacts, Event, Found, LoginMethod, OpError, OpId, Outcome, Outgoing, Phase, SendOptions, SentMessage,
};

use crate::{
    account::{self, follow, login, recipient},
    error::{CliError, Result},
    options::Global,
    screen::{Screen, clean},
    signals::StopFlag,
    texts::lang::say,
};

/// Send a text and wait until the server has stored it
///
/// Goes on with the stored login. Messages that arrive meanwhile stay unread: `wx listen` shows them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx send --to filehelper 'hello, phone'
  wx send --to 明哥 '晚上见'
  date | wx send --to 'Book Club' -

Exit codes: 0 the server stored it, 1 it failed or may have failed, 2 wrong usage, 3 logged out or refused, 130 Ctrl-C
(what became of the message is told).")]
pub(crate) struct Args {
    /// Whom: a remark, WeChat id, nick name or group name, or a part of one that fits nobody else, also in pinyin;
    /// `filehelper` is your own phone
    #[arg(long, value_name = "NAME")]
    to: String,

    /// The text; `-` reads it from stdin; put `--` before one that begins with a dash
    #[arg(value_name = "TEXT")]
    text: String,

    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

pub(crate) fn run(global: &Global, args: Args) -> Result {
    // While it reads, a signal ends it as any other program.
    let text = if args.text == "-" { read_stdin(account::config(global).max_text)? } else { args.text };
    let stop = StopFlag::install()?;
    if text.is_empty() {
        return Err(CliError::usage(say().empty_text(), say().give_a_text()));
    }
    let within = Duration::from_secs(args.timeout);
    let mut client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    let mut side = Screen::stderr();
    let mut sending = Sending { client: &mut client, stop: &stop, side: &mut side, within };
    sending.reach(&args.to)?;
    let (to, name) = client.handle().with_contacts(|contacts| recipient::resolve(&args.to, contacts))?;
    let handle = client.handle();
    let mut sending = Sending { client: &mut client, stop: &stop, side: &mut side, within };
    let accepted = handle.send(&to, Outgoing::text(text), SendOptions::default());
    let op = accepted.map_err(|error| CliError::failed(say().command_error(&error), say().not_accepted()))?;
    let outcome = sending.settle(op)?;
    handle.forget(op);
    login::finish(client)?;
    let sent = told(outcome).map_err(|end| end.after(stop.signal()))?;
    let id = sent.msg_id.map(|id| say().sent_id(id.as_str())).unwrap_or_default();
    let name = clean::line(&name);
    let line = if sent.repeated { say().sent_twice(&name, &id) } else { say().sent(&name, &id) };
    Screen::stdout().line(line)?;
    // It was sent all the same.
    Ok(stop.check()?)
}

struct Sending<'a> {
    client: &'a mut Client,
    stop: &'a StopFlag,
    side: &'a mut Screen,
    within: Duration,
}

impl Sending<'_> {
    /// Waits until somebody of this name can be written to.
    fn reach(&mut self, name: &str) -> Result {
        // The file helper is known without the contacts.
        let needs_contacts = matches!(Contacts::default().find(name), Found::None);
        let goal = |event: &Event, _: &mut Screen| {
            let known = matches!(event, Event::Contacts(_));
            let online = matches!(event, Event::Phase(Phase::Online));
            Ok((known || (online && !needs_contacts)).then_some(()))
        };
        match follow::until(self.client, self.stop, self.side, Some(self.within), goal) {
            Ok(Some(())) => Ok(()),
            Ok(None) => Err(CliError::failed(say().nothing_sent_in_time(), say().check_the_network())),
            Err(CliError::Interrupted(signal)) => {
                Err(CliError::stopped(signal, say().nothing_sent(), say().run_again()))
            }
            Err(end @ (CliError::ClosedPipe | CliError::Failed(_))) => Err(end),
        }
    }

    /// Waits for the outcome; gives the send up when the time is over or a signal came.
    fn settle(&mut self, op: OpId) -> Result<std::result::Result<Outcome, OpError>> {
        let goal = |event: &Event, _: &mut Screen| {
            let outcome =
                if let Event::Done { op: ended, outcome } = event { Some((*ended, outcome)) } else { None };
            Ok(outcome.filter(|(ended, _)| *ended == op).map(|(_, outcome)| outcome.clone()))
        };
        match follow::until(self.client, self.stop, self.side, Some(self.within), goal) {
            Ok(Some(outcome)) => Ok(outcome),
            Ok(None) | Err(CliError::Interrupted(_)) => {
                self.client.handle().cancel(op);
                match self.client.handle().wait(op) {
                    Ok(outcome) => Ok(Ok(outcome)),
                    Err(SendError::Op(error)) => Ok(Err(error)),
                    Err(SendError::Command(_) | SendError::UnknownOp | SendError::Stopped | _) => {
                        Err(CliError::failed(say().outcome_unknown(), say().look_at_the_phone()))
                    }
                }
            }
            Err(end) => Err(end),
        }
    }
}

fn told(outcome: std::result::Result<Outcome, OpError>) -> Result<SentMessage> {
    let say = say();
    let not_sent = |error: &OpError| say.not_sent(&say.op_error(error));
    match outcome {
        Ok(Outcome::Sent(sent)) => Ok(sent),
        Ok(_) => Err(CliError::failed(say.answer_not_understood(), say.look_at_the_phone())),
        Err(OpError::Unknown) => Err(CliError::failed(say.no_clear_answer(), say.look_at_the_phone())),
        Err(error @ (OpError::SessionEnded | OpError::PeerChanged)) => {
            Err(CliError::logged_out(not_sent(&error), say.log_in_and_send()))
        }
        Err(error @ OpError::RateLimited) => Err(CliError::failed(not_sent(&error), say.wait_and_send())),
        Err(error @ OpError::Refused { .. }) => Err(CliError::failed(not_sent(&error), say.may_you_write())),
        Err(error) => Err(CliError::failed(not_sent(&error), say.send_again())),
    }
}

/// All of stdin, without the newline that ends it; no more is read than a text may hold.
fn read_stdin(most: usize) -> Result<String> {
    let bad = |error: &str| CliError::failed(say().bad_stdin(error), say().give_utf8());
    // The longest character has 4 bytes, and a newline may follow.
    let bytes = most.saturating_mul(4).saturating_add(2);
    let mut text = Vec::new();
    let mut stdin = io::stdin().take(u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(1));
    stdin.read_to_end(&mut text).map_err(|error| bad(&error.to_string()))?;
    if text.len() > bytes {
        return Err(CliError::failed(say().stdin_too_long(most), say().split_it()));
    }
    let text = String::from_utf8(text).map_err(|error| bad(&error.utf8_error().to_string()))?;
    let end = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    Ok(end.map(str::to_owned).unwrap_or(text))
}
