//! What the paths of this server lead to.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use wx_proto::Endpoint;

use super::hosts::HostRole;

/// What a request asks for: an endpoint of the protocol, or the start page, which is none.
///
/// ```
/// use wx_proto::Endpoint;
/// use wx_testkit::server::Resource;
///
/// assert_eq!(Resource::named("webwxsync"), Some(Resource::Endpoint(Endpoint::Sync)));
/// assert_eq!(Resource::named("page"), Some(Resource::Page));
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Resource {
    /// The start page, `/`.
    Page,
    /// An endpoint.
    Endpoint(Endpoint),
}

impl From<Endpoint> for Resource {
    fn from(endpoint: Endpoint) -> Self {
        Self::Endpoint(endpoint)
    }
}

impl Resource {
    /// The last part of its path, by which faults and records name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Endpoint(endpoint) => endpoint.as_str(),
        }
    }

    /// The resource with this name.
    pub fn named(name: &str) -> Option<Self> {
        if name == Self::Page.name() {
            return Some(Self::Page);
        }
        Endpoint::ALL.into_iter().find(|endpoint| endpoint.as_str() == name).map(Self::Endpoint)
    }

    pub(super) fn of_path(path: &str) -> Option<Self> {
        match path {
            "/" => return Some(Self::Page),
            "/jslogin" => return Some(Self::Endpoint(Endpoint::JsLogin)),
            _ => {}
        }
        if path.starts_with("/qrcode/") {
            return Some(Self::Endpoint(Endpoint::QrCode));
        }
        let resource = Self::named(path.strip_prefix("/cgi-bin/mmwebwx-bin/")?)?;
        let elsewhere = matches!(resource, Self::Page | Self::Endpoint(Endpoint::JsLogin | Endpoint::QrCode));
        (!elsewhere).then_some(resource)
    }

    /// What its host must be for.
    pub(super) const fn role(self) -> HostRole {
        match self {
            Self::Page => HostRole::Page,
            Self::Endpoint(Endpoint::JsLogin | Endpoint::LoginPoll) => HostRole::Login,
            Self::Endpoint(Endpoint::QrCode) => HostRole::Qr,
            Self::Endpoint(Endpoint::SyncCheck) => HostRole::Push,
            Self::Endpoint(Endpoint::UploadMedia | Endpoint::UploadMediaParallel | Endpoint::GetMedia) => {
                HostRole::File
            }
            Self::Endpoint(
                Endpoint::LoginPage
                | Endpoint::Init
                | Endpoint::StatusNotify
                | Endpoint::GetContact
                | Endpoint::BatchGetContact
                | Endpoint::Sync
                | Endpoint::SendMsg
                | Endpoint::Logout
                | _,
            ) => HostRole::Base,
        }
    }

    /// The code of a session that is not there: 1102 by the push host, 1100 by the base host.
    pub(super) const fn no_session(self) -> i64 {
        match self.role() {
            HostRole::Push => 1102,
            HostRole::Login | HostRole::Qr | HostRole::Page | HostRole::Base | HostRole::File => 1100,
        }
    }
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| D::Error::custom(format!("no endpoint is called {name:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(Resource::of_path("/"), Some(Resource::Page));
        assert_eq!(Resource::of_path("/jslogin"), Some(Endpoint::JsLogin.into()));
        assert_eq!(Resource::of_path("/qrcode/abc=="), Some(Endpoint::QrCode.into()));
        assert_eq!(Resource::of_path("/cgi-bin/mmwebwx-bin/webwxsync"), Some(Endpoint::Sync.into()));
        assert_eq!(Resource::of_path("/cgi-bin/mmwebwx-bin/jslogin"), None);
        assert_eq!(Resource::of_path("/cgi-bin/mmwebwx-bin/webwxnothing"), None);
    }

    #[test]
    fn names_are_read_back() {
        for resource in Endpoint::ALL.map(Resource::Endpoint).into_iter().chain([Resource::Page]) {
            let json = serde_json::to_string(&resource).unwrap();
            assert_eq!(json, format!("\"{}\"", resource.name()));
            assert_eq!(serde_json::from_str::<Resource>(&json).unwrap(), resource);
        }
        assert!(serde_json::from_str::<Resource>("\"webwxnothing\"").is_err());
    }
}
