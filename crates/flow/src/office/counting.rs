//! What the meter has to count for a figure of law, under each reading of the open points.

use kouan_ledger::entry::FilingKind;
use kouan_meter::{Exempt, Measure, Scope};
use kouan_rulebook::{Book, Effect, Point};
use kouan_terms::{Day, EditionId, PointId, ReadingId, ScenarioId};

use super::History;

/// The count of persons with general PI in the year.
pub(super) const GENERAL: &str = "year.persons.general_pi";
/// The count of persons with sensitive PI in the year.
pub(super) const SENSITIVE: &str = "year.persons.sensitive_pi";
/// The same within one scenario of a list.
pub(super) const SCENARIO: [&str; 2] =
    ["scenario.persons.general_pi", "scenario.persons.sensitive_pi"];

/// What a count of the law is to the meter, under one reading of each open point that touches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counting {
    /// The readings, in the order of the book.
    pub readings: Vec<(PointId, ReadingId)>,
    /// Whether these are the readings that decide where nobody adopts another: the ordinary ones,
    /// else those that count more people.
    pub decides: bool,
    /// Whom.
    pub scope: Scope,
    /// What of them.
    pub measure: Measure,
}

/// The ways in which a count of the year can be read on a day; the one that decides comes first.
///
/// `histories` are those of the handlers that are counted together.
///
/// A person with both general and sensitive PI (U4), exempt flows (U5) and, where there is one in
/// the ledger, flows under a contract of the Greater Bay Area (U21) count or do not, as the points
/// say that are in the book. What the book says nothing of counts.
#[must_use]
pub fn countings(book: &Book, on: Day, fact: &str, histories: &[&History]) -> Vec<Counting> {
    let measure = if fact == SENSITIVE { Measure::Sensitive } else { Measure::General };
    let scope = Scope::year(Exempt::CountedIn);
    let mut all = vec![Counting { readings: Vec::new(), decides: true, scope, measure }];
    let gba: Vec<Box<str>> = histories.iter().flat_map(|one| gba_filings(one)).collect();
    for point in book.points.iter().filter(|point| point.effect == Effect::Counting) {
        let Some(touched) = touched(book, point, fact).filter(|one| one.matters(&gba)) else {
            continue;
        };
        let settled = point.settled.filter(|(day, _)| *day <= on).map(|(_, reading)| reading);
        let decides = settled.or(point.ordinary).or(Some(touched.under));
        let mut next = Vec::new();
        for one in &all {
            for (place, reading) in point.readings.iter().enumerate() {
                if settled.is_some_and(|settled| settled != place) {
                    continue;
                }
                let mut read = one.clone();
                read.readings.push((point.id.clone(), reading.id.clone()));
                read.decides &= decides == Some(place);
                if place != touched.under {
                    touched.leave_out(&mut read, &gba);
                }
                next.push(read);
            }
        }
        all = next;
    }
    all.sort_by_key(|one| !one.decides);
    all
}

/// What the count of a scenario is to the meter.
pub(super) fn of_scenario(fact: &str, scenario: &ScenarioId) -> Counting {
    let measure = if fact.contains("sensitive") { Measure::Sensitive } else { Measure::General };
    let scope = Scope { scenario: Some(scenario.clone()), ..Scope::default() };
    Counting { readings: Vec::new(), decides: true, scope, measure }
}

/// The edition and the scenario that a lane names in one word.
pub(super) fn edition_of(book: &Book, scenario: &ScenarioId) -> Option<(EditionId, ScenarioId)> {
    book.editions.iter().find_map(|edition| {
        let own = scenario.as_str().strip_prefix(edition.id.as_str())?.strip_prefix('/')?;
        Some((edition.id.clone(), ScenarioId::new(own)))
    })
}

/// The filings of contracts of the Greater Bay Area.
fn gba_filings(history: &History) -> Vec<Box<str>> {
    let filings = history.filings();
    let gba = filings.values().filter(|(_, filed)| filed.kind == FilingKind::GbaContract);
    gba.map(|(_, filed)| filed.number.as_str().into()).collect()
}

/// What a point adds to a count.
#[derive(Clone, Copy)]
enum Part {
    Both,
    Exempt,
    Gba,
}

/// How a point touches a count.
struct Touched {
    part: Part,
    /// The reading under which the part counts.
    under: usize,
}

impl Touched {
    fn matters(&self, gba: &[Box<str>]) -> bool {
        !matches!(self.part, Part::Gba) || !gba.is_empty()
    }

    fn leave_out(&self, of: &mut Counting, gba: &[Box<str>]) {
        match self.part {
            Part::Both => of.measure = Measure::GeneralOnly,
            Part::Exempt => of.scope.exempt = Exempt::LeftOut,
            Part::Gba => of.scope.but_filings = gba.to_vec(),
        }
    }
}

fn touched(book: &Book, point: &Point, fact: &str) -> Option<Touched> {
    point.adds.iter().find_map(|adds| {
        let (to, from) = (book.facts.get(adds.to)?, book.facts.get(adds.from)?);
        if to.id.as_str() != fact {
            return None;
        }
        let part = match from.id.as_str() {
            "year.both" => Part::Both,
            from if from.starts_with("year.exempt.") => Part::Exempt,
            from if from.starts_with("year.gba.") => Part::Gba,
            _ => return None,
        };
        Some(Touched { part, under: adds.under })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap()
    }

    #[test]
    fn each_reading_of_the_open_points_counts_other_people() {
        let book = book();
        let on: Day = "2026-11-22".parse().unwrap();
        let general = countings(&book, on, GENERAL, &[]);
        let seen: Vec<(Measure, Exempt, bool)> =
            general.iter().map(|one| (one.measure, one.scope.exempt, one.decides)).collect();
        assert_eq!(seen.first(), Some(&(Measure::General, Exempt::LeftOut, true)));
        for (measure, exempt) in [
            (Measure::General, Exempt::CountedIn),
            (Measure::GeneralOnly, Exempt::LeftOut),
            (Measure::GeneralOnly, Exempt::CountedIn),
        ] {
            assert!(seen.contains(&(measure, exempt, false)), "{seen:?}");
        }
        assert_eq!(seen.len(), 4);
        let sensitive = countings(&book, on, SENSITIVE, &[]);
        assert!(sensitive.iter().all(|one| one.measure == Measure::Sensitive));
        assert_eq!(sensitive.len(), 2);
    }

    #[test]
    fn a_point_that_is_settled_leaves_one_reading() {
        let mut book = book();
        let on: Day = "2026-11-22".parse().unwrap();
        let point = book.points.iter_mut().find(|point| point.id.as_str() == "cn.count-exempt");
        let point = point.unwrap();
        let counted = point.readings.iter().position(|one| one.id.as_str() == "counted").unwrap();
        point.settled = Some((on, counted));
        let sensitive = countings(&book, on, SENSITIVE, &[]);
        assert_eq!(sensitive.len(), 1);
        assert!(sensitive[0].decides && sensitive[0].scope.exempt == Exempt::CountedIn);
        assert_eq!(countings(&book, on.yesterday().unwrap(), SENSITIVE, &[]).len(), 2);
    }
}
