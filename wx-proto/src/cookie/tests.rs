//! What the jar keeps, sends and drops.

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
    assert_eq!(sent(&jar, "wx2.qq.com", PATH), "mm_lang=zh_CN; MM_WX_NOTIFY_STATE=1; MM_WX_SOUND_STATE=1");
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
        "wxuin=1234567890; Domain=wx2.qq.com; Path=/; Expires=Sat, 04-Jan-2025 02:54:22 GMT; Secure".into(),
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
    assert_eq!(value("file.wx2.qq.com", "webwx_data_ticket").as_deref(), Some("gSfAbCdEfGhIjKlMnOpQrSt0"));
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
    for (name, value) in [("a", "b;c"), ("a", "b\r\nX: y"), ("a", "\0"), ("a", "微"), ("", "b"), ("a;", "b")]
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

#[test]
fn a_max_age_is_digits_alone() {
    let at = |seconds| Some(Timestamp::from_secs(seconds));
    for (text, ends) in [
        ("10", at(110)),
        ("0", at(0)),
        ("-1", at(0)),
        ("1x", None),
        ("x1", None),
        ("+1", None),
        ("--1", None),
        ("-", None),
        ("", None),
    ] {
        assert_eq!(parse_max_age(text, Timestamp::from_secs(100)), ends, "{text}");
    }
}

#[test]
fn only_names_lie_below_a_domain() {
    for (host, domain, below) in [
        ("wx.example.com", "example.com", true),
        ("wx.example.xn--p1ai", "example.xn--p1ai", true),
        ("10.0.0.1", "0.0.1", false),
        ("example.com", "example.com", false),
        (".example.com", "example.com", false),
        ("wxexample.com", "example.com", false),
    ] {
        assert_eq!(is_below(host, domain), below, "{host} {domain}");
    }
}
