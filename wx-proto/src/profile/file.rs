//! A profile from a file, for hosts and parameters that change while this library does not.

use std::{collections::BTreeMap, ops::Range};

use http::{HeaderName, HeaderValue, header};
use serde::Deserialize;
use toml::Spanned;

use super::{Extra, Flavour, Place, Profile, ProfileError};
use crate::{
    Endpoint,
    host::{Host, Hosts},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    flavour: Spanned<String>,
    name: Option<Spanned<String>>,
    appid: Option<Spanned<String>>,
    lang: Option<Spanned<String>>,
    user_agent: Option<Spanned<String>>,
    #[serde(default)]
    hosts: Vec<Site>,
    #[serde(default)]
    query: ByEndpoint,
    #[serde(default)]
    header: ByEndpoint,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    page: Spanned<String>,
    login: Option<Spanned<String>>,
    file: Option<Spanned<String>>,
    push: Option<Spanned<String>>,
}

type ByEndpoint = BTreeMap<Spanned<String>, BTreeMap<Spanned<String>, Spanned<String>>>;

impl Profile {
    /// A profile from the text of a file in TOML.
    ///
    /// ```
    /// use wx_proto::{Flavour, Profile};
    ///
    /// let profile = Profile::from_toml(r#"
    /// flavour = "file-helper"     # or "web": whatever is not said below is as in that one
    /// name = "helper-sz"          # sessions are resumed only under the name they were stored with
    /// appid = "wx_webfilehelper"
    /// lang = "zh_CN"
    /// user_agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/135.0.0.0 Safari/537.36"
    ///
    /// ## Where a login may start or be sent to, the first one first. With one of these the flavour's own count no more.
    /// [[hosts]]
    /// page = "szfilehelper.weixin.qq.com"
    /// ## What belongs to it follows from the flavour's table, where it is not said.
    /// login = "login.wx2.qq.com"
    /// file = "file.wx2.qq.com"
    /// push = "szfilehelper.weixin.qq.com"
    ///
    /// [[hosts]]
    /// page = "filehelper.weixin.qq.com"
    ///
    /// ## More query parameters, and more headers, by the name of the endpoint.
    /// [query.jslogin]
    /// mod = "desktop"
    ///
    /// [header.webwxnewloginpage]
    /// x-example = "1"
    /// "#)?;
    /// assert_eq!(profile.flavour(), Flavour::FileHelper);
    /// assert_eq!(profile.name(), "helper-sz");
    /// assert_eq!(profile.page_host().as_str(), "szfilehelper.weixin.qq.com");
    /// # Ok::<(), wx_proto::ProfileError>(())
    /// ```
    ///
    /// # Errors
    /// [`ProfileError`], with the line where the first mistake is.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let line =
            |span: Range<usize>| 1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count();
        let file: File = toml::from_str(text).map_err(|error| {
            let line = line(error.span().unwrap_or_default());
            match unknown_key(error.message()) {
                Some(key) => ProfileError::UnknownKey { line, key: key.to_owned() },
                None => ProfileError::Syntax { line, message: error.message().to_owned() },
            }
        })?;
        let mut profile = match file.flavour.get_ref().as_str() {
            "web" => Self::web(),
            "file-helper" => Self::file_helper(),
            other => {
                let (line, flavour) = (line(file.flavour.span()), other.to_owned());
                return Err(ProfileError::Flavour { line, flavour });
            }
        };
        // The user agent is a header; the others go into queries, the name into sessions.
        let plain = |value: &str| !value.trim().is_empty() && HeaderValue::from_str(value).is_ok();
        for (value, place) in [
            (file.name, &mut profile.name),
            (file.appid, &mut profile.appid),
            (file.lang, &mut profile.lang),
            (file.user_agent, &mut profile.user_agent),
        ] {
            let Some(value) = value else { continue };
            if !plain(value.get_ref()) {
                return Err(ProfileError::Value { line: line(value.span()) });
            }
            *place = value.into_inner();
        }
        if !file.hosts.is_empty() {
            let flavour = profile.flavour;
            profile.sites =
                file.hosts.into_iter().map(|site| site.hosts(flavour, line)).collect::<Result<_, _>>()?;
        }
        for (by_endpoint, place) in [(file.query, Place::Query), (file.header, Place::Header)] {
            for (endpoint, values) in by_endpoint {
                let known = Endpoint::ALL.into_iter().find(|known| known.as_str() == endpoint.get_ref());
                let known = known.ok_or_else(|| ProfileError::Endpoint {
                    line: line(endpoint.span()),
                    endpoint: endpoint.get_ref().clone(),
                })?;
                for (name, value) in values {
                    if place == Place::Header && !is_header(name.get_ref(), value.get_ref()) {
                        let line = line(name.span());
                        return Err(ProfileError::Header { line, name: name.into_inner() });
                    }
                    let (name, value) = (name.into_inner(), value.into_inner());
                    profile.extras.push(Extra { endpoint: known, place, name, value });
                }
            }
        }
        Ok(profile)
    }
}

impl Site {
    fn hosts(self, flavour: Flavour, line: impl Fn(Range<usize>) -> usize) -> Result<Hosts, ProfileError> {
        let host = |name: Spanned<String>| {
            Host::named(name.get_ref())
                .ok_or_else(|| ProfileError::Host { line: line(name.span()), host: name.get_ref().clone() })
        };
        let mut hosts = Hosts::of(flavour, host(self.page)?);
        for (name, place) in
            [(self.login, &mut hosts.login), (self.file, &mut hosts.file), (self.push, &mut hosts.push)]
        {
            if let Some(name) = name {
                *place = host(name)?;
            }
        }
        Ok(hosts)
    }
}

/// The key in serde's words about one that it does not know.
fn unknown_key(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split_once('`').map(|(key, _)| key)
}

/// Whether a profile may set this header: those of the connection are the driver's, and cookies the core's.
fn is_header(name: &str, value: &str) -> bool {
    const OTHERS: [HeaderName; 5] =
        [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::COOKIE];
    let name = HeaderName::from_bytes(name.as_bytes());
    name.is_ok_and(|name| !OTHERS.contains(&name)) && HeaderValue::from_str(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::Role;

    fn error(text: &str) -> ProfileError {
        Profile::from_toml(text).unwrap_err()
    }

    #[test]
    fn only_the_flavour_has_to_be_said() {
        for (text, like) in
            [("flavour = 'web'", Profile::web()), ("flavour = \"file-helper\"\n", Profile::file_helper())]
        {
            let profile = Profile::from_toml(text).unwrap();
            assert_eq!(format!("{profile:?}"), format!("{like:?}"));
        }
    }

    #[test]
    fn hosts_take_the_place_of_the_flavour_s() {
        let profile = Profile::from_toml(
            "flavour = 'file-helper'\n[[hosts]]\npage = 'a.example'\nfile = 'f.example'\n\
             [[hosts]]\npage = 'cmfilehelper.weixin.qq.com'\n",
        )
        .unwrap();
        let pages: Vec<&str> = profile.page_hosts().map(Host::as_str).collect();
        assert_eq!(pages, ["a.example", "cmfilehelper.weixin.qq.com"]);
        let hosts = profile.hosts(profile.page_host());
        assert_eq!(hosts.get(Role::File).as_str(), "f.example");
        assert_eq!(hosts.get(Role::Push).as_str(), "a.example");
        assert_eq!(hosts.get(Role::Login).as_str(), "login.wx.qq.com");
    }

    #[test]
    fn extras_belong_to_their_endpoint() {
        let profile = Profile::from_toml(
            "flavour = 'web'\n[query.jslogin]\nmod = 'desktop'\na = ''\n[header.webwxinit]\nX-A = 'b'\n",
        )
        .unwrap();
        let extras = |endpoint, place| profile.extras(endpoint, place).collect::<Vec<_>>();
        assert_eq!(extras(Endpoint::JsLogin, Place::Query), [("a", ""), ("mod", "desktop")]);
        assert_eq!(extras(Endpoint::Init, Place::Header), [("X-A", "b")]);
        assert_eq!(extras(Endpoint::Init, Place::Query), []);
    }

    #[test]
    fn mistakes_have_their_line() {
        let host = |line, host: &str| ProfileError::Host { line, host: host.into() };
        for name in ["", "WX.qq.com", "a b", "a:80", "https://a", "a/", "ü.example"] {
            assert_eq!(error(&format!("flavour='web'\n\n[[hosts]]\npage='{name}'\n")), host(4, name));
        }
        let pushed = "flavour='web'\n[[hosts]]\npage='a.example'\npush='A'\n";
        assert_eq!(error(pushed), host(4, "A"));
        let flavour = |flavour: &str| ProfileError::Flavour { line: 2, flavour: flavour.into() };
        assert_eq!(error("# x\nflavour = 'Web'\n"), flavour("Web"));
        let endpoint = ProfileError::Endpoint { line: 3, endpoint: "webwxnothing".into() };
        assert_eq!(error("flavour='web'\n\n[query.webwxnothing]\na='b'\n"), endpoint);
        for (name, value) in
            [("\"a b\"", "c"), ("Host", "c"), ("cookie", "c"), ("Content-Length", "1"), ("x", "a\\nb")]
        {
            let text = format!("flavour='web'\n[header.jslogin]\n{name} = \"{value}\"\n");
            let name = name.trim_matches('"').to_owned();
            assert_eq!(error(&text), ProfileError::Header { line: 3, name });
        }
        for value in ["", "  ", "a\\nb"] {
            let text = format!("flavour='web'\nuser_agent=\"{value}\"\n");
            assert_eq!(error(&text), ProfileError::Value { line: 2 });
        }
    }

    #[test]
    fn unknown_keys_are_named() {
        let key = |line, key: &str| ProfileError::UnknownKey { line, key: key.into() };
        assert_eq!(error("flavour = 'web'\nflavor = 'web'\n"), key(2, "flavor"));
        assert_eq!(error("flavour = 'web'\n[[hosts]]\npage = 'a.example'\nqr = 'b'\n"), key(4, "qr"));
        assert_eq!(error("flavour = 'web'\n[headers.jslogin]\nx = 'y'\n"), key(2, "headers"));
    }

    #[test]
    fn what_cannot_be_read_has_its_line() {
        for (text, at) in [
            ("", 1),
            ("flavour = ", 1),
            ("flavour = 'web'\nappid = 7\n", 2),
            ("flavour = 'web'\nhosts = ['a.example']\n", 2),
            ("flavour = 'web'\n[[hosts]]\nlogin = 'a.example'\n", 2),
            ("flavour = 'web'\n[query]\njslogin = 'x'\n", 3),
            ("flavour = 'web'\n\nflavour = 'web'\n", 3),
        ] {
            let ProfileError::Syntax { line, message } = error(text) else { panic!("{text}") };
            assert_eq!(line, at, "{text}: {message}");
            assert!(!message.is_empty());
        }
    }
}
