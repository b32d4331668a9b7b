//! Commands on stdin, answers on stdout.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;
use wx_testkit::{control, listener::Listener};

use crate::simulator::SimulatedService;

/// The commands as they are typed or piped in.
pub(super) struct Commands(Arc<AtomicBool>);

impl Commands {
    /// True once a person ended the input.
    pub(super) fn ended_at_terminal(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Carries out the lines of stdin on a thread of its own.
pub(super) fn read(listener: Arc<Listener<SimulatedService>>) -> Commands {
    let ended = Arc::new(AtomicBool::new(false));
    let end = Arc::clone(&ended);
    thread::spawn(move || {
        let mut line = Vec::new();
        let mut input = io::stdin().lock();
        // An input that fails is an input that ended.
        while input.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let command = String::from_utf8_lossy(&line);
            if !command.trim().is_empty() {
                say(&execute(&listener, command.trim()));
            }
            line.clear();
        }
        end.store(io::stdin().is_terminal(), Ordering::SeqCst);
    });
    Commands(ended)
}

/// Carries out one command; its effect is kept before the answer is given.
pub(super) fn execute(listener: &Listener<SimulatedService>, line: &str) -> String {
    listener.with(|served, now| served.change(|accounts| control::execute(accounts, now, line)))
}

/// Writes one line. Whoever started this may have read the first line only and gone: the server stays.
pub(super) fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
}

/// The answer to a line of the script says when it was carried out, to tell it from answers to stdin.
pub(super) fn with_time(answer: &str, elapsed: Duration) -> String {
    match serde_json::from_str(answer) {
        Ok(Value::Object(mut members)) => {
            let millis = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
            members.insert("at_ms".to_owned(), millis.into());
            Value::Object(members).to_string()
        }
        _ => answer.to_owned(),
    }
}
