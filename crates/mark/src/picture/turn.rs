//! How a picture is turned before it is shown (EXIF, Orientation): a mark has to stand upright in
//! what people see, not in what is stored.

use super::canvas::Area;

/// A turn: the first stored row is shown at one side, the first stored column at another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Whether rows are shown as columns.
    is_across: bool,
    /// Whether stored columns and stored rows run backwards.
    flips: (bool, bool),
}

impl Turn {
    pub(crate) const NONE: Turn = Turn { is_across: false, flips: (false, false) };

    /// The turn of a number of EXIF; a number that means nothing turns nothing, as programs that
    /// show pictures have it.
    fn of(number: u16) -> Turn {
        let turn = |is_across, x, y| Turn { is_across, flips: (x, y) };
        match number {
            2 => turn(false, true, false),
            3 => turn(false, true, true),
            4 => turn(false, false, true),
            5 => turn(true, false, false),
            6 => turn(true, false, true),
            7 => turn(true, true, true),
            8 => turn(true, true, false),
            _ => Turn::NONE,
        }
    }

    /// Reads the turn from EXIF data, behind `Exif\0\0` where that stands before.
    pub(crate) fn read(data: &[u8]) -> Turn {
        let tiff = data.strip_prefix(b"Exif\0\0").unwrap_or(data);
        orientation(tiff).map_or(Turn::NONE, Turn::of)
    }

    /// The size as shown, of a stored size, and the other way round.
    pub(crate) fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.is_across { (height, width) } else { (width, height) }
    }

    /// Where a shown point is stored, in a picture of a stored size.
    pub(crate) fn stored(self, (x, y): (u32, u32), (width, height): (u32, u32)) -> (u32, u32) {
        let (column, row) = if self.is_across { (y, x) } else { (x, y) };
        let from_end = |at: u32, len: u32| len.saturating_sub(1).saturating_sub(at);
        let column = if self.flips.0 { from_end(column, width) } else { column };
        let row = if self.flips.1 { from_end(row, height) } else { row };
        (column, row)
    }

    /// Where a shown area is stored.
    pub(crate) fn area(self, area: Area, size: (u32, u32)) -> Area {
        let last =
            (area.left + area.width.saturating_sub(1), area.top + area.height.saturating_sub(1));
        let (one, other) = (self.stored((area.left, area.top), size), self.stored(last, size));
        let (width, height) = self.size((area.width, area.height));
        Area { left: one.0.min(other.0), top: one.1.min(other.1), width, height }
    }

    /// For each stored point of an area, row by row, the number of the shown one.
    pub(crate) fn order(self, shown: Area, size: (u32, u32)) -> Vec<usize> {
        let stored = self.area(shown, size);
        let mut order = vec![0; stored.count()];
        for index in 0..shown.count() {
            let at = u32::try_from(index).unwrap_or(0);
            let (x, y) = (shown.left + at % shown.width, shown.top + at / shown.width);
            let (column, row) = self.stored((x, y), size);
            let place = (row - stored.top) as usize * stored.width as usize
                + (column - stored.left) as usize;
            if let Some(number) = order.get_mut(place) {
                *number = index;
            }
        }
        order
    }
}

/// The value of the tag in the first directory.
fn orientation(tiff: &[u8]) -> Option<u16> {
    const TAG: u16 = 0x0112;
    let is_little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = *tiff.get(at..)?.first_chunk()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let bytes = *tiff.get(4..)?.first_chunk()?;
    let first = if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
    let first = usize::try_from(first).ok()?;
    let count = usize::from(short(first)?);
    let entries = (0..count).map_while(|index| first.checked_add(2 + index * 12));
    let mut found = entries.filter(|at| short(*at) == Some(TAG));
    short(found.next()?.checked_add(8)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exif(number: u8) -> Vec<u8> {
        let mut data = b"Exif\0\0MM\0*\0\0\0\x08\0\x02\x01\x0f\0\x02\0\0\0\x01\0\0\0\0".to_vec();
        data.extend(b"\x01\x12\0\x03\0\0\0\x01\0");
        data.extend([number, 0, 0, 0, 0, 0, 0]);
        data
    }

    #[test]
    fn each_number_shows_the_first_row_and_column_where_exif_says() {
        // Where the stored corner 0/0 and its neighbour 1/0 in the row are shown, 3 wide, 2 high.
        let wanted = [
            (1, (0, 0), (1, 0)),
            (2, (2, 0), (1, 0)),
            (3, (2, 1), (1, 1)),
            (4, (0, 1), (1, 1)),
            (5, (0, 0), (0, 1)),
            (6, (1, 0), (1, 1)),
            (7, (1, 2), (1, 1)),
            (8, (0, 2), (0, 1)),
        ];
        for (number, corner, beside) in wanted {
            let turn = Turn::read(&exif(number));
            assert_eq!(turn.stored(corner, (3, 2)), (0, 0), "{number}");
            assert_eq!(turn.stored(beside, (3, 2)), (1, 0), "{number}");
        }
        assert_eq!(Turn::read(&exif(9)), Turn::NONE);
        assert_eq!(Turn::read(b"II*\0\xff\xff\xff\xff"), Turn::NONE);
    }

    #[test]
    fn an_area_turns_with_its_points() {
        let shown = Area { left: 1, top: 0, width: 1, height: 3 };
        let turn = Turn::of(6);
        let stored = turn.area(shown, (3, 2));
        assert_eq!(stored, Area { left: 0, top: 0, width: 3, height: 1 });
        assert_eq!(turn.order(shown, (3, 2)), [0, 1, 2]);
        assert_eq!(Turn::of(7).order(shown, (3, 2)), [2, 1, 0]);
    }
}
