//! No secret is in anything that may be printed.

use wx_proto::{LoginMethod, Outgoing, Phase, SendOptions, UserName};

use crate::support::{online, say, seconds};

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
    let printed = format!("{:?}\n{session:?}\n{:?}\n{}", runner.client, runner.events, runner.journal);
    for secret in planted.iter().map(String::as_str).chain(["a private text"]) {
        assert!(!printed.contains(secret), "{secret} is printed");
    }
}
