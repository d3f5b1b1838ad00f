//! From rosters to counts.

use kouan_terms::Diagnostic;

use super::bounds::{Figures, Linking, Persons};
use super::cipher;
use super::components::Joined;
use super::flags::Flags;
use super::merged::{Merged, Source};
use super::reckoning::Reckoning;
use super::record::{MixedPair, Pair, Person, Record, WidePair, WidePerson};
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
        self.list.iter().any(|roster| {
            !roster.links.is_empty()
                || !roster.mixed_links.is_empty()
                || !roster.wide_links.is_empty()
        })
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
    reckoning.alone(reckoning.groups());
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
/// The links of a scan are sorted by the other key first, not the strongest: the groups that share
/// a key come together, beside the group whose strongest key it is. Most keys are nobody else's,
/// and nothing more is done about them.
struct Linker<'a, 's> {
    rosters: &'a Rosters<'a>,
    scratch: &'s dyn Scratch,
    limits: Limits,
    /// The flags of each group by rank, with two bits more; empty past the limit.
    groups: Vec<u8>,
    too_many: bool,
    /// Groups to be joined, by their codes.
    joins: External<'s, Pair>,
    wide_joins: External<'s, WidePair>,
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
            joins: External::new(scratch, limits.memory_bytes / 4),
            wide_joins: External::new(scratch, limits.memory_bytes / 4),
            links: 0,
            never_strongest: 0,
        }
    }

    fn run(
        mut self,
        reckoning: &mut Reckoning,
        figures: &mut Figures,
    ) -> Result<Linking, Diagnostic> {
        self.share(reckoning, figures)?;
        if self.too_many {
            reckoning.reckon(self.never_strongest, self.links);
            return Ok(Linking::Reckoned);
        }
        let mut joined = Joined::new(self.groups.len() as u32);
        figures.persons_linked = Some(self.join(&mut joined)?);
        // Their memory is better spent on the components.
        self.joins = External::new(self.scratch, 0);
        self.wide_joins = External::new(self.scratch, 0);
        figures.shared_by_several_ids = Some(self.components(joined, reckoning)?);
        Ok(Linking::Followed)
    }

    /// Goes over the groups and, beside them, over the other keys of rows: the groups that share
    /// one are to be joined, with the group whose strongest key it is when there is one.
    fn share(
        &mut self,
        reckoning: &mut Reckoning,
        figures: &mut Figures,
    ) -> Result<(), Diagnostic> {
        let mut links = Links::of(self.rosters)?;
        let mut groups = Groups::of(self.rosters)?;
        let mut group = self.next_group(&mut groups, reckoning, figures)?;
        let mut shared: Option<(u128, u128)> = None;
        while let Some((other, strongest)) = links.next()? {
            self.links += 1;
            while group.is_some_and(|code| code < other) {
                group = self.next_group(&mut groups, reckoning, figures)?;
            }
            let with = match shared {
                Some((code, with)) if code == other => with,
                _ if group == Some(other) => other,
                _ => {
                    self.never_strongest += 1;
                    if let Some(distinct) = figures.distinct_keys.get_mut(kind_of(other)) {
                        *distinct += 1;
                    }
                    strongest
                }
            };
            shared = Some((other, with));
            if with != strongest && !self.too_many {
                match (u64::try_from(with), u64::try_from(strongest)) {
                    (Ok(with), Ok(strongest)) => self.joins.push(Pair::new(with, strongest))?,
                    _ => self.wide_joins.push(WidePair(with, strongest))?,
                }
            }
        }
        while group.is_some() {
            group = self.next_group(&mut groups, reckoning, figures)?;
        }
        Ok(())
    }

    /// Counts the next group and remembers its flags; says its code.
    #[inline]
    fn next_group(
        &mut self,
        groups: &mut Groups<'_>,
        reckoning: &mut Reckoning,
        figures: &mut Figures,
    ) -> Result<Option<u128>, Diagnostic> {
        let Some((code, flags)) = groups.next()? else { return Ok(None) };
        let kind = kind_of(code);
        let counts = figures.distinct_keys.iter_mut().zip(&mut figures.by_strongest_key);
        if let Some((distinct, strongest)) = { counts }.nth(kind) {
            *distinct += 1;
            *strongest += 1;
        }
        reckoning.group(flags, kind == 0);
        if self.groups.len() >= self.limits.linked_persons as usize {
            self.too_many = true;
            self.groups = Vec::new();
        }
        if !self.too_many {
            self.groups.push(flags.0 | if kind == 0 { ID } else { 0 });
        }
        Ok(Some(code))
    }

    /// Joins the groups that are to be; says how many joins there were.
    fn join(&mut self, joined: &mut Joined) -> Result<u64, Diagnostic> {
        let memory_bytes = self.limits.memory_bytes / 4;
        let mut ranked: External<'_, Pair> = External::new(self.scratch, memory_bytes);
        let mut wide_ranked: External<'_, WidePair> = External::new(self.scratch, memory_bytes);
        let mut rank = |with: u128, rank: u64| match u64::try_from(with) {
            Ok(with) => ranked.push(Pair::new(with, rank)),
            Err(_) => wide_ranked.push(WidePair(with, u128::from(rank))),
        };
        let rosters = self.rosters;
        ranks(
            rosters,
            &mut self.joins,
            |one| one.first().into(),
            |join, one| rank(join.second().into(), one),
        )?;
        ranks(rosters, &mut self.wide_joins, |one| one.0, |join, one| rank(join.1, one))?;
        let mut joins = 0;
        let groups = &mut self.groups;
        let mut join = |one: u64, other: u64| {
            joins += u64::from(joined.join(one as u32, other as u32));
            for rank in [one, other] {
                if let Some(group) = groups.get_mut(rank as usize) {
                    *group |= JOINED;
                }
            }
            Ok(())
        };
        ranks(rosters, &mut ranked, |one| one.first().into(), |of, one| join(one, of.second()))?;
        ranks(rosters, &mut wide_ranked, |one| one.0, |of, one| join(one, of.1 as u64))?;
        Ok(joins)
    }

    /// Goes over the components; says how many have several resident IDs.
    fn components(&self, mut joined: Joined, reckoning: &mut Reckoning) -> Result<u64, Diagnostic> {
        let mut members = External::new(self.scratch, self.limits.memory_bytes);
        let seen = |group: u8| (Flags(group & Flags::MASK), group & ID != 0);
        let mut alone = [[0_u64; Flags::VALUES]; 2];
        for (rank, &group) in (0_u32..).zip(&self.groups) {
            if group & JOINED == 0 {
                let [without_id, with_id] = &mut alone;
                let groups = if group & ID == 0 { without_id } else { with_id };
                if let Some(groups) = groups.get_mut(usize::from(group & Flags::MASK)) {
                    *groups += 1;
                }
            } else {
                let root = u64::from(joined.find(rank));
                let member = u64::from(rank) << u8::BITS | u64::from(group);
                members.push(Pair::new(root, member))?;
            }
        }
        reckoning.alone(alone);
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

/// The links of all rosters in the order of the other key.
struct Links<'a> {
    narrow: Merged<'a, Pair>,
    mixed: Merged<'a, MixedPair>,
    wide: Merged<'a, WidePair>,
}

impl<'a> Links<'a> {
    fn of(rosters: &Rosters<'a>) -> Result<Links<'a>, Diagnostic> {
        let narrow = rosters.merged(|roster| Some(&roster.links))?;
        let mixed = rosters.merged(|roster| Some(&roster.mixed_links))?;
        let wide = rosters.merged(|roster| Some(&roster.wide_links))?;
        Ok(Links { narrow, mixed, wide })
    }

    /// The next link: the other key and the strongest.
    #[inline]
    fn next(&mut self) -> Result<Option<(u128, u128)>, Diagnostic> {
        let narrow = self.narrow.peek()?.map(|link| (link.first().into(), link.second().into()));
        let wide = self.wide.peek()?.map(|link| (link.0, link.1));
        if let Some(link) = narrow.filter(|link| wide.is_none_or(|wide| *link <= wide)) {
            // Packed keys come before hashed ones.
            self.narrow.next()?;
            return Ok(Some(link));
        }
        let mixed = self.mixed.peek()?.map(|link| (link.first(), link.second().into()));
        if let Some(link) = mixed.filter(|link| wide.is_none_or(|wide| *link <= wide)) {
            self.mixed.next()?;
            return Ok(Some(link));
        }
        self.wide.next()?;
        Ok(wide)
    }
}

/// Finds the rank of the group that each record begins with.
fn ranks<R: Record>(
    rosters: &Rosters<'_>,
    records: &mut External<'_, R>,
    code: impl Fn(R) -> u128,
    mut found: impl FnMut(R, u64) -> Result<(), Diagnostic>,
) -> Result<(), Diagnostic> {
    let mut records = records.merged()?;
    if records.peek()?.is_none() {
        return Ok(());
    }
    let mut groups = Groups::of(rosters)?;
    let mut group = groups.next()?;
    let mut rank = 0;
    while let Some(record) = records.next()? {
        while group.is_some_and(|(of, _)| of < code(record)) {
            group = groups.next()?;
            rank += 1;
        }
        if group.is_some_and(|(of, _)| of == code(record)) {
            found(record, rank)?;
        }
    }
    Ok(())
}
