//! The observer of one column: the loop over every cell of a scan.

use jiff::civil::Date;
use kouan_table::{Cells, Span};

use crate::identifiers::cards::Issuers;
use crate::identifiers::damage;
use crate::identifiers::days::Ymd;
use crate::identifiers::payloads::{self, Payload};
use crate::identifiers::places::{self, Place};
use crate::identifiers::plain::{Style, plain, trim, without_fraction};
use crate::identifiers::resident::Regions;
use crate::identifiers::telephones::Prefixes;

use super::counts::{Counts, Reference};
use super::distinct::{hash_long, hash_number, hash_short};
use super::repeats::Repeats;
use super::words::{self, Words};
use super::{Lengths, Observed, Shape, ascii, chinese, digits, forms};

/// Looks at the cells of one column.
///
/// Two observers of the same column are merged into one; the figures do not depend on the order.
#[derive(Clone, Debug)]
pub struct Observer {
    reference: Reference,
    counts: Counts,
}

/// Nobody is older, in years.
const OLDEST: u32 = 200;

impl Observer {
    /// Begins a column; `day` is the day of the scan, and under `minors_under` years a person is a
    /// minor on it. Where the rulebook does not say, everybody may be one.
    #[must_use]
    pub fn new(day: Date, minors_under: Option<u8>) -> Self {
        let today = Ymd::of(day);
        let reference = Reference {
            today,
            minors_since: today.years_before(minors_under.map_or(OLDEST, u32::from)),
            regions: Regions::get(),
            prefixes: Prefixes::get(),
            issuers: Issuers::get(),
        };
        Self { reference, counts: Counts::default() }
    }

    /// Looks at the cells of a batch of `rows` rows.
    pub fn observe(&mut self, cells: &Cells<'_>, rows: usize) {
        match *cells {
            Cells::Text { bytes, spans } => self.text(bytes, spans),
            Cells::Binary { bytes, spans } => self.binary(bytes, spans),
            Cells::Integers(cells) => self.integers(cells),
            Cells::Floats(cells) => self.floats(cells),
            Cells::Booleans(cells) => self.booleans(cells),
            Cells::Days(cells) => self.days(cells),
            Cells::Instants(cells) => self.instants(cells),
            Cells::Opaque => {
                self.counts.cells += rows as u64;
                self.counts.carriers.opaque += rows as u64;
            }
        }
    }

    /// Takes in what another observer of the same column saw.
    pub fn merge(&mut self, other: &Self) {
        self.counts.merge(&other.counts);
    }

    /// What was observed so far.
    #[must_use]
    pub fn observed(&self) -> Observed {
        self.counts.observed()
    }

    fn text(&mut self, bytes: &[u8], spans: &[Span]) {
        let (counts, reference, words) = (&mut self.counts, self.reference, words::words());
        let (mut nulls, mut empties) = (0, 0);
        let mut repeats = Repeats::new();
        lengths(bytes, spans, &mut counts.lengths);
        for span in spans {
            match span.of(bytes) {
                None => nulls += 1,
                Some([]) => empties += 1,
                Some(cell) if cell.len() <= SHORT => {
                    let block = block(bytes, *span, cell);
                    if repeats.worthwhile() && repeats.again(&block, cell.len()) {
                        continue;
                    }
                    short(cell, &block, counts, &reference, words);
                }
                Some(cell) => {
                    counts.sketch.add(hash_long(cell));
                    longer(cell, &block(bytes, *span, cell), counts, &reference);
                }
            }
        }
        repeats.add(counts, |block, length, counts| {
            let cell = block.get(..length).unwrap_or_default();
            short(cell, block, counts, &reference, words);
        });
        counts.cells += spans.len() as u64;
        counts.nulls += nulls;
        counts.empties += empties;
        counts.carriers.text += spans.len() as u64 - nulls;
    }

    fn binary(&mut self, bytes: &[u8], spans: &[Span]) {
        let counts = &mut self.counts;
        lengths(bytes, spans, &mut counts.lengths);
        for span in spans {
            counts.cells += 1;
            let Some(cell) = span.of(bytes) else {
                counts.nulls += 1;
                continue;
            };
            counts.carriers.binary += 1;
            if cell.is_empty() {
                counts.empties += 1;
                continue;
            }
            counts.sketch.add(hash_any(cell));
            match payloads::raw(cell) {
                Some(Payload::Biometric) => counts.is(Shape::BiometricTemplate),
                Some(Payload::Genetic) => counts.is(Shape::GeneticPayload),
                Some(Payload::Image) => counts.is(Shape::Image),
                Some(Payload::Recording) => counts.is(Shape::Recording),
                // A key of 16 bytes is a UUID as often as a digest; both are pseudonyms.
                None if matches!(cell.len(), 16 | 20 | 32) => counts.is(Shape::Hash),
                None => {}
            }
        }
    }

    fn integers(&mut self, cells: &[Option<i64>]) {
        for cell in cells {
            let counts = &mut self.counts;
            counts.cells += 1;
            match cell {
                None => counts.nulls += 1,
                Some(number) => {
                    counts.carriers.integers += 1;
                    counts.sketch.add(hash_number(number.cast_unsigned()));
                    integer(*number, counts, &self.reference);
                }
            }
        }
    }

    fn floats(&mut self, cells: &[Option<f64>]) {
        for cell in cells {
            let counts = &mut self.counts;
            counts.cells += 1;
            let Some(number) = *cell else {
                counts.nulls += 1;
                continue;
            };
            counts.carriers.floats += 1;
            counts.sketch.add(hash_number(number.to_bits()));
            if damage::beyond_exact(number) {
                counts.is(Shape::FloatDamaged);
            } else if number.is_finite() && number.fract() == 0.0 {
                counts.writings.fraction += 1;
                integer(number as i64, counts, &self.reference);
            } else if number.is_finite() {
                counts.is(Shape::Decimal);
                counts.number(number.floor() as i64, number.ceil() as i64);
                match places::of_number(number) {
                    Some(Place::Latitude) => counts.is(Shape::Latitude),
                    Some(Place::Longitude) => counts.is(Shape::Longitude),
                    _ => {}
                }
            }
        }
    }

    fn booleans(&mut self, cells: &[Option<bool>]) {
        for cell in cells {
            let counts = &mut self.counts;
            counts.cells += 1;
            match cell {
                None => counts.nulls += 1,
                Some(yes) => {
                    counts.carriers.booleans += 1;
                    counts.sketch.add(hash_number((*yes).into()));
                    counts.is(Shape::YesNo);
                }
            }
        }
    }

    fn days(&mut self, cells: &[Option<i32>]) {
        for cell in cells {
            let counts = &mut self.counts;
            counts.cells += 1;
            match cell {
                None => counts.nulls += 1,
                Some(days) => {
                    counts.carriers.days += 1;
                    counts.sketch.add(hash_number(u64::from(days.cast_unsigned())));
                    day(*days, Shape::Day, counts, &self.reference);
                }
            }
        }
    }

    fn instants(&mut self, cells: &[Option<i64>]) {
        const MICROSECONDS_OF_DAY: i64 = 86_400_000_000;
        for cell in cells {
            let counts = &mut self.counts;
            counts.cells += 1;
            match cell {
                None => counts.nulls += 1,
                Some(instant) => {
                    counts.carriers.instants += 1;
                    counts.sketch.add(hash_number(instant.cast_unsigned()));
                    let days = i32::try_from(instant.div_euclid(MICROSECONDS_OF_DAY));
                    day(days.unwrap_or(i32::MAX), Shape::Instant, counts, &self.reference);
                }
            }
        }
    }
}

fn day(days: i32, shape: Shape, counts: &mut Counts, reference: &Reference) {
    counts.is(shape);
    if let Some(day) = Ymd::of_epoch_days(days).filter(|day| day.exists()) {
        counts.day(day, reference);
    }
}

/// Counts a whole number as its digits: a phone, a resident ID, a day may be stored as one.
fn integer(number: i64, counts: &mut Counts, reference: &Reference) {
    if number < 0 {
        counts.is(Shape::Integer);
        return counts.number(number, number);
    }
    let mut reversed = [0_u8; 20];
    let (mut rest, mut length) = (number.cast_unsigned(), 0);
    for digit in &mut reversed {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        length += 1;
        if rest == 0 {
            break;
        }
    }
    let mut block = [0; 32];
    let digits = reversed.get(..length).unwrap_or_default().iter().rev();
    block.iter_mut().zip(digits).for_each(|(to, from)| *to = *from);
    if length > 6 {
        counts.number(number, number);
    }
    digits::see(&block, length, counts, reference);
}

/// The first 32 bytes of a cell, filled up with zeros.
#[inline]
fn block(bytes: &[u8], span: Span, cell: &[u8]) -> [u8; 32] {
    let start = span.start as usize;
    let whole = bytes.get(start..).and_then(<[u8]>::first_chunk::<32>);
    match (whole, MASKS.get(cell.len().min(32))) {
        (Some(whole), Some(mask)) => {
            let mut block = *whole;
            block.iter_mut().zip(mask).for_each(|(byte, mask)| *byte &= mask);
            block
        }
        _ => {
            let mut block = [0; 32];
            block.iter_mut().zip(cell).for_each(|(to, from)| *to = *from);
            block
        }
    }
}

/// For each length, ones where a cell of that length has bytes.
#[expect(clippy::indexing_slicing, reason = "the compiler runs it and stops at a wrong index")]
static MASKS: [[u8; 32]; 33] = {
    let mut masks = [[0; 32]; 33];
    let mut length = 0;
    while length <= 32 {
        let mut place = 0;
        while place < length {
            masks[length][place] = 0xff;
            place += 1;
        }
        length += 1;
    }
    masks
};

/// Counts the lengths of the cells that are not empty, in a loop of their own that takes many spans
/// at once.
fn lengths(bytes: &[u8], spans: &[Span], lengths: &mut Lengths) {
    let end = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let (mut least, mut most, mut total) = (u32::MAX, 0, 0_u64);
    for span in spans {
        let inside = span.start < span.end && span.end <= end;
        let length = if inside { span.end.wrapping_sub(span.start) } else { 0 };
        // An empty cell wraps around to the greatest number, which is never the least.
        least = least.min(length.wrapping_sub(1));
        most = most.max(length);
        total = total.wrapping_add(u64::from(length));
    }
    if most > 0 {
        lengths.least = lengths.least.min(least.wrapping_add(1));
        lengths.most = lengths.most.max(most);
        lengths.total += total;
    }
}

/// Bytes of a cell that lies in its block to the end; a longer one is no word of the closed lists.
const SHORT: usize = 32;

/// Counts one cell of at most [`SHORT`] bytes that is not empty. What it begins with says which of
/// the common forms it can have.
#[inline]
fn short(cell: &[u8], block: &[u8; 32], counts: &mut Counts, reference: &Reference, words: &Words) {
    let hash = hash_short(block, cell.len());
    counts.sketch.add(hash);
    let [first, ..] = *block;
    if first.is_ascii_digit() {
        let strangers = forms::strangers(block, cell.len());
        if strangers == 0 {
            counts.lengths.ascii += 1;
            counts.lengths.digits += 1;
            return digits::see(block, cell.len(), counts, reference);
        }
        if forms::see(cell, block, strangers, counts, reference) {
            counts.lengths.ascii += 1;
            return;
        }
    }
    if first.is_ascii() && ascii::expected_email(cell, counts) {
        counts.lengths.ascii += 1;
        return;
    }
    if let Some(shape) = words.find(hash) {
        counts.lengths.ascii += u64::from(cell.is_ascii());
        counts.is(shape);
        // A blood group of one letter, a sex in one letter, a surname that is a people's name:
        // what else the cell can be is counted too.
        if shape != Shape::DivisionName {
            return;
        }
    }
    if matches!(first, 0xe4..=0xe9) && chinese::expected_name(block, cell.len(), counts) {
        return;
    }
    longer(cell, block, counts, reference);
}

/// Counts a cell that is no word and has none of the common forms.
fn longer(cell: &[u8], block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
    if needs_rewriting(cell) && rewritten(cell, counts, reference) {
        return;
    }
    if block.iter().all(u8::is_ascii) && (cell.len() <= 32 || cell.is_ascii()) {
        counts.lengths.ascii += 1;
        ascii::see(cell, block, counts, reference);
    } else {
        chinese::see(cell, counts, reference);
    }
}

/// Whether a cell begins or ends with white space, begins with a full-width character or ends in
/// `.0`.
#[inline]
fn needs_rewriting(cell: &[u8]) -> bool {
    let start = matches!(
        cell,
        [..=b' ', ..] | [0xe3, 0x80, ..] | [0xef, 0xbb..=0xbd, ..] | [0xc2, 0xa0, ..]
    );
    let end = matches!(
        cell,
        [.., ..=b' ']
            | [.., 0xe3, 0x80, 0x80]
            | [.., 0xc2, 0xa0]
            | [.., 0xef, 0xbb, 0xbf]
            | [.., b'.', b'0']
    );
    start || end
}

/// Counts a cell that has to be brought into plain writing first: white space around it, full-width
/// characters, a `.0` behind a whole number.
#[cold]
fn rewritten(cell: &[u8], counts: &mut Counts, reference: &Reference) -> bool {
    let trimmed = trim(cell);
    if trimmed.is_empty() {
        counts.empties += 1;
        return true;
    }
    let whole = without_fraction(trimmed);
    let padded = trimmed.len() < cell.len();
    let fraction = whole.len() < trimmed.len();
    let narrowed = if whole.is_ascii() { None } else { plain(whole, Style::Account) };
    if !padded && !fraction && narrowed.is_none() {
        return false;
    }
    counts.writings.padded += u64::from(padded);
    counts.writings.fraction += u64::from(fraction);
    counts.writings.full_width += u64::from(narrowed.is_some());
    let seen = narrowed.as_ref().map_or(whole, |narrowed| narrowed.bytes());
    let mut block = [0; 32];
    block.iter_mut().zip(seen).for_each(|(to, from)| *to = *from);
    if seen.len() <= 32 && seen.iter().all(u8::is_ascii_digit) {
        counts.lengths.digits += 1;
        digits::see(&block, seen.len(), counts, reference);
    } else if seen.is_ascii() {
        ascii::see(seen, &block, counts, reference);
    } else {
        chinese::see(seen, counts, reference);
    }
    true
}

fn hash_any(cell: &[u8]) -> u64 {
    if cell.len() > 32 {
        return hash_long(cell);
    }
    let mut block = [0; 32];
    block.iter_mut().zip(cell).for_each(|(to, from)| *to = *from);
    hash_short(&block, cell.len())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// Looks at a cell without the common forms.
    fn general(cell: &[u8], block: &[u8; 32], counts: &mut Counts, reference: &Reference) {
        counts.sketch.add(hash_short(block, cell.len()));
        if cell.iter().all(u8::is_ascii_digit) {
            counts.lengths.ascii += 1;
            counts.lengths.digits += 1;
            return digits::see(block, cell.len(), counts, reference);
        }
        if let Some(shape) = words::words().find(hash_short(block, cell.len())) {
            counts.lengths.ascii += u64::from(cell.is_ascii());
            counts.is(shape);
            if shape != Shape::DivisionName {
                return;
            }
        }
        longer(cell, block, counts, reference);
    }

    /// Cells in and near the common forms, and any bytes.
    fn cell() -> impl Strategy<Value = Vec<u8>> {
        let written = prop_oneof![
            "[0-9]{1,10}[.][0-9]{0,9}",
            "[0-9]{1,12}[.0-9Xx:/-]{1,6}",
            "[12][0-9]{3}[-/.][01][0-9][-/.][0-3][0-9]",
            "[12][0-9]{3}[-/.][01][0-9][-/.][0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9]",
            "[12][0-9]{3}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-5][0-9]:[0-5][0-9][.Z+]?[0-9.]{0,8}",
            "[1-9][0-9]{16}[0-9Xx]",
            "[a-z0-9._+]{1,8}@[a-z0-9.-]{1,8}[.][a-z0-9]{1,6}",
            "[A-Z0-9]{1,20}",
            "[李欧阳甲乙一市镇院司社团军字男]{1,5}",
            "[李欧阳甲·，Ａ 1]{1,4}",
            "[一二三汉满蒙古族已婚北京市朝阳区]{1,4}",
        ];
        let any = prop::collection::vec(any::<u8>(), 1..=32);
        prop_oneof![1 => any, 8 => written.prop_map(String::into_bytes)]
            .prop_filter("a cell of a block", |cell| (1..=32).contains(&cell.len()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_common_forms_come_to_the_general_figures(cell in cell(), emails: bool) {
            let reference = Observer::new(date(2026, 11, 22), Some(14)).reference;
            let mut block = [0; 32];
            block[..cell.len()].copy_from_slice(&cell);
            let (mut one, mut other) = (Counts::default(), Counts::default());
            for counts in [&mut one, &mut other] {
                counts.form[Shape::Email as usize] = u64::from(emails);
            }
            short(&cell, &block, &mut one, &reference, words::words());
            general(&cell, &block, &mut other, &reference);
            prop_assert_eq!(one.observed(), other.observed());
            prop_assert_eq!(one.empties, other.empties);
        }
    }

    proptest! {
        #[test]
        fn cells_that_come_again_count_as_often_as_they_come(
            values in prop::collection::vec(cell(), 1..12),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..400),
        ) {
            let mut bytes = Vec::new();
            let spans: Vec<Span> = order
                .iter()
                .map(|place| {
                    let start = bytes.len() as u32;
                    let value: &Vec<u8> = place.get(&values);
                    bytes.extend_from_slice(value);
                    Span { start, end: bytes.len() as u32 }
                })
                .collect();
            let day = date(2026, 11, 22);
            let mut whole = Observer::new(day, Some(14));
            let mut single = whole.clone();
            whole.observe(&Cells::Text { bytes: &bytes, spans: &spans }, spans.len());
            for span in &spans {
                single.observe(&Cells::Text { bytes: &bytes, spans: &[*span] }, 1);
            }
            prop_assert_eq!(whole.observed(), single.observed());
        }
    }
}
