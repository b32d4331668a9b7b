//! A terminal in memory, and what it shows.

use std::{cell::RefCell, num::NonZero, rc::Rc};

use wx_proto::Phase;

use super::*;

const URL: &str = "https://login.weixin.qq.com/l/gbCdEfGhIj==";

/// What several writers sent to one terminal.
#[derive(Clone)]
struct Tty(Rc<RefCell<vt100::Parser>>);

impl Tty {
    fn new(columns: u16, rows: u16) -> Self {
        Self(Rc::new(RefCell::new(vt100::Parser::new(number(rows), number(columns), 0))))
    }

    fn screen(&self) -> Screen {
        let size = self.clone();
        Screen {
            text: Box::new(self.clone()),
            terminal: Some(Terminal {
                control: Some(Box::new(self.clone())),
                size: Box::new(move || Some(size.size())),
            }),
            has_colour: true,
            status: StatusLine::on(Some(Box::new(self.clone())), Box::leak(Box::default())),
            transfers: Transfers::default(),
            code: None,
        }
    }

    fn size(&self) -> Size {
        let (rows, columns) = self.0.borrow().screen().size();
        Size { columns: columns.get().into(), rows: rows.get().into() }
    }

    fn shown(&self) -> String {
        self.0.borrow().screen().contents()
    }
}

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A terminal driver turns line feeds into carriage returns and line feeds.
        let text = String::from_utf8(bytes.to_vec()).unwrap().replace('\n', "\r\n");
        self.0.borrow_mut().process(text.as_bytes());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn number(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap()
}

fn codes(shown: &str) -> usize {
    shown.matches("/l/gbCd").count()
}

#[test]
fn a_new_code_takes_the_place_of_the_old() {
    for (columns, rows) in [(40, 30), (80, 24), (200, 50)] {
        let tty = Tty::new(columns, rows);
        let mut screen = tty.screen();
        screen.line("before").unwrap();
        for _ in 0..3 {
            screen.qr(URL).unwrap();
            screen.line("scanned; confirm on the phone, where it is asked for").unwrap();
            screen.show_status(Timestamp::from_millis(0), None);
        }
        let shown = tty.shown();
        assert_eq!(codes(&shown), 1, "{columns}\n{shown}");
        assert!(shown.starts_with("before\nThe last code expired."), "{shown}");
        assert_eq!(shown.matches("scanned;").count(), 1, "{shown}");
    }
}

#[test]
fn a_code_that_scrolled_away_or_moved_is_not_replaced() {
    let tty = Tty::new(80, 24);
    let mut screen = tty.screen();
    screen.qr(URL).unwrap();
    for line in 0..10 {
        screen.line(line).unwrap();
    }
    screen.qr(URL).unwrap();
    assert!(tty.shown().contains("9\nThe last code"), "{}", tty.shown());
    let tty = Tty::new(80, 50);
    let mut screen = tty.screen();
    screen.qr(URL).unwrap();
    tty.0.borrow_mut().screen_mut().set_size(number(50), number(100));
    screen.qr(URL).unwrap();
    assert_eq!(codes(&tty.shown()), 2, "{}", tty.shown());
}

#[test]
fn a_small_terminal_gets_the_address() {
    for (columns, rows) in [(30, 40), (36, 24), (80, 20), (37, 21)] {
        let tty = Tty::new(columns, rows);
        tty.screen().qr(URL).unwrap();
        let shown = tty.shown();
        assert!(!shown.contains('▀') && shown.contains("too small"), "{columns} {rows}\n{shown}");
        assert!(shown.replace('\n', "").ends_with(URL), "{shown}");
    }
    for (columns, rows) in [(37, 22), (80, 21), (200, 60)] {
        let tty = Tty::new(columns, rows);
        let mut screen = tty.screen();
        screen.qr(URL).unwrap();
        screen.see(&Event::Phase(Phase::AwaitScan));
        screen.show_status(Timestamp::from_secs(1), None);
        // The whole code stays on the screen, its address and the status line below it.
        let shown = tty.shown();
        let code = shown.lines().filter(|line| line.contains(['▀', '▄', '█'])).count();
        assert!(code >= 15 && shown.ends_with("waiting for the scan"), "{columns} {rows}\n{shown}");
        let longest = qr::draw(URL, qr::Ink::Colours).unwrap().text.lines().count();
        assert!(code + 4 >= longest, "{code} of {longest}\n{shown}");
    }
}

#[test]
fn the_status_line_stays_below_and_leaves_nothing() {
    let tty = Tty::new(40, 10);
    let mut screen = tty.screen();
    screen.see(&Event::Phase(Phase::Online));
    for second in 0..3 {
        screen.line(format_args!("line {second}")).unwrap();
        screen.show_status(Timestamp::from_secs(second), None);
        screen.show_status(Timestamp::from_secs(second), None);
    }
    assert_eq!(tty.shown(), "line 0\nline 1\nline 2\nonline");
    drop(screen);
    assert_eq!(tty.shown(), "line 0\nline 1\nline 2");
}

#[test]
fn nobody_overwrites_a_status_line() {
    let tty = Tty::new(40, 10);
    let mut screen = tty.screen();
    screen.see(&Event::Phase(Phase::AwaitScan));
    screen.show_status(Timestamp::from_secs(1), None);
    assert_eq!(tty.shown(), "waiting for the scan");
    screen.hide_status();
    assert_eq!(tty.shown(), "");
}

#[test]
fn long_lines_are_wrapped_between_words() {
    let tty = Tty::new(20, 10);
    tty.screen().line("one two three four five six seven").unwrap();
    assert_eq!(tty.shown(), "one two three four\n  five six seven");
}
