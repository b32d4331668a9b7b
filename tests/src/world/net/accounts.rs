//! Two accounts, each with its server, and one phone at a time.

use bytes::Bytes;
use http::header::COOKIE;
use wx_proto::Endpoint;

use super::Net;
use crate::server::Server;

impl Net {
    /// The servers of both accounts.
    pub(in crate::world) fn accounts(&self) -> impl Iterator<Item = (usize, &Server)> {
        let other = self.other.as_deref().map(|server| (1 - self.account, server));
        other.into_iter().chain([(self.account, &self.server)])
    }

    /// The phone is the other owner's from now on; `make` gives the server of an account that is new.
    pub(in crate::world) fn switch_account(&mut self, make: impl FnOnce() -> Server) {
        self.break_held();
        let next = self.other.take().map_or_else(make, |server| *server);
        self.other = Some(Box::new(std::mem::replace(&mut self.server, next)));
        self.account = 1 - self.account;
    }

    /// A login is of whoever scans its code; everything after it is of the account that its cookies name.
    pub(super) fn server_of(&mut self, endpoint: Endpoint, request: &http::Request<Bytes>) -> &mut Server {
        let scanned = matches!(
            endpoint,
            Endpoint::JsLogin | Endpoint::QrCode | Endpoint::LoginPoll | Endpoint::LoginPage
        );
        match &mut self.other {
            Some(other) if !scanned && names(request, other.account().uin()) => other,
            Some(_) | None => &mut self.server,
        }
    }
}

/// True if the cookies of a request name this account.
fn names(request: &http::Request<Bytes>, uin: u64) -> bool {
    let uin = format!("wxuin={uin}");
    let lines = request.headers().get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split("; ")).any(|pair| pair == uin)
}
