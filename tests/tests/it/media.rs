//! What the tests of downloads share, whatever the flavour.

use wx_proto::{Endpoint, MediaRef, MediaVariant, OpId};
use wx_testkit::{
    content::FileContent,
    runner::Runner,
    server::{FileKind, PhoneFile},
};

use crate::support::seconds;

/// What a phone sends, and where it is fetched.
pub(crate) const KINDS: [(FileKind, Endpoint); 5] = [
    (FileKind::Image, Endpoint::GetMsgImg),
    (FileKind::Voice, Endpoint::GetVoice),
    (FileKind::Video, Endpoint::GetVideo),
    (FileKind::File, Endpoint::GetMedia),
    (FileKind::Emoticon, Endpoint::GetMsgImg),
];

/// A file of so many bytes is sent into this chat, and it arrives.
pub(crate) fn received_in(
    runner: &mut Runner,
    chat: &str,
    name: &str,
    kind: FileKind,
    len: u64,
) -> (MediaRef, FileContent) {
    let content = FileContent::pattern(kind.form(), len, len);
    let file = PhoneFile { kind, name: name.into(), content: content.clone() };
    let (before, now) = (runner.messages.len(), runner.now());
    runner.io.server.phone(now).send_file(chat, None, file).unwrap();
    assert!(runner.run_until(seconds(60), |runner| runner.messages.len() > before), "{}", runner.journal);
    let media = runner.messages.last().unwrap().content.media().unwrap().clone();
    (media, content)
}

pub(crate) fn fetch(runner: &mut Runner, media: &MediaRef) -> OpId {
    runner.client.download(media, MediaVariant::Full).unwrap()
}

/// The bytes of this download are those of the file.
pub(crate) fn assert_came(runner: &Runner, op: OpId, content: &FileContent) {
    let bytes = bytes::Bytes::copy_from_slice(runner.io.sinks.get(op).unwrap());
    assert_eq!(FileContent::from(bytes).md5(), content.md5());
}
