//! What must hold of the chunks of a file: which one leaves when, and which one twice.

use std::collections::BTreeMap;

use serde_json::Value;
use wx_proto::{Body, Request, RequestId, Session, Storing};

use super::{content::CHUNK, heard::Heard, sim::Sim};

/// Bytes around a chunk: the core holds no more of a file.
const MOST_AROUND: usize = 16 << 10;
/// Ids under which one file may go up: the first one, and one more if it is begun anew.
const MOST_IDS: usize = 2;

/// The files that went up or are on their way, by their locators.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    files: BTreeMap<String, Going>,
    open: BTreeMap<RequestId, (String, u64)>,
}

#[derive(Debug, Default)]
struct Going {
    /// Every ClientMediaId of it, the newest last.
    ids: Vec<u64>,
    /// The last chunk that left under the newest one.
    last: Option<u64>,
    /// The client knows that the server has the chunks before this one, also after a crash.
    known: u64,
    chunks: u64,
    /// The same of all of it.
    whole: bool,
}

/// How far an upload of a stored session is.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Stored {
    id: Option<u64>,
    chunk: Option<u64>,
    /// The server has the file, or the send is over.
    whole: bool,
}

/// A chunk that leaves.
#[derive(Debug)]
pub(super) struct Leaving {
    pub(super) locator: String,
    id: u64,
    pub(super) number: u64,
    chunks: u64,
    around: usize,
}

impl Leaving {
    /// `None` if this is no chunk.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let Body::Upload { prefix, file, suffix } = request.http.body() else { return None };
        let form = String::from_utf8_lossy(prefix);
        let (_, rest) = form.split_once("\"ClientMediaId\":")?;
        let id = rest.trim_start_matches('"').split(|char: char| !char.is_ascii_digit()).next()?;
        Some(Self {
            locator: file.source.locator.clone(),
            id: id.parse().ok()?,
            number: file.offset / CHUNK,
            chunks: file.source.len.div_ceil(CHUNK),
            around: prefix.len() + suffix.len(),
        })
    }
}

impl Uploads {
    /// A chunk leaves. `stored`: what the disk says, if there is one. Gives the rule that is broken by that, and whether it
    /// went before.
    pub(super) fn leaves(
        &mut self,
        request: RequestId,
        chunk: &Leaving,
        stored: Option<Option<Stored>>,
    ) -> (Option<(&'static str, String)>, bool) {
        let Leaving { locator, id, number, chunks, around } = chunk;
        let going = self.files.entry(locator.clone()).or_default();
        self.open.insert(request, (locator.clone(), *number));
        let what = || format!("{locator}: chunk {number} of {chunks} under {id}");
        if going.ids.last() != Some(id) {
            let again = going.ids.contains(id);
            going.ids.push(*id);
            (going.last, going.known, going.chunks) = (None, 0, *chunks);
            if again || going.ids.len() > MOST_IDS {
                return (Some(("a file is begun anew at most once", what())), true);
            }
        }
        let repeat = going.ids.len() > 1 || going.last == Some(*number);
        let next = going.last.map_or(0, |last| last + 1);
        let in_turn = *number == next || going.last == Some(*number);
        let in_doubt = *number >= going.known;
        going.last = Some(*number);
        let wants = Stored { id: Some(*id), chunk: Some(*number), whole: false };
        let broken = if going.whole {
            Some("a file that the server has does not go up again")
        } else if stored.is_some_and(|stored| stored != Some(wants)) {
            Some("no chunk leaves before it is stored")
        } else if !(in_turn && in_doubt) {
            Some("only the chunk in doubt goes twice")
        } else if *around > MOST_AROUND {
            Some("the core holds no bytes of files")
        } else {
            None
        };
        (broken.map(|rule| (rule, what())), repeat)
    }

    /// An exchange ended, and the client heard it.
    pub(super) fn ended(&mut self, request: RequestId, heard: Heard) {
        let Some((locator, number)) = self.open.remove(&request) else { return };
        let Some(going) = self.files.get_mut(&locator) else { return };
        match heard {
            Heard::Uploaded => going.whole = true,
            Heard::Good { .. } if number + 1 < going.chunks => going.known = number + 1,
            Heard::Good { .. }
            | Heard::Lost
            | Heard::Code(_)
            | Heard::Quiet
            | Heard::News
            | Heard::Useless => {}
        }
    }

    /// The process died: what is on the disk is what the next one knows.
    pub(super) fn process_died(&mut self, session: Option<&Session>) {
        self.open.clear();
        let Some(session) = session else {
            self.files.clear();
            return;
        };
        for (locator, going) in &mut self.files {
            let stored = stored(session, locator);
            going.whole &= stored.as_ref().is_none_or(|stored| stored.whole);
            let same = stored.filter(|stored| stored.id.is_some() && stored.id == going.ids.last().copied());
            going.known = same.and_then(|stored| stored.chunk).unwrap_or(0).min(going.known);
        }
    }
}

impl Sim<'_> {
    /// A chunk leaves in its turn. True if it is a repeat.
    pub(super) fn check_upload(&mut self, request: &Request) -> bool {
        let Some(chunk) = Leaving::of(request) else { return false };
        let op = self.watch.ops.iter().rfind(|(_, op)| op.text == chunk.locator).map(|(op, _)| *op);
        if let Some(op) = op {
            self.passing.begins(op, chunk.number * CHUNK);
        }
        let keeps = self.plan.client.storing == Storing::Checkpoints;
        let session = self.disk.session.as_ref();
        let on_disk = keeps.then(|| session.and_then(|session| stored(session, &chunk.locator)));
        let (broken, repeat) = self.uploads.leaves(request.id, &chunk, on_disk);
        if let Some((rule, what)) = broken {
            self.watch.fail(rule, what);
        }
        repeat
    }
}

/// What a session says of the upload of a file.
pub(super) fn stored(session: &Session, locator: &str) -> Option<Stored> {
    let session = serde_json::to_value(session).ok()?;
    let of = |entry: &&Value| {
        entry.pointer("/message/file/source/locator").and_then(Value::as_str) == Some(locator)
    };
    let entry = session.get("outbox")?.as_array()?.iter().rfind(of)?;
    let over = entry.get("outcome").is_some_and(|outcome| !outcome.is_null());
    let upload = entry.get("upload");
    let at = upload.and_then(|upload| upload.get("at")).filter(|at| !at.is_null());
    Some(Stored {
        id: upload.and_then(|upload| upload.pointer("/handed/identity/client_media_id/millis")?.as_u64()),
        chunk: at.and_then(|at| at.pointer("/step/chunk")?.as_u64()),
        whole: over || at.is_none(),
    })
}
