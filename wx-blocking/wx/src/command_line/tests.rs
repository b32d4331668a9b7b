//! Tests of the help and of what is wrong with a line.

use std::ffi::OsStr;

use super::*;
use crate::{screen::wrap, texts::help as table};

/// Every command with its path, those below it included.
fn all(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
    found.push((path.to_owned(), command.clone()));
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        all(below, &format!("{path} {}", below.get_name()), found);
    }
}

fn commands(lang: Lang) -> Vec<(String, Command)> {
    let mut found = Vec::new();
    all(&in_language(Args::command(), lang), "wx", &mut found);
    found
}

fn has_han(text: &str) -> bool {
    text.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char))
}

#[test]
fn every_command_and_option_has_its_chinese() {
    for (path, command) in commands(Lang::Zh) {
        let about = command.get_about().unwrap().to_string();
        assert!(has_han(&about), "{path}: {about}");
        for (what, text) in [("more", command.get_long_about()), ("after", command.get_after_help())] {
            assert!(text.is_none_or(|text| has_han(&text.to_string())), "{path}: {what}");
        }
        for arg in command.get_arguments() {
            let help = arg.get_help().unwrap().to_string();
            assert!(has_han(&help), "{path} {}: {help}", arg.get_id());
            assert!(
                arg.get_long_help().is_none_or(|help| has_han(&help.to_string())),
                "{path} {}",
                arg.get_id()
            );
            let values = arg.get_possible_values();
            assert!(
                values.iter().all(|value| value.get_help().is_none() || arg.is_hide_possible_values_set())
            );
        }
    }
}

#[test]
fn the_chinese_help_has_nothing_that_is_not_there() {
    let english = commands(Lang::En);
    for help in table::paths() {
        let (_, command) =
            english.iter().find(|(path, _)| path == help.path).unwrap_or_else(|| panic!("{}", help.path));
        for (id, _) in help.options {
            assert!(command.get_arguments().any(|arg| arg.get_id() == *id), "{} {id}", help.path);
        }
        let has_more = command.get_long_about().is_some();
        assert_eq!(!help.more.is_empty(), has_more, "{}", help.path);
    }
    let (_, root) = &english[0];
    for (id, _) in table::GLOBAL {
        assert!(root.get_arguments().any(|arg| arg.get_id() == *id), "{id}");
    }
    for (_, command) in &english {
        for arg in command.get_arguments().filter(|arg| arg.get_action().takes_values()) {
            for name in arg.get_value_names().unwrap_or_default() {
                assert!(table::VALUES.iter().any(|(en, _)| en == name), "{name}");
            }
        }
    }
}

/// The commands among the examples, without what is said about them.
fn examples(after: &str) -> Vec<String> {
    let lines = after.lines().filter(|line| line.starts_with("  "));
    let commands = lines.map(|line| line.split("  #").next().unwrap_or_default().trim().to_owned());
    commands.filter(|line| line.starts_with("wx ") || line.contains("| wx ")).collect()
}

#[test]
fn the_examples_are_the_same_in_both_languages() {
    for ((path, en), (_, zh)) in commands(Lang::En).iter().zip(&commands(Lang::Zh)) {
        let after = |command: &Command| examples(&command.get_after_help().unwrap().to_string());
        assert_eq!(after(en), after(zh), "{path}");
        assert!(!after(en).is_empty(), "{path}");
    }
}

#[test]
fn help_fits_at_every_width() {
    for lang in [Lang::En, Lang::Zh] {
        for (path, command) in commands(lang) {
            for (brief, columns) in [(false, 40), (true, 40), (false, 80), (false, 100)] {
                let text = help::text(&command, lang, brief, columns);
                let text = anstream::adapter::strip_str(&text).to_string();
                for line in text.lines().filter(|line| wrap::width(line) > columns) {
                    // What is to be copied stays whole, and so does a word that is longer than a line.
                    let is_copied = line.starts_with("  ") && !line.contains("  #");
                    assert!(is_copied, "{path} at {columns}: {line}\n{text}");
                }
                assert!(!text.contains("\n\n\n") && !text.contains(" \n"), "{path}\n{text}");
                if lang == Lang::Zh {
                    for heading in
                        ["Usage", "Options", "Commands", "Arguments", "[default", "OPTIONS", "Print"]
                    {
                        assert!(!text.contains(heading), "{path}: {heading}\n{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn options_may_stand_before_their_command() {
    let moved = |line: &str| {
        let words = line.split(' ').map(OsString::from).collect();
        let ordered = order::in_order(words, &command());
        let path = ordered.command(&command());
        (ordered.words.join(OsStr::new(" ")).into_string().unwrap(), path)
    };
    for (written, ordered, path) in [
        ("wx --json contacts show X", "wx contacts --json show X", "wx contacts show"),
        ("wx --timeout 5 contacts", "wx contacts --timeout 5", "wx contacts"),
        ("wx --timeout=5 -v contacts", "wx -v contacts --timeout=5", "wx contacts"),
        ("wx --account listen --to X send hi", "wx --account listen send --to X hi", "wx send"),
        ("wx --nothing listen", "wx --nothing listen", "wx listen"),
        ("wx --json", "wx --json", "wx"),
        ("wx send --to X --json", "wx send --to X --json", "wx send"),
        ("wx -- listen", "wx -- listen", "wx"),
    ] {
        assert_eq!(moved(written), (ordered.to_owned(), path.to_owned()), "{written}");
    }
}

#[test]
fn language_and_colours_are_known_before_the_line_is_read() {
    let early = |line: &str, option| early(&line.split(' ').map(OsString::from).collect::<Vec<_>>(), option);
    assert_eq!(early("wx listen --lang zh", "--lang").as_deref(), Some("zh"));
    assert_eq!(early("wx --lang=zh fly", "--lang").as_deref(), Some("zh"));
    assert_eq!(early("wx --language zh", "--lang"), None);
    assert_eq!(early("wx send -- --lang zh", "--lang"), None);
}
