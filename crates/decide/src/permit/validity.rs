//! From when until when a permit stands: the earliest end that the choice, the filing or the
//! rulebook gives.

use kouan_rulebook::format::Direction;
use kouan_rulebook::{Book, WorkDays};
use kouan_terms::{Day, Diagnostic, Route, RouteSet};

use super::format::{DayText, Filing, FilingKind, ValidText};
use crate::assess::Decider;
use crate::report::end_of;
use crate::request::Request;

/// The limits of the rulebook that say how long a filing is good.
fn validity_limit(kind: FilingKind) -> Option<&'static str> {
    match kind {
        FilingKind::SecurityAssessment => Some("cn.limit.assessment-validity"),
        FilingKind::Certification => Some("cn.limit.certificate-validity"),
        FilingKind::StandardContract | FilingKind::GbaContract | FilingKind::OtherLawfulRoute => {
            None
        }
    }
}

/// When a permit stands.
pub(super) fn valid(
    decider: &mut Decider<'_>,
    request: &Request<'_>,
    flow: &str,
    people: &[(&str, u64)],
    route: Route,
    filing: Option<&Filing>,
    until: Option<Day>,
) -> Result<ValidText, Diagnostic> {
    let on = request.on;
    let mut ends: Vec<(Day, String)> = Vec::new();
    ends.extend(until.map(|day| (day, "choice".to_owned())));
    if let Some(filing) = filing {
        ends.extend(filing.until.map(|day| (day.0, "filing".to_owned())));
        ends.extend(filing_end(decider.book(), filing)?);
    }
    let end = ends.iter().map(|(day, _)| *day).min();
    let changes = decider
        .book()
        .boundary_days()
        .into_iter()
        .filter(|day| *day > on && end.is_none_or(|end| *day < end))
        .find(|day| {
            let then = Request { on: *day, ..*request };
            let expected: RouteSet = [route].into_iter().collect();
            decider.up_to(&then, flow, people) != Ok(expected)
        });
    ends.extend(changes.map(|day| (day, "rulebook".to_owned())));
    let first = ends.into_iter().min();
    if first.as_ref().is_some_and(|(day, _)| *day <= on) {
        return Err(Diagnostic::error("PM107").with("day", on));
    }
    let (until, ended_by) = first.map_or((None, None), |(day, by)| (Some(DayText(day)), Some(by)));
    Ok(ValidText { from: DayText(on), until, ended_by })
}

/// The day on which a filing's term ends by the rulebook, and the limit that says so.
///
/// The term is that of the day on which the filing was recorded, whatever the law says later.
fn filing_end(book: &Book, filing: &Filing) -> Result<Option<(Day, String)>, Diagnostic> {
    let Some(named) = validity_limit(filing.kind) else { return Ok(None) };
    let recorded = filing.recorded_on.0;
    let limits = book.limits.iter().filter(|limit| {
        let id = limit.id.as_str();
        let rest = id.strip_prefix(named);
        // An edition of the limit that ended carries its year behind the name.
        let same = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        same && limit.direction == Direction::After
    });
    let mut limits: Vec<_> = limits.collect();
    limits.sort_by_key(|limit| limit.span.from);
    // A certificate issued before the rule was written down has the term of the first one.
    let then = limits.iter().find(|limit| limit.span.contains(recorded));
    let then = then.or_else(|| limits.first().filter(|limit| recorded < limit.span.from));
    let Some(limit) = then else {
        return Err(Diagnostic::error("PM108").with("kind", filing.kind.word()));
    };
    let calendar = WorkDays::new(&book.calendars);
    match end_of(limit, recorded, &calendar) {
        Ok(day) => Ok(Some((day, limit.id.as_str().to_owned()))),
        Err(_) => Err(Diagnostic::error("PM108").with("kind", filing.kind.word())),
    }
}
