//! What is known of a row besides who it is about.

use std::ops::BitOr;

/// What is known of a row: which PI it holds, and what became of its identifiers.
///
/// Joined with `|`. The `MAYBE` ones stand for what hangs on columns whose class is unsure: they
/// widen the bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u16);

impl Marks {
    /// Nothing.
    pub const NONE: Marks = Marks(0);
    /// A field of general PI is filled in.
    pub const GENERAL: Marks = Marks(1);
    /// A field of sensitive PI is filled in.
    pub const SENSITIVE: Marks = Marks(1 << 1);
    /// A field is filled in that may be general PI.
    pub const MAYBE_GENERAL: Marks = Marks(1 << 2);
    /// A field is filled in that may be sensitive PI.
    pub const MAYBE_SENSITIVE: Marks = Marks(1 << 3);
    /// The person is under fourteen on the day of the scan.
    pub const MINOR: Marks = Marks(1 << 4);
    /// The person may be under fourteen.
    pub const MAYBE_MINOR: Marks = Marks(1 << 5);
    /// An identifier of the row is masked: some of its characters are stars.
    pub const MASKED: Marks = Marks(1 << 6);
    /// An identifier of the row is a hash.
    pub const HASHED: Marks = Marks(1 << 7);
    /// An identifier of the row has lost digits (`6.11E+17`) or cannot be read.
    pub const DAMAGED: Marks = Marks(1 << 8);

    /// Whether all of these are set.
    #[must_use]
    #[inline]
    pub const fn has(self, marks: Marks) -> bool {
        self.0 & marks.0 == marks.0
    }

    /// The marks that go with the person into the count.
    #[inline]
    pub(super) const fn flags(self) -> Flags {
        Flags((self.0 & Flags::MASK as u16) as u8)
    }
}

impl BitOr for Marks {
    type Output = Marks;

    #[inline]
    fn bitor(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

/// The six marks that count, joined over the rows of a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(pub(super) u8);

impl Flags {
    /// How many bits they take.
    pub(super) const BITS: u32 = 6;
    /// The bits.
    pub(super) const MASK: u8 = 0b11_1111;
    /// How many values they have.
    pub(super) const VALUES: usize = 64;

    const SURE: u8 = 0b01_0011;

    /// The flags without what is unsure.
    pub(super) const fn sure(self) -> Flags {
        Flags(self.0 & Flags::SURE)
    }

    const fn any(self, marks: Marks) -> bool {
        self.0 as u16 & marks.0 != 0
    }

    /// Surely has PI, be it as a minor.
    pub(super) const fn surely_personal(self) -> bool {
        self.0 & Flags::SURE != 0
    }

    /// Has PI or may have.
    pub(super) const fn maybe_personal(self) -> bool {
        self.0 & Flags::MASK != 0
    }

    /// A minor.
    pub(super) const fn surely_minor(self) -> bool {
        self.any(Marks::MINOR)
    }

    /// A minor, or maybe.
    pub(super) const fn maybe_minor(self) -> bool {
        self.any(Marks(Marks::MINOR.0 | Marks::MAYBE_MINOR.0))
    }

    /// Has sensitive PI: all PI of a minor is sensitive.
    ///
    /// LAW: `cn/pipl#art-28`
    pub(super) const fn surely_sensitive(self) -> bool {
        self.any(Marks(Marks::SENSITIVE.0 | Marks::MINOR.0))
    }

    /// Has sensitive PI, or may have.
    pub(super) const fn maybe_sensitive(self) -> bool {
        self.any(Marks(Marks::SENSITIVE.0 | Marks::MAYBE_SENSITIVE.0)) || self.maybe_minor()
    }

    /// Has general PI: not of a minor, nor of someone who may be one.
    pub(super) const fn surely_general(self) -> bool {
        self.any(Marks::GENERAL) && !self.maybe_minor()
    }

    /// Has general PI, or may have.
    pub(super) const fn maybe_general(self) -> bool {
        self.any(Marks(Marks::GENERAL.0 | Marks::MAYBE_GENERAL.0)) && !self.surely_minor()
    }

    /// Has both kinds.
    pub(super) const fn surely_both(self) -> bool {
        self.surely_general() && self.any(Marks::SENSITIVE)
    }

    /// Has both kinds, or may have.
    pub(super) const fn maybe_both(self) -> bool {
        self.maybe_general() && self.may_hold_sensitive_fields()
    }

    /// May have general PI, and has nothing that may be sensitive.
    pub(super) const fn only_general(self) -> bool {
        self.maybe_general() && !self.may_hold_sensitive_fields()
    }

    /// May have sensitive PI as an adult, and has nothing that may be general.
    pub(super) const fn only_sensitive(self) -> bool {
        self.may_hold_sensitive_fields() && !self.maybe_general() && !self.surely_minor()
    }

    const fn may_hold_sensitive_fields(self) -> bool {
        self.any(Marks(Marks::SENSITIVE.0 | Marks::MAYBE_SENSITIVE.0))
    }
}
