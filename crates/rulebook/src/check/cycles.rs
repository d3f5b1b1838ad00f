//! Rules that set each other aside in a ring, and notions that lead back to themselves.

use std::collections::{BTreeSet, VecDeque};

use kouan_terms::Diagnostic;

use super::entries::notions_of;
use super::place_of;
use crate::book::{Book, Edition, Rule, Selector};
use crate::condition::{Condition, Test};

/// Checks that nothing leads back to itself.
pub(super) fn check(book: &Book, found: &mut Vec<Diagnostic>) {
    let rules = candidates(book);
    for cycle in cycles(&set_aside(&rules)) {
        let ring: Vec<&Rule> = cycle.iter().filter_map(|i| rules.get(*i).map(|c| c.rule)).collect();
        let Some(first) = ring.first() else { continue };
        let ids = ring.iter().map(|rule| rule.id.as_str());
        let finding = Diagnostic::error("RB146").at(place_of(&first.standing));
        found.push(finding.with("ring", ring_text(ids)));
    }
    let mentions: Vec<Vec<usize>> = book
        .notions
        .iter()
        .map(|notion| {
            let named: Vec<&str> = notions_of(&notion.when).collect();
            let others = book.notions.iter().enumerate();
            let led_to =
                others.filter(|(_, n)| named.contains(&&*n.id) && n.span.overlaps(&notion.span));
            led_to.map(|(i, _)| i).collect()
        })
        .collect();
    for cycle in cycles(&mentions) {
        let ring: Vec<_> = cycle.iter().filter_map(|i| book.notions.get(*i)).collect();
        let Some(first) = ring.first() else { continue };
        let finding = Diagnostic::error("RB149").at(place_of(&first.standing));
        found.push(finding.with("ring", ring_text(ring.iter().map(|notion| &*notion.id))));
    }
}

fn ring_text<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> String {
    let first = ids.clone().take(1);
    ids.chain(first).collect::<Vec<_>>().join(" → ")
}

/// A rule and the list it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub rule: &'a Rule,
    pub list: Option<&'a Edition>,
}

/// Every rule of the book with its list.
pub(super) fn candidates(book: &Book) -> Vec<Candidate<'_>> {
    let mut all: Vec<Candidate<'_>> =
        book.rules.iter().map(|rule| Candidate { rule, list: None }).collect();
    for edition in &book.editions {
        let rules = edition.sectors.iter().flat_map(|sector| &sector.rules);
        all.extend(rules.map(|listed| Candidate { rule: &listed.rule, list: Some(edition) }));
    }
    all
}

/// Whether a selector written in `owner` names `candidate`: an article stands for every rule that
/// cites it in the owner's instrument, and for every rule of a list made under it.
pub(super) fn selects(selector: &Selector, owner: &Rule, candidate: Candidate<'_>) -> bool {
    let rule = candidate.rule;
    match selector {
        Selector::Rule(id) => rule.id == *id,
        Selector::Prefix(prefix) => rule.id.as_str().starts_with(&**prefix) && rule.id != owner.id,
        Selector::Article(article) => {
            let law = owner.cite.law.as_str();
            let in_article =
                |of: &str, at: &str| of == law && super::provision::lies_in(at, article);
            let made_under = candidate.list.and_then(|list| list.made_under.split_once('#'));
            in_article(rule.cite.law.as_str(), &rule.cite.at)
                || made_under.is_some_and(|(of, at)| in_article(of, at))
        }
    }
}

/// For each rule, the rules that can set it aside on some day.
fn set_aside(rules: &[Candidate<'_>]) -> Vec<Vec<usize>> {
    let mut edges = vec![Vec::new(); rules.len()];
    for (i, a) in rules.iter().enumerate() {
        for (j, b) in rules.iter().enumerate() {
            // Two editions are never in play together.
            let apart = matches!((a.list, b.list), (Some(x), Some(y)) if x.id != y.id);
            if apart || !a.rule.span.overlaps(&b.rule.span) || exclude(&a.rule.when, &b.rule.when) {
                continue;
            }
            let yields = a.rule.yields_to.iter().any(|selector| selects(selector, a.rule, *b));
            let overridden = b.rule.overrides.iter().any(|selector| selects(selector, b.rule, *a));
            if (yields || overridden)
                && let Some(edges) = edges.get_mut(i)
            {
                edges.push(j);
            }
        }
    }
    edges
}

/// Whether two conditions can never hold together: each needs of one fact what the other rules
/// out. A rule is set aside only by a rule that holds.
fn exclude(a: &Condition, b: &Condition) -> bool {
    a.all.iter().any(|x| {
        b.all.iter().any(|y| x.subject == y.subject && disjoint(&x.test, &y.test))
            || b.none.iter().any(|y| x.subject == y.subject && x.test == y.test)
    }) || b.all.iter().any(|y| a.none.iter().any(|x| x.subject == y.subject && x.test == y.test))
}

fn disjoint(a: &Test, b: &Test) -> bool {
    match (a, b) {
        (Test::Is(a), Test::Is(b)) => a != b,
        (Test::Words(a), Test::Words(b)) => !a.iter().any(|word| b.contains(word)),
        (Test::Count { from: a, until: a_end }, Test::Count { from: b, until: b_end }) => {
            a_end.is_some_and(|end| end <= *b) || b_end.is_some_and(|end| end <= *a)
        }
        _ => false,
    }
}

/// The rings of a graph: for each group of nodes that lead to each other, one shortest ring. One
/// wrong edge can close many rings; the shortest names it best.
fn cycles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let rings: Vec<Option<Vec<usize>>> =
        (0..edges.len()).map(|start| ring_through(start, edges)).collect();
    let mut found = Vec::new();
    let mut grouped = vec![false; edges.len()];
    for (start, ring) in rings.iter().enumerate() {
        if ring.is_none() || grouped.get(start) == Some(&true) {
            continue;
        }
        let led_to = reached(start, edges);
        let group: Vec<usize> = led_to
            .into_iter()
            .filter(|node| rings.get(*node).is_some_and(Option::is_some))
            .filter(|node| reached(*node, edges).contains(&start))
            .collect();
        for node in &group {
            if let Some(grouped) = grouped.get_mut(*node) {
                *grouped = true;
            }
        }
        let of_group = group.iter().filter_map(|node| rings.get(*node)?.as_ref());
        found.extend(of_group.min_by_key(|ring| ring.len()).cloned());
    }
    found
}

/// The nodes that a node leads to, in order.
fn reached(start: usize, edges: &[Vec<usize>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut next = vec![start];
    while let Some(node) = next.pop() {
        let led_to = edges.get(node).into_iter().flatten();
        next.extend(led_to.filter(|node| reached.insert(**node)));
    }
    reached
}

/// A shortest ring through a node, by breadth-first search.
fn ring_through(start: usize, edges: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut came_from: Vec<Option<usize>> = vec![None; edges.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for next in edges.get(node)? {
            if *next == start {
                let mut ring = vec![node];
                while let Some(before) = ring.last().and_then(|last| *came_from.get(*last)?) {
                    ring.push(before);
                }
                ring.reverse();
                return Some(ring);
            }
            let before = came_from.get_mut(*next)?;
            if before.is_none() {
                *before = Some(node);
                queue.push_back(*next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::cycles;

    #[test]
    fn rings_are_found_once_and_shortest() {
        assert_eq!(cycles(&[vec![1], vec![2], vec![0]]), [vec![0, 1, 2]]);
        assert_eq!(cycles(&[vec![1, 0], vec![]]), [vec![0]]);
        assert_eq!(cycles(&[vec![1, 2], vec![2], vec![]]), [[0; 0]; 0]);
        assert_eq!(cycles(&[vec![1], vec![2], vec![1]]), [vec![1, 2]]);
        assert_eq!(cycles(&[vec![1], vec![2], vec![0, 1]]), [vec![1, 2]]);
        assert_eq!(cycles(&[vec![1], vec![0], vec![3], vec![2]]), [vec![0, 1], vec![2, 3]]);
    }
}
