//! The chunks that files are uploaded in.

use std::sync::Arc;

use crate::{FileSlice, FileSource};

/// The official page's, which sends them in order, one at a time.
pub(crate) const CHUNK: u64 = 524_288;

/// A chunk of a file: the chunks of a file tile it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Chunk {
    index: u64,
    count: u64,
    slice: FileSlice,
}

impl Chunk {
    /// How many chunks a file of so many bytes has: none, if it is empty.
    pub(crate) const fn count(len: u64) -> u64 {
        len.div_ceil(CHUNK)
    }

    /// The chunk of that number, from 0. `None` behind the last one.
    pub(crate) fn of(source: &Arc<FileSource>, index: u64) -> Option<Self> {
        let count = Self::count(source.len);
        let offset = index.checked_mul(CHUNK).filter(|_| index < count)?;
        Some(Self { index, count, slice: FileSlice::new(source.clone(), offset, CHUNK) })
    }

    pub(crate) const fn index(&self) -> u64 {
        self.index
    }

    /// How many there are.
    pub(crate) const fn total(&self) -> u64 {
        self.count
    }

    pub(crate) const fn is_only_one(&self) -> bool {
        self.count == 1
    }

    pub(crate) const fn slice(&self) -> &FileSlice {
        &self.slice
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Md5;

    fn source(len: u64) -> Arc<FileSource> {
        Arc::new(FileSource::new("/x", len, Md5::from_bytes([0; 16])))
    }

    proptest! {
        #[test]
        fn chunks_tile_their_file(len in prop_oneof![0..8 * CHUNK, (0..64_u64).prop_map(|n| n * CHUNK)]) {
            let source = source(len);
            let mut end = 0;
            for index in 0..Chunk::count(len) {
                let chunk = Chunk::of(&source, index).unwrap();
                prop_assert_eq!((chunk.index(), chunk.total()), (index, Chunk::count(len)));
                prop_assert_eq!(chunk.slice().offset, end);
                prop_assert!((1..=CHUNK).contains(&chunk.slice().len));
                prop_assert!(index + 1 == chunk.total() || chunk.slice().len == CHUNK);
                end += chunk.slice().len;
            }
            prop_assert_eq!(end, len);
            prop_assert_eq!(Chunk::of(&source, Chunk::count(len)), None);
        }
    }

    #[test]
    fn the_recorded_files() {
        // 3213741 bytes in seven chunks; one of 561276 bytes ends with 36988.
        assert_eq!(Chunk::count(3_213_741), 7);
        assert_eq!(Chunk::of(&source(561_276), 1).unwrap().slice().len, 36_988);
        assert!(Chunk::of(&source(28), 0).unwrap().is_only_one());
    }

    #[test]
    fn no_length_is_too_large() {
        let source = source(u64::MAX);
        let last = Chunk::of(&source, Chunk::count(u64::MAX) - 1).unwrap();
        assert_eq!(last.slice().offset + last.slice().len, u64::MAX);
        assert_eq!(Chunk::of(&source, u64::MAX), None);
    }
}
