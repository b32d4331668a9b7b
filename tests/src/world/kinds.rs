//! What a plan holds: so that one sees that everything is drawn.

use wx_proto::{Endpoint, Storing};

use super::{
    action::{Action, NetworkFault, Way},
    heard::TOO_OFTEN,
    plan::Plan,
};

type Holds = fn(&Plan) -> bool;

/// What a plan may hold, by name.
pub const KINDS: [(&str, Holds); 29] = [
    ("long phases without acknowledgement", |plan| plan.any(|act| matches!(act, Action::HoldAcks(120..)))),
    ("two hours without acknowledgement", |plan| plan.any(|act| matches!(act, Action::HoldAcks(7_200..)))),
    ("a clock that is wrong from the start", |plan| plan.ahead != 0),
    ("a clock that is set right", |plan| plan.any(|act| act == Action::SetRight)),
    ("1205 on webwxsync", |plan| plan.limits(&[Endpoint::Sync])),
    ("1205 on synccheck", |plan| plan.limits(&[Endpoint::SyncCheck])),
    ("1205 on webwxinit", |plan| plan.limits(&[Endpoint::Init])),
    ("1205 on contacts", |plan| plan.limits(&[Endpoint::GetContact, Endpoint::BatchGetContact])),
    ("1205 on webwxsendmsg", |plan| plan.limits(&[Endpoint::SendMsg])),
    ("another account", Plan::has_accounts),
    ("the first account again", |plan| {
        plan.acts.iter().filter(|(_, act)| *act == Action::OtherAccount).count() > 1
    }),
    ("a disk that hangs", |plan| plan.any(|act| matches!(act, Action::DiskHangs(_)))),
    ("sends that expire", |plan| plan.any(|act| matches!(act, Action::Send { expires: Some(_), .. }))),
    ("a small outbox", |plan| plan.client.outbox < 4),
    ("nothing stored", |plan| plan.client.storing == Storing::Nothing),
    ("a logout", |plan| plan.any(|act| act == Action::Logout)),
    ("a login by code", |plan| plan.any(|act| act == Action::LoginBy(Way::Code))),
    ("a login that only resumes", |plan| plan.any(|act| act == Action::LoginBy(Way::Resume))),
    ("cancelled sends", |plan| plan.any(|act| matches!(act, Action::Cancel { .. }))),
    ("replies that take seconds", |plan| plan.suffers(|trouble| matches!(trouble, NetworkFault::Late(_)))),
    ("news said with none there", |plan| plan.any(|act| matches!(act, Action::FalseNews { .. }))),
    ("none said with news there", |plan| plan.any(|act| matches!(act, Action::HideNews(_)))),
    ("news said once", |plan| plan.server.says_once),
    ("stale replies", |plan| plan.suffers(|trouble| trouble == NetworkFault::Stale)),
    ("messages counted and not listed", |plan| plan.suffers(|trouble| trouble == NetworkFault::NoList)),
    ("a push host that is broken", |plan| {
        plan.any(|act| matches!(act, Action::Outage { on: Some(Endpoint::SyncCheck), secs: 3_600.., .. }))
    }),
    ("a host that is not listed any more", |plan| plan.any(|act| act == Action::HostGone)),
    ("another profile", |plan| plan.any(|act| act == Action::OtherProfile)),
    ("a flood of changes", |plan| plan.any(|act| matches!(act, Action::Flood(_)))),
];

impl Plan {
    fn any(&self, is: impl Fn(Action) -> bool) -> bool {
        self.acts.iter().any(|(_, act)| is(*act))
    }

    fn suffers(&self, is: impl Fn(NetworkFault) -> bool) -> bool {
        self.any(|act| act.trouble().is_some_and(&is))
    }

    /// True if the server says "too often" to one of these.
    fn limits(&self, places: &[Endpoint]) -> bool {
        let place =
            |act| if let Action::Fault { on, .. } | Action::Outage { on, .. } = act { on } else { None };
        let limits = |act: Action| matches!(act.trouble(), Some(NetworkFault::Ret { code: TOO_OFTEN, .. }));
        self.any(|act| limits(act) && place(act).is_some_and(|on| places.contains(&on)))
    }
}
