//! What a login hands out: tokens from the login page, account and first keys from webwxinit.

use http::HeaderMap;

use super::{Client, Login, Stage, delivery::Position};
use crate::{
    Event, Gap, GapReason, HostError, ReplyError, Secret, Timestamp,
    cookie::Jar,
    endpoint::init::Init,
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
        self.renewed_at = Some(self.clock.now());
        self.logins += 1;
        self.storage.raise();
        login::Input::Tokens
    }

    /// The account and its keys. With the same account a webwxinit never moves the position, unless what lies behind it
    /// is given up.
    pub(super) fn take_init(&mut self, init: Init, started: Timestamp) -> Result<(), ReplyError> {
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
            let sync = init.key.ok_or(ReplyError::Missing("SyncKey"))?;
            let position = Position { sync, check: None, since: started };
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

        let groups = init.contacts.iter().map(|contact| &contact.user_name).chain(&init.chat_set);
        let groups = groups.filter(|name| name.is_group()).cloned().collect();
        self.step_contacts(contacts::Input::Want(groups));
        self.take_contacts(init.contacts, false);
        if matches!(self.stage, Stage::Start(_)) {
            self.step_start(start::Input::Initialised);
        } else {
            if changed && let Some(me) = self.me().cloned() {
                self.events.push_back(Event::LoggedIn { me, resumed: false });
            }
            self.step_sync(sync::Input::Initialised { moved: fresh || skip });
            if changed {
                self.step_contacts(contacts::Input::Begin);
            }
        }
        Ok(())
    }
}
