//! `wx login`.

use wx_proto::{Event, Flavour, LoginMethod};

use crate::{
    account::{self, follow::Follow, login},
    error::Result,
    options::GlobalOptions,
    quiet,
    screen::Screen,
    signals::StopFlag,
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
  wx --profile file-helper login                             # only your own phone, and gentler
  wx login --connect-to 127.0.0.1:8443 --ca-file CA.pem      # to a `wx sim`")]
pub(crate) struct Args {}

pub(crate) fn run(global: &GlobalOptions, _: &Args) -> Result {
    let stop = StopFlag::install()?;
    let mut client = account::open(global)?;
    account::warn(global, &client);
    let mut screen = Screen::stdout();
    login::start(&client, LoginMethod::Auto)?;
    let contacts = |event: &Event, _: &mut Screen| Ok(matches!(event, Event::Contacts(_)).then_some(()));
    Follow { client: &mut client, stop: &stop, screen: &mut screen, within: None }.until(contacts)?;
    login::finish(client)?;
    if !quiet::is_set() {
        screen.line(match global.profile.profile.flavour() {
            Flavour::Web => say().login_stored(),
            Flavour::FileHelper => say().login_stored_file_helper(),
        })?;
    }
    Ok(())
}
