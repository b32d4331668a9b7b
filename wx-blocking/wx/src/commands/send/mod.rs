//! `wx send`.

mod parts;
mod ready;

use std::time::Duration;

use wx_blocking::{FileError, FileOptions, Handle, SendError};
use wx_proto::{
    CommandError, Contacts, Event, FailureKind, Flavour, Found, LoginMethod, OpError, Outgoing, Phase,
    SendOptions, SentMessage, UserName,
};

use self::{parts::Parts, ready::Ready};
use crate::{
    account::{
        self,
        follow::{Awaited, Follow},
        login, recipient,
    },
    error::{CliError, Failure, Result},
    options::GlobalOptions,
    screen::{Screen, clean},
    signals::StopFlag,
    size,
    texts::lang::say,
};

/// Send a text, files or pictures, and wait until the server has stored them
///
/// Several are sent in the order of the line; if one fails, those behind it are not begun. A file's name and first bytes say
/// whether it arrives as a picture, a film, a sticker or a file. An upload that is killed goes on with the next command that
/// has the session. Goes on with the stored login. Messages that arrive meanwhile stay unread: `wx listen` shows them.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx send --to filehelper 'hello, phone'
  wx send --to 明哥 '晚上见'
  date | wx send --to 'Book Club' -
  wx --profile file-helper send 'hello, phone'
  wx send --to filehelper --file CA.pem
  wx send --to 明哥 'the certificate:' --file CA.pem --name sim.pem
  date | wx send --to filehelper --file - --name date.txt

Exit codes: 0 the server stored it, 1 it failed or may have failed, 2 wrong usage, 3 logged out or refused, 130 Ctrl-C
(what became of the message is told).")]
pub(crate) struct Args {
    /// Whom: a remark, WeChat id, nick name or group name, or a part of one that fits nobody else, also in pinyin;
    /// `filehelper` is your own phone, and may be left out with --profile file-helper
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    #[command(flatten)]
    parts: Parts,

    /// The name that the receiver sees, for one file; needed with `--file -`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Give up after so many seconds; of a file, after so many without a piece of it
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

pub(crate) fn run(global: &GlobalOptions, args: Args) -> Result {
    let to = peer(global, args.to)?;
    // While it reads, a signal ends it as any other program.
    let ready = ready::all(args.parts, args.name.as_deref(), &account::config(global))?;
    let stop = StopFlag::install()?;
    let within = Some(Duration::from_secs(args.timeout));
    let mut client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    let mut side = Screen::stderr();
    let mut follow = Follow { client: &mut client, stop: &stop, screen: &mut side, within };
    reach(&mut follow, &to)?;
    let handle = follow.client.handle();
    let (to, name) = handle.with_contacts(|contacts| recipient::resolve(&to, contacts))?;
    let result = send_all(&mut follow, &handle, (&to, &name), &ready);
    login::finish(client)?;
    result.map_err(|error| error.after(stop.signal()))?;
    // All were sent all the same.
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

/// Sends them one after the other, up to the first that fails.
fn send_all(
    follow: &mut Follow<'_>,
    handle: &Handle,
    (to, name): (&UserName, &str),
    parts: &[Ready],
) -> Result {
    let mut out = Screen::stdout();
    let mut left = parts.len();
    for part in parts {
        left = left.saturating_sub(1);
        let outcome = send(follow, handle, to, part)?;
        follow.screen.hide_status();
        match told(outcome) {
            Ok(sent) => out.line(line(part, name, &sent))?,
            Err(CliError::Failed(failure)) if left > 0 => {
                let what = say().rest_not_begun(&failure.what, left);
                return Err(CliError::Failed(Failure { what, ..failure }));
            }
            Err(error) => return Err(error),
        }
        if left > 0
            && let Some(signal) = follow.stop.signal()
        {
            let what = say().rest_not_begun(&say().interrupted(), left);
            return Err(CliError::stopped(signal, what, say().run_again()));
        }
    }
    Ok(())
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

type Sent = std::result::Result<SentMessage, SendError>;

/// Sends one and waits for its outcome.
fn send(follow: &mut Follow<'_>, handle: &Handle, to: &UserName, part: &Ready) -> Result<Sent> {
    match part {
        Ready::Text(text) => match handle.send(to, Outgoing::text(text), SendOptions::default()) {
            Ok(pending) => settle(follow, pending, ""),
            Err(error) => Ok(Err(error.into())),
        },
        Ready::File(file) => {
            let mut options = FileOptions::default();
            (options.kind, options.name) = (Some(file.kind), Some(file.name.clone()));
            settle(follow, handle.send_file(to, &file.path, options), &file.name)
        }
    }
}

/// Waits for the outcome; gives the send up when the time is over or a signal came.
fn settle(follow: &mut Follow<'_>, mut pending: impl Awaited<SentMessage>, name: &str) -> Result<Sent> {
    match follow.transfer(&mut pending, name, |_, _| Ok(())) {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) | Err(CliError::Interrupted(_)) => Ok(pending.give_up()),
        Err(error) => Err(error),
    }
}

/// What there is to say of one that was sent.
fn line(part: &Ready, to: &str, sent: &SentMessage) -> String {
    let say = say();
    let id = sent.msg_id.as_ref().map(|id| say.sent_id(id.as_str())).unwrap_or_default();
    let to = clean::line(to);
    match (part, sent.repeated) {
        (Ready::Text(_), false) => say.sent(&to, &id),
        (Ready::Text(_), true) => say.sent_twice(&to, &id),
        (Ready::File(file), repeated) => {
            let (name, size) = (clean::line(&file.name), size::shown(file.len));
            if repeated {
                say.sent_file_twice(&name, &size, &to, &id)
            } else {
                say.sent_file(&name, &size, &to, &id)
            }
        }
    }
}

fn told(outcome: Sent) -> Result<SentMessage> {
    let say = say();
    let error = match outcome {
        Ok(sent) => return Ok(sent),
        Err(SendError::Op(error)) => error,
        Err(SendError::Command(error @ CommandError::FileTooLarge { .. })) => {
            return Err(CliError::failed(say.command_error(&error), say.raise_the_limit()));
        }
        Err(SendError::Command(error)) => {
            return Err(CliError::failed(say.command_error(&error), say.not_accepted()));
        }
        Err(SendError::File(error)) => {
            let next = if let FileError::Changed { .. } = error {
                say.send_when_still()
            } else {
                say.check_the_path()
            };
            return Err(CliError::failed(say.not_sent(&say.file_error(&error)), next));
        }
        Err(SendError::Stopped | _) => {
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
        OpError::Failed(FailureKind::FileChanged) => CliError::failed(not_sent, say.send_when_still()),
        OpError::Failed(FailureKind::FileUnreadable) => CliError::failed(not_sent, say.check_the_path()),
        OpError::Cancelled | OpError::Expired | OpError::Failed(_) | OpError::UploadFailed | _ => {
            CliError::failed(not_sent, say.send_again())
        }
    })
}
