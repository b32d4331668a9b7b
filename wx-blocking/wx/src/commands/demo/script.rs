//! What happens in the demonstration, in order.

use wx_testkit::server::Kind;

use crate::texts::lang::Lang;

/// One thing that happens.
pub(super) enum Scene {
    /// A title.
    Title(fn(Lang) -> String),
    /// Somebody writes.
    Say { chat: &'static str, from: Option<&'static str>, text: &'static str },
    /// Somebody sends a message of another kind.
    SayKind { chat: &'static str, from: Option<&'static str>, kind: Kind, text: &'static str },
    /// The owner writes on the phone.
    SayOnPhone { chat: &'static str, text: &'static str },
    /// The newest message is withdrawn.
    Recall,
    /// The next fetch of messages gets no answer: the connection breaks after the server gave them out.
    LoseReply,
    /// The client sends.
    Send { to: &'static str, text: &'static str },
    /// The client sends a file of so many bytes.
    SendFile { to: &'static str, name: &'static str, size: u64 },
    /// Somebody sends a file of so many bytes, and the client fetches it.
    Fetch { chat: &'static str, name: &'static str, size: u64 },
}

/// The play.
pub(super) const SCENES: [Scene; 19] = [
    Scene::Title(Lang::demo_messages_arrive),
    Scene::Say { chat: "明哥", from: None, text: "你好！周末一起去爬山吗？" },
    Scene::Say {
        chat: "周末爬山", from: Some("老王"), text: "周六早上七点集合\n地点：南门，记得带水"
    },
    Scene::Say { chat: "周末爬山", from: Some("Ada 😂"), text: "I am in! <3 & see you there 😂" },
    Scene::SayKind { chat: "周末爬山", from: Some("老王"), kind: Kind::Quote, text: "好，等你！" },
    Scene::SayKind { chat: "明哥", from: None, kind: Kind::File, text: "路线.pdf" },
    Scene::SayOnPhone { chat: "Ada 😂", text: "Great, I'll bring tea." },
    Scene::Title(Lang::demo_messages_sent),
    Scene::Send { to: "明哥", text: "去！周六见。" },
    Scene::Send { to: "周末爬山", text: "七点南门，\n一定准时到。" },
    Scene::Title(Lang::demo_files),
    Scene::SendFile { to: "filehelper", name: "holiday.zip", size: 6_000_000 },
    Scene::Fetch { chat: "明哥", name: "../../路线图.pdf", size: 3_000_000 },
    Scene::Title(Lang::demo_connection_breaks),
    Scene::LoseReply,
    Scene::Say { chat: "Book Club", from: Some("Mei"), text: "This month: Journey to the West" },
    Scene::Say { chat: "Tom & Jerry", from: None, text: "Did you get this one?" },
    Scene::Say { chat: "明哥", from: None, text: "oops, wrong chat" },
    Scene::Recall,
];
