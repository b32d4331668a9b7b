//! What a login hands out: tokens from the login page, account and first keys from webwxinit.

use http::HeaderMap;

use super::{Client, Login, Stage, delivery::Position, limits::RateLimits};
use crate::{
    Contact, Event, Gap, GapReason, HostError, ReplyError, Secret, Timestamp, UserName,
    cookie::Jar,
    endpoint::{batch_get_contact::ContactQuery, init::Init},
    flow::{contacts, login, start, sync},
    host::{Host, Hosts, Redirect},
    tokens::Tokens,
};

impl Client {
    pub(super) fn check_redirect(&self, url: &Secret<String>) -> Result<Redirect, HostError> {
        Redirect::parse(url.expose(), &self.config.profile.page_hosts)
    }

    /// The login's tokens; account and session id fall back to the cookies of the same reply.
    pub(super) fn take_tokens(
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
        self.set_account(uin);
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
            since: self.clock.now(),
            me: None,
            resumed: false,
        });
        self.renewed_at = Some(self.clock.now());
        self.logins = self.logins.saturating_add(1);
        self.ended = None;
        self.storage.raise();
        login::Input::Tokens
    }

    /// The account and its keys. With the same account a webwxinit never moves the position, unless what lies behind it
    /// is given up.
    pub(super) fn take_init(&mut self, init: Init, begun: Timestamp) -> Result<(), ReplyError> {
        let skip = matches!(self.stage, Stage::Online(sync::State::Reinit { skip: true, .. }));
        let Some(login) = &mut self.login else { return Ok(()) };
        let changed = login.me.as_ref().is_some_and(|me| me.user_name != init.user.user_name);
        let me = init.user.user_name.clone();
        login.me = Some(init.user);
        if let Some(skey) = init.skey {
            login.tokens.skey = skey;
        }
        if changed {
            self.lose_position();
            self.change_peers();
            self.forget_people();
        }
        self.contacts.set_me(&me);
        let revision = self.storage.raise();

        let since = self.delivery.newest().map(|position| position.since);
        let fresh = since.is_none();
        if fresh || skip {
            let Some(sync) = init.key else {
                // Asked for again; who the account is and who changed is known all the same.
                self.take_chats(init.contacts, init.chat_set);
                self.tell_account(changed);
                return Err(ReplyError::Missing("SyncKey"));
            };
            let position = Position { sync, check: None, since: begun };
            match since {
                None => {
                    let gap = self.gap_since.map(|since| Gap { since, reason: GapReason::NewLogin });
                    self.gap_opened_at = gap.is_some().then(|| self.clock.now());
                    self.delivery.begin_at(position, gap);
                }
                Some(since) => self.delivery.skip_to(position, Gap { since, reason: GapReason::Unreadable }),
            }
            self.position_revision = revision;
            self.unusable_since = None;
        }

        self.take_chats(init.contacts, init.chat_set);
        self.tell_account(changed);
        if matches!(self.stage, Stage::Start(_)) {
            self.step_start(start::Input::Initialised { moved: fresh });
        } else {
            self.step_sync(sync::Input::Initialised { moved: fresh || skip });
        }
        Ok(())
    }

    /// The recent chats of a webwxinit, and the groups among them to ask for.
    fn take_chats(&mut self, chats: Vec<Contact>, set: Vec<UserName>) {
        let recent = chats.iter().map(|contact| UserName::new(contact.user_name()));
        let groups = recent.chain(set).filter(UserName::is_group).map(ContactQuery::plain);
        self.step_contacts(contacts::Input::Want(groups.collect()));
        self.take_contacts(chats, false);
    }

    /// Online, names changed: the application is told who it is now, and everybody is loaded anew.
    fn tell_account(&mut self, changed: bool) {
        if changed
            && matches!(self.stage, Stage::Online(_))
            && let Some(me) = self.me().cloned()
        {
            self.events.push_back(Event::LoggedIn { me, resumed: false });
            self.step_contacts(contacts::Input::Begin);
        }
    }

    /// Whose login this is. Another account begins with nothing of the one before.
    fn set_account(&mut self, uin: u64) {
        let before = self.account.replace(uin);
        if before.is_some_and(|before| before != uin) {
            self.delivery.forget_account();
            self.outbox.forget_account();
            self.limits = RateLimits::default();
            self.gap_since = None;
        }
    }
}
