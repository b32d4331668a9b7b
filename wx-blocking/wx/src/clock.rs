//! The present time.

use std::time::SystemTime;

use wx_proto::Timestamp;

/// The present time, by the computer's clock.
pub(crate) fn now() -> Timestamp {
    Timestamp::default() + SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}
