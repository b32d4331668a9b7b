//! The command line, in the language of the interface: what it says when it is asked for help, and what it says when it is
//! wrong.

mod chinese;
mod help;
mod order;
mod wrong;

use std::{env, ffi::OsString, process::ExitCode};

use anstream::ColorChoice;
use clap::{Command, CommandFactory, FromArgMatches, ValueEnum, error::ErrorKind};

use crate::{
    commands::Args,
    options,
    report::report,
    screen::Screen,
    texts::lang::{self, Lang, say},
};

/// Reads the command line; settles language and colours on the way, so that it can speak of the line itself.
///
/// # Errors
/// The end of the program: help was asked for and given, or the line is wrong.
pub(crate) fn parse() -> Result<Args, ExitCode> {
    let words: Vec<OsString> = env::args_os().collect();
    lang::choose(early(&words, "--lang").and_then(|word| Lang::from_str(&word, true).ok()));
    let colour = early(&words, "--color").and_then(|word| options::colour_choice(&word).ok());
    colour.unwrap_or(ColorChoice::Auto).write_global();

    let line = order::in_order(words, &command());
    let parsed = command().try_get_matches_from_mut(&line.words);
    let error = match parsed.and_then(|mut matches| Args::from_arg_matches_mut(&mut matches)) {
        Ok(args) => return Ok(args),
        Err(error) => error,
    };
    let (text, mut screen, code) = if error.kind() == ErrorKind::DisplayHelp {
        (help(&line), Screen::stdout(), ExitCode::SUCCESS)
    } else if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        (help(&line), Screen::stderr(), ExitCode::from(2))
    } else if error.kind() == ErrorKind::DisplayVersion {
        (error.to_string(), Screen::stdout(), ExitCode::SUCCESS)
    } else {
        return Err(report(wrong::explained(&error, &line.command(&command()))));
    };
    // With nobody to tell there is still the exit code.
    let _ = screen.write(&text);
    Err(code)
}

/// The whole command line with its help in the language of the interface.
pub(crate) fn command() -> Command {
    in_language(Args::command(), say())
}

/// The same without `wx help`, which needs no manual page.
pub(crate) fn command_for_pages() -> Command {
    in_language(Args::command().disable_help_subcommand(true), say())
}

fn in_language(command: Command, lang: Lang) -> Command {
    let mut command = match lang {
        Lang::En => command,
        Lang::Zh => chinese::translated(command),
    };
    command.build();
    framed(command, lang)
}

/// The help of what clap adds by itself.
fn framed(command: Command, lang: Lang) -> Command {
    let command = command.mut_args(|arg| match arg.get_id().as_str() {
        "help" => arg.help(lang.print_help()).long_help(lang.print_help()),
        "version" => arg.help(lang.print_version()),
        _ => arg,
    });
    let is_help = command.get_name() == "help";
    let command = if is_help { command.about(lang.help_command()) } else { command };
    command.mut_subcommands(|below| framed(below, lang))
}

/// The help that the line asks for.
fn help(line: &order::Line) -> String {
    let brief = line.words.iter().any(|word| word == "-h");
    let columns = Screen::stdout().columns().or_else(|| Screen::stderr().columns());
    let with_help = help::in_every_command(command(), say(), brief, columns);
    let asked = with_help.try_get_matches_from(&line.words);
    asked.err().map(|error| error.render().ansi().to_string()).unwrap_or_default()
}

/// The value of an option, before the line is parsed.
fn early(words: &[OsString], option: &str) -> Option<String> {
    let mut words = words.iter().skip(1).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let Some(rest) = word.to_str().and_then(|word| word.strip_prefix(option)) else { continue };
        if rest.is_empty() {
            return words.next().and_then(|value| value.to_str()).map(str::to_owned);
        }
        if let Some(value) = rest.strip_prefix('=') {
            return Some(value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests;
