//! `POST https://BASE/cgi-bin/mmwebwx-bin/webwxcheckupload`: asks before a large upload. The server may have the file already;
//! else it permits the upload.
//!
//! Nobody published a reply: its members are those that the page's script and two clients read.

use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts};
use crate::{
    Endpoint, Flavour, Lane, Md5, ReplyError, Secret, UserName, coding::json, outgoing::OutgoingFile, secret,
    tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::CheckUpload,
    lane: Lane::Transfer,
    timeouts: Timeouts::CALL,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};

/// Allows a large upload, and the message that follows it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Permit {
    #[serde(with = "secret::exposed")]
    signature: Secret<String>,
    /// Empty if the server gave none.
    #[serde(with = "secret::exposed")]
    aes_key: Secret<String>,
}

impl Permit {
    #[cfg(test)]
    pub(crate) fn new(signature: &str, aes_key: &str) -> Self {
        let [signature, aes_key] = [signature, aes_key].map(|text| Secret::new(text.to_owned()));
        Self { signature, aes_key }
    }

    pub(crate) fn signature(&self) -> &str {
        self.signature.expose()
    }

    pub(crate) fn aes_key(&self) -> Option<&str> {
        Some(self.aes_key.expose().as_str()).filter(|key| !key.is_empty())
    }
}

/// What the server says before an upload.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum CheckReply {
    /// It has the file: an upload is not needed. The message still wants its permit.
    Known { media_id: Secret<String>, permit: Option<Permit> },
    /// The file is to be uploaded, with the permit if there is one.
    Wanted(Option<Permit>),
}

/// The page puts BaseRequest last; FHT, after the file helper's page, first and the others by name.
#[derive(Serialize)]
#[serde(untagged)]
enum Request<'a> {
    #[serde(rename_all = "PascalCase")]
    Web {
        from_user_name: &'a UserName,
        to_user_name: &'a UserName,
        file_size: u64,
        file_md5: Md5,
        file_name: &'a str,
        file_type: u32,
        base_request: BaseRequest<'a>,
    },
    #[serde(rename_all = "PascalCase")]
    FileHelper {
        base_request: BaseRequest<'a>,
        file_md5: Md5,
        file_name: &'a str,
        file_size: u64,
        file_type: u32,
        from_user_name: &'a UserName,
        to_user_name: &'a UserName,
    },
}

pub(crate) fn build(
    page: &Page<'_>,
    tokens: &Tokens,
    from_user_name: &UserName,
    to_user_name: &UserName,
    file: &OutgoingFile,
) -> Draft {
    /// Without it, or with another number, the call fails.
    const FILE_TYPE: u32 = 7;
    let base_request = BaseRequest::new(page, tokens);
    let (file_name, file_type) = (file.name.as_str(), FILE_TYPE);
    let (file_size, file_md5) = (file.source.len, file.source.md5);
    let (request, query) = match page.profile.flavour {
        Flavour::Web => {
            let request = Request::Web {
                from_user_name,
                to_user_name,
                file_size,
                file_md5,
                file_name,
                file_type,
                base_request,
            };
            (request, page.tail(Query::new(), tokens))
        }
        Flavour::FileHelper => {
            let request = Request::FileHelper {
                base_request,
                file_md5,
                file_name,
                file_size,
                file_type,
                from_user_name,
                to_user_name,
            };
            (request, Query::new())
        }
    };
    Draft::post(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxcheckupload", query, &request)
}

pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<CheckReply, ReplyError> {
    json::read(status, body, |reply| {
        let permit = reply.members.token("Signature").map(|signature| Permit {
            signature,
            aes_key: reply.members.token("AESKey").unwrap_or_default(),
        });
        Ok(match reply.members.token("MediaId") {
            Some(media_id) => CheckReply::Known { media_id, permit },
            None => CheckReply::Wanted(permit),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        FileKind, FileSource, Profile,
        endpoint::testing::{FRIEND, ME, TAIL, tokens, wire, with_page_of},
    };

    fn built(profile: &Profile, to: &str) -> (String, String) {
        let md5 = "0cc175b9c0f1b6a831c399e269772661".parse().unwrap();
        let source = FileSource::new("/home/me/big.zip", 31_457_280, md5);
        let file = OutgoingFile::new(FileKind::File, "/home/me/big.zip", "application/zip", source);
        with_page_of(profile, "wx2.qq.com", 0, "e414273890165002", |page| {
            wire(page, build(page, &tokens(), &UserName::new(ME), &UserName::new(to), &file))
        })
    }

    #[test]
    fn the_request_is_the_page_s() {
        let (line, body) = built(&Profile::web(), FRIEND);
        assert_eq!(line, format!("POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxcheckupload?{TAIL}"));
        assert_eq!(
            body,
            "{\"FromUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\
             \"ToUserName\":\"@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111\",\
             \"FileSize\":31457280,\"FileMd5\":\"0cc175b9c0f1b6a831c399e269772661\",\"FileName\":\"big.zip\",\
             \"FileType\":7,\"BaseRequest\":{\"Uin\":1234567890,\"Sid\":\"x7/pQ2+mN5kV8rTz\",\
             \"Skey\":\"@crypt_1a2b3c4d_00112233445566778899aabbccddeeff\",\"DeviceID\":\"e414273890165002\"}}"
        );
    }

    #[test]
    fn the_file_helper_asks_without_a_query() {
        let (line, body) = built(&Profile::file_helper(), "filehelper");
        assert_eq!(line, "POST https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxcheckupload");
        assert!(body.starts_with("{\"BaseRequest\":{"));
        assert!(body.ends_with(
            "\"DeviceID\":\"e414273890165002\"},\"FileMd5\":\"0cc175b9c0f1b6a831c399e269772661\",\
             \"FileName\":\"big.zip\",\"FileSize\":31457280,\"FileType\":7,\
             \"FromUserName\":\"@0a1b2c3d4e5f60718293a4b5c6d7e8f9\",\"ToUserName\":\"filehelper\"}"
        ));
    }

    #[test]
    fn replies() {
        let parse = |body: &'static [u8]| parse(StatusCode::OK, &Bytes::from_static(body));
        let good = b"{\n\"BaseResponse\": {\n\"Ret\": 0,\n\"ErrMsg\": \"\"\n}\n,\n\"MediaId\": \"\",\n\
                     \"AESKey\": \"00112233445566778899aabbccddeeff\",\n\
                     \"Signature\": \"v1_5f1e2d3c4b5a69780f1e2d3c4b5a6978\",\n\"EncryFileName\": \"big%2Ezip\"\n}\n";
        assert_eq!(good.len(), 191);
        let permit = Permit::new("v1_5f1e2d3c4b5a69780f1e2d3c4b5a6978", "00112233445566778899aabbccddeeff");
        assert_eq!(parse(good), Ok(CheckReply::Wanted(Some(permit))));
        let known = br#"{"BaseResponse":{"Ret":"0"},"MediaId":"@crypt_1","Signature":7}"#;
        let media_id = Secret::new("@crypt_1".to_owned());
        let permit = Some(Permit::new("7", ""));
        assert_eq!(parse(known), Ok(CheckReply::Known { media_id, permit }));
        for none in [
            br#"{"BaseResponse":{"Ret":0}}"#.as_slice(),
            br#"{"BaseResponse":{"Ret":0},"MediaId":null,"Signature":"","AESKey":"x"}"#,
            br#"{"BaseResponse":{"Ret":0},"MediaId":{},"Signature":[]}"#,
        ] {
            assert_eq!(parse(none), Ok(CheckReply::Wanted(None)));
        }
        let refused = br#"{"BaseResponse":{"Ret":1,"ErrMsg":"too large"},"MediaId":"@crypt_1"}"#;
        assert_eq!(parse(refused), Err(ReplyError::Ret { ret: 1, message: "too large".into() }));
        assert_eq!(parse(b""), Err(ReplyError::Empty));
        assert_eq!(parse(b"<html>"), Err(ReplyError::Html));
        assert!(matches!(parse(b"{\"BaseResponse\":{\"Ret\":0},"), Err(ReplyError::Syntax { .. })));
    }

    #[test]
    fn a_permit_is_kept_and_not_shown() {
        let permit = Permit::new("v1_5f1e", "0011");
        let json = r#"{"signature":"v1_5f1e","aes_key":"0011"}"#;
        assert_eq!(serde_json::to_string(&permit).unwrap(), json);
        assert_eq!(serde_json::from_str::<Permit>(json).unwrap(), permit);
        assert!(!format!("{permit:?}").contains("11"));
    }
}
