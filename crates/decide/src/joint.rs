//! The transfer as a whole: the strictest route among its flows, exact over shared unknown facts.

use kouan_terms::{Route, RouteSet};

use crate::diagram::{SHARED_COMPLETIONS_MAX, cells_of, tested};
use crate::verdict::Question;

/// The routes possible for the transfer as a whole.
///
/// Flows share the facts about the handler and its counts: what is unknown there has one value for
/// all of them. Those values are tried one by one as long as they are few; beyond the limit the
/// flows are taken apart, which can only add routes, never lose one.
pub(crate) fn joint(questions: &[&Question<'_>], apart: &[RouteSet]) -> RouteSet {
    let open = apart.iter().filter(|set| set.len() > 1).count();
    if open < 2 {
        return strictest(apart);
    }
    let shared = shared_unknown(questions);
    let completions = shared.iter().try_fold(1_usize, |product, (_, cells)| {
        product.checked_mul(cells.len()).filter(|product| *product <= SHARED_COMPLETIONS_MAX)
    });
    if shared.is_empty() || completions.is_none() {
        return strictest(apart);
    }
    let mut routes = RouteSet::EMPTY;
    let mut chosen = vec![0_usize; shared.len()];
    loop {
        let sets: Vec<RouteSet> = questions
            .iter()
            .map(|question| {
                let mut narrowed = (*question).clone();
                for ((var, cells), choice) in shared.iter().zip(&chosen) {
                    if let Some(cell) = cells.get(*choice) {
                        let left = narrowed.knowledge.cells(*var) & (1 << cell);
                        narrowed.knowledge.set(*var, left);
                    }
                }
                narrowed.possible()
            })
            .collect();
        // A flow without any completion left means that this value cannot be.
        if sets.iter().all(|set| !set.is_empty()) {
            routes = routes.union(strictest(&sets));
        }
        if !advance(&mut chosen, &shared) {
            return routes;
        }
    }
}

/// Unknown facts of the handler and its year that at least two open flows test, with their cells.
fn shared_unknown(questions: &[&Question<'_>]) -> Vec<(usize, Vec<usize>)> {
    let mut seen: Vec<(usize, usize, u64)> = Vec::new();
    for question in questions {
        for var in tested(&question.compiled.nodes, question.compiled.folded, &question.knowledge) {
            let fact = question.book.facts.get(var).map_or("", |fact| fact.id.as_str());
            let of_the_handler = ["handler.", "year.", "two_years.", "held."]
                .iter()
                .any(|prefix| fact.starts_with(prefix));
            if !of_the_handler {
                continue;
            }
            let cells = question.knowledge.cells(var);
            match seen.iter_mut().find(|(known, _, _)| *known == var) {
                Some((_, times, union)) => {
                    *times += 1;
                    *union |= cells;
                }
                None => seen.push((var, 1, cells)),
            }
        }
    }
    seen.into_iter()
        .filter(|(_, times, _)| *times > 1)
        .map(|(var, _, cells)| (var, cells_of(cells).collect()))
        .collect()
}

fn advance(chosen: &mut [usize], shared: &[(usize, Vec<usize>)]) -> bool {
    for (choice, (_, cells)) in chosen.iter_mut().zip(shared) {
        *choice += 1;
        if *choice < cells.len() {
            return true;
        }
        *choice = 0;
    }
    false
}

/// Every route that is the strictest in some pick of one route for each flow.
fn strictest(sets: &[RouteSet]) -> RouteSet {
    let picks = |route: Route| {
        let here = sets.iter().any(|set| set.contains(route));
        let others = sets.iter().all(|set| {
            set.iter().any(|other| other.rung().is_none_or(|rung| Some(rung) <= route.rung()))
        });
        here && others
    };
    let beside = |route: Route| route.rung().is_none();
    let only_beside = sets.iter().all(|set| set.iter().any(beside));
    Route::OUTCOMES
        .into_iter()
        .filter(|route| {
            if beside(*route) {
                only_beside && sets.iter().any(|set| set.contains(*route))
            } else {
                picks(*route)
            }
        })
        .collect()
}
