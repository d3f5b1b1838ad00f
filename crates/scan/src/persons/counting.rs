//! From rosters to counts.

use kouan_terms::Diagnostic;

use super::bounds::{Figures, Linking, Persons};
use super::cipher;
use super::components::Joined;
use super::flags::Flags;
use super::merged::{Merged, Source};
use super::reckoning::Reckoning;
use super::record::{Pair, Person, Record, WidePair, WidePerson};
use super::roster::{KINDS, Limits, Roster};
use super::scratch::{Scratch, Spaces};
use super::slot::kind_of;
use super::sorter::{External, Sorter};

/// Counts the distinct persons of these rosters: of one table, or of many, in which a person counts
/// once.
///
/// The rosters stay as they are, so that a table can be part of several sets. All must come from
/// the same secret; the limits and the scratch space are those of the first. No roster is nobody.
///
/// # Errors
///
/// What scratch space says.
pub fn count(rosters: &mut [&mut Roster]) -> Result<Persons, Diagnostic> {
    rosters.iter_mut().try_for_each(|roster| roster.settle())?;
    let rosters = Rosters::of(rosters);
    let mut figures = Figures::default();
    let mut without_key = [0; Flags::VALUES];
    for roster in &rosters.list {
        figures.add_rows(&roster.rows.figures);
        for (rows, more) in without_key.iter_mut().zip(&roster.rows.without_key) {
            *rows += more;
        }
    }
    let mut reckoning = Reckoning::default();
    let linking = match rosters.scratch() {
        Some(scratch) if rosters.has_links() => {
            Linker::new(&rosters, scratch).run(&mut reckoning, &mut figures)?
        }
        _ => {
            plain(&rosters, &mut reckoning, &mut figures)?;
            Linking::NotNeeded
        }
    };
    Ok(reckoning.persons(&without_key, linking, figures))
}

/// Rosters read as one.
struct Rosters<'a> {
    list: Vec<&'a Roster>,
}

impl<'a> Rosters<'a> {
    fn of(rosters: &'a [&'a mut Roster]) -> Rosters<'a> {
        Rosters { list: rosters.iter().map(|roster| &**roster).collect() }
    }

    fn limits(&self) -> Limits {
        self.list.first().map_or_else(Limits::default, |roster| roster.limits)
    }

    fn scratch(&self) -> Option<&'a dyn Scratch> {
        self.list.first().map(|roster| roster.scratch.as_ref())
    }

    fn has_links(&self) -> bool {
        self.list.iter().any(|roster| !roster.links.is_empty() || !roster.wide_links.is_empty())
    }

    fn merged<R: Record>(
        &self,
        sorter: impl Fn(&'a Roster) -> Option<&'a Sorter<R>>,
    ) -> Result<Merged<'a, R>, Diagnostic> {
        let mut sources: Vec<Source<'a, R>> = Vec::new();
        for &roster in &self.list {
            let spaces: &'a Spaces = &roster.spaces;
            if let Some(sorter) = sorter(roster) {
                sorter.sources(spaces, &mut sources)?;
            }
        }
        Ok(Merged::new(sources, self.limits().memory_bytes))
    }

    fn persons(&self, kind: usize) -> Result<Merged<'a, Person>, Diagnostic> {
        self.merged(|roster| roster.persons.get(kind))
    }

    fn wide_persons(&self) -> Result<Merged<'a, WidePerson>, Diagnostic> {
        self.merged(|roster| Some(&roster.wide_persons))
    }
}

/// Counts where no row has several keys: every group is a component.
fn plain(
    rosters: &Rosters<'_>,
    reckoning: &mut Reckoning,
    figures: &mut Figures,
) -> Result<(), Diagnostic> {
    for (kind, distinct) in figures.distinct_keys.iter_mut().enumerate() {
        let mut persons = rosters.persons(kind)?;
        loop {
            let batch = persons.next_batch()?;
            if batch.is_empty() {
                break;
            }
            *distinct += batch.len() as u64;
            batch.iter().for_each(|person| reckoning.group(person.flags(), kind == 0));
        }
    }
    let mut persons = rosters.wide_persons()?;
    while let Some(person) = persons.next()? {
        let kind = kind_of(person.code());
        if let Some(distinct) = figures.distinct_keys.get_mut(kind) {
            *distinct += 1;
        }
        reckoning.group(person.flags(), kind == 0);
    }
    reckoning.alone();
    figures.by_strongest_key = figures.distinct_keys;
    figures.persons_linked = Some(0);
    figures.shared_by_several_ids = Some(0);
    Ok(())
}

/// The groups of all kinds in the order of their codes.
struct Groups<'a> {
    narrow: Vec<Merged<'a, Person>>,
    kind: usize,
    wide: Merged<'a, WidePerson>,
}

impl<'a> Groups<'a> {
    fn of(rosters: &Rosters<'a>) -> Result<Groups<'a>, Diagnostic> {
        let narrow = (0..KINDS).map(|kind| rosters.persons(kind)).collect::<Result<_, _>>()?;
        Ok(Groups { narrow, kind: 0, wide: rosters.wide_persons()? })
    }

    /// The next group: its code and its flags.
    fn next(&mut self) -> Result<Option<(u128, Flags)>, Diagnostic> {
        while let Some(persons) = self.narrow.get_mut(self.kind) {
            if let Some(person) = persons.next()? {
                let code = (self.kind as u128) << cipher::BITS | u128::from(person.key());
                return Ok(Some((code, person.flags())));
            }
            self.kind += 1;
        }
        Ok(self.wide.next()?.map(|person| (person.code(), person.flags())))
    }
}

/// Follows links between groups.
///
/// The links of a scan are sorted by the strongest key first, which gives each its group's rank,
/// then by the other key, which shows the groups that share it.
struct Linker<'a, 's> {
    rosters: &'a Rosters<'a>,
    scratch: &'s dyn Scratch,
    limits: Limits,
    /// The flags of each group by rank, with two bits more; empty past the limit.
    groups: Vec<u8>,
    too_many: bool,
    /// The other keys of rows, each with the rank of the row's group.
    others: External<'s, Pair>,
    wide_others: External<'s, WidePair>,
    links: u64,
    /// Distinct keys that are no row's strongest.
    never_strongest: u64,
}

const ID: u8 = 1 << 6;
const JOINED: u8 = 1 << 7;

impl<'a, 's> Linker<'a, 's> {
    fn new(rosters: &'a Rosters<'a>, scratch: &'s dyn Scratch) -> Linker<'a, 's> {
        let limits = rosters.limits();
        Linker {
            rosters,
            scratch,
            limits,
            groups: Vec::new(),
            too_many: false,
            others: External::new(scratch, limits.memory_bytes / 2),
            wide_others: External::new(scratch, limits.memory_bytes / 2),
            links: 0,
            never_strongest: 0,
        }
    }

    fn run(
        mut self,
        reckoning: &mut Reckoning,
        figures: &mut Figures,
    ) -> Result<Linking, Diagnostic> {
        self.rank(reckoning, figures)?;
        figures.by_strongest_key = figures.distinct_keys;
        let mut joined = Joined::new(if self.too_many { 0 } else { self.groups.len() as u32 });
        let joins = self.join(&mut joined, figures)?;
        if self.too_many {
            reckoning.reckon(self.never_strongest, self.links);
            return Ok(Linking::Reckoned);
        }
        figures.persons_linked = Some(joins);
        // Their memory is better spent on the components.
        self.others = External::new(self.scratch, 0);
        self.wide_others = External::new(self.scratch, 0);
        figures.shared_by_several_ids = Some(self.components(joined, reckoning)?);
        Ok(Linking::Followed)
    }

    /// Goes over the groups, gives them ranks, and notes the rank with each link.
    fn rank(&mut self, reckoning: &mut Reckoning, figures: &mut Figures) -> Result<(), Diagnostic> {
        let mut links = self.rosters.merged(|roster| Some(&roster.links))?;
        let mut wide_links = self.rosters.merged(|roster| Some(&roster.wide_links))?;
        let mut groups = Groups::of(self.rosters)?;
        while let Some((code, flags)) = groups.next()? {
            let kind = kind_of(code);
            if let Some(distinct) = figures.distinct_keys.get_mut(kind) {
                *distinct += 1;
            }
            reckoning.group(flags, kind == 0);
            self.remember(flags, kind == 0);
            let rank = self.groups.len().saturating_sub(1) as u64;
            while let Some(link) = links.peek()?.filter(|link| u128::from(link.first()) == code) {
                self.others.push(Pair::new(link.second(), rank))?;
                self.links += 1;
                links.next()?;
            }
            while let Some(WidePair(_, other)) = wide_links.peek()?.filter(|link| link.0 == code) {
                match u64::try_from(other) {
                    Ok(other) => self.others.push(Pair::new(other, rank))?,
                    Err(_) => self.wide_others.push(WidePair(other, u128::from(rank)))?,
                }
                self.links += 1;
                wide_links.next()?;
            }
        }
        Ok(())
    }

    fn remember(&mut self, flags: Flags, id: bool) {
        if self.groups.len() >= self.limits.linked_persons as usize {
            self.too_many = true;
            self.groups = Vec::new();
        }
        if !self.too_many {
            self.groups.push(flags.0 | if id { ID } else { 0 });
        }
    }

    /// Goes over the other keys: the groups that share one are joined, with the group whose
    /// strongest key it is when there is one. Says how many joins there were.
    fn join(&mut self, joined: &mut Joined, figures: &mut Figures) -> Result<u64, Diagnostic> {
        let mut others = self.others.merged()?;
        let mut wide_others = self.wide_others.merged()?;
        let mut groups = Groups::of(self.rosters)?;
        let mut group = groups.next()?;
        let mut rank = 0_u64;
        let mut shared: Option<(u128, u64)> = None;
        let mut joins = 0;
        loop {
            let (other, with) = match others.next()? {
                Some(pair) => (u128::from(pair.first()), pair.second()),
                None => match wide_others.next()? {
                    Some(WidePair(other, with)) => (other, with as u64),
                    None => return Ok(joins),
                },
            };
            while group.is_some_and(|(code, _)| code < other) {
                group = groups.next()?;
                rank += 1;
            }
            let of_group = group.is_some_and(|(code, _)| code == other);
            let first = match shared {
                Some((code, first)) if code == other => first,
                _ if of_group => rank,
                _ => {
                    self.never_strongest += 1;
                    if let Some(distinct) = figures.distinct_keys.get_mut(kind_of(other)) {
                        *distinct += 1;
                    }
                    with
                }
            };
            shared = Some((other, first));
            if !self.too_many && first != with {
                joins += u64::from(joined.join(first as u32, with as u32));
                for rank in [first, with] {
                    if let Some(group) = self.groups.get_mut(rank as usize) {
                        *group |= JOINED;
                    }
                }
            }
        }
    }

    /// Goes over the components; says how many have several resident IDs.
    fn components(&self, mut joined: Joined, reckoning: &mut Reckoning) -> Result<u64, Diagnostic> {
        let mut members = External::new(self.scratch, self.limits.memory_bytes);
        let seen = |group: u8| (Flags(group & Flags::MASK), group & ID != 0);
        for (rank, &group) in (0_u32..).zip(&self.groups) {
            if group & JOINED == 0 {
                reckoning.component([group].into_iter().map(seen));
            } else {
                let root = u64::from(joined.find(rank));
                let member = u64::from(rank) << u8::BITS | u64::from(group);
                members.push(Pair::new(root, member))?;
            }
        }
        drop(joined);
        let mut members = members.merged()?;
        let mut several = 0;
        let mut together = Vec::new();
        while let Some(member) = members.next()? {
            together.push(member.second() as u8);
            if members.peek()?.is_some_and(|next| next.first() == member.first()) {
                continue;
            }
            reckoning.component(together.iter().copied().map(seen));
            several += u64::from(together.iter().filter(|group| **group & ID != 0).count() > 1);
            together.clear();
        }
        Ok(several)
    }
}
