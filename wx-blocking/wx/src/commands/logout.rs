//! `wx logout`.

use std::time::Duration;

use wx_blocking::SendError;
use wx_proto::LoginMethod;

use crate::{
    account::{self, follow::Follow, login, received::Received},
    error::{CliError, Result},
    options::GlobalOptions,
    screen::{Screen, clean},
    signals::StopFlag,
    texts::lang::say,
};

/// End the stored login, here and on the server
///
/// Waits until the server confirms it. Without its answer the login stays stored, for the session there may go on:
/// then try again, end it on the phone, or forget it here with --local.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx logout
  wx logout --account work
  wx logout --local      # forget it here; the server is not asked

Exit codes: 0 logged out, 1 the server did not confirm it, 3 there is no login.")]
pub(crate) struct Args {
    /// Forget the stored login here without asking the server, where the session may go on
    #[arg(long)]
    local: bool,
}

pub(crate) fn run(global: &GlobalOptions, args: &Args) -> Result {
    let stop = StopFlag::install()?;
    let mut client = account::open_logged_in(global)?;
    if args.local {
        client.handle().forget_login();
        login::finish(client)?;
        Received::remove(&account::session_path(global)?);
        return Ok(Screen::stdout().line(say().forgotten_here())?);
    }
    login::start(&client, LoginMethod::Resume)?;
    let mut pending = client
        .handle()
        .logout()
        .map_err(|error| CliError::failed(say().command_error(&error), say().logout_failed()))?;
    let mut screen = Screen::stderr();
    let mut follow = Follow { client: &mut client, stop: &stop, screen: &mut screen, within: Some(PATIENCE) };
    let outcome = follow.outcome(&mut pending, |_, _| Ok(()));
    // Whatever came of it, the session is kept as it is now.
    login::finish_within(client, Duration::ZERO)?;
    match outcome? {
        Some(Ok(())) => {
            Received::remove(&account::session_path(global)?);
            Ok(Screen::stdout().line(say().logged_out())?)
        }
        Some(Err(error)) => Err(unconfirmed(&why(&error))),
        None => Err(unconfirmed(&say().no_answer_in_time())),
    }
}

fn why(error: &SendError) -> String {
    clean::line(&say().send_error(error))
}

fn unconfirmed(why: &str) -> CliError {
    CliError::failed(say().logout_unconfirmed(why), say().logout_failed())
}

/// Longest wait for the server's answer.
const PATIENCE: Duration = Duration::from_secs(30);
