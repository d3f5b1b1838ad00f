//! Unsettled points: every reading can change something, and what belongs to a reading decides.

use kouan_terms::Diagnostic;

use super::place_of;
use crate::book::{Book, Effect, Point, Reading, Rule};

/// Checks that readings make a difference.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    for point in &book.points {
        let rules: Vec<&Rule> = book
            .every_rule()
            .filter(|rule| rule.under.as_ref().is_some_and(|(id, _)| *id == point.id))
            .collect();
        let place = place_of(&point.standing);
        match point.effect {
            Effect::Route if rules.is_empty() => {
                found.push(Diagnostic::error("RB144").at(place).with("point", &point.id));
            }
            Effect::Counting if point.adds.is_empty() && rules.is_empty() => {
                found.push(Diagnostic::error("RB144").at(place).with("point", &point.id));
            }
            Effect::Informs => {
                for rule in rules {
                    let finding = Diagnostic::error("RB128").at(place_of(&rule.standing));
                    found.push(finding.with("point", &point.id));
                }
            }
            Effect::Route | Effect::Counting => alike(point, &rules, found),
        }
    }
}

/// Two readings with the same rules and the same counts are one reading.
fn alike(point: &Point, rules: &[&Rule], found: &mut Vec<Diagnostic>) {
    let means = |place: usize, reading: &Reading| {
        let of_reading =
            |rule: &&&Rule| rule.under.as_ref().is_some_and(|(_, under)| *under == reading.id);
        let rules: Vec<_> = rules
            .iter()
            .filter(of_reading)
            .map(|rule| (rule.span, &rule.when, rule.then, &rule.yields_to, &rule.overrides))
            .map(|(span, when, then, yields, overrides)| {
                let subjects = |part: &[crate::Comparison]| -> Vec<_> {
                    part.iter().map(|c| (c.subject.clone(), c.test.clone())).collect()
                };
                let when = (subjects(&when.all), subjects(&when.any), subjects(&when.none));
                (span, when, then, yields, overrides)
            })
            .collect();
        let adds: Vec<_> = point.adds.iter().filter(|adds| adds.under == place).collect();
        let adds: Vec<_> = adds.iter().map(|adds| (adds.to, adds.from)).collect();
        (rules, adds)
    };
    for (place, reading) in point.readings.iter().enumerate() {
        let mut before = point.readings.iter().enumerate().take(place);
        if let Some((_, other)) =
            before.find(|(i, other)| means(*i, other) == means(place, reading))
        {
            let finding = Diagnostic::error("RB145").at(place_of(&point.standing));
            let finding = finding.with("point", &point.id).with("reading", &reading.id);
            found.push(finding.with("other", &other.id));
        }
    }
}
