//! No secret is in anything that may be printed.

use bytes::Bytes;
use wx_proto::{LoginMethod, Outgoing, Phase, SendOptions, UserName};
use wx_testkit::transcript::Scenario;

use crate::{
    kinds::{APP, MEDIA, MORE, NOTICES, PEOPLE, play},
    support::{online, say, seconds},
};

/// The values of the stored session that nobody but the server may see.
fn secrets(session: &serde_json::Value, found: &mut Vec<String>) {
    match session {
        serde_json::Value::Object(members) => {
            for (name, value) in members {
                match value {
                    serde_json::Value::String(text) if SECRET.contains(&name.as_str()) => {
                        found.push(text.clone())
                    }
                    other => secrets(other, found),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| secrets(item, found)),
        _ => {}
    }
}

const SECRET: [&str; 4] = ["skey", "sid", "pass_ticket", "value"];

#[test]
fn no_debug_output_and_no_journal_holds_a_secret() {
    let mut runner = online();
    say(&mut runner, "明哥", "hello");
    let to = UserName::new(UserName::FILE_HELPER);
    runner.client.send(&to, Outgoing::text("a private text"), SendOptions::default()).unwrap();
    runner.run_for(seconds(30));
    let session = runner.stored_session().unwrap();
    let mut planted = Vec::new();
    secrets(&serde_json::to_value(&session).unwrap(), &mut planted);
    // Flags and the account number, which events show too, are no secrets.
    planted.retain(|secret| secret.len() > 10);
    assert!(planted.len() > 5, "the session has no secrets to look for");
    runner.crash();
    assert_eq!(runner.log_in(LoginMethod::Auto), Phase::Online);
    let printed = format!("{:?}\n{session:?}\n{:?}", runner.client, runner.events);
    let told = format!("{printed}\n{}", runner.journal);
    for secret in planted.iter().map(String::as_str).chain(["a private text"]) {
        assert!(!told.contains(secret), "{secret} is printed");
    }
    // The journal is made to be read; nothing else shows what people wrote or are called.
    for words in ["hello", "明哥", "老王", "周末爬山"] {
        assert!(!printed.contains(words), "{words} is printed");
    }
}

/// What is planted.
const PLANTED: &str = "私语whispered";

/// A message of a fixture with planted words in all its texts: those of the content's elements and attributes, and
/// those of the members.
fn plant(value: &mut serde_json::Value, member: &str) {
    const WORDS: [&str; 8] =
        ["Content", "FileName", "NickName", "Alias", "Province", "City", "Signature", "OriContent"];
    match value {
        serde_json::Value::Object(members) => {
            members.iter_mut().for_each(|(name, value)| plant(value, name));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| plant(item, member)),
        serde_json::Value::String(text) if WORDS.contains(&member) => *text = planted(text),
        _ => {}
    }
}

/// The text with planted words in front of each text of an element, and of each attribute but a type.
fn planted(text: &str) -> String {
    let is_words = |rest: &str, quotes: bool| {
        rest.starts_with(|char: char| {
            !char.is_ascii_digit() && !"<&".contains(char) && (quotes || char != '"')
        })
    };
    if !text.contains("&lt;") && !text.starts_with("<?xml") {
        return text.strip_prefix('@').map_or_else(|| format!("{PLANTED} {text}"), |_| text.to_owned());
    }
    let mut out = String::new();
    let mut rest = text;
    loop {
        let next = ["&gt;", "CDATA[", "=\""].iter().filter_map(|mark| Some((rest.find(mark)?, *mark))).min();
        let Some((at, mark)) = next else { break };
        let (before, after) = rest.split_at(at + mark.len());
        out.push_str(before);
        rest = after;
        let kept = mark == "=\"" && (before.ends_with("type=\"") || before.ends_with("username=\""));
        if is_words(rest.trim_start(), mark != "=\"") && !kept {
            out.push_str(PLANTED);
        }
    }
    out.push_str(rest);
    out
}

#[test]
fn no_debug_output_of_a_message_shows_its_words() {
    let mut kinds = std::collections::BTreeSet::new();
    for family in [MEDIA, APP, MORE, PEOPLE, NOTICES] {
        let mut scenario = Scenario::load("web", family).unwrap();
        let body = scenario.exchanges[0].response.body_mut();
        let mut reply: serde_json::Value = serde_json::from_slice(body).unwrap();
        plant(&mut reply["AddMsgList"], "");
        *body = Bytes::from(serde_json::to_vec(&reply).unwrap());
        scenario.exchanges.truncate(1);
        let (messages, player) = play(scenario);
        assert!(messages.len() > 5, "{family}: {}", player.journal);
        for message in messages {
            let printed = format!("{message:?} {message:#?}");
            for words in [PLANTED, "私语", "whispered"] {
                assert!(!printed.contains(words), "{printed}");
            }
            if message.content.text().contains(PLANTED) {
                kinds.insert(message.content.kind());
            }
        }
    }
    // Those that have words of their own.
    for kind in [
        "text",
        "location",
        "card",
        "friend_request",
        "link",
        "file",
        "mini_program",
        "quote",
        "music",
        "transfer",
        "red_packet",
        "chat_history",
        "channel_video",
        "app",
        "recalled",
        "pat",
        "system",
    ] {
        assert!(kinds.contains(kind), "nothing is planted in a {kind}: {kinds:?}");
    }
}
