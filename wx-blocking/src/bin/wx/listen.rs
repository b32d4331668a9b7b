//! `wx listen`.

use std::io::{self, Write};

use wx_blocking::Client;
use wx_proto::{Event, LoginMethod, Phase};

use crate::{
    account,
    args::Global,
    end::{End, Result},
    follow, human, json, login,
    screen::Screen,
    signals::StopFlag,
};

/// Show messages as they arrive
///
/// Goes on with the stored login, or shows a QR code. A batch of messages is acknowledged once its lines are
/// written: what was not shown comes again next time, nothing is lost in between. Ctrl-C stores the session and
/// ends; it does not log out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  wx listen
  wx listen --json | jq -r 'select(.type==\"message\") | .text'
  wx listen --json --connect-to 127.0.0.1:8443 --ca-file CA.pem      from a `wx sim`

Messages go to stdout; without --json everything else goes to stderr.
Exit codes: 0 stopped by a signal or a closed pipe, 1 failed, 3 logged out or refused.")]
pub(crate) struct Args {
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(global: &Global, args: &Args) -> Result {
    let stop = StopFlag::install()?;
    let mut client = account::open(global)?;
    account::warn(global, &client);
    login::start(&client, LoginMethod::Auto)?;
    let mut writer: Box<dyn Writer> = if args.json {
        Box::new(Json { profile: global.profile.profile().name().to_owned() })
    } else {
        Box::new(Human::new())
    };
    let end = loop {
        match follow::next(&mut client, &stop).and_then(|event| match event {
            Some(event) => take(&client, writer.as_mut(), &event),
            None => Ok(()),
        }) {
            Ok(()) => {}
            Err(end) => break end,
        }
    };
    let stored = login::finish(client);
    match end {
        End::Interrupted | End::ClosedPipe => stored,
        end @ End::Failed(_) => Err(end),
    }
}

/// Writes an event, and acknowledges it when its lines are on their way.
fn take(client: &Client, writer: &mut dyn Writer, event: &Event) -> Result {
    let handle = client.handle();
    writer.write(client, event)?;
    match event {
        Event::Batch(batch) => {
            if let Err(error) = handle.ack(batch.id) {
                tracing::debug!(%error, "not acknowledged");
            }
        }
        // A send of an earlier run: told now, and once.
        Event::Done { op, .. } => handle.forget(*op),
        Event::Phase(Phase::Ended(reason)) => return Err(follow::ended(reason)),
        _ => {}
    }
    Ok(())
}

trait Writer {
    /// Writes what there is to tell of an event, and flushes.
    fn write(&mut self, client: &Client, event: &Event) -> Result;
}

struct Json {
    profile: String,
}

impl Writer for Json {
    fn write(&mut self, client: &Client, event: &Event) -> Result {
        let handle = client.handle();
        let me = handle.me();
        let context = json::Context { profile: &self.profile, now: account::now() };
        let lines = handle.with_contacts(|contacts| json::lines(event, contacts, me.as_ref(), context));
        let mut out = io::stdout().lock();
        out.write_all(lines.as_bytes())?;
        Ok(out.flush()?)
    }
}

struct Human {
    out: Screen,
    side: Screen,
}

impl Human {
    fn new() -> Self {
        Self { out: Screen::stdout(), side: Screen::stderr() }
    }
}

impl Writer for Human {
    fn write(&mut self, client: &Client, event: &Event) -> Result {
        let handle = client.handle();
        match event {
            Event::Batch(batch) => {
                let (me, now) = (handle.me(), account::now());
                let lines =
                    handle.with_contacts(|contacts| human::batch(&batch.content, contacts, me.as_ref(), now));
                self.out.write(&lines)?;
            }
            Event::QrCode(code) => {
                self.side.qr(&code.url)?;
            }
            event => {
                if let Some(notice) = human::notice(event) {
                    self.side.line(notice)?;
                }
            }
        }
        Ok(())
    }
}
