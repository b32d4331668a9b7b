//! The help of a command, laid out for the width of the terminal.
//!
//! clap breaks lines at blanks only, which Chinese does not have, and knows nothing of what stands below the options; so
//! its own layout is not used.

use anstyle::Style;
use clap::{Arg, Command};

use super::chinese;
use crate::{palette::WHO, screen::wrap, texts::lang::Lang};

/// Gives every command its help, for a terminal of so many columns. `brief`: without what is explained at length.
pub(super) fn in_every_command(command: Command, lang: Lang, brief: bool, columns: Option<usize>) -> Command {
    let columns = columns.map_or(WIDEST, |columns| columns.min(WIDEST));
    let text = text(&command, lang, brief, columns);
    command.override_help(text).mut_subcommands(|below| in_every_command(below, lang, brief, Some(columns)))
}

/// The help of one command.
pub(super) fn text(command: &Command, lang: Lang, brief: bool, columns: usize) -> String {
    let about = if brief { command.get_about() } else { command.get_long_about().or(command.get_about()) };
    let about = about.map(ToString::to_string).unwrap_or_default();
    let mut page = Page { columns, out: String::new() };
    page.prose(&about);
    let usage = usage(command, lang);
    page.blank();
    let heading = lang.usage_heading();
    let gap = if heading.is_ascii() { " " } else { "" };
    page.put(&format!("{HEADING}{heading}{HEADING:#}{gap}{usage}"), 4);

    let commands = command.get_subcommands().filter(|below| !below.is_hide_set());
    page.section(
        &lang.commands_heading(),
        commands.map(|below| Row {
            left: below.get_name().to_owned(),
            right: below.get_about().map(ToString::to_string).unwrap_or_default(),
        }),
    );
    let arguments = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    let rows = |args: Vec<&Arg>| args.into_iter().map(|arg| row(arg, lang)).collect::<Vec<_>>();
    page.section(&lang.arguments_heading(), rows(arguments().filter(|arg| arg.is_positional()).collect()));
    let options = || arguments().filter(|arg| !arg.is_positional());
    let own = options().filter(|arg| arg.get_help_heading().is_none()).collect();
    page.section(&lang.options_heading(), rows(own));
    let mut headings: Vec<&str> = Vec::new();
    for heading in options().filter_map(Arg::get_help_heading) {
        if !headings.contains(&heading) {
            headings.push(heading);
        }
    }
    for heading in headings {
        let under = options().filter(|arg| arg.get_help_heading() == Some(heading)).collect();
        page.section(&format!("{heading}{}", chinese::colon(lang)), rows(under));
    }
    if let Some(after) = command.get_after_help() {
        page.blank();
        page.prose(&after.to_string());
    }
    page.out
}

fn usage(command: &Command, lang: Lang) -> String {
    let usage = command.clone().render_usage().to_string();
    let usage =
        usage.strip_prefix("Usage:").unwrap_or(&usage).trim().replace("[OPTIONS]", &lang.any_options());
    // Several forms stand in lines of their own.
    usage.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

/// An option and what it does.
fn row(arg: &Arg, lang: Lang) -> Row {
    let left = match (arg.is_positional(), arg.get_short()) {
        (true, _) => arg.to_string(),
        (false, Some(short)) => format!("-{short}, {arg}"),
        (false, None) => format!("    {arg}"),
    };
    let mut right = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let mut add = |text: String| {
        right.push(' ');
        right.push_str(&text);
    };
    let is_valued = arg.get_action().takes_values();
    let values: Vec<String> = if is_valued && !arg.is_hide_possible_values_set() {
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect()
    } else {
        Vec::new()
    };
    if values.len() > 1 {
        add(lang.possible_values(&values.join(", ")));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if is_valued && !defaults.is_empty() {
        add(glued(&lang.default_value(&defaults.join(" "))));
    }
    Row { left, right }
}

/// Something, and words about it beside it; below it, where there is no room.
struct Row {
    left: String,
    right: String,
}

/// A text that grows.
struct Page {
    columns: usize,
    out: String,
}

impl Page {
    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn put(&mut self, line: &str, indent: usize) {
        self.out.push_str(&loose(&wrap::wrap(line, Some(self.columns), indent)));
        self.blank();
    }

    fn section(&mut self, heading: &str, rows: impl IntoIterator<Item = Row>) {
        let rows: Vec<Row> = rows.into_iter().collect();
        if !rows.is_empty() {
            self.blank();
            self.put(&format!("{HEADING}{heading}{HEADING:#}"), 0);
            self.rows(&rows, WHO);
        }
    }

    fn rows(&mut self, rows: &[Row], style: Style) {
        let spoken = || rows.iter().filter(|row| !row.right.is_empty());
        let left = spoken().map(|row| wrap::width(&row.left)).max().unwrap_or_default();
        let right = spoken().map(|row| wrap::width(&row.right)).max().unwrap_or_default();
        let indent = left + 2 * MARGIN;
        let is_beside = indent + right.min(NARROWEST) <= self.columns;
        for Row { left: text, right } in rows {
            let padding = left.saturating_sub(wrap::width(text));
            let shown = format!("{:MARGIN$}{style}{text}{style:#}", "");
            if right.is_empty() {
                // Whole, so that it can be copied: the terminal breaks it.
                self.out.push_str(&shown);
                self.blank();
            } else if is_beside {
                // What is beside is wrapped by itself: the left side has blanks at which no line may break.
                let beside = wrap::wrap(right, Some(self.columns.saturating_sub(indent)), 0);
                let beside = loose(&beside).replace('\n', &format!("\n{:indent$}", ""));
                self.out.push_str(&format!("{shown}{:padding$}{:MARGIN$}{beside}\n", "", ""));
            } else {
                self.out.push_str(&format!("{:MARGIN$}{style}{}{style:#}\n", "", text.trim_start()));
                self.put(&format!("{:BELOW$}{right}", ""), BELOW);
            }
        }
    }

    /// Paragraphs, headings that end in a colon, and rows, as they are written in the source: lines at the left edge that
    /// belong to one paragraph, indented lines for rows, with two blanks or more between their sides, and lines indented
    /// further that go on with the row above.
    fn prose(&mut self, text: &str) {
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if line.starts_with("  ") {
                let mut rows = vec![Row::parse(line)];
                while let Some(next) = lines.next_if(|next| next.starts_with("  ")) {
                    match rows.last_mut().filter(|_| next.starts_with(CONTINUED)) {
                        Some(row) => row.go_on(next.trim()),
                        None => rows.push(Row::parse(next)),
                    }
                }
                self.rows(&rows, Style::new());
                continue;
            }
            let is_heading =
                line.ends_with([':', '：']) && lines.peek().is_some_and(|next| next.starts_with("  "));
            if is_heading {
                self.put(&format!("{HEADING}{line}{HEADING:#}"), 0);
                continue;
            }
            let mut paragraph = line.to_owned();
            while !paragraph.is_empty()
                && !paragraph.ends_with(['.', '。'])
                && let Some(next) = lines.next_if(|next| !next.is_empty() && !next.starts_with("  "))
            {
                join(&mut paragraph, next);
            }
            self.put(&paragraph, 0);
        }
    }
}

impl Row {
    fn parse(line: &str) -> Self {
        let line = line.trim();
        let (left, right) = line.split_once("  ").unwrap_or((line, ""));
        Self { left: left.to_owned(), right: right.trim().to_owned() }
    }

    fn go_on(&mut self, text: &str) {
        if self.right.is_empty() {
            text.clone_into(&mut self.right);
        } else {
            join(&mut self.right, text);
        }
    }
}

/// Few words that stay in one line: no line breaks beside a word joiner. [`loose`] takes it out again.
fn glued(words: &str) -> String {
    words.chars().flat_map(|char| [if char == ' ' { NO_BREAK_SPACE } else { char }, WORD_JOINER]).collect()
}

fn loose(text: &str) -> String {
    text.replace(WORD_JOINER, "").replace(NO_BREAK_SPACE, " ")
}

/// Two lines of one sentence; Chinese has no blank between them.
fn join(text: &mut String, next: &str) {
    let ends_wide = text.chars().next_back().is_some_and(|char| !char.is_ascii());
    if !(ends_wide && next.starts_with(|char: char| !char.is_ascii())) {
        text.push(' ');
    }
    text.push_str(next);
}

/// Longer lines are hard to read.
const WIDEST: usize = 100;
/// Less room beside something is not worth having.
const NARROWEST: usize = 24;
const MARGIN: usize = 2;
const WORD_JOINER: char = '\u{2060}';
const NO_BREAK_SPACE: char = '\u{a0}';
/// Where words below something begin.
const BELOW: usize = 6;
const CONTINUED: &str = "      ";
const HEADING: Style = Style::new().bold().underline();
