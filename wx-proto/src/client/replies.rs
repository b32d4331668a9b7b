//! From a reply's bytes to the input of the flow that waits for it.

use super::{
    Client, Login, Stage,
    delivery::{Accepted, Position},
    lanes::Flight,
};
use crate::{
    Cause, Content, Failure, OpError, OpId, Outcome, ReplyError, Secret, Sent, UserName,
    endpoint::{
        self, Endpoint, init::Init, js_login::JsLogin, login_page::LoginPage, login_poll::LoginPoll,
        sync::SyncReply, sync_check::SyncCheck,
    },
    flow::{self, Call, contacts, is_session_over, login, send, start, sync},
    host::{Host, Hosts, Redirect},
    reply::Received,
    tokens::Tokens,
};

impl Client {
    pub(super) fn take_reply(&mut self, flight: Flight, result: Result<Received, Failure>) {
        let endpoint = flight.call.endpoint();
        let received = match result {
            Ok(received) => received,
            Err(Failure { kind, sent, .. }) => {
                tracing::debug!(%endpoint, ?kind, ?sent, "failure");
                self.lost(&flight.call, Cause::Network { endpoint, kind }, sent);
                return;
            }
        };
        tracing::debug!(%endpoint, status = received.head.status.as_u16(), bytes = received.body.len(), "reply");
        // Cookies of every reply are taken: error replies set and remove them too.
        let changed = self.jar.store(&flight.host, &flight.path, &received.head.headers);
        if changed && self.login.is_some() {
            self.storage.raise();
        }
        if let Err((call, error)) = self.take_body(flight, &received) {
            self.lost(&call, Cause::Reply { endpoint, error }, Sent::Maybe);
        }
    }

    /// No usable reply: the flow that waits for it decides. A reply that could be read but not used counts as sent.
    pub(super) fn lost(&mut self, call: &Call, cause: Cause, sent: Sent) {
        match call {
            Call::JsLogin | Call::LoginPoll { .. } | Call::LoginPage { .. } => {
                self.step_login(login::Input::Lost(cause));
            }
            Call::Init => self.step_start(start::Input::Lost(cause)),
            Call::SyncCheck if matches!(self.stage, Stage::Start(_)) => {
                self.step_start(start::Input::Lost(cause))
            }
            Call::SyncCheck | Call::Sync => self.step_sync(sync::Input::Lost(cause)),
            Call::GetContact { .. } | Call::BatchGetContact => {
                self.step_contacts(contacts::Input::Lost(cause))
            }
            Call::SendMsg { op } => {
                let input = match sent {
                    Sent::No => send::Input::NotSent(cause),
                    Sent::Maybe => send::Input::Ambiguous { cause, retry: self.config.retry_ambiguous_sends },
                };
                self.step_send(*op, input);
            }
            // The page does nothing with this reply.
            Call::StatusNotify => {}
            Call::QrCode { op, .. } => {
                let error = match cause {
                    Cause::Network { kind, .. } => OpError::Failed(kind),
                    Cause::Reply { .. } | Cause::Store => OpError::BadReply,
                };
                self.done(*op, Err(error));
            }
            Call::Logout { op } => self.logged_out(*op),
        }
    }

    /// The typed reply goes to its flow; what cannot be read comes back with its call.
    fn take_body(&mut self, flight: Flight, received: &Received) -> Result<(), (Call, ReplyError)> {
        let (status, body) = (received.head.status, &received.body);
        let Flight { call, started, .. } = flight;
        match &call {
            Call::JsLogin => match endpoint::js_login::parse(status, body) {
                Ok(JsLogin::Uuid(uuid)) => self.step_login(login::Input::Uuid(uuid)),
                Ok(JsLogin::Refused { code }) => {
                    return Err((call, ReplyError::Ret { ret: code, message: String::new() }));
                }
                Err(error) => return Err((call, error)),
            },
            Call::LoginPoll { .. } => match endpoint::login_poll::parse(status, body) {
                Ok(LoginPoll::Waiting) => self.step_login(login::Input::Waiting),
                Ok(LoginPoll::Scanned { avatar }) => self.step_login(login::Input::Scanned { avatar }),
                Ok(LoginPoll::Confirmed { redirect_uri }) => {
                    let redirect = self.check_redirect(&redirect_uri);
                    self.step_login(login::Input::Confirmed(redirect));
                }
                Ok(LoginPoll::NewUuid { .. }) => self.step_login(login::Input::UuidSpent),
                Err(error) => return Err((call, error)),
            },
            Call::LoginPage { redirect } => match endpoint::login_page::parse(status, body) {
                Ok(LoginPage::Tokens { skey, sid, uin, pass_ticket }) => {
                    let host = redirect.host().clone();
                    let input = self.take_tokens(host, skey, sid, uin, pass_ticket);
                    self.step_login(input);
                }
                Ok(LoginPage::Refused { ret, message }) => {
                    self.step_login(login::Input::Refused { ret, message })
                }
                Ok(LoginPage::Moved { url }) => {
                    let redirect = self.check_redirect(&url);
                    self.step_login(login::Input::Moved(redirect));
                }
                Ok(LoginPage::Nothing) => self.step_login(login::Input::NoTokens),
                Err(error) => return Err((call, error)),
            },
            Call::Init => match endpoint::init::parse(status, body) {
                Ok(init) => self.take_init(init, started),
                Err(ReplyError::Ret { ret, .. }) if is_session_over(ret) || ret == WRONG_CREDENTIALS => {
                    let age_secs = self.session_age();
                    self.step_start(start::Input::SessionOver { code: ret, age_secs });
                }
                Err(error @ ReplyError::Ret { ret: flow::TOO_OFTEN, .. }) => {
                    self.step_start(start::Input::TooOften(Cause::Reply { endpoint: Endpoint::Init, error }));
                }
                Err(error) => return Err((call, error)),
            },
            Call::SyncCheck => match endpoint::sync_check::parse(status, body) {
                Ok(check) => self.take_check(check),
                Err(error) => return Err((call, error)),
            },
            Call::Sync => {
                let Some(me) = self.me().map(|me| me.user_name.clone()) else { return Ok(()) };
                match endpoint::sync::parse(status, body, &me) {
                    Ok(reply) => self.take_sync(reply, started),
                    Err(ReplyError::Ret { ret, .. }) if is_session_over(ret) => {
                        let age_secs = self.session_age();
                        self.step_sync(sync::Input::SessionOver {
                            code: ret,
                            endpoint: Endpoint::Sync,
                            age_secs,
                        });
                    }
                    Err(error @ ReplyError::Ret { .. }) => {
                        self.step_sync(sync::Input::Unusable(Cause::Reply {
                            endpoint: Endpoint::Sync,
                            error,
                        }));
                    }
                    Err(error) => return Err((call, error)),
                }
            }
            Call::GetContact { .. } => match endpoint::get_contact::parse(status, body) {
                Ok(page) => {
                    self.take_contacts(page.contacts, false);
                    self.step_contacts(contacts::Input::Page { next: page.seq });
                }
                Err(error) => return Err((call, error)),
            },
            Call::BatchGetContact => match endpoint::batch_get_contact::parse(status, body) {
                Ok(list) => {
                    self.take_contacts(list, false);
                    self.step_contacts(contacts::Input::Names);
                }
                Err(error) => return Err((call, error)),
            },
            Call::SendMsg { op } => {
                let input = match endpoint::send_msg::parse(status, body) {
                    Ok(sent) => send::Input::Accepted { msg_id: sent.msg_id },
                    Err(ReplyError::Ret { ret: flow::TOO_OFTEN, .. }) => send::Input::TooOften,
                    // A system error: the server cannot say whether it stored the message.
                    Err(error @ ReplyError::Ret { ret: -1, .. }) => return Err((call, error)),
                    Err(ReplyError::Ret { ret, message }) => send::Input::Refused { ret, message },
                    Err(error) => return Err((call, error)),
                };
                self.step_send(*op, input);
            }
            Call::QrCode { op, .. } => match endpoint::qr_code::parse(status, body) {
                Ok(image) => self.done(*op, Ok(Outcome::QrImage(image))),
                Err(error) => return Err((call, error)),
            },
            Call::StatusNotify => {
                if let Err(error) = endpoint::status_notify::parse(status, body) {
                    tracing::debug!(%error, "the phone was not told");
                }
            }
            Call::Logout { op } => self.logged_out(*op),
        }
        Ok(())
    }

    fn check_redirect(&self, url: &Secret<String>) -> Result<Redirect, crate::HostError> {
        Redirect::parse(url.expose(), &self.config.profile.page_hosts)
    }

    /// The login's tokens; account and session id fall back to the cookies of the same reply.
    fn take_tokens(
        &mut self,
        host: Host,
        skey: Option<Secret<String>>,
        sid: Option<Secret<String>>,
        uin: Option<u64>,
        pass_ticket: Option<Secret<String>>,
    ) -> login::Input {
        let sid = sid.or_else(|| self.jar.value(&host, "wxsid"));
        let uin = uin.or_else(|| self.jar.value(&host, "wxuin")?.expose().parse().ok());
        let (Some(sid), Some(uin)) = (sid, uin) else { return login::Input::NoTokens };
        // The page sets these two when a login succeeds.
        self.jar.plant(&host, "login_frequency", "1", false);
        self.jar.plant(&host, "last_wxuin", &uin.to_string(), false);
        self.login = Some(Login {
            hosts: Hosts::of(host),
            tokens: Tokens {
                skey: skey.unwrap_or_default(),
                sid,
                uin,
                pass_ticket: pass_ticket.unwrap_or_default(),
            },
            since: self.clock.wall(),
            me: None,
            resumed: false,
        });
        self.logins += 1;
        self.storage.raise();
        login::Input::Tokens
    }

    fn take_init(&mut self, init: Init, started: crate::Timestamp) {
        let Some(login) = &mut self.login else { return };
        let changed = login.me.as_ref().is_some_and(|me| me.user_name != init.user.user_name);
        let me = init.user.user_name.clone();
        login.me = Some(init.user);
        if let Some(skey) = init.skey {
            login.tokens.skey = skey;
        }
        if changed {
            self.lose_position();
            self.change_peers();
            self.contacts.clear();
        }
        // With the same account a webwxinit never moves the position.
        if self.delivery.newest().is_none()
            && let Some(sync) = init.key
        {
            let gap = self.gap_since.map(|since| crate::Gap { since, reason: crate::GapReason::NewLogin });
            self.delivery.begin_at(Position { sync, check: None, since: started }, gap);
        }
        self.position_revision = self.storage.raise();
        self.contacts.set_me(&me);
        if self.delivery.newest().is_none() {
            // Without a key there is no way to go on: ask again.
            let error = ReplyError::Missing("SyncKey");
            self.step_start(start::Input::Lost(Cause::Reply { endpoint: Endpoint::Init, error }));
            return;
        }
        let groups = init.contacts.iter().map(|contact| &contact.user_name).chain(&init.chat_set);
        let groups = groups.filter(|name| name.is_group()).cloned().collect();
        self.loader.step(contacts::Input::Want(groups));
        self.take_contacts(init.contacts, false);
        self.step_start(start::Input::Initialised);
    }

    fn take_check(&mut self, check: SyncCheck) {
        let SyncCheck { retcode, selector } = check;
        if matches!(self.stage, Stage::Start(_)) {
            self.step_start(if retcode == 0 {
                start::Input::Alive { news: selector != 0 }
            } else {
                start::Input::Rejected
            });
            return;
        }
        let room = self.may_fetch();
        let input = match (retcode, selector) {
            (0, 0) => sync::Input::Quiet,
            (0, _) => sync::Input::News { room },
            (code, _) if is_session_over(code) => {
                let age_secs = self.session_age();
                sync::Input::SessionOver { code, endpoint: Endpoint::SyncCheck, age_secs }
            }
            (code, _) => {
                let error = ReplyError::Ret { ret: code, message: String::new() };
                sync::Input::Odd { room, cause: Cause::Reply { endpoint: Endpoint::SyncCheck, error } }
            }
        };
        self.step_sync(input);
    }

    fn take_sync(&mut self, reply: SyncReply, started: crate::Timestamp) {
        let SyncReply { messages, changed, deleted, key, check_key, skey, more } = reply;
        if let (Some(skey), Some(login)) = (skey, &mut self.login) {
            login.tokens.skey = skey;
            self.storage.raise();
        }
        let people = !changed.is_empty() || !deleted.is_empty();
        for name in deleted {
            if self.contacts.remove(name.as_str()) {
                self.events.push_back(crate::Event::ContactRemoved(name));
            }
        }
        self.take_contacts(changed, true);

        let unknown: Vec<UserName> = messages
            .iter()
            .flat_map(|message| named_chats(&message.content).iter().chain([&message.chat]))
            .filter(|name| name.as_str().starts_with('@') && self.contacts.get(name.as_str()).is_none())
            .cloned()
            .collect();
        let after = key.map(|sync| Position { sync, check: check_key, since: started });
        let accepted = self.delivery.accept(messages, after);
        let progress = match accepted {
            Accepted::Batch => true,
            Accepted::Nothing { committed } => {
                if committed {
                    self.position_revision = self.storage.raise();
                }
                people
            }
            Accepted::Unusable => {
                let error = ReplyError::Missing("SyncKey");
                self.step_sync(sync::Input::Unusable(Cause::Reply { endpoint: Endpoint::Sync, error }));
                return;
            }
        };
        let room = self.may_fetch();
        self.step_sync(sync::Input::Synced { progress, more, room });
        if !unknown.is_empty() {
            self.step_contacts(contacts::Input::Want(unknown));
        }
    }

    fn logged_out(&mut self, op: OpId) {
        self.done(op, Ok(Outcome::LoggedOut));
        self.end(crate::EndReason::LoggedOut);
    }

    fn session_age(&self) -> u64 {
        self.login.as_ref().map_or(0, |login| self.clock.wall().saturating_since(login.since).as_secs())
    }
}

/// Chats that a message tells of beside its own: the phone's list of chats is how unsaved groups become known.
fn named_chats(content: &Content) -> &[UserName] {
    match content {
        Content::Status(status) => &status.users,
        Content::Text(_) | Content::Recalled(_) | Content::System(_) | Content::Unknown(_) => &[],
    }
}

/// webwxinit's code for tokens and cookies that do not fit.
const WRONG_CREDENTIALS: i64 = 1;
