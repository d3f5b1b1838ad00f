//! Contrast as WCAG 2.2 measures it, on the points that are really there.

use super::canvas::Seen;

/// Relative luminance of a point, 0 to 1; colours are taken for sRGB.
pub(crate) fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Contrast of two luminances in hundredths: 100 for none, 2100 for black on white.
pub(crate) fn contrast(one: f64, other: f64) -> u32 {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    (((high + 0.05) / (low + 0.05)) * 100.0) as u32
}

/// The least contrast of a grey against any of the points, in hundredths.
pub(crate) fn against(grey: u8, seen: &[Seen]) -> u32 {
    let ink = luminance([grey; 3]);
    seen.iter().map(|point| contrast(ink, luminance(point.colour))).min().unwrap_or(100)
}

/// How much a part of a picture changes from point to point: the mean difference of neighbours in a
/// row and in a column, of 255.
pub(crate) fn detail(seen: &[Seen], width: usize) -> u32 {
    let light = |point: &Seen| point.colour.iter().map(|part| u32::from(*part)).sum::<u32>() / 3;
    let beside = seen.chunks_exact(width.max(1)).flat_map(|row| row.iter().zip(row.iter().skip(1)));
    let below = seen.iter().zip(seen.iter().skip(width));
    let (mut sum, mut count) = (0_u64, 0_u64);
    for (one, other) in beside.chain(below) {
        sum += u64::from(light(one).abs_diff(light(other)));
        count += 1;
    }
    u32::try_from(sum / count.max(1)).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(value: u8) -> Seen {
        Seen { colour: [value; 3], is_solid: true }
    }

    #[test]
    fn contrast_is_that_of_the_guideline() {
        let between = |one: [u8; 3], other| contrast(luminance(one), luminance(other));
        assert_eq!(between([0; 3], [255; 3]), 2100);
        assert_eq!(between([7; 3], [7; 3]), 100);
        // Known pairs: #767676 on white is the darkest grey that just passes, #777777 just fails.
        assert_eq!(between([0x76; 3], [255; 3]), 454);
        assert_eq!(between([0x77; 3], [255; 3]), 447);
        assert_eq!(between([255, 0, 0], [255; 3]), 399);
    }

    #[test]
    fn the_worst_point_counts() {
        assert_eq!(against(255, &[grey(0), grey(0), grey(0x77)]), 447);
        assert_eq!(against(0, &[]), 100);
    }

    #[test]
    fn detail_is_none_on_one_colour_and_most_on_a_chessboard() {
        assert_eq!(detail(&[grey(9); 12], 4), 0);
        let board: Vec<Seen> = (0..16).map(|at| grey(255 * ((at / 4 + at) % 2))).collect();
        assert_eq!(detail(&board, 4), 255);
        assert_eq!(detail(&[], 0), 0);
    }
}
