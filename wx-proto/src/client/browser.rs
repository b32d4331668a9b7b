//! What the official page keeps in the browser: cookies, and what it counts from the moment it is loaded.

use http::HeaderMap;

use crate::{Profile, Timestamp, cookie::Jar, host::Host};

#[derive(Clone, Debug)]
pub(super) struct Browser {
    jar: Jar,
    /// The page's language, in one of its cookies; `None` if its script sets no cookies.
    lang: Option<Box<str>>,
    loaded: Timestamp,
    /// Scripts that the page loaded since; each has the next number in its address.
    scripts: u64,
    /// Files that the page uploaded since.
    uploads: u64,
}

impl Browser {
    /// The page that a login starts on is loaded.
    pub(super) fn new(profile: &Profile, now: Timestamp) -> Self {
        let lang = profile.flavour.plants_cookies().then(|| Box::from(profile.lang.as_str()));
        let mut browser = Self { jar: Jar::default(), lang, loaded: now, scripts: 0, uploads: 0 };
        browser.visit(profile.page_host());
        browser
    }

    /// The cookies that a store kept take the place of all others.
    pub(super) fn restore(&mut self, jar: Jar) {
        self.jar = jar;
    }

    pub(super) const fn jar(&self) -> &Jar {
        &self.jar
    }

    /// The page is loaded anew: its counters begin.
    pub(super) const fn reload(&mut self, now: Timestamp) {
        (self.loaded, self.scripts, self.uploads) = (now, 0, 0);
    }

    /// When the page was loaded, in the caller's time.
    pub(super) const fn loaded(&self) -> Timestamp {
        self.loaded
    }

    /// The number of the next script.
    pub(super) const fn next_script(&mut self) -> u64 {
        let number = self.loaded.as_millis().saturating_add(self.scripts);
        self.scripts = self.scripts.saturating_add(1);
        number
    }

    /// The number of the next file that goes up, from 0.
    pub(super) const fn next_upload(&mut self) -> u64 {
        let number = self.uploads;
        self.uploads = self.uploads.saturating_add(1);
        number
    }

    /// The cookies that the page's own script sets when it is loaded from `base`.
    pub(super) fn visit(&mut self, base: &Host) {
        let Some(lang) = &self.lang else { return };
        self.jar.plant(base, "mm_lang", lang, true);
        self.jar.plant(base, "MM_WX_NOTIFY_STATE", "1", false);
        self.jar.plant(base, "MM_WX_SOUND_STATE", "1", false);
    }

    /// The two that it sets when a login succeeds.
    pub(super) fn logged_in(&mut self, host: &Host, uin: u64) {
        if self.lang.is_none() {
            return;
        }
        self.jar.plant(host, "login_frequency", "1", false);
        self.jar.plant(host, "last_wxuin", &uin.to_string(), false);
    }

    /// Takes the cookies of a reply; true if any changed.
    pub(super) fn store(&mut self, host: &Host, path: &str, headers: &HeaderMap) -> bool {
        self.jar.store(host, path, headers)
    }

    /// Drops all cookies, as a browser does that forgets a login.
    pub(super) fn forget(&mut self, base: &Host) {
        self.jar = Jar::default();
        self.visit(base);
    }
}
