//! What can be fetched.

use serde_json::{Value, json};

use crate::{
    account::received::{Item, Received},
    clock,
    error::Result,
    json,
    palette::{DIM, WHO},
    screen::{Screen, clean, days},
    size,
    texts::lang::say,
};

/// Shows it, the oldest first.
pub(super) fn show(received: &Received, as_json: bool) -> Result {
    let mut out = Screen::stdout();
    let mut is_empty = true;
    for item in received.with_files() {
        is_empty = false;
        if as_json { out.write(&json::line(&value(&item)))? } else { out.line(line(&item, out.columns()))? }
    }
    if is_empty && !as_json {
        Screen::stderr().line(say().nothing_to_fetch())?;
    }
    Ok(())
}

fn line(item: &Item, columns: Option<usize>) -> String {
    let (name, bytes) =
        item.media.as_ref().map(|media| (say().media_name(media), media.size())).unwrap_or_default();
    let time = days::moment(wx_proto::Timestamp::from_secs(item.time), clock::now(), columns);
    let size = bytes.map(|bytes| format!(" ({})", size::shown(bytes))).unwrap_or_default();
    let chat = item.chat_name.as_deref().map_or_else(|| say().unknown(), |name| clean::cut(name, 30));
    format!(
        "{}  {DIM}{time}{DIM:#}  {WHO}{chat}{WHO:#}  {}{DIM}{size}{DIM:#}",
        clean::line(item.msg_id.as_str()),
        clean::cut(&name, 60)
    )
}

fn value(item: &Item) -> Value {
    let mut value = json!({"msg_id": item.msg_id.as_str(), "chat": item.chat.as_str(), "time": item.time});
    if let (Some(name), Value::Object(value)) = (&item.chat_name, &mut value) {
        value.insert("chat_name".to_owned(), json!(name));
    }
    if let (Some(media), Value::Object(value)) = (&item.media, &mut value) {
        value.insert("kind".to_owned(), json!(media.kind().as_str()));
        if let Some(name) = media.file_name() {
            value.insert("file_name".to_owned(), json!(name));
        }
        if let Some(size) = media.size() {
            value.insert("size".to_owned(), json!(size));
        }
    }
    value
}
