//! The endpoints: for each one file that builds its request and parses its reply, and nothing else.
//!
//! `build` takes a [`Page`] (what the official page would have in hand) and gives a [`Draft`]; `parse` takes the
//! status and the body and gives the typed reply or a [`ReplyError`]. Neither knows what came before: the flows
//! decide that.

mod draft;
mod json;
mod script;
#[cfg(test)]
mod testing;

pub(crate) mod batch_get_contact;
pub(crate) mod get_contact;
pub(crate) mod init;
pub(crate) mod js_login;
pub(crate) mod login_page;
pub(crate) mod login_poll;
pub(crate) mod logout;
pub(crate) mod qr_code;
pub(crate) mod send_msg;
pub(crate) mod status_notify;
pub(crate) mod sync;
pub(crate) mod sync_check;

use http::StatusCode;

pub(crate) use draft::{BaseRequest, Draft, Form, Page, Query, Style};

use crate::{ReplyError, Secret};

/// An endpoint of the protocol.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Endpoint {
    /// `jslogin`: a uuid for a QR code.
    JsLogin,
    /// `qrcode`: the QR code as a picture.
    QrCode,
    /// `login`: the poll that waits for the phone.
    LoginPoll,
    /// `webwxnewloginpage`: the tokens.
    LoginPage,
    /// `webwxinit`: own account, first contacts, first key.
    Init,
    /// `webwxstatusnotify`: tells the phone that the page is ready.
    StatusNotify,
    /// `webwxgetcontact`: the contact list, in pages.
    GetContact,
    /// `webwxbatchgetcontact`: named contacts and groups with members, 50 a call.
    BatchGetContact,
    /// `synccheck`: the poll that waits for news.
    SyncCheck,
    /// `webwxsync`: the news.
    Sync,
    /// `webwxsendmsg`: sends a text.
    SendMsg,
    /// `webwxlogout`: ends the session.
    Logout,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 12] = [
        Self::JsLogin,
        Self::QrCode,
        Self::LoginPoll,
        Self::LoginPage,
        Self::Init,
        Self::StatusNotify,
        Self::GetContact,
        Self::BatchGetContact,
        Self::SyncCheck,
        Self::Sync,
        Self::SendMsg,
        Self::Logout,
    ];

    /// The name the protocol gives it: the last part of its path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsLogin => "jslogin",
            Self::QrCode => "qrcode",
            Self::LoginPoll => "login",
            Self::LoginPage => "webwxnewloginpage",
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
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The body of a reply with status 200, without byte order mark and outer blanks; it must not be empty.
fn stripped(status: StatusCode, body: &[u8]) -> Result<&[u8], ReplyError> {
    if status != StatusCode::OK {
        return Err(ReplyError::Status(status.as_u16()));
    }
    let body = without_mark(body).trim_ascii();
    if body.is_empty() { Err(ReplyError::Empty) } else { Ok(body) }
}

/// Longest address that is taken from the server.
const LONGEST_ADDRESS: usize = 8192;

fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A token, if there is one of a usable length: tokens go into addresses, and an address has a limit.
fn token(text: &str) -> Option<Secret<String>> {
    const LONGEST: usize = 1024;
    let text = text.trim();
    (1..=LONGEST).contains(&text.len()).then(|| Secret::new(text.to_owned()))
}

/// Words of the server for people: one line, without control characters, at most 500 characters.
fn clean(text: &str) -> String {
    let words: String = text.chars().map(|char| if char.is_whitespace() { ' ' } else { char }).collect();
    let plain: String = words.chars().filter(|char| !char.is_control()).collect();
    let mut line = plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(500) {
        line.truncate(end);
    }
    line
}
