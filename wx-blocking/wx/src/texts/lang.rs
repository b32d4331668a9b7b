//! The language of the interface.

use std::{env, sync::OnceLock};

use clap::ValueEnum;

/// A language that the interface speaks. Its texts are in [`texts`](crate::texts).
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Lang {
    /// English
    En,
    /// 中文
    Zh,
}

/// Settles the language for the whole run: the one asked for, else the locale's.
pub(crate) fn choose(asked: Option<Lang>) {
    let lang = asked.unwrap_or_else(|| of_locale(|name| env::var(name).ok()));
    // Only `main` calls this, once.
    let _ = CHOSEN.set(lang);
}

/// The language to speak: `say().scanned()`.
pub(crate) fn say() -> Lang {
    CHOSEN.get().copied().unwrap_or(Lang::En)
}

/// The first of the locale's variables that is set decides, as POSIX has it.
fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Lang {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default();
    let language = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
    if language.eq_ignore_ascii_case("zh") { Lang::Zh } else { Lang::En }
}

static CHOSEN: OnceLock<Lang> = OnceLock::new();

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(variables: &[(&str, &str)]) -> Lang {
        of_locale(|name| {
            let (_, value) = variables.iter().find(|(known, _)| *known == name)?;
            Some((*value).to_owned())
        })
    }

    #[test]
    fn the_locale_chooses() {
        assert_eq!(lang(&[]), Lang::En);
        for zh in ["zh_CN.UTF-8", "zh", "zh_TW", "zh-Hans", "ZH_cn"] {
            assert_eq!(lang(&[("LANG", zh)]), Lang::Zh, "{zh}");
        }
        for en in ["C", "POSIX", "en_US.UTF-8", "zha_CN", "de_DE"] {
            assert_eq!(lang(&[("LANG", en)]), Lang::En, "{en}");
        }
        assert_eq!(lang(&[("LC_ALL", "en_US"), ("LANG", "zh_CN")]), Lang::En);
        assert_eq!(lang(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_CN"), ("LANG", "en_US")]), Lang::Zh);
    }
}
