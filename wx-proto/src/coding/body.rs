//! The body of a reply, whatever it is written in.

use http::StatusCode;

use crate::ReplyError;

/// The body of a reply with status 200, without byte order mark and outer blanks; it must not be empty.
pub(crate) fn stripped(status: StatusCode, body: &[u8]) -> Result<&[u8], ReplyError> {
    if status != StatusCode::OK {
        return Err(ReplyError::Status(status.as_u16()));
    }
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
    if body.is_empty() { Err(ReplyError::Empty) } else { Ok(body) }
}
