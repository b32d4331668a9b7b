//! What answers hold.

use serde_json::{Value, json};
use wx_blocking::Handle;
use wx_proto::{Contacts, OpError, Outcome, Phase, SentMessage};

use super::{error::RpcError, state::State};

/// The answer of a command that is over.
pub(super) fn outcome(
    ended: &Result<Outcome, OpError>,
    client_msg_id: Option<&str>,
) -> Result<Value, RpcError> {
    match ended {
        Ok(Outcome::Sent(SentMessage { msg_id, wire_id, repeated, .. })) => Ok(json!({
            "msg_id": msg_id.as_ref().map(|id| id.as_str()),
            "client_msg_id": client_msg_id.map_or_else(|| wire_id.to_string(), str::to_owned),
            "outcome": "sent",
            "repeated": repeated,
        })),
        Ok(Outcome::LoggedOut) => Ok(json!({"logged_out": true})),
        Ok(Outcome::QrImage(_) | _) => Ok(json!({})),
        Err(error) => Err(RpcError::from(error)),
    }
}

fn phase_name(phase: &Phase) -> &'static str {
    match phase {
        Phase::Idle => "idle",
        Phase::AwaitScan => "await_scan",
        Phase::AwaitConfirm => "await_confirm",
        Phase::Starting => "starting",
        Phase::Online => "online",
        Phase::Ended(_) => "ended",
        _ => "unknown",
    }
}

/// Where the client stands.
pub(super) fn status(handle: &Handle, profile: &str, state: &State) -> Value {
    let (phase, me, stats) = (handle.phase(), handle.me(), handle.stats());
    let (all, over) = handle.with_outbox(|entries| {
        (entries.len(), entries.iter().filter(|entry| entry.outcome().is_some()).count())
    });
    let counts = handle.with_contacts(Contacts::counts);
    let mut status = json!({
        "phase": phase_name(&phase),
        "online": phase == Phase::Online && !state.is_offline,
        "profile": profile,
        "contacts": {
            "complete": state.has_contacts, "friends": counts.friends, "groups": counts.groups,
            "official": counts.official,
        },
        "outbox": {"open": all - over, "settled": over},
        "messages": {"received": stats.messages, "acknowledged": stats.acknowledged},
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
    });
    if let (Some(me), Value::Object(status)) = (me, &mut status) {
        status.insert("user_name".to_owned(), json!(me.user_name.as_str()));
        status.insert("nick_name".to_owned(), json!(me.nick_name));
        status.insert("uin".to_owned(), json!(me.uin));
    }
    status
}
