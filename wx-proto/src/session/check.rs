//! What a stored session may hold: the bounds that hold at the border hold for what is loaded too. Files are altered, damaged
//! and put together by hand.
//!
//! What nobody misses is left out. What cannot be left out makes the session unusable: half an outbox would send twice,
//! and half a key is another position.

use std::collections::BTreeSet;

use super::{SavedLogin, SavedV1};
use crate::{SyncKey, bounds};

/// Why a session is not taken; the words are for whoever sees to the file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "the stored session has {0}: it was altered or damaged; put a good copy in its place, or remove it and log in anew"
)]
pub(super) struct Unusable(&'static str);

/// The session within its bounds.
pub(super) fn checked(mut saved: SavedV1) -> Result<SavedV1, Unusable> {
    if saved.outbox.len() > bounds::SENDS {
        return Err(Unusable("too many sends"));
    }
    let ops: BTreeSet<u64> = saved.outbox.iter().map(|send| send.op.get()).collect();
    if ops.len() != saved.outbox.len() {
        return Err(Unusable("two sends with one id"));
    }
    // The next run's ids must lie above all that were given out.
    let newest = ops.last().map_or(0, |op| op >> bounds::RUN_SHIFT);
    saved.run = saved.run.max(newest);
    saved.cookies.keep_within_bounds();
    for ids in [&mut saved.acked, &mut saved.sent] {
        ids.retain(|id| bounds::is_msg_id(id.as_str()));
    }
    saved.login = saved.login.map(checked_login).transpose()?;
    Ok(saved)
}

fn checked_login(mut login: SavedLogin) -> Result<SavedLogin, Unusable> {
    let tokens = &login.tokens;
    if [&tokens.skey, &tokens.sid, &tokens.pass_ticket]
        .iter()
        .any(|token| token.expose().len() > bounds::TOKEN)
    {
        return Err(Unusable("a token that is too long"));
    }
    let keys = login.position.iter().flat_map(|position| [Some(&position.sync), position.check.as_ref()]);
    if keys.flatten().any(|key: &SyncKey| key.len() > bounds::KEY) {
        return Err(Unusable("a key that is too long"));
    }
    if let Some(me) = &mut login.me {
        if !bounds::is_user_name(me.user_name.as_str()) {
            return Err(Unusable("a user name that is too long"));
        }
        me.nick_name = bounds::name(std::mem::take(&mut me.nick_name));
    }
    // Groups are found again when somebody writes in them.
    login.groups.retain(|group| bounds::is_user_name(group.as_str()));
    login.groups.truncate(bounds::GROUPS);
    Ok(login)
}
