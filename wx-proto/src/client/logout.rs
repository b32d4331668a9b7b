//! Logging out: only the server's answer ends a session; without one the login is kept. And what is kept of an end.

use super::{Client, Stage, effects};
use crate::{
    Cause, CommandError, EndReason, Lane, OpError, OpId, Outcome, SessionEnd,
    cookie::Jar,
    endpoint::{Call, batch_get_contact::ContactQuery},
    flow::contacts::Loader,
};

/// How often the server is asked before the logout is given up.
const TRIES: u32 = 3;

impl Client {
    /// Ends the session, here and on the server. Sends that are not over end too. Works in any phase but `Idle` and
    /// `Ended`; during a login it just gives up.
    ///
    /// Without an answer of the server it is asked three times in all; then the operation ends with
    /// [`OpError::Failed`] or [`OpError::BadReply`], and the client is in [`Phase::Idle`](crate::Phase::Idle) with its
    /// login, which can be resumed.
    ///
    /// # Errors
    /// [`CommandError::NotOnline`] if there is nothing to end.
    pub fn logout(&mut self) -> Result<OpId, CommandError> {
        match self.stage {
            Stage::Idle | Stage::Ended | Stage::LoggingOut { .. } => return Err(CommandError::NotOnline),
            Stage::Login(_) | Stage::Start(_) | Stage::Online(_) => {}
        }
        let op = self.next_op();
        self.dirty = true;
        self.give_up_everything();
        if self.login.is_some() {
            self.enter(Stage::LoggingOut { failures: 0 });
            self.lanes.ask(Call::Logout { op }, self.clock.now(), false);
        } else {
            self.done(op, Ok(Outcome::LoggedOut));
            self.end(EndReason::LoggedOut);
        }
        Ok(op)
    }

    /// Drops the login here, without a word to the server, which keeps the session until it ends by itself. Sends that are
    /// not over end too.
    pub fn forget_login(&mut self) {
        if self.login.is_none() {
            return;
        }
        self.dirty = true;
        self.end(EndReason::LoggedOut);
        self.jar = Jar::default();
        let base = self.config.profile.page_host().clone();
        self.plant_page_cookies(&base);
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
            let at = self.clock.now() + effects::backoff(failures, &mut self.rng);
            self.lanes.ask(Call::Logout { op }, at, false);
            return self.trouble(Lane::Control, cause, failures, at);
        }
        let error = match cause {
            Cause::Network { kind, .. } => OpError::Failed(kind),
            Cause::Reply { .. } | Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => {
                OpError::BadReply
            }
        };
        self.done(op, Err(error));
        self.rest_with_login();
    }

    /// Idle as after a restore: nothing under way, and the login can be resumed.
    fn rest_with_login(&mut self) {
        let groups = self.known_groups().into_iter().map(ContactQuery::plain).collect();
        self.loader = Loader::new();
        self.want(groups);
        self.offline = false;
        if let Some(login) = &mut self.login {
            login.resumed = true;
        }
        self.enter(Stage::Idle);
    }

    /// For whoever looks at the session later; a login that came to nothing ends no session.
    pub(super) fn note_end(&mut self, reason: &EndReason) {
        match reason {
            EndReason::LoggedOut | EndReason::SessionOver { .. } if self.login.is_some() => {
                self.ended = Some(SessionEnd { at: self.clock.now(), reason: reason.clone() });
            }
            EndReason::LoggedOut
            | EndReason::SessionOver { .. }
            | EndReason::LoginRefused { .. }
            | EndReason::ForeignHost(_)
            | EndReason::QrExpired => {}
        }
    }
}
