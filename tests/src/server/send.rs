//! `webwxsendmsg`, and what it has in common with the sends of files.

use serde_json::Value;
use wx_proto::Endpoint;

use super::Server;
use super::account::{ContactId, ContactKind};
use super::auth::WRONG;
use super::call::{Call, int_of, text_of};
use super::layout::{base_response, object};
use super::queue::Entry;
use super::record::{Sent, SentFile};
use super::reply::{self, Reply};

/// Scene is missing (reported by users).
const NO_SCENE: i64 = 1204;
/// The group is not there any more.
const NO_GROUP: i64 = 1201;

/// A send whose sender and receiver are in order.
pub(super) struct Send {
    /// Msg.
    pub(super) message: Value,
    receiver: ContactId,
    /// The number of the login.
    login: u64,
}

impl Server {
    pub(super) fn send_msg(&mut self, call: &Call) -> Result<Reply, i64> {
        let endpoint = Endpoint::SendMsg;
        let send = self.read_send(endpoint, call)?;
        let kind = match int_of(&send.message, "Type") {
            Some(1) => "text",
            Some(48) => "location",
            Some(_) | None => return self.deny(endpoint, WRONG, "of a type that is no text"),
        };
        let Some(text) = send.message.get("Content").and_then(Value::as_str).map(str::to_owned) else {
            return self.deny(endpoint, WRONG, "without Content");
        };
        Ok(self.finish_send(endpoint, send, kind, text, None))
    }

    /// What every send has, whatever it carries.
    pub(super) fn read_send(&mut self, endpoint: Endpoint, call: &Call) -> Result<Send, i64> {
        let (at, mut body) = self.by_request(endpoint, call)?;
        let Some(login) = self.logins.get(at).map(|login| login.number) else { return Err(WRONG) };
        let message = body.get_mut("Msg").map(Value::take).filter(Value::is_object);
        let Some(message) = message else {
            return self.deny(endpoint, WRONG, "without Msg");
        };
        if self.is_under_earlier_name(at, &message) {
            return Err(WRONG);
        }
        let receiver = self.receiver(endpoint, &message, login)?;
        if body.get("Scene").is_none() {
            return self.deny(endpoint, NO_SCENE, "without Scene");
        }
        Ok(Send { message, receiver, login })
    }

    /// Stores a send and answers it.
    pub(super) fn finish_send(
        &mut self,
        endpoint: Endpoint,
        send: Send,
        kind: &str,
        text: String,
        file: Option<SentFile>,
    ) -> Reply {
        let Send { message, receiver, login } = send;
        let client_msg_id = text_of(&message, "ClientMsgId").unwrap_or_default();
        if client_msg_id.is_empty() {
            self.record.complain(format!("{endpoint} without ClientMsgId"));
        }
        let to = self.names_of(login).of_id(receiver);
        let to_name = self.account.contact(receiver).map(|who| who.name().to_owned()).unwrap_or_default();
        let local_id = text_of(&message, "LocalID").unwrap_or_default();
        let msg_id = self.store(
            endpoint,
            Sent {
                msg_id: 0,
                client_msg_id,
                contact: receiver,
                to,
                to_name,
                kind: kind.to_owned(),
                text,
                file,
                count: 1,
                requests: 1,
            },
        );
        reply::json(&object([
            base_response(0),
            ("MsgID", msg_id.to_string().into()),
            ("LocalID", local_id.into()),
        ]))
    }

    fn receiver(&mut self, endpoint: Endpoint, message: &Value, login: u64) -> Result<ContactId, i64> {
        let names = self.names_of(login);
        let to = text_of(message, "ToUserName").unwrap_or_default();
        if text_of(message, "FromUserName") != Some(names.of_id(ContactId::ME)) {
            return self.deny(endpoint, WRONG, "from somebody else than the own UserName");
        }
        let Some(who) = names.find(&to) else {
            let earlier = (1..login).rev().take(16).any(|login| self.names_of(login).find(&to).is_some());
            let wrong = if earlier { "to a UserName of an earlier login" } else { "to an unknown UserName" };
            let code = if to.starts_with("@@") { NO_GROUP } else { WRONG };
            return self.deny(endpoint, code, wrong);
        };
        let (id, gone, kind) = (who.id, who.removed, who.kind);
        if self.config.only_file_helper && to != "filehelper" {
            return self.deny(endpoint, WRONG, "to somebody else than filehelper");
        }
        match (gone, kind) {
            // The client may not have heard of it yet.
            (true, ContactKind::Group) => Err(NO_GROUP),
            (true, _) => Err(WRONG),
            (false, _) => Ok(id),
        }
    }

    /// Stores a send, or knows it again by its ClientMsgId. Gives its message id.
    fn store(&mut self, endpoint: Endpoint, sent: Sent) -> u64 {
        let known = (self.record.sent.iter_mut())
            .find(|known| !known.client_msg_id.is_empty() && known.client_msg_id == sent.client_msg_id);
        let echoed = sent.clone();
        let id = match known {
            None => {
                let id = self.queue.draw_id();
                self.record.sent.push(Sent { msg_id: id, ..sent });
                id
            }
            Some(known) => {
                known.requests += 1;
                let same = known.contact == sent.contact
                    && known.kind == sent.kind
                    && known.text == sent.text
                    && known.file == sent.file;
                let (first_id, drop) = (known.msg_id, self.config.dedup_sends);
                if !drop {
                    known.count += 1;
                }
                if !same {
                    self.record.complain(format!("{endpoint} with a ClientMsgId used for another message"));
                }
                if drop {
                    return first_id;
                }
                self.queue.draw_id()
            }
        };
        if self.config.echo_sends {
            let echo = self.echo_of(&echoed, id);
            self.queue.push(Entry::Message(echo));
        }
        id
    }
}
