//! All engines decide every cell; nothing is timed before they agree.

use kouan_decide::Compiled;
use kouan_rulebook::Book;
use kouan_terms::Route;

use crate::cells::Cells;
use crate::engines::{OURS, PEERS, Setting};

/// Cells prepared at a time, so that the peers' inputs need not all be in memory.
const CHUNK: usize = 10_000;
/// Differences shown for each peer.
const SHOWN: usize = 5;

/// How the comparison came out.
pub struct Report {
    /// No difference anywhere.
    pub agreed: bool,
    /// The figures, in words.
    pub says: String,
}

/// Compares every engine with ours on every cell.
pub fn check(book: &Book, compiled: &Compiled, cells: &Cells) -> Result<Report, String> {
    let mut differences = Vec::new();
    let mut by_route = [0_usize; Route::OUTCOMES.len()];
    let sets = [&cells.pairwise, &cells.near_rules, &cells.random];
    for chunk in sets.into_iter().flat_map(|set| set.chunks(CHUNK)) {
        let setting = Setting { book, compiled, cells: chunk };
        let ours: Vec<Option<Route>> = decided(OURS(&setting)?.as_mut(), chunk.len());
        for (route, sum) in Route::OUTCOMES.iter().zip(&mut by_route) {
            *sum += ours.iter().filter(|found| **found == Some(*route)).count();
        }
        if let Some(place) = ours.iter().position(Option::is_none) {
            differences.push(format!("no route of ours for {}", written(book, chunk, place)));
        }
        for (name, make) in PEERS {
            let theirs = decided(make(&setting)?.as_mut(), chunk.len());
            let differs = ours.iter().zip(&theirs).enumerate().filter(|(_, (a, b))| a != b);
            differences.extend(differs.map(|(place, (a, b))| {
                format!("{name}: {b:?}, ours {a:?}: {}", written(book, chunk, place))
            }));
        }
    }
    let agreed = differences.is_empty();
    let [pairwise, near, random] = sets.map(Vec::len);
    let counted = Route::OUTCOMES.iter().zip(by_route).map(|(route, sum)| format!("{route} {sum}"));
    let mut says = format!(
        "{} cells decided by each of {} engines ({pairwise} pairwise, {near} at and around each \
         rule, {random} random; {}): {} differences",
        pairwise + near + random,
        PEERS.len() + 1,
        counted.collect::<Vec<_>>().join(", "),
        differences.len(),
    );
    for difference in differences.iter().take(SHOWN * PEERS.len()) {
        says.push('\n');
        says.push_str(difference);
    }
    Ok(Report { agreed, says })
}

fn decided(engine: &mut dyn crate::engines::Engine, cells: usize) -> Vec<Option<Route>> {
    (0..cells).map(|cell| engine.decide(cell)).collect()
}

/// The facts of a cell that are not 0, to look a difference up.
fn written(book: &Book, chunk: &[Vec<u64>], place: usize) -> String {
    let cell = chunk.get(place).map_or(&[][..], |cell| cell.as_slice());
    let told = book.facts.iter().zip(cell).filter(|(_, value)| **value != 0);
    told.map(|(fact, value)| format!("{}={value}", fact.id)).collect::<Vec<_>>().join(" ")
}
