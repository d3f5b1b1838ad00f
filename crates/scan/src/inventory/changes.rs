//! What one inventory adds to another: the question of a pull request.

use super::settle::full_name;
use super::{Answer, ColumnSeen, Inventory};

/// A column that leaves more open, or more exposed, than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// `table:column`.
    pub name: String,
    /// The column's own name.
    pub column: String,
    /// The class, when one was found.
    pub class: Option<String>,
    /// What changed.
    pub change: Change,
    /// Whether it is personal.
    pub personal: Answer,
    /// Whether it is sensitive.
    pub sensitive: Answer,
}

/// In which way a column adds to what was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A new column that holds personal information.
    NewPersonal,
    /// A new column of which it is not known.
    NewUnsure,
    /// A column that was not personal, or not known to be, and is.
    BecamePersonal,
    /// A column that was not sensitive, or not known to be, and is.
    BecameSensitive,
    /// A column that was known not to be personal, or not sensitive, and no longer is.
    BecameUnsure,
}

impl Change {
    /// Its name in machine-readable output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Change::NewPersonal => "new-personal",
            Change::NewUnsure => "new-unsure",
            Change::BecamePersonal => "became-personal",
            Change::BecameSensitive => "became-sensitive",
            Change::BecameUnsure => "became-unsure",
        }
    }
}

/// What `new` adds to `old`, by name.
#[must_use]
pub fn added(old: &Inventory, new: &Inventory) -> Vec<Added> {
    let mut found = Vec::new();
    for table in &new.tables {
        let known = old.tables.iter().find(|known| known.name == table.name);
        for column in &table.columns {
            let before = known.and_then(|known| {
                known.columns.iter().find(|candidate| candidate.name == column.name)
            });
            if let Some(change) = change(before, column) {
                found.push(Added {
                    name: full_name(&table.name, &column.name),
                    column: column.name.clone(),
                    class: column.class.clone(),
                    change,
                    personal: column.personal,
                    sensitive: column.sensitive,
                });
            }
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

fn change(before: Option<&ColumnSeen>, now: &ColumnSeen) -> Option<Change> {
    let Some(before) = before else {
        return match now.personal {
            Answer::Yes => Some(Change::NewPersonal),
            Answer::Unsure => Some(Change::NewUnsure),
            Answer::No => None,
        };
    };
    if now.sensitive > before.sensitive && now.sensitive == Answer::Yes {
        Some(Change::BecameSensitive)
    } else if now.personal > before.personal && now.personal == Answer::Yes {
        Some(Change::BecamePersonal)
    } else if now.personal > before.personal || now.sensitive > before.sensitive {
        Some(Change::BecameUnsure)
    } else {
        None
    }
}
