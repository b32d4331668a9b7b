//! What a plan holds: so that one sees that everything is drawn.

use wx_proto::{Endpoint, Storing};

use super::{
    action::{Action, NetworkFault, Way},
    content::{CHUNK, LARGE},
    heard::TOO_OFTEN,
    plan::Plan,
    transfers::{DOWN, UP},
};

type Holds = fn(&Plan) -> bool;

/// What a plan may hold, by name.
pub const KINDS: [(&str, Holds); 49] = [
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
    ("files to send", |plan| plan.any(|act| matches!(act, Action::SendFile { .. }))),
    ("files of several chunks", |plan| {
        plan.any(|act| matches!(act, Action::SendFile { len, .. } if len > CHUNK))
    }),
    ("files that are announced first", |plan| {
        plan.any(|act| matches!(act, Action::SendFile { len, .. } if len > LARGE))
    }),
    ("stickers", |plan| plan.any(|act| matches!(act, Action::SendSticker { .. }))),
    ("messages passed on", |plan| plan.any(|act| matches!(act, Action::Forward { .. }))),
    ("files that change", |plan| plan.any(|act| act == Action::ChangeFile)),
    ("files that vanish", |plan| plan.any(|act| act == Action::RemoveFile)),
    ("forgotten uploads", |plan| plan.any(|act| matches!(act, Action::ForgetUpload(_)))),
    ("files that come in", |plan| plan.any(|act| matches!(act, Action::SayFile { .. }))),
    ("downloads", |plan| plan.any(|act| matches!(act, Action::Download { .. }))),
    ("pictures of people", |plan| plan.any(|act| matches!(act, Action::Avatar { .. }))),
    ("downloads given up", |plan| plan.any(|act| matches!(act, Action::CancelDownload { .. }))),
    ("full places for downloads", |plan| plan.any(|act| matches!(act, Action::FullSinks { .. }))),
    ("1205 on uploads", |plan| plan.limits(&UP)),
    ("1205 on downloads", |plan| plan.limits(&DOWN)),
    ("chunks that break off", |plan| {
        plan.strikes(&UP, |trouble| matches!(trouble, NetworkFault::Drop { after: false }))
    }),
    ("chunks whose replies are lost", |plan| {
        plan.strikes(&UP, |trouble| {
            matches!(trouble, NetworkFault::Drop { after: true } | NetworkFault::Cut { .. })
        })
    }),
    ("pages in the place of media", |plan| {
        plan.strikes(&DOWN, |trouble| matches!(trouble, NetworkFault::Html { .. }))
    }),
    ("media that break off", |plan| {
        plan.strikes(&DOWN, |trouble| matches!(trouble, NetworkFault::Cut { noticed: true, .. }))
    }),
    ("media of which a part is missing", |plan| {
        plan.strikes(&DOWN, |trouble| matches!(trouble, NetworkFault::Cut { noticed: false, .. }))
    }),
];

impl Plan {
    fn any(&self, is: impl Fn(Action) -> bool) -> bool {
        self.acts.iter().any(|(_, act)| is(*act))
    }

    fn suffers(&self, is: impl Fn(NetworkFault) -> bool) -> bool {
        self.any(|act| act.trouble().is_some_and(&is))
    }

    /// True if something of this kind goes wrong at one of these.
    fn strikes(&self, places: &[Endpoint], is: impl Fn(NetworkFault) -> bool) -> bool {
        self.any(|act| {
            act.trouble().is_some_and(&is)
                && matches!(act, Action::Fault { on: Some(on), .. } | Action::Outage { on: Some(on), .. } if places.contains(&on))
        })
    }

    /// True if the server says "too often" to one of these.
    fn limits(&self, places: &[Endpoint]) -> bool {
        let place =
            |act| if let Action::Fault { on, .. } | Action::Outage { on, .. } = act { on } else { None };
        let limits = |act: Action| matches!(act.trouble(), Some(NetworkFault::Ret { code: TOO_OFTEN, .. }));
        self.any(|act| limits(act) && place(act).is_some_and(|on| places.contains(&on)))
    }
}
