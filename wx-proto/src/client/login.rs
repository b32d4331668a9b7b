//! What a login hands out: tokens from the login page, account and first keys from webwxinit.

use std::mem::{Discriminant, discriminant};

use http::HeaderMap;

use super::{
    account::Login, drive::Driven, limits::RateLimits, machine::Machine, seen::Seen, stage::Stage,
    value::ReplyValue,
};
use crate::{
    ClientTime, CommandError, Contact, Event, HostError, OpId, ReplyError, ResumeStep, Secret, UserName,
    cookie::Jar,
    endpoint::{Call, batch_get_contact::ContactQuery, init::Init},
    flow::{Schedule, login, start, sync},
    host::{Host, Redirect},
    tokens::Tokens,
};

/// How to log in.
///
/// ```
/// use wx_proto::{Client, CommandError, LoginMethod};
///
/// fn log_in(client: &mut Client) -> Result<(), CommandError> {
///     client.login(LoginMethod::Auto)
/// }
/// # let _ = log_in;
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LoginMethod {
    /// Go on with the stored login; end if the server no longer knows it.
    Resume,
    /// A QR code to scan, whatever is stored.
    Qr,
    /// Go on with the stored login if there is one, else a QR code.
    Auto,
}

impl Machine {
    pub(super) fn login(&mut self, how: LoginMethod) -> Result<(), CommandError> {
        match self.stage {
            Stage::Idle | Stage::Ended => {}
            Stage::Login(_) | Stage::Start(_) | Stage::Online(_) | Stage::LoggingOut { .. } => {
                return Err(CommandError::AlreadyActive);
            }
        }
        let fallback = match how {
            LoginMethod::Resume if self.account.login().is_none() => {
                return Err(CommandError::NothingToResume);
            }
            LoginMethod::Resume => start::Fallback::End,
            LoginMethod::Auto => start::Fallback::Qr,
            LoginMethod::Qr => start::Fallback::End,
        };
        self.browser.reload(self.clock.wall());
        self.entry.forget_wrong();
        match self.account.login() {
            Some(login) if how != LoginMethod::Qr => {
                let known = login.me.is_some() && self.receiver.newest().is_some();
                let renewal = !self.may_fetch();
                if known {
                    self.begin(start::stored(fallback, renewal));
                } else {
                    self.events.push(Event::Resume { step: ResumeStep::Init });
                    self.begin(start::fresh(fallback));
                }
            }
            Some(_) | None => self.begin_qr_login(),
        }
        Ok(())
    }

    pub(super) fn qr_image(&mut self) -> Result<OpId, CommandError> {
        let uuid = self.qr.as_ref().ok_or(CommandError::NoQrCode)?.uuid.clone();
        let op = self.next_op();
        self.lanes.schedule(Call::QrCode { op, uuid }, self.clock.now(), false);
        Ok(op)
    }

    pub(super) fn check_redirect(&self, url: &Secret<String>) -> Result<Redirect, HostError> {
        Redirect::parse(url.expose(), self.config.profile.page_hosts())
    }

    /// The login's tokens; account and session id fall back to the cookies of the same reply.
    pub(super) fn handle_tokens(
        &mut self,
        host: Host,
        skey: Option<Secret<String>>,
        sid: Option<Secret<String>>,
        uin: Option<u64>,
        pass_ticket: Option<Secret<String>>,
        headers: &HeaderMap,
    ) -> login::Input {
        // Not from the jar: it may still hold those of a login before.
        let mut own = Jar::default();
        own.store(&host, "/", headers);
        let sid = sid.or_else(|| own.value(&host, "wxsid"));
        let uin = uin.or_else(|| own.value(&host, "wxuin")?.expose().parse().ok());
        let (Some(sid), Some(uin)) = (sid, uin) else { return login::Input::NoTokens };
        self.browser.logged_in(&host, uin);
        let another = self.account.begin(Login {
            hosts: self.config.profile.hosts(&host),
            tokens: Tokens {
                skey: skey.unwrap_or_default(),
                sid,
                uin,
                pass_ticket: pass_ticket.unwrap_or_default(),
            },
            since: self.clock.now(),
            me: None,
            resumed: false,
        });
        if another {
            self.receiver.forget_account();
            self.outbox.forget_account();
            self.sent_ids.clear();
            self.limits = RateLimits::default();
        }
        self.receiver.renewed(self.clock.now());
        self.storage.raise();
        login::Input::Tokens
    }

    /// The account and its keys. With the same account a webwxinit never moves the position, unless what lies after it
    /// is given up.
    pub(super) fn handle_init(&mut self, init: Init, begun: ClientTime) -> Result<ReplyValue, ReplyError> {
        let skip = matches!(self.stage, Stage::Online(sync::State::Reinit { skip: true, .. }));
        if self.account.login().is_none() {
            return Ok(ReplyValue::Nothing);
        }
        let me = init.user.user_name.clone();
        let changed = self.account.initialise(init.user, init.skey);
        if changed {
            self.receiver.lose_position(&mut self.storage);
            self.change_peers();
            self.forget_people();
        }
        self.address_book.set_me(&me);
        let moved = self.receiver.initialised(init.key, skip, begun, self.clock.now(), &mut self.storage);
        if !matches!(moved, Ok(true)) {
            // Account and tokens.
            self.storage.raise();
        }
        // Without keys it is asked for again; who the account is and who changed is known all the same.
        self.handle_chats(init.contacts, init.chat_set);
        self.notify_account(changed);
        let moved = moved?;
        Ok(if matches!(self.stage, Stage::Start(_)) {
            let notify = self.config.profile.flavour().has_contacts();
            self.drive(start::Input::Initialised { moved, notify })
        } else {
            self.drive(sync::Input::Initialised { moved })
        })
    }

    /// A webwxinit says that nobody is logged in there; true if that means the wrong entry, and another one is left to try.
    /// Tokens that are minutes old may be over for other reasons.
    pub(super) fn is_wrong_entry(&mut self) -> bool {
        let Some(login) = self.account.login().filter(|login| login.me.is_none()) else { return false };
        if !self.config.profile.flavour().has_regions() || !matches!(self.stage, Stage::Start(_)) {
            return false;
        }
        let (base, resumed) = (login.hosts.base().clone(), login.resumed);
        // A login of an earlier run: nobody knows where it was begun.
        let wrong = if resumed { base } else { self.entry.host().clone() };
        self.entry.note_wrong(&wrong);
        !resumed && self.entry.next(&self.config.profile).is_some()
    }

    /// The whole login anew, on another entry.
    fn try_other_entry(&mut self) {
        let entry = self.entry.host().clone();
        let Some(next) = self.entry.next(&self.config.profile) else { return };
        self.events.push(Event::WrongEntry { entry, next });
        self.begin_qr_login();
    }

    /// The recent chats of a webwxinit, and the groups among them to ask for.
    fn handle_chats(&mut self, chats: Vec<Contact>, set: Vec<UserName>) {
        let recent = chats.iter().map(|contact| UserName::new(contact.user_name()));
        let groups = recent.chain(set).filter(UserName::is_group).map(ContactQuery::plain);
        self.want(groups.collect());
        self.handle_contacts(chats, false);
    }

    /// Online, names changed: the application is told who it is now, and everybody is loaded anew.
    fn notify_account(&mut self, changed: bool) {
        if changed
            && matches!(self.stage, Stage::Online(_))
            && let Some(me) = self.account.me().cloned()
        {
            self.events.push(Event::LoggedIn { me, resumed: false });
            self.load_contacts();
        }
    }

    /// Receiving begins.
    fn go_online(&mut self, first: start::First) {
        if let Some((me, resumed)) = self.account.announce() {
            self.events.push(Event::LoggedIn { me, resumed });
        }
        let receiving = match first {
            start::First::Fetched => (sync::resumed(false), Vec::new()),
            start::First::Renewed => (sync::resumed(true), Vec::new()),
            start::First::Fetch => sync::start(true, self.open()),
            start::First::Check => sync::start(false, self.open()),
        };
        self.begin(receiving);
        if let Some(login) = self.account.login() {
            self.entry.note_right(login.hosts.base());
        }
        self.load_contacts();
    }
}

impl Driven for login::State {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        let Stage::Login(flow) = &mut machine.stage else { return None };
        Some((flow, &mut machine.seen))
    }

    fn milestone(&self) -> Option<Discriminant<Self>> {
        Some(discriminant(self))
    }

    fn perform(machine: &mut Machine, (): (), effect: login::Effect) {
        match effect {
            login::Effect::Schedule(schedule) => {
                if let Call::LoginPage { redirect } = &schedule.call {
                    // The page that is loaded there sets its own cookies first.
                    let host = redirect.host().clone();
                    machine.browser.visit(&host);
                }
                machine.schedule(schedule);
            }
            login::Effect::Show(uuid) => machine.show_qr(uuid),
            login::Effect::Scanned { avatar } => machine.events.push(Event::Scanned { avatar }),
            login::Effect::Granted => {
                machine.begin(start::fresh(start::Fallback::End));
            }
            login::Effect::End(reason) => machine.end(reason),
        }
    }
}

impl Driven for start::State {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        let Stage::Start(flow) = &mut machine.stage else { return None };
        Some((flow, &mut machine.seen))
    }

    fn milestone(&self) -> Option<Discriminant<Self>> {
        Some(discriminant(self))
    }

    fn perform(machine: &mut Machine, (): (), effect: start::Effect) {
        match effect {
            start::Effect::Schedule(schedule) => machine.schedule(schedule),
            start::Effect::Resume(step) => machine.events.push(Event::Resume { step }),
            start::Effect::Notify => {
                machine.schedule(Schedule::now(Call::StatusNotify));
            }
            start::Effect::Online(first) => machine.go_online(first),
            start::Effect::OtherEntry => machine.try_other_entry(),
            start::Effect::QrLogin(reason) => {
                machine.account.note_end(&reason, machine.clock.now());
                machine.begin_qr_login();
            }
            start::Effect::End(reason) => machine.end(reason),
        }
    }
}
