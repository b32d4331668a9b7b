//! What happens in a world: plain data.

use wx_proto::{Endpoint, FileKind};

/// Something that happens at its time.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::world::{Action, AppKind, Plan};
///
/// let plan = Plan::still(1, AppKind::AtLeastOnce, Duration::from_secs(600))
///     .with(Duration::from_secs(60), Action::Say { chat: 0, count: 3 })
///     .with(Duration::from_secs(61), Action::Crash { steps: 2, down: 30 });
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Action {
    /// Texts come in, all at once, in one of the chats.
    Say {
        /// Which chat.
        chat: u8,
        /// How many.
        count: u8,
    },
    /// A text whose message has no id.
    Nameless {
        /// Which chat.
        chat: u8,
    },
    /// A message whose content is broken JSON of some kind.
    Odd(Oddity),
    /// The owner writes a text on the phone.
    Own {
        /// Which chat.
        chat: u8,
    },
    /// The owner opens a chat on the phone.
    OpenChat,
    /// A friend gets another name.
    Rename,
    /// A friend changes again and again: so many entries at once.
    Flood(u8),
    /// The next check says this selector, though nothing is there.
    Nudge(u32),
    /// Every check says this selector for so many seconds, whether there is something or not.
    FalseNews {
        /// The selector.
        selector: u32,
        /// How long.
        secs: u32,
    },
    /// No check says that there is something for so many seconds.
    HideNews(u32),
    /// The application sends a text.
    Send {
        /// Which chat.
        chat: u8,
        /// Not begun after so many seconds.
        expires: Option<u16>,
        /// With an id of the application's own, repeated by it after a crash.
        own_id: bool,
    },
    /// The application cancels a send, whatever has become of it: so many younger ones stay.
    Cancel {
        /// How many.
        younger: u8,
    },
    /// The application sends a file.
    SendFile {
        /// Which chat.
        chat: u8,
        /// As what.
        kind: FileKind,
        /// Its length in bytes.
        len: u64,
        /// With an id of the application's own, repeated by it after a crash.
        own_id: bool,
    },
    /// The application sends a sticker by its digest.
    SendSticker {
        /// Which chat.
        chat: u8,
    },
    /// The application passes on what this run was handed: so many younger ones stay.
    Forward {
        /// Which chat.
        chat: u8,
        /// How many.
        younger: u8,
    },
    /// The newest file that the application sends becomes another one.
    ChangeFile,
    /// It is taken away.
    RemoveFile,
    /// When this chunk comes, the server loses what it has of its file.
    ForgetUpload(u32),
    /// A file comes in.
    SayFile {
        /// Which chat.
        chat: u8,
        /// As what.
        kind: crate::server::FileKind,
        /// Its length in bytes.
        len: u64,
    },
    /// The application fetches what came in, in this run or an earlier one: so many younger ones stay.
    Download {
        /// How many.
        younger: u8,
        /// Its small picture.
        thumbnail: bool,
    },
    /// The application fetches the picture of whom it chats with.
    Avatar {
        /// Which chat.
        chat: u8,
    },
    /// The application gives a download up: so many younger ones stay.
    CancelDownload {
        /// How many.
        younger: u8,
    },
    /// So many bytes fit where each download goes, for some time.
    FullSinks {
        /// How many.
        room: u32,
        /// For so many seconds.
        secs: u32,
    },
    /// The application acknowledges nothing for so many seconds.
    HoldAcks(u32),
    /// The owner logs out.
    Logout,
    /// The next login goes this way.
    LoginBy(Way),
    /// From now on the phone is another owner's; the session ends.
    OtherAccount,
    /// The next process does not know the session's host any more.
    HostGone,
    /// From the next process on the profile has another name.
    OtherProfile,
    /// The network or the server goes wrong for some exchanges.
    Fault {
        /// How.
        trouble: NetworkFault,
        /// On this endpoint only.
        on: Option<Endpoint>,
        /// For so many exchanges.
        times: u8,
    },
    /// The network or the server goes wrong for some time.
    Outage {
        /// How.
        trouble: NetworkFault,
        /// On this endpoint only.
        on: Option<Endpoint>,
        /// For so many seconds.
        secs: u32,
    },
    /// The session ends with this code.
    Kick(i64),
    /// The session goes on, and all its UserNames are others from now on.
    NewNames,
    /// The QR code that waits expires before its time.
    ExpireQr,
    /// The server starts anew: it forgets polls and QR codes, and keeps its sessions.
    RestartServer,
    /// The server hands out another SKey with its next webwxsync.
    RenewSkey,
    /// The process dies.
    Crash {
        /// After so many more steps of the application.
        steps: u16,
        /// It starts again after so many seconds.
        down: u32,
    },
    /// The disk refuses so many writes.
    DiskRefuses(u8),
    /// The disk refuses all writes for so many seconds.
    DiskFull(u32),
    /// Writes of the session take so many seconds.
    DiskHangs(u32),
    /// The process dies within its next write: the old content stays.
    DiskTears,
    /// The device's clock is set by so many seconds.
    Jump(i64),
    /// The device's clock is set right.
    SetRight,
    /// The device sleeps.
    Suspend {
        /// For so many seconds.
        secs: u32,
        /// Whether its clock counted them.
        counted: bool,
    },
}

impl Action {
    /// True if it needs files.
    pub(super) const fn is_of_files(self) -> bool {
        matches!(
            self,
            Self::SendFile { .. }
                | Self::SendSticker { .. }
                | Self::Forward { .. }
                | Self::ChangeFile
                | Self::RemoveFile
                | Self::ForgetUpload(_)
                | Self::SayFile { .. }
                | Self::Download { .. }
                | Self::Avatar { .. }
                | Self::CancelDownload { .. }
                | Self::FullSinks { .. }
        )
    }

    /// What goes wrong by it, if it is a fault.
    pub(super) const fn trouble(self) -> Option<NetworkFault> {
        if let Self::Fault { trouble, .. } | Self::Outage { trouble, .. } = self {
            Some(trouble)
        } else {
            None
        }
    }
}

/// How a login begins.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::world::{Action, AppKind, Plan, Way};
///
/// // The second process asks for a new code, though a session is stored.
/// let plan = Plan::still(1, AppKind::AtLeastOnce, Duration::from_secs(600))
///     .with(Duration::from_secs(60), Action::LoginBy(Way::Code))
///     .with(Duration::from_secs(61), Action::Crash { steps: 0, down: 1 });
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Way {
    /// With what is stored if there is something.
    Auto,
    /// With a code, whatever is stored.
    Code,
    /// With what is stored, or not at all.
    Resume,
}

/// How an exchange goes wrong. `after`: the server carried the request out all the same.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::world::{Action, NetworkFault};
///
/// // Twice a send is stored and its reply does not come through.
/// let fault = Action::Fault { trouble: NetworkFault::Drop { after: true }, on: Some(Endpoint::SendMsg), times: 2 };
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NetworkFault {
    /// No connection.
    Refuse,
    /// The connection breaks.
    Drop {
        /// After the server read the request.
        after: bool,
    },
    /// The reply ends early.
    Cut {
        /// How much of it is left, in thousandths.
        permille: u16,
        /// The driver noticed; else it looks like a whole reply.
        noticed: bool,
    },
    /// The reply takes so many seconds. The driver's timeout may pass first; it comes all the same.
    Late(u16),
    /// The request takes so many seconds to the server.
    Slow(u16),
    /// No reply, ever.
    Silence {
        /// The driver's timeout is told.
        told: bool,
    },
    /// The reply comes twice.
    Twice,
    /// The reply before it comes once more, from something in between.
    Stale,
    /// Another status, no body.
    Status {
        /// The status.
        status: u16,
        /// Carried out.
        after: bool,
    },
    /// A web page.
    Html {
        /// Carried out.
        after: bool,
    },
    /// A redirect to a portal.
    Portal,
    /// Nothing in the reply.
    Empty {
        /// Carried out.
        after: bool,
    },
    /// Bytes of no kind.
    Garbage {
        /// Carried out.
        after: bool,
    },
    /// A code of the server's.
    Ret {
        /// The code.
        code: i64,
        /// Carried out.
        after: bool,
    },
    /// webwxsync: carried out, and a key of no entries beside this Ret.
    EmptyKey(i64),
    /// webwxsync: carried out, and no SyncKey at all.
    NoKey,
    /// webwxsync: carried out, with the number of its messages and without them.
    NoList,
    /// webwxsync: carried out, without SyncCheckKey.
    NoCheckKey,
    /// webwxsync: carried out, and keys of fewer entries.
    ShortKeys,
    /// The reply is larger than the driver takes.
    TooLarge,
    /// Login poll, in the place of the confirmation: the owner declined.
    Declined,
    /// Login poll, in the confirmation: it leads to a host that is not on the list.
    Foreign,
    /// webwxnewloginpage, not carried out: the page is elsewhere.
    Moved {
        /// On a host that is not on the list.
        foreign: bool,
    },
}

impl NetworkFault {
    /// True if it may make the client believe that the session is over.
    pub(super) const fn is_fatal(self) -> bool {
        matches!(self, Self::Ret { code: 1100..=1102 | -14, .. })
    }

    /// True if it waits for the reply that confirms a login.
    pub(super) const fn is_of_confirmation(self) -> bool {
        matches!(self, Self::Declined | Self::Foreign)
    }
}

/// How the content of a message is broken.
///
/// ```
/// use wx_testkit::world::{Action, Oddity};
///
/// let odd = Action::Odd(Oddity::CutUtf8);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Oddity {
    /// Half of a surrogate pair, escaped.
    LoneSurrogate,
    /// A number where a text should be.
    Number,
    /// A raw control character in a text.
    RawControl,
    /// The first bytes of a character.
    CutUtf8,
    /// No JSON at all: whatever holds it cannot be read.
    Unreadable,
    /// So long that no driver takes a reply that holds it.
    Oversized,
}

impl Oddity {
    /// True if it makes the whole reply useless.
    pub(super) const fn is_poison(self) -> bool {
        matches!(self, Self::Unreadable | Self::Oversized)
    }

    /// The JSON value, as it stands.
    pub(super) const fn json(self) -> &'static [u8] {
        match self {
            Self::LoneSurrogate => br#""half \ud83d of it""#,
            Self::Number => b"17",
            Self::RawControl => b"\"a\x01b\"",
            Self::CutUtf8 => b"\"cut \xe4\xbd\"",
            Self::Unreadable => b"]}, unreadable",
            Self::Oversized => b"\"oversized\"",
        }
    }
}
