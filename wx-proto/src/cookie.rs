//! The cookies of one login, after RFC 6265.
//!
//! It lives in the core, not in a driver: the login page sets cookies on a 301, the session stores all of
//! them, and the official page adds some of its own. Hosts come from an allow-list, so there is no list of
//! public suffixes, and they are https only, so `Secure` always holds.
//!
//! Whether a cookie is still good is for the server to judge: a reply drops one by the server's own clock,
//! the local clock never does, for it may be years off.

mod date;

use http::{HeaderMap, header};
use serde::{Deserialize, Serialize};

use crate::{Host, Secret, Timestamp, secret};

/// The cookies, in the order in which they go into a header.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub(crate) struct Jar(Vec<Cookie>);

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
        let date = headers.get(header::DATE).and_then(|date| date::parse(date.to_str().ok()?));
        // Without the server's time only a date that every server means as "gone" ends a cookie.
        let date = date.unwrap_or(LONG_AGO);
        let mut changed = false;
        for line in headers.get_all(header::SET_COOKIE) {
            match line.to_str().ok().and_then(|line| Cookie::parse(line, host, path, date)) {
                // A cookie that has ended already is how a server removes one.
                Some(cookie) if cookie.expires.is_some_and(|expires| expires <= date) => {
                    let before = self.0.len();
                    self.0.retain(|old| !old.is_same(&cookie));
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

    /// The `Cookie` header of a request: longer paths first, then older cookies first.
    pub(crate) fn header(&self, host: &Host, path: &str) -> Option<Secret<String>> {
        let mut cookies: Vec<&Cookie> = self.0.iter().filter(|cookie| cookie.applies(host, path)).collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<String> =
            cookies.iter().map(|cookie| format!("{}={}", cookie.name, cookie.value.expose())).collect();
        (!pairs.is_empty()).then(|| Secret::new(pairs.join("; ")))
    }

    /// The value of the cookie that `host` would get, whatever the path.
    pub(crate) fn value(&self, host: &Host, name: &str) -> Option<Secret<String>> {
        let found = self.0.iter().find(|cookie| cookie.name == name && cookie.is_for(host))?;
        Some(found.value.clone())
    }

    /// As Chrome: an equal value keeps the cookie's place, another one moves it to the end.
    fn put(&mut self, cookie: Cookie) -> bool {
        if let Some(at) = self.0.iter().position(|old| old.is_same(&cookie)) {
            if let Some(old) = self.0.get_mut(at)
                && old.value == cookie.value
            {
                old.expires = cookie.expires;
                return false;
            }
            self.0.remove(at);
        }
        self.0.push(cookie);
        if self.0.len() > Self::MOST {
            self.0.remove(0);
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
            && self.name.len() + value.len() <= Self::LONGEST
            && self.path.len() <= Self::LONGEST
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
mod tests {
    use http::HeaderValue;

    use super::*;

    const PATH: &str = "/cgi-bin/mmwebwx-bin/webwxnewloginpage";

    fn host(name: &str) -> Host {
        Host::trusted(name)
    }

    fn headers(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::SET_COOKIE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        headers
    }

    fn set(jar: &mut Jar, name: &str, lines: &[&str]) -> bool {
        jar.store(&host(name), PATH, &headers(lines))
    }

    fn sent(jar: &Jar, name: &str, path: &str) -> String {
        jar.header(&host(name), path).map(|header| header.expose().clone()).unwrap_or_default()
    }

    fn jar_of(name: &str, lines: &[&str]) -> Jar {
        let mut jar = Jar::default();
        set(&mut jar, name, lines);
        jar
    }

    const UVID: &str = "webwxuvid=aa11bb22cc33dd44ee55ff6600778899aa11bb22cc33dd44ee55ff6600778899";
    const AUTH: &str = "webwx_auth_ticket=CIsBENabc123EgoAAB/exampleAuthTicket0123456789+abc4=";

    /// The login of the worked transcript, up to the first webwxinit.
    fn logged_in() -> Jar {
        let base = host("wx2.qq.com");
        let mut jar = Jar::default();
        jar.plant(&base, "mm_lang", "zh_CN", true);
        jar.plant(&base, "MM_WX_NOTIFY_STATE", "1", false);
        jar.plant(&base, "MM_WX_SOUND_STATE", "1", false);
        assert_eq!(
            sent(&jar, "wx2.qq.com", PATH),
            "mm_lang=zh_CN; MM_WX_NOTIFY_STATE=1; MM_WX_SOUND_STATE=1"
        );
        let year = "; Domain=wx2.qq.com; Path=/; Expires=Sat, 30-Dec-2034 02:54:20 GMT; Secure";
        let day = "; Domain=wx2.qq.com; Path=/; Expires=Wed, 01-Jan-2025 14:54:20 GMT; Secure";
        let lines = [
            format!("wxuin=1234567890{day}"),
            format!("wxsid=x7/pQ2+mN5kV8rTz{day}"),
            format!("wxloadtime=1735700060{day}"),
            format!("mm_lang=zh_CN{day}"),
            "webwx_data_ticket=gSfAbCdEfGhIjKlMnOpQrSt0; Domain=.qq.com; Path=/; \
             Expires=Wed, 01-Jan-2025 14:54:20 GMT; Secure"
                .into(),
            format!("{UVID}{year}"),
            format!("{AUTH}{year}"),
        ];
        assert!(set(&mut jar, "wx2.qq.com", &lines.each_ref().map(String::as_str)));
        jar.plant(&base, "login_frequency", "1", false);
        jar.plant(&base, "last_wxuin", "1234567890", false);
        jar
    }

    #[test]
    fn the_worked_transcript() {
        let mut jar = logged_in();
        assert_eq!(
            sent(&jar, "wx2.qq.com", "/cgi-bin/mmwebwx-bin/webwxinit"),
            format!(
                "mm_lang=zh_CN; MM_WX_NOTIFY_STATE=1; MM_WX_SOUND_STATE=1; wxuin=1234567890; \
                 wxsid=x7/pQ2+mN5kV8rTz; wxloadtime=1735700060; webwx_data_ticket=gSfAbCdEfGhIjKlMnOpQrSt0; \
                 {UVID}; {AUTH}; login_frequency=1; last_wxuin=1234567890"
            )
        );
        // webwxsync renews them.
        let day = "; Domain=wx2.qq.com; Path=/; Expires=Wed, 01-Jan-2025 14:54:22 GMT; Secure";
        let lines = [
            format!("wxloadtime=1735700060_expired{day}"),
            format!("wxpluginkey=1735699000{day}"),
            "wxuin=1234567890; Domain=wx2.qq.com; Path=/; Expires=Sat, 04-Jan-2025 02:54:22 GMT; Secure"
                .into(),
            format!("wxsid=x7/pQ2+mN5kV8rTz{day}"),
            "webwx_data_ticket=gSfAbCdEfGhIjKlMnOpQrSt0; Domain=.qq.com; Path=/; \
             Expires=Wed, 01-Jan-2025 14:54:22 GMT; Secure"
                .into(),
        ];
        let lines = lines.each_ref().map(String::as_str);
        assert!(set(&mut jar, "wx2.qq.com", &lines));
        assert!(!set(&mut jar, "wx2.qq.com", &lines), "nothing is new the second time");
        assert_eq!(
            sent(&jar, "wx2.qq.com", "/cgi-bin/mmwebwx-bin/webwxsendmsg"),
            format!(
                "mm_lang=zh_CN; MM_WX_NOTIFY_STATE=1; MM_WX_SOUND_STATE=1; wxuin=1234567890; \
                 wxsid=x7/pQ2+mN5kV8rTz; webwx_data_ticket=gSfAbCdEfGhIjKlMnOpQrSt0; {UVID}; {AUTH}; \
                 login_frequency=1; last_wxuin=1234567890; wxloadtime=1735700060_expired; wxpluginkey=1735699000"
            )
        );
        // The push host gets the domain cookies, a host beside the base only those of qq.com.
        assert_eq!(
            sent(&jar, "webpush.wx2.qq.com", "/cgi-bin/mmwebwx-bin/synccheck"),
            format!(
                "mm_lang=zh_CN; wxuin=1234567890; wxsid=x7/pQ2+mN5kV8rTz; \
                 webwx_data_ticket=gSfAbCdEfGhIjKlMnOpQrSt0; {UVID}; {AUTH}; \
                 wxloadtime=1735700060_expired; wxpluginkey=1735699000"
            )
        );
        let ticket = "webwx_data_ticket=gSfAbCdEfGhIjKlMnOpQrSt0";
        assert_eq!(sent(&jar, "wx.qq.com", "/"), ticket);
        assert_eq!(sent(&jar, "qq.com", "/"), ticket);
        assert_eq!(sent(&jar, "web.wechat.com", "/"), "");
    }

    #[test]
    fn values_by_name() {
        let jar = logged_in();
        let value = |name, cookie| jar.value(&host(name), cookie).map(|value| value.expose().clone());
        assert_eq!(value("wx2.qq.com", "wxsid").as_deref(), Some("x7/pQ2+mN5kV8rTz"));
        assert_eq!(
            value("file.wx2.qq.com", "webwx_data_ticket").as_deref(),
            Some("gSfAbCdEfGhIjKlMnOpQrSt0")
        );
        assert_eq!(value("wx.qq.com", "wxsid"), None);
        assert_eq!(value("file.wx2.qq.com", "last_wxuin"), None);
        assert_eq!(value("wx2.qq.com", "nothing"), None);
    }

    #[test]
    fn a_cookie_goes_only_where_it_was_set_for() {
        let hosts = [
            "wx.qq.com",
            "wx2.qq.com",
            "login.wx.qq.com",
            "webpush.wx2.qq.com",
            "qq.com",
            "xwx.qq.com",
            "web.wechat.com",
            "wx.qq.com.evil.example",
            "evil-qq.com",
            "127.0.0.1",
            "localhost",
        ];
        let domains = [
            "",
            ".",
            "..",
            "wx.qq.com",
            ".wx.qq.com",
            "WX.QQ.COM",
            "..wx.qq.com",
            "qq.com",
            ".qq.com",
            "q.com",
            "com",
            ".com",
            "com.",
            "qq.com.",
            "wx.qq.com.evil.example",
            "evil-qq.com",
            "0.0.1",
            "127.0.0.1",
            "1",
            "localhost",
            "wechat.com",
        ];
        for from in hosts {
            for domain in domains {
                let jar = jar_of(from, &[&format!("a=b; Domain={domain}; Path=/")]);
                let bare = domain.strip_prefix('.').unwrap_or(domain).to_ascii_lowercase();
                for to in hosts {
                    let below = |host: &str| {
                        bare.contains('.') && !host.starts_with("127.") && host.ends_with(&format!(".{bare}"))
                    };
                    let allowed = if bare.is_empty() {
                        from == to
                    } else {
                        (from == bare || below(from)) && (to == bare || below(to))
                    };
                    let got = jar.header(&host(to), PATH).is_some();
                    assert_eq!(got, allowed, "from {from} with {domain:?} to {to}");
                    assert_eq!(jar.value(&host(to), "a").is_some(), allowed);
                }
            }
        }
    }

    #[test]
    fn paths() {
        for (set_path, request, goes) in [
            ("/", "/", true),
            ("/", "/cgi-bin/x", true),
            ("/cgi-bin", "/cgi-bin", true),
            ("/cgi-bin", "/cgi-bin/x", true),
            ("/cgi-bin/", "/cgi-bin/x", true),
            ("/cgi-bin/", "/cgi-bin", false),
            ("/cgi-bin", "/cgi-binx", false),
            ("/cgi-bin/x", "/cgi-bin", false),
        ] {
            let jar = jar_of("wx.qq.com", &[&format!("a=b; path={set_path}")]);
            assert_eq!(!sent(&jar, "wx.qq.com", request).is_empty(), goes, "{set_path} {request}");
        }
        // Without a usable path it is that of the request.
        for line in ["a=b", "a=b; Path", "a=b; Path=", "a=b; Path=cgi-bin", "a=b; Path=/; Path=x"] {
            let jar = jar_of("wx.qq.com", &[line]);
            assert_eq!(sent(&jar, "wx.qq.com", "/cgi-bin/mmwebwx-bin/x"), "a=b", "{line}");
            assert_eq!(sent(&jar, "wx.qq.com", "/cgi-bin/x"), "", "{line}");
        }
        assert_eq!(["", "/", "/a", "/a/", "/a/b", "a/b"].map(default_path), ["/", "/", "/", "/a", "/a", "/"]);
        let jar = jar_of("wx.qq.com", &["a=1; path=/", "b=2; path=/x", "c=3; path=/", "d=4; path=/x"]);
        assert_eq!(sent(&jar, "wx.qq.com", "/x/y"), "b=2; d=4; a=1; c=3");
    }

    #[test]
    fn a_host_cookie_and_a_domain_cookie_are_two() {
        let mut jar = jar_of("wx.qq.com", &["a=1; Path=/", "a=2; Path=/; Domain=wx.qq.com", "a=3; Path=/x"]);
        assert_eq!(sent(&jar, "wx.qq.com", "/"), "a=1; a=2");
        assert_eq!(sent(&jar, "login.wx.qq.com", "/"), "a=2");
        assert!(set(&mut jar, "wx.qq.com", &["a=; Path=/; Max-Age=0"]));
        assert_eq!(sent(&jar, "wx.qq.com", "/x"), "a=3; a=2");
    }

    #[test]
    fn the_server_s_clock_ends_cookies() {
        let stays = |line: &str, date: Option<&str>| {
            let mut headers = headers(&[line]);
            if let Some(date) = date {
                headers.insert(header::DATE, date.parse().unwrap());
            }
            let mut jar = Jar::default();
            jar.plant(&host("wx.qq.com"), "a", "old", false);
            jar.store(&host("wx.qq.com"), "/", &headers);
            !jar.0.is_empty()
        };
        let line = "a=b; Path=/; Expires=Wed, 01-Jan-2025 14:54:20 GMT";
        assert!(stays(line, Some("Wed, 01 Jan 2025 14:54:19 GMT")));
        assert!(!stays(line, Some("Wed, 01 Jan 2025 14:54:20 GMT")));
        assert!(!stays(line, Some("Wed, 01 Jan 2025 14:54:21 GMT")));
        assert!(stays(line, None));
        assert!(stays(line, Some("soon")));
        for (attributes, expected) in [
            ("Max-Age=0", false),
            ("Max-Age=-1", false),
            ("max-age = 1", true),
            ("Max-Age=99999999999999999999999", true),
            ("Max-Age=-99999999999999999999999", false),
            ("Max-Age=", true),
            ("Max-Age=x", true),
            ("Max-Age=+1", true),
            ("Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", true),
            ("Max-Age=0; Expires=Sat, 30-Dec-2034 02:54:20 GMT", false),
            ("Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", false),
            ("Expires=Thu, 01 Jan 1601 00:00:00 GMT", false),
            ("Expires=never", true),
        ] {
            assert_eq!(stays(&format!("a=b; Path=/; {attributes}"), None), expected, "{attributes}");
        }
        // Once stored, nothing but a reply ends it: `header` does not even know the time.
        let jar = jar_of("wx.qq.com", &["a=b; Path=/; Max-Age=1"]);
        assert_eq!(sent(&jar, "wx.qq.com", "/"), "a=b");
    }

    #[test]
    fn nothing_gets_into_a_header_that_does_not_belong_there() {
        for line in [
            "", "a", "=b", " =b", ";a=b", "a b=c", "a\tb=c", "a,b=c", "a=b\tc", "\"a\"=b", "微=b", "a=微",
            "a=\u{80}",
        ] {
            assert_eq!(jar_of("wx.qq.com", &[line]), Jar::default(), "{line:?}");
        }
        let jar = jar_of("wx.qq.com", &["a=", "b = c d ;", "e=f=g==", "h=\"i\"; HttpOnly; SameSite=None; x"]);
        assert_eq!(sent(&jar, "wx.qq.com", PATH), "a=; b=c d; e=f=g==; h=\"i\"");
        let mut jar = Jar::default();
        for (name, value) in
            [("a", "b;c"), ("a", "b\r\nX: y"), ("a", "\0"), ("a", "微"), ("", "b"), ("a;", "b")]
        {
            jar.plant(&host("wx.qq.com"), name, value, false);
        }
        assert_eq!(jar, Jar::default());
        // A stored session may have been altered.
        let stored = r#"[{"name":"a","value":"b\r\nX: y","domain":"wx.qq.com","host_only":true,"path":"/"}]"#;
        let jar: Jar = serde_json::from_str(stored).unwrap();
        assert_eq!(jar.header(&host("wx.qq.com"), "/"), None);
    }

    #[test]
    fn the_jar_is_bounded() {
        let mut jar = Jar::default();
        for number in 0..100 {
            set(&mut jar, "wx.qq.com", &[&format!("c{number}=x; Path=/")]);
        }
        assert_eq!(jar.0.len(), 64);
        assert_eq!(jar.0[0].name, "c36");
        let long = |length| format!("a={}; Path=/", "x".repeat(length));
        assert_eq!(jar_of("wx.qq.com", &[&long(4095)]).0.len(), 1);
        assert_eq!(jar_of("wx.qq.com", &[&long(4096)]), Jar::default());
        assert_eq!(jar_of("wx.qq.com", &[&format!("a=b; Path=/{}", "x".repeat(5000))]), Jar::default());
    }

    #[test]
    fn stored_and_restored() {
        let jar = logged_in();
        let json = serde_json::to_string(&jar).unwrap();
        assert!(json.starts_with(
            r#"[{"name":"mm_lang","value":"zh_CN","domain":"wx2.qq.com","host_only":false,"path":"/","expires":1735743260000},"#
        ));
        assert_eq!(serde_json::from_str::<Jar>(&json).unwrap(), jar);
        assert!(!format!("{jar:?}").contains("x7/pQ2"));
    }
}
