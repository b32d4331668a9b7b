//! The same requests by `curl`: all chunks of an upload by one process over one connection, each from a file of its own.

use std::{
    fmt::Write as _,
    fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use bytes::Bytes;
use http::{Request, header};

use crate::{
    measure::{Figures, processor_of_children},
    site::{CHUNK, SECOND, Site},
};

pub(crate) struct Curl<'a> {
    site: &'a Site,
    folder: PathBuf,
}

impl<'a> Curl<'a> {
    /// `None` if there is none.
    pub(crate) fn new(site: &'a Site, folder: &Path) -> Option<Self> {
        let version = Command::new("curl").arg("--version").stdout(Stdio::null()).status();
        version.is_ok_and(|status| status.success()).then(|| Self { site, folder: folder.join("curl") })
    }

    pub(crate) fn upload(&self, file: &Path) -> Figures {
        fs::create_dir(&self.folder).unwrap();
        let request = self.site.kept.lock().unwrap().chunk.clone().expect("a file of two chunks or more");
        let template = Template::of(request.body());
        let source = fs::File::open(file).unwrap();
        let size = source.metadata().unwrap().len();
        assert_eq!(size % CHUNK, 0, "whole chunks");
        let mut config = String::new();
        for chunk in 0..size / CHUNK {
            let mut slice = vec![0; usize::try_from(CHUNK).unwrap()];
            source.read_exact_at(&mut slice, chunk * CHUNK).unwrap();
            let body = self.folder.join(chunk.to_string());
            fs::write(&body, template.body(chunk, &slice)).unwrap();
            config += &self.options(&request);
            writeln!(config, "data-binary = \"@{}\"\noutput = \"/dev/null\"\nnext", body.display()).unwrap();
        }
        let figures = self.run(config.trim_end_matches("next\n"));
        self.site.assert_uploaded(file);
        fs::remove_dir_all(&self.folder).unwrap();
        figures
    }

    pub(crate) fn download(&self, file: &Path) -> Figures {
        fs::create_dir(&self.folder).unwrap();
        let request = self.site.kept.lock().unwrap().download.clone().unwrap();
        let got = self.folder.join("got");
        let config = format!("{}output = \"{}\"\n", self.options(&request), got.display());
        let figures = self.run(&config);
        assert_eq!(super::digest(&got), super::digest(file), "what curl got");
        fs::remove_dir_all(&self.folder).unwrap();
        figures
    }

    /// What leads to the server, and the request's own headers.
    fn options(&self, request: &Request<Bytes>) -> String {
        let mut options = format!(
            "url = \"{}\"\nhttp1.1\nfail\nconnect-to = \"::{}\"\ncacert = \"{}\"\nheader = \"Expect:\"\n",
            request.uri(),
            self.site.address(),
            self.site.ca_file().display()
        );
        for (name, value) in request.headers() {
            if name != header::CONTENT_LENGTH && name != header::HOST {
                let value = value.to_str().unwrap().replace('\\', "\\\\").replace('"', "\\\"");
                writeln!(options, "header = \"{name}: {value}\"").unwrap();
            }
        }
        options
    }

    fn run(&self, config: &str) -> Figures {
        let path = self.folder.join("config");
        fs::write(&path, config).unwrap();
        let (connections, processor) = (self.site.connections(), processor_of_children());
        let start = Instant::now();
        let status = Command::new("curl").args(["-q", "-s", "-S", "-K"]).arg(&path).status().unwrap();
        let seconds = start.elapsed().as_secs_f64();
        assert!(status.success(), "{status}");
        assert_eq!(self.site.connections(), connections + 1, "one connection");
        Figures { seconds, processor: processor_of_children() - processor, peak: 0.0 }
    }
}

/// A chunk's request around the bytes of the file.
struct Template {
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Template {
    /// Of the second chunk.
    fn of(body: &Bytes) -> Self {
        let start = find(body, b"application/octet-stream\r\n\r\n").map(|at| at + 28).unwrap();
        // The form says the type of the file, and then that of the chunk.
        let rest = body.slice(start..);
        let start = find(&rest, b"application/octet-stream\r\n\r\n").map_or(start, |at| start + at + 28);
        let end = start + usize::try_from(CHUNK).unwrap();
        let mut before = body.slice(..start).to_vec();
        // Another file, for the server.
        let id = find(&before, ID).unwrap() + ID.len();
        let digits = before.get_mut(id..id + 13).unwrap();
        digits.copy_from_slice(format!("{:013}", Self::next_id()).as_bytes());
        Self { before, after: body.slice(end..).to_vec() }
    }

    fn next_id() -> u64 {
        use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
        static LAST: AtomicU64 = AtomicU64::new(1_000_000_000_000);
        LAST.fetch_add(1, Relaxed)
    }

    fn body(&self, chunk: u64, slice: &[u8]) -> Vec<u8> {
        let at = find(&self.before, SECOND).unwrap();
        let (head, tail) = self.before.split_at(at);
        let (_, tail) = tail.split_at(SECOND.len());
        let number = format!("name=\"chunk\"\r\n\r\n{chunk}\r\n");
        [head, number.as_bytes(), tail, slice, &self.after].concat()
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).take(8192).position(|window| window == wanted)
}

const ID: &[u8] = b"\"ClientMediaId\":";
