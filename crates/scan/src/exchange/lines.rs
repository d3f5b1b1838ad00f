//! One line of CSV a column, as in RFC 4180.

use std::fmt::Write as _;

use super::odcs::{answer, level};
use crate::inventory::{ColumnSeen, EvidenceSeen, Inventory, TableSeen};

/// The names of the fields, in order.
const HEADER: [&str; 25] = [
    "input",
    "table",
    "position",
    "column",
    "declared",
    "comment",
    "class",
    "level",
    "personal",
    "sensitive",
    "decided_by",
    "regimes_disagree",
    "grade",
    "category",
    "subject",
    "key",
    "rows",
    "filled",
    "flags",
    "evidence",
    "listed_as",
    "settled_as",
    "settled_by",
    "settled_why",
    "settled_on",
];

/// The inventory as CSV: UTF-8, a header, lines that end in CR LF.
///
/// Names and comments come from whoever made the data. A cell that a spreadsheet would take for a
/// formula gets an apostrophe in front.
#[must_use]
pub fn to_csv(inventory: &Inventory) -> String {
    let mut text = line(HEADER.map(str::to_owned));
    for table in &inventory.tables {
        for column in &table.columns {
            text.push_str(&line(cells(table, column)));
        }
    }
    text
}

fn cells(table: &TableSeen, column: &ColumnSeen) -> [String; 25] {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let standing = column.standing.as_ref();
    let settled = column.settled.as_ref();
    let confirmed = column.listed.iter().find(|listed| listed.confirmed.is_some());
    let evidence: Vec<String> = column.evidence.iter().map(evidence).collect();
    [
        table.input.clone(),
        table.name.clone(),
        column.position.to_string(),
        column.name.clone(),
        text(column.declared.as_ref()),
        text(column.comment.as_ref()),
        text(column.class.as_ref()),
        level(column.level).to_owned(),
        answer(column.personal).to_owned(),
        answer(column.sensitive).to_owned(),
        text(standing.and_then(|one| one.decided_by.as_ref())),
        standing.map(|one| if one.disagree { "yes" } else { "no" }).unwrap_or_default().to_owned(),
        standing.and_then(|one| one.grade).map(|grade| grade.to_string()).unwrap_or_default(),
        text(standing.and_then(|one| one.category.as_ref())),
        text(column.subject.as_ref()),
        text(column.key.as_ref()),
        table.rows.to_string(),
        column.filled.map(|filled| filled.to_string()).unwrap_or_default(),
        column.flags.join(" "),
        evidence.join("; "),
        text(confirmed.map(|listed| &listed.field)),
        text(settled.map(|one| &one.class)),
        text(settled.map(|one| &one.by)),
        text(settled.map(|one| &one.why)),
        text(settled.map(|one| &one.on)),
    ]
}

/// `values.shape mobile 980/1000 valid 975`.
fn evidence(one: &EvidenceSeen) -> String {
    let mut said = one.rule.clone();
    if let Some(about) = &one.about {
        let _ = write!(said, " {about}");
    }
    if let (Some(form), Some(of)) = (one.form, one.of) {
        let _ = write!(said, " {form}/{of}");
    }
    if let Some(valid) = one.valid {
        let _ = write!(said, " valid {valid}");
    }
    said
}

fn line<const N: usize>(cells: [String; N]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Full-width signs count as well: spreadsheets of East Asian locales take them for the sign.
pub(super) fn escaped(cell: &str) -> String {
    const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let cell = match cell.chars().next() {
        Some(first) if FORMULA.contains(&first) => format!("'{cell}"),
        _ => cell.to_owned(),
    };
    if cell.contains(['"', ',', '\r', '\n']) || cell != cell.trim() {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}
