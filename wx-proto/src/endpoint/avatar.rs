//! The paths of the pictures of people and groups.

use super::{
    Draft, LONGEST_ADDRESS, Page, Query, Spec, Style, get_head_img,
    get_icon::{self, Person},
    media,
};
use crate::{Endpoint, UserName, tokens::Tokens};

/// A `HeadImgUrl` of a contact: a path on the base host, and nothing else.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct AvatarPath {
    endpoint: Endpoint,
    /// `skey=` without a value in it is filled in.
    path_and_query: Box<str>,
}

impl AvatarPath {
    const PERSON: &str = "/cgi-bin/mmwebwx-bin/webwxgeticon?";
    const GROUP: &str = "/cgi-bin/mmwebwx-bin/webwxgetheadimg?";

    /// `None` for whatever is not the address of one of the two pictures: other hosts, other paths, bytes that no address
    /// has.
    pub(crate) fn parse(head_img_url: &str) -> Option<Self> {
        let endpoint = if head_img_url.starts_with(Self::PERSON) {
            Endpoint::GetIcon
        } else if head_img_url.starts_with(Self::GROUP) {
            Endpoint::GetHeadImg
        } else {
            return None;
        };
        let clean = |byte: u8| byte.is_ascii_graphic() && !b"#\\\"<>`{}|^".contains(&byte);
        let usable = head_img_url.len() <= LONGEST_ADDRESS
            && head_img_url.bytes().all(clean)
            && head_img_url.matches('?').count() == 1;
        usable.then(|| Self { endpoint, path_and_query: head_img_url.into() })
    }

    fn build(&self, page: &Page<'_>, tokens: &Tokens, offset: u64) -> Draft {
        let address = self.with_skey(tokens);
        Draft::get_at(Spec::of(self.endpoint), page.hosts.base().clone(), Style::Image, address)
            .download(media::behind(offset))
    }

    fn with_skey(&self, tokens: &Tokens) -> String {
        let skey = Query::new().component("skey", tokens.skey.expose()).into_string();
        let path = &*self.path_and_query;
        let fill = |before: &str, after: &str| format!("{before}{skey}{after}");
        if let Some(before) = path.strip_suffix("skey=") {
            return fill(before, "");
        }
        match path.split_once("skey=&") {
            Some((before, after)) => fill(before, &format!("&{after}")),
            None => path.to_owned(),
        }
    }
}

/// The picture of a person or a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Avatar {
    /// The path that a contact brings.
    Path(AvatarPath),
    /// Where no path is known.
    Person(Person),
    Group(UserName),
}

impl Avatar {
    pub(crate) const fn endpoint(&self) -> Endpoint {
        match self {
            Self::Path(path) => path.endpoint,
            Self::Person(_) => Endpoint::GetIcon,
            Self::Group(_) => Endpoint::GetHeadImg,
        }
    }

    pub(crate) fn build(&self, page: &Page<'_>, tokens: &Tokens, offset: u64) -> Draft {
        match self {
            Self::Path(path) => path.build(page, tokens, offset),
            Self::Person(person) => get_icon::build(page, tokens, person, offset),
            Self::Group(name) => get_head_img::build(page, tokens, name, offset),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Flavour, MsgId,
        endpoint::media::tests::{PICTURE, asked},
    };

    const SKEY: &str = "skey=%40crypt_1a2b3c4d_00112233445566778899aabbccddeeff";

    #[test]
    fn the_skey_is_put_where_it_is_missing() {
        for (path, address) in [
            (
                "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=696335334&username=@1&skey=",
                format!("/cgi-bin/mmwebwx-bin/webwxgeticon?seq=696335334&username=@1&{SKEY}"),
            ),
            (
                "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0&skey=&username=@1",
                format!("/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0&{SKEY}&username=@1"),
            ),
            (
                "/cgi-bin/mmwebwx-bin/webwxgetheadimg?seq=7&username=@@2&skey=@crypt_1",
                "/cgi-bin/mmwebwx-bin/webwxgetheadimg?seq=7&username=@@2&skey=@crypt_1".to_owned(),
            ),
        ] {
            let avatar = Avatar::Path(AvatarPath::parse(path).unwrap());
            let asked = asked(Flavour::Web, |page, tokens| avatar.build(page, tokens, 0));
            assert_eq!(asked, (format!("https://wx2.qq.com{address}"), PICTURE.to_owned(), None));
        }
    }

    #[test]
    fn only_two_paths_of_the_base_host_are_taken() {
        for path in [
            "",
            "/",
            "https://evil.example/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0",
            "//evil.example/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0",
            "/cgi-bin/mmwebwx-bin/webwxlogout?redirect=1",
            "/cgi-bin/mmwebwx-bin/webwxgeticon",
            "/cgi-bin/mmwebwx-bin/webwxgeticon/../webwxlogout?x",
            "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0#x",
            "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0?x",
            "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0 x",
            "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0\r\nHost: x",
            "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=\u{e9}",
            "/cgi-bin/mmwebwx-bin/webwxgeticon?seq=\\x",
        ] {
            assert_eq!(AvatarPath::parse(path), None, "{path}");
        }
        let long = |length: usize| AvatarPath::parse(&format!("{:x<length$}", AvatarPath::PERSON));
        assert_eq!(long(LONGEST_ADDRESS).map(|path| path.endpoint), Some(Endpoint::GetIcon));
        assert_eq!(long(LONGEST_ADDRESS + 1), None);
    }

    #[test]
    fn made_addresses() {
        let address = |avatar: &Avatar| asked(Flavour::Web, |page, tokens| avatar.build(page, tokens, 0)).0;
        let icon = format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgeticon?seq=0&username=@1&{SKEY}");
        let plain = Person { name: UserName::new("@1"), group: None, msg_id: None, big: false };
        let avatar = Avatar::Person(plain.clone());
        assert_eq!((avatar.endpoint(), address(&avatar)), (Endpoint::GetIcon, icon.clone()));
        let (group, msg_id) = (Some("@e&x".into()), Some(MsgId::new("7")));
        let avatar = Avatar::Person(Person { group, msg_id, big: true, ..plain });
        assert_eq!(address(&avatar), format!("{icon}&type=big&chatroomid=@e%26x&msgid=7"));
        let avatar = Avatar::Group(UserName::new("@@2"));
        let head =
            format!("https://wx2.qq.com/cgi-bin/mmwebwx-bin/webwxgetheadimg?seq=0&username=@@2&{SKEY}");
        assert_eq!((avatar.endpoint(), address(&avatar)), (Endpoint::GetHeadImg, head));
    }
}
