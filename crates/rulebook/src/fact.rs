//! Facts as the rest of the program sees them.

use kouan_terms::{Bilingual, FactId};

/// A question that rules may ask.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Its id.
    pub id: FactId,
    /// What an answer looks like.
    pub kind: FactKind,
    /// Who can answer.
    pub from: AnsweredBy,
    /// How dear it is to find out: 1 (known at once) to 5 (months).
    pub effort: u32,
    /// Where it stands in a declaration, such as `flow.recipient.kind`.
    pub at: Option<String>,
    /// Its short name.
    pub name: Bilingual,
    /// The question as people see it.
    pub asks: Bilingual,
    /// For persons: unit and window.
    pub counts: Option<Bilingual>,
    /// Whether a larger value can never make the route lighter.
    pub stricter_upwards: bool,
}

impl Fact {
    /// Whether it is a claim: left out, it is not made (and not unknown).
    #[must_use]
    pub fn is_claim(&self) -> bool {
        self.from == AnsweredBy::Claim
    }
}

/// What an answer to a fact looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactKind {
    /// Yes or no.
    YesNo,
    /// One of a closed set of words, each with its label.
    OneOf(Vec<(Box<str>, Bilingual)>),
    /// A number of distinct natural persons.
    Persons,
}

/// Who can answer a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnsweredBy {
    /// The ledger knows.
    Ledger,
    /// A scan can tell.
    Scan,
    /// A person knows.
    Person,
    /// The handler claims it, or does not.
    Claim,
}
