//! Signatures in the reserved fields: read, verified in both forms that are met, and made.
//!
//! LAW: TC260-PG-202511A, annex A

use serde_json::{Map, Value, json};
use sm2::dsa::signature::{Signer as _, Verifier as _};

use crate::payload::Label;
use crate::standard::{Field, Standard};

/// The name of the object, and of its kind.
const OBJECT: &str = "SecurityData";
const KIND: &str = "TC260PG";
/// Algorithms by their object identifiers.
const SM2_WITH_SM3: &str = "1.2.156.10197.1.501";
const RSA_WITH_SHA256: &str = "1.2.840.113549.1.1.11";
/// The default of the SM2 signature standard for who signs.
const SM2_ID: &str = "1234567812345678";
/// Kinds of what is signed that mean the label: the guide's, and those of two producers.
const OF_LABEL: [&str; 3] = ["Md", "LabelMataData", "Content"];
/// Where a signature says which members it is over. The guide prints what a producer signs; what a
/// platform signs is not known to us, so that what is signed here says so itself.
const MEMBERS: &str = "Members";
/// Entries of one object that are looked at.
const ENTRIES_MAX: usize = 16;

/// Whose signature it is, each in a reserved field of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// The provider that made the content.
    Producer,
    /// The provider that spreads it.
    Propagator,
}

impl Signer {
    /// Both, in the order of their fields.
    pub const ALL: [Signer; 2] = [Signer::Producer, Signer::Propagator];

    /// The field in which the signature stands.
    #[must_use]
    pub fn field(self) -> Field {
        match self {
            Signer::Producer => Field::ProducerReserved,
            Signer::Propagator => Field::PropagatorReserved,
        }
    }

    /// What the signature is over: the kind, who it is, and its number.
    fn signed(self) -> [Field; 3] {
        match self {
            Signer::Producer => [Field::Label, Field::Producer, Field::ProduceId],
            Signer::Propagator => [Field::Label, Field::Propagator, Field::PropagateId],
        }
    }
}

/// An algorithm of signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SM2 over SM3.
    Sm2,
    /// RSA, PKCS #1 v1.5, over SHA-256.
    Rsa,
}

/// How the message was hashed before it was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hashing {
    /// As the algorithm says.
    Once,
    /// The digest was taken for the message: met with one producer of texts.
    Twice,
}

/// Where the key came from that a signature holds by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// One of the keys that the caller pinned: the label is of whom it says.
    Pinned,
    /// A key of the file itself: the label is as it was signed, by whomever.
    InFile,
}

/// What became of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It holds.
    Holds(Algorithm, Hashing, Trust),
    /// It holds by the key of the file, which is none of the pinned ones.
    OtherKey,
    /// It does not hold.
    Fails,
    /// There is no key to hold it against.
    NoKey,
    /// It is over something else than the label, or by an algorithm that is not known here.
    Open,
}

/// A key: as DER (SubjectPublicKeyInfo), or a point of SM2 in any of the forms met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    bytes: Vec<u8>,
}

impl PublicKey {
    /// A key of bytes.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> PublicKey {
        PublicKey { bytes }
    }

    /// A key in hexadecimal digits.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<PublicKey> {
        hex(text.trim()).map(PublicKey::new)
    }

    /// The point of SM2, uncompressed where it is so.
    fn point(&self) -> Option<Vec<u8>> {
        match self.bytes.as_slice() {
            [4, rest @ ..] if rest.len() == 64 => Some(self.bytes.clone()),
            [2 | 3, rest @ ..] if rest.len() == 32 => Some(self.bytes.clone()),
            // One producer writes the abscissa alone, after a zero, and means the even ordinate.
            [0, rest @ ..] if rest.len() == 32 => Some([&[2], rest].concat()),
            der => {
                let bits = subject_key(der)?;
                let is_point = matches!(bits, [4, rest @ ..] if rest.len() == 64);
                is_point.then(|| bits.to_vec())
            }
        }
    }

    fn sm2(&self) -> Option<sm2::dsa::VerifyingKey> {
        sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_ID, &self.point()?).ok()
    }

    fn is_same(&self, other: &PublicKey) -> bool {
        let points = self.sm2().zip(other.sm2());
        self == other || points.is_some_and(|(a, b)| a.as_affine() == b.as_affine())
    }

    /// How the message was hashed, if the signature holds by this key.
    fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Option<Hashing> {
        match algorithm {
            Algorithm::Sm2 => {
                let key = self.sm2()?;
                let signature = sm2_signature(signature)?;
                let holds = |message: &[u8]| key.verify(message, &signature).is_ok();
                let digest = sm3(message);
                first(holds(message), holds(&digest))
            }
            Algorithm::Rsa => {
                let key = subject_key(&self.bytes)?;
                let scheme = &ring::signature::RSA_PKCS1_2048_8192_SHA256;
                let key = ring::signature::UnparsedPublicKey::new(scheme, key);
                let holds = |message: &[u8]| key.verify(message, signature).is_ok();
                let digest = ring::digest::digest(&ring::digest::SHA256, message);
                first(holds(message), holds(digest.as_ref()))
            }
        }
    }
}

fn first(once: bool, twice: bool) -> Option<Hashing> {
    if once { Some(Hashing::Once) } else { twice.then_some(Hashing::Twice) }
}

fn sm3(message: &[u8]) -> Vec<u8> {
    use sm3::Digest as _;
    sm3::Sm3::digest(message).to_vec()
}

/// The bytes that are signed: members by their names, without braces and spaces.
fn message(label: &Label, fields: &[Field], standard: &Standard) -> Vec<u8> {
    let pair = |field: &Field| {
        let value = Value::String(label.get(*field).to_owned());
        format!("\"{}\":{value}", standard.name(*field))
    };
    fields.iter().map(pair).collect::<Vec<_>>().join(",").into_bytes()
}

/// What a signature may be over, and whether that is known: then it fails where it does not hold.
struct Signed {
    messages: Vec<Vec<u8>>,
    is_known: bool,
}

/// What a signature says it is over; none where that is something else than the label.
fn signed(
    data: Option<&Value>,
    label: &Label,
    signer: Signer,
    standard: &Standard,
) -> Option<Signed> {
    let kind = data.and_then(|data| data.get("Type")).and_then(Value::as_str);
    if !kind.is_some_and(|kind| OF_LABEL.contains(&kind)) {
        return None;
    }
    let own = message(label, &signer.signed(), standard);
    if signer == Signer::Producer {
        return Some(Signed { messages: vec![own], is_known: true });
    }
    let Some(members) = data.and_then(|data| data.get(MEMBERS)) else {
        // A platform may sign its own part, or what the guide prints for a producer.
        let theirs = message(label, &Signer::Producer.signed(), standard);
        return Some(Signed { messages: vec![own, theirs], is_known: false });
    };
    let names = members.as_array()?.iter().take(Field::ALL.len());
    let field = |name: &Value| standard.field(name.as_str()?).map(|(field, _)| field);
    let fields: Vec<Field> = names.map(field).collect::<Option<_>>()?;
    // Less than its own part would protect nothing.
    let is_enough = signer.signed().iter().all(|field| fields.contains(field));
    let messages = vec![message(label, &fields, standard)];
    is_enough.then_some(Signed { messages, is_known: true })
}

/// Verifies every signature in the reserved field of one of the two. What is not ours to understand
/// there gives none: reserved fields may hold anything.
///
/// What others sign as platforms is not known to us: a signature there that names no members holds,
/// or is left open; it never fails.
#[must_use]
pub fn verify(
    label: &Label,
    signer: Signer,
    pinned: &[PublicKey],
    standard: &Standard,
) -> Vec<Verified> {
    let Some(entries) = entries(label.get(signer.field())) else { return Vec::new() };
    let signatures = entries.iter().filter(|entry| text(entry, "Type") == Some("DS"));
    let over = |entry: &Map<String, Value>| signed(entry.get("TBSData"), label, signer, standard);
    let one =
        |entry| over(entry).map_or(Verified::Open, |over| one(entry, &entries, &over, pinned));
    signatures.map(one).collect()
}

fn one(
    signature: &Map<String, Value>,
    entries: &[Map<String, Value>],
    over: &Signed,
    pinned: &[PublicKey],
) -> Verified {
    let algorithm = match text(signature, "AlgID") {
        Some(SM2_WITH_SM3) => Algorithm::Sm2,
        Some(RSA_WITH_SHA256) => Algorithm::Rsa,
        _ => return Verified::Open,
    };
    let fails = if over.is_known { Verified::Fails } else { Verified::Open };
    let Some(bytes) = text(signature, "Signature").and_then(hex) else { return fails };
    let held = |key: &PublicKey| {
        over.messages.iter().find_map(|message| key.verifies(algorithm, message, &bytes))
    };
    if let Some(hashing) = pinned.iter().find_map(held) {
        return Verified::Holds(algorithm, hashing, Trust::Pinned);
    }
    let keys = keys(signature, entries);
    if keys.is_empty() {
        return if pinned.is_empty() { Verified::NoKey } else { fails };
    }
    match keys.iter().find_map(held) {
        None => fails,
        Some(_)
            if !pinned.is_empty()
                && !pinned.iter().any(|one| keys.iter().any(|key| key.is_same(one))) =>
        {
            Verified::OtherKey
        }
        Some(hashing) => Verified::Holds(algorithm, hashing, Trust::InFile),
    }
}

/// Keys beside the signature: of its id, where it names one.
fn keys(signature: &Map<String, Value>, entries: &[Map<String, Value>]) -> Vec<PublicKey> {
    let id = text(signature, "KeyID");
    let is_key = |entry: &&Map<String, Value>| {
        text(entry, "Type") == Some("PubKey") && (id.is_none() || text(entry, "KeyID") == id)
    };
    let values = entries.iter().filter(is_key).filter_map(|entry| text(entry, "KeyValue"));
    values.filter_map(PublicKey::from_hex).collect()
}

/// The public entries of an object of security data.
fn entries(reserved: &str) -> Option<Vec<Map<String, Value>>> {
    let whole: Value = serde_json::from_str(reserved).ok()?;
    let data = whole.get(OBJECT)?;
    // One producer spells it with a small letter.
    let list = data.get("PubSD").or_else(|| data.get("PubSd"))?.as_array()?;
    Some(list.iter().take(ENTRIES_MAX).filter_map(Value::as_object).cloned().collect())
}

fn text<'a>(entry: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Value::as_str)
}

/// The security data of one of the two for a label, signed with SM2 over SM3, the message hashed
/// once.
///
/// `secret` is the private number, 32 bytes. The same label and key give the same bytes.
#[must_use]
pub fn seal(label: &Label, signer: Signer, secret: &[u8], standard: &Standard) -> Option<String> {
    let key = sm2::dsa::SigningKey::from_slice(SM2_ID, secret).ok()?;
    let fields = signer.signed();
    let signature = key.try_sign(&message(label, &fields, standard)).ok()?;
    let public = key.verifying_key().to_sec1_bytes();
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let mut over = json!({ "Type": "Md" });
    if let (Signer::Propagator, Value::Object(over)) = (signer, &mut over) {
        over.insert(MEMBERS.to_owned(), json!(fields.map(|field| standard.name(field))));
    }
    let data = json!({ OBJECT: {
        "Type": KIND,
        "Version": 1,
        "PubSD": [
            {
                "Type": "DS",
                "AlgID": SM2_WITH_SM3,
                "TBSData": over,
                "Signature": digits(&der_signature(&signature.to_bytes())),
            },
            { "Type": "PubKey", "AlgID": SM2_WITH_SM3, "KeyValue": digits(&public) },
        ],
    }});
    Some(data.to_string())
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| u8::try_from(c.to_digit(16)?).ok()).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0 && !digits.is_empty())?;
    let byte = |pair: &[u8]| pair.iter().fold(0, |byte, digit| byte << 4 | digit);
    Some(digits.chunks(2).map(byte).collect())
}

/// A value of DER: its kind, its content, and what follows.
fn der(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (len, rest) = rest.split_first()?;
    let (len, rest) = match *len {
        len if len < 0x80 => (usize::from(len), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let [high, low] = <[u8; 2]>::try_from(rest.get(..2)?).ok()?;
            (usize::from(u16::from_be_bytes([high, low])), rest.get(2..)?)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(len)?;
    Some((*kind, content, rest))
}

/// The bits of a SubjectPublicKeyInfo.
fn subject_key(bytes: &[u8]) -> Option<&[u8]> {
    let (0x30, inside, _) = der(bytes)? else { return None };
    let (0x30, _, rest) = der(inside)? else { return None };
    let (0x03, bits, _) = der(rest)? else { return None };
    bits.strip_prefix(&[0])
}

/// Two numbers of 32 bytes, as they are or in DER.
fn sm2_signature(bytes: &[u8]) -> Option<sm2::dsa::Signature> {
    if let Ok(plain) = <&[u8; 64]>::try_from(bytes) {
        return sm2::dsa::Signature::from_slice(plain).ok();
    }
    let (0x30, inside, []) = der(bytes)? else { return None };
    let (0x02, r, rest) = der(inside)? else { return None };
    let (0x02, s, []) = der(rest)? else { return None };
    let mut both = Vec::with_capacity(64);
    for number in [r, s] {
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        both.resize(both.len() + 32_usize.checked_sub(number.len())?, 0);
        both.extend(number);
    }
    sm2::dsa::Signature::from_slice(&both).ok()
}

/// Two numbers of 32 bytes in DER.
fn der_signature(both: &[u8]) -> Vec<u8> {
    let mut inside = Vec::new();
    for number in both.chunks(32) {
        let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
        let digits = number.get(start..).unwrap_or_default();
        let is_high = digits.first().is_none_or(|byte| byte & 0x80 != 0);
        inside.push(2);
        inside.push(u8::try_from(digits.len() + usize::from(is_high)).unwrap_or(0));
        inside.extend(is_high.then_some(0));
        inside.extend(digits);
    }
    let mut out = vec![0x30, u8::try_from(inside.len()).unwrap_or(0)];
    out.extend(inside);
    out
}

#[cfg(test)]
mod platform_tests;
#[cfg(test)]
mod tests;
