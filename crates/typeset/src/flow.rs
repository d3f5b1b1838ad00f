//! A document becomes pieces one below the other: lines, rows of tables, room between.

use kouan_dossier::document::{Align, Block, Document, Paragraph, Run, Table, prefix};
use kouan_rulebook::papers::{Face, Typography};
use kouan_terms::Language;

use crate::faces::{Faces, Style, points};
use crate::lines::{Line, Measure, Stand, lines};
use crate::tables::{Row, Rows};

/// The size of A4 in points.
const A4: (f32, f32) = (595.28, 841.89);

/// A page: its size and where its column stands, in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    pub(crate) left: f32,
    pub(crate) right: f32,
}

impl Page {
    fn of(typography: &Typography) -> Page {
        let of = |millimetres: f64| points(millimetres / 25.4 * 72.0);
        let page = &typography.page;
        Page {
            width: A4.0,
            height: A4.1,
            top: of(page.top_mm),
            bottom: of(page.bottom_mm),
            left: of(page.left_mm),
            right: of(page.right_mm),
        }
    }

    /// The width of its column.
    pub(crate) fn column(&self) -> f32 {
        self.width - self.left - self.right
    }

    /// The height of its column.
    pub(crate) fn room(&self) -> f32 {
        self.height - self.top - self.bottom
    }
}

/// A piece of the column; it stands on one page.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// Its height.
    pub(crate) height: f32,
    /// Whether it stays with the piece below.
    pub(crate) keep: bool,
    /// What it is.
    pub(crate) content: Content,
    /// The place in the table of contents that begins here.
    pub(crate) entry: Option<Entry>,
}

/// What a piece is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A line of words.
    Line(Line),
    /// A row of a table, by the number of the table; `None` for its head.
    Row(Row, Option<usize>),
    /// Room.
    Space,
    /// The end of a page.
    Break,
    /// The end of the cover: from here on pages count.
    CoverEnd,
}

/// An entry of the table of contents.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its level, from 1.
    pub(crate) level: u32,
    /// Its words.
    pub(crate) words: String,
}

/// A document in pieces.
#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) pieces: Vec<Piece>,
    /// The head of every table.
    pub(crate) heads: Vec<Row>,
    pub(crate) page: Page,
    /// How page numbers are set.
    pub(crate) number: Style,
    /// How many characters no font holds.
    pub(crate) missing: usize,
}

/// Cuts a document in one language into pieces.
pub(crate) fn flow(
    faces: &Faces,
    document: &Document,
    typography: &Typography,
    language: Language,
) -> Flow {
    let page = Page::of(typography);
    let number = faces.style(&typography.page_number, &typography.page_number, false);
    let flow = Flow { pieces: Vec::new(), heads: Vec::new(), page, number, missing: 0 };
    let mut setter = Setter { faces, typography, language, flow };
    let mut blocks = document.blocks.as_slice();
    if let [cover @ Block::Cover { .. }, rest @ ..] = blocks {
        setter.block(cover);
        setter.push(0.0, Content::CoverEnd);
        blocks = rest.strip_prefix(&[Block::PageBreak]).unwrap_or(rest);
    }
    for block in blocks {
        setter.block(block);
    }
    setter.flow
}

/// Room above and below a title.
const AROUND_TITLE: f32 = 12.0;
/// Room above and below the title of a cover.
const AROUND_COVER_TITLE: f32 = 170.0;
/// Room below a table.
const BELOW_TABLE: f32 = 8.0;
/// The indent of a signature.
const SIGNATURE_INDENT: f32 = 180.0;

struct Setter<'a> {
    faces: &'a Faces,
    typography: &'a Typography,
    language: Language,
    flow: Flow,
}

impl Setter<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Cover { title, lines } => {
                self.title(title.in_language(self.language), AROUND_COVER_TITLE);
                for line in lines {
                    let words = self.words(line);
                    self.body(&words, Stand::Centre, 0.0, false);
                }
            }
            Block::Title(title) => self.title(title.in_language(self.language), AROUND_TITLE),
            Block::Heading { level, number, runs, .. } => {
                let number = prefix(number.in_language(self.language));
                let words = format!("{number}{}", self.words(runs));
                self.heading(*level, words);
            }
            Block::Paragraph(paragraph) => self.paragraph(paragraph),
            Block::Table(table) => self.table(table),
            Block::Signature { lines, .. } => self.signature(lines),
            Block::PageBreak => self.push(0.0, Content::Break),
        }
    }

    fn words(&self, runs: &[Run]) -> String {
        runs.iter().map(|run| run.text.in_language(self.language)).collect()
    }

    fn style(&self, face: &Face) -> Style {
        self.faces.style(face, &self.typography.latin, self.language == Language::Zh)
    }

    fn push(&mut self, height: f32, content: Content) {
        let keep = matches!(content, Content::Space);
        self.flow.pieces.push(Piece { height, keep, content, entry: None });
    }

    fn title(&mut self, words: &str, around: f32) {
        let style = self.style(&self.typography.title);
        let pitch = points(self.typography.line_pitch_points).max(style.points * 1.4);
        self.push(around, Content::Space);
        let lines = self.lines(&style, words, Stand::Centre, 0.0);
        self.together(lines, pitch);
        self.push(around, Content::Space);
    }

    fn heading(&mut self, level: u32, words: String) {
        let index = usize::try_from(level).unwrap_or(1).saturating_sub(1);
        let face = self.typography.headings.get(index).unwrap_or(&self.typography.body);
        // The faces that tell headings apart are Chinese; in the companion weight does it.
        let bold = face.bold || self.language == Language::En;
        let style = self.style(&Face { bold, ..face.clone() });
        let lines = self.lines(&style, &words, Stand::Left, self.indent());
        let first = self.flow.pieces.len();
        self.together(lines, points(self.typography.line_pitch_points));
        if let Some(piece) = self.flow.pieces.get_mut(first) {
            piece.entry = Some(Entry { level, words });
        }
    }

    fn indent(&self) -> f32 {
        let chars = f64::from(self.typography.first_line_indent_chars);
        points(self.typography.body.points * chars)
    }

    fn paragraph(&mut self, paragraph: &Paragraph) {
        let words = self.words(&paragraph.runs);
        if words.is_empty() {
            return;
        }
        let (stand, indent) = match paragraph.align {
            Some(Align::Right) => (Stand::Right, 0.0),
            Some(Align::Centre) => (Stand::Centre, 0.0),
            None if paragraph.plain => (self.justified(), 0.0),
            None => (self.justified(), self.indent()),
        };
        self.body(&words, stand, indent, true);
    }

    /// Chinese runs from edge to edge; English without hyphenation would show holes.
    fn justified(&self) -> Stand {
        if self.language == Language::Zh { Stand::Justified } else { Stand::Left }
    }

    fn lines(&mut self, style: &Style, words: &str, stand: Stand, indent: f32) -> Vec<Line> {
        let measure = Measure { width: self.flow.page.column(), indent, stand };
        lines(self.faces, style, words, measure, &mut self.flow.missing)
    }

    /// Lines of the body. Neither the first nor the last line of a paragraph stands alone.
    fn body(&mut self, words: &str, stand: Stand, indent: f32, paragraph: bool) {
        let style = self.style(&self.typography.body);
        let pitch = points(self.typography.line_pitch_points);
        let lines = self.lines(&style, words, stand, indent);
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let keep = paragraph && (index == 0 || index + 2 == count) && index + 1 < count;
            let content = Content::Line(line);
            self.flow.pieces.push(Piece { height: pitch, keep, content, entry: None });
        }
    }

    /// Lines that stay together and with what follows.
    fn together(&mut self, lines: Vec<Line>, pitch: f32) {
        for line in lines {
            let content = Content::Line(line);
            self.flow.pieces.push(Piece { height: pitch, keep: true, content, entry: None });
        }
    }

    /// Seal and signature stay on one page.
    fn signature(&mut self, signed: &[Vec<Run>]) {
        let style = self.style(&self.typography.body);
        let pitch = points(self.typography.line_pitch_points);
        let width = self.flow.page.column() - SIGNATURE_INDENT;
        let measure = Measure { width, indent: 0.0, stand: Stand::Left };
        let mut all = Vec::new();
        for runs in signed {
            let words = self.words(runs);
            all.extend(lines(self.faces, &style, &words, measure, &mut self.flow.missing));
        }
        all.iter_mut().for_each(|line| line.x += SIGNATURE_INDENT);
        self.together(all, pitch);
        if let Some(last) = self.flow.pieces.last_mut() {
            last.keep = false;
        }
    }

    fn table(&mut self, table: &Table) {
        let style = self.style(&self.typography.table);
        if !table.caption.is_empty() {
            let words = self.words(&table.caption);
            let lines = self.lines(&style, &words, Stand::Centre, 0.0);
            self.together(lines, points(self.typography.line_pitch_points));
        }
        let bold = self.typography.header_bold;
        let head = self.style(&Face { bold, ..self.typography.table.clone() });
        let rows = Rows {
            faces: self.faces,
            language: self.language,
            style,
            head,
            pitch: points(self.typography.table_pitch_points),
            page: self.flow.page,
        };
        let (head, rows) = rows.of(table, &mut self.flow.missing);
        let number = self.flow.heads.len();
        self.flow.heads.push(head.clone());
        let mut piece = |row: Row, keep, table| {
            let height = row.height;
            let content = Content::Row(row, table);
            self.flow.pieces.push(Piece { height, keep, content, entry: None });
        };
        piece(head, !rows.is_empty(), None);
        // No row stands alone at the foot or at the head of a page.
        let last = rows.len().saturating_sub(1);
        for (index, row) in rows.into_iter().enumerate() {
            piece(row, index < last && (index == 0 || index + 1 == last), Some(number));
        }
        let content = Content::Space;
        self.flow.pieces.push(Piece { height: BELOW_TABLE, keep: false, content, entry: None });
    }
}
