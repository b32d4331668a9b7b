//! The lines and their fields, in the order in which they are written.

use serde::Serialize;
use wx_proto::BatchId;

use super::details::Details;
use crate::screen::clean;

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum JsonLine<'a> {
    Qr {
        uuid: &'a str,
        url: &'a str,
        image_url: &'a str,
    },
    Resume {
        step: &'a str,
    },
    Scanned,
    Declined,
    /// The login begins anew at another host.
    WrongEntry {
        entry: &'a str,
        next: &'a str,
    },
    LoggedIn {
        user_name: &'a str,
        nick_name: &'a str,
        uin: u64,
        profile: &'a str,
        resumed: bool,
    },
    Ready,
    Contacts {
        friends: usize,
        groups: usize,
        official: usize,
    },
    Message {
        #[serde(serialize_with = "number")]
        batch: BatchId,
        #[serde(skip_serializing_if = "Option::is_none")]
        msg_id: Option<&'a str>,
        kind: &'a str,
        chat: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        chat_name: Option<String>,
        from: &'a str,
        to: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        sender: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        sender_name: Option<String>,
        mine: bool,
        text: String,
        time: u64,
        #[serde(flatten)]
        details: Details<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        last: Option<bool>,
    },
    Recalled {
        #[serde(serialize_with = "number")]
        batch: BatchId,
        #[serde(skip_serializing_if = "Option::is_none")]
        msg_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        recalled_msg_id: Option<&'a str>,
        chat: &'a str,
        text: &'a str,
        /// What the withdrawn message said, if this run saw it not long ago.
        #[serde(skip_serializing_if = "Option::is_none")]
        recalled_text: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        chat_name: Option<String>,
        /// One's own message was withdrawn.
        #[serde(skip_serializing_if = "Option::is_none")]
        mine: Option<bool>,
        time: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        last: Option<bool>,
    },
    Gap {
        #[serde(serialize_with = "number")]
        batch: BatchId,
        since: u64,
        reason: &'a str,
        last: bool,
    },
    Offline {
        error: String,
        retry_in_ms: u64,
    },
    Online,
    ContactChanged {
        user_name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    ContactRemoved {
        user_name: &'a str,
    },
    GroupChanged {
        user_name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        name_before: Option<&'a str>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        joined: Vec<Person>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        left: Vec<Person>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        renamed: Vec<Person>,
        #[serde(skip_serializing_if = "Option::is_none")]
        owner: Option<Person>,
    },
    Trouble {
        cause: String,
        retry_in_ms: u64,
        lane: &'a str,
        attempt: u32,
    },
    Done {
        outcome: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        client_msg_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        msg_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        repeated: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    Transfer {
        /// `up` or `down`.
        direction: &'a str,
        /// Of a send.
        #[serde(skip_serializing_if = "Option::is_none")]
        client_msg_id: Option<&'a str>,
        /// Of the message that is fetched.
        #[serde(skip_serializing_if = "Option::is_none")]
        msg_id: Option<&'a str>,
        done: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
    },
    LoggedOut {
        reason: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
        message: String,
        hint: &'a str,
    },
}

/// A member of a group.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    pub(super) user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
}

impl JsonLine<'_> {
    pub(super) fn write(&self) -> String {
        line(self)
    }
}

/// An object as one line, with its newline, written safely.
pub(crate) fn line(value: &impl Serialize) -> String {
    // Texts and numbers always have a JSON form.
    let mut json = safe(&serde_json::to_string(value).unwrap_or_default());
    json.push('\n');
    json
}

/// JSON in which characters that could steer a terminal, or that some readers take for the end of a line, are written as
/// `\u....`: to a JSON reader the text is the same.
pub(crate) fn safe(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 1);
    for char in json.chars() {
        if clean::is_unsafe(char) {
            out.push_str(&format!("\\u{:04x}", u32::from(char)));
        } else {
            out.push(char);
        }
    }
    out
}

fn number<S: serde::Serializer>(id: &BatchId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(id.get())
}
