//! How much of what the server sends is taken. All of it lies far above anything real: these bounds hold what a hostile or
//! broken server, or a person with a hostile name, could make a client keep, store or work through.

/// Messages in one reply; more make it unusable. Each takes some 460 bytes beside its own, whatever it weighed in the reply.
pub(crate) const MESSAGES: usize = 100_000;
/// Contacts in one reply, deleted ones and changed groups each by themselves; more make it unusable.
pub(crate) const CONTACTS: usize = 100_000;
/// Members of a group that are read from a reply, the first ones; the service allows 500.
pub(crate) const MEMBERS: usize = 10_000;
/// Chats in a list of chats: the first ones are taken.
pub(crate) const NAMES: usize = 10_000;
/// Members of one JSON object, which has some 60 at most; more make it unreadable.
pub(crate) const OBJECT: usize = 1_000;

/// Bytes of a name, a remark, a signature and any other text about people that is kept: the rest is cut off. The service
/// allows some 30 characters.
pub(crate) const NAME: usize = 1_024;
/// Bytes of a user name, which has 66 at most. Nothing is known by a longer one.
pub(crate) const USER_NAME: usize = 256;

/// Bytes of a content that is passed on: a picture's has some 2,000.
pub(crate) const FORWARD: usize = 1 << 16;
/// Bytes of a token: tokens go into addresses, and an address has a limit.
pub(crate) const TOKEN: usize = 1_024;
/// Counters of a key: a dozen are usual, and the key goes into synccheck's address.
pub(crate) const KEY: usize = 256;
/// Bytes of a message's id.
const MSG_ID: usize = 32;
/// Sends of an outbox, whatever [`Config::outbox`](crate::Config::outbox) says: each is looked for among all.
pub(crate) const SENDS: usize = 10_000;
/// Downloads that are not over.
pub(crate) const DOWNLOADS: usize = 256;
/// Groups that a stored session names.
pub(crate) const GROUPS: usize = 20_000;
/// Where the run stands in an id that never repeats.
pub(crate) const RUN_SHIFT: u32 = 32;

/// As much of a text as fits into so many bytes.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most {
        return text;
    }
    // A character has at most four bytes.
    (0..4).find_map(|back| text.get(..most.checked_sub(back)?)).unwrap_or("")
}

/// [`cut`] to the length of a name that is kept.
pub(crate) fn name(mut text: String) -> String {
    text.truncate(cut(&text, NAME).len());
    text.shrink_to_fit();
    text
}

/// Whether a message's id can be kept: ids are kept for telling repeats.
pub(crate) fn is_msg_id(text: &str) -> bool {
    text.len() <= MSG_ID && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether something can be known by this user name.
pub(crate) fn is_user_name(text: &str) -> bool {
    (1..=USER_NAME).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        for (text, most, kept) in [
            ("abc", 3, "abc"),
            ("abc", 2, "ab"),
            ("a长长", 4, "a长"),
            ("a长长", 5, "a长"),
            ("a长长", 3, "a"),
            ("😂", 3, ""),
            ("😂😂", 7, "😂"),
            ("长", 0, ""),
        ] {
            assert_eq!(cut(text, most), kept, "{text} {most}");
        }
        assert_eq!(name("长".repeat(1 << 20)), "长".repeat(341));
        assert_eq!(name("长".repeat(341)).len(), 1023);
    }
}
