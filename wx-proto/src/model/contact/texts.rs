//! A contact's texts: names, their pinyin, signature and the like.

use std::borrow::Cow;

use super::{Contact, wire::picture_path};

/// The texts of a contact; those that are mostly empty come last.
#[derive(Clone, Copy)]
pub(super) enum TextField {
    UserName,
    NickName,
    RemarkName,
    PyInitial,
    PyQuanPin,
    RemarkPyInitial,
    RemarkPyQuanPin,
    KeyWord,
    Signature,
    Province,
    City,
    Alias,
    EncryChatRoomId,
    Owner,
    /// Only one that is not made of its number and the user name.
    HeadImgUrl,
}

impl TextField {
    pub(super) const ALL: [Self; 15] = [
        Self::UserName,
        Self::NickName,
        Self::RemarkName,
        Self::PyInitial,
        Self::PyQuanPin,
        Self::RemarkPyInitial,
        Self::RemarkPyQuanPin,
        Self::KeyWord,
        Self::Signature,
        Self::Province,
        Self::City,
        Self::Alias,
        Self::EncryChatRoomId,
        Self::Owner,
        Self::HeadImgUrl,
    ];
}

impl Contact {
    /// The name for sending; `@@…` for a group. [`UserName::new`](crate::UserName::new) makes a value of it.
    pub fn user_name(&self) -> &str {
        self.text(TextField::UserName)
    }

    /// The name that the contact, or the group's people, chose.
    pub fn nick_name(&self) -> &str {
        self.text(TextField::NickName)
    }

    /// The account's own name for the contact.
    pub fn remark_name(&self) -> &str {
        self.text(TextField::RemarkName)
    }

    /// The WeChat id that the contact chose; mostly empty on the web.
    pub fn alias(&self) -> &str {
        self.text(TextField::Alias)
    }

    /// The initials of the nick name in pinyin.
    pub fn py_initial(&self) -> &str {
        self.text(TextField::PyInitial)
    }

    /// The nick name in pinyin.
    pub fn py_quan_pin(&self) -> &str {
        self.text(TextField::PyQuanPin)
    }

    /// The initials of the remark in pinyin.
    pub fn remark_py_initial(&self) -> &str {
        self.text(TextField::RemarkPyInitial)
    }

    /// The remark in pinyin.
    pub fn remark_py_quan_pin(&self) -> &str {
        self.text(TextField::RemarkPyQuanPin)
    }

    /// The line of text that the contact shows under its name.
    pub fn signature(&self) -> &str {
        self.text(TextField::Signature)
    }

    /// Where the contact says to live.
    pub fn province(&self) -> &str {
        self.text(TextField::Province)
    }

    /// Where the contact says to live.
    pub fn city(&self) -> &str {
        self.text(TextField::City)
    }

    /// The first letters of the real id: `gh_` for public accounts.
    pub fn key_word(&self) -> &str {
        self.text(TextField::KeyWord)
    }

    /// The group's other id; known once its members are.
    pub fn encry_chat_room_id(&self) -> &str {
        self.text(TextField::EncryChatRoomId)
    }

    /// The user name of the group's owner; known only once the group changed.
    pub fn owner(&self) -> &str {
        self.text(TextField::Owner)
    }

    /// The path of the picture on the base host, its `skey=` empty; `None` if there is none.
    pub fn head_img_url(&self) -> Option<Cow<'_, str>> {
        if self.marks.plain_picture {
            return Some(picture_path(self.picture, self.user_name()).into());
        }
        Some(self.text(TextField::HeadImgUrl)).filter(|url| !url.is_empty()).map(Cow::Borrowed)
    }

    pub(super) fn text(&self, field: TextField) -> &str {
        self.texts.get(field as usize)
    }
}
