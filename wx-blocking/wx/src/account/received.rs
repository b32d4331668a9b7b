//! What came lately, by the id of its message: where its file lies, and how it is passed on. The newest of all kinds are in
//! memory; those with a file are beside the session as well, for a later run.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use serde::{Deserialize, Serialize};
use wx_blocking::Handle;
use wx_proto::{Contacts, Content, Event, MediaRef, Message, MsgId, NotForwardable, Outgoing, UserName};

use crate::messages::names::name_of;

/// One message.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Item {
    pub(crate) msg_id: MsgId,
    /// In Unix seconds.
    pub(crate) time: u64,
    /// The user name of its chat.
    pub(crate) chat: UserName,
    /// What that is called, where it was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chat_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) media: Option<MediaRef>,
    /// The same for somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forward: Option<Outgoing>,
    /// It is too large to be passed on without a new upload.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) too_large: bool,
}

/// Messages that can be named later.
#[derive(Debug)]
pub(crate) struct Received {
    path: PathBuf,
    /// Those with a file; the same are beside the session.
    stored: Shelf,
    /// The newest of all kinds.
    recent: Shelf,
    remembers_all: bool,
    /// Those that came before the contacts.
    unnamed: Vec<MsgId>,
    file: Option<File>,
    /// What was written to it, in bytes.
    written: usize,
}

/// The newest items, bounded, as their lines.
#[derive(Debug, Default)]
struct Shelf {
    lines: BTreeMap<MsgId, Box<str>>,
    /// Oldest first.
    order: VecDeque<MsgId>,
    bytes: usize,
}

impl Received {
    /// Beside the session at `session`. `remembers_all`: those without a file too, for this run.
    pub(crate) fn open(session: &Path, remembers_all: bool) -> Self {
        let path = path_beside(session);
        let mut stored = Shelf::default();
        for line in read(&path).lines() {
            // What is damaged is as good as forgotten.
            if let Ok(Item { msg_id, media: Some(_), .. }) = serde_json::from_str(line) {
                stored.add(msg_id, line.into());
            }
        }
        Self {
            path,
            stored,
            recent: Shelf::default(),
            remembers_all,
            unnamed: Vec::new(),
            file: None,
            written: 0,
        }
    }

    /// Drops what is beside the session: its login is over.
    pub(crate) fn remove(session: &Path) {
        // Without a login nobody can use it.
        let _ = fs::remove_file(path_beside(session));
    }

    /// Takes the messages of a batch, before it is acknowledged, and the names of chats once they are known; nothing of other
    /// events.
    pub(crate) fn note(&mut self, event: &Event, handle: &Handle) {
        let mut added = String::new();
        if let Event::Batch(batch) = event {
            let items: Vec<Item> = handle.with_contacts(|contacts| {
                batch.messages().iter().filter_map(|message| Item::of(message, contacts)).collect()
            });
            items.into_iter().for_each(|item| added += &self.add(item));
        }
        if let Event::Contacts(_) = event {
            for id in std::mem::take(&mut self.unnamed) {
                let Some(mut item) = self.stored.get(id.as_str()) else { continue };
                item.chat_name = handle.with_contacts(|contacts| name_of(&item.chat, contacts));
                added += &self.store(item);
            }
        }
        if !added.is_empty()
            && let Err(error) = self.write(&added)
            && !TOLD.swap(true, SeqCst)
        {
            tracing::warn!(%error, path = %self.path.display(), "what was received is not remembered for later runs");
        }
    }

    /// Remembers one; gives what is to be written.
    fn add(&mut self, item: Item) -> String {
        if self.remembers_all {
            self.recent.add(item.msg_id.clone(), item.line().into());
        }
        if item.media.is_none() || self.stored.lines.contains_key(&item.msg_id) {
            return String::new();
        }
        if item.chat_name.is_none() && self.unnamed.len() < MOST {
            self.unnamed.push(item.msg_id.clone());
        }
        self.store(item)
    }

    fn store(&mut self, item: Item) -> String {
        let line = item.line();
        self.stored.add(item.msg_id, (&*line).into());
        line + "\n"
    }

    /// The message of this id.
    pub(crate) fn get(&self, id: &str) -> Option<Item> {
        self.stored.get(id).or_else(|| self.recent.get(id))
    }

    /// Those with a file, oldest first.
    pub(crate) fn with_files(&self) -> impl Iterator<Item = Item> {
        self.stored.order.iter().filter_map(|id| self.stored.get(id.as_str()))
    }

    fn write(&mut self, added: &str) -> io::Result<()> {
        if let Some(file) = self.file.as_mut().filter(|_| self.written < 2 * LARGEST) {
            self.written = self.written.saturating_add(added.len());
            return file.write_all(added.as_bytes());
        }
        // Anew, with the newest ones only. A temporary file is its owner's alone.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        for id in &self.stored.order {
            if let Some(line) = self.stored.lines.get(id) {
                writeln!(file, "{line}")?;
            }
        }
        self.file = Some(file.persist(&self.path).map_err(|error| error.error)?);
        self.written = self.stored.bytes;
        Ok(())
    }
}

impl Item {
    fn line(&self) -> String {
        // Texts, numbers and names always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn of(message: &Message, contacts: &Contacts) -> Option<Self> {
        if matches!(message.content, Content::Recalled(_) | Content::Status(_)) {
            return None;
        }
        let forward = Outgoing::forward(message);
        Some(Self {
            msg_id: message.id.clone()?,
            time: message.time.as_secs(),
            chat: message.chat.clone(),
            chat_name: name_of(&message.chat, contacts),
            media: message.content.media().cloned(),
            too_large: matches!(forward, Err(NotForwardable::TooLarge { .. })),
            forward: forward.ok(),
        })
    }
}

impl Shelf {
    fn add(&mut self, id: MsgId, line: Box<str>) {
        self.bytes = self.bytes.saturating_add(line.len());
        if let Some(before) = self.lines.insert(id.clone(), line) {
            self.bytes = self.bytes.saturating_sub(before.len());
        } else {
            self.order.push_back(id);
        }
        while self.order.len() > MOST || (self.bytes > LARGEST && self.order.len() > 1) {
            let oldest = self.order.pop_front().and_then(|id| self.lines.remove(&id));
            self.bytes = self.bytes.saturating_sub(oldest.map_or(0, |line| line.len()));
        }
    }

    fn get(&self, id: &str) -> Option<Item> {
        serde_json::from_str(self.lines.get(id)?).ok()
    }
}

fn path_beside(session: &Path) -> PathBuf {
    let mut path = session.as_os_str().to_owned();
    path.push(".received");
    path.into()
}

/// What is there, if it is a file of the expected size; the end of it is the newest.
fn read(path: &Path) -> String {
    let is_file = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file());
    let Some(file) = is_file.then(|| File::open(path).ok()).flatten() else { return String::new() };
    let most = u64::try_from(4 * LARGEST).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    // What cannot be read is as good as forgotten.
    let _ = file.take(most).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Messages to remember.
const MOST: usize = 1000;
/// Their lines together, in bytes.
const LARGEST: usize = 4 << 20;
/// Whether it was said that nothing can be kept.
static TOLD: AtomicBool = AtomicBool::new(false);

#[cfg(test)]
mod tests {
    use super::*;

    fn item(number: usize) -> (MsgId, Box<str>) {
        let id = MsgId::new(number.to_string());
        let media = serde_json::json!({"login": "@me", "kind": "image", "msg_id": id});
        let item = serde_json::json!({"msg_id": id, "time": 1, "chat": "@a", "media": media});
        (id, item.to_string().into())
    }

    #[test]
    fn the_newest_are_kept_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let session = folder.path().join("session.json");
        let mut received = Received::open(&session, false);
        for number in 0..=MOST {
            let (id, line) = item(number);
            received.stored.add(id, line);
        }
        received.write("").unwrap();
        let (id, line) = item(7_777);
        received.stored.add(id, line.clone());
        received.write(&format!("{line}\n{{\"damaged\n")).unwrap();
        let again = Received::open(&session, true);
        assert_eq!(again.with_files().count(), MOST);
        assert!(again.get("0").is_none() && again.get("1").is_none() && again.get("2").is_some());
        assert_eq!(again.get("7777").unwrap().media.unwrap().kind(), wx_proto::MediaKind::Image);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path_beside(&session)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        Received::remove(&session);
        assert_eq!(Received::open(&session, true).with_files().count(), 0);
    }

    #[test]
    fn long_ones_push_out_more() {
        let mut shelf = Shelf::default();
        for number in 0..10 {
            shelf.add(MsgId::new(number.to_string()), "x".repeat(LARGEST / 4).into());
        }
        assert_eq!((shelf.order.len(), shelf.bytes), (4, LARGEST));
        assert_eq!(shelf.lines.len(), 4);
    }
}
