//! `wx demo`.

mod files;
mod report;
mod script;
mod stage;

use std::{io::Write, time::Duration};

use wx_blocking::{Client, MemoryStore};
use wx_proto::LoginMethod;
use wx_testkit::{
    listener::{Listener, ListenerOptions},
    server::{Account, Server, ServerConfig},
};

use crate::{
    account::{self, login},
    clock,
    error::{CliError, Result},
    options::GlobalOptions,
    palette::DIM,
    screen::Screen,
    signals::StopFlag,
    simulator::SimulatedService,
    texts::lang::say,
};

use self::stage::Stage;

/// See it work offline: a whole session against the simulated server
///
/// Starts the simulated server on this computer, logs in with the real client, receives and sends messages and files, breaks
/// the connection once, logs out, and compares what the server queued with what arrived. Takes about 20 seconds,
/// needs no account and no network, and stores nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx demo
  wx demo -v              # with the log of every request
  wx demo | cat           # as plain text")]
pub(crate) struct Args {}

pub(crate) fn run(global: &GlobalOptions, _: &Args) -> Result {
    let stop = StopFlag::install()?;
    let mut screen = Screen::stdout();
    let listener = serve(global)?;
    screen.line(say().demo_intro())?;
    screen.line(format_args!("{DIM}{}{DIM:#}", say().demo_address(&listener.address().to_string())))?;
    let client = connect(global, &listener)?;
    login::start(&client, LoginMethod::Auto)?;
    let mut stage = Stage::new(client, &listener, stop, screen);
    stage.play()?;
    report::show(stage)
}

/// The simulated server, its phone set to scan and confirm by itself.
fn serve(global: &GlobalOptions) -> Result<Listener<SimulatedService>> {
    let mut config = ServerConfig::web();
    config.scan_after = Some(Duration::from_millis(1_500));
    config.confirm_after = Some(Duration::from_millis(1_000));
    let seed = global.seed.unwrap_or_else(|| clock::now().as_millis());
    let server = Server::new(config, Account::demo(), seed);
    Listener::start(SimulatedService::new(server.into(), Box::new(|_, _| ())), ListenerOptions::default())
        .map_err(|error| {
            CliError::failed(say().demo_no_listener(&say().io_error(&error)), say().demo_loopback())
        })
}

/// The client as any program would build it.
fn connect(global: &GlobalOptions, listener: &Listener<SimulatedService>) -> Result<Client> {
    let failed = |error: String| CliError::failed(error, say().run_again_verbosely());
    let no_file = |error: std::io::Error| failed(say().demo_no_file(&say().io_error(&error)));
    let mut ca = tempfile::NamedTempFile::new().map_err(no_file)?;
    ca.write_all(listener.ca_pem().as_bytes()).map_err(no_file)?;
    let mut builder = Client::builder()
        .config(account::config(global))
        .store(MemoryStore::new())
        .connect_to(listener.address())
        .ca_file(ca.path());
    if let Some(seed) = global.seed {
        builder = builder.seed(seed);
    }
    builder.build().map_err(|error| failed(say().build_error(&error)))
}
