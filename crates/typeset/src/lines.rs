//! Glyphs become lines: as many as fit, then spread over the width.

use crate::faces::{Faces, Style};
use crate::limits::WIDEST_STRETCH;
use crate::shape::{Glyph, Kind, shape};

/// A line, ready to be drawn.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// Its glyphs from left to right.
    pub(crate) glyphs: Vec<Glyph>,
    /// Where it begins, from the left of its column.
    pub(crate) x: f32,
    /// The size.
    pub(crate) points: f32,
}

/// Where lines stand in their column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stand {
    /// From edge to edge, the last one at the left.
    Justified,
    Left,
    Centre,
    Right,
}

/// A column for lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    /// Its width.
    pub(crate) width: f32,
    /// The indent of the first line.
    pub(crate) indent: f32,
    /// Where lines stand.
    pub(crate) stand: Stand,
}

/// Sets words in lines; a line break in them is one on the page.
///
/// Characters that no font holds are left out and counted.
pub(crate) fn lines(
    faces: &Faces,
    style: &Style,
    words: &str,
    measure: Measure,
    missing: &mut usize,
) -> Vec<Line> {
    let mut lines = Vec::new();
    for part in words.split('\n') {
        let glyphs = shape(faces, style, part, missing);
        let mut rest = glyphs.as_slice();
        let mut indent = measure.indent;
        loop {
            let count = fitting(rest, measure.width - indent, style.points);
            let (line, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
            rest = without_spaces(after);
            lines.push(placed(line, measure, indent, rest.is_empty(), style.points));
            if rest.is_empty() {
                break;
            }
            indent = 0.0;
        }
    }
    lines
}

fn without_spaces(glyphs: &[Glyph]) -> &[Glyph] {
    let spaces = glyphs.iter().take_while(|glyph| glyph.kind == Kind::Space).count();
    glyphs.get(spaces..).unwrap_or_default()
}

/// How many glyphs fit: up to the last place where a line may end; where there is none, a long word
/// is broken.
fn fitting(glyphs: &[Glyph], room: f32, points: f32) -> usize {
    let (mut used, mut legal, mut possible) = (0.0, 0, 0);
    let mut before: Option<&Glyph> = None;
    for (count, glyph) in glyphs.iter().enumerate() {
        if count > 0 && glyph.begins {
            legal = count;
        }
        if before.is_some_and(Glyph::parts_long_words) {
            possible = count;
        }
        used += glyph.advance;
        // A hair of room, so that twenty characters fit in the width of twenty.
        if used - glyph.blank_at_end(points) > room + 0.01 {
            return [legal, possible, count].into_iter().find(|count| *count > 0).unwrap_or(1);
        }
        before = Some(glyph);
    }
    glyphs.len()
}

fn placed(glyphs: &[Glyph], measure: Measure, indent: f32, last: bool, points: f32) -> Line {
    let mut glyphs = glyphs.to_vec();
    while glyphs.last().is_some_and(|glyph| glyph.kind == Kind::Space) {
        glyphs.pop();
    }
    if let Some(end) = glyphs.last_mut() {
        end.advance -= end.blank_at_end(points);
    }
    let width: f32 = glyphs.iter().map(|glyph| glyph.advance).sum();
    let slack = measure.width - indent - width;
    let x = match measure.stand {
        Stand::Justified => {
            if !last {
                stretch(&mut glyphs, slack, points);
            }
            indent
        }
        Stand::Left => indent,
        Stand::Centre => (slack / 2.0).max(0.0),
        Stand::Right => slack.max(0.0),
    };
    Line { glyphs, x, points }
}

/// Spreads what is left of a line over its gaps, evenly.
fn stretch(glyphs: &mut [Glyph], slack: f32, points: f32) {
    let after = glyphs.iter().skip(1).copied().collect::<Vec<_>>();
    let gap = |(glyph, next): (&Glyph, &Glyph)| glyph.stretches_before(next);
    let gaps = glyphs.iter().zip(&after).filter(|pair| gap(*pair)).count();
    let each = slack / gaps.max(1) as f32;
    if slack <= 0.0 || each > WIDEST_STRETCH * points {
        return;
    }
    for (glyph, next) in glyphs.iter_mut().zip(&after) {
        if glyph.stretches_before(next) {
            glyph.advance += each;
        }
    }
}
