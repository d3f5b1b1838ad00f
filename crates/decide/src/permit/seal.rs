//! Signed permit files: written, and read by those who trust the key.

use kouan_terms::Diagnostic;
use sm2::dsa::signature::{Signer as _, Verifier as _};

use super::choice::fits;
use super::format::{Algorithm, FORMAT, PermitFile, SCHEMA, SignatureText};
use super::{Permit, digest, id_of, limits, signed_bytes};

/// The signer's id of SM2 where nothing else is agreed (GB/T 32918.2).
const SM2_ID: &str = "1234567812345678";

/// A key that signs permits. Its bytes are handed in; nothing here reads or keeps a file.
pub struct SigningKey(Secret);

enum Secret {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Sm2(Box<sm2::dsa::SigningKey>),
}

/// A key whose permits are trusted.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    id: String,
    public: Public,
}

#[derive(Clone, Debug)]
enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    Sm2(sm2::dsa::VerifyingKey),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("SigningKey(..)")
    }
}

impl SigningKey {
    /// An Ed25519 key from its seed.
    #[must_use]
    pub fn ed25519(seed: &[u8; 32]) -> SigningKey {
        SigningKey(Secret::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed))))
    }

    /// An SM2 key from its number, big end first; `None` for a number outside the curve's order.
    #[must_use]
    pub fn sm2(number: &[u8; 32]) -> Option<SigningKey> {
        let key = sm2::dsa::SigningKey::from_slice(SM2_ID, number).ok()?;
        Some(SigningKey(Secret::Sm2(Box::new(key))))
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub fn verifying(&self) -> VerifyingKey {
        let public = match &self.0 {
            Secret::Ed25519(key) => Public::Ed25519(key.verifying_key()),
            Secret::Sm2(key) => Public::Sm2(key.verifying_key().clone()),
        };
        VerifyingKey::new(public)
    }

    fn sign(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        match &self.0 {
            Secret::Ed25519(key) => key.try_sign(bytes).ok().map(|made| made.to_bytes().into()),
            Secret::Sm2(key) => key.try_sign(bytes).ok().map(|made| made.to_bytes().to_vec()),
        }
    }
}

impl VerifyingKey {
    fn new(public: Public) -> VerifyingKey {
        let bytes: Vec<u8> = match &public {
            Public::Ed25519(key) => key.to_bytes().into(),
            Public::Sm2(key) => key.to_sec1_bytes().into(),
        };
        let id = digest::hex(&bytes).get(..16).unwrap_or_default().to_owned();
        VerifyingKey { id, public }
    }

    /// An Ed25519 key from its 32 bytes; `None` for bytes that are no point.
    #[must_use]
    pub fn ed25519(bytes: &[u8; 32]) -> Option<VerifyingKey> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
        Some(VerifyingKey::new(Public::Ed25519(key)))
    }

    /// An SM2 key from its SEC1 bytes; `None` for bytes that are no point.
    #[must_use]
    pub fn sm2(bytes: &[u8]) -> Option<VerifyingKey> {
        let key = sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_ID, bytes).ok()?;
        Some(VerifyingKey::new(Public::Sm2(key)))
    }

    /// Its id: the first 16 hexadecimal digits of the SHA-256 of the public key.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public key: 32 bytes of Ed25519, or the SEC1 bytes of SM2.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.public {
            Public::Ed25519(key) => key.to_bytes().into(),
            Public::Sm2(key) => key.to_sec1_bytes().into(),
        }
    }

    /// How it signs.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.public {
            Public::Ed25519(_) => Algorithm::Ed25519,
            Public::Sm2(_) => Algorithm::Sm2,
        }
    }

    fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(bytes, &signature).is_ok()),
            Public::Sm2(key) => sm2::dsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(bytes, &signature).is_ok()),
        }
    }
}

impl Permit {
    /// The permit as a file, signed by each of the keys: JSON that a person can read.
    #[must_use]
    pub fn sealed(&self, keys: &[&SigningKey]) -> String {
        let bytes = signed_bytes(&self.body);
        let signature = |key: &&SigningKey| {
            let verifying = key.verifying();
            Some(SignatureText {
                algorithm: verifying.algorithm(),
                signature: kouan_terms::hex(&key.sign(&bytes)?),
                key: verifying.id,
            })
        };
        let file = PermitFile {
            schema: SCHEMA.to_owned(),
            permit: self.body.clone(),
            signatures: keys.iter().filter_map(signature).collect(),
        };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// Reads a permit file that one of the keys signed.
///
/// An expired permit is read, too: accounts go back for years. [`Permit::still_stands`] refuses it.
///
/// # Errors
///
/// Not a permit, of a newer format, edited after it was signed, forged, or signed by keys that are
/// not trusted here.
pub fn open(text: &str, trusted: &[VerifyingKey]) -> Result<Permit, Diagnostic> {
    let file = parse(text)?;
    let body = file.permit;
    let finding = |code: &'static str| Diagnostic::error(code).with("permit", &body.id);
    // The id is the digest of the rest: an edit shows even to those who have no key.
    if id_of(&body) != body.id {
        return Err(finding("PM133"));
    }
    let bytes = signed_bytes(&body);
    let mut known = false;
    for signature in &file.signatures {
        let key = trusted
            .iter()
            .find(|key| key.id == signature.key && key.algorithm() == signature.algorithm);
        let Some(key) = key else { continue };
        known = true;
        let digits = bytes_of(&signature.signature);
        if !digits.is_some_and(|signature| key.verifies(&bytes, &signature)) {
            return Err(finding("PM135"));
        }
    }
    if !known {
        let keys: Vec<&str> = file.signatures.iter().map(|one| one.key.as_str()).collect();
        let keys = if keys.is_empty() { "—".to_owned() } else { keys.join(", ") };
        return Err(finding("PM134").with("keys", keys));
    }
    // Parameters out of range cannot have been granted, whoever signed them.
    if body.fields.iter().any(|field| field.leaves() && !fits(&field.transform, field.form)) {
        return Err(finding("PM136"));
    }
    Ok(Permit { body })
}

fn parse(text: &str) -> Result<PermitFile, Diagnostic> {
    if text.len() > limits::FILE_BYTES {
        return Err(Diagnostic::error("PM132").with("limit", limits::FILE_BYTES >> 20));
    }
    // The place is told, the text is not: what stands in a file is nobody's to print.
    let broken = |error: &serde_json::Error| {
        let finding = Diagnostic::error("PM130").with("line", error.line());
        finding.with("column", error.column())
    };
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let schema = value.get("schema").and_then(serde_json::Value::as_str).unwrap_or_default();
    let format = value.pointer("/permit/format").and_then(serde_json::Value::as_u64);
    let newer =
        schema.strip_prefix("kouan.permit/").and_then(|version| version.parse::<u32>().ok());
    if newer.is_some_and(|version| version > FORMAT)
        || format.is_some_and(|format| format > u64::from(FORMAT))
    {
        return Err(Diagnostic::error("PM131").with("format", FORMAT));
    }
    let file: PermitFile = serde_json::from_str(text).map_err(|error| broken(&error))?;
    let sound = file.schema == SCHEMA
        && file.permit.format == FORMAT
        && file.signatures.len() <= limits::SIGNATURES
        && file.permit.fields.len() <= limits::FIELDS;
    if sound { Ok(file) } else { Err(Diagnostic::error("PM130").with("line", 1).with("column", 1)) }
}

fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(high)? * 16 + digit(low)?).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}
