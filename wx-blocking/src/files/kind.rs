//! Types of files by their names, and names by their types.

use std::{
    fs::File,
    io::{self, Read},
};

use wx_proto::FileKind;

/// The type of a file's bytes by its name, such as `image/png`; empty if nobody knows.
pub(crate) fn mime_of(name: &str) -> String {
    mime_guess::from_path(name).first_raw().unwrap_or_default().to_owned()
}

/// The extension that files of a type mostly have, without a dot.
pub(crate) fn extension_of(mime: &str) -> Option<&'static str> {
    let mime = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // The list is in the order of the alphabet: `jfe` would be first.
    match &*mime {
        "image/jpeg" => Some("jpg"),
        "audio/mpeg" | "audio/mp3" => Some("mp3"),
        "video/mp4" => Some("mp4"),
        "text/plain" => Some("txt"),
        "text/html" => Some("html"),
        "application/octet-stream" => None,
        mime => mime_guess::get_mime_extensions_str(mime)?.first().copied(),
    }
}

/// As what a file is sent if nobody said so.
pub(crate) fn kind_of(name: &str, path: &str) -> io::Result<FileKind> {
    let mut start = Vec::with_capacity(FileKind::START);
    let most = u64::try_from(FileKind::START).unwrap_or(u64::MAX);
    File::open(path)?.take(most).read_to_end(&mut start)?;
    Ok(FileKind::of(name, &start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_extensions_of_what_people_send() {
        for (name, mime) in [
            ("a.JPG", "image/jpeg"),
            ("报告.pdf", "application/pdf"),
            ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("a.mp4", "video/mp4"),
            ("a.tar.gz", "application/gzip"),
            ("a", ""),
            ("a.nobody-knows", ""),
        ] {
            assert_eq!(mime_of(name), mime, "{name}");
        }
        for (mime, extension) in [
            ("image/jpeg", Some("jpg")),
            ("image/png", Some("png")),
            ("IMAGE/GIF; x=y", Some("gif")),
            ("image/bmp", Some("bmp")),
            ("audio/mp3", Some("mp3")),
            ("video/mp4", Some("mp4")),
            ("application/pdf", Some("pdf")),
            ("application/octet-stream", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(extension_of(mime), extension, "{mime}");
        }
    }
}
