//! The client as its owner sees it.

use std::{fmt, panic, sync::Arc, thread::JoinHandle, time::Duration};

use wx_proto::{CommandError, Event, LoginMethod};

use crate::{
    Builder, Events, Handle, RecvTimeout, StoreError,
    shared::{Shared, count},
};

/// One account. Its loop runs on a thread of its own, so that an application may take its time with an event.
///
/// Dropping it stops it like [`stop`](Self::stop) without grace; an error of the store is then only logged.
///
/// ```no_run
/// use std::time::Duration;
/// use wx_blocking::{Client, Event, LoginMethod, Phase};
///
/// let mut client = Client::builder().build()?;
/// client.login(LoginMethod::Qr)?;
/// for event in client.events() {
///     match event {
///         Event::QrCode(code) => println!("scan {}", code.url),
///         Event::Phase(Phase::Online | Phase::Ended(_)) => break,
///         _ => {}
///     }
/// }
/// client.stop(Duration::from_secs(5))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Client {
    shared: Arc<Shared>,
    driver: Option<JoinHandle<Result<(), StoreError>>>,
    has_login: bool,
}

impl Client {
    /// Begins with the defaults: the web profile, the platform's certificates, nothing stored.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) const fn new(
        shared: Arc<Shared>,
        driver: JoinHandle<Result<(), StoreError>>,
        has_login: bool,
    ) -> Self {
        Self { shared, driver: Some(driver), has_login }
    }

    /// Starts the login; how it goes on comes as events.
    ///
    /// ```no_run
    /// use wx_blocking::{Client, Durability, FileStore, LoginMethod};
    ///
    /// let store = FileStore::open("session.json", Durability::Process)?;
    /// let client = Client::builder().store(store).build()?;
    /// // With what is stored if it still lives, else with a code to scan.
    /// client.login(LoginMethod::Auto)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`wx_proto::Client::login`].
    pub fn login(&self, how: LoginMethod) -> Result<(), CommandError> {
        self.shared.command(|state| state.core.login(how))
    }

    /// The events as they come. Commands go through a [`handle`](Self::handle) meanwhile.
    ///
    /// ```
    /// use wx_blocking::{Client, Event};
    ///
    /// fn first_code(client: &mut Client) -> Option<String> {
    ///     client.events().find_map(|event| match event {
    ///         Event::QrCode(code) => Some(code.url),
    ///         _ => None,
    ///     })
    /// }
    /// ```
    pub const fn events(&mut self) -> Events<'_> {
        Events::new(self)
    }

    /// The next event, for applications that have more than this to wait for.
    ///
    /// ```
    /// use std::time::Duration;
    /// use wx_blocking::{Client, RecvTimeout};
    ///
    /// fn run(client: &mut Client) {
    ///     loop {
    ///         match client.next_event(Duration::from_secs(1)) {
    ///             Ok(event) => println!("{event:?}"),
    ///             Err(RecvTimeout::Timeout) => println!("time for something else"),
    ///             Err(_) => break,
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// [`RecvTimeout::Timeout`] if none comes in time, [`RecvTimeout::Stopped`] if none comes any more.
    pub fn next_event(&mut self, timeout: Duration) -> Result<Event, RecvTimeout> {
        self.take_event(Some(timeout))
    }

    pub(crate) fn take_event(&self, timeout: Option<Duration>) -> Result<Event, RecvTimeout> {
        let event = self.shared.queue.pop(timeout)?;
        if let Event::Batch(batch) = &event {
            let stats = &mut self.shared.lock().stats;
            stats.batches += 1;
            stats.messages += count(batch);
        }
        Ok(event)
    }

    /// A way to give commands from any thread.
    pub fn handle(&self) -> Handle {
        Handle::new(self.shared.clone())
    }

    /// True if a stored login was loaded, to [resume](LoginMethod::Resume).
    ///
    /// ```no_run
    /// use wx_blocking::{Client, Durability, FileStore, LoginMethod};
    ///
    /// let store = FileStore::open("session.json", Durability::Process)?;
    /// let client = Client::builder().store(store).build()?;
    /// if !client.has_login() {
    ///     eprintln!("get the phone ready: there will be a code to scan");
    /// }
    /// client.login(LoginMethod::Auto)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn has_login(&self) -> bool {
        self.has_login
    }

    /// Lets running sends settle, at most for `grace`, stores the session and ends the loop. It does not log out:
    /// the login can be resumed.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wx_blocking::Client;
    ///
    /// let client = Client::builder().build()?;
    /// client.stop(Duration::from_secs(5))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If the last state of the session could not be stored; the one before it may still be there.
    pub fn stop(mut self, grace: Duration) -> Result<(), StoreError> {
        self.shared.stop(grace);
        match self.driver.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(panic)) => panic::resume_unwind(panic),
            None => Ok(()),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let Some(driver) = self.driver.take() else { return };
        self.shared.stop(Duration::ZERO);
        match driver.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "the session could not be stored"),
            Err(_) => tracing::error!("the client's loop panicked"),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("shared", &self.shared).finish_non_exhaustive()
    }
}
