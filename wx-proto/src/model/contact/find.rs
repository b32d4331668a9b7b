//! Finding a chat by what a person types.

use super::{Contact, Contacts, MatchKind, SearchField};
use crate::UserName;

/// What a typed name stands for.
///
/// ```
/// use wx_proto::{Contacts, Found, UserName};
///
/// let contacts = Contacts::default();
/// assert_eq!(contacts.find("filehelper"), Found::One(UserName::new("filehelper")));
/// match contacts.find("Anna") {
///     Found::One(chat) => println!("write to {chat}"),
///     Found::Ambiguous(chats) => println!("{} are called so", chats.len()),
///     Found::None => println!("nobody is called so"),
/// }
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "there is none, one or more")]
pub enum Found {
    /// This chat.
    One(UserName),
    /// Several chats of that name, in the order of their user names: the person has to choose.
    Ambiguous(Vec<UserName>),
    /// Nobody of that name.
    None,
}

/// The names by which somebody is found, the strongest first: a remark is the account's own, a WeChat id belongs to one
/// person alone, and whatever follows anybody may choose. So nobody takes over an address by what he calls himself.
const RANKS: [fn(&Contact, &str) -> bool; 4] = [
    |contact, name| contact.remark_name() == name,
    |contact, name| contact.alias() == name,
    |contact, name| contact.nick_name() == name,
    // Of a group without a name; made of what its members are called.
    |contact, name| contact.name() == name,
];

impl Contacts {
    /// The chat that `name` stands for, always the whole name as it is written. What is tried, in this order:
    ///
    /// 1. `filehelper`, `文件传输助手` and `File Transfer`: always the account's own phone;
    /// 2. a user name, of anybody;
    /// 3. a remark;
    /// 4. a WeChat id ([`Contact::alias`]);
    /// 5. a nick name, for a group its name;
    /// 6. the name shown for a group without one.
    ///
    /// From 3 on only friends, groups and public accounts count: strangers, known as members of a group or because they
    /// wrote, are never found by a name they gave themselves. Two of one rank are ambiguous, and a lower rank never adds
    /// to a higher one.
    pub fn find(&self, name: &str) -> Found {
        if [UserName::FILE_HELPER, "文件传输助手", "File Transfer"].contains(&name) {
            return Found::One(UserName::new(UserName::FILE_HELPER));
        }
        if name.is_empty() {
            return Found::None;
        }
        if let Some(contact) = self.get(name) {
            return Found::One(UserName::new(contact.user_name()));
        }
        let by_rank = |fits: &fn(&Contact, &str) -> bool| {
            Found::of(
                self.others().filter(|contact| contact.kind().is_of_the_account() && fits(contact, name)),
            )
        };
        RANKS.iter().map(by_rank).find(|found| *found != Found::None).unwrap_or(Found::None)
    }

    /// [`find`](Self::find) for people, who type less than the whole: if that finds nobody, a name that differs in case
    /// or width only, by its rank, then the initials in pinyin, then the pinyin, then a part of any of them. For programs
    /// this is too much: who else has that part changes from one day to the next.
    pub fn find_by_part(&self, part: &str) -> Found {
        let whole = self.find(part);
        if whole != Found::None {
            return whole;
        }
        let mut hits = self.search(part);
        hits.retain(|hit| hit.contact.kind().is_of_the_account());
        let rank =
            |fit: MatchKind, field: SearchField| if fit == MatchKind::Exact { Some(field) } else { None };
        // The best comes first.
        let Some(best) = hits.first().map(|hit| rank(hit.fit, hit.field)) else { return Found::None };
        Found::of(hits.iter().filter(|hit| rank(hit.fit, hit.field) == best).map(|hit| hit.contact))
    }
}

impl Found {
    fn of<'a>(contacts: impl Iterator<Item = &'a Contact>) -> Self {
        let mut names: Vec<UserName> = contacts.map(|contact| UserName::new(contact.user_name())).collect();
        names.sort_unstable();
        match names.len() {
            0 | 1 => names.pop().map_or(Self::None, Self::One),
            _ => Self::Ambiguous(names),
        }
    }
}

#[cfg(test)]
mod tests;
