//! The time limits of a pack, as the rulebook has them, on days that were declared or answered.

use kouan_decide::reckoned;
use kouan_rulebook::format::{Direction, LocalLimitText, PackText, Unit};
use kouan_rulebook::papers::Papers;
use kouan_rulebook::{Book, Limit};
use kouan_terms::Day;

use crate::sources::Sources;
use crate::values::{Found, Plain, Resolver, Scope, Value};

/// The word of the rulebook for a limit that the handler has to keep.
const HANDLER: &str = "handler";
/// The anchor of a limit on how old a report may be: the day of filing.
const FILING: &str = "filing-submitted";
/// The anchor of the limits on an extension.
const EXPIRY: &str = "assessment-expiry";

/// The age that a pack's assessment report may have on the day of filing; `None` when the rulebook
/// gives the pack no such limit: then no age is checked.
#[must_use]
pub fn report_age<'a>(book: &'a Book, papers: &Papers, pack: &str, on: Day) -> Option<&'a Limit> {
    let entry = papers.pack(pack, on)?;
    limits(book, &entry.text, on)
        .find(|limit| limit.direction == Direction::WithinBefore && *limit.anchor == *FILING)
}

/// The last day on which a report of that age may be filed.
///
/// The limit looks back from the filing; it is counted forward from the report here, which at the
/// end of a month is the stricter of the two ways.
#[must_use]
pub fn good_until(book: &Book, age: &Limit, finished: Day) -> Option<Day> {
    reckoned(book, age.amount, age.unit, Direction::After, finished)
}

/// Days by which the handler has to file a pack: limit and day, in the order of the rulebook.
#[must_use]
pub fn due(sources: &Sources<'_>, pack: &PackText) -> Vec<(Box<str>, Day)> {
    let mut due = Vec::new();
    let mut add = |id: &str, (amount, unit): (u32, Unit), direction, anchor: &str| {
        for day in anchors(sources, anchor) {
            let last = match direction {
                // The window closes on its anchor.
                Direction::WithinBefore => Some(day),
                _ => reckoned(sources.book, amount, unit, direction, day),
            };
            due.extend(last.map(|last| (id.into(), last)));
        }
    };
    for limit in limits(sources.book, pack, sources.on).filter(|limit| *limit.who == *HANDLER) {
        add(limit.id.as_str(), (limit.amount, limit.unit), limit.direction, &limit.anchor);
    }
    if let Some(local) = local(sources, pack) {
        add(pack.id.as_ref(), (local.amount, local.unit), local.direction, &local.anchor);
    }
    due
}

/// The limit of the place or of the filing system; one of editions of lists, where one of them is
/// relied on.
fn local<'a>(sources: &Sources<'_>, pack: &'a PackText) -> Option<&'a LocalLimitText> {
    let relied = |edition: &String| {
        let mut claims = sources.transfer().flows.iter().filter_map(|flow| flow.list.as_ref());
        claims.any(|claim| claim.edition.as_str() == edition)
    };
    let holds =
        |local: &&LocalLimitText| local.editions.is_empty() || local.editions.iter().any(relied);
    pack.local_limit.as_ref().filter(holds)
}

/// The first day on which an extension can be applied for: every window of the pack has to be open.
#[must_use]
pub fn extension_opens(sources: &Sources<'_>, pack: &PackText) -> Option<Day> {
    let of_law = limits(sources.book, pack, sources.on);
    let of_law = of_law.map(|held| (held.amount, held.unit, held.direction, &*held.anchor));
    let local = local(sources, pack);
    let local = local.map(|held| (held.amount, held.unit, held.direction, &*held.anchor));
    let expiry = anchors(sources, EXPIRY).into_iter().min()?;
    let windows = of_law.chain(local).filter(|(_, _, direction, anchor)| {
        *direction == Direction::WithinBefore && *anchor == EXPIRY
    });
    // A window that cannot be reckoned leaves the day open.
    let opens: Option<Vec<Day>> = windows
        .map(|(amount, unit, direction, _)| reckoned(sources.book, amount, unit, direction, expiry))
        .collect();
    opens?.into_iter().max()
}

/// The limits that a pack names and that hold on the day.
fn limits<'a>(book: &'a Book, pack: &PackText, on: Day) -> impl Iterator<Item = &'a Limit> {
    let named = |limit: &Limit| pack.limits.iter().any(|id| id.as_ref() == limit.id.as_str());
    book.limits.iter().filter(move |limit| limit.span.contains(on) && named(limit))
}

/// The days of an anchor: as answered or declared where a question asks for it, for everything it
/// is asked of; or else as declared.
fn anchors(sources: &Sources<'_>, anchor: &str) -> Vec<Day> {
    let key = format!("dates.{}", anchor.replace('-', "_"));
    let resolver = Resolver::new(sources);
    let mut days = Vec::new();
    let questions = sources.papers.questions().iter();
    for question in questions.filter(|question| question.text.prefill_at.contains(&key)) {
        for scope in Scope::default().each(sources, question.text.per) {
            if let Found::Value(Value { plain: Plain::Day(day), .. }) =
                resolver.find(&question.id, &scope)
                && !days.contains(&day)
            {
                days.push(day);
            }
        }
    }
    if days.is_empty() {
        let declared = sources.transfer().dates.iter();
        days.extend(declared.filter(|(id, _)| **id == *anchor).map(|(_, day)| *day));
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::pack::draft;
    use crate::sample::{ASSESSED, BOOK, PAPERS, STAFF, Sample};

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn the_age_of_a_report_is_that_of_the_rulebook() {
        let age = |pack: &str, on: &str| {
            let age = report_age(&BOOK, &PAPERS, pack, day(on));
            age.map(|limit| (limit.id.as_str().to_owned(), limit.amount))
        };
        let held = |id: &str| Some((id.to_owned(), 3));
        assert_eq!(age("security-assessment", "2026-11-22"), held("cn.limit.self-assessment-age"));
        assert_eq!(age("standard-contract", "2026-11-22"), held("cn.limit.pipia-age"));
        for pack in ["gba-hong-kong", "gba-macao", "certification"] {
            assert_eq!(age(pack, "2026-11-22"), None, "no source gives one for {pack}");
        }
        let limit = report_age(&BOOK, &PAPERS, "standard-contract", day("2026-11-22")).unwrap();
        let until = |finished: &str| good_until(&BOOK, limit, day(finished)).unwrap().to_string();
        assert_eq!(until("2026-11-10"), "2027-02-10");
        assert_eq!(until("2026-11-30"), "2027-02-28");
        assert_eq!(until("2026-02-28"), "2026-05-28", "the stricter way");
    }

    #[test]
    fn an_answered_effective_day_says_by_when_to_file() {
        let text = STAFF.replace("contract_effective       = 2026-12-01\n", "");
        assert_ne!(text, STAFF);
        let sample = Sample::new(&text);
        let answers = |on: &str| {
            sample.answers(&format!(
                "format = 1\n[[answer]]\nquestion = \"contract.effective_on\"\n\
                 of = \"recipient:Example Holdings GmbH\"\nvalue = {on}\nby = \"例某\"\n\
                 on = 2026-11-01\n"
            ))
        };
        let found = |on: &str| {
            let answers = answers(on);
            let sources = sample.sources(&answers);
            let entry = PAPERS.pack("standard-contract", sample.on).unwrap();
            let found = assess(&sources, &draft(&sources, entry));
            (found.file_by, found.past)
        };
        assert_eq!(found("2026-11-20"), (Some(day("2026-12-04")), Vec::new()));
        let late = ("cn.limit.contract-filing".into(), day("2026-11-13"));
        assert_eq!(found("2026-10-30"), (Some(day("2027-02-10")), vec![late]));
    }

    #[test]
    fn an_extension_opens_with_the_later_of_its_windows() {
        let text = "format = 1\n[[answer]]\nquestion = \"approval.expires_on\"\n\
                    value = 2026-12-31\nby = \"例某\"\non = 2026-11-01\n";
        let answers = ASSESSED.answers(text);
        let sources = ASSESSED.sources(&answers);
        let entry = PAPERS.pack("assessment-extension", ASSESSED.on).unwrap();
        let back = |amount, unit| {
            let expiry = day("2026-12-31");
            reckoned(&BOOK, amount, unit, Direction::WithinBefore, expiry).unwrap()
        };
        let (law, portal) = (back(60, Unit::WorkingDays), back(3, Unit::Months));
        assert_eq!(portal, day("2026-09-30"));
        assert_ne!(law, portal);
        assert_eq!(extension_opens(&sources, &entry.text), Some(law.max(portal)));
        let mut without = entry.text.clone();
        without.local_limit = None;
        assert_eq!(extension_opens(&sources, &without), Some(law));
    }
}
