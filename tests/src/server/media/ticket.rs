//! Who is asking on the file host, which gets no cookie but webwx_data_ticket in one flavour.

use serde_json::Value;
use wx_proto::Endpoint;

use super::super::{
    Server,
    account::ContactId,
    auth::WRONG,
    call::{Call, text_of},
    resource::Resource,
};
use super::headers::MMWEB_APPID;

impl Server {
    /// The index of the live login that the cookie webwx_data_ticket belongs to. The request has to say the ticket once more,
    /// `said`, in its form or its address.
    pub(super) fn by_ticket(
        &mut self,
        endpoint: Endpoint,
        call: &Call,
        said: Option<&str>,
    ) -> Result<usize, i64> {
        let missing = Resource::from(endpoint).no_session();
        let Some(cookie) = call.cookie("webwx_data_ticket") else {
            return self.deny(endpoint, missing, "without the cookie webwx_data_ticket");
        };
        let Some(at) = self.logins.iter().rposition(|login| login.data_ticket == cookie) else {
            return self.deny(endpoint, missing, "with a webwx_data_ticket of no login");
        };
        let Some(login) = self.logins.get(at) else { return Err(missing) };
        if let Some(code) = login.ended {
            return Err(code);
        }
        if self.now.saturating_since(login.renewed) > self.config.cookie_life {
            return Err(missing);
        }
        match said {
            None => self.deny(endpoint, WRONG, "without webwx_data_ticket beside the cookie"),
            Some(said) if said != cookie => {
                self.deny(endpoint, WRONG, "with another webwx_data_ticket than the cookie's")
            }
            Some(_) => Ok(at),
        }
    }

    /// The file helper's page says what it is in a header, or in the address of what it cannot give one.
    pub(super) fn look_for_appid(&mut self, endpoint: Endpoint, call: &Call) {
        let says = call.headers.contains_key(MMWEB_APPID) || call.query_any(MMWEB_APPID).is_some();
        if self.config.only_file_helper && !says {
            self.record.complain(format!("{endpoint} without mmweb_appid"));
        }
    }

    /// Notes an upload from or to somebody the page would not name; the real server is not known to look.
    pub(super) fn look_at_peers(&mut self, endpoint: Endpoint, at: usize, body: &Value) {
        let Some(number) = self.logins.get(at).map(|login| login.number) else { return };
        let names = self.names_of(number);
        let (from, to) = (text_of(body, "FromUserName"), text_of(body, "ToUserName"));
        // The client cannot know yet that everybody has another name.
        let earlier = self.is_under_earlier_name(at, body);
        let own = from == Some(names.of_id(ContactId::ME)) || earlier;
        let known = to.as_ref().is_some_and(|to| names.find(to).is_some()) || earlier;
        let only_helper = self.config.only_file_helper && to.as_deref() != Some("filehelper");
        if !own {
            self.record.complain(format!("{endpoint} from somebody else than the own UserName"));
        }
        if !known || only_helper {
            self.record.complain(format!("{endpoint} to somebody who cannot be written to"));
        }
    }
}
