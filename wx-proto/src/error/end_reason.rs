//! How a session or a login ends, and what to do about it.

use std::fmt;

use crate::{Endpoint, HostError};

/// Why a session or a login ended.
///
/// ```
/// use wx_proto::{EndReason, Event, Phase};
///
/// fn why(event: &Event) -> Option<String> {
///     let Event::Phase(Phase::Ended(reason)) = event else { return None };
///     Some(reason.to_string())
/// }
/// assert!(why(&Event::Phase(Phase::Ended(EndReason::QrExpired))).is_some());
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum EndReason {
    /// Own logout.
    LoggedOut,
    /// A well-formed reply said that the session is over: 1100, 1101, 1102 and the like.
    SessionOver {
        /// The server's code.
        code: i64,
        /// Who said so.
        endpoint: Endpoint,
        /// How long the session lived, in seconds.
        age_secs: u64,
    },
    /// The login page refused the account.
    LoginRefused {
        /// The server's code.
        ret: i64,
        /// The server's own words; control characters removed.
        message: String,
    },
    /// The server wanted to send the login to a host that the profile does not list.
    ForeignHost(HostError),
    /// Several QR codes went by without a scan.
    QrExpired,
}

impl EndReason {
    /// A stable word for programs.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::SessionOver { code: 1100, .. } => "logged_out_on_phone",
            Self::SessionOver { code: 1101, .. } => "kicked",
            Self::SessionOver { .. } => "expired",
            Self::LoginRefused { .. } => "refused",
            Self::ForeignHost(_) => "foreign_host",
            Self::QrExpired => "qr_expired",
        }
    }

    /// The server's code, if it gave one.
    pub const fn code(&self) -> Option<i64> {
        match self {
            Self::SessionOver { code, .. } => Some(*code),
            Self::LoginRefused { ret, .. } => Some(*ret),
            Self::LoggedOut | Self::ForeignHost(_) | Self::QrExpired => None,
        }
    }

    /// What to do about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::LoggedOut => "log in again to go on",
            Self::SessionOver { code: 1100, .. } => {
                "the phone ended the session, or cookies were lost: log in again"
            }
            Self::SessionOver { code: 1101, .. } => {
                "another web or desktop login took the session: log in again"
            }
            Self::SessionOver { .. } => "the cookies are too old or were lost: log in again",
            Self::LoginRefused { ret: 1203, .. } => {
                "many accounts are refused by the web flavour for good; the file-helper profile works for them"
            }
            Self::LoginRefused { .. } => "the server's own words say why; try again later",
            Self::ForeignHost(_) => {
                "nothing was sent there; if the host is right, add it to a custom profile's page hosts"
            }
            Self::QrExpired => "start the login again",
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggedOut => f.write_str("logged out"),
            Self::SessionOver { code, endpoint, age_secs } => {
                write!(f, "{endpoint} says that the session is over (code {code}, after {age_secs} s)")
            }
            Self::LoginRefused { ret, message } if message.is_empty() => {
                write!(f, "the server refused this login (ret {ret})")
            }
            Self::LoginRefused { ret, message } => {
                write!(f, "the server refused this login (ret {ret}): {message}")
            }
            Self::ForeignHost(error) => {
                write!(f, "the login was to go on at an address that is not trusted: {error}")
            }
            Self::QrExpired => f.write_str("no QR code was used in time"),
        }
    }
}
