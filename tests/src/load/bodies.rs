//! Bodies of any size for each endpoint: what a server sends, and what one sends that wants to cost time or memory.

use serde_json::{Value, json};
use wx_proto::Endpoint;

/// A body and what is in it.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::load::bodies;
///
/// for body in bodies(Endpoint::Sync, 10_000) {
///     println!("{}: {} bytes", body.what, body.bytes.len());
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Body {
    /// Its kind, in a few words.
    pub what: &'static str,
    /// About as many bytes as were asked for.
    pub bytes: Vec<u8>,
}

/// Bodies of about `size` bytes for an endpoint; the first is a plain one.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::load::{Load, bodies};
///
/// let (load, waiting) = Load::before(Endpoint::Init).ok_or("never asked for")?;
/// for body in bodies(Endpoint::Init, 1_000) {
///     let mut load = load.clone();
///     load.hand_over(&waiting.with_body(body.bytes));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn bodies(endpoint: Endpoint, size: usize) -> Vec<Body> {
    let mut all = match endpoint {
        Endpoint::JsLogin => script(size, "window.QRLogin.code"),
        Endpoint::LoginPoll => script(size, "window.code"),
        Endpoint::SyncCheck => script(size, "window.synccheck"),
        Endpoint::QrCode | Endpoint::Logout => vec![body("a picture", vec![0xff; size])],
        Endpoint::LoginPage => login_page(size),
        Endpoint::Init => lists(size, "ContactList"),
        Endpoint::GetContact => lists(size, "MemberList"),
        Endpoint::BatchGetContact => lists(size, "ContactList"),
        Endpoint::Sync => sync(size),
        Endpoint::SendMsg | Endpoint::StatusNotify | _ => {
            vec![wrapped("an unknown member", r#""X":""#, &"x".repeat(size), r#"""#)]
        }
    };
    let is_json = !matches!(
        endpoint,
        Endpoint::JsLogin
            | Endpoint::LoginPoll
            | Endpoint::SyncCheck
            | Endpoint::QrCode
            | Endpoint::Logout
            | Endpoint::LoginPage
    );
    if is_json {
        all.extend(any_json(size));
    }
    all
}

fn any_json(size: usize) -> Vec<Body> {
    let bad: Vec<u8> =
        [br#"{"BaseResponse":{"Ret":0},"X":""#.as_slice(), &vec![0xff; size], br#""}"#].concat();
    vec![
        body("bad UTF-8", bad),
        wrapped("halves of emoji", r#""X":""#, &r"\ud83d".repeat(size / 6), r#"""#),
        wrapped("unknown escapes", r#""X":""#, &r"\x".repeat(size / 2), r#"""#),
        wrapped("deep JSON", r#""X":"#, &["[".repeat(size / 2), "]".repeat(size / 2)].concat(), ""),
        wrapped("open brackets", r#""X":"#, &"[".repeat(size), ""),
        wrapped("many members", "", &r#""":0,"#.repeat(size / 5), r#""X":0"#),
        wrapped("a long key", r#""SyncKey":{"Count":1,"List":["#, &"0,".repeat(size / 2), "0]}"),
        wrapped("a long code", r#""BaseResponse":{"Ret":"#, &"1".repeat(size), "}"),
    ]
}

fn script(size: usize, name: &str) -> Vec<Body> {
    let repeat = |piece: &str| piece.repeat(size / piece.len() + 1).into_bytes();
    vec![
        body("a comment", [format!("{name}=408;//").into_bytes(), vec![b'x'; size]].concat()),
        body("the name alone", repeat(name)),
        body("no end of a quote", repeat(&format!("{name}='{name}=\"{name}=“"))),
        body("blanks behind the name", repeat(&format!("{name}{}", " ".repeat(50)))),
        body("one value", [format!("{name}='").into_bytes(), vec![b' '; size]].concat()),
        body("bad UTF-8", vec![0xff; size]),
    ]
}

fn login_page(size: usize) -> Vec<Body> {
    let mut all = vec![body(
        "tokens and a comment",
        [
            b"<error><ret>0</ret><skey>a</skey><wxsid>b</wxsid><wxuin>1</wxuin><pass_ticket>c</pass_ticket><!--".as_slice(),
            &vec![b'x'; size],
            b"--></error>",
        ]
        .concat(),
    )];
    for piece in [
        "<error",
        "<error ",
        "<errorx>",
        "&lt;error",
        "&lt;error&gt;",
        "<error><",
        "<error>&",
        "<error><ret>",
        "<error><!--",
        "<error><![CDATA[",
        "<error></x",
        "<error><a b='",
        "<error>&#x41;",
    ] {
        all.push(body(piece, piece.repeat(size / piece.len()).into_bytes()));
        // The same once opened.
        if let Some(inner) = piece.strip_prefix("<error>") {
            all.push(body(
                inner,
                format!("<error><ret>1</ret><message>{}", inner.repeat(size / inner.len())).into_bytes(),
            ));
        }
    }
    all
}

fn lists(size: usize, name: &'static str) -> Vec<Body> {
    let user =
        r#""User":{"UserName":"@me","NickName":"x"},"SyncKey":{"Count":1,"List":[{"Key":1,"Val":1}]},"#;
    let list = |what, item: &str| {
        let items = vec![item; (size / (item.len() + 1)).max(1)].join(",");
        wrapped(what, &format!("{user}\"{name}\":["), &items, "]")
    };
    let contact = r#"{"UserName":"@a","NickName":"小明","ContactFlag":3,"Signature":"路漫漫其修远兮","Province":"广东"}"#;
    let members = |item: &str| {
        let items = vec![item; (size / (item.len() + 1)).max(1)].join(",");
        format!(r#"{{"UserName":"@@1","MemberList":[{items}]}}"#)
    };
    let named =
        |nick: &str| format!(r#"{{"UserName":"@@1","NickName":"{}"}}"#, nick.repeat(size / nick.len()));
    vec![
        list("contacts", contact),
        list("null", "null"),
        list("0", "0"),
        list("{}", "{}"),
        list("one that is none", &format!("{contact},7")),
        list("members: {}", &members("{}")),
        list("members", &members(r#"{"UserName":"@b","NickName":"x"}"#)),
        list("a long name", &named("x")),
        list("a name of marks", &named("&amp;<br/>")),
        list("a name of < and &", &named("<span class=\\\"emoji emoji&")),
        wrapped("a long list of chats", &format!("{user}\"ChatSet\":\""), &"@@1,".repeat(size / 4), "\""),
    ]
}

fn sync(size: usize) -> Vec<Body> {
    let mut all = vec![
        messages("texts", size, 200, |at| message(at, 1, "明天几点出发？早点也行")),
        wrapped("0", r#""AddMsgList":["#, &"0,".repeat(size / 2), "0]"),
        wrapped("{}", r#""AddMsgList":["#, &"{},".repeat(size / 3), "{}]"),
        wrapped("deleted: 0", r#""DelContactList":["#, &"0,".repeat(size / 2), "0]"),
        wrapped("changed: null", r#""ModContactList":["#, &"null,".repeat(size / 5), "null]"),
        messages("a long list of chats", size, size, |at| {
            let mut message = message(at, 51, "");
            if let Value::Object(members) = &mut message {
                members.insert("StatusNotifyUserName".to_owned(), "@@1,".repeat(size / 4).into());
            }
            message
        }),
        messages("many members", size, size, |at| {
            let mut message = message(at, 3, "x");
            if let Value::Object(members) = &mut message {
                // Read to the end only where something is missing.
                members.remove("CreateTime");
                members.extend((0..size / 12).map(|number| (format!("m{number}"), 0.into())));
            }
            message
        }),
    ];
    // Texts may have any length, and XML up to 1 MiB: one message of the whole size, and many of half a mebibyte.
    for (what, msg_type, begin, piece, end) in [
        ("text: &", 1, "", "&", ""),
        ("text: <", 1, "", "<", ""),
        ("text: <span", 1, "", "<span class=\"emoji emoji", ""),
        ("text: [", 1, "", "[", ""),
        ("text: @", 1, "", "@", ""),
        ("text: a:", 1, "@@1:<br/>", "a:<br/>", ""),
        ("system: <a", 10_000, "", "&lt;a ", ""),
        ("system: quotes", 10_000, "\"", "\"邀请\"", "加入了群聊"),
        ("system: names", 10_000, "你邀请\"", "a、", "\"加入了群聊"),
        ("system: renamed", 10_000, "\"a\"", "修改群名为“", "”"),
        ("system: pats", 10_000, "", "\"a\" 拍了拍 ", "我"),
        ("xml: elements", 49, "&lt;msg&gt;", "&lt;a&gt;", ""),
        ("xml: empty elements", 49, "&lt;msg&gt;", "&lt;a/&gt;", ""),
        ("xml: attributes", 49, "&lt;msg ", "a=\"b\" ", "&gt;"),
        ("xml: ends", 49, "&lt;msg&gt;", "&lt;/a&gt;", ""),
        ("xml: &", 49, "&lt;msg&gt;", "&amp;", ""),
        ("xml: open comments", 49, "&lt;msg&gt;", "&lt;!--", ""),
        ("xml: open tags", 49, "&lt;msg&gt;", "&lt;", ""),
        ("xml: open CDATA", 49, "&lt;msg&gt;", "&lt;![CDATA[", ""),
        ("xml: a title", 49, "&lt;msg&gt;&lt;appmsg&gt;&lt;title&gt;", "&amp;lt;", "&lt;/title&gt;"),
        ("xml: escaped twice", 49, "&amp;lt;msg&amp;gt;", "&amp;lt;a&amp;gt;", ""),
        (
            "xml: records",
            49,
            "&lt;msg&gt;&lt;appmsg&gt;&lt;type&gt;19&lt;/type&gt;&lt;recorditem&gt;&lt;recordinfo&gt;&lt;datalist&gt;",
            "&lt;dataitem/&gt;",
            "",
        ),
        (
            "template: places",
            10_002,
            "&lt;sysmsg type=\"sysmsgtemplate\"&gt;&lt;sysmsgtemplate&gt;&lt;content_template&gt;&lt;link_list&gt;&lt;link \
          name=\"a\"&gt;&lt;title&gt;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa&lt;/title&gt;&lt;/link&gt;&lt;/link_list&gt;&lt;template&gt;",
            "$a$",
            "&lt;/template&gt;",
        ),
        (
            "template: $",
            10_002,
            "&lt;sysmsg type=\"sysmsgtemplate\"&gt;&lt;sysmsgtemplate&gt;&lt;content_template&gt;&lt;template&gt;",
            "$",
            "&lt;/template&gt;",
        ),
    ] {
        let content = |length: usize| [begin, &*piece.repeat(length / piece.len()), end].concat();
        for longest in [1 << 19, size] {
            let content = content(longest.min(size));
            all.push(messages(what, size, content.len(), |at| message(at, msg_type, &content)));
        }
    }
    all
}

/// Messages of about `each` bytes up to `size` bytes together.
fn messages(what: &'static str, size: usize, each: usize, make: impl Fn(usize) -> Value) -> Body {
    let count = (size / each.max(1)).max(1);
    let list: Vec<String> = (0..count).map(|at| make(at).to_string()).collect();
    wrapped(what, r#""SyncKey":{"Count":1,"List":[{"Key":1,"Val":7}]},"AddMsgList":["#, &list.join(","), "]")
}

fn message(at: usize, msg_type: i64, content: &str) -> Value {
    json!({"MsgId": (5_120_000_000_000_000_000_u64 + at as u64).to_string(), "FromUserName": "@@1", "ToUserName": "@2",
        "MsgType": msg_type, "Content": content, "CreateTime": 1_735_700_040})
}

fn wrapped(what: &'static str, begin: &str, middle: &str, end: &str) -> Body {
    body(what, [r#"{"BaseResponse":{"Ret":0},"#, begin, middle, end, "}"].concat().into_bytes())
}

const fn body(what: &'static str, bytes: Vec<u8>) -> Body {
    Body { what, bytes }
}
