//! Replies: headers as recorded, refusals with the skeleton of their endpoint.

use bytes::Bytes;
use http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue, SET_COOKIE, STRICT_TRANSPORT_SECURITY,
};
use http::{Response, StatusCode};
use wx_proto::{Endpoint, Timestamp};

use super::date;
use super::fault::FaultKind;
use super::layout::{Json, base_response, object};
use super::media::{MediaBody, skeleton};
use super::resource::Resource;
use super::{init, sync};

pub(super) type Reply = Response<Bytes>;

/// A reply of this status with nothing in it.
pub(super) fn bare(status: StatusCode) -> Reply {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status;
    reply
}

/// A reply with a body of this type.
pub(super) fn body(content_type: &str, bytes: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(bytes.into());
    header(&mut reply, CONTENT_TYPE, content_type);
    reply
}

/// A line of JavaScript, as `login` and `synccheck` answer.
pub(super) fn script(text: String) -> Reply {
    body("text/javascript", text)
}

/// JSON, which the real server calls plain text, without a charset.
pub(super) fn json(json: &Json) -> Reply {
    let mut reply = body("text/plain", json.render());
    secure(&mut reply);
    reply
}

/// The XML of `webwxnewloginpage`.
pub(super) fn xml(text: String) -> Reply {
    let mut reply = body("text/plain;charset=utf-8", text);
    secure(&mut reply);
    reply
}

/// An HTML page, as the real server shows when something is wrong.
pub(super) fn html() -> Reply {
    body(
        "text/html",
        "<!DOCTYPE html>\n<html><head><title>502</title></head><body>Bad Gateway</body></html>\n",
    )
}

pub(super) fn synccheck(retcode: i64, selector: u32) -> Reply {
    let mut reply = script(format!("window.synccheck={{retcode:\"{retcode}\",selector:\"{selector}\"}}"));
    header(&mut reply, HeaderName::from_static("access-control-allow-origin"), "*");
    reply
}

pub(super) fn header<T>(reply: &mut Response<T>, name: HeaderName, value: &str) {
    // Only a host name out of a strange configuration could fail here.
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().append(name, value);
    }
}

/// A cookie with the attributes of the real server (captured 2018).
pub(super) fn cookie(reply: &mut Reply, name: &str, value: &str, domain: &str, expires: Timestamp) {
    let date = date::cookie_date(expires.as_secs());
    header(reply, SET_COOKIE, &format!("{name}={value}; Domain={domain}; Path=/; Expires={date}; Secure"));
}

/// Adds what every reply has.
pub(super) fn finish(reply: Reply, now: Timestamp) -> Reply {
    let length = reply.body().len().to_string();
    finish_head(reply, &length, now)
}

/// The same for a body that is read piece by piece.
pub(super) fn finish_media(reply: Response<MediaBody>, now: Timestamp) -> Response<MediaBody> {
    let length = reply.body().len().to_string();
    finish_head(reply, &length, now)
}

fn finish_head<T>(mut reply: Response<T>, length: &str, now: Timestamp) -> Response<T> {
    header(&mut reply, DATE, &date::http_date(now.as_secs()));
    header(&mut reply, CONTENT_LENGTH, length);
    reply
}

/// The answer of an endpoint that says no with a code.
pub(super) fn refusal(resource: Resource, code: i64) -> Reply {
    let endpoint = match resource {
        Resource::Page => return html(),
        Resource::Endpoint(endpoint) => endpoint,
    };
    match endpoint {
        Endpoint::QrCode | Endpoint::Logout => html(),
        Endpoint::JsLogin => jslogin(code, ""),
        Endpoint::LoginPoll => script(format!("window.code={code};")),
        Endpoint::LoginPage => xml(format!("<error><ret>{code}</ret><message></message></error>")),
        Endpoint::SyncCheck => synccheck(code, 0),
        Endpoint::Init => json(&init::skeleton(code)),
        Endpoint::Sync => json(&sync::skeleton(code)),
        Endpoint::StatusNotify => json(&object([base_response(code), ("MsgID", "".into())])),
        Endpoint::SendMsg
        | Endpoint::SendMsgImg
        | Endpoint::SendVideoMsg
        | Endpoint::SendAppMsg
        | Endpoint::SendEmoticon => {
            json(&object([base_response(code), ("MsgID", "".into()), ("LocalID", "".into())]))
        }
        Endpoint::CheckUpload => json(&skeleton::check_upload(code)),
        Endpoint::UploadMedia => json(&skeleton::upload_media(code)),
        Endpoint::UploadMediaParallel => json(&skeleton::parallel(code)),
        Endpoint::GetContact => json(&object([
            base_response(code),
            ("Seq", 0_i64.into()),
            ("MemberCount", 0_i64.into()),
            ("MemberList", Vec::new().into()),
        ])),
        Endpoint::BatchGetContact => {
            json(&object([base_response(code), ("Count", 0_i64.into()), ("ContactList", Vec::new().into())]))
        }
        // Errors of media come in more than one form.
        Endpoint::GetMsgImg
        | Endpoint::GetVoice
        | Endpoint::GetVideo
        | Endpoint::GetMedia
        | Endpoint::GetIcon
        | Endpoint::GetHeadImg
        | Endpoint::GetPublicLinkImg
        | _ => json(&object([base_response(code)])),
    }
}

/// The two Content-Type headers are recorded so.
pub(super) fn jslogin(code: i64, uuid: &str) -> Reply {
    let mut reply = script(format!("window.QRLogin.code = {code}; window.QRLogin.uuid = \"{uuid}\";"));
    header(&mut reply, CONTENT_TYPE, "text/html; charset=gbk");
    header(&mut reply, http::header::CACHE_CONTROL, "no-cache, must-revalidate");
    reply
}

/// The answer of a fault; `None` if the connection is to be closed, or if the fault is no reply of its own.
pub(super) fn faulty(resource: Resource, kind: FaultKind) -> Option<Reply> {
    match kind {
        FaultKind::Status(status) => {
            Some(bare(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)))
        }
        FaultKind::Html => Some(html()),
        FaultKind::Empty => Some(body("text/plain", "")),
        FaultKind::Garbage => {
            Some(body("text/plain", &b"\xff\xfe{\"BaseResponse\": {\n\"Ret\": 0,\n\x00"[..]))
        }
        FaultKind::Ret(code) => Some(refusal(resource, code)),
        FaultKind::Lose
        | FaultKind::EmptyKey(_)
        | FaultKind::Cut(_)
        | FaultKind::Slow(_)
        | FaultKind::Forget(_) => None,
    }
}

fn secure(reply: &mut Reply) {
    header(reply, STRICT_TRANSPORT_SECURITY, "max-age=31536000 ; includeSubDomains");
}
