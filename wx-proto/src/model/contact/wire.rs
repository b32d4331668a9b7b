//! A contact as the server sends it, in any of its replies.

use std::borrow::Cow;

use serde::Deserialize;

use super::member;
use crate::{UserName, bounds, coding::json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WireContact<'a> {
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) uin: u64,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) user_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) nick_name: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) head_img_url: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) contact_flag: u64,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) member_count: u64,
    #[serde(borrow, default, deserialize_with = "json::objects")]
    pub(super) member_list: Vec<member::WireMember<'a>>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) remark_name: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) sex: u64,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) signature: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) verify_flag: u64,
    #[serde(borrow, default, deserialize_with = "json::text", rename = "PYInitial")]
    pub(super) py_initial: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text", rename = "PYQuanPin")]
    pub(super) py_quan_pin: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text", rename = "RemarkPYInitial")]
    pub(super) remark_py_initial: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text", rename = "RemarkPYQuanPin")]
    pub(super) remark_py_quan_pin: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) star_friend: u64,
    #[serde(default, deserialize_with = "json::number")]
    pub(super) statues: Option<i64>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) attr_status: u64,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) province: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) city: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) alias: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) sns_flag: u64,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) key_word: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) encry_chat_room_id: Cow<'a, str>,
    #[serde(default, deserialize_with = "json::unsigned")]
    pub(super) is_owner: u64,
    /// Only in ModContactList.
    #[serde(borrow, default, deserialize_with = "json::text")]
    pub(super) chat_room_owner: Cow<'a, str>,
}

impl WireContact<'_> {
    /// The picture's number, if its path is made of that and the user name as it always is; else the path.
    pub(super) fn picture(&self) -> (Option<u32>, String) {
        match plain_picture(&self.head_img_url, &self.user_name) {
            Some(number) => (Some(number), String::new()),
            // Half a path leads nowhere.
            None if self.head_img_url.len() > bounds::NAME => (None, String::new()),
            None => (None, without_skey(&self.head_img_url)),
        }
    }

    /// About as many bytes as its texts take together.
    pub(super) fn text_bytes(&self) -> usize {
        const LENGTHS: usize = 20;
        let texts = [
            &self.user_name,
            &self.nick_name,
            &self.remark_name,
            &self.py_initial,
            &self.py_quan_pin,
            &self.remark_py_initial,
            &self.remark_py_quan_pin,
            &self.signature,
            &self.province,
            &self.city,
            &self.alias,
            &self.key_word,
            &self.encry_chat_room_id,
            &self.chat_room_owner,
        ];
        LENGTHS + texts.iter().map(|text| text.len().min(bounds::NAME)).sum::<usize>()
    }
}

/// The path of a picture, as the server makes it.
pub(super) fn picture_path(number: u32, user_name: &str) -> String {
    format!("{}{number}&username={user_name}&skey=", path_to_number(user_name))
}

/// The number of a path that [`picture_path`] would make.
fn plain_picture(url: &str, user_name: &str) -> Option<u32> {
    let (number, rest) = url.strip_prefix(path_to_number(user_name))?.split_once('&')?;
    let key = rest.strip_prefix("username=")?.strip_prefix(user_name)?.strip_prefix("&skey=")?;
    // Digits alone, as they are written out again.
    let plain =
        number.bytes().all(|byte| byte.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
    number.parse().ok().filter(|_| plain && !key.contains('&'))
}

fn path_to_number(user_name: &str) -> &'static str {
    if UserName::is_group_name(user_name) {
        "/cgi-bin/mmwebwx-bin/webwxgetheadimg?seq="
    } else {
        "/cgi-bin/mmwebwx-bin/webwxgeticon?seq="
    }
}

/// Paths come with the session's key or, in some replies, with an empty one: the key is not kept.
fn without_skey(url: &str) -> String {
    let Some((before, after)) = url.split_once("skey=") else { return url.to_owned() };
    let rest = after.find('&').and_then(|at| after.get(at..)).unwrap_or("");
    format!("{before}skey={rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_path_is_made_again_as_it_was() {
        for number in [0, 1, 696_335_334, u32::MAX] {
            for user in ["@1", "@@2"] {
                let path = picture_path(number, user);
                assert_eq!(plain_picture(&path, user), Some(number));
                assert_eq!(plain_picture(&format!("{path}@crypt_1"), user), Some(number));
                assert_eq!(plain_picture(&path, "@3"), None);
                assert_eq!(plain_picture(&format!("{path}&more=1"), user), None);
            }
        }
        for number in ["", "01", "+1", "4294967296", "x"] {
            let path = format!("/cgi-bin/mmwebwx-bin/webwxgeticon?seq={number}&username=@1&skey=");
            assert_eq!(plain_picture(&path, "@1"), None, "{number}");
        }
    }

    #[test]
    fn the_session_s_key_is_not_kept() {
        assert_eq!(without_skey("/a?skey=@crypt_1&b=2"), "/a?skey=&b=2");
        assert_eq!(without_skey("/a"), "/a");
    }
}
