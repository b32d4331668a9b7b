//! The loop, on one thread.

mod exchange;
mod files;

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use smol::{
    LocalExecutor, Timer,
    channel::{self, Receiver, Sender},
    future::{self, FutureExt},
};
use wx_proto::{Client, Event, Output, Reply, Request, RequestId, Timestamp};

pub(crate) use exchange::{Net, tls};
pub(crate) use files::Progress;

/// Something to do with the core, for example `|client| client.ack(batch)`.
pub(crate) type Command = Box<dyn FnOnce(&mut Client) + Send>;

/// Runs `client` until nobody gives commands any more, or nobody reads events. `exchange` runs one request. The events'
/// channel should have no bound: the core itself stops at batches that are not acknowledged.
pub(crate) async fn run<F: Future<Output = Reply>>(
    mut client: Client,
    exchange: impl Fn(Request, Progress) -> F,
    commands: Receiver<Command>,
    events: Sender<Event>,
) {
    let tasks = LocalExecutor::new();
    let (done, replies) = channel::unbounded();
    let (to_loop, progress) = channel::unbounded();
    let mut running = BTreeMap::new();
    let turn = async {
        loop {
            while let Some(output) = client.poll(now()) {
                match output {
                    Output::Start(request) => {
                        let (id, reply, done) =
                            (request.id, exchange(request, to_loop.clone()), done.clone());
                        running.insert(id, tasks.spawn(async move { done.send(reply.await).await }));
                    }
                    // A task that is dropped ends, and its connection with it.
                    Output::Abort(id) => drop(running.remove(&id)),
                    Output::Event(event) => match events.send(event).await {
                        Ok(()) => {}
                        Err(_) => return,
                    },
                }
            }
            let deadline = client.deadline();
            let reply = async { replies.recv().await.map_or(Next::Gone, Next::Reply) };
            let command = async { commands.recv().await.map_or(Next::Gone, Next::Command) };
            let progress = async { progress.recv().await.map_or(Next::Gone, Next::Progress) };
            match reply.or(progress).or(command).or(time(deadline)).await {
                Next::Reply(reply) => {
                    running.remove(&reply.id());
                    client.handle(now(), reply);
                }
                Next::Progress((id, bytes)) => client.progress(now(), id, bytes),
                Next::Command(command) => command(&mut client),
                Next::Time => {}
                Next::Gone => return,
            }
        }
    };
    tasks.run(turn).await;
}

enum Next {
    Reply(Reply),
    Progress((RequestId, u64)),
    Command(Command),
    Time,
    Gone,
}

async fn time(deadline: Option<Timestamp>) -> Next {
    let Some(at) = deadline else { return future::pending().await };
    Timer::after(at.saturating_since(now()).min(LONGEST_SLEEP)).await;
    Next::Time
}

/// The system's time, wherever it is set: the core copes with steps.
#[allow(clippy::disallowed_types, reason = "a driver has the clock that the core has not")]
pub(crate) fn now() -> Timestamp {
    let since_epoch = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(0) + since_epoch
}

/// No sleep notices that the clock was set, or that the computer slept: look at it this often.
const LONGEST_SLEEP: Duration = Duration::from_secs(10);
