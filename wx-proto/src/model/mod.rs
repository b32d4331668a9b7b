//! What the application sees: contacts, messages and their content.

mod contact;
mod content;
mod message;
mod redacted;

pub use contact::{
    Confidence, Contact, ContactCounts, ContactFlags, ContactKind, Contacts, Fingerprint, FingerprintError,
    FormerMember, Found, GroupChange, MatchKind, Me, Member, Members, Recognised, SearchField, SearchHit,
    Sex, SnsFlags, VerifyFlags,
};
pub(crate) use contact::{ContactLimits, InsertOutcome};
pub use content::{
    App, Article, Card, ChannelVideo, ChatHistory, Content, Dimensions, Emoticon, File, FriendRequest, Game,
    GroupEvent, Image, Link, LiveLocation, Location, MediaKind, MediaRef, MediaVariant, MiniProgram, Music,
    Note, Pat, Person, Point, Quote, Quoted, Recalled, Record, RedPacket, Status, StatusEvent, System, Text,
    Transfer, Unknown, Video, Voice, Voip,
};
pub(crate) use content::{MediaFile, MediaSource};
pub use message::{Direction, Message};
