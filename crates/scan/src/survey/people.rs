//! Whom the rows of a batch speak of: which rows hold something, and the keys in them.

use kouan_table::{Cells, Span};
use kouan_terms::Diagnostic;

use crate::identifiers::key::{self, KeyKind, Keyed, Secret};
use crate::persons::{Marks, Roster, Slot};

/// Marks the rows in which a cell holds something.
pub(super) fn mark_filled(cells: &Cells<'_>, mark: Marks, marks: &mut [Marks]) {
    fn each(marks: &mut [Marks], mark: Marks, filled: impl Iterator<Item = impl FnOnce() -> bool>) {
        for (one, filled) in marks.iter_mut().zip(filled) {
            // Looking closely is dear, and needless where another column said so already.
            if !one.has(mark) && filled() {
                *one = *one | mark;
            }
        }
    }
    match cells {
        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
            each(marks, mark, spans.iter().map(|span| || holds(*span, bytes)));
        }
        Cells::Integers(cells) => each(marks, mark, cells.iter().map(|cell| || cell.is_some())),
        Cells::Floats(cells) => each(marks, mark, cells.iter().map(|cell| || cell.is_some())),
        Cells::Booleans(cells) => each(marks, mark, cells.iter().map(|cell| || cell.is_some())),
        Cells::Days(cells) => each(marks, mark, cells.iter().map(|cell| || cell.is_some())),
        Cells::Instants(cells) => each(marks, mark, cells.iter().map(|cell| || cell.is_some())),
        Cells::Opaque => each(marks, mark, std::iter::repeat(|| true)),
    }
}

/// Whether a cell holds a value: not null, not empty, not white space, not a word for nothing.
fn holds(span: Span, bytes: &[u8]) -> bool {
    let length = span.end.wrapping_sub(span.start);
    if length == 0 || span == Span::NULL {
        return false;
    }
    if length > 9 {
        return true;
    }
    let Some(cell) = span.of(bytes) else { return false };
    !is_nothing(cell)
}

/// White space, or a word for nothing.
fn is_nothing(cell: &[u8]) -> bool {
    cell.iter().all(u8::is_ascii_whitespace) || key::no_value(cell)
}

/// What a key column holds in a row.
enum Found {
    Key(Keyed),
    /// Something that names a person and cannot be compared.
    Unusable(Marks),
    Nothing,
}

/// Rows whose keys are looked for at a time, column by column: what they take stays in the
/// processor's caches.
const ROWS: usize = 512;

/// Takes in the persons of rows by the key columns of one subject.
///
/// A row without any mark is passed over. `slots` is memory to work with.
///
/// # Errors
///
/// What scratch space says.
pub(super) fn take(
    roster: &mut Roster,
    secret: &Secret,
    keyed: Vec<(&Cells<'_>, KeyKind)>,
    marks: &mut [Marks],
    slots: &mut Vec<Slot>,
) -> Result<(), Diagnostic> {
    let width = keyed.len();
    for (chunk, marks) in marks.chunks_mut(ROWS).enumerate() {
        slots.clear();
        slots.resize(marks.len() * width, Slot::EMPTY);
        for (place, (cells, kind)) in keyed.iter().enumerate() {
            let mut to = Column { slots, place, width, marks };
            column(cells, chunk * ROWS, *kind, secret, &mut to);
        }
        let mut rest = slots.as_slice();
        for marks in marks {
            let Some((keys, others)) = rest.split_at_checked(width) else { break };
            rest = others;
            if *marks != Marks::NONE {
                roster.row(keys, *marks)?;
            }
        }
    }
    Ok(())
}

/// Where the keys of a column go: every so many slots, and to the marks of their rows.
struct Column<'a> {
    slots: &'a mut [Slot],
    place: usize,
    width: usize,
    marks: &'a mut [Marks],
}

impl Column<'_> {
    #[inline]
    fn put(&mut self, cells: impl Iterator<Item = Found>) {
        let rows = self.slots.chunks_exact_mut(self.width).zip(self.marks.iter_mut());
        for ((row, marks), found) in rows.zip(cells) {
            if *marks == Marks::NONE {
                continue;
            }
            match (found, row.get_mut(self.place)) {
                (Found::Key(key), Some(slot)) => *slot = Slot::from(key),
                (Found::Unusable(mark), _) => *marks = *marks | mark,
                _ => {}
            }
        }
    }
}

/// Looks for the keys in the cells of a column from a row on.
fn column(cells: &Cells<'_>, first: usize, kind: KeyKind, secret: &Secret, to: &mut Column<'_>) {
    match cells {
        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
            let spans = spans.get(first..).unwrap_or_default();
            to.put(spans.iter().map(|span| of_text(kind, bytes, *span, secret)));
        }
        Cells::Integers(numbers) => {
            let numbers = numbers.get(first..).unwrap_or_default();
            to.put(numbers.iter().map(|number| of_number(kind, *number, secret)));
        }
        Cells::Floats(numbers) => {
            let numbers = numbers.get(first..).unwrap_or_default();
            to.put(numbers.iter().map(|number| match number {
                Some(number) => match key::whole(*number) {
                    Some(number) => of_number(kind, Some(number), secret),
                    None => Found::Unusable(Marks::DAMAGED),
                },
                None => Found::Nothing,
            }));
        }
        _ => {}
    }
}

#[inline]
fn of_text(kind: KeyKind, bytes: &[u8], span: Span, secret: &Secret) -> Found {
    match key::within(kind, bytes, span, secret) {
        Some(key) => Found::Key(key),
        None => span.of(bytes).map_or(Found::Nothing, unusable),
    }
}

fn of_number(kind: KeyKind, number: Option<i64>, secret: &Secret) -> Found {
    let Some(number) = number else { return Found::Nothing };
    key::of_integer(kind, number, secret).map_or(Found::Unusable(Marks::DAMAGED), Found::Key)
}

/// Why a cell of a key column gives no key.
fn unusable(cell: &[u8]) -> Found {
    if is_nothing(cell) {
        Found::Nothing
    } else if cell.contains(&b'*') {
        Found::Unusable(Marks::MASKED)
    } else if cell.len() >= 32 && cell.iter().all(u8::is_ascii_hexdigit) {
        Found::Unusable(Marks::HASHED)
    } else {
        Found::Unusable(Marks::DAMAGED)
    }
}
