//! Contacts in the field order of the wire.

use super::account::{Contact, ContactKind};
use super::layout::{Json, object};
use super::names::Names;

/// In which reply a contact stands: that decides how much of a group is filled in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// `webwxinit`: groups have members without names and no pinyin.
    Init,
    /// `webwxgetcontact`: groups have no members.
    List,
    /// `webwxbatchgetcontact`: everything, and picture addresses with an empty `skey=`.
    Batch,
}

/// The contact of `webwxinit`, `webwxgetcontact` and `webwxbatchgetcontact` (order captured 2018).
pub(super) fn contact(names: &Names<'_>, who: &Contact, place: Place, skey: &str) -> Json {
    let group = who.kind == ContactKind::Group;
    let bare = group && place == Place::Init;
    let pinyin = |text: &str| Json::from(if bare { "" } else { text });
    let picture = if bare { 0 } else { who.picture };
    let members: Vec<Json> = match place {
        Place::Init => who.members.iter().map(|each| member(names, each, false, 0)).collect(),
        Place::List => Vec::new(),
        Place::Batch => who.members.iter().map(|each| member(names, each, true, 0)).collect(),
    };
    let skey = if place == Place::Batch { "" } else { skey };
    object([
        ("Uin", 0_i64.into()),
        ("UserName", names.of(who).into()),
        ("NickName", names.encode(&who.nick).into()),
        ("HeadImgUrl", picture_path(names, who, picture, skey).into()),
        ("ContactFlag", who.contact_flag.into()),
        ("MemberCount", members.len().into()),
        ("MemberList", members.into()),
        ("RemarkName", names.encode(&who.remark).into()),
        ("HideInputBarFlag", 0_i64.into()),
        ("Sex", who.sex.into()),
        ("Signature", names.encode(&who.signature).into()),
        ("VerifyFlag", who.verify_flag.into()),
        ("OwnerUin", 0_i64.into()),
        ("PYInitial", pinyin(&who.initials)),
        ("PYQuanPin", pinyin(&who.latin)),
        ("RemarkPYInitial", pinyin(&who.remark_initials)),
        ("RemarkPYQuanPin", pinyin(&who.remark_latin)),
        ("StarFriend", i64::from(who.contact_flag & 64 != 0).into()),
        ("AppAccountFlag", 0_i64.into()),
        ("Statues", i64::from(group && !who.muted).into()),
        ("AttrStatus", who.attr_status.into()),
        ("Province", who.province.as_str().into()),
        ("City", who.city.as_str().into()),
        ("Alias", who.alias.as_str().into()),
        ("SnsFlag", who.sns_flag.into()),
        ("UniFriend", 0_i64.into()),
        ("DisplayName", "".into()),
        ("ChatRoomId", 0_i64.into()),
        ("KeyWord", who.keyword.as_str().into()),
        ("EncryChatRoomId", if place == Place::Batch { who.room_id.as_str().into() } else { "".into() }),
        ("IsOwner", i64::from(who.owned).into()),
    ])
}

/// An entry of ModContactList: another order, and no pinyin, EncryChatRoomId or IsOwner.
pub(super) fn changed(names: &Names<'_>, who: &Contact, skey: &str) -> Json {
    let members: Vec<Json> =
        who.members.iter().map(|each| member(names, each, true, 3_000_000_000 + each.id.number())).collect();
    let owner = who.owned.then_some(super::account::ContactId::ME).or(who.owner);
    let room_owner = owner.map(|owner| names.of_id(owner)).unwrap_or_default();
    object([
        ("UserName", names.of(who).into()),
        ("NickName", names.encode(&who.nick).into()),
        ("Sex", who.sex.into()),
        ("HeadImgUpdateFlag", 1_i64.into()),
        ("ContactType", 0_i64.into()),
        ("Alias", who.alias.as_str().into()),
        ("ChatRoomOwner", room_owner.into()),
        ("HeadImgUrl", picture_path(names, who, who.picture, skey).into()),
        ("ContactFlag", who.contact_flag.into()),
        ("MemberCount", members.len().into()),
        ("MemberList", members.into()),
        ("HideInputBarFlag", 0_i64.into()),
        ("Signature", names.encode(&who.signature).into()),
        ("VerifyFlag", who.verify_flag.into()),
        ("RemarkName", names.encode(&who.remark).into()),
        ("Statues", i64::from(who.kind == ContactKind::Group && !who.muted).into()),
        ("AttrStatus", who.attr_status.into()),
        ("Province", who.province.as_str().into()),
        ("City", who.city.as_str().into()),
        ("SnsFlag", who.sns_flag.into()),
        ("KeyWord", who.keyword.as_str().into()),
    ])
}

/// An entry of ModChatRoomMemberList. None was ever recorded with one: this is the least that it could be.
pub(super) fn changed_members(names: &Names<'_>, group: &Contact) -> Json {
    let members: Vec<Json> = group.members.iter().map(|each| member(names, each, true, 0)).collect();
    object([
        ("UserName", names.of(group).into()),
        ("MemberCount", members.len().into()),
        ("MemberList", members.into()),
    ])
}

/// The owner of the account, as `webwxinit` has it.
pub(super) fn user(names: &Names<'_>, me: &Contact, skey: &str) -> Json {
    user_with(
        names.account.uin(),
        names.of(me),
        names.encode(&me.nick),
        picture_path(names, me, me.picture, skey),
        me,
    )
}

/// The empty owner of a refused `webwxinit`.
pub(super) fn no_user() -> Json {
    let empty = super::account::Account::new(0, "");
    let Some(me) = empty.contact(super::account::ContactId::ME) else { return object([]) };
    let me = Contact { sns_flag: 0, ..me.clone() };
    user_with(0, String::new(), String::new(), String::new(), &me)
}

fn user_with(uin: u64, user_name: String, nick: String, picture: String, me: &Contact) -> Json {
    object([
        ("Uin", uin.into()),
        ("UserName", user_name.clone().into()),
        ("NickName", nick.into()),
        ("HeadImgUrl", picture.into()),
        ("RemarkName", "".into()),
        ("PYInitial", "".into()),
        ("PYQuanPin", "".into()),
        ("RemarkPYInitial", "".into()),
        ("RemarkPYQuanPin", "".into()),
        ("HideInputBarFlag", 0_i64.into()),
        ("StarFriend", 0_i64.into()),
        ("Sex", me.sex.into()),
        ("Signature", me.signature.as_str().into()),
        ("AppAccountFlag", 0_i64.into()),
        ("VerifyFlag", 0_i64.into()),
        ("ContactFlag", 0_i64.into()),
        ("WebWxPluginSwitch", 0_i64.into()),
        ("HeadImgFlag", i64::from(!user_name.is_empty()).into()),
        ("SnsFlag", me.sns_flag.into()),
    ])
}

fn member(names: &Names<'_>, member: &super::account::Member, named: bool, uin: u64) -> Json {
    let who = names.account.contact(member.id);
    // For a friend the nick name of a member holds the remark name.
    let nick = who.filter(|_| named).map(|who| names.encode(who.name())).unwrap_or_default();
    let attr_status = who.filter(|_| named).map(|who| who.attr_status).unwrap_or_default();
    object([
        ("Uin", uin.into()),
        ("UserName", names.of_id(member.id).into()),
        ("NickName", nick.into()),
        ("AttrStatus", attr_status.into()),
        ("PYInitial", "".into()),
        ("PYQuanPin", "".into()),
        ("RemarkPYInitial", "".into()),
        ("RemarkPYQuanPin", "".into()),
        ("MemberStatus", 0_i64.into()),
        ("DisplayName", if named { names.encode(&member.display_name).into() } else { "".into() }),
        ("KeyWord", "".into()),
    ])
}

fn picture_path(names: &Names<'_>, who: &Contact, seq: u64, skey: &str) -> String {
    let endpoint = if who.kind == ContactKind::Group { "webwxgetheadimg" } else { "webwxgeticon" };
    format!("/cgi-bin/mmwebwx-bin/{endpoint}?seq={seq}&username={}&skey={skey}", names.of(who))
}
