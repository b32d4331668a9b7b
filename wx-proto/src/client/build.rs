//! From a call to the request that goes out: tokens, keys, cookies and the page's counters are added here.

use std::time::Duration;

use super::machine::Machine;
use crate::{
    ClientTime, Expect, Request,
    endpoint::{Call, Context, Page, Spec, Waiter, upload_media::Drawn},
    host::Role,
    session::Position,
};

/// Longest time until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);

impl Machine {
    /// Builds the request of a call whose time has come. `None` if what it needs is gone; nothing waits for it then.
    pub(super) fn build(&mut self, call: Call, rated: bool, now: ClientTime) -> Option<Request> {
        let queries =
            if call == Call::BatchGetContact { self.address_book.names_to_ask() } else { Vec::new() };
        let flavour = self.config.profile.flavour;
        let counter = if !call.spec().counted {
            0
        } else if flavour.counts_scripts() {
            self.browser.next_script()
        } else {
            self.clock.wall().as_millis()
        };
        let uploaded = call.uploaded().map(|(op, index)| (op, index, Drawn::new(&mut self.rng)));
        let start_hosts;
        let hosts = match (self.account.login(), &call) {
            (_, Call::LoginPage { redirect }) => {
                start_hosts = self.config.profile.hosts(redirect.host());
                &start_hosts
            }
            (Some(login), _) => &login.hosts,
            (None, _) => {
                start_hosts = self.config.profile.hosts(self.entry.host());
                &start_hosts
            }
        };
        let page = Page {
            profile: &self.config.profile,
            hosts,
            now: self.clock.wall(),
            loaded: self.browser.loaded(),
            counter,
            device_id: self.rng.device_id(flavour.device_id_prefix()),
        };
        let me = self.account.user_name();
        let sending =
            if let Call::SendMsg { op, .. } = &call { Some(self.outbox.sending(*op, me?)?) } else { None };
        let moves_file = matches!(call.waiter(), Waiter::Upload(_) | Waiter::Download(_));
        let cookie = || self.browser.jar().value(hosts.get(Role::File), "webwx_data_ticket");
        let data_ticket = moves_file.then(|| cookie().unwrap_or_default());
        let chunk;
        let upload = if let Some((op, index, drawn)) = &uploaded {
            chunk = self.outbox.chunk(*op, *index)?;
            Some(self.outbox.uploading(*op, me?, &chunk, drawn, data_ticket.as_ref()?)?)
        } else {
            None
        };
        let position = self.receiver.newest();
        let context = Context {
            tokens: self.account.tokens(),
            me,
            sync_key: position.map(|position| &position.sync),
            check_key: position.map(Position::check_key),
            renewal_key: self.receiver.renewal_key(),
            queries: &queries,
            sending,
            data_ticket: data_ticket.as_ref(),
            upload,
        };
        let draft = call.build(&page, &context)?;

        let to = (draft.host().clone(), Box::from(draft.path()));
        let cookies = self.browser.jar().header(draft.host(), draft.path());
        let http = draft.into_http(&page, cookies.as_ref())?;
        let Spec { endpoint, lane, timeouts, longest_reply, .. } = *call.spec();
        let most = self.config.max_reply;
        let stream = if let Waiter::Download(op) = call.waiter() {
            Some(self.downloads.get(op)?.wanted(op, self.config.max_download))
        } else {
            None
        };
        let expect = Expect { max: longest_reply.map_or(most, |longest| longest.min(most)), stream };
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
            total_timeout: timeouts.total,
        })
    }
}
