//! The account that a command is about: its session file and its client.

pub(crate) mod follow;
pub(crate) mod holder;
pub(crate) mod login;
pub(crate) mod received;
pub(crate) mod recipient;
pub(crate) mod stored;

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use wx_blocking::{Client, Durability, FileStore, NetOptions};
use wx_proto::{Config, Flavour, SessionEnd};

use self::stored::Stored;
use crate::{
    clock,
    error::{CliError, Result},
    options::GlobalOptions,
    quiet,
    screen::{Screen, clean, days},
    texts::lang::say,
};

/// Opens the account's session and makes its client. Nothing is sent yet.
pub(crate) fn open(global: &GlobalOptions) -> Result<Client> {
    open_with(global, config(global))
}

/// The same with bounds and habits of its own.
pub(crate) fn open_with(global: &GlobalOptions, config: Config) -> Result<Client> {
    let path = session_path(global)?;
    let store = FileStore::open(path, Durability::Process).map_err(|error| holder::unusable(&error))?;
    let mut builder = Client::builder().config(config).store(store);
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
    builder.build().map_err(|error| CliError::failed(say().build_error(&error), say().options_unusable()))
}

/// Options that cannot work, before anything is done.
pub(crate) fn check(global: &GlobalOptions) -> Result {
    let mut options = NetOptions::default();
    options.proxy.clone_from(&global.proxy);
    options.connect_to = global.connect_to;
    options.check().map_err(|error| CliError::usage(say().net_error(&error), say().options_unusable()))
}

/// Opens an account that must have a stored login.
pub(crate) fn open_logged_in(global: &GlobalOptions) -> Result<Client> {
    if !session_path(global)?.exists() {
        return Err(no_login(global, say().run_login()));
    }
    let client = open(global)?;
    if client.has_login() { Ok(client) } else { Err(no_login(global, say().run_login())) }
}

/// The core's choices.
pub(crate) fn config(global: &GlobalOptions) -> Config {
    let mut config = Config::new(global.profile.profile.clone());
    if let Some(millis) = global.send_interval {
        config.send_interval = Duration::from_millis(millis);
    }
    if let Some(size) = global.max_file {
        (config.max_image, config.max_video, config.max_file) = (size, size, size);
        config.max_download = size;
    }
    config
}

/// Before the first real login: what is about to happen, and what it may cost.
pub(crate) fn warn(global: &GlobalOptions, client: &Client) {
    if global.connect_to.is_none() && !client.has_login() && !quiet::is_set() {
        // Not being able to say it is no reason to stop.
        let warning = match global.profile.profile.flavour() {
            Flavour::Web => say().warning(),
            Flavour::FileHelper => say().warning_file_helper(),
        };
        let _ = Screen::stderr().line(warning);
    }
}

/// There is no login: since when and why, if there was one.
pub(crate) fn no_login(global: &GlobalOptions, next: String) -> CliError {
    let stored = session_path(global).map(|path| Stored::read(&path));
    let end = match stored {
        Ok(Stored::Session(session, _)) => session.ended(),
        Ok(Stored::Missing | Stored::Unreadable(_)) | Err(_) => None,
    };
    end.map_or_else(|| CliError::logged_out(say().no_login(), next.clone()), |end| ended(&end, next.clone()))
}

/// The end of a session, told afterwards.
fn ended(end: &SessionEnd, next: String) -> CliError {
    let since = days::moment(end.at, clock::now(), Screen::stderr().columns());
    CliError::logged_out(say().session_ended(&since, &clean::line(&say().end_reason(&end.reason))), next)
}

/// Where the account's session is kept, whether or not there is one.
pub(crate) fn session_path(global: &GlobalOptions) -> Result<PathBuf> {
    if let Some(path) = &global.session {
        return Ok(path.clone());
    }
    let home = home().ok_or_else(|| CliError::failed(say().no_home(), say().set_home()))?;
    Ok(home.join(&global.account).join(file_name(global)))
}

/// The session file in an account's folder. Each profile has its own: a login of one is none for another.
fn file_name(global: &GlobalOptions) -> String {
    match global.profile.profile.name() {
        "web" => "session.json".to_owned(),
        other => {
            let plain =
                |char: char| if char.is_alphanumeric() || "._-@+".contains(char) { char } else { '_' };
            format!("session-{}.json", other.chars().map(plain).collect::<String>())
        }
    }
}

/// The names of the accounts that have a session with this profile, in order; none where a session file is given by its path.
pub(crate) fn names(global: &GlobalOptions) -> Vec<String> {
    let folder = home().filter(|_| global.session.is_none());
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let file = file_name(global);
    let with_session = entries.filter(|entry| entry.path().join(&file).is_file());
    let mut names: Vec<String> =
        with_session.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// The folder of all accounts.
fn home() -> Option<PathBuf> {
    Some(data_folder(|name| env::var_os(name).map(PathBuf::from))?.join("wx"))
}

/// The XDG data folder, or what stands for it on the platform. Relative ones are ignored, as the standard asks.
fn data_folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).filter(|path| path.is_absolute());
    absolute("XDG_DATA_HOME")
        .or_else(|| if cfg!(windows) { absolute("LOCALAPPDATA") } else { None })
        .or_else(|| absolute("HOME").map(|home| home.join(Path::new(".local/share"))))
}

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
