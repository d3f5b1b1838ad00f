//! From judgements to the inventory.

use std::collections::BTreeMap;

use kouan_table::{Declared, TableKind};

use super::TableSeenAs;
use super::judge::Judged;
use crate::classify::{Evidence, Flags};
use crate::identifiers::key::KeyKind;
use crate::inventory::{
    Basis, Bounds, ColumnSeen, EvidenceSeen, Met, Persons, TableSeen, Taken, Why,
};
use crate::persons::{self, Count, Linking, Reason};

/// A table as the inventory shows it; candidates for fields of a list are added by the caller.
#[must_use]
pub fn table_seen(
    table: &TableSeenAs<'_>,
    rows: u64,
    judged: &[Judged],
    persons: Option<&persons::Persons>,
    met: Option<Met>,
) -> TableSeen {
    TableSeen {
        name: table.name.to_owned(),
        input: table.input.to_owned(),
        kind: kind_word(table.kind).to_owned(),
        comment: table.comment.map(str::to_owned),
        rows,
        rows_estimate: table.rows_estimate,
        met,
        persons: persons.map(persons_seen),
        combinations: Vec::new(),
        columns: judged.iter().map(|one| column_seen(one, rows)).collect(),
    }
}

fn kind_word(kind: TableKind) -> &'static str {
    match kind {
        TableKind::File => "file",
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::Nested => "nested",
        TableKind::Definition => "definition",
    }
}

fn declared_word(declared: Declared) -> Option<&'static str> {
    match declared {
        Declared::Nothing => None,
        Declared::Text => Some("text"),
        Declared::Integer => Some("integer"),
        Declared::Number => Some("number"),
        Declared::Boolean => Some("boolean"),
        Declared::Day => Some("day"),
        Declared::Instant => Some("instant"),
        Declared::Binary => Some("binary"),
        Declared::Other => Some("other"),
    }
}

fn column_seen(one: &Judged, rows: u64) -> ColumnSeen {
    ColumnSeen {
        name: one.column.name.to_string(),
        position: one.column.position,
        declared: declared_word(one.column.declared).map(str::to_owned),
        comment: one.column.comment.as_deref().map(str::to_owned),
        class: one.class.as_ref().map(|class| class.as_str().to_owned()),
        level: one.level,
        personal: one.meaning.personal,
        sensitive: one.meaning.sensitive,
        standing: one.meaning.standing.clone(),
        subject: one.found.subject.as_deref().map(str::to_owned),
        key: one.found.key.map(|key| key.name().to_owned()),
        filled: (rows > 0).then(|| one.observed.filled()),
        flags: flags_seen(one.found.flags),
        evidence: one.found.evidence.iter().map(evidence_seen).collect(),
        listed: Vec::new(),
        settled: one.settled.clone(),
    }
}

fn flags_seen(flags: Flags) -> Vec<String> {
    let words = [
        (flags.looks_like_test_data, "looks-like-test-data"),
        (flags.masked, "masked"),
        (flags.hashed, "hashed"),
        (flags.float_damaged, "float-damaged"),
        (flags.full_width, "full-width"),
        (flags.mixed, "mixed"),
        (flags.under_14, "under-14"),
        (flags.track, "track"),
    ];
    words.into_iter().filter(|(set, _)| *set).map(|(_, word)| word.to_owned()).collect()
}

/// Evidence by its rule and figures.
fn evidence_seen(evidence: &Evidence) -> EvidenceSeen {
    let rule = evidence.rule();
    let kind = rule.split('.').next().unwrap_or(rule);
    let mut seen = EvidenceSeen {
        kind: kind.to_owned(),
        rule: rule.to_owned(),
        about: None,
        form: None,
        valid: None,
        of: None,
    };
    match evidence {
        Evidence::Words { class, .. } => seen.about = Some(class.as_str().to_owned()),
        Evidence::Shape { shape, form, valid, filled } => {
            seen.about = Some(shape.name().to_owned());
            seen.form = Some(*form);
            seen.valid = Some(*valid);
            seen.of = Some(*filled);
        }
        Evidence::Against { cells, filled, .. } => {
            seen.form = Some(*cells);
            seen.of = Some(*filled);
        }
        Evidence::Distinct { about, filled } => {
            seen.form = Some(*about);
            seen.of = Some(*filled);
        }
        Evidence::Surnames { surname, of } => {
            seen.form = Some(*surname);
            seen.of = Some(*of);
        }
        Evidence::Neighbour { column, .. } => seen.about = Some(column.to_string()),
        Evidence::Text { class, cells, filled } => {
            seen.about = Some(class.as_str().to_owned());
            seen.form = Some(*cells);
            seen.of = Some(*filled);
        }
        Evidence::Turned { .. } | Evidence::Owner { .. } | Evidence::MetadataOnly => {}
    }
    seen
}

/// The counts of persons as the inventory shows them.
#[must_use]
pub fn persons_seen(counted: &persons::Persons) -> Persons {
    let bounds = |count: Count| Bounds { at_least: count.at_least.0, at_most: count.at_most.0 };
    let figures = &counted.figures;
    let keys = KeyKind::ALL
        .into_iter()
        .map(|kind| (kind.name().to_owned(), figures.distinct(kind)))
        .filter(|(_, distinct)| *distinct > 0)
        .collect::<BTreeMap<_, _>>();
    let why = match counted.all.reason {
        Reason::BoundsAgree => Why::Exact,
        Reason::RecordsApart => Why::Unlinked,
        Reason::UnsureColumns => Why::UnsureColumns,
        Reason::RecordsApartAndUnsureColumns => Why::UnlinkedAndUnsureColumns,
    };
    Persons {
        all: bounds(counted.all),
        general: bounds(counted.general_pi),
        sensitive: bounds(counted.sensitive_pi),
        both: bounds(counted.both),
        minors: bounds(counted.minors),
        taken: Taken { persons: counted.all.for_law().0, why },
        basis: Basis {
            records: figures.rows,
            without_key: figures.rows_without_key,
            masked: figures.masked_rows,
            hashed: figures.hashed_rows,
            damaged: figures.damaged_rows,
            several_ids: figures.rows_with_several_ids,
            keys,
            linked: figures.persons_linked,
            shared_keys: figures.shared_by_several_ids,
            reckoned: counted.linking == Linking::Reckoned,
        },
        recount: false,
    }
}
