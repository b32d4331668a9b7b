//! Files both ways, forwarding, and giving sends up.

use std::{mem, time::Duration};

use serde_json::{Value, json};
use wx_blocking::{DownloadOptions, Downloaded, FileOptions, SendError};
use wx_proto::{CommandError, Event, MediaVariant, OpError, OpId, Outcome, Outgoing, SendOptions, UserName};

use super::{
    answers,
    error::RpcError,
    methods::{self, OutgoingPath, Variant},
    parking::Readiness,
    reply::Reply,
    service::Service,
    state::{Fetching, Parked, ParkedCall, Reading, State},
};
use crate::json::ErrorKind;

impl Service {
    /// Reads a file; once that is done it is sent. One whose own id is known is not sent again.
    pub(super) fn read_file(
        &self,
        state: &mut State,
        to: &UserName,
        file: OutgoingPath,
        own_id: Option<String>,
        reply: Reply,
    ) {
        match own_id.as_deref().and_then(|id| self.sent_as(id)) {
            Some((_, Some(outcome))) => {
                return reply.give(&self.out, answers::outcome(&outcome, own_id.as_deref()), None);
            }
            Some((op, None)) => return self.wait_for(state, op, reply),
            None => {}
        }
        let same = |reading: &&mut Reading| own_id.is_some() && reading.client_msg_id == own_id;
        if let Some(reading) = state.reading.iter_mut().find(same) {
            return reading.replies.push(reply);
        }
        if state.reading.len() >= MOST_READ {
            let what = "too many files are read at once: wait for some answers";
            return reply.give(&self.out, Err(RpcError::new(ErrorKind::OutboxFull, what)), None);
        }
        let mut options = FileOptions::default();
        (options.kind, options.name) = (file.kind, file.name);
        options.send = own_id.clone().map(SendOptions::with_id).unwrap_or_default();
        let pending = self.handle.send_file(to, file.path, options);
        state.reading.push(Reading { pending, client_msg_id: own_id, replies: vec![reply] });
    }

    /// Those that were read are on their way, like any other send; of the others it is told why not.
    pub(super) fn begin_read_files(&self) {
        let mut state = self.lock();
        for mut file in mem::take(&mut state.reading) {
            if let Some(op) = file.pending.id() {
                // Under the lock: its end, an event from here on, must find who waits for it.
                mem::take(&mut file.replies)
                    .into_iter()
                    .for_each(|reply| self.wait_for(&mut state, op, reply));
                continue;
            }
            let answer = match file.pending.wait_timeout(Duration::ZERO) {
                Ok(None) => {
                    state.reading.push(file);
                    continue;
                }
                Ok(Some(sent)) => answers::outcome(&Ok(Outcome::Sent(sent)), file.client_msg_id.as_deref()),
                Err(error) => Err(self.error_of(&error)),
            };
            for reply in file.replies {
                reply.give(&self.out, answer.clone(), None);
            }
        }
    }

    /// Gives the send with this own id up.
    pub(super) fn cancel_own(&self, own_id: &str) -> Value {
        let mut state = self.lock();
        let is_it = |parked: &Parked| matches!(&parked.call, ParkedCall::Send(send) if send.client_msg_id.as_deref() == Some(own_id));
        let parked = state.parked.iter().position(is_it).and_then(|at| state.parked.remove(at));
        if let Some(Parked { reply, .. }) = parked {
            reply.give(&self.out, Err(RpcError::from(&OpError::Cancelled)), None);
            return json!({"cancelled": true});
        }
        let read = |reading: &&Reading| reading.client_msg_id.as_deref() == Some(own_id);
        let cancelled = match (state.reading.iter().find(read), self.sent_as(own_id)) {
            (Some(reading), _) => reading.pending.cancel(),
            (None, Some((op, None))) => self.handle.cancel(op),
            (None, Some((_, Some(_))) | None) => false,
        };
        json!({"cancelled": cancelled})
    }

    /// A message once more, for somebody else.
    pub(super) fn forwarded(&self, id: &str) -> Result<Outgoing, RpcError> {
        let item = self.received().get(id).ok_or_else(|| unknown(id))?;
        match (item.forward, item.too_large) {
            (Some(message), _) => Ok(message),
            (None, true) => Err(RpcError::new(
                ErrorKind::TooLarge,
                "a file of this size cannot be forwarded: download it and send it anew",
            )),
            (None, false) => Err(RpcError::params(
                "only texts, pictures, stickers, films and files can be forwarded, and not every one",
            )),
        }
    }

    pub(super) fn download(&self, download: methods::Download, reply: Reply) {
        let mut state = self.lock();
        let refused = if state.is_stopping {
            RpcError::new(ErrorKind::Cancelled, "the program is stopping: nothing was fetched")
        } else {
            match Readiness::of(&self.handle.phase()) {
                Readiness::Online => return self.fetch(&mut state, &download, reply),
                Readiness::Soon => return self.park(&mut state, ParkedCall::Download(download), reply),
                Readiness::NoLogin => self.rpc_error(&CommandError::NotOnline),
            }
        };
        reply.give(&self.out, Err(refused), None);
    }

    /// Fetches the file of a message.
    pub(super) fn fetch(&self, state: &mut State, download: &methods::Download, reply: Reply) {
        let media = self.received().get(&download.msg_id).and_then(|item| item.media);
        let Some(media) = media else { return reply.give(&self.out, Err(unknown(&download.msg_id)), None) };
        let mut options = DownloadOptions::default();
        options.variant = match download.variant {
            Variant::Full => MediaVariant::Full,
            Variant::Thumbnail => MediaVariant::Thumbnail,
        };
        options.overwrite = download.overwrite;
        match self.handle.download(&media, &download.path, &options) {
            // Its outcome comes as an event.
            Ok(pending) => {
                let fetching = Fetching { msg_id: download.msg_id.clone(), reply };
                state.downloads.insert(pending.id(), fetching);
            }
            Err(error) => reply.give(&self.out, Err(self.error_of(&error)), None),
        }
    }

    /// A file is there, or not.
    pub(super) fn fetched(&self, op: OpId, fetching: Fetching, outcome: &Result<Outcome, OpError>) {
        let answer = match (self.handle.take_download(op), outcome) {
            (Some(Ok(Downloaded { path, size, mime, .. })), _) => {
                Ok(json!({"path": path.to_string_lossy(), "size": size, "mime": mime}))
            }
            (Some(Err(error)), _) => Err(self.error_of(&error.into())),
            (None, Err(error)) => Err(error.into()),
            (None, Ok(_)) => Err((&OpError::BadReply).into()),
        };
        fetching.reply.give(&self.out, answer, None);
    }

    /// The message whose file a transfer is about.
    pub(super) fn fetched_by(&self, event: &Event) -> Option<String> {
        let Event::Transfer(progress) = event else { return None };
        self.lock().downloads.get(&progress.op).map(|fetching| fetching.msg_id.clone())
    }

    /// Gives up what is read or fetched: each of these calls is answered at once.
    pub(super) fn cancel_transfers(&self) {
        let state = self.lock();
        for reading in &state.reading {
            reading.pending.cancel();
        }
        for op in state.downloads.keys() {
            self.handle.cancel(*op);
        }
    }

    /// There is no more time.
    pub(super) fn abandon_transfers(&self) {
        let mut state = self.lock();
        let (reading, downloads) = (mem::take(&mut state.reading), mem::take(&mut state.downloads));
        drop(state);
        let read = reading.into_iter().flat_map(|reading| reading.replies);
        for reply in read.chain(downloads.into_values().map(|fetching| fetching.reply)) {
            let what = "the program ended before: nothing was sent or kept";
            reply.give(&self.out, Err(RpcError::new(ErrorKind::Cancelled, what)), None);
        }
    }

    fn error_of(&self, error: &SendError) -> RpcError {
        match error {
            SendError::Command(error) => self.rpc_error(error),
            SendError::Op(_) | SendError::File(_) | SendError::Stopped | _ => error.into(),
        }
    }
}

fn unknown(id: &str) -> RpcError {
    let what = format!(
        "no message {id:?} of this kind is known: downloads are for messages with a file that came in this login, forwards \
         also for all of this run"
    );
    RpcError::new(ErrorKind::UnknownMessage, what)
}

/// Each has a thread.
const MOST_READ: usize = 16;
