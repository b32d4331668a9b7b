//! Files that come and go: reading what is sent, writing what is received.

mod describe;
mod download;
mod error;
mod kind;
mod name;
mod open;
mod partial;
mod sinks;
mod upload;

pub use describe::describe_file;
pub use download::{DownloadOptions, Downloaded};
pub use error::FileError;
pub use name::clean_name;
pub use sinks::Sinks;
pub use upload::{FileOptions, PendingFile};

pub(crate) use download::Receiving;
pub(crate) use open::{modified, open};
pub(crate) use sinks::Sink;
