//! `webwxgetcontact` and `webwxbatchgetcontact`.

use serde_json::Value;
use wx_proto::Endpoint;

use super::Server;
use super::account::{Contact, Lookup};
use super::auth::{WRONG, fits_skey};
use super::call::{Call, int_of, text_of};
use super::contact_json::{Place, contact};
use super::layout::{Json, base_response, object};
use super::reply::{self, Reply};

/// So many contacts may be asked for at once (all clients keep to it).
const MOST_AT_ONCE: usize = 50;
/// The system error.
const REFUSED: i64 = -1;

impl Server {
    /// GET as the official page, or POST with any body as several clients.
    pub(super) fn get_contact(&mut self, call: &Call) -> Result<Reply, i64> {
        let at = self.by_cookies(Endpoint::GetContact, call)?;
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        if call.query("skey").is_some_and(|skey| !fits_skey(login, skey)) {
            return self.deny(Endpoint::GetContact, WRONG, "with a wrong skey");
        }
        if call.query("pass_ticket").is_some_and(|ticket| !login.fits_pass_ticket(ticket)) {
            return self.deny(Endpoint::GetContact, WRONG, "with a wrong pass_ticket");
        }
        let Ok(from) = call.query("seq").unwrap_or("0").parse::<usize>() else {
            return self.deny(Endpoint::GetContact, WRONG, "with a seq that is no number");
        };
        let names = self.names_of(login.number);
        let mut saved =
            self.account.contacts().iter().filter(|contact| contact.saved && !contact.removed).skip(from);
        let size = self.config.contact_page.max(1);
        let page: Vec<Json> =
            saved.by_ref().take(size).map(|who| contact(&names, who, Place::List, &login.skey)).collect();
        let next = match saved.next() {
            Some(_) if self.config.stuck_pages && from > 0 => from,
            Some(_) => from + page.len(),
            None => 0,
        };
        Ok(reply::json(&object([
            base_response(0),
            ("Seq", next.into()),
            ("MemberCount", page.len().into()),
            ("MemberList", page.into()),
        ])))
    }

    pub(super) fn batch_get_contact(&mut self, call: &Call) -> Result<Reply, i64> {
        let (at, body) = self.by_request(Endpoint::BatchGetContact, call)?;
        let wanted = body.get("List").and_then(Value::as_array).cloned().unwrap_or_default();
        if wanted.len() > MOST_AT_ONCE {
            return self.deny(Endpoint::BatchGetContact, WRONG, "for more than 50 contacts");
        }
        if int_of(&body, "Count").and_then(|count| usize::try_from(count).ok()) != Some(wanted.len()) {
            return self.deny(
                Endpoint::BatchGetContact,
                WRONG,
                "with a Count that is not the length of List",
            );
        }
        let Some(login) = self.logins.get(at) else { return Err(WRONG) };
        let names = self.names_of(login.number);
        let known = names.index();
        let found: Vec<&Contact> =
            (wanted.iter()).filter_map(|entry| known.get(&text_of(entry, "UserName")?)).copied().collect();
        if found.iter().any(|who| who.lookup == Lookup::Refused) {
            return Err(REFUSED);
        }
        let found: Vec<Json> = (found.into_iter())
            .filter(|who| who.lookup == Lookup::Answered)
            .map(|who| contact(&names, who, Place::Batch, ""))
            .collect();
        Ok(reply::json(&object([
            base_response(0),
            ("Count", found.len().into()),
            ("ContactList", found.into()),
        ])))
    }
}
