//! Broken files: whatever is cut out of the rulebook, it loads or is refused, and never panics.

use std::time::{Duration, Instant};

use kouan_rulebook::classes::{self, Classes};
use kouan_rulebook::{Book, EMBEDDED, check, load};

/// A small generator (SplitMix64): the same cuts on every machine.
struct Cuts(u64);

impl Cuts {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit.max(1)).unwrap()).unwrap()
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the test bounds the time of a broken file")]
fn random_cuts_never_panic() {
    let on = "2026-11-22".parse().unwrap();
    let whole: Book = load(EMBEDDED.iter().copied()).unwrap();
    let (of_classes, of_book): (Vec<_>, Vec<_>) =
        EMBEDDED.iter().copied().partition(|(name, _)| name.starts_with("classes/"));
    // Seeds from 100 cut the classes, which `load` leaves alone.
    for seed in 0..130 {
        let mut cuts = Cuts(seed);
        let among = if seed < 100 { &of_book } else { &of_classes };
        let (name, text) = among[cuts.below(among.len())];
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=cuts.below(4) {
            let from = cuts.below(bytes.len());
            let until = (from + 1 + cuts.below(40)).min(bytes.len());
            bytes.drain(from..until);
        }
        let broken = String::from_utf8_lossy(&bytes).into_owned();
        let files = EMBEDDED
            .iter()
            .map(|(file, text)| (*file, if *file == name { broken.as_str() } else { *text }));
        let start = Instant::now();
        let found = if seed < 100 {
            load(files).map(|book| drop(check(&book, on)))
        } else {
            Classes::load(files).map(|classes| drop(classes::check(&classes, &whole)))
        };
        assert!(!found.is_err_and(|findings| findings.is_empty()), "seed {seed}: {name}");
        let taken = start.elapsed();
        assert!(taken < Duration::from_secs(20), "seed {seed}: {name} took {taken:?}");
    }
}
