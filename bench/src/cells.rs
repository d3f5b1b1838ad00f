//! The fact vectors on which all engines must agree, and those that are timed.
//!
//! A vector holds one number for each fact of the book: 0 or 1 for yes-no, the place of the word
//! for one-of, the count for persons. What `[[always]]` rules out is no cell and is left out.

use std::collections::BTreeSet;

use kouan_decide::declaration::Stated;
use kouan_decide::{Compiled, base_facts};
use kouan_rulebook::{Book, Comparison, Condition, FactKind, Notion, Subject, Test};
use kouan_terms::{Day, Route, parse_day};

/// Random vectors that every engine decides before it is timed.
const RANDOM: usize = 120_000;
/// Vectors at and around each rule: what it asks is so, but for a few facts.
const NEAR_A_RULE: usize = 1_500;
/// The most facts that are changed then.
const CHANGED: usize = 4;
/// Vectors timed for each of the six routes, so that early exits do not flatter anyone.
const TIMED_PER_ROUTE: usize = 128;
const BASE: &str = "cn.residual-pi";

/// What is enumerated.
pub struct Cells {
    /// Every pair of values of every two facts, on an ordinary and on a random background.
    pub pairwise: Vec<Vec<u64>>,
    /// At each rule in force and a few facts away from it: random vectors alone seldom get there.
    pub near_rules: Vec<Vec<u64>>,
    /// Random in every fact.
    pub random: Vec<Vec<u64>>,
}

/// Enumerates the cells of the rules in force on a day.
pub fn enumerate(book: &Book, day: &str) -> Result<Cells, String> {
    let on = parse_day(day)?;
    let values = values(book, day)?;
    let base = base(book)?;
    let mut random = Random(0x6b6f_7561_6e21);
    let mut pairwise = Vec::new();
    for (a, first) in values.iter().enumerate() {
        for (b, second) in values.iter().enumerate().skip(a + 1) {
            for one in first {
                for other in second {
                    for mut cell in [base.clone(), random.cell(&values, &base)] {
                        put(&mut cell, a, *one);
                        put(&mut cell, b, *other);
                        pairwise.extend(Some(cell).filter(|cell| is_possible(book, on, cell)));
                    }
                }
            }
        }
    }
    let mut near_rules = Vec::new();
    for rule in book.rules_on(on) {
        for _ in 0..NEAR_A_RULE {
            let cell = near(book, on, &rule.when, (&values, &base), &mut random);
            near_rules.extend(Some(cell).filter(|cell| is_possible(book, on, cell)));
        }
    }
    let mut many = Vec::with_capacity(RANDOM);
    while many.len() < RANDOM {
        let cell = random.cell(&values, &base);
        many.extend(Some(cell).filter(|cell| is_possible(book, on, cell)));
    }
    Ok(Cells { pairwise, near_rules, random: many })
}

/// The same number of vectors for each route, in mixed order.
pub fn for_timing(compiled: &Compiled, random: &[Vec<u64>]) -> Vec<Vec<u64>> {
    let of = |route: Route| {
        let leads = move |cell: &&Vec<u64>| compiled.route_of_known(cell) == Some(route);
        random.iter().filter(leads).take(TIMED_PER_ROUTE)
    };
    let mut chosen: Vec<Vec<u64>> = Route::OUTCOMES.into_iter().flat_map(of).cloned().collect();
    let mut random = Random(0x7469_6d65);
    for place in (1..chosen.len()).rev() {
        chosen.swap(place, random.below(place + 1));
    }
    chosen
}

/// The values worth trying, for each fact: every word, and each figure with its neighbours.
fn values(book: &Book, day: &str) -> Result<Vec<Vec<u64>>, String> {
    let day = parse_day(day)?;
    let mut figures: Vec<BTreeSet<u64>> = vec![BTreeSet::from([0, 1]); book.facts.len()];
    for comparison in book.rules_on(day).flat_map(|rule| rule.when.comparisons()) {
        if let (Subject::Fact(fact), Test::Count { from, until }) =
            (&comparison.subject, &comparison.test)
            && let Some(figures) = figures.get_mut(*fact)
        {
            for figure in std::iter::once(from).chain(until) {
                figures.extend([figure.saturating_sub(1), *figure, figure + 1]);
            }
        }
    }
    let each = book.facts.iter().zip(figures).map(|(fact, figures)| match &fact.kind {
        FactKind::YesNo => vec![0, 1],
        FactKind::OneOf(words) => (0..words.len() as u64).collect(),
        FactKind::Persons => figures.into_iter().collect(),
    });
    Ok(each.collect())
}

/// A vector at a rule, on an ordinary or a random background, then up to [`CHANGED`] facts changed:
/// mostly facts that the rule asks about.
fn near(
    book: &Book,
    on: Day,
    when: &Condition,
    (values, base): (&[Vec<u64>], &[u64]),
    random: &mut Random,
) -> Vec<u64> {
    let ordinary = random.below(2) == 0;
    let mut cell = if ordinary { base.to_vec() } else { random.cell(values, base) };
    satisfy(book, on, when, values, &mut cell, random);
    let asked: Vec<usize> = when.comparisons().filter_map(fact_of).collect();
    for _ in 0..random.below(CHANGED + 1) {
        let any = random.below(book.facts.len());
        let known = asked.get(random.below(asked.len())).copied();
        let place = known.filter(|_| random.below(3) > 0).unwrap_or(any);
        if let Some(values) = values.get(place) {
            let value = values.get(random.below(values.len())).copied();
            put(&mut cell, place, value.unwrap_or(0));
        }
    }
    cell
}

fn fact_of(comparison: &Comparison) -> Option<usize> {
    match &comparison.subject {
        Subject::Fact(fact) => Some(*fact),
        Subject::Notion(_) => None,
    }
}

/// Makes a condition hold: each comparison of `all`, one of `any`, none of `none`.
fn satisfy(
    book: &Book,
    on: Day,
    condition: &Condition,
    values: &[Vec<u64>],
    cell: &mut [u64],
    random: &mut Random,
) {
    let one = condition.any.get(random.below(condition.any.len()));
    let wanted = condition.all.iter().chain(one).map(|comparison| (comparison, true));
    let unwanted = condition.none.iter().map(|comparison| (comparison, false));
    for (comparison, so) in wanted.chain(unwanted) {
        match &comparison.subject {
            Subject::Notion(id) => {
                let meant = |n: &&Notion| *n.id == **id && n.span.contains(on);
                if let Some(notion) = book.notions.iter().find(meant) {
                    satisfy(book, on, &notion.when, values, cell, random);
                }
            }
            Subject::Fact(fact) => {
                let fits = |value: &&u64| test_passes(&comparison.test, **value) == so;
                let fitting = values.get(*fact).into_iter().flatten().filter(fits);
                let fitting: Vec<u64> = fitting.copied().collect();
                if let Some(value) = fitting.get(random.below(fitting.len())) {
                    put(cell, *fact, *value);
                }
            }
        }
    }
}

/// The ordinary handler of the rulebook's own cases.
fn base(book: &Book) -> Result<Vec<u64>, String> {
    let mut cell = vec![0; book.facts.len()];
    for given in base_facts(book, BASE)? {
        let Some(place) = book.fact_index(given.fact.as_str()) else { continue };
        let value = match (&given.value, book.facts.get(place).map(|fact| &fact.kind)) {
            (Stated::YesNo(value), _) => u64::from(*value),
            (Stated::Word(word), Some(FactKind::OneOf(words))) => {
                words.iter().position(|(known, _)| known == word).unwrap_or(0) as u64
            }
            (Stated::Count(bounds), _) => bounds.at_least,
            (Stated::Word(_), _) => 0,
        };
        put(&mut cell, place, value);
    }
    Ok(cell)
}

fn put(cell: &mut [u64], place: usize, value: u64) {
    if let Some(slot) = cell.get_mut(place) {
        *slot = value;
    }
}

fn is_possible(book: &Book, on: Day, cell: &[u64]) -> bool {
    book.always_on(on).all(|(when, then)| !holds(when, cell) || holds(then, cell))
}

fn holds(condition: &Condition, cell: &[u64]) -> bool {
    let passes = |comparison: &Comparison| passes(comparison, cell);
    condition.all.iter().all(passes)
        && (condition.any.is_empty() || condition.any.iter().any(passes))
        && !condition.none.iter().any(passes)
}

fn passes(comparison: &Comparison, cell: &[u64]) -> bool {
    let Subject::Fact(fact) = &comparison.subject else { return false };
    let value = cell.get(*fact).copied().unwrap_or(0);
    test_passes(&comparison.test, value)
}

fn test_passes(test: &Test, value: u64) -> bool {
    match test {
        Test::Is(wanted) => (value == 1) == *wanted,
        Test::Words(words) => words.iter().any(|word| *word as u64 == value),
        Test::Count { from, until } => value >= *from && until.is_none_or(|until| value < until),
    }
}

/// Random numbers that are the same in every run (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or(0)
    }

    /// A vector in which each fact is ordinary or anything; how often, changes from vector to
    /// vector, so that deep rules are reached as well as odd mixtures.
    fn cell(&mut self, values: &[Vec<u64>], base: &[u64]) -> Vec<u64> {
        let ordinary = self.below(10);
        let pick = values.iter().zip(base).map(|(values, usual)| {
            if self.below(10) < ordinary {
                *usual
            } else {
                let place = self.below(values.len());
                values.get(place).copied().unwrap_or(*usual)
            }
        });
        pick.collect()
    }
}
