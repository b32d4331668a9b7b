//! The kinds of messages of the simulated phone.

use wx_proto::Content;
use wx_testkit::server::Kind;

use crate::support::{online, seconds};

/// What the simulated phone sends is read as what it was meant to be.
#[test]
fn the_phone_sends_every_kind() {
    for (chat, from) in [("明哥", None), ("周末爬山", Some("老王"))] {
        let mut runner = online();
        let (now, before) = (runner.now(), runner.messages.len());
        runner.io.server.phone(now).say(chat, from, "几点 <3 & co？").unwrap();
        for kind in Kind::ALL {
            runner.io.server.phone(now).say_kind(chat, from, kind, "").unwrap();
        }
        runner.run_until(seconds(60), |runner| runner.messages.len() > before + Kind::ALL.len());
        let contents: Vec<&Content> =
            runner.messages[before + 1..].iter().map(|message| &message.content).collect();
        let kinds: Vec<&str> = contents.iter().map(|content| content.kind()).collect();
        let words = Kind::ALL.map(|kind| serde_json::to_value(kind).unwrap().as_str().unwrap().to_owned());
        assert_eq!(kinds, words, "{chat}\n{}", runner.journal);
        let quote = contents.iter().find(|content| matches!(content, Content::Quote(_))).unwrap().text();
        assert!(quote.ends_with("几点 <3 & co？\n好"), "{quote}");
    }
}
