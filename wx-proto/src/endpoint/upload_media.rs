//! `POST https://FILE/cgi-bin/mmwebwx-bin/webwxuploadmedia`: one chunk of a file.
//!
//! The form and the request in it are those of the captures of 2018 and, for the file helper, of 2022. The whole length stands
//! in every chunk, at `StartPos` 0.

#[cfg(test)]
pub(super) mod tests;

use bytes::Bytes;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

use super::{
    BaseRequest, Draft, Page, Query, Quota, Spec, Timeouts,
    check_upload::Permit,
    chunk::Chunk,
    multipart::{Boundary, MultipartForm, Parts},
    script_date,
};
use crate::{
    Endpoint, Flavour, Lane, Md5, ReplyError, Secret, SplitMix64, UserName, WireId, coding::json,
    outgoing::OutgoingFile, tokens::Tokens,
};

pub(crate) const SPEC: Spec = Spec {
    endpoint: Endpoint::UploadMedia,
    lane: Lane::Transfer,
    timeouts: Timeouts::CHUNK,
    longest_reply: Spec::SHORT_REPLY,
    counted: false,
    quota: Some(Quota::Upload),
};

/// A file on its way up, and the chunk whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upload<'a> {
    pub(crate) from: &'a UserName,
    pub(crate) to: &'a UserName,
    pub(crate) file: &'a OutgoingFile,
    pub(crate) chunk: &'a Chunk,
    pub(crate) id: ClientMediaId,
    /// The page makes its request once for a file: all chunks have one.
    pub(crate) device_id: &'a str,
    pub(crate) permit: Option<&'a Permit>,
    /// The present value of the cookie `webwx_data_ticket`.
    pub(crate) data_ticket: &'a Secret<String>,
    /// How many files this page uploaded before.
    pub(crate) number: u64,
}

/// What is drawn for each request.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// 16 letters and digits that part the form.
    pub(crate) boundary: String,
    /// Four of them for the query of the file helper's page.
    pub(crate) random: String,
}

impl Drawn {
    pub(crate) fn new(rng: &mut SplitMix64) -> Self {
        Self { boundary: rng.letters_and_digits(16), random: rng.letters_and_digits(4) }
    }
}

/// The id of an upload: one for all chunks, else the last reply has no media id; another one when the file goes up anew.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct ClientMediaId {
    /// Unix time.
    pub(crate) millis: u64,
    /// Four random digits, which the web's page does without.
    pub(crate) digits: u16,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WireMediaId {
    Number(u64),
    Text(String),
}

impl ClientMediaId {
    /// The 17 digits of a wire id, apart.
    pub(crate) fn of(id: WireId) -> Self {
        let digits = id.digits();
        Self { millis: id.millis(), digits }
    }

    fn on_the_wire(self, flavour: Flavour) -> WireMediaId {
        let Self { millis, digits } = self;
        match flavour {
            Flavour::Web => WireMediaId::Number(millis),
            Flavour::FileHelper => WireMediaId::Text(format!("{millis:013}{:04}", digits % 10_000)),
        }
    }
}

/// What the server says to a chunk.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UploadReply {
    /// The file's name on the server; only with the last chunk.
    pub(crate) media_id: Option<Secret<String>>,
    /// The name of an upload to webwxuploadmediaparallel, which its further chunks repeat.
    pub(crate) upload_id: Option<Secret<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Request<'a> {
    upload_type: u32,
    base_request: BaseRequest<'a>,
    client_media_id: WireMediaId,
    total_len: u64,
    start_pos: u64,
    data_len: u64,
    media_type: u32,
    from_user_name: &'a UserName,
    to_user_name: &'a UserName,
    file_md5: Md5,
    #[serde(rename = "AESKey", skip_serializing_if = "Option::is_none")]
    aes_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<&'a str>,
}

pub(crate) fn build(page: &Page<'_>, tokens: &Tokens, upload: &Upload<'_>, drawn: &Drawn) -> Draft {
    let form = form(page, tokens, upload, drawn);
    Draft::post_upload(&SPEC, page, "/cgi-bin/mmwebwx-bin/webwxuploadmedia", query(page, drawn), form)
}

/// The query of both kinds of upload.
pub(super) fn query(page: &Page<'_>, drawn: &Drawn) -> Query {
    let query = Query::new().raw("f", "json");
    match page.profile.flavour {
        Flavour::Web => query,
        Flavour::FileHelper => query.component("random", &drawn.random),
    }
}

/// The pass_ticket as forms have it: not escaped in the web's, as the login page gave it in the file helper's.
pub(super) fn pass_ticket(page: &Page<'_>, tokens: &Tokens) -> String {
    let text = tokens.pass_ticket.expose();
    match page.profile.flavour {
        Flavour::Web => percent_decode_str(text).decode_utf8_lossy().into_owned(),
        Flavour::FileHelper => text.clone(),
    }
}

fn form(page: &Page<'_>, tokens: &Tokens, upload: &Upload<'_>, drawn: &Drawn) -> MultipartForm {
    let Upload { file, chunk, data_ticket, number, .. } = *upload;
    let name = file.name.as_str();
    let modified = script_date::text(file.source.modified.unwrap_or(page.now));
    let size = file.source.len.to_string();
    let parts = Parts::new(Boundary::new(&drawn.boundary));
    let parts = match page.profile.flavour {
        Flavour::Web => parts
            .text("id", &format!("WU_FILE_{number}"))
            .text("name", name)
            .text("type", &file.mime)
            .text("lastModifiedDate", &modified)
            .text("size", &size),
        Flavour::FileHelper => parts
            .text("name", name)
            .text("lastModifiedDate", &modified)
            .text("size", &size)
            .text("type", &file.mime),
    };
    let parts = if chunk.is_only_one() {
        parts
    } else {
        parts.text("chunks", &chunk.total().to_string()).text("chunk", &chunk.index().to_string())
    };
    let file_type = if chunk.is_only_one() { &*file.mime } else { "application/octet-stream" };
    parts
        .text("mediatype", file.kind.media_type())
        .text("uploadmediarequest", &request(page, tokens, upload))
        .text("webwx_data_ticket", data_ticket.expose())
        .text("pass_ticket", &pass_ticket(page, tokens))
        .file("filename", name, file_type, chunk.slice().clone())
}

fn request(page: &Page<'_>, tokens: &Tokens, upload: &Upload<'_>) -> String {
    /// Of all kinds of files.
    const ATTACHMENT: u32 = 4;
    let Upload { from, to, file, id, device_id, permit, .. } = *upload;
    let request = Request {
        upload_type: 2,
        base_request: BaseRequest::of_device(tokens, device_id),
        client_media_id: id.on_the_wire(page.profile.flavour),
        total_len: file.source.len,
        start_pos: 0,
        data_len: file.source.len,
        media_type: ATTACHMENT,
        from_user_name: from,
        to_user_name: to,
        file_md5: file.source.md5,
        aes_key: permit.and_then(Permit::aes_key),
        signature: permit.map(Permit::signature),
    };
    // A plain struct with text keys; serde_json has nothing to refuse in it.
    serde_json::to_string(&request).expect("a request is plain JSON")
}

/// The replies of both kinds of upload.
pub(crate) fn parse(status: StatusCode, body: &Bytes) -> Result<UploadReply, ReplyError> {
    json::read(status, body, |reply| {
        Ok(UploadReply {
            media_id: reply.members.token("MediaId"),
            upload_id: reply.members.token("UploadID"),
        })
    })
}
