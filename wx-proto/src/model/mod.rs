//! What the application sees: contacts, messages and their content.

mod contact;
mod contact_kind;
mod contacts;
mod content;
mod find;
mod head;
mod lenient;
mod me;
mod member;
mod message;
mod recalled;
mod text;

pub use contact::Contact;
pub use contact_kind::ContactKind;
pub use contacts::{Contacts, Counts};
pub use content::{Content, Recalled, Status, System, Text, Unknown};
pub use find::Found;
pub use me::Me;
pub use member::Member;
pub use message::{Direction, Message};
pub(crate) use text::plain_text;
