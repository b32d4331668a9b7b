//! One line of the report.

use std::fmt::Write;

use anstyle::Style;
use serde::Serialize;

use crate::{
    palette::{BAD, DIM, GOOD, NOTE},
    screen::{clean, wrap},
    texts::lang::Lang,
};

/// What was looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Subject {
    Clock,
    Dns,
    Proxy,
    Connection,
    Tls,
    Portal,
    Session,
    Permissions,
    Lock,
    Terminal,
    Locale,
}

/// How it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Ok,
    /// Worth a look.
    Warn,
    /// It cannot work like this.
    Fail,
    /// There was nothing to look at.
    Skip,
}

/// One line of the report; its fields as JSON stay, more may be added.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename = "check")]
pub(super) struct Check {
    check: Subject,
    pub(super) result: Verdict,
    message: String,
    /// What to do; absent if there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Check {
    pub(super) const fn new(check: Subject, result: Verdict, message: String) -> Self {
        Self { check, result, message, next: None }
    }

    pub(super) fn next(self, next: String) -> Self {
        Self { next: Some(next), ..self }
    }

    pub(super) fn text(&self, lang: Lang, columns: Option<usize>) -> String {
        let mark_style = self.result.style();
        let mark = clean::pad(&self.result.text(lang), widest(&Verdict::ALL.map(|mark| mark.text(lang))));
        let subject =
            clean::pad(&self.check.text(lang), widest(&Subject::ALL.map(|subject| subject.text(lang))));
        let indent = wrap::width(&mark) + wrap::width(&subject) + 4;
        let indent = columns.map_or(indent, |columns| indent.min(columns / 4));
        let line = format!("{mark_style}{mark}{mark_style:#}  {subject}  {}", clean::line(&self.message));
        let mut out = format!("{}\n", wrap::wrap(&line, columns, indent));
        if let Some(next) = &self.next {
            let next = format!("{:indent$}{DIM}→ {}{DIM:#}", "", clean::line(next));
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{}", wrap::wrap(&next, columns, indent + 2));
        }
        out
    }
}

impl Verdict {
    const ALL: [Self; 4] = [Self::Ok, Self::Warn, Self::Fail, Self::Skip];

    fn text(self, lang: Lang) -> String {
        match self {
            Self::Ok => lang.mark_ok(),
            Self::Warn => lang.mark_warn(),
            Self::Fail => lang.mark_fail(),
            Self::Skip => lang.mark_skip(),
        }
    }

    const fn style(self) -> Style {
        match self {
            Self::Ok => GOOD,
            Self::Warn => NOTE,
            Self::Fail => BAD,
            Self::Skip => DIM,
        }
    }
}

impl Subject {
    const ALL: [Self; 11] = [
        Self::Clock,
        Self::Dns,
        Self::Proxy,
        Self::Connection,
        Self::Tls,
        Self::Portal,
        Self::Session,
        Self::Permissions,
        Self::Lock,
        Self::Terminal,
        Self::Locale,
    ];

    fn text(self, lang: Lang) -> String {
        match self {
            Self::Clock => lang.check_clock(),
            Self::Dns => lang.check_dns(),
            Self::Proxy => lang.check_proxy(),
            Self::Connection => lang.check_connection(),
            Self::Tls => lang.check_tls(),
            Self::Portal => lang.check_portal(),
            Self::Session => lang.check_session(),
            Self::Permissions => lang.check_permissions(),
            Self::Lock => lang.check_lock(),
            Self::Terminal => lang.check_terminal(),
            Self::Locale => lang.check_locale(),
        }
    }
}

fn widest(texts: &[String]) -> usize {
    texts.iter().map(|text| wrap::width(text)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_at_every_width() {
        let check = Check::new(Subject::Tls, Verdict::Fail, Lang::En.tls_bad()).next(Lang::En.tls_fix());
        for columns in [40, 80, 200] {
            let text = anstream::adapter::strip_str(&check.text(Lang::En, Some(columns))).to_string();
            assert!(text.starts_with("fail  TLS           no trusted"), "{text}");
            assert!(text.lines().all(|line| wrap::width(line) <= columns), "{text}");
        }
        let zh = Check::new(Subject::Dns, Verdict::Skip, Lang::Zh.dns_by_proxy()).text(Lang::Zh, None);
        assert_eq!(anstream::adapter::strip_str(&zh).to_string(), "跳过  域名解析  由代理解析\n");
    }
}
