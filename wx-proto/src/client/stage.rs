//! What the client is doing: the stages from login to end, and what each change of stage takes with it.

use super::machine::Machine;
use crate::{
    EndReason, Event, OpError, Phase, QrCode, Uuid,
    endpoint::{Waiter, qr_code},
    flow,
};

/// What the client is doing.
#[derive(Clone, Debug)]
pub(super) enum Stage {
    Idle,
    Login(flow::login::State),
    Start(flow::start::State),
    Online(flow::sync::State),
    /// webwxlogout was lost so often.
    LoggingOut {
        failures: u32,
    },
    Ended,
}

impl From<flow::login::State> for Stage {
    fn from(flow: flow::login::State) -> Self {
        Self::Login(flow)
    }
}

impl From<flow::start::State> for Stage {
    fn from(flow: flow::start::State) -> Self {
        Self::Start(flow)
    }
}

impl From<flow::sync::State> for Stage {
    fn from(flow: flow::sync::State) -> Self {
        Self::Online(flow)
    }
}

impl Machine {
    /// A login that starts from nothing: what belongs to the one before ends here.
    pub(super) fn begin_qr_login(&mut self) {
        self.account.drop_login();
        self.receiver.lose_position(&mut self.storage);
        self.change_peers();
        self.forget_people();
        self.entry.begin(&self.config.profile);
        self.begin(flow::login::start());
    }

    /// Moves to a stage and tells the phase if it changed.
    pub(super) fn enter(&mut self, stage: Stage) {
        self.stage = stage;
        self.follow_stage();
    }

    /// The phase follows the stage, whose flow may have moved on.
    pub(super) fn follow_stage(&mut self) {
        let phase = match &self.stage {
            Stage::Idle => Phase::Idle,
            Stage::Login(flow::login::State::RequestUuid { .. } | flow::login::State::ShowQr { .. }) => {
                Phase::AwaitScan
            }
            Stage::Login(flow::login::State::Scanned { .. }) => Phase::AwaitConfirm,
            Stage::Login(flow::login::State::Redeem { .. }) | Stage::Start(_) => Phase::Starting,
            Stage::Online(_) => Phase::Online,
            // A login that is over moves on at once; `end` has set the phase with its reason; a logout changes nothing
            // before its end.
            Stage::Login(flow::login::State::Finished) | Stage::LoggingOut { .. } | Stage::Ended => {
                self.phase.clone()
            }
        };
        if phase != Phase::AwaitScan {
            self.qr = None;
        }
        if phase != self.phase {
            self.phase = phase.clone();
            self.events.push(Event::Phase(phase));
        }
    }

    /// Ends login and session: every send is settled, the tokens are dropped.
    pub(super) fn end(&mut self, reason: EndReason) {
        self.account.note_end(&reason, self.clock.now());
        self.give_up_everything();
        self.account.drop_login();
        self.receiver.lose_position(&mut self.storage);
        self.events.end_outage();
        self.qr = None;
        self.storage.raise();
        self.stage = Stage::Ended;
        self.phase = Phase::Ended(reason);
        self.events.push(Event::Phase(self.phase.clone()));
    }

    /// User names changed: nothing that names an old one may leave.
    pub(super) fn change_peers(&mut self) {
        for op in self.outbox.open() {
            self.drive_at(op, flow::send::Input::PeerChanged);
        }
        self.give_up_downloads(&OpError::PeerChanged);
    }

    /// User names changed: whoever is known under an old one, and what is being asked about them.
    pub(super) fn forget_people(&mut self) {
        self.address_book.clear();
        self.lanes.give_up(|call| call.waiter() == Waiter::Contacts);
    }

    /// Ends every request and every command that is not over.
    pub(super) fn give_up_everything(&mut self) {
        for call in self.lanes.give_up(|_| true) {
            if let Waiter::Command(op) = call.waiter() {
                self.done(op, Err(OpError::SessionEnded));
            }
        }
        for op in self.outbox.open() {
            self.drive_at(op, flow::send::Input::SessionEnded);
        }
        self.give_up_downloads(&OpError::SessionEnded);
    }

    /// A QR code to scan.
    pub(super) fn show_qr(&mut self, uuid: Uuid) {
        let qr = QrCode { url: qr_code::content(&uuid), image_url: qr_code::image_url(&uuid), uuid };
        self.qr = Some(qr.clone());
        self.events.push(Event::QrCode(qr));
    }
}
