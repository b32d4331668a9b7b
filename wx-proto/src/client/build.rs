//! From a call to the request that goes out: tokens, keys, cookies and the page's counters are added here.

use std::time::Duration;

use super::machine::Machine;
use crate::{
    ClientTime, Expect, Outgoing, Request,
    client::delivery::Position,
    endpoint::{self, Draft, Page, send_msg::OutgoingText},
    flow::Call,
    host::Hosts,
};

/// Longest time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// Replies of the script endpoints and of sends are short.
const SHORT_REPLY: u64 = 1 << 20;

impl Machine {
    /// Builds the request of a call whose time has come. `None` if what it needs is gone; nothing waits for it then.
    pub(super) fn build(&mut self, call: Call, rated: bool, now: ClientTime) -> Option<Request> {
        let names = if call == Call::BatchGetContact { self.address_book.names_to_ask() } else { Vec::new() };
        let counter = match call {
            Call::JsLogin | Call::LoginPoll { .. } | Call::SyncCheck => self.browser.next_script(),
            Call::QrCode { .. }
            | Call::LoginPage { .. }
            | Call::Init
            | Call::StatusNotify
            | Call::GetContact { .. }
            | Call::BatchGetContact
            | Call::Sync
            | Call::Renew
            | Call::SendMsg { .. }
            | Call::Logout { .. } => 0,
        };
        let start_hosts;
        let hosts = match (self.account.login(), &call) {
            (_, Call::LoginPage { redirect }) => {
                start_hosts = Hosts::of(redirect.host().clone());
                &start_hosts
            }
            (Some(login), _) => &login.hosts,
            (None, _) => {
                start_hosts = Hosts::of(self.config.profile.page_host().clone());
                &start_hosts
            }
        };
        let page = Page {
            profile: &self.config.profile,
            hosts,
            now: self.clock.wall(),
            loaded: self.browser.loaded(),
            counter,
            device_id: self.rng.device_id(),
        };
        let position = self.receiver.newest();
        let key = match call {
            Call::SyncCheck => position.map(Position::check_key),
            Call::Sync => position.map(|position| &position.sync),
            // Presented again and again while batches are open: it must be the one a crash would go on from.
            Call::Renew => self.receiver.renewal_key(),
            Call::JsLogin
            | Call::QrCode { .. }
            | Call::LoginPoll { .. }
            | Call::LoginPage { .. }
            | Call::Init
            | Call::StatusNotify
            | Call::GetContact { .. }
            | Call::BatchGetContact
            | Call::SendMsg { .. }
            | Call::Logout { .. } => None,
        };
        let tokens = self.account.tokens();
        let me = self.account.user_name();
        let draft: Draft = match &call {
            Call::JsLogin => endpoint::js_login::build(&page),
            Call::QrCode { uuid, .. } => endpoint::qr_code::build(&page, uuid),
            Call::LoginPoll { uuid, tip } => endpoint::login_poll::build(&page, uuid, *tip),
            Call::LoginPage { redirect } => endpoint::login_page::build(&page, redirect),
            Call::Init => endpoint::init::build(&page, tokens?),
            Call::StatusNotify => endpoint::status_notify::build(&page, tokens?, me?),
            Call::GetContact { seq } => endpoint::get_contact::build(&page, tokens?, *seq),
            Call::BatchGetContact => endpoint::batch_get_contact::build(&page, tokens?, &names),
            Call::SyncCheck => endpoint::sync_check::build(&page, tokens?, key?),
            Call::Sync | Call::Renew => endpoint::sync::build(&page, tokens?, key?),
            Call::SendMsg { op } => {
                let entry = self.outbox.get(*op)?;
                let Outgoing::Text(text) = &entry.message;
                let outgoing = OutgoingText { from: me?, to: &entry.to, text, wire_id: entry.wire_id? };
                endpoint::send_msg::build(&page, tokens?, &outgoing)
            }
            Call::Logout { .. } => endpoint::logout::build(&page, tokens?),
        };

        let to = (draft.host().clone(), Box::from(draft.path()));
        let cookies = self.browser.jar().header(draft.host(), draft.path());
        let http = draft.into_http(&page, cookies.as_ref())?;
        let (idle_timeout, total_timeout) = call.timeouts();
        let expect = Expect { max: self.longest_reply(&call) };
        let (lane, endpoint) = (call.lane(), call.endpoint());
        let id = self.lanes.begin(call, rated, to, now);
        tracing::debug!(%id, %endpoint, lane = lane.as_str(), "request");
        Some(Request {
            id,
            http,
            expect,
            lane,
            endpoint,
            connect_timeout: CONNECT,
            idle_timeout,
            total_timeout: Some(total_timeout),
        })
    }

    fn longest_reply(&self, call: &Call) -> u64 {
        let short = match call {
            Call::Init | Call::GetContact { .. } | Call::BatchGetContact | Call::Sync | Call::Renew => {
                return self.config.max_reply;
            }
            // The scanned reply carries a picture.
            Call::LoginPoll { .. } | Call::QrCode { .. } => SHORT_REPLY.saturating_mul(4),
            Call::JsLogin
            | Call::LoginPage { .. }
            | Call::StatusNotify
            | Call::SyncCheck
            | Call::SendMsg { .. }
            | Call::Logout { .. } => SHORT_REPLY,
        };
        short.min(self.config.max_reply)
    }
}
