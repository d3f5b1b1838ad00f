//! Values under a key: hashes, tokens, and the list of those who withdrew.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sm3::Sm3;

use crate::columns::Wrote;
use crate::masked::push;

/// The keyed hashes of one permit.
pub(crate) struct Keyed {
    sha256: Hmac<Sha256>,
    sm3: Hmac<Sm3>,
    token: Hmac<Sha256>,
}

impl Keyed {
    /// From the key of the permit. Hashes are HMACs under the key itself, so that an auditor who
    /// holds it can compute them; tokens are under a key made from it.
    pub(crate) fn new(key: &[u8; 32]) -> Keyed {
        let token = keyed_by(key).chain_update(b"kouan.gate/tokenise").finalize().into_bytes();
        Keyed { sha256: keyed_by(key), sm3: sm3_by(key), token: keyed_by(&token.into()) }
    }

    /// HMAC-SHA-256 in hexadecimal digits.
    pub(crate) fn sha256(&self, value: &[u8], to: &mut Vec<u8>) -> Wrote {
        digits(&self.sha256.clone().chain_update(value).finalize().into_bytes().into(), to)
    }

    /// HMAC-SM3 in hexadecimal digits.
    pub(crate) fn sm3(&self, value: &[u8], to: &mut Vec<u8>) -> Wrote {
        digits(&self.sm3.clone().chain_update(value).finalize().into_bytes().into(), to)
    }

    /// Digits for digits, letters for letters, Chinese characters for others; separators stay. The
    /// stream that chooses them comes from the whole value, so that values which begin alike do not
    /// give tokens which do.
    pub(crate) fn token(&self, value: &[u8], to: &mut Vec<u8>) -> Wrote {
        let text = String::from_utf8_lossy(value);
        let mut stream = Stream { seed: self.token.clone(), value, block: 0, left: Vec::new() };
        for c in text.chars() {
            match c {
                '0'..='9' => to.push(b'0' + stream.below(10) as u8),
                'a'..='z' => to.push(b'a' + stream.below(26) as u8),
                'A'..='Z' => to.push(b'A' + stream.below(26) as u8),
                c if c.is_ascii() || c.is_whitespace() => push(c, to),
                _ => push(char::from_u32(HAN + stream.below(HANS)).unwrap_or('*'), to),
            }
        }
        Wrote::Yes
    }
}

/// The first character of the block that stands for what is not ASCII, and how many it has.
const HAN: u32 = 0x4E00;
const HANS: u32 = 20_902;

fn keyed_by(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key of 32 bytes is one for every HMAC here; the type does not know.
    Hmac::new(&block(key).into())
}

fn sm3_by(key: &[u8; 32]) -> Hmac<Sm3> {
    Hmac::new(&block(key).into())
}

/// The key as HMAC takes it: filled up with zeros to the block of the hash.
fn block(key: &[u8; 32]) -> [u8; 64] {
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    block
}

fn digits(hash: &[u8; 32], to: &mut Vec<u8>) -> Wrote {
    let mut text = [0_u8; 64];
    let (pairs, _) = text.as_chunks_mut::<2>();
    for ([high, low], byte) in pairs.iter_mut().zip(hash) {
        *high = digit(byte >> 4);
        *low = digit(byte & 15);
    }
    to.extend_from_slice(&text);
    Wrote::Yes
}

#[inline]
fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble }
}

/// Numbers that follow from a key and a value.
struct Stream<'v> {
    seed: Hmac<Sha256>,
    value: &'v [u8],
    block: u32,
    left: Vec<u8>,
}

impl Stream<'_> {
    /// A number below a limit; so little uneven that it does not matter for tokens.
    fn below(&mut self, limit: u32) -> u32 {
        if self.left.len() < 4 {
            let seeded = self.seed.clone().chain_update(self.block.to_be_bytes());
            self.left = seeded.chain_update(self.value).finalize().into_bytes().to_vec();
            self.block += 1;
        }
        let mut number = 0;
        for _ in 0..4 {
            number = number << 8 | u32::from(self.left.pop().unwrap_or_default());
        }
        number % limit
    }
}

/// Those who withdrew their consent.
#[derive(Clone, Copy)]
pub struct Withdrawn<'a> {
    /// The key of the list.
    pub key: &'a [u8; 32],
    /// Entries as [`withdrawn_entry`] makes them, sorted.
    pub list: &'a [[u8; 32]],
}

/// The entry of one identifier: HMAC-SHA-256 of its letters and digits, small letters as capital
/// ones, blanks and hyphens left out; `None` when nothing is left.
#[must_use]
pub fn withdrawn_entry(key: &[u8; 32], identifier: &[u8]) -> Option<[u8; 32]> {
    entry(&keyed_by(key), identifier)
}

fn entry(keyed: &Hmac<Sha256>, identifier: &[u8]) -> Option<[u8; 32]> {
    let counts = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'-';
    let plain: Vec<u8> =
        identifier.iter().copied().filter(counts).map(|byte| byte.to_ascii_uppercase()).collect();
    let hash = || keyed.clone().chain_update(&plain).finalize().into_bytes().into();
    (!plain.is_empty()).then(hash)
}

/// Looks identifiers up in the list.
pub(crate) struct Lookup<'a> {
    keyed: Hmac<Sha256>,
    list: &'a [[u8; 32]],
}

impl<'a> Lookup<'a> {
    /// `None` for a list that is not sorted: a search in it would miss people.
    pub(crate) fn new(withdrawn: &Withdrawn<'a>) -> Option<Lookup<'a>> {
        let list = withdrawn.list;
        list.is_sorted().then(|| Lookup { keyed: keyed_by(withdrawn.key), list })
    }

    /// Whether the person withdrew; `None` when the cell names nobody.
    pub(crate) fn has(&self, identifier: &[u8]) -> Option<bool> {
        Some(self.list.binary_search(&entry(&self.keyed, identifier)?).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>) -> Wrote) -> String {
        let mut to = Vec::new();
        write(&mut to);
        String::from_utf8(to).unwrap()
    }

    #[test]
    fn hashes_are_those_of_the_standards() {
        // RFC 4231, case 1, has a key of 20 bytes; zeros behind it are the same key.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let keyed = Keyed::new(&key);
        let sha256 = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
        assert_eq!(text(|to| keyed.sha256(b"Hi There", to)), sha256);
        // Computed from the definition of HMAC, hash by hash.
        use sm3::Digest as _;
        let pad = |with: u8| block(&key).map(|byte| byte ^ with);
        let inner = Sm3::new().chain_update(pad(0x36)).chain_update(b"Hi There").finalize();
        let outer = Sm3::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
        assert_eq!(text(|to| keyed.sm3(b"Hi There", to)), text(|to| digits(&outer.into(), to)));
    }

    #[test]
    fn a_token_has_the_format_of_the_value_and_nothing_else_of_it() {
        let keyed = Keyed::new(&[1; 32]);
        let token = |value: &str| text(|to| keyed.token(value.as_bytes(), to));
        let one = token("Jia Yi 139-0000-1234 例某");
        assert_eq!(one, token("Jia Yi 139-0000-1234 例某"));
        let shape = |text: &str| {
            let class = |c: char| match c {
                '0'..='9' => '0',
                'a'..='z' => 'a',
                'A'..='Z' => 'A',
                c if c.is_ascii() => c,
                _ => '字',
            };
            text.chars().map(class).collect::<String>()
        };
        assert_eq!(shape(&one), "Aaa Aa 000-0000-0000 字字");
        assert_ne!(one, token("Jia Yi 139-0000-1235 例某"));
        assert_ne!(one.get(..4), token("Jia Yi 139-0000-1235 例某").get(..4));
        let other = Keyed::new(&[2; 32]);
        assert_ne!(one, text(|to| other.token("Jia Yi 139-0000-1234 例某".as_bytes(), to)));
        assert_eq!(token(&"7".repeat(100)).len(), 100);
    }

    #[test]
    fn an_entry_does_not_depend_on_how_the_identifier_is_written() {
        let key = [3; 32];
        let plain = withdrawn_entry(&key, b"11010119900101001X");
        assert_eq!(plain, withdrawn_entry(&key, b" 110101 19900101-001x"));
        assert_ne!(plain, withdrawn_entry(&[4; 32], b"11010119900101001X"));
        assert_eq!(withdrawn_entry(&key, b" - "), None);
        let sorted = [plain.unwrap()];
        let lookup = Lookup::new(&Withdrawn { key: &key, list: &sorted }).unwrap();
        assert_eq!(lookup.has(b"110101 199001010 01X"), Some(true));
        assert_eq!(lookup.has(b"someone"), Some(false));
        assert_eq!(lookup.has(b""), None);
        let unsorted = [[2; 32], [1; 32]];
        assert!(Lookup::new(&Withdrawn { key: &key, list: &unsorted }).is_none());
    }
}
