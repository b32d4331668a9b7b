//! The plan of a world: who takes part and what happens when, all from the seed.

use std::time::Duration;

use wx_proto::{Config, Profile, Timestamp};

use super::{action::Action, corners, draw, scenario, transfers};
use crate::{rng::Rng, runner::START, server::ServerConfig};

/// How the application stores and acknowledges.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::world::{Action, AppKind, Plan, Rules, run};
///
/// let plan = Plan::still(1, AppKind::Transactional, Duration::from_secs(600))
///     .with(Duration::from_secs(60), Action::Say { chat: 0, count: 3 });
/// assert_eq!(run(&plan, &Rules::today(), false).violation, None);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AppKind {
    /// Stores messages and `session_after` in one transaction, then acknowledges.
    Transactional,
    /// Stores messages, acknowledges; stores the session when asked.
    AtLeastOnce,
    /// The same, but acknowledges seconds to many minutes later.
    Slow,
    /// Acknowledges nothing before the faults are over.
    Mute,
    /// Sometimes acknowledges nothing until the next run, and then with the id of the run before.
    Forgetful,
}

/// Whom the account knows.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::world::{AppKind, People, Plan};
///
/// let mut plan = Plan::still(1, AppKind::AtLeastOnce, Duration::from_secs(600));
/// plan.people = People::Many;
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum People {
    /// Two friends, no group.
    Pair,
    /// Two friends and two groups of theirs.
    Few,
    /// The same and twenty more: several pages of contacts.
    Many,
    /// As many, no group.
    Crowd,
    /// Two friends, and a flavour that has no chat but the own phone's.
    Phone,
}

impl People {
    pub(super) const fn has_group(self) -> bool {
        matches!(self, Self::Few | Self::Many)
    }
}

/// Everything that makes a world.
///
/// ```
/// use wx_testkit::world::Plan;
///
/// let plan = Plan::draw(7);
/// assert_eq!(plan.acts, Plan::draw(7).acts);
/// for (at, act) in &plan.acts {
///     println!("{at:?}: {act:?}");
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// Where everything came from.
    pub seed: u64,
    /// The application.
    pub app: AppKind,
    /// Whom the account knows.
    pub people: People,
    /// The server's settings.
    pub server: ServerConfig,
    /// The client's settings.
    pub client: Config,
    /// The device starts with the same clock every time.
    pub same_clock: bool,
    /// Every run of the client gets the same seed.
    pub same_seed: bool,
    /// The device's clock is so many seconds ahead at the start.
    pub ahead: i64,
    /// A transactional application says with its acknowledgement that the session is stored as well.
    pub acks_stored: bool,
    /// A write of the session takes up to so many milliseconds.
    pub disk_millis: u64,
    /// The server accepts only its newest key: crashes wait until nothing is open, and no webwxsync goes wrong.
    pub careful: bool,
    /// What happens.
    pub acts: Vec<(Timestamp, Action)>,
    /// So many exchanges go wrong at least: what is missing at the end goes wrong then.
    pub least_faults: u64,
    /// When the faults end.
    pub end: Timestamp,
}

/// What kind of world it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Minutes to hours in which much goes wrong.
    Busy,
    /// The server accepts only its newest key.
    Careful,
    /// Half a day without an acknowledgement.
    Quiet,
}

impl Kind {
    const fn draw(rng: &mut Rng) -> Self {
        match rng.below(100) {
            0..10 => Self::Careful,
            10..12 => Self::Quiet,
            _ => Self::Busy,
        }
    }

    fn app(self, rng: &mut Rng) -> AppKind {
        match self {
            Self::Careful => rng.pick(AppKind::Transactional, &[AppKind::AtLeastOnce]),
            Self::Quiet => AppKind::Mute,
            Self::Busy => {
                rng.pick(AppKind::Transactional, &[AppKind::AtLeastOnce, AppKind::Slow, AppKind::Forgetful])
            }
        }
    }

    /// Milliseconds until the faults end.
    fn span(self, rng: &mut Rng) -> u64 {
        const MINUTE: u64 = 60_000;
        match self {
            Self::Quiet => rng.from(3 * 60 * MINUTE, 14 * 60 * MINUTE),
            Self::Busy | Self::Careful => {
                let most = rng.pick(30, &[60, 180]);
                rng.from(10 * MINUTE, most * MINUTE)
            }
        }
    }
}

/// A spread of times: many things happen close together.
pub(super) struct Times {
    span: u64,
    hot: [u64; 4],
}

impl Times {
    pub(super) fn draw(&self, rng: &mut Rng) -> Timestamp {
        let millis = if rng.percent(75) {
            let [a, b, c, d] = self.hot;
            rng.pick(a, &[b, c, d]) + rng.skewed(40_000)
        } else {
            rng.below(self.span)
        };
        START + Duration::from_millis(millis)
    }
}

impl Plan {
    /// A plan in which nothing happens for so long, with default settings: acts are added by hand.
    pub fn still(seed: u64, app: AppKind, span: Duration) -> Self {
        let mut server = ServerConfig::web();
        server.scan_after = Some(Duration::from_secs(3));
        server.confirm_after = Some(Duration::from_secs(2));
        Self {
            seed,
            app,
            people: People::Few,
            server,
            client: Config::default(),
            same_clock: false,
            same_seed: false,
            ahead: 0,
            acks_stored: false,
            disk_millis: 0,
            careful: false,
            acts: Vec::new(),
            least_faults: 0,
            end: START + span,
        }
    }

    /// Adds an act, so long after the start.
    #[must_use]
    pub fn with(mut self, after: Duration, act: Action) -> Self {
        self.acts.push((START + after, act));
        self.acts.sort_by_key(|(at, _)| *at);
        self
    }

    /// The plan of this seed.
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5851_f42d_4c95_7f2d);
        let rng = &mut rng;
        let kind = Kind::draw(rng);
        let careful = kind == Kind::Careful;
        let app = kind.app(rng);
        let span = kind.span(rng);
        let times = Times { span, hot: [0, 1, 2, 3].map(|_| rng.below(span)) };
        let mut acts = Vec::new();
        for act in draw::acts(rng, careful) {
            let at = times.draw(rng);
            acts.push((at, act));
            // Once more, before the Gap of the login in between is acknowledged.
            if matches!(act, Action::Kick(_)) && rng.percent(50) {
                acts.push((at + rng.millis(15_000, 90_000), act));
                acts.push((at + rng.millis(0, 10_000), Action::Say { chat: 0, count: 2 }));
            }
        }
        let at = times.draw(rng);
        acts.extend(scenario::draw(rng, kind).into_iter().map(|(after, act)| (at + after, act)));
        let mut plan = Self {
            seed,
            app,
            people: draw::people(rng),
            server: draw::server(rng, careful),
            client: draw::client(rng, careful),
            same_clock: !careful && rng.percent(10),
            same_seed: rng.percent(25),
            ahead: 0,
            acks_stored: false,
            disk_millis: if rng.percent(30) { rng.from(1, 3_000) } else { 0 },
            careful,
            acts,
            least_faults: 3,
            end: START + Duration::from_millis(span + 60_000),
        };
        if kind == Kind::Busy {
            for _ in 0..rng.pick(1, &[0, 1, 1, 2]) {
                let at = times.draw(rng);
                corners::draw(rng, &mut plan, at);
            }
        }
        transfers::draw(&mut Rng::new(seed ^ 0x6669_6c65_7300), &mut plan, &times);
        plan.acts.sort_by_key(|(at, _)| *at);
        plan.acks_stored = plan.app == AppKind::Transactional && rng.percent(50);
        plan
    }

    /// The plan of this seed for the file helper: one chat, and half of the time a first entry that does not know the account.
    ///
    /// ```
    /// use wx_testkit::world::{People, Plan};
    ///
    /// assert_eq!(Plan::draw_file_helper(7).people, People::Phone);
    /// ```
    pub fn draw_file_helper(seed: u64) -> Self {
        let mut plan = Self::draw(seed);
        let mut rng = Rng::new(seed ^ 0x6669_6c65_6865_6c70);
        plan.people = People::Phone;
        plan.client.profile = Profile::file_helper();
        let ServerConfig { appid, page_host, redirect_host, push_host, only_file_helper, entries, .. } =
            ServerConfig::file_helper();
        let region = entries.get(usize::try_from(rng.below(4)).unwrap_or(0)).cloned();
        let echo_sends = rng.percent(60);
        plan.server = ServerConfig {
            appid,
            page_host,
            redirect_host,
            push_host,
            only_file_helper,
            entries,
            region,
            echo_sends,
            ..plan.server
        };
        // Its files have other addresses and ids; the web's worlds know theirs.
        plan.acts.retain(|(_, act)| !act.is_of_files());
        plan
    }

    /// True if two accounts use the device.
    pub(super) fn has_accounts(&self) -> bool {
        self.acts.iter().any(|(_, act)| *act == Action::OtherAccount)
    }
}
