//! From the wire to a contact.

use serde::{Deserialize, Deserializer, de::Error};

use super::{
    Contact, ContactFlags, Marks, Sex, SnsFlags, VerifyFlags, member::MemberTable, packed_strings::Packer,
    texts::TextField, wire::WireContact,
};
use crate::{UserName, bounds};

impl Contact {
    fn from_wire(wire: &WireContact<'_>) -> Self {
        let mut packer = Packer::with_capacity(wire.text_bytes());
        let (picture, odd_url) = wire.picture();
        for field in TextField::ALL {
            match field {
                TextField::UserName => packer.push(&wire.user_name),
                TextField::NickName => packer.push_encoded(&wire.nick_name),
                TextField::RemarkName => packer.push_encoded(&wire.remark_name),
                TextField::PyInitial => packer.push_encoded(&wire.py_initial),
                TextField::PyQuanPin => packer.push_encoded(&wire.py_quan_pin),
                TextField::RemarkPyInitial => packer.push_encoded(&wire.remark_py_initial),
                TextField::RemarkPyQuanPin => packer.push_encoded(&wire.remark_py_quan_pin),
                TextField::KeyWord => packer.push_encoded(&wire.key_word),
                TextField::Signature => packer.push_encoded(&wire.signature),
                TextField::Province => packer.push_encoded(&wire.province),
                TextField::City => packer.push_encoded(&wire.city),
                TextField::Alias => packer.push_encoded(&wire.alias),
                TextField::EncryChatRoomId => packer.push_cut(&wire.encry_chat_room_id),
                TextField::Owner => packer.push_cut(&wire.chat_room_owner),
                TextField::HeadImgUrl => packer.push(&odd_url),
            }
        }
        // A set of flags of more than 32 bits is none; a number that is only a hint may be dropped.
        let small = |number: u64| u32::try_from(number).unwrap_or(0);
        let is_group = UserName::is_group_name(&wire.user_name);
        let members = (!wire.member_list.is_empty()).then(|| Box::new(MemberTable::new(&wire.member_list)));
        Self {
            texts: packer.finish(),
            members,
            uin: small(wire.uin),
            attr_status: small(wire.attr_status),
            picture: picture.unwrap_or(0),
            contact_flags: ContactFlags::new(small(wire.contact_flag)),
            verify_flags: VerifyFlags::new(small(wire.verify_flag)),
            sns_flags: SnsFlags::new(small(wire.sns_flag)),
            member_count: small(wire.member_count),
            sex: Sex::of(wire.sex),
            marks: Marks {
                star: wire.star_friend != 0,
                owned: wire.is_owner != 0,
                group_muted: wire.statues.filter(|_| is_group).map(|statues| statues == 0),
                plain_picture: picture.is_some(),
            },
        }
    }
}

impl<'de> Deserialize<'de> for Contact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wire = WireContact::deserialize(from)?;
        if !bounds::is_user_name(&wire.user_name) {
            return Err(D::Error::missing_field("UserName"));
        }
        Ok(Self::from_wire(&wire))
    }
}
