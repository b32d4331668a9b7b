//! Steps in which files go both ways.

use std::{fs, path::PathBuf, thread, time::Duration};

use wx_proto::{
    Endpoint, Event, FileKind, FileSource, Md5, MediaRef, OpError, OpId, Outcome, OutgoingFile, Timestamp,
    TransferDirection,
};

use super::{FRIEND, Script};
use crate::{
    conformance::{AsyncDriver, watched::Twist},
    content::{FileContent, FileForm},
    server::{self, Fault, FaultKind, PhoneFile},
};

/// Three chunks, and some more.
const LONG: u64 = 3 * 512 * 1024 + 17;
/// Takes minutes at the pace of a slow server.
const ENDLESS: u64 = 60 << 20;

impl<D: AsyncDriver> Script<D> {
    pub(super) async fn send_a_file(&mut self) {
        let file = self.file_on_disk("sent.bin", LONG);
        let source = file.source.clone();
        let op = self.driver.send_file(&self.friend.clone(), file).await;
        self.sent(op).await;
        self.assert_file_stored("sent.bin", &source);
        self.assert_progress(op, TransferDirection::Up);
    }

    /// The process ends in the middle of an upload: the next one goes on from the path in the session.
    pub(super) async fn go_on_with_an_upload(&mut self) {
        let file = self.file_on_disk("over a restart.bin", LONG);
        let source = file.source.clone();
        let before = self.site.requests(Endpoint::UploadMedia);
        self.site.with(|watched, _| watched.twist(Endpoint::UploadMedia, Twist::Stall));
        let op = self.driver.send_file(&self.friend.clone(), file).await;
        self.wait_for_stall().await;
        self.driver.restart().await;
        self.sent(op).await;
        self.assert_file_stored("over a restart.bin", &source);
        let requests = self.site.requests(Endpoint::UploadMedia) - before;
        assert!((4..=5).contains(&requests), "the chunk in doubt twice, at most: {requests} requests");
    }

    pub(super) async fn fetch_a_file(&mut self) {
        let (media, content) = self.receive_file("fetched.bin", LONG).await;
        let path = self.folder.path().join("fetched");
        let cut = Fault::new(FaultKind::Cut(700_000)).on(Endpoint::GetMedia);
        self.site.with(|watched, _| watched.server.add_fault(cut));
        let op = self.driver.download(&media, &path).await;
        match self.outcome(op).await {
            Ok(Outcome::Downloaded(downloaded)) => assert_eq!(downloaded.len, LONG),
            other => panic!("the download {op} ended with {other:?}"),
        }
        let there = fs::read(&path).expect("it is there");
        assert!(there == content.read_at(0, there.len()), "the bytes of a file that was fetched");
        self.assert_progress(op, TransferDirection::Down);
    }

    pub(super) async fn give_a_transfer_up(&mut self) {
        let (media, _) = self.receive_file("given up.bin", ENDLESS).await;
        let path = self.folder.path().join("given up");
        let slow = Fault::new(FaultKind::Slow(50)).on(Endpoint::GetMedia);
        self.site.with(|watched, _| watched.server.add_fault(slow));
        let op = self.driver.download(&media, &path).await;
        // A driver that does not tell how far it is would be noticed here, too.
        self.find("some of a file to come", |event| {
            let Event::Transfer(progress) = event else { return None };
            (progress.op == op && progress.done > 0 && progress.done < ENDLESS).then_some(())
        })
        .await;
        assert!(self.driver.cancel(op).await);
        let outcome = self.outcome(op).await;
        assert!(matches!(outcome, Err(OpError::Cancelled | OpError::Unknown)), "{outcome:?}");
        thread::sleep(Duration::from_millis(100));
        let length = || fs::metadata(&path).map_or(0, |metadata| metadata.len());
        let before = length();
        thread::sleep(Duration::from_millis(200));
        assert_eq!(length(), before, "bytes of a file that was given up");
    }

    fn file_on_disk(&self, name: &str, len: u64) -> OutgoingFile {
        let content = FileContent::pattern(FileForm::Plain, 7, len);
        let path: PathBuf = self.folder.path().join(name);
        let bytes = content.read_at(0, usize::try_from(len).unwrap_or(usize::MAX));
        fs::write(&path, bytes).expect("room on the disk");
        let modified = fs::metadata(&path).and_then(|metadata| metadata.modified());
        let modified = modified.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let locator = path.to_str().expect("a folder named in Unicode");
        let mut source = FileSource::new(locator, len, content.md5());
        source.modified = modified
            .and_then(|since_epoch| u64::try_from(since_epoch.as_millis()).ok())
            .map(Timestamp::from_millis);
        OutgoingFile::new(FileKind::File, name, "application/octet-stream", source)
    }

    /// A friend sends a file; where it lies is received.
    async fn receive_file(&mut self, name: &str, len: u64) -> (MediaRef, FileContent) {
        let content = FileContent::pattern(FileForm::Plain, 11, len);
        let file =
            PhoneFile { kind: server::FileKind::File, name: name.to_owned(), content: content.clone() };
        self.site.phone(|phone| phone.send_file(FRIEND, None, file)).expect("a known name");
        let batch = self
            .find("a file that came", |event| {
                let batch = super::batch_of(event)?;
                let has_file = batch.messages().iter().any(|message| message.content.media().is_some());
                has_file.then(|| batch.clone())
            })
            .await;
        self.driver.ack(batch.id).await;
        let media = batch.messages().iter().find_map(|message| message.content.media());
        (media.expect("it was looked for").clone(), content)
    }

    fn assert_file_stored(&self, name: &str, source: &FileSource) {
        let files: Vec<(u64, Option<Md5>)> = self.site.with(|watched, _| {
            let sent = watched.server.record().sent().iter().filter_map(|sent| sent.file.as_ref());
            sent.filter(|file| file.name == name).map(|file| (file.len, file.md5)).collect()
        });
        assert_eq!(files, [(source.len, Some(source.md5))], "the files named {name:?} at the server");
    }

    /// What was told of a transfer only grows, and ends with all of it.
    fn assert_progress(&self, op: OpId, direction: TransferDirection) {
        let told = self
            .seen
            .iter()
            .filter_map(|event| if let Event::Transfer(progress) = event { Some(progress) } else { None });
        let told: Vec<_> = told.filter(|progress| progress.op == op).collect();
        assert!(told.iter().all(|progress| progress.direction == direction), "{told:?}");
        assert_eq!(told.last().map(|progress| progress.done), Some(LONG), "the last that was told: {told:?}");
    }
}
