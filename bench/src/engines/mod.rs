//! The four that decide, behind one trait.
//!
//! Each prepares its input in its own form before anything is timed; what is timed is the verdict.

mod by_hand;
mod cedar;
mod diagram;
mod rego;

use std::hint::black_box;
use std::ops::Range;

use kouan_decide::Compiled;
use kouan_rulebook::{Book, FactKind};
use kouan_terms::Route;

/// What all engines start from.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    /// The rulebook.
    pub book: &'a Book,
    /// Our diagram of the day.
    pub compiled: &'a Compiled,
    /// The fact vectors.
    pub cells: &'a [Vec<u64>],
}

/// Something that decides the prepared cells.
pub trait Engine {
    /// The route of one cell.
    fn decide(&mut self, cell: usize) -> Option<Route>;

    /// Decides a run of cells; the sum keeps the work from being left out.
    fn run(&mut self, cells: Range<usize>) -> u64 {
        let mut sum = 0;
        for cell in cells {
            sum += self.decide(black_box(cell)).map_or(99, |route| route as u64);
        }
        black_box(sum)
    }
}

/// Prepares an engine.
pub type Maker = for<'a> fn(&Setting<'a>) -> Result<Box<dyn Engine + 'a>, String>;

/// Ours.
pub const OURS: Maker = diagram::prepare;

/// The peers, in the order of the table's columns.
pub const PEERS: [(&str, Maker); 4] = [
    ("if-chain by hand", by_hand::prepare),
    ("regorus, machine", rego::prepare_machine),
    ("regorus, interpreter", rego::prepare_interpreter),
    ("cedar-policy", cedar::prepare),
];

/// A fact as a policy reads it.
pub enum Answer {
    /// Yes or no.
    YesNo(bool),
    /// One of the fact's words.
    Word(String),
    /// Persons.
    Count(u64),
}

/// The facts that the national rules of the day ask about, read strictly.
const ASKED: &[&str] = &[
    "flow.act",
    "flow.household",
    "recipient.kind",
    "recipient.restricted_by_cac",
    "flow.special_regime",
    "flow.authority_approval",
    "handler.is_state_organ",
    "handler.is_ciio",
    "flow.important_data",
    "flow.pi",
    "flow.sensitive_pi",
    "handler.sector",
    "claim.contract",
    "claim.hr",
    "claim.emergency",
    "claim.transit",
    "claim.treaty",
    "claim.auto",
    "flow.collected_abroad",
    "flow.domestic_data_added",
    "flow.individual_is_party",
    "flow.needed",
    "flow.minimum_scope",
    "flow.purpose",
    "flow.subjects",
    "handler.labour_rules",
    "handler.collective_contract",
    "flow.emergency",
    "flow.treaty_applies",
    "flow.auto_purpose",
    "flow.purpose_genuine",
    "flow.prior_report",
    "year.persons.sensitive_pi",
    "year.persons.general_pi",
];

/// A cell as a flat object of names (dots become underscores) and answers: only what the policies
/// read, so that no peer carries what it does not need.
fn answers(book: &Book, cell: &[u64]) -> Result<Vec<(String, Answer)>, String> {
    ASKED.iter().map(|id| Ok((id.replace('.', "_"), answer(book, cell, id)?))).collect()
}

fn answer(book: &Book, cell: &[u64], id: &str) -> Result<Answer, String> {
    let unknown = || format!("the book has no fact `{id}`");
    let place = book.fact_index(id).ok_or_else(unknown)?;
    let value = cell.get(place).copied().ok_or_else(unknown)?;
    let fact = book.facts.get(place).ok_or_else(unknown)?;
    Ok(match &fact.kind {
        FactKind::YesNo => Answer::YesNo(value == 1),
        FactKind::Persons => Answer::Count(value),
        FactKind::OneOf(words) => {
            let word = usize::try_from(value).ok().and_then(|value| words.get(value));
            Answer::Word(word.ok_or_else(unknown)?.0.to_string())
        }
    })
}
