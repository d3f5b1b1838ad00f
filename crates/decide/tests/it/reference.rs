//! A second evaluator, written from the documents: it tries every completion, and shares no line
//! with the one it checks.

use std::collections::{BTreeMap, BTreeSet};

use kouan_decide::{Doubt, Scope};
use kouan_rulebook::format::ListsWord;
use kouan_rulebook::{
    Book, Comparison, Condition, Edition, FactKind, ListRule, Rule, Selector, Subject, Test,
};
use kouan_terms::{
    Bilingual, Confidence, DaySpan, FactId, InstrumentId, PointId, ReadingId, Route, RouteSet,
    RuleId,
};

/// What is known of one fact: `None` nothing; a count, word or truth from the first to the last.
pub type Known = Option<(u64, Option<u64>)>;

/// What the rules say, found the slow way.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub possible: BTreeSet<Route>,
    pub fault: bool,
    pub needs: BTreeSet<FactId>,
    pub doubts: BTreeSet<Doubt>,
    pub unsettled: BTreeMap<PointId, Vec<(ReadingId, RouteSet)>>,
}

/// What one completion ends in, by strictness: routes, then faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Ladder(u8),
    Special,
    Prohibited,
    Hole,
    Conflict,
}

impl Outcome {
    fn route(self) -> Option<Route> {
        match self {
            Outcome::Ladder(rung) => Route::OUTCOMES.into_iter().find(|r| r.rung() == Some(rung)),
            Outcome::Special => Some(Route::OtherLawfulRoute),
            Outcome::Prohibited => Some(Route::Prohibited),
            Outcome::Hole | Outcome::Conflict => None,
        }
    }
}

/// A rule in play, with what its list adds to it.
struct InPlay<'a> {
    rule: Rule,
    list: Option<&'a Edition>,
    listed: Option<bool>,
    unless_important: bool,
}

/// The rules of one scope.
pub struct Reference<'a> {
    book: &'a Book,
    scope: &'a Scope,
    rules: Vec<InPlay<'a>>,
    /// For each rule, those that set it aside when they hold.
    aside: Vec<Vec<usize>>,
    points: Vec<usize>,
    doubts: Vec<Doubt>,
}

impl<'a> Reference<'a> {
    pub fn new(book: &'a Book, scope: &'a Scope) -> Reference<'a> {
        let rules = rules_in_play(book, scope);
        let aside = rules.iter().map(|rule| {
            let sets_aside = |other: &InPlay<'_>| {
                let same = std::ptr::eq(rule, other);
                let yields = rule.rule.yields_to.iter().any(|s| names(s, &rule.rule, other));
                let overridden = other.rule.overrides.iter().any(|s| names(s, &other.rule, rule));
                !same && (yields || overridden)
            };
            (0..rules.len()).filter(|other| sets_aside(&rules[*other])).collect()
        });
        let aside = aside.collect();
        let open = |place: &usize| {
            let point = &book.points[*place];
            let adopted = scope.adopted.iter().any(|(id, _)| *id == point.id);
            let settled = point.settled.is_some_and(|(on, _)| on <= scope.day);
            let asked = |r: &InPlay<'_>| r.rule.under.as_ref().is_some_and(|u| u.0 == point.id);
            !adopted && !settled && rules.iter().any(asked)
        };
        let points = (0..book.points.len()).filter(open).collect();
        let doubts: BTreeSet<Doubt> =
            rules.iter().flat_map(|rule| doubts_of(rule, scope)).collect();
        Reference { book, scope, aside, points, doubts: doubts.into_iter().collect(), rules }
    }

    /// The facts that some rule in play, notion or relation asks for.
    pub fn facts_asked(&self) -> BTreeSet<usize> {
        let asked = self.conditions().flat_map(Condition::comparisons);
        let asked = asked.filter_map(|comparison| match comparison.subject {
            Subject::Fact(fact) => Some(fact),
            Subject::Notion(_) => None,
        });
        let zones = ["handler.registered_zone", "flow.exports_from", "list.listed"];
        let zones = zones.iter().filter_map(|id| self.book.fact_index(id));
        let zones = zones.filter(|_| self.scope.list.is_some());
        asked.chain(zones).collect()
    }

    /// The conditions of the rules in play, for whoever wants to aim at one.
    pub fn aims(&self) -> Vec<&Condition> {
        self.rules.iter().map(|rule| &rule.rule.when).collect()
    }

    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let day = self.scope.day;
        let notions = self.book.notions.iter().filter(move |notion| notion.span.contains(day));
        let always = self.book.always_on(day).flat_map(|(when, then)| [when, then]);
        let rules = self.rules.iter().map(|rule| &rule.rule.when);
        rules.chain(notions.map(|notion| &notion.when)).chain(always)
    }

    /// The values that stand for all others of a fact: each word, or the figures that occur and
    /// their neighbours.
    pub fn values(&self, fact: usize, known: Known) -> Vec<u64> {
        let (least, most) = known.unwrap_or((0, None));
        let mut values = match &self.book.facts[fact].kind {
            FactKind::YesNo => vec![0, 1],
            FactKind::OneOf(words) => (0..words.len() as u64).collect(),
            FactKind::Persons => {
                let mut figures = vec![least, most.unwrap_or(least)];
                for comparison in self.conditions().flat_map(Condition::comparisons) {
                    if let (Subject::Fact(about), Test::Count { from, until }) =
                        (&comparison.subject, &comparison.test)
                        && *about == fact
                    {
                        let ends = [Some(*from), *until].into_iter().flatten();
                        figures.extend(ends.flat_map(|end| [end.saturating_sub(1), end, end + 1]));
                    }
                }
                figures
            }
        };
        values.retain(|value| *value >= least && most.is_none_or(|most| *value <= most));
        values.sort_unstable();
        values.dedup();
        values
    }

    /// How many doubts of the book itself stand beside the facts.
    pub fn doubt_count(&self) -> usize {
        self.doubts.len()
    }

    /// Tries every completion. Claims that are not known are not made.
    pub fn answer(&self, known: &[Known]) -> Answer {
        let mut axes: Vec<Vec<u64>> = Vec::new();
        let mut unknown = Vec::new();
        let mut world: Vec<u64> = vec![0; known.len()];
        for (fact, known) in known.iter().enumerate() {
            let claim = self.book.facts[fact].is_claim();
            let values =
                self.values(fact, if claim { known.or(Some((0, Some(0)))) } else { *known });
            world[fact] = values[0];
            if values.len() > 1 {
                unknown.push(fact);
                axes.push(values);
            }
        }
        axes.extend(self.doubts.iter().map(|_| vec![0, 1]));
        let total: usize = axes.iter().map(Vec::len).product();
        let mut found = Vec::with_capacity(total);
        let mut under: Vec<(bool, Vec<RouteSet>)> =
            self.points.iter().map(|p| self.blank(*p)).collect();
        let mut doubts = vec![false; self.doubts.len()];
        for index in 0..total {
            let mut rest = index;
            for (place, axis) in axes.iter().enumerate() {
                let value = axis[rest % axis.len()];
                rest /= axis.len();
                match unknown.get(place) {
                    Some(fact) => world[*fact] = value,
                    None => doubts[place - unknown.len()] = value == 1,
                }
            }
            found.push(self.outcome(&world, &doubts, &mut under));
        }
        self.read_off(&found, &axes, &unknown, under)
    }

    fn blank(&self, point: usize) -> (bool, Vec<RouteSet>) {
        (false, vec![RouteSet::EMPTY; self.book.points[point].readings.len()])
    }

    fn read_off(
        &self,
        found: &[Option<Outcome>],
        axes: &[Vec<u64>],
        unknown: &[usize],
        under: Vec<(bool, Vec<RouteSet>)>,
    ) -> Answer {
        let mut answer = Answer::default();
        for outcome in found.iter().flatten() {
            answer.possible.extend(outcome.route());
            answer.fault |= outcome.route().is_none();
        }
        for (point, (differs, routes)) in self.points.iter().zip(under) {
            let point = &self.book.points[*point];
            if differs {
                let readings = point.readings.iter().map(|reading| reading.id.clone()).zip(routes);
                answer.unsettled.insert(point.id.clone(), readings.collect());
            }
        }
        if answer.possible.len() < 2 && !answer.fault {
            return answer;
        }
        let fact_id = |axis: usize| self.book.facts[unknown[axis]].id.clone();
        for axis in (0..axes.len()).filter(|axis| matters(found, axes, &[*axis])) {
            match axis.checked_sub(unknown.len()) {
                None => answer.needs.extend([fact_id(axis)]),
                Some(doubt) => answer.doubts.extend([self.doubts[doubt].clone()]),
            }
        }
        if answer.needs.is_empty() && answer.doubts.is_empty() {
            for (when, then) in self.book.always_on(self.scope.day) {
                let tied: BTreeSet<&Subject> =
                    when.comparisons().chain(then.comparisons()).map(|c| &c.subject).collect();
                let free: Vec<usize> = (0..unknown.len())
                    .filter(|axis| tied.contains(&Subject::Fact(unknown[*axis])))
                    .collect();
                if matters(found, axes, &free) {
                    answer.needs.extend(free.iter().map(|axis| fact_id(*axis)));
                }
            }
        }
        answer
    }

    /// One completion: `None` when it cannot be, else the strictest over the readings.
    fn outcome(
        &self,
        world: &[u64],
        doubts: &[bool],
        under: &mut [(bool, Vec<RouteSet>)],
    ) -> Option<Outcome> {
        let truth = |condition: &Condition| self.holds(condition, world, None);
        if self.book.always_on(self.scope.day).any(|(when, then)| truth(when) && !truth(then)) {
            return None;
        }
        let facts: Vec<bool> =
            self.rules.iter().map(|r| self.rule_holds(r, world, doubts)).collect();
        // A reading to which no rule that holds belongs cannot move anything here.
        let asked = |point: &&usize| {
            let id = &self.book.points[**point].id;
            let live = self.rules.iter().zip(&facts).filter(|(_, holds)| **holds);
            live.filter_map(|(r, _)| r.rule.under.as_ref()).any(|(point, _)| point == id)
        };
        let live: Vec<usize> = self.points.iter().filter(asked).copied().collect();
        let sizes: Vec<usize> = live.iter().map(|p| self.book.points[*p].readings.len()).collect();
        let mut worst: Option<Outcome> = None;
        let mut each: Vec<Vec<Option<Outcome>>> = sizes.iter().map(|n| vec![None; *n]).collect();
        for index in 0..sizes.iter().product() {
            let mut rest = index;
            let mut chosen = Vec::with_capacity(live.len());
            for size in &sizes {
                chosen.push(rest % size);
                rest /= size;
            }
            let outcome = Some(self.combine(&facts, &live, &chosen));
            worst = worst.max(outcome);
            for (readings, reading) in each.iter_mut().zip(&chosen) {
                readings[*reading] = readings[*reading].max(outcome);
            }
        }
        for (point, (differs, routes)) in self.points.iter().zip(under) {
            let place = live.iter().position(|p| p == point);
            for (reading, routes) in routes.iter_mut().enumerate() {
                let outcome = place.map_or(worst, |place| each[place][reading]);
                outcome.and_then(Outcome::route).into_iter().for_each(|route| routes.insert(route));
            }
            *differs |= place.is_some_and(|place| each[place].iter().any(|o| *o != each[place][0]));
        }
        worst
    }

    /// Who is left standing under one choice of readings, and what they lead to.
    fn combine(&self, facts: &[bool], live: &[usize], chosen: &[usize]) -> Outcome {
        let reading_fits = |rule: &Rule| {
            let Some((point, reading)) = &rule.under else { return true };
            let place = live.iter().position(|p| self.book.points[*p].id == *point);
            let entry = self.book.point(point).unwrap();
            let decided = match (place, self.scope.adopted.iter().find(|(id, _)| id == point)) {
                (_, Some((_, adopted))) => return adopted == reading,
                (Some(place), None) => chosen[place],
                (None, None) => entry.settled.unwrap().1,
            };
            entry.readings[decided].id == *reading
        };
        let rules = self.rules.iter().zip(facts);
        let holds: Vec<bool> =
            rules.map(|(rule, facts)| *facts && reading_fits(&rule.rule)).collect();
        let left = (0..self.rules.len())
            .filter(|rule| holds[*rule] && !self.aside[*rule].iter().any(|other| holds[*other]));
        let routes: BTreeSet<Route> = left.map(|rule| self.rules[rule].rule.then).collect();
        let strictest = routes.iter().filter_map(|route| route.rung()).max();
        match (strictest, routes.contains(&Route::OtherLawfulRoute)) {
            (None, false) => Outcome::Hole,
            (None, true) => Outcome::Special,
            (Some(_), true) => Outcome::Conflict,
            (Some(rung), false) if Some(rung) == Route::Prohibited.rung() => Outcome::Prohibited,
            (Some(rung), false) => Outcome::Ladder(rung),
        }
    }

    /// Whether a rule holds as far as facts and doubts go.
    fn rule_holds(&self, rule: &InPlay<'_>, world: &[u64], doubts: &[bool]) -> bool {
        let fact = |id: &str| world[self.book.fact_index(id).unwrap()];
        let word = |id: &str| match &self.book.facts[self.book.fact_index(id).unwrap()].kind {
            FactKind::OneOf(words) => words[fact(id) as usize].0.clone(),
            FactKind::YesNo | FactKind::Persons => unreachable!(),
        };
        let taken = |doubt: &Doubt| doubts[self.doubts.iter().position(|d| d == doubt).unwrap()];
        if let Some(list) = rule.list {
            let applies = &list.text.applies;
            let home = || {
                let zone = word("handler.registered_zone");
                applies.registered_in.iter().any(|z| **z == *zone) || self.borrows(list, &zone)
            };
            let from = || applies.exports_from.iter().any(|z| **z == *word("flow.exports_from"));
            let usable = fact("claim.list") == 1
                && (applies.registered_in.is_empty() || home())
                && (applies.exports_from.is_empty() || from())
                && !(applies.excludes_ciio && fact("handler.is_ciio") == 1)
                && rule.listed.is_none_or(|listed| (fact("list.listed") == 1) == listed)
                && !(rule.unless_important && fact("flow.important_data") == 1)
                && (list.governs(self.scope.day).is_some()
                    || taken(&Doubt::Edition(list.id.clone())));
            if !usable {
                return false;
            }
        }
        let low = rule.rule.standing.confidence == Confidence::Low;
        (!low || taken(&Doubt::LowConfidence(rule.rule.id.clone())))
            && self.holds(&rule.rule.when, world, Some((&rule.rule.id, &taken)))
    }

    /// Whether handlers of a zone may borrow a list.
    fn borrows(&self, list: &Edition, zone: &str) -> bool {
        self.book.borrows.iter().any(|borrow| {
            let (from, until) = (borrow.in_force.from.as_ref().0, &borrow.in_force.until);
            let on = from <= self.scope.day
                && until.as_ref().is_none_or(|until| self.scope.day < until.as_ref().0);
            let area = list.id.as_str().split('/').next().unwrap();
            let named = match &borrow.lists {
                ListsWord::Word(word) => word == "any-published",
                ListsWord::Areas(areas) => areas.iter().any(|named| named == area),
            };
            let sure = borrow.confidence.as_deref() != Some("low");
            on && named && sure && borrow.home.iter().any(|home| home == zone)
        })
    }

    fn holds(&self, condition: &Condition, world: &[u64], doubt: Option<Taken<'_>>) -> bool {
        let truth = |comparison: &Comparison| self.compare(comparison, world, doubt);
        condition.all.iter().all(truth)
            && (condition.any.is_empty() || condition.any.iter().any(truth))
            && !condition.none.iter().any(truth)
    }

    fn compare(&self, comparison: &Comparison, world: &[u64], doubt: Option<Taken<'_>>) -> bool {
        let value = match &comparison.subject {
            Subject::Fact(fact) => world[*fact],
            Subject::Notion(id) => {
                let current =
                    |n: &&kouan_rulebook::Notion| n.id == *id && n.span.contains(self.scope.day);
                let notion = self.book.notions.iter().find(current);
                u64::from(notion.is_some_and(|notion| self.holds(&notion.when, world, None)))
            }
        };
        match (&comparison.test, doubt) {
            (Test::Is(wanted), _) => (value == 1) == *wanted,
            (Test::Words(words), _) => words.iter().any(|word| *word as u64 == value),
            (Test::Count { from, .. }, Some((rule, taken)))
                if comparison.unverified && value == *from =>
            {
                taken(&Doubt::Boundary { rule: rule.clone(), figure: *from })
            }
            (Test::Count { from, until }, _) => {
                value >= *from && until.is_none_or(|until| value < until)
            }
        }
    }
}

/// The rule a comparison stands in, and what is taken to be so of each doubt.
type Taken<'t> = (&'t RuleId, &'t dyn Fn(&Doubt) -> bool);

/// Whether two completions that agree outside some axes come out differently.
fn matters(found: &[Option<Outcome>], axes: &[Vec<u64>], free: &[usize]) -> bool {
    let mut groups: BTreeMap<usize, Outcome> = BTreeMap::new();
    found.iter().enumerate().filter_map(|(index, o)| Some((index, (*o)?))).any(
        |(index, outcome)| {
            let (mut key, mut stride) = (index, 1);
            for (place, axis) in axes.iter().enumerate() {
                if free.contains(&place) {
                    key -= (index / stride % axis.len()) * stride;
                }
                stride *= axis.len();
            }
            *groups.entry(key).or_insert(outcome) != outcome
        },
    )
}

fn rules_in_play<'a>(book: &'a Book, scope: &Scope) -> Vec<InPlay<'a>> {
    let national = book.rules.iter().filter(|rule| rule.span.contains(scope.day));
    let national = national.map(|rule| InPlay {
        rule: rule.clone(),
        list: None,
        listed: None,
        unless_important: false,
    });
    let mut rules: Vec<InPlay<'a>> = national.collect();
    let Some((edition, scenario)) = &scope.list else { return rules };
    let edition = book.edition(edition).unwrap();
    let (sector, scenario) = scenario.as_str().split_once('/').unwrap();
    let reaches = |rule: &&ListRule| rule.scenario.as_deref().is_none_or(|only| only == scenario);
    for held in &edition.sectors {
        let name = held.text.sector.id.as_ref();
        if name == sector || name == "any" {
            // A rule that only informs decides nothing and sets nothing aside.
            rules.extend(held.rules.iter().filter(reaches).filter(|rule| !rule.informs).map(
                |rule| InPlay {
                    rule: rule.rule.clone(),
                    list: Some(edition),
                    listed: rule.listed.then_some(true),
                    unless_important: false,
                },
            ));
        }
    }
    if edition.text.complete && !edition.general {
        rules.push(outside(edition));
    }
    rules
}

/// What a complete negative list does not name is free.
fn outside(edition: &Edition) -> InPlay<'_> {
    let (law, at) = edition.made_under.split_once('#').unwrap();
    let rule = Rule {
        id: RuleId::new(&format!("{}.outside", edition.id.as_str().replace('/', "."))),
        span: DaySpan { from: edition.from.earliest, until: None },
        ended_by: None,
        cite: kouan_rulebook::Cite { law: InstrumentId::new(law), at: at.into() },
        also: Vec::new(),
        says: Bilingual { zh: String::new(), en: String::new() },
        when: Condition::default(),
        then: Route::Exempt,
        yields_to: Vec::new(),
        overrides: Vec::new(),
        under: None,
        claim: None,
        note: None,
        standing: edition.standing.clone(),
    };
    InPlay { rule, list: Some(edition), listed: Some(false), unless_important: true }
}

/// What the book itself does not know of a rule.
fn doubts_of(rule: &InPlay<'_>, scope: &Scope) -> Vec<Doubt> {
    let id = &rule.rule.id;
    let mut doubts = Vec::new();
    if rule.rule.standing.confidence == Confidence::Low {
        doubts.push(Doubt::LowConfidence(id.clone()));
    }
    if let Some(list) = rule.list.filter(|list| list.governs(scope.day).is_none()) {
        doubts.push(Doubt::Edition(list.id.clone()));
    }
    for comparison in rule.rule.when.comparisons().filter(|comparison| comparison.unverified) {
        if let Test::Count { from, .. } = comparison.test {
            doubts.push(Doubt::Boundary { rule: id.clone(), figure: from });
        }
    }
    doubts
}

/// Whether a selector of `owner` names a rule: by id, by how its id begins, or by an article of the
/// same instrument, under which a whole list may have been made.
fn names(selector: &Selector, owner: &Rule, other: &InPlay<'_>) -> bool {
    let within = |at: &str, article: &str| {
        at == article
            || at.starts_with(&format!("{article}."))
            || at.starts_with(&format!("{article}("))
    };
    match selector {
        Selector::Rule(id) => other.rule.id == *id,
        Selector::Prefix(prefix) => {
            other.rule.id.as_str().starts_with(&**prefix) && other.rule.id != owner.id
        }
        Selector::Article(article) => {
            let cited =
                other.rule.cite.law == owner.cite.law && within(&other.rule.cite.at, article);
            let under = other.list.and_then(|list| list.made_under.split_once('#'));
            cited
                || under
                    .is_some_and(|(law, at)| law == owner.cite.law.as_str() && within(at, article))
        }
    }
}
