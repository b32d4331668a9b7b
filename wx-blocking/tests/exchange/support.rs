//! A small server, and a worker that talks to it.

use std::{
    io::Write,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver},
    },
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{Request as HttpRequest, Response, header};
use tempfile::NamedTempFile;
use wx_blocking::{Net, NetOptions, Sinks, Worker};
use wx_proto::{Body, Endpoint, Lane, Reply, Request, RequestId, Timestamp};
use wx_testkit::listener::{Answer, Ca, HoldId, Listener, ListenerOptions, Service};

/// Answers by path: `/echo`, `/zeros/N`, `/file/FROM`, `/status/N`, `/drop`, `/hold`, `/later/MS`.
#[derive(Default)]
pub(crate) struct Fake {
    pub(crate) requests: Vec<HttpRequest<Bytes>>,
    pub(crate) abandoned: usize,
    holds: Vec<(HoldId, Option<Timestamp>)>,
    last_hold: u64,
}

impl Fake {
    pub(crate) fn held(&mut self) -> usize {
        self.holds.len()
    }

    pub(crate) fn release(&mut self) {
        for (_, due) in &mut self.holds {
            *due = Some(Timestamp::default());
        }
    }
}

impl Service for Fake {
    fn handle(&mut self, now: Timestamp, request: HttpRequest<Bytes>) -> Answer {
        let path = request.uri().path().to_owned();
        self.requests.push(request);
        let (what, number) = path[1..].split_once('/').unwrap_or((&path[1..], "0"));
        let number: u64 = number.parse().unwrap();
        match what {
            "echo" => Answer::Now(Response::new(Bytes::from_static(b"ok"))),
            "zeros" => Answer::Now(Response::new(vec![b'0'; number.try_into().unwrap()].into())),
            "file" if number == 0 => Answer::Now(Response::new(file())),
            "file" => {
                let rest = file().slice(usize::try_from(number).unwrap()..);
                let range = format!("bytes {number}-{}/{}", file().len() - 1, file().len());
                let response =
                    Response::builder().status(206).header(header::CONTENT_RANGE, range).body(rest).unwrap();
                Answer::Now(response)
            }
            "status" => {
                let response = Response::builder()
                    .status(u16::try_from(number).unwrap())
                    .header(header::LOCATION, "https://wx.qq.com/echo")
                    .header(header::SET_COOKIE, "wxsid=1");
                Answer::Now(response.body(Bytes::new()).unwrap())
            }
            "drop" => Answer::Drop,
            "hold" | "later" => {
                self.last_hold += 1;
                let id = HoldId(self.last_hold);
                self.holds.push((id, (what == "later").then(|| now + Duration::from_millis(number))));
                Answer::Held(id)
            }
            _ => panic!("no such path: {path}"),
        }
    }

    fn poll(&mut self, now: Timestamp) -> Option<(HoldId, Response<Bytes>)> {
        let at = self.holds.iter().position(|(_, due)| due.is_some_and(|due| due <= now))?;
        Some((self.holds.remove(at).0, Response::new(Bytes::from_static(b"later"))))
    }

    fn deadline(&self) -> Option<Timestamp> {
        self.holds.iter().filter_map(|(_, due)| *due).min()
    }

    fn abandon(&mut self, id: HoldId) {
        self.holds.retain(|(held, _)| *held != id);
        self.abandoned += 1;
    }
}

/// A worker, and usually the listener it talks to.
pub(crate) struct Setup {
    pub(crate) worker: Worker,
    pub(crate) sinks: Sinks,
    /// What the worker told of the files that it sent and received.
    pub(crate) progress: Arc<Mutex<Vec<u64>>>,
    replies: Receiver<Reply>,
    listener: Option<Listener<Fake>>,
    options: NetOptions,
    _ca_file: Option<NamedTempFile>,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::on(Listener::start(Fake::default(), ListenerOptions::default()))
    }

    pub(crate) fn on(listener: std::io::Result<Listener<Fake>>) -> Self {
        let listener = listener.unwrap();
        let ca_file = ca_file(listener.ca());
        let mut options = NetOptions::default();
        options.ca_file = Some(ca_file.path().to_owned());
        let mut setup = Self::to(listener.address(), options);
        (setup.listener, setup._ca_file) = (Some(listener), Some(ca_file));
        setup
    }

    /// Every connection goes to `address`.
    pub(crate) fn to(address: SocketAddr, mut options: NetOptions) -> Self {
        options.connect_to = Some(address);
        Self::with_options(options)
    }

    /// Connections go where the URL says.
    pub(crate) fn direct() -> Self {
        let mut options = NetOptions::default();
        options.proxy = Some(String::new());
        Self::with_options(options)
    }

    pub(crate) fn with_options(options: NetOptions) -> Self {
        let (sender, replies) = mpsc::channel();
        let (sinks, progress) = (Sinks::default(), Arc::new(Mutex::new(Vec::new())));
        let told = progress.clone();
        let worker = Worker::with_files(
            Lane::Control,
            Net::new(&options).unwrap(),
            sinks.clone(),
            move |reply| drop(sender.send(reply)),
            move |_, bytes| told.lock().unwrap().push(bytes),
        );
        Self { worker, sinks, progress, replies, listener: None, options, _ca_file: None }
    }

    pub(crate) fn start(&self, request: Request) {
        self.worker.start(request);
    }

    pub(crate) fn reply(&self) -> Reply {
        self.replies.recv_timeout(Duration::from_secs(10)).expect("a reply")
    }

    pub(crate) fn no_reply(&self) -> bool {
        self.replies.try_recv().is_err()
    }

    /// The next reply's outcome, as shown by `Debug`.
    pub(crate) fn next(&self) -> String {
        let text = format!("{:?}", self.reply());
        let (_, outcome) = text.split_once("result: ").unwrap();
        outcome.strip_suffix(" }").unwrap().to_owned()
    }

    pub(crate) fn run(&self, request: Request) -> String {
        self.start(request);
        self.next()
    }

    pub(crate) fn listener(&self) -> &Listener<Fake> {
        self.listener.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listener().address()
    }

    pub(crate) fn options(&self) -> NetOptions {
        self.options.clone()
    }

    pub(crate) fn with<R>(&self, change: impl FnOnce(&mut Fake) -> R) -> R {
        self.listener().with(|fake, _| change(fake))
    }

    pub(crate) fn requests(&self) -> Vec<HttpRequest<Bytes>> {
        self.with(|fake| fake.requests.clone())
    }

    pub(crate) fn drop_worker(self) -> Listener<Fake> {
        self.listener.unwrap()
    }
}

pub(crate) fn get(url: &str) -> Request {
    limited(url, 1 << 20)
}

pub(crate) fn limited(url: &str, max_reply: u64) -> Request {
    build(HttpRequest::get(url).body(Body::Empty).unwrap(), max_reply)
}

pub(crate) fn post(url: &str, body: impl Into<Bytes>) -> Request {
    build(HttpRequest::post(url).body(Body::Bytes(body.into())).unwrap(), 1 << 20)
}

pub(crate) fn build(http: HttpRequest<Body>, max_reply: u64) -> Request {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let id = RequestId::new(LAST.fetch_add(1, Ordering::Relaxed) + 1);
    Request::new(id, Endpoint::Init, Lane::Control, http, max_reply)
}

/// What `/file/0` is.
pub(crate) fn file() -> Bytes {
    (0..300_000_u32).flat_map(u32::to_be_bytes).collect::<Vec<u8>>().into()
}

/// The headers as lines, sorted.
pub(crate) fn headers(request: &HttpRequest<Bytes>) -> Vec<String> {
    let line = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        format!("{name}: {}", value.to_str().unwrap())
    };
    let mut lines: Vec<String> = request.headers().iter().map(line).collect();
    lines.sort();
    lines
}

pub(crate) fn ca_file(ca: &Ca) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(ca.cert_pem.as_bytes()).unwrap();
    file
}

pub(crate) fn eventually(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(5), "it never happened");
        thread::sleep(Duration::from_millis(5));
    }
}
