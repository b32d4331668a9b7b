//! Files both ways: uploads, the messages that carry them, and downloads.

mod assembly;
mod body;
mod check_upload;
mod encry_name;
mod finish;
mod form;
mod get_media;
mod headers;
mod icons;
mod images;
mod multipart;
mod parallel;
mod phone;
mod range;
mod send;
mod sounds;
mod stock;
mod store;
mod ticket;
mod upload_media;

pub use self::body::MediaBody;
pub use self::phone::{FileKind, PhoneFile};
pub use self::store::Upload;

pub(super) use self::encry_name::encry_file_name;
pub(super) use self::store::Media;

/// The empty replies of a refusal.
pub(super) mod skeleton {
    pub(in crate::server) use super::check_upload::skeleton as check_upload;
    pub(in crate::server) use super::parallel::skeleton as parallel;
    pub(in crate::server) use super::upload_media::skeleton as upload_media;
}

/// Files over this need the Signature of webwxcheckupload: 25 MB exactly is not over.
const UNSIGNED: u64 = 25 << 20;
/// Every chunk but the last.
const CHUNK: u64 = 512 << 10;
