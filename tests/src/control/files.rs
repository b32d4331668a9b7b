//! Files by commands: the phone sends one, and what came from clients.

use std::{fs::File, io::Read, path::Path};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    content::FileContent,
    server::{FileKind, Phone, PhoneFile, SentFile, Server},
};

/// `send_file`: of so many made-up bytes, or the file at a path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SendFile {
    chat: String,
    from: Option<String>,
    #[serde(default = "file")]
    kind: FileKind,
    name: Option<String>,
    size: Option<u64>,
    path: Option<String>,
}

impl SendFile {
    pub(super) fn run(self, phone: &mut Phone<'_>) -> Result<Value, String> {
        let Self { chat, from, kind, name, size, path } = self;
        let (content, usual_name) = match (size, path) {
            // Files of equal length differ by their names.
            (Some(size), None) => {
                let seed = name
                    .iter()
                    .flat_map(|name| name.bytes())
                    .map(u64::from)
                    .fold(size, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte));
                (FileContent::pattern(kind.form(), seed, size), kind.usual_name().to_owned())
            }
            (None, Some(path)) => read(Path::new(&path))?,
            (None, None) => return Err("neither size nor path".to_owned()),
            (Some(_), Some(_)) => return Err("size and path".to_owned()),
        };
        let (size, md5) = (content.len(), content.md5().to_string());
        let file = PhoneFile { kind, name: name.unwrap_or(usual_name), content };
        let id = phone.send_file(&chat, from.as_deref(), file).map_err(|error| error.to_string())?;
        Ok(json!({"ok": true, "msg_id": id.to_string(), "size": size, "md5": md5}))
    }
}

/// `files`: what clients sent, with the name that the receiver sees.
pub(super) fn arrived(server: &Server) -> Value {
    let list = server.record().sent().iter().filter_map(|sent| {
        let mut told = told(sent.file.as_ref()?);
        if let Some(members) = told.as_object_mut() {
            members.insert("to".to_owned(), json!(sent.to));
            members.insert("to_name".to_owned(), json!(sent.to_name));
            members.insert("kind".to_owned(), json!(sent.kind));
            members.insert("count".to_owned(), json!(sent.count));
        }
        Some(told)
    });
    json!({"ok": true, "files": list.collect::<Vec<_>>()})
}

/// A file that a client sent.
pub(super) fn told(file: &SentFile) -> Value {
    json!({"name": file.name, "size": file.len, "md5": file.md5.map(|md5| md5.to_string())})
}

/// The bytes and the name of a file of this computer.
fn read(path: &Path) -> Result<(FileContent, String), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LONGEST {
        return Err(format!("{} is over {} MiB: give a size instead", path.display(), LONGEST >> 20));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok((FileContent::Bytes(bytes.into()), name))
}

const fn file() -> FileKind {
    FileKind::File
}

/// A file that is read is kept in memory and in the stored state.
const LONGEST: u64 = 64 << 20;

#[cfg(test)]
mod tests {
    use wx_proto::Timestamp;

    use super::*;
    use crate::{
        control::execute,
        server::{Account, Accounts, ServerConfig},
    };

    fn accounts() -> Accounts {
        Accounts::from(Server::new(ServerConfig::web(), Account::demo(), 1))
    }

    fn run(accounts: &mut Accounts, line: &Value) -> Value {
        let now = Timestamp::from_secs(1_735_700_000);
        serde_json::from_str(&execute(accounts, now, &line.to_string())).unwrap()
    }

    #[test]
    fn the_phone_sends_files() {
        let mut accounts = accounts();
        for kind in ["image", "video", "voice", "file", "emoticon"] {
            let line =
                json!({"cmd": "send_file", "chat": "周末爬山", "from": "老王", "kind": kind, "size": 70_000});
            let answer = run(&mut accounts, &line);
            assert_eq!((&answer["ok"], &answer["size"]), (&json!(true), &json!(70_000)), "{answer}");
            assert_eq!(answer["md5"].as_str().unwrap().len(), 32);
        }
        let folder = std::env::temp_dir().join(format!("wx-send-file-{}", std::process::id()));
        std::fs::write(&folder, "hello wechat\nsecond line ok\n").unwrap();
        let line = json!({"cmd": "send_file", "chat": "明哥", "path": folder});
        let answer = run(&mut accounts, &line);
        std::fs::remove_file(&folder).unwrap();
        assert_eq!(answer["md5"], "60becf84e104940da47f6135ea59af35");
        let (_, message) = accounts.first().messages().last().unwrap();
        assert_eq!(
            (message.msg_type, message.id.to_string()),
            (49, answer["msg_id"].as_str().unwrap().into())
        );
        let stored = serde_json::to_string(accounts.first()).unwrap();
        let restored: Server = serde_json::from_str(&stored).unwrap();
        assert_eq!(serde_json::to_string(&restored).unwrap(), stored);
        assert_eq!(run(&mut accounts, &json!({"cmd": "files"})), json!({"ok": true, "files": []}));
    }

    #[test]
    fn without_bytes_or_a_chat() {
        let mut accounts = accounts();
        for line in [
            json!({"cmd": "send_file", "chat": "明哥"}),
            json!({"cmd": "send_file", "chat": "明哥", "size": 1, "path": "/"}),
            json!({"cmd": "send_file", "chat": "明哥", "path": "/nowhere/at/all"}),
            json!({"cmd": "send_file", "chat": "nobody", "size": 1}),
            json!({"cmd": "send_file", "chat": "明哥", "size": 1, "kind": "hologram"}),
            json!({"cmd": "send_file", "chat": "明哥", "size": -1}),
        ] {
            assert_eq!(run(&mut accounts, &line)["ok"], false, "{line}");
        }
        assert_eq!(accounts.first().messages().count(), 0);
    }
}
