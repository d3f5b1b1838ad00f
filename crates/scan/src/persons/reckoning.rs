//! Adds groups, components and rows without key up to bounds.

use kouan_terms::PersonCount;

use super::bounds::{Count, Figures, Linking, Persons, Reason};
use super::components::{Component, Five};
use super::flags::Flags;

/// What is added up over groups and components.
pub(super) struct Reckoning {
    /// Groups by their flags: those without a resident ID, and those with one.
    groups: [[u64; Flags::VALUES]; 2],
    /// The lower bounds as the flags are.
    full: Fewest,
    /// The lower bounds as if what is unsure were not.
    sure: Fewest,
}

/// The fewest people of the components so far.
#[derive(Clone, Copy, Default)]
struct Fewest {
    people: Five<u64>,
    /// See [`Component::most_pairs`].
    pairs: u64,
}

/// What is added up one way of seeing the flags.
#[derive(Clone, Copy)]
struct Bounds {
    least: Five<u64>,
    most: Five<u64>,
}

impl Default for Reckoning {
    fn default() -> Self {
        Reckoning {
            groups: [[0; Flags::VALUES]; 2],
            full: Fewest::default(),
            sure: Fewest::default(),
        }
    }
}

impl Reckoning {
    /// Takes a group in, for the upper bounds.
    #[inline]
    pub(super) fn group(&mut self, flags: Flags, id: bool) {
        let [without_id, with_id] = &mut self.groups;
        let groups = if id { with_id } else { without_id };
        if let Some(groups) = groups.get_mut(usize::from(flags.0)) {
            *groups += 1;
        }
    }

    /// Takes a component in, for the lower bounds: the flags of its groups, and whether they have a
    /// resident ID.
    pub(super) fn component(&mut self, groups: impl Iterator<Item = (Flags, bool)> + Clone) {
        self.full.component(groups.clone());
        self.sure.component(groups.map(|(flags, id)| (flags.sure(), id)));
    }

    /// The groups taken in, by their flags: those without a resident ID, and those with one.
    pub(super) const fn groups(&self) -> [[u64; Flags::VALUES]; 2] {
        self.groups
    }

    /// Takes components in that are one group each.
    pub(super) fn alone(&mut self, groups: [[u64; Flags::VALUES]; 2]) {
        for (groups, flags, id) in each(groups) {
            let one = [(flags, id)].into_iter();
            let (mut full, mut sure) = (Fewest::default(), Fewest::default());
            full.component(one.clone());
            sure.component(one.map(|(flags, id)| (flags.sure(), id)));
            self.full.people = self.full.people.with(full.people, |sum, one| sum + groups * one);
            self.sure.people = self.sure.people.with(sure.people, |sum, one| sum + groups * one);
        }
    }

    /// Says that components are not known, only the number of links, and of keys that are no row's
    /// strongest.
    ///
    /// A link joins at most two parts of what it links, so that keys less links are the fewest
    /// components there can be; and joining two groups takes at most one person off any count.
    pub(super) fn reckon(&mut self, never_strongest: u64, links: u64) {
        let joins = links.saturating_sub(never_strongest);
        self.full = Fewest::reckoned(self.groups, joins, |flags| flags);
        self.sure = Fewest::reckoned(self.groups, joins, Flags::sure);
    }

    /// The result, with the rows without key.
    pub(super) fn persons(
        self,
        without_key: &[u64; Flags::VALUES],
        linking: Linking,
        figures: Figures,
    ) -> Persons {
        let full = self.bounds(self.full, without_key, |flags| flags);
        let sure = self.bounds(self.sure, without_key, Flags::sure);
        let least = full.least.with(sure.least, |full, sure| (full, sure));
        let most = full.most.with(sure.most, |full, sure| (full, sure));
        let counts = least.with(most, count);
        Persons {
            all: counts.all,
            general_pi: counts.general,
            sensitive_pi: counts.sensitive,
            both: counts.both,
            minors: counts.minors,
            linking,
            figures,
        }
    }

    fn bounds(
        &self,
        fewest: Fewest,
        without_key: &[u64; Flags::VALUES],
        see: fn(Flags) -> Flags,
    ) -> Bounds {
        let mut rows = Five::default();
        let mut most = Five::default();
        let (mut minor_rows, mut minor_groups) = (0, 0);
        let mut general = Only::default();
        let mut sensitive = Only::default();
        for (flags, &count) in (0..).map(Flags).zip(without_key) {
            let flags = see(flags);
            rows = add(rows, count, Five::surely(flags));
            most = add(most, count, Five::maybe(flags));
            minor_rows += if flags.maybe_minor() { count } else { 0 };
            general.rows += if flags.only_general() { count } else { 0 };
            sensitive.rows += if flags.only_sensitive() { count } else { 0 };
        }
        for (count, flags, _) in each(self.groups) {
            let flags = see(flags);
            most = add(most, count, Five::maybe(flags).keyed());
            minor_groups += if flags.maybe_minor() { count } else { 0 };
            general.groups += if flags.only_general() { count } else { 0 };
            sensitive.groups += if flags.only_sensitive() { count } else { 0 };
        }
        most.both += fewest.pairs + general.pairs(sensitive, fewest.pairs);
        Bounds { least: least(fewest.people, rows, minor_rows, minor_groups), most }
    }
}

/// Rows without key may be of anybody counted by a key; there is at least one person when there are
/// only such rows. And each of a minor may be of one whom a keyed row shows as an adult.
fn least(people: Five<u64>, rows: Five<u64>, minor_rows: u64, minor_groups: u64) -> Five<u64> {
    let least = people.with(rows, |people, rows| people.max(rows.min(1)));
    if minor_rows + minor_groups == 0 {
        return least;
    }
    let adults = people.map(|people| people.saturating_sub(minor_rows));
    Five { general: adults.general, both: adults.both, ..least }
}

/// Groups and rows without key that have PI of one kind only.
#[derive(Clone, Copy, Default)]
struct Only {
    groups: u64,
    rows: u64,
}

impl Only {
    /// The most pairs that rows without key can make, with groups or with each other, when so many
    /// pairs of groups are made already.
    fn pairs(self, other: Only, made: u64) -> u64 {
        let with_others = self.rows.min(other.groups.saturating_sub(made));
        let with_these = other.rows.min(self.groups.saturating_sub(made));
        with_others + with_these + (self.rows - with_others).min(other.rows - with_these)
    }
}

impl Fewest {
    fn reckoned(groups: [[u64; Flags::VALUES]; 2], joins: u64, see: fn(Flags) -> Flags) -> Fewest {
        let mut whole = Component::default();
        let mut apart = Five::default();
        for (groups, flags, id) in each(groups) {
            let flags = see(flags);
            whole.add(groups, flags, id);
            apart = add(apart, groups, Five::surely(flags).keyed());
        }
        let linked = apart.map(|groups| groups.saturating_sub(joins));
        let people = whole.fewest().with(linked, u64::max);
        Fewest { people, pairs: whole.most_pairs().min(joins) }
    }

    fn component(&mut self, groups: impl Iterator<Item = (Flags, bool)>) {
        let mut component = Component::default();
        groups.for_each(|(flags, id)| component.add(1, flags, id));
        self.people = self.people.with(component.fewest(), |sum, one| sum + one);
        self.pairs += component.most_pairs();
    }
}

fn count(least: (u64, u64), most: (u64, u64)) -> Count {
    let ((least, sure_least), (most, sure_most)) = (least, most);
    let apart = sure_least != sure_most;
    let unsure = (least, most) != (sure_least, sure_most);
    let reason = match (apart, unsure) {
        _ if least == most => Reason::BoundsAgree,
        (true, false) => Reason::RecordsApart,
        (true, true) => Reason::RecordsApartAndUnsureColumns,
        (false, _) => Reason::UnsureColumns,
    };
    Count { at_least: PersonCount(least), at_most: PersonCount(most), reason }
}

fn add(sum: Five<u64>, count: u64, counts: Five<bool>) -> Five<u64> {
    sum.with(counts, |sum, counts| if counts { sum + count } else { sum })
}

/// The groups with the same flags: how many, the flags, whether they have a resident ID.
fn each(groups: [[u64; Flags::VALUES]; 2]) -> impl Iterator<Item = (u64, Flags, bool)> {
    let of = |groups: [u64; Flags::VALUES], id: bool| {
        groups.into_iter().zip(0..).map(move |(groups, flags)| (groups, Flags(flags), id))
    };
    let [without_id, with_id] = groups;
    of(without_id, false).chain(of(with_id, true)).filter(|(groups, ..)| *groups > 0)
}
