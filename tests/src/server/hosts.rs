//! Hosts and what each is for.

use serde::{Deserialize, Serialize};

/// The host of the QR picture, in every flavour.
pub(super) const QR_HOST: &str = "login.weixin.qq.com";

/// What a host is for.
///
/// ```
/// use wx_testkit::server::{HostRole, ServerConfig};
///
/// let mut config = ServerConfig::web();
/// config.extra_hosts.insert("webpush2.weixin.qq.com".to_owned(), HostRole::Push);
/// assert!(config.hosts().contains(&"webpush2.weixin.qq.com".to_owned()));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub enum HostRole {
    /// `jslogin` and the login poll.
    Login,
    /// The QR picture.
    Qr,
    /// The start page.
    Page,
    /// The API of a session.
    Base,
    /// Uploads and downloads.
    File,
    /// `synccheck`.
    Push,
}

impl HostRole {
    pub(super) const ALL: [Self; 6] = [Self::Login, Self::Qr, Self::Page, Self::Base, Self::File, Self::Push];
}

/// The hosts that belong to a base host.
pub(super) struct Derived {
    pub(super) file: &'static str,
    pub(super) push: &'static str,
}

/// The table of the official page script, tried from top to bottom.
pub(super) fn derived(base: &str) -> Derived {
    let row = |file, push| Derived { file, push };
    if base.contains("cmfilehelper.weixin") {
        row("file.wx8.qq.com", "webpush.wx8.qq.com")
    } else if base.contains("szfilehelper.weixin") || base.contains("wx2.qq.com") {
        row("file.wx2.qq.com", "webpush.wx2.qq.com")
    } else if base.contains("wx8.qq.com") {
        row("file.wx8.qq.com", "webpush.wx8.qq.com")
    } else if base.contains("qq.com") {
        row("file.wx.qq.com", "webpush.wx.qq.com")
    } else if base.contains("web2.wechat.com") {
        row("file.web2.wechat.com", "webpush.web2.wechat.com")
    } else if base.contains("wechat.com") {
        row("file.web.wechat.com", "webpush.web.wechat.com")
    } else {
        row("file.wx.qq.com", "webpush.weixin.qq.com")
    }
}
