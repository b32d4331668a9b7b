//! TLS: rustls with ring, the platform's certificates, and those of the CA file.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem, pem::PemObject},
};
use rustls_platform_verifier::Verifier;

use super::NetError;

pub(super) fn config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, NetError> {
    let extra = ca_file.map(read).transpose()?.unwrap_or_default();
    // Named, not the process's default: another crate may have installed another one or none.
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(extra, provider.clone()).map_err(NetError::Roots)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(NetError::Roots)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, NetError> {
    let failed = |reason| NetError::CaFile { path: path.to_owned(), reason };
    let reason = |error| {
        if let pem::Error::Io(error) = error {
            return error.to_string();
        }
        // The others quote the line they dislike, and with it what it holds.
        "it is not a PEM file with certificates".to_owned()
    };
    let certificates: Vec<_> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| failed(reason(error)))?;
    if certificates.is_empty() {
        return Err(failed("it holds no certificate".to_owned()));
    }
    Ok(certificates)
}
