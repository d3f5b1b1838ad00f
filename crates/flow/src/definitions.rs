//! Step 1 without rows: from the definitions of other tools to an inventory.

use std::collections::BTreeMap;

use kouan_scan::exchange::Contents;
use kouan_scan::inventory::{InputSeen, Settled, full_name, settled_before};
use kouan_scan::survey::judge;
use kouan_sources::Want;
use kouan_table::Tally;
use kouan_terms::Diagnostic;

use crate::scan::{Found, OneInput, OneTable, ScanRequest, fields, gap, named, seen_as, setup};

/// The class of a column that a person settled to be no personal information.
const OTHER: &str = "other";

/// What a file defines, and where it came from.
pub struct Definitions {
    /// The file.
    pub input: InputSeen,
    /// What it holds.
    pub contents: Contents,
}

/// Classifies the tables that files define, by names, comments and types.
///
/// Of the request neither the addresses nor the options count, and no row is read. What people
/// settled in the inventory before and in the files is kept; where they differ, the later day wins.
///
/// # Errors
///
/// As for [`scan`](crate::scan()).
pub fn scan_definitions(
    request: &ScanRequest<'_>,
    defined: Vec<Definitions>,
) -> Result<kouan_scan::inventory::Inventory, Vec<Diagnostic>> {
    let request = &ScanRequest { want: Want::Metadata, ..*request };
    let mut found = Found::default();
    let mut settled: BTreeMap<String, Settled> =
        request.before.map(settled_before).unwrap_or_default().into_iter().collect();
    let defined = apart(defined);
    for one in &defined {
        for (column, decision) in &one.contents.settled {
            if !known(request, &decision.class) {
                found.gaps.push(gap(&one.input.name, &refused(column)));
            } else if settled.get(column).is_none_or(|held| held.on < decision.on) {
                settled.insert(column.clone(), decision.clone());
            }
        }
        let unsigned = one.contents.unsigned.iter().map(|column| refused(column));
        let empty = (one.contents.without_columns > 0).then(|| {
            Diagnostic::warning("SC247")
                .with("input", &one.input.name)
                .with("count", one.contents.without_columns)
        });
        found.gaps.extend(unsigned.chain(empty).map(|finding| gap(&one.input.name, &finding)));
    }
    let setup = setup(request, &settled)?;
    let fields = fields(request);
    for Definitions { input, mut contents } in defined {
        let name = input.name.clone();
        let tables = named(std::mem::take(&mut contents.tables), BTreeMap::new(), &setup);
        let tables = tables
            .into_iter()
            .map(|(declared, work)| {
                let judged = judge(&setup, &seen_as(&declared, &name), &work);
                OneTable { declared, work, judged, tally: Tally::default() }
            })
            .collect();
        found.add(&setup, &fields, input, OneInput { tables, gaps: Vec::new() }, &contents);
    }
    found.inventory(request).map_err(|finding| vec![finding])
}

fn known(request: &ScanRequest<'_>, class: &str) -> bool {
    class == OTHER || request.classes.get(class).is_some()
}

/// The class of a decision that is not taken may be any text: it is not shown.
fn refused(column: &str) -> Diagnostic {
    Diagnostic::warning("SC246").with("column", column)
}

/// Tables of several files that have one name get a number, and what is said of them moves along.
fn apart(mut defined: Vec<Definitions>) -> Vec<Definitions> {
    let mut taken: BTreeMap<Box<str>, usize> = BTreeMap::new();
    for one in &mut defined {
        let Contents { tables, settled, claims, unsigned, .. } = &mut one.contents;
        for table in tables {
            let times = taken.entry(table.name.clone()).or_insert(0);
            *times += 1;
            if *times == 1 {
                continue;
            }
            let name = format!("{}#{times}", table.name);
            for column in &table.columns {
                let (old, new) =
                    (full_name(&table.name, &column.name), full_name(&name, &column.name));
                if let Some(decision) = settled.remove(&old) {
                    settled.insert(new.clone(), decision);
                }
                if let Some(claim) = claims.remove(&old) {
                    claims.insert(new.clone(), claim);
                }
                unsigned.iter_mut().filter(|held| **held == old).for_each(|held| {
                    held.clone_from(&new);
                });
            }
            table.name = name.into();
        }
    }
    defined
}
