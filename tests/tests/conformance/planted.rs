//! Drivers with one fault each: the script has to notice every one.

use std::{fs::File, panic, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use wx_proto::{Body, Failure, FileSlice, FileSource, OpId, Reply, Request, Sent};
use wx_testkit::conformance;

use crate::smol_driver::{Adapter, Exchange, Net, Parts, Progress, SOUND};

#[test]
fn a_driver_that_trusts_any_certificate_is_noticed() {
    let parts = Parts { tls: |_| any_certificate(), ..SOUND };
    assert_noticed(parts, "the certificate of another name: a failure of kind Tls is expected");
}

#[test]
fn a_driver_without_timeouts_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request, progress| {
            request.connect_timeout = FOR_EVER;
            request.idle_timeout = FOR_EVER;
            request.total_timeout = None;
            Box::pin(net.exchange(request, progress))
        },
        ..SOUND
    };
    assert_noticed(parts, "silent once the connection stands: the kind of the failure");
}

#[test]
fn a_driver_without_an_idle_timeout_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request, progress| {
            request.idle_timeout = FOR_EVER;
            Box::pin(net.exchange(request, progress))
        },
        ..SOUND
    };
    assert_noticed(parts, "silent once TLS stands: the kind of the failure");
}

#[test]
fn a_driver_without_a_total_timeout_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request, progress| {
            request.total_timeout = None;
            Box::pin(net.exchange(request, progress))
        },
        ..SOUND
    };
    assert_noticed(parts, "never silent and never done: a failure of kind Timeout is expected");
}

#[test]
fn a_driver_that_says_no_though_bytes_left_is_noticed() {
    let parts = Parts { exchange: |net, request, progress| says(net, request, progress, Sent::No), ..SOUND };
    assert_noticed(parts, "closes the connection instead of an answer: whether the request may have reached");
}

#[test]
fn a_driver_that_says_maybe_though_nothing_left_is_noticed() {
    let parts =
        Parts { exchange: |net, request, progress| says(net, request, progress, Sent::Maybe), ..SOUND };
    assert_noticed(parts, "the certificate of another name: whether the request may have reached");
}

#[test]
fn a_driver_that_forgets_its_session_is_noticed() {
    assert_noticed(Parts { store: |_, _| {}, ..SOUND }, "a code to scan, though a login was stored");
}

#[test]
fn a_driver_that_does_not_look_when_a_file_was_changed_is_noticed() {
    let parts = Parts {
        exchange: |net, mut request, progress| {
            if let Body::Upload { file, .. } = request.http.body_mut() {
                let mut source = FileSource::clone(&file.source);
                source.modified = None;
                *file = FileSlice::new(Arc::new(source), file.offset, file.len);
            }
            Box::pin(net.exchange(request, progress))
        },
        ..SOUND
    };
    assert_noticed(parts, "a file that was changed later");
}

#[test]
fn a_driver_that_forgets_what_came_before_a_cut_is_noticed() {
    let parts = Parts {
        exchange: |net, request, progress| {
            Box::pin(async move {
                let reply = net.exchange(request, progress).await;
                match reply.received() {
                    Ok(_) => reply,
                    Err(failure) => Reply::failed(reply.id(), Failure { received: 0, ..failure }),
                }
            })
        },
        ..SOUND
    };
    assert_noticed(parts, "a file longer than the limit");
}

#[test]
fn a_driver_that_leaves_what_lies_behind_a_rest_is_noticed() {
    let parts = Parts {
        exchange: |net, request, progress| {
            Box::pin(async move {
                let before = sink(&net).map_or(0, |file| file.metadata().expect("it is open").len());
                let reply = net.clone().exchange(request, progress).await;
                let file = sink(&net).filter(|_| reply.stream().is_some());
                if let Some(file) = file.filter(|file| file.metadata().expect("it is open").len() < before) {
                    file.set_len(before).expect("room on the disk");
                }
                reply
            })
        },
        ..SOUND
    };
    assert_noticed(parts, "a rest over something longer: 1401000 bytes are there in place of 1400000");
}

/// The file that the script receives into.
fn sink(net: &Net) -> Option<File> {
    let path = net.sinks.path(OpId::new(7))?;
    Some(File::options().write(true).open(path).expect("it is there"))
}

/// A panic of the script, with these words in it.
fn assert_noticed(parts: Parts, words: &str) {
    let script = || conformance::run(|target| Adapter::new(target, parts));
    let panic = panic::catch_unwind(script).expect_err("the script passes a broken driver");
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
    assert!(said.contains(words), "noticed for another reason: {said}");
}

fn says(net: Net, request: Request, progress: Progress, sent: Sent) -> Exchange {
    Box::pin(async move {
        let reply = net.exchange(request, progress).await;
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
