//! Who the account of a world knows: few people, so that a world is quick.

use super::plan::People;
use crate::server::{Account, ContactId};

/// More than the rounds of webwxgetcontact that a client makes, with one contact a page.
const MANY: u32 = 20;

/// The accounts that may use one device: the first one, and the one that the phone may be changed for.
const UINS: [u64; 2] = [1_234_567_890, 2_234_567_890];

/// Which account this is.
pub(super) fn account(uin: u64) -> usize {
    usize::from(UINS.first() != Some(&uin))
}

pub(super) fn world(people: People, account: usize) -> Account {
    let uin = UINS.get(account).copied().unwrap_or_default();
    let mut world = Account::new(uin, "Me");
    let ann = world.add_friend("Ann", "");
    let bob = world.add_friend("Bob", "");
    if people.has_group() {
        let group = world.add_group("Club", &[ContactId::ME, ann, bob]);
        if let Some(group) = world.contact_mut(group) {
            group.saved = true;
        }
        // Only webwxinit tells of this one.
        let team = world.add_group("Team", &[ContactId::ME, bob]);
        if let Some(team) = world.contact_mut(team) {
            team.in_chat_set = true;
        }
    }
    if matches!(people, People::Many | People::Crowd) {
        for number in 0..MANY {
            world.add_friend(&format!("Friend {number}"), "");
        }
    }
    world
}

/// The name of a chat in such a world.
pub(super) fn chat(people: People, chat: u8) -> &'static str {
    match chat {
        _ if people == People::Phone => "filehelper",
        1 => "Bob",
        2 if people.has_group() => "Club",
        3 => "filehelper",
        _ => "Ann",
    }
}
