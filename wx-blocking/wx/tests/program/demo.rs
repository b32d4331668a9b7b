//! `wx demo`.

use crate::support::run;

#[test]
fn a_whole_session_in_plain_text() {
    let ended = run(&["demo", "--seed", "7"]).expect(0);
    let out = &ended.stdout;
    assert!(!out.contains('\x1b') && !out.contains('█'), "{out}");
    assert!(out.contains("https://login.weixin.qq.com/l/"), "{out}");
    assert!(out.contains("logged in as 测试"), "{out}");
    assert!(out.contains("contacts: 4 friends, 2 groups, 2 official"), "{out}");
    assert!(out.contains("明哥: [file 路线.pdf 1.2 MB]\n"), "{out}");
    let after_quote = out.split_once("向导老王: > Ada 😂: I am in! <3 & see you there 😂\n").unwrap().1;
    assert_eq!(after_quote.lines().next().unwrap().trim_start(), "好，等你！");
    assert!(out.contains("撤回了一条消息: oops, wrong chat\n"), "{out}");
    let is_time = |line: &&str| {
        line.get(..25).is_some_and(|time| time.starts_with("20") && time[10..].starts_with('T'))
    };
    let received = out.lines().filter(is_time).count();
    assert!(received >= 5, "{out}");
    assert!(out.lines().filter(|line| line.starts_with("sent ")).count() >= 2, "{out}");
    assert!(out.contains("5120000000000000008  明哥: 去！周六见。 (stored once)"), "{out}");
    assert!(
        out.contains("offline: webwxsync: the connection was lost") && out.contains("online again"),
        "{out}"
    );
    assert!(out.contains("messages in   11 queued by the server, 12 handed out"), "{out}");
    assert!(out.contains("messages out  3 sent, 3 stored by the server"), "{out}");
    for line in [
        "% of 6.0 MB\n",
        "[file holiday.zip 6.0 MB] (stored once)\n",
        "[file ../../路线图.pdf 3.0 MB]\n",
        "saved as 路线图.pdf (3.0 MB), the same bytes\n",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
    assert!(out.ends_with("nothing lost, nothing twice\n"), "{out}");
    assert_eq!(ended.stderr, "");
}
