//! The members of a group.

use std::{borrow::Cow, fmt};

use serde::Deserialize;

use super::{
    FormerMember,
    group_change::Changes,
    names::shown,
    packed_strings::{Packer, take},
};
use crate::{UserName, bounds, coding::json};

/// A member of a group, as the group lists it.
///
/// ```
/// use wx_proto::Contact;
///
/// let group: Contact = serde_json::from_str(
///     r#"{"UserName": "@@1", "MemberList": [{"UserName": "@2", "NickName": "Anna", "DisplayName": "guide"}]}"#,
/// )?;
/// let anna = group.member("@2").expect("she is in the list");
/// assert_eq!((anna.name(), anna.nick_name), ("guide", "Anna"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
#[non_exhaustive]
pub struct Member<'a> {
    /// The name by which messages of the group tell who wrote them.
    pub user_name: &'a str,
    /// The name that the member chose; for a friend, the account's own remark.
    pub nick_name: &'a str,
    /// The member's name in this group.
    pub display_name: &'a str,
    /// A number without known meaning that stays the same in every login; not unique. 0 if it is not known.
    pub attr_status: u32,
}

impl<'a> Member<'a> {
    /// The name to show: the one in the group, else the nick name; empty if nothing is known.
    /// [`Contacts::sender_name`](crate::Contacts::sender_name) knows remarks too.
    pub const fn name(&self) -> &'a str {
        if self.display_name.is_empty() { self.nick_name } else { self.display_name }
    }
}

/// The members of a group, in the server's order.
///
/// ```
/// use wx_proto::Contact;
///
/// let group: Contact = serde_json::from_str(
///     r#"{"UserName": "@@1", "MemberList": [{"UserName": "@2", "NickName": "Anna", "DisplayName": "guide"}]}"#,
/// )?;
/// let names: Vec<&str> = group.members().iter().map(|member| member.name()).collect();
/// assert_eq!(names, ["guide"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Members<'a>(pub(super) Option<&'a MemberTable>);

impl<'a> Members<'a> {
    /// How many are listed.
    pub fn len(&self) -> usize {
        self.0.map_or(0, MemberTable::len)
    }

    /// True until they are loaded.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = Member<'a>> + use<'a> {
        self.0.into_iter().flat_map(MemberTable::iter)
    }

    /// The member of this user name, found without a walk.
    pub fn get(&self, user_name: impl AsRef<str>) -> Option<Member<'a>> {
        self.0?.get(user_name.as_ref())
    }
}

impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireMember<'a> {
    #[serde(borrow, default, deserialize_with = "json::text")]
    user_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    nick_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    display_name: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    attr_status: u64,
}

/// Members in three allocations, however many they are: their texts one after the other, where each begins, and the
/// order of their user names.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct MemberTable {
    texts: Box<str>,
    rows: Box<[Row]>,
    /// Positions in `rows`, in the order of user names.
    by_name: Box<[u32]>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Row {
    start: u32,
    attr_status: u32,
}

impl MemberTable {
    /// Members without a usable user name are left out: nothing can refer to them.
    pub(super) fn new(wire: &[WireMember<'_>]) -> Self {
        let texts: usize = wire.iter().map(WireMember::bytes).sum();
        let mut builder = Builder::with_capacity(wire.len(), texts);
        for member in wire.iter().filter(|member| bounds::is_user_name(&member.user_name)) {
            builder.begin(member.attr_status.try_into().unwrap_or(0));
            builder.texts.push(&member.user_name);
            builder.texts.push_encoded(&member.nick_name);
            builder.texts.push_encoded(&member.display_name);
        }
        builder.finish()
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    fn iter(&self) -> impl Iterator<Item = Member<'_>> {
        self.rows.iter().filter_map(|row| self.read(*row))
    }

    pub(super) fn get(&self, user_name: &str) -> Option<Member<'_>> {
        let name = |position: &u32| self.user_name(*position).unwrap_or("");
        let found = self.by_name.binary_search_by(|position| name(position).cmp(user_name)).ok()?;
        self.read(self.row(*self.by_name.get(found)?)?)
    }

    /// The bytes it takes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.texts.len() + size_of_val(&*self.rows) + size_of_val(&*self.by_name)
    }

    /// Keeps the first `most`.
    pub(super) fn truncate(&mut self, most: usize) {
        if self.len() > most {
            let mut builder = Builder::default();
            self.iter().take(most).for_each(|member| builder.push(member));
            *self = builder.finish();
        }
    }

    /// A list that is not empty says who is in the group. A member without a nick name is one that the list says
    /// nothing about, as in webwxinit: then the known names are kept. True if anything changed; `told` takes what.
    pub(super) fn merge(&mut self, update: Self, told: &mut Changes) -> bool {
        if update.rows.is_empty() || *self == update {
            return false;
        }
        let mut builder = Builder::with_capacity(update.len(), update.texts.len());
        for member in update.iter() {
            let known = self.get(member.user_name);
            let silent = member.nick_name.is_empty();
            let merged = match known {
                Some(known) if silent => Member {
                    nick_name: known.nick_name,
                    display_name: if member.display_name.is_empty() {
                        known.display_name
                    } else {
                        member.display_name
                    },
                    attr_status: known.attr_status,
                    ..member
                },
                Some(known) if member.attr_status == 0 => Member { attr_status: known.attr_status, ..member },
                Some(_) | None => member,
            };
            match known {
                None => told.joined.push(UserName::new(member.user_name)),
                Some(known) if known.name() != merged.name() && !known.name().is_empty() => {
                    told.renamed_members.push(UserName::new(member.user_name));
                }
                Some(_) => {}
            }
            builder.push(merged);
        }
        let left = self.iter().filter(|member| update.get(member.user_name).is_none());
        told.left.extend(left.map(|member| FormerMember {
            user_name: UserName::new(member.user_name),
            name: shown(member.name()).into(),
        }));
        let merged = builder.finish();
        let changed = *self != merged;
        *self = merged;
        changed
    }

    fn row(&self, position: u32) -> Option<Row> {
        self.rows.get(usize::try_from(position).ok()?).copied()
    }

    fn user_name(&self, position: u32) -> Option<&str> {
        Some(take(self.text_of(self.row(position)?)?)?.0)
    }

    fn text_of(&self, row: Row) -> Option<&str> {
        self.texts.get(usize::try_from(row.start).ok()?..)
    }

    fn read(&self, row: Row) -> Option<Member<'_>> {
        let (user_name, rest) = take(self.text_of(row)?)?;
        let (nick_name, rest) = take(rest)?;
        let (display_name, _) = take(rest)?;
        Some(Member { user_name, nick_name, display_name, attr_status: row.attr_status })
    }
}

impl WireMember<'_> {
    fn bytes(&self) -> usize {
        // Two lengths of one byte and one that may take two.
        let texts = [&self.user_name, &self.nick_name, &self.display_name];
        texts.iter().map(|text| text.len().min(bounds::NAME)).sum::<usize>() + 4
    }
}

#[derive(Default)]
struct Builder {
    texts: Packer,
    rows: Vec<Row>,
}

impl Builder {
    fn with_capacity(members: usize, texts: usize) -> Self {
        Self { texts: Packer::with_capacity(texts), rows: Vec::with_capacity(members) }
    }

    fn begin(&mut self, attr_status: u32) {
        // A reply is far smaller than 4 GiB; what begins beyond would read as nobody.
        let start = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.rows.push(Row { start, attr_status });
    }

    fn push(&mut self, member: Member<'_>) {
        self.begin(member.attr_status);
        self.texts.push(member.user_name);
        self.texts.push(member.nick_name);
        self.texts.push(member.display_name);
    }

    fn finish(self) -> MemberTable {
        let mut table = MemberTable {
            texts: self.texts.finish_whole(),
            rows: self.rows.into_boxed_slice(),
            by_name: Box::default(),
        };
        let mut order: Vec<(&str, u32)> =
            (0..).map_while(|position| Some((table.user_name(position)?, position))).collect();
        order.sort_unstable();
        let by_name = order.into_iter().map(|(_, position)| position).collect();
        table.by_name = by_name;
        table
    }
}

#[cfg(test)]
mod tests;
