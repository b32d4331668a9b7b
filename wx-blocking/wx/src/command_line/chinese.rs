//! The command line's help in Chinese. The English one stands where the options are declared.

use clap::{Arg, Command};

use crate::texts::{
    help::{self, Help},
    lang::Lang,
};

/// `command`, and all below it, with the words of [`help`].
pub(super) fn translated(command: Command) -> Command {
    let root = command.get_name().to_owned();
    translated_at(command, &root)
}

fn translated_at(command: Command, path: &str) -> Command {
    let Some(help) = help::of(path) else { return command };
    let below = |below: Command| {
        let path = format!("{path} {}", below.get_name());
        translated_at(below, &path)
    };
    with_help(command, help)
        .subcommand_value_name(help::COMMAND)
        .mut_args(translated_arg(help))
        .mut_subcommands(below)
}

fn with_help(command: Command, help: &Help) -> Command {
    let command = command.about(help.about).after_help(help.after);
    if help.more.is_empty() {
        command
    } else {
        command.long_about(format!("{}\n\n{}", help.about, help.more))
    }
}

fn translated_arg(help: &Help) -> impl FnMut(Arg) -> Arg {
    let options = help.options;
    move |arg| {
        let names: Option<Vec<_>> =
            arg.get_value_names().unwrap_or_default().iter().map(|name| value(name)).collect();
        let arg = match names {
            Some(names) if !names.is_empty() => arg.value_names(names),
            Some(_) | None => arg,
        };
        let arg = if arg.get_help_heading().is_some() { arg.help_heading(help::GLOBAL_HEADING) } else { arg };
        match help::option(options, arg.get_id().as_str()) {
            Some(text) => arg.help(text),
            None => arg,
        }
    }
}

fn value(name: &str) -> Option<&'static str> {
    help::VALUES.iter().find(|(en, _)| *en == name).map(|(_, zh)| *zh)
}

/// What ends a heading.
pub(super) const fn colon(lang: Lang) -> &'static str {
    match lang {
        Lang::En => ":",
        Lang::Zh => "：",
    }
}
