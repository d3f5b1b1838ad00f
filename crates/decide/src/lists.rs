//! Which lists there are for a handler, who may borrow which, and how complete they are.

use kouan_rulebook::format::ListsWord;
use kouan_rulebook::{Book, Edition, FactKind, field_of};
use kouan_terms::{Bilingual, Confidence, Day, DaySpan, FactId, Route, RouteSet};

use crate::decision::ListStanding;
use crate::declaration::{Field, Flow, Given, Stated};
use crate::report::wording::both;
use crate::request::Prepared;
use crate::verdict::Verdict;

/// The zones whose handlers may apply another zone's edition on a day.
///
/// A permission that names no zone, or that rests on a weak source, only informs and is left out.
pub(crate) fn borrowers(book: &Book, edition: &Edition, day: Day) -> Vec<String> {
    let area = edition.id.as_str().split('/').next().unwrap_or("");
    let mut zones = Vec::new();
    for borrow in &book.borrows {
        let span = DaySpan {
            from: borrow.in_force.from.as_ref().0,
            until: borrow.in_force.until.as_ref().map(|until| until.as_ref().0),
        };
        let names_it = match &borrow.lists {
            ListsWord::Word(word) => word == "any-published",
            ListsWord::Areas(areas) => areas.iter().any(|named| named == area),
        };
        let weak = borrow.confidence.as_deref() == Some(Confidence::Low.as_str());
        if span.contains(day) && names_it && !weak {
            zones.extend(borrow.home.iter().cloned());
        }
    }
    zones
}

/// Whether a field matches a listed field of the scenario claimed.
pub(crate) fn matches(book: &Book, flow: &Flow, field: &Field) -> bool {
    let Some(claim) = &flow.list else { return false };
    let scenario =
        book.edition(&claim.edition).and_then(|edition| edition.scenario(claim.scenario.as_str()));
    match (scenario, &field.listed_as) {
        (Some((_, scenario)), Some(listed)) => field_of(scenario, listed).is_some(),
        _ => false,
    }
}

/// Whether the flow holds a listed field: yes when one matches; no when fields are given and none
/// does (where the list is held in part the answer then says that it fell back); unknown when no
/// field is given.
pub(crate) fn listed(book: &Book, flow: &Flow) -> Option<Given> {
    if flow.list.is_none() || flow.fields.is_empty() {
        return None;
    }
    let any = flow.fields.iter().any(|field| matches(book, flow, field));
    let value = Stated::YesNo(any);
    Some(Given { fact: FactId::new("list.listed"), value, evidence: None, bytes: 0..0 })
}

/// The list relied on, and how far the book can answer from it.
pub(crate) fn standing(
    prepared: &Prepared<'_>,
    verdict: &Verdict,
    day: Day,
) -> Option<ListStanding> {
    let claim = prepared.flow.list.as_ref()?;
    let book = prepared.question.book;
    let edition = book.edition(&claim.edition)?;
    let scenario = edition.scenario(claim.scenario.as_str());
    let answered = verdict
        .because
        .iter()
        .chain(&verdict.either)
        .chain(&verdict.open)
        .filter_map(|place| prepared.question.compiled.rules.get(*place))
        .any(|rule| rule.from_list.is_some());
    let usable = usable(prepared, edition, day);
    let complete = edition.text.complete;
    let falls_back = !answered && !complete;
    let listed: Vec<String> = prepared
        .flow
        .fields
        .iter()
        .filter(|field| matches(book, prepared.flow, field))
        .filter_map(|field| field.listed_as.as_deref().map(str::to_owned))
        .collect();
    let could_be: RouteSet = if falls_back && usable != Some(false) {
        let open = [Route::Exempt, Route::ContractOrCertification, Route::SecurityAssessment];
        open.into_iter().collect()
    } else {
        RouteSet::EMPTY
    };
    let steps = edition.text.r#use.iter().map(|step| step.says.clone().into()).collect();
    Some(ListStanding {
        edition: edition.id.as_str().to_owned(),
        title: title(book, edition),
        scenario: claim.scenario.as_str().to_owned(),
        governs: edition.governs(day),
        usable,
        complete,
        counts: counts(edition),
        scenario_held: scenario.is_some(),
        says: says(edition, scenario.is_some(), answered, usable),
        falls_back,
        listed,
        could_be,
        missing: edition.text.missing.iter().map(|gap| gap.clone().into()).collect(),
        steps,
    })
}

/// The title of an edition.
pub(crate) fn title(book: &Book, edition: &Edition) -> Bilingual {
    let own = edition.text.title.clone().map(Bilingual::from);
    own.or_else(|| book.instruments.get(&edition.law).map(|i| i.title.clone().into()))
        .unwrap_or_else(|| both(edition.id.as_str(), edition.id.as_str()))
}

/// What is held of an edition against what the authority announced.
pub(crate) fn counts(edition: &Edition) -> Vec<(Bilingual, u32, Option<u32>)> {
    let (held, official) = (&edition.text.held, &edition.text.official);
    [
        (both("行业（类别）", "sectors or headings"), held.sectors, official.sectors),
        (both("场景", "scenarios"), held.scenarios, official.scenarios),
        (both("条目", "items"), held.items, official.items),
        (both("字段", "fields"), held.fields, official.fields),
    ]
    .into_iter()
    .filter(|(_, held, official)| held.is_some() || official.is_some())
    .map(|(name, held, official)| (name, held.unwrap_or(0), official))
    .collect()
}

/// Whether the handler may use the list, as far as the facts tell.
fn usable(prepared: &Prepared<'_>, edition: &Edition, day: Day) -> Option<bool> {
    let book = prepared.question.book;
    let mut homes = edition.text.applies.registered_in.clone();
    if !homes.is_empty() {
        homes.extend(borrowers(book, edition, day));
    }
    let tests = [
        inside(prepared, "handler.registered_zone", &homes),
        inside(prepared, "flow.exports_from", &edition.text.applies.exports_from),
        if edition.text.applies.excludes_ciio { not_ciio(prepared) } else { Some(true) },
    ];
    if tests.contains(&Some(false)) {
        Some(false)
    } else if tests.iter().all(|test| *test == Some(true)) {
        Some(true)
    } else {
        None
    }
}

fn inside(prepared: &Prepared<'_>, fact: &str, zones: &[String]) -> Option<bool> {
    let book = prepared.question.book;
    if zones.is_empty() {
        return Some(true);
    }
    let var = book.fact_index(fact)?;
    let FactKind::OneOf(words) = &book.facts.get(var)?.kind else { return None };
    let wanted = words
        .iter()
        .enumerate()
        .filter(|(_, (word, _))| zones.iter().any(|zone| **zone == **word))
        .fold(0_u64, |set, (cell, _)| set | 1 << cell);
    within(prepared, var, wanted)
}

fn not_ciio(prepared: &Prepared<'_>) -> Option<bool> {
    let var = prepared.question.book.fact_index("handler.is_ciio")?;
    within(prepared, var, 1)
}

fn within(prepared: &Prepared<'_>, var: usize, wanted: u64) -> Option<bool> {
    let every = prepared.question.compiled.fact_variable(var)?.every_cell();
    let left = prepared.question.knowledge.cells(var) & every;
    match (left & wanted, left & !wanted) {
        (0, _) => Some(false),
        (_, 0) => Some(true),
        _ => None,
    }
}

fn says(edition: &Edition, held: bool, answered: bool, usable: Option<bool>) -> Bilingual {
    if usable == Some(false) {
        return both(
            "按现有事实，该处理者或者该流不能用这份清单；按国家规定判定",
            "on these facts the handler or the flow may not use this list; decided on the national rules",
        );
    }
    if edition.text.complete {
        return both("清单已全部收入，按清单判定", "the list is held in full and decides");
    }
    if answered {
        return both(
            "所涉规则已收入，据此判定；清单未全部收入，未列明的部分不能视为「不在清单上」",
            "a rule that is held decides; the list is held in part, so nothing can be called off the list",
        );
    }
    if held {
        both(
            "清单未全部收入：只能答「在清单上」，不能答「不在清单上」；按国家规定判定，清单可能给出不同结论，须向当地核实",
            "the list is held in part: it can answer \"listed\", never \"not listed\"; decided on the national rules; the list may say otherwise, ask the local office",
        )
    } else {
        both(
            "手册未收入该场景：不能据清单判定；按国家规定判定，清单可能给出不同结论，须向当地核实",
            "this scenario is not held: the list cannot decide; decided on the national rules; the list may say otherwise, ask the local office",
        )
    }
}
