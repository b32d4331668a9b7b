use super::*;

fn members(json: &str) -> MemberTable {
    let wire: Vec<WireMember<'_>> = json::objects(&mut serde_json::Deserializer::from_str(json)).unwrap();
    MemberTable::new(&wire)
}

#[test]
fn members_are_found_and_keep_their_order() {
    let list = members(
        r#"[{"UserName":"@c","NickName":"A&amp;B"},{"UserName":"@a","NickName":"老王","DisplayName":"向导老王",
        "AttrStatus":33},{"NickName":"nobody"},null,{"UserName":"@b","AttrStatus":99999999999}]"#,
    );
    let names: Vec<&str> = list.iter().map(|member| member.user_name).collect();
    assert_eq!(names, ["@c", "@a", "@b"]);
    assert_eq!(list.get("@c").unwrap().name(), "A&B");
    let wang = list.get("@a").unwrap();
    assert_eq!((wang.name(), wang.nick_name, wang.attr_status), ("向导老王", "老王", 33));
    assert_eq!(list.get("@b").map(|member| (member.name(), member.attr_status)), Some(("", 0)));
    assert_eq!(list.get("@d"), None);
    assert_eq!(MemberTable::default().get("@a"), None);
    assert!(Members(None).is_empty() && Members(None).get("@a").is_none());
    assert_eq!(Members(Some(&list)).iter().count(), 3);
}

#[test]
fn a_list_replaces_members_and_says_what_changed() {
    let mut list = members(r#"[{"UserName":"@a","NickName":"a","DisplayName":"A"},{"UserName":"@b"}]"#);
    let mut told = Changes::default();
    assert!(!list.merge(members("[]"), &mut told));
    assert!(!list.merge(members(r#"[{"UserName":"@a"},{"UserName":"@b"}]"#), &mut told));
    assert_eq!(list.get("@a").unwrap().name(), "A", "an entry without a nick name says nothing of names");
    assert!(told.is_empty());
    let update = r#"[{"UserName":"@c","NickName":"c"},{"UserName":"@a","NickName":"new"}]"#;
    assert!(list.merge(members(update), &mut told));
    assert_eq!(list.get("@a").map(|member| member.name()), Some("new"), "the name in the group was cleared");
    assert_eq!((list.get("@b"), list.get("@c").map(|member| member.name())), (None, Some("c")));
    assert_eq!(told.joined, [UserName::new("@c")]);
    assert_eq!(told.left, [FormerMember { user_name: UserName::new("@b"), name: "".into() }]);
    assert_eq!(told.renamed_members, [UserName::new("@a")]);
}

#[test]
fn a_name_that_becomes_known_is_no_renaming() {
    let mut list = members(r#"[{"UserName":"@a"}]"#);
    let mut told = Changes::default();
    assert!(list.merge(members(r#"[{"UserName":"@a","NickName":"a"}]"#), &mut told));
    assert!(told.is_empty());
}

#[test]
fn a_list_can_be_cut() {
    let mut list = members(r#"[{"UserName":"@c"},{"UserName":"@a"},{"UserName":"@b"}]"#);
    list.truncate(3);
    assert_eq!(list.len(), 3);
    list.truncate(2);
    assert_eq!(list.iter().map(|member| member.user_name).collect::<Vec<_>>(), ["@c", "@a"]);
    assert!(list.get("@a").is_some() && list.get("@b").is_none());
}

#[test]
fn long_names_are_cut_and_nobody_has_a_long_user_name() {
    let name = "长".repeat(400_000);
    let list = members(&format!(
        r#"[{{"UserName":"@a","NickName":"{name}"}},{{"UserName":"{name}"}},{{"UserName":"@b","NickName":"b"}}]"#
    ));
    assert_eq!(list.get("@a").unwrap().nick_name, "长".repeat(341));
    assert_eq!(list.len(), 2);
    assert_eq!(list.get("@b").unwrap().nick_name, "b");
}
