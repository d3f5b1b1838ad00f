//! Variables: facts cut into cells, readings and doubts.

use kouan_rulebook::{Book, Comparison, FactKind, Subject, Test};
use kouan_terms::{EditionId, PointId, RuleId};

use super::limits::CELLS_MAX;

/// What a variable stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// A fact, by its place in the book.
    Fact(usize),
    /// Which reading of an unsettled point is right, by its place in the book.
    Reading(usize),
    /// Something the rulebook itself does not know.
    Doubt(Doubt),
}

/// Something the rulebook itself does not know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Whether the exact figure is inside: sources differ between "more than" and "at least".
    Boundary {
        /// The rule.
        rule: RuleId,
        /// The figure.
        figure: u64,
    },
    /// Whether the edition governed on the day: the day of the switch is known only as a range.
    Edition(EditionId),
    /// Whether the rule is right: it rests on a single weak source, or was composed.
    LowConfidence(RuleId),
}

/// One variable.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub meaning: Meaning,
    /// How many cells it has.
    pub cells: usize,
    /// For counts: where each cell after the first begins.
    pub cuts: Vec<u64>,
}

impl Variable {
    /// The cell a count falls into.
    pub fn cell_of(&self, count: u64) -> usize {
        self.cuts.partition_point(|cut| *cut <= count)
    }

    /// The counts in a cell: `[from, until)`.
    pub fn range_of(&self, cell: usize) -> (u64, Option<u64>) {
        let from = cell.checked_sub(1).and_then(|below| self.cuts.get(below)).copied().unwrap_or(0);
        (from, self.cuts.get(cell).copied())
    }

    /// The cells that hold counts from `least` to `most`, as a set.
    pub fn cells_between(&self, least: u64, most: Option<u64>) -> u64 {
        let first = self.cell_of(least);
        let last = most.map_or(self.cells.saturating_sub(1), |most| self.cell_of(most));
        (first..=last).fold(0, |set, cell| set | 1 << cell)
    }

    /// Every cell, as a set.
    pub fn every_cell(&self) -> u64 {
        if self.cells >= u64::BITS as usize { u64::MAX } else { (1 << self.cells) - 1 }
    }
}

/// Builds the variables in their order: facts as the book lists them, then readings, then doubts.
pub(crate) struct VariableTable {
    pub variables: Vec<Variable>,
    fact_count: usize,
}

impl VariableTable {
    /// Cuts every fact at the figures that occur in the comparisons.
    ///
    /// # Errors
    ///
    /// The place of a fact with more cells than a word has bits.
    pub fn new<'a>(
        book: &Book,
        comparisons: impl Iterator<Item = &'a Comparison>,
    ) -> Result<VariableTable, usize> {
        let mut cuts: Vec<Vec<u64>> = vec![Vec::new(); book.facts.len()];
        for comparison in comparisons {
            let (Subject::Fact(fact), Test::Count { from, until }) =
                (&comparison.subject, &comparison.test)
            else {
                continue;
            };
            let Some(list) = cuts.get_mut(*fact) else { continue };
            list.push(*from);
            list.extend(until);
            if comparison.unverified {
                list.push(from + 1);
            }
        }
        let mut variables = Vec::with_capacity(book.facts.len());
        for (index, (fact, mut cuts)) in book.facts.iter().zip(cuts).enumerate() {
            cuts.sort_unstable();
            cuts.dedup();
            cuts.retain(|cut| *cut > 0);
            let cells = match &fact.kind {
                FactKind::YesNo => 2,
                FactKind::OneOf(words) => words.len(),
                FactKind::Persons => cuts.len() + 1,
            };
            if cells > CELLS_MAX {
                return Err(index);
            }
            variables.push(Variable { meaning: Meaning::Fact(index), cells, cuts });
        }
        let fact_count = variables.len();
        Ok(VariableTable { variables, fact_count })
    }

    /// The variable of an unsettled point.
    pub fn reading(&mut self, book: &Book, point: &PointId) -> Option<usize> {
        let place = book.points.iter().position(|p| p.id == *point)?;
        let known = self.variables.iter().position(|v| v.meaning == Meaning::Reading(place));
        let readings = book.points.get(place)?.readings.len();
        Some(known.unwrap_or_else(|| self.push(Meaning::Reading(place), readings)))
    }

    /// The variable of a doubt.
    pub fn doubt(&mut self, doubt: Doubt) -> usize {
        let meaning = Meaning::Doubt(doubt);
        let known = self.variables.iter().position(|v| v.meaning == meaning);
        known.unwrap_or_else(|| self.push(meaning, 2))
    }

    fn push(&mut self, meaning: Meaning, cells: usize) -> usize {
        self.variables.push(Variable { meaning, cells, cuts: Vec::new() });
        self.variables.len() - 1
    }

    /// How many variables are facts; they come first and keep the places of the book.
    pub fn fact_count(&self) -> usize {
        self.fact_count
    }
}
