//! How wide the columns of a table are: as the rulebook says, moved towards what stands in them.

use kouan_terms::Language;

use super::{Run, Table};

/// All lengths are quarters of the height of the face: a Chinese character has four.
///
/// A cell up to here is kept on one line where there is room: a date, a number, a short name.
const SHORT: u32 = 34;
/// A head up to here is kept on one line.
const HEAD: u32 = 16;
/// A word without a place to break is given up to here.
const WORD: u32 = 40;
/// A text is not squeezed below this for the sake of others.
const LEAST: u32 = 16;
/// A text that fills many lines wishes for as much as this.
const TEXT: u32 = 56;

/// The widths of a table's columns in thousandths.
///
/// `room` is the width of the page's column and `margin` what the margins of a cell take of it,
/// both in quarters of the height of the table's face. A column is given what its dates, numbers
/// and heads need, first by columns that have more than they wish for, then by those that have
/// more than they need. Both ways of setting a paper ask here, so that they look alike.
#[must_use]
pub fn widths(table: &Table, language: Language, room: u32, margin: u32) -> Vec<u32> {
    let total: u32 = table.columns.iter().map(|column| column.width).sum::<u32>().max(1);
    let mut given: Vec<u32> =
        table.columns.iter().map(|column| (column.width * room / total).max(1)).collect();
    let asked = |asks: fn(&str) -> u32| -> Vec<u32> {
        let of = |index| ask(table, index, language, asks) + margin;
        (0..table.columns.len()).map(of).collect()
    };
    let (needs, wishes) = (asked(need), asked(wish));
    level(&mut given, &needs, &wishes);
    let least = |(need, wish): (&u32, &u32)| (*need).max((*wish).min(LEAST + margin));
    let kept: Vec<u32> = needs.iter().zip(&wishes).map(least).collect();
    level(&mut given, &needs, &kept);
    level(&mut given, &wishes, &wishes);
    let sum = given.iter().sum::<u32>().max(1);
    given.iter().map(|width| width * 1000 / sum).collect()
}

/// Moves width to columns below their floor, from the one that is highest above its own.
fn level(given: &mut [u32], floors: &[u32], kept: &[u32]) {
    loop {
        let short = given.iter().zip(floors).position(|(given, floor)| given < floor);
        let spare = |(given, kept): (&u32, &u32)| given.saturating_sub(*kept);
        let most = given.iter().zip(kept).map(spare).enumerate().max_by_key(|(_, spare)| *spare);
        let (Some(short), Some((rich, 1..))) = (short, most) else { return };
        for (index, width) in given.iter_mut().enumerate() {
            *width += u32::from(index == short);
            *width -= u32::from(index == rich);
        }
    }
}

/// The most that a cell of a column asks for, its head included.
fn ask(table: &Table, index: usize, language: Language, asks: fn(&str) -> u32) -> u32 {
    let words = |runs: &Vec<Run>| -> String {
        runs.iter().map(|run| run.text.in_language(language)).collect()
    };
    let cells = table.rows.iter().filter_map(|row| row.get(index)).map(words);
    let cells = cells.map(|cell| asks(&cell)).max().unwrap_or(0);
    let head = table.columns.get(index).map_or("", |column| column.head.in_language(language));
    cells.max(of_head(head))
}

fn need(cell: &str) -> u32 {
    let whole = cell.lines().map(length).max().unwrap_or(0);
    let figure = |c: char| c.is_ascii_digit() || "年月日人项,.%:".contains(c);
    if whole <= SHORT && cell.chars().all(figure) { whole } else { word(cell) }
}

fn wish(cell: &str) -> u32 {
    let whole = cell.lines().map(length).max().unwrap_or(0);
    if whole <= SHORT { whole } else { (whole / 2).clamp(SHORT, TEXT).max(word(cell)) }
}

/// A head may stand on two lines, but not with one character alone on the second.
fn of_head(head: &str) -> u32 {
    let whole = length(head);
    if whole <= HEAD { whole } else { whole.div_ceil(2).next_multiple_of(4).max(word(head)) }
}

/// The longest piece of a text that has no place to break.
fn word(text: &str) -> u32 {
    let breaks = |c: char| c.is_whitespace() || is_wide(c) || "/.-@_#:".contains(c);
    let words = text.split(breaks);
    words.map(length).max().unwrap_or(0).clamp(4, WORD)
}

/// A quarter stands between a Chinese character and a letter or figure beside it.
fn length(text: &str) -> u32 {
    let mut length = 0;
    let mut before = None;
    for character in text.chars() {
        let wide = is_wide(character);
        length += match character {
            _ if wide => 4,
            'A'..='Z' => 3,
            _ => 2,
        };
        length += u32::from(before.is_some_and(|before| before != wide));
        before = Some(wide);
    }
    length
}

fn is_wide(character: char) -> bool {
    !character.is_ascii() && !('\u{00a0}'..='\u{024f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use kouan_terms::Bilingual;

    use super::super::{Column, RunKind};
    use super::*;

    fn table(heads: &[(&str, u32)], rows: &[&[&str]]) -> Table {
        let both = |text: &str| Bilingual { zh: text.to_owned(), en: text.to_owned() };
        let run = |text: &str| vec![Run { text: both(text), kind: RunKind::Words }];
        Table {
            section: "a".into(),
            id: "t".into(),
            caption: Vec::new(),
            columns: heads
                .iter()
                .map(|(head, width)| Column { head: both(head), width: *width })
                .collect(),
            rows: rows.iter().map(|row| row.iter().map(|cell| run(cell)).collect()).collect(),
        }
    }

    #[test]
    fn a_date_keeps_its_line_at_the_cost_of_the_widest() {
        let wide = "一段很长的说明文字，可以在任何地方断行，所以让出一些宽度也无妨。";
        let table = table(&[("名称", 80), ("日期", 20)], &[&[wide, "2026年11月6日"]]);
        // Seven figures, three characters, five quarters between them, and margins of four.
        assert_eq!(length("2026年11月6日"), 14 + 12 + 5);
        assert_eq!(widths(&table, Language::Zh, 100, 4), vec![650, 350]);
    }

    #[test]
    fn widths_that_serve_are_left_alone() {
        let table = table(&[("项目", 40), ("内容", 60)], &[&["名称", "示例"]]);
        assert_eq!(widths(&table, Language::Zh, 100, 4), vec![400, 600]);
    }

    #[test]
    fn nothing_is_taken_from_a_column_that_needs_it() {
        let table = table(&[("a", 50), ("b", 50)], &[&["2026年11月6日", "2026年11月6日"]]);
        assert_eq!(widths(&table, Language::Zh, 40, 4), vec![500, 500]);
    }

    #[test]
    fn a_short_remark_is_not_squeezed_to_one_character() {
        let rows: &[&[&str]] = &[&["人事平台出境传输", "hr.motors.example.com", "192.0.2.30"]];
        let table = table(&[("链路", 20), ("域名", 30), ("地址", 50)], rows);
        let widths = widths(&table, Language::Zh, 120, 4);
        assert!(widths.iter().all(|width| *width > 200), "{widths:?}");
    }
}
