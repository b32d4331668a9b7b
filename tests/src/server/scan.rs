//! One QR code and what the phone has done with it.

use std::time::Duration;

use wx_proto::Timestamp;

use super::config::ServerConfig;

/// What the phone has done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum ScanState {
    Waiting,
    Scanned,
    Confirmed,
    Declined,
    Expired,
}

/// A uuid from `jslogin` and its state.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) uuid: String,
    pub(super) ticket: String,
    /// The host that the login goes on at.
    pub(super) host: String,
    pub(super) state: ScanState,
    /// The state the last answered poll told: a poll with tip 0 waits for another one.
    pub(super) reported: ScanState,
    created: Timestamp,
    first_poll: Option<Timestamp>,
    pub(super) scanned_at: Timestamp,
    pub(super) confirmed_at: Timestamp,
    /// Its tokens were asked for; they can be once more.
    pub(super) redeemed: bool,
}

impl Attempt {
    pub(super) fn new(uuid: String, ticket: String, host: String, now: Timestamp) -> Self {
        Self {
            uuid,
            ticket,
            host,
            state: ScanState::Waiting,
            reported: ScanState::Waiting,
            created: now,
            first_poll: None,
            scanned_at: now,
            confirmed_at: now,
            redeemed: false,
        }
    }

    pub(super) fn polled(&mut self, now: Timestamp) {
        self.first_poll.get_or_insert(now);
    }

    pub(super) fn scan(&mut self, now: Timestamp) {
        self.state = ScanState::Scanned;
        self.scanned_at = now;
    }

    pub(super) fn confirm(&mut self, now: Timestamp) {
        self.state = ScanState::Confirmed;
        self.confirmed_at = now;
    }

    /// Whether a login may still come of it. The link of a confirmed one is good for `ticket_life`.
    pub(super) fn is_open(&self, now: Timestamp, ticket_life: Duration) -> bool {
        match self.state {
            ScanState::Waiting | ScanState::Scanned => true,
            ScanState::Confirmed => !self.redeemed && now.saturating_since(self.confirmed_at) <= ticket_life,
            ScanState::Declined | ScanState::Expired => false,
        }
    }

    /// What happens next by time alone, and when.
    pub(super) fn next_change(&self, config: &ServerConfig) -> Option<(Timestamp, ScanState)> {
        let expiry = (self.created + config.qr_life, ScanState::Expired);
        let by_phone = |from: Option<Timestamp>, wait: Option<Duration>, to| Some((from? + wait?, to));
        let step = match self.state {
            ScanState::Waiting => by_phone(self.first_poll, config.scan_after, ScanState::Scanned),
            ScanState::Scanned => by_phone(Some(self.scanned_at), config.confirm_after, ScanState::Confirmed),
            ScanState::Confirmed | ScanState::Declined | ScanState::Expired => return None,
        };
        Some(step.filter(|(at, _)| *at <= expiry.0).unwrap_or(expiry))
    }

    pub(super) fn advance(&mut self, now: Timestamp, config: &ServerConfig) {
        while let Some((at, state)) = self.next_change(config).filter(|(at, _)| *at <= now) {
            match state {
                ScanState::Scanned => self.scan(at),
                ScanState::Confirmed => self.confirm(at),
                ScanState::Waiting | ScanState::Declined | ScanState::Expired => self.state = state,
            }
        }
    }

    /// Whether a poll is answered at once. With tip 1 a scan is told again and again; with tip 0 only a change
    /// is told (concluded from the times of recorded polls).
    pub(super) fn has_news(&self, tip: bool) -> bool {
        match self.state {
            ScanState::Declined | ScanState::Expired => true,
            ScanState::Scanned | ScanState::Confirmed => tip || self.state != self.reported,
            ScanState::Waiting => self.state != self.reported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_735_700_000);

    #[test]
    fn the_phone_acts_by_itself() {
        let mut config = ServerConfig::web();
        config.scan_after = Some(Duration::from_secs(2));
        config.confirm_after = Some(Duration::from_secs(3));
        let mut attempt = Attempt::new("u".to_owned(), "t".to_owned(), "h".to_owned(), START);
        attempt.advance(START + Duration::from_secs(10), &config);
        assert_eq!(attempt.state, ScanState::Waiting, "the time runs from the first poll");
        attempt.polled(START + Duration::from_secs(10));
        attempt.advance(START + Duration::from_secs(12), &config);
        assert_eq!(attempt.state, ScanState::Scanned);
        attempt.advance(START + Duration::from_secs(100), &config);
        assert_eq!(attempt.state, ScanState::Confirmed);
        assert_eq!(attempt.confirmed_at, START + Duration::from_secs(15));
    }

    #[test]
    fn a_code_expires() {
        let mut attempt = Attempt::new("u".to_owned(), "t".to_owned(), "h".to_owned(), START);
        attempt.advance(START + Duration::from_secs(299), &ServerConfig::web());
        assert_eq!(attempt.state, ScanState::Waiting);
        attempt.advance(START + Duration::from_secs(300), &ServerConfig::web());
        assert_eq!(attempt.state, ScanState::Expired);
    }
}
