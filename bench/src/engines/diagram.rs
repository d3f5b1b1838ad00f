//! Ours: one walk down the compiled diagram, from the raw numbers.

use kouan_terms::Route;

use super::{Engine, Setting};

struct Diagram<'a>(Setting<'a>);

/// Nothing is left to prepare: the vectors are what a caller has in hand.
pub fn prepare<'a>(setting: &Setting<'a>) -> Result<Box<dyn Engine + 'a>, String> {
    Ok(Box::new(Diagram(*setting)))
}

impl Engine for Diagram<'_> {
    fn decide(&mut self, cell: usize) -> Option<Route> {
        self.0.compiled.route_of_known(self.0.cells.get(cell)?)
    }
}
