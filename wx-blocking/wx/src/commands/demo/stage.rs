//! Playing the demonstration.

use std::{collections::BTreeMap, fmt, time::Duration};

use wx_blocking::{Client, Handle, Pending, SendError};
use wx_proto::{Endpoint, Event, Found, MediaRef, MsgId, Outgoing, SendOptions, UserName};
use wx_testkit::{
    listener::Listener,
    server::{Fault, FaultKind, Phone, PhoneError, Server},
};

use super::script::{SCENES, Scene};
use crate::{
    account::follow::Follow,
    clock,
    error::{CliError, Result},
    messages::{human, recent::RecentMessages},
    palette::NOTE,
    screen::{Screen, days::Days},
    signals::StopFlag,
    simulator::SimulatedService,
    texts::lang::say,
};

/// The client, the server, and what was seen of them.
pub(super) struct Stage<'a> {
    pub(super) client: Client,
    pub(super) handle: Handle,
    pub(super) listener: &'a Listener<SimulatedService>,
    pub(super) screen: Screen,
    pub(super) stop: StopFlag,
    pub(super) seen: Seen,
    newest: u64,
}

/// What the client handed to the application.
#[derive(Default)]
pub(super) struct Seen {
    /// How often each message came.
    pub(super) received: BTreeMap<MsgId, u64>,
    pub(super) sent: u64,
    pub(super) outages: u64,
    /// The newest file.
    pub(super) media: Option<MediaRef>,
    recent: RecentMessages,
    days: Days,
}

impl<'a> Stage<'a> {
    pub(super) fn new(
        client: Client,
        listener: &'a Listener<SimulatedService>,
        stop: StopFlag,
        screen: Screen,
    ) -> Self {
        let handle = client.handle();
        Self { client, handle, listener, screen, stop, seen: Seen::default(), newest: 0 }
    }

    /// Plays it all, up to the logout.
    pub(super) fn play(&mut self) -> Result {
        self.title(&say().demo_logging_in())?;
        if !self.watch(PATIENCE, |event| matches!(event, Event::Contacts(_)))? {
            return Err(stuck(say().demo_no_login()));
        }
        for scene in &SCENES {
            self.act(scene)?;
        }
        let mut patience = PATIENCE;
        while !self.is_complete() && !patience.is_zero() {
            self.watch(STEP, |_| false)?;
            patience = patience.saturating_sub(STEP);
        }
        self.watch(PAUSE, |_| false)?;
        self.title(&say().demo_logging_out())?;
        (self.handle.logout().map_err(SendError::from).and_then(Pending::wait))
            .map_err(|error| stuck(say().demo_no_logout(&say().send_error(&error))))?;
        self.screen.line(say().demo_logged_out())?;
        Ok(())
    }

    pub(super) fn title(&mut self, title: &str) -> Result {
        self.screen.write("\n")?;
        Ok(self.screen.line(format_args!("{NOTE}{title}{NOTE:#}"))?)
    }

    /// Whether everything that is owed arrived.
    fn is_complete(&self) -> bool {
        self.server(owed).iter().all(|id| self.seen.received.contains_key(id))
    }

    /// What the server shows when asked now.
    pub(super) fn server<T>(&self, look: impl FnOnce(&Server) -> T) -> T {
        self.listener.with(|served, _| look(served.accounts().first()))
    }

    fn act(&mut self, scene: &Scene) -> Result {
        match *scene {
            Scene::Title(title) => return self.title(&title(say())),
            Scene::Say { chat, from, text } => {
                self.newest = self.phone(|phone| phone.say(chat, from, text))?
            }
            Scene::SayKind { chat, from, kind, text } => {
                self.newest = self.phone(|phone| phone.say_kind(chat, from, kind, text))?
            }
            Scene::SayOnPhone { chat, text } => {
                self.newest = self.phone(|phone| phone.say_as_self(chat, text))?
            }
            Scene::Recall => {
                let newest = self.newest;
                self.newest = self.phone(|phone| phone.recall(newest))?;
            }
            Scene::LoseReply => {
                let fault = Fault::new(FaultKind::Lose).on(Endpoint::Sync).after();
                self.listener
                    .with(|served, _| served.change(|accounts| accounts.first_mut().add_fault(fault)));
                return Ok(());
            }
            Scene::Send { to, text } => self.send(to, text)?,
            Scene::SendFile { to, name, size } => self.send_file(to, name, size)?,
            Scene::Fetch { chat, name, size } => self.fetch(chat, name, size)?,
        }
        self.watch(PAUSE, |_| false).map(drop)
    }

    pub(super) fn phone<T>(
        &self,
        act: impl FnOnce(&mut Phone<'_>) -> std::result::Result<T, PhoneError>,
    ) -> Result<T> {
        self.listener
            .with(|served, now| served.change(|accounts| act(&mut accounts.first_mut().phone(now))))
            .map_err(|error| stuck(say().demo_no_play(&say().phone_error(&error))))
    }

    pub(super) fn user(&self, name: &str) -> Result<UserName> {
        match self.handle.with_contacts(|contacts| contacts.find(name)) {
            Found::One(user) => Ok(user),
            Found::None | Found::Ambiguous(_) => Err(stuck(say().demo_no_contact(name))),
        }
    }

    fn send(&mut self, to: &str, text: &str) -> Result {
        let user = self.user(to)?;
        let mut pending = (self.handle.send(&user, Outgoing::text(text), SendOptions::default()))
            .map_err(|error| stuck(say().demo_not_accepted(&say().command_error(&error))))?;
        let Self { client, handle, screen, stop, seen, .. } = self;
        let mut follow = Follow { client, stop, screen, within: Some(PATIENCE) };
        let look = |event: &Event, screen: &mut Screen| seen.take(event, handle, screen);
        match follow.outcome(&mut pending, look)? {
            Some(Ok(_)) => self.seen.sent += 1,
            Some(Err(error)) => return Err(stuck(say().demo_not_sent(&say().send_error(&error)))),
            None => return Err(stuck(say().demo_not_sent_in_time())),
        }
        let columns = self.screen.columns();
        Ok(self.screen.write(&human::sent(&say().demo_sent(), to, text, columns))?)
    }

    /// Shows and acknowledges what comes, until `goal` is true or the time is over; says which.
    pub(super) fn watch(&mut self, within: Duration, mut goal: impl FnMut(&Event) -> bool) -> Result<bool> {
        let Self { client, handle, screen, stop, seen, .. } = self;
        let look = |event: &Event, screen: &mut Screen| {
            seen.take(event, handle, screen)?;
            Ok(goal(event).then_some(()))
        };
        Ok(Follow { client, stop, screen, within: Some(within) }.until(look)?.is_some())
    }
}

impl Seen {
    pub(super) fn take(&mut self, event: &Event, handle: &Handle, screen: &mut Screen) -> Result {
        if let Event::Batch(batch) = event {
            self.recent.note(event);
            let (me, now, columns) = (handle.me(), clock::now(), screen.columns());
            let lines = handle.with_contacts(|contacts| {
                human::batch(
                    &batch.content,
                    contacts,
                    me.as_ref(),
                    now,
                    columns,
                    &self.recent,
                    &mut self.days,
                )
            });
            screen.write(&lines)?;
            let media = batch.messages().iter().filter_map(|message| message.content.media());
            self.media = media.last().cloned().or_else(|| self.media.take());
            for id in batch.messages().iter().filter_map(|message| message.id.clone()) {
                *self.received.entry(id).or_default() += 1;
            }
            // Only a batch of an earlier run can be unknown, and there is none.
            handle.ack(batch.id).map_err(|error| stuck(say().command_error(&error)))?;
        }
        if let Event::Offline { .. } = event {
            self.outages += 1;
        }
        Ok(())
    }
}

/// Ids of the messages that the server owes to this login.
pub(super) fn owed(server: &Server) -> Vec<MsgId> {
    let first = server.logins().last().and_then(|login| login.first_position()).unwrap_or_default();
    let owed = server.messages().filter(|(position, message)| *position > first && message.id != 0);
    owed.map(|(_, message)| MsgId::new(message.id.to_string())).collect()
}

pub(super) fn stuck(what: impl fmt::Display) -> CliError {
    CliError::failed(say().demo_stuck(&what.to_string()), say().demo_verbosely())
}

/// Longest wait for anything.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);
/// For a person to read a line.
const PAUSE: Duration = Duration::from_millis(600);
const STEP: Duration = Duration::from_millis(100);
