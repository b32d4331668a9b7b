//! The core holds no IO: no clock, socket, file, thread or environment is named in its sources.
//!
//! That its dependencies hold none either is checked by `.ci/run` on the output of `cargo tree`.

use std::{fs, path::Path};

/// Modules of std and types that the core may not name.
const MODULES: [&str; 7] = ["env", "fs", "io", "net", "os", "process", "thread"];
const TYPES: [&str; 3] = ["Instant", "SystemTime", "UNIX_EPOCH"];

fn sources(dir: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The first words behind `std::`, those in braces too: `std::{fs, time::Duration}` gives `fs` and `time`.
fn modules_of_std(code: &str) -> Vec<&str> {
    let word = |text: &'_ str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let mut modules = Vec::new();
    for (at, _) in code.match_indices("std::") {
        let rest = &code[at + "std::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            modules.push(&rest[..word(rest)]);
            continue;
        };
        let mut depth = 0;
        let mut starts = true;
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => starts = true,
                c if starts && c.is_alphabetic() => {
                    modules.push(&list[at..at + word(&list[at..])]);
                    starts = false;
                }
                _ => {}
            }
        }
    }
    modules
}

/// Why this source is not pure, if it is not.
fn impurity(code: &str) -> Option<String> {
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let module = modules_of_std(&code).into_iter().find(|module| MODULES.contains(module));
    let kind = TYPES
        .into_iter()
        .find(|name| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == *name));
    module.or(kind).map(str::to_owned)
}

#[test]
fn the_core_names_no_io() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../wx-proto/src"), &mut found);
    assert!(found.len() > 40, "the core's sources are not where they were");
    for (path, code) in found {
        assert_eq!(impurity(&code), None, "{path}");
    }
}

#[test]
fn the_check_finds_what_it_looks_for() {
    for code in [
        "use std::fs;",
        "use std::{collections::{BTreeMap, VecDeque}, net::TcpStream};",
        "use std::{\n    fmt,\n    thread,\n};",
        "let x = std::env::var(\"HOME\");",
        "use std::time::{Duration, Instant};",
        "fn now() -> SystemTime { todo!() }",
    ] {
        assert!(impurity(code).is_some(), "{code}");
    }
    for code in ["use std::{fmt, time::Duration};", "// std::fs is the driver's", "let network = envelope;"] {
        assert_eq!(impurity(code), None, "{code}");
    }
}
