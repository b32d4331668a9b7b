//! Tests of the table.

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

/// The whole table.
fn all(lang: Lang) -> Vec<(&'static str, String)> {
    [lang.common(), lang.program(), lang.doctor(), lang.sim(), lang.demo()].concat()
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
