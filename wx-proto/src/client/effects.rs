//! From the effects of a flow to calls in lanes and events for the application.

use std::{
    mem::{Discriminant, discriminant},
    time::Duration,
};

use super::{drive::Driven, machine::Machine, seen::Seen, stage::Stage};
use crate::{
    Cause, ClientTime, Event, FailureKind, Lane,
    endpoint::Endpoint,
    flow::{Ask, Call, Trouble, Wait, contacts, login, start, sync},
    rng::Rng,
};

/// The first pause of a backoff, and the longest.
const BACKOFF: Duration = Duration::from_secs(1);
const BACKOFF_MOST: Duration = Duration::from_secs(60);

/// The pause after so many failures in a row: doubling, capped, the upper half drawn at random.
pub(super) fn backoff(failures: u32, rng: &mut Rng) -> Duration {
    let pause = BACKOFF.saturating_mul(1 << failures.saturating_sub(1).min(10)).min(BACKOFF_MOST);
    let half = pause / 2;
    let spread = u64::try_from(half.as_millis()).unwrap_or(0);
    half + Duration::from_millis(rng.below(spread + 1))
}

impl Driven for login::State {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        let Stage::Login(flow) = &mut machine.stage else { return None };
        Some((flow, &mut machine.seen))
    }

    fn milestone(&self) -> Option<Discriminant<Self>> {
        Some(discriminant(self))
    }

    fn perform(machine: &mut Machine, (): (), effect: login::Effect) {
        match effect {
            login::Effect::Ask(ask) => {
                if let Call::LoginPage { redirect } = &ask.call {
                    // The page that is loaded there sets its own cookies first.
                    let host = redirect.host().clone();
                    machine.browser.visit(&host);
                }
                machine.ask(ask);
            }
            login::Effect::Show(uuid) => machine.show_qr(uuid),
            login::Effect::Scanned { avatar } => machine.events.push(Event::Scanned { avatar }),
            login::Effect::Granted => {
                machine.begin(start::fresh(start::Fallback::End));
            }
            login::Effect::End(reason) => machine.end(reason),
        }
    }
}

impl Driven for start::State {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        let Stage::Start(flow) = &mut machine.stage else { return None };
        Some((flow, &mut machine.seen))
    }

    fn milestone(&self) -> Option<Discriminant<Self>> {
        Some(discriminant(self))
    }

    fn perform(machine: &mut Machine, (): (), effect: start::Effect) {
        match effect {
            start::Effect::Ask(ask) => machine.ask(ask),
            start::Effect::Resume(step) => machine.events.push(Event::Resume { step }),
            start::Effect::Notify => {
                machine.ask(Ask::now(Call::StatusNotify));
            }
            start::Effect::Online(first) => machine.go_online(first),
            start::Effect::QrLogin(reason) => {
                machine.account.note_end(&reason, machine.clock.now());
                machine.begin_qr_login();
            }
            start::Effect::End(reason) => machine.end(reason),
        }
    }
}

impl Driven for sync::State {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        let Stage::Online(flow) = &mut machine.stage else { return None };
        Some((flow, &mut machine.seen))
    }

    fn perform(machine: &mut Machine, (): (), effect: sync::Effect) {
        match effect {
            sync::Effect::Ask(ask) => machine.ask(ask),
            sync::Effect::Unask => machine.lanes.unask(Lane::LongPoll),
            sync::Effect::Abort => {
                machine.lanes.give_up(|call| *call == Call::SyncCheck);
            }
            sync::Effect::ChecksLost => {
                let at = machine.lanes.last_start(Lane::LongPoll) + sync::LOOK_SPACING;
                machine.trouble(Lane::LongPoll, Cause::ChecksLost, sync::DEAF, at.max(machine.clock.now()));
            }
            sync::Effect::End(reason) => machine.end(reason),
        }
    }
}

impl Driven for contacts::Loader {
    type Key = ();

    fn find(machine: &mut Machine, (): ()) -> Option<(&mut Self, &mut Seen)> {
        Some((machine.address_book.loader(machine.clock.now()), &mut machine.seen))
    }

    fn perform(machine: &mut Machine, (): (), effect: contacts::Effect) {
        match effect {
            contacts::Effect::Ask(ask) => machine.ask(ask),
            contacts::Effect::Loaded => {
                machine.events.push(Event::Contacts(machine.address_book.contacts().counts()))
            }
        }
    }
}

impl Machine {
    fn go_online(&mut self, first: start::First) {
        if let Some((me, resumed)) = self.account.announce() {
            self.events.push(Event::LoggedIn { me, resumed });
        }
        let receiving = match first {
            start::First::Fetched => (sync::resumed(false), Vec::new()),
            start::First::Renewed => (sync::resumed(true), Vec::new()),
            start::First::Fetch => sync::start(true, self.open()),
            start::First::Check => sync::start(false, self.open()),
        };
        self.begin(receiving);
        self.drive(contacts::Input::Begin);
    }

    /// Lets a call start when its wait is over. After a failure the application is told: an outage once, other trouble
    /// each time.
    fn ask(&mut self, ask: Ask) {
        let Ask { call, wait, trouble } = ask;
        let (next, endpoint) = (call.lane(), call.endpoint());
        let now = self.clock.now();
        let at = match wait {
            Wait::Now => now,
            Wait::Spaced(gap) => now.max(self.lanes.last_start(next) + gap),
            Wait::Delay(pause) => now + pause,
            Wait::Backoff(failures) => now + backoff(failures, &mut self.rng),
        };
        let at = at.max(call.kind().map_or(now, |kind| self.limits.not_before(kind)));
        self.lanes.ask(call, at, true);
        let Some(Trouble { failures, cause }) = trouble else { return };
        // Where it failed; the next call may go elsewhere.
        let lane = match &cause {
            Cause::Network { endpoint, .. } | Cause::Reply { endpoint, .. } => endpoint.lane(),
            Cause::Store | Cause::AckOverdue { .. } | Cause::ChecksLost => next,
        };
        let beside = matches!(endpoint, Endpoint::GetContact | Endpoint::BatchGetContact);
        // A reply that is too large came: there is a network.
        let outage =
            matches!(&cause, Cause::Network { kind, .. } if *kind != FailureKind::TooLarge) && !beside;
        if !outage {
            self.trouble(lane, cause, failures, at);
        } else {
            self.events.offline(cause, self.clock.to_caller(at));
        }
    }

    /// Code 1205: this kind of action is held back, and the application is told until when.
    pub(super) fn limited(&mut self, call: &Call, cause: Cause) {
        let Some(kind) = call.kind() else { return };
        let (times, until) = self.limits.hit(kind, self.clock.now());
        self.trouble(call.lane(), cause, times, until);
    }

    pub(super) fn trouble(&mut self, lane: Lane, cause: Cause, attempt: u32, at: ClientTime) {
        let retry_at = self.clock.to_caller(at);
        self.events.push(Event::Trouble { lane, cause, attempt, retry_at });
    }
}
