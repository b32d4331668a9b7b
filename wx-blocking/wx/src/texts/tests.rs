//! Tests of the table.

mod errors;

use super::*;

#[test]
fn every_argument_is_in_every_language() {
    let (en, zh) = (all(Lang::En), all(Lang::Zh));
    for ((name, en), (_, zh)) in en.iter().zip(&zh) {
        for (text, lang) in [(en, "en"), (zh, "zh")] {
            assert!(!text.trim().is_empty(), "{name} {lang}");
            assert!(!text.contains("  ") || name.starts_with("demo_"), "{name} {lang}: {text}");
        }
        // Every sample is told from every text.
        let samples = |text: &str| {
            let plain = anstream::adapter::strip_str(text).to_string();
            let mut found: Vec<String> = plain
                .split(|char: char| !char.is_ascii_alphanumeric() && char != '§')
                .filter(|word| word.starts_with('§') || word.starts_with("909"))
                .map(str::to_owned)
                .collect();
            found.sort();
            found
        };
        assert_eq!(samples(en), samples(zh), "{name}");
    }
}

#[test]
fn the_same_styles_are_in_every_language() {
    for ((name, en), (_, zh)) in all(Lang::En).iter().zip(&all(Lang::Zh)) {
        assert_eq!(en.matches('\x1b').count(), zh.matches('\x1b').count(), "{name}");
    }
}

#[test]
fn chinese_is_set_as_chinese() {
    for (name, zh) in all(Lang::Zh) {
        let zh = anstream::adapter::strip_str(&zh).to_string();
        assert!(is_set_well(&zh), "{name}: {zh}");
        // What stands for itself in every language.
        let is_bare = ["check_tls", "permissions_fix", "proxy_used", "locale_good", "label_user_name"]
            .contains(&name)
            || zh.chars().all(|char| !char.is_alphabetic() || char == '§');
        assert!(has_han(&zh) || is_bare, "{name}: {zh}");
    }
}

pub(super) fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

fn is_han(char: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&char)
}

/// A blank between Chinese and Latin or digits, none between Chinese and its own stops, no Latin stops and quotes
/// after Chinese.
pub(super) fn is_set_well(text: &str) -> bool {
    // Parts of a command line and of an address are set as those are.
    let text = ["名字 内容", "用户:密码@", "主机:端口", "IP:端口"]
        .iter()
        .fold(text.to_owned(), |text, part| text.replace(part, "X"));
    let pairs = text.chars().zip(text.chars().skip(1));
    let is_latin = |char: char| char.is_ascii_alphanumeric();
    let is_stop = |char: char| "，。：；？！（）“”、".contains(char);
    pairs.into_iter().all(|(a, b)| {
        let touches = (is_han(a) && is_latin(b)) || (is_latin(a) && is_han(b));
        let latin_stop = is_han(a) && ",;:?!\"()".contains(b);
        let loose_stop = (is_stop(a) && b == ' ') || (a == ' ' && is_stop(b));
        let loose_han = text.contains("  ")
            || !text.split(' ').zip(text.split(' ').skip(1)).any(|(a, b)| {
                a.chars().next_back().is_some_and(is_han) && b.chars().next().is_some_and(is_han)
            });
        !touches && !latin_stop && !loose_stop && loose_han
    })
}

/// The whole table.
fn all(lang: Lang) -> Vec<(&'static str, String)> {
    [lang.common(), lang.program(), lang.doctor(), lang.sim(), lang.demo(), lang.usage(), lang.files()]
        .concat()
}

/// A value that can be found again in a text.
pub(super) trait Sample {
    fn sample(argument: &'static str) -> Self;
}

impl Sample for &str {
    fn sample(argument: &'static str) -> Self {
        String::leak(format!("§{argument}"))
    }
}

impl Sample for usize {
    fn sample(argument: &'static str) -> Self {
        90_900 + argument.len()
    }
}

impl Sample for u64 {
    fn sample(argument: &'static str) -> Self {
        usize::sample(argument).try_into().unwrap()
    }
}
