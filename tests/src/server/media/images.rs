//! `webwxgetmsgimg`: the picture of a message, and the small one beside it.

use http::{Response, header::CONTENT_TYPE};
use wx_proto::Endpoint;

use super::super::{
    Server,
    auth::{WRONG, fits_skey},
    call::Call,
    queue::{MemberValue, Message},
};
use super::{body::MediaBody, get_media::empty, headers, stock};
use crate::content::FileContent;

impl Server {
    pub(in crate::server) fn get_msg_img(&mut self, call: &Call) -> Result<Response<MediaBody>, i64> {
        let endpoint = Endpoint::GetMsgImg;
        let Some(message) = self.asked_message(endpoint, call)? else { return Ok(empty()) };
        let small = call.query("type") == Some("slave");
        let content = match (message.msg_type, small) {
            // Stickers of the store have no picture.
            _ if is_of_store(&message) => return Ok(empty()),
            (3 | 43 | 47 | 49 | 62, true) | (43 | 62, false) => stock::picture(),
            (3, false) => self.file_of(&message).unwrap_or_else(stock::picture),
            (47, false) => self.file_of(&message).unwrap_or_else(stock::emoticon),
            _ => {
                self.record.complain(format!("{endpoint} for a message without a picture"));
                return Ok(empty());
            }
        };
        Ok(picture(content))
    }

    /// The message that a request of an image, a sound or a film asks for; `None` if there is none. A wrong one is noted.
    pub(super) fn asked_message(&mut self, endpoint: Endpoint, call: &Call) -> Result<Option<Message>, i64> {
        self.look_for_appid(endpoint, call);
        let at = self.by_cookies(endpoint, call)?;
        let fits = self.logins.get(at).is_some_and(|login| {
            call.query("skey").is_some_and(|skey| !skey.is_empty() && fits_skey(login, skey))
        });
        if !fits {
            return self.deny(endpoint, WRONG, "without the skey");
        }
        let id = call.query_any("msgid").and_then(|id| id.parse().ok()).unwrap_or_default();
        let message = self.queue.message(id).filter(|message| message.id != 0).cloned();
        let message = message.or_else(|| self.sent_message(id));
        if message.is_none() {
            self.record.complain(format!("{endpoint} for a message that does not exist"));
        }
        Ok(message)
    }

    /// The file that belongs to a message, if it has one of its own.
    pub(super) fn file_of(&self, message: &Message) -> Option<FileContent> {
        let sent = || {
            let sent = self.record.sent.iter().find(|sent| sent.msg_id == message.id)?;
            let upload = self.media.with_media_id(&sent.file.as_ref()?.media_id)?;
            upload.content.clone().map(FileContent::from)
        };
        self.media.of_messages.get(&message.id).cloned().or_else(sent)
    }
}

/// Everything is called a JPEG, whatever it is.
pub(super) fn picture(content: FileContent) -> Response<MediaBody> {
    let mut reply = Response::new(MediaBody::whole(content));
    headers::add(&mut reply, CONTENT_TYPE, b"image/jpeg");
    headers::lasting(&mut reply);
    reply
}

fn is_of_store(message: &Message) -> bool {
    matches!(message.members.get("HasProductId"), Some(MemberValue::Number(number)) if *number != 0)
}
