//! Options of a command that stand before it.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// A command line whose options stand where clap looks for them.
pub(super) struct Line {
    pub(super) words: Vec<OsString>,
    /// Where the command stands.
    at: Option<usize>,
}

impl Line {
    /// The program and its command, as far as they are known: `wx contacts show`.
    pub(super) fn command(&self, root: &Command) -> String {
        let mut path = root.get_name().to_owned();
        let mut command = root;
        for word in self.at.into_iter().flat_map(|at| self.words.iter().skip(at)) {
            let below = word.to_str().and_then(|word| command.find_subcommand(word));
            if let Some(below) = below.filter(|below| below.get_name() != "help") {
                command = below;
                path.push(' ');
                path.push_str(below.get_name());
            }
        }
        path
    }
}

/// Moves the options before the command that only commands know to the place after it: `wx --json contacts` is `wx contacts --json`.
pub(super) fn in_order(words: Vec<OsString>, root: &Command) -> Line {
    let mut words = words.into_iter();
    let mut ordered: Vec<OsString> = words.next().into_iter().collect();
    let mut moved = Vec::new();
    let mut at = None;
    while let Some(word) = words.next() {
        if !is_option(&word) {
            at = (word != "--").then_some(ordered.len());
            ordered.push(word);
            break;
        }
        let (known, below) = match option(root, &word) {
            Some(arg) => (Some(arg), false),
            None => (root.get_subcommands().find_map(|command| option(command, &word)), true),
        };
        let target = if known.is_some() && below { &mut moved } else { &mut ordered };
        let takes_next = known.is_some_and(|arg| arg.get_action().takes_values())
            && !word.as_encoded_bytes().contains(&b'=');
        target.push(word);
        if takes_next {
            target.extend(words.next());
        }
    }
    ordered.append(&mut moved);
    ordered.extend(words);
    Line { words: ordered, at }
}

fn option<'a>(command: &'a Command, word: &OsString) -> Option<&'a Arg> {
    let name = word.to_str()?.strip_prefix("--")?;
    let name = name.split_once('=').map_or(name, |(name, _)| name);
    command.get_arguments().find(|arg| arg.get_long() == Some(name))
}

/// Whether a word is an option, by its looks.
fn is_option(word: &OsStr) -> bool {
    word.as_encoded_bytes().starts_with(b"-") && word != "-" && word != "--"
}
