//! `wx login`.

use std::time::Duration;

use wx_blocking::Client;
use wx_proto::{Event, LoginMethod};

use crate::{
    account::{self, follow},
    error::{End, Result},
    options::Global,
    quiet,
    screen::Screen,
    signals::{GRACE, StopFlag},
    texts::lang::say,
};

/// Log in by QR code, or go on with the stored login
///
/// Shows a QR code to scan and confirm with WeChat on the phone, waits until the contacts are loaded, stores the
/// login and ends. Later commands go on with it without a code.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx login
  wx login --account work
  wx login --connect-to 127.0.0.1:8443 --ca-file CA.pem      # to a `wx sim`")]
pub(crate) struct Args {}

pub(crate) fn run(global: &Global, _: &Args) -> Result {
    let stop = StopFlag::install()?;
    let mut client = account::open(global)?;
    account::warn(global, &client);
    let mut screen = Screen::stdout();
    start(&client, LoginMethod::Auto)?;
    let contacts = |event: &Event, _: &mut Screen| Ok(matches!(event, Event::Contacts(_)).then_some(()));
    follow::until(&mut client, &stop, &mut screen, None, contacts)?;
    finish(client)?;
    if !quiet::is_set() {
        screen.line(say().login_stored())?;
    }
    Ok(())
}

/// Starts a login.
pub(crate) fn start(client: &Client, how: LoginMethod) -> Result {
    client.login(how).map_err(|error| End::failed(say().command_error(&error), say().run_login()))
}

/// How a command that may run with nobody there logs in: with a code only where somebody sees it, or where it was asked for.
///
/// # Errors
/// If it cannot log in so.
pub(crate) fn method(global: &Global, client: &Client, has_eyes: bool, asked: bool) -> Result<LoginMethod> {
    if has_eyes || asked {
        Ok(LoginMethod::Auto)
    } else if client.has_login() {
        Ok(LoginMethod::Resume)
    } else {
        Err(account::no_login(global, say().no_login_here()))
    }
}

/// Lets sends settle and stores the session.
pub(crate) fn finish(client: Client) -> Result {
    finish_within(client, GRACE)
}

/// Lets sends settle for so long at most, and stores the session.
pub(crate) fn finish_within(client: Client, grace: Duration) -> Result {
    client.stop(grace).map_err(|error| {
        End::failed(say().session_not_stored(&say().store_error(&error)), say().free_space())
    })
}
