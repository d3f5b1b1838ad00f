//! The tests next door: tables and cases of the rulebook, run against its rules.

use std::collections::BTreeMap;

use kouan_rulebook::Book;
use kouan_rulebook::format::{BaseText, CaseText, CasesFile, ExpectText, GivenValue, TableText};
use kouan_terms::{
    Day, Diagnostic, EditionId, FactId, Place, PointId, ReadingId, Route, RouteSet, ScenarioId,
};
use toml::Spanned;

use crate::declaration::{Bounds, Given, Stated};
use crate::diagram::{CompileError, Compiled, Meaning, Scope};
use crate::verdict::{Question, Verdict};

/// What a run of the cases came to.
#[derive(Clone, Debug, Default)]
pub struct CaseReport {
    /// How many rows and cases were run.
    pub run: usize,
    /// What did not come out as expected, and what could not be run.
    pub findings: Vec<Diagnostic>,
    /// Ids of the rules that some row or case names as a reason.
    pub named: std::collections::BTreeSet<String>,
}

/// Runs every table and case of the book.
#[must_use]
pub fn run_cases(book: &Book) -> CaseReport {
    run_cases_where(book, |_| true)
}

/// Runs the tables and cases of the files that `wanted` picks by name.
#[must_use]
pub fn run_cases_where(book: &Book, wanted: impl Fn(&str) -> bool) -> CaseReport {
    let mut report = CaseReport::default();
    for (file, cases) in book.cases.iter().filter(|(file, _)| wanted(file)) {
        let mut runner = Runner { book, file, cases, diagrams: BTreeMap::new(), report };
        runner.run();
        report = runner.report;
    }
    report
}

struct Runner<'a> {
    book: &'a Book,
    file: &'a str,
    cases: &'a CasesFile,
    diagrams: BTreeMap<Day, Result<Compiled, CompileError>>,
    report: CaseReport,
}

/// The facts of a row or case, by id.
type Values = BTreeMap<String, Option<Stated>>;

impl Runner<'_> {
    fn run(&mut self) {
        let mut base = Values::new();
        if let Err(fact) = base_values(self.book, self.cases.base.as_ref(), &mut base) {
            let place = Place::at(self.file, self.cases.base.span());
            self.report.findings.push(Diagnostic::error("RB150").at(place).with("name", fact));
            return;
        }
        for fact in &self.book.facts {
            if !base.contains_key(fact.id.as_str()) {
                let place = Place::at(self.file, self.cases.base.span());
                let finding = Diagnostic::error("RB151").at(place).with("fact", &fact.id);
                self.report.findings.push(finding);
                return;
            }
        }
        for table in &self.cases.table {
            for row in &table.rows {
                self.row(&base, table, row);
            }
        }
        for case in &self.cases.case {
            self.case(&base, case);
        }
    }

    fn row(&mut self, base: &Values, table: &TableText, row: &Spanned<Vec<toml::Value>>) {
        let place = Place::at(self.file, row.span());
        let cells = row.as_ref();
        let wide = table.vary.len();
        let parsed = self.row_values(base, table, cells);
        let route = cells.get(wide).and_then(toml::Value::as_str).and_then(Route::parse);
        let because = cells.get(wide + 1).and_then(toml::Value::as_array);
        let (Some(values), Some(route), Some(because)) = (parsed, route, because) else {
            self.report.findings.push(Diagnostic::error("RB152").at(place));
            return;
        };
        let because =
            because.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect::<Vec<_>>();
        let more = cells.get(wide + 2).map_or_else(
            || Ok(ExpectText::default()),
            |cell| cell.clone().try_into::<ExpectText>(),
        );
        let Ok(more) = more else {
            self.report.findings.push(Diagnostic::error("RB152").at(place));
            return;
        };
        let expect =
            ExpectText { route: route.as_str().to_owned(), because: Some(because), ..more };
        for day in &table.on {
            self.check(&values, day.0, &expect, &place);
        }
    }

    fn row_values(
        &self,
        base: &Values,
        table: &TableText,
        cells: &[toml::Value],
    ) -> Option<Values> {
        let mut values = base.clone();
        for (fact, value) in &table.given {
            *values.get_mut(fact)? = Some(stated(value.as_ref()));
        }
        for (fact, cell) in table.vary.iter().zip(cells) {
            *values.get_mut(fact)? = match cell {
                toml::Value::Boolean(value) => Some(Stated::YesNo(*value)),
                toml::Value::Integer(count) => Some(exactly(u64::try_from(*count).ok()?)),
                toml::Value::String(word) if word == "?" => None,
                toml::Value::String(word) => Some(Stated::Word(word.as_str().into())),
                _ => return None,
            };
        }
        Some(values)
    }

    fn case(&mut self, base: &Values, case: &CaseText) {
        let place = Place::at(self.file, case.about.span());
        let mut values = base.clone();
        for (fact, value) in &case.given {
            values.insert(fact.clone(), Some(stated(value.as_ref())));
        }
        for fact in &case.unknown {
            values.insert(fact.clone(), None);
        }
        if let Some(fact) = values.keys().find(|fact| self.book.fact_index(fact).is_none()) {
            self.report.findings.push(Diagnostic::error("RB120").at(place).with("fact", fact));
            return;
        }
        self.check(&values, case.on.0, &case.expect, &place);
    }

    fn check(&mut self, values: &Values, day: Day, expect: &ExpectText, place: &Place) {
        self.report.run += 1;
        self.compile(day);
        let compiled = match (self.diagrams.get(&day), expect.not_in_force) {
            (Some(Ok(compiled)), false) => compiled,
            (Some(Err(CompileError::EditionNotInForce(_))), true) => return,
            _ => {
                let finding = Diagnostic::error("RB153").at(place.clone()).with("day", day);
                self.report.findings.push(finding);
                return;
            }
        };
        let given: Vec<Given> = values
            .iter()
            .filter_map(|(fact, value)| {
                Some(Given {
                    fact: FactId::new(fact),
                    value: value.clone()?,
                    evidence: None,
                    bytes: 0..0,
                })
            })
            .collect();
        let question = Question::new(self.book, compiled, &given.iter().collect::<Vec<_>>());
        let verdict = question.verdict();
        let mismatches = self.compare(&question, &verdict, expect);
        self.report.named.extend(verdict.because.iter().chain(&verdict.either).filter_map(
            |rule| compiled.rules.get(*rule).map(|rule| rule.rule.id.as_str().to_owned()),
        ));
        for (what, expected, found) in mismatches {
            self.report.findings.push(
                Diagnostic::error("RB154")
                    .at(place.clone())
                    .with("day", day)
                    .with("what", what)
                    .with("expected", expected)
                    .with("found", found),
            );
        }
    }

    fn compile(&mut self, day: Day) {
        if self.diagrams.contains_key(&day) {
            return;
        }
        let list = self.cases.scenario.as_ref().and_then(|text| {
            let (edition, scenario) = text.as_ref().split_once('#')?;
            Some((EditionId::new(edition), ScenarioId::new(scenario)))
        });
        let adopted = self.cases.adopted.iter().filter_map(|text| {
            let (point, reading) = text.split_once(':')?;
            Some((PointId::new(point), ReadingId::new(reading)))
        });
        let scope = Scope { day, list, adopted: adopted.collect() };
        self.diagrams.insert(day, Compiled::new(self.book, scope));
    }

    fn compare(
        &self,
        question: &Question<'_>,
        verdict: &Verdict,
        expect: &ExpectText,
    ) -> Vec<(&'static str, String, String)> {
        let compiled = question.compiled;
        let rule = |place: &usize| {
            let id = compiled.rules.get(*place).map_or("", |rule| rule.rule.id.as_str());
            id.strip_prefix(&self.cases.prefix).unwrap_or(id).to_owned()
        };
        let rules = |places: &[usize]| places.iter().map(rule).collect::<Vec<_>>();
        let fact = |var: usize| self.book.facts.get(var).map_or("", |f| f.id.as_str()).to_owned();
        let mut wrong = Vec::new();
        let mut same = |what, mut expected: Vec<String>, mut found: Vec<String>, ordered: bool| {
            if !ordered {
                expected.sort();
                found.sort();
            }
            if expected != found {
                wrong.push((what, expected.join(", "), found.join(", ")));
            }
        };
        let route = verdict.possible.decision();
        same("route", vec![expect.route.clone()], vec![route.as_str().to_owned()], true);
        if !expect.possible.is_empty() {
            let found = routes(verdict.possible);
            same("possible", expect.possible.clone(), found, false);
        }
        if let Some(because) = &expect.because {
            same("because", because.clone(), rules(&verdict.because), false);
        }
        if let Some(either) = &expect.either {
            same("either", either.clone(), rules(&verdict.either), false);
        }
        if let Some(needs) = &expect.needs {
            let found = verdict.needs.iter().map(|need| fact(need.var)).collect();
            same("needs", needs.clone(), found, true);
        }
        if let Some(unsettled) = &expect.unsettled {
            let point = |open: &crate::verdict::OpenPoint| {
                self.book.points.get(open.point).map_or("", |p| p.id.as_str()).to_owned()
            };
            same(
                "unsettled",
                unsettled.clone(),
                verdict.unsettled.iter().map(point).collect(),
                false,
            );
        }
        if let Some(options) = &expect.options {
            let certain = verdict.options.iter().filter(|(_, certain)| *certain);
            let found = certain.map(|(place, _)| rule(place)).collect();
            same("options", options.clone(), found, false);
        }
        if let Some(doubts) = &expect.doubts {
            let found = verdict.doubts.iter().map(|var| doubt_name(compiled, *var)).collect();
            same("doubts", doubts.clone(), found, false);
        }
        wrong
    }
}

fn routes(set: RouteSet) -> Vec<String> {
    set.iter().map(|route| route.as_str().to_owned()).collect()
}

/// How a case names a doubt: by the rule or edition it is about.
fn doubt_name(compiled: &Compiled, var: usize) -> String {
    use crate::diagram::Doubt;
    match compiled.variables.get(var).map(|variable| &variable.meaning) {
        Some(Meaning::Doubt(Doubt::Boundary { rule, .. } | Doubt::LowConfidence(rule))) => {
            rule.as_str().to_owned()
        }
        Some(Meaning::Doubt(Doubt::Edition(edition))) => edition.as_str().to_owned(),
        _ => String::new(),
    }
}

/// Collects the facts of a base and of the bases it builds on; the name of a base or fact that
/// does not exist otherwise.
fn base_values(book: &Book, id: &str, values: &mut Values) -> Result<(), String> {
    let base: &BaseText =
        book.bases.iter().find(|base| base.id.as_ref() == id).ok_or_else(|| id.to_owned())?;
    if let Some(parent) = base.extends.as_deref().filter(|parent| *parent != id) {
        base_values(book, parent, values)?;
    }
    for (fact, value) in &base.facts {
        book.fact_index(fact).ok_or_else(|| fact.clone())?;
        values.insert(fact.clone(), Some(stated(value.as_ref())));
    }
    Ok(())
}

/// The facts of a base as statements, in the order of the book.
///
/// # Errors
///
/// The name of a base or fact that does not exist.
pub fn base_facts(book: &Book, id: &str) -> Result<Vec<Given>, String> {
    let mut values = Values::new();
    base_values(book, id, &mut values)?;
    let given = book.facts.iter().filter_map(|fact| {
        let value = values.get(fact.id.as_str())?.clone()?;
        Some(Given { fact: fact.id.clone(), value, evidence: None, bytes: 0..0 })
    });
    Ok(given.collect())
}

fn exactly(count: u64) -> Stated {
    Stated::Count(Bounds { at_least: count, at_most: Some(count) })
}

fn stated(value: &GivenValue) -> Stated {
    match value {
        GivenValue::YesNo(value) => Stated::YesNo(*value),
        GivenValue::Count(count) => exactly(*count),
        GivenValue::Word(word) => Stated::Word(word.as_str().into()),
        GivenValue::Range { at_least, at_most } => {
            Stated::Count(Bounds { at_least: *at_least, at_most: *at_most })
        }
    }
}
