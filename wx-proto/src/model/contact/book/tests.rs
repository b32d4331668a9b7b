use super::*;

const GROUP: &str = r#"{"UserName": "@@1", "NickName": "周末爬山", "MemberCount": 3, "MemberList": [
    {"UserName": "@friend", "NickName": "明哥"}, {"UserName": "@wang", "NickName": "老王", "DisplayName": "向导老王"},
    {"UserName": "@known", "NickName": ""}]}"#;
const FRIEND: &str = r#"{"UserName": "@friend", "NickName": "小明", "RemarkName": "明哥", "ContactFlag": 3}"#;

fn contact(json: &str) -> Contact {
    serde_json::from_str(json).unwrap()
}

fn group(name: &str) -> GroupName {
    UserName::new(name).to_group().unwrap()
}

fn counts(book: &Contacts) -> (usize, usize, usize) {
    let counts = book.counts();
    assert_eq!(counts.friends, book.friends().count());
    assert_eq!(counts.groups, book.groups().count());
    assert_eq!(counts.official, book.official().count());
    (counts.friends, counts.groups, counts.official)
}

#[test]
fn counts_follow_every_change() {
    let mut book = Contacts::default();
    assert_eq!(counts(&book), (0, 0, 0));
    for json in [
        FRIEND,
        GROUP,
        r#"{"UserName": "@me", "ContactFlag": 3}"#,
        r#"{"UserName": "filehelper", "ContactFlag": 1}"#,
        r#"{"UserName": "@brand", "ContactFlag": 3, "VerifyFlag": 24}"#,
        r#"{"UserName": "@new"}"#,
    ] {
        assert_eq!(book.insert(contact(json)), InsertOutcome::Changed, "{json}");
        assert_eq!(book.insert(contact(json)), InsertOutcome::Same, "{json}");
    }
    assert_eq!(counts(&book), (2, 1, 1));
    book.set_me(&UserName::new("@me"));
    assert_eq!(counts(&book), (1, 1, 1));
    let named = r#"{"UserName": "@me", "ContactFlag": 3, "NickName": "测试"}"#;
    assert_eq!(book.insert(contact(named)), InsertOutcome::Changed);
    // A stranger becomes a friend.
    assert_eq!(book.insert(contact(r#"{"UserName": "@new", "ContactFlag": 3}"#)), InsertOutcome::Changed);
    assert_eq!(counts(&book), (2, 1, 1));
    assert!(book.remove("@friend") && !book.remove("@friend") && book.remove("@me"));
    assert_eq!(counts(&book), (1, 1, 1));
    book.clear();
    assert_eq!((counts(&book), book.iter().count()), ((0, 0, 0), 0));
}

#[test]
fn updates_merge() {
    let mut book = Contacts::default();
    book.insert(contact(FRIEND));
    book.insert(contact(GROUP));
    let update = r#"{"UserName": "@friend", "NickName": "小明", "RemarkName": ""}"#;
    assert_eq!(book.insert(contact(update)), InsertOutcome::Same);
    assert_eq!(book.name_of("@friend").as_deref(), Some("明哥"));
    assert_eq!(book.insert(contact(r#"{"UserName": "@@1", "MemberList": []}"#)), InsertOutcome::Same);
    assert_eq!(book.member(&group("@@1"), "@wang").map(|member| member.name()), Some("向导老王"));
    let InsertOutcome::Group(change) = book.insert(contact(r#"{"UserName": "@@1", "NickName": "周日爬山"}"#))
    else {
        panic!("not told")
    };
    assert_eq!((change.group.as_str(), change.name_before.as_deref()), ("@@1", Some("周末爬山")));
}

#[test]
fn senders_are_named_by_remark_group_name_and_nick() {
    let mut book = Contacts::default();
    assert_eq!((book.name_of("@@1"), book.sender_name(&group("@@1"), "@wang")), (None, None));
    book.insert(contact(GROUP));
    book.insert(contact(r#"{"UserName": "@known", "NickName": "陌生人"}"#));
    book.insert(contact(r#"{"UserName": "@friend", "NickName": "小明"}"#));
    assert_eq!(book.name_of("@@1").as_deref(), Some("周末爬山"));
    assert_eq!(book.sender_name(&group("@@1"), "@wang"), Some("向导老王"));
    assert_eq!(book.sender_name(&group("@@1"), "@known"), Some("陌生人"));
    assert_eq!(book.sender_name(&group("@@1"), "@nobody"), None);
    assert_eq!(book.sender_name(&group("@@2"), "@known"), Some("陌生人"), "the group need not be known");
    book.insert(contact(r#"{"UserName": "@wang", "RemarkName": "王师傅"}"#));
    assert_eq!(book.sender_name(&group("@@1"), "@wang"), Some("王师傅"));
    assert_eq!(book.member(&group("@@2"), "@wang"), None);
}
#[test]
fn the_book_has_limits() {
    let friend = |at: usize, name: &str| {
        contact(&format!(r#"{{"UserName": "@{at}", "NickName": "{name}", "ContactFlag": 3}}"#))
    };
    let mut book = Contacts::new(ContactLimits { contacts: 3, group_members: 2, bytes: 1000 });
    for at in 0..3 {
        assert_eq!(book.insert(friend(at, "a")), InsertOutcome::Changed);
    }
    assert_eq!(book.insert(friend(3, "a")), InsertOutcome::LeftOut, "too many");
    let before = book.bytes();
    assert!(before > 0);
    // What is known is still kept up to date, while it fits.
    assert_eq!(book.insert(friend(0, "b")), InsertOutcome::Changed);
    assert_eq!(book.insert(friend(0, &"b".repeat(2000))), InsertOutcome::LeftOut);
    assert_eq!((book.name_of("@0").as_deref(), book.bytes(), counts(&book).0), (Some("b"), before, 3));
    assert!(book.remove("@0"));
    assert_eq!(book.insert(friend(3, &"c".repeat(2000))), InsertOutcome::LeftOut, "too large");
    assert_eq!(book.insert(contact(GROUP)), InsertOutcome::Changed);
    let group = book.get("@@1").unwrap();
    assert_eq!((group.members().len(), group.member_count()), (2, 3));
    book.clear();
    assert_eq!((book.bytes(), book.limits.contacts), (0, 3));
}

#[test]
fn the_bytes_follow_every_change() {
    let mut book = Contacts::default();
    let all = [FRIEND, GROUP, r#"{"UserName": "@friend", "Signature": "long"}"#, r#"{"UserName": "@@1"}"#];
    for json in all {
        book.insert(contact(json));
        assert_eq!(book.bytes(), book.iter().map(|contact| contact.bytes() + ENTRY_BYTES).sum::<usize>());
    }
    assert!(book.remove("@@1") && book.remove("@friend"));
    assert_eq!(book.bytes(), 0);
}

#[test]
fn a_group_one_is_not_in() {
    let mut book = Contacts::default();
    book.insert(contact(GROUP));
    assert_eq!(book.is_member(&group("@@1")), None, "who asks?");
    book.set_me(&UserName::new("@wang"));
    assert_eq!((book.is_member(&group("@@1")), book.is_member(&group("@@2"))), (Some(true), None));
    book.set_me(&UserName::new("@me"));
    assert_eq!(book.is_member(&group("@@1")), Some(false));
}
