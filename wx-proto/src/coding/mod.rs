//! The codings of the wire: JSON, XML, scripts, texts with their entities and faces. Each is read whatever it is about; what it
//! is about, the endpoints and the model know.

mod body;
pub mod faces;
pub(crate) mod json;
pub(crate) mod magic;
pub(crate) mod markup;
pub(crate) mod script;
pub(crate) mod text;
pub(crate) mod xml;

pub(crate) use body::stripped;
