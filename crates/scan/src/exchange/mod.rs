//! What other tools know of tables, in and out: data contracts (ODCS), manifests of dbt, lines of
//! CSV.
//!
//! They define tables and hold no rows. What comes in is classified by names, comments and types
//! like any definition. What people settled comes back as settled, and a column that somebody
//! declared to be personal is never taken as lighter than unsure.

mod dbt;
mod declared;
mod lines;
mod marks;
mod odcs;

use std::collections::{BTreeMap, BTreeSet};

use kouan_rulebook::classes::Classes;
use kouan_table::{Column, Table, TableKind};
use kouan_terms::{Diagnostic, Place};
use serde_json::Value;

use crate::inventory::{Answer, EvidenceSeen, Level, Settled, TableSeen, full_name};

pub use lines::to_csv;
pub use odcs::to_odcs;

/// Bytes of the largest YAML that is read; JSON, which is read much faster, has the limit of files.
pub const YAML_BYTES_MAX: usize = 16 << 20;

/// Tables of one file.
pub const TABLES_MAX: usize = 50_000;

/// Columns of one table.
pub const COLUMNS_MAX: usize = 10_000;

/// Depth of nested lists and maps in YAML.
const DEPTH_MAX: usize = 64;

/// What a file defines.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// Its tables, in its order; names are unique.
    pub tables: Vec<Table>,
    /// What people settled, by `table:column`.
    pub settled: BTreeMap<String, Settled>,
    /// What was declared of columns, by `table:column`.
    pub claims: BTreeMap<String, Claim>,
    /// Decisions that lack a name, a reason or a day, by `table:column`.
    pub unsigned: Vec<String>,
    /// Tables that name no column.
    pub without_columns: usize,
}

/// What somebody declared of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claim {
    /// That it holds personal information.
    pub personal: bool,
    /// That it holds sensitive personal information.
    pub sensitive: bool,
    /// The class that an inventory gave it.
    pub class: Option<String>,
}

/// A column with what its file says of it beyond the definition.
struct Found {
    column: Column,
    claim: Claim,
    decision: Option<marks::Decision>,
}

/// Reads an ODCS contract or a dbt manifest, told from their contents.
///
/// # Errors
///
/// SC240 when the text is neither YAML nor JSON, SC241 when it is neither contract nor manifest,
/// SC242 when its version is not read, SC243 and SC244 past a limit, SC245 when it has no tables.
pub fn read(file: &str, text: &str) -> Result<Contents, Diagnostic> {
    let at = |finding: Diagnostic| finding.with("file", file).at(Place::file(file));
    let document = parse(file, text.trim_start_matches('\u{feff}')).map_err(at)?;
    let read = if document.get("kind").and_then(Value::as_str) == Some("DataContract") {
        odcs::read(&document)
    } else if document.pointer("/metadata/dbt_schema_version").is_some() {
        dbt::read(&document)
    } else {
        Err(Diagnostic::error("SC241"))
    };
    let contents = read.map_err(at)?;
    if contents.tables.is_empty() {
        return Err(at(Diagnostic::error("SC245")));
    }
    Ok(contents)
}

/// Only the place of a mistake is said: what stands there may be an example of a value.
fn parse(file: &str, text: &str) -> Result<Value, Diagnostic> {
    let named_yaml = [".yaml", ".yml"].iter().any(|ending| file.ends_with(ending));
    if !named_yaml && text.trim_start().starts_with('{') {
        return serde_json::from_str(text).map_err(|error| {
            let place = format!("{}:{}", error.line(), error.column());
            Diagnostic::error("SC240").with("form", "JSON").with("place", place)
        });
    }
    if text.len() > YAML_BYTES_MAX {
        return Err(Diagnostic::error("SC243").with("limit", YAML_BYTES_MAX >> 20));
    }
    yaml(text)
}

fn yaml(text: &str) -> Result<Value, Diagnostic> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEPTH_MAX,
            max_nodes: 4_000_000,
            max_events: 8_000_000,
            max_documents: 1,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 200_000 },
        with_snippet: false,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        strict_booleans: true,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let place = error.location().map_or_else(
            || "?".to_owned(),
            |location| format!("{}:{}", location.line(), location.column()),
        );
        Diagnostic::error("SC240").with("form", "YAML").with("place", place)
    })
}

/// Puts tables together and keeps their names apart.
#[derive(Default)]
struct Gathering {
    contents: Contents,
    names: BTreeSet<String>,
}

impl Gathering {
    fn table(
        &mut self,
        name: String,
        comment: Option<String>,
        found: Vec<Found>,
    ) -> Result<(), Diagnostic> {
        if self.contents.tables.len() >= TABLES_MAX {
            return Err(Diagnostic::error("SC244").with("limit", TABLES_MAX));
        }
        if found.is_empty() {
            self.contents.without_columns += 1;
        }
        let table = apart(&mut self.names, name);
        let mut names = BTreeSet::new();
        let mut columns = Vec::with_capacity(found.len());
        for (place, Found { mut column, claim, decision }) in found.into_iter().enumerate() {
            if place >= COLUMNS_MAX {
                return Err(Diagnostic::error("SC244").with("limit", COLUMNS_MAX));
            }
            column.name = apart(&mut names, column.name.into_string()).into();
            column.position = u32::try_from(place).unwrap_or(u32::MAX);
            let full = full_name(&table, &column.name);
            match decision {
                Some(marks::Decision::Signed(settled)) => {
                    self.contents.settled.insert(full.clone(), settled);
                }
                Some(marks::Decision::Unsigned) => self.contents.unsigned.push(full.clone()),
                None => {}
            }
            if claim != Claim::default() {
                self.contents.claims.insert(full, claim);
            }
            columns.push(column);
        }
        self.contents.tables.push(Table {
            name: table.into(),
            kind: TableKind::Definition,
            comment: comment.map(Into::into),
            rows_estimate: None,
            columns,
        });
        Ok(())
    }
}

/// The name, or the name with a number when it was given before.
fn apart(names: &mut BTreeSet<String>, name: String) -> String {
    let mut unique = name.clone();
    let mut number = 2;
    while !names.insert(unique.clone()) {
        unique = format!("{name}#{number}");
        number += 1;
    }
    unique
}

/// The text of a value; a number or a truth value is its text too, and blank text is none.
fn text_of(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Weighs what was declared: a column that was found lighter becomes unsure, never lighter.
///
/// What a person settled stays as it is.
pub fn weigh(table: &mut TableSeen, contents: &Contents, classes: &Classes) {
    for column in &mut table.columns {
        let Some(claim) = contents.claims.get(&full_name(&table.name, &column.name)) else {
            continue;
        };
        if column.settled.is_some() {
            continue;
        }
        let rule = if claim.personal && column.personal == Answer::No {
            column.personal = Answer::Unsure;
            column.sensitive = Answer::Unsure;
            column.level = Level::Unsure;
            "declared.personal"
        } else if claim.sensitive && column.sensitive == Answer::No {
            column.sensitive = Answer::Unsure;
            "declared.sensitive"
        } else {
            continue;
        };
        let about = claim.class.clone().filter(|class| classes.get(class).is_some());
        column.evidence.push(EvidenceSeen {
            kind: "declared".to_owned(),
            rule: rule.to_owned(),
            about,
            form: None,
            valid: None,
            of: None,
        });
    }
}

#[cfg(test)]
mod tests;
