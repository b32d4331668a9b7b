//! The way to the network: proxy, trusted certificates, and where connections go.

mod connection;
mod connector;
mod progress;
mod proxy;
mod records;
mod resolver;
mod tls;

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc};

use rustls::ClientConfig;

pub(crate) use connection::Connection;
pub(crate) use progress::{Progress, Stage};

/// How to reach the network. The default trusts the platform's certificates and takes the proxy that the
/// environment names.
///
/// ```
/// use wx_blocking::NetOptions;
///
/// let mut options = NetOptions::default();
/// options.proxy = Some("socks5h://user:secret@127.0.0.1:1080".to_owned());
/// options.check()?;
/// assert_eq!(options.proxy_in_use()?.as_deref(), Some("127.0.0.1:1080"));
/// assert!(!format!("{options:?}").contains("secret"));
/// # Ok::<(), wx_blocking::NetError>(())
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct NetOptions {
    /// `http://`, `https://`, `socks5://` (names looked up here) or `socks5h://` (names looked up by the
    /// proxy), with `user:password@` if needed, percent-encoded.
    ///
    /// `None` takes the first of `ALL_PROXY`, `HTTPS_PROXY` and `HTTP_PROXY` that is set, in capitals or not, and heeds
    /// `NO_PROXY`; under CGI `HTTP_PROXY` in capitals is a header of the request, and is not taken. An empty text means
    /// no proxy at all.
    pub proxy: Option<String>,
    /// A PEM file with certificates to trust beside the platform's.
    pub ca_file: Option<PathBuf>,
    /// Every connection goes to this address; URL, `Host` and TLS name stay as they are.
    pub connect_to: Option<SocketAddr>,
}

impl NetOptions {
    /// `HOST:PORT` of the proxy that connections will go through, if any.
    ///
    /// # Errors
    /// If it cannot be used.
    pub fn proxy_in_use(&self) -> Result<Option<String>, NetError> {
        Ok(proxy::choose(self)?.map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
    }

    /// Looks at what can be judged without reading a file: whether the proxy is one, and whether options exclude each other.
    ///
    /// # Errors
    /// As [`Net::new`].
    pub fn check(&self) -> Result<(), NetError> {
        proxy::choose(self).map(drop)
    }
}

impl fmt::Debug for NetOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetOptions")
            .field("proxy", &self.proxy.as_deref().map(proxy::without_credentials))
            .field("ca_file", &self.ca_file)
            .field("connect_to", &self.connect_to)
            .finish()
    }
}

/// [`NetOptions`] checked and loaded, ready to connect. Cheap to clone.
///
/// ```
/// use wx_blocking::{Net, NetOptions};
///
/// let net = Net::new(&NetOptions::default())?;
/// println!("{net:?}");
/// # Ok::<(), wx_blocking::NetError>(())
/// ```
#[derive(Clone)]
pub struct Net(Arc<Shared>);

struct Shared {
    /// One for all connections, so that the certificates are read once and TLS sessions resume.
    tls: Arc<ClientConfig>,
    proxy: Option<ureq::Proxy>,
    connect_to: Option<SocketAddr>,
}

impl Net {
    /// Reads the certificates and checks the proxy. Nothing is sent.
    ///
    /// # Errors
    /// If the CA file or the proxy cannot be used, or options exclude each other.
    pub fn new(options: &NetOptions) -> Result<Self, NetError> {
        let proxy = proxy::choose(options)?;
        let tls = tls::config(options.ca_file.as_deref())?;
        Ok(Self(Arc::new(Shared { tls, proxy, connect_to: options.connect_to })))
    }
}

impl fmt::Debug for Net {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Net")
            .field("proxy", &self.0.proxy.as_ref().map(|proxy| format!("{}:{}", proxy.host(), proxy.port())))
            .field("connect_to", &self.0.connect_to)
            .finish_non_exhaustive()
    }
}

/// Why [`NetOptions`] cannot be used.
///
/// ```
/// use wx_blocking::{NetError, NetOptions};
///
/// let mut options = NetOptions::default();
/// options.proxy = Some("ftp://127.0.0.1".to_owned());
/// assert!(matches!(options.check(), Err(NetError::Proxy { .. })));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// The CA file cannot be read, or is not PEM.
    #[error("cannot read the CA file {}: {reason}", path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// No certificates to trust.
    #[error("no usable certificates: {0}; name a PEM file with certificates to trust as CA file")]
    Roots(#[source] rustls::Error),
    /// Not a proxy address.
    #[error(
        "{proxy:?}{} is not a usable proxy; expected http://HOST:PORT or socks5://USER:PASSWORD@HOST:PORT",
        variable.map_or_else(String::new, |variable| format!(" in {variable}"))
    )]
    Proxy {
        /// The address, without user name and password.
        proxy: String,
        /// The environment variable that it comes from, if it was not given.
        variable: Option<&'static str>,
    },
    /// Both a proxy and a fixed address.
    #[error("a proxy and a fixed address to connect to exclude each other: leave one out")]
    ProxyAndConnectTo,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_exclude_each_other_are_refused() {
        let connect_to = Some(SocketAddr::from(([127, 0, 0, 1], 1)));
        let proxy = Some("http://127.0.0.1:3128".to_owned());
        let error = Net::new(&NetOptions { proxy, connect_to, ..NetOptions::default() }).unwrap_err();
        assert!(matches!(error, NetError::ProxyAndConnectTo));
    }

    #[test]
    fn a_missing_ca_file_is_named() {
        let ca_file = Some(PathBuf::from("/nowhere/ca.pem"));
        let error = Net::new(&NetOptions { ca_file, ..NetOptions::default() }).unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }
}
