//! The body of a DOCX: paragraphs and tables, in one language.

use std::fmt::Write as _;

use kouan_rulebook::papers::Typography;
use kouan_terms::{Diagnostic, Language};

use super::archive::{Member, pack};
use super::parts;
use super::xml::{escape, half_points, twips, twips_of_mm};
use crate::document::{Align, Block, Document, Paragraph, Run, Table, widths};

/// Writes a document in one language as DOCX; the same document gives the same bytes.
///
/// # Errors
///
/// `FL130` when the archive cannot be made.
pub fn write(
    document: &Document,
    typography: &Typography,
    language: Language,
) -> Result<Vec<u8>, Diagnostic> {
    let title = document.title.in_language(language);
    let member =
        |name: &str, text: String| Member { name: name.to_owned(), bytes: text.into_bytes() };
    pack(&[
        member("[Content_Types].xml", parts::content_types()),
        member("_rels/.rels", parts::package_relations()),
        member("docProps/core.xml", parts::properties(title, language)),
        member("word/document.xml", body(document, typography, language)),
        member("word/_rels/document.xml.rels", parts::document_relations()),
        member("word/styles.xml", parts::styles(typography, language)),
        member("word/settings.xml", parts::settings()),
        member("word/fontTable.xml", parts::fonts(typography)),
        member("word/footer1.xml", parts::footer(typography)),
    ])
}

/// A section's page: its footer, size, margins and how its pages count.
fn section(typography: &Typography, footer: &str, numbers: &str) -> String {
    let page = &typography.page;
    format!(
        "<w:sectPr>{footer}<w:pgSz w:w=\"{}\" w:h=\"{}\"/>\
         <w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" \
         w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/>{numbers}</w:sectPr>",
        A4.0,
        A4.1,
        twips_of_mm(page.top_mm),
        twips_of_mm(page.right_mm),
        twips_of_mm(page.bottom_mm),
        twips_of_mm(page.left_mm),
    )
}

struct Body<'a> {
    out: String,
    typography: &'a Typography,
    language: Language,
    /// The width between the margins, in twentieths of a point.
    width: i64,
}

/// The size of A4, in twentieths of a point.
const A4: (i64, i64) = (11_906, 16_838);

fn body(document: &Document, typography: &Typography, language: Language) -> String {
    let page = &typography.page;
    let (left, right) = (twips_of_mm(page.left_mm), twips_of_mm(page.right_mm));
    let width = A4.0 - left - right;
    let mut body = Body { out: String::new(), typography, language, width };
    let _ = write!(
        body.out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <w:document xmlns:w=\"{}\" xmlns:r=\"{}\"><w:body>",
        parts::NAMESPACE,
        parts::RELATIONS
    );
    let mut blocks = document.blocks.as_slice();
    if let [cover @ Block::Cover { .. }, rest @ ..] = blocks {
        body.block(cover);
        // The cover is a section of its own, without a number; the body counts from 1.
        let _ = write!(
            body.out,
            "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/>{}</w:pPr></w:p>",
            section(typography, "", "")
        );
        blocks = rest.strip_prefix(&[Block::PageBreak]).unwrap_or(rest);
    }
    for block in blocks {
        body.block(block);
    }
    let footer = "<w:footerReference w:type=\"default\" r:id=\"rId4\"/>";
    let last = section(typography, footer, "<w:pgNumType w:start=\"1\"/>");
    let _ = write!(body.out, "{last}</w:body></w:document>");
    body.out
}

impl Body<'_> {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Cover { title, lines } => {
                // The title stands in the upper half of the cover, the lines in the lower.
                self.paragraph(
                    "Title",
                    "<w:spacing w:before=\"4000\" w:after=\"4000\"/>",
                    |body| {
                        body.words(title.in_language(body.language), "");
                    },
                );
                for line in lines {
                    self.paragraph("Normal", "<w:jc w:val=\"center\"/>", |body| body.runs(line));
                }
            }
            Block::Title(title) => {
                self.paragraph("Title", "", |body| {
                    body.words(title.in_language(body.language), "");
                });
            }
            Block::Heading { level, number, runs, .. } => {
                let style = format!("Heading{level}");
                let number = crate::document::prefix(number.in_language(self.language));
                self.paragraph(&style, "", |body| {
                    body.words(&number, "");
                    body.runs(runs);
                });
            }
            Block::Paragraph(paragraph) => self.text(paragraph),
            Block::Table(table) => self.table(table),
            Block::Signature { lines, .. } => {
                for (index, line) in lines.iter().enumerate() {
                    // Seal and signature stay on one page.
                    let last = index + 1 == lines.len();
                    let keep = if last { "" } else { "<w:keepNext/>" };
                    let properties = format!("{keep}<w:ind w:left=\"3600\"/>");
                    self.paragraph("Normal", &properties, |body| body.runs(line));
                }
            }
            Block::PageBreak => {
                self.out.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
            }
        }
    }

    fn text(&mut self, paragraph: &Paragraph) {
        let empty = paragraph.runs.iter().all(|run| run.text.in_language(self.language).is_empty());
        if empty {
            return;
        }
        let style =
            if paragraph.plain || paragraph.align.is_some() { "Normal" } else { "BodyText" };
        let properties = match paragraph.align {
            Some(Align::Right) => "<w:jc w:val=\"right\"/>",
            Some(Align::Centre) => "<w:jc w:val=\"center\"/>",
            None => "",
        };
        self.paragraph(style, properties, |body| body.runs(&paragraph.runs));
    }

    fn paragraph(&mut self, style: &str, properties: &str, content: impl FnOnce(&mut Self)) {
        let _ = write!(self.out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>");
        content(self);
        self.out.push_str("</w:p>");
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            self.words(run.text.in_language(self.language), "");
        }
    }

    fn words(&mut self, text: &str, properties: &str) {
        if text.is_empty() {
            return;
        }
        self.out.push_str("<w:r>");
        if !properties.is_empty() {
            let _ = write!(self.out, "<w:rPr>{properties}</w:rPr>");
        }
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.out.push_str("<w:br/>");
            }
            self.out.push_str("<w:t xml:space=\"preserve\">");
            escape(&mut self.out, line);
            self.out.push_str("</w:t>");
        }
        self.out.push_str("</w:r>");
    }

    fn table(&mut self, table: &Table) {
        if !table.caption.is_empty() {
            self.paragraph("Caption", "", |body| body.runs(&table.caption));
        }
        let widths = self.widths(table);
        let _ = write!(
            self.out,
            "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>\
             <w:tblBorders>{}</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>",
            widths.iter().sum::<i64>(),
            borders(),
        );
        for width in &widths {
            let _ = write!(self.out, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.out.push_str("</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        let bold = if self.typography.header_bold { "<w:b/><w:bCs/>" } else { "" };
        for (column, width) in table.columns.iter().zip(&widths) {
            self.cell_opening(*width);
            self.paragraph("TableText", "<w:jc w:val=\"center\"/>", |body| {
                body.words(column.head.in_language(body.language), bold);
            });
            self.out.push_str("</w:tc>");
        }
        self.out.push_str("</w:tr>");
        for row in &table.rows {
            self.out.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (cell, width) in row.iter().zip(&widths) {
                self.cell_opening(*width);
                self.paragraph("TableText", "", |body| body.runs(cell));
                self.out.push_str("</w:tc>");
            }
            self.out.push_str("</w:tr>");
        }
        self.out.push_str("</w:tbl>");
        // A table needs a paragraph after it; this one takes little room.
        let small = half_points(2.0);
        let _ = write!(
            self.out,
            "<w:p><w:pPr><w:pStyle w:val=\"Normal\"/><w:spacing w:line=\"{}\" w:lineRule=\"exact\"/>\
             <w:rPr><w:sz w:val=\"{small}\"/></w:rPr></w:pPr></w:p>",
            twips(6.0)
        );
    }

    fn cell_opening(&mut self, width: i64) {
        let _ = write!(
            self.out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>"
        );
    }

    /// Widths that make the whole.
    fn widths(&self, table: &Table) -> Vec<i64> {
        let unit = (twips(self.typography.table.points) / 4).max(1);
        let units = |twips: i64| u32::try_from(twips / unit).unwrap_or(0);
        let margin = units(2 * MARGIN + unit - 1);
        let of = widths(table, self.language, units(self.width), margin);
        of.into_iter().map(|thousandths| self.width * i64::from(thousandths) / 1000).collect()
    }
}

/// The left or right margin of a cell, in twentieths of a point.
const MARGIN: i64 = 85;

fn borders() -> String {
    ["top", "left", "bottom", "right", "insideH", "insideV"]
        .map(|side| {
            format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>")
        })
        .concat()
}
