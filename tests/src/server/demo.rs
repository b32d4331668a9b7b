//! The world of demonstrations and of most tests.

use super::account::{Account, ContactId};

impl Account {
    /// A friendly made-up world: friends, a saved and an unsaved group, public accounts.
    pub fn demo() -> Self {
        Self::demo_of(1_234_567_890, "测试")
    }

    /// The same people around another owner: the one after so many others. 0 is that of [`demo`](Self::demo).
    pub fn demo_number(index: u64) -> Self {
        match index {
            0 => Self::demo(),
            _ => Self::demo_of(1_234_567_890 + index, &format!("测试 {}", index + 1)),
        }
    }

    fn demo_of(uin: u64, nick: &str) -> Self {
        let mut world = Self::new(uin, nick);
        let ming = world.add_friend("小明", "明哥");
        let ada = world.add_friend("Ada 😂", "");
        let tom = world.add_friend("Tom & Jerry", "");
        let li = world.add_friend("李雷", "");
        let guide = world.add_stranger("老王");
        let mei = world.add_stranger("Mei");
        let hiking = world.add_group("周末爬山", &[ContactId::ME, guide, ming, ada]);
        let books = world.add_group("Book Club", &[ContactId::ME, ada, tom, li, mei]);
        world.add_official("科技早报");
        world.add_official("City Library");
        let team = world.add_special("weixin", "微信团队");
        if let Some(team) = world.contact_mut(team) {
            team.verify_flag = 56;
            team.saved = true;
        }
        if let Some(contact) = world.contact_mut(ming) {
            contact.sex = 1;
            "广东".clone_into(&mut contact.province);
            "深圳".clone_into(&mut contact.city);
        }
        let members = world.contact_mut(hiking).map(|group| &mut group.members);
        if let Some(member) = members.and_then(|all| all.iter_mut().find(|member| member.id == guide)) {
            "向导老王".clone_into(&mut member.display_name);
        }
        if let Some(group) = world.contact_mut(books) {
            group.saved = true;
            group.owned = true;
        }
        for id in [ming, ada, hiking] {
            if let Some(contact) = world.contact_mut(id) {
                contact.recent = true;
                contact.in_chat_set = true;
            }
        }
        world
    }
}

#[cfg(test)]
mod tests {
    use super::super::account::ContactKind;
    use super::*;

    #[test]
    fn the_demo_world_has_enough_of_each() {
        let world = Account::demo();
        let count = |kind| world.contacts().iter().filter(|contact| contact.kind == kind).count();
        assert!(count(ContactKind::Friend) >= 3);
        assert_eq!(count(ContactKind::Group), 2);
        assert_eq!(count(ContactKind::Official), 2);
    }
}
