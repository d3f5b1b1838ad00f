//! Pages become a file: PDF/A-2u, with the fonts in it as far as they are used.

use kouan_terms::{Day, Language};
use krilla::color::luma;
use krilla::configure::{Archival, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::{PathBuilder, Point};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};

use crate::faces::{Faces, Style};
use crate::flow::{Content, Entry, Page};
use crate::lines::{Line, Measure, Stand, lines};
use crate::pages::{Pages, Placed, Sheet};
use crate::shape::Glyph;
use crate::tables::Row;

/// What a file says of itself, and how its pages are numbered.
#[derive(Debug)]
pub(crate) struct About<'a> {
    pub(crate) title: &'a str,
    pub(crate) id: String,
    pub(crate) on: Day,
    pub(crate) language: Language,
    pub(crate) number: Style,
}

/// The width of the lines of a table.
const RULE: f32 = 0.5;
/// The part of the size by which strokes make a face bold that has no bold one.
const EMBOLDENED: f32 = 1.0 / 32.0;
/// How high the middle of an ideograph stands above the line, in parts of the size.
const MIDDLE: f32 = 0.38;
/// Where a page number stands, from the bottom of the page: as in the documents of word processors.
const NUMBER_FROM_BOTTOM: f32 = 51.0;

/// Writes pages as a file.
pub(crate) fn paint(
    faces: &Faces,
    pages: &Pages,
    page: Page,
    about: &About<'_>,
) -> Result<Vec<u8>, KrillaError> {
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    let configuration: Configuration = archival.unwrap_or_default();
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    for sheet in &pages.sheets {
        let Some(size) = PageSettings::from_wh(page.width, page.height) else { continue };
        let mut painted = document.start_page_with(size);
        let mut surface = painted.surface();
        Painter { faces, page, surface: &mut surface }.sheet(sheet, about);
        surface.finish();
        painted.finish();
    }
    let outline = outline(&mut pages.entries.iter().peekable(), 1);
    if !outline.is_empty() {
        let mut all = Outline::new();
        outline.into_iter().for_each(|node| all.push_child(node));
        document.set_outline(all);
    }
    document.set_metadata(metadata(about));
    document.finish()
}

/// No clock: the day is the one that the paper bears.
fn metadata(about: &About<'_>) -> Metadata {
    let number = |part: i8| u8::try_from(part).unwrap_or(1);
    let on = DateTime::new(u16::try_from(about.on.year()).unwrap_or(0))
        .month(number(about.on.month()))
        .day(number(about.on.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(8);
    let language = match about.language {
        Language::Zh => "zh-CN",
        Language::En => "en-GB",
    };
    Metadata::new()
        .title(about.title.to_owned())
        .language(language.to_owned())
        .creator("Kouan".to_owned())
        .document_id(about.id.clone())
        .creation_date(on)
}

/// The entries from a level on, each with those below it.
fn outline<'a>(
    entries: &mut std::iter::Peekable<impl Iterator<Item = &'a Placed<Entry>>>,
    level: u32,
) -> Vec<OutlineNode> {
    let mut nodes = Vec::new();
    while let Some(entry) = entries.next_if(|entry| entry.what.level >= level) {
        let place = XyzDestination::new(entry.sheet, Point::from_xy(0.0, entry.y));
        let mut node = OutlineNode::new(entry.what.words.replace('\n', " "), place);
        for below in outline(entries, entry.what.level + 1) {
            node.push_child(below);
        }
        nodes.push(node.with_open(entry.what.level == 1));
    }
    nodes
}

struct Painter<'a, 'b> {
    faces: &'a Faces,
    page: Page,
    surface: &'a mut Surface<'b>,
}

impl Painter<'_, '_> {
    fn sheet(&mut self, sheet: &Sheet, about: &About<'_>) {
        for placed in &sheet.pieces {
            match &placed.what.content {
                Content::Line(line) => self.line(line, placed.y, placed.what.height),
                Content::Row(row, _) => self.row(row, placed.y),
                Content::Space | Content::Break | Content::CoverEnd => {}
            }
        }
        if let Some(number) = sheet.number {
            let measure = Measure { width: self.page.column(), indent: 0.0, stand: Stand::Centre };
            let number = number.to_string();
            let y = self.page.height - NUMBER_FROM_BOTTOM - about.number.points;
            for line in lines(self.faces, &about.number, &number, measure, &mut 0) {
                self.line(&line, y, about.number.points);
            }
        }
    }

    /// Draws a line in the middle of its pitch.
    fn line(&mut self, line: &Line, top: f32, pitch: f32) {
        let y = top + pitch / 2.0 + MIDDLE * line.points;
        let mut x = self.page.left + line.x;
        let alike =
            |one: &Glyph, other: &Glyph| one.face == other.face && one.embolden == other.embolden;
        for run in line.glyphs.chunk_by(alike) {
            self.run(run, Point::from_xy(x, y), line.points);
            x += run.iter().map(|glyph| glyph.advance).sum::<f32>();
        }
    }

    /// Draws glyphs of one face.
    fn run(&mut self, run: &[Glyph], start: Point, points: f32) {
        let Some(first) = run.first() else { return };
        let Some(font) = self.faces.font(first.face) else { return };
        let mut text = String::new();
        let mut glyphs = Vec::new();
        for glyph in run {
            let at = text.len();
            text.push(glyph.character);
            glyphs.push(KrillaGlyph::new(
                GlyphId::new(glyph.glyph),
                glyph.advance / points,
                glyph.offset / points,
                0.0,
                0.0,
                at..text.len(),
                None,
            ));
        }
        self.surface.set_fill(Some(black()));
        let bolder = Stroke { width: points * EMBOLDENED, ..Stroke::default() };
        self.surface.set_stroke(first.embolden.then_some(bolder));
        self.surface.draw_glyphs(start, &glyphs, font.clone(), &text, points, false);
    }

    fn row(&mut self, row: &Row, top: f32) {
        for cell in &row.cells {
            // Words stand in the middle of their cell.
            let above = (row.height - cell.lines.len() as f32 * row.pitch) / 2.0;
            for (index, line) in cell.lines.iter().enumerate() {
                self.line(line, top + above + index as f32 * row.pitch, row.pitch);
            }
        }
        self.rules(row, top);
    }

    fn rules(&mut self, row: &Row, top: f32) {
        let mut path = PathBuilder::new();
        let (left, bottom) = (self.page.left, top + row.height);
        let right = row.cells.last().map_or(0.0, |cell| cell.x + cell.width);
        let edges = row.cells.iter().map(|cell| cell.x).chain([right]);
        for x in edges {
            path.move_to(left + x, top);
            path.line_to(left + x, bottom);
        }
        for y in [top, bottom] {
            path.move_to(left, y);
            path.line_to(left + right, y);
        }
        let Some(path) = path.finish() else { return };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke { width: RULE, ..Stroke::default() }));
        self.surface.draw_path(&path);
    }
}

fn black() -> Fill {
    Fill { paint: luma::Color::black().into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}
