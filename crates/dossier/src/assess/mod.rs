//! The pre-assessment: every check answered, the verdict, and the shortest list of fixes.
//!
//! The catalogue is data (`papers/checks`) and ours; an authority's list can take its place.

mod reads;
#[cfg(test)]
mod tests;
mod tests_of;

use std::collections::BTreeMap;

use kouan_rulebook::format::{CheckTest, CheckText, Evaluator, Weight};
use kouan_rulebook::papers::Entry;
use kouan_terms::{Bilingual, Day};

use crate::deadlines;
use crate::pack::Draft;
use crate::sources::Sources;
use crate::trace::Source;
use crate::values::wording::same;
use crate::values::{Found, Plain, Resolver, Row, Scope, Value};
use tests_of::Examiner;

/// How ready a filing is.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// Whether it can be given in.
    pub verdict: Verdict,
    /// Every check, in the order of the catalogue.
    pub results: Vec<CheckResult>,
    /// Parts that have to be there and are not in order.
    pub parts_open: usize,
    /// The last day on which the assessment report may be used.
    pub good_until: Option<Day>,
    /// The last day to file.
    pub file_by: Option<Day>,
    /// Time limits whose last day has passed: limit and day.
    pub past: Vec<(Box<str>, Day)>,
}

/// Whether a filing can be given in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing blocks it.
    Ready,
    /// A person has to judge something that could block it.
    CannotTell,
    /// Something blocks it.
    NotReady,
}

impl Verdict {
    /// The word in JSON and in the rulebook's phrases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Ready => "ready",
            Verdict::CannotTell => "cannot-tell",
            Verdict::NotReady => "not-ready",
        }
    }
}

/// The answer to one check.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckResult {
    /// The check.
    pub id: Box<str>,
    /// Its major.
    pub major: Box<str>,
    /// Its title.
    pub title: Bilingual,
    /// The answer.
    pub outcome: Outcome,
    /// How much a gap weighs.
    pub severity: Weight,
    /// Whether a person has to look at it as well.
    pub person_too: bool,
    /// What is missing or wrong: paths, kinds of evidence, parts.
    pub open: Vec<Box<str>>,
    /// One step that closes a gap.
    pub fix: Bilingual,
    /// Who confirmed it, for a check that passed because a person did.
    pub confirmed: Option<Confirmed>,
}

/// A person's confirmation of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// Who.
    pub by: Bilingual,
    /// When.
    pub on: Day,
    /// The answer that says so.
    pub source: Source,
}

/// The answer to a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It is in order.
    Pass,
    /// It does not concern this filing.
    NotApplicable,
    /// A person has to judge.
    Open,
    /// It is answered and not shown.
    EvidenceMissing,
    /// It is not in order.
    Gap,
}

impl Outcome {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Pass => "pass",
            Outcome::NotApplicable => "not-applicable",
            Outcome::Open => "open",
            Outcome::EvidenceMissing => "evidence-missing",
            Outcome::Gap => "gap",
        }
    }

    /// Whether it keeps a check from passing.
    #[must_use]
    pub fn fails(self) -> bool {
        matches!(self, Outcome::EvidenceMissing | Outcome::Gap)
    }
}

/// Answers every check for a draft of a pack.
#[must_use]
pub fn assess(sources: &Sources<'_>, draft: &Draft) -> Assessment {
    let examiner = Examiner::new(sources, draft);
    let pack = &*draft.view.id;
    let concerns = |check: &&Entry<CheckText>| {
        let packs = &check.text.packs;
        packs.is_empty() || packs.iter().any(|held| held.as_ref() == pack)
    };
    let checks = sources.papers.checks().iter().filter(concerns);
    let results: Vec<CheckResult> = checks.map(|check| result(&examiner, check)).collect();
    let parts_open = draft
        .view
        .parts
        .iter()
        .filter(|part| part.required && part.upload && part.state.is_open())
        .count();
    let blocks = |test: fn(Outcome) -> bool| {
        results.iter().any(|r| r.severity == Weight::Blocker && test(r.outcome))
    };
    let verdict = if parts_open > 0 || blocks(Outcome::fails) {
        Verdict::NotReady
    } else if draft.view.is_form_missing || blocks(|outcome| outcome == Outcome::Open) {
        Verdict::CannotTell
    } else {
        Verdict::Ready
    };
    let age = deadlines::report_age(sources.book, sources.papers, pack, sources.on);
    let good_until = age.zip(finished(sources));
    let good_until =
        good_until.and_then(|(age, day)| deadlines::good_until(sources.book, age, day));
    let entry = sources.papers.pack(pack, sources.on);
    let due = entry.map(|entry| deadlines::due(sources, &entry.text)).unwrap_or_default();
    let (past, ahead): (Vec<_>, Vec<_>) = due.into_iter().partition(|(_, day)| *day < sources.on);
    let file_by = ahead.into_iter().map(|(_, day)| day).chain(good_until).min();
    Assessment { verdict, results, parts_open, good_until, file_by, past }
}

fn result(examiner: &Examiner<'_>, check: &Entry<CheckText>) -> CheckResult {
    let text = &check.text;
    let (outcome, open) = examiner.examine(text);
    let both = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    CheckResult {
        id: check.id.clone(),
        major: text.major.as_ref().as_str().into(),
        title: both(&text.zh, &text.en),
        outcome,
        severity: text.severity,
        person_too: text.also.contains(&Evaluator::Person)
            || text.evaluator == Evaluator::Person && text.test != CheckTest::Person,
        open,
        fix: both(&text.fix.zh, &text.fix.en),
        confirmed: examiner
            .confirmed(text)
            .filter(|_| text.test == CheckTest::Person && outcome == Outcome::Pass),
    }
}

/// The day on which the assessment was finished, as it was answered or declared.
#[must_use]
pub fn finished(sources: &Sources<'_>) -> Option<Day> {
    let resolver = Resolver::new(sources);
    let paths = ["assessment.finished_on", "dates.self_assessment_finished"];
    paths.into_iter().find_map(|path| match resolver.find(path, &Scope::default()) {
        Found::Value(Value { plain: Plain::Day(day), .. }) => Some(day),
        _ => None,
    })
}

impl Assessment {
    /// How many checks have each answer, by value path.
    #[must_use]
    pub fn counts(&self) -> [(&'static str, usize); 6] {
        let of = |outcome| self.results.iter().filter(|r| r.outcome == outcome).count();
        let blockers = self.blockers().count() + self.parts_open;
        [
            ("readiness.passed", of(Outcome::Pass)),
            ("readiness.gaps", of(Outcome::Gap)),
            ("readiness.evidence_missing", of(Outcome::EvidenceMissing)),
            ("readiness.not_applicable", of(Outcome::NotApplicable)),
            ("readiness.open", of(Outcome::Open)),
            ("readiness.blockers", blockers),
        ]
    }

    /// Checks that block the filing.
    pub fn blockers(&self) -> impl Iterator<Item = &CheckResult> {
        self.results.iter().filter(|r| r.severity == Weight::Blocker && r.outcome.fails())
    }

    /// Checks that are not in order, each fix once, what weighs most first.
    #[must_use]
    pub fn fixes(&self) -> Vec<&CheckResult> {
        let mut fixes: Vec<&CheckResult> = Vec::new();
        let mut failing: Vec<&CheckResult> =
            self.results.iter().filter(|result| result.outcome.fails()).collect();
        // The sort is stable: within a weight the order of the catalogue stays.
        failing.sort_by_key(|result| result.severity);
        for result in failing {
            if !fixes.iter().any(|held| held.fix == result.fix) {
                fixes.push(result);
            }
        }
        fixes
    }

    /// Rows of the tables that speak of checks, by name.
    #[must_use]
    pub(crate) fn rows(&self, sources: &Sources<'_>) -> Vec<(Box<str>, Vec<Row>)> {
        let phrase = |group: &str, word: &str| {
            sources.papers.phrase(group, word).unwrap_or_else(|| same(word))
        };
        let check = |result: &CheckResult| {
            let mut row = row(&[
                ("check.id", same(&result.id)),
                ("check.title", result.title.clone()),
                ("check.severity", phrase("severity", weight(result.severity))),
                ("check.state", phrase("outcome", result.outcome.as_str())),
                ("check.fix", result.fix.clone()),
            ]);
            if let (Some(confirmed), Some(state)) =
                (&result.confirmed, row.cells.get_mut("check.state"))
            {
                let on = Resolver::new(sources).day_words(confirmed.on);
                let by = phrase("confirmed", "by");
                let fill =
                    |text: &str, by: &str, on: &str| text.replace("{by}", by).replace("{on}", on);
                state.words = Bilingual {
                    zh: fill(&by.zh, &confirmed.by.zh, &on.zh),
                    en: fill(&by.en, &confirmed.by.en, &on.en),
                };
                state.sources = vec![confirmed.source.clone()];
            }
            row
        };
        let checks = self.results.iter().map(check).collect();
        let fixes = self.fixes().into_iter().map(check).collect();
        let majors = sources.papers.majors().iter().map(|major| {
            let own = || self.results.iter().filter(|result| result.major == major.id);
            let count = |outcome| {
                same(&own().filter(|result| result.outcome == outcome).count().to_string())
            };
            let title = Bilingual { zh: major.text.zh.clone(), en: major.text.en.clone() };
            row(&[
                ("major.id", same(&major.id)),
                ("major.title", title),
                ("major.passed", count(Outcome::Pass)),
                ("major.gaps", count(Outcome::Gap)),
                ("major.evidence_missing", count(Outcome::EvidenceMissing)),
                ("major.not_applicable", count(Outcome::NotApplicable)),
                ("major.open", count(Outcome::Open)),
            ])
        });
        vec![
            ("majors".into(), majors.collect()),
            ("checks".into(), checks),
            ("fixes".into(), fixes),
        ]
    }
}

/// A weight as the rulebook words it.
#[must_use]
pub fn weight(weight: Weight) -> &'static str {
    match weight {
        Weight::Blocker => "blocker",
        Weight::Major => "major",
        Weight::Minor => "minor",
    }
}

fn row(cells: &[(&str, Bilingual)]) -> Row {
    let cells = cells.iter().map(|(name, words)| {
        let sources = vec![Source::Reckoned];
        ((*name).into(), Value { words: words.clone(), plain: Plain::Text, sources })
    });
    Row { cells: cells.collect::<BTreeMap<_, _>>() }
}
