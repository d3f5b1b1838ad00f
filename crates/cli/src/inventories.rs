//! Inventories: read, written, and handed to the declarations that name them.

use std::path::Path;

use kouan_decide::declaration::{
    Bounds, ColumnContents, Contents, Counts, FieldKind, Persons, TableContents,
};
use kouan_dossier::inventory::{ColumnView, InventoryView, PersonsView, TableView};
use kouan_rulebook::classes::Classes;
use kouan_scan::inventory::{self, Answer, ColumnSeen, Inventory, Level, Mode, TableSeen};
use kouan_terms::{Day, Diagnostic, Place, parse_day};

use crate::files;

/// Reads an inventory.
///
/// # Errors
///
/// The file cannot be read, or is no inventory.
pub fn read(path: &str) -> Result<Inventory, Diagnostic> {
    let text = files::read(path)?;
    inventory::read(path, &text)
}

/// Writes an inventory, as JSON where the name says so.
///
/// # Errors
///
/// The file cannot be written.
pub fn write(path: &str, inventory: &Inventory) -> Result<(), Diagnostic> {
    files::write(path, &text(path, inventory)?)
}

/// The text of an inventory, as JSON where the name says so.
pub fn text(path: &str, inventory: &Inventory) -> Result<String, Diagnostic> {
    if path.ends_with(".json") {
        inventory::to_json(inventory)
    } else {
        inventory::to_toml(inventory)
    }
}

/// An inventory that a declaration names.
#[derive(Clone)]
pub struct Named {
    /// Its name in the declaration.
    name: String,
    inventory: Inventory,
    digest: String,
}

/// Reads the inventory that a declaration names; a relative path starts where the declaration
/// stands.
///
/// # Errors
///
/// As for [`read`].
pub fn beside(declaration: &str, named: &str) -> Result<Named, Diagnostic> {
    let folder = Path::new(declaration).parent().unwrap_or(Path::new(""));
    let path = folder.join(named);
    let path = path.to_string_lossy();
    let text = files::read(&path).map_err(|_| {
        Diagnostic::error("DC216").with("inventory", named).at(Place::file(declaration))
    })?;
    let inventory = inventory::read(&path, &text)?;
    Ok(Named { name: named.to_owned(), inventory, digest: inventory::digest(&text) })
}

impl Named {
    /// What a scan has just found, under the name that a declaration has for it.
    ///
    /// # Errors
    ///
    /// It cannot be put into words.
    pub fn fresh(name: &str, inventory: Inventory) -> Result<Named, Diagnostic> {
        let digest = inventory::digest(&text(name, &inventory)?);
        Ok(Named { name: name.to_owned(), inventory, digest })
    }

    /// The inventory.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// Its tables.
    pub fn tables(&self) -> &[TableSeen] {
        &self.inventory.tables
    }

    /// Its name in the declaration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the declaration takes from it.
    pub fn contents(&self) -> Contents {
        of(&self.inventory, self.digest.clone())
    }
}

/// What papers print of an inventory.
pub fn view(named: &Named, classes: &Classes, on: Day) -> InventoryView {
    let (inventory, contents) = (&named.inventory, named.contents());
    let persons = contents.persons.map(|counted| PersonsView {
        all: counted.all,
        general: counted.persons.general.unwrap_or(UNKNOWN),
        sensitive: counted.persons.sensitive.unwrap_or(UNKNOWN),
        minors: counted.minors,
    });
    let tables = inventory.tables.iter().map(|table| TableView {
        name: table.name.as_str().into(),
        rows: table.rows,
        columns: table.columns.iter().map(|column| column_view(column, classes)).collect(),
    });
    let mode = match inventory.mode {
        Mode::Full => "full",
        Mode::Sample => "sample",
        Mode::Metadata => "metadata",
    };
    InventoryView {
        file: named.name.as_str().into(),
        digest: contents.digest.into(),
        on: parse_day(&inventory.on).unwrap_or(on),
        mode: mode.into(),
        persons,
        tables: tables.collect(),
    }
}

/// A number that nobody counted.
const UNKNOWN: Bounds = Bounds { at_least: 0, at_most: None };

fn column_view(column: &ColumnSeen, classes: &Classes) -> ColumnView {
    let known = |answer: Answer| match answer {
        Answer::Yes => Some(true),
        Answer::No => Some(false),
        Answer::Unsure => None,
    };
    let class = column.class.as_deref().and_then(|id| classes.get(id));
    let level = match column.level {
        Level::Sure => "sure",
        Level::Likely => "likely",
        Level::Unsure => "unsure",
        Level::Settled => "settled",
    };
    ColumnView {
        name: column.name.as_str().into(),
        comment: column.comment.as_deref().map(Into::into),
        class: class.map(|class| (class.id.as_str().into(), class.name.clone())),
        level: level.into(),
        personal: known(column.personal),
        sensitive: known(column.sensitive),
        grade: column.standing.as_ref().and_then(|standing| standing.grade),
    }
}

/// What a declaration may take from an inventory.
pub fn of(inventory: &Inventory, digest: String) -> Contents {
    // Where something was not looked at, there may be more persons than were counted.
    let whole = inventory.mode == Mode::Full && inventory.not_looked_at.is_empty();
    let counted = |persons: &inventory::Persons, whole: bool| counts(persons, whole);
    Contents {
        digest,
        tables: inventory.tables.iter().map(|table| table_contents(table, whole)).collect(),
        persons: inventory.persons.as_ref().map(|persons| counted(persons, whole)),
    }
}

fn table_contents(table: &TableSeen, whole: bool) -> TableContents {
    TableContents {
        name: table.name.as_str().into(),
        columns: table.columns.iter().map(column_contents).collect(),
        persons: table.persons.as_ref().map(|persons| counts(persons, whole)),
    }
}

fn column_contents(column: &ColumnSeen) -> ColumnContents {
    let confirmed = column.listed.iter().find(|listed| listed.confirmed.is_some());
    ColumnContents {
        name: column.name.as_str().into(),
        kind: kind(column.personal, column.sensitive),
        listed_as: confirmed.map(|listed| listed.field.as_str().into()),
    }
}

fn kind(personal: Answer, sensitive: Answer) -> FieldKind {
    match (personal, sensitive) {
        (Answer::No, _) => FieldKind::NotPersonal,
        (Answer::Yes, Answer::Yes) => FieldKind::SensitivePi,
        (Answer::Yes, Answer::No) => FieldKind::GeneralPi,
        _ => FieldKind::Unknown,
    }
}

fn counts(persons: &inventory::Persons, whole: bool) -> Counts {
    let bounds = |counted: inventory::Bounds| Bounds {
        at_least: if persons.recount { 0 } else { counted.at_least },
        at_most: (whole && !persons.recount).then_some(counted.at_most),
    };
    Counts {
        all: bounds(persons.all),
        persons: Persons {
            general: Some(bounds(persons.general)),
            sensitive: Some(bounds(persons.sensitive)),
            both: Some(bounds(persons.both)),
        },
        minors: bounds(persons.minors),
    }
}
