//! Every example of the help and of the README, run as it is printed.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use serde_json::json;

use crate::support::{Sim, run};

/// An example and where it stands.
#[derive(Debug)]
struct Example {
    place: String,
    line: String,
}

/// All commands, as `wx --help` lists them, with the ones below them.
fn commands(above: &str) -> Vec<String> {
    let args: Vec<&str> = above.split_whitespace().chain(["--help"]).collect();
    let help = run(&args).expect(0).stdout;
    let lines =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names =
        lines.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next().map(str::to_owned));
    let mut all = vec![above.to_owned()];
    for name in names.filter(|name| name != "help") {
        all.extend(commands(format!("{above} {name}").trim()));
    }
    all
}

fn of_help() -> Vec<Example> {
    let mut examples = Vec::new();
    for command in commands("") {
        let args: Vec<&str> = command.split_whitespace().chain(["--help"]).collect();
        let help = run(&args).expect(0).stdout;
        let lines =
            help.lines().skip_while(|line| *line != "Examples:").skip(1).take_while(|line| !line.is_empty());
        let before = examples.len();
        examples.extend(
            lines.map(|line| Example { place: format!("wx {command} --help"), line: line.trim().to_owned() }),
        );
        assert!(examples.len() > before, "wx {command} --help has no example");
    }
    examples
}

fn of_readme() -> Vec<Example> {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let mut in_shell = false;
    let mut examples = Vec::new();
    for line in readme.lines() {
        in_shell = if line.starts_with("```") { line == "```sh" } else { in_shell };
        if in_shell && line.starts_with("wx ") {
            examples.push(Example { place: "README.md".to_owned(), line: line.to_owned() });
        }
    }
    assert!(!examples.is_empty(), "the README has no example of wx");
    examples
}

/// A shell in which `wx` talks to a simulated server, and to nobody else.
struct Shell {
    address: String,
    certificate: PathBuf,
    tools: PathBuf,
    home: PathBuf,
}

impl Shell {
    fn new(sim: &Sim) -> Self {
        let (tools, home) = (sim.file("tools"), sim.file("home"));
        for folder in [&tools, &home] {
            fs::create_dir(folder).unwrap();
        }
        let shell = Self { address: sim.address(), certificate: sim.file("CA.pem"), tools, home };
        // `listen` and `sim` go on until somebody stops them.
        shell.tool(
            "wx",
            &format!(
                "wx() {{ \"{}\" --connect-to {} --ca-file \"{}\" \"$@\"; }}\n\
                 case \" $* \" in\n\
                 *' --help '*) wx \"$@\" ;;\n\
                 *' listen '*|*' sim '*) \"{}\" --connect-to {} --ca-file \"{}\" \"$@\" & program=$!\n\
                 \x20  (sleep 2; kill -TERM $program) >/dev/null 2>&1 &\n\
                 \x20  wait $program ;;\n\
                 *) wx \"$@\" ;;\n\
                 esac",
                env!("CARGO_BIN_EXE_wx"),
                shell.address,
                shell.certificate.display(),
                env!("CARGO_BIN_EXE_wx"),
                shell.address,
                shell.certificate.display(),
            ),
        );
        // Where there is no jq the program's side is tested all the same.
        if !jq_is_here() {
            shell.tool("jq", "cat");
        }
        shell
    }

    fn tool(&self, name: &str, script: &str) {
        let path = self.tools.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// Runs a line in a folder of its own that holds the server's certificate.
    fn run(&self, line: &str) -> Result<(), String> {
        let folder = tempfile::tempdir_in(&self.home).unwrap();
        fs::copy(&self.certificate, folder.path().join("CA.pem")).unwrap();
        fs::create_dir(folder.path().join("files")).unwrap();
        let line = line.replace("--port 8443", "--port 0").replace("127.0.0.1:8443", &self.address);
        let path = format!("{}:{}", self.tools.display(), std::env::var("PATH").unwrap());
        let output = Command::new("bash")
            .args(["-o", "pipefail", "-c", &line])
            .current_dir(folder.path())
            .env_clear()
            .envs([("HOME", self.home.to_str().unwrap()), ("PATH", &path), ("LC_ALL", "C.UTF-8")])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // Fields that some lines do not have print as null, which tells nobody anything.
        let has_no_null = out.lines().all(|line| line.trim() != "null");
        let prints_nothing = out.is_empty() && jq_is_here() && line.contains("| jq");
        if output.status.success() && !err.contains("error:") && has_no_null && !prints_nothing {
            return Ok(());
        }
        Err(format!("{line}\n{}\n{out}\n{err}", output.status))
    }
}

fn jq_is_here() -> bool {
    Command::new("jq").arg("--version").stdout(Stdio::null()).status().is_ok()
}

/// Runs examples one after the other, each with a login, which the one before may have ended.
fn play(examples: &[Example], account: &str, profile: &str) -> Vec<String> {
    let mut sim = Sim::with(&["--profile", profile, "--scan-after", "50", "--confirm-after", "50"]);
    let shell = Shell::new(&sim);
    let mut failed = Vec::new();
    let mut logged_in = false;
    for Example { place, line } in examples {
        if !logged_in && !line.contains("--session") {
            failed.extend(shell.run(&format!("wx --profile {profile} login --account {account}")).err());
        }
        if line.contains("wx listen") {
            sim.command(&json!({"cmd": "say", "chat": "明哥", "text": "hello"}));
        }
        let mut line = line.clone();
        if line.contains("wx download") && !line.contains("--help") {
            let file = sim.send_file("file", "route.pdf", 100_000);
            failed.extend(shell.run("wx listen").err());
            line = line.replace("5123456789012345678", file["msg_id"].as_str().unwrap());
        }
        failed.extend(shell.run(&line).err().map(|why| format!("{place}: {why}")));
        logged_in = !line.contains("logout") && !line.contains("--session");
    }
    failed
}

#[test]
fn every_example_works_as_printed() {
    let all = of_help().into_iter().chain(of_readme());
    let (demos, others): (Vec<_>, Vec<_>) = all.partition(|example| example.line.starts_with("wx demo"));
    let (work, default): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|example| example.line.contains("--account work"));
    let (helper, default): (Vec<_>, Vec<_>) =
        default.into_iter().partition(|example| example.line.contains("--profile file-helper"));
    assert!(!helper.is_empty());
    let failed: Vec<String> = thread::scope(|scope| {
        let mut parts = vec![
            scope.spawn(move || play(&work, "work", "web")),
            scope.spawn(move || play(&default, "default", "web")),
            scope.spawn(move || play(&helper, "default", "file-helper")),
        ];
        parts.extend(demos.into_iter().map(|demo| scope.spawn(move || play(&[demo], "default", "web"))));
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n---\n"));
}

#[test]
fn a_broken_example_is_noticed() {
    let sim = Sim::start();
    let shell = Shell::new(&sim);
    for broken in ["wx fly", "wx listen --nothing", "wx contacts | jq-is-not-this", "wx send --to filehelper"]
    {
        assert!(shell.run(broken).is_err(), "{broken}");
    }
}

#[test]
fn links_of_the_readme_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
    let local: Vec<&str> = links.filter(|link| !link.contains("://") && !link.starts_with('#')).collect();
    assert!(local.len() > 20, "{local:?}");
    for link in local {
        assert!(root.join(link).exists(), "{link}");
    }
}
