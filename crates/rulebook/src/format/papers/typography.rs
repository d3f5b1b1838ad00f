//! How documents must look.

use serde::Deserialize;
use toml::Spanned;

use crate::format::{InForceText, Sentence};

/// How a document must look.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypographyText {
    /// Its id.
    pub id: Spanned<String>,
    /// Another typography that says what this one leaves out.
    pub same_as: Option<Spanned<String>>,
    /// The instrument that asks for it; ours when left out.
    pub instrument: Option<String>,
    /// The provision.
    pub at: Option<String>,
    /// The annex.
    pub annex: Option<String>,
    /// Further instruments that ask for the same.
    #[serde(default)]
    pub also: Vec<AlsoText>,
    /// Whether an authority asks for it.
    #[serde(default)]
    pub prescribed: bool,
    /// From when until when.
    pub in_force: InForceText,
    /// The page.
    pub page: Option<PageText>,
    /// The body text.
    pub body: Option<FaceText>,
    /// The headings.
    #[serde(default)]
    pub heading: Vec<HeadingText>,
    /// Digits and Latin letters.
    pub latin: Option<FaceText>,
    /// The fixed line pitch.
    pub line_pitch_points: Option<f64>,
    /// The indent of a first line, in characters of the body.
    pub first_line_indent_chars: Option<u32>,
    /// The title.
    pub title: Option<FaceText>,
    /// Text in tables.
    pub table: Option<TableFaceText>,
    /// Page numbers.
    pub page_number: Option<FaceText>,
    /// How headings are numbered, by level.
    pub numbering: Option<NumberingText>,
    /// Its sources, when not those of the file.
    #[serde(default)]
    pub source: Vec<String>,
    /// How well it is sourced, when not as the file.
    pub confidence: Option<String>,
    /// A remark.
    pub note: Option<Sentence>,
}

/// A further instrument.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlsoText {
    /// The instrument.
    pub instrument: String,
    /// The provision.
    pub at: Option<String>,
    /// The annex.
    pub annex: Option<String>,
}

/// A page and its margins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageText {
    /// `A4`.
    pub size: String,
    /// The upper margin.
    pub top_mm: f64,
    /// The lower margin.
    pub bottom_mm: f64,
    /// The left margin.
    pub left_mm: f64,
    /// The right margin.
    pub right_mm: f64,
}

/// A typeface and its size.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaceText {
    /// The font by the name that word processors know.
    pub face: String,
    /// The font in Chinese.
    pub zh: Option<String>,
    /// The size by its Chinese name, such as 四号.
    pub size: Option<String>,
    /// The size; that of the body when left out.
    pub points: Option<f64>,
    /// Whether it is bold.
    #[serde(default)]
    pub bold: bool,
    /// `left`, `centre`, `right` or `both`.
    pub align: Option<String>,
    /// From which page on, for page numbers: `first` or `body`.
    pub from: Option<String>,
    /// Whether an authority asks for it; as the typography when left out.
    pub prescribed: Option<bool>,
}

/// The face of text in tables.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableFaceText {
    /// The font by the name that word processors know.
    pub face: String,
    /// The font in Chinese.
    pub zh: Option<String>,
    /// The size by its Chinese name.
    pub size: Option<String>,
    /// The size.
    pub points: Option<f64>,
    /// The line pitch in tables.
    pub line_pitch_points: Option<f64>,
    /// Whether heads of columns are bold.
    #[serde(default)]
    pub header_bold: bool,
    /// Whether the head stands again on every page.
    #[serde(default)]
    pub repeat_header: bool,
    /// Whether a row may be broken by the end of a page.
    #[serde(default)]
    pub split_rows: bool,
    /// Whether an authority asks for it; as the typography when left out.
    pub prescribed: Option<bool>,
}

/// The face of a heading.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadingText {
    /// Its level, from 1.
    pub level: u32,
    /// The font by the name that word processors know.
    pub face: String,
    /// The font in Chinese.
    pub zh: Option<String>,
    /// Whether it is bold.
    #[serde(default)]
    pub bold: bool,
    /// The size by its Chinese name, when not as the body.
    pub size: Option<String>,
    /// The size, when not as the body.
    pub points: Option<f64>,
}

/// How headings are numbered, one sample a level: `一、`, `（一）`, `1.`, `（1）`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberingText {
    /// In Chinese.
    pub zh: Vec<String>,
    /// In English.
    pub en: Vec<String>,
}
