//! From options to a running client.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    thread,
};

use wx_proto::{Config, Profile, Session, Storing, Timestamp};

use crate::{BuildError, Client, Clock, Net, NetOptions, SessionStore, driver::Driver, shared::Shared};

/// Options of a [`Client`].
#[derive(Default)]
pub struct Builder {
    config: Config,
    profile: Option<Profile>,
    store: Option<Box<dyn SessionStore>>,
    net: NetOptions,
    seed: Option<u64>,
}

impl Builder {
    /// The flavour of the protocol, whatever [`config`](Self::config) says. Default: [`Profile::web`].
    pub fn profile(self, profile: Profile) -> Self {
        Self { profile: Some(profile), ..self }
    }

    /// Bounds and habits. `config.storing` is set by [`build`](Self::build): it follows from the store.
    pub fn config(self, config: Config) -> Self {
        Self { config, ..self }
    }

    /// Where the session is kept. Default: nowhere, so that the login is gone with the client.
    pub fn store(self, store: impl SessionStore + 'static) -> Self {
        Self { store: Some(Box::new(store)), ..self }
    }

    /// A proxy, as in [`NetOptions::proxy`]. Default: the one that the environment names.
    pub fn proxy(mut self, proxy: impl Into<String>) -> Self {
        self.net.proxy = Some(proxy.into());
        self
    }

    /// A PEM file with certificates to trust beside the platform's.
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.net.ca_file = Some(path.into());
        self
    }

    /// Every connection goes to this address; URL, `Host` and TLS name stay as they are.
    pub const fn connect_to(mut self, address: SocketAddr) -> Self {
        self.net.connect_to = Some(address);
        self
    }

    /// The seed of device ids, message ids and jitter. Default: drawn from the system.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Loads what is stored and starts the client's thread. Nothing is sent before a
    /// [`login`](Client::login).
    ///
    /// # Errors
    /// If a file cannot be read, the proxy is not one, or what is stored is no session of this profile: it is left as
    /// it is.
    pub fn build(self) -> Result<Client, BuildError> {
        let Self { mut config, profile, mut store, net, seed } = self;
        config.profile = profile.unwrap_or(config.profile);
        config.storing = if store.is_some() { Storing::Checkpoints } else { Storing::Nothing };
        let net = Net::new(&net)?;
        let (seed, clock) = (seed.unwrap_or_else(draw), Clock::new());
        let core = match store.as_deref_mut() {
            Some(store) => restore(store, config, seed, clock.now())?,
            None => wx_proto::Client::new(config, seed, clock.now()),
        };
        let has_login = has_login(&core);
        let shared = Arc::new(Shared::new(core, clock));
        let driver = Driver::new(shared.clone(), net, store);
        let thread = thread::Builder::new().name("wx-loop".to_owned()).spawn(move || driver.run());
        Ok(Client::new(shared, thread.map_err(BuildError::Thread)?, has_login))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("profile", &self.profile)
            .field("store", &self.store.is_some())
            .field("net", &self.net)
            .finish_non_exhaustive()
    }
}

fn restore(
    store: &mut (dyn SessionStore + 'static),
    config: Config,
    seed: u64,
    now: Timestamp,
) -> Result<wx_proto::Client, BuildError> {
    let Some(bytes) = store.load()? else { return Ok(wx_proto::Client::new(config, seed, now)) };
    let session: Session =
        serde_json::from_slice(&bytes).map_err(|error| BuildError::session(store.place(), &error))?;
    let (had_login, stored) = (session.has_login(), session.profile().to_owned());
    let core = wx_proto::Client::restore(session, config, seed, now);
    if had_login && !has_login(&core) {
        // The next store would drop it.
        let wanted = core.config().profile.name().to_owned();
        return Err(BuildError::OtherProfile { place: store.place(), stored, wanted });
    }
    Ok(core)
}

fn has_login(core: &wx_proto::Client) -> bool {
    core.session().is_some_and(|session| session.has_login())
}

/// The system gives each process random keys for its hash maps.
fn draw() -> u64 {
    RandomState::new().hash_one(std::process::id())
}
