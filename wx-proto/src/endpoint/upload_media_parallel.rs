//! `POST https://FILE/cgi-bin/mmwebwx-bin/webwxuploadmediaparallel`: one chunk of a large file of the file helper.
//!
//! As its one known client sends it, whose form looks like the official page's: that was never recorded.

use serde::Serialize;

use super::{
    BaseRequest, Draft, Page, Quota, Spec, Timeouts,
    check_upload::Permit,
    multipart::{Boundary, Parts},
    upload_media::{Drawn, Upload, pass_ticket, query},
};
use crate::{Endpoint, Lane, Md5, Secret, tokens::Tokens};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::UploadMediaParallel,
    lane: Lane::Transfer,
    timeouts: Timeouts::CHUNK,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    signature: &'a str,
    #[serde(rename = "AESKey")]
    aes_key: &'a str,
    #[serde(rename = "FileMD5")]
    file_md5: Md5,
    total_len: u64,
    chunks: u64,
    name: &'a str,
    chunk: u64,
    base_request: BaseRequest<'a>,
    #[serde(rename = "UploadID", skip_serializing_if = "Option::is_none")]
    upload_id: Option<&'a str>,
}

/// `upload_id`: from the reply to the first chunk.
pub(crate) fn build(
    page: &Page<'_>,
    tokens: &Tokens,
    upload: &Upload<'_>,
    upload_id: Option<&Secret<String>>,
    drawn: &Drawn,
) -> Draft {
    let Upload { file, chunk, device_id, permit, data_ticket, .. } = *upload;
    let request = Request {
        signature: permit.map_or("", Permit::signature),
        aes_key: permit.and_then(Permit::aes_key).unwrap_or_default(),
        file_md5: file.source.md5,
        total_len: file.source.len,
        chunks: chunk.total(),
        name: file.name.as_str(),
        chunk: chunk.index(),
        base_request: BaseRequest::of_device(tokens, device_id),
        upload_id: upload_id.map(|id| id.expose().as_str()),
    };
    // A plain struct with text keys; serde_json has nothing to refuse in it.
    let request = serde_json::to_string(&request).expect("a request is plain JSON");
    let form = Parts::new(Boundary::new(&drawn.boundary))
        .text("pass_ticket", &pass_ticket(page, tokens))
        .text("webwx_data_ticket", data_ticket.expose())
        .text("UploadMediaParallelRequest", &request)
        .file("filename", "blob", "application/octet-stream", chunk.slice().clone());
    Draft::post_upload(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxuploadmediaparallel", query(page, drawn), form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;
    use crate::endpoint::upload_media::tests::{Wire, crlf, file, sent};

    fn sent_chunk(index: u64, upload_id: Option<&str>) -> Wire {
        let permit = Permit::new("v1_5f1e2d3c4b5a69780f1e2d3c4b5a6978", "00112233445566778899aabbccddeeff");
        let upload_id = upload_id.map(|id| Secret::new(id.to_owned()));
        let file = file("big.zip", 31_457_280);
        sent(
            &Profile::file_helper(),
            "filehelper",
            &file,
            index,
            Some(&permit),
            |page, tokens, upload, drawn| build(page, tokens, upload, upload_id.as_ref(), drawn),
        )
    }

    #[test]
    fn the_request_is_the_client_s() {
        let first = sent_chunk(0, None);
        assert_eq!(
            first.line,
            "POST https://file.wx2.qq.com/cgi-bin/mmwebwx-bin/webwxuploadmediaparallel?f=json&random=Kqzb"
        );
        assert_eq!(first.body, crlf(include_str!("testdata/upload_media_parallel.txt")));
        let last = sent_chunk(59, Some("u0123456789abcdef"));
        assert!(last.body.contains(",\"Chunk\":59,\"BaseRequest\":{"));
        assert!(last.body.contains("},\"UploadID\":\"u0123456789abcdef\"}\r\n"));
        // One more digit, and the id.
        assert_eq!(last.length, first.length + 1 + 31);
    }
}
