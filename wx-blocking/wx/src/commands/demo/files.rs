//! Files both ways.

use std::{fs, io::Write};

use wx_blocking::{DownloadOptions, FileOptions};
use wx_proto::{Endpoint, Event};
use wx_testkit::{
    content::{FileContent, FileForm},
    server::{Fault, FaultKind, FileKind, PhoneFile},
};

use super::stage::{PATIENCE, Stage, stuck};
use crate::{
    account::follow::{Awaited, Follow},
    error::Result,
    messages::human,
    screen::{Screen, clean},
    size,
    texts::lang::say,
};

impl Stage<'_> {
    /// The client sends a file.
    pub(super) fn send_file(&mut self, to: &str, name: &str, size: u64) -> Result {
        let no_file = |error: std::io::Error| stuck(say().demo_no_file(&say().io_error(&error)));
        let content = FileContent::pattern(FileForm::Plain, 1, size);
        let mut file = tempfile::NamedTempFile::new().map_err(no_file)?;
        let mut offset = 0;
        while offset < size {
            let piece = content.read_at(offset, PIECE);
            file.write_all(&piece).map_err(no_file)?;
            offset = offset.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        let user = self.user(to)?;
        self.slow_down(Endpoint::UploadMedia, size.div_ceil(CHUNK), CHUNK_MILLIS);
        let mut options = FileOptions::default();
        options.name = Some(name.to_owned());
        let pending = self.handle.send_file(&user, file.path(), options);
        self.follow(pending, name)?;
        self.seen.sent += 1;
        let (text, columns) = (say().demo_file(name, &size::shown(size)), self.screen.columns());
        Ok(self.screen.write(&human::sent(&say().demo_sent(), to, &text, columns))?)
    }

    /// Somebody sends a file, and the client fetches it.
    pub(super) fn fetch(&mut self, chat: &str, name: &str, size: u64) -> Result {
        let content = FileContent::pattern(FileForm::Plain, 2, size);
        let file = PhoneFile { kind: FileKind::File, name: name.to_owned(), content: content.clone() };
        self.seen.media = None;
        self.phone(|phone| phone.send_file(chat, None, file))?;
        self.watch(PATIENCE, |event| matches!(event, Event::Batch(_)))?;
        let media = self.seen.media.take().ok_or_else(|| stuck(say().demo_no_file_came()))?;
        let folder =
            tempfile::tempdir().map_err(|error| stuck(say().demo_no_file(&say().io_error(&error))))?;
        self.slow_down(Endpoint::GetMedia, 1, PIECE_MILLIS);
        let pending = (self.handle.download(&media, folder.path(), &DownloadOptions::default()))
            .map_err(|error| stuck(say().not_fetched(&say().send_error(&error))))?;
        let name = media.file_name().unwrap_or_default().to_owned();
        let saved = self.follow(pending, &name)?;
        let there = fs::read(&saved.path).unwrap_or_default();
        if saved.size != size || content.read_at(0, there.len()) != there {
            return Err(stuck(say().demo_other_bytes()));
        }
        let name = saved.path.file_name().unwrap_or_default().to_string_lossy();
        Ok(self.screen.line(say().demo_fetched(&clean::cut(&name, 40), &size::shown(size)))?)
    }

    /// Waits for the end of a transfer.
    fn follow<T>(&mut self, mut pending: impl Awaited<T>, name: &str) -> Result<T> {
        let Self { client, handle, screen, stop, seen, .. } = self;
        let look = |event: &Event, screen: &mut Screen| seen.take(event, handle, screen);
        let mut follow = Follow { client, stop, screen, within: Some(PATIENCE) };
        match follow.transfer(&mut pending, name, look)? {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) => Err(stuck(say().demo_not_sent(&say().send_error(&error)))),
            None => Err(stuck(say().demo_no_file_came())),
        }
    }

    /// Loopback is too fast to see anything.
    fn slow_down(&self, endpoint: Endpoint, replies: u64, millis: u32) {
        let times = u32::try_from(replies).unwrap_or(u32::MAX);
        let fault = Fault::new(FaultKind::Slow(millis)).on(endpoint).times(times);
        self.listener.with(|served, _| served.change(|accounts| accounts.first_mut().add_fault(fault)));
    }
}

/// What is written at once, in bytes.
const PIECE: usize = 1 << 16;
/// What a request of an upload carries, in bytes.
const CHUNK: u64 = 512 << 10;
/// How long the server takes for one.
const CHUNK_MILLIS: u32 = 120;
/// How long it takes for a piece of a download.
const PIECE_MILLIS: u32 = 25;
