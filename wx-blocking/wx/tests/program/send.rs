//! `wx send`.

use serde_json::json;

use crate::support::Sim;

#[test]
fn the_outcome_is_the_servers() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let ended = sim.run(&["send", "--to", "filehelper", "hello"]).expect(0);
    assert!(ended.stdout.starts_with("sent to ") && ended.stdout.contains("message 512"), "{}", ended.stdout);
    sim.run(&["send", "--to", "明哥", "--", "-v is no option here"]).expect(0);
    let mut piped = sim.client(&["send", "--to", "Book Club", "-"]);
    piped.write("one\ntwo\n");
    piped.close_stdin();
    piped.end().expect(0);
    let sent = sim.command(&json!({"cmd": "sent"}));
    let texts: Vec<_> = sent["sent"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sent| (&sent["to_name"], &sent["text"], &sent["count"]))
        .collect();
    let expected = [("明哥", "-v is no option here"), ("Book Club", "one\ntwo")];
    assert_eq!(texts.len(), 3);
    for ((name, text, count), (to, wanted)) in texts[1..].iter().zip(expected) {
        assert_eq!((*name, *text, *count), (&json!(to), &json!(wanted), &json!(1)));
    }
}

#[test]
fn a_name_must_be_one_chat() {
    let mut sim = Sim::start();
    for _ in 0..2 {
        sim.command(&json!({"cmd": "add_friend", "nick": "Zoe"}));
    }
    sim.run(&["login"]).expect(0);
    let ended = sim.run(&["send", "--to", "Zoe", "hello"]).expect(1);
    // Nothing but the user names tells these two apart.
    assert_eq!(ended.stderr.matches("  Zoe  friend  @").count(), 2, "{}", ended.stderr);
    let ended = sim.run(&["send", "--to", "Nobody", "hello"]).expect(1);
    assert!(ended.stderr.contains("\"Nobody\""), "{}", ended.stderr);
    assert_eq!(sim.command(&json!({"cmd": "sent"}))["sent"], json!([]));
}

#[test]
fn what_arrives_meanwhile_stays_unread() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    let said = sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "for later"}));
    sim.run(&["send", "--to", "明哥", "now"]).expect(0);
    let mut listen = sim.client(&["listen", "--json", "--login"]);
    let message = listen.until("message").pop().unwrap();
    assert_eq!(message["msg_id"], said["msg_id"]);
}

#[test]
fn a_refused_send_says_so() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.command(&json!({"cmd": "fault", "kind": "ret", "ret": 1201, "endpoint": "webwxsendmsg"}));
    let ended = sim.run(&["send", "--to", "filehelper", "hello"]).expect(1);
    assert!(ended.stderr.contains("not sent") && ended.stderr.contains("1201"), "{}", ended.stderr);
}

#[test]
fn a_send_without_an_answer_may_have_been_sent() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    sim.command(&json!({"cmd": "fault", "kind": "lose_reply", "endpoint": "webwxsendmsg", "count": 100}));
    let ended = sim.run(&["send", "--to", "filehelper", "hello", "--timeout", "2"]).expect(1);
    assert!(ended.stderr.contains("may have been sent"), "{}", ended.stderr);
    // It is over: it does not go out again with the next command.
    sim.command(&json!({"cmd": "clear_faults"}));
    sim.run(&["send", "--to", "filehelper", "second"]).expect(0);
    let sent = sim.command(&json!({"cmd": "sent"}));
    let counts: Vec<_> =
        sent["sent"].as_array().unwrap().iter().map(|sent| (&sent["text"], &sent["count"])).collect();
    assert_eq!(counts, [(&json!("hello"), &json!(1)), (&json!("second"), &json!(1))]);
}

#[test]
fn a_short_run_forgets_no_group() {
    let mut sim = Sim::start();
    sim.run(&["login"]).expect(0);
    // The send is over before the contacts are there.
    sim.command(&json!({"cmd": "fault", "kind": "status", "status": 503, "endpoint": "webwxgetcontact"}));
    sim.run(&["send", "--to", "filehelper", "hello"]).expect(0);
    sim.run(&["send", "--to", "周末爬山", "hello"]).expect(0);
}

#[test]
fn a_part_of_a_name_is_enough_when_it_fits_one() {
    let mut sim = Sim::start();
    sim.command(&json!({"cmd": "rename", "chat": "明哥", "alias": "ming_1985", "initials": "XM"}));
    sim.command(&json!({"cmd": "add_friend", "nick": "Bookworm", "remark": "小书"}));
    sim.command(&json!({"cmd": "join", "chat": "周末爬山", "member": "Club Stranger"}));
    sim.run(&["login"]).expect(0);
    for (typed, to) in [
        ("book cl", "Book Club"),
        ("MING_1985", "明哥"),
        ("爬山", "周末爬山"),
        ("书", "小书"),
        ("xm", "明哥"),
    ] {
        sim.run(&["send", "--to", typed, typed]).expect(0);
        let sent = sim.command(&json!({"cmd": "sent"}));
        assert_eq!(sent["sent"].as_array().unwrap().last().unwrap()["to_name"], to, "{typed}");
    }
    let ended = sim.run(&["send", "--to", "book", "hello"]).expect(1);
    for line in ["  Book Club  group\n", "  小书 (Bookworm)  friend\n"] {
        assert!(ended.stderr.contains(line), "{}", ended.stderr);
    }
    assert!(!ended.stderr.contains('@'), "{}", ended.stderr);
    assert_eq!(sim.command(&json!({"cmd": "sent"}))["sent"].as_array().unwrap().len(), 5);
}
