//! How many people: bounds, with links between keys followed, of one handler or of a group.
//!
//! A *group* is the rows with one strongest key. The most people there can be is a person for every
//! group. The fewest is a person for every *component*, which is groups joined by shared keys, and
//! one for every resident ID in it where there are several; a row that names nobody may be
//! anybody's. A link that was learnt in any lane holds in all.

use kouan_terms::Diagnostic;

use crate::key::{Key, Kind, Node};
use crate::lane::Scope;
use crate::layer::Layer;
use crate::marks::{Marks, Measure, Tally};
use crate::profile::{Class, Spread};
use crate::segment::Stored;
use crate::year::Year;

/// The distinct natural persons of a scope, as far as keys can tell.
///
/// The number to hold against a limit is `at_most`: records not shown to be one person count apart.
/// It is the one that never reports fewer people than there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persons {
    /// At least so many: whoever can be one person is, and what is unsure does not count.
    pub at_least: Tally,
    /// At most so many: whoever is not shown to be one person is not, and what is unsure counts.
    pub at_most: Tally,
}

/// Counts the persons of a handler's year, or of several handlers' together.
///
/// An account number stands for someone else at
/// each handler. Takes sixteen bytes for each link between packed keys, about a hundred for each
/// other and for each key that several rows share; and for a group thirty-two for each person.
///
/// # Errors
///
/// `MT113` when the keys of two are hidden under different secrets; what reading says.
pub fn persons(years: &mut [&mut Year<'_>], scope: &Scope) -> Result<Persons, Diagnostic> {
    let secrets = years.iter().zip(years.iter().skip(1));
    if secrets.into_iter().any(|(one, next)| one.account.secret() != next.account.secret()) {
        return Err(Diagnostic::error("MT113"));
    }
    let whole = match &*years {
        [one] => one.spread(scope),
        several => together(several, scope)?,
    };
    let joins = joins(years)?;
    let mut alone = whole.clone();
    let components = components(years, scope, joins, &mut alone)?;
    Ok(reckon(&whole, &alone, components))
}

/// A key among those of several handlers: with the handler where it stands for someone else at
/// each, with the first where it does not.
type Spot = (Node, u16);

fn is_account(node: Node) -> bool {
    let account = u64::from(Kind::ACCOUNT.place());
    // Hashed ones hold their handler already.
    matches!(node, Node::Narrow(word) if word >> Key::NARROW_BITS == account)
}

fn spot(node: Node, handler: u16) -> Spot {
    (node, if is_account(node) { handler } else { 0 })
}

/// Persons of several handlers, each once.
fn together(years: &[&mut Year<'_>], scope: &Scope) -> Result<Spread, Diagnostic> {
    let mut spread = Spread::default();
    gather(years, scope, |year| &year.narrow, &mut spread)?;
    gather(years, scope, |year| &year.wide, &mut spread)?;
    Ok(spread)
}

fn gather<C: Stored>(
    years: &[&mut Year<'_>],
    scope: &Scope,
    layer: impl for<'y> Fn(&'y Year<'_>) -> &'y Layer<C>,
    spread: &mut Spread,
) -> Result<(), Diagnostic> {
    let mut all: Vec<(C, u16, u8, Class)> = Vec::new();
    for (handler, year) in (0..).zip(years) {
        let flags = year.profiles.flags(scope);
        year.each_committed(layer(year), |code, profile| {
            let flags = flags.get(profile as usize).copied().unwrap_or_default();
            if let Some(of) = year.profiles.get(profile) {
                let (_, handler) = spot(code.node(), handler);
                all.push((code, handler, flags, Class::of(of.kind)));
            }
            Ok(())
        })?;
    }
    all.sort_unstable();
    for same in all.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let flags = same.iter().fold(0, |all, (_, _, flags, _)| all | flags);
        if let Some((_, _, _, class)) = same.first() {
            spread.add(*class, flags, 1);
        }
    }
    Ok(())
}

/// Keys that are to be one component: both are strongest keys of rows.
fn joins(years: &mut [&mut Year<'_>]) -> Result<Vec<(Spot, Spot)>, Diagnostic> {
    // The other key leads, so that those who share it come together.
    let mut narrow: Vec<(u64, u64)> = Vec::new();
    let mut mixed: Vec<(Spot, Spot)> = Vec::new();
    let several = years.len() > 1;
    for (handler, year) in (0..).zip(years.iter()) {
        for segment in year.segments() {
            segment.each_tie(year.disk, |tie| {
                let held = several && (is_account(tie.other) || is_account(tie.strongest));
                match (tie.other, tie.strongest) {
                    (Node::Narrow(other), Node::Narrow(strongest)) if !held => {
                        narrow.push((other, strongest));
                    }
                    (other, strongest) => {
                        mixed.push((spot(other, handler), spot(strongest, handler)));
                    }
                }
                Ok(())
            })?;
        }
    }
    narrow.sort_unstable();
    narrow.dedup();
    // The same key may lead in both lists.
    let shared = |(spot, _): &(Spot, Spot)| match spot {
        (Node::Narrow(code), 0) => {
            let at = narrow.partition_point(|(other, _)| other < code);
            narrow.get(at).filter(|(other, _)| other == code).map(|(_, strongest)| *strongest)
        }
        _ => None,
    };
    let bridges: Vec<(Spot, Spot)> =
        mixed.iter().filter_map(|link| Some((link.0, (Node::Narrow(shared(link)?), 0)))).collect();
    mixed.extend(bridges);
    mixed.sort_unstable();
    mixed.dedup();
    let mut joins = Vec::new();
    for same in narrow.chunk_by(|one, next| one.0 == next.0) {
        let all = same.iter().map(|(_, strongest)| (Node::Narrow(*strongest), 0));
        let Some((other, _)) = same.first() else { continue };
        shared_by(years, (Node::Narrow(*other), 0), all, &mut joins)?;
    }
    for same in mixed.chunk_by(|one, next| one.0 == next.0) {
        let Some((other, _)) = same.first() else { continue };
        shared_by(years, *other, same.iter().map(|(_, strongest)| *strongest), &mut joins)?;
    }
    Ok(joins)
}

/// Joins all who share a key, and the one whose strongest it is.
fn shared_by(
    years: &mut [&mut Year<'_>],
    other: Spot,
    mut all: impl Iterator<Item = Spot>,
    joins: &mut Vec<(Spot, Spot)>,
) -> Result<(), Diagnostic> {
    let Some(first) = all.next() else { return Ok(()) };
    joins.extend(all.map(|strongest| (first, strongest)));
    if find(years, other, |_, _| ())?.is_some() {
        joins.push((first, other));
    }
    Ok(())
}

/// Finds someone at every handler where a key may stand.
fn find<T>(
    years: &mut [&mut Year<'_>],
    (node, handler): Spot,
    mut see: impl FnMut(usize, u32) -> T,
) -> Result<Option<T>, Diagnostic> {
    let mut found = None;
    let one_only = is_account(node);
    for (at, year) in years.iter_mut().enumerate() {
        if one_only && at != usize::from(handler) {
            continue;
        }
        let profile = year.profile_of(node)?;
        if let Some(profile) = profile.filter(|profile| !year.is_nobody(*profile)) {
            found = Some(see(at, profile));
        }
    }
    Ok(found)
}

/// What is added up over components of several groups.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    least: Tally,
    pairs: u64,
}

fn components(
    years: &mut [&mut Year<'_>],
    scope: &Scope,
    joins: Vec<(Spot, Spot)>,
    alone: &mut Spread,
) -> Result<Sum, Diagnostic> {
    let mut spots: Vec<Spot> = joins.iter().flat_map(|(one, other)| [*one, *other]).collect();
    spots.sort_unstable();
    spots.dedup();
    let mut parents: Vec<usize> = (0..spots.len()).collect();
    for (one, other) in joins {
        let places = spots.binary_search(&one).ok().zip(spots.binary_search(&other).ok());
        let Some((one, other)) = places else { continue };
        let (one, other) = (root(&mut parents, one), root(&mut parents, other));
        if let Some(parent) = parents.get_mut(one.max(other)) {
            *parent = one.min(other);
        }
    }
    let flags: Vec<Vec<u8>> = years.iter().map(|year| year.profiles.flags(scope)).collect();
    let mut members: Vec<(usize, Class, u8)> = Vec::new();
    for (at, spot) in spots.iter().enumerate() {
        let mut all = 0;
        let mut kinds = Vec::new();
        find(years, *spot, |year, profile| {
            let known = flags.get(year).and_then(|flags| flags.get(profile as usize));
            all |= known.copied().unwrap_or_default();
            kinds.push((year, profile));
        })?;
        let kind = kinds.first().and_then(|(year, profile)| {
            years.get(*year).and_then(|year| year.profiles.get(*profile)).map(|one| one.kind)
        });
        let Some(class) = kind.map(Class::of).filter(|_| all & Marks::SENT != 0) else { continue };
        alone.take(class, all);
        members.push((root(&mut parents, at), class, all));
    }
    members.sort_unstable();
    let mut sum = Sum::default();
    for component in members.chunk_by(|one, next| one.0 == next.0) {
        let (least, pairs) = component_of(component);
        sum.least = Tally::by(|measure| sum.least.of(measure) + least.of(measure));
        sum.pairs += pairs;
    }
    Ok(sum)
}

fn root(parents: &mut [usize], group: usize) -> usize {
    let mut at = group;
    loop {
        let parent = parents.get(at).copied().unwrap_or(at);
        let above = parents.get(parent).copied().unwrap_or(parent);
        if parent == above {
            return parent;
        }
        // Halving the path keeps later walks short.
        if let Some(slot) = parents.get_mut(at) {
            *slot = above;
        }
        at = above;
    }
}

/// The fewest people that a component can be, and the most that can have both kinds of PI because
/// two groups with one kind each are one person's.
fn component_of(groups: &[(usize, Class, u8)]) -> (Tally, u64) {
    let many = |holds: &dyn Fn(Class, u8) -> bool| {
        groups.iter().filter(|(_, class, flags)| holds(*class, *flags)).count() as u64
    };
    let least = Tally::by(|measure| {
        let ids = many(&|class, flags| class == Class::Id && measure.surely(flags));
        let any = many(&|_, flags| measure.surely(flags)).min(1);
        if measure != Measure::GeneralOnly {
            return ids.max(any);
        }
        // Each group without ID and with sensitive PI may be one with an ID that has none.
        let sensitive = |flags| Measure::Sensitive.maybe(flags);
        let movable = many(&|class, flags| class != Class::Id && sensitive(flags));
        match ids {
            0 if many(&|_, flags| sensitive(flags)) == 0 => any,
            _ => ids.saturating_sub(movable),
        }
    });
    let general = many(&|_, flags| only_general(flags));
    let sensitive = many(&|_, flags| only_sensitive(flags));
    // Two groups with resident IDs cannot be one person's.
    let without_id =
        many(&|class, flags| class != Class::Id && (only_general(flags) || only_sensitive(flags)));
    (least, general.min(sensitive).min(without_id))
}

fn only_general(flags: u8) -> bool {
    Measure::General.maybe(flags) && !Measure::Sensitive.maybe(flags)
}

fn only_sensitive(flags: u8) -> bool {
    Measure::Sensitive.maybe(flags) && !Measure::General.maybe(flags)
}

/// Adds components, groups that are alone and rows without key up to bounds.
fn reckon(whole: &Spread, alone: &Spread, components: Sum) -> Persons {
    let rows = |holds: &dyn Fn(u8) -> bool| -> u64 {
        let rows = whole.each().filter(|(class, flags, _)| *class == Class::Row && holds(*flags));
        rows.map(|(_, _, many)| many).sum()
    };
    let groups = |holds: &dyn Fn(u8) -> bool| -> u64 {
        let groups = whole.each().filter(|(class, flags, _)| *class != Class::Row && holds(*flags));
        groups.map(|(_, _, many)| many).sum()
    };
    let at_least = Tally::by(|measure| {
        let single: u64 = alone
            .each()
            .filter(|(class, flags, _)| *class != Class::Row && measure.surely(*flags))
            .map(|(_, _, many)| many)
            .sum();
        let keyed = components.least.of(measure) + single;
        let nobodys = rows(&|flags| measure.surely(flags)).min(1);
        if measure != Measure::GeneralOnly {
            return keyed.max(nobodys);
        }
        let sensitive = |flags| Measure::Sensitive.maybe(flags);
        let left = keyed.saturating_sub(rows(&sensitive));
        let elsewhere = rows(&sensitive) + groups(&sensitive);
        if elsewhere == 0 { left.max(nobodys) } else { left }
    });
    let mut at_most = Tally::default();
    whole.each().for_each(|(_, flags, many)| at_most.add(many, flags));
    let general = (groups(&only_general) - components.pairs, rows(&only_general));
    let sensitive = (groups(&only_sensitive) - components.pairs, rows(&only_sensitive));
    // A row without key makes a pair with a group of the other kind, or with another such row.
    let with_groups = general.1.min(sensitive.0);
    let with_rows = sensitive.1.min(general.0);
    at_most.both += components.pairs
        + with_groups
        + with_rows
        + (general.1 - with_groups).min(sensitive.1 - with_rows);
    Persons { at_least, at_most }
}
