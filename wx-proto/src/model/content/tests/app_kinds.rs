//! The kinds of MsgType 49.

use super::*;

#[test]
fn links_files_and_programs() {
    let link = app(5, "<url>https://example.com/a?x=1&amp;y=2</url><sourcedisplayname>S</sourcedisplayname>");
    says(&link, "link", "[link 题 A&B: https://example.com/a?x=1&y=2]");
    says(
        &wire(FRIEND, 49, "", r#""AppMsgType":5,"FileName":"T &amp;amp; U","Url":"http://x""#),
        "link",
        "[link T &amp; U: http://x]",
    );
    says(&xml(49, "<msg><appmsg><type>4</type></appmsg></msg>", ""), "link", "[link]");
    let members = r#""AppMsgType":6,"FileName":"report &amp; plan.pdf","FileSize":"1234567","MediaId":"@crypt_media","EncryFileName":"report%2Epdf""#;
    let file = xml(
        49,
        "<msg><appmsg><title>report.pdf</title><type>6</type><appattach><totallen>9</totallen><attachid>@cdn_secret</attachid><aeskey>secret</aeskey></appattach><md5>ab</md5></appmsg></msg>&lt;br/&gt;\n",
        members,
    );
    says(&file, "file", "[file report & plan.pdf 1.2 MB]");
    let media = file.media().unwrap();
    assert_eq!(
        (media.kind(), media.size(), media.file_name()),
        (MediaKind::File, Some(1_234_567), Some("report & plan.pdf"))
    );
    assert!(!format!("{file:?}").contains("crypt") && !format!("{file:?}").contains("secret"), "{file:?}");
    let bare = app(6, "<appattach><totallen>1024</totallen></appattach>");
    says(&bare, "file", "[file 题 A&B 1.0 kB]");
    assert!(bare.media().is_none());
    let program = app(
        33,
        "<sourcedisplayname>Shop</sourcedisplayname><weappinfo><appid>wx0</appid><pagepath>p</pagepath></weappinfo>",
    );
    says(&program, "mini_program", "[mini program Shop: 题 A&B]");
    says(&app(36, ""), "mini_program", "[mini program 题 A&B]");
    says(&app(3, "<dataurl>http://s</dataurl>"), "music", "[music 题 A&B - des]");
    says(
        &wire(
            "newsapp",
            1,
            "&lt;mmreader&gt;&lt;category&gt;&lt;item&gt;&lt;title&gt;T&lt;/title&gt;&lt;url&gt;http://x&lt;/url&gt;",
            "",
        ),
        "link",
        "[link T: http://x]",
    );
    says(&wire("newsapp", 1, "words", ""), "text", "words");
    says(&app(2, ""), "image", "[image]");
    says(&app(8, ""), "emoticon", "[emoticon]");
}

#[test]
fn quotes() {
    let refer = |kind: i64, content: &str| {
        format!(
            "<refermsg><type>{kind}</type><svrid>5120000000000000011</svrid><fromusr>wxid_a</fromusr><chatusr>wxid_b</chatusr><displayname>小明</displayname><content>{}</content></refermsg>",
            content.replace('&', "&amp;").replace('<', "&lt;")
        )
    };
    let quote = app(57, &refer(1, "quoted &lt;\n text"));
    says(&quote, "quote", "> 小明: quoted &lt; text\n题 A&B");
    let Content::Quote(Quote { quoted: Some(quoted), .. }) = quote else { panic!() };
    assert_eq!(quoted.msg_id, Some(MsgId::new("5120000000000000011")));
    assert_eq!(quoted.sender_id.as_deref(), Some("wxid_a"));
    says(
        &app(57, &refer(3, "<msg><img cdnthumbwidth=\"1\" cdnthumbheight=\"2\"/></msg>")),
        "quote",
        "> 小明: [image 1x2]\n题 A&B",
    );
    says(&app(57, ""), "quote", "题 A&B");
    // Quotes in quotes end somewhere.
    let mut inner = refer(1, "deep");
    for _ in 0..6 {
        inner = refer(49, &format!("<msg><appmsg><title>t</title><type>57</type>{inner}</appmsg></msg>"));
    }
    let mut content = app(57, &inner);
    let mut depth = 0;
    while let Content::Quote(Quote { quoted: Some(quoted), .. }) = content {
        depth += 1;
        content = *quoted.content;
    }
    assert_eq!(depth, 4);
    assert!(matches!(content, Content::Unknown(Unknown { note: Note::TooDeep, .. })), "{content:?}");
}

#[test]
fn money_history_and_channels() {
    let transfer = app(
        2000,
        "<wcpayinfo><paysubtype>1</paysubtype><feedesc><![CDATA[￥0.10]]></feedesc><pay_memo>lunch</pay_memo></wcpayinfo>",
    );
    says(&transfer, "transfer", "[transfer ￥0.10: lunch]");
    says(
        &app(2001, "<wcpayinfo><sendertitle>恭喜发财</sendertitle></wcpayinfo>"),
        "red_packet",
        "[red packet 恭喜发财]",
    );
    says(&wire(FRIEND, 10_000, "收到红包，请在手机上查看", ""), "red_packet", "[red packet]");
    says(
        &wire(FRIEND, 1, "恭喜发财，请在手机上查看", "\"AppMsgType\":2001"),
        "red_packet",
        "[red packet 恭喜发财，请在手机上查看]",
    );
    let items = "<recordinfo><datalist count=\"2\"><dataitem datatype=\"1\"><sourcename>A</sourcename><sourcetime>t</sourcetime><datadesc>one</datadesc></dataitem><dataitem><datatitle>two</datatitle></dataitem></datalist></recordinfo>";
    for item in [format!("<![CDATA[{items}]]>"), items.to_owned(), items.replace('<', "&lt;")] {
        let history = app(19, &format!("<recorditem>{item}</recorditem>"));
        says(&history, "chat_history", "[chat history 题 A&B]\nA: one\ntwo");
        let Content::ChatHistory(history) = history else { panic!() };
        let lines: Vec<_> =
            history.records.iter().map(|record| (record.sender.as_deref(), record.text())).collect();
        assert_eq!(lines, [(Some("A"), "one".into()), (None, "two".into())], "{item}");
    }
    says(
        &wire(FRIEND, 49, "该类型暂不支持，请在手机上查看", "\"AppMsgType\":0"),
        "chat_history",
        "[chat history]\n该类型暂不支持，请在手机上查看",
    );
    let channel = app(
        51,
        "<finderFeed><nickname>N</nickname><desc>D</desc><mediaList><media><videoPlayDuration>15</videoPlayDuration><thumbUrl>http://t</thumbUrl></media></mediaList></finderFeed>",
    );
    says(&channel, "channel_video", "[channel video N: D]");
}

#[test]
fn other_apps() {
    for kind in [1, 7, 9, 10, 13, 15, 16, 53, 99_999] {
        says(&app(kind, "<url>http://x</url>"), "app", "[app 题 A&B]");
    }
    says(&xml(49, "<msg><appmsg><type>7</type></appmsg></msg>", ""), "app", "[app message, type 7]");
    says(&wire(FRIEND, 49, "broken", "\"AppMsgType\":7,\"FileName\":\"T\""), "app", "[app T]");
    for (body, members, note) in [
        ("broken", "\"AppMsgType\":7", Note::NotXml),
        ("&lt;msg/&gt;", "", Note::Incomplete),
        ("", "", Note::NotXml),
    ] {
        let unknown = Unknown { msg_type: Some(49), body: body.to_owned(), note };
        assert_eq!(wire(FRIEND, 49, body, members), Content::Unknown(unknown));
    }
}
