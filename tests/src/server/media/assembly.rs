//! A file on its way in: its chunks in any order, hashed as they fit together, kept as far as there is room.

use std::collections::BTreeMap;

use bytes::Bytes;
use wx_proto::Md5;

use crate::content::Hasher;

/// The chunks of one upload so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Assembly {
    /// How often each chunk came.
    seen: BTreeMap<u32, u32>,
    /// The first chunk that is not in `hasher` yet.
    next: u32,
    hasher: Hasher,
    len: u64,
    /// Chunks that came before their turn.
    early: BTreeMap<u32, Bytes>,
    kept: Vec<u8>,
    /// The room was too small for the bytes, or for what came too early: `kept` or the digest is not whole.
    let_go: bool,
    unhashed: bool,
}

/// What became of a file whose chunks are all there.
pub(super) struct Assembled {
    pub(super) len: u64,
    /// `None` if its chunks came in an order that would have taken too much memory.
    pub(super) md5: Option<Md5>,
    /// Its bytes, if they were kept.
    pub(super) bytes: Option<Bytes>,
    pub(super) chunks: BTreeMap<u32, u32>,
}

impl Assembly {
    /// Takes a chunk; `room` is how many bytes may be held of it and what is here. One that came before is counted.
    pub(super) fn take(&mut self, chunk: u32, bytes: Bytes, room: u64) {
        let count = self.seen.entry(chunk).or_default();
        *count += 1;
        if *count > 1 {
            return;
        }
        self.len = self.len.saturating_add(length(&bytes));
        if chunk != self.next && self.held().saturating_add(length(&bytes)) > room {
            // What waits for its turn is needed for the digest; what had it is not.
            self.let_go();
            if self.held().saturating_add(length(&bytes)) > room {
                self.unhashed = true;
                self.early.clear();
            }
        }
        if self.unhashed {
            self.let_go();
            return;
        }
        self.early.insert(chunk, bytes);
        while let Some(bytes) = self.early.remove(&self.next) {
            self.hasher.update(&bytes);
            self.next += 1;
            if !self.let_go && self.held().saturating_add(length(&bytes)) > room {
                self.let_go();
            }
            if !self.let_go {
                self.kept.extend_from_slice(&bytes);
            }
        }
    }

    /// The bytes in memory.
    pub(super) fn held(&self) -> u64 {
        let early: u64 = self.early.values().map(length).sum();
        early.saturating_add(u64::try_from(self.kept.len()).unwrap_or(u64::MAX))
    }

    /// The first chunk that has not come yet.
    pub(super) fn next(&self) -> u32 {
        (0..).find(|chunk| !self.seen.contains_key(chunk)).unwrap_or(u32::MAX)
    }

    /// True once so many chunks are there.
    pub(super) fn has(&self, chunks: u32) -> bool {
        u32::try_from(self.seen.len()).is_ok_and(|seen| seen >= chunks)
    }

    pub(super) fn finish(self) -> Assembled {
        Assembled {
            len: self.len,
            md5: (!self.unhashed).then(|| self.hasher.finish()),
            bytes: (!self.let_go).then(|| self.kept.into()),
            chunks: self.seen,
        }
    }

    fn let_go(&mut self) {
        self.let_go = true;
        self.kept = Vec::new();
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{FileContent, FileForm};

    const FILE: FileContent = FileContent::pattern(FileForm::Plain, 3, 10_000);

    fn assemble(order: &[u32], room: u64) -> Assembled {
        let mut assembly = Assembly::default();
        for chunk in order {
            assembly.take(*chunk, FILE.read_at(u64::from(*chunk) * 3_000, 3_000), room);
            assert!(assembly.held() <= room);
        }
        assert!(assembly.has(4));
        assembly.finish()
    }

    #[test]
    fn in_any_order_and_more_than_once() {
        for order in [&[0, 1, 2, 3][..], &[3, 2, 1, 0], &[0, 2, 2, 1, 0, 3]] {
            let file = assemble(order, 10_000);
            assert_eq!((file.len, file.md5), (10_000, Some(FILE.md5())));
            assert_eq!(file.bytes, Some(FILE.read_at(0, 10_000)));
        }
        assert_eq!(assemble(&[0, 2, 2, 1, 0, 3], 10_000).chunks, [(0, 2), (1, 1), (2, 2), (3, 1)].into());
    }

    #[test]
    fn beyond_the_room_only_the_digest_stays() {
        let file = assemble(&[0, 1, 2, 3], 5_000);
        assert_eq!((file.len, file.md5, file.bytes), (10_000, Some(FILE.md5()), None));
        let file = assemble(&[0, 2, 1, 3], 5_000);
        assert_eq!((file.md5, file.bytes), (Some(FILE.md5()), None));
        let file = assemble(&[3, 2, 1, 0], 5_000);
        assert_eq!((file.len, file.md5, file.bytes), (10_000, None, None), "it came backwards");
    }

    #[test]
    fn the_next_one() {
        let mut assembly = Assembly::default();
        assert_eq!(assembly.next(), 0);
        assembly.take(1, Bytes::new(), 10);
        assert_eq!(assembly.next(), 0);
        assembly.take(0, Bytes::new(), 10);
        assert_eq!(assembly.next(), 2);
    }
}
