//! Hashes of the Merkle tree (RFC 6962, section 2.1).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A node of the tree: 32 bytes of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of an entry.
    #[must_use]
    pub fn leaf(entry: &[u8]) -> Hash {
        Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
    }

    /// The hash of two subtrees.
    #[must_use]
    pub fn node(left: Hash, right: Hash) -> Hash {
        let mut both = [1; 65];
        for (to, from) in both.iter_mut().skip(1).zip(left.0.iter().chain(&right.0)) {
            *to = *from;
        }
        Hash(Sha256::digest(both).into())
    }

    /// The hash of a tree without entries.
    #[must_use]
    pub fn empty() -> Hash {
        Hash(Sha256::digest([]).into())
    }

    /// Reads the standard Base64 of 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Hash> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

/// The hash of a tree over these hashes of equal subtrees.
pub(crate) fn root(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        let pairs = level.chunks(2).map(|pair| match pair {
            [left, right] => Hash::node(*left, *right),
            _ => pair.first().copied().unwrap_or_else(Hash::empty),
        });
        level = pairs.collect();
    }
    level.first().copied().unwrap_or_else(Hash::empty)
}

/// The largest power of two below a number above 1.
pub(crate) fn split(size: u64) -> u64 {
    1 << size.saturating_sub(1).checked_ilog2().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, word for word.
    fn by_definition(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => Hash::empty(),
            [one] => Hash::leaf(one),
            many => {
                let (left, right) = many.split_at(split(many.len() as u64) as usize);
                Hash::node(by_definition(left), by_definition(right))
            }
        }
    }

    #[test]
    fn pairing_level_by_level_gives_the_tree_of_the_definition() {
        for size in 0..70_u8 {
            let entries: Vec<Vec<u8>> = (0..size).map(|entry| vec![entry]).collect();
            let leaves: Vec<Hash> = entries.iter().map(|entry| Hash::leaf(entry)).collect();
            assert_eq!(root(&leaves), by_definition(&entries), "{size}");
        }
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // SHA-256 of nothing, and of one byte 0: the empty tree and the empty entry.
        assert_eq!(Hash::empty().to_string(), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(Hash::leaf(b"").to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
        assert_eq!(
            Hash::parse("bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="),
            Some(Hash::leaf(b""))
        );
        // The last bits of the last letter are no part of the value; they must be zero.
        assert_eq!(Hash::parse("bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB1="), None);
    }
}
