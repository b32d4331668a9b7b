//! `wx rpc`: files both ways.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    rpc::{Rpc, kind},
    support::{PATIENCE, Sim, bytes, md5, text},
};

#[test]
fn a_file_goes_up_and_one_comes_down() {
    let mut sim = Sim::start();
    let mut rpc = Rpc::ready(&sim, &[]);
    let (path, content) = (sim.file("报告.pdf"), bytes(1_300_000));
    fs::write(&path, &content).unwrap();
    let params = json!({"to": "明哥", "path": path, "client_msg_id": "up-1"});
    let sent = rpc.call("send_file", &params)["result"].clone();
    assert_eq!((&sent["outcome"], &sent["client_msg_id"]), (&json!("sent"), &json!("up-1")), "{sent}");
    let up: Vec<&Value> = rpc.events.iter().filter(|event| event["type"] == "transfer").collect();
    let last = up.last().unwrap();
    assert_eq!(
        (&last["direction"], &last["client_msg_id"], &last["done"], &last["total"]),
        (&json!("up"), &json!("up-1"), &json!(1_300_000), &json!(1_300_000))
    );
    // Once more with its id, without the file: the same outcome.
    fs::remove_file(&path).unwrap();
    assert_eq!(rpc.call("send_file", &params)["result"]["msg_id"], sent["msg_id"]);
    let files = sim.files();
    assert_eq!(files.len(), 1);
    assert_eq!(
        (&files[0]["name"], &files[0]["md5"], &files[0]["kind"], &files[0]["count"]),
        (&json!("报告.pdf"), &json!(md5(&content)), &json!("file"), &json!(1))
    );

    let file = sim.send_file("file", "../route.pdf", 400_000);
    rpc.until("message");
    let folder = sim.file("files");
    fs::create_dir(&folder).unwrap();
    let down = rpc.call("download", &json!({"msg_id": file["msg_id"], "path": folder}))["result"].clone();
    assert_eq!(down, json!({"path": folder.join("route.pdf"), "size": 400_000, "mime": "application/pdf"}));
    assert_eq!(md5(&fs::read(folder.join("route.pdf")).unwrap()), file["md5"]);
    let told = rpc.events.iter().find(|event| event["direction"] == "down").unwrap();
    assert_eq!(told["msg_id"], file["msg_id"]);
    let again = json!({"msg_id": file["msg_id"], "path": folder.join("route.pdf"), "overwrite": true});
    assert_eq!(rpc.call("download", &again)["result"]["path"], json!(folder.join("route.pdf")));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let picture = sim.send_file("image", "", 50_000);
    rpc.until("message");
    let small = json!({"msg_id": picture["msg_id"], "path": folder, "variant": "thumbnail"});
    assert!(rpc.call("download", &small)["result"]["size"].as_u64().unwrap() > 0);

    // What was received is passed on without a new upload, also after a restart.
    let forwarded = rpc.call("forward", &json!({"msg_id": file["msg_id"], "to": "Book Club"}));
    assert_eq!(forwarded["result"]["outcome"], "sent", "{forwarded}");
    let said = sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "pass it on"}));
    rpc.until("message");
    let forwarded = rpc.call("forward", &json!({"msg_id": said["msg_id"], "to": "Book Club"}));
    assert_eq!(forwarded["result"]["outcome"], "sent", "{forwarded}");
    drop(rpc);
    let mut rpc = Rpc::ready(&sim, &[]);
    let forwarded = rpc.call("forward", &json!({"msg_id": picture["msg_id"], "to": "filehelper"}));
    assert_eq!(forwarded["result"]["outcome"], "sent", "{forwarded}");
    assert_eq!(
        kind(&rpc.call("forward", &json!({"msg_id": said["msg_id"], "to": "filehelper"}))),
        "unknown_message"
    );
    let sent = sim.command(&json!({"cmd": "sent"}));
    let kinds: Vec<_> =
        sent["sent"].as_array().unwrap().iter().map(|sent| sent["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["file", "file", "text", "image"]);
}

#[test]
fn errors_have_their_kinds() {
    let mut sim = Sim::start();
    let (empty, large, folder) = (sim.file("empty"), sim.file("large"), sim.file("folder"));
    fs::write(&empty, "").unwrap();
    fs::File::create(&large).unwrap().set_len(200 << 10).unwrap();
    fs::create_dir(&folder).unwrap();
    let mut rpc = Rpc::start(&sim, &["--max-file", "100K"]);
    rpc.until("contacts");
    let file = sim.send_file("file", "a.pdf", 200_000);
    rpc.until("message");
    let place = sim.command(&json!({"cmd": "say", "chat": "明哥", "kind": "location"}));
    rpc.until("message");
    for (method, params, expected) in [
        ("send_file", json!({"to": "明哥", "path": sim.file("missing")}), "file"),
        ("send_file", json!({"to": "明哥", "path": folder}), "file"),
        ("send_file", json!({"to": "明哥", "path": empty}), "file"),
        ("send_file", json!({"to": "明哥", "path": large}), "too_large"),
        ("send_file", json!({"to": "nobody", "path": large}), "unknown_chat"),
        ("download", json!({"msg_id": "1", "path": folder}), "unknown_message"),
        ("download", json!({"msg_id": file["msg_id"], "path": sim.file("no").join("where")}), "file"),
        ("download", json!({"msg_id": file["msg_id"], "path": folder, "variant": "thumbnail"}), "file"),
        ("download", json!({"msg_id": file["msg_id"], "path": folder}), "too_large"),
        ("forward", json!({"msg_id": "1", "to": "明哥"}), "unknown_message"),
    ] {
        let answer = rpc.call(method, &params);
        assert_eq!(kind(&answer), expected, "{method} {params}: {answer}");
    }
    let answer = rpc.call("forward", &json!({"msg_id": place["msg_id"], "to": "明哥"}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert_eq!(
        rpc.call("cancel", &json!({"client_msg_id": "nothing"}))["result"],
        json!({"cancelled": false})
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    assert!(sim.files().is_empty());
}

#[test]
fn an_upload_is_given_up_when_asked_to_be() {
    let mut sim = Sim::start();
    let path = sim.file("large.bin");
    fs::write(&path, bytes(8 << 20)).unwrap();
    sim.slow("webwxuploadmedia", 200);
    let mut rpc = Rpc::ready(&sim, &[]);
    rpc.ask(&json!("up"), "send_file", &json!({"to": "明哥", "path": path, "client_msg_id": "up-1"}));
    rpc.until("transfer");
    // A text is not held up by it.
    assert_eq!(
        rpc.call("send_text", &json!({"to": "明哥", "text": "meanwhile"}))["result"]["outcome"],
        "sent"
    );
    assert_eq!(rpc.call("cancel", &json!({"client_msg_id": "up-1"}))["result"], json!({"cancelled": true}));
    assert_eq!(kind(&rpc.answer(&json!("up"))), "cancelled");
    assert_eq!(rpc.call("cancel", &json!({"client_msg_id": "up-1"}))["result"], json!({"cancelled": false}));
    assert_eq!(rpc.call("forget", &json!({"client_msg_id": "up-1"}))["result"], json!({"forgotten": true}));
    assert!(sim.files().is_empty());
}

#[test]
fn an_upload_that_was_killed_goes_on_and_is_stored_once() {
    for endings in [["rpc", "rpc"], ["rpc", "listen"]] {
        let mut sim = Sim::start();
        let (path, content) = (sim.file("large.bin"), bytes(8 << 20));
        fs::write(&path, &content).unwrap();
        let mut rpc = Rpc::ready(&sim, &[]);
        sim.slow("webwxuploadmedia", 100);
        rpc.ask(&json!("up"), "send_file", &json!({"to": "明哥", "path": path, "client_msg_id": "up-1"}));
        while rpc.until("transfer")["done"].as_u64().unwrap() < 4 << 20 {}
        rpc.program.signal("KILL");
        rpc.program.end();
        sim.command(&json!({"cmd": "clear_faults"}));
        if endings[1] == "rpc" {
            let mut rpc = Rpc::start(&sim, &[]);
            let done = rpc.until("done");
            assert_eq!(
                (&done["outcome"], &done["client_msg_id"]),
                (&json!("sent"), &json!("up-1")),
                "{done}"
            );
            let first = rpc.events.iter().find(|event| event["type"] == "transfer").unwrap();
            assert!(first["done"].as_u64().unwrap() >= 3 << 20, "{first}");
            // Asked again, it is not sent again.
            let params = json!({"to": "明哥", "path": path, "client_msg_id": "up-1"});
            assert_eq!(rpc.call("send_file", &params)["result"]["msg_id"], done["msg_id"]);
        } else {
            let listen = sim.client(&["listen", "--json"]);
            let start = Instant::now();
            while sim.files().is_empty() {
                assert!(start.elapsed() < PATIENCE, "{}", listen.stderr());
                std::thread::sleep(Duration::from_millis(50));
            }
            listen.signal("TERM");
            listen.end().expect(0);
        }
        let files = sim.files();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!((&files[0]["md5"], &files[0]["count"]), (&json!(md5(&content)), &json!(1)));
        assert_eq!(text(&path), path.to_str().unwrap());
    }
}
