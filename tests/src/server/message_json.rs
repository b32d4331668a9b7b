//! A message in the field order of the wire.

use super::account::ContactId;
use super::layout::{Json, object};
use super::names::Names;
use super::queue::{MemberValue, Message};

/// An entry of AddMsgList (order captured 2018).
pub(super) fn message(names: &Names<'_>, message: &Message) -> Json {
    let msg_id = if message.id == 0 { String::new() } else { message.id.to_string() };
    let notify_names: Vec<String> = message.notify_chats.iter().map(|&chat| names.of_id(chat)).collect();
    let members = Members { names, message };
    object([
        ("MsgId", msg_id.into()),
        ("FromUserName", members.get("FromUserName", names.of_id(message.from))),
        ("ToUserName", names.of_id(message.to).into()),
        ("MsgType", message.msg_type.into()),
        ("Content", content(names, message)),
        ("Status", message.status.into()),
        ("ImgStatus", members.get("ImgStatus", 1_i64)),
        ("CreateTime", message.time.into()),
        ("VoiceLength", members.get("VoiceLength", 0_i64)),
        ("PlayLength", members.get("PlayLength", 0_i64)),
        ("FileName", members.get("FileName", "")),
        ("FileSize", members.get("FileSize", "")),
        ("MediaId", members.get("MediaId", "")),
        ("Url", members.get("Url", "")),
        ("AppMsgType", members.get("AppMsgType", 0_i64)),
        ("StatusNotifyCode", message.notify_code.into()),
        ("StatusNotifyUserName", notify_names.join(",").into()),
        ("RecommendInfo", recommendation(&members)),
        ("ForwardFlag", 0_i64.into()),
        ("AppInfo", object([("AppID", members.get("AppInfo.AppID", "")), ("Type", 0_i64.into())])),
        ("HasProductId", members.get("HasProductId", 0_i64)),
        ("Ticket", "".into()),
        ("ImgHeight", members.get("ImgHeight", 0_i64)),
        ("ImgWidth", members.get("ImgWidth", 0_i64)),
        ("SubMsgType", members.get("SubMsgType", 0_i64)),
        ("NewMsgId", message.id.into()),
        ("OriContent", members.get("OriContent", "")),
        ("EncryFileName", members.get("EncryFileName", "")),
    ])
}

fn content(names: &Names<'_>, message: &Message) -> Json {
    if let Some(raw) = &message.raw {
        return Json::Raw(raw.clone());
    }
    let mut text = names.encode(&message.text);
    if message.raw_ampersands {
        text = text.replace("&amp;", "&");
    }
    match message.sender {
        // The owner's own messages carry no prefix.
        Some(sender) if sender != ContactId::ME => format!("{}:<br/>{text}", names.of_id(sender)).into(),
        Some(_) | None => text.into(),
    }
}

/// Members that have a value of their own in some messages.
struct Members<'a> {
    names: &'a Names<'a>,
    message: &'a Message,
}

impl Members<'_> {
    fn get(&self, name: &str, usual: impl Into<Json>) -> Json {
        match self.message.members.get(name) {
            None => usual.into(),
            Some(MemberValue::Number(number)) => (*number).into(),
            Some(MemberValue::Text(text)) if is_for_people(name) => self.names.encode(text).into(),
            Some(MemberValue::Text(text)) => text.as_str().into(),
        }
    }
}

/// Addresses, ids and the location's XML go as they are.
fn is_for_people(name: &str) -> bool {
    matches!(name, "FileName" | "RecommendInfo.NickName" | "RecommendInfo.Content")
}

fn recommendation(members: &Members<'_>) -> Json {
    let text = |name: &'static str| (name, members.get(&format!("RecommendInfo.{name}"), ""));
    let number = |name: &'static str| (name, members.get(&format!("RecommendInfo.{name}"), 0_i64));
    object([
        text("UserName"),
        text("NickName"),
        number("QQNum"),
        text("Province"),
        text("City"),
        text("Content"),
        text("Signature"),
        text("Alias"),
        number("Scene"),
        number("VerifyFlag"),
        number("AttrStatus"),
        number("Sex"),
        text("Ticket"),
        number("OpCode"),
    ])
}
