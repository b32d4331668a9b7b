//! Logging out: only the server's answer ends a session; without one the login is kept.

use super::{machine::Machine, replies::command_error, schedule, stage::Stage};
use crate::{
    Cause, CommandError, EndReason, Lane, OpId, Outcome,
    endpoint::{Call, batch_get_contact::ContactQuery},
};

/// How often the server is asked before the logout is given up.
const TRIES: u32 = 3;

impl Machine {
    pub(super) fn logout(&mut self) -> Result<OpId, CommandError> {
        match self.stage {
            Stage::Idle | Stage::Ended | Stage::LoggingOut { .. } => return Err(CommandError::NotOnline),
            Stage::Login(_) | Stage::Start(_) | Stage::Online(_) => {}
        }
        let op = self.next_op();
        self.give_up_everything();
        if self.account.login().is_some() {
            self.enter(Stage::LoggingOut { failures: 0 });
            self.lanes.schedule(Call::Logout { op }, self.clock.now(), false);
        } else {
            self.done(op, Ok(Outcome::LoggedOut));
            self.end(EndReason::LoggedOut);
        }
        Ok(op)
    }

    pub(super) fn forget_login(&mut self) {
        if self.account.login().is_none() {
            return;
        }
        self.end(EndReason::LoggedOut);
        self.browser.forget(self.config.profile.page_host());
    }

    /// The server answered: whatever it said, it does not know the session any more.
    pub(super) fn logged_out(&mut self, op: OpId) {
        self.done(op, Ok(Outcome::LoggedOut));
        self.end(EndReason::LoggedOut);
    }

    /// No answer, or none of the server's: once more after a pause, or the login stays as it is.
    pub(super) fn logout_lost(&mut self, op: OpId, cause: Cause) {
        let Stage::LoggingOut { failures } = self.stage else { return };
        let failures = failures.saturating_add(1);
        if failures < TRIES {
            self.stage = Stage::LoggingOut { failures };
            let at = self.clock.now() + schedule::backoff(failures, &mut self.rng);
            self.lanes.schedule(Call::Logout { op }, at, false);
            return self.trouble(Lane::Control, cause, failures, at);
        }
        self.done(op, Err(command_error(&cause)));
        self.rest_with_login();
    }

    /// Idle as after a restore: nothing under way, and the login can be resumed.
    fn rest_with_login(&mut self) {
        let groups = self.address_book.known_groups().into_iter().map(ContactQuery::plain).collect();
        self.address_book.stop_loading();
        self.want(groups);
        self.events.end_outage();
        self.account.rest();
        self.enter(Stage::Idle);
    }
}
