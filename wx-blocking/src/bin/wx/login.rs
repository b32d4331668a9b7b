//! `wx login`.

use std::time::Duration;

use wx_blocking::Client;
use wx_proto::{Event, LoginMethod};

use crate::{
    account,
    args::Global,
    end::{End, Result},
    follow,
    screen::Screen,
    signals::{GRACE, StopFlag},
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
  wx login --connect-to 127.0.0.1:8443 --ca-file CA.pem      to a `wx sim`")]
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
    screen.line("the login is stored; next: wx listen, or wx send --to NAME TEXT")?;
    Ok(())
}

/// Starts a login.
pub(crate) fn start(client: &Client, how: LoginMethod) -> Result {
    client.login(how).map_err(|error| End::failed(error, "run `wx login`"))
}

/// Lets sends settle and stores the session.
pub(crate) fn finish(client: Client) -> Result {
    finish_within(client, GRACE)
}

/// Lets sends settle for so long at most, and stores the session.
pub(crate) fn finish_within(client: Client, grace: Duration) -> Result {
    client.stop(grace).map_err(|error| {
        End::failed(
            format_args!("the session was not stored: {error}"),
            "free some space, or check who may write there; then run it again",
        )
    })
}
