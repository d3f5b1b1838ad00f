//! Tables: columns of fixed widths, rows as high as their fullest cell.

use kouan_dossier::document::{Column, Run, Table, widths};
use kouan_terms::Language;

use crate::faces::{Faces, Style};
use crate::flow::Page;
use crate::lines::{Line, Measure, Stand, lines};

/// A row of a table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Its height.
    pub(crate) height: f32,
    /// The pitch of its lines.
    pub(crate) pitch: f32,
    /// Its cells from left to right.
    pub(crate) cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// Its left edge, from the left of the column of the page.
    pub(crate) x: f32,
    /// Its width.
    pub(crate) width: f32,
    /// Its lines.
    pub(crate) lines: Vec<Line>,
}

/// Room between the words of a cell and its left and right edge.
const BESIDE: f32 = 4.25;
/// Room between the words of a cell and its upper and lower edge.
const ABOVE: f32 = 2.0;

/// How the rows of a table are set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    pub(crate) faces: &'a Faces,
    pub(crate) language: Language,
    pub(crate) style: Style,
    pub(crate) head: Style,
    pub(crate) pitch: f32,
    pub(crate) page: Page,
}

impl Rows<'_> {
    /// The head of a table and its rows. A row too high for a page is cut into several.
    pub(crate) fn of(&self, table: &Table, missing: &mut usize) -> (Row, Vec<Row>) {
        let widths = points(table, self);
        let head = |column: &Column| column.head.in_language(self.language).to_owned();
        let heads = table.columns.iter().map(head);
        let head = self.row(heads, &widths, &self.head, Stand::Centre, missing);
        let most = self.page.room() - head.height;
        let mut rows = Vec::new();
        for cells in &table.rows {
            let words = cells.iter().map(|runs| self.words(runs));
            let row = self.row(words, &widths, &self.style, Stand::Left, missing);
            cut(row, most, &mut rows);
        }
        (head, rows)
    }

    fn words(&self, runs: &[Run]) -> String {
        runs.iter().map(|run| run.text.in_language(self.language)).collect()
    }

    fn row(
        &self,
        words: impl Iterator<Item = String>,
        widths: &[f32],
        style: &Style,
        stand: Stand,
        missing: &mut usize,
    ) -> Row {
        let mut x = 0.0;
        let mut cells = Vec::new();
        for (words, width) in words.zip(widths) {
            let measure = Measure { width: width - 2.0 * BESIDE, indent: 0.0, stand };
            let mut lines = lines(self.faces, style, &words, measure, missing);
            lines.iter_mut().for_each(|line| line.x += x + BESIDE);
            cells.push(Cell { x, width: *width, lines });
            x += width;
        }
        row(cells, self.pitch)
    }
}

fn row(cells: Vec<Cell>, pitch: f32) -> Row {
    let most = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1);
    Row { height: most as f32 * pitch + 2.0 * ABOVE, pitch, cells }
}

/// A row in parts that fit on a page each.
fn cut(mut whole: Row, most: f32, rows: &mut Vec<Row>) {
    while whole.height > most {
        let mut fits = 1;
        while (fits + 1) as f32 * whole.pitch + 2.0 * ABOVE <= most {
            fits += 1;
        }
        let split = |cell: &mut Cell| {
            let rest = cell.lines.split_off(fits.min(cell.lines.len()));
            let part = std::mem::replace(&mut cell.lines, rest);
            Cell { x: cell.x, width: cell.width, lines: part }
        };
        let part = whole.cells.iter_mut().map(split).collect();
        rows.push(row(part, whole.pitch));
        whole = row(whole.cells, whole.pitch);
        if whole.cells.iter().all(|cell| cell.lines.is_empty()) {
            return;
        }
    }
    rows.push(whole);
}

/// Widths in points that make the whole.
fn points(table: &Table, rows: &Rows<'_>) -> Vec<f32> {
    let whole = rows.page.column();
    let unit = (rows.style.points / 4.0).max(1.0);
    let of = widths(table, rows.language, floor(whole / unit), floor(2.0 * BESIDE / unit) + 1);
    of.into_iter().map(|thousandths| whole * thousandths as f32 / 1000.0).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "at most the width of a page")]
#[expect(clippy::cast_sign_loss, reason = "lengths on a page are positive")]
fn floor(length: f32) -> u32 {
    length as u32
}
