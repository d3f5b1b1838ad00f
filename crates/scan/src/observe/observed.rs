//! What was observed of a column: counts, never a value.

use std::fmt;

use super::Shape;

/// What was observed of one column. The same cells give the same figures, whatever the order they
/// came in and however they were split among observers.
#[derive(Clone, Default, PartialEq)]
pub struct Observed {
    /// Cells looked at, nulls and empty ones included.
    pub cells: u64,
    /// Cells without a value.
    pub nulls: u64,
    /// Cells that hold nothing or white space alone.
    pub empties: u64,
    pub(super) seen: Vec<Seen>,
    /// In which type of the source the cells came.
    pub carriers: Carriers,
    /// Other ways of writing that were met.
    pub writings: Writings,
    /// How long the cells are.
    pub lengths: Lengths,
    /// How many different values there are.
    pub distinct: Distinct,
    /// The least and greatest number among the cells that are numbers.
    pub numbers: Option<NumberRange>,
    /// The days among the cells that are days, those inside resident IDs included.
    pub days: Days,
    /// What speaks for names of persons.
    pub names: Names,
    /// How deep the addresses go.
    pub addresses: Addresses,
}

/// How often a shape was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Cells that have the form.
    pub form: u64,
    /// Of these, cells that pass the check the shape has.
    pub valid: u64,
}

/// Non-null cells by the type they came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carriers {
    /// Text.
    pub text: u64,
    /// Bytes.
    pub binary: u64,
    /// Whole numbers.
    pub integers: u64,
    /// Floating-point numbers.
    pub floats: u64,
    /// Yes or no.
    pub booleans: u64,
    /// Days.
    pub days: u64,
    /// Days with a time.
    pub instants: u64,
    /// A type that is not read.
    pub opaque: u64,
}

/// Cells that are an identifier only after their writing was changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writings {
    /// Full-width characters.
    pub full_width: u64,
    /// White space before or behind.
    pub padded: u64,
    /// Spaces or dashes within.
    pub separated: u64,
    /// A `.0` behind a whole number.
    pub fraction: u64,
}

/// Lengths of the non-empty text cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lengths {
    /// The fewest bytes.
    pub least: u32,
    /// The most bytes.
    pub most: u32,
    /// All bytes together.
    pub total: u64,
    /// Cells of ASCII alone.
    pub ascii: u64,
    /// Cells that begin with a Chinese character.
    pub chinese: u64,
    /// Cells of digits alone.
    pub digits: u64,
}

/// How many different values a column holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Distinct {
    /// The number; exact up to [`Distinct::EXACT`], above it an estimate within about 7 %.
    pub about: u64,
}

impl Distinct {
    /// Up to this many the number is exact.
    pub const EXACT: u64 = 1_024;

    /// Whether the number is exact.
    #[must_use]
    pub fn exact(self) -> bool {
        self.about <= Self::EXACT
    }
}

/// A range of numbers, rounded outwards to whole ones and held within ±1,000,000, so that it says
/// "age" or "latitude" and never an identifier.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct NumberRange {
    /// The least.
    pub least: i32,
    /// The greatest.
    pub most: i32,
}

/// The days of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// Days that exist.
    pub count: u64,
    /// By decade: 1900 to 1909 first, 2090 to 2099 last; other years in none.
    pub decades: [u64; 20],
    /// Days after the day of the scan.
    pub future: u64,
    /// Days less than 14 years before the day of the scan: as days of birth, persons under 14.
    pub under_14: u64,
    /// Of the resident IDs that have the form, those of persons under 14.
    pub resident_under_14: u64,
}

/// What speaks for names of persons among the cells of the shape `person-name`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Cells of two, three and four Chinese characters.
    pub by_length: [u64; 3],
    /// Cells with a middle dot between Chinese characters.
    pub dotted: u64,
    /// Cells that begin with a surname, compound ones included.
    pub surname: u64,
    /// Cells that begin with a surname of at least 0.1 % of the people.
    pub common_surname: u64,
    /// Cells whose last character is common in given names and rare in words.
    pub given_name: u64,
    /// How evenly the first characters are spread, in hundredths of a bit (0 to 800).
    pub first_character_entropy: u32,
}

/// How deep the cells of the shape `address` go; a cell counts for every depth it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// A province or municipality.
    pub province: u64,
    /// A city or prefecture.
    pub city: u64,
    /// A county or district.
    pub county: u64,
    /// A town or street office.
    pub town: u64,
    /// A road, lane or village.
    pub road: u64,
    /// A house number.
    pub number: u64,
    /// A building, entrance, floor or room.
    pub room: u64,
}

impl Observed {
    /// How often the shape was seen.
    #[must_use]
    pub fn seen(&self, shape: Shape) -> Seen {
        self.seen.get(shape as usize).copied().unwrap_or_default()
    }

    /// Sets how often the shape was seen.
    pub fn set(&mut self, shape: Shape, seen: Seen) {
        self.seen.resize(Shape::COUNT, Seen::default());
        if let Some(place) = self.seen.get_mut(shape as usize) {
            *place = seen;
        }
    }

    /// The shapes that were seen, with how often, in the order of [`Shape::ALL`].
    pub fn shapes(&self) -> impl Iterator<Item = (Shape, Seen)> {
        Shape::ALL.iter().map(|&shape| (shape, self.seen(shape))).filter(|(_, seen)| seen.form > 0)
    }

    /// Cells that hold something.
    #[must_use]
    pub fn filled(&self) -> u64 {
        self.cells - self.nulls - self.empties
    }

    /// The share of the filled cells that have the form, 0 to 1.
    #[must_use]
    pub fn form_rate(&self, shape: Shape) -> f64 {
        rate(self.seen(shape).form, self.filled())
    }

    /// The share of the cells of that form that pass, 0 to 1.
    #[must_use]
    pub fn pass_rate(&self, shape: Shape) -> f64 {
        let seen = self.seen(shape);
        rate(seen.valid, seen.form)
    }
}

fn rate(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

impl fmt::Debug for Observed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Observed({} cells, {} nulls, {} empty", self.cells, self.nulls, self.empties)?;
        for (shape, seen) in self.shapes() {
            write!(to, ", {} {}/{}", shape.name(), seen.valid, seen.form)?;
        }
        to.write_str(")")
    }
}

impl fmt::Debug for NumberRange {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("NumberRange")
    }
}
