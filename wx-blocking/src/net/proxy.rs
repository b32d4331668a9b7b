//! What counts as the address of a proxy.

use super::{NetError, without_credentials};

/// `SCHEME://[USER:PASSWORD@]HOST[:PORT]`; without a scheme it is an HTTP proxy, and then its port must be there: a word
/// alone is no address.
pub(super) fn parse(url: &str) -> Result<ureq::Proxy, NetError> {
    let unusable = || NetError::Proxy { proxy: without_credentials(url) };
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.strip_suffix('/').unwrap_or(host);
    let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    let usable = match scheme {
        "" => port.is_some_and(is_port),
        "http" | "https" | "socks5" | "socks5h" => port.is_none_or(is_port),
        _ => false,
    };
    let is_host = |char: char| char.is_alphanumeric() || ".-_:[]".contains(char);
    if !usable || host.is_empty() || host.starts_with(':') || !host.chars().all(is_host) {
        return Err(unusable());
    }
    ureq::Proxy::new(url).map_err(|_| unusable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_words() {
        for url in [
            "http://proxy.example:3128",
            "https://proxy.example",
            "socks5://anna:s3cret@proxy.example:1080",
            "socks5h://[::1]:1080",
            "http://[::1]/",
            "127.0.0.1:3128",
        ] {
            assert!(parse(url).is_ok(), "{url}");
        }
        for url in [
            "nonsense",
            "not a proxy",
            "http://",
            "http://:80",
            "ftp://a:1",
            "socks9://a:1",
            "a:port",
            "a:0",
            "a:70000",
            "http://a b",
            "http://a/path",
            "://a:1",
        ] {
            assert!(matches!(parse(url), Err(NetError::Proxy { .. })), "{url}");
        }
    }
}
