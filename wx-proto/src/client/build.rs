//! From a call to the request that goes out: tokens, keys, cookies and the page's counters are added here.

use std::time::Duration;

use super::Client;
use crate::{
    Expect, Outgoing, Request, Timestamp,
    client::delivery::Position,
    endpoint::{Call, Context, Page, Spec, send_msg::OutgoingText},
    host::{Host, Hosts},
};

/// Longest time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);

impl Client {
    /// Builds the request of a call whose time has come. `None` if what it needs is gone; nothing waits for it then.
    pub(super) fn build(&mut self, call: Call, rated: bool, now: Timestamp) -> Option<Request> {
        let queries = if call == Call::BatchGetContact { self.loader.names_to_ask() } else { Vec::new() };
        let counter = if call.spec().counted {
            let counter = self.page.at.as_millis().saturating_add(self.page.scripts);
            self.page.scripts = self.page.scripts.saturating_add(1);
            counter
        } else {
            0
        };
        let start_hosts;
        let hosts = match (&self.login, &call) {
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
            loaded: self.page.at,
            counter,
            device_id: self.rng.device_id(),
        };
        let me = self.login.as_ref().and_then(|login| login.me.as_ref()).map(|me| &me.user_name);
        let text = if let Call::SendMsg { op } = &call {
            let entry = self.outbox.get(*op)?;
            let Outgoing::Text(text) = &entry.message;
            Some(OutgoingText { from: me?, to: &entry.to, text, wire_id: entry.wire_id? })
        } else {
            None
        };
        let position = self.delivery.newest();
        let context = Context {
            tokens: self.login.as_ref().map(|login| &login.tokens),
            me,
            sync_key: position.map(|position| &position.sync),
            check_key: position.map(Position::check_key),
            renewal_key: self.delivery.renewal_key(),
            queries: &queries,
            text,
        };
        let draft = call.build(&page, &context)?;

        let to = (draft.host().clone(), Box::from(draft.path()));
        let cookies = self.jar.header(draft.host(), draft.path());
        let http = draft.into_http(&page, cookies.as_ref())?;
        let Spec { endpoint, lane, timeouts, longest_reply, .. } = *call.spec();
        let most = self.config.max_reply;
        let expect = Expect { max: longest_reply.map_or(most, |longest| longest.min(most)) };
        let id = self.lanes.begin(call, rated, to, now);
        tracing::debug!(%id, %endpoint, lane = lane.as_str(), "request");
        Some(Request {
            id,
            http,
            expect,
            lane,
            endpoint,
            connect_timeout: CONNECT,
            idle_timeout: timeouts.idle,
            total_timeout: Some(timeouts.total),
        })
    }

    /// What the official page's own script sets when it is loaded from `base`.
    pub(super) fn plant_page_cookies(&mut self, base: &Host) {
        self.jar.plant(base, "mm_lang", &self.config.profile.lang, true);
        self.jar.plant(base, "MM_WX_NOTIFY_STATE", "1", false);
        self.jar.plant(base, "MM_WX_SOUND_STATE", "1", false);
    }
}
