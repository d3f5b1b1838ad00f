//! What the full pass does with each column: decided from a sample, checked at the end.

use std::collections::BTreeMap;

use crate::identifiers::key::KeyKind;
use crate::inventory::Answer;

/// The tables of one input, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The tables.
    pub tables: BTreeMap<Box<str>, TablePlan>,
}

/// What to do with the rows of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TablePlan {
    /// The columns, by name; one that is not here is only observed.
    pub columns: BTreeMap<Box<str>, ColumnPlan>,
    /// Whom the rows speak of: the subject of the row first, then others.
    pub subjects: Vec<Box<str>>,
}

/// What to do with the cells of one column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnPlan {
    /// Whose cells they are: a place in [`TablePlan::subjects`].
    pub subject: usize,
    /// Whether a filled cell is personal information.
    pub personal: Answer,
    /// Whether it is sensitive.
    pub sensitive: Answer,
    /// Which key it is.
    pub key: Option<KeyKind>,
    /// How it tells the age.
    pub age: Option<Age>,
    /// Whether its text is searched for what it holds.
    pub free_text: bool,
}

/// How a column tells whether its person is under fourteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// The day of birth inside a resident ID number.
    ResidentId,
    /// A day of birth.
    Birth,
    /// Years.
    Years,
}

impl TablePlan {
    /// Puts a column in, for the subject of that name.
    pub fn put(&mut self, column: &str, subject: &str, plan: ColumnPlan) {
        let known = self.subjects.iter().position(|one| **one == *subject);
        let subject = known.unwrap_or_else(|| {
            self.subjects.push(subject.into());
            self.subjects.len() - 1
        });
        self.columns.insert(column.into(), ColumnPlan { subject, ..plan });
    }

    /// Whether rows of this table can speak of anybody.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.columns.values().any(|column| column.personal != Answer::No)
    }
}
