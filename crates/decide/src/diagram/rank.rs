//! Which question first: how much each unknown fact decides, by exact counting.
//!
//! Cells that behave alike in the restricted diagram count as one, so that a threshold that plays
//! no part cannot change the order. With `N` completions, `N(v)` of them giving the fact its value
//! `v` and `n(v, r)` of those leading to route `r`, the score is `Σᵥ Σᵣ n(v,r)² ∕ (N · N(v))`: the
//! chance that two completions that agree on this fact agree on the route.

use std::collections::BTreeMap;

use super::arena::{LEAVES, Nodes, Ref};
use super::compile::IMPOSSIBLE;
use super::explore::{Knowledge, cells_of, tested};
use super::limits::WHOLE;

/// How many completions reach each leaf.
type Count = [u128; LEAVES as usize];

/// A restricted diagram, ready for counting.
pub(crate) struct Counter<'a> {
    nodes: &'a Nodes,
    root: Ref,
    /// For each unknown variable that is tested: its classes of cells that behave alike.
    classes: BTreeMap<usize, Vec<u64>>,
}

impl<'a> Counter<'a> {
    /// Groups the cells of every variable that is tested.
    pub fn new(nodes: &'a Nodes, root: Ref, knowledge: &Knowledge) -> Counter<'a> {
        let mut counter = Counter { nodes, root, classes: BTreeMap::new() };
        for var in tested(nodes, root, knowledge) {
            counter.classes.insert(var, vec![knowledge.cells(var)]);
        }
        // Known variables have one class of one cell.
        let mut known = BTreeMap::new();
        counter.split(knowledge, &mut known);
        counter.classes.extend(known);
        counter
    }

    /// Splits every class until all nodes that are reached agree on it.
    fn split(&mut self, knowledge: &Knowledge, known: &mut BTreeMap<usize, Vec<u64>>) {
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![self.root];
        while let Some(node) = open.pop() {
            if node < LEAVES || !seen.insert(node) {
                continue;
            }
            let var = self.nodes.var(node) as usize;
            let children = self.nodes.children(node);
            let cells = knowledge.cells(var);
            open.extend(cells_of(cells).filter_map(|cell| children.get(cell).copied()));
            match self.classes.get_mut(&var) {
                None => {
                    known.insert(var, vec![cells]);
                }
                Some(classes) => {
                    let mut finer: Vec<u64> = Vec::new();
                    for class in classes.iter() {
                        let mut parts: BTreeMap<Ref, u64> = BTreeMap::new();
                        for cell in cells_of(*class) {
                            let child = children.get(cell).copied().unwrap_or(node);
                            *parts.entry(child).or_insert(0) |= 1 << cell;
                        }
                        finer.extend(parts.into_values());
                    }
                    finer.sort_unstable();
                    *classes = finer;
                }
            }
        }
    }

    /// The score of one unknown variable, out of [`WHOLE`].
    pub fn score(&self, var: usize) -> u128 {
        let every = [0_u64];
        let classes = self.classes.get(&var).map_or(&every[..], |classes| classes.as_slice());
        let counts: Vec<Count> =
            classes.iter().map(|class| self.count_with(Some((var, *class)))).collect();
        let total: u128 = counts.iter().map(possible).sum();
        let mut score = 0;
        for count in &counts {
            let here = possible(count);
            if here == 0 || total == 0 {
                continue;
            }
            let agree: u128 = routes(count)
                .map(|n| share(n, here))
                .map(|part| part.saturating_mul(part) / WHOLE)
                .sum();
            score += share(here, total).saturating_mul(agree) / WHOLE;
        }
        score
    }

    /// The score of knowing nothing more: the chance that any two completions agree.
    pub fn baseline(&self) -> u128 {
        let count = self.count_with(None);
        let total = possible(&count);
        routes(&count).map(|n| share(n, total)).map(|part| part.saturating_mul(part) / WHOLE).sum()
    }

    fn count_with(&self, fixed: Option<(usize, u64)>) -> Count {
        let order: Vec<usize> = self.classes.keys().copied().collect();
        let mut memo = BTreeMap::new();
        self.count(self.root, 0, &order, fixed, &mut memo)
    }

    /// Counts completions below a node, over the variables from `level` on.
    fn count(
        &self,
        node: Ref,
        level: usize,
        order: &[usize],
        fixed: Option<(usize, u64)>,
        memo: &mut BTreeMap<(Ref, usize), Count>,
    ) -> Count {
        let Some(var) = order.get(level).copied() else {
            let mut count = [0; LEAVES as usize];
            if let Some(here) = count.get_mut(node as usize) {
                *here = 1;
            }
            return count;
        };
        if let Some(known) = memo.get(&(node, level)) {
            return *known;
        }
        let whole = Vec::new();
        let classes = match fixed {
            Some((place, class)) if place == var => vec![class],
            _ => self.classes.get(&var).unwrap_or(&whole).clone(),
        };
        let mut count = [0_u128; LEAVES as usize];
        for class in classes {
            let cell = class.trailing_zeros() as usize;
            let next = if self.nodes.var(node) as usize == var {
                self.nodes.child(node, cell)
            } else {
                node
            };
            let below = self.count(next, level + 1, order, fixed, memo);
            for (sum, part) in count.iter_mut().zip(below) {
                *sum = sum.saturating_add(part);
            }
        }
        memo.insert((node, level), count);
        count
    }
}

fn possible(count: &Count) -> u128 {
    count.iter().enumerate().filter(|(leaf, _)| *leaf != IMPOSSIBLE as usize).map(|(_, n)| n).sum()
}

fn routes(count: &Count) -> impl Iterator<Item = u128> + '_ {
    count.iter().enumerate().filter(|(leaf, _)| *leaf != IMPOSSIBLE as usize).map(|(_, n)| *n)
}

/// A part of a whole, out of [`WHOLE`].
fn share(part: u128, whole: u128) -> u128 {
    if whole == 0 {
        return 0;
    }
    match part.checked_mul(WHOLE) {
        Some(scaled) => scaled / whole,
        None => part / (whole / WHOLE).max(1),
    }
}
