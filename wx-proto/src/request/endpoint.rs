//! The endpoints by name.

use std::fmt;

/// An endpoint of the protocol.
///
/// ```
/// use wx_proto::Endpoint;
///
/// assert_eq!(Endpoint::SyncCheck.as_str(), "synccheck");
/// assert!(Endpoint::ALL.contains(&Endpoint::Init));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Endpoint {
    /// `jslogin`: a uuid for a QR code.
    JsLogin,
    /// `qrcode`: the QR code as a picture.
    QrCode,
    /// `login`: the poll that waits for the phone.
    LoginPoll,
    /// `webwxnewloginpage`: the tokens.
    LoginPage,
    /// `webwxinit`: own account, first contacts, first key.
    Init,
    /// `webwxstatusnotify`: tells the phone that the page is ready.
    StatusNotify,
    /// `webwxgetcontact`: the contact list, in pages.
    GetContact,
    /// `webwxbatchgetcontact`: named contacts and groups with members, 50 a call.
    BatchGetContact,
    /// `synccheck`: the poll that waits for news.
    SyncCheck,
    /// `webwxsync`: the news.
    Sync,
    /// `webwxsendmsg`: sends a text.
    SendMsg,
    /// `webwxcheckupload`: asks before a large upload; the server may have the file already.
    CheckUpload,
    /// `webwxuploadmedia`: a file, in chunks.
    UploadMedia,
    /// `webwxuploadmediaparallel`: a large file of the file helper, in chunks.
    UploadMediaParallel,
    /// `webwxsendmsgimg`: sends an uploaded picture.
    SendMsgImg,
    /// `webwxsendvideomsg`: sends an uploaded film.
    SendVideoMsg,
    /// `webwxsendappmsg`: sends an uploaded file.
    SendAppMsg,
    /// `webwxsendemoticon`: sends an animated sticker.
    SendEmoticon,
    /// `webwxgetmsgimg`: the picture of a message.
    GetMsgImg,
    /// `webwxgetvoice`: the sound of a message.
    GetVoice,
    /// `webwxgetvideo`: the film of a message.
    GetVideo,
    /// `webwxgetmedia`: the file of a message.
    GetMedia,
    /// `webwxgeticon`: the picture of a person.
    GetIcon,
    /// `webwxgetheadimg`: the picture of a group.
    GetHeadImg,
    /// `webwxgetpubliclinkimg`: the picture of a map.
    GetPublicLinkImg,
    /// `webwxlogout`: ends the session.
    Logout,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 26] = [
        Self::JsLogin,
        Self::QrCode,
        Self::LoginPoll,
        Self::LoginPage,
        Self::Init,
        Self::StatusNotify,
        Self::GetContact,
        Self::BatchGetContact,
        Self::SyncCheck,
        Self::Sync,
        Self::SendMsg,
        Self::CheckUpload,
        Self::UploadMedia,
        Self::UploadMediaParallel,
        Self::SendMsgImg,
        Self::SendVideoMsg,
        Self::SendAppMsg,
        Self::SendEmoticon,
        Self::GetMsgImg,
        Self::GetVoice,
        Self::GetVideo,
        Self::GetMedia,
        Self::GetIcon,
        Self::GetHeadImg,
        Self::GetPublicLinkImg,
        Self::Logout,
    ];

    /// The name the protocol gives it: the last part of its path.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::JsLogin => "jslogin",
            Self::QrCode => "qrcode",
            Self::LoginPoll => "login",
            Self::LoginPage => "webwxnewloginpage",
            Self::Init => "webwxinit",
            Self::StatusNotify => "webwxstatusnotify",
            Self::GetContact => "webwxgetcontact",
            Self::BatchGetContact => "webwxbatchgetcontact",
            Self::SyncCheck => "synccheck",
            Self::Sync => "webwxsync",
            Self::SendMsg => "webwxsendmsg",
            Self::CheckUpload => "webwxcheckupload",
            Self::UploadMedia => "webwxuploadmedia",
            Self::UploadMediaParallel => "webwxuploadmediaparallel",
            Self::SendMsgImg => "webwxsendmsgimg",
            Self::SendVideoMsg => "webwxsendvideomsg",
            Self::SendAppMsg => "webwxsendappmsg",
            Self::SendEmoticon => "webwxsendemoticon",
            Self::GetMsgImg => "webwxgetmsgimg",
            Self::GetVoice => "webwxgetvoice",
            Self::GetVideo => "webwxgetvideo",
            Self::GetMedia => "webwxgetmedia",
            Self::GetIcon => "webwxgeticon",
            Self::GetHeadImg => "webwxgetheadimg",
            Self::GetPublicLinkImg => "webwxgetpubliclinkimg",
            Self::Logout => "webwxlogout",
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
