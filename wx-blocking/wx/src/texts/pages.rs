//! The frame of manual pages, which comes in English.

use crate::texts::lang::Lang;

impl Lang {
    /// A manual page whose headings are English, as they are made.
    pub(crate) fn manual_page(self, page: &str) -> String {
        let heading = |line: &str| {
            let title = line.strip_prefix(".SH ").map(|title| title.trim_matches('"'));
            let known = PAGE_HEADINGS.iter().find(|(en, _)| title == Some(en));
            known.map_or_else(|| format!("{line}\n"), |(_, zh)| format!(".SH {zh}\n"))
        };
        match self {
            Self::En => page.to_owned(),
            Self::Zh => {
                let page: String = page.lines().map(heading).collect();
                PAGE_WORDS.iter().fold(page, |page, (en, zh)| page.replace(en, zh))
            }
        }
    }
}

/// Headings of manual pages.
const PAGE_HEADINGS: &[(&str, &str)] = &[
    ("NAME", "名称"),
    ("SYNOPSIS", "概要"),
    ("DESCRIPTION", "说明"),
    ("OPTIONS", "选项"),
    ("SUBCOMMANDS", "命令"),
    ("EXTRA", "另外"),
    ("VERSION", "版本"),
];

/// Words of manual pages.
const PAGE_WORDS: &[(&str, &str)] = &[("[default: ", "[默认："), ("Possible values:", "可选值：")];
