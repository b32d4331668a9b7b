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

use crate::{BuildError, Client, Clock, Net, NetOptions, SessionStore, driver::Driver, lead, shared::Shared};

/// Options of a [`Client`].
///
/// ```no_run
/// use std::time::Duration;
/// use wx_blocking::{Client, Config, Durability, FileStore};
///
/// let mut config = Config::default();
/// config.send_interval = Duration::from_secs(5);
/// let client = Client::builder()
///     .config(config)
///     .store(FileStore::open("session.json", Durability::Process)?)
///     .proxy("socks5h://127.0.0.1:1080")
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct Builder {
    config: Config,
    profile: Option<Profile>,
    keeper: Keeper,
    net: NetOptions,
    seed: Option<u64>,
    clock: Clock,
}

/// Who keeps the session.
#[derive(Default)]
enum Keeper {
    /// The login is gone with the client.
    #[default]
    Nobody,
    Store(Box<dyn SessionStore>),
    /// It starts from this session, if there is one.
    Application(Option<Box<Session>>),
}

impl Builder {
    /// The flavour of the protocol, whatever [`config`](Self::config) says. Default: [`Profile::web`].
    pub fn profile(self, profile: Profile) -> Self {
        Self { profile: Some(profile), ..self }
    }

    /// Bounds and habits. `config.storing` is set by [`build`](Self::build): it follows from who keeps the session.
    pub fn config(self, config: Config) -> Self {
        Self { config, ..self }
    }

    /// Where the session is kept. Default: nowhere, so that the login is gone with the client.
    pub fn store(self, store: impl SessionStore + 'static) -> Self {
        Self { keeper: Keeper::Store(Box::new(store)), ..self }
    }

    /// The application keeps the session itself, for example in one transaction with the messages: nothing is written
    /// here. Each `Event::Checkpoint` asks it to store [`Handle::session`](crate::Handle::session) and to answer with
    /// [`Handle::stored`](crate::Handle::stored); sends and fetches wait for that. From the transaction that stores a
    /// batch until its [`ack_stored`](crate::Handle::ack_stored), it stores [`Handle::session_after`](crate::Handle::session_after)
    /// instead. `session` is what it stored last.
    ///
    /// ```no_run
    /// use wx_blocking::{Client, Event, Session};
    ///
    /// fn run(
    ///     stored: Option<Session>,
    ///     save: impl Fn(&Session) -> std::io::Result<()>,
    /// ) -> Result<(), Box<dyn std::error::Error>> {
    ///     let mut client = Client::builder().kept_by_application(stored).build()?;
    ///     let handle = client.handle();
    ///     for event in client.events() {
    ///         if let Event::Checkpoint { .. } = event
    ///             && let Some(session) = handle.session()
    ///         {
    ///             // Whole or not at all, for example in a transaction.
    ///             save(&session)?;
    ///             handle.stored(session.revision());
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    pub fn kept_by_application(self, session: Option<Session>) -> Self {
        Self { keeper: Keeper::Application(session.map(Box::new)), ..self }
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
    ///
    /// ```no_run
    /// use wx_blocking::Client;
    ///
    /// // A simulated server: `wx sim --port 8443 --ca-out CA.pem`.
    /// let client = Client::builder().connect_to("127.0.0.1:8443".parse()?).ca_file("CA.pem").build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn connect_to(mut self, address: SocketAddr) -> Self {
        self.net.connect_to = Some(address);
        self
    }

    /// The seed of device ids, message ids and jitter. Default: drawn from the system.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Another clock than the computer's, to see what happens when it is set.
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Loads what is stored and starts the client's thread. Nothing is sent before a
    /// [`login`](Client::login).
    ///
    /// ```no_run
    /// use wx_blocking::Client;
    ///
    /// // Nothing is sent yet.
    /// let client = Client::builder().build()?;
    /// assert!(!client.has_login());
    /// # Ok::<(), wx_blocking::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// If a file cannot be read, the proxy is not one, or what is stored is no session of this profile: it is left as
    /// it is.
    pub fn build(self) -> Result<Client, BuildError> {
        let Self { mut config, profile, keeper, net, seed, clock } = self;
        config.profile = profile.unwrap_or(config.profile);
        config.storing = if let Keeper::Nobody = keeper { Storing::Nothing } else { Storing::Checkpoints };
        let tells_checkpoints = matches!(keeper, Keeper::Application(_));
        let net = Net::new(&net)?;
        let seed = seed.unwrap_or_else(draw);
        let now = clock.now();
        let (core, store) = match keeper {
            Keeper::Nobody | Keeper::Application(None) => (wx_proto::Client::new(config, seed, now), None),
            Keeper::Application(Some(session)) => {
                (restore(*session, "the session given".to_owned(), config, seed, now)?, None)
            }
            Keeper::Store(mut store) => (load(&mut *store, config, seed, now)?, Some(store)),
        };
        let has_login = has_login(&core);
        let driver = Driver::new(net, store);
        let shared = Arc::new(Shared::new(core, driver, clock, tells_checkpoints));
        let looping = shared.clone();
        let thread = thread::Builder::new().name("wx-loop".to_owned()).spawn(move || lead::run(&looping));
        Ok(Client::new(shared, thread.map_err(BuildError::Thread)?, has_login))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("config", &self.config)
            .field("profile", &self.profile)
            .field("stores", &!matches!(self.keeper, Keeper::Nobody))
            .field("net", &self.net)
            .finish_non_exhaustive()
    }
}

fn load(
    store: &mut (dyn SessionStore + 'static),
    config: Config,
    seed: u64,
    now: Timestamp,
) -> Result<wx_proto::Client, BuildError> {
    let Some(bytes) = store.load()? else { return Ok(wx_proto::Client::new(config, seed, now)) };
    let session: Session = serde_json::from_slice(&bytes)
        .map_err(|error| BuildError::session(store.place(), store.previous(), &error))?;
    restore(session, store.place(), config, seed, now)
}

fn restore(
    session: Session,
    place: String,
    config: Config,
    seed: u64,
    now: Timestamp,
) -> Result<wx_proto::Client, BuildError> {
    let (had_login, stored) = (session.has_login(), session.profile().to_owned());
    let core = wx_proto::Client::restore(session, config, seed, now);
    if had_login && !has_login(&core) {
        // The next store would drop it.
        let wanted = core.config().profile.name().to_owned();
        return Err(BuildError::OtherProfile { place, stored, wanted });
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
