//! What the replies cost at least: serde_json into plain types of the same members, and nothing done with them.

#![allow(dead_code, reason = "members are parsed, not used")]

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SyncReply {
    add_msg_list: Vec<Message>,
    mod_contact_list: Vec<Contact>,
    sync_key: Keys,
    sync_check_key: Keys,
    #[serde(rename = "SKey")]
    skey: String,
    continue_flag: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    list: Vec<Key>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Key {
    key: u64,
    val: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Message {
    msg_id: String,
    from_user_name: String,
    to_user_name: String,
    msg_type: i64,
    content: String,
    create_time: u64,
    status_notify_code: i64,
    status_notify_user_name: String,
    new_msg_id: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContactPage {
    #[serde(alias = "ContactList")]
    member_list: Vec<Contact>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Contact {
    uin: u64,
    user_name: String,
    nick_name: String,
    head_img_url: String,
    contact_flag: u64,
    member_count: u64,
    member_list: Vec<Member>,
    remark_name: String,
    sex: u64,
    signature: String,
    verify_flag: u64,
    #[serde(rename = "PYInitial")]
    py_initial: String,
    #[serde(rename = "PYQuanPin")]
    py_quan_pin: String,
    #[serde(rename = "RemarkPYInitial")]
    remark_py_initial: String,
    #[serde(rename = "RemarkPYQuanPin")]
    remark_py_quan_pin: String,
    star_friend: u64,
    statues: u64,
    attr_status: u64,
    province: String,
    city: String,
    alias: String,
    sns_flag: u64,
    key_word: String,
    encry_chat_room_id: String,
    is_owner: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Member {
    user_name: String,
    nick_name: String,
    display_name: String,
    attr_status: u64,
}
