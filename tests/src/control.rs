//! The simulated server by lines of JSON, as `wx sim` reads and answers them.
//!
//! Each line is an object with `"cmd"`; each gets one line back with `"ok"`, and with `"error"` if that is
//! false. A NAME is a nick name, a remark name or a UserName.

use serde::Deserialize;
use serde_json::{Value, json};
use wx_proto::Timestamp;

use crate::server::{Contact, ContactKind, Fault, FaultKind, Kind, Mark, PhoneError, Resource, Server};

/// Carries out one command line and gives the line to answer, without a newline.
///
/// Commands: `say`, `burst`, `recall`, `scan`, `confirm`, `decline`, `expire_qr`, `refuse`, `kick`, `fault`,
/// `clear_faults`, `open_chat`, `rename`, `rename_self`, `remove` (or `remove_contact`), `add_friend`, `add_group`, `join`,
/// `leave`, `hand_over`, `star`, `pin`, `mute`, `block`, `hide_moments`, `selector`, `sent`, `delivered`, `complaints`,
/// `world`. Bad input changes nothing. Afterwards held polls may be ready: call [`Server::poll`].
pub fn execute(server: &mut Server, now: Timestamp, line: &str) -> String {
    let result = parse(line).and_then(|command| command.run(server, now));
    let answer = result.unwrap_or_else(|error| json!({"ok": false, "error": error}));
    answer.to_string()
}

/// Checks a line without carrying it out.
pub(crate) fn check(line: &str) -> Result<(), String> {
    parse(line).map(drop)
}

fn parse(line: &str) -> Result<Command, String> {
    let mut value: Value = serde_json::from_str(line).map_err(|error| format!("not JSON: {error}"))?;
    // Script lines carry their time.
    value.as_object_mut().ok_or("not an object")?.remove("at_ms");
    serde_json::from_value(value).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
#[serde(tag = "cmd", rename_all = "snake_case", deny_unknown_fields)]
enum Command {
    Say {
        chat: String,
        from: Option<String>,
        /// May be left out with a kind.
        text: Option<String>,
        kind: Option<Kind>,
    },
    Burst {
        count: u64,
        #[serde(default)]
        rate: u64,
        chat: Option<String>,
        from: Option<String>,
    },
    Recall {
        msg_id: MsgId,
    },
    Scan {},
    Confirm {},
    Decline {},
    ExpireQr {},
    Refuse {
        ret: i64,
    },
    Kick {
        retcode: Option<i64>,
    },
    Fault {
        kind: String,
        endpoint: Option<String>,
        count: Option<u32>,
        status: Option<u16>,
        ret: Option<i64>,
        #[serde(default)]
        after: bool,
    },
    ClearFaults {},
    OpenChat {
        chat: String,
    },
    Rename {
        chat: String,
        /// A member of that group: `nick` is the name there.
        member: Option<String>,
        nick: Option<String>,
        remark: Option<String>,
        /// The WeChat id.
        alias: Option<String>,
        /// Of the nick name in pinyin: only contacts that are loaded from then on have them.
        initials: Option<String>,
    },
    RenameSelf {
        nick: String,
    },
    #[serde(alias = "remove_contact")]
    Remove {
        chat: String,
    },
    AddGroup {
        nick: String,
        #[serde(default)]
        members: Vec<String>,
    },
    Join {
        chat: String,
        member: String,
    },
    Leave {
        chat: String,
        member: Option<String>,
    },
    HandOver {
        chat: String,
        member: String,
    },
    Star(Switch),
    Pin(Switch),
    Mute(Switch),
    Block(Switch),
    HideMoments(Switch),
    AddFriend {
        nick: String,
        #[serde(default)]
        remark: String,
    },
    Selector {
        selector: u32,
    },
    Sent {},
    Delivered {},
    Complaints {},
    World {},
}

/// A mark of a contact or group: set, or cleared with `"on":false`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    chat: String,
    #[serde(default = "on")]
    on: bool,
}

const fn on() -> bool {
    true
}

/// Ids are strings in the answers; a number is understood as well.
#[derive(Deserialize)]
#[serde(untagged)]
enum MsgId {
    Number(u64),
    Text(String),
}

impl Command {
    fn run(self, server: &mut Server, now: Timestamp) -> Result<Value, String> {
        let mut phone = server.phone(now);
        match self {
            Self::Say { chat, from, text, kind } => match (kind, text) {
                (None, None) => Err("missing field `text`".to_owned()),
                (None, Some(text)) => msg_id(phone.say(&chat, from.as_deref(), &text)),
                (Some(kind), text) => {
                    msg_id(phone.say_kind(&chat, from.as_deref(), kind, &text.unwrap_or_default()))
                }
            },
            Self::Burst { count, rate, chat, from } => {
                if count > MOST_TEXTS {
                    return Err(format!("count is over {MOST_TEXTS}"));
                }
                done(phone.burst(count, rate, chat.as_deref(), from.as_deref()))
            }
            Self::Recall { msg_id: id } => msg_id(phone.recall(id.number()?)),
            Self::Scan {} => done(phone.scan()),
            Self::Confirm {} => done(phone.confirm()),
            Self::Decline {} => done(phone.decline()),
            Self::ExpireQr {} => done(phone.expire_qr()),
            Self::Refuse { ret } => {
                phone.refuse(ret);
                Ok(ok())
            }
            Self::Kick { retcode } => done(phone.kick(retcode.unwrap_or(1101))),
            Self::Fault { kind, endpoint, count, status, ret, after } => {
                let mut fault = named_fault(&kind, status, ret)?.times(count.unwrap_or(1));
                if let Some(name) = endpoint {
                    let resource =
                        Resource::named(&name).ok_or_else(|| format!("no endpoint is called {name:?}"))?;
                    fault = fault.on(resource);
                }
                server.add_fault(if after { fault.after() } else { fault });
                Ok(ok())
            }
            Self::ClearFaults {} => {
                server.clear_faults();
                Ok(ok())
            }
            Self::OpenChat { chat } => msg_id(phone.open_chat(&chat)),
            Self::Rename { chat, member: Some(member), nick, remark: None, alias: None, initials: None } => {
                done(phone.rename_member(&chat, &member, nick.as_deref().unwrap_or_default()))
            }
            Self::Rename { member: Some(_), .. } => {
                Err("a member of a group has no remark, WeChat id or pinyin there".to_owned())
            }
            Self::Rename { chat, member: None, nick, remark, alias, initials } => {
                done(phone.change(&chat, |contact| {
                    contact.nick = nick.unwrap_or_else(|| contact.nick.clone());
                    contact.remark = remark.unwrap_or_else(|| contact.remark.clone());
                    contact.alias = alias.unwrap_or_else(|| contact.alias.clone());
                    contact.initials = initials.unwrap_or_else(|| contact.initials.clone());
                }))
            }
            Self::RenameSelf { nick } => {
                phone.rename_self(&nick);
                Ok(ok())
            }
            Self::Remove { chat } => done(phone.remove(&chat)),
            Self::AddFriend { nick, remark } => {
                let id = phone.add_friend(&nick, &remark);
                Ok(json!({"ok": true, "user_name": server.user_name(id)}))
            }
            Self::AddGroup { nick, members } => {
                let members: Vec<&str> = members.iter().map(String::as_str).collect();
                let id = phone.add_group(&nick, &members).map_err(|error| error.to_string())?;
                Ok(json!({"ok": true, "user_name": server.user_name(id)}))
            }
            Self::Join { chat, member } => done(phone.join(&chat, &member)),
            Self::Leave { chat, member } => done(phone.leave(&chat, member.as_deref())),
            Self::HandOver { chat, member } => done(phone.hand_over(&chat, &member)),
            Self::Star(Switch { chat, on }) => done(phone.mark(&chat, Mark::Star, on)),
            Self::Pin(Switch { chat, on }) => done(phone.mark(&chat, Mark::Pin, on)),
            Self::Mute(Switch { chat, on }) => done(phone.mark(&chat, Mark::Mute, on)),
            Self::Block(Switch { chat, on }) => done(phone.mark(&chat, Mark::Block, on)),
            Self::HideMoments(Switch { chat, on }) => done(phone.mark(&chat, Mark::HideMoments, on)),
            Self::Selector { selector } => {
                phone.nudge(selector);
                Ok(ok())
            }
            Self::Sent {} => Ok(sent(server)),
            Self::Delivered {} => Ok(delivered(server)),
            Self::Complaints {} => Ok(json!({"ok": true, "complaints": server.record().complaints()})),
            Self::World {} => Ok(world(server)),
        }
    }
}

impl MsgId {
    fn number(&self) -> Result<u64, String> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => text.parse().map_err(|_| format!("{text:?} is no message id")),
        }
    }
}

fn named_fault(kind: &str, status: Option<u16>, ret: Option<i64>) -> Result<Fault, String> {
    let fault = match kind {
        "status" => Fault::new(FaultKind::Status(status.unwrap_or(502))),
        "html" => Fault::new(FaultKind::Html),
        "empty" => Fault::new(FaultKind::Empty),
        "garbage" => Fault::new(FaultKind::Garbage),
        "ret" => Fault::new(FaultKind::Ret(ret.unwrap_or(-1))),
        "lose_request" => Fault::new(FaultKind::Lose),
        "lose_reply" => Fault::new(FaultKind::Lose).after(),
        "empty_key" => Fault::new(FaultKind::EmptyKey(ret.unwrap_or_default())),
        other => return Err(format!("no fault is called {other:?}")),
    };
    Ok(fault)
}

fn ok() -> Value {
    json!({"ok": true})
}

fn done(result: Result<(), PhoneError>) -> Result<Value, String> {
    result.map(|()| ok()).map_err(|error| error.to_string())
}

fn msg_id(result: Result<u64, PhoneError>) -> Result<Value, String> {
    result.map(|id| json!({"ok": true, "msg_id": id.to_string()})).map_err(|error| error.to_string())
}

fn sent(server: &Server) -> Value {
    let list = server.record().sent().iter().map(|sent| {
        json!({
            "msg_id": sent.msg_id.to_string(),
            "client_msg_id": sent.client_msg_id,
            "to": sent.to,
            "to_name": sent.to_name,
            "kind": sent.kind,
            "text": sent.text,
            "count": sent.count,
        })
    });
    json!({"ok": true, "sent": list.collect::<Vec<_>>()})
}

fn delivered(server: &Server) -> Value {
    let list = (server.record().delivered().iter())
        .map(|(id, count)| json!({"msg_id": id.to_string(), "count": count}));
    json!({"ok": true, "delivered": list.collect::<Vec<_>>()})
}

fn world(server: &Server) -> Value {
    let named =
        |contact: &Contact| json!({"user_name": server.user_name(contact.id), "name": contact.name()});
    let all = |kind| {
        let contacts = server.account().contacts().iter();
        contacts.filter(|contact| contact.kind == kind && !contact.removed).map(named).collect::<Vec<_>>()
    };
    json!({
        "ok": true,
        "self": all(ContactKind::Me).pop(),
        "friends": all(ContactKind::Friend),
        "groups": all(ContactKind::Group),
        "official": all(ContactKind::Official),
    })
}

/// A typing mistake must not fill the memory.
const MOST_TEXTS: u64 = 1_000_000;

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::server::{Account, Answer, ServerConfig};

    const NOW: Timestamp = Timestamp::from_secs(1_735_700_000);

    fn server() -> Server {
        Server::new(ServerConfig::web(), Account::demo(), 1)
    }

    fn run(server: &mut Server, line: &str) -> Value {
        serde_json::from_str(&execute(server, NOW, line)).unwrap()
    }

    #[test]
    fn texts() {
        let mut server = server();
        let said = run(&mut server, r#"{"cmd":"say","chat":"周末爬山","from":"老王","text":"hi"}"#);
        assert_eq!(said["ok"], true);
        let id = said["msg_id"].as_str().unwrap();
        assert_eq!(run(&mut server, r#"{"cmd":"say","chat":"明哥","text":"hi"}"#)["ok"], true);
        assert_eq!(run(&mut server, &format!(r#"{{"cmd":"recall","msg_id":"{id}"}}"#))["ok"], true);
        assert_eq!(run(&mut server, &format!(r#"{{"cmd":"recall","msg_id":{id}}}"#))["ok"], true);
        assert_eq!(run(&mut server, r#"{"cmd":"burst","count":1000,"rate":0}"#)["ok"], true);
        assert_eq!(server.messages().count(), 1004);
        assert_eq!(run(&mut server, r#"{"cmd":"delivered"}"#), json!({"ok": true, "delivered": []}));
        assert_eq!(run(&mut server, r#"{"cmd":"sent"}"#), json!({"ok": true, "sent": []}));
        assert_eq!(run(&mut server, r#"{"cmd":"complaints"}"#), json!({"ok": true, "complaints": []}));
    }

    #[test]
    fn kinds() {
        let mut server = server();
        for kind in Kind::ALL {
            let word = serde_json::to_value(kind).unwrap();
            let line = json!({"cmd": "say", "chat": "周末爬山", "from": "老王", "kind": word});
            assert_eq!(run(&mut server, &line.to_string())["ok"], true, "{word}");
        }
        assert_eq!(server.messages().count(), Kind::ALL.len());
        let stored = serde_json::to_string(&server).unwrap();
        let restored: Server = serde_json::from_str(&stored).unwrap();
        assert_eq!(serde_json::to_string(&restored).unwrap(), stored);
        let line = r#"{"cmd":"say","chat":"明哥","kind":"hologram"}"#;
        assert_eq!(run(&mut server, line)["ok"], false);
    }

    #[test]
    fn the_world_by_name() {
        let mut server = server();
        let world = run(&mut server, r#"{"cmd":"world"}"#);
        assert_eq!(world["self"]["name"], "测试");
        assert_eq!(world["friends"][1]["name"], "Ada 😂");
        assert_eq!(world["groups"].as_array().unwrap().len(), 2);
        assert_eq!(world["official"].as_array().unwrap().len(), 2);
        let name = &world["groups"][0]["user_name"];
        assert_eq!(run(&mut server, &format!(r#"{{"cmd":"say","chat":{name},"text":"x"}}"#))["ok"], true);
    }

    #[test]
    fn the_people() {
        let mut server = server();
        for line in [
            r#"{"cmd":"rename","chat":"周末爬山","nick":"周日爬山"}"#,
            r#"{"cmd":"open_chat","chat":"周日爬山"}"#,
            r#"{"cmd":"add_friend","nick":"Zoe"}"#,
            r#"{"cmd":"say","chat":"Zoe","text":"hi"}"#,
            r#"{"cmd":"rename","chat":"Zoe","remark":"Zo"}"#,
            r#"{"cmd":"remove_contact","chat":"Zoe"}"#,
            r#"{"cmd":"add_group","nick":"Chess","members":["明哥","Somebody New"]}"#,
            r#"{"cmd":"join","chat":"Chess","member":"Ada 😂"}"#,
            r#"{"cmd":"rename","chat":"Chess","member":"Ada 😂","nick":"Queen"}"#,
            r#"{"cmd":"hand_over","chat":"Chess","member":"Queen"}"#,
            r#"{"cmd":"leave","chat":"Chess","member":"Somebody New"}"#,
            r#"{"cmd":"leave","chat":"Chess"}"#,
            r#"{"cmd":"star","chat":"明哥"}"#,
            r#"{"cmd":"pin","chat":"明哥","on":true}"#,
            r#"{"cmd":"mute","chat":"Book Club"}"#,
            r#"{"cmd":"block","chat":"明哥","on":false}"#,
            r#"{"cmd":"hide_moments","chat":"明哥"}"#,
            r#"{"cmd":"rename_self","nick":"Me"}"#,
            r#"{"cmd":"selector","selector":5}"#,
            r#"{"cmd":"refuse","ret":1203}"#,
        ] {
            assert_eq!(run(&mut server, line)["ok"], true, "{line}");
        }
        for line in [
            r#"{"cmd":"say","chat":"Zoe","text":"hi"}"#,
            r#"{"cmd":"say","chat":"Chess","text":"hi"}"#,
            r#"{"cmd":"join","chat":"明哥","member":"Ada 😂"}"#,
            r#"{"cmd":"join","chat":"Book Club","member":"周日爬山"}"#,
            r#"{"cmd":"leave","chat":"Book Club","member":"明哥"}"#,
            r#"{"cmd":"rename","chat":"Book Club","member":"Mei","remark":"x"}"#,
            r#"{"cmd":"pin","chat":"nobody"}"#,
        ] {
            assert_eq!(run(&mut server, line)["ok"], false, "{line}");
        }
    }

    #[test]
    fn the_code() {
        let mut server = server();
        for cmd in ["scan", "confirm", "decline", "expire_qr", "kick"] {
            assert_eq!(run(&mut server, &format!(r#"{{"cmd":"{cmd}"}}"#))["ok"], false, "{cmd}");
        }
        let address = "https://login.wx.qq.com/jslogin?appid=wx782c26e4c19acffb";
        let jslogin = || http::Request::get(address).body(Bytes::new()).unwrap();
        server.handle(NOW, jslogin());
        for cmd in ["scan", "decline"] {
            assert_eq!(run(&mut server, &format!(r#"{{"cmd":"{cmd}"}}"#))["ok"], true, "{cmd}");
        }
        server.handle(NOW, jslogin());
        for cmd in ["scan", "confirm"] {
            assert_eq!(run(&mut server, &format!(r#"{{"cmd":"{cmd}"}}"#))["ok"], true, "{cmd}");
        }
        server.handle(NOW, jslogin());
        assert_eq!(run(&mut server, r#"{"cmd":"expire_qr"}"#)["ok"], true);
    }

    #[test]
    fn faults() {
        let mut server = server();
        for kind in ["status", "html", "empty", "garbage", "ret", "lose_request", "lose_reply"] {
            let line = format!(r#"{{"cmd":"fault","kind":"{kind}","count":1,"endpoint":"jslogin"}}"#);
            assert_eq!(run(&mut server, &line)["ok"], true, "{kind}");
            let request = http::Request::get("https://login.wx.qq.com/jslogin").body(Bytes::new()).unwrap();
            let answer = server.handle(NOW, request);
            assert_eq!(matches!(answer, Answer::Drop), kind.starts_with("lose"), "{kind}");
        }
        assert_eq!(run(&mut server, r#"{"cmd":"fault","kind":"empty_key","ret":3}"#)["ok"], true);
        assert_eq!(run(&mut server, r#"{"cmd":"clear_faults"}"#)["ok"], true);
    }

    #[test]
    fn bad_lines_are_answered() {
        let mut server = server();
        let before = serde_json::to_string(&server).unwrap();
        for line in [
            "",
            "{",
            "[]",
            "null",
            "{}",
            r#"{"cmd":"fly"}"#,
            r#"{"cmd":"say","chat":"明哥"}"#,
            r#"{"cmd":"say","chat":"nobody","text":"x"}"#,
            r#"{"cmd":"say","chat":"明哥","from":"老王","text":"x"}"#,
            r#"{"cmd":"scan","typo":1}"#,
            r#"{"cmd":"burst","count":-1}"#,
            r#"{"cmd":"burst","count":18446744073709551615}"#,
            r#"{"cmd":"recall","msg_id":"x"}"#,
            r#"{"cmd":"recall","msg_id":"1"}"#,
            r#"{"cmd":"fault","kind":"rain"}"#,
            r#"{"cmd":"fault","kind":"html","endpoint":"nowhere"}"#,
        ] {
            let answer = run(&mut server, line);
            assert_eq!(answer["ok"], false, "{line}");
            assert!(!answer["error"].as_str().unwrap().is_empty());
        }
        let mut after: Value = serde_json::to_value(&server).unwrap();
        let mut before: Value = serde_json::from_str(&before).unwrap();
        for state in [&mut after, &mut before] {
            state["now"] = Value::Null;
        }
        assert_eq!(after, before);
    }
}
