//! From rules to one diagram: who holds, who steps back, which route is left.

use std::collections::BTreeMap;

use kouan_rulebook::{
    Book, Cite, Comparison, Condition, Edition, FactKind, ListRule, Notion, Rule, Selector,
    Subject, Test,
};
use kouan_terms::{
    Bilingual, Confidence, Day, DaySpan, EditionId, FactId, PointId, ReadingId, Route, RuleId,
    ScenarioId,
};

use super::arena::{Arena, FALSE, Merge, Nodes, Projection, Ref, TRUE};
use super::variables::{Doubt, Meaning, Variable, VariableTable};

/// Leaves of a route diagram beside the routes themselves (`Route as u32`).
pub(crate) const HOLE: Ref = 8;
/// Two rules lead to routes that cannot be compared, and neither steps back.
pub(crate) const CONFLICT: Ref = 9;
/// No such completion exists.
pub(crate) const IMPOSSIBLE: Ref = 10;

/// The leaf of a route.
pub(crate) fn leaf(route: Route) -> Ref {
    route as Ref
}

/// The route of a leaf, when it is one.
pub(crate) fn route_of(leaf: Ref) -> Option<Route> {
    Route::OUTCOMES.into_iter().find(|route| *route as Ref == leaf)
}

/// What a diagram is compiled for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The day.
    pub day: Day,
    /// The list scenario relied on.
    pub list: Option<(EditionId, ScenarioId)>,
    /// Readings adopted by a named person.
    pub adopted: Vec<(PointId, ReadingId)>,
}

/// Why a diagram could not be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// The day lies before the book begins.
    BeforeTheBook(Day),
    /// The book holds no such edition.
    NoSuchEdition(EditionId),
    /// The edition does not govern on the day.
    EditionNotInForce(EditionId),
    /// The edition holds no such scenario.
    NoSuchScenario(EditionId, ScenarioId),
    /// The book has no such reading.
    NoSuchReading(PointId, ReadingId),
    /// A fact has too many cells, or the diagram too many nodes.
    TooLarge,
}

/// A rule as the diagram sees it.
#[derive(Clone, Debug)]
pub(crate) struct CompiledRule {
    pub rule: Rule,
    /// Whether it stands in a list.
    pub from_list: Option<EditionId>,
    /// Raises a question and never decides.
    pub informs: bool,
    /// Yes, no or impossible: whether it holds (readings and doubts still open).
    pub holds: Ref,
    /// Yes, no or impossible: whether it holds and nothing sets it aside.
    pub effective: Ref,
}

/// A diagram for one day and one list scenario.
pub struct Compiled {
    pub(crate) scope: Scope,
    pub(crate) variables: Vec<Variable>,
    pub(crate) fact_count: usize,
    pub(crate) nodes: Nodes,
    /// Routes, with readings still open.
    pub(crate) open: Ref,
    /// Routes, readings folded away by the stricter leaf.
    pub(crate) folded: Ref,
    /// For each unsettled point in play (by its variable): the diagram under each reading, the
    /// other points folded.
    pub(crate) by_reading: Vec<(usize, Vec<Ref>)>,
    pub(crate) rules: Vec<CompiledRule>,
    /// Conditions of duties, limits and open points, by their own numbering.
    pub(crate) consequences: Consequences,
    /// Groups of facts that a relation of `[[always]]` ties together.
    pub(crate) tied: Vec<Vec<usize>>,
}

/// Conditions that follow a route, compiled in the same variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Consequences {
    /// `(place in the book, diagram)`.
    pub duties: Vec<(usize, Ref)>,
    pub limits: Vec<(usize, Ref)>,
    pub points: Vec<(usize, Ref)>,
}

impl Compiled {
    /// Compiles the rules in play for a scope.
    ///
    /// # Errors
    ///
    /// See [`CompileError`].
    pub fn new(book: &Book, scope: Scope) -> Result<Compiled, CompileError> {
        if scope.day < book.manifest.starts.0 {
            return Err(CompileError::BeforeTheBook(scope.day));
        }
        for (point, reading) in &scope.adopted {
            let known =
                book.point(point).is_some_and(|p| p.readings.iter().any(|r| r.id == *reading));
            if !known {
                return Err(CompileError::NoSuchReading(point.clone(), reading.clone()));
            }
        }
        let rules = rules_in_play(book, &scope)?;
        let mut compiler = Compiler::new(book, scope, rules)?;
        let compiled = compiler.run();
        if compiler.arena.overflowed() { Err(CompileError::TooLarge) } else { Ok(compiled) }
    }

    /// The variable of a fact, by its place in the book.
    pub(crate) fn fact_variable(&self, fact: usize) -> Option<&Variable> {
        if fact < self.fact_count { self.variables.get(fact) } else { None }
    }
}

/// A rule waiting to be compiled.
struct Pending {
    rule: Rule,
    list: Option<Edition>,
    listed: bool,
    informs: bool,
    outside: bool,
}

/// National rules of the day, then the rules of the list relied on.
fn rules_in_play(book: &Book, scope: &Scope) -> Result<Vec<Pending>, CompileError> {
    let national = |rule: &Rule| Pending {
        rule: rule.clone(),
        list: None,
        listed: false,
        informs: false,
        outside: false,
    };
    let mut rules: Vec<Pending> = book.rules_on(scope.day).map(national).collect();
    let Some((edition_id, scenario_id)) = &scope.list else { return Ok(rules) };
    let edition =
        book.edition(edition_id).ok_or_else(|| CompileError::NoSuchEdition(edition_id.clone()))?;
    if edition.governs(scope.day) == Some(false) {
        return Err(CompileError::EditionNotInForce(edition_id.clone()));
    }
    let (sector_name, scenario_name) =
        scenario_id.as_str().split_once('/').unwrap_or((scenario_id.as_str(), ""));
    let sector_known = edition.sectors.iter().any(|s| s.text.sector.id.as_ref() == sector_name);
    // A scenario that the book does not hold may still be on the list, as long as the list is
    // held only in part; it then adds no rule and the answer says so.
    let held = edition.scenario(scenario_id.as_str()).is_some();
    if !sector_known || (!held && edition.text.complete) {
        return Err(CompileError::NoSuchScenario(edition_id.clone(), scenario_id.clone()));
    }
    let every: EditionRules<'_> = EditionRules { edition, sector_name, scenario_name };
    rules.extend(every.pending());
    if edition.text.complete && !edition.general {
        rules.push(every.outside());
    }
    Ok(rules)
}

struct EditionRules<'a> {
    edition: &'a Edition,
    sector_name: &'a str,
    scenario_name: &'a str,
}

impl EditionRules<'_> {
    fn pending(&self) -> Vec<Pending> {
        let in_scope = |sector: &str, rule: &ListRule| {
            let same_sector = sector == self.sector_name || sector == "any";
            let scenario = rule.scenario.as_deref();
            same_sector && scenario.is_none_or(|scenario| scenario == self.scenario_name)
        };
        self.edition
            .sectors
            .iter()
            .flat_map(|sector| sector.rules.iter().map(move |rule| (sector, rule)))
            .filter(|(sector, rule)| in_scope(sector.text.sector.id.as_ref(), rule))
            .map(|(_, rule)| Pending {
                rule: rule.rule.clone(),
                list: Some(self.edition.clone()),
                listed: rule.listed,
                informs: rule.informs,
                outside: false,
            })
            .collect()
    }

    /// What a complete negative list does not name is free.
    fn outside(&self) -> Pending {
        let edition = self.edition;
        let (law, at) = edition.made_under.split_once('#').unwrap_or((&edition.made_under, "all"));
        let rule = Rule {
            id: RuleId::new(&format!("{}.outside", edition.id.as_str().replace('/', "."))),
            span: DaySpan { from: edition.from.earliest, until: edition.until.map(|u| u.latest) },
            ended_by: None,
            cite: Cite { law: kouan_terms::InstrumentId::new(law), at: at.into() },
            also: Vec::new(),
            says: Bilingual {
                zh: "不在清单上的数据：免予办理三项手续。".into(),
                en: "Data that the complete list does not name: exempt.".into(),
            },
            when: Condition::default(),
            then: Route::Exempt,
            yields_to: Vec::new(),
            overrides: Vec::new(),
            under: None,
            claim: Some(FactId::new("claim.list")),
            note: None,
            standing: edition.standing.clone(),
        };
        Pending { rule, list: Some(edition.clone()), listed: false, informs: false, outside: true }
    }
}

struct Compiler<'a> {
    book: &'a Book,
    scope: Scope,
    pending: Vec<Pending>,
    variables: Vec<Variable>,
    fact_count: usize,
    arena: Arena,
    notions: BTreeMap<Box<str>, Ref>,
}

impl<'a> Compiler<'a> {
    fn new(book: &'a Book, scope: Scope, pending: Vec<Pending>) -> Result<Self, CompileError> {
        let notions = book.notions.iter().filter(|notion| notion.span.contains(scope.day));
        let conditions = pending
            .iter()
            .map(|pending| &pending.rule.when)
            .chain(notions.map(|notion| &notion.when))
            .chain(book.always_on(scope.day).flat_map(|(when, then)| [when, then]))
            .chain(book.duties.iter().map(|duty| &duty.when))
            .chain(book.limits.iter().map(|limit| &limit.when))
            .chain(book.points.iter().filter_map(|point| point.raised_when.as_ref()));
        let comparisons = conditions.flat_map(Condition::comparisons);
        let mut table =
            VariableTable::new(book, comparisons).map_err(|_| CompileError::TooLarge)?;
        let fact_count = table.fact_count();
        for pending in &pending {
            declare(book, &mut table, pending, &scope);
        }
        let cells = table.variables.iter().map(|v| u32::try_from(v.cells).unwrap_or(0)).collect();
        Ok(Compiler {
            book,
            scope,
            pending,
            variables: table.variables,
            fact_count,
            arena: Arena::new(cells),
            notions: BTreeMap::new(),
        })
    }

    fn run(&mut self) -> Compiled {
        let possible = self.possible();
        let holds: Vec<Ref> = (0..self.pending.len()).map(|index| self.holds(index)).collect();
        let aside: Vec<Ref> =
            (0..self.pending.len()).map(|index| self.aside(index, &holds)).collect();
        let routes = self.routes(&holds, &aside);
        let open = self.arena.choose(possible, routes, IMPOSSIBLE);
        let readings: Vec<usize> = (0..self.variables.len())
            .filter(|var| {
                matches!(self.variables.get(*var).map(|v| &v.meaning), Some(Meaning::Reading(_)))
            })
            .collect();
        let folded = self.fold(open, None);
        let by_reading = readings
            .into_iter()
            .map(|var| {
                let cells = self.variables.get(var).map_or(0, |v| v.cells);
                (var, (0..cells).map(|cell| self.fold(open, Some((var, cell)))).collect())
            })
            .collect();
        let consequences = self.consequences(possible);
        let mut rules = Vec::with_capacity(self.pending.len());
        for (index, pending) in self.pending.iter().enumerate() {
            let held = holds.get(index).copied().unwrap_or(FALSE);
            let kept = match aside.get(index) {
                Some(aside) if !pending.informs => self.arena.choose(*aside, FALSE, held),
                _ => FALSE,
            };
            rules.push(CompiledRule {
                rule: pending.rule.clone(),
                from_list: pending.list.as_ref().map(|edition| edition.id.clone()),
                informs: pending.informs,
                holds: self.arena.choose(possible, held, IMPOSSIBLE),
                effective: self.arena.choose(possible, kept, IMPOSSIBLE),
            });
        }
        Compiled {
            scope: self.scope.clone(),
            tied: self.tied(),
            variables: std::mem::take(&mut self.variables),
            fact_count: self.fact_count,
            nodes: std::mem::take(&mut self.arena.nodes),
            open,
            folded,
            by_reading,
            rules,
            consequences,
        }
    }

    /// Folds every reading away by the stricter leaf, but for one that is fixed.
    fn fold(&mut self, root: Ref, fixed: Option<(usize, usize)>) -> Ref {
        let readings: Vec<bool> =
            self.variables.iter().map(|v| matches!(v.meaning, Meaning::Reading(_))).collect();
        let how = |var: u32| match fixed {
            Some((point, cell)) if point == var as usize => Projection::Fix(cell),
            _ if readings.get(var as usize) == Some(&true) => Projection::Fold,
            _ => Projection::Keep,
        };
        self.arena.project(root, &how, STRICTER)
    }

    /// Yes for every completion that agrees with `[[always]]`.
    fn possible(&mut self) -> Ref {
        let mut all = TRUE;
        for (when, then) in self.book.always_on(self.scope.day) {
            let when = self.condition(when, None);
            let then = self.condition(then, None);
            let relation = self.arena.choose(when, then, TRUE);
            all = self.arena.and(all, relation);
        }
        all
    }

    /// Facts that stand in one relation together.
    fn tied(&self) -> Vec<Vec<usize>> {
        let facts = |(when, then): (&Condition, &Condition)| {
            let comparisons = when.comparisons().chain(then.comparisons());
            let facts = comparisons.filter_map(|comparison| match comparison.subject {
                Subject::Fact(fact) => Some(fact),
                Subject::Notion(_) => None,
            });
            facts.collect()
        };
        self.book.always_on(self.scope.day).map(facts).collect()
    }

    fn holds(&mut self, index: usize) -> Ref {
        let Some(pending) = self.pending.get(index) else { return FALSE };
        let (rule, listed, outside) = (pending.rule.clone(), pending.listed, pending.outside);
        let list = pending.list.clone();
        let mut holds = self.condition(&rule.when, Some(&rule.id));
        if let Some(edition) = &list {
            let usable = self.usable(edition);
            holds = self.arena.and(holds, usable);
            if listed || outside {
                let on_list = self.yes_no("list.listed", listed);
                holds = self.arena.and(holds, on_list);
            }
            if outside {
                let free = self.yes_no("flow.important_data", false);
                holds = self.arena.and(holds, free);
            }
        }
        if rule.standing.confidence == Confidence::Low {
            let doubt = self.meaning(&Meaning::Doubt(Doubt::LowConfidence(rule.id.clone())), 1);
            holds = self.arena.and(holds, doubt);
        }
        if let Some((point, reading)) = &rule.under {
            let under = self.reading(point, reading);
            holds = self.arena.and(holds, under);
        }
        holds
    }

    /// Whether the list may be used at all: claimed, in force, the right registration.
    fn usable(&mut self, edition: &Edition) -> Ref {
        let mut usable = self.yes_no("claim.list", true);
        let places = [
            ("handler.registered_zone", self.homes(edition)),
            ("flow.exports_from", edition.text.applies.exports_from.clone()),
        ];
        for (fact, zones) in places {
            if !zones.is_empty() {
                let inside = self.words(fact, &zones);
                usable = self.arena.and(usable, inside);
            }
        }
        if edition.text.applies.excludes_ciio {
            let not_ciio = self.yes_no("handler.is_ciio", false);
            usable = self.arena.and(usable, not_ciio);
        }
        if edition.governs(self.scope.day).is_none() {
            let doubt = self.meaning(&Meaning::Doubt(Doubt::Edition(edition.id.clone())), 1);
            usable = self.arena.and(usable, doubt);
        }
        usable
    }

    /// Zones whose handlers may use the edition: its own, and those that may borrow it.
    fn homes(&self, edition: &Edition) -> Vec<String> {
        let mut homes = edition.text.applies.registered_in.clone();
        if homes.is_empty() {
            return homes;
        }
        homes.extend(crate::lists::borrowers(self.book, edition, self.scope.day));
        homes
    }

    /// Where something sets a rule aside.
    fn aside(&mut self, index: usize, holds: &[Ref]) -> Ref {
        let mut aside = FALSE;
        let Some(pending) = self.pending.get(index) else { return aside };
        for (other, (candidate, candidate_holds)) in self.pending.iter().zip(holds).enumerate() {
            if other == index || candidate.informs {
                continue;
            }
            let yields =
                pending.rule.yields_to.iter().any(|s| selects(s, &pending.rule, candidate));
            let overridden =
                candidate.rule.overrides.iter().any(|s| selects(s, &candidate.rule, pending));
            if yields || overridden {
                aside = self.arena.or(aside, *candidate_holds);
            }
        }
        aside
    }

    /// The strictest route among the rules that are left, in every completion.
    ///
    /// Rules that step back before the same rules are joined before they do: what sets them aside
    /// is a large diagram, and this way it is taken up once for all of them.
    fn routes(&mut self, holds: &[Ref], aside: &[Ref]) -> Ref {
        let mut alike: BTreeMap<(Route, Ref), Ref> = BTreeMap::new();
        for ((pending, held), aside) in self.pending.iter().zip(holds).zip(aside) {
            if !pending.informs {
                let sofar = alike.entry((pending.rule.then, *aside)).or_insert(FALSE);
                *sofar = self.arena.or(*sofar, *held);
            }
        }
        let mut leads: BTreeMap<Route, Ref> = BTreeMap::new();
        for ((route, aside), held) in alike {
            let kept = self.arena.choose(aside, FALSE, held);
            let sofar = leads.get(&route).copied().unwrap_or(FALSE);
            let both = self.arena.or(sofar, kept);
            leads.insert(route, both);
        }
        let mut routes = HOLE;
        let mut on_ladder = FALSE;
        for route in Route::OUTCOMES.into_iter().filter(|route| route.rung().is_some()) {
            if let Some(here) = leads.get(&route) {
                routes = self.arena.choose(*here, leaf(route), routes);
                on_ladder = self.arena.or(on_ladder, *here);
            }
        }
        if let Some(beside) = leads.get(&Route::OtherLawfulRoute).copied() {
            let alone = self.arena.choose(on_ladder, CONFLICT, leaf(Route::OtherLawfulRoute));
            routes = self.arena.choose(beside, alone, routes);
        }
        routes
    }

    fn consequences(&mut self, possible: Ref) -> Consequences {
        let day = self.scope.day;
        let book = self.book;
        let mut compile = |when: &Condition| {
            let condition = self.condition(when, None);
            self.arena.choose(possible, condition, IMPOSSIBLE)
        };
        let mut consequences = Consequences::default();
        for (index, duty) in book.duties.iter().enumerate() {
            if duty.span.contains(day) {
                consequences.duties.push((index, compile(&duty.when)));
            }
        }
        for (index, limit) in book.limits.iter().enumerate() {
            if limit.span.contains(day) {
                consequences.limits.push((index, compile(&limit.when)));
            }
        }
        for (index, point) in book.points.iter().enumerate() {
            if let Some(when) = &point.raised_when {
                consequences.points.push((index, compile(when)));
            }
        }
        consequences
    }

    fn condition(&mut self, condition: &Condition, rule: Option<&RuleId>) -> Ref {
        let mut holds = TRUE;
        for comparison in &condition.all {
            let one = self.comparison(comparison, rule);
            holds = self.arena.and(holds, one);
        }
        if !condition.any.is_empty() {
            let mut any = FALSE;
            for comparison in &condition.any {
                let one = self.comparison(comparison, rule);
                any = self.arena.or(any, one);
            }
            holds = self.arena.and(holds, any);
        }
        for comparison in &condition.none {
            let one = self.comparison(comparison, rule);
            let not = self.arena.not(one);
            holds = self.arena.and(holds, not);
        }
        holds
    }

    fn comparison(&mut self, comparison: &Comparison, rule: Option<&RuleId>) -> Ref {
        match (&comparison.subject, &comparison.test) {
            (Subject::Notion(id), Test::Is(wanted)) => {
                let holds = self.notion(id);
                if *wanted { holds } else { self.arena.not(holds) }
            }
            (Subject::Notion(_), _) => FALSE,
            (Subject::Fact(fact), test) => {
                let Some(variable) = self.variables.get(*fact).cloned() else { return FALSE };
                let var = u32::try_from(*fact).unwrap_or(u32::MAX);
                let holds = self.arena.cells(var, |cell| cell_passes(&variable, cell, test));
                match (comparison.unverified, test, rule) {
                    (true, Test::Count { from, .. }, Some(rule)) => {
                        self.doubtful(var, &variable, holds, *from, rule)
                    }
                    _ => holds,
                }
            }
        }
    }

    /// At the exact figure the comparison is as good as the doubt.
    fn doubtful(
        &mut self,
        var: u32,
        variable: &Variable,
        holds: Ref,
        figure: u64,
        rule: &RuleId,
    ) -> Ref {
        let exact = variable.cell_of(figure);
        let at_figure = self.arena.cells(var, |cell| cell == exact);
        let doubt = Doubt::Boundary { rule: rule.clone(), figure };
        let doubt = self.meaning(&Meaning::Doubt(doubt), 1);
        self.arena.choose(at_figure, doubt, holds)
    }

    fn notion(&mut self, id: &str) -> Ref {
        if let Some(known) = self.notions.get(id) {
            return *known;
        }
        let day = self.scope.day;
        let found: Option<&Notion> =
            self.book.notions.iter().find(|notion| *notion.id == *id && notion.span.contains(day));
        let holds = found.map(|notion| notion.when.clone()).map_or(FALSE, |when| {
            // A notion that leads back to itself is refused by the checker; stop here all the same.
            self.notions.insert(id.into(), FALSE);
            self.condition(&when, None)
        });
        self.notions.insert(id.into(), holds);
        holds
    }

    fn yes_no(&mut self, fact: &str, value: bool) -> Ref {
        let Some(var) = self.book.fact_index(fact) else { return FALSE };
        let var = u32::try_from(var).unwrap_or(u32::MAX);
        self.arena.cells(var, |cell| (cell == 1) == value)
    }

    fn words(&mut self, fact: &str, words: &[String]) -> Ref {
        let Some(var) = self.book.fact_index(fact) else { return FALSE };
        let Some(FactKind::OneOf(values)) = self.book.facts.get(var).map(|fact| &fact.kind) else {
            return FALSE;
        };
        let wanted: Vec<bool> =
            values.iter().map(|(value, _)| words.iter().any(|word| **word == **value)).collect();
        let var = u32::try_from(var).unwrap_or(u32::MAX);
        self.arena.cells(var, |cell| wanted.get(cell) == Some(&true))
    }

    fn reading(&mut self, point: &PointId, reading: &ReadingId) -> Ref {
        if let Some((_, adopted)) = self.scope.adopted.iter().find(|(id, _)| id == point) {
            return if adopted == reading { TRUE } else { FALSE };
        }
        let Some(place) = self.book.points.iter().position(|p| p.id == *point) else {
            return FALSE;
        };
        let Some(entry) = self.book.points.get(place) else { return FALSE };
        let Some(cell) = entry.readings.iter().position(|r| r.id == *reading) else {
            return FALSE;
        };
        if let Some((settled_on, settled)) = entry.settled
            && settled_on <= self.scope.day
        {
            return if settled == cell { TRUE } else { FALSE };
        }
        self.meaning(&Meaning::Reading(place), cell)
    }

    fn meaning(&mut self, meaning: &Meaning, cell: usize) -> Ref {
        let Some(var) = self.variables.iter().position(|v| v.meaning == *meaning) else {
            return FALSE;
        };
        self.arena.cells(u32::try_from(var).unwrap_or(u32::MAX), |c| c == cell)
    }
}

/// Declares the readings and doubts a rule needs, before the arena is sized.
fn declare(book: &Book, table: &mut VariableTable, pending: &Pending, scope: &Scope) {
    let rule = &pending.rule;
    if let Some((point, _)) = &rule.under {
        let adopted = scope.adopted.iter().any(|(id, _)| id == point);
        let settled = book
            .point(point)
            .and_then(|point| point.settled)
            .is_some_and(|(settled_on, _)| settled_on <= scope.day);
        if !adopted && !settled {
            table.reading(book, point);
        }
    }
    if rule.standing.confidence == Confidence::Low {
        table.doubt(Doubt::LowConfidence(rule.id.clone()));
    }
    if let Some(edition) = &pending.list
        && edition.governs(scope.day).is_none()
    {
        table.doubt(Doubt::Edition(edition.id.clone()));
    }
    for comparison in rule.when.comparisons().filter(|comparison| comparison.unverified) {
        if let Test::Count { from, .. } = &comparison.test {
            table.doubt(Doubt::Boundary { rule: rule.id.clone(), figure: *from });
        }
    }
}

/// Whether every value in a cell passes a test; cells are cut so that all or none do.
fn cell_passes(variable: &Variable, cell: usize, test: &Test) -> bool {
    match test {
        Test::Is(value) => (cell == 1) == *value,
        Test::Words(words) => words.contains(&cell),
        Test::Count { from, until } => {
            let (start, _) = variable.range_of(cell);
            start >= *from && until.is_none_or(|until| start < until)
        }
    }
}

/// Whether a selector written in `owner` names `candidate`.
fn selects(selector: &Selector, owner: &Rule, candidate: &Pending) -> bool {
    let rule = &candidate.rule;
    match selector {
        Selector::Rule(id) => rule.id == *id,
        Selector::Prefix(prefix) => rule.id.as_str().starts_with(&**prefix) && rule.id != owner.id,
        Selector::Article(article) => {
            let cited = rule.cite.law == owner.cite.law && in_article(&rule.cite.at, article);
            let made_under = candidate.list.as_ref().is_some_and(|edition| {
                edition.made_under.split_once('#').is_some_and(|(law, at)| {
                    law == owner.cite.law.as_str() && in_article(at, article)
                })
            });
            cited || made_under
        }
    }
}

/// Whether a provision (`art-5.1(2)`) belongs to an article (`art-5`).
fn in_article(at: &str, article: &str) -> bool {
    at.strip_prefix(article).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '(']))
}

/// The stricter of two leaves: what the law asks when a reading may go either way.
const STRICTER: Merge = |a, b| if strictness(a) >= strictness(b) { a } else { b };

/// A rank for folding readings. Beside the ladder, a special regime ranks above the assessment
/// and below a prohibition; faults of the book rank above every route so that they cannot hide.
fn strictness(leaf: Ref) -> u8 {
    match route_of(leaf) {
        Some(Route::None) => 1,
        Some(Route::Exempt) => 2,
        Some(Route::ContractOrCertification) => 3,
        Some(Route::SecurityAssessment) => 4,
        Some(Route::OtherLawfulRoute) => 5,
        Some(Route::Prohibited) => 6,
        _ if leaf == HOLE => 7,
        _ if leaf == CONFLICT => 8,
        _ => 0,
    }
}

/// A number for a value, the same in every run.
fn digest(value: impl std::hash::Hash) -> u64 {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl Compiled {
    /// The route when every fact is known: `values` holds one number for each fact of the book, in
    /// its order (0 or 1 for yes-no, the place of the word for one-of, the count for persons).
    ///
    /// `None` when a value is missing or cannot be, or when a doubt of the book itself decides.
    ///
    /// This is the verdict without its explanation: one walk down the diagram.
    #[inline]
    #[must_use]
    pub fn route_of_known(&self, values: &[u64]) -> Option<Route> {
        let mut node = self.folded;
        while node >= super::arena::LEAVES {
            let var = self.nodes.var(node) as usize;
            let value = *values.get(var)?;
            let cuts = self.variables.get(var)?.cuts.as_slice();
            let cell = match cuts {
                [] => usize::try_from(value).ok()?,
                cuts => cuts.partition_point(|cut| *cut <= value),
            };
            node = *self.nodes.children(node).get(cell)?;
        }
        route_of(node)
    }

    /// A number for what the diagram says, and one for when its rules hold: verdicts differ only
    /// where the first differs, however the counts are cut and the nodes are numbered.
    #[must_use]
    pub fn fingerprint(&self) -> [u64; 2] {
        let said = self.said_below();
        let of = |node: Ref| said.get(node as usize).copied().unwrap_or(0);
        let mut all = vec![of(self.open), of(self.folded)];
        for (var, roots) in &self.by_reading {
            all.push(self.variables.get(*var).map_or(0, |v| digest(format!("{:?}", v.meaning))));
            all.extend(roots.iter().map(|root| of(*root)));
        }
        for rule in &self.rules {
            let shown = rule.informs || rule.rule.then == Route::GbaContract;
            let holds = if shown { of(rule.holds) } else { 0 };
            all.push(digest((rule.rule.id.as_str(), rule.rule.then, of(rule.effective), holds)));
        }
        let holding: Vec<u64> = self.rules.iter().map(|rule| of(rule.holds)).collect();
        [digest(all), digest(holding)]
    }

    /// For each leaf and node, a number for the function below it; nodes come after their children.
    fn said_below(&self) -> Vec<u64> {
        let mut said: Vec<u64> = (0..super::arena::LEAVES).map(digest).collect();
        for place in 0..self.nodes.len() {
            let node = super::arena::LEAVES + u32::try_from(place).unwrap_or(u32::MAX);
            let variable = self.variables.get(self.nodes.var(node) as usize);
            let mut runs: Vec<(u64, u64)> = Vec::new();
            for (cell, child) in self.nodes.children(node).iter().enumerate() {
                let below = said.get(*child as usize).copied().unwrap_or(0);
                let is_count = variable.is_some_and(|v| !v.cuts.is_empty());
                if !is_count || runs.last().is_none_or(|(_, last)| *last != below) {
                    runs.push((variable.map_or(0, |v| v.range_of(cell).0), below));
                }
            }
            let meaning = variable.map(|v| format!("{:?}", v.meaning));
            said.push(digest((meaning, runs)));
        }
        said
    }

    /// How many nodes the compiled diagrams have together.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }
}
