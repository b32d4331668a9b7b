//! What the files of a world hold. Long ones are stretches of the same bytes, so that a world is quick.

use std::{
    collections::BTreeMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use bytes::Bytes;
use wx_proto::{FileKind, Md5};

use crate::{
    content::{FileContent, FileForm},
    server,
};

/// Bytes of every chunk but the last.
pub(super) const CHUNK: u64 = 512 << 10;
/// Files over this are announced before they go up.
pub(super) const LARGE: u64 = 25 << 20;
/// Up to here a file has bytes of its own.
pub(super) const SHORT: u64 = 64 << 10;
/// Stretches begin so far apart, at so many places.
const STEP: u64 = 977;
const PLACES: u64 = 8;

static BYTES: LazyLock<Bytes> = LazyLock::new(|| stock(4 * CHUNK));
static MORE_BYTES: LazyLock<Bytes> = LazyLock::new(|| stock(LARGE + 2 * CHUNK));
static DIGESTS: Mutex<BTreeMap<(u64, u64), Md5>> = Mutex::new(BTreeMap::new());

fn stock(len: u64) -> Bytes {
    let most = usize::try_from(len).unwrap_or(0);
    FileContent::pattern(FileForm::Plain, 12, len).read_at(0, most)
}

/// The bytes of a file and their digest. `number` tells files apart.
pub(super) fn of(form: FileForm, number: u64, len: u64) -> (FileContent, Md5) {
    if len <= SHORT {
        let content = FileContent::pattern(form, number, len);
        let md5 = content.md5();
        return (content, md5);
    }
    // The server knows the second large file of a world.
    let start = if len > LARGE { 0 } else { number % PLACES * STEP };
    let end = start.saturating_add(len);
    let all = if end <= BYTES.len() as u64 { &BYTES } else { &MORE_BYTES };
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(all.len());
    let content = FileContent::from(all.slice(place(start)..place(end)));
    let known = DIGESTS.lock().unwrap_or_else(PoisonError::into_inner).get(&(start, len)).copied();
    let md5 = known.unwrap_or_else(|| content.md5());
    DIGESTS.lock().unwrap_or_else(PoisonError::into_inner).insert((start, len), md5);
    (content, md5)
}

/// What a file that is sent so begins like.
pub(super) const fn form(kind: FileKind) -> FileForm {
    match kind {
        FileKind::Image => FileForm::Jpeg,
        FileKind::Video => FileForm::Mp4,
        FileKind::Emoticon => FileForm::Gif,
        FileKind::File => FileForm::Plain,
    }
}

/// The same of one that comes in.
pub(super) fn received(kind: server::FileKind, number: u64, len: u64) -> FileContent {
    of(kind.form(), number, len).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_length_and_its_digest() {
        for len in [1, SHORT, SHORT + 1, CHUNK, 3 * CHUNK + 1, LARGE + 1] {
            let (content, md5) = of(FileForm::Gif, 13, len);
            assert_eq!((content.len(), content.md5()), (len, md5));
            assert_eq!(of(FileForm::Gif, 13, len), (content, md5));
        }
    }
}
