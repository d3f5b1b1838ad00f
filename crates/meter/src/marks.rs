//! What of a person leaves: general PI, sensitive PI, and whether the person is a minor.

use std::ops::BitOr;

/// What of a person a row holds. Joined with `|`.
///
/// The `MAYBE` ones stand for what is not sure: it counts against a limit, and not as a lower
/// bound. The meter draws no conclusion from one mark to another: who hands over a minor's row, all
/// of whose PI is sensitive, marks it so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(pub(crate) u8);

impl Marks {
    /// Nothing but the key.
    pub const NONE: Marks = Marks(0);
    /// General PI.
    pub const GENERAL: Marks = Marks(1);
    /// Sensitive PI.
    pub const SENSITIVE: Marks = Marks(1 << 1);
    /// A minor under fourteen.
    pub const MINOR: Marks = Marks(1 << 2);
    /// What may be general PI.
    pub const MAYBE_GENERAL: Marks = Marks(1 << 3);
    /// What may be sensitive PI.
    pub const MAYBE_SENSITIVE: Marks = Marks(1 << 4);
    /// Perhaps a minor under fourteen.
    pub const MAYBE_MINOR: Marks = Marks(1 << 5);

    /// Set on everyone who was sent at all.
    pub(crate) const SENT: u8 = 1 << 6;
    /// How many values there are, sent or not.
    pub(crate) const VALUES: usize = 1 << 7;

    /// Whether all of these are set.
    #[must_use]
    pub const fn has(self, marks: Marks) -> bool {
        self.0 & marks.0 == marks.0
    }
}

impl BitOr for Marks {
    type Output = Marks;

    #[inline]
    fn bitor(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Everyone.
    All,
    /// Persons with general PI, whether they have sensitive PI or not.
    General,
    /// Persons with general PI and no sensitive PI.
    GeneralOnly,
    /// Persons with sensitive PI.
    Sensitive,
    /// Persons with both.
    Both,
    /// Minors under fourteen.
    Minors,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Measure; 6] = [
        Measure::All,
        Measure::General,
        Measure::GeneralOnly,
        Measure::Sensitive,
        Measure::Both,
        Measure::Minors,
    ];

    /// Its name in an entry of the ledger.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Measure::All => "all",
            Measure::General => "general",
            Measure::GeneralOnly => "general-only",
            Measure::Sensitive => "sensitive",
            Measure::Both => "both",
            Measure::Minors => "minors",
        }
    }

    /// Whether a person with these flags may count.
    #[inline]
    pub(crate) const fn maybe(self, flags: u8) -> bool {
        let general = flags & 0b00_1001 != 0;
        let sensitive = flags & 0b01_0010 != 0;
        match self {
            Measure::All => flags & Marks::SENT != 0,
            Measure::General => general,
            Measure::GeneralOnly => general && flags & Marks::SENSITIVE.0 == 0,
            Measure::Sensitive => sensitive,
            Measure::Both => general && sensitive,
            Measure::Minors => flags & 0b10_0100 != 0,
        }
    }

    /// Whether a person with these flags counts for certain.
    #[inline]
    pub(crate) const fn surely(self, flags: u8) -> bool {
        let general = flags & Marks::GENERAL.0 != 0;
        let sensitive = flags & Marks::SENSITIVE.0 != 0;
        match self {
            Measure::All => flags & Marks::SENT != 0,
            Measure::General => general,
            Measure::GeneralOnly => general && flags & 0b01_0010 == 0,
            Measure::Sensitive => sensitive,
            Measure::Both => general && sensitive,
            Measure::Minors => flags & Marks::MINOR.0 != 0,
        }
    }
}

/// A figure for each [`Measure`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Everyone.
    pub all: u64,
    /// With general PI.
    pub general: u64,
    /// With general PI and no sensitive PI.
    pub general_only: u64,
    /// With sensitive PI.
    pub sensitive: u64,
    /// With both.
    pub both: u64,
    /// Minors under fourteen.
    pub minors: u64,
}

impl Tally {
    /// The figure of a measure.
    #[must_use]
    pub const fn of(&self, measure: Measure) -> u64 {
        match measure {
            Measure::All => self.all,
            Measure::General => self.general,
            Measure::GeneralOnly => self.general_only,
            Measure::Sensitive => self.sensitive,
            Measure::Both => self.both,
            Measure::Minors => self.minors,
        }
    }

    pub(crate) fn by(each: impl Fn(Measure) -> u64) -> Tally {
        Tally {
            all: each(Measure::All),
            general: each(Measure::General),
            general_only: each(Measure::GeneralOnly),
            sensitive: each(Measure::Sensitive),
            both: each(Measure::Both),
            minors: each(Measure::Minors),
        }
    }

    /// Adds so many persons with these flags, wherever they may count.
    pub(crate) fn add(&mut self, persons: u64, flags: u8) {
        *self = Tally::by(|one| self.of(one) + if one.maybe(flags) { persons } else { 0 });
    }

    /// Takes away so many persons with these flags.
    pub(crate) fn take(&mut self, persons: u64, flags: u8) {
        let less = |one: Measure| if one.maybe(flags) { persons } else { 0 };
        *self = Tally::by(|one| self.of(one).saturating_sub(less(one)));
    }
}
