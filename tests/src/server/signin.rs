//! From the start page to the tokens: `jslogin`, `qrcode`, `login`, `webwxnewloginpage`.

use std::time::Duration;

use http::StatusCode;
use wx_proto::{Endpoint, Timestamp};

use super::Server;
use super::call::{Call, lookup, unescape};
use super::login::Login;
use super::picture::{JPEG, JPEG_BASE64};
use super::reply::{self, Reply};
use super::scan::{Attempt, ScanState};

/// How long the cookies of a login last, except the two for pushed logins.
pub(super) const COOKIE_LIFE: Duration = Duration::from_secs(12 * 3600);
const DEVICE_LIFE: Duration = Duration::from_secs(3650 * 86_400);
/// So many QR codes are remembered.
const MOST_ATTEMPTS: usize = 64;

impl Server {
    pub(super) fn start_page(&self, call: &Call) -> Reply {
        let mut page =
            reply::body("text/html; charset=utf-8", "<!DOCTYPE html>\n<html><head></head></html>\n");
        reply::cookie(&mut page, "mm_lang", "zh_CN", &call.host, self.now + COOKIE_LIFE);
        page
    }

    pub(super) fn jslogin(&mut self, call: &Call) -> Reply {
        // Some clients post the parameters as a form.
        let form = call.form();
        if call.query("appid").or_else(|| lookup(&form, "appid")) != Some(self.config.appid.as_str()) {
            // The real server seems to take any application id; the profile is wrong all the same.
            self.record.complain("jslogin with the appid of another profile".to_owned());
        }
        let uuid = format!("{}==", self.rng.path_safe(10));
        let ticket = format!("{}@qrticket_0", self.rng.path_safe(24));
        if self.attempts.len() >= MOST_ATTEMPTS {
            self.attempts.remove(0);
        }
        let host = self.host_to_go_on_at(call.query("redirect_uri"));
        self.attempts.push(Attempt::new(uuid.clone(), ticket, host, self.now));
        reply::jslogin(200, &uuid)
    }

    /// The entry that the login was begun on, by an address that clients escape once or twice; else the usual host.
    fn host_to_go_on_at(&self, redirect: Option<&str>) -> String {
        let redirect = redirect.map(unescape).unwrap_or_default();
        let named = redirect.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        let entry = named.and_then(|named| self.config.entries.iter().find(|entry| *entry == named));
        entry.unwrap_or(&self.config.redirect_host).clone()
    }

    pub(super) fn qrcode(&self, call: &Call) -> Reply {
        if self.shows(&call.uuid_of_path()) {
            reply::body("image/jpeg", JPEG)
        } else {
            reply::bare(StatusCode::NOT_FOUND)
        }
    }

    /// Whether this code was given out here and is still remembered.
    pub(super) fn shows(&self, uuid: &str) -> bool {
        self.attempts.iter().any(|attempt| attempt.uuid == uuid)
    }

    /// Whether nobody is logged in or about to: no session lives and no code is open.
    pub(super) fn is_free(&mut self, now: Timestamp) -> bool {
        self.advance(now);
        let life = self.config.ticket_life;
        let open = self.attempts.iter().any(|attempt| attempt.is_open(now, life));
        !open && !self.logins.last().is_some_and(|login| self.is_alive(login))
    }

    /// A poll has come for this code: the phone's own delays run from the first one.
    pub(super) fn login_poll(&mut self, call: &Call) -> (String, bool) {
        let uuid = call.query("uuid").unwrap_or_default().to_owned();
        let tip = call.query("tip") == Some("1");
        if call.query("uuid").is_none() {
            self.record.complain(format!("{} without a uuid", Endpoint::LoginPoll.as_str()));
        }
        let now = self.now;
        if let Some(attempt) = self.attempts.iter_mut().find(|attempt| attempt.uuid == uuid) {
            attempt.polled(now);
            attempt.advance(now, &self.config);
        }
        (uuid, tip)
    }

    /// The answer to a login poll; `None` while there is nothing to tell.
    pub(super) fn answer_scan(&mut self, uuid: &str, tip: bool, expired: bool) -> Option<Reply> {
        // An unknown code is an expired one: after a restart of the server that is nobody's fault.
        let Some(attempt) = self.attempts.iter_mut().find(|attempt| attempt.uuid == uuid) else {
            return Some(reply::script("window.code=400;".to_owned()));
        };
        if !attempt.has_news(tip) {
            return expired.then(|| reply::script("window.code=408;".to_owned()));
        }
        attempt.reported = attempt.state;
        let host = &attempt.host;
        let text = match attempt.state {
            ScanState::Waiting => "window.code=408;".to_owned(),
            ScanState::Scanned => {
                format!("window.code=201;window.userAvatar = 'data:img/jpg;base64,{JPEG_BASE64}';")
            }
            ScanState::Confirmed => format!(
                "window.code=200;\nwindow.redirect_uri=\"https://{host}/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket={}&uuid={uuid}&lang=zh_CN&scan={}\";",
                attempt.ticket,
                attempt.scanned_at.as_secs(),
            ),
            ScanState::Declined => "window.code=202;".to_owned(),
            ScanState::Expired => "window.code=400;".to_owned(),
        };
        Some(reply::script(text))
    }

    /// The tokens. Each fetch is a new login with new UserNames, and ends the one before.
    pub(super) fn new_login_page(&mut self, call: &Call) -> Reply {
        let ticket = call.query("ticket").unwrap_or_default();
        let uuid = call.query("uuid").unwrap_or_default();
        let now = self.now;
        let life = self.config.ticket_life;
        let known = self.attempts.iter_mut().find(|attempt| {
            attempt.state == ScanState::Confirmed
                && attempt.ticket == ticket
                && attempt.uuid == uuid
                && now.saturating_since(attempt.confirmed_at) <= life
        });
        let Some(attempt) = known else { return reply::html() };
        attempt.redeemed = true;
        let host = attempt.host.clone();
        let mut page = match self.refused {
            Some(ret) => return refused(ret),
            None => self.log_in(&host),
        };
        // Without either parameter the same body comes as a redirect to nowhere (reported by three clients).
        if call.query("fun") != Some("new") && call.query("version") != Some("v2") {
            *page.status_mut() = StatusCode::MOVED_PERMANENTLY;
        }
        page
    }

    fn log_in(&mut self, host: &str) -> Reply {
        for login in &mut self.logins {
            login.end(KICKED);
        }
        let number = self.logins.len() as u64 + 1;
        let login = Login::new(number, host, self.now, &mut self.rng);
        let page = tokens(&login, self.account.uin(), self.now);
        self.logins.push(login);
        page
    }
}

/// The code of a login that another one ended.
pub(super) const KICKED: i64 = 1101;

fn tokens(login: &Login, uin: u64, now: Timestamp) -> Reply {
    let mut page = reply::xml(format!(
        "<error><ret>0</ret><message></message><skey>{}</skey><wxsid>{}</wxsid><wxuin>{uin}</wxuin><pass_ticket>{}</pass_ticket><isgrayscale>1</isgrayscale></error>",
        login.skey, login.sid, login.pass_ticket,
    ));
    let soon = now + COOKIE_LIFE;
    let late = now + DEVICE_LIFE;
    let host = login.host.as_str();
    reply::cookie(&mut page, "wxuin", &uin.to_string(), host, soon);
    reply::cookie(&mut page, "wxsid", &login.sid, host, soon);
    reply::cookie(&mut page, "wxloadtime", &login.started.as_secs().to_string(), host, soon);
    reply::cookie(&mut page, "mm_lang", "zh_CN", host, soon);
    reply::cookie(&mut page, "webwx_data_ticket", &login.data_ticket, &shared_domain(host), soon);
    reply::cookie(&mut page, "webwxuvid", &login.uvid, host, late);
    reply::cookie(&mut page, "webwx_auth_ticket", &login.auth_ticket, host, late);
    page
}

/// `.qq.com` for `wx2.qq.com`.
pub(super) fn shared_domain(host: &str) -> String {
    let labels: Vec<&str> = host.rsplitn(3, '.').collect();
    match labels.as_slice() {
        [top, second, ..] => format!(".{second}.{top}"),
        _ => host.to_owned(),
    }
}

fn refused(ret: i64) -> Reply {
    let message = match ret {
        1203 => {
            "当前登录环境异常。为了你的帐号安全，暂时不能登录web微信。你可以通过Windows微信、Mac微信或者手机客户端微信登录。"
        }
        _ => "",
    };
    reply::xml(format!("<error><ret>{ret}</ret><message>{message}</message></error>"))
}
