//! Where in a table with numbered rows a sample is taken from.

use crate::limits::TABLE_SAMPLE_PLACES;

/// Cuts the numbers from `first` to `last` into equal parts, each from its first number to before
/// its last; `None` when there are not many more numbers than rows wanted.
pub(super) fn places(first: i64, last: i64, wanted: u64) -> Option<Vec<(i64, i64)>> {
    let span = last.checked_sub(first)?;
    let parts = i64::try_from(TABLE_SAMPLE_PLACES).ok()?;
    let enough = wanted.saturating_mul(4).max(TABLE_SAMPLE_PLACES);
    if u64::try_from(span).ok()? < enough {
        return None;
    }
    let width = span / parts + 1;
    let starts = (0..parts).map(|part| first.saturating_add(part.saturating_mul(width)));
    Some(starts.map(|from| (from, from.saturating_add(width))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_cut_into_parts_that_meet() {
        let places = places(1, 1_000_000, 20_000).expect("much larger than the sample");
        assert_eq!(places.len(), 64);
        assert!(places.windows(2).all(|pair| pair[0].1 == pair[1].0));
        assert!(places[0].0 == 1 && places[63].1 > 1_000_000);
    }

    #[test]
    fn a_small_or_odd_table_is_not_cut() {
        assert!(places(1, 50_000, 20_000).is_none());
        assert!(places(i64::MIN, i64::MAX, 20_000).is_none());
        assert!(places(0, i64::MAX, 20_000).is_some());
        assert!(places(5, 4, 0).is_none());
    }
}
