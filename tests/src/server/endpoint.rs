//! The endpoints this server has.

use serde::{Deserialize, Serialize};

use super::hosts::HostRole;

/// An endpoint of the simulated server.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub enum Endpoint {
    /// The start page, `/`.
    Page,
    /// A login uuid.
    Jslogin,
    /// The QR picture.
    Qrcode,
    /// The login poll.
    Login,
    /// The tokens of a confirmed login.
    NewLoginPage,
    /// The state of the account at the start of a session.
    Init,
    /// Status notification.
    StatusNotify,
    /// The contact list.
    GetContact,
    /// Chosen contacts, at most 50.
    BatchGetContact,
    /// Whether there is news (held).
    SyncCheck,
    /// The news.
    Sync,
    /// A text.
    SendMsg,
    /// The end of a session.
    Logout,
}

impl Endpoint {
    /// All endpoints.
    pub const ALL: [Self; 13] = [
        Self::Page,
        Self::Jslogin,
        Self::Qrcode,
        Self::Login,
        Self::NewLoginPage,
        Self::Init,
        Self::StatusNotify,
        Self::GetContact,
        Self::BatchGetContact,
        Self::SyncCheck,
        Self::Sync,
        Self::SendMsg,
        Self::Logout,
    ];

    /// The last part of its path, by which faults and records name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Jslogin => "jslogin",
            Self::Qrcode => "qrcode",
            Self::Login => "login",
            Self::NewLoginPage => "webwxnewloginpage",
            Self::Init => "webwxinit",
            Self::StatusNotify => "webwxstatusnotify",
            Self::GetContact => "webwxgetcontact",
            Self::BatchGetContact => "webwxbatchgetcontact",
            Self::SyncCheck => "synccheck",
            Self::Sync => "webwxsync",
            Self::SendMsg => "webwxsendmsg",
            Self::Logout => "webwxlogout",
        }
    }

    /// The endpoint with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name)
    }

    pub(super) fn of_path(path: &str) -> Option<Self> {
        match path {
            "/" => return Some(Self::Page),
            "/jslogin" => return Some(Self::Jslogin),
            _ => {}
        }
        if path.starts_with("/qrcode/") {
            return Some(Self::Qrcode);
        }
        match Self::named(path.strip_prefix("/cgi-bin/mmwebwx-bin/")?)? {
            Self::Page | Self::Jslogin | Self::Qrcode => None,
            endpoint @ (Self::Login
            | Self::NewLoginPage
            | Self::Init
            | Self::StatusNotify
            | Self::GetContact
            | Self::BatchGetContact
            | Self::SyncCheck
            | Self::Sync
            | Self::SendMsg
            | Self::Logout) => Some(endpoint),
        }
    }

    /// What its host must be for.
    pub(super) const fn role(self) -> HostRole {
        match self {
            Self::Page => HostRole::Page,
            Self::Jslogin | Self::Login => HostRole::Login,
            Self::Qrcode => HostRole::Qr,
            Self::SyncCheck => HostRole::Push,
            Self::NewLoginPage
            | Self::Init
            | Self::StatusNotify
            | Self::GetContact
            | Self::BatchGetContact
            | Self::Sync
            | Self::SendMsg
            | Self::Logout => HostRole::Base,
        }
    }

    /// The code of a session that is not there: 1102 by the push host, 1100 by the base host.
    pub(super) const fn no_session(self) -> i64 {
        match self.role() {
            HostRole::Push => 1102,
            HostRole::Login | HostRole::Qr | HostRole::Page | HostRole::Base | HostRole::File => 1100,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(Endpoint::of_path("/jslogin"), Some(Endpoint::Jslogin));
        assert_eq!(Endpoint::of_path("/qrcode/abc=="), Some(Endpoint::Qrcode));
        assert_eq!(Endpoint::of_path("/cgi-bin/mmwebwx-bin/webwxsync"), Some(Endpoint::Sync));
        assert_eq!(Endpoint::of_path("/cgi-bin/mmwebwx-bin/jslogin"), None);
        assert_eq!(Endpoint::of_path("/cgi-bin/mmwebwx-bin/webwxnothing"), None);
    }
}
