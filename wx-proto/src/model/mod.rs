//! What the application sees: contacts, messages and their content.

mod me;

pub use me::Me;

// Stand-ins until the model is there.

#[derive(Clone, Debug, serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Contact {
    pub(crate) user_name: crate::UserName,
}

#[derive(Clone, Debug)]
pub(crate) struct Message(bytes::Bytes);

impl Message {
    pub(crate) fn decode(raw: bytes::Bytes, _me: &crate::UserName) -> Self {
        Self(raw)
    }
}

pub(crate) fn plain_text(text: &str) -> String {
    text.to_owned()
}
