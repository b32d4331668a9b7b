//! Running the program, with every wait bounded.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use wx_testkit::content::FileContent;

/// No step of a test takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A running `wx`; killed when dropped.
pub(crate) struct Program {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
    stderr: Option<JoinHandle<()>>,
    stderr_so_far: Arc<Mutex<Vec<u8>>>,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `wx` with these arguments, away from the person's own things.
pub(crate) fn wx(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wx"));
    // Neither the person's own session nor a proxy or a language may come into play.
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.args(args);
    command
}

/// A shell that carries out `script`, in which `"$@"` is this command.
pub(crate) fn within_shell(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

impl Program {
    pub(crate) fn start(args: &[&str]) -> Self {
        Self::spawn(wx(args))
    }

    /// With variables of the environment.
    pub(crate) fn start_in(variables: &[(&str, &str)], args: &[&str]) -> Self {
        let mut command = wx(args);
        command.envs(variables.iter().copied());
        Self::spawn(command)
    }

    pub(crate) fn spawn(command: Command) -> Self {
        Self::launch(command, mpsc::channel())
    }

    /// Its stdout is read only when a line is asked for.
    pub(crate) fn spawn_unread(command: Command) -> Self {
        let (sender, lines) = mpsc::sync_channel(0);
        Self::launch(command, (sender, lines))
    }

    fn launch<S: Sender>(mut command: Command, (sender, lines): (S, Receiver<String>)) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        // It ends with the pipe, or when nobody wants its lines: then the pipe is closed.
        thread::spawn(move || {
            let mut out = BufReader::new(out);
            let mut line = String::new();
            while out.read_line(&mut line).is_ok_and(|length| length > 0) {
                if !sender.send(std::mem::take(&mut line)) {
                    break;
                }
            }
        });
        let stderr_so_far = Arc::new(Mutex::new(Vec::new()));
        let text = Arc::clone(&stderr_so_far);
        let stderr = thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(length @ 1..) = err.read(&mut piece) {
                text.lock().unwrap().extend_from_slice(&piece[..length]);
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, lines, stderr: Some(stderr), stderr_so_far }
    }

    /// What it wrote to stderr up to now.
    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.stderr_so_far.lock().unwrap()).into_owned()
    }

    /// The next line of stdout.
    pub(crate) fn line(&mut self) -> String {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line,
            Err(error) => panic!("no line: {error}; {}", self.end_now().stderr),
        }
    }

    /// The next line of stdout, if one comes in time.
    pub(crate) fn line_within(&mut self, time: Duration) -> Option<String> {
        self.lines.recv_timeout(time).ok()
    }

    /// The next line of stdout as JSON.
    pub(crate) fn json(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// Objects up to the first of this type, which is the last.
    pub(crate) fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let value = self.json();
            let found = value["type"] == kind;
            assert!(found || value["type"] != "logged_out", "{value}");
            seen.push(value);
            if found {
                return seen;
            }
        }
    }

    /// Nobody reads stdout any more.
    pub(crate) fn close_stdout(&mut self) {
        // The reading thread notices with the next line, and closes the pipe.
        self.lines = mpsc::channel().1;
    }

    pub(crate) fn write(&mut self, text: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(text.as_bytes()).and_then(|()| stdin.flush()).unwrap();
    }

    pub(crate) fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// `TERM`, `INT`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(status.unwrap().success());
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end; what was not read of stdout is in the result.
    pub(crate) fn end(mut self) -> Ended {
        self.stdin = None;
        let start = Instant::now();
        while self.is_running() {
            assert!(start.elapsed() < PATIENCE, "it does not end: {}", self.end_now().stderr);
            thread::sleep(Duration::from_millis(10));
        }
        self.end_now()
    }

    fn end_now(&mut self) -> Ended {
        let _ = self.child.kill();
        let status = self.child.wait().unwrap();
        let mut stdout = String::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => stdout.push_str(&line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("stdout stays open"),
            }
        }
        if let Some(thread) = self.stderr.take() {
            thread.join().unwrap();
        }
        Ended { status, stdout, stderr: self.stderr() }
    }
}

/// A channel with or without a bound.
trait Sender: Send + 'static {
    fn send(&self, line: String) -> bool;
}

impl Sender for mpsc::Sender<String> {
    fn send(&self, line: String) -> bool {
        Self::send(self, line).is_ok()
    }
}

impl Sender for mpsc::SyncSender<String> {
    fn send(&self, line: String) -> bool {
        Self::send(self, line).is_ok()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Checks the exit code, and shows everything if it is another.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn jsons(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// Runs a command to its end.
pub(crate) fn run(args: &[&str]) -> Ended {
    Program::start(args).end()
}

/// Runs a command to its end, with variables of the environment.
pub(crate) fn run_in(variables: &[(&str, &str)], args: &[&str]) -> Ended {
    Program::start_in(variables, args).end()
}

/// A running `wx sim` with its files, and a session file for its clients.
pub(crate) struct Sim {
    folder: TempDir,
    pub(crate) program: Program,
    port: u64,
}

impl Sim {
    /// The phone scans and confirms by itself.
    pub(crate) fn start() -> Self {
        Self::with(&["--scan-after", "50", "--confirm-after", "50"])
    }

    pub(crate) fn with(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (program, port) = Self::launch(folder.path(), 0, args);
        Self { folder, program, port }
    }

    /// Stops it like a crash, and starts it again on its port and from its state.
    pub(crate) fn stop(&mut self) {
        self.program.signal("KILL");
        while self.program.is_running() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(crate) fn start_again(&mut self) {
        let (program, port) = Self::launch(self.folder.path(), self.port, &[]);
        assert_eq!(port, self.port);
        self.program = program;
    }

    fn launch(folder: &Path, port: u64, more: &[&str]) -> (Program, u64) {
        let (ca, state) = (folder.join("CA.pem"), folder.join("state.json"));
        let port = port.to_string();
        let mut args = vec!["sim", "--port", &port, "--ca-out", text(&ca), "--state", text(&state)];
        args.extend(["--hold", "1000"]);
        args.extend(more);
        let mut program = Program::start(&args);
        let first = program.json();
        assert_eq!(first["ca"], text(&ca));
        let port = first["port"].as_u64().unwrap();
        (program, port)
    }

    /// Carries out a command and gives the answer.
    pub(crate) fn command(&mut self, command: &Value) -> Value {
        self.program.write(&format!("{command}\n"));
        let answer = self.program.json();
        assert_eq!(answer["ok"], true, "{command}: {answer}");
        answer
    }

    /// A command against this server.
    pub(crate) fn prepare(&self, args: &[&str]) -> Command {
        self.prepare_in(&self.session(), args)
    }

    /// A command against this server with a session file of its own.
    pub(crate) fn prepare_in(&self, session: &Path, args: &[&str]) -> Command {
        let mut command = wx(&["--session", text(session), "--ca-file", text(&self.file("CA.pem"))]);
        command.arg("--connect-to").arg(self.address()).args(args);
        command
    }

    /// Starts a command against this server.
    pub(crate) fn client(&self, args: &[&str]) -> Program {
        self.client_in(&[], args)
    }

    /// Starts a command against this server, with variables of the environment.
    pub(crate) fn client_in(&self, variables: &[(&str, &str)], args: &[&str]) -> Program {
        let mut command = self.prepare(args);
        command.envs(variables.iter().copied());
        Program::spawn(command)
    }

    /// Runs a command against this server to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        self.client(args).end()
    }

    /// Somebody sends a file of made-up bytes; gives the answer with `msg_id`, `size` and `md5`.
    pub(crate) fn send_file(&mut self, kind: &str, name: &str, size: u64) -> Value {
        let command = json!({"cmd": "send_file", "chat": "明哥", "kind": kind, "name": name, "size": size});
        self.command(&command)
    }

    /// What clients sent as files.
    pub(crate) fn files(&mut self) -> Vec<Value> {
        self.command(&json!({"cmd": "files"}))["files"].as_array().unwrap().clone()
    }

    /// Each chunk of an upload, or each piece of a download, takes so long.
    pub(crate) fn slow(&mut self, endpoint: &str, ms: u64) {
        self.command(
            &json!({"cmd": "fault", "kind": "slow", "endpoint": endpoint, "ms": ms, "count": 10_000}),
        );
    }

    pub(crate) fn session(&self) -> PathBuf {
        self.file("session.json")
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// Bytes that no other length has, in a form that is no picture.
pub(crate) fn bytes(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from((at * 7 + at / 251 + len) % 251).unwrap()).collect()
}

/// The digest as the simulator tells it.
pub(crate) fn md5(bytes: &[u8]) -> String {
    FileContent::Bytes(bytes.to_vec().into()).md5().to_string()
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
