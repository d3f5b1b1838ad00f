//! Inclusion and consistency proofs (RFC 6962, sections 2.1.1 and 2.1.2): made and verified.

use crate::hash::{Hash, split};

/// Gives the hash of the entries from `start` on, `2^height` of them, `start` a multiple of that.
pub(crate) trait Subtrees {
    type Error;
    fn subtree(&mut self, start: u64, height: u32) -> Result<Hash, Self::Error>;
}

/// The hash of a tree over the entries from `start` to `end`; `start` is a multiple of a power of
/// two that is not below their number.
pub(crate) fn range<S: Subtrees>(tree: &mut S, start: u64, end: u64) -> Result<Hash, S::Error> {
    let size = end.saturating_sub(start);
    if size == 0 {
        return Ok(Hash::empty());
    }
    if size.is_power_of_two() {
        return tree.subtree(start, size.trailing_zeros());
    }
    let middle = start + split(size);
    let left = range(tree, start, middle)?;
    Ok(Hash::node(left, range(tree, middle, end)?))
}

/// The proof that an entry stands in a tree of that size; the entry's number is below it.
pub(crate) fn inclusion<S: Subtrees>(
    tree: &mut S,
    entry: u64,
    size: u64,
) -> Result<Vec<Hash>, S::Error> {
    let (mut start, mut end) = (0, size);
    let mut proof = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if entry < middle {
            proof.push(range(tree, middle, end)?);
            end = middle;
        } else {
            proof.push(range(tree, start, middle)?);
            start = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that a tree of the first size is the beginning of one of the second.
pub(crate) fn consistency<S: Subtrees>(
    tree: &mut S,
    first: u64,
    second: u64,
) -> Result<Vec<Hash>, S::Error> {
    let mut proof = Vec::new();
    if first == 0 || first >= second {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, second);
    while first != end {
        let middle = start + split(end - start);
        if first <= middle {
            proof.push(range(tree, middle, end)?);
            end = middle;
        } else {
            proof.push(range(tree, start, middle)?);
            start = middle;
        }
    }
    // The old tree itself is known to whoever checks, unless only a part of it is compared.
    if start > 0 {
        proof.push(range(tree, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that an entry of that hash stands at that place in the tree of that size and root.
///
/// Follows RFC 9162, section 2.1.3.2.
#[must_use]
pub fn verify_inclusion(leaf: Hash, entry: u64, size: u64, proof: &[Hash], root: Hash) -> bool {
    if entry >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (entry, size - 1, leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = Hash::node(*sibling, hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = Hash::node(hash, *sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// Checks that the tree of the first size and root is the beginning of that of the second.
///
/// Follows RFC 9162, section 2.1.4.2; the empty tree is the beginning of every one.
#[must_use]
pub fn verify_consistency(first: (u64, Hash), second: (u64, Hash), proof: &[Hash]) -> bool {
    let ((first, first_root), (second, second_root)) = (first, second);
    if first > second {
        return false;
    }
    if first == second {
        return proof.is_empty() && first_root == second_root;
    }
    if first == 0 {
        return proof.is_empty() && first_root == Hash::empty();
    }
    let mut path = proof.iter().copied();
    let begin = if first.is_power_of_two() { Some(first_root) } else { path.next() };
    let Some(begin) = begin else { return false };
    let (mut at, mut last) = (first - 1, second - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (begin, begin);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = Hash::node(sibling, old);
            new = Hash::node(sibling, new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new = Hash::node(new, sibling);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old == first_root && new == second_root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::root;

    struct Leaves(Vec<Hash>);

    impl Subtrees for Leaves {
        type Error = ();
        fn subtree(&mut self, start: u64, height: u32) -> Result<Hash, ()> {
            let start = start as usize;
            Ok(root(&self.0[start..start + (1 << height)]))
        }
    }

    fn tree(size: u64) -> (Leaves, Hash) {
        let leaves: Vec<Hash> = (0..size).map(|entry| Hash::leaf(&entry.to_be_bytes())).collect();
        let root = root(&leaves);
        (Leaves(leaves), root)
    }

    #[test]
    fn every_proof_of_small_trees_holds_and_no_changed_one_does() {
        for size in 1..40 {
            let (mut leaves, root) = tree(size);
            for entry in 0..size {
                let proof = inclusion(&mut leaves, entry, size).unwrap();
                let leaf = leaves.0[entry as usize];
                assert!(verify_inclusion(leaf, entry, size, &proof, root), "{entry} of {size}");
                assert!(!verify_inclusion(Hash::leaf(b"x"), entry, size, &proof, root));
                assert!(!verify_inclusion(leaf, entry + 1, size, &proof, root));
                for at in 0..proof.len() {
                    let mut changed = proof.clone();
                    changed[at].0[0] ^= 1;
                    assert!(!verify_inclusion(leaf, entry, size, &changed, root));
                    changed.remove(at);
                    assert!(!verify_inclusion(leaf, entry, size, &changed, root));
                }
                let longer = [proof.as_slice(), &[root]].concat();
                assert!(!verify_inclusion(leaf, entry, size, &longer, root));
            }
        }
    }

    #[test]
    fn every_consistency_of_small_trees_holds_and_no_changed_one_does() {
        for size in 1..40 {
            let (mut leaves, root) = tree(size);
            for first in 0..=size {
                let (_, old) = tree(first);
                let proof = consistency(&mut leaves, first, size).unwrap();
                assert!(verify_consistency((first, old), (size, root), &proof), "{first} {size}");
                if first > 0 {
                    let other = (first, Hash::leaf(b"x"));
                    assert!(!verify_consistency(other, (size, root), &proof));
                    assert!(!verify_consistency((first, old), (size, other.1), &proof));
                }
                for at in 0..proof.len() {
                    let mut changed = proof.clone();
                    changed[at].0[31] ^= 1;
                    assert!(!verify_consistency((first, old), (size, root), &changed));
                    changed.remove(at);
                    assert!(!verify_consistency((first, old), (size, root), &changed));
                }
                let longer = [proof.as_slice(), &[root]].concat();
                assert!(!verify_consistency((first, old), (size, root), &longer));
            }
            assert!(!verify_consistency((size, root), (size - 1, root), &[]));
        }
    }
}
