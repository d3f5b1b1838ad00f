//! The lines of a count, read off the rules in force.

use kouan_decide::thresholds;
use kouan_terms::{Day, EditionId, Route, ScenarioId};

use crate::book;

fn lines(on: &str, list: Option<(&str, &str)>) -> Vec<(String, u64)> {
    let on: Day = on.parse().unwrap();
    let list = list.map(|(edition, scenario)| (EditionId::new(edition), ScenarioId::new(scenario)));
    let list = list.as_ref().map(|(edition, scenario)| (edition, scenario));
    let lines = thresholds(book::shipped(), on, list).into_iter();
    lines.map(|line| (line.fact.as_str().to_owned(), line.at)).collect()
}

fn of(lines: &[(String, u64)], fact: &str) -> Vec<u64> {
    lines.iter().filter(|(of, _)| of == fact).map(|(_, at)| *at).collect()
}

#[test]
fn the_lines_of_2024_are_those_of_the_provisions() {
    let now = lines("2026-11-22", None);
    // 100,001: more than 100,000, the automotive rule of one reading of U16.
    assert_eq!(of(&now, "year.persons.general_pi"), [100_000, 100_001, 1_000_000]);
    assert_eq!(of(&now, "year.persons.sensitive_pi"), [1, 10_000, 100_001]);
    assert!(of(&now, "scenario.persons.sensitive_pi").is_empty());
    let all = thresholds(book::shipped(), "2026-11-22".parse().unwrap(), None);
    let million = all.iter().find(|line| line.at == 1_000_000).unwrap();
    assert_eq!(million.rules.len(), 1);
    assert_eq!(million.rules[0].rule.as_str(), "cn.threshold.assessment.general-pi");
    assert_eq!(million.rules[0].route, Route::SecurityAssessment);
    assert_eq!(million.rules[0].cite.at, "art-7.1(2)");
    assert!(million.rules[0].begins && !million.unverified);
}

#[test]
fn before_the_provisions_there_were_other_lines() {
    let before = lines("2024-03-21", None);
    assert!(of(&before, "year.persons.general_pi").is_empty(), "{before:?}");
}

#[test]
fn a_scenario_of_a_list_has_lines_of_its_own() {
    let edition = book::shipped().editions.iter().find(|one| one.id.as_str() == "cn-bj/2024-08-30");
    let scenario = edition.unwrap().scenario_ids().find(|id| id.starts_with("pharma/")).unwrap();
    let on = "2024-12-01";
    let listed = lines(on, Some(("cn-bj/2024-08-30", &scenario)));
    assert!(!listed.is_empty());
    assert!(listed.len() >= lines(on, None).len());
    let scenarios: Vec<String> = edition.unwrap().scenario_ids().collect();
    let own: Vec<u64> = scenarios
        .iter()
        .flat_map(|one| {
            of(&lines(on, Some(("cn-bj/2024-08-30", one))), "scenario.persons.sensitive_pi")
        })
        .collect();
    assert!(own.contains(&10_000) && own.contains(&50_000), "{own:?}");
}
