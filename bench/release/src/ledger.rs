//! The ledger on a real disk: durable entries a second, and the check of a large one.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kouan_disk::Disk;
use kouan_disk::real::Folder;
use kouan_ledger::entry::{
    Count, Digest, Draft, Field, LaneCount, Name, Output, People, Released, Time, Totals, What,
};
use kouan_ledger::{Against, Ledger, SigningSeed};
use kouan_terms::Route;
use serde_json::json;

use crate::{Fault, said, words};

/// Entries at a time where the large ledger is written, and where many are appended together.
const FILLED_BY: u64 = 4_096;
const BATCH: u64 = 256;
const WRITERS: u64 = 64;
/// Entries that each of the timed runs appends.
const ONE: u64 = 512;
const EACH: u64 = 64;
const BATCHES: u64 = 64;

/// A release of two columns; the number is in its row count, so that each differs.
fn release(number: u64) -> Result<Draft, Fault> {
    let name = |text: &str| Name::new(text).map_err(said);
    let digest = Digest::sha256([number as u8; 32]);
    let count = Count { new: 3, total: number + 3 };
    let field = |column: &str| -> Result<Field, Fault> {
        Ok(Field { table: None, column: name(column)?, transform: None })
    };
    let lane = LaneCount {
        route: Route::ContractOrCertification,
        scenario: None,
        exemption: None,
        filing: Some(name("例备〔2026〕1号")?),
        general: count,
        sensitive: Count::default(),
    };
    let released = Released {
        id: name("permit-0a1b2c")?,
        permit: digest,
        decision: digest,
        rulebook: digest,
        route: Route::ContractOrCertification,
        scenario: None,
        filing: Some(name("例备〔2026〕1号")?),
        recipient: name("Nowhere Holdings")?,
        source: digest,
        fields: vec![field("字段一")?, field("字段二")?],
        rows: number,
        rows_held_back: 0,
        people: People {
            segment: Some(digest),
            year: Totals { general: count, sensitive: Count::default() },
            lanes: vec![lane],
        },
        output: Output { name: name("orders.parquet")?, bytes: 1000 + number, digest },
        left: None,
    };
    let moment = jiff::Timestamp::from_second(1_782_000_000 + number as i64).map_err(words)?;
    Ok(Draft {
        time: Time(moment),
        actor: name("operator-1")?,
        found: Vec::new(),
        what: What::Release(released),
    })
}

fn releases(numbers: std::ops::Range<u64>) -> Result<Vec<Draft>, Fault> {
    numbers.map(release).collect()
}

/// Entries a second of `work`, which appends so many to an empty ledger.
fn rate(
    folder: &Path,
    entries: u64,
    work: impl FnOnce(&Ledger) -> Result<(), Fault>,
) -> Result<f64, Fault> {
    let ledger = empty(folder)?;
    let begun = Instant::now();
    work(&ledger)?;
    Ok(entries as f64 / begun.elapsed().as_secs_f64())
}

fn empty(folder: &Path) -> Result<Ledger, Fault> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(words)?;
    }
    std::fs::create_dir_all(folder).map_err(words)?;
    let disk: Arc<dyn Disk> = Arc::new(Folder::open(folder).map_err(words)?);
    let seed = SigningSeed::new("ledger.example.invalid/1", &[42; 32]).map_err(said)?;
    Ledger::create(disk, "ledger", seed).map_err(said)
}

/// Appends and checks below a folder, and prints the figures.
pub(crate) fn run(entries: u64, folder: &str) -> Result<(), Fault> {
    let place = Path::new(folder).join("ledger");
    let drafts = releases(0..WRITERS * EACH)?;
    let append = |ledger: &Ledger, drafts: &[Draft]| ledger.append(drafts).map(drop).map_err(said);
    let one = rate(&place, ONE, |ledger| {
        drafts
            .iter()
            .take(ONE as usize)
            .try_for_each(|draft| append(ledger, std::slice::from_ref(draft)))
    })?;
    let threads = rate(&place, WRITERS * EACH, |ledger| {
        std::thread::scope(|scope| {
            let mut started = Vec::new();
            for own in drafts.chunks(EACH as usize) {
                started.push(scope.spawn(move || {
                    own.iter().try_for_each(|draft| append(ledger, std::slice::from_ref(draft)))
                }));
            }
            let ended = started.into_iter().map(std::thread::ScopedJoinHandle::join);
            ended.map(|one| one.map_err(|_| "a writer panicked".to_owned())?).collect()
        })
    })?;
    let many = releases(0..BATCH)?;
    let batch = rate(&place, BATCH * BATCHES, |ledger| {
        (0..BATCHES).try_for_each(|_| append(ledger, &many))
    })?;
    let ledger = empty(&place)?;
    let mut next = 0;
    while next < entries {
        let until = entries.min(next + FILLED_BY);
        append(&ledger, &releases(next..until)?)?;
        next = until;
    }
    let begun = Instant::now();
    let verified = ledger.log().verify(Against::default()).map_err(said)?;
    let verify = begun.elapsed().as_secs_f64();
    if !verified.is_whole() {
        return Err("the ledger is not whole".to_owned());
    }
    println!("{}", json!({ "one": one, "threads": threads, "batch": batch, "verify": verify }));
    std::fs::remove_dir_all(&place).map_err(words)
}
