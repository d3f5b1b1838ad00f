//! JSON text to tree; strict, no comments, no trailing commas.

use std::collections::BTreeSet;
use std::ops::Range;

use jsonc_parser::ast::{Object, ObjectPropName, Value as Ast};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::{CollectOptions, ParseOptions, ParseStringErrorKind, parse_to_ast};
use kouan_terms::Diagnostic;

use super::findings::Findings;
use super::nearest::shown;
use super::tree::{Entry, Node, Value, whole};

/// Parses a text that [`super::scan`] let through.
pub(super) fn parse<'t>(text: &'t str, findings: &mut Findings<'_>) -> Option<Node<'t>> {
    let strict = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    // Some editors begin a file with a byte order mark; JSON knows none.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    match parse_to_ast(body, &CollectOptions::default(), &strict) {
        Ok(result) => {
            let mut reader = Reader { skipped, findings };
            let root = result.value.map(|value| reader.node(value));
            let is_table = root.as_ref().is_some_and(|root| root.entries().is_some());
            if !is_table {
                let start = root.map_or(skipped, |root| root.bytes.start);
                let end = text.ceil_char_boundary(start + 1);
                findings.add(&(start..end), || Diagnostic::error("DC113"));
                return None;
            }
            root
        }
        Err(error) => {
            let range = error.range();
            let start = text.floor_char_boundary(skipped + range.start);
            // What is not closed may run to the end of the text; its beginning is the place.
            let end = if range.end > range.start { start + 1 } else { start };
            let place = start..text.ceil_char_boundary(end);
            findings.add(&place, || Diagnostic::error(class(error.kind())));
            None
        }
    }
}

fn class(kind: &ParseErrorKind) -> &'static str {
    use ParseErrorKind as Kind;
    match kind {
        Kind::UnterminatedArray
        | Kind::UnterminatedObject
        | Kind::String(ParseStringErrorKind::UnterminatedStringLiteral) => "DC114",
        Kind::CommentsNotAllowed | Kind::TrailingCommasNotAllowed => "DC116",
        Kind::UnexpectedWord | Kind::ExpectedObjectValue => "DC115",
        _ => "DC111",
    }
}

struct Reader<'a, 't> {
    /// Bytes left out before the text that was parsed.
    skipped: usize,
    findings: &'a mut Findings<'t>,
}

impl Reader<'_, '_> {
    fn place(&self, of: &impl Ranged) -> Range<usize> {
        let range = of.range();
        self.skipped + range.start..self.skipped + range.end
    }

    fn node<'t>(&mut self, value: Ast<'t>) -> Node<'t> {
        let bytes = self.place(&value);
        let opening = bytes.start..bytes.start + 1;
        match value {
            Ast::StringLit(text) => Node { bytes, value: Value::Text(text.value) },
            Ast::NumberLit(number) => {
                let plain = number.value.bytes().all(|b| b.is_ascii_digit() || b == b'-');
                let value =
                    if plain { Value::Whole(whole(number.value, 10)) } else { Value::NotWhole };
                Node { bytes, value }
            }
            Ast::BooleanLit(yes) => Node { bytes, value: Value::YesNo(yes.value) },
            Ast::NullKeyword(_) => Node { bytes, value: Value::Null },
            Ast::Array(list) => {
                let items = list.elements.into_iter().map(|item| self.node(item)).collect();
                Node { bytes: opening, value: Value::List(items) }
            }
            Ast::Object(object) => {
                Node { bytes: opening, value: Value::Table(self.entries(object)) }
            }
        }
    }

    fn entries<'t>(&mut self, object: Object<'t>) -> Vec<Entry<'t>> {
        let mut seen = BTreeSet::new();
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in object.properties {
            let key_bytes = self.place(&property.name);
            let key = match property.name {
                ObjectPropName::String(name) => name.value,
                ObjectPropName::Word(name) => name.value.into(),
            };
            let node = self.node(property.value);
            if seen.insert(key.clone()) {
                entries.push(Entry { key, key_bytes, node });
            } else {
                let finding = || Diagnostic::error("DC112").with("key", shown(&key));
                self.findings.add(&key_bytes, finding);
            }
        }
        entries
    }
}
