//! The encryption of a connection: rustls with ring; the authorities are Mozilla's and those of
//! `ca_file`.

use std::path::Path;
use std::sync::Arc;

use kouan_terms::Diagnostic;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use super::address::Security;

/// How to encrypt, for a driver that takes a configuration.
pub(super) fn config(
    input: &str,
    security: Security,
    ca_file: Option<&str>,
) -> Result<ClientConfig, Diagnostic> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let failed = || Diagnostic::error("SC144").with("input", input).with("code", "configuration");
    let roots = Arc::new(roots(ca_file)?);
    let known = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
        .build()
        .map_err(|_| failed())?;
    let verifier = Verifier { provider: Arc::clone(&provider), known, security };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| failed())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// The authorities that vouch for servers.
fn roots(ca_file: Option<&str>) -> Result<RootCertStore, Diagnostic> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = ca_file {
        readable(path)?;
        let bad = || Diagnostic::error("SC152").with("path", path);
        for certificate in CertificateDer::pem_file_iter(path).map_err(|_| bad())? {
            roots.add(certificate.map_err(|_| bad())?).map_err(|_| bad())?;
        }
    }
    Ok(roots)
}

/// Asks that the file of authorities holds at least one.
pub(super) fn readable(path: &str) -> Result<(), Diagnostic> {
    let bad = || Diagnostic::error("SC152").with("path", path);
    let mut certificates = CertificateDer::pem_file_iter(Path::new(path)).map_err(|_| bad())?;
    certificates.next().ok_or_else(bad)?.map(|_| ()).map_err(|_| bad())
}

/// A word for what failed, without a name out of a certificate.
pub(super) fn code(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "certificate: name",
        Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => "certificate: expired",
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => "certificate: unknown issuer",
        Error::InvalidCertificate(_) => "certificate",
        Error::AlertReceived(_) => "alert",
        _ => "handshake",
    }
}

/// Verifies as far as `sslmode` asks.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    known: Arc<WebPkiServerVerifier>,
    security: Security,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if !self.security.verifies() {
            return Ok(ServerCertVerified::assertion());
        }
        let found = self.known.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match found {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.security == Security::Authority => Ok(ServerCertVerified::assertion()),
            found => found,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
