//! `wx logout`.

use wx_proto::LoginMethod;

use crate::{
    account,
    args::Global,
    end::{End, Result},
    lang::say,
    login,
    screen::Screen,
};

/// End the stored login, here and on the server
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx logout
  wx logout --account work")]
pub(crate) struct Args {}

pub(crate) fn run(global: &Global, _: &Args) -> Result {
    let client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    client.handle().logout().map_err(|error| End::failed(error, say().logout_failed()))?;
    login::finish(client)?;
    Screen::stdout().line(say().logged_out())?;
    Ok(())
}
