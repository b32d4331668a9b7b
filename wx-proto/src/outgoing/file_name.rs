//! Names of files that are sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bounds;

/// The name under which a file is sent: no path, no control characters, never empty, at most 255 bytes.
///
/// Whatever is given becomes such a name. It goes into requests and to the receiver; where the file lies is said by
/// [`FileSource::locator`](crate::FileSource::locator).
///
/// ```
/// use wx_proto::FileName;
///
/// assert_eq!(FileName::new("/home/me/report.pdf").as_str(), "report.pdf");
/// assert_eq!(FileName::new("C:\\x\\周报.xlsx").extension(), Some("xlsx"));
/// assert_eq!(FileName::new("../..").as_str(), "file");
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// What every file system takes.
    const LONGEST: usize = 255;

    /// The last part of a path, of either kind, made harmless.
    pub fn new(path: &str) -> Self {
        let base = path.rsplit(['/', '\\']).next().unwrap_or_default();
        // Line ends would end a header; the others are in no name that a person gave.
        let harmless = |char: &char| !char.is_control() && !matches!(char, '\u{2028}' | '\u{2029}');
        let name: String = base.chars().filter(harmless).collect();
        match name.trim() {
            "" | "." | ".." => Self("file".to_owned()),
            name => Self(shortened(name)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last dot; `None` if there is no dot or nothing behind it.
    pub fn extension(&self) -> Option<&str> {
        self.0.rsplit_once('.').map(|(_, extension)| extension).filter(|extension| !extension.is_empty())
    }
}

/// Cut in the middle, so that it ends as it did.
fn shortened(name: &str) -> String {
    if name.len() <= FileName::LONGEST {
        return name.to_owned();
    }
    let ending = name.rfind('.').and_then(|dot| name.get(dot..)).filter(|ending| ending.len() <= 32);
    let ending = ending.unwrap_or_default();
    format!("{}{ending}", bounds::cut(name, FileName::LONGEST - ending.len()))
}

impl From<String> for FileName {
    fn from(path: String) -> Self {
        Self::new(&path)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileName([{} bytes])", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_given_becomes_a_harmless_name() {
        for (path, name) in [
            ("note.txt", "note.txt"),
            ("../../x", "x"),
            ("C:\\x", "x"),
            ("a\r\nb", "ab"),
            ("a\0\u{7f}\u{85}\u{2028}b.txt", "ab.txt"),
            ("say \"hi\".txt", "say \"hi\".txt"),
            (" a ", "a"),
            ("", "file"),
            ("/", "file"),
            ("..", "file"),
            ("x/..", "file"),
            ("\r\n", "file"),
            (".bashrc", ".bashrc"),
            ("-rf", "-rf"),
            ("会议 😂.txt", "会议 😂.txt"),
        ] {
            assert_eq!(FileName::new(path).as_str(), name, "{path:?}");
            assert_eq!(FileName::new(name).as_str(), name, "it stays as it is");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = FileName::new(&format!("{}.tar.gz", "😂".repeat(100)));
        assert!(name.as_str().len() <= 255 && name.as_str().ends_with("😂.gz"), "{name}");
        let name = FileName::new(&"a.".repeat(200));
        assert_eq!(name.as_str().len(), 255);
        assert_eq!(FileName::new(name.as_str()), name);
        let name = FileName::new(&format!("a.{}", "长".repeat(100)));
        assert_eq!(name.as_str().len(), 254);
    }

    #[test]
    fn endings() {
        for (name, ending) in [
            ("a.b.PDF", Some("PDF")),
            (".bashrc", Some("bashrc")),
            ("a.", None),
            ("a", None),
            ("a.b/c", None),
        ] {
            assert_eq!(FileName::new(name).extension(), ending, "{name}");
        }
    }

    #[test]
    fn a_stored_name_is_read_as_any_other() {
        let name: FileName = serde_json::from_str(r#""../a\nb""#).unwrap();
        assert_eq!(name.as_str(), "ab");
        assert_eq!(serde_json::to_string(&name).unwrap(), r#""ab""#);
        assert!(!format!("{name:?}").contains("ab"));
    }
}
