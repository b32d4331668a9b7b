//! From a reply's bytes to the input of the flow that waits for it.

use super::{Client, Stage, bucket::Worth, lanes::Flight, limits::Kind};
use crate::{
    Cause, Endpoint, Event, Failure, FailureKind, Lane, OpError, ReplyError, Sent,
    endpoint::{Call, ParsedReply, Waiter, login_page::LoginPage, login_poll::LoginPoll},
    flow::{self, contacts, is_session_over, login, send, start, sync},
    reply::Received,
};

/// webwxinit's code for tokens and cookies that do not fit.
const WRONG_CREDENTIALS: i64 = 1;

/// The login poll's code for a login that was declined on the phone.
const DECLINED: i64 = 202;

/// What a reply that is not the wished one means to a session.
enum FailureClass {
    SessionOver(i64),
    TooOften,
    /// It came whole, but nothing can be done with it: another one like it may come for ever.
    Unusable,
    /// It did not come, or came from something in between.
    Lost,
}

impl FailureClass {
    fn of(cause: &Cause) -> Self {
        match cause {
            Cause::Reply {
                endpoint: Endpoint::Init,
                error: ReplyError::Ret { ret: WRONG_CREDENTIALS, .. },
            } => Self::SessionOver(WRONG_CREDENTIALS),
            Cause::Reply { error: ReplyError::Ret { ret, .. }, .. } if is_session_over(*ret) => {
                Self::SessionOver(*ret)
            }
            Cause::Reply { error: ReplyError::Ret { ret: flow::TOO_OFTEN, .. }, .. } => Self::TooOften,
            Cause::Reply { error: ReplyError::Status(_) | ReplyError::Empty, .. } => Self::Lost,
            Cause::Reply {
                error:
                    ReplyError::Ret { .. }
                    | ReplyError::Html
                    | ReplyError::Syntax { .. }
                    | ReplyError::Missing(_)
                    | ReplyError::TooMany { .. },
                ..
            }
            | Cause::Network { kind: FailureKind::TooLarge, .. } => Self::Unusable,
            Cause::Network { .. } | Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => Self::Lost,
        }
    }
}

impl Client {
    pub(super) fn take_reply(&mut self, flight: Flight, result: Result<Received, Failure>) {
        let endpoint = flight.call.endpoint();
        let now = self.clock.now();
        let held = flight.call.lane() == Lane::LongPoll
            && now.saturating_since(flight.begun) >= self.config.held_poll;
        let rated = flight.rated;
        self.worth = Worth::Nothing;
        match result {
            Ok(received) => {
                tracing::debug!(%endpoint, status = received.head.status.as_u16(), bytes = received.body.len(), "reply");
                // Cookies of every reply are taken: error replies set and remove them too.
                let changed = self.jar.store(&flight.host, &flight.path, &received.head.headers);
                if changed && self.login.is_some() {
                    self.storage.raise_later(now);
                }
                if let Err((call, error)) = self.take_body(flight, &received) {
                    self.lost(&call, Cause::Reply { endpoint, error }, Sent::Maybe);
                }
            }
            Err(Failure { kind, sent, .. }) => {
                tracing::debug!(%endpoint, ?kind, ?sent, "failure");
                self.lost(&flight.call, Cause::Network { endpoint, kind }, sent);
            }
        }
        if rated && (self.worth != Worth::Nothing || !held) {
            self.rates.ended(self.worth, now);
        }
    }

    /// Not the wished reply: the flow that waits for it decides. A reply that could be read but not used counts as sent.
    pub(super) fn lost(&mut self, call: &Call, cause: Cause, sent: Sent) {
        match call.waiter() {
            Waiter::Login => {
                self.step_login(login::Input::Lost(cause));
            }
            Waiter::Session => {
                if matches!(self.stage, Stage::Start(_)) {
                    self.lost_at_start(call, cause);
                } else {
                    self.lost_online(call, cause);
                }
            }
            Waiter::Contacts => {
                let input = match FailureClass::of(&cause) {
                    FailureClass::TooOften => {
                        self.limited(call, cause);
                        contacts::Input::TooOften
                    }
                    // The long poll says whether the session is really over.
                    FailureClass::SessionOver(_) | FailureClass::Unusable => contacts::Input::Refused(cause),
                    FailureClass::Lost => contacts::Input::Lost(cause),
                };
                self.step_contacts(input);
            }
            Waiter::Send(op) => {
                let input = match (sent, cause) {
                    (Sent::No, cause) => send::Input::NotSent(cause),
                    (
                        Sent::Maybe,
                        Cause::Reply { error: ReplyError::Ret { ret: flow::TOO_OFTEN, .. }, .. },
                    ) => send::Input::TooOften,
                    // -1 is a system error: the server cannot say whether it stored the message.
                    (Sent::Maybe, Cause::Reply { error: ReplyError::Ret { ret, message }, .. })
                        if ret != -1 =>
                    {
                        send::Input::Refused { ret, message }
                    }
                    (Sent::Maybe, cause) => {
                        send::Input::Ambiguous { cause, retry: self.config.retry_ambiguous_sends }
                    }
                };
                self.step_send(op, input);
            }
            Waiter::Command(op) => {
                let error = match cause {
                    Cause::Network { kind, .. } => OpError::Failed(kind),
                    Cause::Reply { .. } | Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => {
                        OpError::BadReply
                    }
                };
                self.done(op, Err(error));
            }
            Waiter::Logout(op) => self.logout_lost(op, cause),
            Waiter::Nobody => tracing::debug!(%cause, "a call failed that nobody waits for"),
        }
    }

    fn lost_at_start(&mut self, call: &Call, cause: Cause) {
        let code = matches!(cause, Cause::Reply { error: ReplyError::Ret { .. }, .. });
        // A web page comes from something in between.
        let page = matches!(cause, Cause::Reply { error: ReplyError::Html, .. });
        let input = match (FailureClass::of(&cause), *call == Call::Init) {
            (FailureClass::SessionOver(code), true) => {
                start::Input::SessionOver { code, age_secs: self.session_age() }
            }
            (FailureClass::SessionOver(_), false) => start::Input::Rejected { over: true },
            (FailureClass::TooOften, init) => {
                self.limited(call, cause);
                if init { start::Input::TooOften } else { start::Input::Rejected { over: false } }
            }
            (FailureClass::Unusable, false) if code => start::Input::Rejected { over: false },
            (FailureClass::Unusable, _) if !page => start::Input::Unusable(cause),
            (FailureClass::Unusable | FailureClass::Lost, _) => start::Input::Lost(cause),
        };
        self.step_start(input);
    }

    fn lost_online(&mut self, call: &Call, cause: Cause) {
        if *call == Call::Renew {
            self.renewal_lost_at = Some(self.clock.now());
        }
        let checking = *call == Call::SyncCheck;
        let code = matches!(cause, Cause::Reply { error: ReplyError::Ret { .. }, .. });
        let input = match FailureClass::of(&cause) {
            FailureClass::SessionOver(code) => {
                sync::Input::SessionOver { code, endpoint: call.endpoint(), age_secs: self.session_age() }
            }
            FailureClass::TooOften => {
                self.limited(call, cause);
                sync::Input::TooOften { open: self.open() }
            }
            FailureClass::Unusable if checking && code => sync::Input::Odd { cause, open: self.open() },
            FailureClass::Unusable if *call == Call::Sync => {
                let init = self.limits.is_open(Kind::Init, self.clock.now());
                sync::Input::Unusable { cause, old: self.unusable_for_long(), init }
            }
            FailureClass::Unusable | FailureClass::Lost => sync::Input::Lost { cause, open: self.open() },
        };
        self.step_sync(input);
    }

    /// The typed reply goes to its flow; what cannot be read comes back with its call.
    fn take_body(&mut self, flight: Flight, received: &Received) -> Result<(), (Call, ReplyError)> {
        let Flight { call, begun, host, .. } = flight;
        let me = self.me().map(|me| &me.user_name);
        let failed = |error| (call.clone(), error);
        match call.parse(received.head.status, &received.body, me).map_err(failed)? {
            ParsedReply::Uuid(uuid) => self.step_login(login::Input::Uuid(uuid)),
            ParsedReply::LoginPoll(poll) => {
                let input = match poll {
                    LoginPoll::Waiting => login::Input::Waiting,
                    LoginPoll::Scanned { avatar } => login::Input::Scanned { avatar },
                    LoginPoll::Confirmed { redirect_uri } => {
                        login::Input::Confirmed(self.check_redirect(&redirect_uri))
                    }
                    LoginPoll::NewUuid { code } => {
                        if code == DECLINED {
                            self.events.push_back(Event::Declined);
                        }
                        login::Input::UuidSpent
                    }
                };
                self.step_login(input);
            }
            ParsedReply::LoginPage(page) => {
                let input = match page {
                    LoginPage::Tokens { skey, sid, uin, pass_ticket } => {
                        self.take_tokens(host, skey, sid, uin, pass_ticket, &received.head.headers)
                    }
                    LoginPage::Refused { ret, message } => login::Input::Refused { ret, message },
                    LoginPage::Moved { url } => login::Input::Moved(self.check_redirect(&url)),
                    LoginPage::Nothing => login::Input::NoTokens,
                };
                self.step_login(input);
            }
            ParsedReply::Init(init) => {
                self.limits.through(Kind::Init);
                self.take_init(*init, begun).map_err(failed)?;
            }
            ParsedReply::SyncCheck(check) => self.take_check(check, begun).map_err(failed)?,
            ParsedReply::Sync(reply) => {
                self.renewed(reply.skey.clone());
                // The stored keys are good, whatever came with them.
                self.step_start(start::Input::Alive);
                if call == Call::Renew {
                    self.step_sync(sync::Input::Renewed { open: self.open() });
                } else {
                    self.take_sync(*reply, begun).map_err(failed)?;
                }
            }
            ParsedReply::Contacts { contacts, next } => {
                self.limits.through(Kind::Contacts);
                if !contacts.is_empty() {
                    self.worth = Worth::Brought;
                }
                // Who turns up later is news, for somebody who shows names.
                let tell = next.is_none() && self.loader.is_loaded();
                self.take_contacts(contacts, tell);
                self.step_contacts(
                    next.map_or(contacts::Input::Names, |next| contacts::Input::Page { next }),
                );
            }
            ParsedReply::Sent { op, msg_id } => {
                self.worth = Worth::Brought;
                self.step_send(op, send::Input::Accepted { msg_id });
            }
            ParsedReply::Done { op, outcome } => self.done(op, Ok(outcome)),
            ParsedReply::LoggedOut { op } => self.logged_out(op),
            ParsedReply::Nothing => {}
        }
        Ok(())
    }

    fn session_age(&self) -> u64 {
        self.login.as_ref().map_or(0, |login| self.clock.now().saturating_since(login.since).as_secs())
    }
}
