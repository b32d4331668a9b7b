//! The lines that are answered.

use serde_json::{Value, json};

use super::files;
use crate::server::{Contact, ContactKind, PhoneError, Server};

pub(super) fn ok() -> Value {
    json!({"ok": true})
}

pub(super) fn done(result: Result<(), PhoneError>) -> Result<Value, String> {
    result.map(|()| ok()).map_err(|error| error.to_string())
}

pub(super) fn msg_id(result: Result<u64, PhoneError>) -> Result<Value, String> {
    result.map(|id| json!({"ok": true, "msg_id": id.to_string()})).map_err(|error| error.to_string())
}

pub(super) fn sent(server: &Server) -> Value {
    let list = server.record().sent().iter().map(|sent| {
        let mut told = json!({
            "msg_id": sent.msg_id.to_string(),
            "client_msg_id": sent.client_msg_id,
            "to": sent.to,
            "to_name": sent.to_name,
            "kind": sent.kind,
            "text": sent.text,
            "count": sent.count,
        });
        if let (Some(members), Some(file)) = (told.as_object_mut(), &sent.file) {
            members.insert("file".to_owned(), files::told(file));
        }
        told
    });
    json!({"ok": true, "sent": list.collect::<Vec<_>>()})
}

pub(super) fn delivered(server: &Server) -> Value {
    let list = (server.record().delivered().iter())
        .map(|(id, count)| json!({"msg_id": id.to_string(), "count": count}));
    json!({"ok": true, "delivered": list.collect::<Vec<_>>()})
}

pub(super) fn world(server: &Server) -> Value {
    let named =
        |contact: &Contact| json!({"user_name": server.user_name(contact.id), "name": contact.name()});
    let all = |kind| {
        let contacts = server.account().contacts().iter();
        contacts.filter(|contact| contact.kind == kind && !contact.removed).map(named).collect::<Vec<_>>()
    };
    json!({
        "ok": true,
        "self": all(ContactKind::Me).pop(),
        "friends": all(ContactKind::Friend),
        "groups": all(ContactKind::Group),
        "official": all(ContactKind::Official),
    })
}
