//! The numbers of persons of a permit, as limits of the meter.

use kouan_decide::permit::{AnswerText, Body, BoundsText};
use kouan_disk::Disk;
use kouan_ledger::entry::Digest;
use kouan_meter::{CalendarYear, Exempt, Lane, Limit, Measure, Scope, Year};
use kouan_rulebook::{Book, Effect};
use kouan_terms::{Diagnostic, Route, RuleId, ScenarioId};

use crate::office::{History, Office};

/// The lane in which the persons of a permit leave.
pub(super) fn lane(body: &Body) -> Result<Lane, Diagnostic> {
    // The route was read when the permit was opened; another would be a defect.
    let route = Route::parse(&body.route).ok_or_else(|| Diagnostic::error("PM136"))?;
    Ok(Lane {
        route,
        scenario: body
            .scenario
            .as_ref()
            .map(|one| ScenarioId::new(&format!("{}/{}", one.edition, one.scenario))),
        exemption: body.exemption.as_deref().map(RuleId::new),
        filing: body.filing.as_ref().map(|filing| filing.number.as_str().into()),
    })
}

/// The limits of a permit in a year, less the persons who left without this ledger.
///
/// # Errors
///
/// `RL108` for a count that the meter does not keep; what opening the meter finds.
pub(super) fn limits(
    office: &Office,
    history: &History,
    body: &Body,
    permit: Digest,
    book: &Book,
    year: CalendarYear,
) -> Result<Vec<Limit>, Diagnostic> {
    let mut limits = Vec::new();
    for people in &body.people {
        let (name, scope, measure) = counted(body, book, &people.count)?;
        let outside = match name {
            "year.persons.general_pi" | "year.persons.sensitive_pi" => {
                let before = Before { office, history, permit, book, year };
                before.outside(body, &people.count, &scope, measure)?
            }
            _ => 0,
        };
        limits.push(Limit {
            name: name.to_owned(),
            scope,
            measure,
            most: people.at_most.saturating_sub(outside),
        });
    }
    Ok(limits)
}

/// What a count of a permit is to the meter.
fn counted(
    body: &Body,
    book: &Book,
    count: &str,
) -> Result<(&'static str, Scope, Measure), Diagnostic> {
    let filing = || body.filing.as_ref().map(|filing| filing.number.as_str().into());
    let scenario = || {
        let one = body.scenario.as_ref()?;
        Some(ScenarioId::new(&format!("{}/{}", one.edition, one.scenario)))
    };
    let year = || Scope::year(exempt(body, book, count));
    let of_filing = || Scope { filing: filing(), ..Scope::default() };
    let of_list = || Scope { scenario: scenario(), ..Scope::default() };
    Ok(match count {
        "year.persons.general_pi" => ("year.persons.general_pi", year(), Measure::General),
        "year.persons.sensitive_pi" => ("year.persons.sensitive_pi", year(), Measure::Sensitive),
        "filing.general_pi" => ("filing.general_pi", of_filing(), Measure::General),
        "filing.sensitive_pi" => ("filing.sensitive_pi", of_filing(), Measure::Sensitive),
        "scenario.persons.general_pi" if body.scenario.is_some() => {
            ("scenario.persons.general_pi", of_list(), Measure::General)
        }
        "scenario.persons.sensitive_pi" if body.scenario.is_some() => {
            ("scenario.persons.sensitive_pi", of_list(), Measure::Sensitive)
        }
        other => return Err(Diagnostic::error("RL108").with("count", other)),
    })
}

/// Whether persons of exempt flows count towards a line.
fn exempt(body: &Body, book: &Book, count: &str) -> Exempt {
    let counts = added(body, book, count).iter().any(|from| from.starts_with("year.exempt."));
    if counts { Exempt::CountedIn } else { Exempt::LeftOut }
}

/// The counts that are added to a count, by the readings that decided: those adopted, else the
/// ordinary ones, else the ones that add.
fn added<'b>(body: &Body, book: &'b Book, count: &str) -> Vec<&'b str> {
    let mut added = Vec::new();
    for point in book.points.iter().filter(|point| point.effect == Effect::Counting) {
        let adopted = body.basis.adopted.iter().find(|one| one.point == point.id.as_str());
        let named = adopted
            .and_then(|one| point.readings.iter().position(|r| r.id.as_str() == one.reading));
        let adding = point.adds.first().map(|adds| adds.under);
        let decides = named.or(point.ordinary).or(adding);
        for adds in point.adds.iter().filter(|adds| Some(adds.under) == decides) {
            let (to, from) = (book.facts.get(adds.to), book.facts.get(adds.from));
            if to.is_some_and(|fact| fact.id.as_str() == count) {
                added.extend(from.map(|fact| fact.id.as_str()));
            }
        }
    }
    added
}

/// Who left before the permit was made.
struct Before<'a> {
    office: &'a Office,
    history: &'a History,
    permit: Digest,
    book: &'a Book,
    year: CalendarYear,
}

impl Before<'_> {
    /// At most so many persons left in the year without this ledger.
    ///
    /// The declaration says how many left in its year, over all flows. Those whom the ledger had
    /// counted by then, and those whom the transfer itself plans where they are said to be
    /// included, are among them and are not counted twice.
    fn outside(
        &self,
        body: &Body,
        count: &str,
        scope: &Scope,
        measure: Measure,
    ) -> Result<u64, Diagnostic> {
        if u16::try_from(body.on.0.year()) != Ok(self.year.number()) {
            return Ok(0);
        }
        let mut most: u64 = 0;
        for count in added(body, self.book, count).into_iter().chain([count]) {
            let given = body.basis.facts.iter().find(|fact| fact.fact == count);
            if let Some(AnswerText::Count(BoundsText { at_most, .. })) = given.map(|f| &f.is) {
                // A number without an upper end leaves no room.
                most = most.saturating_add(at_most.unwrap_or(u64::MAX));
            }
        }
        let planned = if body.basis.year_includes_this { planned(body, measure) } else { 0 };
        let counted = self.counted(scope)?.map_or(0, |tally| tally.of(measure));
        Ok(most.saturating_sub(counted.max(planned)))
    }

    /// What the ledger had counted when the permit was made.
    fn counted(&self, scope: &Scope) -> Result<Option<kouan_meter::Tally>, Diagnostic> {
        let Some((entry, _)) = self.history.permit(self.permit) else { return Ok(None) };
        let live = self.history.live_before(self.year, entry.number);
        if live.segments.is_empty() {
            return Ok(None);
        }
        let disk: &dyn Disk = self.office.records().disk();
        let year = Year::open(disk, self.office.account(self.year)?, &live)?;
        Ok(Some(year.tally(scope)))
    }
}

/// The fewest persons whom the transfer plans, over its flows.
fn planned(body: &Body, measure: Measure) -> u64 {
    let of = |flow: &kouan_decide::permit::FlowText| {
        let bounds = if measure == Measure::Sensitive { flow.sensitive } else { flow.general };
        bounds.map_or(0, |bounds| bounds.at_least)
    };
    body.basis.flows.iter().map(of).max().unwrap_or(0)
}
