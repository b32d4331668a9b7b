//! `wx status`.

use std::path::Path;

use serde::Serialize;
use wx_blocking::{FileStore, LockState};
use wx_proto::{Session, SessionEnd, Timestamp};

use crate::{
    account::{self, holder, stored::Stored},
    clock,
    error::{CliError, Result},
    json,
    options::GlobalOptions,
    palette::WHO,
    screen::{Screen, clean, days, table},
    texts::lang::say,
};

/// Show what is stored of an account
///
/// Reads the session file and nothing else: no request is made, and a program that uses the session is not
/// disturbed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx status
  wx status --account work
  wx status --json | jq .logged_in

Exit codes: 0 done, 1 failed, 3 the session ended.")]
pub(crate) struct Args {
    /// One JSON object, for programs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(global: &GlobalOptions, args: &Args) -> Result {
    let path = account::session_path(global)?;
    let (stored, lock) = (Stored::read(&path), FileStore::lock_state(&path));
    let (session, size) = match stored {
        Stored::Session(session, size) => (Some(*session), size),
        Stored::Missing => (None, 0),
        Stored::Unreadable(reason) => {
            let what = say().session_unreadable(&path.display().to_string(), &reason);
            return Err(CliError::failed(what, say().move_it_away()));
        }
    };
    let status = Status { global, path: &path, session: session.as_ref(), size, lock };
    let mut screen = Screen::stdout();
    if args.json {
        screen.write(&json::line(&Line::new(&status)))?;
    } else {
        let columns = screen.columns();
        table::show(&status.rows(columns), &mut screen)?;
    }
    match status.ended() {
        Some(_) => Err(CliError::logged_out_as_told()),
        None => Ok(()),
    }
}

/// What there is to tell of an account.
struct Status<'a> {
    global: &'a GlobalOptions,
    path: &'a Path,
    session: Option<&'a Session>,
    /// Of the session's file, in bytes.
    size: u64,
    lock: LockState,
}

impl Status<'_> {
    /// The end of a session that nothing came after.
    fn ended(&self) -> Option<SessionEnd> {
        self.session.filter(|session| !session.has_login())?.ended()
    }

    /// Empty if the account was never online.
    fn nick_name(&self) -> &str {
        self.session.and_then(Session::me).map_or("", |me| &me.nick_name)
    }

    /// Sends whose outcome is not known yet, and of those, how many may have left.
    fn open_sends(&self) -> (usize, usize) {
        let open = || self.session.into_iter().flat_map(Session::open_sends);
        (open().count(), open().filter(|send| send.may_have_left).count())
    }

    /// Labels and values for people.
    fn rows(&self, columns: Option<usize>) -> Vec<(String, String)> {
        let Self { global, path, session, .. } = self;
        let (say, now) = (say(), clock::now());
        let local = |at: Timestamp| days::moment(at, now, columns);
        let mut rows = Vec::new();
        if global.session.is_none() {
            rows.push((say.label_account(), format!("{WHO}{}{WHO:#}", global.account)));
        }
        let login = match (session.and_then(Session::login_since), self.ended()) {
            (Some(since), _) => {
                let name = clean::cut(self.nick_name(), 24);
                say.logged_in_since(if name.is_empty() { "?" } else { &name }, &local(since))
            }
            (None, Some(end)) => {
                let why = clean::line(&say.end_reason(&end.reason));
                say.login_ended(&local(end.at), &why, &say.run_login())
            }
            (None, None) => say.no_stored_login(),
        };
        rows.push((say.label_login(), login));
        let path = clean::line(&path.display().to_string());
        let file = if session.is_some() { say.file_size(&path, self.size) } else { say.file_missing(&path) };
        rows.push((say.label_file(), file));
        if let Some(session) = session {
            rows.push((say.label_profile(), clean::line(session.profile())));
            let position = session.position_since();
            let position = position.map_or_else(|| say.position_none(), |at| say.position_since(&local(at)));
            rows.push((say.label_position(), position));
            let sends = match self.open_sends() {
                (0, _) => "0".to_owned(),
                (open, may_have_left) => say.sends_open(open, may_have_left),
            };
            rows.push((say.label_sends(), sends));
        }
        rows.push((say.label_lock(), holder::of(self.lock)));
        let others: Vec<String> =
            account::names(global).into_iter().filter(|name| *name != global.account).collect();
        if !others.is_empty() {
            rows.push((say.label_others(), others.join(&say.comma())));
        }
        rows
    }
}

/// The line for programs; its fields stay, more may be added.
#[derive(Serialize)]
#[serde(tag = "type", rename = "status")]
struct Line<'a> {
    /// Absent where the session file is given by its path.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    path: String,
    stored: bool,
    logged_in: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    nick_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    /// Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<u64>,
    /// Unix seconds: everything before is acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    position_since: Option<u64>,
    /// Unix seconds: the last session ended then.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<u64>,
    /// As in the event `logged_out`.
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_code: Option<i64>,
    open_sends: usize,
    may_have_left: usize,
    locked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    lock_pid: Option<u32>,
    /// Those that have a session.
    accounts: Vec<String>,
}

impl<'a> Line<'a> {
    fn new(status: &'a Status<'_>) -> Self {
        let Status { global, path, session, lock, .. } = status;
        let since = session.and_then(Session::login_since);
        let end = status.ended();
        let (locked, lock_pid) = match *lock {
            LockState::Free => (false, None),
            LockState::Held { pid } => (true, pid),
        };
        let (open_sends, may_have_left) = status.open_sends();
        Self {
            account: global.session.is_none().then_some(&global.account),
            path: path.display().to_string(),
            stored: session.is_some(),
            logged_in: since.is_some(),
            nick_name: Some(status.nick_name()).filter(|name| !name.is_empty()),
            profile: session.map(Session::profile),
            since: since.map(Timestamp::as_secs),
            position_since: session.and_then(Session::position_since).map(Timestamp::as_secs),
            ended: end.as_ref().map(|end| end.at.as_secs()),
            end_reason: end.as_ref().map(|end| end.reason.kind()),
            end_code: end.as_ref().and_then(|end| end.reason.code()),
            open_sends,
            may_have_left,
            locked,
            lock_pid,
            accounts: account::names(global),
        }
    }
}
