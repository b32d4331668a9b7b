//! Large accounts and large replies, for benches and for tests of memory: a client stopped before a reply, and the bytes
//! that the simulated server has for it.

mod bodies;
mod commands;

use std::time::Duration;

use bytes::Bytes;
use http::{Response, response::Parts};
use wx_proto::{Client, Config, Endpoint, Event, LoginMethod, Output, Reply, RequestId, Storing, Timestamp};

pub use self::bodies::{Body, bodies};
use crate::{
    io::Files,
    runner::START,
    server::{Account, Answer, ContactId, Server, ServerConfig},
};

/// How large an account is.
///
/// ```
/// use wx_testkit::load::{Load, Size};
///
/// let load = Load::online(Size::new(20, 3, 10));
/// assert_eq!(load.client.contacts().counts().friends, 20);
/// assert!(load.client.contacts().groups().all(|group| group.members().len() == 10));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Size {
    /// Friends.
    pub friends: usize,
    /// Groups.
    pub groups: usize,
    /// Members of each group.
    pub members: usize,
}

impl Size {
    /// So many friends, and groups of so many members.
    pub const fn new(friends: usize, groups: usize, members: usize) -> Self {
        Self { friends, groups, members }
    }
}

/// A client and its server; nothing takes time.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::load::{FIRST_GROUP, Load, Size};
///
/// let mut load = Load::online(Size::new(20, 3, 10));
/// load.server.phone(load.now).say(FIRST_GROUP, None, "hello")?;
/// let waiting = load.stop_before(Endpoint::Sync);
/// // What comes now is what a benchmark measures.
/// load.hand_over(&waiting);
/// assert!(load.client.poll(load.now).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Load {
    /// The client.
    pub client: Client,
    /// Its server.
    pub server: Server,
    /// The virtual time.
    pub now: Timestamp,
    held: Vec<(crate::server::HoldId, RequestId)>,
    files: Files,
}

/// A reply that is on its way.
///
/// ```
/// use wx_proto::{Endpoint, Event, Output};
/// use wx_testkit::load::Load;
///
/// let (mut load, waiting) = Load::before(Endpoint::JsLogin).ok_or("never asked for")?;
/// load.hand_over(&waiting.with_body("no script"));
/// let Some(Output::Event(Event::Trouble { cause, .. })) = load.client.poll(load.now) else {
///     return Err("not noticed".into());
/// };
/// println!("{cause}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The request it belongs to.
    pub id: RequestId,
    head: Parts,
    /// Its bytes.
    pub body: Bytes,
}

impl Waiting {
    /// The reply, as a driver would bring it. The bytes are shared, not copied.
    pub fn reply(&self) -> Reply {
        Reply::collected(self.id, self.head.clone(), self.body.clone())
    }

    /// The reply with other bytes.
    pub fn with_body(&self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self.clone() }
    }
}

impl Load {
    /// A client that has not begun, before an account of this size.
    pub fn new(size: Size) -> Self {
        Self::with(size, Storing::Nothing, 1)
    }

    /// The same with a seed of its own, and with a store that keeps every checkpoint at once if there is one.
    pub fn with(size: Size, storing: Storing, seed: u64) -> Self {
        let mut config = ServerConfig::web();
        config.scan_after = Some(Duration::from_secs(1));
        config.confirm_after = Some(Duration::from_secs(1));
        config.contact_page = usize::MAX;
        config.max_per_sync = usize::MAX;
        let mut choice = Config::default();
        choice.storing = storing;
        // Limits have tests of their own.
        (choice.requests_per_minute, choice.idle_requests_per_minute) = (u32::MAX, u32::MAX);
        choice.contacts = usize::MAX;
        let mut client = Client::new(choice, seed, START);
        client.login(LoginMethod::Auto).expect("nothing speaks against a first login");
        Self {
            client,
            server: Server::new(config, account(size), 1),
            now: START,
            held: Vec::new(),
            files: Files::default(),
        }
    }

    /// A client that is online, with its contacts loaded.
    pub fn online(size: Size) -> Self {
        let mut load = Self::new(size);
        load.load_contacts();
        load
    }

    /// Runs until the contacts are loaded.
    pub fn load_contacts(&mut self) {
        let mut loaded = false;
        self.run(|event, _| {
            loaded |= matches!(event, Some(Event::Contacts(_)));
            loaded
        });
    }

    /// Runs until the client asks for something of `endpoint`; gives the answer, which it has not got yet.
    pub fn stop_before(&mut self, endpoint: Endpoint) -> Waiting {
        self.run(|_, asked| asked == Some(endpoint)).expect("the client comes to ask for it")
    }

    /// A client before the answer to a request of `endpoint`. `None` for one that no command here asks for.
    pub fn before(endpoint: Endpoint) -> Option<(Self, Waiting)> {
        const BY_ITSELF: [Endpoint; 8] = [
            Endpoint::JsLogin,
            Endpoint::QrCode,
            Endpoint::LoginPoll,
            Endpoint::LoginPage,
            Endpoint::Init,
            Endpoint::StatusNotify,
            Endpoint::GetContact,
            Endpoint::BatchGetContact,
        ];
        let size = Size::new(5, 1, 5);
        let mut load = if BY_ITSELF.contains(&endpoint) { Self::new(size) } else { Self::online(size) };
        if endpoint == Endpoint::QrCode {
            // The picture can be asked for while the code is shown.
            load.stop_before(Endpoint::LoginPoll);
            load.client.qr_image().ok()?;
        } else if endpoint == Endpoint::Sync {
            load.server.phone(load.now).say(FIRST_GROUP, None, "hi").ok()?;
        } else if endpoint != Endpoint::SyncCheck && !BY_ITSELF.contains(&endpoint) {
            commands::ask(&mut load.client, &mut load.files, endpoint)?;
        }
        let waiting = load.stop_before(endpoint);
        Some((load, waiting))
    }

    /// Gives the client a reply.
    pub fn hand_over(&mut self, waiting: &Waiting) {
        self.client.handle(self.now, waiting.reply());
    }

    /// Runs until `stop` is true of an event, or of the endpoint of a request, whose answer is given then.
    fn run(&mut self, mut stop: impl FnMut(Option<&Event>, Option<Endpoint>) -> bool) -> Option<Waiting> {
        loop {
            while let Some(output) = self.client.poll(self.now) {
                match output {
                    Output::Start(request) => {
                        let (id, endpoint) = (request.id, request.endpoint);
                        let http = self.files.plain(request.http).expect("the files of a load test stay");
                        match self.server.handle(self.now, http) {
                            Answer::Held(hold) => {
                                if stop(None, Some(endpoint)) {
                                    let (head, ()) = Response::new(()).into_parts();
                                    return Some(Waiting { id, head, body: Bytes::new() });
                                }
                                self.held.push((hold, id));
                            }
                            Answer::Drop => {}
                            Answer::Streamed(response) => {
                                let (head, body) = response.into_parts();
                                let waiting = Waiting { id, head, body: body.collect() };
                                if stop(None, Some(endpoint)) {
                                    return Some(waiting);
                                }
                            }
                            Answer::Now(response) => {
                                let (head, body) = response.into_parts();
                                let waiting = Waiting { id, head, body };
                                if stop(None, Some(endpoint)) {
                                    return Some(waiting);
                                }
                                self.hand_over(&waiting);
                            }
                        }
                    }
                    Output::Abort(id) => self.held.retain(|(_, held)| *held != id),
                    Output::Event(event) => {
                        if let Event::Batch(batch) = &event {
                            self.client.ack(batch.id).expect("a batch that was handed out is open");
                        }
                        if let Event::Checkpoint { revision } = event {
                            self.client.stored(revision);
                        }
                        if stop(Some(&event), None) {
                            return None;
                        }
                    }
                }
            }
            while let Some((hold, response)) = self.server.poll(self.now) {
                if let Some(at) = self.held.iter().position(|(held, _)| *held == hold) {
                    let (_, id) = self.held.remove(at);
                    let (head, body) = response.into_parts();
                    self.client.handle(self.now, Reply::collected(id, head, body));
                }
            }
            let next = [self.client.deadline(), self.server.deadline()].into_iter().flatten().min();
            self.now = next.unwrap_or(self.now).max(self.now + Duration::from_millis(1));
        }
    }
}

/// The name of the first group of an account.
pub const FIRST_GROUP: &str = "群聊0";

/// Friends, and groups that the contact list has, with names and texts of the usual lengths.
fn account(size: Size) -> Account {
    let mut world = Account::new(1_234_567_890, "测试");
    for number in 0..size.friends {
        let remark = if number % 4 == 0 { format!("老王{number}") } else { String::new() };
        let id = world.add_friend(&format!("小明同学{number}"), &remark);
        if let Some(friend) = world.contact_mut(id) {
            friend.initials = format!("XMTX{number}");
            friend.latin = format!("xiaomingtongxue{number}");
            if !remark.is_empty() {
                friend.remark_initials = format!("LW{number}");
                friend.remark_latin = format!("laowang{number}");
            }
            if number % 2 == 0 {
                "路漫漫其修远兮".clone_into(&mut friend.signature);
            }
            "广东".clone_into(&mut friend.province);
            "深圳".clone_into(&mut friend.city);
            "wxi".clone_into(&mut friend.keyword);
        }
    }
    let strangers: Vec<ContactId> = (0..size.members.saturating_sub(1))
        .map(|number| world.add_stranger(&format!("群友{number}")))
        .collect();
    let members: Vec<ContactId> = [ContactId::ME].into_iter().chain(strangers).collect();
    for number in 0..size.groups {
        let id = world.add_group(&format!("群聊{number}"), &members);
        if let Some(group) = world.contact_mut(id) {
            group.saved = true;
            for member in group.members.iter_mut().step_by(4) {
                member.display_name = "群里的名字".to_owned();
            }
        }
    }
    world
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_stops_before_what_it_is_to_get() {
        let mut load = Load::online(Size::new(20, 3, 10));
        let contacts = load.client.contacts();
        assert_eq!((contacts.counts().friends, contacts.counts().groups), (20, 3));
        assert!(contacts.groups().all(|group| group.members().len() == 10));
        load.server.phone(load.now).say(FIRST_GROUP, None, "hi").unwrap();
        let waiting = load.stop_before(Endpoint::Sync);
        assert!(waiting.body.windows(10).any(|window| window == b"AddMsgList"));
    }
}
