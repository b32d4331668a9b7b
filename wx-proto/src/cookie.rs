//! The cookies of one login, after RFC 6265.
//!
//! It lives in the core, not in a driver: the login page sets cookies on a 301, the session stores all of
//! them, and the official page adds some of its own. Hosts come from an allow-list, so there is no list of
//! public suffixes, and they are https only, so `Secure` always holds.
//!
//! Whether a cookie is still good is for the server to judge: a reply drops one by the server's own clock,
//! the local clock never does, for it may be years off.

mod date;

use std::sync::Arc;

use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

use crate::{Host, Secret, Timestamp, secret};

/// The cookies, in the order in which they go into a header. Cheap to clone: every stored session has them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Jar(Arc<Vec<Cookie>>);

/// One cookie. Name, domain, kind of domain and path together identify it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
struct Cookie {
    name: String,
    #[serde(with = "secret::exposed")]
    value: Secret<String>,
    domain: String,
    /// Only for `domain` itself, not for the hosts below it.
    host_only: bool,
    path: String,
    /// For information only: when the server said it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
}

impl Jar {
    /// Most cookies; the oldest goes when there is one more.
    const MOST: usize = 64;

    /// Takes the cookies that the reply from `host` and `path` sets; those it may not set are left out. True
    /// if there is now a cookie more, a cookie less or another value.
    pub(crate) fn store(&mut self, host: &Host, path: &str, headers: &HeaderMap) -> bool {
        if !headers.contains_key(header::SET_COOKIE) {
            return false;
        }
        let date = headers.get(header::DATE).and_then(|date| date::parse(date.to_str().ok()?));
        // Without the server's time only a date that every server means as "gone" ends a cookie.
        let date = date.unwrap_or(LONG_AGO);
        let mut changed = false;
        for line in headers.get_all(header::SET_COOKIE) {
            match line.to_str().ok().and_then(|line| Cookie::parse(line, host, path, date)) {
                // A cookie that has ended already is how a server removes one.
                Some(cookie) if cookie.expires.is_some_and(|expires| expires <= date) => {
                    let before = self.0.len();
                    self.cookies().retain(|old| !old.is_same(&cookie));
                    changed |= self.0.len() != before;
                }
                Some(cookie) => changed |= self.put(cookie),
                None => tracing::debug!(%host, "a cookie was refused"),
            }
        }
        changed
    }

    /// Sets a cookie as the official page's script does: path `/`, for the session; with `domain` also for
    /// the hosts below `host`.
    pub(crate) fn plant(&mut self, host: &Host, name: &str, value: &str, domain: bool) {
        let cookie = Cookie {
            name: name.into(),
            value: Secret::new(value.into()),
            domain: host.as_str().into(),
            host_only: !domain,
            path: "/".into(),
            expires: None,
        };
        if cookie.is_clean() {
            self.put(cookie);
        }
    }

    /// Drops what would not have been taken from a server: a stored session may be altered. Of too many the newest stay.
    pub(crate) fn keep_within_bounds(&mut self) {
        let cookies = self.cookies();
        cookies.retain(|cookie| cookie.is_clean() && cookie.domain.len() <= Cookie::LONGEST);
        let over = cookies.len().saturating_sub(Self::MOST);
        cookies.drain(..over);
    }

    /// The `Cookie` header of a request: longer paths first, then older cookies first.
    pub(crate) fn header(&self, host: &Host, path: &str) -> Option<Secret<String>> {
        let mut cookies: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.applies(host, path)).collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let mut header = String::with_capacity(cookies.iter().map(|cookie| cookie.length() + 3).sum());
        for cookie in cookies {
            if !header.is_empty() {
                header.push_str("; ");
            }
            header.extend([&cookie.name, "=", cookie.value.expose()]);
        }
        (!header.is_empty()).then(|| Secret::new(header))
    }

    /// The value of the cookie that `host` would get, whatever the path.
    pub(crate) fn value(&self, host: &Host, name: &str) -> Option<Secret<String>> {
        let found = self.0.iter().find(|cookie| cookie.name == name && cookie.is_for(host))?;
        Some(found.value.clone())
    }

    fn cookies(&mut self) -> &mut Vec<Cookie> {
        Arc::make_mut(&mut self.0)
    }

    /// As Chrome: an equal value keeps the cookie's place, another one moves it to the end.
    fn put(&mut self, cookie: Cookie) -> bool {
        let cookies = self.cookies();
        if let Some(at) = cookies.iter().position(|old| old.is_same(&cookie)) {
            if let Some(old) = cookies.get_mut(at)
                && old.value == cookie.value
            {
                old.expires = cookie.expires;
                return false;
            }
            cookies.remove(at);
        }
        cookies.push(cookie);
        if cookies.len() > Self::MOST {
            cookies.remove(0);
        }
        true
    }
}

impl Cookie {
    /// Most bytes of name and value together, and of the path.
    const LONGEST: usize = 4096;

    /// Reads a `Set-Cookie` line that came from `host` and `path`, when the server's clock showed `date`.
    fn parse(line: &str, host: &Host, path: &str, date: Timestamp) -> Option<Self> {
        let mut parts = line.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (mut domain, mut own_path, mut expires, mut max_age) = ("", None, None, None);
        for part in parts {
            let (attribute, value) = part.split_once('=').unwrap_or((part, ""));
            let (attribute, value) = (attribute.trim(), value.trim());
            // The last one counts, but one that cannot be read does not.
            if attribute.eq_ignore_ascii_case("domain") {
                domain = value;
            } else if attribute.eq_ignore_ascii_case("path") {
                own_path = value.starts_with('/').then_some(value);
            } else if attribute.eq_ignore_ascii_case("expires") {
                expires = date::parse(value).or(expires);
            } else if attribute.eq_ignore_ascii_case("max-age") {
                max_age = parse_max_age(value, date).or(max_age);
            }
        }
        let (domain, host_only) = scope(host, domain)?;
        let cookie = Self {
            name: name.trim().into(),
            value: Secret::new(value.trim().into()),
            domain,
            host_only,
            path: own_path.unwrap_or_else(|| default_path(path)).into(),
            expires: max_age.or(expires),
        };
        cookie.is_clean().then_some(cookie)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.host_only == other.host_only
            && self.path == other.path
    }

    /// Asked when a cookie comes and, because a stored session may be altered, when it goes.
    fn is_clean(&self) -> bool {
        let value = self.value.expose();
        let in_name = |byte: u8| byte.is_ascii_graphic() && !b"=;,\"".contains(&byte);
        let in_value = |byte: u8| matches!(byte, b' '..=b'~') && byte != b';';
        !self.name.is_empty()
            && self.name.bytes().all(in_name)
            && value.bytes().all(in_value)
            && self.length() <= Self::LONGEST
            && self.path.len() <= Self::LONGEST
    }

    /// Bytes of name and value.
    fn length(&self) -> usize {
        self.name.len() + self.value.expose().len()
    }

    fn is_for(&self, host: &Host) -> bool {
        let host = host.as_str();
        host == self.domain || !self.host_only && is_below(host, &self.domain)
    }

    fn applies(&self, host: &Host, path: &str) -> bool {
        let below = path.strip_prefix(self.path.as_str());
        let in_path =
            below.is_some_and(|below| below.is_empty() || below.starts_with('/') || self.path.ends_with('/'));
        in_path && self.is_for(host) && self.is_clean()
    }
}

/// The domain that a cookie of `host` gets and whether it is for that host only; `None` if `host` may not set
/// it.
fn scope(host: &Host, attribute: &str) -> Option<(String, bool)> {
    let host = host.as_str();
    let domain = attribute.strip_prefix('.').unwrap_or(attribute).to_ascii_lowercase();
    if domain.is_empty() {
        return Some((host.to_owned(), true));
    }
    // A domain without a dot, such as `com`, would reach strangers.
    let plain = domain.contains('.');
    if domain == host {
        Some((domain, !plain))
    } else {
        (plain && is_below(host, &domain)).then_some((domain, false))
    }
}

/// True if `host` is a name below `domain`; an IPv4 address, whose last label is a number, is below nothing.
fn is_below(host: &str, domain: &str) -> bool {
    let labels = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    let is_name =
        host.rsplit('.').next().is_some_and(|label| label.bytes().any(|byte| !byte.is_ascii_digit()));
    labels.is_some_and(|labels| !labels.is_empty()) && is_name
}

/// The request's path up to its last slash.
fn default_path(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((directory, _)) if directory.starts_with('/') => directory,
        Some(_) | None => "/",
    }
}

/// The end of the day after 1970: servers remove cookies with dates before it.
const LONG_AGO: Timestamp = Timestamp::from_secs(366 * 24 * 3600);

/// When a cookie with this `Max-Age` ends.
fn parse_max_age(text: &str, date: Timestamp) -> Option<Timestamp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // More digits than a number holds: never.
    let seconds = digits.parse().unwrap_or(u64::MAX);
    if text.starts_with('-') || seconds == 0 {
        return Some(Timestamp::default());
    }
    Some(date + std::time::Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
