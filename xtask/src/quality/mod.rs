//! Precision and recall of what the scan finds, on labelled sets of our own.

mod cells;
mod report;
mod sets;
pub(crate) mod text;

use std::path::Path;

use jiff::civil::Date;
use kouan_rulebook::classes::{Classes, Nature};
use kouan_scan::classify::{Classifier, ColumnClass, ColumnSeen, Level, TableSeen};
use kouan_scan::observe::{Observed, Observer};
use kouan_table::{Cells, Column, Declared, Span, TableKind};

use crate::Outcome;
use report::{Figures, Mistake};

/// The day of the scan: ages are told from it.
const DAY: Date = Date::constant(2026, 11, 22);

/// What `quality columns` does besides printing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Figures per class.
    Table,
    /// Figures and every mistake on the sets that are not held out.
    Mistakes,
    /// Every mistake, those of the sets held out too.
    AllMistakes,
    /// Fail below the floor.
    Check,
}

/// Classifies the labelled columns and prints how well.
pub(crate) fn columns(root: &Path, extent: Extent) -> Result<Outcome, String> {
    let folder = root.join("crates/scan/quality");
    let mut all = Vec::new();
    for part in ["columns", "heldout"] {
        all.extend(part_of(&folder.join(part), part)?);
    }
    for (name, figures) in &all {
        let shown = match extent {
            Extent::Mistakes => !name.starts_with("heldout"),
            Extent::AllMistakes => true,
            Extent::Table | Extent::Check => false,
        };
        print!("{}", report::text(name, figures, shown));
    }
    if extent == Extent::Check {
        report::check(&folder.join("floor.toml"), &all)
    } else {
        Ok(Outcome::Clean)
    }
}

/// Classifies the labelled columns of any folder and prints how well, with every mistake: how a set
/// is measured before anything is changed for it.
pub(crate) fn columns_of(folder: &Path) -> Result<Outcome, String> {
    for (name, figures) in part_of(folder, "columns")? {
        print!("{}", report::text(&name, &figures, true));
    }
    Ok(Outcome::Clean)
}

/// The figures of one folder of sets, with and without the values.
fn part_of(folder: &Path, part: &str) -> Result<Vec<(String, Figures)>, String> {
    let classes = Classes::load(kouan_rulebook::EMBEDDED.iter().copied()).map_err(|findings| {
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
        format!("the classes of the rulebook do not load: {}", codes.join(", "))
    })?;
    let classifier = Classifier::new(&classes);
    let sets = sets::read(folder)?;
    let mut all = Vec::new();
    for with_values in [true, false] {
        let mut figures = Figures::default();
        for set in &sets {
            for table in &set.table {
                measure(&classifier, set, table, with_values, &mut figures)?;
            }
        }
        let name = if with_values { part.to_owned() } else { format!("{part}-metadata") };
        all.push((name, figures));
    }
    Ok(all)
}

fn measure(
    classifier: &Classifier<'_>,
    set: &sets::Set,
    table: &sets::Table,
    with_values: bool,
    figures: &mut Figures,
) -> Result<(), String> {
    let columns: Vec<Column> =
        table.columns.iter().enumerate().map(|(at, column)| declared(at, column)).collect();
    let observed: Vec<Observed> =
        table.columns.iter().map(observe).collect::<Result<_, String>>()?;
    let seen = columns.iter().zip(&observed).map(|(column, observed)| ColumnSeen {
        column,
        observed: Some(observed).filter(|_| with_values),
        text: &[],
    });
    let seen = TableSeen {
        name: &table.name,
        comment: table.comment.as_deref(),
        kind: TableKind::Table,
        columns: seen.collect(),
    };
    let found = classifier.classify(&seen);
    for (column, found) in table.columns.iter().zip(&found) {
        if !column.is.is_empty() {
            judge(classifier.classes(), set, table, column, found, figures);
        }
    }
    Ok(())
}

fn judge(
    classes: &Classes,
    set: &sets::Set,
    table: &sets::Table,
    column: &sets::Column,
    found: &ColumnClass,
    figures: &mut Figures,
) {
    let nature = |id: &str| classes.get(id).map(|class| class.nature);
    let class = found.class.as_ref().map(|id| id.as_str());
    let tagged = class.filter(|id| {
        found.level > Level::Unsure
            && (nature(id) == Some(Nature::Personal) || column.is.iter().any(|is| is == id))
            && nature(id) != Some(Nature::NotPersonal)
    });
    let none = column.is.iter().any(|is| is == "none");
    let first = column.is.iter().find(|is| *is != "none").map(String::as_str);
    figures.columns += 1;
    if found.level == Level::Unsure && class.is_some() {
        figures.unsure += 1;
    }
    if let Some(class) = class
        && nature(class) == Some(Nature::Personal)
    {
        let level = figures.levels.entry(found.level).or_default();
        level.columns += 1;
        level.right += u32::from(column.is.iter().any(|is| is == class));
    }
    let right = match tagged {
        Some(tagged) => column.is.iter().any(|is| is == tagged),
        None => none,
    };
    if let Some(tagged) = tagged {
        let count = figures.classes.entry(tagged.to_owned()).or_default();
        if right { count.right += 1 } else { count.wrong += 1 }
    }
    if !right
        && !none
        && let Some(first) = first
    {
        figures.classes.entry(first.to_owned()).or_default().missed += 1;
    }
    match (tagged.is_some(), first.is_some(), none) {
        (true, true, _) => figures.any.right += 1,
        (true, false, _) => figures.any.wrong += 1,
        (false, true, false) => figures.any.missed += 1,
        _ => {}
    }
    if !right {
        figures.mistakes.push(Mistake {
            place: format!("{} {}.{}", set.style, table.name, column.name),
            expected: column.is.join("/"),
            found: format!("{} {}", class.unwrap_or("none"), found.level.as_str()),
            why: found
                .evidence
                .iter()
                .map(|evidence| evidence.rule())
                .collect::<Vec<_>>()
                .join(" "),
        });
    }
}

fn declared(at: usize, column: &sets::Column) -> Column {
    let declared = match column.declared.as_deref() {
        Some("text") => Declared::Text,
        Some("integer") => Declared::Integer,
        Some("number") => Declared::Number,
        Some("boolean") => Declared::Boolean,
        Some("day") => Declared::Day,
        Some("instant") => Declared::Instant,
        Some("binary") => Declared::Binary,
        _ => Declared::Nothing,
    };
    Column {
        name: column.name.as_str().into(),
        position: u32::try_from(at).unwrap_or(u32::MAX),
        declared,
        comment: column.comment.as_deref().map(Into::into),
        key: None,
        length_max: None,
    }
}

/// Shows the cells of a column to an observer, as text.
/// The age that the shipped rulebook has for the day.
fn minors_under() -> Option<u8> {
    static UNDER: std::sync::OnceLock<Option<u8>> = std::sync::OnceLock::new();
    *UNDER.get_or_init(|| {
        let files = kouan_rulebook::EMBEDDED.iter().copied();
        kouan_rulebook::load_without_cases(files).ok().and_then(|book| book.minor_age(DAY))
    })
}

fn observe(column: &sets::Column) -> Result<Observed, String> {
    let cells = match (&column.cells, &column.made) {
        (Some(cells), _) => cells.clone(),
        (None, Some(made)) => {
            let mut dice = cells::Dice::new(&column.name);
            let made_up: Option<Vec<String>> =
                (0..cells::ROWS).map(|row| cells::cell(made, row, &mut dice)).collect();
            made_up.ok_or_else(|| format!("no generator makes `{made}`"))?
        }
        (None, None) => Vec::new(),
    };
    let mut bytes = Vec::new();
    let mut spans = Vec::new();
    for cell in &cells {
        let start = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(cell.as_bytes());
        spans.push(Span { start, end: u32::try_from(bytes.len()).unwrap_or(u32::MAX) });
    }
    let mut observer = Observer::new(DAY, minors_under());
    observer.observe(&Cells::Text { bytes: &bytes, spans: &spans }, cells.len());
    Ok(observer.observed())
}
