//! Rows that are left out: minors under fourteen, and those who withdrew their consent. Unknown is
//! never no: a row of which it cannot be told is left out, too.

use jiff::civil::Date;
use kouan_decide::permit::RowRules;
use kouan_table::{Batch, Cells};

use crate::coarse;
use crate::columns::written;
use crate::keyed::Lookup;
use crate::report::Report;

/// The rules of one permit on one day.
pub(crate) struct Rules<'p> {
    rules: &'p RowRules,
    lookup: Option<Lookup<'p>>,
    on: Date,
    /// Born on this day or later: a minor. The birthday itself still counts. `None` where it is not
    /// known under which age one is.
    since: Option<Date>,
}

impl<'p> Rules<'p> {
    /// Under which age a person is a minor comes from the rulebook.
    ///
    /// LAW: `cn/pipl#art-31`
    pub(crate) fn on(
        day: Date,
        minors_under: Option<u8>,
        rules: &'p RowRules,
        lookup: Option<Lookup<'p>>,
    ) -> Rules<'p> {
        let since = minors_under.map(|under| {
            let year = day.year() - i16::from(under);
            // The day before the leap day stands in for it: later than the true one by no day.
            let since = Date::new(year, day.month(), day.day());
            let since = since.or_else(|_| Date::new(year, day.month(), day.day() - 1));
            since.unwrap_or(Date::MIN)
        });
        Rules { rules, lookup, on: day, since }
    }

    /// Takes rows out of `keep`, and counts them.
    pub(crate) fn apply(&self, batch: &Batch<'_>, keep: &mut [bool], report: &mut Report) {
        if let Some(minors) = &self.rules.minors {
            let ids = columns(batch, &minors.resident_id);
            let births = columns(batch, &minors.birth);
            let mut scratch = Vec::new();
            for (row, keep) in keep.iter_mut().enumerate().filter(|(_, keep)| **keep) {
                let of_ids = ids.iter().map(|cells| (*cells, birth_of_id as Reads));
                let of_days = births.iter().map(|cells| (*cells, coarse::day_in as Reads));
                match self.is_minor(of_ids.chain(of_days), row, &mut scratch) {
                    Some(false) => continue,
                    Some(true) => report.minors += 1,
                    None => report.age_unknown += 1,
                }
                *keep = false;
            }
        }
        if let (Some(rule), Some(lookup)) = (&self.rules.withdrawn, &self.lookup) {
            let named = columns(batch, &rule.columns);
            for (row, keep) in keep.iter_mut().enumerate().filter(|(_, keep)| **keep) {
                match has_withdrawn(lookup, &named, row) {
                    Some(false) => continue,
                    Some(true) => report.withdrawn += 1,
                    None => report.consent_unknown += 1,
                }
                *keep = false;
            }
        }
    }

    /// One cell that says so is enough; a cell that cannot be read leaves it open unless another
    /// one can. A day of birth to come is none.
    fn is_minor<'c>(
        &self,
        cells: impl Iterator<Item = (&'c Cells<'c>, Reads)>,
        row: usize,
        scratch: &mut Vec<u8>,
    ) -> Option<bool> {
        let since = self.since?;
        let mut known = None;
        for (cells, read) in cells {
            let value = value(cells, row, scratch);
            match value.and_then(read).filter(|birth| *birth <= self.on) {
                Some(birth) if birth >= since => return Some(true),
                Some(_) => known = Some(false),
                None => {}
            }
        }
        known
    }
}

/// Reads a day of birth.
type Reads = fn(&[u8]) -> Option<Date>;

/// Any identifier on the list is enough; every one of them must name somebody.
fn has_withdrawn(lookup: &Lookup<'_>, columns: &[&Cells<'_>], row: usize) -> Option<bool> {
    let mut scratch = Vec::new();
    let mut known = None;
    for cells in columns {
        match value(cells, row, &mut scratch).and_then(|value| lookup.has(value)) {
            Some(true) => return Some(true),
            Some(false) => known = Some(false),
            None => {}
        }
    }
    known
}

fn columns<'b>(batch: &'b Batch<'_>, names: &[String]) -> Vec<&'b Cells<'b>> {
    let named = |name: &String| {
        batch.columns.iter().find(|cells| *cells.column.name == **name).map(|cells| &cells.cells)
    };
    names.iter().filter_map(named).collect()
}

fn value<'c>(cells: &'c Cells<'_>, row: usize, scratch: &'c mut Vec<u8>) -> Option<&'c [u8]> {
    if let Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } = cells {
        return spans.get(row)?.of(bytes);
    }
    scratch.clear();
    written(cells, row, scratch).then_some(scratch.as_slice())
}

/// The day of birth in a mainland resident ID: its eight digits in the middle, six in the old
/// number of fifteen, which only people born in the last century have.
fn birth_of_id(cell: &[u8]) -> Option<Date> {
    let mut digits = Vec::with_capacity(18);
    for byte in cell {
        match byte {
            b'0'..=b'9' | b'x' | b'X' if digits.len() < 18 => digits.push(*byte),
            b' ' | b'-' => {}
            _ => return None,
        }
    }
    let day = match digits.len() {
        18 => digits.get(6..14)?.to_vec(),
        15 => [b"19", digits.get(6..12)?].concat(),
        _ => return None,
    };
    if day.iter().all(u8::is_ascii_digit) { coarse::day_in(&day) } else { None }
}

#[cfg(test)]
mod tests {
    use kouan_table::{Column, ColumnCells, Declared, Span};

    use super::*;
    use crate::keyed::{Withdrawn, withdrawn_entry};

    /// Which rows pass, with two columns of text.
    fn keep(rules: &RowRules, lookup: Option<Lookup<'_>>, rows: &[[&str; 2]]) -> (String, Report) {
        keep_under(Some(14), rules, lookup, rows)
    }

    fn keep_under(
        under: Option<u8>,
        rules: &RowRules,
        lookup: Option<Lookup<'_>>,
        rows: &[[&str; 2]],
    ) -> (String, Report) {
        let columns = ["证件号码", "出生日期"].map(|name| Column {
            name: name.into(),
            position: 0,
            declared: Declared::Nothing,
            comment: None,
            key: None,
            length_max: None,
        });
        let mut bytes = Vec::new();
        let spans: Vec<Vec<Span>> = (0..2)
            .map(|column| {
                let cell = |row: &[&str; 2]| {
                    let start = bytes.len() as u32;
                    bytes.extend_from_slice(row[column].as_bytes());
                    Span { start, end: bytes.len() as u32 }
                };
                rows.iter().map(cell).collect()
            })
            .collect();
        let columns: Vec<ColumnCells<'_>> = columns
            .iter()
            .zip(&spans)
            .map(|(column, spans)| ColumnCells {
                column,
                cells: Cells::Text { bytes: &bytes, spans },
            })
            .collect();
        let batch = Batch { table: "t", columns: &columns, rows: rows.len() };
        let mut keep = vec![true; rows.len()];
        let mut report = Report::default();
        let on = Date::constant(2026, 11, 22);
        Rules::on(on, under, rules, lookup).apply(&batch, &mut keep, &mut report);
        (keep.iter().map(|keep| if *keep { 'y' } else { 'n' }).collect(), report)
    }

    #[test]
    fn minors_and_persons_of_unknown_age_are_held_back() {
        let minors = kouan_decide::permit::MinorsRule {
            resident_id: vec!["证件号码".into()],
            birth: vec!["出生日期".into()],
        };
        let rules = RowRules { minors: Some(minors), withdrawn: None };
        let (kept, report) = keep(
            &rules,
            None,
            &[
                ["110101199001010018", ""],
                ["110101201301010018", ""],
                ["", "2012-11-22"],
                ["", "2012-11-21"],
                ["", ""],
                ["110***********0018", "1990-01-01"],
                ["110***********0018", "soon"],
                ["110101199001010018", "2020-01-01"],
                ["110101900101001", ""],
                ["110101205001010018", ""],
            ],
        );
        assert_eq!(kept, "ynnynynnyn");
        assert_eq!((report.minors, report.age_unknown), (3, 3));
        // The age is the rulebook's; where it has none nobody is shown to be old enough.
        let adult = [["110101199001010018", ""], ["110101201101010018", ""]];
        assert_eq!(keep_under(Some(16), &rules, None, &adult).0, "yn");
        let (kept, report) = keep_under(None, &rules, None, &adult);
        assert_eq!((kept.as_str(), report.age_unknown), ("nn", 2));
    }

    #[test]
    fn those_who_withdrew_and_those_nobody_can_name_are_held_back() {
        let columns = vec!["证件号码".into(), "出生日期".into()];
        let rule = kouan_decide::permit::WithdrawnRule { columns };
        let rules = RowRules { minors: None, withdrawn: Some(rule) };
        let key = [5; 32];
        let list = [withdrawn_entry(&key, b"110101199001010018").unwrap()];
        let lookup = Lookup::new(&Withdrawn { key: &key, list: &list });
        let rows = [["110101 19900101 0018", "a"], ["11010119900101002X", ""], ["", ""]];
        let (kept, report) = keep(&rules, lookup, &rows);
        assert_eq!(kept, "nyn");
        assert_eq!((report.withdrawn, report.consent_unknown), (1, 1));
    }

    #[test]
    fn the_day_before_the_leap_day_stands_in_for_it() {
        let rules = RowRules::default();
        let leap = Rules::on(Date::constant(2024, 2, 29), Some(14), &rules, None);
        assert_eq!(leap.since, Some(Date::constant(2010, 2, 28)));
    }
}
