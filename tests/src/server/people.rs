//! What the phone can do to contacts and groups. The client hears of each through `webwxsync`.

use super::account::{Contact, ContactId, ContactKind, Lookup, Member};
use super::phone::{Phone, PhoneError};
use super::queue::Entry;

/// What the owner of the account can set on a contact.
///
/// ```
/// use wx_testkit::{
///     runner::START,
///     server::{Mark, Server},
/// };
///
/// let mut server = Server::demo();
/// server.phone(START).mark("周末爬山", Mark::Mute, true)?;
/// # Ok::<(), wx_testkit::server::PhoneError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Mark {
    /// Starred.
    Star,
    /// Pinned to the top of the list of chats.
    Pin,
    /// Muted: a bit for a person, `Statues` for a group.
    Mute,
    /// On the black list.
    Block,
    /// May not see the owner's moments.
    HideMoments,
}

impl Mark {
    const fn bit(self) -> i64 {
        match self {
            Self::Star => 64,
            Self::Pin => 2048,
            Self::Mute => 512,
            Self::Block => 8,
            Self::HideMoments => 256,
        }
    }
}

impl Phone<'_> {
    /// Sets or clears a mark of a contact or group.
    ///
    /// # Errors
    ///
    /// If the name is unknown.
    pub fn mark(&mut self, name: &str, mark: Mark, on: bool) -> Result<(), PhoneError> {
        self.change(name, |contact| {
            if contact.kind == ContactKind::Group && mark == Mark::Mute {
                contact.muted = on;
            } else if on {
                contact.contact_flag |= mark.bit();
            } else {
                contact.contact_flag &= !mark.bit();
            }
        })
    }

    /// A new group with these members and the owner of the account; a name that nobody has becomes a stranger's.
    ///
    /// # Errors
    ///
    /// If a group is named as a member.
    pub fn add_group(&mut self, name: &str, members: &[&str]) -> Result<ContactId, PhoneError> {
        let mut ids = vec![ContactId::ME];
        for member in members {
            ids.push(self.person(member)?);
        }
        let id = self.server.account.add_group(name, &ids);
        self.server.queue.push(Entry::Changed { id, added: true });
        Ok(id)
    }

    /// Somebody joins a group; a name that nobody has becomes a stranger's.
    ///
    /// # Errors
    ///
    /// If there is no such group, or a group is to join.
    pub fn join(&mut self, group: &str, who: &str) -> Result<(), PhoneError> {
        let id = self.group(group)?;
        let who = self.person(who)?;
        self.change_group(id, |group| {
            if !group.members.iter().any(|member| member.id == who) {
                group.members.push(Member { id: who, display_name: String::new() });
            }
        });
        Ok(())
    }

    /// A stranger joins a group and nothing tells of it, as when a group's list is cut short; `lookup` says what becomes of
    /// asking for them.
    ///
    /// # Errors
    ///
    /// If there is no such group.
    pub fn slip_in(&mut self, group: &str, name: &str, lookup: Lookup) -> Result<ContactId, PhoneError> {
        let group = self.group(group)?;
        let id = self.server.account.add_stranger(name);
        if let Some(stranger) = self.server.account.contact_mut(id) {
            stranger.lookup = lookup;
        }
        if let Some(group) = self.server.account.contact_mut(group) {
            group.members.push(Member { id, display_name: String::new() });
        }
        Ok(id)
    }

    /// Somebody leaves a group. Without a name it is the owner of the account: then the group is removed.
    ///
    /// # Errors
    ///
    /// If there is no such group, or nobody of that name in it.
    pub fn leave(&mut self, group: &str, who: Option<&str>) -> Result<(), PhoneError> {
        let id = self.group(group)?;
        let Some(who) = who else { return self.remove(group) };
        let who = self.member(id, who)?;
        self.change_group(id, |group| group.members.retain(|member| member.id != who));
        Ok(())
    }

    /// A member takes another name in a group, or none.
    ///
    /// # Errors
    ///
    /// If there is no such group, or nobody of that name in it.
    pub fn rename_member(&mut self, group: &str, who: &str, name: &str) -> Result<(), PhoneError> {
        let id = self.group(group)?;
        let who = self.member(id, who)?;
        self.change_group(id, |group| {
            for member in group.members.iter_mut().filter(|member| member.id == who) {
                name.clone_into(&mut member.display_name);
            }
        });
        Ok(())
    }

    /// A group gets another owner.
    ///
    /// # Errors
    ///
    /// If there is no such group, or nobody of that name in it.
    pub fn hand_over(&mut self, group: &str, to: &str) -> Result<(), PhoneError> {
        let id = self.group(group)?;
        let owner = self.member(id, to)?;
        self.change_group(id, |group| (group.owner, group.owned) = (Some(owner), owner == ContactId::ME));
        Ok(())
    }

    /// Tells of a group's members in ModChatRoomMemberList, which no recording ever had anything in. `change` may change
    /// the group before; nothing else tells of that.
    ///
    /// # Errors
    ///
    /// If there is no such group.
    pub fn tell_members(&mut self, group: &str, change: impl FnOnce(&mut Contact)) -> Result<(), PhoneError> {
        let id = self.group(group)?;
        if let Some(group) = self.server.account.contact_mut(id) {
            change(group);
        }
        self.server.queue.push(Entry::Members(id));
        Ok(())
    }

    /// The owner of the account takes another name.
    pub fn rename_self(&mut self, nick: &str) {
        if let Some(me) = self.server.account.contact_mut(ContactId::ME) {
            nick.clone_into(&mut me.nick);
        }
        self.server.queue.push(Entry::Profile);
    }

    fn change_group(&mut self, id: ContactId, change: impl FnOnce(&mut Contact)) {
        if let Some(group) = self.server.account.contact_mut(id) {
            change(group);
        }
        self.server.queue.push(Entry::Changed { id, added: false });
    }

    fn group(&self, name: &str) -> Result<ContactId, PhoneError> {
        let id = self.find(name)?;
        let is_group = self.contact(id).is_some_and(|contact| contact.kind == ContactKind::Group);
        if is_group { Ok(id) } else { Err(PhoneError::WrongKind(name.to_owned())) }
    }

    /// The member of a group who is called so there, or anywhere.
    fn member(&self, group: ContactId, name: &str) -> Result<ContactId, PhoneError> {
        let members = self.contact(group).map(|group| group.members.as_slice()).unwrap_or_default();
        let is_called = |member: &&Member| {
            let person = self.contact(member.id);
            member.display_name == name
                || person.is_some_and(|person| person.nick == name || person.remark == name)
        };
        let found = members.iter().find(is_called).map(|member| member.id);
        let by_user_name = || self.find(name).ok().filter(|id| members.iter().any(|member| member.id == *id));
        found.or_else(by_user_name).ok_or_else(|| PhoneError::NotInChat(name.to_owned()))
    }

    fn person(&mut self, name: &str) -> Result<ContactId, PhoneError> {
        match self.find(name) {
            Ok(id) if self.contact(id).is_some_and(|contact| contact.kind == ContactKind::Group) => {
                Err(PhoneError::WrongKind(name.to_owned()))
            }
            Ok(id) => Ok(id),
            Err(_) => Ok(self.server.account.add_stranger(name)),
        }
    }
}
