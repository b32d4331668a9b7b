//! Events as JSON, one object a line, for programs.

pub(crate) mod contact;
mod details;
mod error_kind;
mod group;
mod json_line;

use wx_proto::{
    Batch, BatchContent, BatchId, Contacts, Content, Direction, Event, Me, Message, OpError, Outcome, Phase,
    Timestamp,
};

use self::{details::Details, json_line::JsonLine};
pub(crate) use self::{
    error_kind::ErrorKind,
    json_line::{line, safe},
};
use crate::{
    clock,
    messages::{
        names::{Names, name_of, text_of},
        recent::RecentMessages,
    },
};

/// What a line needs beside its event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The name of the profile.
    pub(crate) profile: &'a str,
    /// The present time.
    pub(crate) now: Timestamp,
    /// The id of the send that an event is about: the application's own, else the one on the wire.
    pub(crate) client_msg_id: Option<&'a str>,
    /// The message whose file an event is about.
    pub(crate) msg_id: Option<&'a str>,
    /// The messages so far, those of this event among them.
    pub(crate) recent: Option<&'a RecentMessages>,
}

impl<'a> Context<'a> {
    /// Without a send.
    pub(crate) fn new(profile: &'a str) -> Self {
        Self { profile, now: clock::now(), client_msg_id: None, msg_id: None, recent: None }
    }
}

/// The lines of an event, each ending in a newline; empty for one that has nothing to tell.
///
/// Fields may be added to a line, but none is ever renamed, retyped or removed.
pub(crate) fn lines(event: &Event, contacts: &Contacts, me: Option<&Me>, context: Context<'_>) -> String {
    if let Event::Batch(batch) = event {
        return batch_lines(batch, contacts, me, context.recent);
    }
    let retry_in_ms =
        |at: Timestamp| u64::try_from(at.saturating_since(context.now).as_millis()).unwrap_or(u64::MAX);
    let line = match event {
        Event::QrCode(code) => {
            JsonLine::Qr { uuid: code.uuid.as_str(), url: &code.url, image_url: &code.image_url }
        }
        Event::Resume { step } => JsonLine::Resume { step: step.as_str() },
        Event::Scanned { .. } => JsonLine::Scanned,
        Event::Declined => JsonLine::Declined,
        Event::WrongEntry { entry, next } => {
            JsonLine::WrongEntry { entry: entry.as_str(), next: next.as_str() }
        }
        Event::LoggedIn { me, resumed } => JsonLine::LoggedIn {
            user_name: me.user_name.as_str(),
            nick_name: me.name(),
            uin: me.uin,
            profile: context.profile,
            resumed: *resumed,
        },
        Event::Phase(Phase::Online) => JsonLine::Ready,
        Event::Phase(Phase::Ended(reason)) => JsonLine::LoggedOut {
            reason: reason.kind(),
            code: reason.code(),
            message: reason.to_string(),
            hint: reason.hint(),
        },
        Event::Contacts(counts) => {
            JsonLine::Contacts { friends: counts.friends, groups: counts.groups, official: counts.official }
        }
        Event::ContactChanged(user) => {
            JsonLine::ContactChanged { user_name: user.as_str(), name: name_of(user, contacts) }
        }
        Event::ContactRemoved(user) => JsonLine::ContactRemoved { user_name: user.as_str() },
        Event::GroupChanged(change) => return group::changed(change, contacts).write(),
        Event::Trouble { lane, cause, attempt, retry_at } => JsonLine::Trouble {
            cause: cause.to_string(),
            retry_in_ms: retry_in_ms(*retry_at),
            lane: lane.as_str(),
            attempt: *attempt,
        },
        Event::Offline { cause, retry_at } => {
            JsonLine::Offline { error: cause.to_string(), retry_in_ms: retry_in_ms(*retry_at) }
        }
        Event::Online => JsonLine::Online,
        Event::Done { outcome, .. } => {
            return done(outcome, context.client_msg_id).map(|line| line.write()).unwrap_or_default();
        }
        Event::Transfer(progress) => JsonLine::Transfer {
            direction: progress.direction.as_str(),
            client_msg_id: context.client_msg_id,
            msg_id: context.msg_id,
            done: progress.done,
            total: progress.total,
        },
        Event::Phase(_) | Event::Checkpoint { .. } | _ => return String::new(),
    };
    line.write()
}

fn batch_lines(
    batch: &Batch,
    contacts: &Contacts,
    me: Option<&Me>,
    recent: Option<&RecentMessages>,
) -> String {
    match &batch.content {
        BatchContent::Gap(gap) => {
            let (since, reason) = (gap.since.as_secs(), gap.reason.as_str());
            JsonLine::Gap { batch: batch.id, since, reason, last: true }.write()
        }
        BatchContent::Messages(messages) => {
            let end = messages.len().saturating_sub(1);
            let line = |(at, message): (usize, &Message)| {
                let names = Names::of(message, contacts, me);
                let mentions_me = me.is_some_and(|me| message.mentions_me(me, contacts));
                let details = Details::of(&message.content, mentions_me);
                let recalled_text = recent.and_then(|recent| recent.recalled(message));
                let text = text_of(message, contacts).into_owned();
                message_line(batch.id, message, names, text, details, recalled_text, at == end).write()
            };
            messages.iter().enumerate().map(line).collect()
        }
    }
}

fn message_line<'a>(
    batch: BatchId,
    message: &'a Message,
    names: Names,
    text: String,
    details: Details<'a>,
    recalled_text: Option<&'a str>,
    last: bool,
) -> JsonLine<'a> {
    let last = last.then_some(true);
    let msg_id = message.id.as_ref().map(|id| id.as_str());
    if let Content::Recalled(recalled) = &message.content {
        return JsonLine::Recalled {
            batch,
            msg_id,
            recalled_msg_id: recalled.recalled.as_ref().map(|id| id.as_str()),
            chat: message.chat.as_str(),
            text: &recalled.text,
            recalled_text,
            chat_name: names.chat,
            mine: (message.direction == Direction::Outgoing).then_some(true),
            time: message.time.as_secs(),
            last,
        };
    }
    JsonLine::Message {
        batch,
        msg_id,
        kind: message.content.kind(),
        chat: message.chat.as_str(),
        chat_name: names.chat,
        from: message.from.as_str(),
        to: message.to.as_str(),
        sender: message.sender.as_ref().map(|name| name.as_str()),
        sender_name: names.sender,
        mine: message.direction == Direction::Outgoing,
        text,
        time: message.time.as_secs(),
        details,
        last,
    }
}

/// The end of a send of an earlier run.
fn done<'a>(outcome: &'a Result<Outcome, OpError>, client_msg_id: Option<&'a str>) -> Option<JsonLine<'a>> {
    let client_msg_id = client_msg_id.map(str::to_owned);
    match outcome {
        Ok(Outcome::Sent(sent)) => Some(JsonLine::Done {
            outcome: "sent",
            kind: None,
            client_msg_id: client_msg_id.or_else(|| Some(sent.wire_id.to_string())),
            msg_id: sent.msg_id.as_ref().map(|id| id.as_str()),
            repeated: Some(sent.repeated),
            message: None,
        }),
        Ok(_) => None,
        Err(error) => Some(JsonLine::Done {
            outcome: if *error == OpError::Unknown { "unknown" } else { "failed" },
            kind: Some(ErrorKind::of(error).as_str()),
            client_msg_id,
            msg_id: None,
            repeated: None,
            message: Some(error.to_string()),
        }),
    }
}

#[cfg(test)]
mod tests;
