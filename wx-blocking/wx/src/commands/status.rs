//! `wx status`.

use std::path::Path;

use serde::Serialize;
use wx_proto::{SessionEnd, Timestamp};

use crate::{
    account::{
        self, holder,
        stored::{self, Facts, Lock, Stored},
    },
    clock,
    error::{CliError, Result},
    json,
    options::Global,
    screen::{Screen, clean, days, palette::WHO, table},
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

pub(crate) fn run(global: &Global, args: &Args) -> Result {
    let path = account::session_path(global)?;
    let (stored, lock) = (stored::read(&path), stored::lock(&path));
    let facts = match stored {
        Stored::Session(facts) => Some(facts),
        Stored::Missing => None,
        Stored::Unreadable(reason) => {
            let what = say().session_unreadable(&path.display().to_string(), &reason);
            return Err(CliError::failed(what, say().move_it_away()));
        }
    };
    let mut screen = Screen::stdout();
    if args.json {
        screen.write(&json::line(&Line::new(global, &path, facts.as_ref(), lock)))?;
    } else {
        show(global, &path, facts.as_ref(), lock, &mut screen)?;
    }
    match facts.as_ref().and_then(ended) {
        Some(_) => Err(CliError::logged_out_as_told()),
        None => Ok(()),
    }
}

/// The end of a session that nothing came after.
fn ended(facts: &Facts) -> Option<&SessionEnd> {
    facts.ended.as_ref().filter(|_| facts.login.is_none())
}

fn show(global: &Global, path: &Path, facts: Option<&Facts>, lock: Lock, screen: &mut Screen) -> Result {
    let (say, now, columns) = (say(), clock::now(), screen.columns());
    let local = |at: Timestamp| days::moment(at, now, columns);
    let shown_path = clean::line(&path.display().to_string());
    let mut rows = Vec::new();
    if global.session.is_none() {
        rows.push((say.label_account(), format!("{WHO}{}{WHO:#}", global.account)));
    }
    let login = facts.and_then(|facts| facts.login.as_ref());
    rows.push((
        say.label_login(),
        login.map_or_else(
            || match facts.and_then(ended) {
                Some(end) => {
                    let why = clean::line(&say.end_reason(&end.reason));
                    say.login_ended(&local(end.at), &why, &say.run_login())
                }
                None => say.no_stored_login(),
            },
            |login| {
                let name = clean::cut(&login.nick_name, 24);
                say.logged_in_since(if name.is_empty() { "?" } else { &name }, &local(login.since))
            },
        ),
    ));
    rows.push((
        say.label_file(),
        facts.map_or_else(
            || say.file_missing(&shown_path),
            |facts| say.file_size(&shown_path, u64::try_from(facts.size).unwrap_or(u64::MAX)),
        ),
    ));
    if let Some(facts) = facts {
        rows.push((say.label_profile(), clean::line(&facts.profile)));
        let position = login.and_then(|login| login.position);
        rows.push((
            say.label_position(),
            position.map_or_else(|| say.position_none(), |at| say.position_since(&local(at))),
        ));
        let sends = if facts.open_sends == 0 {
            "0".to_owned()
        } else {
            say.sends_open(facts.open_sends, facts.may_have_left)
        };
        rows.push((say.label_sends(), sends));
    }
    rows.push((say.label_lock(), holder::of(lock)));
    let others: Vec<String> =
        account::names(global).into_iter().filter(|name| *name != global.account).collect();
    if !others.is_empty() {
        rows.push((say.label_others(), others.join(&say.comma())));
    }
    Ok(table::show(&rows, screen)?)
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
    fn new(global: &'a Global, path: &Path, facts: Option<&'a Facts>, lock: Lock) -> Self {
        let login = facts.and_then(|facts| facts.login.as_ref());
        let end = facts.and_then(ended);
        let (locked, lock_pid) = match lock {
            Lock::Free => (false, None),
            Lock::Held(pid) => (true, pid),
        };
        Self {
            account: global.session.is_none().then_some(&global.account),
            path: path.display().to_string(),
            stored: facts.is_some(),
            logged_in: login.is_some(),
            nick_name: login.map(|login| &*login.nick_name).filter(|name| !name.is_empty()),
            profile: facts.map(|facts| &*facts.profile),
            since: login.map(|login| login.since.as_secs()),
            position_since: login.and_then(|login| login.position).map(Timestamp::as_secs),
            ended: end.map(|end| end.at.as_secs()),
            end_reason: end.map(|end| end.reason.kind()),
            end_code: end.and_then(|end| end.reason.code()),
            open_sends: facts.map(|facts| facts.open_sends).unwrap_or_default(),
            may_have_left: facts.map(|facts| facts.may_have_left).unwrap_or_default(),
            locked,
            lock_pid,
            accounts: account::names(global),
        }
    }
}
