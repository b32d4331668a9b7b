//! The table of all transitions, made from the flows themselves: each sample of a state is stepped with each sample of
//! an input. Only with the feature `transitions`, for tests and for the diagrams.
//!
//! A flow's `kinds.rs` lists the values that each field of each variant is sampled with, and the words that tell apart
//! what `step` tells apart. A variant or a field that is left out does not compile.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::{Ask, Flow, Wait, contacts, login, send, start, sync};
use crate::{
    Cause, EndReason,
    endpoint::{Call, login_poll::Tip},
};

/// One step of a flow, as it was taken or may be taken.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Transition {
    /// The flow's name.
    pub flow: &'static str,
    /// The state before, with the words that hold in it.
    pub state: Kind,
    /// What came, with the words that hold for it.
    pub input: Kind,
    /// The state after.
    pub next: Kind,
    /// What is to be done.
    pub effects: Vec<String>,
}

impl Transition {
    /// True for an input that is left alone: it does not belong to that state.
    pub fn is_ignored(&self) -> bool {
        self.state == self.next && self.effects.is_empty()
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} + {} -> {}", self.flow, self.state, self.input, self.next)?;
        if self.effects.is_empty() { Ok(()) } else { write!(f, " / {}", self.effects.join(", ")) }
    }
}

/// A state or an input without its data.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub struct Kind {
    /// The variant.
    pub name: &'static str,
    /// What holds of its data.
    pub words: Vec<&'static str>,
}

impl Kind {
    pub(crate) fn new<const N: usize>(name: &'static str, words: [(&'static str, bool); N]) -> Self {
        Self { name, words: words.into_iter().filter_map(|(word, holds)| holds.then_some(word)).collect() }
    }

    fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.words.is_empty() { Ok(()) } else { write!(f, "({})", self.words.join(", ")) }
    }
}

/// One row of the table: transitions that differ in nothing that matters.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// The flow's name.
    pub flow: &'static str,
    /// The state's variant.
    pub state: &'static str,
    /// The input's variant.
    pub input: &'static str,
    /// What must hold of both; empty if nothing more than the variants matters.
    pub guard: String,
    /// The state's variant after.
    pub next: &'static str,
    /// What holds of the state after; `same` before a word: it holds if it held before.
    pub words: String,
    /// What is to be done.
    pub effects: Vec<String>,
    /// The transitions behind it.
    pub covers: BTreeSet<Transition>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} + {}", self.flow, self.state, self.input)?;
        if !self.guard.is_empty() {
            write!(f, " [{}]", self.guard)?;
        }
        write!(f, " -> {}", self.next)?;
        if !self.words.is_empty() {
            write!(f, "({})", self.words)?;
        }
        if self.effects.is_empty() { Ok(()) } else { write!(f, " / {}", self.effects.join(", ")) }
    }
}

/// Everything that the flows can do.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Table {
    /// The rows, flow by flow.
    pub rows: Vec<Row>,
    /// Where each flow begins.
    pub starts: Vec<(&'static str, Vec<Kind>)>,
    /// Inputs that are left alone where they come.
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
    table
}

/// A state or an input that can be told of and sampled.
pub(crate) trait Kinds: Sized {
    fn kind(&self) -> Kind;
    /// Values that make up every kind, and the ends of each kind's numbers.
    fn samples() -> Vec<Self>;
}

/// An effect that can be told of.
pub(crate) trait Label {
    fn label(&self) -> String;
}

/// A flow that can be put into the table.
pub(crate) trait Described: Flow<Input: Kinds + Clone, Effect: Label> + Kinds + Clone {
    const NAME: &str;

    /// The states that it begins in.
    fn starts() -> Vec<Self>;

    /// What holds of a state and an input together.
    fn joint(&self, _input: &Self::Input) -> Vec<&'static str> {
        Vec::new()
    }

    /// False for samples whose fields never come together so.
    fn is_possible(&self) -> bool {
        true
    }

    /// False for what the client never gives to this state.
    fn may_come(&self, _input: &Self::Input) -> bool {
        true
    }
}

/// What is known of a transition before its step.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    flow: &'static str,
    state: Kind,
    input: Kind,
}

impl Before {
    pub(crate) fn of<F: Described>(state: &F, input: &F::Input) -> Self {
        let mut kind = input.kind();
        kind.words.extend(state.joint(input));
        Self { flow: F::NAME, state: state.kind(), input: kind }
    }

    pub(crate) fn then<F: Described>(self, next: &F, effects: &[F::Effect]) -> Transition {
        let effects = effects.iter().map(Label::label).collect();
        Transition { flow: self.flow, state: self.state, input: self.input, next: next.kind(), effects }
    }
}

/// Lists the variants of an enum with the values that each field is sampled with, and the words that may hold.
macro_rules! kinds {
    ($type:ident { $(
        $variant:ident { $( $field:tt : $bind:ident in [$($value:expr),+ $(,)?] ),* $(,)? }
        $( => [$( $word:expr, if $holds:expr );+ $(;)?] )?
    ),+ $(,)? }) => {
        impl $crate::flow::transitions::Kinds for $type {
            #[allow(unused_variables, reason = "not every field has a word")]
            fn kind(&self) -> $crate::flow::transitions::Kind {
                match self {
                    $( Self::$variant { $( $field: $bind ),* } => $crate::flow::transitions::Kind::new(
                        stringify!($variant),
                        [$( $( ($word, $holds) ),+ )?],
                    ), )+
                }
            }

            #[allow(clippy::clone_on_copy, clippy::single_element_loop, reason = "one form for all fields")]
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

impl Table {
    fn add<F: Described>(&mut self) {
        let states: Vec<F> = F::samples().into_iter().filter(F::is_possible).collect();
        let inputs = F::Input::samples();
        let mut groups: Vec<((&str, &str), BTreeSet<Transition>)> = Vec::new();
        for state in &states {
            for input in inputs.iter().filter(|input| state.may_come(input)) {
                let before = Before::of(state, input);
                let mut next = state.clone();
                let effects = next.apply(input.clone());
                let transition = before.then(&next, &effects);
                let key = (transition.state.name, transition.input.name);
                match groups.iter_mut().find(|(group, _)| *group == key) {
                    Some((_, group)) => drop(group.insert(transition)),
                    None => groups.push((key, BTreeSet::from([transition]))),
                }
            }
        }
        for (_, group) in &groups {
            for row in split(&group.iter().collect::<Vec<_>>(), &[], &mut Known::new()) {
                let ignored = row.covers.iter().all(Transition::is_ignored);
                if ignored { self.ignored.extend(row.covers) } else { self.rows.push(row) }
            }
        }
        self.starts.push((F::NAME, F::starts().iter().map(Kinds::kind).collect()));
    }
}

/// Parts transitions by the words that make a difference, until none does: in the order that gives the fewest rows.
fn split(group: &[&Transition], guard: &[String], known: &mut Known) -> Vec<Row> {
    let Some(word) = first_word(group, known).1 else { return rows(group, &guard.join(", ")) };
    let (with, without) = part(group, word);
    let named = |name: String| [guard, &[name]].concat();
    let mut rows = split(&with, &named(word.name().to_owned()), known);
    rows.extend(split(&without, &named(format!("not {}", word.name())), known));
    rows
}

/// For each group of transitions, named by their places in memory: the fewest rows, and the word to part it by first.
type Known = BTreeMap<Vec<*const Transition>, (usize, Option<Word>)>;

fn first_word(group: &[&Transition], known: &mut Known) -> (usize, Option<Word>) {
    let key: Vec<_> = group.iter().map(|transition| std::ptr::from_ref(*transition)).collect();
    if let Some(best) = known.get(&key) {
        return *best;
    }
    let mut best = None;
    for word in words(group).into_iter().filter(|word| word.matters(group)) {
        let (with, without) = part(group, word);
        let count = first_word(&with, known).0 + first_word(&without, known).0;
        if best.is_none_or(|(fewest, _)| count < fewest) {
            best = Some((count, Some(word)));
        }
    }
    let best = best.unwrap_or_else(|| (rows(group, "").len(), None));
    known.insert(key, best);
    best
}

fn part<'a>(group: &[&'a Transition], word: Word) -> (Vec<&'a Transition>, Vec<&'a Transition>) {
    group.iter().copied().partition(|transition| word.holds(transition))
}

/// The rows of transitions that differ in nothing that matters: one for each outcome.
fn rows(group: &[&Transition], guard: &str) -> Vec<Row> {
    let kept: Vec<&str> = words(group).iter().filter_map(|word| word.kept(group)).collect();
    let mut rows: BTreeMap<(&str, String, &[String]), Vec<&Transition>> = BTreeMap::new();
    for transition in group {
        let here = transition.next.words.iter().filter(|word| !kept.contains(word));
        let mut told: Vec<String> = here.map(|&word| word.to_owned()).collect();
        told.extend(kept.iter().map(|word| format!("same {word}")));
        let key = (transition.next.name, told.join(", "), transition.effects.as_slice());
        rows.entry(key).or_default().push(transition);
    }
    let row = |((next, words, effects), covers): ((_, _, &[String]), Vec<&Transition>)| {
        let first = covers.first()?;
        Some(Row {
            flow: first.flow,
            state: first.state.name,
            input: first.input.name,
            guard: guard.to_owned(),
            next,
            words,
            effects: effects.to_vec(),
            covers: covers.into_iter().cloned().collect(),
        })
    };
    rows.into_iter().filter_map(row).collect()
}

/// A word of the state or of the input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Word {
    State(&'static str),
    Input(&'static str),
}

/// All words of some transitions, those of the inputs first.
fn words(group: &[&Transition]) -> Vec<Word> {
    let inputs = group.iter().flat_map(|transition| &transition.input.words).map(|word| Word::Input(word));
    let states = group.iter().flat_map(|transition| &transition.state.words).map(|word| Word::State(word));
    let mut words = Vec::new();
    for word in inputs.chain(states) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

impl Word {
    const fn name(self) -> &'static str {
        match self {
            Self::State(word) | Self::Input(word) => word,
        }
    }

    fn holds(self, transition: &Transition) -> bool {
        match self {
            Self::State(word) => transition.state.has(word),
            Self::Input(word) => transition.input.has(word),
        }
    }

    /// The word, if it holds after each step when it held before, and not otherwise.
    fn kept(self, group: &[&Transition]) -> Option<&'static str> {
        let Self::State(word) = self else { return None };
        let varies = group.iter().any(|transition| !transition.state.has(word));
        let kept = group.iter().all(|transition| transition.next.has(word) == transition.state.has(word));
        (varies && kept).then_some(word)
    }

    /// True if transitions that differ in this word alone lead to something else, apart from the word being kept.
    /// Ends of a range that are not sampled on one of the two sides are no difference.
    fn matters(self, group: &[&Transition]) -> bool {
        let of_state = matches!(self, Self::State(_));
        let others = |words: &[&'static str], here: bool| -> Vec<&'static str> {
            words.iter().copied().filter(|word| !here || *word != self.name()).collect()
        };
        // By all that the two have in common: outcomes when it holds and when not, and whether it holds afterwards.
        let mut pairs: BTreeMap<_, [(BTreeSet<_>, BTreeSet<bool>); 2]> = BTreeMap::new();
        for transition in group {
            let Transition { flow: _, state, input, next, effects } = transition;
            let common = (others(&state.words, of_state), others(&input.words, !of_state));
            let [with, without] = pairs.entry(common).or_default();
            let side = if self.holds(transition) { with } else { without };
            side.0.insert((next.name, others(&next.words, of_state), effects));
            side.1.insert(next.has(self.name()));
        }
        pairs.values().any(|[with, without]| {
            let both = !with.0.is_empty() && !without.0.is_empty();
            let turned = of_state && with.1.contains(&false) && without.1.contains(&true);
            let differ = !with.0.is_subset(&without.0) && !without.0.is_subset(&with.0);
            both && (differ || turned)
        })
    }
}

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

impl Label for Ask {
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
