//! The client's side, in a process of its own: one order a line, one answer of four numbers.

use std::{
    io::{self, BufRead},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use wx_blocking::{
    Client, Config, DownloadOptions, Durability, Event, FileOptions, FileStore, Handle, LoginMethod,
    MediaRef, Phase, UserName,
};

use crate::measure::{peak, processor, rank, reset_peak, resident};

pub(crate) fn run(args: &[String]) {
    let [address, ca_file, folder, file] = args else { panic!("address, CA, folder, file") };
    let mut config = Config::default();
    config.send_interval = Duration::ZERO;
    (config.max_file, config.max_download) = (u64::MAX, u64::MAX);
    let store = FileStore::open(Path::new(folder).join("session.json"), Durability::Process).unwrap();
    let builder = Client::builder().connect_to(address.parse().unwrap()).ca_file(ca_file).config(config);
    let client = builder.store(store).build().unwrap();
    let target = Path::new(folder).join("got.bin");
    let mut session = Session { client, before: 0, media: None };
    for order in io::stdin().lock().lines() {
        let [a, b, c, d] = match &*order.unwrap() {
            "start" => session.log_in(),
            "up" => session.up(Path::new(file)),
            "media" => session.find_media(),
            "down" => session.down(&target),
            "texts" => session.texts(),
            "texts-up" => session.texts_up(Path::new(file)),
            other => panic!("{other}"),
        };
        println!("{a} {b} {c} {d}");
    }
}

struct Session {
    client: Client,
    /// Memory before the first file.
    before: u64,
    media: Option<MediaRef>,
}

impl Session {
    fn log_in(&mut self) -> [f64; 4] {
        self.client.login(LoginMethod::Auto).unwrap();
        self.find(|event| matches!(event, Event::Phase(Phase::Online)).then_some(()));
        // Until contacts are loaded and the long poll is held.
        thread::sleep(Duration::from_secs(1));
        send(&self.client.handle());
        self.before = resident();
        [0.0; 4]
    }

    /// Seconds, those among them to read the file for its MD5, seconds of processor without that reading, growth of memory.
    fn up(&self, file: &Path) -> [f64; 4] {
        reset_peak();
        let start = Instant::now();
        let pending = self.client.handle().send_file(&phone(), file, FileOptions::default());
        while pending.id().is_none() {
            thread::sleep(Duration::from_micros(500));
        }
        let (hash, since) = (start.elapsed(), processor());
        pending.wait().unwrap();
        [start.elapsed().as_secs_f64(), hash.as_secs_f64(), processor() - since, self.growth()]
    }

    fn find_media(&mut self) -> [f64; 4] {
        let batch =
            self.find(|event| if let Event::Batch(batch) = event { Some(batch.clone()) } else { None });
        self.client.handle().ack(batch.id).unwrap();
        self.media = batch.messages().iter().find_map(|message| message.content.media().cloned());
        [0.0; 4]
    }

    fn down(&self, target: &Path) -> [f64; 4] {
        reset_peak();
        let (start, since) = (Instant::now(), processor());
        let media = self.media.as_ref().unwrap();
        self.client.handle().download(media, target, &DownloadOptions::default()).unwrap().wait().unwrap();
        [start.elapsed().as_secs_f64(), 0.0, processor() - since, self.growth()]
    }

    /// Median and 95 of 100, in milliseconds.
    fn texts(&self) -> [f64; 4] {
        let times: Vec<_> = (0..TEXTS).map(|_| send(&self.client.handle())).collect();
        [rank(times.clone(), 50), rank(times, 95), 0.0, 0.0]
    }

    /// The same while files go up, and how many those were.
    fn texts_up(&self, file: &Path) -> [f64; 4] {
        let handle = self.client.handle();
        let (mut times, mut files) = (Vec::new(), 0);
        while times.len() < TEXTS {
            let mut pending = handle.send_file(&phone(), file, FileOptions::default());
            while pending.id().is_none() {
                thread::sleep(Duration::from_millis(1));
            }
            files += 1;
            while times.len() < TEXTS {
                let time = send(&handle);
                if pending.wait_timeout(Duration::ZERO).unwrap().is_some() {
                    break;
                }
                times.push(time);
            }
            pending.cancel();
        }
        [rank(times.clone(), 50), rank(times, 95), f64::from(files), 0.0]
    }

    fn growth(&self) -> f64 {
        peak().saturating_sub(self.before) as f64
    }

    fn find<T>(&mut self, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
        loop {
            let event = self.client.next_event(Duration::from_secs(30)).unwrap();
            if let Some(found) = pick(&event) {
                return found;
            }
        }
    }
}

/// Sends a text; in milliseconds how long that took. Then there is a pause, as between the texts of a person in a hurry.
fn send(handle: &Handle) -> f64 {
    let start = Instant::now();
    handle.send_text(&phone(), "a text of the usual length").unwrap();
    let time = start.elapsed().as_secs_f64() * 1e3;
    thread::sleep(PAUSE);
    time
}

fn phone() -> UserName {
    UserName::new(UserName::FILE_HELPER)
}

const TEXTS: usize = 100;
const PAUSE: Duration = Duration::from_millis(10);
