//! Who is logged in, and what is kept of the logins before.

use crate::{ClientTime, EndReason, Me, Secret, UserName, host::Hosts, tokens::Tokens};

/// One login.
#[derive(Clone, Debug)]
pub(super) struct Login {
    pub(super) hosts: Hosts,
    pub(super) tokens: Tokens,
    pub(super) since: ClientTime,
    pub(super) me: Option<Me>,
    /// It was restored and nobody was told yet who it is.
    pub(super) resumed: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Account {
    /// None before the first login and after the end.
    login: Option<Login>,
    /// Logins so far.
    logins: u64,
    /// Whose position, acknowledged ids, Gap and outbox are kept.
    uin: Option<u64>,
    /// How the last session ended, while there is no other.
    ended: Option<(ClientTime, EndReason)>,
}

impl Account {
    /// What a store kept.
    pub(super) const fn restored(
        login: Option<Login>,
        logins: u64,
        uin: Option<u64>,
        ended: Option<(ClientTime, EndReason)>,
    ) -> Self {
        Self { login, logins, uin, ended }
    }

    pub(super) const fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }

    pub(super) const fn logins(&self) -> u64 {
        self.logins
    }

    pub(super) const fn uin(&self) -> Option<u64> {
        self.uin
    }

    pub(super) const fn ended(&self) -> Option<&(ClientTime, EndReason)> {
        self.ended.as_ref()
    }

    pub(super) fn tokens(&self) -> Option<&Tokens> {
        self.login.as_ref().map(|login| &login.tokens)
    }

    pub(super) fn me(&self) -> Option<&Me> {
        self.login.as_ref().and_then(|login| login.me.as_ref())
    }

    pub(super) fn user_name(&self) -> Option<&UserName> {
        self.me().map(|me| &me.user_name)
    }

    /// How many seconds the login has lasted.
    pub(super) fn age_secs(&self, now: ClientTime) -> u64 {
        self.login.as_ref().map_or(0, |login| now.saturating_since(login.since).as_secs())
    }

    /// A new login. True if it is another account's: nothing that is kept belongs to it.
    pub(super) fn begin(&mut self, login: Login) -> bool {
        let before = self.uin.replace(login.tokens.uin);
        let changed = before.is_some_and(|before| before != login.tokens.uin);
        self.login = Some(login);
        self.logins = self.logins.saturating_add(1);
        self.ended = None;
        changed
    }

    /// What webwxinit says of the login. True if its own user name is another one than before: all user names are.
    pub(super) fn initialise(&mut self, me: Me, skey: Option<Secret<String>>) -> bool {
        let Some(login) = &mut self.login else { return false };
        let changed = login.me.as_ref().is_some_and(|before| before.user_name != me.user_name);
        login.me = Some(me);
        if let Some(skey) = skey {
            login.tokens.skey = skey;
        }
        changed
    }

    /// Another SKey; true if there is a login that it is of.
    pub(super) fn renew_skey(&mut self, skey: Secret<String>) -> bool {
        let Some(login) = &mut self.login else { return false };
        login.tokens.skey = skey;
        true
    }

    /// The owner's nick name; gives the own user name if it is another one.
    pub(super) fn rename(&mut self, nick_name: String) -> Option<UserName> {
        let me = self.login.as_mut().and_then(|login| login.me.as_mut())?;
        if me.nick_name == nick_name {
            return None;
        }
        me.nick_name = nick_name;
        Some(me.user_name.clone())
    }

    /// Who it is, to be told once, and whether the login goes on from a store.
    pub(super) fn announce(&mut self) -> Option<(Me, bool)> {
        let login = self.login.as_mut()?;
        let me = login.me.clone()?;
        Some((me, std::mem::replace(&mut login.resumed, false)))
    }

    /// The login rests as after a restore.
    pub(super) const fn rest(&mut self) {
        if let Some(login) = &mut self.login {
            login.resumed = true;
        }
    }

    /// Why the session ended, for whoever looks at it later; a login that came to nothing ends no session.
    pub(super) fn note_end(&mut self, reason: &EndReason, now: ClientTime) {
        match reason {
            EndReason::LoggedOut | EndReason::SessionOver { .. } if self.login.is_some() => {
                self.ended = Some((now, reason.clone()));
            }
            EndReason::LoggedOut
            | EndReason::SessionOver { .. }
            | EndReason::LoginRefused { .. }
            | EndReason::ForeignHost(_)
            | EndReason::QrExpired => {}
        }
    }

    /// The login is over, or another one takes its place.
    pub(super) fn drop_login(&mut self) {
        self.login = None;
    }

    /// True if there is anything to keep.
    pub(super) const fn is_worth_keeping(&self) -> bool {
        self.login.is_some() || self.logins > 0
    }
}
