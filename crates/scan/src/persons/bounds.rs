//! What comes out: bounds, the reason they differ, and the figures behind them.

use kouan_terms::PersonCount;

use super::super::identifiers::key::KeyKind;
use super::flags::Marks;
use super::roster::KINDS;

/// The distinct natural persons of a table or of a set of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persons {
    /// Persons with PI: a key is PI.
    pub all: Count,
    /// Persons with general PI. A minor under fourteen has none: all of it is sensitive.
    pub general_pi: Count,
    /// Persons with sensitive PI, minors under fourteen among them.
    pub sensitive_pi: Count,
    /// Persons with both, who stand in both counts above.
    pub both: Count,
    /// Minors under fourteen.
    pub minors: Count,
    /// How the lower bounds were linked.
    pub linking: Linking,
    /// What was counted on the way.
    pub figures: Figures,
}

/// A number of persons, known to lie between two others as far as keys can tell.
///
/// Keys cannot tell that two people share a phone number when nothing else of them is recorded, nor
/// that one person has two accounts when no row holds both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// At least so many: whoever can be one person is.
    pub at_least: PersonCount,
    /// At most so many: whoever is not shown to be one person is not.
    pub at_most: PersonCount,
    /// What the difference comes from.
    pub reason: Reason,
}

impl Count {
    /// The value to hold against a threshold: records not shown to be one person count apart, and
    /// what may be PI counts.
    #[must_use]
    pub const fn for_law(self) -> PersonCount {
        self.at_most
    }
}

/// Why the value for the law is the upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Both bounds are the same.
    BoundsAgree,
    /// Rows without key, or with keys of several kinds, are not shown to be of one person.
    RecordsApart,
    /// The class of a column is unsure, or whether a person is under fourteen.
    UnsureColumns,
    /// Both of these.
    RecordsApartAndUnsureColumns,
}

/// How the lower bounds were linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Linking {
    /// No row has several keys: there is nothing to link.
    NotNeeded,
    /// Every link was followed.
    Followed,
    /// Too many persons to follow every link ([`super::Limits::linked_persons`]): the lower bounds
    /// are the greater of the persons with different resident IDs and of the keys less the links
    /// between them; they may be lower than what following would give, never higher.
    Reckoned,
}

/// What was counted on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Rows.
    pub rows: u64,
    /// Rows without any key.
    pub rows_without_key: u64,
    /// Rows with a masked identifier.
    pub masked_rows: u64,
    /// Rows with a hashed identifier.
    pub hashed_rows: u64,
    /// Rows with a damaged identifier.
    pub damaged_rows: u64,
    /// Rows with several resident IDs, which cannot all be one person's; the first counts.
    pub rows_with_several_ids: u64,
    /// Distinct keys of each kind, in the order of [`KeyKind::ALL`].
    pub distinct_keys: [u64; KINDS],
    /// Persons of the upper bound by the kind of the strongest key, in the order of
    /// [`KeyKind::ALL`]: those known by no more than a phone, an e-mail address or a device may be
    /// several who share it.
    pub by_strongest_key: [u64; KINDS],
    /// Persons by their strongest key who turned out to be one with another by a shared key; `None`
    /// when links were not followed one by one.
    pub persons_linked: Option<u64>,
    /// Sets of linked rows with several resident IDs, a shared phone for example; `None` as above.
    pub shared_by_several_ids: Option<u64>,
}

impl Figures {
    /// Distinct keys of a kind.
    #[must_use]
    pub fn distinct(&self, kind: KeyKind) -> u64 {
        let kinds = KeyKind::ALL.iter().zip(&self.distinct_keys);
        kinds.filter(|(of, _)| **of == kind).map(|(_, keys)| *keys).sum()
    }

    /// Counts a row.
    #[inline]
    pub(super) fn row(&mut self, marks: Marks) {
        self.rows += 1;
        self.masked_rows += u64::from(marks.has(Marks::MASKED));
        self.hashed_rows += u64::from(marks.has(Marks::HASHED));
        self.damaged_rows += u64::from(marks.has(Marks::DAMAGED));
    }

    /// Adds the figures of other rows.
    pub(super) fn add_rows(&mut self, other: &Figures) {
        self.rows += other.rows;
        self.rows_without_key += other.rows_without_key;
        self.masked_rows += other.masked_rows;
        self.hashed_rows += other.hashed_rows;
        self.damaged_rows += other.damaged_rows;
        self.rows_with_several_ids += other.rows_with_several_ids;
    }
}
