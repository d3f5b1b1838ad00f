//! The right edge of the tree: all that appending needs.

use crate::hash::{self, Hash};
use crate::limits::TILE_WIDTH;
use crate::tile::{Kind, Tile, hashes, push_entry};

/// Partial tiles of every level, and the bundle that is not full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) size: u64,
    /// By level; each has fewer than 256 hashes.
    pub(crate) levels: Vec<Vec<Hash>>,
    pub(crate) bundle: Vec<u8>,
}

impl Edge {
    /// The root of the whole tree: complete subtrees from the right, each joined to the next.
    pub(crate) fn root(&self) -> Hash {
        let mut joined: Option<Hash> = None;
        for level in &self.levels {
            let mut rest = level.as_slice();
            while !rest.is_empty() {
                let last = 1 << rest.len().trailing_zeros();
                let (before, peak) = rest.split_at(rest.len() - last);
                let peak = hash::root(peak);
                joined = Some(joined.map_or(peak, |right| Hash::node(peak, right)));
                rest = before;
            }
        }
        joined.unwrap_or_else(Hash::empty)
    }

    /// Adds an entry; files that are full go to `full`. `false` where the entry is too long.
    pub(crate) fn push(&mut self, entry: &[u8], full: &mut Vec<(Tile, Vec<u8>)>) -> bool {
        if !push_entry(&mut self.bundle, entry) {
            return false;
        }
        let mut tiles = Vec::new();
        self.push_hash(Hash::leaf(entry), &mut tiles);
        full.extend(tiles.into_iter().map(|(tile, hashes)| (tile, written(&hashes))));
        if self.size.is_multiple_of(TILE_WIDTH) {
            let index = self.size / TILE_WIDTH - 1;
            let tile = Tile { kind: Kind::Entries, index, width: TILE_WIDTH };
            full.push((tile, std::mem::take(&mut self.bundle)));
        }
        true
    }

    /// Adds the hash of an entry; tiles that are full go to `full`, the lowest first.
    pub(crate) fn push_hash(&mut self, leaf: Hash, full: &mut Vec<(Tile, Vec<Hash>)>) {
        self.size += 1;
        let mut carried = leaf;
        for level in 0_u8.. {
            let place = usize::from(level);
            if self.levels.len() <= place {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(place) else { return };
            row.push(carried);
            if (row.len() as u64) < TILE_WIDTH {
                return;
            }
            let row = std::mem::take(row);
            carried = hash::root(&row);
            let kind = Kind::Hashes(level);
            let index = hashes(kind, self.size) / TILE_WIDTH - 1;
            full.push((Tile { kind, index, width: TILE_WIDTH }, row));
        }
    }

    /// The partial tiles, without those of the bundle.
    pub(crate) fn partial_hashes(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        self.levels.iter().zip(0_u8..).filter(|(row, _)| !row.is_empty()).map(|(row, level)| {
            let kind = Kind::Hashes(level);
            let index = hashes(kind, self.size) / TILE_WIDTH;
            (Tile { kind, index, width: row.len() as u64 }, row.as_slice())
        })
    }

    /// Every partial file.
    pub(crate) fn partials(&self) -> Vec<(Tile, Vec<u8>)> {
        let mut all: Vec<(Tile, Vec<u8>)> =
            self.partial_hashes().map(|(tile, hashes)| (tile, written(hashes))).collect();
        all.extend(
            Tile::of(Kind::Entries, self.size / TILE_WIDTH, self.size)
                .map(|tile| (tile, self.bundle.clone())),
        );
        all
    }
}

/// The bytes of a tile.
pub(crate) fn written(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::levels;

    #[test]
    fn the_edge_has_the_root_and_the_tiles_of_the_whole_tree() {
        let mut edge = Edge::default();
        let mut leaves = Vec::new();
        let mut full = Vec::new();
        for number in 0..70_000_u32 {
            if number % 997 == 0 || number == 65_536 {
                assert_eq!(edge.root(), hash::root(&leaves), "{number}");
                let size = u64::from(number);
                let needed = (0..levels(size))
                    .map(Kind::Hashes)
                    .chain([Kind::Entries])
                    .filter_map(|kind| Tile::of(kind, hashes(kind, size) / TILE_WIDTH, size));
                let partial = edge.partials().into_iter().map(|(tile, _)| tile);
                assert_eq!(partial.collect::<Vec<_>>(), needed.collect::<Vec<_>>());
            }
            let entry = number.to_be_bytes();
            leaves.push(Hash::leaf(&entry));
            assert!(edge.push(&entry, &mut full));
        }
        let paths: Vec<_> = full.iter().map(|(tile, _)| tile.path()).collect();
        assert!(paths.contains(&"tile/1/000".to_owned()));
        assert_eq!(paths.len(), 273 + 273 + 1);
    }
}
