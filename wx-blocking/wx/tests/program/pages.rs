//! `wx completions` and `wx man`.

use crate::support::{Program, run};

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]).expect(0).stdout;
        for word in ["contacts", "doctor", "listen", "connect-to"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    // Nobody reads on.
    let mut program = Program::start(&["completions", "bash"]);
    program.close_stdout();
    assert_eq!(program.end().expect(0).stderr, "");
}

#[test]
fn every_command_has_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let man = folder.path().join("share/man1");
    run(&["man", man.to_str().unwrap()]).expect(0);
    for page in ["wx.1", "wx-listen.1", "wx-contacts.1", "wx-contacts-show.1", "wx-doctor.1"] {
        let text = std::fs::read_to_string(man.join(page)).unwrap();
        assert!(text.contains(".SH NAME") && text.contains("Examples:"), "{page}");
    }
    assert_eq!(run(&["man"]).expect(0).stdout, std::fs::read_to_string(man.join("wx.1")).unwrap());
    let ended = run(&["man", man.join("wx.1").to_str().unwrap()]).expect(1);
    assert!(ended.stderr.contains("another folder"), "{}", ended.stderr);
}

#[test]
fn pages_and_completions_speak_the_language_of_the_interface() {
    let page = run(&["man", "--lang", "zh"]).expect(0).stdout;
    for word in ["Print", "Possible", "[default", ".SH OPTIONS", ".SH SUBCOMMANDS"] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    for part in [".SH 名称", ".SH 选项", "列出或查找联系人"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let script = run(&["completions", "fish", "--lang", "zh"]).expect(0).stdout;
    assert!(
        script.contains("列出或查找联系人") && !script.contains("Options") && !script.contains("Print this"),
        "{script}"
    );
}
