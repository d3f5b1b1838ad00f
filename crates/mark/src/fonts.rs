//! The fonts of marks, and words as ink: how much of each point of a picture they cover.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use kouan_terms::Diagnostic;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use crate::limits::{LETTER_MAX, POINTS_MAX, WORDS_MAX};

/// The font of the program: letters, digits and what notices are written with.
const OWN: &[u8] = include_bytes!("../fonts/KouanMark-Bold.otf");

/// From this coverage on, of 255, a point is taken for inked when ink is measured.
pub(crate) const INKED: u8 = 128;

/// The fonts that words are set in, in this order.
#[derive(Clone, Default)]
pub struct Fonts {
    given: Vec<Vec<u8>>,
    spare: Vec<Vec<u8>>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Fonts").finish_non_exhaustive()
    }
}

impl Fonts {
    /// Fonts (TrueType or OpenType, the first of a collection) that stand before the one of the
    /// program, and those asked for what neither has.
    ///
    /// # Errors
    ///
    /// LB166 when one of them cannot be read.
    pub fn new(given: Vec<Vec<u8>>, spare: Vec<Vec<u8>>) -> Result<Fonts, Diagnostic> {
        let read = |bytes: &Vec<u8>| FontRef::from_index(bytes, 0).is_ok();
        if given.iter().chain(&spare).all(read) {
            Ok(Fonts { given, spare })
        } else {
            Err(Diagnostic::error("LB166"))
        }
    }

    /// Whether the font of the program, or one that was given, has every character.
    #[must_use]
    pub fn have(&self, words: &str) -> bool {
        let fonts = self.refs();
        words.chars().all(|character| glyph(&fonts, character).is_some())
    }

    fn refs(&self) -> Vec<FontRef<'_>> {
        let given = self.given.iter().map(Vec::as_slice);
        let all = given.chain([OWN]).chain(self.spare.iter().map(Vec::as_slice));
        all.filter_map(|bytes| FontRef::from_index(bytes, 0).ok()).collect()
    }
}

fn glyph<'a, 'f>(fonts: &'a [FontRef<'f>], character: char) -> Option<(&'a FontRef<'f>, GlyphId)> {
    fonts.iter().find_map(|font| {
        let glyph = font.charmap().map(character)?;
        (glyph.to_u32() != 0).then_some((font, glyph))
    })
}

/// Words as ink, cut to what is inked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ink {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// How much of each point is covered, row by row, of 255.
    pub(crate) coverage: Vec<u8>,
    /// The height of the letters in points, measured on the ink: the tallest letter of each script,
    /// and of these the lower one. So both the AI element and the element of generation have it.
    pub(crate) letters: u32,
}

/// Sets words so large that the ink of their letters is at least so many points high.
///
/// # Errors
///
/// LB152 for characters that no font has, LB151 for letters too large to be set.
pub(crate) fn ink(words: &str, fonts: &Fonts, least: u32) -> Result<Ink, Diagnostic> {
    let refs = fonts.refs();
    let known = words.chars().map(|character| Some((character, glyph(&refs, character)?)));
    let known: Vec<_> = known.collect();
    let missing = known.iter().filter(|found| found.is_none()).count();
    if missing > 0 || known.is_empty() || known.len() > WORDS_MAX {
        return Err(Diagnostic::error("LB152").with("count", missing));
    }
    let known: Vec<_> = known.into_iter().flatten().collect();
    let mut size = least.max(1);
    // A character takes about three times the square of its size while it is set.
    let fits = |size: u32| u64::from(size).pow(2) * 3 * known.len() as u64 <= POINTS_MAX;
    while size <= LETTER_MAX && fits(size) {
        let ink = line(&known, size);
        if ink.letters >= least {
            return Ok(ink);
        }
        // The ink grows with the size; by one at least, so that this ends.
        size += (least - ink.letters).max(1);
    }
    Err(Diagnostic::error("LB151").with("height", least))
}

/// The words at a size: the side of a Chinese character, in points.
fn line(known: &[(char, (&FontRef<'_>, GlyphId))], size: u32) -> Ink {
    let side = size as usize;
    // Letters reach above and below the square of a character; accents and tails more than others.
    let (above, below) = (side + side / 4 + 2, side / 2 + 2);
    let rows = above + below;
    let columns = known.len() * (side * 3 / 2 + 2) + 2 * side;
    let mut page = vec![0_u8; rows * columns];
    let mut pen_at = side as f32 / 2.0;
    let (mut ideographs, mut others) = (0, 0);
    for (character, (font, glyph)) in known {
        let drawn = drawn(font, *glyph, size, above, rows);
        let left = pen_at.round() as usize;
        let letters = drawn.inked_rows();
        if is_ideograph(*character) {
            ideographs = letters.max(ideographs);
        } else if character.is_alphanumeric() {
            others = letters.max(others);
        }
        drawn.onto(&mut page, columns, left.saturating_sub(drawn.origin));
        pen_at += drawn.advance.clamp(0.0, 1.5 * size as f32);
    }
    let letters = [ideographs, others].into_iter().filter(|rows| *rows > 0).min().unwrap_or(0);
    cut(&page, columns, letters)
}

fn is_ideograph(character: char) -> bool {
    u32::from(character) >= 0x2E80 && character.is_alphanumeric()
}

/// One character as ink, all rows of the line high.
struct Drawn {
    width: usize,
    coverage: Vec<u8>,
    advance: f32,
    /// The column at which the pen stood.
    origin: usize,
}

impl Drawn {
    /// How many rows its ink spans.
    fn inked_rows(&self) -> u32 {
        let inked = |row: &[u8]| row.iter().any(|point| *point >= INKED);
        let mut rows = self.coverage.chunks_exact(self.width.max(1)).enumerate();
        let first = rows.find(|(_, row)| inked(row)).map(|(index, _)| index);
        let last = rows.rfind(|(_, row)| inked(row)).map(|(index, _)| index);
        let Some(first) = first else { return 0 };
        u32::try_from(last.unwrap_or(first) - first + 1).unwrap_or(0)
    }

    fn onto(&self, page: &mut [u8], columns: usize, left: usize) {
        let rows = page.chunks_exact_mut(columns.max(1));
        for (to, from) in rows.zip(self.coverage.chunks_exact(self.width.max(1))) {
            for (to, from) in to.iter_mut().skip(left).zip(from) {
                *to = (*to).max(*from);
            }
        }
    }
}

fn drawn(font: &FontRef<'_>, glyph: GlyphId, size: u32, above: usize, rows: usize) -> Drawn {
    let scale = Size::new(size as f32);
    let location = LocationRef::default();
    let side = size as usize;
    // Room for half a character on either side of its square.
    let (width, origin) = (side * 2 + 2, side / 2);
    let mut pen = Pen {
        raster: Rasterizer::new(width, rows),
        left: origin as f32,
        above: above as f32,
        most: point((width - 1) as f32, (rows - 1) as f32),
        start: point(0.0, 0.0),
        at: point(0.0, 0.0),
    };
    if let Some(outline) = font.outline_glyphs().get(glyph) {
        let _ = outline.draw(DrawSettings::unhinted(scale, location), &mut pen);
    }
    let mut coverage = vec![0_u8; width * rows];
    pen.raster.for_each_pixel(|index, covered| {
        if let Some(point) = coverage.get_mut(index) {
            *point = (covered.clamp(0.0, 1.0) * 255.0).round() as u8;
        }
    });
    let advance = font.glyph_metrics(scale, location).advance_width(glyph);
    Drawn { width, coverage, advance: advance.unwrap_or(size as f32), origin }
}

/// Takes outlines, whose y grows upwards.
struct Pen {
    raster: Rasterizer,
    left: f32,
    above: f32,
    /// Points outside are drawn at the edge: a broken font must not reach outside the page.
    most: Point,
    start: Point,
    at: Point,
}

impl Pen {
    fn place(&self, x: f32, y: f32) -> Point {
        let held =
            |value: f32, most: f32| if value.is_nan() { 0.0 } else { value.clamp(0.0, most) };
        point(held(self.left + x, self.most.x), held(self.above - y, self.most.y))
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.close();
        self.at = self.place(x, y);
        self.start = self.at;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.place(x, y);
        self.raster.draw_line(self.at, to);
        self.at = to;
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (over, to) = (self.place(cx, cy), self.place(x, y));
        self.raster.draw_quad(self.at, over, to);
        self.at = to;
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let (first, second, to) = (self.place(cx0, cy0), self.place(cx1, cy1), self.place(x, y));
        self.raster.draw_cubic(self.at, first, second, to);
        self.at = to;
    }

    fn close(&mut self) {
        if self.at != self.start {
            self.raster.draw_line(self.at, self.start);
            self.at = self.start;
        }
    }
}

/// Leaves away the rows and columns around the ink.
fn cut(page: &[u8], columns: usize, letters: u32) -> Ink {
    let rows: Vec<&[u8]> = page.chunks_exact(columns.max(1)).collect();
    let is_inked = |row: &&[u8]| row.iter().any(|point| *point > 0);
    let top = rows.iter().position(is_inked).unwrap_or(0);
    let bottom = rows.iter().rposition(is_inked).map_or(top, |last| last + 1);
    let rows = rows.get(top..bottom).unwrap_or_default();
    let first = |row: &&[u8]| row.iter().position(|point| *point > 0);
    let last = |row: &&[u8]| row.iter().rposition(|point| *point > 0);
    let left = rows.iter().filter_map(first).min().unwrap_or(0);
    let right = rows.iter().filter_map(last).max().map_or(left, |last| last + 1);
    let inside = rows.iter().flat_map(|row| row.get(left..right).unwrap_or_default());
    let coverage = inside.copied().collect();
    Ink { width: right - left, height: rows.len(), coverage, letters }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Heights of the runs of inked rows of some columns.
    fn measured(ink: &Ink, columns: std::ops::Range<usize>) -> u32 {
        let rows = ink.coverage.chunks_exact(ink.width);
        let inked = rows.map(|row| row[columns.clone()].iter().any(|point| *point >= INKED));
        let inked: Vec<bool> = inked.collect();
        let first = inked.iter().position(|row| *row).unwrap();
        let last = inked.iter().rposition(|row| *row).unwrap();
        (last - first + 1) as u32
    }

    #[test]
    fn both_elements_are_as_high_as_was_asked() {
        for least in [12, 13, 54, 200] {
            let ink = ink("AI生成", &Fonts::default(), least).unwrap();
            assert!(ink.letters >= least && ink.letters <= least + 1, "{} {least}", ink.letters);
            // The capitals stand in the first third, the ideographs in the second half.
            assert!(measured(&ink, 0..ink.width / 4) >= least);
            assert!(measured(&ink, ink.width / 2..ink.width) > least);
        }
    }

    #[test]
    fn what_no_font_has_is_refused() {
        let refused = ink("AI生成𠮷", &Fonts::default(), 12).unwrap_err();
        assert_eq!(refused.code.0, "LB152");
        assert_eq!(ink("", &Fonts::default(), 12).unwrap_err().code.0, "LB152");
        let long = "字".repeat(WORDS_MAX + 1);
        assert_eq!(ink(&long, &Fonts::default(), 12).unwrap_err().code.0, "LB152");
        assert!(Fonts::new(vec![b"no font".to_vec()], Vec::new()).is_err());
        assert!(Fonts::default().have("人工智能生成合成内容") && !Fonts::default().have("霞"));
    }
}
