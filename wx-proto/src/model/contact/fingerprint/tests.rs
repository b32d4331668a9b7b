use super::*;

fn print(json: &str) -> Fingerprint {
    serde_json::from_str::<Contact>(json).unwrap().fingerprint()
}

/// The same contact in two logins: the user name and the address of the picture change.
fn person(user_name: &str, picture: u32, rest: &str) -> Fingerprint {
    print(&format!(
        r#"{{"UserName": "{user_name}", "ContactFlag": 3,
        "HeadImgUrl": "/cgi-bin/mmwebwx-bin/webwxgeticon?seq={picture}&username={user_name}&skey=@crypt_1"{rest}}}"#
    ))
}

#[test]
fn user_names_do_not_matter_and_hints_do() {
    let full =
        r#", "NickName": "n", "RemarkName": "r", "Alias": "a", "AttrStatus": 5, "City": "c", "Sex": 1"#;
    assert_eq!(person("@1", 7, full), person("@2", 7, full));
    let nick = r#", "NickName": "n""#;
    for (one, two, confidence) in [
        (person("@1", 7, full), person("@2", 8, full), Some(Confidence::High)),
        (
            person("@1", 7, r#", "Alias": "a", "NickName": "n""#),
            person("@2", 7, r#", "Alias": "b", "NickName": "n""#),
            None,
        ),
        (
            person("@1", 7, r#", "Uin": 9, "Alias": "a""#),
            person("@2", 8, r#", "Uin": 9, "Alias": "b""#),
            Some(Confidence::Certain),
        ),
        (person("@1", 7, nick), person("@2", 7, nick), Some(Confidence::High)),
        (person("@1", 7, nick), person("@2", 8, nick), Some(Confidence::Low)),
        (person("@1", 7, nick), person("@2", 7, r#", "NickName": "m""#), Some(Confidence::Low)),
        (
            person("@1", 0, r#", "NickName": "n", "City": "c""#),
            person("@2", 0, r#", "NickName": "n", "City": "c""#),
            Some(Confidence::Medium),
        ),
        (
            person("@1", 0, r#", "NickName": "n", "RemarkName": "r""#),
            person("@2", 0, r#", "NickName": "m", "RemarkName": "r""#),
            Some(Confidence::Medium),
        ),
        (person("@1", 0, ""), person("@2", 0, ""), None),
        (person("@1", 7, nick), person("@@2", 7, nick), None),
        (
            print(r#"{"UserName": "filehelper"}"#),
            print(r#"{"UserName": "filehelper", "NickName": "x"}"#),
            Some(Confidence::Certain),
        ),
        (
            print(r#"{"UserName": "filehelper", "NickName": "x"}"#),
            print(r#"{"UserName": "weixin", "NickName": "x"}"#),
            None,
        ),
    ] {
        assert_eq!((one.compare(&two), two.compare(&one)), (confidence, confidence), "{one} {two}");
    }
    assert_eq!(person("@1", 7, full).confidence(), Some(Confidence::High));
    assert_eq!(person("@1", 0, "").confidence(), None);
}

/// Stored by applications: this text must never change.
#[test]
fn the_text_is_stable_and_read_back() {
    let full = person("@1", 7, r#", "NickName": "小明", "RemarkName": "明哥", "Province": "广东", "Sex": 1"#);
    let text = "1.p....c723b7757067cc96.48d1e2ed57bf7cbc.0a6db0e03a11fd25..32486ac985dbcdda";
    assert_eq!(full.to_string(), text);
    assert_eq!(text.parse(), Ok(full));
    assert_eq!(serde_json::to_string(&full).unwrap(), format!("\"{text}\""));
    assert_eq!(serde_json::from_str::<Fingerprint>(&format!("\"{text}\"")).unwrap(), full);
    for wrong in [
        "",
        "1",
        "2.p........",
        "1.p.......",
        "1.x........",
        "1.p.........",
        "1.p.1.......",
        "1.p.+00000000000001.......",
        "1.pp........",
    ] {
        assert_eq!(wrong.parse::<Fingerprint>(), Err(FingerprintError), "{wrong}");
    }
    assert!("1.p........".parse::<Fingerprint>().is_ok());
}
