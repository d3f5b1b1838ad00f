//! How a document must look, with everything filled in.

use kouan_terms::Diagnostic;

use super::Entry;
use super::load::at;
use crate::format::{FaceText, NumberingText, PageText, TableFaceText, TypographyText};

/// How a document must look.
#[derive(Clone, Debug, PartialEq)]
pub struct Typography {
    /// Whether an authority asks for it.
    pub prescribed: bool,
    /// The page.
    pub page: PageText,
    /// The body.
    pub body: Face,
    /// Headings, from level 1.
    pub headings: Vec<Face>,
    /// Digits and Latin letters.
    pub latin: Face,
    /// The fixed line pitch.
    pub line_pitch_points: f64,
    /// The indent of a first line, in characters of the body.
    pub first_line_indent_chars: u32,
    /// The title.
    pub title: Face,
    /// Text in tables.
    pub table: Face,
    /// The line pitch in tables.
    pub table_pitch_points: f64,
    /// Whether heads of columns are bold.
    pub header_bold: bool,
    /// The page number.
    pub page_number: Face,
    /// How headings are numbered.
    pub numbering: NumberingText,
}

/// A typeface, its size and weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Face {
    /// The font by the name that word processors know.
    pub face: Box<str>,
    /// The size.
    pub points: f64,
    /// Whether it is bold.
    pub bold: bool,
}

/// Fills in what a typography leaves to another one.
pub(super) fn resolve(
    texts: &[Entry<TypographyText>],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Entry<Typography>> {
    let mut resolved = Vec::new();
    for entry in texts {
        let base = entry.text.same_as.as_ref().map(|id| {
            let base = texts.iter().find(|other| *other.id == **id.as_ref());
            if base.is_none_or(|base| base.text.same_as.is_some()) {
                let finding = Diagnostic::error("RB221").at(at(&entry.sourced));
                findings.push(finding.with("key", "same_as").with("id", id.as_ref()));
            }
            base
        });
        let base = base.flatten().map(|base| &base.text);
        match filled(&entry.text, base) {
            Some(typography) => resolved.push(Entry {
                id: entry.id.clone(),
                text: typography,
                span: entry.span,
                sourced: entry.sourced.clone(),
            }),
            None => {
                findings.push(
                    Diagnostic::error("RB226").at(at(&entry.sourced)).with("typography", &entry.id),
                );
            }
        }
    }
    resolved
}

fn filled(own: &TypographyText, base: Option<&TypographyText>) -> Option<Typography> {
    let body = own.body.as_ref().or(base.and_then(|base| base.body.as_ref()))?;
    let points = body.points?;
    let face = |text: &FaceText| Face {
        face: text.face.as_str().into(),
        points: text.points.unwrap_or(points),
        bold: text.bold,
    };
    let part = |choose: fn(&TypographyText) -> Option<&FaceText>| {
        choose(own).or(base.and_then(choose)).map(face)
    };
    let headings = match (own.heading.is_empty(), base) {
        (true, Some(base)) => &base.heading,
        _ => &own.heading,
    };
    let headings: Vec<Face> = headings
        .iter()
        .map(|heading| Face {
            face: heading.face.as_str().into(),
            points: heading.points.unwrap_or(points),
            bold: heading.bold,
        })
        .collect();
    let table: Option<&TableFaceText> =
        own.table.as_ref().or(base.and_then(|base| base.table.as_ref()));
    let line_pitch_points = own.line_pitch_points.or(base.and_then(|b| b.line_pitch_points))?;
    let first = headings.first()?.clone();
    Some(Typography {
        prescribed: own.prescribed,
        page: own.page.clone().or(base.and_then(|base| base.page.clone()))?,
        latin: part(|text| text.latin.as_ref())?,
        line_pitch_points,
        first_line_indent_chars: own
            .first_line_indent_chars
            .or(base.and_then(|base| base.first_line_indent_chars))?,
        title: part(|text| text.title.as_ref()).unwrap_or(first),
        table: table.map_or_else(
            || face(body),
            |table| Face {
                face: table.face.as_str().into(),
                points: table.points.unwrap_or(points),
                bold: false,
            },
        ),
        table_pitch_points: table
            .and_then(|table| table.line_pitch_points)
            .unwrap_or(line_pitch_points),
        header_bold: table.is_some_and(|table| table.header_bold),
        page_number: part(|text| text.page_number.as_ref())
            .or_else(|| part(|text| text.latin.as_ref()))?,
        numbering: own
            .numbering
            .clone()
            .or(base.and_then(|base| base.numbering.clone()))
            .unwrap_or_default(),
        body: face(body),
        headings,
    })
}
