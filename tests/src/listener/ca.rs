//! A certificate authority for tests, and a certificate for the protocol's real host names.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde::{Deserialize, Serialize};

/// A certificate authority that clients are told to trust. Keeping it keeps their `--ca-file` valid.
///
/// ```
/// use wx_testkit::listener::Ca;
///
/// let ca = Ca::generate()?;
/// assert!(ca.cert_pem.starts_with("-----BEGIN CERTIFICATE-----"));
/// // Kept, it signs for the next listener as well.
/// let kept = serde_json::to_string(&ca)?;
/// let again: Ca = serde_json::from_str(&kept)?;
/// assert_eq!(again.cert_pem, ca.cert_pem);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Deserialize, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "it is stored field by field")]
pub struct Ca {
    /// The certificate, to be trusted by clients.
    pub cert_pem: String,
    /// The private key that signs the listener's certificates.
    pub key_pem: String,
}

impl Ca {
    /// Makes a new authority with a new key.
    ///
    /// # Errors
    /// If no key can be made.
    pub fn generate() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        let cert = authority().self_signed(&key)?;
        Ok(Self { cert_pem: cert.pem(), key_pem: key.serialize_pem() })
    }

    /// A TLS set-up whose certificate names every host of the protocol, `localhost` and `extra`; for the listener, and for
    /// servers that answer as no listener does.
    ///
    /// # Errors
    /// If a name is no host name, or no key can be made.
    pub fn server_config(&self, extra: &[String]) -> Result<ServerConfig, rcgen::Error> {
        self.server_config_for(hosts().into_iter().chain(extra.iter().cloned()).collect())
    }

    /// A TLS set-up whose certificate names these hosts only.
    pub(crate) fn server_config_for(&self, names: Vec<String>) -> Result<ServerConfig, rcgen::Error> {
        // Name and key make the issuer, so its certificate need not be parsed.
        let issuer = Issuer::new(authority(), KeyPair::from_pem(&self.key_pem)?);
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name.push(DnType::CommonName, "wx loopback server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        // Some platforms refuse certificates that are valid for years.
        params.not_before = (SystemTime::now() - Duration::from_secs(24 * 3600)).into();
        params.not_after = (SystemTime::now() + Duration::from_secs(365 * 24 * 3600)).into();
        let key = KeyPair::generate()?;
        let cert = params.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key))
            .map_err(|_| rcgen::Error::CouldNotParseKeyPair)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

impl std::fmt::Debug for Ca {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ca").finish_non_exhaustive()
    }
}

fn authority() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "wx loopback CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    params
}

fn hosts() -> Vec<String> {
    let mut hosts = Vec::new();
    for page in PAGES {
        hosts.extend(["", "login.", "file.", "webpush."].map(|role| format!("{role}{page}")));
    }
    hosts.extend(OTHERS.map(str::to_owned));
    hosts
}

const PAGES: [&str; 8] = [
    "wx.qq.com",
    "wx2.qq.com",
    "wx8.qq.com",
    "web.wechat.com",
    "web2.wechat.com",
    "filehelper.weixin.qq.com",
    "szfilehelper.weixin.qq.com",
    "cmfilehelper.weixin.qq.com",
];
const OTHERS: [&str; 5] =
    ["login.weixin.qq.com", "webpush.weixin.qq.com", "file.weixin.qq.com", "login.wechat.com", "localhost"];
