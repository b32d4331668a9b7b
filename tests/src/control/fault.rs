//! Faults of coming replies, by their names.

use serde::Deserialize;

use crate::server::{Fault, FaultKind, Resource};

/// `fault`: what goes wrong, where and how often.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamedFault {
    kind: String,
    endpoint: Option<String>,
    count: Option<u32>,
    status: Option<u16>,
    ret: Option<i64>,
    /// `cut`: after so many bytes.
    at: Option<u64>,
    /// `forget`: at this chunk.
    chunk: Option<u32>,
    /// `slow`: milliseconds before each piece.
    ms: Option<u32>,
    #[serde(default)]
    after: bool,
}

impl NamedFault {
    /// # Errors
    /// What is wrong with the names and numbers.
    pub(super) fn into_fault(self) -> Result<Fault, String> {
        let Self { kind, endpoint, count, status, ret, at, chunk, ms, after } = self;
        let fault = match (kind.as_str(), at, chunk, ms) {
            ("cut", at, None, None) => Fault::new(FaultKind::Cut(at.unwrap_or_default())),
            ("forget", None, chunk, None) => Fault::new(FaultKind::Forget(chunk.unwrap_or(1))),
            ("slow", None, None, ms) => Fault::new(FaultKind::Slow(ms.unwrap_or(1_000))),
            (kind, None, None, None) => of_any_reply(kind, status, ret)?,
            _ => return Err("at, chunk and ms are for cut, forget and slow".to_owned()),
        };
        let mut fault = fault.times(count.unwrap_or(1));
        if let Some(name) = endpoint {
            let resource = Resource::named(&name).ok_or_else(|| format!("no endpoint is called {name:?}"))?;
            fault = fault.on(resource);
        }
        Ok(if after { fault.after() } else { fault })
    }
}

fn of_any_reply(kind: &str, status: Option<u16>, ret: Option<i64>) -> Result<Fault, String> {
    let fault = match kind {
        "status" => Fault::new(FaultKind::Status(status.unwrap_or(502))),
        "html" => Fault::new(FaultKind::Html),
        "empty" => Fault::new(FaultKind::Empty),
        "garbage" => Fault::new(FaultKind::Garbage),
        "ret" => Fault::new(FaultKind::Ret(ret.unwrap_or(-1))),
        "lose_request" => Fault::new(FaultKind::Lose),
        "lose_reply" => Fault::new(FaultKind::Lose).after(),
        // Carried out; the reply says that all is well.
        "no_media_id" => Fault::new(FaultKind::Ret(0)).after(),
        "empty_key" => Fault::new(FaultKind::EmptyKey(ret.unwrap_or_default())),
        other => return Err(format!("no fault is called {other:?}")),
    };
    Ok(fault)
}
