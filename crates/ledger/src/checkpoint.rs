//! The signed head of a log: C2SP tlog-checkpoint, <https://c2sp.org/tlog-checkpoint>.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kouan_terms::Diagnostic;

use crate::hash::Hash;
use crate::key::{SigningSeed, VerifierKey, text_of};
use crate::limits;

/// How many entries a log has and what they are, signed by the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    note: String,
    seen: Vec<Seen>,
}

/// A witness that has seen a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The name of the witness.
    pub witness: String,
    /// When, in seconds since 1970-01-01T00:00:00Z, as the witness says.
    pub time: u64,
}

impl Checkpoint {
    /// A head signed by the log.
    pub(crate) fn sign(size: u64, root: Hash, seed: &SigningSeed) -> Checkpoint {
        let key = seed.verifier();
        let origin = key.name().to_owned();
        let text = format!("{origin}\n{size}\n{root}\n");
        let note = format!("{text}\n{}", seed.sign(&text));
        Checkpoint { origin, size, root, note, seen: Vec::new() }
    }

    /// Reads a checkpoint that the key has signed, and the witnesses' signatures that are asked
    /// for. Signatures of others are passed over, as the specification asks.
    ///
    /// # Errors
    ///
    /// `LG107` where it is no checkpoint, `LG124` of another log, `LG108` not signed by the key,
    /// `LG109` with a signature that does not fit, `LG118` where a witness that is asked for did
    /// not sign or its signature does not fit.
    pub fn open(
        bytes: &[u8],
        key: &VerifierKey,
        witnesses: &[VerifierKey],
    ) -> Result<Checkpoint, Diagnostic> {
        let broken = || Diagnostic::error("LG107");
        let note = note(bytes).ok_or_else(broken)?;
        let text = text_of(note).ok_or_else(broken)?;
        let (origin, size, root) = head(text).ok_or_else(broken)?;
        let signatures = signatures(note, text).ok_or_else(broken)?;
        if origin != key.name() {
            return Err(Diagnostic::error("LG124").with("asked", key.name()));
        }
        match signed(text, &signatures, key) {
            Signed::Yes(_) => {}
            Signed::No => return Err(Diagnostic::error("LG109")),
            Signed::Missing => return Err(Diagnostic::error("LG108").with("key", key)),
        }
        let mut seen = Vec::new();
        for witness in witnesses {
            match signed(text, &signatures, witness) {
                Signed::Yes(time) => seen.push(Seen { witness: witness.name().to_owned(), time }),
                Signed::No | Signed::Missing => {
                    return Err(Diagnostic::error("LG118").with("witness", witness.name()));
                }
            }
        }
        Ok(Checkpoint { origin: origin.to_owned(), size, root, note: note.to_owned(), seen })
    }

    /// The log it is of.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many entries there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree over them.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The signed note, to keep, to give to a witness or to an auditor.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The witnesses that were asked for and have signed.
    #[must_use]
    pub fn seen(&self) -> &[Seen] {
        &self.seen
    }
}

enum Signed {
    Yes(u64),
    No,
    Missing,
}

/// Whether the key has signed; one signature of it that does not fit spoils the note.
fn signed(text: &str, signatures: &[(&str, Vec<u8>)], key: &VerifierKey) -> Signed {
    let mut found = Signed::Missing;
    for (name, bytes) in signatures {
        let Some((id, signature)) = bytes.split_first_chunk::<4>() else { continue };
        if *name != key.name() || *id != key.id() {
            continue;
        }
        match key.verify(text, signature) {
            Some(time) => found = Signed::Yes(time),
            None => return Signed::No,
        }
    }
    found
}

fn note(bytes: &[u8]) -> Option<&str> {
    let note = str::from_utf8(bytes).ok().filter(|note| note.len() <= limits::CHECKPOINT_BYTES)?;
    let plain = note.chars().all(|c| c == '\n' || c >= ' ');
    plain.then_some(note)
}

/// Origin, size and root; lines beyond are opaque.
fn head(text: &str) -> Option<(&str, u64, Hash)> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let origin = lines.next().filter(|origin| !origin.is_empty())?;
    let size = number(lines.next()?).filter(|size| *size <= limits::LOG_ENTRIES)?;
    let root = Hash::parse(lines.next()?)?;
    lines.all(|line| !line.is_empty()).then_some((origin, size, root))
}

/// A decimal number as the specification writes it: digits, and no zero before them.
pub(crate) fn number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = text.parse().ok().filter(|_| plain)?;
    (number.to_string() == text).then_some(number)
}

fn signatures<'n>(note: &'n str, text: &str) -> Option<Vec<(&'n str, Vec<u8>)>> {
    let lines = note.get(text.len()..)?.strip_prefix('\n')?.strip_suffix('\n')?;
    let mut all = Vec::new();
    for line in lines.split('\n') {
        let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
        all.push((name, STANDARD.decode(bytes).ok()?));
    }
    (!all.is_empty() && all.len() <= limits::SIGNATURES).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(name: &str, byte: u8) -> SigningSeed {
        SigningSeed::new(name, &[byte; 32]).unwrap()
    }

    fn code(read: Result<Checkpoint, Diagnostic>) -> &'static str {
        read.map_or_else(|error| error.code.0, |_| "")
    }

    #[test]
    fn a_checkpoint_is_opened_with_its_key_and_no_other() {
        let ours = seed("ledger.example/1", 1);
        let made = Checkpoint::sign(5, Hash::leaf(b"x"), &ours);
        let open = |note: &str, key| code(Checkpoint::open(note.as_bytes(), &key, &[]));
        assert_eq!(Checkpoint::open(made.note().as_bytes(), &ours.verifier(), &[]).unwrap(), made);
        assert_eq!(open(made.note(), seed("ledger.example/1", 2).verifier()), "LG108");
        assert_eq!(open(made.note(), seed("ledger.example/2", 1).verifier()), "LG124");
        assert_eq!(open(&made.note().replace("\n5\n", "\n6\n"), ours.verifier()), "LG109");
        assert_eq!(open(&made.note().replace("\n5\n", "\n05\n"), ours.verifier()), "LG107");
        assert_eq!(open("", ours.verifier()), "LG107");
    }

    #[test]
    fn witnesses_are_verified_when_asked_for_and_passed_over_otherwise() {
        let (ours, witness) = (seed("ledger.example/1", 1), seed("witness.example/w", 2));
        let made = Checkpoint::sign(5, Hash::leaf(b"x"), &ours);
        let note = format!("{}{}", made.note(), witness.cosign(made.note(), 1_700_000_000));
        let open = |note: &str, witnesses: &[VerifierKey]| {
            Checkpoint::open(note.as_bytes(), &ours.verifier(), witnesses)
        };
        let seen = Seen { witness: "witness.example/w".to_owned(), time: 1_700_000_000 };
        assert_eq!(open(&note, &[witness.cosigner()]).unwrap().seen(), [seen]);
        assert_eq!(open(&note, &[]).unwrap().seen(), []);
        assert_eq!(code(open(made.note(), &[witness.cosigner()])), "LG118");
        let late = witness.cosign(made.note(), 1_700_000_001);
        let (kept, _) = note.rsplit_once(' ').unwrap();
        let (_, other) = late.rsplit_once(' ').unwrap();
        // The time and the signature of another line behind this one's key id.
        let forged = format!("{kept} {}", other.replacen("AAAA", "AAAB", 1));
        assert_eq!(code(open(&forged, &[witness.cosigner()])), "LG118");
    }

    #[test]
    fn every_changed_bit_of_a_checkpoint_is_found() {
        let ours = seed("ledger.example/1", 1);
        let made = Checkpoint::sign(70_000, Hash::leaf(b"x"), &ours);
        let mut bytes = made.note().as_bytes().to_vec();
        for bit in 0..bytes.len() * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(code(Checkpoint::open(&bytes, &ours.verifier(), &[])), "", "{bit}");
            bytes[bit / 8] ^= 1 << (bit % 8);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_refused_without_panic(
            bytes: Vec<u8>,
            text in "(\u{2014} |[a-c1\n+/=]){0,60}",
        ) {
            let key = seed("a", 1).verifier();
            let _ = Checkpoint::open(&bytes, &key, &[]);
            proptest::prop_assert!(Checkpoint::open(text.as_bytes(), &key, &[]).is_err());
            let _ = VerifierKey::parse(&text);
        }
    }
}
