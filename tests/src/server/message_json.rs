//! A message in the field order of the wire.

use super::layout::{Json, object};
use super::names::Names;
use super::queue::Message;
use super::world::ContactId;

/// An entry of AddMsgList (order captured 2018).
pub(super) fn message(names: &Names<'_>, message: &Message) -> Json {
    let msg_id = if message.id == 0 { String::new() } else { message.id.to_string() };
    let notify_names: Vec<String> = message.notify_chats.iter().map(|&chat| names.of_id(chat)).collect();
    object([
        ("MsgId", msg_id.into()),
        ("FromUserName", names.of_id(message.from).into()),
        ("ToUserName", names.of_id(message.to).into()),
        ("MsgType", message.msg_type.into()),
        ("Content", content(names, message)),
        ("Status", message.status.into()),
        ("ImgStatus", 1_i64.into()),
        ("CreateTime", message.time.into()),
        ("VoiceLength", 0_i64.into()),
        ("PlayLength", 0_i64.into()),
        ("FileName", "".into()),
        ("FileSize", "".into()),
        ("MediaId", "".into()),
        ("Url", "".into()),
        ("AppMsgType", 0_i64.into()),
        ("StatusNotifyCode", message.notify_code.into()),
        ("StatusNotifyUserName", notify_names.join(",").into()),
        ("RecommendInfo", no_recommendation()),
        ("ForwardFlag", 0_i64.into()),
        ("AppInfo", object([("AppID", "".into()), ("Type", 0_i64.into())])),
        ("HasProductId", 0_i64.into()),
        ("Ticket", "".into()),
        ("ImgHeight", 0_i64.into()),
        ("ImgWidth", 0_i64.into()),
        ("SubMsgType", 0_i64.into()),
        ("NewMsgId", message.id.into()),
        ("OriContent", "".into()),
        ("EncryFileName", "".into()),
    ])
}

fn content(names: &Names<'_>, message: &Message) -> Json {
    if let Some(raw) = &message.raw {
        return Json::Raw(raw.clone());
    }
    let text = names.encode(&message.text);
    match message.sender {
        // The owner's own messages carry no prefix.
        Some(sender) if sender != ContactId::ME => format!("{}:<br/>{text}", names.of_id(sender)).into(),
        Some(_) | None => text.into(),
    }
}

fn no_recommendation() -> Json {
    object([
        ("UserName", "".into()),
        ("NickName", "".into()),
        ("QQNum", 0_i64.into()),
        ("Province", "".into()),
        ("City", "".into()),
        ("Content", "".into()),
        ("Signature", "".into()),
        ("Alias", "".into()),
        ("Scene", 0_i64.into()),
        ("VerifyFlag", 0_i64.into()),
        ("AttrStatus", 0_i64.into()),
        ("Sex", 0_i64.into()),
        ("Ticket", "".into()),
        ("OpCode", 0_i64.into()),
    ])
}
