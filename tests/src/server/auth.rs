//! Who is asking: cookies, BaseRequest, pass_ticket, and what a wrong one is answered.

use serde_json::Value;
use wx_proto::Endpoint;

use super::Server;
use super::call::{Call, text_of};
use super::login::Login;
use super::resource::Resource;

/// The request was not parsed.
pub(super) const NOT_PARSED: i64 = 1200;
/// Credentials that do not fit each other, or a wrong parameter.
pub(super) const WRONG: i64 = 1;

impl Server {
    /// The index of the live login that these cookies belong to, or the code to answer.
    ///
    /// Without cookies, or with those of another session, the real server answers 1100 on the base host and
    /// 1102 on the push host; a login that has ended answers with the code of its end.
    pub(super) fn by_cookies(&mut self, endpoint: Endpoint, call: &Call) -> Result<usize, i64> {
        let missing = Resource::from(endpoint).no_session();
        let (Some(uin), Some(sid)) = (call.cookie("wxuin"), call.cookie("wxsid")) else {
            return self.deny(endpoint, missing, "without the cookies wxuin and wxsid");
        };
        let Some(at) = self.logins.iter().rposition(|login| login.sid == sid) else {
            return self.deny(endpoint, missing, "with a wxsid of no login");
        };
        if uin != self.account.uin().to_string() {
            return self.deny(endpoint, missing, "with the wxuin of somebody else");
        }
        let Some(login) = self.logins.get(at) else { return Err(missing) };
        if let Some(code) = login.ended {
            return Err(code);
        }
        if self.is_alive(login) { Ok(at) } else { Err(missing) }
    }

    /// Whether the cookies of a login are still good.
    pub(super) fn is_alive(&self, login: &Login) -> bool {
        login.ended.is_none() && self.now.saturating_since(login.renewed) <= self.config.cookie_life
    }

    /// [`by_cookies`](Self::by_cookies), and then BaseRequest and pass_ticket.
    pub(super) fn by_request(&mut self, endpoint: Endpoint, call: &Call) -> Result<(usize, Value), i64> {
        let at = self.by_cookies(endpoint, call)?;
        let Some(body) = call.json() else {
            return self.deny(endpoint, NOT_PARSED, "with a body that is no JSON object");
        };
        self.check_base(endpoint, call, at, &body)?;
        Ok((at, body))
    }

    /// Whether BaseRequest in `body`, and pass_ticket and skey in the address, are those of a login.
    pub(super) fn check_base(
        &mut self,
        endpoint: Endpoint,
        call: &Call,
        at: usize,
        body: &Value,
    ) -> Result<(), i64> {
        let Some(base) = body.get("BaseRequest") else {
            return self.deny(endpoint, WRONG, "without BaseRequest");
        };
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        let wrong = if text_of(base, "Uin") != Some(self.account.uin().to_string()) {
            Some("with a wrong BaseRequest.Uin")
        } else if text_of(base, "Sid").as_deref() != Some(login.sid.as_str()) {
            Some("with a wrong BaseRequest.Sid")
        } else if !text_of(base, "Skey").is_some_and(|skey| fits_skey(login, &skey)) {
            Some("with a wrong BaseRequest.Skey")
        } else if call.query("pass_ticket").is_some_and(|ticket| !login.fits_pass_ticket(ticket)) {
            Some("with a wrong pass_ticket")
        } else if call.query("skey").is_some_and(|skey| !fits_skey(login, skey)) {
            Some("with a wrong skey in the address")
        } else {
            None
        };
        match wrong {
            Some(wrong) => self.deny(endpoint, WRONG, wrong),
            None => Ok(()),
        }
    }

    /// Notes what was wrong and gives the code to answer.
    pub(super) fn deny<T>(&mut self, endpoint: Endpoint, code: i64, wrong: &str) -> Result<T, i64> {
        self.record.complain(format!("{} {wrong}", endpoint.as_str()));
        Err(code)
    }
}

/// A page that resumes from its cookies sends an empty skey.
pub(super) fn fits_skey(login: &Login, skey: &str) -> bool {
    skey.is_empty() || skey == login.skey || login.old_skeys.iter().any(|old| old == skey)
}
