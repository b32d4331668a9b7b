//! The four tokens of a login.

use serde::{Deserialize, Serialize};

use crate::{Secret, bounds, secret};

/// What the login page hands out and every later call repeats.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Tokens {
    /// `@crypt_…`; the server may renew it.
    #[serde(with = "secret::exposed")]
    pub(crate) skey: Secret<String>,
    #[serde(with = "secret::exposed")]
    pub(crate) sid: Secret<String>,
    pub(crate) uin: u64,
    /// The text of the XML, still percent-encoded; queries encode it once more, as the page does.
    #[serde(with = "secret::exposed")]
    pub(crate) pass_ticket: Secret<String>,
}

/// A token, if there is one of a usable length.
pub(crate) fn token(text: &str) -> Option<Secret<String>> {
    let text = text.trim();
    (1..=bounds::TOKEN).contains(&text.len()).then(|| Secret::new(text.to_owned()))
}
