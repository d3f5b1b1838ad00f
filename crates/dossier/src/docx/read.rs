//! Reads a DOCX back: its text line by line, what it looks like, and what does not belong there.

use kouan_terms::Diagnostic;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{Member, unpack};
use super::effective::{ParagraphProperties, RunProperties, Style, Styles};
use crate::limits;

/// A document, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadDocument {
    /// Its lines, those without words left out.
    pub lines: Vec<ReadLine>,
    /// Of each section: width, height and the upper, lower, left and right margin, in twentieths
    /// of a point.
    pub pages: Vec<[i64; 6]>,
    /// Whether a footer or header shows the number of the page.
    pub has_page_number: bool,
    /// Rows of tables, with how many of them repeat on the next page and may not be broken.
    pub tables: Vec<ReadTable>,
    /// What does not belong in a paper for an authority: macros, embedded objects, tracked changes.
    pub remarks: Vec<Diagnostic>,
}

/// A table, as far as its look is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadTable {
    /// Its rows.
    pub rows: usize,
    /// Rows that stand again on every page.
    pub repeated: usize,
    /// Rows that the end of a page may not break.
    pub unbroken: usize,
}

/// One line: a paragraph, in a table or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadLine {
    /// Its words.
    pub text: String,
    /// The name of its style.
    pub style: Option<String>,
    /// Its level in the outline, from 1, for a heading.
    pub level: Option<u32>,
    /// Whether it stands in a table.
    pub in_table: bool,
    /// The line pitch in twentieths of a point, when it is fixed.
    pub exact_line: Option<i64>,
    /// The indent of its first line, in hundredths of a character.
    pub first_line_chars: i64,
    /// The faces of its runs, each once.
    pub faces: Vec<ReadFace>,
}

/// What a run looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadFace {
    /// The font of Chinese characters.
    pub east_asia: String,
    /// The font of Latin letters and digits.
    pub ascii: String,
    /// The size in halves of a point.
    pub half_points: i64,
    /// Whether it is bold.
    pub bold: bool,
    /// Whether the run has Chinese characters.
    pub has_chinese: bool,
    /// Whether the run has Latin letters or digits.
    pub has_latin: bool,
}

/// Reads a DOCX.
///
/// # Errors
///
/// As for [`unpack`]; `FL145` no Word document · `FL146` XML that cannot be read, nests too deep or
/// declares entities · `FL147` too many or too long paragraphs.
pub fn read(file: &str, bytes: &[u8]) -> Result<ReadDocument, Diagnostic> {
    let members = unpack(file, bytes)?;
    let part = |name: &str| members.iter().find(|member| member.name == name);
    let find = |code| Diagnostic::error(code).with("file", file);
    let Some(document) = part("word/document.xml") else { return Err(find("FL145")) };
    let mut styles = Styles::default();
    if let Some(part) = part("word/styles.xml") {
        StyleReader::new(&mut styles).all(&part.bytes).map_err(find)?;
    }
    let mut body = BodyReader::new(&styles);
    body.all(&document.bytes).map_err(find)?;
    let BodyReader { mut read, seen, .. } = body;
    let feet = members.iter().filter(|member| is_foot(&member.name));
    for foot in feet {
        let mut body = BodyReader::new(&styles);
        body.all(&foot.bytes).map_err(find)?;
        read.has_page_number |= body.read.has_page_number;
    }
    remarks(file, &members, seen, &mut read.remarks);
    Ok(read)
}

fn is_foot(name: &str) -> bool {
    (name.starts_with("word/footer") || name.starts_with("word/header")) && name.ends_with(".xml")
}

/// What the members and the body show that does not belong there.
fn remarks(file: &str, members: &[Member], seen: Seen, found: &mut Vec<Diagnostic>) {
    let mut find = |code, count: usize| {
        if count > 0 {
            found.push(Diagnostic::error(code).with("file", file).with("count", count));
        }
    };
    let named = |test: fn(&str) -> bool| members.iter().filter(|m| test(&m.name)).count();
    let is_macro = |name: &str| name.ends_with("vbaProject.bin") || name.ends_with("vbaData.xml");
    find("FL140", named(is_macro));
    let is_object = |name: &str| {
        name.contains("/embeddings/") || name.contains("/activeX/") || name.contains("/afchunk")
    };
    find("FL141", named(is_object).max(seen.objects));
    find("FL142", seen.changes);
    let outside = members.iter().filter(|member| member.name.ends_with(".rels")).filter(|member| {
        let text = String::from_utf8_lossy(&member.bytes);
        // A hyperlink may lead outside; a template, an image or an object may not.
        text.split("<Relationship ").any(|relation| {
            relation.contains("TargetMode=\"External\"") && !relation.contains("/hyperlink\"")
        })
    });
    find("FL143", outside.count());
    find("FL144", seen.hidden);
}

/// What was met in the body.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    objects: usize,
    changes: usize,
    hidden: usize,
}

/// One step through XML: an element begins, ends, or words stand there.
enum Step<'a> {
    Start(&'a str, &'a BytesStart<'a>),
    End(&'a str),
    Words(&'a str),
}

/// Walks through XML and hands over every step; the code of what is wrong comes back.
fn walk(
    bytes: &[u8],
    mut step: impl FnMut(Step<'_>) -> Result<(), &'static str>,
) -> Result<(), &'static str> {
    const BROKEN: &str = "FL146";
    let text = std::str::from_utf8(bytes).map_err(|_| BROKEN)?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    reader.config_mut().check_end_names = true;
    let mut depth: usize = 0;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(start) => {
                depth += 1;
                if depth > limits::XML_DEPTH {
                    return Err(BROKEN);
                }
                let name = local(start.name().as_ref()).to_owned();
                step(Step::Start(&name, &start))?;
            }
            Event::Empty(start) => {
                let name = local(start.name().as_ref()).to_owned();
                step(Step::Start(&name, &start))?;
                step(Step::End(&name))?;
            }
            Event::End(end) => {
                depth = depth.checked_sub(1).ok_or(BROKEN)?;
                let name = local(end.name().as_ref()).to_owned();
                step(Step::End(&name))?;
            }
            Event::Text(words) => step(Step::Words(&words))?,
            Event::CData(words) => step(Step::Words(&words))?,
            Event::GeneralRef(entity) => {
                let c = entity.resolve_char_ref().map_err(|_| BROKEN)?;
                let words = match (c, &*entity) {
                    (Some(c), _) => c.to_string(),
                    (None, "amp") => "&".to_owned(),
                    (None, "lt") => "<".to_owned(),
                    (None, "gt") => ">".to_owned(),
                    (None, "quot") => "\"".to_owned(),
                    (None, "apos") => "'".to_owned(),
                    _ => return Err(BROKEN),
                };
                step(Step::Words(&words))?;
            }
            // A document type can declare entities that grow without end.
            Event::DocType(_) => return Err(BROKEN),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    if depth == 0 { Ok(()) } else { Err(BROKEN) }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    start.attributes().flatten().find(|held| local(held.key.as_ref()) == name).map(|held| {
        held.value
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    })
}

fn whole(start: &BytesStart<'_>, name: &str) -> Option<i64> {
    attribute(start, name)?.parse().ok()
}

/// On, unless the value says otherwise.
fn toggle(start: &BytesStart<'_>) -> bool {
    !matches!(attribute(start, "val").as_deref(), Some("0" | "false" | "off"))
}

/// Takes a property of a run from an element.
fn run_property(run: &mut RunProperties, name: &str, start: &BytesStart<'_>) {
    match name {
        "rFonts" => {
            run.east_asia = attribute(start, "eastAsia").or(run.east_asia.take());
            run.ascii = attribute(start, "ascii").or(run.ascii.take());
        }
        "sz" => run.half_points = whole(start, "val").or(run.half_points),
        "b" => run.bold = Some(toggle(start)),
        "vanish" => run.hidden = Some(toggle(start)),
        "rStyle" => run.style = attribute(start, "val"),
        _ => {}
    }
}

/// Takes a property of a paragraph from an element.
fn paragraph_property(paragraph: &mut ParagraphProperties, name: &str, start: &BytesStart<'_>) {
    match name {
        "pStyle" => paragraph.style = attribute(start, "val"),
        "spacing" => {
            paragraph.line = whole(start, "line").or(paragraph.line);
            paragraph.rule = attribute(start, "lineRule").or(paragraph.rule.take());
        }
        "ind" => {
            paragraph.first_line_chars =
                whole(start, "firstLineChars").or(paragraph.first_line_chars);
            paragraph.first_line = whole(start, "firstLine").or(paragraph.first_line);
        }
        "outlineLvl" => paragraph.outline = whole(start, "val"),
        _ => {}
    }
}

struct StyleReader<'a> {
    styles: &'a mut Styles,
    style: Option<Style>,
    defaults: bool,
    in_run: bool,
    in_paragraph: bool,
}

impl<'a> StyleReader<'a> {
    fn new(styles: &'a mut Styles) -> StyleReader<'a> {
        StyleReader { styles, style: None, defaults: false, in_run: false, in_paragraph: false }
    }

    fn all(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        walk(bytes, |step| {
            match step {
                Step::Start(name, start) => self.start(name, start),
                Step::End(name) => self.end(name),
                Step::Words(_) => {}
            }
            Ok(())
        })
    }

    fn start(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "docDefaults" => self.defaults = true,
            "style" => {
                self.style = Some(Style {
                    id: attribute(start, "styleId").unwrap_or_default(),
                    is_default: attribute(start, "default")
                        .is_some_and(|v| v == "1" || v == "true"),
                    is_paragraph: attribute(start, "type").is_none_or(|kind| kind == "paragraph"),
                    ..Style::default()
                });
            }
            "name" | "basedOn" => {
                let value = attribute(start, "val");
                match (&mut self.style, name) {
                    (Some(style), "name") => style.name = value.unwrap_or_default(),
                    (Some(style), _) => style.based_on = value,
                    (None, _) => {}
                }
            }
            "rPr" => self.in_run = true,
            "pPr" => self.in_paragraph = true,
            _ => {
                let (run, paragraph) = match &mut self.style {
                    Some(style) => (&mut style.run, &mut style.paragraph),
                    None if self.defaults => (&mut self.styles.run, &mut self.styles.paragraph),
                    None => return,
                };
                if self.in_run {
                    run_property(run, name, start);
                } else if self.in_paragraph {
                    paragraph_property(paragraph, name, start);
                }
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "docDefaults" => self.defaults = false,
            "rPr" => self.in_run = false,
            "pPr" => self.in_paragraph = false,
            "style" => {
                if let Some(style) = self.style.take() {
                    self.styles.styles.insert(style.id.clone(), style);
                }
            }
            _ => {}
        }
    }
}

struct BodyReader<'a> {
    styles: &'a Styles,
    read: ReadDocument,
    seen: Seen,
    /// Paragraphs that are open: one may stand inside another, in a text box.
    open: Vec<Open>,
    in_text: bool,
    in_code: bool,
    deleted: usize,
    tables: Vec<ReadTable>,
    changes_in: usize,
}

#[derive(Default)]
struct Open {
    text: String,
    paragraph: ParagraphProperties,
    in_properties: bool,
    run: Option<RunProperties>,
    in_run_properties: bool,
    runs: Vec<(RunProperties, String)>,
}

impl<'a> BodyReader<'a> {
    fn new(styles: &'a Styles) -> BodyReader<'a> {
        BodyReader {
            styles,
            read: ReadDocument::default(),
            seen: Seen::default(),
            open: Vec::new(),
            in_text: false,
            in_code: false,
            deleted: 0,
            tables: Vec::new(),
            changes_in: 0,
        }
    }

    fn all(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        walk(bytes, |step| match step {
            Step::Start(name, start) => {
                self.start(name, start);
                Ok(())
            }
            Step::End(name) => self.end(name),
            Step::Words(words) => self.words(words),
        })
    }

    fn start(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "p" => self.open.push(Open::default()),
            "tbl" => self.tables.push(ReadTable::default()),
            "tr" => self.row(|table| table.rows += 1),
            "tblHeader" if toggle(start) => self.row(|table| table.repeated += 1),
            "cantSplit" if toggle(start) => self.row(|table| table.unbroken += 1),
            "t" => self.in_text = true,
            "instrText" => self.in_code = true,
            "fldSimple" => {
                let code = attribute(start, "instr").unwrap_or_default();
                self.read.has_page_number |= is_page(&code);
            }
            "br" | "cr" | "tab" => self.text(if name == "tab" { "\t" } else { "\n" }),
            "ins" | "moveTo" => self.seen.changes += 1,
            "del" | "moveFrom" => {
                self.seen.changes += 1;
                self.deleted += 1;
            }
            "pPrChange" | "rPrChange" | "sectPrChange" | "tblPrChange" | "trPrChange"
            | "tcPrChange" => {
                self.seen.changes += 1;
                self.changes_in += 1;
            }
            "object" | "OLEObject" | "altChunk" | "control" => self.seen.objects += 1,
            "sectPr" if self.changes_in == 0 => self.read.pages.push([0; 6]),
            "pgSz" | "pgMar" if self.changes_in == 0 => self.page(name, start),
            _ => self.property(name, start),
        }
    }

    fn row(&mut self, change: impl FnOnce(&mut ReadTable)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    fn page(&mut self, name: &str, start: &BytesStart<'_>) {
        let Some(page) = self.read.pages.last_mut() else { return };
        let names: [&str; 6] = match name {
            "pgSz" => ["w", "h", "", "", "", ""],
            _ => ["", "", "top", "bottom", "left", "right"],
        };
        for (slot, name) in page.iter_mut().zip(names) {
            if let Some(value) = whole(start, name).filter(|_| !name.is_empty()) {
                *slot = value;
            }
        }
    }

    fn property(&mut self, name: &str, start: &BytesStart<'_>) {
        // What a tracked change replaced is no property of the text.
        if self.changes_in > 0 {
            return;
        }
        let Some(open) = self.open.last_mut() else { return };
        match name {
            "pPr" => open.in_properties = true,
            "r" => open.run = Some(RunProperties::default()),
            "rPr" => open.in_run_properties = true,
            // The properties of the mark at the end of a paragraph are those of no text.
            _ if open.in_run_properties && open.in_properties => {}
            _ if open.in_run_properties => {
                if let Some(run) = &mut open.run {
                    run_property(run, name, start);
                }
            }
            _ if open.in_properties => paragraph_property(&mut open.paragraph, name, start),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), &'static str> {
        match name {
            "p" => {
                if let Some(open) = self.open.pop() {
                    self.close(open)?;
                }
            }
            "tbl" => {
                if let Some(table) = self.tables.pop() {
                    self.read.tables.push(table);
                }
            }
            "t" => self.in_text = false,
            "instrText" => self.in_code = false,
            "del" | "moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            "pPrChange" | "rPrChange" | "sectPrChange" | "tblPrChange" | "trPrChange"
            | "tcPrChange" => self.changes_in = self.changes_in.saturating_sub(1),
            "pPr" | "r" | "rPr" if self.changes_in == 0 => {
                if let Some(open) = self.open.last_mut() {
                    match name {
                        "pPr" => open.in_properties = false,
                        "rPr" => open.in_run_properties = false,
                        _ => open.run = None,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn words(&mut self, words: &str) -> Result<(), &'static str> {
        if self.in_code {
            self.read.has_page_number |= is_page(words);
        } else if self.in_text && self.deleted == 0 {
            self.text(words);
            let too_long = self
                .open
                .last()
                .is_some_and(|open| open.text.len() > limits::PARAGRAPH_CHARACTERS * 4);
            if too_long {
                return Err("FL147");
            }
        }
        Ok(())
    }

    fn text(&mut self, words: &str) {
        let Some(open) = self.open.last_mut() else { return };
        let Some(run) = &open.run else { return };
        let own = self.styles.run(run, open.paragraph.style.as_deref());
        if own.hidden == Some(true) {
            self.seen.hidden += 1;
        }
        open.text.push_str(words);
        match open.runs.last_mut() {
            Some((held, text)) if *held == own => text.push_str(words),
            _ => open.runs.push((own, words.to_owned())),
        }
    }

    fn close(&mut self, open: Open) -> Result<(), &'static str> {
        if open.text.trim().is_empty() {
            return Ok(());
        }
        if self.read.lines.len() >= limits::PARAGRAPHS {
            return Err("FL147");
        }
        let effective = self.styles.paragraph(&open.paragraph);
        let exact = effective.rule.as_deref() == Some("exact");
        let mut faces: Vec<ReadFace> = Vec::new();
        for (run, text) in &open.runs {
            let face = ReadFace {
                east_asia: run.east_asia.clone().unwrap_or_default(),
                ascii: run.ascii.clone().unwrap_or_default(),
                half_points: run.half_points.unwrap_or(20),
                bold: run.bold.unwrap_or(false),
                has_chinese: text.chars().any(is_chinese),
                has_latin: text.chars().any(|c| c.is_ascii_alphanumeric()),
            };
            if !faces.contains(&face) {
                faces.push(face);
            }
        }
        let name = open.paragraph.style.as_deref().and_then(|id| self.styles.name(id));
        let outline = effective.outline.filter(|level| (0..9).contains(level));
        self.read.lines.push(ReadLine {
            style: name.map(str::to_owned).or(open.paragraph.style),
            level: outline.and_then(|level| u32::try_from(level + 1).ok()),
            in_table: !self.tables.is_empty(),
            exact_line: effective.line.filter(|_| exact),
            first_line_chars: effective.first_line_chars.unwrap_or(0),
            faces,
            text: open.text,
        });
        Ok(())
    }
}

/// Whether a field's code shows the number of the page.
fn is_page(code: &str) -> bool {
    code.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("PAGE"))
}

/// Whether a character is Chinese.
pub(crate) fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}
