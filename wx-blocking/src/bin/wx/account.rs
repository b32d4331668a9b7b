//! The account that a command is about: its session file and its client.

use std::{
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use wx_blocking::{Client, Durability, FileStore, StoreError};
use wx_proto::{Config, Timestamp};

use crate::{
    args::Global,
    end::{End, Result},
};

/// Opens the account's session and makes its client. Nothing is sent yet.
pub(crate) fn open(global: &Global) -> Result<Client> {
    let path = session_path(global)?;
    let store = FileStore::open(path, Durability::Process).map_err(|error| {
        let is_held = matches!(error, StoreError::Locked { .. });
        let next = if is_held { "stop the other program" } else { "see to the folder and its free space" };
        End::failed(error, format!("{next}, or choose another --session FILE"))
    })?;
    let mut builder = Client::builder().config(config(global)).store(store);
    if let Some(proxy) = &global.proxy {
        builder = builder.proxy(proxy);
    }
    if let Some(path) = &global.ca_file {
        builder = builder.ca_file(path);
    }
    if let Some(address) = global.connect_to {
        builder = builder.connect_to(address);
    }
    if let Some(seed) = global.seed {
        builder = builder.seed(seed);
    }
    builder
        .build()
        .map_err(|error| End::failed(error, "check the file, or --proxy, --ca-file and --session: wx --help"))
}

/// Opens an account that must have a stored login.
pub(crate) fn open_logged_in(global: &Global) -> Result<Client> {
    if !session_path(global)?.exists() {
        return Err(no_login());
    }
    let client = open(global)?;
    if client.has_login() { Ok(client) } else { Err(no_login()) }
}

/// The core's choices.
pub(crate) fn config(global: &Global) -> Config {
    let mut config = Config::new(global.profile.profile());
    if let Some(millis) = global.send_interval {
        config.send_interval = Duration::from_millis(millis);
    }
    config
}

/// Before the first real login: what is about to happen, and what it may cost.
pub(crate) fn warn(global: &Global, client: &Client) {
    if global.connect_to.is_none() && !client.has_login() {
        // Not being able to say it is no reason to stop.
        let _ = writeln!(io::stderr(), "{WARNING}");
    }
}

/// The present time.
pub(crate) fn now() -> Timestamp {
    Timestamp::default() + SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

fn no_login() -> End {
    End::logged_out("there is no stored login for this account", "run `wx login` and scan the QR code")
}

fn session_path(global: &Global) -> Result<PathBuf> {
    if let Some(path) = &global.session {
        return Ok(path.clone());
    }
    let data = data_folder(|name| env::var_os(name).map(PathBuf::from)).ok_or_else(|| {
        End::failed("there is no home folder to keep the session in", "set HOME, or give --session FILE")
    })?;
    Ok(data.join("wx").join(&global.account).join("session.json"))
}

/// The XDG data folder, or what stands for it on the platform. Relative ones are ignored, as the standard asks.
fn data_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| if cfg!(windows) { absolute("LOCALAPPDATA") } else { None })
        .or_else(|| absolute("HOME").map(|home| home.join(Path::new(".local/share"))))
}

const WARNING: &str = "\
wx logs in to your real WeChat account as a web client, and it is not an official
one: the service may warn, limit or block accounts that use one, and refuses many
on the web. Use a spare account. (A gentler flavour, for the file helper only, is
to come; `wx demo` needs no account.) Ctrl-C stops here.";

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn folder(variables: &[(&str, &str)]) -> Option<PathBuf> {
        data_folder(|name| {
            let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
            Some(PathBuf::from(value))
        })
    }

    #[test]
    fn the_data_folder_follows_the_standard() {
        assert_eq!(folder(&[("HOME", "/home/a")]), Some("/home/a/.local/share".into()));
        assert_eq!(folder(&[("XDG_DATA_HOME", "/data"), ("HOME", "/home/a")]), Some("/data".into()));
        assert_eq!(
            folder(&[("XDG_DATA_HOME", "data"), ("HOME", "/home/a")]),
            Some("/home/a/.local/share".into())
        );
        assert_eq!(folder(&[("XDG_DATA_HOME", ""), ("HOME", "")]), None);
        assert_eq!(folder(&[]), None);
    }
}
