//! What the application sees: contacts, messages and their content.

mod content;
mod lenient;
mod message;
mod recalled;
mod text;

pub use content::{Content, Recalled, Status, System, Text, Unknown};
pub use message::{Direction, Message};
