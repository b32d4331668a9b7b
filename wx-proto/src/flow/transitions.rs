//! The table of all transitions, made from the flows themselves: each sample of a state is moved on by each sample of an
//! input. Only with the feature `transitions`, for tests and for the diagrams.
//!
//! A flow's `kinds.rs` lists the values that each field of each variant is sampled with: enough of them for everything
//! that its `step` tells apart. A variant or a field that is left out does not compile.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Flow, Schedule, Wait, contacts, download, login, send, start, sync, upload};
use crate::{
    Cause, EndReason,
    endpoint::{Call, login_poll::Tip},
};

/// What an input does to a flow, as it was done or may be. Equal ones differ in nothing but data.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Transition {
    /// The flow's name.
    pub flow: &'static str,
    /// The variant of the state before.
    pub state: &'static str,
    /// The variant of the input.
    pub input: &'static str,
    /// The variant of the state after.
    pub next: &'static str,
    /// What is to be done.
    pub effects: Vec<String>,
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flow, state, input, next, effects } = self;
        write!(f, "{flow}: {state} + {input} -> {next}")?;
        if effects.is_empty() { Ok(()) } else { write!(f, " / {}", effects.join(", ")) }
    }
}

/// Everything that the flows can do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Table {
    /// What changes a state or asks for something, flow by flow.
    pub rows: Vec<Transition>,
    /// The variants that each flow begins in.
    pub starts: Vec<(&'static str, Vec<&'static str>)>,
    /// Inputs that are left alone where they come: they do not belong there.
    pub ignored: BTreeSet<Transition>,
}

/// Makes the table.
pub fn table() -> Table {
    let mut table = Table { rows: Vec::new(), starts: Vec::new(), ignored: BTreeSet::new() };
    table.add::<login::State>();
    table.add::<start::State>();
    table.add::<sync::State>();
    table.add::<contacts::Loader>();
    table.add::<send::State>();
    table.add::<upload::State>();
    table.add::<download::State>();
    table
}

impl Table {
    fn add<F: Described>(&mut self) {
        let states: Vec<F> = F::samples().into_iter().filter(F::is_possible).collect();
        let inputs = F::Input::samples();
        // With each whether anything came of it.
        let mut found: BTreeMap<Transition, bool> = BTreeMap::new();
        let mut order = Vec::new();
        for state in &states {
            for input in inputs.iter().filter(|input| state.may_come(input)) {
                let mut next = state.clone();
                let effects = next.apply(input.clone());
                let matters = next != *state || !effects.is_empty();
                let transition = Transition::new(state.kind(), input.kind(), &next, &effects);
                let known = found.entry(transition.clone()).or_insert_with(|| {
                    order.push(transition);
                    false
                });
                *known |= matters;
            }
        }
        order.sort_by_key(|row| {
            let of_state = states.iter().position(|state| state.kind() == row.state);
            let of_input = inputs.iter().position(|input| input.kind() == row.input);
            (of_state, of_input)
        });
        for transition in order {
            if found.get(&transition).is_some_and(|matters| *matters) {
                self.rows.push(transition);
            } else {
                self.ignored.insert(transition);
            }
        }
        self.starts.push((F::NAME, F::starts().iter().map(Kinds::kind).collect()));
    }
}

/// A state or an input that can be told of and sampled.
pub(crate) trait Kinds: Sized {
    /// The variant.
    fn kind(&self) -> &'static str;
    /// Values of every variant, and the ends of its numbers.
    fn samples() -> Vec<Self>;
}

/// An effect that can be told of.
pub(crate) trait Label {
    fn label(&self) -> String;
}

/// A flow that can be put into the table.
pub(crate) trait Described:
    Flow<Input: Kinds + Clone, Effect: Label> + Kinds + Clone + PartialEq
{
    const NAME: &str;

    /// The states that it begins in.
    fn starts() -> Vec<Self>;

    /// False for samples whose fields never come together so.
    fn is_possible(&self) -> bool {
        true
    }

    /// False for what the client never gives to this state.
    fn may_come(&self, _input: &Self::Input) -> bool {
        true
    }
}

impl Transition {
    pub(crate) fn new<F: Described>(
        state: &'static str,
        input: &'static str,
        next: &F,
        effects: &[F::Effect],
    ) -> Self {
        let effects = effects.iter().map(Label::label).collect();
        Self { flow: F::NAME, state, input, next: next.kind(), effects }
    }
}

/// Lists the variants of an enum with the values that each field is sampled with.
macro_rules! kinds {
    ($type:ident { $(
        $variant:ident { $( $field:tt : $bind:ident in [$($value:expr),+ $(,)?] ),* $(,)? }
    ),+ $(,)? }) => {
        impl $crate::flow::transitions::Kinds for $type {
            fn kind(&self) -> &'static str {
                match self {
                    $( Self::$variant { $( $field: _ ),* } => stringify!($variant), )+
                }
            }

            #[allow(
                clippy::clone_on_copy,
                clippy::single_element_loop,
                clippy::vec_init_then_push,
                reason = "one form for all fields"
            )]
            fn samples() -> Vec<Self> {
                let mut samples = Vec::new();
                $( kinds!(@each samples
                    ($type::$variant { $( $field: $bind.clone() ),* })
                    $( $bind [$($value),+] )*
                ); )+
                samples
            }
        }
    };
    (@each $samples:ident ($sample:expr)) => { $samples.push($sample) };
    (@each $samples:ident ($sample:expr) $bind:ident [$($value:expr),+] $($rest:tt)*) => {
        for $bind in [$($value),+] {
            kinds!(@each $samples ($sample) $($rest)*);
        }
    };
}
pub(crate) use kinds;

/// The cause in samples; no step looks into it.
pub(crate) const CAUSE: Cause = Cause::Store;

/// The endpoint's name, and what tells apart two calls of the same.
const fn name(call: &Call) -> &'static str {
    if let Call::LoginPoll { tip, .. } = call {
        match tip {
            Tip::First => "login, tip 1",
            Tip::Next => "login, tip 0",
        }
    } else if let Call::LoginPage { .. } = call {
        "login page"
    } else if let Call::Renew = call {
        "webwxsync to renew"
    } else {
        call.endpoint().as_str()
    }
}

impl Label for Schedule {
    fn label(&self) -> String {
        let Self { call, wait, retry } = self;
        let call = name(call);
        let wait = match wait {
            Wait::Now => "",
            Wait::Spaced(_) => " spaced",
            Wait::Delay(_) => " after a pause",
            Wait::Backoff(_) => " after a backoff",
        };
        let trouble = if retry.is_some() { ", with trouble" } else { "" };
        format!("ask {call}{wait}{trouble}")
    }
}

impl Label for EndReason {
    fn label(&self) -> String {
        let reason = match self {
            Self::LoggedOut => "LoggedOut",
            Self::SessionOver { .. } => "SessionOver",
            Self::LoginRefused { .. } => "LoginRefused",
            Self::ForeignHost(_) => "ForeignHost",
            Self::QrExpired => "QrExpired",
        };
        format!("end: {reason}")
    }
}
