//! Points of some blocks, looked at and painted; no other block is touched.

use super::{Block, Channel, Colours, Jpeg};
use crate::picture::canvas::{Area, Canvas, Paint, Seen};

/// The largest size of a coefficient that a picture of eight bits has.
const COEFFICIENT_MAX: f32 = 1023.0;

/// Points of one channel that cover an area, in its own steps.
struct Plane {
    /// The column and row of its first point.
    left: usize,
    top: usize,
    width: usize,
    height: usize,
    points: Vec<f32>,
}

impl Plane {
    fn at(&self, column: usize, row: usize) -> f32 {
        let (x, y) = (column.saturating_sub(self.left), row.saturating_sub(self.top));
        let x = x.min(self.width.saturating_sub(1));
        self.points.get(y * self.width + x).copied().unwrap_or(0.0)
    }
}

impl Channel {
    /// How many points of the picture one of the channel stands for, across and down.
    fn step(&self, most: (usize, usize)) -> (usize, usize) {
        (most.0 / self.across.max(1), most.1 / self.down.max(1))
    }

    /// The blocks that an area touches: columns and rows.
    fn touched(
        &self,
        area: Area,
        most: (usize, usize),
    ) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let (x, y) = self.step(most);
        let span = |from: u32, len: u32, step: usize| {
            let (from, to) = (from as usize, from as usize + len as usize);
            from / step / 8..to.div_ceil(step).div_ceil(8)
        };
        (span(area.left, area.width, x), span(area.top, area.height, y))
    }

    fn plane(&self, area: Area, most: (usize, usize)) -> Plane {
        let (columns, rows) = self.touched(area, most);
        let (width, height) = (columns.len() * 8, rows.len() * 8);
        let mut points = vec![0.0; width * height];
        for (down, row) in rows.clone().enumerate() {
            for (across, column) in columns.clone().enumerate() {
                let Some(block) = self.blocks.get(row * self.columns + column) else { continue };
                let found = points_of(block, &self.quantisers);
                let lines = points.chunks_exact_mut(width.max(1)).skip(down * 8);
                for (to, from) in lines.zip(found.chunks_exact(8)) {
                    for (to, from) in to.iter_mut().skip(across * 8).zip(from) {
                        *to = *from;
                    }
                }
            }
        }
        Plane { left: columns.start * 8, top: rows.start * 8, width, height, points }
    }
}

impl Canvas for Jpeg {
    fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn look(&self, area: Area) -> Vec<Seen> {
        let most = self.most();
        let planes: Vec<(Plane, (usize, usize))> = self
            .channels
            .iter()
            .map(|channel| (channel.plane(area, most), channel.step(most)))
            .collect();
        let mut seen = Vec::with_capacity(area.count());
        for row in area.top as usize..area.top as usize + area.height as usize {
            for column in area.left as usize..area.left as usize + area.width as usize {
                let mut parts = planes.iter().map(|(plane, (x, y))| plane.at(column / x, row / y));
                let first = parts.next().unwrap_or(0.0);
                let colour = match (self.colours, parts.next(), parts.next()) {
                    (Colours::Light, Some(blue), Some(red)) => rgb(first, blue, red),
                    (Colours::Plain, Some(green), Some(blue)) => [first, green, blue].map(byte),
                    _ => [byte(first); 3],
                };
                seen.push(Seen { colour, is_solid: true });
            }
        }
        seen
    }

    fn paint(&mut self, area: Area, paint: &[Paint]) {
        let (most, colours) = (self.most(), self.colours);
        for (index, channel) in self.channels.iter_mut().enumerate() {
            // A grey has no colour: in the channels of colour it stands in the middle.
            let is_light = index == 0 || colours == Colours::Plain;
            let mut plane = channel.plane(area, most);
            let step = channel.step(most);
            for row in 0..plane.height {
                for column in 0..plane.width {
                    let place = (plane.left + column, plane.top + row);
                    let Some((grey, cover)) = mixed(paint, area, place, step) else { continue };
                    let wanted = if is_light { grey } else { 128.0 };
                    if let Some(point) = plane.points.get_mut(row * plane.width + column) {
                        *point = (*point).clamp(0.0, 255.0) * (1.0 - cover) + wanted * cover;
                    }
                }
            }
            channel.take(area, most, &plane);
        }
    }
}

impl Channel {
    /// Takes painted points into the blocks that they touch.
    fn take(&mut self, area: Area, most: (usize, usize), plane: &Plane) {
        let (columns, rows) = self.touched(area, most);
        for (down, row) in rows.enumerate() {
            for (across, column) in columns.clone().enumerate() {
                let lines = plane.points.chunks_exact(plane.width.max(1)).skip(down * 8).take(8);
                let points: Vec<f32> =
                    lines.flat_map(|line| line.iter().skip(across * 8).take(8)).copied().collect();
                let made = block_of(&points, &self.quantisers);
                if let Some(block) = self.blocks.get_mut(row * self.columns + column) {
                    *block = made;
                }
            }
        }
    }
}

/// The mean grey and cover of the points that one point of a channel stands for; none outside the
/// area.
fn mixed(
    paint: &[Paint],
    area: Area,
    (column, row): (usize, usize),
    (x, y): (usize, usize),
) -> Option<(f32, f32)> {
    let (mut grey, mut cover) = (0.0, 0.0);
    for inside in 0..x * y {
        let (across, down) = (column * x + inside % x, row * y + inside / x);
        let left = across.checked_sub(area.left as usize);
        let top = down.checked_sub(area.top as usize);
        let (Some(left), Some(top)) = (left, top) else { continue };
        if left < area.width as usize
            && let Some(paint) = paint.get(top * area.width as usize + left)
        {
            grey += f32::from(paint.grey) * f32::from(paint.cover);
            cover += f32::from(paint.cover);
        }
    }
    (cover > 0.0).then(|| (grey / cover, cover / 255.0 / (x * y) as f32))
}

fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Red, green and blue from light and two of colour (JFIF 1.02).
fn rgb(light: f32, blue: f32, red: f32) -> [u8; 3] {
    let (blue, red) = (blue - 128.0, red - 128.0);
    let green = light - 0.344_136 * blue - 0.714_136 * red;
    [light + 1.402 * red, green, light + 1.772 * blue].map(byte)
}

/// The waves of eight points: one row a frequency.
fn waves() -> [[f32; 8]; 8] {
    let mut waves = [[0.0; 8]; 8];
    for (frequency, wave) in waves.iter_mut().enumerate() {
        let scale = if frequency == 0 { 0.125_f64.sqrt() } else { 0.5 };
        for (place, value) in wave.iter_mut().enumerate() {
            let turn = (2 * place + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0;
            *value = (scale * turn.cos()) as f32;
        }
    }
    waves
}

/// Sums eight numbers of a block, one row or column, against the waves.
fn along(values: &[f32; 64], waves: &[[f32; 8]; 8], is_forward: bool) -> [f32; 64] {
    // Row by row, written as columns: done twice it goes both ways and stands upright again.
    let mut out = [0.0; 64];
    for (index, to) in out.iter_mut().enumerate() {
        let (wanted, row) = (index / 8, index % 8);
        let line = values.iter().skip(row * 8).take(8).enumerate();
        *to = line
            .map(|(place, value)| {
                let (frequency, at) = if is_forward { (wanted, place) } else { (place, wanted) };
                let wave = waves.get(frequency).and_then(|wave| wave.get(at)).copied();
                value * wave.unwrap_or(0.0)
            })
            .sum();
    }
    out
}

/// The 64 points of a block, 0 to 255 and what lies a little beyond.
fn points_of(block: &Block, quantisers: &[u16; 64]) -> [f32; 64] {
    let mut values = [0.0; 64];
    for ((value, coefficient), quantiser) in values.iter_mut().zip(block).zip(quantisers) {
        *value = f32::from(*coefficient) * f32::from(*quantiser);
    }
    let waves = waves();
    along(&along(&values, &waves, false), &waves, false).map(|value| value + 128.0)
}

fn block_of(points: &[f32], quantisers: &[u16; 64]) -> Block {
    let mut values = [0.0; 64];
    for (value, point) in values.iter_mut().zip(points) {
        *value = point - 128.0;
    }
    let waves = waves();
    let values = along(&along(&values, &waves, true), &waves, true);
    let mut block = [0; 64];
    for ((coefficient, value), quantiser) in block.iter_mut().zip(values).zip(quantisers) {
        let size = (value / f32::from(*quantiser)).round();
        *coefficient = size.clamp(-COEFFICIENT_MAX, COEFFICIENT_MAX) as i16;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_comes_back_from_its_points() {
        let mut block: Block = [0; 64];
        for (index, coefficient) in block.iter_mut().enumerate() {
            *coefficient = if index % 7 == 0 { 40 - index as i16 } else { 0 };
        }
        let quantisers = std::array::from_fn(|index| 1 + index as u16 / 4);
        let points = points_of(&block, &quantisers);
        assert_eq!(block_of(&points, &quantisers), block);
        let flat = points_of(&[0; 64], &quantisers);
        assert!(flat.iter().all(|point| (point - 128.0).abs() < 0.001));
    }

    #[test]
    fn the_first_row_of_a_wave_across_changes_across() {
        let mut block: Block = [0; 64];
        block[1] = 100;
        let points = points_of(&block, &[1; 64]);
        assert!(points[0] > points[7] && (points[0] - points[56]).abs() < 0.001);
    }
}
