//! A scenario folder as a list of exchanges.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{Request, Response};

use super::error::{Problem, ReadError};
use super::head;
use super::left_out;
use crate::content::FileContent;

/// A recorded scenario.
///
/// ```
/// use wx_testkit::transcript::Scenario;
///
/// let scenario = Scenario::load("web", "worked")?;
/// for sync in scenario.of("webwxsync") {
///     println!("{:02}: {} bytes", sync.index, sync.response.body().len());
/// }
/// # Ok::<(), wx_testkit::transcript::ReadError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Scenario {
    /// The folder's name.
    pub name: String,
    /// The exchanges in the order of their numbers, at least one.
    pub exchanges: Vec<Exchange>,
}

/// A recorded request and the reply to it.
///
/// ```
/// use wx_testkit::transcript::Scenario;
///
/// let scenario = Scenario::load("web", "refused")?;
/// let exchange = &scenario.exchanges[0];
/// assert_eq!((exchange.index, exchange.endpoint.as_str()), (1, "jslogin"));
/// assert_eq!(exchange.response.status(), 200);
/// # Ok::<(), wx_testkit::transcript::ReadError>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The number in the file name, from 1.
    pub index: u32,
    /// The endpoint, as in the file name and in the URL.
    pub endpoint: String,
    /// The request, with an absolute URL.
    pub request: Request<Bytes>,
    /// The reply. Repeated headers keep their order.
    pub response: Response<Bytes>,
}

impl Scenario {
    /// Reads `fixtures/<profile>/<name>` of this repository.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when the folder is missing or breaks a rule of the format.
    pub fn load(profile: &str, name: &str) -> Result<Self, ReadError> {
        Self::read(&fixtures().join(profile).join(name))
    }

    /// Reads every scenario of a profile, by name.
    ///
    /// # Errors
    ///
    /// [`ReadError`] of the first folder that cannot be read.
    pub fn load_all(profile: &str) -> Result<Vec<Self>, ReadError> {
        entries(&fixtures().join(profile))?.iter().map(|dir| Self::read(dir)).collect()
    }

    /// Reads a scenario folder.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when the folder is missing or breaks a rule of the format.
    pub fn read(dir: &Path) -> Result<Self, ReadError> {
        let mut files = BTreeMap::new();
        for path in entries(dir)? {
            let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
            files.insert(last_name(&path), Bytes::from(bytes));
        }
        Self::from_files(&last_name(dir), &files)
    }

    /// Builds a scenario from the files of its folder, by name.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when a file breaks a rule of the format.
    pub fn from_files(name: &str, files: &BTreeMap<String, Bytes>) -> Result<Self, ReadError> {
        let folder = |problem| ReadError::in_file(name, problem);
        let pairs = pairs(name, files)?;
        if !files.contains_key(NOTE) {
            return Err(folder(Problem::NoNote));
        }
        if pairs.is_empty() {
            return Err(folder(Problem::Empty));
        }
        let exchanges =
            pairs.into_iter().map(|(index, pair)| pair.exchange(name, index)).collect::<Result<_, _>>()?;
        Ok(Self { name: name.to_owned(), exchanges })
    }

    /// The file of so many bytes that recorded messages leave out.
    pub const fn left_out(len: u64) -> FileContent {
        left_out::file(len)
    }

    /// The exchanges of one endpoint, in order.
    pub fn of<'a>(&'a self, endpoint: &'a str) -> impl Iterator<Item = &'a Exchange> {
        self.exchanges.iter().filter(move |exchange| exchange.endpoint == endpoint)
    }
}

/// The two files of a number.
#[derive(Default)]
struct Pair<'a> {
    endpoint: &'a str,
    stem: &'a str,
    request: Option<&'a Bytes>,
    response: Option<&'a Bytes>,
}

impl Pair<'_> {
    fn exchange(&self, folder: &str, index: u32) -> Result<Exchange, ReadError> {
        let missing = |suffix: &str| {
            ReadError::in_file(folder, Problem::NoPartner { missing: format!("{}{suffix}", self.stem) })
        };
        let file = |suffix: &str| format!("{folder}/{}{suffix}", self.stem);
        let request = self.request.ok_or_else(|| missing(REQUEST))?;
        let response = self.response.ok_or_else(|| missing(RESPONSE))?;
        let request = head::request(&file(REQUEST), request)?;
        let response = head::response(&file(RESPONSE), response)?;
        let url = head::endpoint(request.uri().path());
        if url != self.endpoint {
            let problem = Problem::Endpoint { url: url.to_owned(), name: self.endpoint.to_owned() };
            return Err(ReadError::at(&file(REQUEST), 1, problem));
        }
        Ok(Exchange { index, endpoint: self.endpoint.to_owned(), request, response })
    }
}

/// Sorts the files of a folder into pairs, by number.
fn pairs<'a>(folder: &str, files: &'a BTreeMap<String, Bytes>) -> Result<BTreeMap<u32, Pair<'a>>, ReadError> {
    let mut pairs: BTreeMap<u32, Pair<'a>> = BTreeMap::new();
    for (file, bytes) in files.iter().filter(|(file, _)| *file != NOTE) {
        let wrong = |problem| ReadError::in_file(&format!("{folder}/{file}"), problem);
        let (stem, is_request) = match (file.strip_suffix(REQUEST), file.strip_suffix(RESPONSE)) {
            (Some(stem), _) => (stem, true),
            (None, Some(stem)) => (stem, false),
            (None, None) => return Err(wrong(Problem::FileName)),
        };
        let (index, endpoint) = split_stem(stem).ok_or_else(|| wrong(Problem::FileName))?;
        let pair = pairs.entry(index).or_insert(Pair { endpoint, stem, ..Pair::default() });
        if pair.stem != stem {
            return Err(wrong(Problem::NumberTaken(index)));
        }
        *(if is_request { &mut pair.request } else { &mut pair.response }) = Some(bytes);
    }
    for ((index, pair), expected) in pairs.iter().zip(1..) {
        if *index != expected {
            let file = format!("{folder}/{}", pair.stem);
            return Err(ReadError::in_file(&file, Problem::NumberGap { expected }));
        }
    }
    Ok(pairs)
}

/// `07-webwxinit` as 7 and `webwxinit`.
fn split_stem(stem: &str) -> Option<(u32, &str)> {
    let (digits, endpoint) = stem.split_once('-')?;
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if digits.len() < 2 || !digits.bytes().all(|byte| byte.is_ascii_digit()) || !plain(endpoint) {
        return None;
    }
    Some((digits.parse().ok()?, endpoint))
}

/// What lies in a folder, by name.
fn entries(dir: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let list = fs::read_dir(dir).map_err(|error| unreadable(dir, error))?;
    let paths: Result<Vec<_>, _> = list.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(|error| unreadable(dir, error))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, error: std::io::Error) -> ReadError {
    ReadError::in_file(&path.display().to_string(), Problem::Unreadable(error))
}

fn last_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

const NOTE: &str = "scenario.md";
const REQUEST: &str = ".req.http";
const RESPONSE: &str = ".res.http";

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &[u8] = b"GET https://login.wx.qq.com/jslogin HTTP/1.1\r\nHost: login.wx.qq.com\r\n\r\n";
    const OK: &[u8] = b"HTTP/1.1 200 OK\r\n\r\nhello\n";

    fn folder(names: &[&str]) -> BTreeMap<String, Bytes> {
        let bytes = |name: &str| Bytes::from_static(if name.ends_with(REQUEST) { GET } else { OK });
        names.iter().map(|name| ((*name).to_owned(), bytes(name))).collect()
    }

    fn rejected(names: &[&str]) -> ReadError {
        Scenario::from_files("s", &folder(names)).unwrap_err()
    }

    #[test]
    fn reads_exchanges_in_order() {
        let names = [
            NOTE,
            "02-jslogin.res.http",
            "02-jslogin.req.http",
            "01-jslogin.res.http",
            "01-jslogin.req.http",
        ];
        let scenario = Scenario::from_files("s", &folder(&names)).unwrap();
        assert_eq!(scenario.name, "s");
        assert_eq!(scenario.exchanges.iter().map(|e| e.index).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(scenario.of("jslogin").count(), 2);
        assert_eq!(scenario.exchanges[0].response.body().as_ref(), b"hello\n");
    }

    #[test]
    fn rejects_names_outside_the_format() {
        for bad in [
            "notes.txt",
            "1-jslogin.req.http",
            "01-.req.http",
            "01-a/b.res.http",
            "x1-a.req.http",
            ".req.http",
        ] {
            let error = rejected(&[NOTE, bad]);
            assert!(matches!(error.problem, Problem::FileName), "{bad}: {error}");
            assert_eq!(error.file, format!("s/{bad}"));
        }
    }

    #[test]
    fn rejects_a_folder_without_note_or_exchange() {
        assert!(matches!(rejected(&["01-jslogin.req.http", "01-jslogin.res.http"]).problem, Problem::NoNote));
        assert!(matches!(rejected(&[NOTE]).problem, Problem::Empty));
    }

    #[test]
    fn rejects_a_message_without_its_partner() {
        let error = rejected(&[NOTE, "01-jslogin.req.http"]);
        assert_eq!(error.to_string(), "s: 01-jslogin.res.http is missing");
        let error = rejected(&[NOTE, "01-jslogin.res.http"]);
        assert_eq!(error.to_string(), "s: 01-jslogin.req.http is missing");
    }

    #[test]
    fn rejects_numbers_with_gaps_or_repeats() {
        let error = rejected(&[NOTE, "02-jslogin.req.http", "02-jslogin.res.http"]);
        assert!(matches!(error.problem, Problem::NumberGap { expected: 1 }), "{error}");
        let error = rejected(&[NOTE, "01-jslogin.req.http", "01-login.res.http"]);
        assert!(matches!(error.problem, Problem::NumberTaken(1)), "{error}");
    }

    #[test]
    fn rejects_an_endpoint_that_the_url_does_not_ask_for() {
        let error = rejected(&[NOTE, "01-login.req.http", "01-login.res.http"]);
        assert_eq!(
            error.to_string(),
            "s/01-login.req.http:1: the URL asks for jslogin, the file name says login"
        );
    }

    #[test]
    fn names_the_file_of_a_broken_message() {
        let mut files = folder(&[NOTE, "01-jslogin.req.http", "01-jslogin.res.http"]);
        files.insert("01-jslogin.res.http".to_owned(), Bytes::from_static(b"HTTP/1.1 200 OK\n\n"));
        let error = Scenario::from_files("s", &files).unwrap_err();
        assert_eq!(error.to_string(), "s/01-jslogin.res.http:1: the line does not end in CRLF");
    }

    #[test]
    fn rejects_a_missing_folder() {
        let error = Scenario::load("web", "no-such-scenario").unwrap_err();
        assert!(matches!(error.problem, Problem::Unreadable(_)), "{error}");
    }
}
