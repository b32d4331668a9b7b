//! `wx listen --save`: the files of messages, fetched beside them.

use std::{
    borrow::Cow,
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
};

use serde::Serialize;
use wx_blocking::{DownloadOptions, Downloaded, Handle, SendError};
use wx_proto::{CommandError, Event, MediaKind, MediaRef, Message, MsgId, OpError, OpId, Outcome};

use crate::{
    json::{self, ErrorKind},
    texts::lang::say,
};

/// Fetches the files of messages into a folder.
pub(super) struct Saver {
    folder: PathBuf,
    under_way: BTreeMap<OpId, Wanted>,
    waiting: VecDeque<Wanted>,
}

/// A file that is to be saved.
struct Wanted {
    msg_id: MsgId,
    name: String,
    media: MediaRef,
}

/// What came of one.
pub(super) enum Saved {
    There { msg_id: String, file: Downloaded },
    Nowhere { msg_id: String, name: String, kind: ErrorKind, why: String, message: String },
}

impl Saver {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder, under_way: BTreeMap::new(), waiting: VecDeque::new() }
    }

    /// Takes the files of these messages on. Gives those that are too many.
    pub(super) fn want(&mut self, messages: &[Message]) -> Vec<Saved> {
        let mut left_out = Vec::new();
        for message in messages {
            let (Some(msg_id), Some(media)) = (&message.id, message.content.media()) else { continue };
            // The picture beside a link or a place is none that somebody sent.
            if matches!(media.kind(), MediaKind::Cover | MediaKind::Map) {
                continue;
            }
            let wanted =
                Wanted { msg_id: msg_id.clone(), name: say().media_name(media), media: media.clone() };
            if self.waiting.len() < MOST_WAITING {
                self.waiting.push_back(wanted);
            } else {
                let message = "too many others wait".to_owned();
                left_out.push(wanted.nowhere(ErrorKind::OutboxFull, say().too_many_wait(), message));
            }
        }
        left_out
    }

    /// Begins those that have their turn. Gives those that cannot be.
    pub(super) fn begin(&mut self, handle: &Handle) -> Vec<Saved> {
        let mut failed = Vec::new();
        while self.under_way.len() < MOST_AT_ONCE
            && let Some(wanted) = self.waiting.pop_front()
        {
            match handle.download(&wanted.media, &self.folder, &DownloadOptions::default()) {
                // Its end comes as an event.
                Ok(pending) => {
                    self.under_way.insert(pending.id(), wanted);
                }
                Err(SendError::Command(CommandError::NotOnline)) => {
                    self.waiting.push_front(wanted);
                    break;
                }
                Err(error) => failed.push(wanted.failed(&error)),
            }
        }
        failed
    }

    /// The end of a command, if it is one of these.
    pub(super) fn take(
        &mut self,
        handle: &Handle,
        op: OpId,
        outcome: &Result<Outcome, OpError>,
    ) -> Option<Saved> {
        let wanted = self.under_way.remove(&op)?;
        Some(match (handle.take_download(op), outcome) {
            (Some(Ok(file)), _) => Saved::There { msg_id: wanted.msg_id.to_string(), file },
            (Some(Err(error)), _) => wanted.failed(&error.into()),
            (None, Err(error)) => wanted.failed(&error.clone().into()),
            (None, Ok(_)) => wanted.failed(&OpError::BadReply.into()),
        })
    }

    /// The message and the name of the file that a transfer is about.
    pub(super) fn file_of(&self, event: &Event) -> Option<(&str, &str)> {
        let Event::Transfer(progress) = event else { return None };
        let wanted = self.under_way.get(&progress.op)?;
        Some((wanted.msg_id.as_str(), &wanted.name))
    }

    /// All that is not there, given up.
    pub(super) fn rest(&mut self, handle: &Handle) -> Vec<Saved> {
        for op in self.under_way.keys() {
            handle.cancel(*op);
        }
        let under_way = std::mem::take(&mut self.under_way).into_values();
        let rest = under_way.chain(std::mem::take(&mut self.waiting));
        let message = || "the program was stopped before".to_owned();
        rest.map(|wanted| wanted.nowhere(ErrorKind::Cancelled, say().stopped_before(), message())).collect()
    }
}

impl Wanted {
    fn failed(self, error: &SendError) -> Saved {
        self.nowhere(ErrorKind::of_send(error), say().send_error(error), error.to_string())
    }

    fn nowhere(self, kind: ErrorKind, why: String, message: String) -> Saved {
        Saved::Nowhere { msg_id: self.msg_id.to_string(), name: self.name, kind, why, message }
    }
}

impl Saved {
    /// As a line for programs.
    pub(super) fn json_line(&self) -> String {
        json::line(&match self {
            Self::There { msg_id, file: Downloaded { path, size, mime, .. } } => {
                Line::Saved { msg_id, path: path.to_string_lossy(), size: *size, mime }
            }
            Self::Nowhere { msg_id, kind, message, .. } => {
                Line::NotSaved { msg_id, kind: kind.as_str(), message }
            }
        })
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Saved { msg_id: &'a str, path: Cow<'a, str>, size: u64, mime: &'a str },
    NotSaved { msg_id: &'a str, kind: &'a str, message: &'a str },
}

/// The core fetches one after the other; the next one is ready then.
const MOST_AT_ONCE: usize = 2;
/// Their names and places are in memory.
const MOST_WAITING: usize = 10_000;
