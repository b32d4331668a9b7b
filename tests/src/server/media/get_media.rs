//! `webwxgetmedia`: the file of a message, from the file host.

use std::collections::BTreeSet;

use http::{Response, header::CONTENT_TYPE};
use wx_proto::Endpoint;

use super::super::{
    Server,
    account::ContactId,
    call::Call,
    queue::{MemberValue, Message},
};
use super::{body::MediaBody, headers, range, stock};
use crate::content::FileContent;

impl Server {
    pub(in crate::server) fn get_media(&mut self, call: &Call) -> Result<Response<MediaBody>, i64> {
        let endpoint = Endpoint::GetMedia;
        self.look_for_appid(endpoint, call);
        let at = self.by_ticket(endpoint, call, call.query("webwx_data_ticket"))?;
        let media_id = call.query("mediaid").unwrap_or_default().to_owned();
        let Some((name, content)) = self.message_with_file(&media_id) else {
            self.record.complain(format!("{endpoint} with a mediaid of no message"));
            return Ok(empty());
        };
        self.look_at_address(call, at, &media_id);
        let kind = "application/octet-stream";
        let mut reply = if self.config.file_ranges {
            range::ranged(&call.headers, kind, content)
        } else {
            let mut reply = Response::new(MediaBody::whole(content));
            headers::add(&mut reply, CONTENT_TYPE, kind.as_bytes());
            reply
        };
        headers::attachment(&mut reply, &name);
        Ok(reply)
    }

    /// The name and the bytes of the newest file that is known by this MediaId.
    pub(super) fn message_with_file(&self, media_id: &str) -> Option<(String, FileContent)> {
        if media_id.is_empty() {
            return None;
        }
        let has = |message: &&Message| member(message, "MediaId") == Some(media_id);
        let named = || self.queue.messages().map(|(_, message)| message).filter(has);
        let message = named().last()?;
        let name = member(message, "FileName").unwrap_or_default().to_owned();
        let uploaded = || self.media.with_media_id(media_id)?.content.clone().map(FileContent::from);
        // One that was passed on goes by the MediaId that it came under.
        let received = named().filter_map(|message| self.media.of_messages.get(&message.id)).last();
        let content = received.cloned().or_else(uploaded);
        let announced = || Some(stock::file(member(message, "FileSize")?.parse().ok()?));
        Some((name, content.or_else(announced)?))
    }

    /// Notes parameters that the page would not send; which of them the real server looks at is not known.
    fn look_at_address(&mut self, call: &Call, at: usize, media_id: &str) {
        let endpoint = Endpoint::GetMedia;
        let Some(login) = self.logins.get(at) else { return };
        let names = self.names_of(login.number);
        let message = self.queue.messages().map(|(_, message)| message);
        // One that was passed on has more than one sender.
        let from = message.filter(|message| member(message, "MediaId") == Some(media_id));
        let from: BTreeSet<ContactId> = from.map(|message| message.from).collect();
        // The client cannot know yet that everybody has another name.
        let numbers = [Some(login.number), login.follows];
        let mut senders = BTreeSet::new();
        for number in numbers.into_iter().flatten() {
            senders.extend(from.iter().map(|from| self.names_of(number).of_id(*from)));
        }
        let me = names.of_id(ContactId::ME);
        let from_user = call.query("fromuser");
        let uin = self.account.uin().to_string();
        let wrong = [
            (
                !call.query("sender").is_some_and(|sender| senders.contains(sender)),
                "with a sender that is not the message's",
            ),
            (
                from_user != Some(uin.as_str()) && from_user != Some(me.as_str()),
                "with a fromuser that is not the own",
            ),
            (
                call.query("encryfilename").or_else(|| call.query("filename")).is_none(),
                "without encryfilename",
            ),
            (
                call.query("sid").is_some_and(|sid| sid != login.sid)
                    || (self.config.only_file_helper && call.query("sid").is_none()),
                "without the sid",
            ),
            (
                call.query("pass_ticket").is_some_and(|ticket| !login.fits_pass_ticket(ticket)),
                "with a wrong pass_ticket",
            ),
        ];
        for (_, wrong) in wrong.into_iter().filter(|(is_so, _)| *is_so) {
            self.record.complain(format!("{endpoint} {wrong}"));
        }
    }
}

/// Status 200 and nothing in it, as the real server fails.
pub(super) fn empty() -> Response<MediaBody> {
    Response::new(MediaBody::whole(FileContent::from(bytes::Bytes::new())))
}

fn member<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    match message.members.get(name)? {
        MemberValue::Text(text) => Some(text),
        MemberValue::Number(_) => None,
    }
}
