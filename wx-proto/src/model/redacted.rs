//! `Debug` without what people wrote: of a text only its length is printed. A field that is told neither way does not
//! compile.

use std::fmt;

use super::{
    App, Article, Card, ChannelVideo, ChatHistory, Emoticon, File, FormerMember, FriendRequest, GroupChange,
    GroupEvent, Link, Location, Me, Member, MiniProgram, Music, Pat, Person, Point, Quote, Quoted, Recalled,
    Record, RedPacket, Status, System, Text, Transfer,
};

/// What is printed of a value that holds words.
pub(super) trait Redact {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

/// Prints a value without its words.
pub(super) struct Redacted<'a, T: ?Sized>(pub(super) &'a T);

impl<T: Redact + ?Sized> fmt::Debug for Redacted<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.redacted(f)
    }
}

impl Redact for str {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.len())
    }
}

impl Redact for String {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().redacted(f)
    }
}

impl<T: Redact + ?Sized> Redact for &T {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (*self).redacted(f)
    }
}

impl<T: Redact + ?Sized> Redact for Box<T> {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).redacted(f)
    }
}

impl<T: Redact> Redact for Option<T> {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Some(value) => f.debug_tuple("Some").field(&Redacted(value)).finish(),
            None => f.write_str("None"),
        }
    }
}

impl<T: Redact> Redact for Vec<T> {
    fn redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(Redacted)).finish()
    }
}

/// Implements `Debug` of a struct: which of its fields are printed, and of which only that they are there.
macro_rules! redacted {
    ($($name:ident $(<$life:lifetime>)? { $($shown:ident),* ; $($hidden:ident),* })*) => { $(
        impl fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let Self { $($shown,)* $($hidden,)* } = self;
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($shown), $shown))*
                    $(.field(stringify!($hidden), &Redacted($hidden)))*
                    .finish()
            }
        }
    )* };
}

redacted! {
    App { kind; title, description, url, source }
    Article { ; title, description, url, cover_url }
    Card { user_name, official, ticket; nick_name, alias, region }
    ChannelVideo { duration, live; author, description, cover_url }
    ChatHistory { records; title, description }
    Emoticon { dimensions, size, store, game, media; md5, url }
    File { size, media; name, md5 }
    FormerMember { user_name; name }
    FriendRequest { user_name, scene, ticket; nick_name, alias, greeting, region }
    GroupChange { group, joined, left, renamed_members, owner; name_before }
    Link { cover, articles; title, description, url, source }
    Location { point, map; label, name, url }
    Me { user_name, uin; nick_name }
    Member<'_> { user_name, attr_status; nick_name, display_name }
    MiniProgram { cover; title, description, name, app_id, page, url }
    Music { ; title, description, url, stream_url, app_id, source }
    Pat { ; text, from_id, patted_id, template }
    Quote { quoted; text }
    Quoted { msg_id, content; sender_name, sender_id }
    Recalled { recalled; text }
    Record { content; sender, time }
    RedPacket { ; title }
    Status { event, users; ids }
    System { event; text }
    Text { ; text }
    Transfer { stage; amount, description, memo }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Point")
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Me => f.write_str("Me"),
            Self::Named(name) => f.debug_tuple("Named").field(&Redacted(name)).finish(),
        }
    }
}

impl fmt::Debug for GroupEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Joined { who, by, by_code } => {
                f.debug_struct("Joined").field("who", who).field("by", by).field("by_code", by_code).finish()
            }
            Self::Left { who } => f.debug_struct("Left").field("who", who).finish(),
            Self::Removed { who, by } => f.debug_struct("Removed").field("who", who).field("by", by).finish(),
            Self::OwnerChanged { owner } => f.debug_struct("OwnerChanged").field("owner", owner).finish(),
            Self::Renamed { name, by } => {
                f.debug_struct("Renamed").field("name", &Redacted(name)).field("by", by).finish()
            }
        }
    }
}
