//! What `wx listen` writes: lines for programs, or for people.

use std::io::{self, Write};

use wx_blocking::{Client, Handle};
use wx_proto::{Event, OpId};

use super::save::Saved;
use crate::{
    account::follow,
    clock,
    error::Result,
    json,
    messages::{human, names::Names, recent::RecentMessages},
    quiet,
    screen::{Screen, clean, days::Days},
    size,
    texts::lang::say,
};

/// What a line needs beside its event.
pub(super) struct Context<'a> {
    pub(super) profile: &'a str,
    /// What was said before, and this.
    pub(super) recent: &'a RecentMessages,
    /// The file that a transfer is about: the id of its message and its name.
    pub(super) file: Option<(&'a str, &'a str)>,
}

/// Where events go.
pub(super) trait Writer {
    /// Writes what there is to tell of an event, and flushes.
    fn write(&mut self, client: &Client, event: &Event, context: &Context<'_>) -> Result;

    /// Writes where a file is, or why it is nowhere.
    fn saved(&mut self, saved: &Saved) -> Result;

    /// A file is not on its way any more.
    fn end_transfer(&mut self, op: OpId);

    /// Whether a batch can be written as well as it ever can.
    fn is_ready(&self, client: &Client, event: &Event) -> bool;

    /// Between events.
    fn rest(&mut self, client: &Client);
}

/// The lines of an event.
pub(super) fn json_lines(handle: &Handle, event: &Event, context: &Context<'_>) -> String {
    let (me, id) = (handle.me(), follow::client_msg_id(handle, event));
    let context = json::Context {
        client_msg_id: id.as_deref(),
        msg_id: context.file.map(|(id, _)| id),
        recent: Some(context.recent),
        ..json::Context::new(context.profile)
    };
    handle.with_contacts(|contacts| json::lines(event, contacts, me.as_ref(), context))
}

/// For programs.
pub(super) struct Json;

impl Writer for Json {
    fn write(&mut self, client: &Client, event: &Event, context: &Context<'_>) -> Result {
        write_json(&json_lines(&client.handle(), event, context))
    }

    fn saved(&mut self, saved: &Saved) -> Result {
        write_json(&saved.json_line())
    }

    fn end_transfer(&mut self, _: OpId) {}

    /// A message never waits for names.
    fn is_ready(&self, _: &Client, _: &Event) -> bool {
        true
    }

    fn rest(&mut self, _: &Client) {}
}

fn write_json(lines: &str) -> Result {
    let mut out = io::stdout().lock();
    out.write_all(lines.as_bytes())?;
    Ok(out.flush()?)
}

/// For people.
pub(super) struct Human {
    out: Screen,
    side: Screen,
    days: Days,
}

impl Human {
    pub(super) fn new() -> Self {
        Self { out: Screen::stdout(), side: Screen::stderr(), days: Days::default() }
    }
}

impl Writer for Human {
    fn write(&mut self, client: &Client, event: &Event, context: &Context<'_>) -> Result {
        let handle = client.handle();
        self.side.see(event);
        if let Event::Transfer(progress) = event {
            if let Some((_, name)) = context.file {
                self.side.name_transfer(progress.op, name);
            }
            self.side.tell_transfer(progress.op)?;
        }
        if let Event::Batch(batch) = event {
            let (me, now, columns) = (handle.me(), clock::now(), self.out.columns());
            let lines = handle.with_contacts(|contacts| {
                human::batch(
                    &batch.content,
                    contacts,
                    me.as_ref(),
                    now,
                    columns,
                    context.recent,
                    &mut self.days,
                )
            });
            self.side.hide_status();
            self.out.write(&lines)?;
        }
        if let Event::QrCode(code) = event {
            self.side.qr(&code.url)?;
        }
        if let Some(notice) = human::notice(event).filter(|_| !quiet::hides(event)) {
            self.side.line(notice)?;
        }
        Ok(())
    }

    fn saved(&mut self, saved: &Saved) -> Result {
        match saved {
            Saved::There { file, .. } => {
                self.side.hide_status();
                let path = clean::line(&file.path.display().to_string());
                Ok(self.out.line(say().saved_beside(&path, &size::shown(file.size)))?)
            }
            Saved::Nowhere { msg_id, name, why, .. } => {
                let line = say().not_saved(&clean::cut(name, 60), &clean::line(why), &clean::line(msg_id));
                Ok(self.side.line(line)?)
            }
        }
    }

    fn end_transfer(&mut self, op: OpId) {
        self.side.end_transfer(op);
    }

    /// At the start messages come before the contacts are loaded.
    fn is_ready(&self, client: &Client, event: &Event) -> bool {
        let Event::Batch(batch) = event else { return true };
        let handle = client.handle();
        let me = handle.me();
        handle.with_contacts(|contacts| {
            batch
                .messages()
                .iter()
                .all(|message| Names::of(message, contacts, me.as_ref()).is_complete(message))
        })
    }

    fn rest(&mut self, client: &Client) {
        self.side.tick(client);
    }
}
