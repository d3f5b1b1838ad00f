//! The figures of one column while it is observed.

use crate::identifiers::Fit;
use crate::identifiers::cards::Issuers;
use crate::identifiers::days::Ymd;
use crate::identifiers::resident::Regions;
use crate::identifiers::telephones::Prefixes;

use super::distinct::Sketch;
use super::{
    Addresses, Carriers, Days, Lengths, Names, NumberRange, Observed, Seen, Shape, Writings,
};

/// What is needed beside the cells: the day and the tables, fetched once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reference {
    pub(super) today: Ymd,
    /// Days of birth after this are of minors.
    pub(super) minors_since: Ymd,
    pub(super) regions: Regions,
    pub(super) prefixes: Prefixes,
    pub(super) issuers: Issuers,
}

/// The figures; adding up two of them gives those of both.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) cells: u64,
    pub(super) nulls: u64,
    pub(super) empties: u64,
    /// Cells of digits alone: integers, added to that shape at the end.
    pub(super) whole: u64,
    pub(super) form: [u64; Shape::COUNT],
    pub(super) valid: [u64; Shape::COUNT],
    pub(super) carriers: Carriers,
    pub(super) writings: Writings,
    pub(super) lengths: Lengths,
    pub(super) numbers: Option<NumberRange>,
    pub(super) days: Days,
    pub(super) names: Names,
    pub(super) addresses: Addresses,
    pub(super) sketch: Sketch,
    /// First characters of what may be names, in 256 heaps.
    pub(super) first_characters: Vec<u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self {
            cells: 0,
            nulls: 0,
            empties: 0,
            whole: 0,
            form: [0; Shape::COUNT],
            valid: [0; Shape::COUNT],
            carriers: Carriers::default(),
            writings: Writings::default(),
            lengths: Lengths { least: u32::MAX, ..Lengths::default() },
            numbers: None,
            days: Days::default(),
            names: Names::default(),
            addresses: Addresses::default(),
            sketch: Sketch::default(),
            first_characters: Vec::new(),
        }
    }
}

impl Counts {
    /// Counts a cell for a shape with a check.
    #[inline]
    pub(super) fn see(&mut self, shape: Shape, fit: Fit) {
        if let Some(count) = self.form.get_mut(shape as usize) {
            *count += u64::from(fit.form());
        }
        if let Some(count) = self.valid.get_mut(shape as usize) {
            *count += u64::from(fit.passes());
        }
    }

    /// Counts a cell for a shape without a check.
    #[inline]
    pub(super) fn is(&mut self, shape: Shape) {
        self.see(shape, Fit::Passes);
    }

    /// Counts a day that exists.
    #[inline]
    pub(super) fn day(&mut self, day: Ymd, reference: &Reference) {
        self.days.count += 1;
        let decade = (day.year() / 10).wrapping_sub(190);
        if let Some(count) = self.days.decades.get_mut(decade as usize) {
            *count += 1;
        }
        self.days.future += u64::from(day > reference.today);
        self.days.under_14 += u64::from(day > reference.minors_since && day <= reference.today);
    }

    /// Counts the day of birth in a resident ID.
    #[inline]
    pub(super) fn birth(&mut self, day: Ymd, reference: &Reference) {
        self.day(day, reference);
        self.days.resident_under_14 +=
            u64::from(day > reference.minors_since && day <= reference.today);
    }

    /// Counts a number, known by the whole numbers around it.
    #[inline]
    pub(super) fn number(&mut self, least: i64, most: i64) {
        const LIMIT: i64 = 1_000_000;
        let least = least.clamp(-LIMIT, LIMIT) as i32;
        let most = most.clamp(-LIMIT, LIMIT) as i32;
        self.numbers = Some(match self.numbers {
            Some(range) => {
                NumberRange { least: range.least.min(least), most: range.most.max(most) }
            }
            None => NumberRange { least, most },
        });
    }

    /// Counts the first character of what may be a name.
    #[inline]
    pub(super) fn first_character(&mut self, character: char) {
        if self.first_characters.is_empty() {
            self.first_characters.resize(256, 0);
        }
        let heap = (u32::from(character).wrapping_mul(0x9e37_79b1) >> 24) as usize;
        if let Some(count) = self.first_characters.get_mut(heap) {
            *count += 1;
        }
    }

    /// Adds the figures of another observer.
    pub(super) fn merge(&mut self, other: &Self) {
        self.merge_times(other, 1);
    }

    /// Adds the figures of another observer that saw each of its cells so many times.
    pub(super) fn merge_times(&mut self, other: &Self, times: u64) {
        self.cells += other.cells * times;
        self.nulls += other.nulls * times;
        self.empties += other.empties * times;
        self.whole += other.whole * times;
        add_all(&mut self.form, &other.form, times);
        add_all(&mut self.valid, &other.valid, times);
        merge_carriers(&mut self.carriers, &other.carriers, times);
        self.writings.full_width += other.writings.full_width * times;
        self.writings.padded += other.writings.padded * times;
        self.writings.separated += other.writings.separated * times;
        self.writings.fraction += other.writings.fraction * times;
        merge_lengths(&mut self.lengths, &other.lengths, times);
        if let Some(NumberRange { least, most }) = other.numbers {
            self.number(least.into(), most.into());
        }
        merge_days(&mut self.days, &other.days, times);
        merge_names(&mut self.names, &other.names, times);
        merge_addresses(&mut self.addresses, &other.addresses, times);
        self.sketch.merge(&other.sketch);
        if self.first_characters.is_empty() {
            self.first_characters.resize(other.first_characters.len(), 0);
        }
        add_all(&mut self.first_characters, &other.first_characters, times);
    }

    /// What was observed so far.
    pub(super) fn observed(&self) -> Observed {
        let mut lengths = self.lengths;
        if lengths.least == u32::MAX {
            lengths.least = 0;
        }
        let mut observed = Observed {
            cells: self.cells,
            nulls: self.nulls,
            empties: self.empties,
            carriers: self.carriers,
            writings: self.writings,
            lengths,
            distinct: self.sketch.count(),
            numbers: self.numbers,
            days: self.days,
            names: self.names,
            addresses: self.addresses,
            ..Observed::default()
        };
        for ((&shape, &form), &valid) in Shape::ALL.iter().zip(&self.form).zip(&self.valid) {
            let whole = if shape == Shape::Integer { self.whole } else { 0 };
            observed.set(shape, Seen { form: form + whole, valid: valid + whole });
        }
        observed.names.first_character_entropy = entropy(&self.first_characters);
        observed
    }
}

/// The entropy of a distribution in hundredths of a bit, by sums of whole numbers, so that it is
/// the same on every machine.
fn entropy(heaps: &[u64]) -> u32 {
    let total: u64 = heaps.iter().sum();
    if total == 0 {
        return 0;
    }
    // sum of c * (log2 total - log2 c) / total
    let whole = log2_hundredths(total);
    let sum: u128 = heaps
        .iter()
        .filter(|count| **count > 0)
        .map(|&count| u128::from(count) * u128::from(whole.saturating_sub(log2_hundredths(count))))
        .sum();
    u32::try_from(sum / u128::from(total)).unwrap_or(u32::MAX)
}

/// The binary logarithm in hundredths, straight between powers of two (wrong by at most nine).
fn log2_hundredths(number: u64) -> u64 {
    let power = u64::from(number.max(1).ilog2());
    let rest = u128::from(number) - (1_u128 << power);
    power * 100 + u64::try_from((rest * 100) >> power).unwrap_or(0)
}

fn add_all(to: &mut [u64], from: &[u64], times: u64) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from * times);
}

fn merge_carriers(to: &mut Carriers, from: &Carriers, times: u64) {
    to.text += from.text * times;
    to.binary += from.binary * times;
    to.integers += from.integers * times;
    to.floats += from.floats * times;
    to.booleans += from.booleans * times;
    to.days += from.days * times;
    to.instants += from.instants * times;
    to.opaque += from.opaque * times;
}

fn merge_lengths(to: &mut Lengths, from: &Lengths, times: u64) {
    to.least = to.least.min(from.least);
    to.most = to.most.max(from.most);
    to.total += from.total * times;
    to.ascii += from.ascii * times;
    to.chinese += from.chinese * times;
    to.digits += from.digits * times;
}

fn merge_days(to: &mut Days, from: &Days, times: u64) {
    to.count += from.count * times;
    add_all(&mut to.decades, &from.decades, times);
    to.future += from.future * times;
    to.under_14 += from.under_14 * times;
    to.resident_under_14 += from.resident_under_14 * times;
}

fn merge_names(to: &mut Names, from: &Names, times: u64) {
    add_all(&mut to.by_length, &from.by_length, times);
    to.dotted += from.dotted * times;
    to.surname += from.surname * times;
    to.common_surname += from.common_surname * times;
    to.given_name += from.given_name * times;
}

fn merge_addresses(to: &mut Addresses, from: &Addresses, times: u64) {
    to.province += from.province * times;
    to.city += from.city * times;
    to.county += from.county * times;
    to.town += from.town * times;
    to.road += from.road * times;
    to.number += from.number * times;
    to.room += from.room * times;
}
