//! What the application sees: contacts, messages and their content.

mod contact;
mod contact_kind;
mod contacts;
mod content;
pub mod faces;
mod find;
mod head;
mod lenient;
mod me;
mod member;
mod members;
mod message;
mod text;
mod xml;

pub use contact::Contact;
pub use contact_kind::ContactKind;
pub use contacts::{Contacts, Counts};
pub use content::{
    App, Card, ChannelVideo, ChatHistory, Content, Dimensions, Emoticon, File, FriendRequest, GroupEvent,
    Image, Link, LiveLocation, Location, MediaKind, MediaRef, MiniProgram, Music, Note, Pat, Person, Point,
    Quote, Quoted, Recalled, Record, RedPacket, Status, StatusEvent, System, Text, Transfer, Unknown, Video,
    Voice, Voip,
};
pub use find::Found;
pub use me::Me;
pub use member::Member;
pub use message::{Direction, Message};
pub(crate) use text::plain_text;
