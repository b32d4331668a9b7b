//! Which proxy connections go through.

use std::{env, ffi::OsString};

use super::{NetError, NetOptions};

/// The proxy that `options` or the environment ask for. One that cannot be used is an error: going without it would show
/// an observer what it was to hide.
pub(super) fn choose(options: &NetOptions) -> Result<Option<ureq::Proxy>, NetError> {
    match options.proxy.as_deref() {
        Some("") => Ok(None),
        Some(_) if options.connect_to.is_some() => Err(NetError::ProxyAndConnectTo),
        Some(url) => parse(url, None).map(Some),
        None if options.connect_to.is_some() => Ok(None),
        None => from_environment(|name| env::var_os(name).filter(|value| !value.is_empty())),
    }
}

fn from_environment(variable: impl Fn(&str) -> Option<OsString>) -> Result<Option<ureq::Proxy>, NetError> {
    // Under CGI this one holds a header of the request, from whoever made it.
    let is_cgi = variable("REQUEST_METHOD").is_some();
    let names = VARIABLES.into_iter().filter(|name| !is_cgi || *name != "HTTP_PROXY");
    let Some((name, value)) = names.filter_map(|name| Some((name, variable(name)?))).next() else {
        return Ok(None);
    };
    let proxy = parse(&value.to_string_lossy(), Some(name))?;
    let Some(exceptions) = variable("NO_PROXY").or_else(|| variable("no_proxy")) else {
        return Ok(Some(proxy));
    };
    let mut builder = ureq::Proxy::builder(proxy.protocol())
        .host(proxy.host())
        .port(proxy.port())
        .resolve_target(proxy.resolve_target());
    if let Some(name) = proxy.username() {
        builder = builder.username(name);
    }
    if let Some(password) = proxy.password() {
        builder = builder.password(password);
    }
    for exception in exceptions.to_string_lossy().split(',') {
        builder = builder.no_proxy(exception.trim());
    }
    builder.build().map(Some).map_err(|_| unusable(&value.to_string_lossy(), Some(name)))
}

/// `SCHEME://[USER:PASSWORD@]HOST[:PORT]`; without a scheme it is an HTTP proxy, and then its port must be there: a word
/// alone is no address.
fn parse(url: &str, variable: Option<&'static str>) -> Result<ureq::Proxy, NetError> {
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
        return Err(unusable(url, variable));
    }
    ureq::Proxy::new(url).map_err(|_| unusable(url, variable))
}

fn unusable(url: &str, variable: Option<&'static str>) -> NetError {
    NetError::Proxy { proxy: without_credentials(url), variable }
}

pub(super) fn without_credentials(proxy: &str) -> String {
    let (scheme, rest) = proxy.split_once("://").unwrap_or(("", proxy));
    let Some((_, host)) = rest.rsplit_once('@') else { return proxy.to_owned() };
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}[redacted]@{host}")
}

/// The first that is set counts.
const VARIABLES: [&str; 6] =
    ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

#[cfg(test)]
mod tests {
    use super::*;

    /// The proxy under these variables, as `HOST:PORT` or as an error.
    fn chosen(variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let lookup = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        let place = |proxy: ureq::Proxy| format!("{}:{}", proxy.host(), proxy.port());
        from_environment(lookup).map(|proxy| proxy.map(place)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_variable_counts_and_must_be_usable() {
        assert_eq!(chosen(&[]), Ok(None));
        assert_eq!(chosen(&[("https_proxy", "http://a:1")]), Ok(Some("a:1".to_owned())));
        let both = [("HTTPS_PROXY", "http://a:1"), ("ALL_PROXY", "socks5h://b")];
        assert_eq!(chosen(&both), Ok(Some("b:1080".to_owned())));
        for unusable in ["socks9://u:s3cret@b:1", "ftp://b", "http://", "a b"] {
            let error = chosen(&[("ALL_PROXY", unusable), ("HTTPS_PROXY", "http://a:1")]).unwrap_err();
            assert!(error.contains("in ALL_PROXY is not a usable proxy"), "{error}");
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn a_header_of_a_cgi_request_is_no_proxy() {
        let cgi = ("REQUEST_METHOD", "GET");
        assert_eq!(chosen(&[cgi, ("HTTP_PROXY", "http://evil:1")]), Ok(None));
        assert_eq!(chosen(&[("HTTP_PROXY", "http://a:1")]), Ok(Some("a:1".to_owned())));
        assert_eq!(chosen(&[cgi, ("http_proxy", "http://a:1")]), Ok(Some("a:1".to_owned())));
    }

    #[test]
    fn exceptions_leave_the_rest_of_the_proxy_as_it_was() {
        let lookup = |name: &str| match name {
            "HTTPS_PROXY" => Some(OsString::from("socks5://anna:p%40ss@[::1]:1081")),
            "NO_PROXY" => Some(OsString::from("localhost, .example.com,*.test")),
            _ => None,
        };
        let proxy = from_environment(lookup).unwrap().unwrap();
        assert_eq!((proxy.host(), proxy.port()), ("[::1]", 1081));
        assert_eq!((proxy.username(), proxy.password()), (Some("anna"), Some("p@ss")));
        assert_eq!(proxy.protocol(), ureq::Proxy::new("socks5://a").unwrap().protocol());
        let excepted = |url: &str| proxy.is_no_proxy(&url.parse().unwrap());
        assert!(excepted("https://localhost/") && excepted("https://a.example.com/"));
        assert!(excepted("https://a.test/") && !excepted("https://wx.qq.com/"));
    }

    #[test]
    fn credentials_of_a_proxy_are_never_shown() {
        for proxy in
            ["socks5://anna:s3cret@proxy.example:1080", "anna:s3cret@proxy.example:1080", "a:s3cret@[x@y"]
        {
            let options = NetOptions { proxy: Some(proxy.to_owned()), ..NetOptions::default() };
            assert!(!format!("{options:?}").contains("s3cret"), "{options:?}");
            match crate::Net::new(&options) {
                Ok(net) => assert!(!format!("{net:?}").contains("s3cret")),
                Err(error) => assert!(!format!("{error} {error:?}").contains("s3cret")),
            }
        }
        assert_eq!(
            without_credentials("socks5://anna:s3cret@proxy.example:1080"),
            "socks5://[redacted]@proxy.example:1080"
        );
    }

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
            assert!(parse(url, None).is_ok(), "{url}");
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
            assert!(matches!(parse(url, None), Err(NetError::Proxy { .. })), "{url}");
        }
    }
}
