use proptest::prelude::*;

use super::*;

fn book(contacts: &[&str]) -> Contacts {
    let mut book = Contacts::default();
    for json in contacts {
        book.insert(serde_json::from_str(json).unwrap());
    }
    book
}

fn one(name: &str) -> Found {
    Found::One(UserName::new(name))
}

fn several(names: &[&str]) -> Found {
    Found::Ambiguous(names.iter().map(|name| UserName::new(*name)).collect())
}

#[test]
fn names_are_tried_in_order() {
    let book = book(&[
        r#"{"UserName": "@1", "ContactFlag": 3, "NickName": "a", "RemarkName": "b", "Alias": "c"}"#,
        r#"{"UserName": "@2", "ContactFlag": 3, "NickName": "b", "Alias": "a"}"#,
        r#"{"UserName": "@3", "ContactFlag": 3, "NickName": "@1", "Alias": "d"}"#,
        r#"{"UserName": "@@4", "MemberList": [{"UserName": "@x", "NickName": "x"}, {"UserName": "@y", "NickName": "y"}]}"#,
        r#"{"UserName": "@5", "NickName": "twin", "ContactFlag": 3}"#,
        r#"{"UserName": "@6", "NickName": "twin", "VerifyFlag": 8}"#,
        r#"{"UserName": "@@7", "NickName": "d"}"#,
        r#"{"UserName": "@8", "NickName": "stranger", "RemarkName": "kept", "Alias": "id"}"#,
    ]);
    for (typed, found) in [
        ("@1", one("@1")),
        ("b", one("@1")),
        ("a", one("@2")),
        ("c", one("@1")),
        ("d", one("@3")),
        ("x, y", one("@@4")),
        ("twin", several(&["@5", "@6"])),
        ("@8", one("@8")),
        ("stranger", Found::None),
        ("kept", Found::None),
        ("id", Found::None),
        ("B", Found::None),
        ("x", Found::None),
        ("", Found::None),
        (" ", Found::None),
    ] {
        assert_eq!(book.find(typed), found, "{typed}");
    }
}

#[test]
fn nobody_can_pass_for_the_file_helper() {
    let impostor = book(&[
        r#"{"UserName": "@1", "ContactFlag": 3, "NickName": "文件传输助手", "RemarkName": "File Transfer"}"#,
    ]);
    for book in [Contacts::default(), impostor] {
        for typed in ["filehelper", "文件传输助手", "File Transfer"] {
            assert_eq!(book.find(typed), one("filehelper"));
            assert_eq!(book.find_by_part(typed), one("filehelper"));
        }
    }
}

#[test]
fn a_part_finds_whom_it_fits_alone() {
    let book = book(&[
        r#"{"UserName": "@1", "NickName": "小明", "RemarkName": "明哥", "ContactFlag": 3, "PYInitial": "XM",
            "PYQuanPin": "xiaoming", "RemarkPYInitial": "MG", "RemarkPYQuanPin": "mingge"}"#,
        r#"{"UserName": "@2", "NickName": "Ming Lee", "ContactFlag": 3, "Alias": "ming_1985"}"#,
        r#"{"UserName": "@3", "NickName": "小美", "ContactFlag": 3, "PYInitial": "XM", "PYQuanPin": "xiaomei"}"#,
        r#"{"UserName": "@4", "NickName": "MING_1985", "ContactFlag": 3}"#,
        r#"{"UserName": "@5", "NickName": "stranger Lee Anna"}"#,
        r#"{"UserName": "@@6", "NickName": "Book Club"}"#,
        r#"{"UserName": "@7", "NickName": "mg", "ContactFlag": 3}"#,
        r#"{"UserName": "weixin", "NickName": "WeChat Team Anna", "ContactFlag": 3}"#,
    ]);
    for (typed, found) in [
        ("ming_1985", one("@2")),
        ("Ming_1985", one("@2")),
        ("MING_1985", one("@4")),
        ("book", one("@@6")),
        ("LEE", one("@2")),
        ("哥", one("@1")),
        ("mg", one("@7")),
        ("MG", one("@7")),
        ("xm", several(&["@1", "@3"])),
        ("xiaomi", one("@1")),
        ("xiaom", several(&["@1", "@3"])),
        ("ming", several(&["@1", "@2", "@4"])),
        ("anna", Found::None),
        ("", Found::None),
    ] {
        assert_eq!(book.find_by_part(typed), found, "{typed}");
    }
}

/// What strangers may choose, the names of everybody among it.
fn hostile_name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "@f1",
            "@f2",
            "@@g",
            "@o",
            "明哥",
            "ming_1985",
            "小明",
            "Ada",
            "ada",
            "Climbers",
            "News",
            "filehelper",
            "文件传输助手",
            "MG",
            "mingge",
        ])
        .prop_map(str::to_owned),
        ".{0,12}",
    ]
}

proptest! {
    /// Whatever strangers call themselves, in their own name, alias, pinyin and in a group, no answer changes.
    #[test]
    fn strangers_never_change_an_answer(names in prop::collection::vec(hostile_name(), 6), typed in hostile_name()) {
        let known = [
            r#"{"UserName": "@f1", "ContactFlag": 3, "NickName": "小明", "RemarkName": "明哥", "Alias": "ming_1985",
                "RemarkPYInitial": "MG", "RemarkPYQuanPin": "mingge"}"#,
            r#"{"UserName": "@f2", "ContactFlag": 3, "NickName": "Ada", "Alias": "ada"}"#,
            r#"{"UserName": "@o", "ContactFlag": 3, "VerifyFlag": 8, "NickName": "News"}"#,
            r#"{"UserName": "@@g", "ContactFlag": 2, "NickName": "Climbers"}"#,
        ];
        let mut alone = book(&known);
        let mut beside = alone.clone();
        let [nick, alias, initials, pinyin, display, nick2] = <[String; 6]>::try_from(names).unwrap();
        let members = serde_json::json!([{"UserName": "@s1", "NickName": nick, "DisplayName": display}, {"UserName": "@f1"}]);
        for book in [&mut alone, &mut beside] {
            let group = serde_json::json!({"UserName": "@@g", "MemberList": members});
            book.insert(serde_json::from_value(group).unwrap());
        }
        let prints: Vec<_> = alone.iter().map(Contact::fingerprint).collect();
        for stranger in [
            serde_json::json!({"UserName": "@s1", "NickName": nick, "Alias": alias, "PYInitial": initials, "PYQuanPin": pinyin}),
            serde_json::json!({"UserName": "@s2", "NickName": nick2, "Alias": nick}),
        ] {
            beside.insert(serde_json::from_value(stranger).unwrap());
        }
        for typed in ["@f1", "@f2", "@o", "@@g", "明哥", "ming_1985", "小明", "Ada", "ada", "Climbers", "News", "mg", &typed] {
            prop_assert_eq!(beside.find(typed), alone.find(typed), "{}", typed);
            prop_assert_eq!(beside.find_by_part(typed), alone.find_by_part(typed), "{}", typed);
        }
        prop_assert_eq!(beside.recognise(&prints), alone.recognise(&prints));
        let everybody: Vec<_> = beside.iter().map(Contact::fingerprint).collect();
        let known: Vec<_> = prints.iter().map(|print| alone.find_by_fingerprint(print)).collect();
        let found = beside.recognise(&everybody);
        prop_assert_eq!(&found[..known.len()], &known[..]);
    }

    /// Friends may choose nick names, and nobody's id or remark is lost to them.
    #[test]
    fn nick_names_win_over_no_id_and_no_remark(nick in hostile_name()) {
        let friend = r#"{"UserName": "@f1", "ContactFlag": 3, "RemarkName": "明哥", "Alias": "ming_1985"}"#;
        let mut book = book(&[friend]);
        for (at, kind) in [r#""ContactFlag": 3"#, r#""VerifyFlag": 8"#, r#""MemberCount": 2"#].iter().enumerate() {
            let prefix = if at == 2 { "@@" } else { "@" };
            let json = format!(r#"{{"UserName": "{prefix}h{at}", {kind}, "NickName": {}}}"#, serde_json::json!(nick));
            book.insert(serde_json::from_str(&json).unwrap());
        }
        for typed in ["@f1", "明哥", "ming_1985"] {
            prop_assert_eq!(book.find(typed), one("@f1"));
            prop_assert_eq!(book.find_by_part(typed), one("@f1"));
        }
    }
}
