//! Proofs over every completion: no hole, no conflict, no dead rule, no way down by growing.
//!
//! Nothing is sampled. A diagram covers every completion of facts, claims, readings and doubts, so
//! that one search through it answers for all of them.

use std::collections::{BTreeMap, BTreeSet};

use kouan_rulebook::{Book, Edition, Rule};
use kouan_terms::{Day, EditionId, FactId, PointId, ReadingId, Route, RuleId, ScenarioId};

use crate::diagram::{
    CONFLICT, CompileError, Compiled, Doubt, HOLE, IMPOSSIBLE, Knowledge, Meaning, Nodes, Ref,
    Scope, TRUE, Variable, cells_of, leaf, leaves, offending, path_to, rising, route_of, tested,
};
use crate::verdict::value_in_cell;

/// What holds of the whole book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// One row for each boundary day without a list, and for each way a list can apply that day.
    pub rows: Vec<ScopeProof>,
    /// Rules that no completion of any day leaves standing.
    pub dead: Vec<RuleId>,
    /// Two versions of one id in force on the same day.
    pub overlaps: Vec<RuleId>,
    /// Days between two versions of one id on which neither is in force: from, until.
    pub gaps: Vec<(RuleId, Day, Day)>,
}

/// What holds of one day, with or without a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeProof {
    /// The day.
    pub day: Day,
    /// The list relied on, with every scenario to which the same rules apply. A scenario that is
    /// not held is named `sector/` alone.
    pub list: Option<(EditionId, Vec<ScenarioId>)>,
    /// How many nodes the diagrams have.
    pub nodes: usize,
    /// How many completions they cover, counting facts, readings and doubts that a route asks for,
    /// each count by its cells. At the largest number there is, at least so many.
    pub completions: u128,
    /// A completion for which no rule gives a route.
    pub hole: Option<Example>,
    /// The hole that the book names for this day, and explains.
    pub hole_named: Option<String>,
    /// A completion in which rules lead to routes that cannot be compared.
    pub conflict: Option<Example>,
    /// Facts that make a route lighter by growing, which they never should.
    pub falls: Vec<Fall>,
    /// Readings that could make the route stricter than it is while they are open.
    pub stricter_readings: Vec<(PointId, ReadingId)>,
    /// A completion that is freed by relying on the list although no rule of the list frees it.
    pub freed_in_silence: Option<Example>,
}

/// One completion: facts not named may have any value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Facts with their values, as a rulebook writes them; of a count, the smallest of its cell.
    pub facts: Vec<(FactId, String)>,
    /// The readings under which it comes about.
    pub readings: Vec<(PointId, ReadingId)>,
    /// What is taken to be so of what the book itself does not know.
    pub doubts: Vec<(Doubt, bool)>,
    /// The route, where there is one.
    pub route: Option<Route>,
    /// The rules that can still stand there.
    pub rules: Vec<RuleId>,
}

/// A fact that made a route lighter by growing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fall {
    /// The fact.
    pub fact: FactId,
    /// The completion before.
    pub before: Example,
    /// The completion with the larger value.
    pub after: Example,
}

impl Proof {
    /// Whether nothing speaks against the book, holes that it names and explains aside.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.dead.is_empty()
            && self.overlaps.is_empty()
            && self.gaps.is_empty()
            && self.rows.iter().all(ScopeProof::is_sound)
    }
}

impl ScopeProof {
    /// Whether nothing speaks against this day, a hole that the book names aside.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        (self.hole.is_none() || self.hole_named.is_some())
            && self.conflict.is_none()
            && self.falls.is_empty()
            && self.stricter_readings.is_empty()
            && self.freed_in_silence.is_none()
    }
}

/// Proves what can be proved of a book, on every day on which something begins or ends.
///
/// # Errors
///
/// A diagram that cannot be compiled.
pub fn prove(book: &Book) -> Result<Proof, CompileError> {
    let mut proof = Proof::default();
    let mut alive = BTreeSet::new();
    for day in book.boundary_days() {
        let national = Compiled::new(book, Scope { day, list: None, adopted: Vec::new() })?;
        note_alive(&national, &mut alive);
        let alone = row(book, &national, None, None);
        proof.rows.push(alone.clone());
        for edition in &book.editions {
            if edition.governs(day) == Some(false) {
                continue;
            }
            for group in scenarios(edition) {
                let list = Some((edition.id.clone(), group.names));
                if !group.decides {
                    // A list that only informs leaves the national rules as they are.
                    proof.rows.push(ScopeProof { list, ..alone.clone() });
                    continue;
                }
                let one = Some((edition.id.clone(), group.one));
                let scope = Scope { day, list: one, adopted: Vec::new() };
                let compiled = Compiled::new(book, scope)?;
                note_alive(&compiled, &mut alive);
                proof.rows.push(row(book, &compiled, list, Some(&national)));
            }
        }
    }
    let decides: Vec<&Rule> = deciding_rules(book).collect();
    let dead = decides.iter().filter(|rule| !alive.contains(&(rule.id.clone(), rule.span)));
    proof.dead = dead.map(|rule| rule.id.clone()).collect();
    versions(&decides, &mut proof);
    Ok(proof)
}

/// Every rule that may decide: those that only inform aside.
fn deciding_rules(book: &Book) -> impl Iterator<Item = &Rule> {
    let sectors = book.editions.iter().flat_map(|edition| &edition.sectors);
    let listed = sectors.flat_map(|sector| &sector.rules).filter(|rule| !rule.informs);
    book.rules.iter().chain(listed.map(|rule| &rule.rule))
}

/// Scenarios of an edition to which the same rules apply.
struct Group {
    /// One of them.
    one: ScenarioId,
    /// All of them.
    names: Vec<ScenarioId>,
    /// Whether any of the rules decides.
    decides: bool,
}

/// The scenarios of an edition by the rules that decide in them. One that is not held has the rules
/// of its sector.
fn scenarios(edition: &Edition) -> Vec<Group> {
    let mut groups: BTreeMap<Vec<&RuleId>, Vec<ScenarioId>> = BTreeMap::new();
    for sector in &edition.sectors {
        let name = sector.text.sector.id.as_ref().as_str();
        let held = sector.text.scenario.iter().map(|scenario| scenario.id.as_ref().as_str());
        let unheld = (!edition.text.complete).then_some("");
        for scenario in held.chain(unheld) {
            let reach = edition.sectors.iter().filter(|reached| {
                let reached = reached.text.sector.id.as_ref();
                reached == name || reached == "any"
            });
            let applies = reach.flat_map(|sector| &sector.rules).filter(|rule| {
                !rule.informs && rule.scenario.as_deref().is_none_or(|only| only == scenario)
            });
            let rules: Vec<&RuleId> = applies.map(|rule| &rule.rule.id).collect();
            groups.entry(rules).or_default().push(ScenarioId::new(&format!("{name}/{scenario}")));
        }
    }
    // A complete list decides by what it does not name, too.
    let decides = |rules: &[&RuleId]| !rules.is_empty() || edition.text.complete;
    let group = |(rules, names): (Vec<&RuleId>, Vec<ScenarioId>)| {
        Some(Group { one: names.first()?.clone(), decides: decides(&rules), names })
    };
    groups.into_iter().filter_map(group).collect()
}

fn note_alive(compiled: &Compiled, alive: &mut BTreeSet<(RuleId, kouan_terms::DaySpan)>) {
    let nothing = Knowledge::nothing(compiled);
    for rule in &compiled.rules {
        if leaves(&compiled.nodes, rule.effective, &nothing) & 1 << TRUE != 0 {
            alive.insert((rule.rule.id.clone(), rule.rule.span));
        }
    }
}

fn row(
    book: &Book,
    compiled: &Compiled,
    list: Option<(EditionId, Vec<ScenarioId>)>,
    national: Option<&Compiled>,
) -> ScopeProof {
    let nothing = Knowledge::nothing(compiled);
    let day = compiled.scope.day;
    let view = View { book, compiled };
    let reaching = |outcome: Ref| {
        let path = path_to(&compiled.nodes, compiled.open, &nothing, 1 << outcome)?;
        Some(view.example(&path, outcome))
    };
    let named = book
        .manifest
        .hole
        .iter()
        .find(|hole| hole.from.0 <= day && hole.until.is_none_or(|until| day < until.0));
    ScopeProof {
        day,
        nodes: compiled.node_count(),
        completions: completions(compiled, &nothing),
        hole: reaching(HOLE),
        hole_named: named.map(|hole| hole.id.clone()),
        conflict: reaching(CONFLICT),
        falls: view.falls(&nothing),
        stricter_readings: view.stricter_readings(&nothing),
        freed_in_silence: national.and_then(|national| view.freed_in_silence(national)),
        list,
    }
}

/// How many completions end in an outcome, over everything that a route asks for.
fn completions(compiled: &Compiled, nothing: &Knowledge) -> u128 {
    let asked = tested(&compiled.nodes, compiled.open, nothing);
    let cells = |var: &usize| compiled.variables.get(*var).map_or(1, |v| v.cells as u128);
    let mut memo = BTreeMap::new();
    let below = count(&compiled.nodes, compiled.open, &asked, &cells, &mut memo);
    let first = compiled.nodes.var(compiled.open) as usize;
    asked.iter().filter(|var| **var < first).map(cells).fold(below, u128::saturating_mul)
}

fn count(
    nodes: &Nodes,
    node: Ref,
    asked: &[usize],
    cells: &dyn Fn(&usize) -> u128,
    memo: &mut BTreeMap<Ref, u128>,
) -> u128 {
    let children = nodes.children(node);
    if children.is_empty() {
        return u128::from(node != IMPOSSIBLE);
    }
    if let Some(known) = memo.get(&node) {
        return *known;
    }
    let var = nodes.var(node) as usize;
    let mut sum: u128 = 0;
    for child in children {
        let next = nodes.var(*child) as usize;
        let between = asked.iter().filter(|skipped| (var + 1..next).contains(skipped));
        let below = count(nodes, *child, asked, cells, memo);
        sum = sum.saturating_add(between.map(cells).fold(below, u128::saturating_mul));
    }
    memo.insert(node, sum);
    sum
}

/// Two versions of one id may neither overlap nor leave days between them.
fn versions(rules: &[&Rule], proof: &mut Proof) {
    let mut by_id: BTreeMap<&RuleId, Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        by_id.entry(&rule.id).or_default().push(rule);
    }
    for (id, mut versions) in by_id {
        versions.sort_by_key(|rule| rule.span.from);
        for (earlier, later) in versions.iter().zip(versions.iter().skip(1)) {
            match earlier.span.until {
                Some(until) if until < later.span.from => {
                    proof.gaps.push((id.clone(), until, later.span.from));
                }
                Some(until) if until == later.span.from => {}
                Some(_) | None => proof.overlaps.push(id.clone()),
            }
        }
    }
}

/// A compiled diagram and the book that names its parts.
struct View<'a> {
    book: &'a Book,
    compiled: &'a Compiled,
}

impl View<'_> {
    /// A completion by names, from the cells along a path.
    fn example(&self, path: &[(usize, usize)], outcome: Ref) -> Example {
        let mut example = Example {
            facts: Vec::new(),
            readings: Vec::new(),
            doubts: Vec::new(),
            route: route_of(outcome),
            rules: Vec::new(),
        };
        let mut knowledge = Knowledge::nothing(self.compiled);
        for (var, cell) in path {
            knowledge.set(*var, 1 << cell);
            let Some(variable) = self.compiled.variables.get(*var) else { continue };
            match &variable.meaning {
                Meaning::Fact(place) => {
                    if let Some(fact) = self.book.facts.get(*place) {
                        let value = value_in_cell(fact, variable, *cell, 0);
                        example.facts.push((fact.id.clone(), value));
                    }
                }
                Meaning::Reading(place) => {
                    let point = self.book.points.get(*place);
                    let reading = point.and_then(|point| point.readings.get(*cell));
                    if let (Some(point), Some(reading)) = (point, reading) {
                        example.readings.push((point.id.clone(), reading.id.clone()));
                    }
                }
                Meaning::Doubt(doubt) => example.doubts.push((doubt.clone(), *cell == 1)),
            }
        }
        let standing = self.compiled.rules.iter().filter(|rule| {
            leaves(&self.compiled.nodes, rule.effective, &knowledge) & 1 << TRUE != 0
        });
        example.rules = standing.map(|rule| rule.rule.id.clone()).collect();
        example
    }

    /// Facts that must not make a route lighter by growing, and do.
    fn falls(&self, nothing: &Knowledge) -> Vec<Fall> {
        let lighter = |before: Ref, after: Ref| {
            let rung = |leaf: Ref| route_of(leaf).and_then(Route::rung);
            rung(before).zip(rung(after)).is_some_and(|(before, after)| after < before)
        };
        let asked = tested(&self.compiled.nodes, self.compiled.folded, nothing);
        let growing = self.book.facts.iter().enumerate().filter(|(_, fact)| fact.stricter_upwards);
        let growing = growing.filter(|(var, _)| asked.contains(var));
        let fall = |(var, fact): (usize, &kouan_rulebook::Fact)| {
            let (nodes, root) = (&self.compiled.nodes, self.compiled.folded);
            let witness = rising(nodes, root, nothing, var, &lighter)?;
            Some(Fall {
                fact: fact.id.clone(),
                before: self.example(&witness.left, witness.leaves.0),
                after: self.example(&witness.right, witness.leaves.1),
            })
        };
        growing.filter_map(fall).collect()
    }

    /// Readings that, once adopted, could be stricter than leaving the point open.
    fn stricter_readings(&self, nothing: &Knowledge) -> Vec<(PointId, ReadingId)> {
        let stricter = |adopted: Ref, open: Ref| strictness(adopted) > strictness(open);
        let mut found = Vec::new();
        for (var, roots) in &self.compiled.by_reading {
            let Some(Meaning::Reading(place)) =
                self.compiled.variables.get(*var).map(|variable| &variable.meaning)
            else {
                continue;
            };
            let Some(point) = self.book.points.get(*place) else { continue };
            for (reading, root) in point.readings.iter().zip(roots) {
                let pair = (*root, self.compiled.folded);
                if offending(&self.compiled.nodes, pair, nothing, &stricter).is_some() {
                    found.push((point.id.clone(), reading.id.clone()));
                }
            }
        }
        found
    }

    /// A completion that relying on the list frees, where the national rules alone do not and no
    /// rule of the list that frees can hold. A list held only in part must never do that.
    fn freed_in_silence(&self, national: &Compiled) -> Option<Example> {
        let light = 1 << leaf(Route::None) | 1 << leaf(Route::Exempt);
        let frees = |route: Route| 1 << leaf(route) & light != 0;
        let rules = self.compiled.rules.iter();
        let freeing = rules.filter(|r| r.from_list.is_some() && !r.informs && frees(r.rule.then));
        let state = State {
            national: national.folded,
            listed: self.compiled.folded,
            freeing: freeing.map(|rule| rule.holds).collect(),
        };
        let mut claimed = Knowledge::nothing(self.compiled);
        if let Some(claim) = self.book.fact_index("claim.list") {
            claimed.set(claim, 1 << 1);
        }
        let mut search = Silence {
            national,
            compiled: self.compiled,
            claimed,
            alone: Knowledge::nothing(national),
            light,
            seen: BTreeSet::new(),
            path: Vec::new(),
        };
        let leaf = search.run(state)?;
        Some(self.example(&search.path, leaf))
    }
}

/// Where the three kinds of diagrams stand after the same facts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    national: Ref,
    listed: Ref,
    freeing: Vec<Ref>,
}

/// A walk through the national diagram and that of a list at once. Their facts are the same; the
/// counts of the list are cut at least as finely.
struct Silence<'a> {
    national: &'a Compiled,
    compiled: &'a Compiled,
    claimed: Knowledge,
    alone: Knowledge,
    light: u32,
    seen: BTreeSet<State>,
    path: Vec<(usize, usize)>,
}

impl Silence<'_> {
    /// The light leaf that was reached in silence, if one was.
    fn run(&mut self, state: State) -> Option<Ref> {
        if state.freeing.contains(&TRUE) || state.national == IMPOSSIBLE {
            return None;
        }
        let listed = &self.compiled.nodes;
        let others = state.freeing.iter().chain([&state.listed]).map(|node| listed.var(*node));
        let first = others.chain([self.national.nodes.var(state.national)]).min()?;
        let var = first as usize;
        if var >= self.compiled.fact_count {
            return self.freed(&state);
        }
        if !self.seen.insert(state.clone()) {
            return None;
        }
        for cell in cells_of(self.claimed.cells(var)) {
            let part = |nodes: &Nodes, node: Ref, cell: usize| {
                if nodes.var(node) == first { nodes.child(node, cell) } else { node }
            };
            let alike = self.same_cell(var, cell);
            let listed = &self.compiled.nodes;
            let next = State {
                national: part(&self.national.nodes, state.national, alike),
                listed: part(listed, state.listed, cell),
                freeing: state.freeing.iter().map(|node| part(listed, *node, cell)).collect(),
            };
            self.path.push((var, cell));
            if let Some(leaf) = self.run(next) {
                return Some(leaf);
            }
            self.path.pop();
        }
        None
    }

    /// The cell of the national diagram that a cell of the list's lies in.
    fn same_cell(&self, var: usize, cell: usize) -> usize {
        match (self.compiled.fact_variable(var), self.national.fact_variable(var)) {
            (Some(finer), Some(coarser)) if !finer.cuts.is_empty() => {
                coarser.cell_of(Variable::range_of(finer, cell).0)
            }
            _ => cell,
        }
    }

    /// All facts are told; only readings and doubts are left.
    fn freed(&self, state: &State) -> Option<Ref> {
        let nodes = &self.compiled.nodes;
        let may_free = |node: &Ref| leaves(nodes, *node, &self.claimed) & 1 << TRUE != 0;
        let alone = leaves(&self.national.nodes, state.national, &self.alone);
        let relying = leaves(nodes, state.listed, &self.claimed) & self.light;
        let freed = relying != 0 && alone & self.light == 0 && !state.freeing.iter().any(may_free);
        freed.then(|| relying.trailing_zeros())
    }
}

/// The order in which readings are folded: the ladder, a special regime between assessment and
/// prohibition, faults of the book last.
fn strictness(outcome: Ref) -> u8 {
    match route_of(outcome) {
        Some(Route::None) => 1,
        Some(Route::Exempt) => 2,
        Some(Route::ContractOrCertification) => 3,
        Some(Route::SecurityAssessment) => 4,
        Some(Route::OtherLawfulRoute) => 5,
        Some(Route::Prohibited) => 6,
        _ if outcome == HOLE => 7,
        _ if outcome == CONFLICT => 8,
        _ => 0,
    }
}
