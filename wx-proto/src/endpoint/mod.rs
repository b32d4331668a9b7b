//! The endpoints: for each one file with all that is said of it, and nothing else.
//!
//! `SPEC` says how its requests are run. `build` takes a [`Page`] (what the official page would have in hand) and what it
//! needs of a [`Context`], and gives a [`Draft`]. `parse` takes the status and the body and gives the typed reply or a
//! [`ReplyError`]. None of them knows what came before: the flows decide that.
//!
//! A new endpoint is a file here, a variant of the public [`Endpoint`], and a variant of [`Call`] with an arm in each
//! match of `call.rs` and in the table below. Then a flow or a command may ask for it.

mod call;
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

pub(crate) use call::Call;
pub(crate) use draft::{Draft, Style};
pub(crate) use media::MediaRequest;
pub(crate) use page::{BaseRequest, Context, Page, UploadParts};
pub(crate) use parsed_reply::{ParsedReply, Waiter};
pub(crate) use query::{Form, Query};
pub(crate) use send_form::SendForm;
pub(crate) use spec::{Quota, Spec, Timeouts};

use crate::Endpoint;

/// Longest address that is taken from the server.
const LONGEST_ADDRESS: usize = 8192;

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
