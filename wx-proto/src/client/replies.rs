//! From a reply's bytes to the input of the flow that waits for it.

use super::{lanes::Flight, machine::Machine, stage::Stage, value::ReplyValue};
use crate::{
    Cause, Endpoint, Event, Failure, FailureKind, Lane, OpError, ReplyError, Sent,
    endpoint::{Call, ParsedReply, Quota, Waiter, init, login_page::LoginPage, login_poll::LoginPoll},
    flow::{self, contacts, is_session_over, login, send, start, sync},
    reply::{Received, ReplyBody},
};

/// webwxinit's code for tokens and cookies that do not fit.
const WRONG_CREDENTIALS: i64 = 1;

/// The login poll's code for a login that was declined on the phone.
const DECLINED: i64 = 202;

/// What a reply that is not the wished one means to a session.
enum FailureClass {
    SessionOver(i64),
    TooOften,
    /// Another code. Like the next two it came whole, and another one like it may come for ever.
    OtherCode,
    /// A page for people: it comes from something in between.
    WebPage,
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
            Cause::Reply { error: ReplyError::Ret { .. }, .. } => Self::OtherCode,
            Cause::Reply { error: ReplyError::Html, .. } => Self::WebPage,
            Cause::Reply {
                error: ReplyError::Syntax { .. } | ReplyError::Missing(_) | ReplyError::TooMany { .. },
                ..
            }
            | Cause::Network { kind: FailureKind::TooLarge, .. } => Self::Unusable,
            Cause::Network { .. } | Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => Self::Lost,
        }
    }
}

/// What a command without its reply ends with.
pub(super) const fn command_error(cause: &Cause) -> OpError {
    match cause {
        Cause::Network { kind, .. } => OpError::Failed(*kind),
        Cause::Reply { .. } | Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => {
            OpError::BadReply
        }
    }
}

impl Machine {
    pub(super) fn handle_reply(&mut self, flight: Flight, result: Result<Received, Failure>) {
        let endpoint = flight.call.endpoint();
        let now = self.clock.now();
        let held = flight.call.lane() == Lane::LongPoll
            && now.saturating_since(flight.begun) >= self.config.held_poll;
        let rated = flight.rated;
        let value = match result {
            Ok(received) => {
                tracing::debug!(%endpoint, status = received.head.status.as_u16(), bytes = received.body.len(), "reply");
                // Cookies of every reply are taken: error replies set and remove them too.
                let changed = self.browser.store(&flight.host, &flight.path, &received.head.headers);
                if changed && self.account.login().is_some() {
                    self.storage.raise_later(now);
                }
                self.handle_body(&flight, &received).unwrap_or_else(|error| {
                    self.lost(&flight.call, Cause::Reply { endpoint, error }, Sent::Maybe)
                })
            }
            Err(Failure { kind, sent, received }) => {
                tracing::debug!(%endpoint, ?kind, ?sent, received, "failure");
                let cause = Cause::Network { endpoint, kind };
                if let Waiter::Download(op) = flight.call.waiter() {
                    self.download_lost(op, cause, received)
                } else {
                    self.lost(&flight.call, cause, sent)
                }
            }
        };
        if rated && (value != ReplyValue::Nothing || !held) {
            self.rates.ended(value, now);
        }
    }

    /// Not the wished reply: the flow that waits for it decides. A reply that could be read but not used counts as sent.
    pub(super) fn lost(&mut self, call: &Call, cause: Cause, sent: Sent) -> ReplyValue {
        match call.waiter() {
            Waiter::Login => self.drive(login::Input::Lost(cause)),
            Waiter::Session => {
                if matches!(self.stage, Stage::Start(_)) {
                    self.lost_at_start(call, cause)
                } else {
                    self.lost_online(call, cause)
                }
            }
            Waiter::Contacts => {
                let input = match FailureClass::of(&cause) {
                    FailureClass::TooOften => {
                        self.limited(call, cause);
                        contacts::Input::TooOften
                    }
                    // The long poll says whether the session is really over.
                    FailureClass::SessionOver(_)
                    | FailureClass::OtherCode
                    | FailureClass::WebPage
                    | FailureClass::Unusable => contacts::Input::Refused(cause),
                    FailureClass::Lost => contacts::Input::Lost(cause),
                };
                self.drive(input)
            }
            Waiter::Send(op) => {
                let input = match (sent, cause) {
                    (Sent::No, cause) => send::Input::NotSent(cause),
                    (
                        Sent::Maybe,
                        Cause::Reply { error: ReplyError::Ret { ret: flow::TOO_OFTEN, .. }, .. },
                    ) => send::Input::TooOften,
                    (Sent::Maybe, Cause::Reply { error: ReplyError::Ret { ret, message }, .. })
                        if ret != flow::SYSTEM_ERROR =>
                    {
                        send::Input::Refused { ret, message }
                    }
                    (Sent::Maybe, cause) => {
                        send::Input::Ambiguous { cause, retry: self.config.retry_ambiguous_sends }
                    }
                };
                self.drive_at(op, input)
            }
            Waiter::Upload(op) => self.upload_lost(op, call.endpoint(), cause),
            Waiter::Download(op) => self.download_lost(op, cause, 0),
            Waiter::Command(op) => {
                self.done(op, Err(command_error(&cause)));
                ReplyValue::Nothing
            }
            Waiter::Logout(op) => {
                self.logout_lost(op, cause);
                ReplyValue::Nothing
            }
            Waiter::Nobody => {
                tracing::debug!(%cause, "a call failed that nobody waits for");
                ReplyValue::Nothing
            }
        }
    }

    fn lost_at_start(&mut self, call: &Call, cause: Cause) -> ReplyValue {
        let input = match (FailureClass::of(&cause), *call == Call::Init) {
            (FailureClass::SessionOver(code), true) => {
                start::Input::SessionOver { code, age_secs: self.account.age_secs(self.clock.now()) }
            }
            (FailureClass::SessionOver(_), false) => start::Input::Rejected { over: true },
            (FailureClass::TooOften, init) => {
                self.limited(call, cause);
                if init { start::Input::TooOften } else { start::Input::Rejected { over: false } }
            }
            (FailureClass::OtherCode, false) => start::Input::Rejected { over: false },
            (FailureClass::OtherCode, true) | (FailureClass::Unusable, _) => start::Input::Unusable(cause),
            (FailureClass::WebPage | FailureClass::Lost, _) => start::Input::Lost(cause),
        };
        self.drive(input)
    }

    fn lost_online(&mut self, call: &Call, cause: Cause) -> ReplyValue {
        if *call == Call::Renew {
            self.receiver.renewal_lost(self.clock.now());
        }
        let input = match FailureClass::of(&cause) {
            FailureClass::SessionOver(code) => sync::Input::SessionOver {
                code,
                endpoint: call.endpoint(),
                age_secs: self.account.age_secs(self.clock.now()),
            },
            FailureClass::TooOften => {
                self.limited(call, cause);
                sync::Input::TooOften { open: self.open() }
            }
            FailureClass::OtherCode if *call == Call::SyncCheck => {
                sync::Input::Odd { cause, open: self.open() }
            }
            FailureClass::OtherCode | FailureClass::WebPage | FailureClass::Unusable
                if *call == Call::Sync =>
            {
                let old = self.receiver.unusable_for_long(self.clock.now());
                let init = self.limits.is_open(Quota::Init, self.clock.now());
                sync::Input::Unusable { cause, old, init }
            }
            FailureClass::OtherCode | FailureClass::WebPage | FailureClass::Unusable | FailureClass::Lost => {
                sync::Input::Lost { cause, open: self.open() }
            }
        };
        self.drive(input)
    }

    /// The typed reply goes to its flow.
    ///
    /// # Errors
    /// What could not be read, or was not asked for.
    fn handle_body(&mut self, flight: &Flight, received: &Received) -> Result<ReplyValue, ReplyError> {
        let Flight { call, begun, host, .. } = flight;
        let reply = match (&received.body, call.waiter()) {
            (ReplyBody::Collected(body), _) => {
                call.parse(received.head.status, body, self.account.user_name())?
            }
            (ReplyBody::Streamed(streamed), Waiter::Download(op)) => {
                return Ok(self.handle_streamed(op, &received.head, streamed));
            }
            // Nobody asked for that.
            (ReplyBody::Streamed(_), _) => return Err(ReplyError::Missing("body")),
        };
        Ok(match reply {
            ParsedReply::Uuid(uuid) => self.drive(login::Input::Uuid(uuid)),
            ParsedReply::LoginPoll(poll) => {
                let input = match poll {
                    LoginPoll::Waiting => login::Input::Waiting,
                    LoginPoll::Scanned { avatar } => login::Input::Scanned { avatar },
                    LoginPoll::Confirmed { redirect_uri } => {
                        login::Input::Confirmed(self.check_redirect(&redirect_uri))
                    }
                    LoginPoll::NewUuid { code } => {
                        if code == DECLINED {
                            self.events.push(Event::Declined);
                        }
                        login::Input::UuidSpent
                    }
                };
                self.drive(input)
            }
            ParsedReply::LoginPage(page) => {
                let input = match page {
                    LoginPage::Tokens { skey, sid, uin, pass_ticket } => {
                        self.handle_tokens(host.clone(), skey, sid, uin, pass_ticket, &received.head.headers)
                    }
                    LoginPage::Refused { ret, message } => login::Input::Refused { ret, message },
                    LoginPage::Moved { url } => login::Input::Moved(self.check_redirect(&url)),
                    LoginPage::Nothing => login::Input::NoTokens,
                };
                self.drive(input)
            }
            ParsedReply::Init(init) => {
                self.limits.through(Quota::Init);
                self.handle_init(*init, *begun)?
            }
            ParsedReply::NobodyThere => {
                if !self.is_wrong_entry() {
                    return Err(ReplyError::Ret { ret: init::NOBODY, message: String::new() });
                }
                self.drive(start::Input::WrongEntry)
            }
            ParsedReply::SyncCheck(check) => self.handle_check(check, *begun)?,
            ParsedReply::Sync(reply) => {
                self.renewed(reply.skey.clone());
                // The stored keys are good, whatever came with them.
                let started = self.drive(start::Input::Alive);
                let received = if *call == Call::Renew {
                    self.drive(sync::Input::Renewed { open: self.open() })
                } else {
                    self.handle_sync(*reply, *begun)?
                };
                started.max(received)
            }
            ParsedReply::Contacts { contacts, next } => {
                self.limits.through(Quota::Contacts);
                let value = ReplyValue::useful_if(!contacts.is_empty());
                // Who turns up later is news, for somebody who shows names.
                let notify = next.is_none() && self.address_book.is_loaded();
                self.handle_contacts(contacts, notify);
                let input = next.map_or(contacts::Input::Names, |next| contacts::Input::Page { next });
                self.drive(input).max(value)
            }
            ParsedReply::Sent { op, msg_id } => {
                if let Some(id) = &msg_id
                    && !self.config.profile.flavour().has_contacts()
                {
                    self.sent_ids.extend([id.clone()]);
                }
                self.drive_at(op, send::Input::Accepted { msg_id });
                ReplyValue::Useful
            }
            ParsedReply::UploadChecked { op, reply } => self.handle_permit(op, reply),
            ParsedReply::ChunkTaken { op, chunk, reply } => self.handle_chunk(op, chunk, reply),
            ParsedReply::Done { op, outcome } => {
                self.done(op, Ok(outcome));
                ReplyValue::Nothing
            }
            ParsedReply::LoggedOut { op } => {
                self.logged_out(op);
                ReplyValue::Nothing
            }
            ParsedReply::Nothing => ReplyValue::Nothing,
        })
    }
}
