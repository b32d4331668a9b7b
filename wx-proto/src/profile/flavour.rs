//! What the flavours of the protocol do otherwise, where more than one room has to know it. What a single endpoint does
//! otherwise stands in its file.

use crate::Endpoint;

/// A flavour of the protocol: which official page a client takes the place of.
///
/// ```
/// use wx_proto::{Flavour, Profile};
///
/// assert_eq!(Profile::web().flavour(), Flavour::Web);
/// assert_eq!(Profile::file_helper().flavour().as_str(), "file-helper");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "whoever tells flavours apart must not skip one")]
pub enum Flavour {
    /// `wx.qq.com` and its siblings: all chats and contacts of an account.
    Web,
    /// `filehelper.weixin.qq.com` and its siblings: the chat of an account with its own phone.
    FileHelper,
}

/// Where a request names the application.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AppId {
    Nowhere,
    Header(&'static str),
    /// Behind all other parameters.
    Query(&'static str),
}

impl Flavour {
    /// The flavour's name in profiles and options.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::FileHelper => "file-helper",
        }
    }

    /// True if an account has contacts and groups there. Without them no list is asked for, the phone is not told of the
    /// login, and messages go to [`UserName::FILE_HELPER`](crate::UserName::FILE_HELPER) alone.
    pub const fn has_contacts(self) -> bool {
        match self {
            Self::Web => true,
            Self::FileHelper => false,
        }
    }

    /// True if each page host serves the accounts of a region, and an account is known only at the right one.
    pub(crate) const fn has_regions(self) -> bool {
        match self {
            Self::Web => false,
            Self::FileHelper => true,
        }
    }

    /// True if a script's `_` counts from the load of the page; else it is the time.
    pub(crate) const fn counts_scripts(self) -> bool {
        match self {
            Self::Web => true,
            Self::FileHelper => false,
        }
    }

    /// True if the page's own script sets cookies. Whether the file helper's does was never recorded; no client needs any.
    pub(crate) const fn plants_cookies(self) -> bool {
        match self {
            Self::Web => true,
            Self::FileHelper => false,
        }
    }

    /// True if large files have an address of their own, which takes several chunks at once.
    pub(crate) const fn uploads_in_parallel(self) -> bool {
        match self {
            Self::Web => false,
            Self::FileHelper => true,
        }
    }

    /// What stands before the 15 digits of a device id.
    pub(crate) const fn device_id_prefix(self) -> &'static str {
        match self {
            Self::Web => "e",
            Self::FileHelper => "",
        }
    }

    /// Where a request names the application, jslogin's `appid` aside. Script tags, pictures and links cannot carry a header:
    /// they have it in their query.
    pub(crate) const fn app_id(self, endpoint: Endpoint) -> AppId {
        match self {
            Self::Web => AppId::Nowhere,
            Self::FileHelper => match endpoint {
                Endpoint::LoginPoll => AppId::Query("appid"),
                Endpoint::SyncCheck
                | Endpoint::GetMsgImg
                | Endpoint::GetVoice
                | Endpoint::GetVideo
                | Endpoint::GetMedia
                | Endpoint::GetIcon
                | Endpoint::GetHeadImg
                | Endpoint::GetPublicLinkImg => AppId::Query("mmweb_appid"),
                Endpoint::LoginPage
                | Endpoint::Init
                | Endpoint::Sync
                | Endpoint::SendMsg
                | Endpoint::SendMsgImg
                | Endpoint::SendVideoMsg
                | Endpoint::SendAppMsg
                | Endpoint::SendEmoticon
                | Endpoint::CheckUpload
                | Endpoint::UploadMedia
                | Endpoint::UploadMediaParallel => AppId::Header("mmweb_appid"),
                // A form that navigates, as webwxlogout is, has no place for it either; the last three are not asked for.
                Endpoint::JsLogin
                | Endpoint::QrCode
                | Endpoint::Logout
                | Endpoint::StatusNotify
                | Endpoint::GetContact
                | Endpoint::BatchGetContact => AppId::Nowhere,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By recordings of the official page and the clients that agree with it.
    #[test]
    fn the_file_helper_names_its_application() {
        let places = Endpoint::ALL.map(|endpoint| (endpoint, Flavour::FileHelper.app_id(endpoint)));
        for (endpoint, place) in places {
            let expected = match endpoint.as_str() {
                "login" => AppId::Query("appid"),
                "jslogin"
                | "qrcode"
                | "webwxlogout"
                | "webwxstatusnotify"
                | "webwxgetcontact"
                | "webwxbatchgetcontact" => AppId::Nowhere,
                name if name == "synccheck" || name.starts_with("webwxget") => AppId::Query("mmweb_appid"),
                _ => AppId::Header("mmweb_appid"),
            };
            assert_eq!(place, expected, "{endpoint}");
            assert_eq!(Flavour::Web.app_id(endpoint), AppId::Nowhere);
        }
    }
}
