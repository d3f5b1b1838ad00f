//! Keys of the log and of witnesses, and their signatures: C2SP signed-note and tlog-cosignature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use kouan_terms::{Diagnostic, hex};
use sha2::{Digest as _, Sha256};

/// What a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Checkpoints of a log: type 1 of signed-note.
    Log,
    /// Checkpoints that a witness has seen: type 4, with a time.
    Witness,
}

impl Purpose {
    fn byte(self) -> u8 {
        match self {
            Purpose::Log => 1,
            Purpose::Witness => 4,
        }
    }
}

/// A public key of a log or of a witness, and the name it signs under.
///
/// Its text is the one of signed-note: `<name>+<key id>+<key>`.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    purpose: Purpose,
    key: VerifyingKey,
}

impl VerifierKey {
    /// Reads the text of a key.
    ///
    /// # Errors
    ///
    /// `LG123` where it is not such a text, or its key id is not that of the key.
    pub fn parse(text: &str) -> Result<VerifierKey, Diagnostic> {
        VerifierKey::read(text.trim()).ok_or_else(|| Diagnostic::error("LG123"))
    }

    fn read(text: &str) -> Option<VerifierKey> {
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = STANDARD.decode(key).ok()?;
        let (kind, key) = bytes.split_first()?;
        let purpose =
            [Purpose::Log, Purpose::Witness].into_iter().find(|one| one.byte() == *kind)?;
        let key = VerifyingKey::from_bytes(&key.try_into().ok()?).ok()?;
        let read = VerifierKey { name: name.to_owned(), purpose, key };
        (is_name(name) && read.id_digits() == id).then_some(read)
    }

    /// The key of a log from its 32 bytes.
    ///
    /// # Errors
    ///
    /// `LG123` where the name or the bytes are not those of a key.
    pub fn of_log(name: &str, key: &[u8; 32]) -> Result<VerifierKey, Diagnostic> {
        let key = VerifyingKey::from_bytes(key).ok().filter(|_| is_name(name));
        let key = key.ok_or_else(|| Diagnostic::error("LG123"))?;
        Ok(VerifierKey { name: name.to_owned(), purpose: Purpose::Log, key })
    }

    /// The name it signs under; for a log, its origin.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a witness's.
    #[must_use]
    pub fn is_witness(&self) -> bool {
        self.purpose == Purpose::Witness
    }

    pub(crate) fn id(&self) -> [u8; 4] {
        id(&self.name, self.purpose, &self.key)
    }

    fn id_digits(&self) -> String {
        hex(&self.id())
    }

    /// Whether the bytes behind the key id sign the text, and for a witness, when (POSIX seconds).
    pub(crate) fn verify(&self, text: &str, signature: &[u8]) -> Option<u64> {
        match self.purpose {
            Purpose::Log => {
                let signature = Signature::from_slice(signature).ok()?;
                self.key.verify_strict(text.as_bytes(), &signature).ok().map(|()| 0)
            }
            Purpose::Witness => {
                let (time, signature) = signature.split_first_chunk::<8>()?;
                let time = u64::from_be_bytes(*time);
                let signature = Signature::from_slice(signature).ok()?;
                let said = cosigned(text, time);
                self.key.verify_strict(said.as_bytes(), &signature).ok().map(|()| time)
            }
        }
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![self.purpose.byte()];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(to, "{}+{}+{}", self.name, self.id_digits(), STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

/// The secret key of a log.
#[derive(Clone)]
pub struct SigningSeed {
    name: String,
    key: SigningKey,
}

impl SigningSeed {
    /// The key of a log of that origin from a secret seed.
    ///
    /// # Errors
    ///
    /// `LG123` where the origin is empty, or has a space, a `+` or a control character.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Result<SigningSeed, Diagnostic> {
        if !is_name(origin) {
            return Err(Diagnostic::error("LG123"));
        }
        Ok(SigningSeed { name: origin.to_owned(), key: SigningKey::from_bytes(seed) })
    }

    /// The public key.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        let key = self.key.verifying_key();
        VerifierKey { name: self.name.clone(), purpose: Purpose::Log, key }
    }

    /// The signature line under a text of a note.
    pub(crate) fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        line(&self.verifier(), &signature)
    }

    /// The line of a witness of that name with this seed, at that time in POSIX seconds.
    ///
    /// A witness first makes sure that its last checkpoint is a beginning of this one.
    #[must_use]
    pub fn cosign(&self, checkpoint: &str, time: u64) -> String {
        let text = text_of(checkpoint).unwrap_or_default();
        let verifier = self.cosigner();
        let signature = self.key.sign(cosigned(text, time).as_bytes()).to_bytes();
        line(&verifier, &[&time.to_be_bytes()[..], &signature].concat())
    }

    /// The public key as a witness.
    #[must_use]
    pub fn cosigner(&self) -> VerifierKey {
        VerifierKey { purpose: Purpose::Witness, ..self.verifier() }
    }
}

impl fmt::Debug for SigningSeed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "SigningSeed({}, secret)", self.name)
    }
}

/// The text of a note: all before its last empty line.
pub(crate) fn text_of(note: &str) -> Option<&str> {
    let end = note.rfind("\n\n")?;
    note.get(..=end)
}

fn line(key: &VerifierKey, signature: &[u8]) -> String {
    let bytes = [&key.id()[..], signature].concat();
    format!("\u{2014} {} {}\n", key.name, STANDARD.encode(bytes))
}

fn cosigned(text: &str, time: u64) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn id(name: &str, purpose: Purpose, key: &VerifyingKey) -> [u8; 4] {
    let digest = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', purpose.byte()])
        .chain_update(key.as_bytes())
        .finalize();
    let [a, b, c, d, ..] = digest.0;
    [a, b, c, d]
}

fn is_name(name: &str) -> bool {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= 200 && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_its_text_and_no_other() {
        let seed = SigningSeed::new("ledger.example/甲", &[7; 32]).unwrap();
        for key in [seed.verifier(), seed.cosigner()] {
            let text = key.to_string();
            assert_eq!(VerifierKey::parse(&format!("{text}\n")).unwrap(), key);
            for bad in [text.replace('.', "x"), format!("{text}A"), text.replacen('+', "", 1)] {
                assert!(VerifierKey::parse(&bad).is_err(), "{bad}");
            }
        }
        assert!(!format!("{seed:?}").contains("7, 7"));
        for bad in ["", "a b", "a+b", "a\n"] {
            assert!(SigningSeed::new(bad, &[7; 32]).is_err());
        }
    }

    #[test]
    fn the_key_of_the_specification_is_read() {
        // The key and the note of the Go documentation of signed notes.
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let key = VerifierKey::parse(key).unwrap();
        let note = "If you think cryptography is the answer to your problem,\n\
            then you don't know what your problem is.\n";
        let line = concat!(
            "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg",
            "KvqfqdngotpRZb6KE6RyyBwJnAM="
        );
        let bytes = STANDARD.decode(line).unwrap();
        assert_eq!(bytes[..4], key.id());
        assert!(key.verify(note, &bytes[4..]).is_some());
        assert!(key.verify(&note.replace('y', "Y"), &bytes[4..]).is_none());
    }
}
