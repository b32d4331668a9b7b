//! `webwxcheckupload`: whether the file is there already, and the keys for a large one. Any size is answered.

use serde_json::Value;
use wx_proto::{Endpoint, Md5};

use super::super::{
    Server,
    auth::WRONG,
    call::{Call, int_of, text_of},
    layout::{Json, base_response, object},
    reply::{self, Reply},
};
use super::{encry_name::encry_file_name, store::Grant};

impl Server {
    pub(in crate::server) fn check_upload(&mut self, call: &Call) -> Result<Reply, i64> {
        let endpoint = Endpoint::CheckUpload;
        self.look_for_appid(endpoint, call);
        let (at, body) = self.by_request(endpoint, call)?;
        // It fails without (reported by a client's author).
        if int_of(&body, "FileType") != Some(7) {
            return self.deny(endpoint, WRONG, "without FileType 7");
        }
        let Some((md5, len, name)) = described(&body) else {
            return self.deny(endpoint, WRONG, "without FileMd5, FileSize or FileName");
        };
        if text_of(&body, "FileMd5").is_some_and(|text| text != md5.to_string()) {
            self.record.complain(format!("{endpoint} with a FileMd5 in upper case"));
        }
        self.look_at_peers(endpoint, at, &body);
        let known = self.media.uploads.iter().find(|upload| upload.md5 == Some(md5) && upload.len == len);
        let media_id = known.filter(|_| self.config.knows_files).map(|upload| upload.media_id.clone());
        let grant =
            Grant { md5, len, aes_key: self.rng.hex(32), signature: format!("v1_{}", self.rng.hex(32)) };
        let answer = body_of(0, media_id.unwrap_or_default(), &grant.aes_key, &grant.signature, &name);
        self.media.grant(grant);
        Ok(reply::json(&answer))
    }
}

fn described(body: &Value) -> Option<(Md5, u64, String)> {
    let md5 = text_of(body, "FileMd5")?.parse().ok()?;
    let len = text_of(body, "FileSize")?.parse().ok()?;
    Some((md5, len, text_of(body, "FileName")?))
}

pub(in crate::server) fn skeleton(ret: i64) -> Json {
    body_of(ret, String::new(), "", "", "")
}

/// The order of its members was never recorded.
fn body_of(ret: i64, media_id: String, aes_key: &str, signature: &str, name: &str) -> Json {
    object([
        base_response(ret),
        ("MediaId", media_id.into()),
        ("AESKey", aes_key.into()),
        ("Signature", signature.into()),
        ("EncryFileName", encry_file_name(name).into()),
    ])
}
