//! What is sorted: keys with flags, and links between keys.

use super::flags::Flags;

/// Something of a fixed size that is sorted, made distinct and written to scratch space.
pub(super) trait Record: Copy + Ord {
    /// Its size in scratch space.
    const BYTES: usize;

    /// Writes the record.
    fn write(self, to: &mut Vec<u8>);

    /// Reads what is in the bytes; what is left over at the end is no record.
    fn read(bytes: &[u8], to: &mut Vec<Self>);

    /// The greatest record that stands for the same.
    fn last_like_this(self) -> Self {
        self
    }

    /// Joins the next record of a sorted list into this one when both stand for the same.
    fn join(&mut self, next: Self) -> bool {
        *self == next
    }
}

/// A key of 58 bits under the cipher, then six flags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Person(pub(super) u64);

impl Person {
    /// The key.
    pub(super) const fn key(self) -> u64 {
        self.0 >> Flags::BITS
    }

    /// The flags.
    pub(super) const fn flags(self) -> Flags {
        Flags(self.0 as u8 & Flags::MASK)
    }
}

impl Record for Person {
    const BYTES: usize = 8;

    fn write(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(bytes: &[u8], to: &mut Vec<Self>) {
        to.extend(bytes.as_chunks().0.iter().map(|chunk| Person(u64::from_le_bytes(*chunk))));
    }

    #[inline]
    fn last_like_this(self) -> Self {
        Person(self.0 | Flags::MASK as u64)
    }

    #[inline]
    fn join(&mut self, next: Self) -> bool {
        let same = self.key() == next.key();
        if same {
            self.0 |= next.0;
        }
        same
    }
}

/// The code of a hashed key, then six flags.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WidePerson(pub(super) u128);

impl WidePerson {
    /// The code, its low bits empty.
    pub(super) const fn code(self) -> u128 {
        self.0 & !(Flags::MASK as u128)
    }

    /// The flags.
    pub(super) const fn flags(self) -> Flags {
        Flags(self.0 as u8 & Flags::MASK)
    }
}

impl Record for WidePerson {
    const BYTES: usize = 16;

    fn write(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(bytes: &[u8], to: &mut Vec<Self>) {
        to.extend(bytes.as_chunks().0.iter().map(|chunk| WidePerson(u128::from_le_bytes(*chunk))));
    }

    #[inline]
    fn last_like_this(self) -> Self {
        WidePerson(self.0 | Flags::MASK as u128)
    }

    #[inline]
    fn join(&mut self, next: Self) -> bool {
        let same = self.code() == next.code();
        if same {
            self.0 |= next.0;
        }
        same
    }
}

/// Two numbers of 64 bits, the first of which leads: two packed keys, or a packed key and a rank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair(pub(super) u128);

impl Pair {
    /// The two.
    pub(super) const fn new(first: u64, second: u64) -> Pair {
        Pair((first as u128) << 64 | second as u128)
    }

    /// The one that leads.
    pub(super) const fn first(self) -> u64 {
        (self.0 >> 64) as u64
    }

    /// The one that follows.
    pub(super) const fn second(self) -> u64 {
        self.0 as u64
    }
}

impl Record for Pair {
    const BYTES: usize = 16;

    fn write(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
    }

    fn read(bytes: &[u8], to: &mut Vec<Self>) {
        to.extend(bytes.as_chunks().0.iter().map(|chunk| Pair(u128::from_le_bytes(*chunk))));
    }
}

/// The code of a hashed key, which leads, and a packed key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MixedPair {
    high: u64,
    low: u64,
    second: u64,
}

impl MixedPair {
    /// The two.
    pub(super) const fn new(first: u128, second: u64) -> MixedPair {
        MixedPair { high: (first >> 64) as u64, low: first as u64, second }
    }

    /// The one that leads.
    pub(super) const fn first(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// The one that follows.
    pub(super) const fn second(self) -> u64 {
        self.second
    }
}

impl Record for MixedPair {
    const BYTES: usize = 24;

    fn write(self, to: &mut Vec<u8>) {
        for part in [self.high, self.low, self.second] {
            to.extend_from_slice(&part.to_le_bytes());
        }
    }

    fn read(bytes: &[u8], to: &mut Vec<Self>) {
        let (words, _) = bytes.as_chunks::<8>();
        let (records, _) = words.as_chunks::<3>();
        to.extend(records.iter().map(|parts| {
            let [high, low, second] = parts.map(u64::from_le_bytes);
            MixedPair { high, low, second }
        }));
    }
}

/// Two codes, at least one of them of a hashed key, or a code and a rank.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WidePair(pub(super) u128, pub(super) u128);

impl Record for WidePair {
    const BYTES: usize = 32;

    fn write(self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.0.to_le_bytes());
        to.extend_from_slice(&self.1.to_le_bytes());
    }

    fn read(bytes: &[u8], to: &mut Vec<Self>) {
        let (halves, _) = bytes.as_chunks::<16>();
        let (pairs, _) = halves.as_chunks::<2>();
        to.extend(pairs.iter().map(|[first, second]| {
            WidePair(u128::from_le_bytes(*first), u128::from_le_bytes(*second))
        }));
    }
}
