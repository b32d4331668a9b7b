//! `webwxinit` and `webwxstatusnotify`.

use serde_json::Value;
use wx_proto::Endpoint;

use super::Server;
use super::account::{Contact, ContactId, ContactKind};
use super::auth::WRONG;
use super::call::{Call, int_of, text_of};
use super::contact_json::{self, Place};
use super::keys::{self, SyncKey};
use super::layout::{Json, base_response, object};
use super::queue::{Entry, Message};
use super::reply::{self, Reply};

/// The code of an entry that does not know the account: it belongs to another region.
const OTHER_REGION: i64 = 1100;
/// The version of the phone that the reply tells.
const CLIENT_VERSION: i64 = 671_089_000;

impl Server {
    pub(super) fn init(&mut self, call: &Call) -> Result<Reply, i64> {
        let (at, _) = self.by_request(Endpoint::Init, call)?;
        let elsewhere = self.logins.get(at).is_some_and(|login| !self.config.knows_account_at(&login.host));
        if elsewhere {
            return Err(OTHER_REGION);
        }
        let position = self.queue.head();
        let first = self.logins.get_mut(at).is_some_and(|login| {
            let first = login.first_position.is_none();
            login.first_position.get_or_insert(position);
            if first {
                login.newest = position;
            }
            first
        });
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        let names = self.names_of(login.number);
        let shown = |contact: &&Contact| {
            !contact.removed && (!self.config.only_file_helper || names.of(contact) == "filehelper")
        };
        let recent: Vec<Json> = (self.account.contacts().iter())
            .filter(|contact| contact.recent && !self.config.only_file_helper && shown(contact))
            .map(|contact| contact_json::contact(&names, contact, Place::Init, &login.skey))
            .collect();
        let chats: String = (self.account.contacts().iter())
            .filter(|contact| contact.in_chat_set && shown(contact))
            .map(|contact| format!("{},", names.of(contact)))
            .collect();
        let user = match self.account.contact(ContactId::ME) {
            Some(me) => contact_json::user(&names, me, &login.skey),
            None => contact_json::no_user(),
        };
        let (key, started) = (SyncKey { login: login.number, position }, login.started.as_secs());
        let key = if self.config.only_file_helper {
            key.of_file_helper(started, started)
        } else {
            key.first(started)
        };
        let answer = body(
            0,
            Parts {
                recent,
                key: keys::to_json(&key),
                user,
                chats,
                skey: login.skey.clone(),
                client_version: CLIENT_VERSION,
                system_time: self.now.as_secs(),
                gray_scale: 1,
            },
        );
        if first && self.config.announce_chats {
            self.announce_chats();
        }
        Ok(reply::json(&answer))
    }

    /// The phone's chat list, by which a client learns of groups that are in no contact list.
    fn announce_chats(&mut self) {
        let chats = (self.account.contacts().iter())
            .filter(|contact| !contact.removed && (contact.in_chat_set || contact.kind == ContactKind::Group))
            .map(|contact| contact.id)
            .collect();
        let id = self.queue.draw_id();
        let mut message = Message::blank(id, ContactId::ME, ContactId::ME, self.now.as_secs());
        message.msg_type = 51;
        message.notify_code = 4;
        message.notify_chats = chats;
        self.queue.push(Entry::Message(message));
    }

    pub(super) fn status_notify(&mut self, call: &Call) -> Result<Reply, i64> {
        let (at, body) = self.by_request(Endpoint::StatusNotify, call)?;
        if self.is_under_earlier_name(at, &body) {
            return Err(WRONG);
        }
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        if let Some(wrong) = self.wrong_notify(&body, login.number) {
            return self.deny(Endpoint::StatusNotify, WRONG, wrong);
        }
        let id = self.queue.draw_id();
        Ok(reply::json(&object([base_response(0), ("MsgID", id.to_string().into())])))
    }

    /// True if it comes from the own UserName of before: its client has not heard of the present names yet.
    pub(super) fn is_under_earlier_name(&self, at: usize, body: &Value) -> bool {
        let before = self.logins.get(at).and_then(|login| login.follows);
        let from = text_of(body, "FromUserName");
        before.is_some_and(|before| from == Some(self.names_of(before).of_id(ContactId::ME)))
    }

    fn wrong_notify(&self, body: &Value, login: u64) -> Option<&'static str> {
        let names = self.names_of(login);
        let me = names.of_id(ContactId::ME);
        let to = text_of(body, "ToUserName").unwrap_or_default();
        if text_of(body, "FromUserName").as_ref() != Some(&me) {
            return Some("from somebody else than the own UserName");
        }
        match int_of(body, "Code") {
            Some(3) if to == me => None,
            Some(3) => Some("with code 3 to somebody else than the own UserName"),
            Some(1) if names.find(&to).is_some() => None,
            Some(1) => Some("with code 1 for an unknown chat"),
            Some(_) | None => Some("with a code that only the phone sends"),
        }
    }
}

/// A refused `webwxinit`: everything there, everything empty.
pub(super) fn skeleton(ret: i64) -> Json {
    body(
        ret,
        Parts {
            recent: Vec::new(),
            key: keys::to_json(&[]),
            user: contact_json::no_user(),
            chats: String::new(),
            skey: String::new(),
            client_version: 0,
            system_time: 0,
            gray_scale: 0,
        },
    )
}

struct Parts {
    recent: Vec<Json>,
    key: Json,
    user: Json,
    chats: String,
    skey: String,
    client_version: i64,
    system_time: u64,
    gray_scale: i64,
}

fn body(ret: i64, parts: Parts) -> Json {
    // The counters of a refused reply are zero like everything else in it.
    let live = parts.gray_scale;
    object([
        base_response(ret),
        ("Count", parts.recent.len().into()),
        ("ContactList", parts.recent.into()),
        ("SyncKey", parts.key),
        ("User", parts.user),
        ("ChatSet", parts.chats.into()),
        ("SKey", parts.skey.into()),
        ("ClientVersion", parts.client_version.into()),
        ("SystemTime", parts.system_time.into()),
        ("GrayScale", live.into()),
        ("InviteStartCount", (40 * live).into()),
        ("MPSubscribeMsgCount", 0_i64.into()),
        ("MPSubscribeMsgList", Vec::new().into()),
        ("ClickReportInterval", (600_000 * live).into()),
    ])
}
