//! From the effects of a flow to calls in lanes and events for the application.

use std::time::Duration;

use super::{Client, Stage, bucket::Worth, limits::Kind, seen};
use crate::{
    Cause, Event, FailureKind, Lane, OpId, QrCode, Timestamp, Uuid,
    endpoint::{Call, Spec, Waiter, qr_code},
    flow::{Ask, RetryReason, Wait, contacts, login, send, start, sync},
    rng::SplitMix64,
};

/// Run numbers stay below 2^21, so that batch and op ids stay below 2^53.
pub(super) const MAX_RUN: u64 = (1 << 21) - 1;
/// The first pause of a backoff, and the longest.
const BACKOFF: Duration = Duration::from_secs(1);
const BACKOFF_MOST: Duration = Duration::from_secs(60);

/// The pause after so many failures in a row: doubling, capped, the upper half drawn at random.
pub(super) fn backoff(failures: u32, rng: &mut SplitMix64) -> Duration {
    let pause = BACKOFF.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(BACKOFF_MOST);
    let half = pause / 2;
    let spread = u64::try_from(half.as_millis()).unwrap_or(0);
    half + Duration::from_millis(rng.below(spread + 1))
}

impl Client {
    pub(super) fn step_login(&mut self, input: login::Input) {
        let Stage::Login(state) = &self.stage else { return };
        let lost = matches!(input, login::Input::Lost(_));
        let before = std::mem::discriminant(state);
        let seen = seen::before(state, &input);
        let (state, effects) = login::step(state.clone(), input);
        self.seen.after(seen, &state, &effects);
        if std::mem::discriminant(&state) != before {
            self.worth = Worth::Brought;
        }
        if !lost {
            self.back_online();
        }
        self.enter(Stage::Login(state));
        self.apply_login(effects);
    }

    pub(super) fn apply_login(&mut self, effects: Vec<login::Effect>) {
        for effect in effects {
            match effect {
                login::Effect::Ask(ask) => {
                    if let Call::LoginPage { redirect } = &ask.call {
                        // The page that is loaded there sets its own cookies first.
                        let host = redirect.host().clone();
                        self.plant_page_cookies(&host);
                    }
                    self.ask(ask);
                }
                login::Effect::Show(uuid) => self.show(uuid),
                login::Effect::Scanned { avatar } => self.events.push_back(Event::Scanned { avatar }),
                login::Effect::Granted => {
                    let (state, effects) = start::fresh(start::Fallback::End);
                    self.enter(Stage::Start(state));
                    self.apply_start(effects);
                }
                login::Effect::End(reason) => self.end(reason),
            }
        }
    }

    pub(super) fn step_start(&mut self, input: start::Input) {
        let Stage::Start(state) = &self.stage else { return };
        let lost = matches!(input, start::Input::Lost(_) | start::Input::Unusable(_));
        let before = std::mem::discriminant(state);
        let seen = seen::before(state, &input);
        let (state, effects) = start::step(state.clone(), input);
        self.seen.after(seen, &state, &effects);
        if std::mem::discriminant(&state) != before {
            self.worth = Worth::Brought;
        }
        if !lost {
            self.back_online();
        }
        self.enter(Stage::Start(state));
        self.apply_start(effects);
    }

    pub(super) fn apply_start(&mut self, effects: Vec<start::Effect>) {
        for effect in effects {
            match effect {
                start::Effect::Ask(ask) => self.ask(ask),
                start::Effect::Resume(step) => self.events.push_back(Event::Resume { step }),
                start::Effect::Notify => {
                    self.ask(Ask::now(Call::StatusNotify));
                }
                start::Effect::Online(first) => self.go_online(first),
                start::Effect::QrLogin(reason) => {
                    self.note_end(&reason);
                    self.begin_qr_login();
                }
                start::Effect::End(reason) => self.end(reason),
            }
        }
    }

    fn go_online(&mut self, first: start::First) {
        if let Some(login) = &mut self.login
            && let Some(me) = login.me.clone()
        {
            let resumed = std::mem::replace(&mut login.resumed, false);
            self.events.push_back(Event::LoggedIn { me, resumed });
        }
        let (state, effects) = match first {
            start::First::Fetched => (sync::resumed(false), Vec::new()),
            start::First::Renewed => (sync::resumed(true), Vec::new()),
            start::First::Fetch => sync::start(true, self.open()),
            start::First::Check => sync::start(false, self.open()),
        };
        self.enter(Stage::Online(state));
        self.apply_sync(effects);
        self.step_contacts(contacts::Input::Begin);
    }

    pub(super) fn step_sync(&mut self, input: sync::Input) {
        let Stage::Online(state) = &self.stage else { return };
        let lost = matches!(input, sync::Input::Lost { .. } | sync::Input::Room { .. });
        let seen = seen::before(state, &input);
        let (state, effects) = sync::step(state.clone(), input);
        self.seen.after(seen, &state, &effects);
        if !lost {
            self.back_online();
        }
        self.enter(Stage::Online(state));
        self.apply_sync(effects);
    }

    fn apply_sync(&mut self, effects: Vec<sync::Effect>) {
        for effect in effects {
            match effect {
                sync::Effect::Ask(ask) => self.ask(ask),
                sync::Effect::Unask => self.lanes.unask(Lane::LongPoll),
                sync::Effect::Abort => {
                    self.lanes.give_up(|call| *call == Call::SyncCheck);
                }
                sync::Effect::ChecksLost => {
                    let at = self.lanes.last_start(Lane::LongPoll) + sync::LOOK_SPACING;
                    self.trouble(Lane::LongPoll, Cause::ChecksLost, sync::DEAF, at.max(self.clock.now()));
                }
                sync::Effect::End(reason) => self.end(reason),
            }
        }
    }

    pub(super) fn step_contacts(&mut self, input: contacts::Input) {
        self.loader.advance(self.clock.now());
        let seen = seen::before(&self.loader, &input);
        let effects = self.loader.step(input);
        self.seen.after(seen, &self.loader, &effects);
        for effect in effects {
            match effect {
                contacts::Effect::Ask(ask) => self.ask(ask),
                contacts::Effect::Loaded => self.events.push_back(Event::Contacts(self.contacts.counts())),
            }
        }
    }

    /// Steps one send; false if there is no such send.
    pub(super) fn step_send(&mut self, op: OpId, input: send::Input) -> bool {
        let Some(effects) = self.outbox.step(op, input, &mut self.seen) else { return false };
        for effect in effects {
            match effect {
                send::Effect::Store => {
                    self.outbox.note_claim(op, self.clock.now(), self.clock.wall(), self.rng.next_u64());
                    let revision = self.storage.raise();
                    self.outbox.set_revision(op, revision);
                }
                send::Effect::Send => {
                    // The application asked for the first try, not for the others.
                    let again = self.outbox.get(op).is_some_and(|entry| entry.tries() > 1);
                    self.lanes.ask(Call::SendMsg { op }, self.clock.now(), again);
                }
                send::Effect::Abort => {
                    self.lanes.give_up(|call| *call == Call::SendMsg { op });
                }
                send::Effect::HoldBack(cause) => {
                    let failures = self.outbox.failed();
                    let at = self.clock.now() + backoff(failures, &mut self.rng);
                    self.outbox.hold_until(at);
                    self.trouble(Lane::Send, cause, failures, at);
                }
                send::Effect::HoldBackLong => {
                    let (_, until) = self.limits.hit(Kind::Send, self.clock.now());
                    self.outbox.hold_until(until);
                }
                send::Effect::Through => {
                    self.outbox.through();
                    self.limits.through(Kind::Send);
                }
            }
        }
        true
    }

    /// Lets a call start when its wait is over. After a failure the application is told: an outage once, other trouble
    /// each time.
    fn ask(&mut self, ask: Ask) {
        let Ask { call, wait, retry } = ask;
        let (next, beside) = (call.lane(), call.waiter() == Waiter::Contacts);
        let now = self.clock.now();
        let at = match wait {
            Wait::Now => now,
            Wait::Spaced(gap) => now.max(self.lanes.last_start(next) + gap),
            Wait::Delay(pause) => now + pause,
            Wait::Backoff(failures) => now + backoff(failures, &mut self.rng),
        };
        let at = at.max(call.spec().quota.map_or(now, |kind| self.limits.not_before(kind)));
        self.lanes.ask(call, at, true);
        let Some(RetryReason { failures, cause }) = retry else { return };
        // Where it failed; the next call may go elsewhere.
        let lane = match &cause {
            Cause::Network { endpoint, .. } | Cause::Reply { endpoint, .. } => Spec::of(*endpoint).lane,
            Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => next,
        };
        // A reply that is too large came: there is a network.
        let outage =
            matches!(&cause, Cause::Network { kind, .. } if *kind != FailureKind::TooLarge) && !beside;
        if !outage {
            self.trouble(lane, cause, failures, at);
        } else if !self.offline {
            self.offline = true;
            let retry_at = self.clock.to_caller(at);
            self.events.push_back(Event::Offline { cause, retry_at });
        }
    }

    /// Code 1205: this kind of action is held back, and the application is told until when.
    pub(super) fn limited(&mut self, call: &Call, cause: Cause) {
        let Some(kind) = call.spec().quota else { return };
        let (times, until) = self.limits.hit(kind, self.clock.now());
        self.trouble(call.lane(), cause, times, until);
    }

    pub(super) fn trouble(&mut self, lane: Lane, cause: Cause, attempt: u32, at: Timestamp) {
        let retry_at = self.clock.to_caller(at);
        self.events.push_back(Event::Trouble { lane, cause, attempt, retry_at });
    }

    fn back_online(&mut self) {
        if std::mem::replace(&mut self.offline, false) {
            self.events.push_back(Event::Online);
        }
    }

    fn show(&mut self, uuid: Uuid) {
        let qr = QrCode { url: qr_code::content(&uuid), image_url: qr_code::image_url(&uuid), uuid };
        self.qr = Some(qr.clone());
        self.events.push_back(Event::QrCode(qr));
    }
}
