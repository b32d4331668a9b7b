//! The methods and their parameters.

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use wx_proto::BatchId;

use super::error::RpcError;
use crate::screen::clean;

/// A call that is understood.
#[derive(Debug)]
pub(super) enum Method {
    SendText(SendText),
    Ack(Ack),
    Forget(Forget),
    Contacts(Contacts),
    Status,
    Logout,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SendText {
    pub(super) to: String,
    pub(super) text: String,
    #[serde(default, deserialize_with = "own_id")]
    pub(super) client_msg_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ack {
    #[serde(deserialize_with = "batch")]
    pub(super) batch: BatchId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Forget {
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
            "send_text" => Self::SendText(read(params)?),
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
            "send_file" | "revoke" | "forward" | "mark_read" | "download" => {
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
        let Ok(Method::SendText(send)) = parse("send_text", r#"{"to":"a","text":"b","client_msg_id":null}"#)
        else {
            panic!()
        };
        assert_eq!((&*send.to, &*send.text, send.client_msg_id), ("a", "b", None));
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
            ("status", r#"{"x":1}"#),
            ("logout", "[]"),
        ] {
            assert_eq!(parse(name, params).unwrap_err(), "-32602", "{name} {params}");
        }
        for name in ["send_file", "revoke", "forward", "mark_read", "download", "fly", "", "rpc.x"] {
            assert_eq!(parse(name, "{}").unwrap_err(), "-32601", "{name}");
        }
    }
}
