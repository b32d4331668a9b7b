//! What a client did, one redacted line a step: for snapshots and for reading after a failure.
//!
//! Tokens never stand in a journal: query values are hidden but for a list of harmless ones, cookies are named, bodies
//! are counted.
#![expect(clippy::wildcard_enum_match_arm, reason = "the core may add kinds; their Debug is redacted")]

use std::fmt;

use http::{StatusCode, header};
use wx_proto::{
    BatchContent, Content, Event, Failure, Message, Outcome, Phase, Request, RequestId, Timestamp,
};

/// Query parameters whose values say nothing about an account.
const PLAIN: [&str; 12] = [
    "appid",
    "fun",
    "lang",
    "loginicon",
    "redirect",
    "redirect_uri",
    "scan",
    "seq",
    "tip",
    "type",
    "version",
    "f",
];

/// The journal of one run.
///
/// ```
/// use std::time::Duration;
/// use wx_testkit::{journal::Journal, runner::START};
///
/// let mut journal = Journal::new(START);
/// journal.command(START + Duration::from_millis(1_500), "crash");
/// assert!(journal.to_string().contains("crash"));
/// ```
#[derive(Clone, Debug)]
pub struct Journal {
    start: Timestamp,
    lines: Vec<String>,
}

impl Journal {
    /// An empty journal; its times count from `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { start, lines: Vec::new() }
    }

    /// A request went out.
    pub fn request(&mut self, now: Timestamp, request: &Request) {
        let uri = request.http.uri();
        let query = uri.query().map(hide).unwrap_or_default();
        let cookies: Vec<&str> = request
            .http
            .headers()
            .get(header::COOKIE)
            .and_then(|value| value.to_str().ok())
            .into_iter()
            .flat_map(|line| line.split("; "))
            .filter_map(|pair| pair.split_once('=').map(|(name, _)| name))
            .collect();
        let text = format!(
            "-> #{} {} {} {}{}{query} body={} cookies={}",
            request.id,
            request.lane.as_str(),
            request.http.method(),
            uri.host().unwrap_or_default(),
            uri.path().split_once("qrcode/").map_or(uri.path(), |_| "/qrcode/…"),
            request.http.body().len(),
            cookies.join(","),
        );
        self.line(now, &text);
    }

    /// A reply came in.
    pub fn reply(&mut self, now: Timestamp, id: RequestId, status: StatusCode, bytes: u64) {
        self.line(now, &format!("<- #{id} {} body={bytes}", status.as_u16()));
    }

    /// An exchange failed.
    pub fn failure(&mut self, now: Timestamp, id: RequestId, failure: Failure) {
        self.line(now, &format!("<- #{id} failed: {:?} sent={:?}", failure.kind, failure.sent));
    }

    /// A request was given up.
    pub fn abort(&mut self, now: Timestamp, id: RequestId) {
        self.line(now, &format!("-x #{id}"));
    }

    /// The application was told something.
    pub fn event(&mut self, now: Timestamp, event: &Event) {
        if let Event::Batch(batch) = event {
            self.line(now, &format!("!! batch {}", batch.id));
            match &batch.content {
                BatchContent::Messages(messages) => {
                    for message in messages {
                        self.line(now, &format!("     {}", message_line(message)));
                    }
                }
                BatchContent::Gap(gap) => self.line(now, &format!("     gap: {}", gap.reason.as_str())),
            }
            return;
        }
        self.line(now, &event_line(event, now));
    }

    /// The application or the driver did something.
    pub fn command(&mut self, now: Timestamp, what: &str) {
        self.line(now, &format!("** {what}"));
    }

    /// The client came to rest, and wants to be woken then.
    pub fn rest(&mut self, now: Timestamp, deadline: Option<Timestamp>) {
        let text = match deadline {
            Some(at) => format!(".. until +{:.3}", at.saturating_since(self.start).as_secs_f64()),
            None => ".. for good".to_owned(),
        };
        self.line(now, &text);
    }

    fn line(&mut self, now: Timestamp, text: &str) {
        self.lines.push(format!("+{:.3} {text}", now.saturating_since(self.start).as_secs_f64()));
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

fn hide(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) if PLAIN.contains(&name) => format!("{name}={value}"),
        Some((name, _)) => format!("{name}=…"),
        None => pair.to_owned(),
    });
    format!("?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// A message as a test would want to read it: id, direction, kind, where, who, what.
///
/// ```
/// use std::time::Duration;
/// use wx_proto::LoginMethod;
/// use wx_testkit::{journal::message_line, runner::Runner};
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// runner.io.phone().say("明哥", None, "hello")?;
/// runner.run_for(Duration::from_secs(60));
/// let line = message_line(&runner.messages[0]);
/// assert!(line.contains("Incoming text in") && line.ends_with("\"hello\""), "{line}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn message_line(message: &Message) -> String {
    let id = message.id.as_ref().map_or("-", |id| id.as_str());
    let sender = message.sender.as_ref().map_or("-", |sender| sender.as_str());
    let text = match &message.content {
        Content::Status(status) => format!("code {} of {} chats", status.event.code(), status.users.len()),
        other => format!("{:?}", other.text()),
    };
    let kind = message.content.kind();
    format!("{id} {:?} {kind} in {} by {sender}: {text}", message.direction, message.chat)
}

fn event_line(event: &Event, now: Timestamp) -> String {
    let until = |at: &Timestamp| at.saturating_since(now).as_secs_f64();
    match event {
        Event::Phase(Phase::Ended(reason)) => format!("== Ended: {reason}"),
        Event::Phase(phase) => format!("== {phase:?}"),
        Event::QrCode(code) => format!("!! QR code {}", code.url),
        Event::Declined => "!! declined".to_owned(),
        Event::WrongEntry { entry, next } => format!("!! wrong entry: {entry}, next {next}"),
        Event::Scanned { avatar } => format!("!! scanned, avatar: {}", avatar.is_some()),
        Event::Resume { step } => format!("!! resume: {}", step.as_str()),
        Event::LoggedIn { me, resumed } => {
            format!("!! logged in as {} ({}), resumed: {resumed}", me.nick_name, me.user_name)
        }
        Event::Contacts(counts) => {
            format!(
                "!! contacts: {} friends, {} groups, {} official",
                counts.friends, counts.groups, counts.official
            )
        }
        Event::Checkpoint { revision } => format!("!! checkpoint {revision}"),
        Event::Done { op, outcome: Ok(Outcome::QrImage(image)) } => {
            format!("!! done {op}: image of {} bytes", image.len())
        }
        Event::Done { op, outcome: Ok(Outcome::Sent(sent)) } => {
            let id = sent.msg_id.as_ref().map_or("-", |id| id.as_str());
            format!("!! done {op}: sent as {id}, repeated: {}", sent.repeated)
        }
        Event::Done { op, outcome: Ok(outcome) } => format!("!! done {op}: {outcome:?}"),
        Event::Done { op, outcome: Err(error) } => format!("!! done {op}: {error}"),
        Event::Trouble { lane, cause, attempt, retry_at } => {
            format!(
                "!! trouble on {}: {cause} (attempt {attempt}, again in {:.3})",
                lane.as_str(),
                until(retry_at)
            )
        }
        Event::Offline { cause, retry_at } => {
            format!("!! offline: {cause} (again in {:.3})", until(retry_at))
        }
        other => format!("!! {other:?}"),
    }
}
