//! Which account a request belongs to.

use wx_proto::{Endpoint, Timestamp};

use super::super::call::{Call, text_of};
use super::super::resource::Resource;
use super::Accounts;

impl Accounts {
    /// The place of that account in the order. Only a `jslogin` changes anything here.
    pub(super) fn route(&mut self, now: Timestamp, call: &Call) -> usize {
        let owner = match Resource::of_path(&call.path) {
            Some(Resource::Endpoint(Endpoint::JsLogin)) => return self.for_login(now),
            Some(Resource::Endpoint(Endpoint::QrCode)) => self.by_uuid(&call.uuid_of_path()),
            Some(Resource::Endpoint(Endpoint::LoginPoll | Endpoint::LoginPage)) => {
                self.by_uuid(call.query("uuid").unwrap_or_default())
            }
            Some(Resource::Page | Resource::Endpoint(_)) | None => self.by_uin(call),
        };
        owner.unwrap_or(0)
    }

    fn by_uuid(&self, uuid: &str) -> Option<usize> {
        self.servers().position(|server| server.shows(uuid))
    }

    fn by_uin(&self, call: &Call) -> Option<usize> {
        let named = call.cookie("wxuin").or_else(|| call.query("uin")).map(str::to_owned);
        let uin = named.or_else(|| text_of(call.json()?.get("BaseRequest")?, "Uin"))?;
        let uin: u64 = uin.parse().ok()?;
        self.servers().position(|server| server.account().uin() == uin)
    }

    fn for_login(&mut self, now: Timestamp) -> usize {
        let free = self.servers_mut().position(|server| server.is_free(now));
        free.unwrap_or_else(|| {
            let turn = self.login_turn;
            self.login_turn = (turn + 1) % self.count();
            turn
        })
    }
}
