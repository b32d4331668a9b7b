//! The program in a terminal of its own.

use std::{
    fs::File,
    io::Read,
    os::fd::OwnedFd,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};
use serde_json::json;

use crate::support::{PATIENCE, Sim, bytes, text, wx};

/// A running program and everything it wrote to its terminal.
struct Terminal {
    child: Child,
    written: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn start(mut command: Command, columns: u16, rows: u16) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&ours, size).unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap();
        let theirs = || -> Stdio {
            let file = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
            OwnedFd::from(file).into()
        };
        command.env("TERM", "xterm-256color").env("TZ", "Asia/Shanghai");
        let child = command.stdin(theirs()).stdout(theirs()).stderr(theirs()).spawn().unwrap();
        // It holds the other side open.
        drop(command);
        let written = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&written);
        thread::spawn(move || {
            let mut ours = File::from(ours);
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = ours.read(&mut piece) {
                all.lock().unwrap().extend_from_slice(&piece[..length]);
            }
        });
        Self { child, written }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.written.lock().unwrap()).into_owned()
    }

    /// Waits until it wrote this.
    fn wait_for(&self, part: &str) {
        let by = Instant::now() + PATIENCE;
        while !self.text().contains(part) {
            assert!(Instant::now() < by, "never {part:?}: {:?}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Everything it wrote, once it ended.
    fn end(mut self) -> String {
        self.child.wait().unwrap();
        // What it wrote last may still be on its way.
        thread::sleep(Duration::from_millis(100));
        self.text()
    }

    fn stop(self) -> String {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        self.end()
    }
}

/// What the program writes to a terminal on which it logs in and shows a message.
fn listening(sim: &mut Sim, args: &[&str], variables: &[(&str, &str)]) -> String {
    let mut args = args.to_vec();
    args.push("listen");
    let mut command = sim.prepare(&args);
    command.envs(variables.iter().copied());
    let terminal = Terminal::start(command, 80, 24);
    terminal.wait_for("contacts");
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "hello"}));
    terminal.wait_for("hello");
    terminal.stop()
}

#[test]
fn without_colour_no_escape_is_written() {
    for (args, variables) in [
        (&["--color", "never"][..], &[][..]),
        (&["--color=never"], &[("CLICOLOR_FORCE", "1")]),
        (&[], &[("NO_COLOR", "1")]),
    ] {
        let mut sim = Sim::start();
        let plain = listening(&mut sim, args, variables);
        assert!(!plain.contains('\x1b'), "{args:?} {plain:?}");
        assert!(plain.contains('▄') && plain.contains("/l/"), "the code is there: {plain}");
    }
    let mut sim = Sim::start();
    let coloured = listening(&mut sim, &[], &[]);
    assert!(coloured.contains("\x1b[38;5;16;48;5;231m") && coloured.contains("\x1b[K"), "{coloured:?}");
}

#[test]
fn help_and_errors_have_no_escape_without_colour() {
    for args in [&["--help"][..], &["listen", "-h"], &["fly"], &["status", "--session", "/nowhere/none.json"]]
    {
        let shown = |more: &[&str], variables: &[(&str, &str)]| {
            let mut command = wx(args);
            command.args(more).envs(variables.iter().copied());
            Terminal::start(command, 80, 24).end()
        };
        assert!(shown(&[], &[]).contains('\x1b'), "{args:?}");
        for (more, variables) in [(&["--color", "never"][..], &[][..]), (&[], &[("NO_COLOR", "1")])] {
            let plain = shown(more, variables);
            assert!(!plain.is_empty() && !plain.contains('\x1b'), "{args:?} {plain:?}");
        }
    }
}

#[test]
fn help_is_wrapped_for_the_terminal() {
    for (lang, columns) in [("en", 40), ("zh", 40), ("en", 80), ("zh", 80), ("zh", 200)] {
        let shown = Terminal::start(wx(&["--help", "--lang", lang, "--color", "never"]), columns, 24).end();
        let longest = shown.lines().map(|line| line.trim_end().chars().count()).max().unwrap();
        assert!(longest <= usize::from(columns).min(100), "{shown}");
    }
}

#[test]
fn a_code_larger_than_the_screen_is_not_drawn() {
    for (columns, rows, lang, said) in [
        (80, 15, "en", "too small for the code"),
        (30, 40, "zh", "显示不下二维码"),
        (80, 15, "zh", "显示不下二维码"),
    ] {
        let sim = Sim::start();
        let terminal = Terminal::start(sim.prepare(&["login", "--lang", lang]), columns, rows);
        let shown = terminal.end();
        assert!(shown.contains(said) && shown.contains("/l/") && !shown.contains('▄'), "{shown}");
    }
}

#[test]
fn a_declined_scan_says_declined() {
    for (lang, scanned, declined, done) in [
        ("en", "confirm on the phone", "eclined on the phone", "logged in"),
        ("zh", "请在手机上确认", "手机上已取消登录", "已登录"),
    ] {
        let mut sim = Sim::with(&["--scan-after", "50", "--confirm-after", "never"]);
        let terminal = Terminal::start(sim.prepare(&["login", "--lang", lang]), 80, 30);
        terminal.wait_for(scanned);
        sim.command(&json!({"cmd": "decline"}));
        terminal.wait_for(declined);
        let count = |shown: String| shown.matches(scanned).count();
        let by = Instant::now() + PATIENCE;
        while count(terminal.text()) < 2 {
            assert!(Instant::now() < by, "{}", terminal.text());
            thread::sleep(Duration::from_millis(50));
        }
        sim.command(&json!({"cmd": "confirm"}));
        let shown = terminal.end();
        assert!(shown.contains(done) && !shown.contains("expired") && !shown.contains("已失效"), "{shown}");
    }
}

#[test]
fn a_file_has_a_bar_that_stays_in_its_row() {
    let mut sim = Sim::start();
    let path = sim.file("holiday.zip");
    std::fs::write(&path, bytes(3 << 20)).unwrap();
    sim.run(&["login"]).expect(0);
    sim.slow("webwxuploadmedia", 200);
    for (columns, bar) in [(40, "% 3.1 MB"), (80, "holiday.zip [======="), (200, "holiday.zip [=======")] {
        let command = sim.prepare(&["send", "--to", "filehelper", "--file", text(&path)]);
        let shown = Terminal::start(command, columns, 24).end();
        assert!(shown.contains(bar) && !shown.contains("25% of"), "{columns}: {shown:?}");
        let rows = shown.split(['\r', '\n']).map(|row| row.trim_start_matches("\u{1b}[2m"));
        let longest = rows
            .filter(|row| row.starts_with('↑'))
            .map(|row| row.split('\u{1b}').next().unwrap().chars().count())
            .max();
        assert!(longest.unwrap() < usize::from(columns), "{shown:?}");
        let last = shown.rsplit("\u{1b}[K").next().unwrap();
        assert!(last.starts_with("sent holiday.zip (3.1 MB) to "), "{shown:?}");
    }
    let mut command = sim.prepare(&["send", "--to", "filehelper", "--file", text(&path)]);
    command.env("NO_COLOR", "1");
    let shown = Terminal::start(command, 80, 24).end();
    assert!(shown.contains("% of 3.1 MB") && !shown.contains('\u{1b}'), "{shown:?}");
}
