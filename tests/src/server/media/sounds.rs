//! `webwxgetvoice` and `webwxgetvideo`: sounds and films, in parts.

use http::{Response, header::RANGE};
use wx_proto::Endpoint;

use super::super::{Server, call::Call};
use super::{body::MediaBody, get_media::empty, headers, range, stock};

impl Server {
    pub(in crate::server) fn get_voice(&mut self, call: &Call) -> Result<Response<MediaBody>, i64> {
        self.get_sound(Endpoint::GetVoice, call)
    }

    pub(in crate::server) fn get_video(&mut self, call: &Call) -> Result<Response<MediaBody>, i64> {
        self.get_sound(Endpoint::GetVideo, call)
    }

    fn get_sound(&mut self, endpoint: Endpoint, call: &Call) -> Result<Response<MediaBody>, i64> {
        let Some(message) = self.asked_message(endpoint, call)? else { return Ok(empty()) };
        let file = self.file_of(&message);
        let (kind, content) = match (endpoint, message.msg_type) {
            (Endpoint::GetVoice, 34) => ("audio/mp3", file.unwrap_or_else(stock::voice)),
            (Endpoint::GetVideo, 43 | 62) => ("video/mp4", file.unwrap_or_else(stock::video)),
            _ => {
                self.record.complain(format!("{endpoint} for a message of another kind"));
                return Ok(empty());
            }
        };
        if !call.headers.contains_key(RANGE) && call.query("fun") != Some("download") {
            self.record.complain(format!("{endpoint} without Range"));
            if self.config.needs_range {
                return Ok(empty());
            }
        }
        let mut reply = range::ranged(&call.headers, kind, content);
        headers::lasting(&mut reply);
        Ok(reply)
    }
}
