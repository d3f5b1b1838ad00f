//! The fonts: which face stands for the one that a typography asks for, and which glyph of it.

use std::fmt;

use kouan_rulebook::papers::Face;
use kouan_terms::Diagnostic;
use krilla::text::Font;
use skrifa::instance::{LocationRef, Size};
use skrifa::string::StringId;
use skrifa::{FontRef, MetadataProvider as _};

use crate::limits::FONT_BYTES;

/// A font given beside those of the program.
#[derive(Clone)]
pub struct FontBytes {
    /// The name of its file, for messages.
    pub name: Box<str>,
    /// Its bytes: TrueType or OpenType.
    pub bytes: Vec<u8>,
    /// Its place in a collection, else 0.
    pub index: u32,
}

impl fmt::Debug for FontBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FontBytes").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The fonts of the program: the names that they stand for, the weight, the packed bytes.
const OWN: [(&[&str], bool, &[u8]); 4] = [
    (&["FangSong", "KaiTi", "SimSun"], false, include_bytes!("../fonts/KouanFang-Regular.ttf.zst")),
    (&["SimHei"], true, include_bytes!("../fonts/KouanHei-Bold.otf.zst")),
    (&["Times New Roman"], false, include_bytes!("../fonts/KouanSerif-Regular.ttf.zst")),
    (&["Times New Roman"], true, include_bytes!("../fonts/KouanSerif-Bold.ttf.zst")),
];

/// The font of running text, unpacked: 16,846 glyphs, for whoever sets words elsewhere.
///
/// # Errors
///
/// `FL171` when it cannot be unpacked.
pub fn body() -> Result<Vec<u8>, Diagnostic> {
    let [(_, _, packed), ..] = OWN;
    zstd::decode_all(packed).map_err(|_| Diagnostic::error("FL171").with("font", "FangSong"))
}

/// Every font at hand; those given stand first.
#[derive(Debug)]
pub(crate) struct Faces {
    held: Vec<Held>,
}

#[derive(Debug)]
struct Held {
    font: Font,
    names: Vec<String>,
    bold: bool,
    /// By code point.
    glyphs: Vec<Known>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    point: u32,
    glyph: u32,
    /// In parts of the size.
    advance: f32,
}

/// How words are set: two faces and a size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    chinese: usize,
    latin: usize,
    bold: bool,
    /// The size.
    pub(crate) points: f32,
    /// Whether the words around are Chinese, which widens quotation marks and dashes.
    pub(crate) wide: bool,
}

/// A glyph of a face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The face.
    pub(crate) face: usize,
    /// The glyph in it.
    pub(crate) glyph: u32,
    /// Its advance, in parts of the size.
    pub(crate) advance: f32,
    /// Whether it is to be drawn bolder than it is.
    pub(crate) embolden: bool,
}

impl Faces {
    pub(crate) fn new(given: &[FontBytes]) -> Result<Self, Diagnostic> {
        let unreadable = |name: &str| Diagnostic::error("FL171").with("font", name);
        let mut held = Vec::new();
        for font in given {
            let small = font.bytes.len() <= FONT_BYTES;
            let read = small.then(|| Held::read(font.bytes.clone(), font.index)).flatten();
            held.push(read.ok_or_else(|| unreadable(&font.name))?);
        }
        for (names, bold, packed) in OWN {
            let name = names.first().copied().unwrap_or_default();
            let bytes = zstd::decode_all(packed).map_err(|_| unreadable(name))?;
            let mut read = Held::read(bytes, 0).ok_or_else(|| unreadable(name))?;
            read.names = names.iter().map(|name| (*name).to_owned()).collect();
            read.bold = bold;
            held.push(read);
        }
        Ok(Self { held })
    }

    /// The style for a face, with the Latin one beside it.
    pub(crate) fn style(&self, face: &Face, latin: &Face, wide: bool) -> Style {
        let chinese = self.named(&face.face, face.bold);
        // Digits beside a bold face are bold too, or they look lost.
        let bold = face.bold || self.held.get(chinese).is_some_and(|held| held.bold);
        let latin = self.named(&latin.face, bold);
        Style { chinese, latin, bold: face.bold, points: points(face.points), wide }
    }

    /// The face of a name, of that weight when there is one; else the first of ours.
    fn named(&self, name: &str, bold: bool) -> usize {
        let asked = alternative(name);
        let is = |held: &Held| held.names.iter().any(|held| held == name || Some(&**held) == asked);
        let all = || self.held.iter().enumerate().filter(|(_, held)| is(held));
        let found = all().find(|(_, held)| held.bold == bold).or_else(|| all().next());
        let first = self.held.len().saturating_sub(OWN.len());
        found.map_or(first, |(index, _)| index)
    }

    /// The glyph for a character: of the face it belongs to, else of any that has it.
    pub(crate) fn find(&self, style: &Style, character: char, western: bool) -> Option<Found> {
        let order =
            if western { [style.latin, style.chinese] } else { [style.chinese, style.latin] };
        let all = order.into_iter().chain(0..self.held.len());
        all.into_iter().find_map(|face| {
            let held = self.held.get(face)?;
            let known = held.find(character)?;
            Some(Found {
                face,
                glyph: known.glyph,
                advance: known.advance,
                embolden: style.bold && !held.bold,
            })
        })
    }

    pub(crate) fn font(&self, face: usize) -> Option<&Font> {
        self.held.get(face).map(|held| &held.font)
    }
}

impl Held {
    fn read(bytes: Vec<u8>, index: u32) -> Option<Held> {
        let reference = FontRef::from_index(&bytes, index).ok()?;
        let units =
            f32::from(reference.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let metrics = reference.glyph_metrics(Size::unscaled(), LocationRef::default());
        let known = |(point, glyph): (u32, skrifa::GlyphId)| Known {
            point,
            glyph: glyph.to_u32(),
            advance: metrics.advance_width(glyph).unwrap_or(0.0) / units,
        };
        let mut glyphs: Vec<Known> = reference.charmap().mappings().map(known).collect();
        glyphs.sort_unstable_by_key(|known| known.point);
        let names = [StringId::FAMILY_NAME, StringId::TYPOGRAPHIC_FAMILY_NAME];
        let names = names.into_iter().flat_map(|id| reference.localized_strings(id));
        let names = names.map(|name| name.to_string()).collect();
        let bold = reference.attributes().weight.value() >= 600.0;
        let font = Font::new(bytes.into(), index)?;
        Some(Held { font, names, bold, glyphs })
    }

    fn find(&self, character: char) -> Option<Known> {
        let point = u32::from(character);
        let at = self.glyphs.binary_search_by_key(&point, |known| known.point).ok()?;
        self.glyphs.get(at).copied().filter(|known| known.glyph != 0)
    }
}

/// The name of a face in Chinese.
fn alternative(name: &str) -> Option<&'static str> {
    match name {
        "FangSong" => Some("仿宋"),
        "SimHei" => Some("黑体"),
        "KaiTi" => Some("楷体"),
        "SimSun" => Some("宋体"),
        _ => None,
    }
}

/// A length in points as the drawing library counts.
#[expect(clippy::cast_possible_truncation, reason = "a length on a page needs no more")]
pub(crate) fn points(length: f64) -> f32 {
    length as f32
}
