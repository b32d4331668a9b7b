//! The calls: which endpoint each is made to, who waits for it, how it is built and read.

use bytes::Bytes;
use http::StatusCode;

use super::{
    Context, Draft, MediaRequest, Page, ParsedReply, SendForm, Spec, UploadParts, Waiter, batch_get_contact,
    check_upload, get_contact, init, js_login, login_page,
    login_poll::{self, Tip},
    logout, media, message, qr_code, send_form, status_notify, sync, sync_check, upload_media,
    upload_media_parallel,
};
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
