//! The files that the server has, and those on their way in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use wx_proto::{Endpoint, Md5};

use super::assembly::{Assembled, Assembly};
use crate::content::FileContent;

/// All of it. Uploads that are not whole, and the bytes of those that are, do not outlive the process.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(in crate::server) struct Media {
    /// The files of the phone's messages, by message id.
    pub(super) of_messages: BTreeMap<u64, FileContent>,
    pub(super) uploads: Vec<Upload>,
    pub(super) grants: VecDeque<Grant>,
    #[serde(skip)]
    under_way: Vec<UnderWay>,
    /// Uploads that this server lost on purpose: their clients do nothing wrong.
    #[serde(skip)]
    forgotten: BTreeSet<Key>,
    /// It was loaded: uploads that it does not know may have begun before.
    #[serde(skip, default = "loaded")]
    loaded: bool,
}

const fn loaded() -> bool {
    true
}

/// A file that a client uploaded to its end.
///
/// ```
/// use wx_testkit::server::{Server, Upload};
///
/// /// How many chunks of a file came more than once.
/// fn repeated(upload: &Upload) -> usize {
///     upload.chunks.iter().filter(|count| **count > 1).count()
/// }
/// assert_eq!(Server::demo().uploads().iter().map(repeated).sum::<usize>(), 0);
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[non_exhaustive]
pub struct Upload {
    /// What messages name it by.
    pub media_id: String,
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub len: u64,
    /// Its digest; `None` if its chunks came in an order that would have taken too much memory.
    pub md5: Option<Md5>,
    /// `pic`, `video` or `doc`.
    pub media_type: String,
    /// How often each chunk came, the first one first.
    pub chunks: Vec<u32>,
    /// The id that its client gave it: ClientMediaId, or the UploadID of a parallel upload.
    pub client_id: String,
    #[serde(skip)]
    pub(super) content: Option<Bytes>,
}

/// What webwxcheckupload granted.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Grant {
    pub(super) md5: Md5,
    pub(super) len: u64,
    pub(super) aes_key: String,
    pub(super) signature: String,
}

/// What the chunks of one file have in common.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Key {
    pub(super) endpoint: Endpoint,
    pub(super) client_id: String,
}

/// What a request says of the file.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) len: u64,
    pub(super) chunks: u32,
    pub(super) media_type: String,
}

#[derive(Clone, Debug)]
struct UnderWay {
    key: Key,
    assembly: Assembly,
}

/// What a chunk did.
pub(super) enum Taken {
    /// More have to come.
    More,
    /// It was the last one that was missing: the bytes, and the place that the file has in `uploads`.
    Whole(Assembled),
    /// The file is whole already.
    Known(Upload),
}

impl Media {
    pub(in crate::server) fn uploads(&self) -> &[Upload] {
        &self.uploads
    }

    /// The first chunk of this upload that has not come; `None` if nothing is known of it.
    pub(super) fn next(&self, key: &Key) -> Option<u32> {
        self.under_way.iter().find(|upload| upload.key == *key).map(|upload| upload.assembly.next())
    }

    /// True if an upload that is not known, or not whole, may be this server's own loss.
    pub(super) fn is_forgotten(&self, key: &Key) -> bool {
        self.loaded || self.forgotten.contains(key)
    }

    pub(super) fn finished(&self, key: &Key) -> Option<&Upload> {
        self.uploads.iter().find(|upload| upload.is_of(key))
    }

    /// Loses what is there of an upload.
    pub(super) fn forget(&mut self, key: &Key) {
        self.under_way.retain(|upload| upload.key != *key);
        self.forgotten.insert(key.clone());
    }

    /// Takes a chunk; so many bytes are kept of all files together.
    pub(super) fn take(&mut self, key: &Key, chunk: u32, chunks: u32, bytes: Bytes, keeps: u64) -> Taken {
        if let Some(known) = self.uploads.iter_mut().find(|upload| upload.is_of(key)) {
            known.count(chunk);
            return Taken::Known(known.clone());
        }
        if !self.under_way.iter().any(|upload| upload.key == *key) {
            // A client that begins and never ends must not fill the memory.
            if self.under_way.len() >= MOST_UNDER_WAY {
                self.under_way.remove(0);
            }
            self.under_way.push(UnderWay { key: key.clone(), assembly: Assembly::default() });
        }
        let held = self.held();
        let place = self.under_way.iter().position(|upload| upload.key == *key).unwrap_or_default();
        let Some(upload) = self.under_way.get_mut(place) else { return Taken::More };
        let room = keeps.saturating_sub(held.saturating_sub(upload.assembly.held()));
        upload.assembly.take(chunk, bytes, room);
        if !upload.assembly.has(chunks) {
            return Taken::More;
        }
        Taken::Whole(self.under_way.remove(place).assembly.finish())
    }

    /// A grant for a file; `None` if there is none with this signature.
    pub(super) fn granted(&self, signature: &str) -> Option<&Grant> {
        self.grants.iter().find(|grant| grant.signature == signature)
    }

    pub(super) fn grant(&mut self, grant: Grant) {
        if self.grants.len() >= MOST_GRANTS {
            self.grants.pop_front();
        }
        self.grants.push_back(grant);
    }

    pub(super) fn with_media_id(&self, media_id: &str) -> Option<&Upload> {
        self.uploads.iter().find(|upload| upload.media_id == media_id)
    }

    /// The bytes of clients' files in memory.
    fn held(&self) -> u64 {
        let whole = self.uploads.iter().filter_map(|upload| upload.content.as_ref());
        let whole: u64 = whole.map(|bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)).sum();
        let parts: u64 = self.under_way.iter().map(|upload| upload.assembly.held()).sum();
        whole.saturating_add(parts)
    }
}

impl Upload {
    pub(super) fn new(media_id: String, key: Key, described: Described, file: Assembled) -> Self {
        let chunks = (0..described.chunks).map(|chunk| file.chunks.get(&chunk).copied().unwrap_or_default());
        Self {
            media_id,
            name: described.name,
            len: file.len,
            md5: file.md5,
            media_type: described.media_type,
            chunks: chunks.collect(),
            client_id: key.client_id,
            content: file.bytes,
        }
    }

    /// Its bytes, while they are kept.
    pub fn bytes(&self) -> Option<&Bytes> {
        self.content.as_ref()
    }

    fn is_of(&self, key: &Key) -> bool {
        // Both are drawn or counted: an UploadID never equals a ClientMediaId.
        self.client_id == key.client_id
    }

    fn count(&mut self, chunk: u32) {
        let place = usize::try_from(chunk).ok();
        if let Some(count) = place.and_then(|place| self.chunks.get_mut(place)) {
            *count += 1;
        }
    }
}

const MOST_UNDER_WAY: usize = 64;
const MOST_GRANTS: usize = 256;
