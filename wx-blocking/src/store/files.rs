//! Files that may be anything: opened without following a link, without waiting, and only if they are files.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    path::Path,
};

use super::StoreError;

/// Opens `path` if it is a regular file. A FIFO would be waited for, and a link may name anything.
pub(super) fn open(
    path: &Path,
    options: &mut OpenOptions,
    action: &'static str,
) -> Result<(File, Metadata), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        use rustix::fs::OFlags;
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits();
        options.custom_flags(flags.cast_signed()).mode(0o600);
    }
    let no_file = || StoreError::NotAFile { path: path.to_owned() };
    let opened = options.open(path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
    match opened {
        Ok((file, metadata)) if metadata.is_file() => Ok((file, metadata)),
        Ok(_) => Err(no_file()),
        // Folders, links and sockets do not even open.
        Err(_) if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) => Err(no_file()),
        Err(source) => Err(StoreError::Io { action, path: path.to_owned(), source }),
    }
}

/// Who owns a file, where files have owners.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Owner(#[cfg(unix)] u32);

impl Owner {
    pub(super) fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        return Self(std::os::unix::fs::MetadataExt::uid(metadata));
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Self()
        }
    }

    /// Refuses a file of somebody else.
    pub(super) fn check(self, path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
        if Self::of(metadata) == self { Ok(()) } else { Err(StoreError::Foreign { path: path.to_owned() }) }
    }
}

/// True if others than the owner may read or write it.
#[cfg(unix)]
pub(super) fn is_open_to_others(metadata: &Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

/// Takes the others' rights away.
#[cfg(unix)]
pub(super) fn close_to_others(file: &File) -> std::io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))
}

/// True if `path` names the very file that `metadata` is of.
pub(super) fn is_same(path: &Path, metadata: &Metadata) -> std::io::Result<bool> {
    let there = fs::symlink_metadata(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Ok((there.dev(), there.ino()) == (metadata.dev(), metadata.ino()))
    }
    // An open file cannot be replaced there.
    #[cfg(not(unix))]
    {
        let _ = metadata;
        Ok(there.is_file())
    }
}

/// True if no other name leads to the file.
pub(super) fn has_one_name(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(metadata) <= 1;
    #[cfg(not(unix))]
    {
        let _ = metadata;
        true
    }
}
