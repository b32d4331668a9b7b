//! What each command does to the server.

use serde_json::{Value, json};
use wx_proto::Timestamp;

use super::answer::{self, done, msg_id, ok};
use super::command::{Command, Switch};
use super::files;
use crate::server::{Mark, Server};

impl Command {
    pub(super) fn run(self, server: &mut Server, now: Timestamp) -> Result<Value, String> {
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
            Self::Fault(fault) => {
                server.add_fault(fault.into_fault()?);
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
            Self::Region { entry } => {
                if let Some(entry) = entry.as_ref().filter(|entry| !server.config().entries.contains(entry)) {
                    return Err(format!("no entry is called {entry:?}"));
                }
                server.config_mut().region = entry;
                Ok(ok())
            }
            Self::Echo { on } => {
                server.config_mut().echo_sends = on;
                Ok(ok())
            }
            Self::SendFile(file) => file.run(&mut phone),
            Self::Files {} => Ok(files::arrived(server)),
            Self::Sent {} => Ok(answer::sent(server)),
            Self::Delivered {} => Ok(answer::delivered(server)),
            Self::Complaints {} => Ok(json!({"ok": true, "complaints": server.record().complaints()})),
            Self::World {} => Ok(answer::world(server)),
        }
    }
}

/// A typing mistake must not fill the memory.
const MOST_TEXTS: u64 = 1_000_000;
