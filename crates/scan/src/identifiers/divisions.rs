//! Administrative divisions (GB/T 2260), those in use and those retired.
//!
//! The table is `tables/divisions.txt`; its header says where it comes from and what is missing.

use std::sync::LazyLock;

static TABLE: &str = include_str!("../../tables/divisions.txt");

/// A division under one of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// Its six digits: two for the province, two for the city, two for the county.
    pub code: u32,
    /// Its name in Chinese; `None` when it is missing.
    pub name: Option<&'static str>,
    /// The first year of the code under this name; `None` when it is older than the lists.
    pub from: Option<u16>,
    /// The year the code was retired or renamed.
    pub until: Option<u16>,
    /// Whether the yearly lists of the Ministry of Civil Affairs have it.
    pub listed: bool,
}

/// What a division is, read off its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A province, autonomous region, municipality or special administrative region.
    Province,
    /// A city, prefecture or league.
    City,
    /// A county, district or county-level city.
    County,
}

impl Division {
    /// The rank the code says.
    #[must_use]
    pub fn rank(&self) -> Rank {
        match self.code {
            code if code.is_multiple_of(10_000) => Rank::Province,
            code if code.is_multiple_of(100) => Rank::City,
            _ => Rank::County,
        }
    }

    /// Whether it is in use at the end of the lists (2025-12-31).
    #[must_use]
    pub fn in_use(&self) -> bool {
        self.listed && self.until.is_none()
    }
}

struct Divisions {
    lines: Vec<Division>,
    /// One bit a code, so that a look-up touches one cache line.
    known: Vec<u64>,
}

static DIVISIONS: LazyLock<Divisions> = LazyLock::new(|| {
    let lines: Vec<Division> = TABLE.lines().filter_map(line).collect();
    let mut known = vec![0_u64; CODES / 64];
    for division in &lines {
        if let Some(word) = known.get_mut(division.code as usize / 64) {
            *word |= 1 << (division.code % 64);
        }
    }
    Divisions { lines, known }
});

const CODES: usize = 1_000_000;

fn line(line: &'static str) -> Option<Division> {
    let mut words = line.split(' ');
    let code = words.next()?;
    let name = words.next()?;
    let from = words.next()?.parse().ok();
    let until = words.next()?.parse().ok();
    let listed = !code.ends_with('?');
    let code = code.trim_end_matches('?').parse().ok()?;
    Some(Division { code, name: (name != "-").then_some(name), from, until, listed })
}

/// Every division under every name it had, by code, then by first year.
#[must_use]
pub fn all() -> &'static [Division] {
    &DIVISIONS.lines
}

/// Every name and period of one code; empty when the code was never given out.
#[must_use]
pub fn of(code: u32) -> &'static [Division] {
    let lines = all();
    let start = lines.partition_point(|division| division.code < code);
    let end = lines.partition_point(|division| division.code <= code);
    lines.get(start..end).unwrap_or_default()
}

/// Whether the code is or was given out to a division.
#[must_use]
#[inline]
pub fn known(code: u32) -> bool {
    bit(bits(), code)
}

/// The bits of [`known`], to be fetched once before many cells are looked at.
#[inline]
pub(crate) fn bits() -> &'static [u64] {
    &DIVISIONS.known
}

/// Whether `bits` has the code.
#[inline]
pub(crate) fn bit(bits: &[u64], code: u32) -> bool {
    bits.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
}

/// Whether somebody born in that year can have the code in a number, taken strictly.
///
/// The code must have been in use in the year of birth. Numbers were first given out in 1984, so
/// for an earlier birth the code must have been there by then and not have gone before the birth. A
/// code whose years are not known is accepted.
#[must_use]
pub fn existed(code: u32, year: u16) -> bool {
    of(code).iter().any(|division| {
        division.from.is_none_or(|from| from <= year.max(FIRST_NUMBERS))
            && division.until.is_none_or(|until| year <= until)
    })
}

/// The year the first resident ID numbers were given out.
const FIRST_NUMBERS: u16 = 1984;

/// Whether the two digits stand for a province, region or municipality (Taiwan, Hong Kong and Macau
/// included).
#[must_use]
#[inline]
pub const fn province(two: u32) -> bool {
    matches!(two, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(all().len(), lines);
        assert!(all().is_sorted_by_key(|division| (division.code, division.from.unwrap_or(0))));
        assert!(
            all()
                .iter()
                .all(|division| { province(division.code / 10_000) || division.code == 830_000 })
        );
    }

    #[test]
    fn divisions_in_use_are_as_many_as_the_ministry_counts() {
        let in_use = |rank| all().iter().filter(|d| d.in_use() && d.rank() == rank).count();
        // 34 with Taiwan, Hong Kong and Macau; 333 at city level and 2,846 at county level at the
        // end of 2024, one less there at the end of 2025: two districts of Chongqing became one.
        assert_eq!(in_use(Rank::Province), 34);
        assert_eq!(in_use(Rank::City), 333);
        assert!((2_840..=2_850).contains(&in_use(Rank::County)));
    }

    #[test]
    fn retired_codes_stay_known_for_life() {
        for code in [110_103, 440_401, 140_120, 429_001, 610_104, 810_000, 820_000, 830_000] {
            assert!(known(code), "{code}");
        }
        for code in [0, 110_199, 200_000, 999_999, 1_000_000, u32::MAX] {
            assert!(!known(code), "{code}");
        }
    }

    #[test]
    fn strictly_a_code_must_have_been_there_at_birth() {
        assert!(existed(110_103, 1990), "Chongwen before it was merged");
        assert!(!existed(110_103, 2015), "Chongwen after it was merged");
        assert!(existed(110_101, 1940), "older than the lists");
        assert!(!existed(320_507, 1995), "Xiangcheng of Suzhou begins in 2000");
    }
}
