//! What an inventory of a scan says, as far as papers print it.
//!
//! This crate does not know the inventory's format; whoever reads the file hands over its contents.

use kouan_decide::declaration::Bounds;
use kouan_terms::{Bilingual, Day};

/// One inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryView {
    /// The file, as the declaration names it.
    pub file: Box<str>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: Box<str>,
    /// The day whose law and ages count.
    pub on: Day,
    /// How much was looked at: `full`, `sample` or `metadata`.
    pub mode: Box<str>,
    /// The persons of all tables together, nobody counted twice.
    pub persons: Option<PersonsView>,
    /// Its tables.
    pub tables: Vec<TableView>,
}

/// Distinct natural persons, each between two bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonsView {
    /// With any PI.
    pub all: Bounds,
    /// With PI that is not sensitive.
    pub general: Bounds,
    /// With sensitive PI.
    pub sensitive: Bounds,
    /// Under 14.
    pub minors: Bounds,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableView {
    /// Its name.
    pub name: Box<str>,
    /// Rows looked at.
    pub rows: u64,
    /// Its columns.
    pub columns: Vec<ColumnView>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnView {
    /// Its name in the table.
    pub name: Box<str>,
    /// The comment that the source keeps for it.
    pub comment: Option<Box<str>>,
    /// The class it was found to hold: id and name.
    pub class: Option<(Box<str>, Bilingual)>,
    /// How sure the class is: `sure`, `likely`, `unsure` or `settled`.
    pub level: Box<str>,
    /// Whether it is personal information; `None`: not known.
    pub personal: Option<bool>,
    /// Whether it is sensitive personal information; `None`: not known.
    pub sensitive: Option<bool>,
    /// The grade of GB/T 43697 annex H it has at least, 1 to 4.
    pub grade: Option<u8>,
}

impl InventoryView {
    /// A column by table and name; the first of that name when no table is given.
    #[must_use]
    pub fn column(&self, table: Option<&str>, name: &str) -> Option<(&TableView, &ColumnView)> {
        let tables = self.tables.iter().filter(|held| table.is_none_or(|t| *held.name == *t));
        tables
            .filter_map(|held| {
                let column = held.columns.iter().find(|column| *column.name == *name)?;
                Some((held, column))
            })
            .next()
    }
}
