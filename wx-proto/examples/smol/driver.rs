//! The loop, on one thread.

mod exchange;
mod files;

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use smol::{
    LocalExecutor, Timer,
    channel::{self, Receiver, Sender},
    future::FutureExt,
};
use wx_proto::{
    Client, Event, Output, Reply, Request, RequestId, Timestamp,
    driver::{Clock, Reading},
};

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
    let mut clock = Clock::new(read_clocks());
    let turn = async {
        loop {
            while let Some(output) = client.poll(clock.update(read_clocks())) {
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
            let wait = clock.wait(client.deadline());
            let reply = async { replies.recv().await.map_or(Next::Gone, Next::Reply) };
            let command = async { commands.recv().await.map_or(Next::Gone, Next::Command) };
            let progress = async { progress.recv().await.map_or(Next::Gone, Next::Progress) };
            match reply.or(progress).or(command).or(time(wait)).await {
                Next::Reply(reply) => {
                    running.remove(&reply.id());
                    client.handle(clock.update(read_clocks()), reply);
                }
                Next::Progress((id, bytes)) => client.progress(clock.update(read_clocks()), id, bytes),
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

async fn time(wait: Duration) -> Next {
    Timer::after(wait).await;
    Next::Time
}

/// The computer's clocks: the one on the wall, and one that stands still while the computer sleeps.
#[allow(clippy::disallowed_types, reason = "a driver has the clocks that the core has not")]
pub(crate) fn read_clocks() -> Reading {
    use std::time::{Instant, SystemTime};
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Reading { wall: Timestamp::default() + since_epoch, awake: START.elapsed() }
}
