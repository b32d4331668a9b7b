//! What a simulated server keeps across a restart.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use wx_testkit::{
    listener::Ca,
    server::{Accounts, Server},
};

use crate::{
    error::{CliError, Result},
    simulator::ChangedBy,
    texts::lang::say,
};

/// What every version of the file says of itself.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// The file's content.
pub(super) struct State {
    pub(super) ca: Ca,
    pub(super) accounts: Accounts,
}

/// The file's content as it is written.
#[derive(Deserialize)]
struct Stored {
    ca: Ca,
    server: Server,
    #[serde(default)]
    others: Vec<Server>,
}

impl State {
    /// Reads `path`; `None` if there is no such file yet.
    pub(super) fn load(path: &Path) -> Result<Option<Self>> {
        let failed = |what: String| {
            let what = say().sim_state(&path.display().to_string(), &what);
            CliError::failed(what, say().sim_state_next())
        };
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(say().io_error(&error))),
        };
        let not_json = |error: serde_json::Error| failed(say().not_json_here(error.line(), error.column()));
        let Versioned { version } = serde_json::from_slice(&bytes).map_err(not_json)?;
        if ![ONE_ACCOUNT, MORE_ACCOUNTS].contains(&version) {
            let what = say().sim_state_version(version.into(), ONE_ACCOUNT.into(), MORE_ACCOUNTS.into());
            return Err(failed(what));
        }
        let Stored { ca, server, others } = serde_json::from_slice(&bytes).map_err(not_json)?;
        Ok(Some(Self { ca, accounts: Accounts::new(server, others) }))
    }
}

/// Keeps the file up to date.
pub(super) struct Keeper {
    path: PathBuf,
    ca: Ca,
    /// Something changed since the last save.
    late: bool,
    /// Not saved before this, so that a large state does not take all the time.
    rest_until: Instant,
}

impl Keeper {
    pub(super) fn new(path: PathBuf, ca: Ca) -> Self {
        Self { path, ca, late: false, rest_until: Instant::now() }
    }

    /// Saves a change at once; those of requests as long as saving takes little of the time.
    pub(super) fn changed(&mut self, accounts: &Accounts, by: ChangedBy) {
        self.late = true;
        if by == ChangedBy::Command || Instant::now() >= self.rest_until {
            self.save(accounts);
        }
    }

    /// Saves what is not saved yet, if its time has come.
    pub(super) fn catch_up(&mut self, accounts: &Accounts) {
        if self.late && Instant::now() >= self.rest_until {
            self.save(accounts);
        }
    }

    /// Saves what is not saved yet.
    pub(super) fn finish(&mut self, accounts: &Accounts) {
        if self.late {
            self.save(accounts);
        }
    }

    fn save(&mut self, accounts: &Accounts) {
        let start = Instant::now();
        let (server, others) = (accounts.first(), accounts.others());
        let version = if others.is_empty() { ONE_ACCOUNT } else { MORE_ACCOUNTS };
        match write(&self.path, &Saved { version, ca: &self.ca, server, others }) {
            Ok(()) => self.late = false,
            Err(error) => tracing::error!(%error, path = %self.path.display(), "the state is not saved"),
        }
        let took = start.elapsed();
        if took > CHEAP {
            self.rest_until = Instant::now() + took * 4;
        }
    }
}

#[derive(Serialize)]
struct Saved<'a> {
    version: u32,
    ca: &'a Ca,
    server: &'a Server,
    #[serde(skip_serializing_if = "<[Server]>::is_empty")]
    others: &'a [Server],
}

/// A new file takes the place of the old one: a reader sees the one or the other, whole.
fn write(path: &Path, state: &Saved<'_>) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(state)?)?;
    file.persist(path)?;
    Ok(())
}

/// The version of what is written; a state of another one is not read.
const ONE_ACCOUNT: u32 = 2;
/// A number of its own, since who reads the other would keep the first account only.
const MORE_ACCOUNTS: u32 = 3;
const CHEAP: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests {
    use wx_testkit::server::ServerConfig;

    use super::*;

    fn json(accounts: &Accounts) -> Vec<String> {
        accounts.servers().map(|server| serde_json::to_string(server).unwrap()).collect()
    }

    #[test]
    fn a_state_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert!(State::load(&path).unwrap().is_none());
        let ca = Ca::generate().unwrap();
        for (count, version) in [(1, 2), (3, 3)] {
            let accounts = Accounts::demo(&ServerConfig::web(), count, 7);
            Keeper::new(path.clone(), ca.clone()).changed(&accounts, ChangedBy::Command);
            let state = State::load(&path).unwrap().unwrap();
            assert_eq!(state.ca.key_pem, ca.key_pem);
            assert_eq!(json(&state.accounts), json(&accounts));
            let text = fs::read_to_string(&path).unwrap();
            assert!(text.starts_with(&format!("{{\"version\":{version},")), "{count}");
            assert_eq!(text.contains("\"others\":"), count > 1);
        }
    }

    #[test]
    fn another_file_is_refused_and_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        for text in ["", "{}", "{\"version\":1}", "{\"version\":2}", "{\"version\":4}"] {
            fs::write(&path, text).unwrap();
            assert!(State::load(&path).is_err(), "{text}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
