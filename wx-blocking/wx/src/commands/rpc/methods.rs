//! The methods and their parameters.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use wx_proto::{BatchId, FileKind};

use super::error::RpcError;
use crate::screen::clean;

/// A call that is understood.
#[derive(Debug)]
pub(super) enum Method {
    Send(Send),
    Cancel(Named),
    Download(Download),
    Ack(Ack),
    Forget(Named),
    Contacts(Contacts),
    Status,
    Logout,
}

/// Something to send.
#[derive(Debug)]
pub(super) struct Send {
    pub(super) to: String,
    pub(super) client_msg_id: Option<String>,
    pub(super) what: What,
}

/// What is sent.
#[derive(Debug)]
pub(super) enum What {
    Text(String),
    File(OutgoingPath),
    /// The message of this id, once more.
    Forward(String),
}

/// A file of this computer.
#[derive(Debug)]
pub(super) struct OutgoingPath {
    pub(super) path: PathBuf,
    pub(super) kind: Option<FileKind>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SendText {
    to: String,
    text: String,
    #[serde(default, deserialize_with = "own_id")]
    client_msg_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SendFile {
    to: String,
    path: PathBuf,
    #[serde(default)]
    kind: Option<FileKind>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default, deserialize_with = "own_id")]
    client_msg_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Forward {
    msg_id: String,
    to: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Download {
    pub(super) msg_id: String,
    pub(super) path: PathBuf,
    #[serde(default)]
    pub(super) variant: Variant,
    #[serde(default)]
    pub(super) overwrite: bool,
}

/// Which form of a file.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Variant {
    #[default]
    Full,
    Thumbnail,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ack {
    #[serde(deserialize_with = "batch")]
    pub(super) batch: BatchId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) client_msg_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contacts {
    #[serde(default)]
    pub(super) query: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl Method {
    /// # Errors
    /// If there is no such method, or the parameters do not fit.
    pub(super) fn parse(name: &str, params: Option<&RawValue>) -> Result<Self, RpcError> {
        Ok(match name {
            "send_text" => {
                let SendText { to, text, client_msg_id } = read(params)?;
                Self::Send(Send { to, client_msg_id, what: What::Text(text) })
            }
            "send_file" => {
                let SendFile { to, path, kind, name, client_msg_id } = read(params)?;
                Self::Send(Send { to, client_msg_id, what: What::File(OutgoingPath { path, kind, name }) })
            }
            "forward" => {
                let Forward { msg_id, to } = read(params)?;
                Self::Send(Send { to, client_msg_id: None, what: What::Forward(msg_id) })
            }
            "cancel" => Self::Cancel(read(params)?),
            "download" => Self::Download(read(params)?),
            "ack" => Self::Ack(read(params)?),
            "forget" => Self::Forget(read(params)?),
            "contacts" => Self::Contacts(read(params)?),
            "status" => {
                let Nothing {} = read(params)?;
                Self::Status
            }
            "logout" => {
                let Nothing {} = read(params)?;
                Self::Logout
            }
            "revoke" | "mark_read" => {
                return Err(RpcError::method(&format!("{name} is planned, but not built yet")));
            }
            other => return Err(RpcError::method(&format!("there is no {:?}", clean::cut(other, 60)))),
        })
    }
}

fn read<'a, T: Deserialize<'a>>(params: Option<&'a RawValue>) -> Result<T, RpcError> {
    let text = params.map_or("{}", RawValue::get);
    if !text.starts_with('{') {
        return Err(RpcError::params("give them by name, in an object"));
    }
    serde_json::from_str(text).map_err(|error| RpcError::params(&clean::cut(&error.to_string(), 200)))
}

/// A number; also as a string, for languages whose numbers are doubles.
fn batch<'de, D: Deserializer<'de>>(from: D) -> Result<BatchId, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a batch number")]
    enum Batch {
        Number(u64),
        Text(String),
    }
    let number = match Batch::deserialize(from)? {
        Batch::Number(number) => number,
        Batch::Text(text) => text.parse().map_err(|_| de::Error::custom("batch is no number"))?,
    };
    Ok(BatchId::new(number))
}

/// It is stored with the session until it is forgotten.
fn own_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let id = Option::<String>::deserialize(from)?;
    match &id {
        Some(id) if id.is_empty() || id.len() > LONGEST_OWN_ID => {
            Err(de::Error::custom("a client_msg_id has 1 to 256 bytes"))
        }
        Some(_) | None => Ok(id),
    }
}

/// In bytes.
const LONGEST_OWN_ID: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, params: &str) -> Result<Method, String> {
        let raw = RawValue::from_string(params.to_owned()).unwrap();
        Method::parse(name, Some(&raw)).map_err(|error| error.to_json()["code"].to_string())
    }

    #[test]
    fn parameters_fit_or_are_refused() {
        assert!(matches!(parse("status", "{}"), Ok(Method::Status)));
        assert!(matches!(Method::parse("logout", None), Ok(Method::Logout)));
        for batch in ["7", "\"7\"", "9007199254740991"] {
            assert!(parse("ack", &format!("{{\"batch\":{batch}}}")).is_ok(), "{batch}");
        }
        let Ok(Method::Send(Send { to, client_msg_id: None, what: What::Text(text) })) =
            parse("send_text", r#"{"to":"a","text":"b","client_msg_id":null}"#)
        else {
            panic!()
        };
        assert_eq!((&*to, &*text), ("a", "b"));
        let Ok(Method::Send(Send { client_msg_id: Some(_), what: What::File(file), .. })) =
            parse("send_file", r#"{"to":"a","path":"b","kind":"image","client_msg_id":"c"}"#)
        else {
            panic!()
        };
        assert_eq!((file.kind, file.name), (Some(FileKind::Image), None));
        let download = r#"{"msg_id":"1","path":"b","variant":"thumbnail","overwrite":true}"#;
        assert!(matches!(
            parse("download", download),
            Ok(Method::Download(Download { variant: Variant::Thumbnail, overwrite: true, .. }))
        ));
        let long = format!(r#"{{"to":"a","text":"b","client_msg_id":"{}"}}"#, "x".repeat(257));
        for (name, params) in [
            ("send_text", "{}"),
            ("send_text", r#"["a","b"]"#),
            ("send_text", r#"{"to":"a","text":7}"#),
            ("send_text", r#"{"to":"a","text":"\ud800"}"#),
            ("send_text", r#"{"to":"a","text":"b","client_msgid":"c"}"#),
            ("send_text", r#"{"to":"a","text":"b","client_msg_id":""}"#),
            ("send_text", r#"{"to":"a","text":"b","client_msg_id":7}"#),
            ("send_text", &long),
            ("ack", r#"{"batch":-1}"#),
            ("ack", r#"{"batch":1.5}"#),
            ("ack", r#"{"batch":"x"}"#),
            ("ack", r#"{"batch":null}"#),
            ("forget", "{}"),
            ("contacts", r#"{"query":1}"#),
            ("send_file", r#"{"to":"a"}"#),
            ("send_file", r#"{"to":"a","path":"b","kind":"hologram"}"#),
            ("send_file", r#"{"to":"a","path":"b","client_msg_id":""}"#),
            ("cancel", "{}"),
            ("forward", r#"{"msg_id":7,"to":"a"}"#),
            ("download", r#"{"msg_id":"1"}"#),
            ("download", r#"{"msg_id":"1","path":"b","variant":"large"}"#),
            ("status", r#"{"x":1}"#),
            ("logout", "[]"),
        ] {
            assert_eq!(parse(name, params).unwrap_err(), "-32602", "{name} {params}");
        }
        for name in ["revoke", "mark_read", "fly", "", "rpc.x"] {
            assert_eq!(parse(name, "{}").unwrap_err(), "-32601", "{name}");
        }
    }
}
