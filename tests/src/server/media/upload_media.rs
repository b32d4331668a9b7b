//! `webwxuploadmedia`: a file in chunks of 512 KiB, grouped by ClientMediaId.

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;
use wx_proto::{Endpoint, Md5};

use super::super::{
    Server,
    auth::WRONG,
    call::{Call, int_of, text_of},
    layout::{Json, base_response, object},
    reply::{self, Reply},
};
use super::{
    CHUNK, UNSIGNED,
    encry_name::encry_file_name,
    form::UploadForm,
    headers,
    store::{Described, Key, Taken, Upload},
};

/// One chunk as its form describes it.
struct Chunk {
    key: Key,
    described: Described,
    index: u32,
    bytes: Bytes,
    /// FileMd5.
    md5: Option<Md5>,
}

impl Server {
    pub(in crate::server) fn upload_media(&mut self, call: &Call) -> Result<Reply, i64> {
        let endpoint = Endpoint::UploadMedia;
        if call.method == Method::OPTIONS {
            return Ok(self.preflight(&skeleton(1)));
        }
        let form = self.upload_form(endpoint, call, "uploadmediarequest")?;
        let chunk = self.read_chunk(&form)?;
        self.look_at_form(&form, &chunk);
        if chunk.described.len > UNSIGNED && !self.is_granted(&form.request, chunk.described.len, chunk.md5) {
            self.record.complain(format!("{endpoint} of over 25 MB without the Signature for it"));
            return Ok(reply::bare(StatusCode::PAYMENT_REQUIRED));
        }
        let (name, picture) = (chunk.described.name.clone(), chunk.described.media_type == "pic");
        let finished = self.take_chunk(chunk)?;
        let answer = match &finished {
            None => body_of(0, "", 0, false, &name),
            Some(upload) => body_of(0, &upload.media_id, upload.len, picture, &name),
        };
        Ok(self.for_page(reply::json(&answer)))
    }

    /// The reply to OPTIONS: it has a body that means nothing.
    pub(super) fn preflight(&self, body: &Json) -> Reply {
        let mut answer = self.for_page(reply::json(body));
        if self.config.only_file_helper {
            headers::allow_appid(&mut answer);
        }
        answer
    }

    /// The page is on another host than the files.
    pub(super) fn for_page(&self, mut answer: Reply) -> Reply {
        headers::allow_page(&mut answer, &self.config.redirect_host);
        answer
    }

    /// True if webwxcheckupload gave this Signature for this file.
    pub(super) fn is_granted(&self, request: &Value, len: u64, md5: Option<Md5>) -> bool {
        let signature = text_of(request, "Signature").unwrap_or_default();
        let grant = self.media.granted(&signature);
        grant.is_some_and(|grant| grant.len == len && md5.is_none_or(|md5| md5 == grant.md5))
    }

    fn read_chunk(&mut self, form: &UploadForm) -> Result<Chunk, i64> {
        let endpoint = Endpoint::UploadMedia;
        let (UploadForm { request, form: parts, .. }, Some(file)) = (form, form.file()) else {
            return Err(WRONG);
        };
        let media_type = parts.text("mediatype").unwrap_or_default();
        if !["pic", "video", "doc"].contains(&media_type.as_str()) {
            return self.deny(endpoint, WRONG, "without a mediatype of pic, video or doc");
        }
        let number = |name: &str, absent| match parts.text(name) {
            None => Some(absent),
            Some(text) => text.parse::<u32>().ok(),
        };
        let place = number("chunks", 1).zip(number("chunk", 0));
        let Some((chunks, index)) = place.filter(|(chunks, index)| index < chunks) else {
            return self.deny(endpoint, WRONG, "with a chunk that is not one of its chunks");
        };
        let Some(len) = text_of(request, "TotalLen").and_then(|len| len.parse().ok()) else {
            return self.deny(endpoint, WRONG, "without TotalLen");
        };
        let Some(client_id) = text_of(request, "ClientMediaId").filter(|id| !id.is_empty()) else {
            return self.deny(endpoint, WRONG, "without ClientMediaId");
        };
        let name = parts.text("name").or_else(|| file.file_name.clone()).unwrap_or_default();
        Ok(Chunk {
            key: Key { endpoint, client_id },
            described: Described { name, len, chunks, media_type },
            index,
            bytes: file.bytes.clone(),
            md5: text_of(request, "FileMd5").and_then(|text| text.parse().ok()),
        })
    }

    /// Notes what the page never does and the real server is not known to look at.
    fn look_at_form(&mut self, form: &UploadForm, chunk: &Chunk) {
        let (request, parts) = (&form.request, &form.form);
        let Described { name, len, chunks, .. } = &chunk.described;
        let number = |name| text_of(request, name).and_then(|text| text.parse::<u64>().ok());
        let part_len = u64::try_from(chunk.bytes.len()).unwrap_or(u64::MAX);
        let offset = u64::from(chunk.index).saturating_mul(CHUNK);
        // The page says the whole file each time; a client that says the chunk is known to work.
        let place = (number("StartPos"), number("DataLen"));
        let place_fits = place == (Some(0), Some(*len)) || place == (Some(offset), Some(part_len));
        let file = form.file();
        let file_type = file.and_then(|file| file.content_type.as_deref());
        let md5 = text_of(request, "FileMd5");
        let wrong = [
            (parts.text("size") != Some(len.to_string()), "with another size than TotalLen"),
            (!place_fits, "with a StartPos and DataLen that fit neither the file nor the chunk"),
            (
                u64::from(*chunks) != len.div_ceil(CHUNK).max(1),
                "with another number of chunks than TotalLen makes",
            ),
            (
                part_len != CHUNK.min(len.saturating_sub(offset)),
                "with a chunk of another length than its place has",
            ),
            (*len == 0, "of an empty file"),
            (md5.is_none() || md5 != chunk.md5.map(|md5| md5.to_string()), "without a FileMd5 in lower case"),
            (file.and_then(|file| file.file_name.as_ref()) != Some(name), "with another filename than name"),
            (name.contains(['/', '\\']), "with a path in its name"),
            (int_of(request, "UploadType") != Some(2), "without UploadType 2"),
            (int_of(request, "MediaType") != Some(4), "without MediaType 4"),
            (file_type.is_none(), "without a Content-Type of the file"),
            (
                *chunks > 1 && file_type != Some("application/octet-stream"),
                "with a chunk that is no application/octet-stream",
            ),
            (*chunks == 1 && parts.part("chunks").is_some(), "with chunks although there is one"),
        ];
        for (_, wrong) in wrong.into_iter().filter(|(is_so, _)| *is_so) {
            self.record.complain(format!("{} {wrong}", Endpoint::UploadMedia));
        }
        self.look_at_peers(Endpoint::UploadMedia, form.login, request);
    }

    /// Puts the chunk where it belongs. The file, once it is whole.
    fn take_chunk(&mut self, chunk: Chunk) -> Result<Option<Upload>, i64> {
        let Chunk { key, described, index, bytes, md5 } = chunk;
        self.forget_if_told(&key, index);
        self.look_at_order(&key, index);
        let last = index + 1 == described.chunks;
        match self.media.take(&key, index, described.chunks, bytes, self.config.kept_bytes) {
            Taken::More => Ok(None),
            Taken::Known(upload) => Ok(last.then_some(upload)),
            Taken::Whole(file) => self.store_upload(key, described, file, md5),
        }
    }

    /// The page sends one chunk after the other, and the one in doubt once more.
    fn look_at_order(&mut self, key: &Key, index: u32) {
        let wrong = match self.media.next(key) {
            _ if self.media.is_forgotten(key) || self.media.finished(key).is_some() => return,
            None if index == 0 => return,
            None => "of an upload that did not begin".to_owned(),
            Some(next) if index == next || index + 1 == next => return,
            Some(next) => format!("in the place of chunk {next}"),
        };
        self.record.complain(format!("{} with chunk {index} {wrong}", key.endpoint));
    }
}

pub(in crate::server) fn skeleton(ret: i64) -> Json {
    body_of(ret, "", 0, false, "")
}

fn body_of(ret: i64, media_id: &str, start: u64, picture: bool, name: &str) -> Json {
    // Of a picture the longer side is 100.
    let side = if picture { 100_i64 } else { 0 };
    object([
        base_response(ret),
        ("MediaId", media_id.into()),
        ("StartPos", start.into()),
        ("CDNThumbImgHeight", side.into()),
        ("CDNThumbImgWidth", side.into()),
        ("EncryFileName", encry_file_name(name).into()),
    ])
}
