//! A fleet gives each client what it gives alone.

use std::time::Duration;

use proptest::{collection::vec, prelude::*};
use wx_proto::{
    Client, Config, Event, Failure, FailureKind, Fleet, LoginMethod, Outgoing, Output, Reply, RequestId,
    SendOptions, Sent, Timestamp, UserName,
};
use wx_testkit::{
    io::{SimulatedIo, plain},
    runner::START,
};

use crate::support::server_with;

const ACCOUNTS: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    /// Time passes, and everything happens when it is due.
    Run(u64),
    /// Time passes, and nobody learns of it.
    Skip(u64),
    /// One reply of an account arrives, if there is one.
    Deliver(usize),
    /// So many outputs are taken.
    Poll(usize),
    /// Somebody writes to an account.
    Say(usize),
    /// An account sends.
    Send(usize),
    /// An account logs out, or in again.
    InOrOut(usize),
    /// An account leaves the fleet, and comes back as it is.
    Reinsert(usize),
    /// The clients' clock is set.
    Jump(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let account = || 0..ACCOUNTS;
    prop_oneof![
        4 => (0..40_000_u64).prop_map(Step::Run),
        2 => (0..5_000_u64).prop_map(Step::Skip),
        3 => account().prop_map(Step::Deliver),
        2 => (1..4_usize).prop_map(Step::Poll),
        3 => account().prop_map(Step::Say),
        2 => account().prop_map(Step::Send),
        1 => account().prop_map(Step::InOrOut),
        1 => account().prop_map(Step::Reinsert),
        2 => (-90_000..60_000_i64).prop_map(Step::Jump),
    ]
}

/// A client that is called at every step, and the network of its twin in the fleet, which must stay the same.
struct Twin {
    alone: Client,
    io: SimulatedIo,
    fleet_io: SimulatedIo,
}

struct Twins {
    twins: Vec<Twin>,
    fleet: Fleet<usize>,
    now: Timestamp,
    /// How far the clients' clock is ahead.
    ahead: i64,
}

impl Twins {
    fn new() -> Self {
        let mut fleet = Fleet::new();
        let twins = (0..ACCOUNTS)
            .map(|account| {
                let mut alone = Client::new(Config::default(), account as u64, START);
                alone.login(LoginMethod::Auto).unwrap();
                fleet.insert(account, alone.clone());
                let io = || SimulatedIo::new(server_with(|_| {}), START);
                Twin { alone, io: io(), fleet_io: io() }
            })
            .collect();
        Self { twins, fleet, now: START, ahead: 0 }
    }

    fn wall(&self) -> Timestamp {
        Timestamp::from_millis(self.now.as_millis().saturating_add_signed(self.ahead))
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Run(millis) => self.run(millis),
            Step::Skip(millis) => self.pass(self.now + Duration::from_millis(millis)),
            Step::Deliver(account) => drop(self.deliver(account)),
            Step::Poll(most) => drop((0..most).take_while(|_| self.poll()).count()),
            Step::Say(account) => {
                for io in self.ios(account) {
                    let now = io.now();
                    io.server.phone(now).say("明哥", None, "hi").unwrap();
                }
            }
            Step::Send(account) => self.command(account, |client| {
                let to = UserName::new(UserName::FILE_HELPER);
                format!("{:?}", client.send(&to, Outgoing::text("hi"), SendOptions::default()))
            }),
            Step::InOrOut(account) => self.command(account, |client| match client.logout() {
                Ok(op) => format!("{op}"),
                Err(_) => format!("{:?}", client.login(LoginMethod::Auto)),
            }),
            Step::Reinsert(account) => {
                let client = self.fleet.remove(&account).unwrap();
                assert!(self.fleet.insert(account, client).is_none());
            }
            Step::Jump(millis) => {
                self.ahead = self.ahead.saturating_add(millis);
                self.poll();
            }
        }
    }

    fn ios(&mut self, account: usize) -> [&mut SimulatedIo; 2] {
        let Twin { io, fleet_io, .. } = &mut self.twins[account];
        [io, fleet_io]
    }

    fn command(&mut self, account: usize, command: impl Fn(&mut Client) -> String) {
        let alone = command(&mut self.twins[account].alone);
        assert_eq!(command(self.fleet.get_mut(&account).unwrap()), alone);
    }

    fn run(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        loop {
            loop {
                while self.poll() {}
                if !(0..ACCOUNTS).any(|account| self.deliver(account)) {
                    break;
                }
            }
            // Nothing is due: the fleet waits for what the clients wait for, and for nothing else.
            let deadline = self.twins.iter().filter_map(|twin| twin.alone.deadline()).min();
            assert_eq!(self.fleet.deadline(), deadline);
            assert!(deadline.is_none_or(|at| at > self.wall()));
            if self.now >= end {
                return;
            }
            let next = self.twins.iter().filter_map(|twin| twin.io.next_at());
            let next = next.chain(deadline.map(|at| self.now + at.saturating_since(self.wall()))).min();
            self.pass(next.unwrap_or(end).max(self.now + Duration::from_millis(1)).min(end));
        }
    }

    fn pass(&mut self, to: Timestamp) {
        if to > self.now {
            self.now = to;
            for twin in &mut self.twins {
                twin.io.advance_to(to);
                twin.fleet_io.advance_to(to);
            }
        }
    }

    /// Every client alone learns each time that the fleet learns, without being polled.
    fn tell(&mut self) -> Timestamp {
        let failure = Failure { kind: FailureKind::Connect, sent: Sent::No, received: 0 };
        let wall = self.wall();
        for twin in &mut self.twins {
            twin.alone.handle(wall, Reply::failed(NOBODYS, failure));
        }
        wall
    }

    fn deliver(&mut self, account: usize) -> bool {
        let twin = &mut self.twins[account];
        let replies = (twin.io.poll(), twin.fleet_io.poll());
        let (Some(reply), Some(same)) = replies else {
            assert!(replies.0.is_none() && replies.1.is_none(), "both networks are the same");
            return false;
        };
        let wall = self.tell();
        let twin = &mut self.twins[account];
        twin.alone.handle(wall, reply);
        self.fleet.handle(wall, &account, same);
        true
    }

    /// One output of the fleet; the client alone has the same.
    fn poll(&mut self) -> bool {
        let wall = self.tell();
        let Some((account, output)) = self.fleet.poll(wall) else {
            for twin in &mut self.twins {
                assert!(twin.alone.poll(wall).is_none(), "the fleet forgot a client");
            }
            return false;
        };
        let twin = &mut self.twins[account];
        let same = twin.alone.poll(wall).expect("the client alone has an output too");
        assert_eq!(format!("{output:?}"), format!("{same:?}"));
        let client = self.fleet.get_mut(&account).unwrap();
        react(client, &mut twin.fleet_io, output, react(&mut twin.alone, &mut twin.io, same, None));
        true
    }
}

/// An id that no request has.
const NOBODYS: RequestId = RequestId::new(0);

/// What a request is made of.
type Asked = Option<String>;

fn react(client: &mut Client, io: &mut SimulatedIo, output: Output, other: Asked) -> Asked {
    match output {
        Output::Start(request) => {
            let sent = format!("{:?}", plain(request.http.clone()));
            assert!(other.is_none_or(|other| other == sent), "the same request, to the byte");
            io.start(request);
            return Some(sent);
        }
        Output::Abort(id) => io.abort(id),
        Output::Event(Event::Checkpoint { revision }) => client.stored(revision),
        Output::Event(Event::Batch(batch)) => client.ack(batch.id).unwrap(),
        Output::Event(_) => {}
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_client_does_in_a_fleet_what_it_does_alone(steps in vec(step(), 1..80)) {
        let mut twins = Twins::new();
        twins.take(&Step::Run(10_000));
        for step in &steps {
            twins.take(step);
        }
        twins.take(&Step::Run(60_000));
    }
}
