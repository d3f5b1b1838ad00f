//! Where hashes and entries lie: C2SP tlog-tiles, <https://c2sp.org/tlog-tiles>.

use crate::hash::Hash;
use crate::limits::TILE_WIDTH;

/// What a file of the log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Entries, each behind its length.
    Entries,
    /// Hashes of subtrees of `256^level` entries.
    Hashes(u8),
}

/// One file of the log: 256 entries or hashes, or fewer at the right edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tile {
    pub(crate) kind: Kind,
    pub(crate) index: u64,
    /// From 1 to 256.
    pub(crate) width: u64,
}

impl Tile {
    /// The tile of that index in a log of that size, as wide as the log makes it.
    pub(crate) fn of(kind: Kind, index: u64, size: u64) -> Option<Tile> {
        let below = index.checked_mul(TILE_WIDTH)?;
        let width = hashes(kind, size).checked_sub(below)?.min(TILE_WIDTH);
        (width > 0).then_some(Tile { kind, index, width })
    }

    pub(crate) fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    pub(crate) fn full(self) -> Tile {
        Tile { width: TILE_WIDTH, ..self }
    }

    /// The path below the folder of the log.
    pub(crate) fn path(self) -> String {
        let folder = self.folder();
        if self.is_full() { folder } else { format!("{folder}.p/{}", self.width) }
    }

    /// The path of the full tile.
    fn folder(self) -> String {
        let kind = match self.kind {
            Kind::Entries => "entries".to_owned(),
            Kind::Hashes(level) => level.to_string(),
        };
        let mut rest = self.index;
        let mut parts = format!("{:03}", rest % 1000);
        while rest >= 1000 {
            rest /= 1000;
            parts = format!("x{:03}/{parts}", rest % 1000);
        }
        format!("tile/{kind}/{parts}")
    }

    /// The folder of the partial tiles in place of a full one.
    pub(crate) fn partials(self) -> String {
        format!("{}.p", self.folder())
    }

    /// Reads a path below the folder of the log, if it is exactly one that [`Tile::path`] writes.
    pub(crate) fn parse(path: &str) -> Option<Tile> {
        let rest = path.strip_prefix("tile/")?;
        let (kind, rest) = rest.split_once('/')?;
        let kind = match kind {
            "entries" => Kind::Entries,
            level => Kind::Hashes(level.parse().ok()?),
        };
        let (parts, width) = match rest.split_once(".p/") {
            Some((parts, width)) => (parts, width.parse().ok()?),
            None => (rest, TILE_WIDTH),
        };
        let mut index: u64 = 0;
        for part in parts.split('/') {
            let digits: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok()?;
            index = index.checked_mul(1000)?.checked_add(digits)?;
        }
        let tile = Tile { kind, index, width };
        ((1..=TILE_WIDTH).contains(&width) && tile.path() == path).then_some(tile)
    }

    /// Whether a log of that size needs it, at that width.
    pub(crate) fn is_needed(self, size: u64) -> bool {
        Tile::of(self.kind, self.index, size) == Some(self)
    }

    /// Whether a log of that size holds more at that place, so that it is superseded.
    pub(crate) fn is_superseded(self, size: u64) -> bool {
        Tile::of(self.kind, self.index, size).is_some_and(|wider| wider.width > self.width)
    }
}

/// How many hashes of a level, or entries, a log of that size has.
pub(crate) fn hashes(kind: Kind, size: u64) -> u64 {
    match kind {
        Kind::Entries => size,
        Kind::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
    }
}

/// How many levels of tiles a log of that size has.
pub(crate) fn levels(size: u64) -> u8 {
    (0..8).take_while(|level| hashes(Kind::Hashes(*level), size) > 0).count().min(8) as u8
}

/// The hashes in a file; `None` where its length is not that of whole hashes.
pub(crate) fn parse_hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.iter().map(|hash| Hash(*hash)).collect())
}

/// Puts an entry at the end of a bundle; `false` where it is too long for one.
pub(crate) fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> bool {
    let Ok(bytes) = u16::try_from(entry.len()) else { return false };
    bundle.extend_from_slice(&bytes.to_be_bytes());
    bundle.extend_from_slice(entry);
    true
}

/// The entries in a bundle, and what is left where the last one breaks off.
pub(crate) struct Entries<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.rest.split_first_chunk::<2>()?;
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        self.rest = rest;
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = |kind, index, width| Tile { kind, index, width };
        let known = [
            (tile(Kind::Hashes(0), 0, 256), "tile/0/000"),
            (tile(Kind::Hashes(1), 1_234_067, 256), "tile/1/x001/x234/067"),
            (tile(Kind::Entries, 273, 112), "tile/entries/273.p/112"),
        ];
        for (tile, path) in known {
            assert_eq!(tile.path(), path);
            assert_eq!(Tile::parse(path), Some(tile));
        }
        for bad in [
            "tile/00/000",
            "tile/0/0",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/x000/000",
            "tile/0/000.p/01",
            "checkpoint",
            "tile/0/+01",
            "tile/0/000.p/",
        ] {
            assert_eq!(Tile::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_size_has_the_tiles_of_the_specification() {
        let width = |kind, index| Tile::of(kind, index, 70_000).map(|tile| tile.width);
        assert_eq!(width(Kind::Hashes(0), 272), Some(256));
        assert_eq!(width(Kind::Hashes(0), 273), Some(112));
        assert_eq!(width(Kind::Hashes(0), 274), None);
        assert_eq!(width(Kind::Hashes(1), 0), Some(256));
        assert_eq!(width(Kind::Hashes(1), 1), Some(17));
        assert_eq!(width(Kind::Hashes(2), 0), Some(1));
        assert_eq!((levels(70_000), levels(256), levels(255), levels(0)), (3, 2, 1, 0));
    }

    #[test]
    fn bundles_are_read_as_they_were_written() {
        let mut bundle = Vec::new();
        assert!(push_entry(&mut bundle, b"ab") && push_entry(&mut bundle, b""));
        assert!(!push_entry(&mut bundle, &[0; 65_536]));
        assert_eq!(bundle, b"\0\x02ab\0\0");
        let mut entries = Entries { rest: &bundle };
        assert_eq!(entries.by_ref().collect::<Vec<_>>(), [&b"ab"[..], b""]);
        assert_eq!(entries.rest, b"");
        let mut torn = Entries { rest: b"\0\x02a" };
        assert_eq!((torn.next(), torn.rest), (None, &b"\0\x02a"[..]));
    }

    proptest::proptest! {
        #[test]
        fn any_path_is_refused_or_read_back(path in "(tile/)?[0-9entrisx/.p]{0,20}") {
            if let Some(tile) = Tile::parse(&path) {
                proptest::prop_assert_eq!(tile.path(), path);
            }
        }
    }
}
