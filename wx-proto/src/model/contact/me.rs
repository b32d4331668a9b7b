//! The own account.

use serde::{Deserialize, Serialize};

use crate::UserName;

/// The account that is logged in.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Me {
    /// The name in this login; it changes with every login.
    pub user_name: UserName,
    /// The name people see, as plain text.
    pub nick_name: String,
    /// The account's number: the same in every login. 0 if the server did not say.
    pub uin: u64,
}
