//! What the server knows, beside what the client got.

use std::collections::BTreeMap;

use wx_proto::{Endpoint, MsgId};
use wx_testkit::server::Sent;

use super::stage::{Stage, owed, stuck};
use crate::{
    account::login,
    error::Result,
    palette::{CHAT, DIM},
    screen::{clean, table},
    size,
    texts::lang::say,
};

/// Shows the server's record, compares, and ends the demonstration.
///
/// # Errors
/// If anything does not match.
pub(super) fn show(mut stage: Stage<'_>) -> Result {
    stage.title(&say().demo_record())?;
    let sent = stage.server(|server| server.record().sent().to_vec());
    for message in &sent {
        stage.screen.line(record_line(message))?;
    }
    stage.title(&say().demo_summary())?;
    let numbers = Numbers::of(&stage, &sent);
    table::show(&numbers.rows(), &mut stage.screen)?;
    for complaint in &numbers.complaints {
        stage.screen.line(say().demo_complaint(&clean::line(complaint)))?;
    }
    let fits = numbers.fits();
    let verdict = if fits { say().demo_fits() } else { say().demo_differs() };
    stage.screen.line(verdict)?;
    login::finish(stage.client)?;
    if fits { Ok(()) } else { Err(stuck(say().demo_no_agreement())) }
}

fn record_line(sent: &Sent) -> String {
    let times = if sent.count == 1 { say().demo_stored_once() } else { say().demo_stored_more() };
    let text = match &sent.file {
        Some(file) => say().demo_file(&clean::cut(&file.name, 30), &size::shown(file.len)),
        None => clean::cut(&sent.text, 30),
    };
    format!(
        "{DIM}{}{DIM:#}  {CHAT}{}{CHAT:#}: {text}{DIM}{times}{DIM:#}",
        sent.msg_id,
        clean::cut(&sent.to_name, 16)
    )
}

/// Both sides in numbers.
struct Numbers {
    requests: u64,
    requests_served: u64,
    queued: u64,
    handed_out: u64,
    received: u64,
    missing: u64,
    twice: u64,
    sent: u64,
    stored: u64,
    outages: u64,
    complaints: Vec<String>,
}

impl Numbers {
    fn of(stage: &Stage<'_>, sent: &[Sent]) -> Self {
        let received: &BTreeMap<MsgId, u64> = &stage.seen.received;
        let owed = stage.server(owed);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Self {
            requests: stage.handle.stats().requests,
            requests_served: stage.server(|server| {
                Endpoint::ALL.iter().map(|endpoint| server.record().requests(*endpoint)).sum()
            }),
            queued: count(owed.len()),
            handed_out: stage.server(|server| server.record().delivered().values().sum()),
            received: count(received.len()),
            missing: count(owed.iter().filter(|id| !received.contains_key(*id)).count()),
            twice: count(received.values().filter(|times| **times > 1).count()),
            sent: stage.seen.sent,
            stored: sent.iter().map(|message| message.count).sum(),
            outages: stage.seen.outages,
            complaints: stage.server(|server| server.record().complaints().to_vec()),
        }
    }

    fn fits(&self) -> bool {
        self.missing == 0 && self.twice == 0 && self.received == self.queued && self.sent == self.stored
    }

    fn rows(&self) -> [(String, String); 4] {
        let say = say();
        [
            (say.demo_label_requests(), say.demo_requests(self.requests, self.requests_served)),
            (say.demo_label_in(), say.demo_messages_in(self.queued, self.handed_out, self.received)),
            (say.demo_label_out(), say.demo_messages_out(self.sent, self.stored)),
            (say.demo_label_outages(), self.outages.to_string()),
        ]
    }
}
