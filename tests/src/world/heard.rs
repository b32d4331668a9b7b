//! What a reply says to the client, as far as the rules ask.

use bytes::Bytes;
use http::{Response, StatusCode};
use wx_proto::Endpoint;

/// The end of an exchange.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Heard {
    /// No reply, or one from something in between.
    Lost,
    /// A code of the server's.
    Code(i64),
    /// synccheck: nothing new.
    Quiet,
    /// synccheck: something new.
    News,
    /// What was asked for. `more`: ContinueFlag. `people`: contacts changed.
    Good { more: bool, people: bool },
    /// webwxuploadmedia, webwxcheckupload: the server has the file.
    Uploaded,
    /// A whole reply that is of no use.
    Useless,
}

/// The code for too many requests.
pub(super) const TOO_OFTEN: i64 = 1205;

impl Heard {
    pub(super) fn of(endpoint: Endpoint, response: &Response<Bytes>) -> Self {
        let body = response.body();
        if endpoint == Endpoint::SyncCheck {
            let whole = body.trim_ascii_end().ends_with(b"}");
            let code = response.status() == StatusCode::OK && whole;
            let code = code.then(|| number_after(body, b"retcode:\"")).flatten();
            return match (code, number_after(body, b"selector:\"")) {
                (Some(0), Some(0)) => Self::Quiet,
                (Some(0), Some(_)) => Self::News,
                (Some(code), _) => Self::Code(code),
                (None, _) => Self::Lost,
            };
        }
        if response.status() != StatusCode::OK || body.is_empty() {
            return Self::Lost;
        }
        if !body.starts_with(b"{") {
            return Self::Useless;
        }
        match number_after(body, b"\"Ret\":") {
            Some(0) if is_upload(endpoint) && has_media_id(body) => Self::Uploaded,
            Some(0) => Self::Good {
                more: number_after(body, b"\"ContinueFlag\":") == Some(1),
                people: number_after(body, b"\"ModContactCount\":").is_some_and(|count| count > 0),
            },
            Some(code) => Self::Code(code),
            None => Self::Useless,
        }
    }
}

pub(super) const fn is_send(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::SendMsg
            | Endpoint::SendMsgImg
            | Endpoint::SendVideoMsg
            | Endpoint::SendAppMsg
            | Endpoint::SendEmoticon
    )
}

pub(super) const fn is_download(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::GetMsgImg
            | Endpoint::GetVoice
            | Endpoint::GetVideo
            | Endpoint::GetMedia
            | Endpoint::GetIcon
            | Endpoint::GetHeadImg
            | Endpoint::GetPublicLinkImg
    )
}

pub(super) const fn is_upload(endpoint: Endpoint) -> bool {
    matches!(endpoint, Endpoint::CheckUpload | Endpoint::UploadMedia | Endpoint::UploadMediaParallel)
}

fn has_media_id(body: &[u8]) -> bool {
    let mark = b"\"MediaId\":";
    let Some(at) = body.windows(mark.len()).position(|window| window == mark) else { return false };
    let rest = body.get(at + mark.len()..).unwrap_or_default().trim_ascii_start();
    rest.starts_with(b"\"") && !rest.starts_with(b"\"\"")
}

/// The number after the first place of these bytes, with or without blanks before it.
fn number_after(body: &[u8], mark: &[u8]) -> Option<i64> {
    let at = body.windows(mark.len()).position(|window| window == mark)?;
    let rest = body.get(at + mark.len()..)?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'-').count();
    std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_told_apart() {
        let heard = |endpoint, body: &'static str| {
            Heard::of(endpoint, &Response::new(Bytes::from_static(body.as_bytes())))
        };
        let check = |body| heard(Endpoint::SyncCheck, body);
        assert_eq!(check("window.synccheck={retcode:\"0\",selector:\"0\"}"), Heard::Quiet);
        assert_eq!(check("window.synccheck={retcode:\"0\",selector:\"7\"}"), Heard::News);
        assert_eq!(check("window.synccheck={retcode:\"1101\",selector:\"0\"}"), Heard::Code(1101));
        assert_eq!(check("<html>"), Heard::Lost);
        let sync = |body| heard(Endpoint::Sync, body);
        assert_eq!(sync("{\"BaseResponse\": {\n\"Ret\": -1,"), Heard::Code(-1));
        assert_eq!(
            sync("{\"Ret\": 0,\"ModContactCount\": 2,\"ContinueFlag\": 1}"),
            Heard::Good { more: true, people: true }
        );
        assert_eq!(sync(""), Heard::Lost);
        assert_eq!(sync("<html>"), Heard::Useless);
    }
}
