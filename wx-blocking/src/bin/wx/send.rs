//! `wx send`.

use std::{
    fmt::Write,
    io::{self, Read},
    time::Duration,
};

use wx_blocking::{Client, SendError};
use wx_proto::{
    Contacts, Event, Found, LoginMethod, OpError, OpId, Outcome, Outgoing, Phase, SendOptions, SentMessage,
    UserName,
};

use crate::{
    account,
    args::Global,
    clean,
    end::{End, Result},
    follow, login,
    names::name_of,
    screen::Screen,
    signals::StopFlag,
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

Exit codes: 0 the server stored it, 1 it failed or may have failed, 2 wrong usage, 3 logged out or refused.")]
pub(crate) struct Args {
    /// Whom: a remark, nick name, WeChat id or group name, written in full; `filehelper` is your own phone
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
    let stop = StopFlag::install()?;
    let text = if args.text == "-" { read_stdin()? } else { args.text };
    if text.is_empty() {
        return Err(End::usage("the text is empty", "give a text: wx send --to NAME TEXT"));
    }
    let within = Duration::from_secs(args.timeout);
    let mut client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    let mut side = Screen::stderr();
    let mut sending = Sending { client: &mut client, stop: &stop, side: &mut side, within };
    sending.reach(&args.to)?;
    let (to, name) = client.handle().with_contacts(|contacts| resolve(&args.to, contacts))?;
    let handle = client.handle();
    let op = handle
        .send(&to, Outgoing::text(text), SendOptions::default())
        .map_err(|error| End::failed(error, "change the text, or run it again"))?;
    let mut sending = Sending { client: &mut client, stop: &stop, side: &mut side, within };
    let outcome = sending.settle(op)?;
    handle.forget(op);
    login::finish(client)?;
    let sent = told(outcome)?;
    let id = sent.msg_id.map(|id| format!(", message {id}")).unwrap_or_default();
    let twice = if sent.repeated { "; it was sent twice to be sure, and may show twice" } else { "" };
    Screen::stdout().line(format_args!("sent to {}{id}{twice}", clean::line(&name)))?;
    Ok(())
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
            Ok(None) => Err(End::failed(
                "nothing was sent: the server could not be reached in time",
                "check the network, or give more time with --timeout SECONDS",
            )),
            Err(End::Interrupted) => Err(End::failed("interrupted: nothing was sent", "run it again")),
            Err(end @ (End::ClosedPipe | End::Failed(_))) => Err(end),
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
            Ok(None) | Err(End::Interrupted) => {
                self.client.handle().cancel(op);
                match self.client.handle().wait(op) {
                    Ok(outcome) => Ok(Ok(outcome)),
                    Err(SendError::Op(error)) => Ok(Err(error)),
                    Err(SendError::Command(_) | SendError::UnknownOp | SendError::Stopped | _) => {
                        Err(End::failed("it may have been sent: its outcome is not known", MAYBE))
                    }
                }
            }
            Err(end) => Err(end),
        }
    }
}

fn told(outcome: std::result::Result<Outcome, OpError>) -> Result<SentMessage> {
    match outcome {
        Ok(Outcome::Sent(sent)) => Ok(sent),
        Ok(_) => Err(End::failed("the server's answer is not understood: it may have been sent", MAYBE)),
        Err(OpError::Unknown) => Err(End::failed("it may have been sent: no clear answer came", MAYBE)),
        Err(error @ (OpError::SessionEnded | OpError::PeerChanged)) => {
            Err(End::logged_out(format_args!("not sent: {error}"), "run `wx login`, then send it again"))
        }
        Err(error @ OpError::RateLimited) => {
            Err(End::failed(format_args!("not sent: {error}"), "wait some minutes, then send it again"))
        }
        Err(error @ OpError::Refused { .. }) => Err(End::failed(
            format_args!("not sent: {error}"),
            "see on the phone whether you can still write to this chat",
        )),
        Err(error) => Err(End::failed(format_args!("not sent: {error}"), "send it again")),
    }
}

/// The chat of a name, and the name to show.
fn resolve(name: &str, contacts: &Contacts) -> Result<(UserName, String)> {
    match contacts.find(name) {
        Found::One(user) => {
            let shown = name_of(&user, contacts).unwrap_or_else(|| name.to_owned());
            Ok((user, shown))
        }
        Found::None => Err(End::failed(
            format_args!("nobody is called {name:?}"),
            "write the whole remark, nick name or group name, as the phone shows it",
        )),
        Found::Ambiguous(users) => {
            let mut what = format!("{} chats are called {name:?}:", users.len());
            for user in &users {
                let contact = contacts.get(user.as_str());
                let nick = contact.map(|contact| contact.nick_name()).unwrap_or_default();
                let remark = contact.map(|contact| contact.remark_name()).unwrap_or_default();
                // Writing to a String cannot fail.
                let _ = write!(what, "\n{user}  {}", clean::cut(nick, 30));
                if !remark.is_empty() {
                    let _ = write!(what, " ({})", clean::cut(remark, 30));
                }
            }
            Err(End::failed(what, "give one of these user names to --to; they change with the next login"))
        }
    }
}

/// All of stdin, without the newline that ends it.
fn read_stdin() -> Result<String> {
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| End::failed(format_args!("cannot read stdin: {error}"), "give UTF-8 text"))?;
    let end = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    Ok(end.map(str::to_owned).unwrap_or(text))
}

const MAYBE: &str = "look at the phone before you send it again";
