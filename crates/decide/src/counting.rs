//! Counting people over the year: what this transfer adds, and what the readings add.
//!
//! The year's counts are distinct natural persons. Without a list of who they are, adding two
//! counts gives a range: at least the larger of them, at most their sum.

use kouan_rulebook::{Book, Effect, Point};
use kouan_terms::{FactId, PointId, ReadingId};

use crate::declaration::{Bounds, Flow, Given, Stated, Transfer};

/// The count of general PI this year.
pub(crate) const GENERAL: &str = "year.persons.general_pi";
/// The count of sensitive PI this year.
pub(crate) const SENSITIVE: &str = "year.persons.sensitive_pi";

/// Whether a flow's persons count against the national lines.
pub(crate) type Counted = Option<bool>;

/// The year's counts, this transfer included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct YearCounts {
    /// Persons whose PI is not sensitive.
    pub general: Option<Bounds>,
    /// Persons whose PI is sensitive.
    pub sensitive: Option<Bounds>,
}

impl YearCounts {
    /// The count that a fact of the rulebook is of; `None` for another fact, or when nothing is
    /// known of it.
    #[must_use]
    pub fn of(&self, fact: &str) -> Option<Bounds> {
        match fact {
            GENERAL => self.general,
            SENSITIVE => self.sensitive,
            _ => None,
        }
    }
}

/// Adds the flows that count (for certain, or perhaps) to what is given for the year.
pub(crate) fn year_counts(transfer: &Transfer, counted: &[Counted]) -> YearCounts {
    let flows = || transfer.flows.iter().zip(counted);
    let part = |given: Option<Bounds>, pick: &dyn Fn(&Flow) -> Option<Bounds>, fact: &str| {
        // Who is in the data counts in one of the two: for certain in the general count only when
        // nothing is sensitive.
        let counts = |flow: &Flow| {
            let nothing_sensitive = holds(flow, "flow.sensitive_pi") == Some(false);
            holds(flow, fact) == Some(true) && (fact != "flow.pi" || nothing_sensitive)
        };
        match given {
            // What is given may leave out flows taken to be exempt: one that is not, after all,
            // and does not fit into the count, is added to it.
            Some(total) if transfer.year_includes_this => {
                Some(flows().fold(total, |sum, (flow, counted)| {
                    let misses = pick(flow).filter(|persons| {
                        *counted != Some(false)
                            && sum.at_most.is_some_and(|most| persons.at_least > most)
                    });
                    misses.map_or(sum, |persons| add(sum, Some(persons), *counted))
                }))
            }
            Some(before) => Some(flows().fold(before, |sum, (flow, counted)| {
                add(sum, pick(flow).or_else(|| absent(flow, fact)), *counted)
            })),
            // Nothing given: a flow that counts still says how many there are at least.
            None => {
                let least = flows()
                    .filter(|(_, counted)| **counted == Some(true))
                    .map(|(flow, _)| {
                        let known = pick(flow).map_or(0, |bounds| bounds.at_least);
                        known.max(u64::from(counts(flow)))
                    })
                    .max();
                least.filter(|least| *least > 0).map(|at_least| Bounds { at_least, at_most: None })
            }
        }
    };
    YearCounts {
        general: part(given(&transfer.facts, GENERAL), &|flow| flow.persons.general, "flow.pi"),
        sensitive: part(
            given(&transfer.facts, SENSITIVE),
            &|flow| flow.persons.sensitive,
            "flow.sensitive_pi",
        ),
    }
}

/// What is stated of a yes-no fact of a flow.
fn holds(flow: &Flow, fact: &str) -> Option<bool> {
    let given = flow.facts.iter().find(|given| given.fact.as_str() == fact)?;
    match given.value {
        Stated::YesNo(value) => Some(value),
        _ => None,
    }
}

/// A flow without such data adds nobody; one that may have such data adds an unknown number.
fn absent(flow: &Flow, fact: &str) -> Option<Bounds> {
    (holds(flow, fact) == Some(false)).then_some(Bounds::exactly(0))
}

/// The union of two groups of persons of whom only the sizes are known.
fn add(sum: Bounds, flow: Option<Bounds>, counted: Counted) -> Bounds {
    let sure = counted == Some(true);
    match (counted, flow) {
        (Some(false), _) => sum,
        (_, None) => Bounds { at_least: sum.at_least, at_most: None },
        (_, Some(flow)) => Bounds {
            at_least: if sure { sum.at_least.max(flow.at_least) } else { sum.at_least },
            at_most: match (sum.at_most, flow.at_most) {
                (Some(a), Some(b)) => a.checked_add(b),
                _ => None,
            },
        },
    }
}

/// A count that is given.
pub(crate) fn given(facts: &[Given], fact: &str) -> Option<Bounds> {
    let given = facts.iter().find(|given| given.fact.as_str() == fact)?;
    match given.value {
        Stated::Count(bounds) => Some(bounds),
        _ => None,
    }
}

/// A count as a statement.
pub(crate) fn statement(fact: &FactId, bounds: Bounds) -> Given {
    Given { fact: fact.clone(), value: Stated::Count(bounds), evidence: None, bytes: 0..0 }
}

/// A counting point, and the reading that decides.
pub(crate) struct CountingPoint<'a> {
    pub place: usize,
    pub point: &'a Point,
    /// The reading that decides: adopted, or ordinary, or the one that adds.
    pub decides: usize,
}

/// The open counting points of the book and the readings that decide them.
///
/// Where a source calls one reading ordinary it decides and the other is shown; otherwise the
/// reading that counts more people does.
pub(crate) fn counting_points<'a>(
    book: &'a Book,
    adopted: &[(PointId, ReadingId)],
) -> Vec<CountingPoint<'a>> {
    book.points
        .iter()
        .enumerate()
        .filter(|(_, point)| point.effect == Effect::Counting && !point.adds.is_empty())
        .map(|(place, point)| {
            let named = adopted.iter().find(|(id, _)| *id == point.id);
            let named =
                named.and_then(|(_, reading)| point.readings.iter().position(|r| r.id == *reading));
            let adding = point.adds.first().map(|adds| adds.under);
            let decides = named.or(point.ordinary).or(adding).unwrap_or(0);
            CountingPoint { place, point, decides }
        })
        .collect()
}

/// The statements with what a reading adds: `flipped` names a point read the other way.
///
/// A quantity that is not given adds nothing here; where it could matter, the open point says so.
pub(crate) fn under_readings(
    book: &Book,
    facts: &[Given],
    points: &[CountingPoint<'_>],
    flipped: Option<(usize, usize)>,
) -> Vec<Given> {
    let mut result = facts.to_vec();
    for counting in points {
        let reading = match flipped {
            Some((place, reading)) if place == counting.place => reading,
            _ => counting.decides,
        };
        for adds in counting.point.adds.iter().filter(|adds| adds.under == reading) {
            let (Some(to), Some(from)) = (book.facts.get(adds.to), book.facts.get(adds.from))
            else {
                continue;
            };
            let Some(more) = given(&result, from.id.as_str()) else { continue };
            for target in result.iter_mut().filter(|given| given.fact == to.id) {
                if let Stated::Count(bounds) = &mut target.value {
                    *bounds = grown(*bounds, more);
                }
            }
        }
    }
    result
}

/// A count that grows by persons of whom some may already be counted.
fn grown(count: Bounds, more: Bounds) -> Bounds {
    let at_most = match (count.at_most, more.at_most) {
        (Some(a), Some(b)) => a.checked_add(b),
        _ => None,
    };
    Bounds { at_least: count.at_least.max(more.at_least), at_most }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_groups_of_unknown_overlap_make_a_range() {
        let before = Bounds::exactly(90_000);
        let flow = Some(Bounds::exactly(20_000));
        let both = add(before, flow, Some(true));
        assert_eq!(both, Bounds { at_least: 90_000, at_most: Some(110_000) });
        assert_eq!(add(before, flow, Some(false)), before);
        assert_eq!(add(before, None, Some(true)), Bounds { at_least: 90_000, at_most: None });
        let perhaps = add(Bounds::exactly(5), flow, None);
        assert_eq!(perhaps, Bounds { at_least: 5, at_most: Some(20_005) });
    }
}
