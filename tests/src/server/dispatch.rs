//! From a request to the room that answers it, and from its reply to the answer, faults included.

use std::time::Duration;

use http::{Response, StatusCode};
use wx_proto::{Endpoint, Timestamp};

use super::{
    Answer, Server,
    call::Call,
    fault::{FaultKind, Struck},
    hold::Wait,
    media::MediaBody,
    reply::{self, Reply},
    resource::Resource,
};
use crate::content::FileContent;

impl Server {
    pub(super) fn answer_call(&mut self, now: Timestamp, call: Call) -> Answer {
        self.advance(now);
        let Some(resource) = Resource::of_path(&call.path).filter(|_| self.config.knows(&call.host)) else {
            // The path is enough to find the mistake; a query may hold secrets of a real client.
            self.record.complain(format!("no such address: {}{}", call.host, call.path));
            return Answer::Now(reply::finish(reply::bare(StatusCode::NOT_FOUND), now));
        };
        self.record.count_request(resource);
        let struck = self.faults.take(resource);
        let after = match struck {
            Struck::No => None,
            Struck::After(kind) => Some(kind),
            Struck::Before(kind) => {
                return match reply::faulty(resource, kind) {
                    Some(reply) => Answer::Now(reply::finish(reply, now)),
                    None => Answer::Drop,
                };
            }
        };
        match self.dispatch(resource, &call, after) {
            Step::Wait(wait) => self.hold(resource, wait, after),
            Step::Done(reply) => self.spoil(resource, Made::Whole(reply), after),
            Step::Media(reply) => self.spoil(resource, Made::Media(reply), after),
        }
    }

    fn dispatch(&mut self, resource: Resource, call: &Call, after: Option<FaultKind>) -> Step {
        if !self.config.serves(&call.host, resource.role()) {
            self.record.complain(format!("{} on {}", resource.name(), call.host));
            if resource == Resource::Endpoint(Endpoint::GetMedia) {
                // Of a file host that is not the base host's the body is empty (reported by users).
                return Step::Done(reply::body("text/plain", ""));
            }
            return Step::Done(reply::refusal(resource, resource.no_session()));
        }
        let endpoint = match resource {
            Resource::Page => return Step::Done(self.start_page(call)),
            Resource::Endpoint(endpoint) => endpoint,
        };
        self.check_flavour(endpoint, call);
        let result = match endpoint {
            Endpoint::JsLogin => Ok(self.jslogin(call)),
            Endpoint::QrCode => Ok(self.qrcode(call)),
            Endpoint::LoginPoll => {
                let (uuid, tip) = self.login_poll(call);
                return Step::Wait(Wait::Scan { uuid, tip });
            }
            Endpoint::LoginPage => Ok(self.new_login_page(call)),
            Endpoint::Init => self.init(call),
            Endpoint::StatusNotify => self.status_notify(call),
            Endpoint::GetContact => self.get_contact(call),
            Endpoint::BatchGetContact => self.batch_get_contact(call),
            Endpoint::SyncCheck => match self.sync_check(call) {
                Ok((login, position)) => return Step::Wait(Wait::News { login, position }),
                Err(code) => Err(code),
            },
            Endpoint::Sync => {
                let empty_key = match after {
                    Some(FaultKind::EmptyKey(ret)) => Some(ret),
                    Some(_) | None => None,
                };
                self.sync(call, empty_key)
            }
            Endpoint::SendMsg => self.send_msg(call),
            Endpoint::Logout => self.logout(call),
            Endpoint::CheckUpload => self.check_upload(call),
            Endpoint::UploadMedia => self.upload_media(call),
            Endpoint::UploadMediaParallel => self.upload_media_parallel(call),
            Endpoint::SendMsgImg | Endpoint::SendVideoMsg | Endpoint::SendAppMsg | Endpoint::SendEmoticon => {
                self.send_media(endpoint, call)
            }
            Endpoint::GetMsgImg => return Step::media(self.get_msg_img(call)),
            Endpoint::GetVoice => return Step::media(self.get_voice(call)),
            Endpoint::GetVideo => return Step::media(self.get_video(call)),
            Endpoint::GetMedia => return Step::media(self.get_media(call)),
            Endpoint::GetIcon | Endpoint::GetHeadImg => return Step::media(self.get_avatar(endpoint, call)),
            Endpoint::GetPublicLinkImg => return Step::media(self.get_public_link_img(call)),
            // An endpoint of the core that this server does not have yet.
            _ => Ok(reply::bare(StatusCode::NOT_FOUND)),
        };
        Step::Done(result.unwrap_or_else(|code| reply::refusal(resource, code)))
    }

    /// Notes what the file helper's page would not ask for, or not so. The real server was never seen to refuse any of it.
    fn check_flavour(&mut self, endpoint: Endpoint, call: &Call) {
        if !self.config.only_file_helper {
            return;
        }
        let unasked = [Endpoint::StatusNotify, Endpoint::GetContact, Endpoint::BatchGetContact];
        // jslogin names it by a parameter of its own; the picture and the logout form do not.
        let nameless = [Endpoint::JsLogin, Endpoint::QrCode, Endpoint::Logout];
        if unasked.contains(&endpoint) {
            self.record.complain(format!("{} of the file helper", endpoint.as_str()));
        } else if !nameless.contains(&endpoint) && !call.names_app(&self.config.appid) {
            self.record.complain(format!("{} does not name the application", endpoint.as_str()));
        }
    }

    /// Puts a fault in the place of a reply that was made all the same.
    pub(super) fn spoil(&self, resource: Resource, made: Made, after: Option<FaultKind>) -> Answer {
        match after {
            None | Some(FaultKind::EmptyKey(_) | FaultKind::Forget(_)) => match made {
                Made::Whole(reply) => Answer::Now(reply::finish(reply, self.now)),
                Made::Media(reply) => Answer::Streamed(reply::finish_media(reply, self.now)),
            },
            Some(FaultKind::Cut(bytes)) => {
                let cut = made.into_media().map(|body| body.cut_after(bytes));
                Answer::Streamed(reply::finish_media(cut, self.now))
            }
            Some(FaultKind::Slow(millis)) => {
                let slow = made.into_media().map(|body| body.slow(Duration::from_millis(millis.into())));
                Answer::Streamed(reply::finish_media(slow, self.now))
            }
            Some(
                kind @ (FaultKind::Status(_)
                | FaultKind::Html
                | FaultKind::Empty
                | FaultKind::Garbage
                | FaultKind::Ret(_)
                | FaultKind::Lose),
            ) => match reply::faulty(resource, kind) {
                Some(reply) => Answer::Now(reply::finish(reply, self.now)),
                None => Answer::Drop,
            },
        }
    }
}

enum Step {
    Done(Reply),
    Media(Response<MediaBody>),
    Wait(Wait),
}

impl Step {
    /// Media that are refused come as a page, with status 200.
    fn media(result: Result<Response<MediaBody>, i64>) -> Self {
        result.map_or_else(|_| Self::Done(reply::html()), Self::Media)
    }
}

/// A reply before anything happens to it.
pub(super) enum Made {
    Whole(Reply),
    Media(Response<MediaBody>),
}

impl Made {
    fn into_media(self) -> Response<MediaBody> {
        match self {
            Self::Whole(reply) => reply.map(|bytes| MediaBody::whole(FileContent::from(bytes))),
            Self::Media(reply) => reply,
        }
    }
}
