//! Verdicts with everything that explains them, and many transfers decided again.

use std::hint::black_box;
use std::time::Duration;

use kouan_decide::declaration::{self, Bounds, Given, Stated, Transfer};
use kouan_decide::{Compiled, Decider, Request, evaluate, prove};
use kouan_rulebook::{Book, FactKind};
use kouan_terms::{Language, parse_day};

use crate::clock::time;
use crate::ours_alone;
use crate::process::median;
use crate::table::Row;

/// Questions asked in one batch.
const BATCH: usize = 64;
/// Batches counted, after as many that are not.
const BATCHES: usize = 100;
/// Transfers decided again.
const STORED: usize = 100_000;
/// Facts left open where some are.
const OPEN: [&str; 3] = ["handler.is_ciio", "year.persons.general_pi", "year.persons.sensitive_pi"];

/// The rows of this file.
pub fn rows(
    book: &Book,
    compiled: &Compiled,
    day: &str,
    random: &[Vec<u64>],
) -> Result<Vec<Row>, String> {
    let known: Vec<Vec<Given>> =
        random.iter().take(STORED).map(|cell| given(book, cell, &[])).collect();
    let open: Vec<Vec<Given>> =
        random.iter().take(BATCH * 16).map(|cell| given(book, cell, &OPEN)).collect();
    let explained = |cells: &[Vec<Given>]| {
        microseconds(cells, |given| {
            black_box(evaluate(book, compiled, given));
        })
    };
    let decided = ours_alone(
        "explained verdict, every fact known, p50",
        "µs",
        explained(known.get(..BATCH * 16).unwrap_or(&known)),
        Some(5.0),
    );
    let asked =
        ours_alone("explained verdict, three facts unknown, p50", "µs", explained(&open), None);
    let whole = whole_decision(book, day)?;
    let mut rows = vec![decided, asked, whole];
    let (elapsed, _) = time(|| {
        for given in &known {
            black_box(compiled.possible(book, given));
        }
    });
    let what = "100,000 stored transfers decided again, 1 thread: route and possible routes";
    let of_all = |elapsed: Duration| elapsed.as_secs_f64() * STORED as f64 / known.len() as f64;
    rows.push(ours_alone(what, "s", of_all(elapsed), Some(1.0)));
    let (elapsed, _) = time(|| {
        for given in &known {
            black_box(evaluate(book, compiled, given));
        }
    });
    let what = "the same with every reason";
    rows.push(ours_alone(what, "s", of_all(elapsed), None));
    rows.push(looked_over(book, day)?);
    let (elapsed, proof) = time(|| prove(book));
    proof.map_err(|error| format!("prove: {error:?}"))?;
    rows.push(ours_alone(
        "`prove`, every boundary day and list",
        "s",
        elapsed.as_secs_f64(),
        Some(10.0),
    ));
    Ok(rows)
}

/// The declaration that `kouan init` writes.
pub fn declaration() -> Result<String, String> {
    let book = kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied())
        .map_err(|findings| format!("{} findings", findings.len()))?;
    Ok(declaration::template(&book.facts, Language::En))
}

/// One declared transfer, with counting, duties, deadlines, lighter routes and all words.
fn whole_decision(book: &Book, day: &str) -> Result<Row, String> {
    let text = declaration()?;
    let transfer: Transfer = declaration::read("transfer.toml", &text, &book.facts)
        .map_err(|findings| format!("the template has {} findings", findings.len()))?;
    let on = parse_day(day)?;
    let mut decider = Decider::new(book);
    let request =
        Request { file: "transfer.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
    decider.decide(&request).map_err(|findings| format!("{} findings", findings.len()))?;
    let figure = microseconds(&[()], |()| {
        let _ = black_box(decider.decide(&request));
    });
    Ok(ours_alone("whole decision on the declaration of `kouan init`, p50", "µs", figure, None))
}

/// Declared transfers as `rulebook impact` looks them over: routes of each, without reasons.
fn looked_over(book: &Book, day: &str) -> Result<Row, String> {
    let text = declaration()?;
    let transfer: Transfer = declaration::read("transfer.toml", &text, &book.facts)
        .map_err(|findings| format!("the template has {} findings", findings.len()))?;
    let on = parse_day(day)?;
    let mut decider = Decider::new(book);
    let request =
        Request { file: "transfer.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
    decider.routes(&request).map_err(|findings| format!("{} findings", findings.len()))?;
    let (elapsed, ()) = time(|| {
        for _ in 0..STORED {
            let _ = black_box(decider.routes(&request));
        }
    });
    let what = "100,000 declared transfers as `rulebook impact` looks them over";
    Ok(ours_alone(what, "s", elapsed.as_secs_f64(), Some(1.0)))
}

/// The median of batch means, each thing in turn.
fn microseconds<T>(things: &[T], mut work: impl FnMut(&T)) -> f64 {
    let mut means = Vec::with_capacity(BATCHES);
    let mut things = things.iter().cycle();
    for batch in 0..2 * BATCHES {
        let (elapsed, ()) = time(|| things.by_ref().take(BATCH).for_each(&mut work));
        if batch >= BATCHES {
            means.push(elapsed.as_secs_f64() * 1e6 / BATCH as f64);
        }
    }
    median(&mut means)
}

/// A vector as statements, as a store of declared facts holds them.
fn given(book: &Book, cell: &[u64], without: &[&str]) -> Vec<Given> {
    let told = book.facts.iter().zip(cell).filter(|(fact, _)| !without.contains(&fact.id.as_str()));
    let statements = told.filter_map(|(fact, value)| {
        let value = match &fact.kind {
            FactKind::YesNo => Stated::YesNo(*value == 1),
            FactKind::Persons => Stated::Count(Bounds::exactly(*value)),
            FactKind::OneOf(words) => {
                Stated::Word(words.get(usize::try_from(*value).ok()?)?.0.clone())
            }
        };
        Some(Given { fact: fact.id.clone(), value, evidence: None, bytes: 0..0 })
    });
    statements.collect()
}
