//! `synccheck` and `webwxsync`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;
use wx_proto::Endpoint;

use super::Server;
use super::account::ContactId;
use super::auth::{WRONG, fits_skey};
use super::call::Call;
use super::config::OldKeys;
use super::contact_json;
use super::keys::{self, SyncKey};
use super::layout::{Json, base_response, object};
use super::message_json;
use super::queue::{Entry, Message};
use super::reply::{self, Reply};
use super::resource::Resource;
use super::signin::{COOKIE_LIFE, shared_domain};

const UIN_LIFE: Duration = Duration::from_secs(3 * 86_400);
/// The code seen in a loop of syncs with an empty key.
const EMPTY_KEY: i64 = 3;

impl Server {
    /// Checks a `synccheck`; what is left is to wait for news after the position,
    /// which is `None` for a key that was never handed out.
    pub(super) fn sync_check(&mut self, call: &Call) -> Result<(usize, Option<u64>), i64> {
        let endpoint = Endpoint::SyncCheck;
        let at = self.by_cookies(endpoint, call)?;
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        let started = login.started.as_secs();
        let (number, before) = (login.number, login.follows);
        let wrong = if call.query("sid") != Some(login.sid.as_str()) {
            Some("with a wrong sid")
        } else if call.query("uin") != Some(self.account.uin().to_string().as_str()) {
            Some("with a wrong uin")
        } else if call.query("skey").is_some_and(|skey| !fits_skey(login, skey)) {
            Some("with a wrong skey")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return self.deny(endpoint, Resource::from(endpoint).no_session(), wrong);
        }
        let pairs = call.query("synckey").and_then(keys::from_query).unwrap_or_default();
        let position = match SyncKey::read(&pairs, started) {
            Some(key) if key.login == number && key.position <= self.queue.head() => key.position,
            Some(key) if Some(key.login) == before => return Ok((at, None)),
            Some(_) | None => {
                // Said to be behind, so that the client goes to webwxsync and learns more there.
                self.record.complain("synccheck with a synckey that was never handed out".to_owned());
                return Ok((at, None));
            }
        };
        Ok((at, Some(position)))
    }

    /// The retcode and selector for somebody waiting at `position`; `None` while there is nothing to tell.
    pub(super) fn sync_news(&self, at: usize, position: Option<u64>) -> Option<(i64, u32)> {
        let login = self.logins.get(at)?;
        if let Some(code) = login.ended {
            return Some((code, 0));
        }
        let said = if self.config.says_once { login.said } else { 0 };
        let behind = || position.map_or(Some(2), |position| self.queue.selector(position.max(said)));
        let selector = self.nudge.or_else(|| self.lies.selector(self.now, behind))?;
        Some((0, selector))
    }

    pub(super) fn sync(&mut self, call: &Call, empty_key: Option<i64>) -> Result<Reply, i64> {
        let endpoint = Endpoint::Sync;
        let (at, body) = self.by_request(endpoint, call)?;
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        let (number, before, started) = (login.number, login.follows, login.started.as_secs());
        let Some(pairs) = body.get("SyncKey").and_then(keys::from_json) else {
            return self.deny(endpoint, WRONG, "without a well-formed SyncKey");
        };
        if pairs.is_empty() {
            return self.deny(endpoint, EMPTY_KEY, "with a SyncKey of no entries");
        }
        let presented = match SyncKey::read(&pairs, started) {
            Some(key) if key.login == number && key.position <= self.queue.head() => key.position,
            Some(key) if Some(key.login) == before => return Err(WRONG),
            Some(_) | None => return self.deny(endpoint, WRONG, "with a SyncKey that was never handed out"),
        };
        let newest = self.logins.get(at).map_or(presented, |login| login.newest);
        let from = match self.config.old_keys {
            OldKeys::Refuse(ret) if presented < newest => return Err(ret),
            OldKeys::FromNewest => presented.max(newest),
            OldKeys::Replay | OldKeys::Refuse(_) => presented,
        };
        let upto = self.queue.head().min(from.saturating_add(self.config.max_per_sync.max(1) as u64));
        if let Some(login) = self.logins.get_mut(at) {
            login.renewed = self.now;
            login.newest = login.newest.max(upto);
        }
        let (answer, handed_out) = self.news(at, from, upto, empty_key);
        for id in handed_out {
            self.record.count_delivery(id);
        }
        let mut answer = reply::json(&answer);
        self.renew_cookies(&mut answer, at);
        Ok(answer)
    }

    /// The reply with everything between two positions, and the message ids in it.
    fn news(&self, at: usize, from: u64, upto: u64, empty_key: Option<i64>) -> (Json, Vec<u64>) {
        let Some(login) = self.logins.get(at) else { return (skeleton(WRONG), Vec::new()) };
        let names = self.names_of(login.number);
        let mut parts = Parts::default();
        let mut handed_out = Vec::new();
        let mut seen = BTreeSet::new();
        let count = usize::try_from(upto - from).unwrap_or(usize::MAX);
        for entry in self.queue.after(from).iter().take(count) {
            match entry {
                Entry::Message(message) => {
                    parts.messages.push(message_json::message(&names, &self.on_the_wire(message)));
                    if message.id != 0 {
                        handed_out.push(message.id);
                    }
                }
                Entry::Changed { id, .. } => {
                    // Several changes of one contact are told once, as it is by now.
                    if let Some(who) =
                        self.account.contact(*id).filter(|who| !who.removed && seen.insert(who.id))
                    {
                        parts.changed.push(contact_json::changed(&names, who, &login.skey));
                    }
                }
                Entry::Removed(id) => parts
                    .removed
                    .push(object([("UserName", names.of_id(*id).into()), ("ContactFlag", 0_i64.into())])),
                Entry::Members(id) => {
                    let group = self.account.contact(*id).into_iter();
                    parts.members.extend(group.map(|group| contact_json::changed_members(&names, group)));
                }
                Entry::Profile => {
                    let me = self.account.contact(ContactId::ME);
                    parts.own_nick = me.map(|me| names.encode(&me.nick)).unwrap_or_default();
                }
            }
        }
        let pairs = match empty_key {
            Some(_) => Vec::new(),
            None => {
                let key = SyncKey { login: login.number, position: upto };
                let (started, now) = (login.started.as_secs(), self.now.as_secs());
                if self.config.only_file_helper {
                    key.of_file_helper(started, now)
                } else {
                    key.later(started, now)
                }
            }
        };
        parts.key = pairs;
        login.renewed_skey().clone_into(&mut parts.skey);
        parts.more = self.config.continue_flag && upto < self.queue.head();
        (body(empty_key.unwrap_or_default(), parts), handed_out)
    }

    /// The file helper's server names the account as the writer of whatever is in that chat, and the chat as its receiver.
    fn on_the_wire<'m>(&self, message: &'m Message) -> Cow<'m, Message> {
        let helper =
            self.account.contacts().iter().find(|who| who.fixed_name.as_deref() == Some("filehelper"));
        match helper.map(|helper| helper.id).filter(|id| *id == message.chat()) {
            Some(helper) if self.config.only_file_helper => {
                let (from, to, sender) = (ContactId::ME, helper, None);
                Cow::Owned(Message { from, to, sender, ..message.clone() })
            }
            Some(_) | None => Cow::Borrowed(message),
        }
    }

    fn renew_cookies(&self, answer: &mut Reply, at: usize) {
        let Some(login) = self.logins.get(at) else { return };
        let (host, soon) = (login.host.as_str(), self.now + COOKIE_LIFE);
        let started = login.started.as_secs();
        let plugin_key =
            SyncKey { login: login.number, position: 0 }.first(started).last().map_or(0, |pair| pair.1);
        reply::cookie(answer, "wxloadtime", &format!("{started}_expired"), host, soon);
        reply::cookie(answer, "wxpluginkey", &plugin_key.to_string(), host, soon);
        reply::cookie(answer, "wxuin", &self.account.uin().to_string(), host, self.now + UIN_LIFE);
        reply::cookie(answer, "wxsid", &login.sid, host, soon);
        reply::cookie(answer, "webwx_data_ticket", &login.data_ticket, &shared_domain(host), soon);
    }
}

/// A refused `webwxsync`: everything there, everything empty.
pub(super) fn skeleton(ret: i64) -> Json {
    body(ret, Parts::default())
}

#[derive(Default)]
struct Parts {
    messages: Vec<Json>,
    changed: Vec<Json>,
    removed: Vec<Json>,
    members: Vec<Json>,
    /// The new own name; empty if it did not change.
    own_nick: String,
    more: bool,
    key: keys::Pairs,
    skey: String,
}

fn body(ret: i64, parts: Parts) -> Json {
    object([
        base_response(ret),
        ("AddMsgCount", parts.messages.len().into()),
        ("AddMsgList", parts.messages.into()),
        ("ModContactCount", parts.changed.len().into()),
        ("ModContactList", parts.changed.into()),
        ("DelContactCount", parts.removed.len().into()),
        ("DelContactList", parts.removed.into()),
        ("ModChatRoomMemberCount", parts.members.len().into()),
        ("ModChatRoomMemberList", parts.members.into()),
        ("Profile", profile(&parts.own_nick)),
        ("ContinueFlag", i64::from(parts.more).into()),
        ("SyncKey", keys::to_json(&parts.key)),
        ("SKey", parts.skey.into()),
        ("SyncCheckKey", keys::to_json(&parts.key)),
    ])
}

/// Everything empty, unless the own name changed: 190 is the only flag that the official page takes for a change.
fn profile(own_nick: &str) -> Json {
    let buffer = || object([("Buff", "".into())]);
    object([
        ("BitFlag", if own_nick.is_empty() { 0_i64 } else { 190 }.into()),
        ("UserName", buffer()),
        ("NickName", object([("Buff", own_nick.into())])),
        ("BindUin", 0_i64.into()),
        ("BindEmail", buffer()),
        ("BindMobile", buffer()),
        ("Status", 0_i64.into()),
        ("Sex", 0_i64.into()),
        ("PersonalCard", 0_i64.into()),
        ("Alias", "".into()),
        ("HeadImgUpdateFlag", 0_i64.into()),
        ("HeadImgUrl", "".into()),
        ("Signature", "".into()),
    ])
}
