//! A picture as rows of points, of one to four channels of one or two bytes: PNG and WebP.

use super::canvas::{Area, Canvas, Paint, Seen};

/// Points in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// 1 grey, 2 grey and alpha, 3 colours, 4 colours and alpha.
    pub(crate) channels: usize,
    /// Whether a channel has two bytes, the higher one first.
    pub(crate) is_wide: bool,
    pub(crate) data: Vec<u8>,
}

impl Raster {
    fn has_alpha(&self) -> bool {
        self.channels.is_multiple_of(2)
    }

    fn step(&self) -> usize {
        self.channels * if self.is_wide { 2 } else { 1 }
    }
}

impl Canvas for Raster {
    fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn look(&self, area: Area) -> Vec<Seen> {
        let step = self.step();
        let rows = self.data.chunks_exact((self.width as usize * step).max(1));
        let rows = rows.skip(area.top as usize).take(area.height as usize);
        let points = rows.flat_map(|row| {
            row.chunks_exact(step).skip(area.left as usize).take(area.width as usize)
        });
        let high = if self.is_wide { 2 } else { 1 };
        let seen = points.map(|point| {
            let part = |index: usize| point.get(index * high).copied().unwrap_or(0);
            let colour = if self.channels < 3 { [part(0); 3] } else { [part(0), part(1), part(2)] };
            let alpha = point.get((self.channels - 1) * high..).unwrap_or_default();
            let is_solid = !self.has_alpha() || alpha.iter().all(|byte| *byte == 255);
            Seen { colour, is_solid }
        });
        seen.collect()
    }

    fn paint(&mut self, area: Area, paint: &[Paint]) {
        let (step, has_alpha) = (self.step(), self.has_alpha());
        let size = if self.is_wide { 2 } else { 1 };
        let colours = self.channels - usize::from(has_alpha);
        let rows = self.data.chunks_exact_mut((self.width as usize * step).max(1));
        let rows = rows.skip(area.top as usize).take(area.height as usize);
        for (row, paint) in rows.zip(paint.chunks_exact((area.width as usize).max(1))) {
            let points = row.chunks_exact_mut(step).skip(area.left as usize);
            for (point, paint) in points.zip(paint) {
                for (index, part) in point.chunks_exact_mut(size).enumerate() {
                    // Alpha goes to solid as far as the point is covered.
                    blend(part, if index < colours { paint.grey } else { 255 }, paint.cover);
                }
            }
        }
    }
}

/// Moves one channel of a point towards a grey.
fn blend(part: &mut [u8], grey: u8, cover: u8) {
    let (grey, cover) = (u32::from(grey), u32::from(cover));
    let mixed = |old: u32, new: u32| (old * (255 - cover) + new * cover + 127) / 255;
    match part {
        [byte] => *byte = u8::try_from(mixed(u32::from(*byte), grey)).unwrap_or(255),
        [high, low] => {
            let old = u32::from(*high) << 8 | u32::from(*low);
            let new = u16::try_from(mixed(old, grey * 257)).unwrap_or(u16::MAX);
            [*high, *low] = new.to_be_bytes();
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_area_changes_whatever_the_points_are() {
        for (channels, is_wide) in [(1, false), (2, true), (3, false), (3, true), (4, false)] {
            let step = channels * if is_wide { 2 } else { 1 };
            let data: Vec<u8> = (0..5 * 4 * step).map(|at| (at * 37 % 251) as u8).collect();
            let mut raster = Raster { width: 5, height: 4, channels, is_wide, data: data.clone() };
            let area = Area { left: 1, top: 2, width: 2, height: 1 };
            let paint = [Paint { grey: 255, cover: 255 }, Paint { grey: 0, cover: 0 }];
            raster.paint(area, &paint);
            let at = (2 * 5 + 1) * step;
            assert_eq!(raster.data[at..at + step], vec![255; step]);
            assert_eq!(raster.data[..at], data[..at]);
            assert_eq!(raster.data[at + step..], data[at + step..]);
            assert_eq!(raster.look(area)[0], Seen { colour: [255; 3], is_solid: true });
        }
    }

    #[test]
    fn two_bytes_are_mixed_as_one_number() {
        let mut part = [0x12, 0x34];
        blend(&mut part, 255, 51);
        let wanted = (0x1234 * 204 + 0xFFFF * 51 + 127) / 255;
        assert_eq!(u16::from_be_bytes(part), wanted as u16);
    }
}
