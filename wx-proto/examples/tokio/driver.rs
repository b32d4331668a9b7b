//! The loop: a task that owns the core, runs its requests and hands out its events.

mod exchange;
mod files;

use std::{collections::BTreeMap, sync::LazyLock};

use tokio::{
    select,
    sync::{
        mpsc::{self, error::TrySendError},
        oneshot,
    },
    task::{AbortHandle, JoinSet},
    time::sleep,
};
use wx_proto::{
    Client, Event, Output, Reply, Request, RequestId, Timestamp,
    driver::{Clock, Reading},
};

pub(crate) use exchange::Net;
use files::Progress;

/// Commands that may wait for the loop.
const COMMANDS: usize = 16;
/// Events that may wait for the application. With more than these the loop starts no requests until some are
/// read: an application that has slow work to do should do it in a task of its own.
const EVENTS: usize = 256;

/// Starts the loop. It ends, and its requests with it, when all handles or the receiver are dropped.
pub(crate) fn spawn(client: Client, net: Net) -> (Handle, mpsc::Receiver<Event>) {
    let (to_driver, commands) = mpsc::channel(COMMANDS);
    let (events, to_application) = mpsc::channel(EVENTS);
    let (to_loop, progress) = mpsc::channel(COMMANDS);
    let driver = Driver {
        client,
        clock: Clock::new(read_clocks()),
        net,
        commands,
        events,
        unread: None,
        to_loop,
        progress,
        replies: JoinSet::new(),
        running: BTreeMap::new(),
    };
    tokio::spawn(driver.run());
    (Handle { commands: to_driver }, to_application)
}

/// Gives commands to the core from any task.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    commands: mpsc::Sender<Command>,
}

impl Handle {
    /// Does something with the core, for example `|client| client.ack(batch)`; `None` once the loop is gone.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        command: impl FnOnce(&mut Client) -> T + Send + 'static,
    ) -> Option<T> {
        let (to_caller, result) = oneshot::channel();
        // Whoever stops waiting for the result does not take the command back.
        let command = Command(Box::new(move |client| drop(to_caller.send(command(client)))));
        self.commands.send(command).await.ok()?;
        result.await.ok()
    }
}

struct Command(Box<dyn FnOnce(&mut Client) + Send>);

struct Driver {
    client: Client,
    clock: Clock,
    net: Net,
    commands: mpsc::Receiver<Command>,
    events: mpsc::Sender<Event>,
    /// An event for which the channel had no room.
    unread: Option<Event>,
    /// For exchanges that send or receive a file.
    to_loop: Progress,
    progress: mpsc::Receiver<(RequestId, u64)>,
    replies: JoinSet<Reply>,
    running: BTreeMap<RequestId, AbortHandle>,
}

impl Driver {
    async fn run(mut self) {
        loop {
            let now = self.clock.update(read_clocks());
            if self.clock.take_jump() {
                // What lay idle while the computer slept is dead, and looks open.
                self.net.empty_pool();
            }
            while self.unread.is_none()
                && let Some(output) = self.client.poll(now)
            {
                match output {
                    Output::Start(request) => self.start(request),
                    Output::Abort(id) => {
                        self.running.remove(&id).inspect(AbortHandle::abort);
                    }
                    Output::Event(event) => match self.events.try_send(event) {
                        Ok(()) => {}
                        Err(TrySendError::Full(event)) => self.unread = Some(event),
                        Err(TrySendError::Closed(_)) => return,
                    },
                }
            }
            let deadline = self.client.deadline().filter(|_| self.unread.is_none());
            select! {
                // No reply comes of a request that was given up, or that panicked: the core has a watchdog.
                Some(reply) = self.replies.join_next() => if let Ok(reply) = reply {
                    self.running.remove(&reply.id());
                    self.client.handle(self.clock.update(read_clocks()), reply);
                },
                Some((id, bytes)) = self.progress.recv() => {
                    self.client.progress(self.clock.update(read_clocks()), id, bytes);
                }
                command = self.commands.recv() => match command {
                    Some(Command(command)) => command(&mut self.client),
                    None => return,
                },
                room = self.events.reserve(), if self.unread.is_some() => match (room, self.unread.take()) {
                    (Ok(room), Some(event)) => room.send(event),
                    _ => return,
                },
                () = sleep(self.clock.wait(deadline)) => {}
            }
        }
    }

    /// The core keeps its lanes in order: whatever it starts may run at once.
    fn start(&mut self, request: Request) {
        let (id, net, progress) = (request.id, self.net.clone(), self.to_loop.clone());
        let task = self.replies.spawn(async move { net.exchange(request, progress).await });
        self.running.insert(id, task);
    }
}

/// The computer's clocks: the one on the wall, and one that stands still while the computer sleeps.
#[allow(clippy::disallowed_types, reason = "a driver has the clocks that the core has not")]
pub(crate) fn read_clocks() -> Reading {
    use std::time::{Instant, SystemTime};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Reading { wall: Timestamp::default() + since_epoch, awake: START.elapsed() }
}
