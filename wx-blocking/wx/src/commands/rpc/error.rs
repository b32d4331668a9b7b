//! Errors as JSON-RPC tells them.

use serde_json::{Value, json};
use wx_blocking::SendError;
use wx_proto::{CommandError, Contacts, OpError, UserName};

use crate::json::{ErrorKind, contact};

/// The error of one call.
#[derive(Clone, Debug)]
pub(super) struct RpcError {
    code: i32,
    message: String,
    data: Option<Value>,
}

impl RpcError {
    /// The line is not JSON.
    pub(super) fn parse(what: &str) -> Self {
        Self { code: -32700, message: format!("parse error: {what}"), data: None }
    }

    /// JSON, but not a request.
    pub(super) fn request(what: &str) -> Self {
        Self { code: -32600, message: format!("invalid request: {what}"), data: None }
    }

    /// No such method.
    pub(super) fn method(what: &str) -> Self {
        Self { code: -32601, message: format!("method not found: {what}"), data: None }
    }

    /// Parameters that do not fit the method.
    pub(super) fn params(what: &str) -> Self {
        Self { code: -32602, message: format!("invalid params: {what}"), data: None }
    }

    /// A line or an answer beyond its bound.
    pub(super) fn too_large(self) -> Self {
        Self { data: Some(json!({"kind": ErrorKind::TooLarge.as_str()})), ..self }
    }

    pub(super) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { code: -32000, message: message.into(), data: Some(json!({"kind": kind.as_str()})) }
    }

    /// Several chats have this name.
    pub(super) fn ambiguous(name: &str, users: &[UserName], contacts: &Contacts) -> Self {
        let mut rpc = Self::new(
            ErrorKind::AmbiguousName,
            format!("{} chats are called {name:?}: give one of their user names", users.len()),
        );
        if let Some(Value::Object(data)) = &mut rpc.data {
            let users: Vec<&str> = users.iter().take(MOST_USERS).map(UserName::as_str).collect();
            let known = users.iter().filter_map(|user| contacts.get(user));
            data.insert("candidates".to_owned(), known.map(contact::value).collect());
            data.insert("user_names".to_owned(), json!(users));
        }
        rpc
    }

    pub(super) fn to_json(&self) -> Value {
        let mut error = json!({"code": self.code, "message": self.message});
        if let (Some(data), Value::Object(error)) = (&self.data, &mut error) {
            error.insert("data".to_owned(), data.clone());
        }
        error
    }
}

impl From<&OpError> for RpcError {
    fn from(error: &OpError) -> Self {
        let mut rpc = Self::new(ErrorKind::of(error), error.to_string());
        if let (OpError::Refused { ret, .. }, Some(Value::Object(data))) = (error, &mut rpc.data) {
            data.insert("ret".to_owned(), json!(ret));
        }
        rpc
    }
}

impl From<&CommandError> for RpcError {
    fn from(error: &CommandError) -> Self {
        if *error == CommandError::EmptyText {
            return Self::params("the text is empty");
        }
        Self::new(ErrorKind::of_command(error), error.to_string())
    }
}

impl From<&SendError> for RpcError {
    fn from(error: &SendError) -> Self {
        match error {
            SendError::Command(error) => error.into(),
            SendError::Op(error) => error.into(),
            SendError::File(_) | SendError::Stopped | _ => {
                Self::new(ErrorKind::of_send(error), error.to_string())
            }
        }
    }
}

/// Those listed with an ambiguous name.
const MOST_USERS: usize = 100;
