//! One login: its tokens, its cookies, how it ended.

use serde::{Deserialize, Serialize};
use wx_proto::Timestamp;

use super::call::unescape;
use crate::rng::Rng;

/// A login, from the redeemed link to its end.
///
/// ```
/// use wx_proto::LoginMethod;
/// use wx_testkit::runner::Runner;
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// runner.io.phone().kick(1101)?;
/// let login = &runner.io.server.logins()[0];
/// assert_eq!((login.number(), login.ended()), (1, Some(1101)));
/// # Ok::<(), wx_testkit::server::PhoneError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Login {
    pub(super) number: u64,
    pub(super) host: String,
    pub(super) started: Timestamp,
    /// When `webwxsync` last renewed the cookies.
    pub(super) renewed: Timestamp,
    pub(super) sid: String,
    pub(super) skey: String,
    /// Earlier ones; a client may not have heard of the newest yet.
    #[serde(default)]
    pub(super) old_skeys: Vec<String>,
    pub(super) pass_ticket: String,
    pub(super) data_ticket: String,
    pub(super) uvid: String,
    pub(super) auth_ticket: String,
    pub(super) first_position: Option<u64>,
    /// The newest position that a key of this login stood for.
    pub(super) newest: u64,
    /// Everything up to this position was announced by a `synccheck`.
    #[serde(default)]
    pub(super) said: u64,
    pub(super) ended: Option<i64>,
    /// It goes on with the credentials of this login before it, under other UserNames.
    #[serde(default)]
    pub(super) follows: Option<u64>,
}

impl Login {
    pub(super) fn new(number: u64, host: &str, now: Timestamp, rng: &mut Rng) -> Self {
        let ticket = rng.base64(43).replace('+', "%2B").replace('/', "%2F");
        Self {
            number,
            host: host.to_owned(),
            started: now,
            renewed: now,
            sid: rng.base64(16),
            skey: format!("@crypt_{}_{}", rng.hex(8), rng.hex(32)),
            old_skeys: Vec::new(),
            pass_ticket: format!("{ticket}%3D"),
            data_ticket: rng.base64(24),
            uvid: rng.hex(96),
            auth_ticket: format!("{}=", rng.base64(147)),
            first_position: None,
            newest: 0,
            said: 0,
            ended: None,
            follows: None,
        }
    }

    /// The same session under the UserNames of this number.
    pub(super) fn renamed(&self, number: u64) -> Self {
        let first_position = None;
        Self { number, first_position, newest: 0, said: 0, follows: Some(self.number), ..self.clone() }
    }

    /// The number of this login: 1 for the first of the account.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The code by which it ended.
    pub fn ended(&self) -> Option<i64> {
        self.ended
    }

    /// The queue position of the first key of this login, from the first `webwxinit`. The messages after it
    /// are owed to this login.
    pub fn first_position(&self) -> Option<u64> {
        self.first_position
    }

    /// Ends it, unless it has ended already.
    pub(super) fn end(&mut self, code: i64) {
        self.ended.get_or_insert(code);
    }

    pub(super) fn renew_skey(&mut self, skey: String) {
        let old = std::mem::replace(&mut self.skey, skey);
        self.old_skeys.push(old);
    }

    /// What `webwxsync` says of the SKey: nothing before the first renewal.
    pub(super) fn renewed_skey(&self) -> &str {
        if self.old_skeys.is_empty() { "" } else { &self.skey }
    }

    /// Clients send the ticket as it is in the XML, decoded, encoded once more, or not at all.
    pub(super) fn fits_pass_ticket(&self, decoded_once: &str) -> bool {
        let plain = unescape(&self.pass_ticket);
        decoded_once == self.pass_ticket || decoded_once == plain || decoded_once == plain.replace('+', " ")
    }
}
