//! What is sent, looked at before anything is sent.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;
use wx_proto::{Config, FileKind};

use super::parts::{Part, Parts};
use crate::{
    error::{CliError, Result},
    size,
    texts::lang::say,
};

/// One thing to send.
#[derive(Debug)]
pub(super) enum Ready {
    Text(String),
    File(ReadyFile),
}

/// A file to send.
#[derive(Debug)]
pub(super) struct ReadyFile {
    pub(super) path: PathBuf,
    /// What its receiver sees.
    pub(super) name: String,
    pub(super) kind: FileKind,
    /// In bytes.
    pub(super) len: u64,
    /// What came from stdin is there as long as this.
    _kept: Option<NamedTempFile>,
}

/// Looks at all of them, and reads stdin.
///
/// # Errors
/// If one of them cannot be sent.
pub(super) fn all(Parts(parts): Parts, name: Option<&str>, config: &Config) -> Result<Vec<Ready>> {
    let is_stdin = |part: &&Part| match part {
        Part::Text(text) => text == "-",
        Part::File(path) | Part::Image(path) => path.as_os_str() == "-",
    };
    let files = parts.iter().filter(|part| !matches!(part, Part::Text(_))).count();
    if parts.is_empty() {
        return Err(CliError::usage(say().nothing_to_send(), say().give_something()));
    }
    if parts.iter().filter(is_stdin).count() > 1 {
        return Err(CliError::usage(say().stdin_twice(), say().one_dash()));
    }
    if name.is_some() && files != 1 {
        return Err(CliError::usage(say().name_of_which(files), say().send_one_by_one()));
    }
    parts
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => self::text(text, config),
            Part::File(path) => file(path, name, config, None),
            Part::Image(path) => file(path, name, config, Some(FileKind::Image)),
        })
        .collect()
}

fn text(text: String, config: &Config) -> Result<Ready> {
    let text = if text == "-" { read_stdin(config.max_text)? } else { text };
    if text.is_empty() {
        return Err(CliError::usage(say().empty_text(), say().give_a_text()));
    }
    Ok(Ready::Text(text))
}

fn file(path: PathBuf, name: Option<&str>, config: &Config, forced: Option<FileKind>) -> Result<Ready> {
    let (path, kept, shown) = if path.as_os_str() == "-" {
        if name.is_none() {
            return Err(CliError::usage(say().stdin_needs_name(), say().give_name()));
        }
        let kept = keep_stdin(config.max_file.max(config.max_image).max(config.max_video))?;
        (kept.path().to_owned(), Some(kept), "-".to_owned())
    } else {
        let shown = path.display().to_string();
        (path, None, shown)
    };
    let (start, len) = look(&path, &shown)?;
    if len == 0 {
        return Err(CliError::failed(say().empty_file(&shown), say().send_another()));
    }
    let name = match name {
        Some(name) => name.to_owned(),
        None => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    let kind = forced.unwrap_or_else(|| {
        let kind = FileKind::of(&name, &start);
        // A large picture arrives as a file.
        if len > limit(kind, config) { FileKind::File } else { kind }
    });
    let limit = limit(kind, config);
    if len > limit {
        let what = say().file_too_large(&shown, &size::counted(len), &size::counted(limit));
        return Err(CliError::failed(what, say().raise_the_limit()));
    }
    Ok(Ready::File(ReadyFile { path, name, kind, len, _kept: kept }))
}

const fn limit(kind: FileKind, config: &Config) -> u64 {
    match kind {
        FileKind::Image | FileKind::Emoticon => config.max_image,
        FileKind::Video => config.max_video,
        FileKind::File => config.max_file,
    }
}

/// The first bytes and the length.
fn look(path: &Path, shown: &str) -> Result<(Vec<u8>, u64)> {
    let failed = |error: io::Error| {
        CliError::failed(say().cannot_read_file(shown, &say().io_error(&error)), say().check_the_path())
    };
    // Opening a pipe would wait for its writer.
    let metadata = path.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(CliError::failed(say().not_a_file(shown), say().pack_or_pipe()));
    }
    let mut start = Vec::with_capacity(FileKind::START);
    let most = u64::try_from(FileKind::START).unwrap_or(u64::MAX);
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut start)).map_err(failed)?;
    Ok((start, metadata.len()))
}

/// All of stdin in a temporary file: its length and digest have to be known before the first byte is sent.
fn keep_stdin(most: u64) -> Result<NamedTempFile> {
    let failed = |error: io::Error| {
        CliError::failed(say().cannot_keep_stdin(&say().io_error(&error)), say().free_temporary_space())
    };
    let mut kept = tempfile::Builder::new().prefix("wx-send-").tempfile().map_err(failed)?;
    let mut stdin = io::stdin().lock().take(most.saturating_add(1));
    let len = io::copy(&mut stdin, &mut kept).and_then(|len| kept.flush().map(|()| len)).map_err(failed)?;
    if len > most {
        return Err(CliError::failed(say().stdin_too_large(&size::counted(most)), say().raise_the_limit()));
    }
    Ok(kept)
}

/// All of stdin, without the newline that ends it; no more is read than a text may hold.
fn read_stdin(most: usize) -> Result<String> {
    let bad = |error: &str| CliError::failed(say().bad_stdin(error), say().give_utf8());
    // The longest character has 4 bytes, and a newline may follow.
    let bytes = most.saturating_mul(4).saturating_add(2);
    let mut text = Vec::new();
    let mut stdin = io::stdin().take(u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(1));
    stdin.read_to_end(&mut text).map_err(|error| bad(&error.to_string()))?;
    if text.len() > bytes {
        return Err(CliError::failed(say().stdin_too_long(most), say().split_it()));
    }
    let text = String::from_utf8(text).map_err(|error| bad(&error.utf8_error().to_string()))?;
    let end = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    Ok(end.map(str::to_owned).unwrap_or(text))
}
