//! Keys: what tells one person from another, hidden under a secret of the handler.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// The place of a kind of identifier in the order of strength, the strongest first.
///
/// The order is that of the scan (`KeyKind`): its number, less one. The meter knows two of them by
/// name, because people are told apart by them in a way of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind(u8);

impl Kind {
    /// A resident ID: two of them are two people, whatever else they share.
    pub const RESIDENT_ID: Kind = Kind(0);
    /// An account: the same number at another handler is someone else's.
    pub const ACCOUNT: Kind = Kind(10);
    /// A row that names nobody; weaker than any identifier.
    pub(crate) const ROW: Kind = Kind(14);
    /// How many there are, rows included.
    pub(crate) const COUNT: usize = 15;

    /// The kind at this place; there are fourteen, from 0.
    #[must_use]
    pub const fn at(place: u8) -> Option<Kind> {
        if place < Kind::ROW.0 { Some(Kind(place)) } else { None }
    }

    /// Its place.
    #[must_use]
    pub const fn place(self) -> u8 {
        self.0
    }

    /// The kind at this place, rows included.
    pub(crate) const fn stored(place: u8) -> Option<Kind> {
        if place <= Kind::ROW.0 { Some(Kind(place)) } else { None }
    }
}

/// The key of a person: equal keys of one handler are one person.
///
/// Holds no identifier: either a number that a secret permutation made of one, or 128 bits of a
/// keyed hash. Keys under different secrets cannot be compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub(crate) kind: Kind,
    pub(crate) node: Node,
}

/// A key as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    /// Four bits of kind, then the number.
    Narrow(u64),
    /// The hash, in which the kind is hashed too.
    Wide(u128),
}

impl Key {
    /// Numbers of packed keys are below two to this power.
    pub const NARROW_BITS: u32 = 58;

    /// A packed identifier, permuted under the secret; `None` for a number that is too large.
    #[must_use]
    #[inline]
    pub const fn narrow(kind: Kind, hidden: u64) -> Option<Key> {
        if hidden >> Key::NARROW_BITS != 0 {
            return None;
        }
        let word = (kind.0 as u64) << Key::NARROW_BITS | hidden;
        Some(Key { kind, node: Node::Narrow(word) })
    }

    /// All 128 bits of a hash of kind and identifier under the secret.
    #[must_use]
    #[inline]
    pub const fn wide(kind: Kind, hash: u128) -> Key {
        Key { kind, node: Node::Wide(hash) }
    }

    /// A row that names nobody, by the digest of its source and its number there: the same row of
    /// the same source counts once, any other row is taken to be someone else's.
    #[must_use]
    pub(crate) fn of_row(source: &[u8; 32], row: u64) -> Key {
        let mut hash = Sha256::new();
        hash.update(b"kouan/meter/row/1");
        hash.update(source);
        hash.update(row.to_le_bytes());
        let digest: [u8; 32] = hash.finalize().into();
        let half = digest.first_chunk().copied().unwrap_or_default();
        Key { kind: Kind::ROW, node: Node::Wide(u128::from_le_bytes(half)) }
    }

    /// As stored at a handler: a hashed account is turned by a number of the handler's, so that
    /// those of two handlers differ.
    #[inline]
    pub(crate) fn node_at(self, accounts: u128) -> Node {
        match self.node {
            Node::Wide(hash) if self.kind == Kind::ACCOUNT => Node::Wide(hash ^ accounts),
            node => node,
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.kind
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Key({})", self.kind.0)
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("Node")
    }
}

/// A number by which persons are looked up.
pub(crate) trait Code: Copy + Ord {
    /// Bytes of the widest.
    const BYTES: usize;

    /// As a wide number.
    fn wide(self) -> u128;

    /// The low bits of a wide number.
    fn low(number: u128) -> Self;

    /// As stored.
    fn node(self) -> Node;

    /// Sixty-four bits that differ where the codes do, more or less.
    fn spread(self) -> u64;

    /// How far above another, roughly, and never more for a lower code than for a higher one.
    fn above(self, first: Self) -> f64;
}

/// An odd number without pattern: 2^64 divided by the golden ratio.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Code for u64 {
    const BYTES: usize = 8;

    #[inline]
    fn wide(self) -> u128 {
        self.into()
    }

    #[inline]
    fn low(number: u128) -> u64 {
        number as u64
    }

    fn node(self) -> Node {
        Node::Narrow(self)
    }

    #[inline]
    fn spread(self) -> u64 {
        self.wrapping_mul(ODD)
    }

    #[inline]
    fn above(self, first: u64) -> f64 {
        self.saturating_sub(first) as f64
    }
}

impl Code for u128 {
    const BYTES: usize = 16;

    #[inline]
    fn wide(self) -> u128 {
        self
    }

    #[inline]
    fn low(number: u128) -> u128 {
        number
    }

    fn node(self) -> Node {
        Node::Wide(self)
    }

    #[inline]
    fn spread(self) -> u64 {
        (self as u64 ^ (self >> 64) as u64).wrapping_mul(ODD)
    }

    #[inline]
    fn above(self, first: u128) -> f64 {
        let half = |number: u128| (number >> 64) as u64;
        half(self).saturating_sub(half(first)) as f64
    }
}
