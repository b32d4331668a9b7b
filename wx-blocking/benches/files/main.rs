//! A file up and down through loopback TLS, beside `curl` with the same bytes and the same server, and texts that are sent
//! meanwhile: `cargo bench -p wx-blocking --bench files -- --size 1024 --rounds 3`, the size in MiB.
//!
//! The client is a process of its own, so that its memory and its processor time are its own. The server hashes all that comes
//! and makes up all that goes, for both alike. Times depend on the machine: nothing is asserted of them. Memory may grow by
//! 8 MiB, whatever the size.
#![expect(clippy::unwrap_used, reason = "a bench may fail")]

mod client;
mod curl;
mod measure;
mod site;

use std::{
    env, fs,
    io::{BufRead, BufReader, BufWriter, Write},
    ops::ControlFlow,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use wx_blocking::describe_file;
use wx_testkit::{
    content::{FileContent, FileForm},
    server::{FileKind, PhoneFile},
};

use curl::Curl;
use measure::{Figures, median};
use site::{CHUNK, Site};

const MIB: u64 = 1 << 20;
/// A client's memory may grow by so many bytes.
const MOST: u64 = 8 * MIB;

fn main() {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [role, rest @ ..] = &args[..]
        && role == "client"
    {
        return client::run(rest);
    }
    let option = |name: &str, default: u64| {
        let mut args = args.iter().skip_while(|arg| *arg != name);
        args.nth(1).map_or(default, |value| value.parse().unwrap())
    };
    let (size, rounds) = (option("--size", 64) * MIB, option("--rounds", 3));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.bin");
    let content = FileContent::pattern(FileForm::Plain, 7, size);
    write(&path, &content);
    let site = Site::start();
    let mut client = Client::start(&site, folder.path(), &path);
    client.ask("start");

    let (mut ours, mut theirs, mut hashing) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let [seconds, hash, processor, peak] = client.ask("up");
        hashing.push(hash);
        ours.push(Figures { seconds: seconds - hash, processor, peak });
        site.assert_uploaded(&path);
        theirs.extend(Curl::new(&site, folder.path()).map(|curl| curl.upload(&path)));
    }
    println!("{} MiB up, in {} chunks:", size / MIB, size.div_ceil(CHUNK));
    let hash = median(hashing);
    println!("  before that it is read for its MD5, which curl does not do: {hash:.2} s");
    report(&ours, &theirs);

    site.phone(PhoneFile { kind: FileKind::File, name: "file.bin".to_owned(), content: content.clone() });
    client.ask("media");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let [seconds, _, processor, peak] = client.ask("down");
        ours.push(Figures { seconds, processor, peak });
        let got = folder.path().join("got.bin");
        assert_eq!(digest(&got), digest(&path), "what came down");
        fs::remove_file(&got).unwrap();
        theirs.extend(Curl::new(&site, folder.path()).map(|curl| curl.download(&path)));
    }
    println!("{} MiB down:", size / MIB);
    report(&ours, &theirs);

    let [quiet, quiet_late, ..] = client.ask("texts");
    let [busy, busy_late, uploads, _] = client.ask("texts-up");
    println!("a text, median and 95 of 100:");
    println!("  alone {quiet:.2} ms, {quiet_late:.2} ms");
    println!("  while {uploads:.0} files went up {busy:.2} ms, {busy_late:.2} ms");
    println!("  {:.2} and {:.2} times", busy / quiet, busy_late / quiet_late);
    assert_eq!(site.complaints(), [""; 0]);
}

fn report(ours: &[Figures], theirs: &[Figures]) {
    let peak = ours.iter().map(|figures| figures.peak).fold(0.0, f64::max);
    let of = |all: &[Figures], pick: fn(&Figures) -> f64| median(all.iter().map(pick).collect());
    let (seconds, processor) = (of(ours, |it| it.seconds), of(ours, |it| it.processor));
    println!("  wx-blocking {seconds:.2} s, {processor:.2} s of processor");
    if theirs.is_empty() {
        println!("  there is no curl: nothing to compare with");
    } else {
        let (curl, curl_processor) = (of(theirs, |it| it.seconds), of(theirs, |it| it.processor));
        println!("  curl        {curl:.2} s, {curl_processor:.2} s of processor");
        println!("  {:.2} times its time, {:.2} times its throughput", seconds / curl, curl / seconds);
    }
    println!(
        "  memory grew by {:.2} MiB at its peak (VmHWM over VmRSS before the first file)",
        peak / MIB as f64
    );
    assert!(peak <= MOST as f64, "more than {MOST} bytes");
}

fn write(path: &Path, content: &FileContent) {
    let mut file = BufWriter::new(fs::File::create(path).unwrap());
    let mut offset = 0;
    while offset < content.len() {
        let piece = content.read_at(offset, 1 << 20);
        file.write_all(&piece).unwrap();
        offset += piece.len() as u64;
    }
    file.into_inner().unwrap().sync_all().unwrap();
}

fn digest(path: &Path) -> (u64, String) {
    let source = describe_file(path, |_, _| ControlFlow::Continue(())).unwrap();
    (source.len, source.md5.to_string())
}

/// The process of the client: it does what it is told and answers with four numbers.
struct Client {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    fn start(site: &Site, folder: &Path, file: &Path) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .arg("client")
            .arg(site.address().to_string())
            .args([site.ca_file(), folder, file])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (orders, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, orders, answers: BufReader::new(answers) }
    }

    fn ask(&mut self, order: &str) -> [f64; 4] {
        writeln!(self.orders, "{order}").unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let numbers: Vec<f64> = answer.split_whitespace().map(|number| number.parse().unwrap()).collect();
        numbers.try_into().expect("the client failed")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
