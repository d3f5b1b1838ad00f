//! Answers that cannot all be true, and answers that follow from others.

use std::collections::BTreeMap;
use std::ops::Range;

use kouan_rulebook::Fact;
use kouan_terms::{Diagnostic, PersonCount};

use super::findings::Findings;
use super::sheet::{Answer, Sheet};
use super::{Bounds, FieldKind, Stated};

const PI: &str = "flow.pi";
const SENSITIVE: &str = "flow.sensitive_pi";
const IMPORTANT: &str = "flow.important_data";
const MINORS: &str = "flow.minors";
const ONWARD: &str = "flow.onward";
const LIST: &str = "claim.list";

/// Where the persons of the flows are counted for the year: fact, key in the file, key of a flow.
const YEAR: [(&str, &str, &str); 2] = [
    ("year.persons.general_pi", "year.general_pi", "flow.persons.general"),
    ("year.persons.sensitive_pi", "year.sensitive_pi", "flow.persons.sensitive"),
];

/// Dates of which the first cannot lie after the second.
const ORDER: [(&str, &str); 4] = [
    ("dates.application_received", "dates.acceptance_notice"),
    ("dates.assessment_result", "dates.assessment_expiry"),
    ("dates.certificate_issued", "dates.certificate_expiry"),
    ("dates.transfer_start", "dates.transfer_done"),
];

/// Checks what stands outside the flows, and the flows against one another.
pub(super) fn check_transfer(top: &Sheet<'_>, findings: &mut Findings<'_>) {
    let flows = top.sheets("flow");
    duplicate_ids(flows, findings);
    let both = top.fact("year.both").and_then(|given| counted(&given.value, &given.bytes));
    let [general, sensitive] =
        YEAR.map(|(fact, ..)| top.fact(fact).and_then(|given| counted(&given.value, &given.bytes)));
    overlap("year.both", both, general.as_ref(), sensitive.as_ref(), findings);
    if top.yes_no("year.includes_this_transfer").unwrap_or(true) {
        for (year, (_, key, of_flow)) in [general, sensitive].iter().zip(YEAR) {
            let Some((year, bytes)) = year else { continue };
            year_against_flows(key, *year, bytes, flows, of_flow, findings);
        }
    }
    for (earlier, later) in ORDER {
        if let (Some(from), Some(until), Some(entry)) =
            (top.day(earlier), top.day(later), top.entry(later))
            && from > until
        {
            findings.add(&entry.bytes, || {
                Diagnostic::error("DC193").with("earlier", earlier).with("later", later)
            });
        }
    }
}

/// Adds to a flow what its fields, persons and sections already say, then checks it.
pub(super) fn complete_flow(flow: &mut Sheet<'_>, facts: &[Fact], findings: &mut Findings<'_>) {
    let order = |id: &str| facts.iter().position(|fact| fact.id.as_str() == id);
    list_claim(flow, order(LIST), findings);
    onward(flow, order(ONWARD), findings);
    for (id, yes, bytes) in derived(flow) {
        if flow.fact(id).is_none() {
            flow.derive(order(id), id, yes, bytes);
        }
    }
    fields_against_facts(flow, findings);
    facts_against_facts(flow, findings);
    persons_against_facts(flow, findings);
    let persons = |path| flow.persons(path);
    overlap(
        "flow.persons.both",
        persons("flow.persons.both"),
        persons("flow.persons.general").as_ref(),
        persons("flow.persons.sensitive").as_ref(),
        findings,
    );
}

fn counted(value: &Stated, bytes: &Range<usize>) -> Option<(Bounds, Range<usize>)> {
    match value {
        Stated::Count(bounds) => Some((*bounds, bytes.clone())),
        Stated::YesNo(_) | Stated::Word(_) => None,
    }
}

fn duplicate_ids(flows: &[Sheet<'_>], findings: &mut Findings<'_>) {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    for entry in flows.iter().filter_map(|flow| flow.entry("flow.id")) {
        let Answer::Text(id) = &entry.answer else { continue };
        if seen.insert(id, ()).is_some() {
            findings.add(&entry.bytes, || Diagnostic::error("DC169").with("id", id));
        }
    }
}

/// Persons who stand in both counters are among those of each.
fn overlap(
    key: &str,
    both: Option<(Bounds, Range<usize>)>,
    general: Option<&(Bounds, Range<usize>)>,
    sensitive: Option<&(Bounds, Range<usize>)>,
    findings: &mut Findings<'_>,
) {
    let Some((both, bytes)) = both else { return };
    let most = |counter: Option<&(Bounds, Range<usize>)>| counter.and_then(|(c, _)| c.at_most);
    let Some(limit) = [most(general), most(sensitive)].into_iter().flatten().min() else { return };
    if both.at_least > limit {
        findings.add(&bytes, || {
            Diagnostic::error("DC186")
                .with("key", key)
                .with("both", PersonCount(both.at_least))
                .with("limit", PersonCount(limit))
        });
    }
}

/// A year that includes this transfer has at least the persons of each of its flows.
///
/// A flow that relies on an exemption may be left out of the count (an open point of law), and one
/// that is no export is: neither is held against the year.
fn year_against_flows(
    key: &str,
    year: Bounds,
    bytes: &Range<usize>,
    flows: &[Sheet<'_>],
    of_flow: &str,
    findings: &mut Findings<'_>,
) {
    let Some(most) = year.at_most else { return };
    let counts = |flow: &&Sheet<'_>| {
        let claims = flow.given.iter().any(|(_, given)| {
            given.fact.as_str().starts_with("claim.") && given.value == Stated::YesNo(true)
        });
        let stays = ["within-mainland", "viewed-in-mainland"]
            .iter()
            .any(|act| flow.says_word("flow.act", act));
        !claims && !stays
    };
    let largest = flows
        .iter()
        .filter(counts)
        .filter_map(|flow| Some((flow.persons(of_flow)?.0.at_least, flow)))
        .max_by_key(|(persons, _)| *persons);
    if let Some((persons, flow)) = largest
        && persons > most
    {
        findings.add(bytes, || {
            Diagnostic::error("DC187")
                .with("key", key)
                .with("year", PersonCount(most))
                .with("persons", PersonCount(persons))
                .with("flow", flow.text("flow.id").unwrap_or_default())
        });
    }
}

fn list_claim(flow: &mut Sheet<'_>, order: Option<usize>, findings: &mut Findings<'_>) {
    let section = flow.entry("flow.list").map(|entry| entry.bytes.clone());
    match (section, flow.said(LIST)) {
        (Some(_), Some((false, bytes))) => {
            findings.add(bytes, || Diagnostic::error("DC188"));
        }
        (None, Some((true, bytes))) => {
            findings.add(bytes, || Diagnostic::error("DC189"));
        }
        (Some(bytes), None) => flow.derive(order, LIST, true, bytes),
        _ => {}
    }
}

fn onward(flow: &mut Sheet<'_>, order: Option<usize>, findings: &mut Findings<'_>) {
    const COUNTRIES: &str = "flow.recipient.onward";
    let Some(entry) = flow.entry(COUNTRIES) else { return };
    if flow.texts(COUNTRIES).is_empty() {
        return;
    }
    let bytes = entry.bytes.clone();
    match flow.said(ONWARD) {
        Some((false, said)) => findings.add(said, || Diagnostic::error("DC190")),
        Some((true, _)) => {}
        None => flow.derive(order, ONWARD, true, bytes),
    }
}

/// The kind of each field, with its place.
fn kinds<'s>(flow: &'s Sheet<'_>) -> Vec<(FieldKind, &'s Range<usize>)> {
    flow.sheets("flow.field")
        .iter()
        .map(|field| {
            match field.entry("flow.field.kind").map(|entry| (&entry.answer, &entry.bytes)) {
                Some((Answer::Kind(kind), bytes)) => (*kind, bytes),
                _ => (FieldKind::Unknown, &field.bytes),
            }
        })
        .collect()
}

/// What the kinds of the fields and the numbers of persons say about the flow.
///
/// A yes follows from a single field or person; a no only when every field is known, or when the
/// flow counts no such person.
fn derived(flow: &Sheet<'_>) -> Vec<(&'static str, bool, Range<usize>)> {
    let kinds = kinds(flow);
    let complete = !kinds.is_empty() && kinds.iter().all(|(kind, _)| *kind != FieldKind::Unknown);
    let minors = flow.said(MINORS).is_some_and(|(yes, _)| yes);
    let mut found = Vec::new();
    for (id, shows) in SHOWN_BY {
        let field = kinds.iter().find(|(kind, _)| shows(*kind)).map(|(_, bytes)| (*bytes).clone());
        let persons = persons_showing(flow, id);
        if let Some(bytes) = field.or(persons) {
            found.push((id, true, bytes));
        } else if (complete || counts_nobody(flow, id)) && !(minors && id == SENSITIVE) {
            found.push((id, false, flow.bytes.clone()));
        }
    }
    found
}

type Shows = fn(FieldKind) -> bool;

const SHOWN_BY: [(&str, Shows); 3] = [
    (PI, |kind| {
        matches!(kind, FieldKind::GeneralPi | FieldKind::SensitivePi | FieldKind::Deidentified)
    }),
    (SENSITIVE, |kind| kind == FieldKind::SensitivePi),
    (IMPORTANT, |kind| kind == FieldKind::ImportantData),
];

/// The counter that holds at least one person whose data is of this sort.
fn persons_showing(flow: &Sheet<'_>, id: &str) -> Option<Range<usize>> {
    let counters: &[&str] = match id {
        PI => &["flow.persons.general", "flow.persons.sensitive", "flow.persons.both"],
        SENSITIVE => &["flow.persons.sensitive", "flow.persons.both"],
        _ => &[],
    };
    let mut counted = counters.iter().filter_map(|path| flow.persons(path));
    counted.find(|(bounds, _)| bounds.at_least > 0).map(|(_, bytes)| bytes)
}

/// Whether the flow's counters say that nobody's data is of this sort.
fn counts_nobody(flow: &Sheet<'_>, id: &str) -> bool {
    let nobody = |path: &str| flow.persons(path).is_some_and(|(count, _)| count.at_most == Some(0));
    match id {
        PI => nobody("flow.persons.general") && nobody("flow.persons.sensitive"),
        SENSITIVE => nobody("flow.persons.sensitive"),
        _ => false,
    }
}

/// A stated no that a field contradicts.
fn fields_against_facts(flow: &Sheet<'_>, findings: &mut Findings<'_>) {
    let kinds = kinds(flow);
    for (id, shows) in SHOWN_BY {
        let Some((false, bytes)) = flow.said(id) else { continue };
        if let Some((kind, _)) = kinds.iter().find(|(kind, _)| shows(*kind)) {
            findings.add(bytes, || {
                Diagnostic::error("DC180").with("key", id).with("kind", kind.word())
            });
        }
    }
}

fn facts_against_facts(flow: &Sheet<'_>, findings: &mut Findings<'_>) {
    let minors = flow.said(MINORS);
    let sensitive = flow.said(SENSITIVE);
    if let (Some((true, _)), Some((false, bytes))) = (minors, sensitive) {
        findings.add(bytes, || Diagnostic::error("DC181"));
    }
    if let Some((false, bytes)) = minors
        && flow.says_word("flow.subjects", "minors")
    {
        findings.add(bytes, || Diagnostic::error("DC184"));
    }
    if let (Some((false, bytes)), Some((true, _))) = (flow.said(PI), sensitive) {
        findings.add(bytes, || Diagnostic::error("DC192"));
    }
    if flow.says_word("flow.act", "within-mainland")
        && let Some(entry) = flow.entry("flow.recipient.country")
        && let Answer::Text(country) = &entry.answer
        && &**country != "CN"
    {
        findings.add(&entry.bytes, || Diagnostic::error("DC185").with("country", country));
    }
}

fn persons_against_facts(flow: &Sheet<'_>, findings: &mut Findings<'_>) {
    let general = flow.persons("flow.persons.general");
    let sensitive = flow.persons("flow.persons.sensitive");
    let some = |counter: &Option<(Bounds, Range<usize>)>| {
        counter.as_ref().is_some_and(|(bounds, _)| bounds.at_least > 0)
    };
    let none = |counter: &Option<(Bounds, Range<usize>)>| {
        counter.as_ref().is_some_and(|(bounds, _)| bounds.at_most == Some(0))
    };
    let place = |counter: &Option<(Bounds, Range<usize>)>| {
        counter.as_ref().map_or(flow.bytes.clone(), |(_, bytes)| bytes.clone())
    };
    let says = |id: &str, yes: bool| flow.said(id).is_some_and(|(said, _)| said == yes);
    if some(&sensitive) && says(SENSITIVE, false) {
        findings.add(&place(&sensitive), || Diagnostic::error("DC182"));
    }
    if says(PI, false) {
        for counter in [&general, &sensitive].into_iter().filter(|counter| some(counter)) {
            findings.add(&place(counter), || Diagnostic::error("DC183"));
        }
    }
    if none(&sensitive) && says(SENSITIVE, true) {
        findings.add(&place(&sensitive), || Diagnostic::error("DC191").with("key", SENSITIVE));
    } else if none(&general) && none(&sensitive) && says(PI, true) {
        findings.add(&place(&general), || Diagnostic::error("DC191").with("key", PI));
    }
}
