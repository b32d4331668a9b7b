//! `wx sim --accounts`: many clients, each with an account of its own.

use serde_json::{Value, json};

use crate::{
    rpc::Rpc,
    support::{Program, Sim, run},
};

/// Starts a client with a session file of its own.
fn client(sim: &Sim, number: usize, args: &[&str]) -> Program {
    Program::spawn(sim.prepare_in(&sim.file(&format!("session-{number}.json")), args))
}

fn say(sim: &mut Sim, account: usize, text: &str) {
    sim.command(&json!({"cmd": "say", "chat": "明哥", "text": text, "account": account}));
}

/// The texts of the messages among these events.
fn texts(events: &[Value]) -> Vec<&str> {
    let messages = events.iter().filter(|event| event["type"] == "message");
    messages.map(|event| event["text"].as_str().unwrap()).collect()
}

/// Events up to the message with this text.
fn until_text(listen: &mut Program, text: &str) -> Vec<Value> {
    let mut events = Vec::new();
    while !texts(&events).contains(&text) {
        events.extend(listen.until("message"));
    }
    events
}

#[test]
fn three_clients_get_their_own_only() {
    let mut sim = Sim::with(&["--accounts", "3", "--scan-after", "50", "--confirm-after", "50"]);
    let listen = ["listen", "--json", "--login"];
    let mut listens = [1, 2].map(|number| {
        let mut program = client(&sim, number, &listen);
        program.until("contacts");
        program
    });
    let mut rpc = Rpc::of(client(&sim, 3, &["rpc", "--login"]));
    rpc.until("contacts");
    for account in [3, 1, 2] {
        say(&mut sim, account, &format!("for {account}"));
        say(&mut sim, account, &format!("end of {account}"));
    }
    for (number, listen) in (1..).zip(&mut listens) {
        let (own, end) = (format!("for {number}"), format!("end of {number}"));
        assert_eq!(texts(&until_text(listen, &end)), [own, end]);
    }
    while !texts(&rpc.events).contains(&"end of 3") {
        rpc.step();
    }
    assert_eq!(texts(&rpc.events), ["for 3", "end of 3"]);
    let answer = rpc.call("send_text", &json!({"to": "明哥", "text": "from 3"}));
    assert_eq!(answer["result"]["outcome"], "sent", "{answer}");
    for (account, count) in [(1, 0), (2, 0), (3, 1)] {
        let sent = sim.command(&json!({"cmd": "sent", "account": account}));
        assert_eq!(sent["sent"].as_array().unwrap().len(), count, "{sent}");
        let complaints = sim.command(&json!({"cmd": "complaints", "account": account}));
        assert_eq!(complaints["complaints"], json!([]));
    }
    // All of them are kept.
    sim.stop();
    sim.start_again();
    say(&mut sim, 2, "still yours");
    assert_eq!(texts(&until_text(&mut listens[1], "still yours")), ["still yours"]);
}

#[test]
fn the_first_line_tells_of_more_than_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (ca, state) = (path("CA.pem"), path("state.json"));
    let sim = ["sim", "--ca-out", &ca, "--state", &state];
    let count = |args: &[&str]| Program::start(&[&sim[..], args].concat()).json().get("accounts").cloned();
    assert_eq!(count(&[]), None);
    assert_eq!(count(&["--accounts", "1"]), None);
    // A state of one account takes more.
    assert_eq!(count(&["--accounts", "1000"]), Some(json!(1000)));
    assert_eq!(count(&[]), Some(json!(1000)));
    let ended = run(&[&sim[..], &["--accounts", "2"]].concat()).expect(1);
    assert!(ended.stderr.contains("1000 accounts") && ended.stderr.contains("next:"), "{}", ended.stderr);
    for number in ["0", "1001", "-1", "many", ""] {
        let ended = run(&["sim", "--ca-out", &ca, &format!("--accounts={number}")]).expect(2);
        assert!(ended.stderr.contains("from 1 to 1000"), "{}", ended.stderr);
    }
}
