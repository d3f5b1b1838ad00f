//! One evaluation of one question: the routes still possible, and why.
//!
//! A verdict speaks in places (of rules, of variables); [`crate::report`] puts the words to it.
//! Nothing else evaluates anything: what explains and what decides is this one value.

use kouan_rulebook::{Book, Comparison, Condition, Fact, FactKind, Notion, Subject, Test};
use kouan_terms::{FactId, PointId, ReadingId, Route, RouteSet, RuleId};

use crate::declaration::{Bounds, Given, Stated};
use crate::diagram::{
    CONFLICT, Compiled, Counter, Doubt, HOLE, IMPOSSIBLE, Knowledge, Meaning, NEEDS_MAX, PER_MILLE,
    Ref, Seen, TRUE, Variable, WHOLE, always, cells_of, difference, leaf, leaves, only, route_of,
    routes_of, tested,
};

/// A question: a compiled diagram and what is known.
#[derive(Clone)]
pub(crate) struct Question<'a> {
    pub book: &'a Book,
    pub compiled: &'a Compiled,
    pub knowledge: Knowledge,
    /// Counts that are known, at least in part, by their variable.
    pub counts: Vec<(usize, Bounds)>,
}

/// What the rules say of a question.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub possible: RouteSet,
    /// A completion exists for which no rule gives a route, or two that cannot be compared do.
    pub fault: bool,
    /// Rules that hold in every completion and are not set aside; those of the route first.
    pub because: Vec<usize>,
    /// Decided, but by different rules in different completions: those rules.
    pub either: Vec<usize>,
    /// Rules that fail in every completion, with the first comparison that fails.
    pub not: Vec<Failed>,
    /// Rules that hold in some completions only.
    pub open: Vec<usize>,
    /// Rules that hold but are set aside in every completion.
    pub aside: Vec<usize>,
    /// Rules that only inform, and hold.
    pub informs: Vec<usize>,
    /// The option of the Greater Bay Area contract: rules that hold, or may hold.
    pub options: Vec<(usize, bool)>,
    /// Unknown facts that matter, most telling first, with their score.
    pub needs: Vec<Need>,
    /// Unknown facts that change nothing.
    pub no_matter: usize,
    /// What the rulebook itself does not know and that matters.
    pub doubts: Vec<usize>,
    /// Unsettled points on which another reading gives another route.
    pub unsettled: Vec<OpenPoint>,
    /// Unsettled points that are only mentioned, by their place in the book.
    pub mentioned: Vec<usize>,
    /// Two completions with different routes.
    pub witness: Option<crate::diagram::Witness>,
    /// Known facts that fix the route by themselves.
    pub rests_on: Vec<usize>,
}

/// A rule that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failed {
    pub rule: usize,
    /// The comparison that fails, by its place among the rule's comparisons; `None` when no single
    /// one fails in every completion.
    pub comparison: Option<usize>,
    /// Nothing else about the rule fails.
    pub near: bool,
}

/// An unknown fact that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    pub var: usize,
    /// How much it decides, out of a thousand.
    pub score: u32,
    /// For each class of its cells: the cells, and the routes possible then.
    pub outcomes: Vec<(u64, RouteSet)>,
}

/// An unsettled point that moves the route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenPoint {
    /// Its place in the book.
    pub point: usize,
    /// For each reading: the routes possible under it, and the rules that lead there.
    pub readings: Vec<(RouteSet, Vec<usize>)>,
}

impl<'a> Question<'a> {
    /// A question from what is given; a fact that is not given is unknown, a claim that is not
    /// given is not made.
    pub fn new(book: &'a Book, compiled: &'a Compiled, given: &[&Given]) -> Question<'a> {
        let mut knowledge = Knowledge::nothing(compiled);
        for (place, fact) in book.facts.iter().enumerate() {
            if fact.is_claim() {
                knowledge.set(place, 1);
            }
        }
        let mut question = Question { book, compiled, knowledge, counts: Vec::new() };
        // Statements mostly come in the order of the book: try the next fact before looking it up.
        let mut next = 0;
        for given in given {
            let id = given.fact.as_str();
            let in_order = book.facts.get(next).is_some_and(|fact| fact.id.as_str() == id);
            if let Some(var) = Some(next).filter(|_| in_order).or_else(|| book.fact_index(id)) {
                question.learn_of(var, given);
                next = var + 1;
            }
        }
        question
    }

    /// Narrows what is known by one statement.
    pub fn learn(&mut self, given: &Given) {
        if let Some(var) = self.book.fact_index(given.fact.as_str()) {
            self.learn_of(var, given);
        }
    }

    fn learn_of(&mut self, var: usize, given: &Given) {
        let Some(variable) = self.compiled.fact_variable(var) else { return };
        let cells = cells_given(self.book, var, variable, &given.value);
        let is_claim = self.book.facts.get(var).is_some_and(kouan_rulebook::Fact::is_claim);
        let before = if is_claim { u64::MAX } else { self.knowledge.cells(var) };
        self.knowledge.set(var, before & cells);
        if let Stated::Count(bounds) = &given.value {
            self.counts.retain(|(known, _)| *known != var);
            self.counts.push((var, *bounds));
        }
    }

    /// The routes still possible, readings folded by the stricter one.
    pub fn possible(&self) -> RouteSet {
        routes_of(self.leaves(self.compiled.folded))
    }

    /// The leaves still possible below a root.
    pub fn leaves(&self, root: Ref) -> u32 {
        leaves(&self.compiled.nodes, root, &self.knowledge)
    }

    /// Whether no completion agrees with what is given.
    pub fn is_contradictory(&self) -> bool {
        self.leaves(self.compiled.folded) & !(1 << IMPOSSIBLE) == 0 || self.knowledge_is_empty()
    }

    fn knowledge_is_empty(&self) -> bool {
        (0..self.compiled.fact_count).any(|var| self.knowledge.cells(var) == 0)
    }

    /// Evaluates: route, reasons, questions, doubts and open points, in one go.
    pub fn verdict(&self) -> Verdict {
        let found = self.leaves(self.compiled.folded);
        let possible = routes_of(found);
        let mut verdict = Verdict {
            possible,
            fault: found & (1 << HOLE | 1 << CONFLICT) != 0,
            ..Verdict::default()
        };
        let route = possible.decision();
        let under = self.reading_that_counts(route);
        let settled = Question { knowledge: under, ..self.clone() };
        settled.explain(route, &mut verdict);
        self.open_points(&mut verdict);
        if possible.len() > 1 || verdict.fault {
            self.ask(&mut verdict);
        } else {
            verdict.no_matter = self.unknown_facts().count();
            verdict.rests_on = self.rests_on(route);
        }
        verdict
    }

    /// What is known, with each reading fixed to one under which the decision comes out: the safe
    /// one where it does.
    fn reading_that_counts(&self, route: Route) -> Knowledge {
        let readings: Vec<usize> = self.compiled.by_reading.iter().map(|(var, _)| *var).collect();
        let mut best = self.knowledge.clone();
        for var in &readings {
            best.set(*var, 1 << self.safe_cell(*var));
        }
        if route == Route::Undetermined {
            return best;
        }
        let gives = |knowledge: &Knowledge| {
            always(&self.compiled.nodes, self.compiled.open, knowledge, leaf(route))
        };
        if gives(&best) {
            return best;
        }
        // The safe readings together give a lighter route: turn single points over, in order.
        let mut trial = best.clone();
        for (var, roots) in &self.compiled.by_reading {
            let stricter = roots
                .iter()
                .position(|root| always(&self.compiled.nodes, *root, &self.knowledge, leaf(route)));
            if let Some(cell) = stricter {
                trial.set(*var, 1 << cell);
            }
            if gives(&trial) {
                return trial;
            }
        }
        best
    }

    fn safe_cell(&self, var: usize) -> usize {
        match self.compiled.variables.get(var).map(|variable| &variable.meaning) {
            Some(Meaning::Reading(point)) => {
                self.book.points.get(*point).and_then(|point| point.safe).unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// Sorts the rules by what they do in the completions that are left.
    fn explain(&self, route: Route, verdict: &mut Verdict) {
        let mut beside = Vec::new();
        let notions = self.notions_failing();
        for (place, rule) in self.compiled.rules.iter().enumerate() {
            let holds = self.leaves(rule.holds);
            let then = rule.rule.then;
            if then == Route::GbaContract {
                if holds & 1 << TRUE != 0 {
                    verdict.options.push((place, only(holds, TRUE)));
                }
                continue;
            }
            if rule.informs {
                if only(holds, TRUE) {
                    verdict.informs.push(place);
                }
                continue;
            }
            if holds & 1 << TRUE == 0 {
                verdict.not.push(self.failure(place, &rule.rule.when, &notions));
                continue;
            }
            let effective = self.leaves(rule.effective);
            if only(effective, TRUE) {
                if then == route { verdict.because.push(place) } else { beside.push(place) }
            } else if effective & 1 << TRUE != 0 {
                verdict.open.push(place);
            } else if only(holds, TRUE) {
                verdict.aside.push(place);
            }
        }
        if verdict.because.is_empty() && route != Route::Undetermined {
            let leads = |place: &usize| {
                self.compiled.rules.get(*place).is_some_and(|rule| rule.rule.then == route)
            };
            verdict.either = verdict.open.iter().copied().filter(leads).collect();
            // The rule that hangs on the fewest unknown facts is the likeliest reason: first.
            verdict.either.sort_by_key(|place| self.open_comparisons(*place));
        }
        verdict.because.append(&mut beside);
        for (point, condition) in &self.compiled.consequences.points {
            if only(self.leaves(*condition), TRUE) {
                verdict.mentioned.push(*point);
            }
        }
    }

    /// How many comparisons of a rule what is known does not settle; notions are left aside.
    fn open_comparisons(&self, place: usize) -> usize {
        let Some(rule) = self.compiled.rules.get(place) else { return 0 };
        let open = |comparison: &&Comparison| match &comparison.subject {
            Subject::Notion(_) => false,
            Subject::Fact(fact) => self.compiled.fact_variable(*fact).is_some_and(|variable| {
                let passing = cells_passing(variable, &comparison.test);
                self.knowledge.cells(*fact) & variable.every_cell() & !passing != 0
            }),
        };
        rule.rule.when.comparisons().filter(open).count()
    }

    /// The first comparison of a rule that fails in every completion.
    fn failure(&self, rule: usize, when: &Condition, notions: &[(&str, bool)]) -> Failed {
        let fails = |comparison: &Comparison, negated: bool| match &comparison.subject {
            Subject::Fact(_) => self.fails(comparison, negated),
            Subject::Notion(id) => {
                let known = notions.iter().find(|(known, _)| **known == **id);
                lacks(&comparison.test, known.map(|(_, fails)| *fails), negated)
            }
        };
        let mut first = None;
        let mut failing = 0;
        let all = when.all.iter().enumerate().map(|(place, c)| (place, c, false));
        let shift = when.all.len() + when.any.len();
        let none = when.none.iter().enumerate().map(|(place, c)| (shift + place, c, true));
        for (place, comparison, negated) in all.chain(none) {
            if fails(comparison, negated) {
                failing += 1;
                first = first.or(Some(place));
            }
        }
        let any_fails = !when.any.is_empty() && when.any.iter().all(|c| fails(c, false));
        if any_fails {
            failing += 1;
            first = first.or(Some(when.all.len()));
        }
        Failed { rule, comparison: first, near: failing == 1 }
    }

    /// Whether a comparison fails for certain. A notion is judged by its own conditions.
    pub fn fails(&self, comparison: &Comparison, negated: bool) -> bool {
        match (&comparison.subject, &comparison.test) {
            (Subject::Fact(fact), test) => {
                let Some(variable) = self.compiled.fact_variable(*fact) else { return false };
                let passing = cells_passing(variable, test);
                let left = self.knowledge.cells(*fact) & variable.every_cell();
                if negated { left & !passing == 0 } else { left & passing == 0 }
            }
            (Subject::Notion(id), test) => {
                let day = self.compiled.scope.day;
                let notion =
                    self.book.notions.iter().find(|n| *n.id == **id && n.span.contains(day));
                lacks(test, notion.map(|notion| self.definition_fails(notion)), negated)
            }
        }
    }

    fn definition_fails(&self, notion: &Notion) -> bool {
        notion.when.all.iter().any(|c| self.fails(c, false))
    }

    /// The notions of the day, and whether each fails for certain: asked once for all rules.
    fn notions_failing(&self) -> Vec<(&'a str, bool)> {
        let day = self.compiled.scope.day;
        let notions = self.book.notions.iter().filter(|notion| notion.span.contains(day));
        notions.map(|notion| (&*notion.id, self.definition_fails(notion))).collect()
    }

    /// The unsettled points on which the route really depends, in some completion that is left.
    fn open_points(&self, verdict: &mut Verdict) {
        for (var, roots) in &self.compiled.by_reading {
            let Some((first, others)) = roots.split_first() else { continue };
            // Where one route is left whatever the reading, there is no need to search.
            let reached = roots.iter().fold(0, |set, root| set | self.leaves(*root));
            let one = (reached & !(1 << IMPOSSIBLE)).is_power_of_two();
            let differs = !one
                && others.iter().any(|other| {
                    let pair = (*first, *other);
                    first != other
                        && difference(&self.compiled.nodes, pair, &self.knowledge, &[]).is_some()
                });
            let Some(Meaning::Reading(point)) =
                self.compiled.variables.get(*var).map(|variable| &variable.meaning)
            else {
                continue;
            };
            if differs {
                let readings = roots
                    .iter()
                    .enumerate()
                    .map(|(cell, root)| {
                        let routes = routes_of(self.leaves(*root));
                        (routes, self.leading(*var, cell, routes.decision()))
                    })
                    .collect();
                verdict.unsettled.push(OpenPoint { point: *point, readings });
            }
        }
    }

    /// The rules that lead to a route under one reading, the other points as they count.
    fn leading(&self, var: usize, cell: usize, route: Route) -> Vec<usize> {
        let mut knowledge = self.knowledge.clone();
        for (other, _) in &self.compiled.by_reading {
            knowledge.set(*other, 1 << self.safe_cell(*other));
        }
        knowledge.set(var, 1 << cell);
        let leads = |(_, rule): &(usize, &crate::diagram::CompiledRule)| {
            rule.rule.then == route
                && always(&self.compiled.nodes, rule.effective, &knowledge, TRUE)
        };
        self.compiled.rules.iter().enumerate().filter(leads).map(|(place, _)| place).collect()
    }

    /// The unknown facts (claims aside: a claim is made or it is not).
    pub fn unknown_facts(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.compiled.fact_count).filter(|var| !self.knowledge.is_known(*var))
    }

    /// Finds the facts and doubts that matter, ranks the facts, and shows two completions.
    fn ask(&self, verdict: &mut Verdict) {
        let nodes = &self.compiled.nodes;
        let root = self.compiled.folded;
        let candidates = tested(nodes, root, &self.knowledge);
        let matters = |free: &[usize]| difference(nodes, (root, root), &self.knowledge, free);
        let mut facts = Vec::new();
        for var in candidates {
            let Some(witness) = matters(&[var]) else { continue };
            if var < self.compiled.fact_count {
                facts.push(var);
                verdict.witness.get_or_insert(witness);
            } else {
                verdict.doubts.push(var);
                verdict.witness.get_or_insert(witness);
            }
        }
        if facts.is_empty() && verdict.doubts.is_empty() {
            for group in &self.compiled.tied {
                if let Some(witness) = matters(group) {
                    facts.extend(group.iter().filter(|var| !self.knowledge.is_known(**var)));
                    verdict.witness.get_or_insert(witness);
                }
            }
        }
        verdict.no_matter = self.unknown_facts().count().saturating_sub(facts.len());
        let counter = Counter::new(nodes, root, &self.knowledge);
        let baseline = counter.baseline();
        let mut ranked: Vec<(u128, u8, usize, Need)> = facts
            .into_iter()
            .map(|var| {
                let score = counter.score(var);
                let fact = self.book.facts.get(var);
                let effort = u128::from(fact.map_or(1, |fact| fact.effort.max(1)));
                let gain = score.saturating_sub(baseline) / effort;
                let from = fact.map_or(0, |fact| fact.from as u8);
                let score = u32::try_from(score.saturating_mul(PER_MILLE) / WHOLE).unwrap_or(0);
                (gain, from, var, Need { var, score, outcomes: self.outcomes(var) })
            })
            .collect();
        ranked.sort_by(|a, b| {
            let name = |var: usize| self.book.facts.get(var).map(|fact| &fact.id);
            b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| name(a.2).cmp(&name(b.2)))
        });
        verdict.needs = ranked.into_iter().map(|(_, _, _, need)| need).take(NEEDS_MAX).collect();
    }

    /// For each run of cells of a variable: the routes possible when it lies there.
    fn outcomes(&self, var: usize) -> Vec<(u64, RouteSet)> {
        let mut outcomes: Vec<(u64, RouteSet)> = Vec::new();
        for cell in cells_of(self.knowledge.cells(var)) {
            let known = self.knowledge.with(var, 1 << cell);
            let routes = routes_of(leaves(&self.compiled.nodes, self.compiled.folded, &known));
            if routes.is_empty() {
                continue;
            }
            match outcomes.iter_mut().find(|(_, known)| *known == routes) {
                Some((cells, _)) => *cells |= 1 << cell,
                None => outcomes.push((1 << cell, routes)),
            }
        }
        outcomes
    }

    /// Known facts that fix the route by themselves: forget what can be forgotten, in order.
    fn rests_on(&self, route: Route) -> Vec<usize> {
        let nodes = &self.compiled.nodes;
        let root = self.compiled.folded;
        let fixed = |knowledge: &Knowledge| always(nodes, root, knowledge, leaf(route));
        let is_claim = |var: usize| self.book.facts.get(var).is_some_and(|fact| fact.is_claim());
        let known = |var: &usize| {
            let every = self.compiled.fact_variable(*var).map_or(0, Variable::every_cell);
            self.knowledge.cells(*var) & every != every
        };
        // Facts that no node on the way tests cannot be what it rests on.
        let on_the_way = self.on_the_way();
        let mut left = Knowledge::nothing(self.compiled);
        let mut kept = Vec::new();
        for var in (0..self.compiled.fact_count).filter(known) {
            if on_the_way.get(var) == Some(&true) || is_claim(var) {
                left.set(var, self.knowledge.cells(var));
                let unmade = is_claim(var) && self.knowledge.cells(var) == 1;
                if !unmade {
                    kept.push(var);
                }
            }
        }
        // A claim that is forgotten is not made, which can make needless what was needed before it:
        // with claims about, go round again until everything left is needed.
        kept.sort_by_key(|var| !is_claim(*var));
        loop {
            let before = kept.len();
            kept.retain(|var| {
                let every = self.compiled.fact_variable(*var).map_or(0, Variable::every_cell);
                let forgotten = if is_claim(*var) { 1 } else { every };
                let known = left.cells(*var);
                left.set(*var, forgotten);
                let needed = !fixed(&left);
                if needed {
                    left.set(*var, known);
                }
                needed
            });
            if kept.len() == before || !kept.iter().any(|var| is_claim(*var)) {
                break;
            }
        }
        kept.sort_unstable();
        kept
    }

    /// For each variable, whether nodes reached under what is known test it.
    fn on_the_way(&self) -> Vec<bool> {
        let nodes = &self.compiled.nodes;
        let mut found = vec![false; self.compiled.variables.len()];
        let mut seen = Seen::default();
        let mut open = vec![self.compiled.folded];
        while let Some(node) = open.pop() {
            let children = nodes.children(node);
            if children.is_empty() || !seen.first_time(node) {
                continue;
            }
            let var = nodes.var(node) as usize;
            if let Some(found) = found.get_mut(var) {
                *found = true;
            }
            let cells = cells_of(self.knowledge.cells(var));
            open.extend(cells.filter_map(|cell| children.get(cell).copied()));
        }
        found
    }
}

/// Whether a comparison with a notion fails for certain, when it is known whether the notion does;
/// a notion that is not in force never holds.
fn lacks(test: &Test, fails: Option<bool>, negated: bool) -> bool {
    matches!(test, Test::Is(wanted) if *wanted != negated) && fails.unwrap_or(true)
}

/// The cells of a variable that pass a test.
pub(crate) fn cells_passing(variable: &Variable, test: &Test) -> u64 {
    match test {
        Test::Is(value) => 1 << u32::from(*value),
        Test::Words(words) => words.iter().fold(0, |set, word| set | 1 << word),
        Test::Count { from, until } => {
            let most = until.map(|until| until.saturating_sub(1));
            variable.cells_between(*from, most)
        }
    }
}

/// The cells that agree with what is stated.
fn cells_given(book: &Book, var: usize, variable: &Variable, value: &Stated) -> u64 {
    match value {
        Stated::YesNo(value) => 1 << u32::from(*value),
        Stated::Word(word) => match book.facts.get(var).map(|fact| &fact.kind) {
            Some(kouan_rulebook::FactKind::OneOf(words)) => {
                words.iter().position(|(known, _)| known == word).map_or(0, |place| 1 << place)
            }
            _ => 0,
        },
        Stated::Count(bounds) => variable.cells_between(bounds.at_least, bounds.at_most),
    }
}

/// What the rules say of a question, by names: the whole of one evaluation without its words.
///
/// Lists of rules keep the order of the rulebook; `needs` come most telling first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The routes still possible, readings folded by the stricter one.
    pub possible: RouteSet,
    /// Some completion meets no rule, or rules that cannot be compared.
    pub fault: bool,
    /// Rules that hold in every completion and are not set aside; those of the route first.
    pub because: Vec<RuleId>,
    /// Decided, but by different rules in different completions: those rules.
    pub either: Vec<RuleId>,
    /// Rules that fail in every completion.
    pub not: Vec<RuleId>,
    /// Known facts that fix the route by themselves.
    pub rests_on: Vec<FactId>,
    /// Unknown facts that matter.
    pub needs: Vec<FactId>,
    /// What the rulebook itself does not know and that matters.
    pub doubts: Vec<Doubt>,
    /// Points on which another reading gives another route: each reading with its routes.
    pub unsettled: Vec<(PointId, Vec<(ReadingId, RouteSet)>)>,
    /// Two completions with different outcomes.
    pub witness: Option<[Completion; 2]>,
}

/// One completion of what is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The facts that lead to the outcome, each with a value; facts not named may have any.
    pub facts: Vec<(FactId, String)>,
    /// What is taken to be so of what the rulebook itself does not know.
    pub doubts: Vec<(Doubt, bool)>,
    /// The route; `None` where the rules give none.
    pub route: Option<Route>,
}

/// Evaluates what is given against a compiled diagram. A fact that is not given is unknown; a claim
/// that is not given is not made.
#[must_use]
pub fn evaluate(book: &Book, compiled: &Compiled, given: &[Given]) -> Evaluation {
    let question = Question::new(book, compiled, &given.iter().collect::<Vec<_>>());
    let verdict = question.verdict();
    let rules = |places: &[usize]| -> Vec<RuleId> {
        let rules = places.iter().filter_map(|place| compiled.rules.get(*place));
        rules.map(|rule| rule.rule.id.clone()).collect()
    };
    let facts = |vars: &[usize]| -> Vec<FactId> {
        vars.iter().filter_map(|var| book.facts.get(*var)).map(|fact| fact.id.clone()).collect()
    };
    let unsettled = verdict.unsettled.iter().filter_map(|open| {
        let point = book.points.get(open.point)?;
        let readings = point.readings.iter().zip(&open.readings);
        Some((point.id.clone(), readings.map(|(r, (routes, _))| (r.id.clone(), *routes)).collect()))
    });
    let failed: Vec<usize> = verdict.not.iter().map(|failed| failed.rule).collect();
    let needs: Vec<usize> = verdict.needs.iter().map(|need| need.var).collect();
    let doubts =
        verdict.doubts.iter().filter_map(|var| match &compiled.variables.get(*var)?.meaning {
            Meaning::Doubt(doubt) => Some(doubt.clone()),
            Meaning::Fact(_) | Meaning::Reading(_) => None,
        });
    Evaluation {
        possible: verdict.possible,
        fault: verdict.fault,
        because: rules(&verdict.because),
        either: rules(&verdict.either),
        not: rules(&failed),
        rests_on: facts(&verdict.rests_on),
        needs: facts(&needs),
        doubts: doubts.collect(),
        unsettled: unsettled.collect(),
        witness: verdict.witness.map(|witness| {
            let (left, right) = witness.leaves;
            [question.completion(&witness.left, left), question.completion(&witness.right, right)]
        }),
    }
}

impl Compiled {
    /// The routes still possible, readings folded by the stricter one: what [`evaluate`] says,
    /// without the reasons. For deciding many stored transfers again.
    #[must_use]
    pub fn possible(&self, book: &Book, given: &[Given]) -> RouteSet {
        Question::new(book, self, &given.iter().collect::<Vec<_>>()).possible()
    }
}

impl Question<'_> {
    /// A completion by names, from the cells along a path.
    fn completion(&self, path: &[(usize, usize)], outcome: Ref) -> Completion {
        let mut completion =
            Completion { facts: Vec::new(), doubts: Vec::new(), route: route_of(outcome) };
        for (var, cell) in path {
            let Some(variable) = self.compiled.variables.get(*var) else { continue };
            match &variable.meaning {
                Meaning::Fact(_) => {
                    let known = self.counts.iter().find(|(counted, _)| counted == var);
                    let least = known.map_or(0, |(_, bounds)| bounds.at_least);
                    if let Some(fact) = self.book.facts.get(*var) {
                        let value = value_in_cell(fact, variable, *cell, least);
                        completion.facts.push((fact.id.clone(), value));
                    }
                }
                Meaning::Doubt(doubt) => completion.doubts.push((doubt.clone(), *cell == 1)),
                Meaning::Reading(_) => {}
            }
        }
        completion
    }
}

/// A value of a fact in one of its cells, as a rulebook writes it; a count that is known to be at
/// least something is no smaller.
pub(crate) fn value_in_cell(fact: &Fact, variable: &Variable, cell: usize, least: u64) -> String {
    match &fact.kind {
        FactKind::YesNo => (cell == 1).to_string(),
        FactKind::OneOf(words) => {
            words.get(cell).map(|(word, _)| word.to_string()).unwrap_or_default()
        }
        FactKind::Persons => variable.range_of(cell).0.max(least).to_string(),
    }
}
