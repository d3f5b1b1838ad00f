//! Tests of values: words, conditions, months.

use super::wording::Wording;
use super::{Found, Plain, Resolver, Scope, months_after};
use crate::answers::Answers;
use crate::sample::{FILED, PAPERS, STAFF, Sample};
use kouan_decide::declaration::Bounds;
use kouan_rulebook::format::{ClauseOfWhen, IsText};
use kouan_terms::Day;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn values_are_written_as_papers_write_them() {
    let wording = Wording::new(PAPERS.formats());
    let persons = |low, high| {
        let words = wording.persons(Bounds { at_least: low, at_most: high });
        (words.zh, words.en)
    };
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    assert_eq!(persons(1250, Some(1250)), pair("1,250人", "1,250 persons"));
    assert_eq!(persons(1, Some(1)), pair("1人", "1 person"));
    assert_eq!(persons(68, Some(135)), pair("68人至135人", "68 to 135 persons"));
    assert_eq!(persons(68, None), pair("至少68人", "at least 68 persons"));
    let words = wording.day(day("2026-11-02"));
    assert_eq!((&*words.zh, &*words.en), ("2026年11月2日", "2 November 2026"));
}

#[test]
fn months_end_with_the_month() {
    assert_eq!(months_after(day("2026-11-30"), 3), Some(day("2027-02-28")));
    assert_eq!(months_after(day("2026-11-22"), 3), Some(day("2027-02-22")));
}

#[test]
fn declared_values_go_before_answers() {
    let answers = FILED.answers(
        "format = 1\n[[answer]]\nquestion = \"flow.title\"\nof = \"flow:payroll\"\nzh = \"工资\"\n\
         en = \"payroll\"\n",
    );
    let sources = FILED.sources(&answers);
    let resolver = Resolver::new(&sources);
    let words = |path: &str| match resolver.find(path, &Scope::of_flow(&sources, 0)) {
        Found::Value(value) => value.words.zh,
        Found::Gap(gap) => format!("gap {}", gap.of),
    };
    assert_eq!(words("flow.recipient.country"), "德国");
    assert_eq!(words("recipient.country"), "德国");
    assert_eq!(words("year.persons.sensitive_pi"), "3,100人");
    assert_eq!(words("flow.persons.sensitive"), "3,100人");
    assert_eq!(words("handler.is_ciio"), "否");
    assert_eq!(words("flow.title"), "工资");
    assert_eq!(words("flows.titles"), "工资");
    assert_eq!(words("flow.description"), "gap flow:payroll");
    assert_eq!(words("on"), "2026年11月22日");
}

#[test]
fn a_count_of_other_batches_is_printed_as_the_range_that_was_decided_on() {
    let said = "includes_this_transfer = false";
    let text = STAFF.replace("includes_this_transfer = true", said);
    let sample = Sample::new(&text);
    let none = Answers::default();
    let sources = sample.sources(&none);
    let Found::Value(value) =
        Resolver::new(&sources).find("year.persons.sensitive_pi", &Scope::default())
    else {
        panic!("the year is declared");
    };
    let bounds = sample.decision.year.sensitive.unwrap();
    assert_eq!((bounds.at_least, bounds.at_most), (3_100, Some(6_200)), "both may be the same");
    assert_eq!(value.plain, Plain::Count(bounds));
    assert_eq!(value.words.zh, "3,100人至6,200人");
    let kinds: Vec<&str> = value.sources.iter().map(|source| source.kind()).collect();
    assert_eq!(kinds, ["declaration", "decision"]);
}

#[test]
fn conditions_hold_fail_or_stay_open() {
    let none = Answers::default();
    let sources = FILED.sources(&none);
    let resolver = Resolver::new(&sources);
    let scope = Scope::of_flow(&sources, 0);
    let holds = |clause: ClauseOfWhen| resolver.holds(&[clause], &scope);
    let of = |value: &str| ClauseOfWhen { value: value.to_owned(), ..ClauseOfWhen::default() };
    let is = |value: &str, yes| ClauseOfWhen { is: Some(IsText::YesNo(yes)), ..of(value) };
    assert_eq!(holds(is("flow.sensitive_pi", true)), Some(true));
    assert_eq!(holds(is("flow.sensitive_pi", false)), Some(false));
    assert_eq!(holds(is("assessment.has_third_party", true)), None);
    let known = |value: &str, known| ClauseOfWhen { known: Some(known), ..of(value) };
    assert_eq!(holds(known("assessment.has_third_party", false)), Some(true));
    assert_eq!(holds(known("flow.sensitive_pi", false)), Some(false));
    let any = ClauseOfWhen { any_of: vec!["hr".to_owned()], ..of("flow.basis") };
    assert_eq!(holds(any), Some(true));
    let least = |n| ClauseOfWhen { at_least: Some(n), ..of("flow.persons.sensitive") };
    assert_eq!(holds(least(3_100)), Some(true));
    assert_eq!(holds(least(3_101)), Some(false));
    let not = ClauseOfWhen { not: Some(IsText::Word("hr".to_owned())), ..of("flow.basis") };
    assert_eq!(holds(not), Some(false));
    assert!(!resolver.applies(&[is("assessment.has_third_party", true)], &scope));
}
