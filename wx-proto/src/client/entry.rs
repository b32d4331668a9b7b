//! The entry that a login starts on. Where each one serves the accounts of a region, an account is known only at the right
//! one, and only trying tells which: a login through a wrong one looks good until webwxinit knows nobody.

use crate::{Profile, host::Host};

#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Where the login starts, or started.
    host: Host,
    /// Where the account was last known.
    known: Option<Host>,
    /// Where it was not, in this login.
    wrong: Vec<Host>,
}

impl Entry {
    pub(super) fn new(profile: &Profile) -> Self {
        Self { host: profile.page_host().clone(), known: None, wrong: Vec::new() }
    }

    /// What a store kept.
    pub(super) fn restore(&mut self, known: Option<Host>) {
        self.known = known;
    }

    pub(super) const fn host(&self) -> &Host {
        &self.host
    }

    /// Where the account was last known, if entries differ in that.
    pub(super) const fn known(&self) -> Option<&Host> {
        self.known.as_ref()
    }

    /// The application asks for a login: every entry may be tried.
    pub(super) fn forget_wrong(&mut self) {
        self.wrong.clear();
    }

    /// The account is not known at this host.
    pub(super) fn note_wrong(&mut self, host: &Host) {
        if !self.wrong.contains(host) {
            self.wrong.push(host.clone());
        }
    }

    /// The account is known at the host that its login was sent to.
    pub(super) fn note_right(&mut self, host: &Host) {
        self.known = Some(host.clone());
        self.wrong.clear();
    }

    /// Where the next login starts: where the account was last known, else on the profile's hosts in their order, each that
    /// was wrong left out. `None` when no other is left.
    pub(super) fn next(&self, profile: &Profile) -> Option<Host> {
        let known = self.known.iter().filter(|_| profile.flavour().has_regions());
        known.chain(profile.page_hosts()).find(|host| !self.wrong.contains(host)).cloned()
    }

    /// A login starts.
    pub(super) fn begin(&mut self, profile: &Profile) {
        self.host = self.next(profile).unwrap_or_else(|| profile.page_host().clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entry_comes_once_and_the_known_one_first() {
        let profile = Profile::file_helper();
        let mut entry = Entry::new(&profile);
        let hosts: Vec<Host> = profile.page_hosts().cloned().collect();
        entry.note_right(&hosts[2]);
        let mut tried = Vec::new();
        while let Some(next) = entry.next(&profile) {
            entry.begin(&profile);
            assert_eq!(*entry.host(), next);
            entry.note_wrong(&next);
            tried.push(next);
        }
        assert_eq!(tried, [hosts[2].clone(), hosts[0].clone(), hosts[1].clone()]);
        entry.begin(&profile);
        assert_eq!(entry.host(), &hosts[0]);
        entry.forget_wrong();
        assert_eq!(entry.next(&profile), Some(hosts[2].clone()));
    }

    #[test]
    fn the_web_starts_on_its_first_host() {
        let profile = Profile::web();
        let mut entry = Entry::new(&profile);
        entry.note_right(profile.page_hosts().last().unwrap());
        entry.begin(&profile);
        assert_eq!(entry.host(), profile.page_host());
    }
}
