//! Files that people send from their phones.

use serde::{Deserialize, Serialize};

use super::super::{
    Server,
    account::ContactId,
    kinds::{self, Kind},
    phone::{Phone, PhoneError},
    queue::{Entry, Message},
    record::Sent,
};
use crate::content::{FileContent, FileForm};

/// What a phone sends a file as: voices too, which no client sends ([`wx_proto::FileKind`]).
///
/// ```
/// use wx_testkit::{content::FileForm, server::FileKind};
///
/// assert_eq!(FileKind::Voice.form(), FileForm::Mp3);
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there are no others")]
pub enum FileKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Spoken.
    Voice,
    /// A file with a name.
    File,
    /// A sticker.
    Emoticon,
}

/// A file on somebody's phone.
///
/// ```
/// use wx_proto::LoginMethod;
/// use wx_testkit::{
///     content::{FileContent, FileForm},
///     runner::Runner,
///     server::{FileKind, PhoneFile},
/// };
///
/// let mut runner = Runner::demo();
/// runner.log_in(LoginMethod::Auto);
/// let content = FileContent::pattern(FileForm::Plain, 1, 300_000);
/// let file = PhoneFile { kind: FileKind::File, name: "报告.pdf".to_owned(), content };
/// let now = runner.now();
/// runner.io.server.phone(now).send_file("明哥", None, file)?;
/// # Ok::<(), wx_testkit::server::PhoneError>(())
/// ```
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "tests build it")]
pub struct PhoneFile {
    /// What it is sent as.
    pub kind: FileKind,
    /// Its name: only a [`FileKind::File`] tells it.
    pub name: String,
    /// Its bytes.
    pub content: FileContent,
}

impl FileKind {
    /// What its first bytes look like.
    pub const fn form(self) -> FileForm {
        match self {
            Self::Image => FileForm::Jpeg,
            Self::Video => FileForm::Mp4,
            Self::Voice => FileForm::Mp3,
            Self::File => FileForm::Plain,
            Self::Emoticon => FileForm::Gif,
        }
    }

    /// A name for a file without one.
    pub const fn usual_name(self) -> &'static str {
        match self {
            Self::Image => "image.jpg",
            Self::Video => "video.mp4",
            Self::Voice => "voice.mp3",
            Self::File => "file.bin",
            Self::Emoticon => "emoticon.gif",
        }
    }
}

impl Phone<'_> {
    /// Somebody sends a file. Gives the message id. In the file helper's flavour every message is the owner's own.
    ///
    /// # Errors
    ///
    /// As [`say`](Self::say).
    pub fn send_file<'n>(
        &mut self,
        chat: &str,
        from: impl Into<Option<&'n str>>,
        file: PhoneFile,
    ) -> Result<u64, PhoneError> {
        let from = from.into();
        let mut message = if self.server.config.only_file_helper && from.is_none() {
            let chat = self.find(chat)?;
            Message::between(&self.server.account, chat, ContactId::ME, self.server.now.as_secs())
        } else {
            self.draft(chat, from, 1, "")?
        };
        message.id = self.server.queue.draw_id();
        let media_id = format!("@crypt_{}_{}", self.server.rng.hex(8), self.server.rng.hex(160));
        dress(&mut message, &file, &media_id);
        let id = message.id;
        self.server.media.of_messages.insert(id, file.content);
        self.server.queue.push(Entry::Message(message));
        Ok(id)
    }
}

impl Server {
    /// A message that a client sent, as the server would show it.
    pub(in crate::server) fn sent_message(&self, id: u64) -> Option<Message> {
        self.record.sent.iter().find(|sent| sent.msg_id == id && id != 0).map(|sent| self.echo_of(sent, id))
    }

    /// A message that a client sent, as it comes back to it.
    pub(in crate::server) fn echo_of(&self, sent: &Sent, id: u64) -> Message {
        let mut message = Message::blank(id, ContactId::ME, sent.contact, self.now.as_secs());
        message.text.clone_from(&sent.text);
        message.msg_type = match sent.kind.as_str() {
            "image" => 3,
            "video" => 43,
            "emoticon" => 47,
            "app" | "file" => 49,
            _ => 1,
        };
        if let Some(file) = sent.file.as_ref().filter(|_| sent.kind == "file") {
            kinds::name_file(&mut message, &file.name, file.len, &file.media_id);
        }
        message
    }
}

fn dress(message: &mut Message, file: &PhoneFile, media_id: &str) {
    let len = file.content.len();
    match file.kind {
        FileKind::File => kinds::file(message, &file.name, len, media_id),
        FileKind::Emoticon => kinds::emoticon(message, &file.content.md5().to_string(), len),
        FileKind::Voice => kinds::voice(message, len),
        FileKind::Image => Kind::Image.dress(message, "", None),
        FileKind::Video => Kind::Video.dress(message, "", None),
    }
    // A file of one's own comes without its XML (recorded 2023).
    if message.from == ContactId::ME && file.kind == FileKind::File {
        message.text.clear();
    }
}
