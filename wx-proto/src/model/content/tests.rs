mod apps;

use super::*;
use crate::{MsgId, UserName};

const ME: &str = "@0a1b";
const FRIEND: &str = "@1111";
const GROUP: &str = "@@2222";

/// As the server encodes it.
fn encoded(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br/>")
}

/// A message with a content as it is on the wire and other members.
fn wire(from: &str, msg_type: i64, content: &str, members: &str) -> Content {
    let json = format!(
        "{{\"MsgType\":{msg_type},\"Content\":{},{members}{}\"SubMsgType\":{},\"NewMsgId\":7}}",
        serde_json::to_string(content).unwrap(),
        if members.is_empty() { "" } else { "," },
        if members.contains("coord") { 48 } else { 0 },
    );
    let (id, from, me) = (MsgId::new("7"), UserName::new(from), UserName::new(ME));
    Content::decode(&Envelope {
        json: &json,
        id: Some(&id),
        msg_type: Some(msg_type),
        content: Some(content),
        from: &from,
        me: &me,
        group: from.is_group(),
    })
}

fn xml(msg_type: i64, xml: &str, members: &str) -> Content {
    wire(FRIEND, msg_type, &encoded(xml), members)
}

fn app(kind: i64, inside: &str) -> Content {
    xml(
        49,
        &format!(
            "<msg><appmsg appid=\"wx1\"><title>题 A&amp;B</title><des>des</des><type>{kind}</type>{inside}</appmsg></msg>"
        ),
        "\"AppMsgType\":5",
    )
}

fn says(content: &Content, kind: &str, text: &str) {
    assert_eq!((content.kind(), content.text().as_ref()), (kind, text), "{content:?}");
}

#[test]
fn other_words_for_the_kind() {
    let link = app(5, "<url>http://example.com/</url>");
    assert_eq!(link.described("链接"), "[链接 题 A&B: http://example.com/]");
    assert_eq!(app(19, "").described("聊天记录"), "[聊天记录 题 A&B]\ndes");
    assert_eq!(wire(FRIEND, 50, "", "").described("通话"), "[通话]");
    let Content::Quote(quote) =
        app(57, "<refermsg><type>3</type><displayname>小明</displayname><content/></refermsg>")
    else {
        panic!()
    };
    let quoted = quote.quoted.unwrap();
    assert_eq!(quoted.line_with(|content| content.described("图片").into()), "小明: [图片]");
}

#[test]
fn texts() {
    says(&wire(FRIEND, 1, "A&amp;B<br/>&lt;3", ""), "text", "A&B\n<3");
    says(&wire(FRIEND, 1, "请在手机上查看 pictype=location", ""), "text", "请在手机上查看 pictype=location");
    // A person can type it.
    says(&xml(1, "<sysmsg type=\"revokemsg\"/>", ""), "text", "<sysmsg type=\"revokemsg\"/>");
}

#[test]
fn locations() {
    let members = r#""Url":"http://apis.map.qq.com/uri/v1/geocoder?coord=22.540000,113.930000","OriContent":"<?xml version=\"1.0\"?>\n<msg>\n\t<location x=\"22.540000\" y=\"113.930000\" scale=\"16\" label=\"深圳市南山区\" maptype=\"0\" poiname=\"[位置]\" poiid=\"\" />\n</msg>\n""#;
    let body =
        "深圳市南山区:<br/>/cgi-bin/mmwebwx-bin/webwxgetpubliclinkimg?url=xxx&msgid=7&pictype=location";
    let content = wire(FRIEND, 1, body, members);
    says(&content, "location", "[location 深圳市南山区]");
    let Content::Location(location) = &content else { panic!() };
    assert_eq!(location.point.unwrap().to_string(), "22.540000,113.930000");
    assert_eq!((location.name.as_deref(), location.url.is_some()), (None, true));
    assert_eq!(location.map.as_ref().unwrap().kind(), MediaKind::Map);
    // Without the XML the address has the point.
    let bare =
        wire(FRIEND, 1, body, r#""Url":"http://apis.map.qq.com/uri/v1/geocoder?coord=22.540000,113.930000""#);
    says(&bare, "location", "[location 深圳市南山区]");
    let Content::Location(bare) = &bare else { panic!() };
    assert_eq!(bare.point, location.point);
    let old = wire(FRIEND, 1, "http://weixin.qq.com/cgi-bin/redirectforward?args=x", "");
    says(&old, "location", "[location]");
    let of_48 = xml(48, "<msg><location label='L' poiname='P' x='1' y='-2'/></msg>", "");
    says(&of_48, "location", "[location P, L]");
    says(&xml(48, "<msg><location x='1' y='-2'/></msg>", ""), "location", "[location 1.000000,-2.000000]");
    says(&xml(48, "<msg/>", ""), "unknown", "[unsupported message, type 48]");
    says(&app(17, ""), "live_location", "[sharing a live location: see the phone]");
    says(&wire(FRIEND, 10_000, "位置共享已经结束", ""), "live_location", "[the live location ended]");
}

#[test]
fn pictures_sound_and_film() {
    let image = wire(FRIEND, 3, "@0123456789abcdef", "\"ImgHeight\":240,\"ImgWidth\":210");
    says(&image, "image", "[image 210x240]");
    let Content::Image(image) = image else { panic!() };
    assert_eq!((image.size, image.media.unwrap().kind()), (None, MediaKind::Image));
    let own = xml(
        3,
        "<?xml version=\"1.0\"?>\n<msg>\n\t<img length=\"52523\" hdlength=\"0\" cdnthumbwidth=\"89\" cdnthumbheight=\"120\"/>\n</msg>",
        "",
    );
    says(&own, "image", "[image 89x120]");
    assert_eq!(own.media().unwrap().size(), Some(52523));
    says(&wire(FRIEND, 3, "", ""), "image", "[image]");
    let voice =
        xml(34, "<msg><voicemsg voicelength=\"2112\" length=\"4051\"/></msg>", "\"VoiceLength\":2112");
    says(&voice, "voice", "[voice 3 s]");
    assert_eq!(voice.media().unwrap().size(), Some(4051));
    says(&wire(FRIEND, 34, "@00", ""), "voice", "[voice]");
    for (number, micro) in [(43, false), (62, true)] {
        let video = xml(
            number,
            "<msg><videomsg length=\"328666\" playlength=\"2\" cdnthumbwidth=\"960\" cdnthumbheight=\"540\"/></msg>",
            "",
        );
        says(&video, "video", "[video 0:02]");
        let Content::Video(video) = video else { panic!() };
        assert_eq!((video.micro, video.dimensions), (micro, Some(Dimensions { width: 960, height: 540 })));
    }
    says(&wire(FRIEND, 43, "@00", "\"PlayLength\":75"), "video", "[video 1:15]");
}

#[test]
fn stickers() {
    let sticker = xml(
        47,
        "<msg><emoji md5 = \"59ab\" len=\"447446\" cdnurl=\"http://emoji.qpic.cn/a/\" width=\"240\" height=\"210\"></emoji><gameext type=\"0\"></gameext></msg>",
        "",
    );
    says(&sticker, "emoticon", "[emoticon 240x210]");
    let Content::Emoticon(sticker) = sticker else { panic!() };
    assert_eq!(
        (sticker.md5.as_deref(), sticker.url.as_deref()),
        (Some("59ab"), Some("http://emoji.qpic.cn/a/"))
    );
    assert!(!sticker.store && sticker.media.is_some());
    for (number, body) in [(47, ""), (1, "该类型暂不支持，请在手机上查看")] {
        let store = wire(FRIEND, number, body, "\"HasProductId\":1,\"ImgStatus\":2");
        says(&store, "emoticon", "[emoticon]");
        assert!(store.media().is_none());
    }
}

#[test]
fn people() {
    let info = r#""RecommendInfo":{"UserName":"@hash","NickName":"Anna <span class=\"emoji emoji1f602\"></span>","Province":"北京","City":"朝阳","Content":"我是Anna","Alias":"anna","Scene":14,"VerifyFlag":0,"Ticket":"v2_secret@stranger","OpCode":2}"#;
    let card = xml(
        42,
        "<msg username=\"v1_x@stranger\" nickname=\"Anna\"  shortpy=\"ANNA\" certflag=\"24\" antispamticket=\"v2_secret\"/>",
        info,
    );
    says(&card, "card", "[account Anna 😂]");
    let bare = xml(42, "<?xml version=\"1.0\"?>\n<msg nickname=\"Anna\" antispamticket=\"v2_secret\"/>", "");
    says(&bare, "card", "[contact Anna]");
    says(&wire(FRIEND, 40, "", info), "card", "[contact Anna 😂]");
    let request = wire("fmessage", 37, "&lt;msg fromnickname=\"x\" scene=\"3\"/&gt;", info);
    says(&request, "friend_request", "[friend request from Anna 😂: 我是Anna]");
    let Content::FriendRequest(request) = &request else { panic!() };
    assert_eq!(request.ticket.as_ref().unwrap().expose(), "v2_secret@stranger");
    assert_eq!((request.scene, request.region.as_str()), (Some(14), "北京 朝阳"));
    assert_eq!(request.user_name, Some(UserName::new("@hash")));
    let bare = xml(37, "<msg fromnickname=\"A\" content=\"hi\" scene=\"3\" ticket=\"v2_secret\"/>", "");
    says(&bare, "friend_request", "[friend request from A: hi]");
    let old = xml(37, "<msg fromnickname=\"A\"/>", "\"Ticket\":\"v2_secret\"");
    for content in [card, bare, old, Content::FriendRequest(request.clone())] {
        assert!(!format!("{content:?}").contains("v2_secret"), "{content:?}");
    }
    for (number, body) in [(37, "&lt;msg ticket=\"v2_secret\"/&gt;"), (42, "v2_secret"), (40, "")] {
        let unknown = wire(FRIEND, number, body, "");
        assert_eq!(unknown.kind(), "unknown");
        assert!(!format!("{unknown:?}").contains("v2_secret"), "{unknown:?}");
    }
}

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

#[test]
fn notices() {
    let revoke = "<sysmsg type=\"revokemsg\"><revokemsg><msgid>7</msgid><replacemsg>r</replacemsg></revokemsg></sysmsg>";
    for number in [10_000, 10_002] {
        says(&xml(number, revoke, ""), "recalled", "r");
        let pat = xml(
            number,
            "<sysmsg type=\"pat\"><pat><fromusername>wxid_a</fromusername><pattedusername>wxid_b</pattedusername><template><![CDATA[\"${wxid_a}\" 拍了拍我]]></template></pat></sysmsg>",
            "",
        );
        says(&pat, "pat", "\"wxid_a\" 拍了拍我");
        says(
            &xml(number, "<sysmsg type=\"roomtoolstips\"><todo><title>T</title></todo></sysmsg>", ""),
            "system",
            "T",
        );
        says(
            &xml(number, "<sysmsg type=\"new\"/>", ""),
            "unknown",
            &format!("[unsupported message, type {number}]"),
        );
    }
    says(&wire(FRIEND, 10_000, "\"小明\" 拍了拍我", ""), "pat", "\"小明\" 拍了拍我");
    says(
        &wire(FRIEND, 10_000, "收到一条视频/语音聊天消息，请在手机上查看", ""),
        "voip",
        "[call: see the phone]",
    );
    for number in [50, 52, 53] {
        assert_eq!(wire(FRIEND, number, "", "").kind(), "voip");
    }
    let invited = "你邀请\"X\"加入了群聊  &lt;a href=\"weixin://revoke/\"&gt;撤销&lt;/a&gt;";
    for (from, event) in [(FRIEND, false), (GROUP, true)] {
        let content = wire(from, 10_000, invited, "");
        says(&content, "system", "你邀请\"X\"加入了群聊  撤销");
        let Content::System(system) = content else { panic!() };
        assert_eq!(system.event.is_some(), event, "only a group has such events");
    }
    let status = xml(
        51,
        "<msg>\n<op id='4'>\n<username>filehelper,1@chatroom</username>\n</op>\n</msg>",
        "\"StatusNotifyCode\":4,\"StatusNotifyUserName\":\"filehelper,@@2\"",
    );
    says(&status, "status", "");
    let Content::Status(status) = status else { panic!() };
    assert_eq!(
        (status.event, status.ids.join(" ").as_str()),
        (StatusEvent::ChatList, "filehelper 1@chatroom")
    );
    let short = xml(
        51,
        "<msg><op id='4'><username>a</username></op></msg>",
        "\"StatusNotifyUserName\":\"filehelper,@@2,\"",
    );
    let Content::Status(short) = short else { panic!() };
    assert_eq!((short.event, short.users.len(), short.ids.len()), (StatusEvent::ChatList, 2, 0));
}

#[test]
fn what_is_new_is_kept() {
    let body = "&lt;msg/&gt;";
    for number in [0, 2, 11, 38, 44, 10_001, -1, i64::MAX] {
        let unknown = Unknown { msg_type: Some(number), body: body.to_owned(), note: Note::NewType };
        assert_eq!(wire(FRIEND, number, body, ""), Content::Unknown(unknown));
    }
    says(&xml(10_002, "<other/>", ""), "unknown", "[unsupported message, type 10002]");
    says(&wire(FRIEND, 10_002, "revokemsg", ""), "unknown", "[unsupported message, type 10002]");
}
