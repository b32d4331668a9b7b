//! Sans-IO state machines of the WeChat web protocol.

mod time;

pub use time::Timestamp;
