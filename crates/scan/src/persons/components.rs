//! Persons in the lower bound: groups of rows that links join, and how few people they can be.
//!
//! A *group* is the rows with the same strongest key: one person in the upper bound. A *component*
//! is groups joined by shared keys. The fewest people a component can be: one for each resident ID
//! in it, and one when there is none. For general PI there is a turn to it: a group of a minor,
//! joined with another group, takes that person out of the count.

use super::flags::Flags;

/// Which groups are joined, by rank.
pub(super) struct Joined {
    parents: Vec<u32>,
}

impl Joined {
    /// So many groups, each on its own.
    pub(super) fn new(groups: u32) -> Joined {
        Joined { parents: (0..groups).collect() }
    }

    /// The group that stands for all groups this one is joined with.
    pub(super) fn find(&mut self, group: u32) -> u32 {
        let mut at = group;
        loop {
            let parent = self.parent(at);
            let above = self.parent(parent);
            if parent == above {
                return parent;
            }
            // Halving the path keeps later walks short.
            if let Some(slot) = self.parents.get_mut(at as usize) {
                *slot = above;
            }
            at = above;
        }
    }

    /// Joins two groups; `false` when they were joined before.
    pub(super) fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.find(one), self.find(other));
        // The lower rank stands for both, so that the result hangs on the groups alone.
        if let Some(slot) = self.parents.get_mut(one.max(other) as usize) {
            *slot = one.min(other);
        }
        one != other
    }

    fn parent(&self, group: u32) -> u32 {
        self.parents.get(group as usize).copied().unwrap_or(group)
    }
}

/// A figure for each of the counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Five<T> {
    pub(super) all: T,
    pub(super) general: T,
    pub(super) sensitive: T,
    pub(super) both: T,
    pub(super) minors: T,
}

impl<T: Copy> Five<T> {
    /// The same done to each.
    pub(super) fn map<U>(self, each: impl Fn(T) -> U) -> Five<U> {
        self.with(self, |one, _| each(one))
    }

    /// Each together with another's.
    pub(super) fn with<U: Copy, V>(self, other: Five<U>, each: impl Fn(T, U) -> V) -> Five<V> {
        Five {
            all: each(self.all, other.all),
            general: each(self.general, other.general),
            sensitive: each(self.sensitive, other.sensitive),
            both: each(self.both, other.both),
            minors: each(self.minors, other.minors),
        }
    }
}

impl Five<bool> {
    /// What surely counts, of a group or of a row without key.
    pub(super) const fn surely(flags: Flags) -> Five<bool> {
        Five {
            all: flags.surely_personal(),
            general: flags.surely_general(),
            sensitive: flags.surely_sensitive(),
            both: flags.surely_both(),
            minors: flags.surely_minor(),
        }
    }

    /// What may count.
    pub(super) const fn maybe(flags: Flags) -> Five<bool> {
        Five {
            all: flags.maybe_personal(),
            general: flags.maybe_general(),
            sensitive: flags.maybe_sensitive(),
            both: flags.maybe_both(),
            minors: flags.maybe_minor(),
        }
    }

    /// A key is PI in itself.
    pub(super) const fn keyed(self) -> Five<bool> {
        Five { all: true, ..self }
    }
}

/// What is known of the groups of one component.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Component {
    /// Whether a group surely counts.
    any: Five<bool>,
    /// Groups with a resident ID that surely count.
    ids: Five<u64>,
    /// Groups that may be minors: any, and those without resident ID.
    minor: bool,
    minors_without_id: u64,
    only_general: Split,
    only_sensitive: Split,
}

/// Groups with and without a resident ID.
#[derive(Clone, Copy, Debug, Default)]
struct Split {
    with_id: u64,
    without_id: u64,
}

impl Split {
    fn add(&mut self, groups: u64, id: bool) {
        *if id { &mut self.with_id } else { &mut self.without_id } += groups;
    }

    const fn sum(self) -> u64 {
        self.with_id + self.without_id
    }
}

impl Component {
    /// Adds groups that are alike; `id` says whether their strongest key is a resident ID.
    pub(super) fn add(&mut self, groups: u64, flags: Flags, id: bool) {
        if groups == 0 {
            return;
        }
        let surely = Five::surely(flags).keyed();
        let counted = |counts: bool| if counts { groups } else { 0 };
        self.any = self.any.with(surely, |any, these| any || these);
        if id {
            self.ids = self.ids.with(surely, |ids, these| ids + counted(these));
        }
        self.minor |= flags.maybe_minor();
        self.minors_without_id += counted(flags.maybe_minor() && !id);
        self.only_general.add(counted(flags.only_general()), id);
        self.only_sensitive.add(counted(flags.only_sensitive()), id);
    }

    /// The fewest people the component can be.
    pub(super) fn fewest(&self) -> Five<u64> {
        let fewest = self.any.with(self.ids, |any, ids| ids.max(u64::from(any)));
        if !self.minor {
            return fewest;
        }
        // Each group of a minor without ID may be one person with a group that has one; groups
        // without ID may all be one with a minor.
        let adults = self.ids.map(|ids| ids.saturating_sub(self.minors_without_id));
        Five { general: adults.general, both: adults.both, ..fewest }
    }

    /// The most people with both kinds of PI that come of joining two groups with one kind each;
    /// two groups with resident IDs cannot be joined.
    pub(super) fn most_pairs(&self) -> u64 {
        let (general, sensitive) = (self.only_general, self.only_sensitive);
        let without_id = general.without_id + sensitive.without_id;
        general.sum().min(sensitive.sum()).min(without_id)
    }
}
