//! `wx send`.

use std::{
    io::{self, Read},
    time::Duration,
};

use wx_blocking::{Pending, SendError};
use wx_proto::{
    CommandError, Contacts, Event, Flavour, Found, LoginMethod, OpError, Outgoing, Phase, SendOptions,
    SentMessage, UserName,
};

use crate::{
    account::{self, follow::Follow, login, recipient},
    error::{CliError, Result},
    options::GlobalOptions,
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
  wx --profile file-helper send 'hello, phone'

Exit codes: 0 the server stored it, 1 it failed or may have failed, 2 wrong usage, 3 logged out or refused, 130 Ctrl-C
(what became of the message is told).")]
pub(crate) struct Args {
    /// Whom: a remark, WeChat id, nick name or group name, or a part of one that fits nobody else, also in pinyin;
    /// `filehelper` is your own phone, and may be left out with --profile file-helper
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// The text; `-` reads it from stdin; put `--` before one that begins with a dash
    #[arg(value_name = "TEXT")]
    text: String,

    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

pub(crate) fn run(global: &GlobalOptions, args: Args) -> Result {
    let to = peer(global, args.to)?;
    // While it reads, a signal ends it as any other program.
    let text = if args.text == "-" { read_stdin(account::config(global).max_text)? } else { args.text };
    let stop = StopFlag::install()?;
    if text.is_empty() {
        return Err(CliError::usage(say().empty_text(), say().give_a_text()));
    }
    let within = Some(Duration::from_secs(args.timeout));
    let mut client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    let mut side = Screen::stderr();
    let mut follow = Follow { client: &mut client, stop: &stop, screen: &mut side, within };
    reach(&mut follow, &to)?;
    let handle = follow.client.handle();
    let (to, name) = handle.with_contacts(|contacts| recipient::resolve(&to, contacts))?;
    let pending = handle
        .send(&to, Outgoing::text(text), SendOptions::default())
        .map_err(|error| CliError::failed(say().command_error(&error), say().not_accepted()))?;
    let outcome = settle(&mut follow, pending)?;
    login::finish(client)?;
    let sent = told(outcome).map_err(|error| error.after(stop.signal()))?;
    let id = sent.msg_id.map(|id| say().sent_id(id.as_str())).unwrap_or_default();
    let name = clean::line(&name);
    let line = if sent.repeated { say().sent_twice(&name, &id) } else { say().sent(&name, &id) };
    Screen::stdout().line(line)?;
    // It was sent all the same.
    Ok(stop.check()?)
}

/// Whom the line names; where only the own phone can be written to, it need not be named.
fn peer(global: &GlobalOptions, to: Option<String>) -> Result<String> {
    match (global.profile.profile.flavour(), to) {
        (Flavour::Web, Some(to)) => Ok(to),
        (Flavour::Web, None) => Err(CliError::usage(say().to_missing(), say().see_help("wx send"))),
        (Flavour::FileHelper, None) => Ok(UserName::FILE_HELPER.to_owned()),
        (Flavour::FileHelper, Some(to)) if matches!(Contacts::default().find(&to), Found::One(_)) => Ok(to),
        (Flavour::FileHelper, Some(_)) => {
            Err(CliError::usage(say().command_error(&CommandError::OnlyFileHelper), say().leave_out_to()))
        }
    }
}

/// Waits until somebody of this name can be written to.
fn reach(follow: &mut Follow<'_>, name: &str) -> Result {
    // The file helper is known without the contacts.
    let needs_contacts = matches!(Contacts::default().find(name), Found::None);
    let goal = |event: &Event, _: &mut Screen| {
        let known = matches!(event, Event::Contacts(_));
        let online = matches!(event, Event::Phase(Phase::Online));
        Ok((known || (online && !needs_contacts)).then_some(()))
    };
    match follow.until(goal) {
        Ok(Some(())) => Ok(()),
        Ok(None) => Err(CliError::failed(say().nothing_sent_in_time(), say().check_the_network())),
        Err(CliError::Interrupted(signal)) => {
            Err(CliError::stopped(signal, say().nothing_sent(), say().run_again()))
        }
        Err(error @ (CliError::ClosedPipe | CliError::Failed(_))) => Err(error),
    }
}

/// Waits for the outcome; gives the send up when the time is over or a signal came.
fn settle(follow: &mut Follow<'_>, mut pending: Pending<SentMessage>) -> Result<Sent> {
    match follow.outcome(&mut pending, |_, _| Ok(())) {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) | Err(CliError::Interrupted(_)) => {
            pending.cancel();
            Ok(pending.wait())
        }
        Err(error) => Err(error),
    }
}

type Sent = std::result::Result<SentMessage, SendError>;

fn told(outcome: Sent) -> Result<SentMessage> {
    let say = say();
    let error = match outcome {
        Ok(sent) => return Ok(sent),
        Err(SendError::Op(error)) => error,
        Err(SendError::Command(_) | SendError::Stopped | _) => {
            return Err(CliError::failed(say.outcome_unknown(), say.look_at_the_phone()));
        }
    };
    let not_sent = say.not_sent(&say.op_error(&error));
    Err(match error {
        OpError::BadReply => CliError::failed(say.answer_not_understood(), say.look_at_the_phone()),
        OpError::Unknown => CliError::failed(say.no_clear_answer(), say.look_at_the_phone()),
        OpError::SessionEnded | OpError::PeerChanged => CliError::logged_out(not_sent, say.log_in_and_send()),
        OpError::RateLimited => CliError::failed(not_sent, say.wait_and_send()),
        OpError::Refused { .. } => CliError::failed(not_sent, say.may_you_write()),
        OpError::Cancelled | OpError::Expired | OpError::Failed(_) | _ => {
            CliError::failed(not_sent, say.send_again())
        }
    })
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
