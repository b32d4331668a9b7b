//! The steps.

mod files;
mod messages;
mod trouble;
mod watch;

use tempfile::TempDir;
use wx_proto::{EndReason, Endpoint, Event, MsgId, Phase, UserName};

use self::watch::batch_of;
use super::{AsyncDriver, site::Site};
use crate::server::Resource;

const FRIEND: &str = "明哥";
const GROUP: &str = "周末爬山";

/// A driver on its way through the steps.
pub(super) struct Script<D> {
    driver: D,
    site: Site,
    /// All events so far, and where those of this step begin.
    seen: Vec<Event>,
    from: usize,
    friend: UserName,
    group: UserName,
    folder: TempDir,
}

impl<D: AsyncDriver> Script<D> {
    pub(super) fn new(driver: D, site: Site) -> Self {
        let nobody = UserName::new("");
        let folder = TempDir::new().expect("a folder for temporary files");
        Self { driver, site, seen: Vec::new(), from: 0, friend: nobody.clone(), group: nobody, folder }
    }

    pub(super) async fn run(mut self) {
        self.step("log in").log_in().await;
        self.step("load contacts").load_contacts().await;
        self.step("receive").receive().await;
        self.step("send beside the long poll").send_beside_the_long_poll().await;
        self.step("send in order").send_in_order().await;
        self.step("go on after a restart").restart().await;
        self.step("poll while nothing happens").idle().await;
        self.step("send a file").send_a_file().await;
        self.step("go on with an upload after a restart").go_on_with_an_upload().await;
        self.step("fetch a file").fetch_a_file().await;
        self.step("give a transfer up").give_a_transfer_up().await;
        self.step("survive a 503").survive_a_status().await;
        self.step("survive a cut reply").survive_a_cut().await;
        self.step("refuse a reply that is too large").refuse_too_large().await;
        self.step("follow no redirect").follow_no_redirect().await;
        self.step("say that a send may have left").lose_the_answer_of_a_send().await;
        self.step("say that a send did not leave").survive_an_outage().await;
        self.step("give a request up").give_up().await;
        self.step("log out").log_out().await;
        self.check_the_end();
    }

    /// What depends on how a reply's bytes arrive.
    pub(super) async fn run_in_pieces(mut self) {
        println!("with replies in small pieces");
        self.step("log in").log_in().await;
        self.step("load contacts").load_contacts().await;
        self.step("receive").receive().await;
        self.step("send beside the long poll").send_beside_the_long_poll().await;
        self.step("send in order").send_in_order().await;
        self.step("survive a cut reply").survive_a_cut().await;
        self.step("log out").log_out().await;
        self.check_the_end();
    }

    /// The next step. The test harness shows its name if it fails.
    fn step(&mut self, name: &str) -> &mut Self {
        println!("{name}");
        self.from = self.seen.len();
        self
    }

    async fn log_in(&mut self) {
        self.driver.login().await;
        self.find("online", |event| matches!(event, Event::Phase(Phase::Online)).then_some(())).await;
        let mut order = Vec::new();
        for event in &self.seen {
            if let Event::QrCode(code) = event {
                assert!(code.url.starts_with("https://login.weixin.qq.com/l/"), "{code:?}");
                order.push("a QR code");
            } else if let Event::Scanned { .. } = event {
                order.push("scanned");
            } else if let Event::LoggedIn { me, resumed } = event {
                assert_eq!((me.uin, *resumed), (1_234_567_890, false));
                order.push("logged in");
            } else if let Event::Phase(Phase::Online) = event {
                order.push("online");
            }
        }
        assert_eq!(order, ["a QR code", "scanned", "logged in", "online"]);
    }

    async fn load_contacts(&mut self) {
        let counts = self
            .find("contacts", |event| if let Event::Contacts(counts) = event { Some(*counts) } else { None })
            .await;
        assert!(counts.friends >= 4 && counts.groups == 2, "{counts:?}");
        self.friend = self.find_chat(FRIEND).await;
        self.group = self.find_chat(GROUP).await;
        // Anything longer than 1 KiB is compressed for those who accept it, and all requests do.
        let length = self.site.with(|watched, _| watched.longest.get(&Endpoint::GetContact.into()).copied());
        assert!(length.is_some_and(|length| length > 1024), "{length:?}");
    }

    async fn find_chat(&mut self, name: &str) -> UserName {
        let found = self.driver.find(name).await;
        let found = found.unwrap_or_else(|| panic!("{name} is among the contacts"));
        let id = self.site.with(|watched, _| {
            let server = &watched.server;
            server.account().named(name).map(|id| server.user_name(id))
        });
        assert_eq!(Some(found.as_str()), id.as_deref(), "{name}");
        found
    }

    async fn log_out(&mut self) {
        self.driver.logout().await;
        let reason = self
            .find("the end", |event| {
                if let Event::Phase(Phase::Ended(reason)) = event { Some(reason.clone()) } else { None }
            })
            .await;
        assert_eq!(reason, EndReason::LoggedOut);
        assert_eq!(self.site.requests(Endpoint::Logout), 1);
        // It was answered with a redirect to the start page.
        assert_eq!(self.site.requests(Resource::Page), 0, "nothing went where the redirect led");
    }

    fn check_the_end(&self) {
        let batches = self.seen.iter().filter_map(batch_of);
        let ids: Vec<MsgId> = batches
            .flat_map(|batch| batch.messages().iter().filter_map(|message| message.id.clone()))
            .collect();
        self.site.with(|watched, _| {
            let queued: Vec<MsgId> =
                watched.server.messages().map(|(_, message)| MsgId::new(message.id.to_string())).collect();
            assert_eq!(ids, queued, "every message once and in order");
            assert_eq!(watched.server.record().complaints(), [""; 0]);
            assert_eq!(watched.added, [""; 0]);
            assert_eq!(watched.server.logins().len(), 1);
        });
    }
}
