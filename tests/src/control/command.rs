//! The commands and their members.

use serde::Deserialize;

use super::{fault::NamedFault, files::SendFile};
use crate::server::Kind;

#[derive(Deserialize)]
#[serde(tag = "cmd", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Command {
    Say {
        chat: String,
        from: Option<String>,
        /// May be left out with a kind.
        text: Option<String>,
        kind: Option<Kind>,
    },
    Burst {
        count: u64,
        #[serde(default)]
        rate: u64,
        chat: Option<String>,
        from: Option<String>,
    },
    Recall {
        msg_id: MsgId,
    },
    Scan {},
    Confirm {},
    Decline {},
    ExpireQr {},
    Refuse {
        ret: i64,
    },
    Kick {
        retcode: Option<i64>,
    },
    Fault(NamedFault),
    ClearFaults {},
    OpenChat {
        chat: String,
    },
    Rename {
        chat: String,
        /// A member of that group: `nick` is the name there.
        member: Option<String>,
        nick: Option<String>,
        remark: Option<String>,
        /// The WeChat id.
        alias: Option<String>,
        /// Of the nick name in pinyin: only contacts that are loaded from then on have them.
        initials: Option<String>,
    },
    RenameSelf {
        nick: String,
    },
    #[serde(alias = "remove_contact")]
    Remove {
        chat: String,
    },
    AddGroup {
        nick: String,
        #[serde(default)]
        members: Vec<String>,
    },
    Join {
        chat: String,
        member: String,
    },
    Leave {
        chat: String,
        member: Option<String>,
    },
    HandOver {
        chat: String,
        member: String,
    },
    Star(Switch),
    Pin(Switch),
    Mute(Switch),
    Block(Switch),
    HideMoments(Switch),
    AddFriend {
        nick: String,
        #[serde(default)]
        remark: String,
    },
    Selector {
        selector: u32,
    },
    /// The only entry that knows the account, in the file helper's flavour; none: all do.
    Region {
        entry: Option<String>,
    },
    /// Whether sends come back through webwxsync.
    Echo {
        #[serde(default = "on")]
        on: bool,
    },
    SendFile(SendFile),
    Files {},
    Sent {},
    Delivered {},
    Complaints {},
    World {},
}

/// A mark of a contact or group: set, or cleared with `"on":false`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Switch {
    pub(super) chat: String,
    #[serde(default = "on")]
    pub(super) on: bool,
}

const fn on() -> bool {
    true
}

/// Ids are strings in the answers; a number is understood as well.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum MsgId {
    Number(u64),
    Text(String),
}

impl MsgId {
    /// As the server has it.
    pub(super) fn number(&self) -> Result<u64, String> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => text.parse().map_err(|_| format!("{text:?} is no message id")),
        }
    }
}
