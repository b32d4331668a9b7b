//! Reading a sentence of the server by the table of [`wordings`](super::wordings).
//!
//! Names stand in these sentences as people chose them, and a name may hold anything, whole wordings included. So a sentence
//! is read in every way that the table allows, and means something only if all ways agree: where two differ, or where a name
//! may end in more than one place, it means nothing, and its text is shown as it is.

use super::{
    GroupEvent, LiveLocation, Person, Voip,
    named_people::{self, NamedPeople},
    wordings::{By, LINKS, Language, Means, WORDINGS, simplified},
};
use std::time::Duration;

/// What a sentence of the server says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Saying {
    Event(GroupEvent),
    Pat,
    Call(Voip),
    RedPacket,
    Transfer,
    Location(LiveLocation),
    /// Stands for what the web does not show.
    Unseen,
    OwnRecall,
}

/// Longer texts are no sentences of the server: one that names a full group has some 2 kB.
const LONGEST: usize = 8 << 10;
/// Places at which the words after a slot are looked for, in one sentence: names that hold more of them are in doubt.
const MOST_TRIES: usize = 200;

/// What the sentence says, if it says one thing only.
pub(super) fn read(text: &str) -> Option<Saying> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let text = unbracketed(text);
    let folded: String = text.chars().map(folded).collect();
    let mut readings = Readings::default();
    for (language, means, patterns) in WORDINGS {
        for pattern in patterns.iter().filter(|pattern| folded.contains(anchor(pattern))) {
            let way = Way { language: *language, means: *means, found: Found::default() };
            readings.walk(way, pattern, text, None);
        }
    }
    readings.only()
}

/// `[收到…]`
fn unbracketed(text: &str) -> &str {
    let pairs = [('[', ']'), ('【', '】')];
    let within = |(open, close): (char, char)| text.strip_prefix(open)?.strip_suffix(close);
    pairs.into_iter().find_map(within).unwrap_or(text)
}

/// One way to read the sentence, as far as it is read.
#[derive(Clone)]
struct Way<'t> {
    language: Language,
    means: Means,
    found: Found<'t>,
}

/// What stands in the slots.
#[derive(Clone, Default)]
struct Found<'t> {
    by: Option<&'t str>,
    who: Vec<&'t str>,
    name: Option<&'t str>,
    span: Option<Duration>,
    doubtful: bool,
}

#[derive(Default)]
struct Readings {
    one: Option<Saying>,
    doubtful: bool,
    tries: usize,
}

impl Readings {
    fn only(self) -> Option<Saying> {
        if self.doubtful { None } else { self.one }
    }

    fn add(&mut self, way: &Way<'_>) {
        let Some(saying) = way.saying() else { return };
        // Who pats whom is not told, so no name can be wrong.
        let names_count = matches!(saying, Saying::Event(_));
        self.doubtful |= way.found.doubtful && names_count;
        match &self.one {
            None => self.one = Some(saying),
            Some(one) => self.doubtful |= *one != saying,
        }
    }

    /// Reads `text` by the rest of a pattern. `before`: the character before it.
    fn walk<'t>(&mut self, way: Way<'t>, pattern: &str, text: &'t str, before: Option<char>) {
        if self.doubtful {
            return;
        }
        match Piece::first(pattern) {
            None if is_end(text) => self.add(&way),
            None => {}
            Some((Piece::Words(words), rest)) => {
                if let Some((after, last)) = eat(words, text, before) {
                    self.walk(way, rest, after, last);
                }
            }
            Some((Piece::Choice(words), rest)) => {
                for words in words.split('|') {
                    if let Some((after, last)) = eat(words, text, before) {
                        self.walk(way.clone(), rest, after, last);
                    }
                }
            }
            Some((Piece::Slot(slot), "")) => {
                if let Some(way) = way.with(slot, without_end(text)) {
                    self.add(&way);
                }
            }
            Some((Piece::Slot(slot), rest)) => self.slot(&way, slot, rest, text),
        }
    }

    /// Fills a slot with as much of `text` as leaves the rest of the pattern for what follows: in all ways.
    fn slot<'t>(&mut self, way: &Way<'t>, slot: &str, rest: &str, text: &'t str) {
        let mut before = None;
        for (at, char) in text.char_indices() {
            let Some((within, after)) = text.split_at_checked(at) else { continue };
            if before.is_some() && follows(rest, after, before) {
                self.tries = self.tries.saturating_add(1);
                if self.tries > MOST_TRIES {
                    self.doubtful = true;
                    return;
                }
                if let Some(way) = way.with(slot, within) {
                    self.walk(way, rest, after, before);
                }
            }
            before = Some(char);
        }
    }
}

impl<'t> Way<'t> {
    /// With what stands in a slot; `None` if that cannot stand there.
    fn with(&self, slot: &str, text: &'t str) -> Option<Self> {
        let mut way = self.clone();
        let mut called = |called: NamedPeople<'t>| match called {
            NamedPeople::Clear(names) => Some(names),
            NamedPeople::Doubtful(names) => {
                way.found.doubtful = true;
                Some(names)
            }
            NamedPeople::Nobody => None,
        };
        match slot {
            "by" => way.found.by = Some(called(named_people::one(text, self.language))?.pop()?),
            "one" => way.found.who = called(named_people::one(text, self.language))?,
            "who" => way.found.who = called(named_people::list(text, self.language))?,
            "others" if named_people::is_list(text, self.language) => {}
            "name" => way.found.name = Some(named_people::group(text)?),
            "span" => way.found.span = Some(span(text)?),
            "any" => {}
            _ => return None,
        }
        Some(way)
    }

    fn saying(&self) -> Option<Saying> {
        let Found { by: named, who, name, span, .. } = &self.found;
        let person = |name: &str| Person::Named(name.to_owned());
        let by = |by: By| match by {
            By::Nobody => Some(None),
            By::Me => Some(Some(Person::Me)),
            By::Named => Some(Some(person((*named)?))),
        };
        let people = |me: bool| -> Option<Vec<Person>> {
            let all: Vec<Person> =
                me.then_some(Person::Me).into_iter().chain(who.iter().map(|name| person(name))).collect();
            (!all.is_empty()).then_some(all)
        };
        let event = match self.means {
            Means::Joined { me, by: who_did, by_code } => {
                GroupEvent::Joined { who: people(me)?, by: by(who_did)?, by_code }
            }
            Means::Left { me } => GroupEvent::Left { who: people(me)? },
            Means::Removed { me, by: who_did } => GroupEvent::Removed { who: people(me)?, by: by(who_did)?? },
            Means::Renamed { by: who_did } => {
                GroupEvent::Renamed { name: (*name)?.to_owned(), by: by(who_did)?? }
            }
            Means::Owner { me } => GroupEvent::OwnerChanged { owner: people(me)?.into_iter().next()? },
            Means::Pat => return Some(Saying::Pat),
            Means::Call(call) => return Some(Saying::Call(call)),
            Means::Talked => return Some(Saying::Call(Voip::Talked((*span)?))),
            Means::RedPacket => return Some(Saying::RedPacket),
            Means::Transfer => return Some(Saying::Transfer),
            Means::LocationStarted => return Some(Saying::Location(LiveLocation::Started)),
            Means::LocationEnded => return Some(Saying::Location(LiveLocation::Ended)),
            Means::Unseen => return Some(Saying::Unseen),
            Means::OwnRecall => return Some(Saying::OwnRecall),
        };
        Some(Saying::Event(event))
    }
}

/// A piece of a pattern.
enum Piece<'p> {
    Words(&'p str),
    Choice(&'p str),
    Slot(&'p str),
}

impl<'p> Piece<'p> {
    /// The first piece and the rest of the pattern.
    fn first(pattern: &'p str) -> Option<(Self, &'p str)> {
        if let Some(rest) = pattern.strip_prefix('{') {
            return rest.split_once('}').map(|(slot, rest)| (Self::Slot(slot), rest));
        }
        if let Some(rest) = pattern.strip_prefix('[') {
            return rest.split_once(']').map(|(words, rest)| (Self::Choice(words), rest));
        }
        let end = pattern.find(['{', '[']).unwrap_or(pattern.len());
        let (words, rest) = pattern.split_at_checked(end)?;
        (!words.is_empty()).then_some((Self::Words(words), rest))
    }
}

/// Whether the first words of the rest of a pattern stand here.
fn follows(rest: &str, text: &str, before: Option<char>) -> bool {
    match Piece::first(rest) {
        Some((Piece::Words(words), _)) => eat(words, text, before).is_some(),
        Some((Piece::Choice(words), _)) => words.split('|').any(|words| eat(words, text, before).is_some()),
        Some((Piece::Slot(_), _)) | None => true,
    }
}

/// What follows the words, and their last character.
fn eat<'t>(words: &str, text: &'t str, mut before: Option<char>) -> Option<(&'t str, Option<char>)> {
    let mut rest = text;
    for char in words.chars() {
        if char.is_whitespace() {
            let blank = rest.trim_start();
            let joins = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
            if blank.len() == rest.len() && joins(before) && joins(rest.chars().next()) {
                return None;
            }
            if blank.len() != rest.len() {
                before = Some(' ');
            }
            rest = blank;
        } else {
            let mut chars = rest.chars();
            let found = chars.next().filter(|found| same(char, *found))?;
            rest = chars.as_str();
            before = Some(found);
        }
    }
    Some((rest, before))
}

/// Whether a character of a text stands for one of a wording.
fn same(wording: char, text: char) -> bool {
    let sign = |char: char| match char {
        '，' => ',',
        '：' => ':',
        '。' | '．' => '.',
        '’' => '\'',
        other => other,
    };
    wording == text || sign(wording) == sign(folded(text))
}

/// A capital as a small letter, a traditional character as the simplified one.
const fn folded(char: char) -> char {
    if char.is_ascii() { char.to_ascii_lowercase() } else { simplified(char) }
}

/// The longest word that every sentence of a pattern holds.
fn anchor(pattern: &str) -> &str {
    let mut longest = "";
    let mut rest = pattern;
    while let Some((piece, next)) = Piece::first(rest) {
        if let Piece::Words(words) = piece {
            let parts = words.split(|char: char| char.is_whitespace() || "，：。,:.'’/-".contains(char));
            longest =
                parts.fold(longest, |longest, part| if part.len() > longest.len() { part } else { longest });
        }
        rest = next;
    }
    longest
}

const STOPS: [char; 4] = ['.', '。', '．', '｡'];

/// Whether nothing more is said: blanks, a full stop, the text of a link.
fn is_end(text: &str) -> bool {
    let mut rest = text.trim();
    loop {
        let next = rest.strip_prefix(STOPS).or_else(|| LINKS.iter().find_map(|link| rest.strip_prefix(link)));
        match next {
            Some(next) => rest = next.trim_start(),
            None => return rest.is_empty(),
        }
    }
}

/// Without blanks and the full stop at the end.
fn without_end(text: &str) -> &str {
    let text = text.trim_end();
    text.strip_suffix(STOPS).unwrap_or(text).trim_end()
}

/// `1:02:03`, `00:19`
fn span(text: &str) -> Option<Duration> {
    let mut seconds: u64 = 0;
    let parts: Vec<&str> = text.trim().split([':', '：']).collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    for part in parts {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = part.parse().ok().filter(|_| digits)?;
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
