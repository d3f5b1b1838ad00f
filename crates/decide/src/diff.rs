//! Two days side by side: which answers changed, by which provision, with an example of each.

use kouan_rulebook::{Book, Rule};
use kouan_terms::{Bilingual, Day, DaySpan, Route};

use crate::decision::{CiteLine, FactLine, Reason};
use crate::diagram::{CompileError, Compiled, IMPOSSIBLE, Knowledge, Ref, Scope, route_of};
use crate::report::citation::cite_line;
use crate::report::{Lines, wording};
use crate::verdict::Question;

/// What changed between two days.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The earlier day.
    pub from: Day,
    /// The later day.
    pub to: Day,
    /// Answers that are no longer the same, one for each pair of routes.
    pub answers: Vec<ChangedAnswer>,
    /// Rules, duties, limits and lists that began or ended after the first day.
    pub entries: Vec<ChangedEntry>,
}

/// One kind of change: where an answer was one route and became another.
#[derive(Clone, Debug)]
pub struct ChangedAnswer {
    /// The route on the earlier day.
    pub before: Route,
    /// The route on the later day.
    pub after: Route,
    /// Facts that show it.
    pub facts: Vec<FactLine>,
    /// The rules on the earlier day.
    pub because_before: Vec<Reason>,
    /// The rules on the later day.
    pub because_after: Vec<Reason>,
}

/// Something that began or ended.
#[derive(Clone, Debug)]
pub struct ChangedEntry {
    /// `rule`, `duty`, `limit` or `list`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Whether it began; otherwise it ended.
    pub began: bool,
    /// The day.
    pub on: Day,
    /// What it asks.
    pub says: Bilingual,
    /// The provision that began it, or ended it.
    pub by: Option<CiteLine>,
}

/// Compares the national rules of two days.
///
/// # Errors
///
/// When a day lies before the book.
pub fn diff(book: &Book, from: Day, to: Day) -> Result<Difference, CompileError> {
    let scope = |day| Scope { day, list: None, adopted: Vec::new() };
    let before = Compiled::new(book, scope(from))?;
    let after = Compiled::new(book, scope(to))?;
    Ok(Difference {
        from,
        to,
        answers: answers(book, &before, &after),
        entries: entries(book, from, to),
    })
}

fn answers(book: &Book, before: &Compiled, after: &Compiled) -> Vec<ChangedAnswer> {
    let mut changed = Vec::new();
    for was in Route::OUTCOMES {
        for is in Route::OUTCOMES.into_iter().filter(|is| *is != was) {
            let mut walk =
                Walk { before, after, was, is, dead: Default::default(), path: Vec::new() };
            if walk.run(before.folded, after.folded) {
                changed.push(answer(book, &walk, was, is));
            }
        }
    }
    changed
}

/// A walk down two diagrams at once: facts stand at the same places in both.
struct Walk<'a> {
    before: &'a Compiled,
    after: &'a Compiled,
    was: Route,
    is: Route,
    dead: std::collections::BTreeSet<(Ref, Ref)>,
    /// Fact, cell before, cell after, and for counts the range both lie in.
    path: Vec<Step>,
}

#[derive(Clone, Debug)]
struct Step {
    fact: usize,
    before: usize,
    after: usize,
    range: Option<(u64, Option<u64>)>,
}

impl Walk<'_> {
    fn run(&mut self, a: Ref, b: Ref) -> bool {
        if a < crate::diagram::LEAVES && b < crate::diagram::LEAVES {
            let impossible = a == IMPOSSIBLE || b == IMPOSSIBLE;
            return !impossible && route_of(a) == Some(self.was) && route_of(b) == Some(self.is);
        }
        if self.dead.contains(&(a, b)) {
            return false;
        }
        for step in self.steps(a, b) {
            let next_a = self.next(self.before, a, step.fact, step.before);
            let next_b = self.next(self.after, b, step.fact, step.after);
            self.path.push(step);
            if self.run(next_a, next_b) {
                return true;
            }
            self.path.pop();
        }
        self.dead.insert((a, b));
        false
    }

    fn next(&self, compiled: &Compiled, node: Ref, var: usize, cell: usize) -> Ref {
        if compiled.nodes.var(node) as usize == var {
            compiled.nodes.child(node, cell)
        } else {
            node
        }
    }

    /// The values of the next fact that either side tests; doubts of the book are taken as no.
    fn steps(&self, a: Ref, b: Ref) -> Vec<Step> {
        let var = self.before.nodes.var(a).min(self.after.nodes.var(b)) as usize;
        if var >= self.before.fact_count {
            return vec![Step { fact: var, before: 0, after: 0, range: None }];
        }
        let (Some(left), Some(right)) =
            (self.before.variables.get(var), self.after.variables.get(var))
        else {
            return Vec::new();
        };
        if left.cuts.is_empty() && right.cuts.is_empty() {
            let cells = left.cells.max(right.cells);
            let cell = |cell| Step { fact: var, before: cell, after: cell, range: None };
            return (0..cells).map(cell).collect();
        }
        let mut cuts: Vec<u64> = left.cuts.iter().chain(&right.cuts).copied().chain([0]).collect();
        cuts.sort_unstable();
        cuts.dedup();
        let ends = cuts.iter().skip(1).map(|cut| Some(*cut)).chain([None]);
        cuts.iter()
            .zip(ends)
            .map(|(from, until)| Step {
                fact: var,
                before: left.cell_of(*from),
                after: right.cell_of(*from),
                range: Some((*from, until)),
            })
            .collect()
    }
}

fn answer(book: &Book, walk: &Walk<'_>, was: Route, is: Route) -> ChangedAnswer {
    let question = |compiled, cell: fn(&Step) -> usize| {
        let mut knowledge = Knowledge::nothing(compiled);
        for step in &walk.path {
            knowledge.set(step.fact, 1 << cell(step));
        }
        Question { book, compiled, knowledge, counts: Vec::new() }
    };
    let before = question(walk.before, |step| step.before);
    let after = question(walk.after, |step| step.after);
    let because = |question: &Question<'_>| {
        let verdict = question.verdict();
        let lines = Lines { question };
        let mut reasons = lines.reasons(&verdict.because);
        reasons.extend(lines.reasons(&verdict.either));
        reasons
    };
    let fact = |step: &Step| {
        let fact = book.facts.get(step.fact)?;
        let value = match step.range {
            Some((from, until)) => wording::range(from, until),
            None => wording::cells(
                book,
                step.fact,
                walk.before.fact_variable(step.fact)?,
                1 << step.before,
            ),
        };
        let unmade = fact.is_claim() && step.before == 0;
        (!unmade).then(|| FactLine {
            fact: fact.id.as_str().to_owned(),
            name: fact.name.clone(),
            value,
        })
    };
    ChangedAnswer {
        before: was,
        after: is,
        facts: walk.path.iter().filter_map(fact).collect(),
        because_before: because(&before),
        because_after: because(&after),
    }
}

fn entries(book: &Book, from: Day, to: Day) -> Vec<ChangedEntry> {
    let mut entries = Vec::new();
    let mut note =
        |kind, id: &str, span: DaySpan, says: &Bilingual, began, ended: Option<CiteLine>| {
            for (day, began, by) in
                [(Some(span.from), true, Some(began)), (span.until, false, ended)]
            {
                if let Some(on) = day.filter(|day| from < *day && *day <= to) {
                    let (id, says) = (id.to_owned(), says.clone());
                    entries.push(ChangedEntry { kind, id, began, on, says, by });
                }
            }
        };
    for rule in &book.rules {
        note(
            "rule",
            rule.id.as_str(),
            rule.span,
            &rule.says,
            cite_line(book, &rule.cite),
            ended_by(book, rule),
        );
    }
    for duty in &book.duties {
        note("duty", duty.id.as_str(), duty.span, &duty.says, cite_line(book, &duty.cite), None);
    }
    for limit in &book.limits {
        note(
            "limit",
            limit.id.as_str(),
            limit.span,
            &limit.step,
            cite_line(book, &limit.cite),
            None,
        );
    }
    for edition in &book.editions {
        let span = DaySpan { from: edition.from.latest, until: edition.until.map(|u| u.latest) };
        let cite = kouan_rulebook::Cite { law: edition.law.clone(), at: "all".into() };
        let title = crate::lists::title(book, edition);
        note("list", edition.id.as_str(), span, &title, cite_line(book, &cite), None);
    }
    entries.sort_by(|a, b| a.on.cmp(&b.on).then(b.began.cmp(&a.began)));
    entries
}

/// The provision that ended a rule, in words.
fn ended_by(book: &Book, rule: &Rule) -> Option<CiteLine> {
    let (law, at) = rule.ended_by.as_deref()?.split_once('#')?;
    let cite = kouan_rulebook::Cite { law: kouan_terms::InstrumentId::new(law), at: at.into() };
    Some(cite_line(book, &cite))
}
