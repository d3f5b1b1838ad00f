//! What the columns of a table may be besides their class: fields of a list, signs of important
//! data, sets that are sensitive together.

use kouan_rulebook::classes::Setting;
use kouan_terms::ClassId;

use super::Setup;
use crate::classify::{CandidateEvidence, TableFound, candidates};
use crate::inventory::{CandidateSeen, ListedSeen, TableSeen};
use crate::mapping::{ColumnNamed, FieldNamed, propose};

/// Puts to each column the fields of the scenario it may be, best first.
pub fn list_fields(setup: &Setup<'_>, fields: &[FieldNamed<'_>], table: &mut TableSeen) {
    let classes = ids(table);
    let named: Vec<ColumnNamed<'_>> = table
        .columns
        .iter()
        .zip(&classes)
        .map(|(column, class)| ColumnNamed {
            name: &column.name,
            comment: column.comment.as_deref(),
            class: class.as_ref(),
            subject: column.subject.as_deref(),
        })
        .collect();
    let proposals = propose(&setup.classifier, &named, fields);
    for (column, proposals) in table.columns.iter_mut().zip(proposals) {
        let listed = proposals.into_iter().map(|one| ListedSeen {
            field: one.field.into(),
            score: one.score,
            confirmed: None,
        });
        column.listed = listed.collect();
    }
}

/// The signs of important data in a table.
#[must_use]
pub fn important(setup: &Setup<'_>, table: &TableSeen) -> Vec<CandidateSeen> {
    let classes = ids(table);
    let columns =
        table.columns.iter().zip(&classes).map(|(column, class)| {
            (column.name.as_str(), column.comment.as_deref(), class.as_ref())
        });
    let counted = table.persons.as_ref();
    let found = TableFound {
        name: &table.name,
        comment: table.comment.as_deref(),
        columns: columns.collect(),
        rows: (table.rows > 0).then_some(table.rows).or(table.rows_estimate),
        persons: counted.map(|persons| persons.all.at_most),
        persons_sensitive: counted.map(|persons| persons.sensitive.at_most),
    };
    let found = candidates(setup.classifier.classes(), &found, &setting(setup));
    found
        .into_iter()
        .map(|candidate| {
            let mut seen = CandidateSeen {
                rule: candidate.rule.into(),
                table: candidate.table.into(),
                columns: Vec::new(),
                rows: None,
                persons: None,
            };
            for evidence in candidate.evidence {
                match evidence {
                    CandidateEvidence::Word { column: Some(column), .. }
                    | CandidateEvidence::Class { column, .. } => seen.columns.push(column.into()),
                    CandidateEvidence::Rows { rows, .. } => seen.rows = Some(rows),
                    CandidateEvidence::Persons { persons, .. } => seen.persons = Some(persons),
                    CandidateEvidence::Word { column: None, .. }
                    | CandidateEvidence::VolumeUnknown => {}
                }
            }
            seen.columns.sort();
            seen.columns.dedup();
            seen
        })
        .collect()
}

/// The combinations of the rulebook that a table makes: each member is ordinary, the whole may be
/// sensitive, for a person to judge.
#[must_use]
pub fn combinations(setup: &Setup<'_>, table: &TableSeen) -> Vec<String> {
    let held: Vec<ClassId> = ids(table).into_iter().flatten().collect();
    let setting = setting(setup);
    let met = setup.classifier.classes().combined(&held, &setting);
    met.map(|combination| combination.id.to_string()).collect()
}

fn ids(table: &TableSeen) -> Vec<Option<ClassId>> {
    table.columns.iter().map(|column| column.class.as_deref().map(ClassId::new)).collect()
}

fn setting<'s>(setup: &'s Setup<'_>) -> Setting<'s> {
    Setting { on: setup.on, sector: setup.sector, edition: setup.edition, under_14: false }
}
