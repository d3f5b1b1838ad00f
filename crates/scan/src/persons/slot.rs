//! A key as it is counted: one number for its kind and what it holds.

use std::fmt;

use super::super::identifiers::key::{KeyKind, Keyed};
use super::cipher;
use super::flags::Flags;

/// A key column in a row: the key in it, or none.
///
/// Packed keys are below 2^62 and not hidden yet: four bits for the place of the kind in
/// [`KeyKind::ALL`], then the identifier. Those of hashed keys begin at 2^127: 117 bits of the
/// hash, the kind, six bits for flags. One order for both.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Slot(pub(super) u128);

impl Slot {
    /// No key; above all others, and of no kind.
    pub const EMPTY: Slot = Slot(u128::MAX);

    /// Whether it is a hashed key, or none.
    #[inline]
    pub(super) const fn is_wide(self) -> bool {
        self.0 >> 127 == 1
    }

    /// The place of its kind in the order of strength, from 0; above all kinds without a key.
    #[inline]
    pub(super) fn kind(self) -> usize {
        kind_of(self.0)
    }
}

impl From<Keyed> for Slot {
    #[inline]
    fn from(key: Keyed) -> Slot {
        match key {
            Keyed::Narrow(key) => Slot(u128::from(word(place(key.kind()) as u64, key.packed()))),
            Keyed::Wide(key) => {
                let hash = key.hash() >> 1 & !((1 << 10) - 1);
                Slot(1 << 127 | hash | (place(key.kind()) as u128) << Flags::BITS)
            }
        }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = KeyKind::ALL.get(self.kind()).map_or("none", |kind| kind.name());
        write!(to, "Slot({kind})")
    }
}

/// The place of a kind in the order of strength, from 0.
#[inline]
const fn place(kind: KeyKind) -> usize {
    kind as usize - 1
}

/// A number of six bits before a packed key.
#[inline]
pub(super) const fn word(high: u64, packed: u64) -> u64 {
    high << cipher::BITS | packed
}

/// The place of the kind of the key with this code.
#[inline]
pub(super) fn kind_of(code: u128) -> usize {
    let place = if code >> 127 == 0 { code >> cipher::BITS } else { code >> Flags::BITS };
    (place & 0b1111) as usize
}
