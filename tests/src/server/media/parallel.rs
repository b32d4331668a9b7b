//! `webwxuploadmediaparallel`: large files of the file helper, chunks after the first in any order.

use http::{Method, StatusCode};
use serde_json::Value;
use wx_proto::{Endpoint, Md5};

use super::super::{
    Server,
    auth::WRONG,
    call::{Call, text_of},
    layout::{Json, base_response, object},
    reply::{self, Reply},
};
use super::{
    CHUNK,
    form::UploadForm,
    store::{Described, Key, Taken},
};

impl Server {
    pub(in crate::server) fn upload_media_parallel(&mut self, call: &Call) -> Result<Reply, i64> {
        let endpoint = Endpoint::UploadMediaParallel;
        if !self.config.serves_parallel {
            return Ok(reply::bare(StatusCode::NOT_FOUND));
        }
        if call.method == Method::OPTIONS {
            return Ok(self.preflight(&skeleton(1)));
        }
        let form = self.upload_form(endpoint, call, "UploadMediaParallelRequest")?;
        let Some((described, index, md5)) = described(&form.request) else {
            return self.deny(endpoint, WRONG, "without TotalLen, Chunks, Chunk, Name or FileMD5");
        };
        if !self.is_granted(&form.request, described.len, Some(md5)) {
            return self.deny(endpoint, WRONG, "without the Signature of webwxcheckupload");
        }
        self.look_at_parallel(&form, &described, index);
        let key = self.parallel_key(&form.request, index);
        self.forget_if_told(&key, index);
        let Some(file) = form.file() else { return Err(WRONG) };
        let (chunks, keeps) = (described.chunks, self.config.kept_bytes);
        let finished = match self.media.take(&key, index, chunks, file.bytes.clone(), keeps) {
            Taken::More => None,
            Taken::Known(upload) => Some(upload),
            Taken::Whole(file) => self.store_upload(key.clone(), described, file, Some(md5))?,
        };
        let media_id = finished.map(|upload| upload.media_id).unwrap_or_default();
        Ok(self.for_page(reply::json(&body_of(0, &key.client_id, media_id))))
    }

    /// An upload is known by its UploadID, or by its Signature while the client does not say one.
    fn parallel_key(&mut self, request: &Value, index: u32) -> Key {
        let endpoint = Endpoint::UploadMediaParallel;
        if let Some(client_id) = text_of(request, "UploadID").filter(|id| !id.is_empty()) {
            return Key { endpoint, client_id };
        }
        let signature = text_of(request, "Signature").unwrap_or_default();
        let drawn = signature.strip_prefix("v1_").unwrap_or(&signature).get(..16).unwrap_or_default();
        let key = Key { endpoint, client_id: format!("u{drawn}") };
        if index > 0 && self.media.next(&key).is_none() && !self.media.is_forgotten(&key) {
            self.record.complain(format!("{endpoint} with chunk {index} before chunk 0"));
        }
        key
    }

    fn look_at_parallel(&mut self, form: &UploadForm, described: &Described, index: u32) {
        let endpoint = Endpoint::UploadMediaParallel;
        let Some(file) = form.file() else { return };
        let len = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
        let offset = u64::from(index).saturating_mul(CHUNK);
        let wrong = [
            (
                u64::from(described.chunks) != described.len.div_ceil(CHUNK),
                "with another number of Chunks than TotalLen makes",
            ),
            (
                len != CHUNK.min(described.len.saturating_sub(offset)),
                "with a chunk of another length than its place has",
            ),
            (file.file_name.as_deref() != Some("blob"), "with a filename that is not blob"),
            (
                file.content_type.as_deref() != Some("application/octet-stream"),
                "with a chunk that is no application/octet-stream",
            ),
        ];
        for (_, wrong) in wrong.into_iter().filter(|(is_so, _)| *is_so) {
            self.record.complain(format!("{endpoint} {wrong}"));
        }
    }
}

fn described(request: &Value) -> Option<(Described, u32, Md5)> {
    let number = |name| text_of(request, name)?.parse::<u64>().ok();
    let (chunks, index) = (number("Chunks")?, number("Chunk")?);
    let described = Described {
        name: text_of(request, "Name")?,
        len: number("TotalLen")?,
        chunks: u32::try_from(chunks).ok()?,
        media_type: "doc".to_owned(),
    };
    let index = u32::try_from(index).ok().filter(|index| *index < described.chunks)?;
    Some((described, index, text_of(request, "FileMD5")?.parse().ok()?))
}

pub(in crate::server) fn skeleton(ret: i64) -> Json {
    body_of(ret, "", String::new())
}

fn body_of(ret: i64, upload_id: &str, media_id: String) -> Json {
    object([base_response(ret), ("UploadID", upload_id.into()), ("MediaId", media_id.into())])
}
