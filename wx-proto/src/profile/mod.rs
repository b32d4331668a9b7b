//! What differs between the flavours of the protocol, as one value.

#[cfg(feature = "toml")]
mod error;
#[cfg(feature = "toml")]
mod file;
mod flavour;

#[cfg(feature = "toml")]
pub use self::error::ProfileError;
pub(crate) use self::flavour::AppId;
pub use self::flavour::Flavour;

use crate::{
    Endpoint,
    host::{Host, Hosts},
};

/// A flavour of the protocol with its hosts, application id, language and headers.
///
/// [`Profile::web`] is the page behind `wx.qq.com`, [`Profile::file_helper`] the one behind `filehelper.weixin.qq.com`.
/// A custom profile starts from one of them and adds hosts, query parameters or headers; no vendor tokens are shipped.
///
/// ```
/// use wx_proto::{Endpoint, Profile};
///
/// let profile = Profile::web().named("work").with_query(Endpoint::JsLogin, "mod", "desktop");
/// assert_eq!(profile.name(), "work");
/// ```
#[derive(Clone, Debug)]
pub struct Profile {
    pub(crate) name: String,
    pub(crate) flavour: Flavour,
    pub(crate) appid: String,
    /// The hosts that a login may start on or be sent to, each with those that belong to it. Never empty.
    sites: Vec<Hosts>,
    pub(crate) lang: String,
    pub(crate) user_agent: String,
    pub(crate) extras: Vec<Extra>,
}

/// A query parameter or header that a custom profile adds to one endpoint's requests.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    pub(crate) endpoint: Endpoint,
    pub(crate) place: Place,
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Place {
    Query,
    Header,
}

impl Profile {
    /// The web flavour: starts on `wx.qq.com`, may be moved to `wx2`, `wx8.qq.com`, `web` or `web2.wechat.com`
    /// when the login is confirmed.
    pub fn web() -> Self {
        let hosts = ["wx.qq.com", "wx2.qq.com", "wx8.qq.com", "web.wechat.com", "web2.wechat.com"];
        Self::of(Flavour::Web, "wx782c26e4c19acffb", "131", &hosts)
    }

    /// The file helper: the chat with one's own phone, for accounts that the web flavour refuses as well. An account belongs
    /// to one of its hosts; which one is found out by trying, from the first on.
    ///
    /// ```
    /// use wx_proto::{Flavour, Profile};
    ///
    /// let profile = Profile::file_helper();
    /// assert_eq!((profile.flavour(), profile.name()), (Flavour::FileHelper, "file-helper"));
    /// ```
    pub fn file_helper() -> Self {
        let hosts = ["filehelper.weixin.qq.com", "szfilehelper.weixin.qq.com", "cmfilehelper.weixin.qq.com"];
        Self::of(Flavour::FileHelper, "wx_webfilehelper", "135", &hosts)
    }

    fn of(flavour: Flavour, appid: &str, chrome: &str, hosts: &[&'static str]) -> Self {
        let site = |host: &&'static str| Hosts::of(flavour, Host::trusted(*host));
        Self {
            name: flavour.as_str().into(),
            flavour,
            appid: appid.into(),
            sites: hosts.iter().map(site).collect(),
            lang: "zh_CN".into(),
            user_agent: format!(
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/{chrome}.0.0.0 Safari/537.36"
            ),
            extras: Vec::new(),
        }
    }

    /// The profile under another name: sessions are only restored under the name they were stored with.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Allows one more page host: a login may be redirected to it.
    ///
    /// # Errors
    /// The name is returned when it is not a plain lower-case host name.
    pub fn with_page_host(mut self, name: &str) -> Result<Self, String> {
        let host = Host::named(name).ok_or_else(|| name.to_owned())?;
        self.sites.push(Hosts::of(self.flavour, host));
        Ok(self)
    }

    /// A login starts on this one of the profile's page hosts; the others stay where they are. For the file helper: the
    /// entry of the account's region, if it is known.
    ///
    /// ```
    /// let profile = wx_proto::Profile::file_helper().starting_on("szfilehelper.weixin.qq.com")?;
    /// assert_eq!(profile.page_host().as_str(), "szfilehelper.weixin.qq.com");
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    /// The name is returned when it is not one of them.
    pub fn starting_on(mut self, name: &str) -> Result<Self, String> {
        let at = self.sites.iter().position(|site| site.base().as_str() == name);
        let at = at.ok_or_else(|| name.to_owned())?;
        let site = self.sites.remove(at);
        self.sites.insert(0, site);
        Ok(self)
    }

    /// Adds a query parameter to the requests of one endpoint.
    #[must_use]
    pub fn with_query(
        mut self,
        endpoint: Endpoint,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.extras.push(Extra { endpoint, place: Place::Query, name: name.into(), value: value.into() });
        self
    }

    /// Adds a header to the requests of one endpoint. A name or value that HTTP does not allow is left out.
    #[must_use]
    pub fn with_header(
        mut self,
        endpoint: Endpoint,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.extras.push(Extra { endpoint, place: Place::Header, name: name.into(), value: value.into() });
        self
    }

    /// The name, as stored sessions and events carry it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which official page it takes the place of.
    pub const fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// The host whose page a login starts on.
    pub fn page_host(&self) -> &Host {
        // Every constructor fills `sites` and nothing takes from it.
        self.sites.first().expect("a profile lists a page host").base()
    }

    /// The hosts that a login may start on or be sent to.
    pub(crate) fn page_hosts(&self) -> impl Iterator<Item = &Host> {
        self.sites.iter().map(Hosts::base)
    }

    /// All hosts of a login on `base`.
    pub(crate) fn hosts(&self, base: &Host) -> Hosts {
        let listed = self.sites.iter().find(|site| site.base() == base).cloned();
        listed.unwrap_or_else(|| Hosts::of(self.flavour, base.clone()))
    }

    pub(crate) fn extras(&self, endpoint: Endpoint, place: Place) -> impl Iterator<Item = (&str, &str)> {
        self.extras
            .iter()
            .filter(move |extra| extra.endpoint == endpoint && extra.place == place)
            .map(|extra| (extra.name.as_str(), extra.value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_profile_adds_hosts_and_parameters() {
        let profile =
            Profile::web().with_page_host("wx.example").unwrap().with_query(Endpoint::JsLogin, "a", "b");
        assert_eq!(profile.page_host().as_str(), "wx.qq.com");
        assert_eq!(profile.extras(Endpoint::JsLogin, Place::Query).collect::<Vec<_>>(), [("a", "b")]);
        assert_eq!(profile.extras(Endpoint::Init, Place::Query).count(), 0);
        for name in ["", "WX.qq.com", "a/b", "user@host", "host:80"] {
            assert!(Profile::web().with_page_host(name).is_err(), "{name}");
        }
    }
}
