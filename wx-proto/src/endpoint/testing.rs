//! What the endpoints' tests share: the made-up account of the worked transcript.

use super::{Draft, Page};
use crate::{
    Body, Flavour, Profile, Secret, Timestamp,
    host::{Host, Hosts},
    tokens::Tokens,
};

pub(crate) const ME: &str = "@0a1b2c3d4e5f60718293a4b5c6d7e8f9";
pub(crate) const GROUP: &str = "@@22223333444455556666777788889999aaaabbbbccccddddeeeeffff00001111";
pub(crate) const FRIEND: &str = "@11112222333344445555666677778888aaaabbbbccccddddeeeeffff00001111";
/// The query that the page appends to its calls.
pub(crate) const TAIL: &str =
    "lang=zh_CN&pass_ticket=mPq7%252BrS9tU%252Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%253D";

/// The same ticket as the login page gave it.
pub(crate) const PASS_TICKET: &str = "mPq7%2BrS9tU%2Fvw1xYz2Ab3Cd4Ef5Gh6Ij7Kl8Mn9Op0Q%3D";

/// Calls `take` with a page on `base`.
pub(crate) fn with_page<T>(base: &str, now: u64, device_id: &str, take: impl FnOnce(&Page<'_>) -> T) -> T {
    with_page_of(&Profile::web(), base, now, device_id, take)
}

/// The same for another profile.
pub(crate) fn with_page_of<T>(
    profile: &Profile,
    base: &str,
    now: u64,
    device_id: &str,
    take: impl FnOnce(&Page<'_>) -> T,
) -> T {
    take(&Page {
        profile,
        hosts: &Hosts::of(profile.flavour(), Host::trusted(base)),
        now: Timestamp::from_millis(now),
        loaded: Timestamp::from_millis(1_735_700_000_050),
        counter: 1_735_700_000_004,
        device_id: device_id.into(),
    })
}

/// A base host of the flavour, whose file host is `file.wx2.qq.com`.
pub(crate) const fn base_host(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Web => "wx2.qq.com",
        Flavour::FileHelper => "szfilehelper.weixin.qq.com",
    }
}

pub(crate) fn tokens() -> Tokens {
    let secret = |text: &str| Secret::new(text.to_owned());
    Tokens {
        skey: secret("@crypt_1a2b3c4d_00112233445566778899aabbccddeeff"),
        sid: secret("x7/pQ2+mN5kV8rTz"),
        uin: 1_234_567_890,
        pass_ticket: secret(PASS_TICKET),
    }
}

/// Method and address, and the body as text.
pub(crate) fn wire(page: &Page<'_>, draft: Draft) -> (String, String) {
    let request = draft.into_http(page, None).unwrap();
    let line = format!("{} {}", request.method(), request.uri());
    let body = match request.into_body() {
        Body::Empty => String::new(),
        Body::Bytes(bytes) => String::from_utf8(bytes.into()).unwrap(),
        Body::Upload { prefix, file, suffix } => {
            let text = |bytes: bytes::Bytes| String::from_utf8(bytes.into()).unwrap();
            format!("{}<{file:?}>{}", text(prefix), text(suffix))
        }
    };
    (line, body)
}
