//! What the application sees: contacts, messages and their content.

mod contact;
mod contact_kind;
mod contact_wire;
mod contacts;
mod content;
pub mod faces;
mod find;
mod fingerprint;
mod flags;
mod fold;
mod group_change;
mod head;
mod lenient;
mod markup;
mod me;
mod member;
mod members;
mod message;
mod names;
mod recognise;
mod redacted;
mod search;
mod text;
mod texts;
mod xml;

pub use contact::Contact;
pub use contact_kind::ContactKind;
pub use contacts::{Contacts, Counts};
pub(crate) use contacts::{Limits, Taken};
pub use content::{
    App, Article, Card, ChannelVideo, ChatHistory, Content, Dimensions, Emoticon, File, FriendRequest, Game,
    GroupEvent, Image, Link, LiveLocation, Location, MediaKind, MediaRef, MiniProgram, Music, Note, Pat,
    Person, Point, Quote, Quoted, Recalled, Record, RedPacket, Status, StatusEvent, System, Text, Transfer,
    Unknown, Video, Voice, Voip,
};
pub use find::Found;
pub use fingerprint::{Confidence, Fingerprint, FingerprintError};
pub use flags::{ContactFlags, Sex, SnsFlags, VerifyFlags};
pub use group_change::{FormerMember, GroupChange};
pub use me::Me;
pub use member::{Member, Members};
pub use message::{Direction, Message};
pub use recognise::Recognised;
pub use search::{Field, Fit, Hit};
pub(crate) use text::plain_text;
