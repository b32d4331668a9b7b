//! A fleet on one server with an account for each of its clients.

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::Response;
use wx_proto::{
    Client, Config, Event, Fleet, LoginMethod, Outgoing, Output, Reply, Request, SendOptions, Timestamp,
    UserName,
};
use wx_testkit::{
    io::plain,
    runner::START,
    server::{Accounts, Answer, ContactId, HoldId, Server, ServerConfig},
};

const CLIENTS: usize = 20;

/// A server with an account for each client, and what an application notes of each.
struct Site {
    fleet: Fleet<usize>,
    accounts: Accounts,
    held: BTreeMap<HoldId, (usize, Request)>,
    texts: Vec<Vec<String>>,
    loaded: usize,
    now: Timestamp,
}

impl Site {
    fn new() -> Self {
        let mut config = ServerConfig::web();
        (config.scan_after, config.confirm_after) =
            (Some(Duration::from_secs(1)), Some(Duration::from_secs(1)));
        let mut fleet = Fleet::new();
        for key in 0..CLIENTS {
            let mut client = Client::new(Config::default(), key as u64, START);
            client.login(LoginMethod::Auto).unwrap();
            fleet.insert(key, client);
        }
        Self {
            fleet,
            accounts: Accounts::demo(&config, CLIENTS, 1),
            held: BTreeMap::new(),
            texts: vec![Vec::new(); CLIENTS],
            loaded: 0,
            now: START,
        }
    }

    fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.settle();
            let next = [self.fleet.deadline(), self.accounts.deadline()].into_iter().flatten().min();
            self.now = next.unwrap_or(end).clamp(self.now + Duration::from_millis(1), end);
        }
        self.settle();
    }

    fn settle(&mut self) {
        loop {
            while let Some((key, output)) = self.fleet.poll(self.now) {
                self.take(key, output);
            }
            let Some((hold, response)) = self.accounts.poll(self.now) else { return };
            let (key, request) = self.held.remove(&hold).expect("an answer of a poll that waits");
            self.reply(key, &request, response);
        }
    }

    fn take(&mut self, key: usize, output: Output) {
        match output {
            Output::Start(request) => match self.accounts.handle(self.now, plain(request.http.clone())) {
                Answer::Now(response) => self.reply(key, &request, response),
                Answer::Held(hold) => assert!(self.held.insert(hold, (key, request)).is_none()),
                Answer::Streamed(_) | Answer::Drop => panic!("nothing is lost here, and no file asked for"),
            },
            Output::Abort(id) => {
                let is_it =
                    |(_, (owner, request)): &(&HoldId, &(usize, Request))| *owner == key && request.id == id;
                if let Some(hold) = self.held.iter().find(is_it).map(|(hold, _)| *hold) {
                    self.held.remove(&hold);
                    self.accounts.abandon(hold);
                }
            }
            Output::Event(event) => {
                let client = self.fleet.get_mut(&key).unwrap();
                match event {
                    Event::Checkpoint { revision } => client.stored(revision),
                    Event::Batch(batch) => {
                        let texts =
                            batch.messages().iter().map(|message| message.content.text().into_owned());
                        self.texts[key].extend(texts);
                        client.ack(batch.id).unwrap();
                    }
                    Event::Contacts(_) => self.loaded += 1,
                    _ => {}
                }
            }
        }
    }

    fn reply(&mut self, key: usize, request: &Request, response: Response<Bytes>) {
        let (head, body) = response.into_parts();
        self.fleet.handle(self.now, &key, Reply::collected(request.id, head, body));
    }
}

#[test]
fn each_client_of_a_fleet_has_an_account() {
    let mut site = Site::new();
    site.run_for(Duration::from_secs(120));
    assert_eq!(site.loaded, CLIENTS);
    // Which account a client got is told by nothing but its own name.
    let me = |server: &Server| server.user_name(ContactId::ME);
    let owners: Vec<usize> = (site.accounts.servers())
        .map(|server| {
            let mut keys = 0..CLIENTS;
            let is_it = |key: &usize| {
                let client = site.fleet.get(key).unwrap();
                client.me().is_some_and(|own| own.user_name.as_str() == me(server))
            };
            keys.find(is_it).expect("every account has a client")
        })
        .collect();
    for (index, key) in owners.iter().enumerate() {
        let now = site.now;
        let text = format!("to {key}");
        site.accounts.get_mut(index).unwrap().phone(now).say("明哥", None, &text).unwrap();
        let to = UserName::new(UserName::FILE_HELPER);
        let client = site.fleet.get_mut(key).unwrap();
        client.send(&to, Outgoing::text(format!("from {key}")), SendOptions::default()).unwrap();
    }
    site.run_for(Duration::from_secs(60));
    for (server, key) in site.accounts.servers().zip(&owners) {
        assert_eq!(site.texts[*key], [format!("to {key}")]);
        let sent: Vec<&str> = server.record().sent().iter().map(|sent| sent.text.as_str()).collect();
        assert_eq!(sent, [format!("from {key}")]);
        assert_eq!(server.record().complaints(), <[String; 0]>::default());
        assert_eq!(server.logins().len(), 1);
    }
}
