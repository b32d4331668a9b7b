//! What the application fetches, and what must be there when it is told that it is.

use std::collections::BTreeMap;

use wx_proto::{CommandError, Found, MediaRef, MediaVariant, OpError, OpId, Outcome, Phase, Request};

use super::{content, disk::Kept, heard::is_download, people, sim::Sim};
use crate::content::FileContent;

/// Downloads of this process that are not over.
#[derive(Debug, Default)]
pub(super) struct Downloads(BTreeMap<OpId, Wanted>);

#[derive(Debug)]
struct Wanted {
    what: String,
    /// What it has to bring, if that is known.
    content: Option<FileContent>,
    /// Nobody can tell a part of it from the whole.
    unsized_: bool,
    /// Its request went out before.
    asked: bool,
}

impl Downloads {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn holds(&self, op: OpId) -> bool {
        self.0.contains_key(&op)
    }

    /// The one that so many younger ones came after.
    pub(super) fn nth_newest(&self, younger: u8) -> Option<OpId> {
        self.0.keys().nth_back(younger.into()).copied()
    }
}

/// The command that a request fetches something for.
fn op_of(request: &Request) -> Option<OpId> {
    if !is_download(request.endpoint) {
        return None;
    }
    match request.expect.route(http::StatusCode::OK, &http::HeaderMap::new()) {
        wx_proto::Route::Stream { op, .. } => Some(op),
        wx_proto::Route::Collect { .. } => None,
    }
}

impl Sim<'_> {
    /// Fetches what waits to be fetched, once the client is online. True if it took something.
    pub(super) fn fetch_what_waits(&mut self) -> bool {
        let Some(client) = &mut self.client else { return false };
        if *client.phase() != Phase::Online || self.leaving.is_some() {
            return false;
        }
        let Some((younger, thumbnail)) = self.unfetched.pop() else { return false };
        let own = |kept: &&Kept| kept.account == self.account;
        let Some(kept) = self.disk.media.iter().rev().filter(own).nth(younger.into()).cloned() else {
            return true;
        };
        let variant = if thumbnail { MediaVariant::Thumbnail } else { MediaVariant::Full };
        let asked = client.download(&kept.media, variant);
        let content = (!thumbnail).then(|| self.content_of(&kept)).flatten();
        let unsized_ = kept.media.size().is_none();
        self.fetches(asked, format!("{:?} {variant:?}", kept.media.kind()), content, unsized_);
        true
    }

    /// Fetches a picture of somebody.
    pub(super) fn fetch_avatar(&mut self, chat: u8) {
        let Some(client) = &mut self.client else { return };
        let Found::One(name) = client.contacts().find(people::chat(self.plan.people, chat)) else { return };
        let asked = client.avatar(&name);
        self.fetches(asked, "a picture of somebody".to_owned(), None, true);
    }

    fn fetches(
        &mut self,
        asked: Result<OpId, CommandError>,
        what: String,
        content: Option<FileContent>,
        unsized_: bool,
    ) {
        match asked {
            Ok(op) => {
                if self.journal.is_some() {
                    self.note(&format!("download of {what} is op {op}"));
                }
                let stored = self.client.as_ref().is_some_and(wx_proto::Client::is_run_stored);
                if stored && self.watch.ops.contains_key(&op) || self.downloads.holds(op) {
                    self.watch.fail("op ids never repeat", format!("op {op} is a download"));
                }
                self.downloads.0.insert(op, Wanted { what, content, unsized_, asked: false });
            }
            Err(
                CommandError::NotOnline
                | CommandError::OtherLogin
                | CommandError::NoSuchVariant
                | CommandError::TooManyDownloads { .. },
            ) => {}
            Err(error) => self.watch.fail("a client that is online takes downloads", error.to_string()),
        }
        self.tick();
    }

    fn content_of(&self, kept: &Kept) -> Option<FileContent> {
        let id = kept.media.msg_id()?.as_str().parse().ok()?;
        let received = self.received.get(&(kept.account, id)).cloned();
        // A file of one's own that came back. The server lets go of the bytes of long ones.
        let own = || {
            let name = kept.media.file_name()?.trim_end_matches(".bin");
            let source = self.files.get(name).filter(|source| source.len <= content::SHORT)?;
            // It may be another one by now.
            let file = self.net.files.get(name).filter(|file| file.modified == source.modified)?;
            Some(file.content.clone())
        };
        received.or_else(own)
    }

    /// A request for media leaves. True if it is a repeat.
    pub(super) fn check_download(&mut self, request: &Request) -> bool {
        let Some(op) = op_of(request) else { return false };
        // What is asked for from a place on may come from the start.
        self.passing.begins(op, 0);
        let Some(wanted) = self.downloads.0.get_mut(&op) else {
            self.watch.fail("only what is wanted is fetched", format!("op {op}"));
            return false;
        };
        std::mem::replace(&mut wanted.asked, true)
    }

    /// A download is over.
    pub(super) fn download_done(&mut self, op: OpId, outcome: &Result<Outcome, OpError>) {
        let Some(wanted) = self.downloads.0.remove(&op) else { return };
        let sink = self.net.sinks.remove(op).unwrap_or_default();
        let len = match outcome {
            Ok(Outcome::Downloaded(downloaded)) => downloaded.len,
            Ok(other) => return self.watch.fail("a download ends as one", format!("op {op}: {other:?}")),
            Err(_) => return,
        };
        let unseen = wanted.unsized_ && self.net.unseen.contains(&op);
        let page = sink.starts_with(b"<html") || sink.starts_with(b"<!");
        let all = sink.len() as u64 == len && !sink.is_empty();
        let right = |content: &FileContent| content.len() == len && content.read_at(0, sink.len()) == sink;
        if !(all && (unseen || wanted.content.as_ref().map_or(!page, right))) {
            let announced = wanted.content.as_ref().map(FileContent::len);
            let what =
                format!("{}: told {len}, there are {} of {announced:?} bytes", wanted.what, sink.len());
            self.watch.fail("a download has the right bytes", what);
        }
        if let Some((rule, what)) = self.passing.whole(op, len, true) {
            self.watch.fail(rule, what);
        }
    }

    /// Nothing is fetched without a session.
    pub(super) fn check_downloads_end(&mut self) {
        let over = self
            .client
            .as_ref()
            .is_some_and(|client| matches!(client.phase(), Phase::Ended(_) | Phase::Idle));
        if over && let Some((op, wanted)) = self.downloads.0.first_key_value() {
            let what = format!("op {op}: {}", wanted.what);
            self.watch.fail("downloads end with their session", what);
        }
    }

    pub(super) fn forget_downloads(&mut self) {
        self.downloads = Downloads::default();
        self.net.forget_sinks();
    }

    /// What came in with media is kept, to be fetched now or in another run.
    pub(super) fn keep_media(&mut self, media: &MediaRef, account: usize) {
        self.disk.media.push(Kept { account, media: media.clone() });
    }
}
