//! Bringing a contact up to date.

use super::{
    Contact, ContactFlags, Marks, Sex, SnsFlags, VerifyFlags, group_change::Changes, packed_strings::Packer,
    texts::TextField,
};
use crate::UserName;

impl Contact {
    /// Takes over what `update` knows, by the official page's rule: an empty text or a 0 does not replace what is
    /// known, for updates leave members out. One exception: `Statues` of a group, where 0 is the news that it was
    /// muted. True if anything changed; `told` takes what did in a group.
    pub(super) fn merge(&mut self, update: Self, me: Option<&str>, told: &mut Changes) -> bool {
        let name_before = self.name().into_owned();
        let (owner_before, was_owned) = (Box::<str>::from(self.owner()), self.marks.owned);
        let mut changed = self.merge_texts(&update);
        changed |= self.merge_numbers(&update);
        changed |= self.merge_marks(update.marks);
        let members_known = self.members.is_some();
        if let Some(members) = update.members {
            changed |= match &mut self.members {
                Some(known) => known.merge(*members, told),
                none => none.replace(members).is_none(),
            };
        }
        if members_known {
            let renamed = !name_before.is_empty() && name_before != self.name() && self.has_own_name();
            told.name_before = renamed.then(|| name_before.into());
        }
        let owner = self.owner();
        if !owner.is_empty() {
            let before = if owner_before.is_empty() && was_owned { me.unwrap_or("") } else { &owner_before };
            if members_known && !before.is_empty() && before != owner {
                told.owner = Some(UserName::new(owner));
            }
            let owned = me == Some(owner);
            changed |= std::mem::replace(&mut self.marks.owned, owned) != owned;
        }
        changed
    }

    fn has_own_name(&self) -> bool {
        !self.remark_name().is_empty() || !self.nick_name().is_empty()
    }

    fn merge_texts(&mut self, update: &Self) -> bool {
        let new = |field: TextField| {
            let text = update.text(field);
            !text.is_empty() && text != self.text(field)
        };
        let new_picture = update.marks.plain_picture && !self.text(TextField::HeadImgUrl).is_empty();
        if !new_picture && !TextField::ALL.iter().any(|field| new(*field)) {
            return false;
        }
        let mut packer = Packer::with_capacity(self.texts.bytes().max(update.texts.bytes()));
        for field in TextField::ALL {
            let (known, new) = (self.text(field), update.text(field));
            let outdated = matches!(field, TextField::HeadImgUrl) && update.marks.plain_picture;
            packer.push(if new.is_empty() && !outdated { known } else { new });
        }
        self.texts = packer.finish();
        true
    }

    fn merge_numbers(&mut self, update: &Self) -> bool {
        // The star's bit went: so did the star, which an update does not carry otherwise.
        let unstarred = update.contact_flags.bits() != 0
            && self.contact_flags.is_starred()
            && !update.contact_flags.is_starred();
        self.marks.star &= !unstarred;
        let mut changed = false;
        let mut take = |known: &mut u32, update: u32| {
            if update != 0 && *known != update {
                (*known, changed) = (update, true);
            }
        };
        let mut flags = (self.contact_flags.bits(), self.verify_flags.bits(), self.sns_flags.bits());
        take(&mut flags.0, update.contact_flags.bits());
        take(&mut flags.1, update.verify_flags.bits());
        take(&mut flags.2, update.sns_flags.bits());
        take(&mut self.uin, update.uin);
        take(&mut self.attr_status, update.attr_status);
        take(&mut self.member_count, update.member_count);
        self.contact_flags = ContactFlags::new(flags.0);
        self.verify_flags = VerifyFlags::new(flags.1);
        self.sns_flags = SnsFlags::new(flags.2);
        if update.sex != Sex::Unknown && update.sex != self.sex {
            (self.sex, changed) = (update.sex, true);
        }
        let odd_picture = !update.text(TextField::HeadImgUrl).is_empty();
        if odd_picture {
            self.marks.plain_picture = false;
        } else if update.marks.plain_picture
            && (self.picture, self.marks.plain_picture) != (update.picture, true)
        {
            (self.picture, self.marks.plain_picture, changed) = (update.picture, true, true);
        }
        changed
    }

    fn merge_marks(&mut self, update: Marks) -> bool {
        let before = self.marks;
        self.marks.star |= update.star;
        self.marks.owned |= update.owned;
        self.marks.group_muted = update.group_muted.or(before.group_muted);
        self.marks != before
    }
}
