//! Drivers with one fault each: the script has to notice every one.

use std::{panic, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use wx_proto::{Failure, Reply, Request, Sent};
use wx_testkit::conformance;

use crate::smol_driver::{Adapter, Exchange, Net, Parts, SOUND};

#[test]
fn a_driver_that_trusts_any_certificate_is_noticed() {
    let parts = Parts { tls: |_| any_certificate(), ..SOUND };
    assert_noticed(parts, "the certificate of another name: a failure of kind Tls is expected");
}

#[test]
fn a_driver_without_timeouts_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request| {
            request.connect_timeout = FOR_EVER;
            request.idle_timeout = FOR_EVER;
            request.total_timeout = None;
            Box::pin(net.exchange(request))
        },
        ..SOUND
    };
    assert_noticed(parts, "silent once the connection stands: the kind of the failure");
}

#[test]
fn a_driver_without_an_idle_timeout_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request| {
            request.idle_timeout = FOR_EVER;
            Box::pin(net.exchange(request))
        },
        ..SOUND
    };
    assert_noticed(parts, "silent once TLS stands: the kind of the failure");
}

#[test]
fn a_driver_without_a_total_timeout_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request| {
            request.total_timeout = None;
            Box::pin(net.exchange(request))
        },
        ..SOUND
    };
    assert_noticed(parts, "never silent and never done: a failure of kind Timeout is expected");
}

#[test]
fn a_driver_that_says_no_though_bytes_left_is_noticed() {
    let parts = Parts { exchange: |net, request| says(net, request, Sent::No), ..SOUND };
    assert_noticed(parts, "closes the connection instead of an answer: whether the request may have reached");
}

#[test]
fn a_driver_that_says_maybe_though_nothing_left_is_noticed() {
    let parts = Parts { exchange: |net, request| says(net, request, Sent::Maybe), ..SOUND };
    assert_noticed(parts, "the certificate of another name: whether the request may have reached");
}

#[test]
fn a_driver_that_forgets_its_session_is_noticed() {
    assert_noticed(Parts { store: |_, _| {}, ..SOUND }, "a code to scan, though a login was stored");
}

/// A panic of the script, with these words in it.
fn assert_noticed(parts: Parts, words: &str) {
    let script = || conformance::run(|target| Adapter::new(target, parts));
    let panic = panic::catch_unwind(script).expect_err("the script passes a broken driver");
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
    assert!(said.contains(words), "noticed for another reason: {said}");
}

fn says(net: Net, request: Request, sent: Sent) -> Exchange {
    Box::pin(async move {
        let reply = net.exchange(request).await;
        match reply.received() {
            Ok(_) => reply,
            Err(failure) => Reply::failed(reply.id(), Failure { sent, ..failure }),
        }
    })
}

fn any_certificate() -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("the provider has ciphers")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anything(provider)))
        .with_no_client_auth()
}

/// Takes every certificate for the right one.
#[derive(Debug)]
struct Anything(Arc<CryptoProvider>);

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

const FOR_EVER: Duration = Duration::from_secs(3600);
