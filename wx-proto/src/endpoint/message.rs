//! What the requests of all sends have in common: one JSON, and one reply.
//!
//! The members stand in the order of the official pages: of the web's in the captures of 2017 and 2018, of the file helper's
//! in the one of 2022. Without `Scene` some accounts get Ret 1204.

use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;

use super::{BaseRequest, Draft, Page, Query, Spec, check_upload::Permit};
use crate::{Flavour, Md5, MsgId, ReplyError, Secret, UserName, WireId, coding::json, tokens::Tokens};

/// Who sends to whom, and the id that the server knows a repeat by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'a> {
    pub(crate) from: &'a UserName,
    pub(crate) to: &'a UserName,
    /// The same for every try of the same send.
    pub(crate) wire_id: WireId,
}

/// A picture or a film, as it is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Medium<'a> {
    /// It was uploaded.
    Uploaded(&'a Secret<String>),
    /// It was received: the `Content` that it came with, decoded.
    Received(&'a str),
}

impl<'a> Medium<'a> {
    pub(super) fn payload(self, r#type: u32) -> Payload<'a> {
        let (media_id, content, scene) = match self {
            Self::Uploaded(media_id) => (media_id.expose().as_str(), "", Scene::New),
            Self::Received(content) => ("", content, Scene::Forward),
        };
        Payload { media_id: Some(media_id), content: Some(content), scene, ..Payload::of(r#type) }
    }
}

/// The server took the message.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SentMsg {
    pub(crate) msg_id: Option<MsgId>,
}

/// What is sent: the members of `Msg` that some kinds have.
#[derive(Clone, Copy)]
pub(super) struct Payload<'a> {
    pub(super) r#type: u32,
    pub(super) content: Option<&'a str>,
    pub(super) media_id: Option<&'a str>,
    pub(super) emoji_flag: Option<u32>,
    pub(super) emoticon_md5: Option<Md5>,
    pub(super) permit: Option<&'a Permit>,
    pub(super) scene: Scene,
}

#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Scene {
    New,
    Forward,
}

impl Payload<'_> {
    pub(super) const fn of(r#type: u32) -> Self {
        Self {
            r#type,
            content: None,
            media_id: None,
            emoji_flag: None,
            emoticon_md5: None,
            permit: None,
            scene: Scene::New,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    base_request: BaseRequest<'a>,
    msg: Msg<'a>,
    scene: u32,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Msg<'a> {
    Web(WebMsg<'a>),
    FileHelper(FileHelperMsg<'a>),
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WebMsg<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
    r#type: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji_flag: Option<u32>,
    #[serde(rename = "EMoticonMd5", skip_serializing_if = "Option::is_none")]
    emoticon_md5: Option<Md5>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    from_user_name: &'a UserName,
    to_user_name: &'a UserName,
    #[serde(rename = "LocalID")]
    local_id: &'a str,
    client_msg_id: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FileHelperMsg<'a> {
    client_msg_id: &'a str,
    from_user_name: &'a UserName,
    #[serde(rename = "LocalID")]
    local_id: &'a str,
    to_user_name: &'a UserName,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_id: Option<&'a str>,
    r#type: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji_flag: Option<u32>,
    #[serde(rename = "EMoticonMd5", skip_serializing_if = "Option::is_none")]
    emoticon_md5: Option<Md5>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
    #[serde(rename = "AESKey", skip_serializing_if = "Option::is_none")]
    aes_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

pub(super) fn build(
    spec: &Spec,
    page: &Page<'_>,
    tokens: &Tokens,
    query: Query,
    envelope: &Envelope<'_>,
    payload: &Payload<'_>,
) -> Draft {
    let Envelope { from: from_user_name, to: to_user_name, wire_id } = *envelope;
    // serde_json escapes control characters only: an escape of any other character would reach the peer as its literal text.
    let Payload { r#type, content, media_id, emoji_flag, emoticon_md5, permit, scene } = *payload;
    let id = wire_id.to_string();
    let (local_id, client_msg_id) = (&*id, &*id);
    let signature = permit.map(Permit::signature);
    let msg = match page.profile.flavour {
        Flavour::Web => Msg::Web(WebMsg {
            signature,
            r#type,
            emoji_flag,
            emoticon_md5,
            media_id,
            content,
            from_user_name,
            to_user_name,
            local_id,
            client_msg_id,
        }),
        Flavour::FileHelper => Msg::FileHelper(FileHelperMsg {
            client_msg_id,
            from_user_name,
            local_id,
            to_user_name,
            media_id,
            r#type,
            emoji_flag,
            emoticon_md5,
            content,
            aes_key: permit.and_then(Permit::aes_key),
            signature,
        }),
    };
    let scene = match scene {
        Scene::New => 0,
        Scene::Forward => 2,
    };
    let request = Request { base_request: BaseRequest::new(page, tokens), msg, scene };
    let path = format!("/cgi-bin/mmwebwx-bin/{}", spec.endpoint);
    Draft::post(spec, page, &path, query, &request)
}

/// The query of pictures and films. The file helper's page leaves `lang` out.
pub(super) fn medium_query(page: &Page<'_>, tokens: &Tokens) -> Query {
    let query = Query::new().raw("fun", "async").raw("f", "json");
    match page.profile.flavour {
        Flavour::Web => page.tail(query, tokens),
        Flavour::FileHelper => page.pass_ticket(query, tokens),
    }
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<SentMsg, ReplyError> {
    json::read(status, body, |reply| Ok(SentMsg { msg_id: reply.members.msg_id("MsgID") }))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::Profile;
    use crate::endpoint::testing::{FRIEND, ME, tokens, wire, with_page_of};

    const DEVICE_ID: &str = "e118273645546372";

    /// What stands before `Msg`.
    pub(in super::super) const BASE: &str = "{\"BaseRequest\":{\"Uin\":1234567890,\"Sid\":\"x7/pQ2+mN5kV8rTz\",\
         \"Skey\":\"@crypt_1a2b3c4d_00112233445566778899aabbccddeeff\",\"DeviceID\":\"e118273645546372\"},\"Msg\":";

    /// Address and `Msg` of a send to a friend, with what follows it.
    pub(in super::super) fn sent(
        flavour: Flavour,
        build: impl FnOnce(&Page<'_>, &Tokens, &Envelope<'_>) -> Draft,
    ) -> (String, String) {
        let profile = match flavour {
            Flavour::Web => Profile::web(),
            Flavour::FileHelper => Profile::file_helper(),
        };
        let (from, to) = (UserName::new(ME), UserName::new(FRIEND));
        let wire_id = WireId::next(None, 1_735_700_081_000, 733);
        let envelope = Envelope { from: &from, to: &to, wire_id };
        with_page_of(&profile, "wx2.qq.com", 1_735_700_081_000, DEVICE_ID, |page| {
            let (line, body) = wire(page, build(page, &tokens(), &envelope));
            (line, body.strip_prefix(BASE).expect(BASE).to_owned())
        })
    }

    /// The members that all sends of the web end with.
    pub(in super::super) const END: &str = "\"FromUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\
         \"ToUserName\":\"@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111\",\
         \"LocalID\":\"17357000810000733\",\"ClientMsgId\":\"17357000810000733\"}";
    /// The members that all sends of the file helper begin with.
    pub(in super::super) const BEGIN: &str = "{\"ClientMsgId\":\"17357000810000733\",\
         \"FromUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\"LocalID\":\"17357000810000733\",\
         \"ToUserName\":\"@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111\",";

    #[test]
    fn replies() {
        let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
        let id = |id: Option<&str>| Ok(SentMsg { msg_id: id.map(MsgId::new) });
        let good = b"{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MsgID\": \"3053194738703670001\",\n\
                     \"LocalID\": \"17357000700000416\"\n}\n";
        assert_eq!(good.len(), 112);
        assert_eq!(parse(good), id(Some("3053194738703670001")));
        let number = br#"{"BaseResponse":{"Ret":0},"MsgID":9223372036854775807,"LocalID":17357000700000416}"#;
        assert_eq!(parse(number), id(Some("9223372036854775807")));
        for body in [
            br#"{"BaseResponse":{"Ret":0}}"#.as_slice(),
            br#"{"BaseResponse":{"Ret":0},"MsgID":""}"#,
            br#"{"BaseResponse":{"Ret":0},"MsgID":null}"#,
            br#"{"BaseResponse":{"Ret":0},"MsgID":{}}"#,
        ] {
            assert_eq!(parse(body), id(None));
        }
        for ret in [1205, 1204, 1101, -1] {
            let body = format!(
                "{{\"BaseResponse\":{{\"Ret\":{ret},\"ErrMsg\":\"\"}},\"MsgID\":\"\",\"LocalID\":\"\"}}"
            );
            let error = super::parse(StatusCode::OK, &Bytes::from(body)).unwrap_err();
            assert_eq!(error, ReplyError::Ret { ret, message: String::new() });
        }
        assert_eq!(parse(b""), Err(ReplyError::Empty));
        assert_eq!(parse(b"<html></html>"), Err(ReplyError::Html));
        assert!(matches!(parse(b"{\"BaseResponse\":{\"Ret\":0"), Err(ReplyError::Syntax { .. })));
    }
}
