//! Pictures that belong to no message's file: `webwxgeticon`, `webwxgetheadimg`, `webwxgetpubliclinkimg`.

use http::Response;
use wx_proto::Endpoint;

use super::super::{
    Server,
    account::ContactKind,
    auth::{WRONG, fits_skey},
    call::Call,
};
use super::{body::MediaBody, get_media::empty, images::picture, stock};

impl Server {
    /// A person's picture from one address, a group's from the other.
    pub(in crate::server) fn get_avatar(
        &mut self,
        endpoint: Endpoint,
        call: &Call,
    ) -> Result<Response<MediaBody>, i64> {
        self.look_for_appid(endpoint, call);
        let at = self.by_cookies(endpoint, call)?;
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        let (number, earlier) = (login.number, login.follows);
        if !call.query("skey").is_some_and(|skey| fits_skey(login, skey)) {
            return self.deny(endpoint, WRONG, "without the skey");
        }
        let name = call.query_any("username").unwrap_or_default();
        // The client cannot know yet that everybody has another name.
        let names = [Some(number), earlier].into_iter().flatten().map(|number| self.names_of(number));
        let kind = names.filter_map(|names| names.find(name).map(|contact| contact.kind)).next();
        let wrong = match kind {
            None => Some("for an unknown UserName"),
            Some(kind) if (kind == ContactKind::Group) != (endpoint == Endpoint::GetHeadImg) => {
                Some("for somebody whose picture is at another address")
            }
            Some(_) => None,
        };
        match wrong {
            None => Ok(picture(stock::picture())),
            Some(wrong) => {
                self.record.complain(format!("{endpoint} {wrong}"));
                Ok(empty())
            }
        }
    }

    /// The map of a place; its address is in the message.
    pub(in crate::server) fn get_public_link_img(&mut self, call: &Call) -> Result<Response<MediaBody>, i64> {
        let endpoint = Endpoint::GetPublicLinkImg;
        self.by_cookies(endpoint, call)?;
        let id = call.query_any("msgid").and_then(|id| id.parse().ok()).unwrap_or_default();
        let literal = call.query("url") == Some("xxx") && call.query("pictype") == Some("location");
        if !literal || self.queue.message(id).is_none() {
            self.record.complain(format!("{endpoint} with another address than a message has"));
            return Ok(empty());
        }
        Ok(picture(stock::picture()))
    }
}
