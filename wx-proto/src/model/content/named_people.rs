//! Whom a sentence of the server names: names in quotes or bare, alone or in lists.

use super::wordings::{Language, PRONOUNS};

/// What a slot for people holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum NamedPeople<'t> {
    /// These people.
    Clear(Vec<&'t str>),
    /// Perhaps these: quotes inside of quotes may be part of a name, or end it.
    Doubtful(Vec<&'t str>),
    /// No name.
    Nobody,
}

/// Quotes as phones put them around names.
const QUOTES: [(char, char); 6] =
    [('"', '"'), ('“', '”'), ('”', '“'), ('「', '」'), ('『', '』'), ('＂', '＂')];
/// Signs that stand in no name without quotes: such a text is more than a name.
const NO_NAME: [char; 6] = ['\n', '，', '。', '；', '：', ':'];
/// Longest name without quotes, in characters. The service allows half of it.
const LONGEST: usize = 64;
/// The service's largest group.
const MOST: usize = 500;

/// One person.
pub(super) fn one(text: &str, language: Language) -> NamedPeople<'_> {
    let text = polite(text, language);
    match quoted(text) {
        Some(inner) if inner.trim().is_empty() || inner.contains('\n') => NamedPeople::Nobody,
        Some(inner) if quotes_in(inner) > 1 => NamedPeople::Doubtful(vec![inner.trim()]),
        Some(inner) => NamedPeople::Clear(vec![inner.trim()]),
        None => bare(text).map_or(NamedPeople::Nobody, |name| NamedPeople::Clear(vec![name])),
    }
}

/// `"X、Y"`, `"X"、"Y"`, `"X"和"Y"`, `X, Y and Z`. The list sign of another language is part of a name.
pub(super) fn list(text: &str, language: Language) -> NamedPeople<'_> {
    let text = polite(text, language);
    if let Some(inner) = quoted(text) {
        if quotes_in(inner) == 0 {
            let names: Vec<&str> = inner.split(signs(language)).map(str::trim).collect();
            let named = names.iter().all(|name| !name.is_empty() && !name.contains('\n'));
            return if named && names.len() <= MOST {
                NamedPeople::Clear(names)
            } else {
                NamedPeople::Nobody
            };
        }
        return match items(text, language) {
            Some(names) => NamedPeople::Clear(names),
            None if quotes_in(inner) > 1 || inner.contains(signs(language)) => {
                NamedPeople::Doubtful(vec![inner.trim()])
            }
            None => one(text, language),
        };
    }
    items(text, language).map_or(NamedPeople::Nobody, NamedPeople::Clear)
}

/// Whether these are names that nobody needs: whatever people call themselves, but no end of a quoted name.
pub(super) fn is_list(text: &str, language: Language) -> bool {
    !text.contains('\n')
        && (!text.contains(is_quote) || matches!(list(text, language), NamedPeople::Clear(_)))
}

/// The new name of a group, which may hold anything.
pub(super) fn group(text: &str) -> Option<&str> {
    let text = text.trim();
    let name = quoted(text).unwrap_or(text).trim();
    (!name.is_empty()).then_some(name)
}

fn quoted(text: &str) -> Option<&str> {
    QUOTES.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))
}

fn is_quote(char: char) -> bool {
    QUOTES.iter().any(|(open, _)| *open == char) || char == '」' || char == '』'
}

fn quotes_in(text: &str) -> usize {
    text.chars().filter(|char| is_quote(*char)).count()
}

/// A name without quotes.
fn bare(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_name = !text.is_empty()
        && !text.contains(NO_NAME)
        && !text.contains(is_quote)
        && text.chars().nth(LONGEST).is_none()
        // Words of the sentence, not of the name.
        && !text.ends_with('已')
        && !text.ends_with(" has")
        && !PRONOUNS.iter().any(|me| me.eq_ignore_ascii_case(text))
        // `你和Y` is more than one person, `You have` none.
        && !["你和", "你与", "您和", "你、", "あなたと", "you and ", "you have", "you've"].iter().any(|me| {
            text.get(..me.len()).is_some_and(|start| start.eq_ignore_ascii_case(me))
        });
    is_name.then_some(text)
}

/// Names in quotes or bare, with signs between them.
fn items(text: &str, language: Language) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = text.trim();
    loop {
        let open = rest.chars().next()?;
        let pair = QUOTES.iter().find(|(begins, _)| *begins == open);
        let (name, after) = match pair {
            Some((_, close)) => in_quotes(rest, *close, language)?,
            None => {
                let (at, sign) = sign_in(rest, language).unwrap_or((rest.len(), 0));
                let (name, after) = rest.split_at_checked(at)?;
                let after = after.get(sign..)?;
                let ends = after.is_empty() && sign == 0;
                (bare(polite(name, language))?, if ends { None } else { Some(after) })
            }
        };
        names.push(name);
        match after {
            _ if names.len() > MOST => return None,
            Some(after) => rest = after.trim_start(),
            None => return Some(names),
        }
    }
}

/// The name in the quotes that `text` begins with, and what follows the sign after it, if there is one.
fn in_quotes(text: &str, close: char, language: Language) -> Option<(&str, Option<&str>)> {
    let mut chars = text.chars();
    chars.next()?;
    let within = chars.as_str();
    let at = within.find(close)?;
    let (name, after) = within.split_at_checked(at)?;
    let name = name.trim();
    let after = polite_prefix(after.strip_prefix(close)?.trim_start(), language);
    if name.is_empty() || name.contains('\n') || quotes_in(name) > 0 {
        return None;
    }
    if after.is_empty() {
        return Some((name, None));
    }
    let between = ["、", ",", "，", "和", "与", "與", "and ", "と", "& "];
    between.iter().find_map(|sign| after.strip_prefix(sign)).map(|after| (name, Some(after)))
}

/// Where the first list sign between names without quotes is, and its length.
fn sign_in(text: &str, language: Language) -> Option<(usize, usize)> {
    let sign = text.find(signs(language)).map(|at| (at, signs(language).len_utf8()));
    let word = text.find(" and ").filter(|_| language == Language::English).map(|at| (at, " and ".len()));
    sign.into_iter().chain(word).min()
}

const fn signs(language: Language) -> char {
    match language {
        Language::Chinese | Language::Japanese => '、',
        Language::English | Language::Other => ',',
    }
}

/// Without blanks and the word that Japanese puts after a name.
fn polite(text: &str, language: Language) -> &str {
    let text = text.trim();
    match language {
        Language::Japanese => text.strip_suffix("さん").unwrap_or(text).trim_end(),
        Language::Chinese | Language::English | Language::Other => text,
    }
}

fn polite_prefix(text: &str, language: Language) -> &str {
    match language {
        Language::Japanese => text.strip_prefix("さん").unwrap_or(text).trim_start(),
        Language::Chinese | Language::English | Language::Other => text,
    }
}
