//! What to send, in the order of the line.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches, value_parser};

/// One thing to send.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// `-` is stdin.
    Text(String),
    /// As what its name and its bytes say; `-` is stdin.
    File(PathBuf),
    /// As a picture.
    Image(PathBuf),
}

/// All of them.
#[derive(Debug)]
pub(super) struct Parts(pub(super) Vec<Part>);

impl FromArgMatches for Parts {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut found = Vec::new();
        if let (Some(text), Some(at)) = (matches.get_one::<String>(TEXT), matches.index_of(TEXT)) {
            found.push((at, Part::Text(text.clone())));
        }
        for (id, part) in [(FILE, Part::File as fn(PathBuf) -> Part), (IMAGE, Part::Image)] {
            let paths = matches.get_many::<PathBuf>(id).into_iter().flatten();
            found.extend(matches.indices_of(id).into_iter().flatten().zip(paths.cloned().map(part)));
        }
        found.sort_by_key(|(at, _)| *at);
        Ok(Self(found.into_iter().map(|(_, part)| part).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Parts {
    fn augment_args(command: Command) -> Command {
        let path = |id, help| {
            let arg = Arg::new(id).long(id).value_name("PATH").action(ArgAction::Append);
            arg.value_parser(value_parser!(PathBuf)).value_hint(clap::ValueHint::FilePath).help(help)
        };
        command
            .arg(path(FILE, "Send this file; `-` reads stdin to its end first"))
            .arg(path(IMAGE, "Send this file as a picture, whatever it is called"))
            .arg(
                Arg::new(TEXT)
                    .value_name("TEXT")
                    .help("The text; `-` reads it from stdin; put `--` before one that begins with a dash"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

const TEXT: &str = "text";
const FILE: &str = "file";
const IMAGE: &str = "image";

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;

    fn parts(line: &str) -> Vec<Part> {
        let command = Parts::augment_args(Command::new("send"));
        let matches = command.try_get_matches_from(format!("send {line}").split_whitespace()).unwrap();
        Parts::from_arg_matches(&matches).unwrap().0
    }

    #[test]
    fn they_keep_the_order_of_the_line() {
        let (text, file) = (|text: &str| Part::Text(text.to_owned()), |path: &str| Part::File(path.into()));
        assert_eq!(parts("hello"), [text("hello")]);
        assert_eq!(
            parts("--file a --image b hello --file c"),
            [file("a"), Part::Image("b".into()), text("hello"), file("c")]
        );
        assert_eq!(parts("- --file=-"), [text("-"), file("-")]);
        assert!(parts("").is_empty());
    }
}
