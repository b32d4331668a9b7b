//! The own account.

use serde::{Deserialize, Serialize};

use crate::UserName;

/// The account that is logged in.
///
/// ```
/// use wx_proto::Me;
///
/// let me: Me = serde_json::from_str(r#"{"user_name": "@0a1b", "nick_name": "Anna", "uin": 1234567890}"#)?;
/// assert_eq!(me.name(), "Anna");
/// # Ok::<(), serde_json::Error>(())
/// ```
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
