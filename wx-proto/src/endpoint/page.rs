//! What an endpoint has in hand when it builds a request.

use serde::Serialize;

use super::{
    Query,
    batch_get_contact::ContactQuery,
    send_form::Sending,
    upload_media::{Drawn, Upload},
};
use crate::{Flavour, Profile, Secret, SyncKey, Timestamp, UserName, host::Hosts, tokens::Tokens};

/// What the official page has in hand when it builds a request.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) hosts: &'a Hosts,
    pub(crate) now: Timestamp,
    /// When the page was loaded: webwxinit's `r` is computed from it once.
    pub(crate) loaded: Timestamp,
    /// This script request's `_`: Unix ms at page load, plus one for each script request since; or now.
    pub(crate) counter: u64,
    /// Drawn anew for each request, as the page does.
    pub(crate) device_id: String,
}

impl Page<'_> {
    /// The page's `r` and `rr`: the bitwise NOT of the Unix milliseconds in 32 bits.
    #[expect(clippy::cast_possible_truncation, reason = "the page keeps the low 32 bits")]
    pub(crate) const fn not_millis(time: Timestamp) -> i32 {
        !(time.as_millis() as i32)
    }

    /// The lang and pass_ticket that the page appends to almost every call.
    pub(crate) fn tail(&self, query: Query, tokens: &Tokens) -> Query {
        self.pass_ticket(query.angular("lang", &self.profile.lang), tokens)
    }

    /// The pass_ticket alone.
    pub(crate) fn pass_ticket(&self, query: Query, tokens: &Tokens) -> Query {
        let pass_ticket = tokens.pass_ticket.expose();
        match self.profile.flavour {
            // The text of the XML, escaped once more.
            Flavour::Web => query.angular("pass_ticket", pass_ticket),
            Flavour::FileHelper => query.escaped("pass_ticket", pass_ticket),
        }
    }
}

/// What the calls of a session take from it when they start. What is not there, no call that needs it can be built with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context<'a> {
    pub(crate) tokens: Option<&'a Tokens>,
    /// The own user name.
    pub(crate) me: Option<&'a UserName>,
    /// The keys of the newest position: for webwxsync and for synccheck.
    pub(crate) sync_key: Option<&'a SyncKey>,
    pub(crate) check_key: Option<&'a SyncKey>,
    /// The key of a renewal. It is presented again and again while batches are open: it must be the one a crash would go
    /// on from.
    pub(crate) renewal_key: Option<&'a SyncKey>,
    /// The names that webwxbatchgetcontact asks for.
    pub(crate) queries: &'a [ContactQuery],
    /// The send whose turn it is.
    pub(crate) sending: Option<Sending<'a>>,
    /// The present value of the cookie `webwx_data_ticket`, for files both ways.
    pub(crate) data_ticket: Option<&'a Secret<String>>,
    /// The upload whose turn it is.
    pub(crate) upload: Option<UploadParts<'a>>,
}

/// What the requests of an upload are made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UploadParts<'a> {
    pub(crate) upload: Upload<'a>,
    pub(crate) upload_id: Option<&'a Secret<String>>,
    pub(crate) drawn: &'a Drawn,
}

/// The `BaseRequest` member of every JSON body.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct BaseRequest<'a> {
    uin: Uin,
    sid: &'a str,
    skey: &'a str,
    #[serde(rename = "DeviceID")]
    device_id: &'a str,
}

/// A number, but for webwxinit, where the page still has the XML's text.
#[derive(Serialize)]
#[serde(untagged)]
enum Uin {
    Number(u64),
    Text(String),
}

impl<'a> BaseRequest<'a> {
    pub(crate) fn new(page: &'a Page<'_>, tokens: &'a Tokens) -> Self {
        Self::of_device(tokens, &page.device_id)
    }

    /// With a device id that was drawn before.
    pub(crate) fn of_device(tokens: &'a Tokens, device_id: &'a str) -> Self {
        Self { uin: Uin::Number(tokens.uin), sid: tokens.sid.expose(), skey: tokens.skey.expose(), device_id }
    }

    pub(crate) fn with_text_uin(mut self) -> Self {
        if let Uin::Number(uin) = self.uin {
            self.uin = Uin::Text(uin.to_string());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_is_the_32_bit_not_of_the_milliseconds() {
        // The first poll of the 2018 capture decodes to its own request time.
        assert_eq!(
            Page::not_millis(Timestamp::from_millis(1_735_700_001_000)),
            !(1_735_700_001_000_i64 as i32)
        );
        assert_eq!(Page::not_millis(Timestamp::from_millis(0)), -1);
    }
}
