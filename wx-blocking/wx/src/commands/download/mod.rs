//! `wx download`.

mod list;

use std::{path::PathBuf, time::Duration};

use serde_json::json;
use wx_blocking::{DownloadOptions, Downloaded, FileError, Handle, SendError};
use wx_proto::{CommandError, Event, LoginMethod, MediaRef, MediaVariant, OpError, Phase};

use crate::{
    account::{
        self,
        follow::{Awaited, Follow},
        login,
        received::Received,
    },
    error::{CliError, Result},
    json,
    options::GlobalOptions,
    screen::{Screen, clean},
    signals::StopFlag,
    size,
    texts::lang::say,
};

/// Fetch the file, picture, sound or film of a message
///
/// Of messages that `wx listen` or `wx rpc` received in this login: the newest 1000 with a file are remembered beside the
/// session. Without MSG_ID they are listed. The name is the one that its sender gave it, made harmless; nothing is overwritten:
/// a second one becomes `name (2).pdf`. Until it is whole it lies beside its place. Goes on with the stored login; messages
/// that arrive meanwhile stay unread.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx download                          # what can be fetched
  wx download --json | jq -r .msg_id
  wx download 5123456789012345678 --to route.pdf      # with an id from there

Exit codes: 0 it is there, 1 it failed, 2 wrong usage, 3 logged out or refused, 130 Ctrl-C.")]
pub(crate) struct Args {
    /// The id of the message; without it, what can be fetched is listed
    #[arg(value_name = "MSG_ID")]
    msg_id: Option<String>,

    /// The file to make of it, or a folder to put it into [default: the current folder]
    #[arg(long, value_name = "PATH", requires = "msg_id", value_hint = clap::ValueHint::AnyPath)]
    to: Option<PathBuf>,

    /// The small picture of it only
    #[arg(long, requires = "msg_id")]
    thumbnail: bool,

    /// Overwrite what has the name already
    #[arg(long, requires = "msg_id")]
    force: bool,

    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,

    /// Give up after so many seconds without a piece of it
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
}

pub(crate) fn run(global: &GlobalOptions, args: Args) -> Result {
    let received = Received::open(&account::session_path(global)?, false);
    let Some(id) = args.msg_id else { return list::show(&received, args.json) };
    let media = received.get(&id).and_then(|item| item.media);
    let media = media.ok_or_else(|| CliError::failed(say().unknown_message(&id), say().list_downloads()))?;
    let stop = StopFlag::install()?;
    let within = Some(Duration::from_secs(args.timeout));
    let mut client = account::open_logged_in(global)?;
    login::start(&client, LoginMethod::Resume)?;
    let mut side = Screen::stderr();
    let mut follow = Follow { client: &mut client, stop: &stop, screen: &mut side, within };
    come_online(&mut follow)?;
    let handle = follow.client.handle();
    let target = args.to.unwrap_or_else(|| PathBuf::from("."));
    let mut options = DownloadOptions::default();
    if args.thumbnail {
        options.variant = MediaVariant::Thumbnail;
    }
    options.overwrite = args.force;
    let outcome = fetch(&mut follow, &handle, &media, &target, &options)?;
    follow.screen.hide_status();
    login::finish(client)?;
    let Downloaded { path, size, mime, .. } = told(outcome).map_err(|error| error.after(stop.signal()))?;
    let path = path.display().to_string();
    if args.json {
        Screen::stdout().write(&json::line(&json!({"path": path, "size": size, "mime": mime})))?;
    } else {
        Screen::stdout().line(say().saved(&clean::line(&path), &size::shown(size)))?;
    }
    // It is there all the same.
    Ok(stop.check()?)
}

fn come_online(follow: &mut Follow<'_>) -> Result {
    let goal = |event: &Event, _: &mut Screen| Ok(matches!(event, Event::Phase(Phase::Online)).then_some(()));
    match follow.until(goal) {
        Ok(Some(())) => Ok(()),
        Ok(None) => Err(CliError::failed(say().nothing_fetched_in_time(), say().check_the_network())),
        Err(CliError::Interrupted(signal)) => {
            Err(CliError::stopped(signal, say().nothing_fetched(), say().run_again()))
        }
        Err(error @ (CliError::ClosedPipe | CliError::Failed(_))) => Err(error),
    }
}

type Fetched = std::result::Result<Downloaded, SendError>;

/// Fetches it; gives it up when the time is over or a signal came.
fn fetch(
    follow: &mut Follow<'_>,
    handle: &Handle,
    media: &MediaRef,
    target: &std::path::Path,
    options: &DownloadOptions,
) -> Result<Fetched> {
    let mut pending = match handle.download(media, target, options) {
        Ok(pending) => pending,
        Err(error) => return Ok(Err(error)),
    };
    match follow.transfer(&mut pending, &say().media_name(media), |_, _| Ok(())) {
        Ok(Some(outcome)) => Ok(outcome),
        Ok(None) | Err(CliError::Interrupted(_)) => Ok(pending.give_up()),
        Err(error) => Err(error),
    }
}

fn told(outcome: Fetched) -> Result<Downloaded> {
    let say = say();
    Err(match outcome {
        Ok(downloaded) => return Ok(downloaded),
        Err(SendError::File(error @ FileError::NoSpace { .. })) => {
            CliError::failed(say.not_fetched(&say.file_error(&error)), say.free_space())
        }
        Err(SendError::File(error)) => {
            CliError::failed(say.not_fetched(&say.file_error(&error)), say.choose_target())
        }
        Err(SendError::Command(error @ CommandError::OtherLogin)) => {
            CliError::failed(say.not_fetched(&say.command_error(&error)), String::new())
        }
        Err(SendError::Op(error @ OpError::TooLarge { .. })) => {
            CliError::failed(say.not_fetched(&say.op_error(&error)), say.raise_download_limit())
        }
        Err(SendError::Op(error @ OpError::SessionEnded)) => {
            CliError::logged_out(say.not_fetched(&say.op_error(&error)), say.run_login())
        }
        Err(error) => CliError::failed(say.not_fetched(&say.send_error(&error)), say.fetch_again()),
    })
}
