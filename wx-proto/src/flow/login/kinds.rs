//! The kinds of the login's states, inputs and effects.

use super::{Effect, Input, RENEWALS, REPEATS, State, start};
use crate::{
    HostError, Uuid,
    flow::transitions::{CAUSE, Described, Label, kinds},
    host::{Host, Redirect},
};

impl Described for State {
    const NAME: &str = "login";
    fn starts() -> Vec<Self> {
        vec![start().0]
    }
}

const CODES: [u8; 3] = [0, RENEWALS - 1, RENEWALS];

kinds!(State {
    RequestUuid { renewals: renewals in [CODES[0], CODES[1], CODES[2]], failures: failures in [0] },
    ShowQr { uuid: uuid in [uuid()], renewals: renewals in [CODES[0], CODES[1], CODES[2]], failures: failures in [0] },
    Scanned { uuid: uuid in [uuid()], renewals: renewals in [CODES[0], CODES[1], CODES[2]], failures: failures in [0] },
    Redeem {
        redirect: redirect in [redirect()],
        renewals: renewals in [CODES[0], CODES[1], CODES[2]],
        repeats: repeats in [0, REPEATS - 1, REPEATS],
        moved: moved in [false, true],
    },
    Finished {},
});

kinds!(Input {
    Uuid { 0: new in [uuid()] },
    Waiting {},
    Scanned { avatar: avatar in [None] },
    Confirmed { 0: to in [Ok(redirect()), Err(HostError::NotHttps)] },
    UuidSpent {},
    Tokens {},
    Refused { ret: ret in [1203], message: message in [String::new()] },
    Moved { 0: to in [Ok(redirect()), Err(HostError::NotHttps)] },
    NoTokens {},
    Lost { 0: cause in [CAUSE] },
});

impl Label for Effect {
    fn label(&self) -> String {
        match self {
            Self::Schedule(schedule) => schedule.label(),
            Self::Show(_) => "show the code".to_owned(),
            Self::Scanned { .. } => "tell: scanned".to_owned(),
            Self::Granted => "start".to_owned(),
            Self::End(reason) => reason.label(),
        }
    }
}

fn uuid() -> Uuid {
    Uuid::new("sample")
}

fn redirect() -> Redirect {
    Redirect::parse("https://wx.qq.com/sample", &[Host::trusted("wx.qq.com")]).expect("a listed host")
}
