//! Hosts: only those of the profile can be named, and a login's five roles follow from its base host.

use std::fmt;

use http::Uri;
use serde::{Deserialize, Serialize};

use crate::Flavour;

/// A host that requests may go to: https on port 443. It can only be made by a [`Profile`](crate::Profile) or
/// derived from such a host, so a request to any other host cannot be built.
///
/// ```
/// use wx_proto::Profile;
///
/// let profile = Profile::web();
/// assert_eq!(profile.page_host().as_str(), "wx.qq.com");
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Host(Box<str>);

impl Host {
    pub(crate) fn trusted(name: impl Into<Box<str>>) -> Self {
        Self(name.into())
    }

    /// A host by a name that a person wrote; `None` if it is not a plain lower-case host name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
        (!name.is_empty() && name.len() <= 253 && name.bytes().all(plain)).then(|| Self::trusted(name))
    }

    /// The name, in lower case, without a port.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an endpoint is served by; each role has its own host name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    Login,
    Qr,
    Base,
    /// Uploads and downloads of files.
    File,
    Push,
}

/// The hosts of one login.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Hosts {
    base: Host,
    pub(crate) login: Host,
    pub(crate) file: Host,
    pub(crate) push: Host,
    qr: Host,
}

impl Hosts {
    /// The roles that belong to `base`, by the table of the flavour's official page, tried top to bottom.
    pub(crate) fn of(flavour: Flavour, base: Host) -> Self {
        const WEB: [(&str, &str); 5] = [
            ("wx2.qq.com", "wx2.qq.com"),
            ("wx8.qq.com", "wx8.qq.com"),
            ("qq.com", "wx.qq.com"),
            ("web2.wechat.com", "web2.wechat.com"),
            ("wechat.com", "web.wechat.com"),
        ];
        const FILE_HELPER: [(&str, &str); 3] = [
            ("cmfilehelper.weixin", "wx8.qq.com"),
            ("szfilehelper.weixin.qq.com", "wx2.qq.com"),
            ("", "wx.qq.com"),
        ];
        let table = match flavour {
            Flavour::Web => WEB.as_slice(),
            Flavour::FileHelper => FILE_HELPER.as_slice(),
        };
        let site = table.iter().find(|(part, _)| base.as_str().contains(part)).map(|(_, site)| site);
        let (login, file, push) = match site {
            Some(site) => (format!("login.{site}"), format!("file.{site}"), format!("webpush.{site}")),
            None => ("login.weixin.qq.com".into(), "file.wx.qq.com".into(), "webpush.weixin.qq.com".into()),
        };
        let push = match flavour {
            Flavour::Web => Host::trusted(push),
            // The entry host holds the poll itself.
            Flavour::FileHelper => base.clone(),
        };
        Self {
            base,
            login: Host::trusted(login),
            file: Host::trusted(file),
            push,
            // The page fetches the picture from this host whatever its own domain.
            qr: Host::trusted("login.weixin.qq.com"),
        }
    }

    pub(crate) const fn get(&self, role: Role) -> &Host {
        match role {
            Role::Login => &self.login,
            Role::Qr => &self.qr,
            Role::Base => &self.base,
            Role::File => &self.file,
            Role::Push => &self.push,
        }
    }

    pub(crate) const fn base(&self) -> &Host {
        &self.base
    }
}

/// Why an address from the server is not followed.
///
/// ```
/// use wx_proto::HostError;
///
/// assert!(!HostError::NotHttps.to_string().is_empty());
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Not `https`.
    #[error("the address is not https")]
    NotHttps,
    /// A user name or password before the host.
    #[error("the address carries a user name before its host")]
    UserInfo,
    /// A port other than 443.
    #[error("the address names a port other than 443")]
    Port,
    /// A host that the profile does not list.
    #[error("{host:?} is not a host of this profile")]
    NotListed {
        /// The host, shortened, control characters removed.
        host: String,
    },
    /// Not an address at all.
    #[error("this is not a usable address")]
    Malformed,
}

/// An https address on a host of the profile: where a confirmed login continues. It carries the login ticket,
/// so `Debug` shows the host only.
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Redirect {
    host: Host,
    path_and_query: Box<str>,
}

impl Redirect {
    /// Checks `url` against the listed page hosts, byte by byte: whatever a lenient URL reader would have to
    /// guess (user names, back slashes, escapes in the host, other ports) is refused.
    pub(crate) fn parse<'a>(
        url: &str,
        listed: impl IntoIterator<Item = &'a Host>,
    ) -> Result<Self, HostError> {
        let url = url.trim();
        if url.len() > LONGEST || url.bytes().any(|byte| !byte.is_ascii_graphic()) {
            return Err(HostError::Malformed);
        }
        let rest = match url.split_at_checked("https://".len()) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https://") => rest,
            Some(_) | None => return Err(HostError::NotHttps),
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at(end);
        if authority.contains('@') {
            return Err(HostError::UserInfo);
        }
        let name = match authority.split_once(':') {
            None => authority,
            Some((name, "443")) => name,
            Some(_) => return Err(HostError::Port),
        };
        let host =
            listed.into_iter().find(|host| host.as_str().eq_ignore_ascii_case(name)).ok_or_else(|| {
                let host: String = name.chars().take(80).collect();
                HostError::NotListed { host }
            })?;
        let tail = tail.split_once('#').map_or(tail, |(before, _)| before);
        if !tail.starts_with('/') {
            return Err(HostError::Malformed);
        }
        let uri: Uri = tail.parse().map_err(|_| HostError::Malformed)?;
        let path_and_query = uri.path_and_query().ok_or(HostError::Malformed)?;
        Ok(Self { host: host.clone(), path_and_query: path_and_query.as_str().into() })
    }

    pub(crate) const fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn path_and_query(&self) -> &str {
        &self.path_and_query
    }
}

/// Longest address that is followed, in bytes; real ones have about 200.
const LONGEST: usize = 8192;

impl fmt::Debug for Redirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redirect(https://{}/[redacted])", self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Redirect, HostError> {
        Redirect::parse(url, &[Host::trusted("wx.qq.com"), Host::trusted("wx2.qq.com")])
    }

    #[test]
    fn a_listed_host_is_taken_with_its_query_as_it_stands() {
        let redirect =
            parse("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A@qrticket_0&uuid=Q==")
                .unwrap();
        assert_eq!(redirect.host().as_str(), "wx2.qq.com");
        assert_eq!(
            redirect.path_and_query(),
            "/cgi-bin/mmwebwx-bin/webwxnewloginpage?ticket=A@qrticket_0&uuid=Q=="
        );
        assert!(parse("HTTPS://WX.qq.com:443/x").is_ok());
        assert_eq!(format!("{redirect:?}"), "Redirect(https://wx2.qq.com/[redacted])");
    }

    #[test]
    fn everything_else_is_refused() {
        let not_listed = |host: &str| HostError::NotListed { host: host.into() };
        for (url, error) in [
            ("http://wx.qq.com/x", HostError::NotHttps),
            ("//wx.qq.com/x", HostError::NotHttps),
            ("", HostError::NotHttps),
            ("javascript:alert(1)", HostError::NotHttps),
            ("https://wx.qq.com:8443/x", HostError::Port),
            ("https://wx.qq.com:/x", HostError::Port),
            ("https://wx.qq.com:443@evil.example/x", HostError::UserInfo),
            ("https://wx.qq.com@evil.example/x", HostError::UserInfo),
            ("https://evil.example@wx.qq.com/x", HostError::UserInfo),
            ("https://evil.example/wx.qq.com", not_listed("evil.example")),
            ("https://evil.example#wx.qq.com/", not_listed("evil.example")),
            ("https://evil.example\\@wx.qq.com/", not_listed("evil.example")),
            ("https://wx.qq.com.evil.example/x", not_listed("wx.qq.com.evil.example")),
            ("https://wx.qq.com./x", not_listed("wx.qq.com.")),
            ("https://login.wx.qq.com/x", not_listed("login.wx.qq.com")),
            ("https://wx%2eqq.com/x", not_listed("wx%2eqq.com")),
            ("https:///wx.qq.com/x", not_listed("")),
            ("https://wx.qq.com\\evil", HostError::Malformed),
            ("https://wx.qq.com?x", HostError::Malformed),
            ("https://wx.qq.com", HostError::Malformed),
            ("https://wx.qq.com/\r\nHost: evil", HostError::Malformed),
            ("https://wx.qq.com/\u{ff20}", HostError::Malformed),
        ] {
            assert_eq!(parse(url), Err(error), "{url}");
        }
    }

    #[test]
    fn a_long_address_is_refused() {
        let url = |length: usize| format!("{:x<length$}", "https://wx.qq.com/");
        assert!(parse(&url(LONGEST)).is_ok());
        assert_eq!(parse(&url(LONGEST + 1)), Err(HostError::Malformed));
    }

    #[test]
    fn roles_follow_the_base_host() {
        let push = |base| Hosts::of(Flavour::Web, Host::trusted(base)).get(Role::Push).to_string();
        assert_eq!(push("wx.qq.com"), "webpush.wx.qq.com");
        assert_eq!(push("wx2.qq.com"), "webpush.wx2.qq.com");
        assert_eq!(push("wx8.qq.com"), "webpush.wx8.qq.com");
        assert_eq!(push("web.wechat.com"), "webpush.web.wechat.com");
        assert_eq!(push("web2.wechat.com"), "webpush.web2.wechat.com");
        assert_eq!(push("wx.example"), "webpush.weixin.qq.com");
        let hosts = Hosts::of(Flavour::Web, Host::trusted("web.wechat.com"));
        assert_eq!(hosts.get(Role::Login).as_str(), "login.web.wechat.com");
        assert_eq!(hosts.get(Role::File).as_str(), "file.web.wechat.com");
        assert_eq!(hosts.get(Role::Qr).as_str(), "login.weixin.qq.com");
        assert_eq!(hosts.get(Role::Base), hosts.base());
    }

    #[test]
    fn each_region_of_the_file_helper_has_its_hosts() {
        for (base, login, file) in [
            ("filehelper.weixin.qq.com", "login.wx.qq.com", "file.wx.qq.com"),
            ("szfilehelper.weixin.qq.com", "login.wx2.qq.com", "file.wx2.qq.com"),
            ("cmfilehelper.weixin.qq.com", "login.wx8.qq.com", "file.wx8.qq.com"),
            ("files.example", "login.wx.qq.com", "file.wx.qq.com"),
        ] {
            let hosts = Hosts::of(Flavour::FileHelper, Host::trusted(base));
            let of = |role| hosts.get(role).as_str();
            assert_eq!((of(Role::Login), of(Role::File)), (login, file), "{base}");
            assert_eq!((of(Role::Base), of(Role::Push)), (base, base));
            assert_eq!(of(Role::Qr), "login.weixin.qq.com");
        }
    }
}
