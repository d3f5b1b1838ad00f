//! The diagram itself: reduced, ordered, multi-valued, every node stored once.
//!
//! Leaves and nodes share one numbering: a [`Ref`] below [`LEAVES`] is a leaf. A node tests one
//! variable and has one child for each of its cells. Two nodes that mean the same are the same
//! number, so equality of functions is equality of numbers.

#![expect(
    clippy::disallowed_types,
    reason = "the tables below are looked up and never walked, so their order cannot show"
)]

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::limits::{HASH_FACTOR, NODES_MAX};

/// A leaf or a node.
pub(crate) type Ref = u32;

/// How many numbers are leaves.
pub(crate) const LEAVES: Ref = 16;
/// The leaf "no".
pub(crate) const FALSE: Ref = 14;
/// The leaf "yes".
pub(crate) const TRUE: Ref = 15;

/// A fixed, fast hash (multiply and rotate); the tables it serves are never iterated.
#[derive(Default)]
pub(crate) struct FixedHash(u64);

impl Hasher for FixedHash {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(HASH_FACTOR);
    }
}

type Table<K, V> = HashMap<K, V, BuildHasherDefault<FixedHash>>;

/// A node: the variable it tests, and where its children begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub var: u32,
    pub first: u32,
}

/// Finished nodes, for reading only.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nodes {
    nodes: Vec<Node>,
    children: Vec<Ref>,
    cells: Vec<u32>,
}

impl Nodes {
    /// The variable a node tests; leaves test none and sort last.
    pub fn var(&self, node: Ref) -> u32 {
        match node.checked_sub(LEAVES) {
            Some(index) => self.nodes.get(index as usize).map_or(u32::MAX, |node| node.var),
            None => u32::MAX,
        }
    }

    /// The children of a node, one for each cell of its variable; a leaf has none.
    pub fn children(&self, node: Ref) -> &[Ref] {
        let Some(node) = node.checked_sub(LEAVES).and_then(|index| self.nodes.get(index as usize))
        else {
            return &[];
        };
        let cells = self.cells.get(node.var as usize).copied().unwrap_or(0);
        self.children.get(node.first as usize..(node.first + cells) as usize).unwrap_or(&[])
    }

    /// The child for one cell; a leaf is its own child.
    pub fn child(&self, node: Ref, cell: usize) -> Ref {
        self.children(node).get(cell).copied().unwrap_or(node)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// Nodes under construction.
pub(crate) struct Arena {
    pub nodes: Nodes,
    unique: Table<(u32, Box<[Ref]>), Ref>,
    chosen: Table<(Ref, Ref, Ref), Ref>,
    overflow: bool,
}

impl Arena {
    /// An empty arena over variables with these numbers of cells.
    pub fn new(cells: Vec<u32>) -> Arena {
        Arena {
            nodes: Nodes { nodes: Vec::new(), children: Vec::new(), cells },
            unique: Table::default(),
            chosen: Table::default(),
            overflow: false,
        }
    }

    /// Whether the limit on nodes was reached; whatever was built is then not to be used.
    pub fn overflowed(&self) -> bool {
        self.overflow
    }

    /// The node that tests `var` and goes on to `children`; no node when all children are one.
    pub fn node(&mut self, var: u32, children: &[Ref]) -> Ref {
        let Some((first, rest)) = children.split_first() else { return FALSE };
        if rest.iter().all(|child| child == first) {
            return *first;
        }
        let key = (var, Box::from(children));
        if let Some(known) = self.unique.get(&key) {
            return *known;
        }
        if self.nodes.nodes.len() >= NODES_MAX {
            self.overflow = true;
            return *first;
        }
        let start = u32::try_from(self.nodes.children.len()).unwrap_or(u32::MAX);
        let index = u32::try_from(self.nodes.nodes.len()).unwrap_or(u32::MAX - LEAVES);
        self.nodes.nodes.push(Node { var, first: start });
        self.nodes.children.extend_from_slice(children);
        self.unique.insert(key, index + LEAVES);
        index + LEAVES
    }

    /// The node that is yes exactly on these cells of a variable.
    pub fn cells(&mut self, var: u32, holds: impl Fn(usize) -> bool) -> Ref {
        let count = self.nodes.cells.get(var as usize).copied().unwrap_or(0) as usize;
        let children: Vec<Ref> =
            (0..count).map(|cell| if holds(cell) { TRUE } else { FALSE }).collect();
        self.node(var, &children)
    }

    /// `then` where `condition` is yes, `otherwise` where it is no.
    pub fn choose(&mut self, condition: Ref, then: Ref, otherwise: Ref) -> Ref {
        match condition {
            TRUE => return then,
            FALSE => return otherwise,
            _ if then == otherwise => return then,
            _ if then == TRUE && otherwise == FALSE => return condition,
            _ => {}
        }
        let key = (condition, then, otherwise);
        if let Some(known) = self.chosen.get(&key) {
            return *known;
        }
        let var = [condition, then, otherwise]
            .iter()
            .map(|node| self.nodes.var(*node))
            .min()
            .unwrap_or(u32::MAX);
        let count = self.nodes.cells.get(var as usize).copied().unwrap_or(0) as usize;
        let part = |nodes: &Nodes, node: Ref, cell: usize| {
            if nodes.var(node) == var { nodes.child(node, cell) } else { node }
        };
        let mut children = Vec::with_capacity(count);
        for cell in 0..count {
            let c = part(&self.nodes, condition, cell);
            let t = part(&self.nodes, then, cell);
            let o = part(&self.nodes, otherwise, cell);
            children.push(self.choose(c, t, o));
        }
        let result = self.node(var, &children);
        self.chosen.insert(key, result);
        result
    }

    /// Both.
    pub fn and(&mut self, a: Ref, b: Ref) -> Ref {
        self.choose(a, b, FALSE)
    }

    /// Either.
    pub fn or(&mut self, a: Ref, b: Ref) -> Ref {
        self.choose(a, TRUE, b)
    }

    /// Not.
    pub fn not(&mut self, a: Ref) -> Ref {
        self.choose(a, FALSE, TRUE)
    }

    /// The same function with some variables removed: fixed to a cell, or merged leaf by leaf.
    pub fn project(&mut self, root: Ref, how: &dyn Fn(u32) -> Projection, merge: Merge) -> Ref {
        let mut memo = Table::default();
        self.project_inner(root, how, merge, &mut memo)
    }

    fn project_inner(
        &mut self,
        node: Ref,
        how: &dyn Fn(u32) -> Projection,
        merge: Merge,
        memo: &mut Table<Ref, Ref>,
    ) -> Ref {
        if node < LEAVES {
            return node;
        }
        if let Some(known) = memo.get(&node) {
            return *known;
        }
        let var = self.nodes.var(node);
        let children: Vec<Ref> = self.nodes.children(node).to_vec();
        let result = match how(var) {
            Projection::Keep => {
                let kept: Vec<Ref> = children
                    .iter()
                    .map(|child| self.project_inner(*child, how, merge, memo))
                    .collect();
                self.node(var, &kept)
            }
            Projection::Fix(cell) => {
                let child = children.get(cell).copied().unwrap_or(node);
                self.project_inner(child, how, merge, memo)
            }
            Projection::Fold => {
                let mut folded: Option<Ref> = None;
                for child in children {
                    let part = self.project_inner(child, how, merge, memo);
                    folded = Some(match folded {
                        None => part,
                        Some(sofar) => self.merge(sofar, part, merge),
                    });
                }
                folded.unwrap_or(node)
            }
        };
        memo.insert(node, result);
        result
    }

    /// Merges two functions leaf by leaf.
    fn merge(&mut self, a: Ref, b: Ref, merge: Merge) -> Ref {
        let mut memo = Table::default();
        self.merge_inner(a, b, merge, &mut memo)
    }

    fn merge_inner(
        &mut self,
        a: Ref,
        b: Ref,
        merge: Merge,
        memo: &mut Table<(Ref, Ref), Ref>,
    ) -> Ref {
        if a == b {
            return a;
        }
        if a < LEAVES && b < LEAVES {
            return merge(a, b);
        }
        if let Some(known) = memo.get(&(a, b)) {
            return *known;
        }
        let var = self.nodes.var(a).min(self.nodes.var(b));
        let count = self.nodes.cells.get(var as usize).copied().unwrap_or(0) as usize;
        let part = |nodes: &Nodes, node: Ref, cell: usize| {
            if nodes.var(node) == var { nodes.child(node, cell) } else { node }
        };
        let mut children = Vec::with_capacity(count);
        for cell in 0..count {
            let (left, right) = (part(&self.nodes, a, cell), part(&self.nodes, b, cell));
            children.push(self.merge_inner(left, right, merge, memo));
        }
        let result = self.node(var, &children);
        memo.insert((a, b), result);
        result
    }
}

/// How two different leaves become one.
pub(crate) type Merge = fn(Ref, Ref) -> Ref;

/// What happens to a variable in a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Projection {
    /// It stays.
    Keep,
    /// It takes this cell.
    Fix(usize),
    /// Its children are merged leaf by leaf.
    Fold,
}
