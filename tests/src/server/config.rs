//! What differs between simulated servers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::hosts::{self, HostRole};

/// Settings of a [`Server`](super::Server): which hosts it answers for, how long it waits, how strict or how
/// hostile it is. Make one with [`web`](Self::web) or [`file_helper`](Self::file_helper) and change fields.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::server::{Account, Server, ServerConfig};
///
/// let mut config = ServerConfig::web();
/// config.scan_after = Some(Duration::from_secs(1));
/// config.confirm_after = Some(Duration::from_secs(1));
/// config.echo_sends = true;
/// assert!(config.hosts().contains(&"login.weixin.qq.com".to_owned()));
/// let server = Server::new(config, Account::demo(), 1);
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ServerConfig {
    /// The application id expected by `jslogin`.
    pub appid: String,
    /// The host a login starts from.
    pub page_host: String,
    /// The host a confirmed login is sent to: the base host of the session.
    pub redirect_host: String,
    /// Hosts that answer `jslogin` and the login poll.
    pub login_hosts: Vec<String>,
    /// The push host; `None` derives it from the redirect host.
    pub push_host: Option<String>,
    /// Further hosts, such as push hosts of earlier years, and what each is for.
    pub extra_hosts: BTreeMap<String, HostRole>,
    /// Whether this is the file helper: `filehelper` is the only peer that may be written to, what the phone writes there comes
    /// from the account itself, and requests name the application.
    pub only_file_helper: bool,
    /// Hosts that a login may be begun on and goes on at, one for each region; none where all go on at `redirect_host`.
    pub entries: Vec<String>,
    /// The only entry that knows the account; `None` if all do.
    pub region: Option<String>,

    /// How long the login poll and `synccheck` are held. The real server: 25 s.
    pub hold: Duration,
    /// How long a QR code lives. The real server: about 5 minutes.
    pub qr_life: Duration,
    /// How long the link of a confirmed login can be fetched. The real server: about 300 s.
    pub ticket_life: Duration,
    /// How long a login lives without `webwxsync`, which renews its cookies. The real server: 12 h.
    pub cookie_life: Duration,
    /// The phone scans by itself this long after the first login poll.
    pub scan_after: Option<Duration>,
    /// The phone confirms by itself this long after the scan.
    pub confirm_after: Option<Duration>,
    /// A declined login is answered 408 and the code can be scanned again, instead of 202 (both are reported).
    pub silent_decline: bool,

    /// Contacts in one page of `webwxgetcontact`.
    pub contact_page: usize,
    /// Whether the Seq of a contact page after the first is the one that was asked for, for ever.
    pub stuck_pages: bool,
    /// Queue entries in one reply of `webwxsync`.
    pub max_per_sync: usize,
    /// Whether ContinueFlag is 1 while more is queued. No recording shows it set.
    pub continue_flag: bool,
    /// What happens to a SyncKey older than the newest one handed out.
    pub old_keys: OldKeys,
    /// Whether a second send with the same ClientMsgId is dropped. What the real server does is not published.
    pub dedup_sends: bool,
    /// Whether `synccheck` announces each entry of the queue only once. What the real server does is not published.
    pub says_once: bool,
    /// Whether an accepted send comes back through `webwxsync`.
    pub echo_sends: bool,
    /// Whether a login is followed by the phone's chat list (a status message, code 4).
    pub announce_chats: bool,
    /// Whether emoji of the old table are written as `<span class="emoji emoji1f602"></span>`.
    pub emoji_spans: bool,
    /// The id of the first message; later ones count up.
    pub first_msg_id: u64,

    /// Bytes of clients' files that are kept, of all together. Of what goes beyond only length and digest are.
    pub kept_bytes: u64,
    /// Whether `webwxcheckupload` knows a file again that was uploaded before.
    pub knows_files: bool,
    /// Whether an upload with the MD5 of other bytes is refused. The real server takes it.
    pub checks_md5: bool,
    /// Whether there is `webwxuploadmediaparallel`.
    pub serves_parallel: bool,
    /// Whether `webwxgetmedia` answers Range. What the real server does is not published.
    pub file_ranges: bool,
    /// Whether a sound or a film is empty without Range, as some found it.
    pub needs_range: bool,
}

/// What `webwxsync` does with a SyncKey older than the newest one handed out in the same login.
///
/// How far back the real server replays is not published.
///
/// ```
/// use wx_testkit::server::{OldKeys, Server};
///
/// let mut server = Server::demo();
/// // A client that goes on from an older key is refused.
/// server.config_mut().old_keys = OldKeys::Refuse(1);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub enum OldKeys {
    /// Everything after the key comes again.
    Replay,
    /// The reply goes on from the newest key handed out: what lies between is lost to the client.
    FromNewest,
    /// The reply is this Ret, and nothing else.
    Refuse(i64),
}

impl ServerConfig {
    /// The flavour of `wx.qq.com`; a confirmed login is moved to `wx2.qq.com`.
    pub fn web() -> Self {
        Self {
            appid: "wx782c26e4c19acffb".to_owned(),
            page_host: "wx.qq.com".to_owned(),
            redirect_host: "wx2.qq.com".to_owned(),
            login_hosts: ["login.weixin.qq.com", "login.wx.qq.com", "login.wx2.qq.com", "login.wx8.qq.com"]
                .map(str::to_owned)
                .into(),
            push_host: None,
            extra_hosts: BTreeMap::new(),
            only_file_helper: false,
            entries: Vec::new(),
            region: None,
            hold: Duration::from_secs(25),
            qr_life: Duration::from_secs(300),
            ticket_life: Duration::from_secs(300),
            cookie_life: Duration::from_secs(12 * 3600),
            scan_after: None,
            confirm_after: None,
            silent_decline: false,
            contact_page: 500,
            stuck_pages: false,
            max_per_sync: 50,
            continue_flag: true,
            old_keys: OldKeys::Replay,
            dedup_sends: true,
            says_once: false,
            echo_sends: false,
            announce_chats: false,
            emoji_spans: true,
            first_msg_id: 5_120_000_000_000_000_001,
            kept_bytes: 64 << 20,
            knows_files: true,
            checks_md5: false,
            serves_parallel: true,
            file_ranges: false,
            needs_range: false,
        }
    }

    /// The flavour behind `filehelper.weixin.qq.com` and its siblings: the entry host is base and push host at once. A login
    /// that does not say where it was begun goes on at `szfilehelper.weixin.qq.com`.
    pub fn file_helper() -> Self {
        let entry = "szfilehelper.weixin.qq.com";
        Self {
            appid: "wx_webfilehelper".to_owned(),
            page_host: entry.to_owned(),
            redirect_host: entry.to_owned(),
            push_host: Some(entry.to_owned()),
            only_file_helper: true,
            entries: ["filehelper.weixin.qq.com", entry, "cmfilehelper.weixin.qq.com"]
                .map(str::to_owned)
                .into(),
            ..Self::web()
        }
    }

    /// Every host name this server answers for, for a certificate or an address table.
    pub fn hosts(&self) -> Vec<String> {
        let mut all =
            vec![self.page_host.clone(), self.redirect_host.clone(), self.push_host(), self.file_host()];
        all.extend(self.login_hosts.iter().cloned());
        all.extend(self.entries.iter().cloned());
        all.extend(self.entries.iter().map(|entry| hosts::derived(entry).file.to_owned()));
        all.extend(self.extra_hosts.keys().cloned());
        all.push(hosts::QR_HOST.to_owned());
        all.sort();
        all.dedup();
        all
    }

    /// The push host of a session.
    pub fn push_host(&self) -> String {
        self.push_host.clone().unwrap_or_else(|| hosts::derived(&self.redirect_host).push.to_owned())
    }

    /// The file host of a session.
    pub fn file_host(&self) -> String {
        hosts::derived(&self.redirect_host).file.to_owned()
    }

    /// Whether `host` may be asked for something of this role.
    pub(super) fn serves(&self, host: &str, role: HostRole) -> bool {
        if self.extra_hosts.get(host) == Some(&role) {
            return true;
        }
        let is_entry = self.entries.iter().any(|entry| entry == host);
        match role {
            HostRole::Login => self.login_hosts.iter().any(|login| login == host),
            // One client fetches the picture from the login host.
            HostRole::Qr => host == hosts::QR_HOST || self.login_hosts.iter().any(|login| login == host),
            HostRole::Page => is_entry || host == self.page_host || host == self.redirect_host,
            HostRole::Base => is_entry || host == self.redirect_host,
            HostRole::Push => is_entry || host == self.push_host(),
            HostRole::File => {
                host == self.file_host()
                    || self.entries.iter().any(|entry| host == hosts::derived(entry).file)
            }
        }
    }

    /// Whether the session of a login that went on at `host` knows the account.
    pub(super) fn knows_account_at(&self, host: &str) -> bool {
        self.region.as_deref().is_none_or(|region| region == host)
    }

    /// Whether `host` belongs to this server at all.
    pub(super) fn knows(&self, host: &str) -> bool {
        HostRole::ALL.into_iter().any(|role| self.serves(host, role))
    }
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self::web()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_the_web_flavour() {
        let hosts = ServerConfig::web().hosts();
        for host in
            ["wx.qq.com", "wx2.qq.com", "webpush.wx2.qq.com", "file.wx2.qq.com", "login.weixin.qq.com"]
        {
            assert!(hosts.iter().any(|known| known == host), "{host}");
        }
    }

    #[test]
    fn the_file_helper_pushes_from_its_entry_host() {
        let config = ServerConfig::file_helper();
        assert!(config.serves("szfilehelper.weixin.qq.com", HostRole::Push));
        assert!(!config.serves("wx2.qq.com", HostRole::Base));
    }

    #[test]
    fn an_extra_host_has_only_its_role() {
        let mut config = ServerConfig::web();
        config.extra_hosts.insert("webpush2.weixin.qq.com".to_owned(), HostRole::Push);
        assert!(config.serves("webpush2.weixin.qq.com", HostRole::Push));
        assert!(!config.serves("webpush2.weixin.qq.com", HostRole::Base));
    }
}
