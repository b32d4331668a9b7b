//! What is on this computer.

use std::{
    env,
    path::{Path, PathBuf},
};

use jiff::tz::TimeZone;
use wx_blocking::{FileStore, LockState};

use super::check::{Check, Subject, Verdict};
use crate::{
    account::{self, stored::Stored},
    clock,
    options::GlobalOptions,
    screen::terminal::{self, Size},
    texts::lang::Lang,
};

pub(super) fn clock(lang: Lang) -> Check {
    let now = clock::now();
    let local = i64::try_from(now.as_secs()).ok().and_then(|now| jiff::Timestamp::from_second(now).ok());
    let local =
        local.map(|now| now.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string());
    clock_at(now.as_secs(), &local.unwrap_or_default(), lang)
}

fn clock_at(now: u64, local: &str, lang: Lang) -> Check {
    let (mark, message) = match now {
        ..WRITTEN => (Verdict::Fail, lang.clock_before(local)),
        FUTURE.. => (Verdict::Fail, lang.clock_late(local)),
        WRITTEN..FUTURE => return Check::new(Subject::Clock, Verdict::Ok, lang.clock_plausible(local)),
    };
    Check::new(Subject::Clock, mark, message).next(lang.set_the_clock())
}

/// The session file, who can read it, and who has it open.
pub(super) fn session(global: &GlobalOptions, lang: Lang) -> Vec<Check> {
    let Ok(path) = account::session_path(global) else {
        return vec![Check::new(Subject::Session, Verdict::Fail, lang.no_home()).next(lang.set_home())];
    };
    let path = FileStore::resolve(&path);
    let shown = path.display().to_string();
    let mut checks = vec![match Stored::read(&path) {
        Stored::Missing => Check::new(Subject::Session, Verdict::Ok, lang.session_none(&shown)),
        Stored::Unreadable(reason) => {
            Check::new(Subject::Session, Verdict::Fail, lang.session_unreadable(&shown, &reason))
                .next(lang.move_it_away())
        }
        Stored::Session(session, _) if session.has_login() => {
            Check::new(Subject::Session, Verdict::Ok, lang.session_good(&shown))
        }
        Stored::Session(..) => Check::new(Subject::Session, Verdict::Ok, lang.session_without_login(&shown))
            .next(lang.run_login()),
    }];
    checks.push(permissions(&path, lang));
    checks.push(match FileStore::lock_state(&path) {
        LockState::Free => Check::new(Subject::Lock, Verdict::Ok, lang.lock_free()),
        LockState::Held { pid } => {
            let owner = pid.map_or_else(|| lang.another_process(), |pid| lang.process(&pid.to_string()));
            Check::new(Subject::Lock, Verdict::Warn, lang.lock_held(&owner)).next(lang.lock_fix())
        }
    });
    checks
}

fn permissions(path: &Path, lang: Lang) -> Check {
    if let Some(folder) = folder(path)
        && tempfile::tempfile_in(&folder).is_err()
    {
        let message = lang.folder_read_only(&folder.display().to_string());
        return Check::new(Subject::Permissions, Verdict::Fail, message).next(lang.folder_fix());
    }
    match mode(path) {
        Mode::Missing => Check::new(Subject::Permissions, Verdict::Ok, lang.permissions_none()),
        Mode::Unknown => Check::new(Subject::Permissions, Verdict::Skip, lang.permissions_unknown()),
        Mode::Known(mode) if mode & 0o077 == 0 => {
            Check::new(Subject::Permissions, Verdict::Ok, lang.permissions_good())
        }
        Mode::Known(mode) => {
            let message = lang.permissions_open(&format!("{mode:03o}"));
            Check::new(Subject::Permissions, Verdict::Fail, message)
                .next(lang.permissions_fix(&path.display().to_string()))
        }
    }
}

/// The nearest folder that exists: the others are made when they are needed.
fn folder(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find(|folder| folder.is_dir()).map(Path::to_owned)
}

enum Mode {
    Missing,
    #[cfg_attr(unix, expect(dead_code, reason = "every file has a mode here"))]
    Unknown,
    #[cfg_attr(not(unix), expect(dead_code, reason = "no file has a mode here"))]
    Known(u32),
}

#[cfg(unix)]
fn mode(path: &Path) -> Mode {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().map_or(Mode::Missing, |metadata| Mode::Known(metadata.permissions().mode() & 0o777))
}

#[cfg(not(unix))]
fn mode(path: &Path) -> Mode {
    if path.exists() { Mode::Unknown } else { Mode::Missing }
}

pub(super) fn terminal(lang: Lang) -> Check {
    match terminal::terminal_size() {
        None => Check::new(Subject::Terminal, Verdict::Skip, lang.terminal_none()),
        Some(Size { columns, rows }) if columns < 40 || rows < 24 => {
            Check::new(Subject::Terminal, Verdict::Warn, lang.terminal_small(columns, rows))
                .next(lang.terminal_fix())
        }
        Some(Size { columns, rows }) => {
            Check::new(Subject::Terminal, Verdict::Ok, lang.terminal_good(columns, rows))
        }
    }
}

pub(super) fn locale(lang: Lang) -> Check {
    locale_of(|name| env::var(name).ok(), lang)
}

fn locale_of(variable: impl Fn(&str) -> Option<String>, lang: Lang) -> Check {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let Some(locale) = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set) else {
        return Check::new(Subject::Locale, Verdict::Warn, lang.locale_none()).next(lang.locale_fix());
    };
    let encoding = locale.to_lowercase().replace('-', "");
    if encoding.contains("utf8") {
        Check::new(Subject::Locale, Verdict::Ok, lang.locale_good(&locale))
    } else {
        Check::new(Subject::Locale, Verdict::Warn, lang.locale_other(&locale)).next(lang.locale_fix())
    }
}

/// 1 January 2025.
const WRITTEN: u64 = 1_735_689_600;
/// 1 January 2045: no certificate of today lives that long.
const FUTURE: u64 = 2_366_841_600;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_must_be_plausible() {
        let mark = |now| clock_at(now, "", Lang::En).result;
        assert_eq!(
            (mark(0), mark(1_750_000_000), mark(9_999_999_999)),
            (Verdict::Fail, Verdict::Ok, Verdict::Fail)
        );
    }

    #[test]
    fn a_locale_must_be_utf8() {
        let mark = |name: &'static str, value: &str| {
            locale_of(|asked| (asked == name).then(|| value.to_owned()), Lang::En).result
        };
        for good in ["zh_CN.UTF-8", "en_US.utf8", "C.UTF-8"] {
            assert_eq!(mark("LANG", good), Verdict::Ok);
        }
        assert_eq!(mark("LC_ALL", "zh_CN.GBK"), Verdict::Warn);
        assert_eq!((mark("LANG", ""), mark("LC_TIME", "C.UTF-8")), (Verdict::Warn, Verdict::Warn));
    }

    #[cfg(unix)]
    #[test]
    fn others_must_not_read_the_session() {
        use std::{fs, os::unix::fs::PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none/session.json");
        assert_eq!(permissions(&path, Lang::En).result, Verdict::Ok);
        let path = folder.path().join("session.json");
        fs::write(&path, "").unwrap();
        for (mode, mark) in
            [(0o600, Verdict::Ok), (0o400, Verdict::Ok), (0o640, Verdict::Fail), (0o604, Verdict::Fail)]
        {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(permissions(&path, Lang::En).result, mark, "{mode:o}");
        }
    }
}
