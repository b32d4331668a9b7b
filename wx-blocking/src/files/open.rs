//! Files to send: opened without waiting, and only if they are files.

use std::{
    fs::{File, Metadata, OpenOptions},
    io,
    path::Path,
    time::UNIX_EPOCH,
};

use wx_proto::Timestamp;

/// Opens a regular file for reading; a link to one is followed. A FIFO would be waited for.
pub(crate) fn open(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = options.open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        Ok((file, metadata))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"))
    }
}

/// When a file was last changed, where the system says so.
pub(crate) fn modified(metadata: &Metadata) -> Option<Timestamp> {
    let since_epoch = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since_epoch.as_millis()).ok().map(Timestamp::from_millis)
}
