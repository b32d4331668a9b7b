//! `wx sim`.

mod console;
mod state;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::json;
use wx_proto::Flavour;
use wx_testkit::{
    listener::{Ca, Listener, ListenerOptions},
    script::Script,
    server::{Accounts, ServerConfig},
};

use crate::{
    clock,
    error::{CliError, Result, end_of_service},
    options::{GlobalOptions, InvalidValue},
    signals::{StopFlag, TICK},
    simulator::{OnChange, SimulatedService},
    texts::lang::say,
};

use self::state::{Keeper, State};

/// Serve the simulated server on loopback, for any client
///
/// The first line on stdout says the port. Commands are read from stdin as JSON lines, each is answered with one
/// line. Without --scan-after and --confirm-after the phone scans and confirms every code by itself, a second
/// apart, so that a client can log in unattended. It serves until SIGINT or SIGTERM; the end of stdin does not
/// stop it, unless that is a terminal.
///
/// With --profile file-helper it is the file helper's server; what --state holds stays what it is.
///
/// With --accounts N it serves N accounts, each with its own people, messages and logins. A login is of the first
/// account that has neither a login under way nor a session; if each has one, they take turns. A command is for the
/// account of its "account", counted from 1, else for the first.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The port on 127.0.0.1; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,

    /// Where to write the certificate that clients have to trust
    #[arg(long, value_name = "PEM")]
    ca_out: PathBuf,

    /// Keep the accounts, their queues and logins and the CA key in this file, and go on from it
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Serve so many accounts, at most 1000 [default: as many as --state holds, else 1]
    #[arg(long, value_name = "N", value_parser = account_count)]
    accounts: Option<usize>,

    /// The phone scans so long after a code is first polled; `never` waits for {"cmd":"scan"}
    #[arg(long, value_name = "MS", default_value = "1000", value_parser = pause)]
    scan_after: Pause,

    /// The phone confirms so long after the scan; `never` waits for {"cmd":"confirm"}
    #[arg(long, value_name = "MS", default_value = "1000", value_parser = pause)]
    confirm_after: Pause,

    /// How long a poll without news is held
    #[arg(long, value_name = "MS", default_value_t = 25_000)]
    hold: u64,

    /// Carry out the commands in this file at their "at_ms", in milliseconds from the start
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

pub(crate) fn run(global: &GlobalOptions, args: Args) -> Result {
    let stop = StopFlag::install()?;
    let mut script = args.script.as_deref().map(read_script).transpose()?.unwrap_or_default();
    let (ca, accounts) = begin(global, &args)?;
    let count = accounts.count();
    let keeper = args.state.clone().map(|path| Arc::new(Mutex::new(Keeper::new(path, ca.clone()))));
    let mut served = SimulatedService::new(accounts, on_change(keeper.clone()));
    // The state has to be there before a client can rely on it.
    served.change(|_| ());
    let options = ListenerOptions { port: args.port, ca: Some(ca), ..ListenerOptions::default() };
    let listener = Listener::start(served, options).map_err(|error| {
        CliError::failed(say().sim_port(u64::from(args.port), &say().io_error(&error)), say().sim_port_next())
    })?;
    fs::write(&args.ca_out, listener.ca_pem()).map_err(|error| {
        let path = args.ca_out.display().to_string();
        CliError::failed(say().cannot_write_file(&path, &say().io_error(&error)), say().sim_ca_next())
    })?;
    let more = if count > 1 { format!(",\"accounts\":{count}") } else { String::new() };
    console::say(&format!("{{\"port\":{},\"ca\":{}{more}}}", listener.port(), json!(args.ca_out)));
    let listener = Arc::new(listener);
    let commands = console::read(Arc::clone(&listener));
    let start = Instant::now();
    while !stop.is_set() && !commands.ended_at_terminal() {
        while let Some(line) = script.due(start.elapsed()) {
            let answer = console::execute(&listener, &line);
            console::say(&console::with_time(&answer, start.elapsed()));
        }
        if let Some(keeper) = &keeper {
            listener.with(|served, _| lock(keeper).catch_up(served.accounts()));
        }
        let next = script.next_at_ms().map(Duration::from_millis);
        std::thread::sleep(next.map_or(TICK, |at| at.saturating_sub(start.elapsed()).min(TICK)));
    }
    if let Some(keeper) = &keeper {
        listener.with(|served, _| lock(keeper).finish(served.accounts()));
    }
    stop.signal().map_or(Ok(()), end_of_service)
}

/// The accounts of the state file, new ones where it has too few, with the settings of the command line.
fn begin(global: &GlobalOptions, args: &Args) -> Result<(Ca, Accounts)> {
    let seed = global.seed.unwrap_or_else(|| clock::now().as_millis());
    let stored = args.state.as_deref().map(State::load).transpose()?.flatten();
    let (ca, mut accounts) = match stored {
        Some(state) => (state.ca, state.accounts),
        None => {
            let ca = Ca::generate()
                .map_err(|error| CliError::failed(say().sim_no_ca(&error.to_string()), say().run_again()))?;
            (ca, Accounts::demo(&flavour(global.profile.profile.flavour()), 1, seed))
        }
    };
    if let Some(wanted) = args.accounts {
        let count = accounts.count();
        if wanted < count {
            let what = say().sim_more_accounts(count, wanted);
            return Err(CliError::failed(what, say().sim_more_accounts_next(count)));
        }
        let is_file_helper = accounts.servers().any(|server| server.config().only_file_helper);
        let config = flavour(if is_file_helper { Flavour::FileHelper } else { Flavour::Web });
        accounts.grow(&config, wanted, seed);
    }
    for server in accounts.servers_mut() {
        let config = server.config_mut();
        config.scan_after = args.scan_after.0;
        config.confirm_after = args.confirm_after.0;
        config.hold = Duration::from_millis(args.hold);
    }
    Ok((ca, accounts))
}

/// The server behind the page of this flavour.
fn flavour(flavour: Flavour) -> ServerConfig {
    match flavour {
        Flavour::Web => ServerConfig::web(),
        Flavour::FileHelper => ServerConfig::file_helper(),
    }
}

fn on_change(keeper: Option<Arc<Mutex<Keeper>>>) -> OnChange {
    match keeper {
        Some(keeper) => Box::new(move |accounts, by| lock(&keeper).changed(accounts, by)),
        None => Box::new(|_, _| ()),
    }
}

fn lock(keeper: &Mutex<Keeper>) -> std::sync::MutexGuard<'_, Keeper> {
    keeper.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_script(path: &Path) -> Result<Script> {
    let shown = path.display().to_string();
    let failed = |what| CliError::failed(what, say().sim_script_next());
    let text = fs::read_to_string(path)
        .map_err(|error| failed(say().cannot_read_file(&shown, &say().io_error(&error))))?;
    Script::parse(&text).map_err(|error| {
        let line = u64::try_from(error.line).unwrap_or(u64::MAX);
        tracing::debug!(line, problem = error.problem, "a line of the script");
        failed(say().sim_script_line(&shown, line, &say().script_problem(&error.problem)))
    })
}

/// A time after which the phone acts by itself, or never.
#[derive(Clone, Copy, Debug)]
struct Pause(Option<Duration>);

fn pause(text: &str) -> std::result::Result<Pause, InvalidValue> {
    if text == "never" {
        return Ok(Pause(None));
    }
    let millis = text.parse().map_err(|_| InvalidValue(say().want_pause()))?;
    Ok(Pause(Some(Duration::from_millis(millis))))
}

fn account_count(text: &str) -> std::result::Result<usize, InvalidValue> {
    let count = text.parse().ok().filter(|count| (1..=Accounts::MOST).contains(count));
    count.ok_or_else(|| InvalidValue(say().want_account_count(Accounts::MOST)))
}

const EXAMPLES: &str = "\
Examples:
  wx sim --port 8443 --ca-out CA.pem
  wx listen --json --login --connect-to 127.0.0.1:8443 --ca-file CA.pem --session me.json
  wx sim --accounts 3 --port 8443 --ca-out CA.pem

Commands, each in one line:
  {\"cmd\":\"say\",\"chat\":\"明哥\",\"text\":\"hi\"}    somebody writes; in a group with \"from\";
      \"kind\" may be image, voice, video, emoticon, location, file, link, quote, card, ...
  {\"cmd\":\"burst\",\"count\":1000,\"rate\":0}    many texts, RATE a second, 0 at once
  {\"cmd\":\"recall\",\"msg_id\":\"..\"}           somebody withdraws a message
  {\"cmd\":\"scan\"}                           also confirm, decline, expire_qr
  {\"cmd\":\"refuse\",\"ret\":1203}              logins are refused; 0 lifts that
  {\"cmd\":\"kick\",\"retcode\":1101}            the session ends
  {\"cmd\":\"fault\",\"kind\":\"status\",\"count\":1}
      the next replies go wrong: status, html, empty, garbage, ret, lose_request,
      lose_reply, empty_key, no_media_id, cut (\"at\": byte), slow (\"ms\"),
      forget (\"chunk\"); with \"endpoint\":\"webwxsync\" only there
  {\"cmd\":\"region\",\"entry\":\"szfilehelper.weixin.qq.com\"}
      with --profile file-helper: only this entry knows the account; null lifts that
  {\"cmd\":\"echo\"}                           sends come back to the client; \"on\":false ends that
  {\"cmd\":\"send_file\",\"chat\":\"明哥\",\"kind\":\"file\",\"name\":\"a.pdf\",\"size\":1000000}
      somebody sends a file, image, video, voice or emoticon of so many made-up bytes;
      with \"path\" instead of \"size\" a file of this computer
  {\"cmd\":\"files\"}                          the files that came: name, size, md5, to, kind
  {\"cmd\":\"sent\"}                           also delivered, world, complaints
  {\"cmd\":\"scan\",\"account\":2}               any of them for the second of --accounts";
