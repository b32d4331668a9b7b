//! What is wrong with a command line.

use std::{error::Error as _, net::AddrParseError, num::ParseIntError};

use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::{
    error::CliError,
    options::InvalidValue,
    texts::lang::{Lang, say},
};

/// The end of the program; `command` is the one that was meant.
pub(super) fn explained(error: &Error, command: &str) -> CliError {
    let say = say();
    let mut next = String::new();
    let suggested =
        [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    if let Some(word) = suggested.into_iter().flat_map(|kind| words(error, kind)).next() {
        next = say.did_you_mean(&word);
    }
    next.push_str(&say.see_help(command));
    CliError::usage(what(error, say), next)
}

fn what(error: &Error, say: Lang) -> String {
    let joined = |kind| words(error, kind).join(", ");
    let option = joined(ContextKind::InvalidArg);
    let value = joined(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument if option.starts_with('-') => say.unknown_option(&option),
        ErrorKind::UnknownArgument => say.unexpected_word(&option),
        ErrorKind::InvalidSubcommand => say.unknown_command(&joined(ContextKind::InvalidSubcommand)),
        ErrorKind::InvalidValue if value.is_empty() => say.value_missing(&option),
        ErrorKind::InvalidValue => say.value_unknown(&value, &option, &joined(ContextKind::ValidValue)),
        ErrorKind::ValueValidation => match why(error, say) {
            Some(why) => say.value_wrong_why(&value, &option, &why),
            None => say.value_wrong(&value, &option),
        },
        ErrorKind::NoEquals => say.value_missing(&option),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            say.value_number(&option)
        }
        ErrorKind::ArgumentConflict => {
            let other = joined(ContextKind::PriorArg);
            if other.is_empty() || other == option {
                say.option_twice(&option)
            } else {
                say.options_conflict(&option, &other)
            }
        }
        ErrorKind::MissingRequiredArgument => say.words_missing(&option),
        ErrorKind::MissingSubcommand => say.command_missing(),
        ErrorKind::InvalidUtf8 => say.not_utf8(),
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
        | ErrorKind::DisplayVersion
        | ErrorKind::Io
        | ErrorKind::Format
        | _ => say.line_unusable(),
    }
}

/// What a value should have been.
fn why(error: &Error, say: Lang) -> Option<String> {
    let source = error.source()?;
    if let Some(InvalidValue(why)) = source.downcast_ref() {
        return Some(why.clone());
    }
    if source.is::<ParseIntError>() {
        return Some(say.want_whole_number());
    }
    if source.is::<AddrParseError>() {
        return Some(say.want_address());
    }
    // A number that is one, but too small or too large: clap has no type for it.
    (words(error, ContextKind::InvalidValue).iter().all(|value| value.parse::<i128>().is_ok()))
        .then(|| say.want_larger_number())
}

fn words(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(word)) => vec![word.clone()],
        Some(ContextValue::Strings(words)) => words.clone(),
        Some(ContextValue::StyledStr(word)) => vec![word.to_string()],
        Some(ContextValue::StyledStrs(words)) => words.iter().map(ToString::to_string).collect(),
        Some(ContextValue::None | ContextValue::Bool(_) | ContextValue::Number(_) | _) | None => Vec::new(),
    }
}
