//! What a paragraph and a run really look like: defaults, styles one upon another, own properties.

use std::collections::BTreeMap;

/// Properties of a run, as far as they were set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RunProperties {
    pub(super) style: Option<String>,
    pub(super) east_asia: Option<String>,
    pub(super) ascii: Option<String>,
    pub(super) half_points: Option<i64>,
    pub(super) bold: Option<bool>,
    pub(super) hidden: Option<bool>,
}

/// Properties of a paragraph, as far as they were set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ParagraphProperties {
    pub(super) style: Option<String>,
    pub(super) line: Option<i64>,
    pub(super) rule: Option<String>,
    pub(super) first_line_chars: Option<i64>,
    pub(super) first_line: Option<i64>,
    pub(super) outline: Option<i64>,
}

/// One style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) based_on: Option<String>,
    pub(super) is_default: bool,
    pub(super) is_paragraph: bool,
    pub(super) run: RunProperties,
    pub(super) paragraph: ParagraphProperties,
}

/// The styles of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct Styles {
    pub(super) run: RunProperties,
    pub(super) paragraph: ParagraphProperties,
    pub(super) styles: BTreeMap<String, Style>,
}

/// Styles that rest on one another at most; a circle ends there.
const CHAIN: usize = 32;

impl Styles {
    /// A style and those that it rests on, nearest first.
    fn chain(&self, id: Option<&str>) -> Vec<&Style> {
        let default = || self.styles.values().find(|style| style.is_default && style.is_paragraph);
        let first = match id {
            Some(id) => self.styles.get(id),
            None => default(),
        };
        let next = |style: &&Style| self.styles.get(style.based_on.as_deref()?);
        std::iter::successors(first, next).take(CHAIN).collect()
    }

    /// The name of a style.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.styles.get(id).map(|style| style.name.as_str())
    }

    /// A paragraph's properties with what its styles say.
    pub(super) fn paragraph(&self, own: &ParagraphProperties) -> ParagraphProperties {
        let mut held = own.clone();
        let chain = self.chain(own.style.as_deref());
        let layers = chain.into_iter().map(|style| &style.paragraph).chain([&self.paragraph]);
        for layer in layers {
            held.line = held.line.or(layer.line);
            held.rule = held.rule.or_else(|| layer.rule.clone());
            held.first_line_chars = held.first_line_chars.or(layer.first_line_chars);
            held.first_line = held.first_line.or(layer.first_line);
            held.outline = held.outline.or(layer.outline);
        }
        held
    }

    /// A run's properties with what its styles and those of its paragraph say.
    pub(super) fn run(&self, own: &RunProperties, paragraph: Option<&str>) -> RunProperties {
        let mut held = own.clone();
        let of_run = own.style.as_deref().map(|id| self.chain(Some(id))).unwrap_or_default();
        let of_paragraph = self.chain(paragraph);
        let layers = of_run.into_iter().chain(of_paragraph).map(|style| &style.run);
        for layer in layers.chain([&self.run]) {
            held.east_asia = held.east_asia.or_else(|| layer.east_asia.clone());
            held.ascii = held.ascii.or_else(|| layer.ascii.clone());
            held.half_points = held.half_points.or(layer.half_points);
            held.bold = held.bold.or(layer.bold);
            held.hidden = held.hidden.or(layer.hidden);
        }
        held
    }
}
