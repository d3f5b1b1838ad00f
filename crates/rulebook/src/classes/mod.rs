//! Classes of data a column may hold: the words that name them, and what each regime makes of them.
//!
//! Sensitivity is data, not a constant: `(class, regime, version, from, until)`.
//! [`Classes::standing`] asks the regimes in their order and says which one decided and what the
//! others say.
//!
//! Deciding never needs this part of the rulebook, so [`crate::load`] leaves `classes/` alone.

mod check;
mod class;
mod load;
mod render;
mod standing;

pub use check::check;
pub use class::{
    Class, Deflector, Effect, Family, KeyReach, Names, Nature, Phrase, Position, Strength, Subject,
    Writing,
};
pub use render::render;
pub use standing::{
    Candidate, Combination, Floor, FloorOf, Leaf, PersonsOf, Regime, Sensitive, Setting, Standing,
    Statement, View,
};

use kouan_terms::{ClassId, Diagnostic};

/// The classes of a rulebook, with every id resolved.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    digest: String,
    families: Vec<Family>,
    classes: Vec<Class>,
    deflectors: Vec<Deflector>,
    subjects: Vec<Subject>,
    leaves: Vec<Leaf>,
    regimes: Vec<Regime>,
    statements: Vec<Statement>,
    combinations: Vec<Combination>,
    floors: Vec<Floor>,
    candidates: Vec<Candidate>,
}

impl Classes {
    /// Reads the files of `classes/` among those of a rulebook; the others are not looked at.
    ///
    /// Without such files there are no classes.
    ///
    /// # Errors
    ///
    /// Every finding, in the order of files and places: a file that cannot be read, a word that is
    /// no value of its key, a name of a class, regime or leaf that is not there.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Classes, Vec<Diagnostic>> {
        load::load(files)
    }

    /// SHA-256 over the names and texts of the files, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every class, in the order of ids.
    #[must_use]
    pub fn all(&self) -> &[Class] {
        &self.classes
    }

    /// A class by its id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Class> {
        let place = self.classes.binary_search_by(|class| class.id.as_str().cmp(id)).ok()?;
        self.classes.get(place)
    }

    /// The class and everything more general that it belongs to, nearest first.
    pub fn with_wider<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Class> {
        // `load` refuses circles; the bound keeps the walk finite whatever was built by hand.
        std::iter::successors(self.get(id), |class| self.get(class.part_of.as_ref()?.as_str()))
            .take(self.classes.len())
    }

    /// The families of classes, in the order of their files.
    #[must_use]
    pub fn families(&self) -> &[Family] {
        &self.families
    }

    /// Words that turn a name away from the value itself.
    #[must_use]
    pub fn deflectors(&self) -> &[Deflector] {
        &self.deflectors
    }

    /// Words that say whom a column is about.
    #[must_use]
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The leaves of annex B of GB/T 43697, in its order.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// The regimes, in the order in which they are asked.
    #[must_use]
    pub fn regimes(&self) -> &[Regime] {
        &self.regimes
    }

    /// A regime by its id.
    #[must_use]
    pub fn regime(&self, id: &str) -> Option<&Regime> {
        self.regimes.iter().find(|regime| *regime.id == *id)
    }

    /// Everything the regimes say of a class, on whatever day, in the order of the files.
    pub fn statements<'a>(&'a self, class: &'a ClassId) -> impl Iterator<Item = &'a Statement> {
        self.statements.iter().filter(move |statement| statement.class == *class)
    }

    /// What regimes say of classes taken together.
    #[must_use]
    pub fn combinations(&self) -> &[Combination] {
        &self.combinations
    }

    /// The lowest grades of kinds of data.
    #[must_use]
    pub fn floors(&self) -> &[Floor] {
        &self.floors
    }

    /// Signs of important data.
    #[must_use]
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }
}

#[cfg(test)]
mod tests;
