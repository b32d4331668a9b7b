//! The endpoints: for each one file with all that is said of it, and nothing else.
//!
//! `SPEC` says how its requests are run. `build` takes a [`Page`] (what the official page would have in hand) and what it
//! needs of a [`Context`], and gives a [`Draft`]. `parse` takes the status and the body and gives the typed reply or a
//! [`ReplyError`]. None of them knows what came before: the flows decide that.
//!
//! A new endpoint is a file here, a variant of the public [`Endpoint`], and a variant of [`Call`] with an arm in each
//! match below. Then a flow or a command may ask for it.

mod draft;
mod multipart;
mod page;
mod parsed_reply;
mod query;
mod script_date;
mod spec;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub(crate) mod avatar;
pub(crate) mod batch_get_contact;
pub(crate) mod check_upload;
pub(crate) mod chunk;
pub(crate) mod contact_changes;
pub(crate) mod get_contact;
pub(crate) mod get_head_img;
pub(crate) mod get_icon;
pub(crate) mod get_media;
pub(crate) mod get_msg_img;
pub(crate) mod get_public_link_img;
pub(crate) mod get_video;
pub(crate) mod get_voice;
pub(crate) mod init;
pub(crate) mod js_login;
pub(crate) mod login_page;
pub(crate) mod login_poll;
pub(crate) mod logout;
pub(crate) mod media;
pub(crate) mod message;
pub(crate) mod qr_code;
pub(crate) mod send_app_msg;
pub(crate) mod send_emoticon;
pub(crate) mod send_form;
pub(crate) mod send_msg;
pub(crate) mod send_msg_img;
pub(crate) mod send_video_msg;
pub(crate) mod status_notify;
pub(crate) mod sync;
pub(crate) mod sync_check;
pub(crate) mod upload_media;
pub(crate) mod upload_media_parallel;

use bytes::Bytes;
use http::StatusCode;

pub(crate) use draft::{Draft, Style};
pub(crate) use media::MediaRequest;
pub(crate) use page::{BaseRequest, Context, Page, UploadParts};
pub(crate) use parsed_reply::{ParsedReply, Waiter};
pub(crate) use query::{Form, Query};
pub(crate) use send_form::SendForm;
pub(crate) use spec::{Quota, Spec, Timeouts};

use self::login_poll::Tip;
use crate::{
    Endpoint, Lane, OpId, Outcome, ReplyError, UserName, Uuid,
    flow::upload::{Point, Step},
    host::Redirect,
};

/// A request to make, in the protocol's terms. Tokens, keys and cookies are added when it is built.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Call {
    JsLogin,
    QrCode {
        op: OpId,
        uuid: Uuid,
    },
    LoginPoll {
        uuid: Uuid,
        tip: Tip,
    },
    LoginPage {
        redirect: Redirect,
    },
    Init,
    StatusNotify,
    GetContact {
        seq: u64,
    },
    /// The names are taken when it starts.
    BatchGetContact,
    SyncCheck,
    Sync,
    /// webwxsync with the committed key, for its cookies alone.
    Renew,
    /// A send, by the endpoint of its kind.
    SendMsg {
        op: OpId,
        form: SendForm,
    },
    CheckUpload {
        op: OpId,
    },
    UploadMedia {
        op: OpId,
        chunk: u64,
    },
    UploadMediaParallel {
        op: OpId,
        chunk: u64,
    },
    /// `at`: how many bytes are there.
    Download {
        op: OpId,
        request: MediaRequest,
        at: u64,
    },
    Logout {
        op: OpId,
    },
}

impl Call {
    pub(crate) const fn endpoint(&self) -> Endpoint {
        match self {
            Self::JsLogin => Endpoint::JsLogin,
            Self::QrCode { .. } => Endpoint::QrCode,
            Self::LoginPoll { .. } => Endpoint::LoginPoll,
            Self::LoginPage { .. } => Endpoint::LoginPage,
            Self::Init => Endpoint::Init,
            Self::StatusNotify => Endpoint::StatusNotify,
            Self::GetContact { .. } => Endpoint::GetContact,
            Self::BatchGetContact => Endpoint::BatchGetContact,
            Self::SyncCheck => Endpoint::SyncCheck,
            Self::Sync | Self::Renew => Endpoint::Sync,
            Self::SendMsg { form, .. } => form.endpoint(),
            Self::CheckUpload { .. } => Endpoint::CheckUpload,
            Self::UploadMedia { .. } => Endpoint::UploadMedia,
            Self::UploadMediaParallel { .. } => Endpoint::UploadMediaParallel,
            Self::Download { request, .. } => request.endpoint(),
            Self::Logout { .. } => Endpoint::Logout,
        }
    }

    /// The request of an upload at this point.
    pub(crate) const fn of_upload(op: OpId, point: Point) -> Self {
        match point.step {
            Step::Check => Self::CheckUpload { op },
            Step::Chunk(chunk) if point.parallel => Self::UploadMediaParallel { op, chunk },
            Step::Chunk(chunk) => Self::UploadMedia { op, chunk },
        }
    }

    /// The upload that it is for, and the chunk: the first one if none leaves yet.
    pub(crate) const fn uploaded(&self) -> Option<(OpId, u64)> {
        match self {
            Self::CheckUpload { op } => Some((*op, 0)),
            Self::UploadMedia { op, chunk } | Self::UploadMediaParallel { op, chunk } => Some((*op, *chunk)),
            Self::JsLogin
            | Self::QrCode { .. }
            | Self::LoginPoll { .. }
            | Self::LoginPage { .. }
            | Self::Init
            | Self::StatusNotify
            | Self::GetContact { .. }
            | Self::BatchGetContact
            | Self::SyncCheck
            | Self::Sync
            | Self::Renew
            | Self::SendMsg { .. }
            | Self::Download { .. }
            | Self::Logout { .. } => None,
        }
    }

    pub(crate) const fn spec(&self) -> &'static Spec {
        Spec::of(self.endpoint())
    }

    pub(crate) const fn lane(&self) -> Lane {
        self.spec().lane
    }

    /// Who waits for its end.
    pub(crate) const fn waiter(&self) -> Waiter {
        match self {
            Self::JsLogin | Self::LoginPoll { .. } | Self::LoginPage { .. } => Waiter::Login,
            Self::Init | Self::SyncCheck | Self::Sync | Self::Renew => Waiter::Session,
            Self::GetContact { .. } | Self::BatchGetContact => Waiter::Contacts,
            Self::SendMsg { op, .. } => Waiter::Send(*op),
            Self::CheckUpload { op }
            | Self::UploadMedia { op, .. }
            | Self::UploadMediaParallel { op, .. } => Waiter::Upload(*op),
            Self::Download { op, .. } => Waiter::Download(*op),
            Self::QrCode { op, .. } => Waiter::Command(*op),
            Self::Logout { op } => Waiter::Logout(*op),
            // The page does nothing with this reply.
            Self::StatusNotify => Waiter::Nobody,
        }
    }

    /// The request. `None` if the context lacks what it needs.
    pub(crate) fn build(&self, page: &Page<'_>, context: &Context<'_>) -> Option<Draft> {
        let tokens = context.tokens;
        Some(match self {
            Self::JsLogin => js_login::build(page),
            Self::QrCode { uuid, .. } => qr_code::build(page, uuid),
            Self::LoginPoll { uuid, tip } => login_poll::build(page, uuid, *tip),
            Self::LoginPage { redirect } => login_page::build(page, redirect),
            Self::Init => init::build(page, tokens?),
            Self::StatusNotify => status_notify::build(page, tokens?, context.me?),
            Self::GetContact { seq } => get_contact::build(page, tokens?, *seq),
            Self::BatchGetContact => batch_get_contact::build(page, tokens?, context.queries),
            Self::SyncCheck => sync_check::build(page, tokens?, context.check_key?),
            Self::Sync => sync::build(page, tokens?, context.sync_key?),
            Self::Renew => sync::build(page, tokens?, context.renewal_key?),
            Self::SendMsg { .. } => send_form::build(page, tokens?, context.sending.as_ref()?)?,
            Self::CheckUpload { .. } => {
                let UploadParts { upload, .. } = context.upload.as_ref()?;
                check_upload::build(page, tokens?, upload.from, upload.to, upload.file)
            }
            Self::UploadMedia { .. } => {
                let UploadParts { upload, drawn, .. } = context.upload.as_ref()?;
                upload_media::build(page, tokens?, upload, drawn)
            }
            Self::UploadMediaParallel { .. } => {
                let UploadParts { upload, drawn, upload_id } = context.upload.as_ref()?;
                upload_media_parallel::build(page, tokens?, upload, *upload_id, drawn)
            }
            Self::Download { request, at, .. } => request.build(page, tokens?, context.data_ticket, *at)?,
            Self::Logout { .. } => logout::build(page, tokens?),
        })
    }

    /// The reply, read. `me` is the own user name, once it is known.
    pub(crate) fn parse(
        &self,
        status: StatusCode,
        body: &Bytes,
        me: Option<&UserName>,
    ) -> Result<ParsedReply, ReplyError> {
        Ok(match self {
            Self::JsLogin => ParsedReply::Uuid(js_login::parse(status, body)?),
            Self::QrCode { op, .. } => {
                let outcome = Outcome::QrImage(qr_code::parse(status, body)?);
                ParsedReply::Done { op: *op, outcome }
            }
            Self::LoginPoll { .. } => ParsedReply::LoginPoll(login_poll::parse(status, body)?),
            Self::LoginPage { .. } => ParsedReply::LoginPage(login_page::parse(status, body)?),
            Self::Init => match init::parse(status, body) {
                Err(ReplyError::Ret { ret: init::NOBODY, .. }) if init::is_all_zero(body) => {
                    ParsedReply::NobodyThere
                }
                init => ParsedReply::Init(init?.into()),
            },
            Self::StatusNotify => {
                status_notify::parse(status, body)?;
                ParsedReply::Nothing
            }
            Self::GetContact { .. } => {
                let get_contact::ContactPage { seq, contacts } = get_contact::parse(status, body)?;
                ParsedReply::Contacts { contacts, next: Some(seq) }
            }
            Self::BatchGetContact => {
                ParsedReply::Contacts { contacts: batch_get_contact::parse(status, body)?, next: None }
            }
            Self::SyncCheck => ParsedReply::SyncCheck(sync_check::parse(status, body)?),
            Self::Sync | Self::Renew => match me {
                Some(me) => ParsedReply::Sync(sync::parse(status, body, me)?.into()),
                None => ParsedReply::Nothing,
            },
            Self::SendMsg { op, .. } => {
                ParsedReply::Sent { op: *op, msg_id: message::parse(status, body)?.msg_id }
            }
            Self::CheckUpload { op } => {
                ParsedReply::UploadChecked { op: *op, reply: check_upload::parse(status, body)? }
            }
            Self::UploadMedia { op, chunk } | Self::UploadMediaParallel { op, chunk } => {
                let reply = upload_media::parse(status, body)?;
                ParsedReply::ChunkTaken { op: *op, chunk: *chunk, reply }
            }
            // What is not streamed is none of the media.
            Self::Download { .. } => return Err(media::no_media(status, body)),
            Self::Logout { op } => {
                logout::parse(status)?;
                ParsedReply::LoggedOut { op: *op }
            }
        })
    }
}

impl Spec {
    /// The spec of an endpoint.
    pub(crate) const fn of(endpoint: Endpoint) -> &'static Self {
        match endpoint {
            Endpoint::JsLogin => &js_login::SPEC,
            Endpoint::QrCode => &qr_code::SPEC,
            Endpoint::LoginPoll => &login_poll::SPEC,
            Endpoint::LoginPage => &login_page::SPEC,
            Endpoint::Init => &init::SPEC,
            Endpoint::StatusNotify => &status_notify::SPEC,
            Endpoint::GetContact => &get_contact::SPEC,
            Endpoint::BatchGetContact => &batch_get_contact::SPEC,
            Endpoint::SyncCheck => &sync_check::SPEC,
            Endpoint::Sync => &sync::SPEC,
            Endpoint::SendMsg => &send_msg::SPEC,
            Endpoint::CheckUpload => &check_upload::SPEC,
            Endpoint::UploadMedia => &upload_media::SPEC,
            Endpoint::UploadMediaParallel => &upload_media_parallel::SPEC,
            Endpoint::SendMsgImg => &send_msg_img::SPEC,
            Endpoint::SendVideoMsg => &send_video_msg::SPEC,
            Endpoint::SendAppMsg => &send_app_msg::SPEC,
            Endpoint::SendEmoticon => &send_emoticon::SPEC,
            Endpoint::GetMsgImg => &get_msg_img::SPEC,
            Endpoint::GetVoice => &get_voice::SPEC,
            Endpoint::GetVideo => &get_video::SPEC,
            Endpoint::GetMedia => &get_media::SPEC,
            Endpoint::GetIcon => &get_icon::SPEC,
            Endpoint::GetHeadImg => &get_head_img::SPEC,
            Endpoint::GetPublicLinkImg => &get_public_link_img::SPEC,
            Endpoint::Logout => &logout::SPEC,
        }
    }
}

/// Longest address that is taken from the server.
const LONGEST_ADDRESS: usize = 8192;
