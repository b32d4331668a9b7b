use super::{group_change::Changes, texts::TextField, *};
use crate::UserName;

fn contact(json: &str) -> Contact {
    serde_json::from_str(json).unwrap()
}

fn merge(known: &mut Contact, update: &str) -> (bool, Changes) {
    let mut told = Changes::default();
    let changed = known.merge(contact(update), Some("@me"), &mut told);
    (changed, told)
}

#[test]
fn a_contact_of_the_list() {
    let contact = contact(
        r#"{"Uin": 77, "UserName": "@11112222", "NickName": "小明<span class=\"emoji emoji1f602\"></span>",
        "HeadImgUrl": "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=696335334&username=@11112222&skey=@crypt_1a2b",
        "ContactFlag": 2115, "MemberCount": 0, "MemberList": [], "RemarkName": "明哥 &lt;3", "Sex": 1,
        "Signature": "A &amp; B", "VerifyFlag": 0, "PYInitial": "XM", "PYQuanPin": "xiaoming", "RemarkPYInitial": "MG",
        "RemarkPYQuanPin": "mingge", "StarFriend": 1, "Statues": 0, "AttrStatus": 3000135461, "Province": "广东",
        "City": "深圳", "Alias": "", "SnsFlag": 17, "KeyWord": "wxi"}"#,
    );
    assert_eq!((contact.nick_name(), contact.remark_name()), ("小明😂", "明哥 <3"));
    assert_eq!((contact.name().as_ref(), contact.kind()), ("明哥 <3", ContactKind::Friend));
    assert_eq!((contact.py_initial(), contact.py_quan_pin()), ("XM", "xiaoming"));
    assert_eq!((contact.remark_py_initial(), contact.remark_py_quan_pin()), ("MG", "mingge"));
    assert_eq!((contact.signature(), contact.province(), contact.city()), ("A & B", "广东", "深圳"));
    assert_eq!((contact.key_word(), contact.sex(), contact.attr_status), ("wxi", Sex::Male, 3_000_135_461));
    assert!(contact.is_starred() && contact.is_pinned() && contact.sns_flags().has_album());
    assert!(!contact.is_muted() && !contact.is_blocked(), "Statues is a person's in no sense");
    let url = "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=696335334&username=@11112222&skey=";
    assert_eq!(contact.head_img_url().as_deref(), Some(url), "the session's key is not kept");
    assert_eq!(contact.text(TextField::HeadImgUrl), "", "the path is made when asked for");
}

#[test]
fn a_picture_elsewhere_is_kept_as_it_is() {
    for url in ["/other?seq=1&username=@1&skey=", "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=1&username=@2&skey="]
    {
        let mut odd = contact(&format!(r#"{{"UserName": "@1", "HeadImgUrl": "{url}@crypt_1"}}"#));
        assert_eq!(odd.head_img_url().as_deref(), Some(url));
        let plain = "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=5&username=@1&skey=";
        assert!(merge(&mut odd, &format!(r#"{{"UserName": "@1", "HeadImgUrl": "{plain}"}}"#)).0);
        assert_eq!(odd.head_img_url().as_deref(), Some(plain));
        assert!(merge(&mut odd, &format!(r#"{{"UserName": "@1", "HeadImgUrl": "{url}"}}"#)).0);
        assert_eq!(odd.head_img_url().as_deref(), Some(url));
    }
    assert_eq!(contact(r#"{"UserName": "@1"}"#).head_img_url(), None);
}

#[test]
fn names_are_utf8() {
    let helper = serde_json::from_slice::<Contact>(
        b"{\"UserName\": \"filehelper\", \"NickName\": \"\xe6\x96\x87\xe4\xbb\xb6\xe4\xbc\xa0\
          \xe8\xbe\x93\xe5\x8a\xa9\xe6\x89\x8b\"}",
    );
    assert_eq!(helper.unwrap().name(), "文件传输助手");
}

#[test]
fn wrong_types_are_missing_values() {
    let odd = contact(
        r#"{"UserName": "@1", "NickName": null, "RemarkName": ["x"], "Alias": 7, "ContactFlag": "3",
        "VerifyFlag": -8, "Sex": true, "StarFriend": {}, "MemberCount": 1.5, "MemberList": {"a": 1}, "New": 1,
        "SnsFlag": 99999999999, "Statues": "x", "HeadImgUrl": 5}"#,
    );
    assert_eq!((odd.name().as_ref(), odd.alias(), odd.kind()), ("", "7", ContactKind::Friend));
    assert_eq!(
        (odd.verify_flags().bits(), odd.sex(), odd.is_starred(), odd.member_count()),
        (0, Sex::Unknown, false, 0)
    );
    assert_eq!((odd.sns_flags().bits(), odd.head_img_url().as_deref()), (0, Some("5")));
    for unusable in
        [r#"{"NickName": "x"}"#, r#"{"UserName": ""}"#, r#"{"UserName": null}"#, "null", "[]", "7"]
    {
        assert!(serde_json::from_str::<Contact>(unusable).is_err(), "{unusable}");
    }
}

#[test]
fn an_update_keeps_what_it_leaves_out() {
    let mut known = contact(
        r#"{"UserName": "@1", "NickName": "a", "RemarkName": "b", "ContactFlag": 3, "StarFriend": 1,
        "EncryChatRoomId": "@e"}"#,
    );
    let before = known.clone();
    assert!(
        !merge(&mut known, r#"{"UserName": "@1", "NickName": "a", "RemarkName": "", "ContactFlag": 0}"#).0
    );
    assert_eq!(known, before);
    for update in [
        r#"{"UserName": "@1", "NickName": "c"}"#,
        r#"{"UserName": "@1", "ContactFlag": 2051}"#,
        r#"{"UserName": "@1", "Sex": 2}"#,
        r#"{"UserName": "@1", "MemberList": [{"UserName": "@2"}]}"#,
    ] {
        assert!(merge(&mut known, update).0, "{update}");
        assert!(!merge(&mut known, update).0, "{update}");
    }
    assert_eq!((known.name().as_ref(), known.nick_name()), ("b", "c"));
    assert_eq!((known.encry_chat_room_id(), known.contact_flags().bits()), ("@e", 2051));
    assert!(known.is_starred() && known.member("@2").is_some());
}

#[test]
fn a_star_goes_with_its_bit() {
    let mut starred = contact(r#"{"UserName": "@1", "ContactFlag": 67, "StarFriend": 1}"#);
    assert!(!merge(&mut starred, r#"{"UserName": "@1", "NickName": ""}"#).0 && starred.is_starred());
    assert!(merge(&mut starred, r#"{"UserName": "@1", "ContactFlag": 3}"#).0);
    assert!(!starred.is_starred());
}

#[test]
fn a_group_is_muted_by_a_zero() {
    let mut group = contact(r#"{"UserName": "@@1", "Statues": 1}"#);
    assert!(!group.is_muted());
    assert!(merge(&mut group, r#"{"UserName": "@@1", "Statues": 0}"#).0 && group.is_muted());
    assert!(!merge(&mut group, r#"{"UserName": "@@1"}"#).0 && group.is_muted());
    assert!(merge(&mut group, r#"{"UserName": "@@1", "Statues": 1}"#).0 && !group.is_muted());
}

#[test]
fn a_group_tells_what_changed() {
    let json = r#"{"UserName": "@@1", "NickName": "old", "IsOwner": 1, "MemberList": [
        {"UserName": "@me", "NickName": "me"}, {"UserName": "@a", "NickName": "a"}]}"#;
    let mut group = contact(json);
    assert!(group.is_owned());
    let (changed, told) = merge(&mut group, json);
    assert!(!changed && told.is_empty(), "{told:?}");
    let update = r#"{"UserName": "@@1", "NickName": "new", "ChatRoomOwner": "@a", "MemberList": [
        {"UserName": "@me", "NickName": "me"}, {"UserName": "@a", "NickName": "b"}]}"#;
    let (changed, told) = merge(&mut group, update);
    assert!(changed);
    assert_eq!((told.name_before.as_deref(), told.owner), (Some("old"), Some(UserName::new("@a"))));
    assert_eq!(told.renamed_members, [UserName::new("@a")]);
    assert!(told.joined.is_empty() && told.left.is_empty() && !group.is_owned());
    let (_, told) = merge(&mut group, r#"{"UserName": "@@1", "ChatRoomOwner": "@me"}"#);
    assert_eq!(told.owner, Some(UserName::new("@me")));
    assert!(group.is_owned());
}

#[test]
fn a_group_that_becomes_known_changes_nothing() {
    let mut group = contact(r#"{"UserName": "@@1", "NickName": "a"}"#);
    let update =
        r#"{"UserName": "@@1", "NickName": "b", "ChatRoomOwner": "@a", "MemberList": [{"UserName": "@a"}]}"#;
    let (changed, told) = merge(&mut group, update);
    assert!(changed && told.is_empty(), "{told:?}");
}
