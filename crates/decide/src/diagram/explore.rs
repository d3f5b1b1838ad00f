//! Questions to a finished diagram: which leaves are still possible, which variables matter.

use kouan_terms::RouteSet;

use super::arena::{LEAVES, Nodes, Ref};
use super::compile::{Compiled, IMPOSSIBLE, route_of};

/// What is known: for each variable, the set of cells it may still lie in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Knowledge {
    allowed: Vec<u64>,
}

impl Knowledge {
    /// Nothing known.
    pub fn nothing(compiled: &Compiled) -> Knowledge {
        Knowledge { allowed: compiled.variables.iter().map(|v| v.every_cell()).collect() }
    }

    /// The cells a variable may still lie in.
    pub fn cells(&self, var: usize) -> u64 {
        self.allowed.get(var).copied().unwrap_or(u64::MAX)
    }

    /// Narrows a variable to a set of cells.
    pub fn set(&mut self, var: usize, cells: u64) {
        if let Some(allowed) = self.allowed.get_mut(var) {
            *allowed = cells;
        }
    }

    /// The same, with one variable narrowed.
    pub fn with(&self, var: usize, cells: u64) -> Knowledge {
        let mut narrowed = self.clone();
        narrowed.set(var, cells);
        narrowed
    }

    /// Whether exactly one cell is left.
    pub fn is_known(&self, var: usize) -> bool {
        self.cells(var).is_power_of_two()
    }
}

/// The cells of a set, lowest first.
pub(crate) fn cells_of(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let cell = set.trailing_zeros();
        set &= set.checked_sub(1)?;
        Some(cell as usize)
    })
}

/// The leaves that completions of what is known can reach, as a set of their numbers.
pub(crate) fn leaves(nodes: &Nodes, root: Ref, knowledge: &Knowledge) -> u32 {
    leaves_until(nodes, root, knowledge, 0)
}

/// Whether every completion that is possible ends in this leaf, and one does.
pub(crate) fn always(nodes: &Nodes, root: Ref, knowledge: &Knowledge, leaf: Ref) -> bool {
    let others = !(1 << leaf | 1 << IMPOSSIBLE);
    only(leaves_until(nodes, root, knowledge, others), leaf)
}

/// The leaves that can be reached, or some of them as soon as one of `enough` is among them.
fn leaves_until(nodes: &Nodes, root: Ref, knowledge: &Knowledge, enough: u32) -> u32 {
    // With everything on the path known there is nothing to remember: walk.
    let mut node = root;
    loop {
        if node < LEAVES {
            return 1 << node;
        }
        let cells = knowledge.cells(nodes.var(node) as usize);
        if !cells.is_power_of_two() {
            break;
        }
        node = nodes.child(node, cells.trailing_zeros() as usize);
    }
    let mut seen = Seen::default();
    let mut found = 0;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        if node < LEAVES {
            found |= 1 << node;
            if found & enough != 0 {
                return found;
            }
        } else if seen.first_time(node) {
            let children = nodes.children(node);
            let cells = knowledge.cells(nodes.var(node) as usize);
            open.extend(cells_of(cells).filter_map(|cell| children.get(cell).copied()));
        }
    }
    found
}

/// A set of nodes: a short list while they are few, as they mostly are; then a bit for each.
#[derive(Default)]
pub(crate) struct Seen {
    few: Vec<Ref>,
    many: Vec<u64>,
}

/// Nodes that are looked up one by one.
const FEW: usize = 24;

impl Seen {
    /// Adds a node; says whether it is new.
    pub fn first_time(&mut self, node: Ref) -> bool {
        if self.many.is_empty() {
            if self.few.contains(&node) {
                return false;
            }
            if self.few.len() < FEW {
                self.few.push(node);
                return true;
            }
            for node in std::mem::take(&mut self.few) {
                self.mark(node);
            }
        }
        self.mark(node)
    }

    fn mark(&mut self, node: Ref) -> bool {
        let (word, bit) = ((node / u64::BITS) as usize, 1 << (node % u64::BITS));
        if self.many.len() <= word {
            self.many.resize(word + 1, 0);
        }
        let Some(word) = self.many.get_mut(word) else { return false };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }
}

/// The routes among a set of leaves.
pub(crate) fn routes_of(leaves: u32) -> RouteSet {
    (0..LEAVES).filter(|leaf| leaves & (1 << leaf) != 0).filter_map(route_of).collect()
}

/// Says whether a set of leaves is just this one, impossible completions aside.
pub(crate) fn only(leaves: u32, leaf: Ref) -> bool {
    leaves & !(1 << IMPOSSIBLE) == 1 << leaf
}

/// Whether two functions, restricted to what is known, give different possible leaves somewhere
/// when the variables in `free` may differ between the two sides and all others agree.
///
/// Returns the completion of either side that shows it, as `(variable, cell)` pairs along the
/// path; variables that are not named may have any value.
pub(crate) fn difference(
    nodes: &Nodes,
    pair: (Ref, Ref),
    knowledge: &Knowledge,
    free: &[usize],
) -> Option<Witness> {
    let may_differ = |var: usize, _: usize, _: usize| free.contains(&var);
    search(nodes, pair, knowledge, &may_differ, &|a, b| a != b, free)
}

/// Two completions, the second with a higher cell of `var`, whose leaves `offend`.
pub(crate) fn rising(
    nodes: &Nodes,
    root: Ref,
    knowledge: &Knowledge,
    var: usize,
    offends: &dyn Fn(Ref, Ref) -> bool,
) -> Option<Witness> {
    let may_differ = |here: usize, left: usize, right: usize| here == var && left < right;
    search(nodes, (root, root), knowledge, &may_differ, offends, &[var])
}

/// One completion on which two functions end in leaves that `offend`.
pub(crate) fn offending(
    nodes: &Nodes,
    pair: (Ref, Ref),
    knowledge: &Knowledge,
    offends: &dyn Fn(Ref, Ref) -> bool,
) -> Option<Witness> {
    search(nodes, pair, knowledge, &|_, _, _| false, offends, &[])
}

fn search(
    nodes: &Nodes,
    pair: (Ref, Ref),
    knowledge: &Knowledge,
    may_differ: &dyn Fn(usize, usize, usize) -> bool,
    offends: &dyn Fn(Ref, Ref) -> bool,
    free: &[usize],
) -> Option<Witness> {
    let dead = std::collections::BTreeSet::new();
    let mut search = Search { nodes, knowledge, may_differ, offends, free, dead };
    let mut path = Witness::default();
    search.run(pair.0, pair.1, &mut path).then_some(path)
}

/// Two completions that lead to different leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Cells of the first, along its path.
    pub left: Vec<(usize, usize)>,
    /// Cells of the second.
    pub right: Vec<(usize, usize)>,
    /// The leaves they reach.
    pub leaves: (Ref, Ref),
}

struct Search<'a> {
    nodes: &'a Nodes,
    knowledge: &'a Knowledge,
    may_differ: &'a dyn Fn(usize, usize, usize) -> bool,
    offends: &'a dyn Fn(Ref, Ref) -> bool,
    free: &'a [usize],
    dead: std::collections::BTreeSet<(Ref, Ref)>,
}

impl Search<'_> {
    fn run(&mut self, a: Ref, b: Ref, path: &mut Witness) -> bool {
        if a < LEAVES && b < LEAVES {
            path.leaves = (a, b);
            return a != IMPOSSIBLE && b != IMPOSSIBLE && (self.offends)(a, b);
        }
        let var = self.nodes.var(a).min(self.nodes.var(b));
        // Where the cell is known there is one way on: only forks need be remembered.
        let forks = !self.knowledge.is_known(var as usize);
        if (a == b && !self.free_below(a)) || (forks && self.dead.contains(&(a, b))) {
            return false;
        }
        let part = |nodes: &Nodes, node: Ref, cell: usize| {
            if nodes.var(node) == var { nodes.child(node, cell) } else { node }
        };
        let allowed = self.knowledge.cells(var as usize);
        for left in cells_of(allowed) {
            for right in cells_of(allowed) {
                if left != right && !(self.may_differ)(var as usize, left, right) {
                    continue;
                }
                let next = (part(self.nodes, a, left), part(self.nodes, b, right));
                path.left.push((var as usize, left));
                path.right.push((var as usize, right));
                if self.run(next.0, next.1, path) {
                    return true;
                }
                path.left.pop();
                path.right.pop();
            }
        }
        if forks {
            self.dead.insert((a, b));
        }
        false
    }

    /// Whether a free variable can still come below a node (variables grow on the way down).
    fn free_below(&self, node: Ref) -> bool {
        let var = self.nodes.var(node) as usize;
        node >= LEAVES && self.free.iter().any(|free| *free >= var)
    }
}

/// One completion that reaches one of these leaves, as `(variable, cell)` pairs along its path.
pub(crate) fn path_to(
    nodes: &Nodes,
    root: Ref,
    knowledge: &Knowledge,
    wanted: u32,
) -> Option<Vec<(usize, usize)>> {
    let mut dead = std::collections::BTreeSet::new();
    let mut path = Vec::new();
    fn run(
        nodes: &Nodes,
        node: Ref,
        knowledge: &Knowledge,
        wanted: u32,
        dead: &mut std::collections::BTreeSet<Ref>,
        path: &mut Vec<(usize, usize)>,
    ) -> bool {
        if node < LEAVES {
            return wanted & (1 << node) != 0;
        }
        if dead.contains(&node) {
            return false;
        }
        let var = nodes.var(node) as usize;
        for cell in cells_of(knowledge.cells(var)) {
            path.push((var, cell));
            if run(nodes, nodes.child(node, cell), knowledge, wanted, dead, path) {
                return true;
            }
            path.pop();
        }
        dead.insert(node);
        false
    }
    run(nodes, root, knowledge, wanted, &mut dead, &mut path).then_some(path)
}

/// Every variable that some node below the root tests, what is known taken into account.
pub(crate) fn tested(nodes: &Nodes, root: Ref, knowledge: &Knowledge) -> Vec<usize> {
    let mut seen = Seen::default();
    let mut found = std::collections::BTreeSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node >= LEAVES && seen.first_time(node) {
            let var = nodes.var(node) as usize;
            let children = nodes.children(node);
            let cells = knowledge.cells(var);
            if !cells.is_power_of_two() {
                found.insert(var);
            }
            open.extend(cells_of(cells).filter_map(|cell| children.get(cell).copied()));
        }
    }
    found.into_iter().collect()
}
