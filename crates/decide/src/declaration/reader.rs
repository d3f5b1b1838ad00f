//! The tree, walked along the layout.

use kouan_terms::Diagnostic;

use super::Given;
use super::findings::Findings;
use super::layout::{Key, Layout, Section, Slot};
use super::nearest::{nearest, shown};
use super::sheet::{Answer, Entry, Sheet};
use super::tree::{Entry as Found, Node, Value};
use super::values::{Values, unknown_key};

/// The only format there is.
const FORMAT: i128 = 1;

/// Reads the whole declaration; nothing comes back when it is of another format.
pub(super) fn read<'l>(
    layout: &'l Layout<'_>,
    root: &Node<'_>,
    findings: &mut Findings<'_>,
) -> Option<Sheet<'l>> {
    let format = root.entries()?.iter().find(|entry| entry.key == "format");
    if let Some(entry) = format
        && !matches!(entry.node.value, Value::Whole(FORMAT))
    {
        // In another format every further finding would be noise.
        findings.add(&entry.node.bytes, || Diagnostic::error("DC172").with("format", FORMAT));
        return None;
    }
    let mut sheet = Sheet::new(root.bytes.clone());
    let mut reader = Reader { layout, values: Values { findings } };
    reader.section(layout.top()?, root, &mut sheet);
    Some(sheet)
}

struct Reader<'l, 'f, 'a, 't> {
    layout: &'l Layout<'f>,
    values: Values<'a, 't>,
}

impl<'l> Reader<'l, '_, '_, '_> {
    fn section(&mut self, section: &'l Section<'_>, node: &Node<'_>, sheet: &mut Sheet<'l>) {
        let Some(entries) = node.entries() else {
            let code = if matches!(node.value, Value::Null) { "DC124" } else { "DC135" };
            let finding = || Diagnostic::error(code).with("key", &section.path);
            self.values.findings.add(&node.bytes, finding);
            return;
        };
        for entry in entries {
            match section.keys.iter().find(|key| key.name == entry.key) {
                Some(key) => self.key(key, &entry.node, sheet),
                None => self.unknown(section, entry),
            }
        }
        for key in section.keys.iter().filter(|key| key.required) {
            if !entries.iter().any(|entry| entry.key == key.name) {
                let finding = || Diagnostic::error("DC123").with("key", &key.path);
                self.values.findings.add(&node.bytes, finding);
            }
        }
    }

    fn key(&mut self, key: &'l Key<'_>, node: &Node<'_>, sheet: &mut Sheet<'l>) {
        let (name, values) = (key.path.as_str(), &mut self.values);
        let answer = match key.slot {
            Slot::Format => None,
            Slot::Fact(order, fact) => {
                if let Some((value, evidence, bytes)) = values.fact(fact, node, name) {
                    let fact = fact.id.clone();
                    sheet.given.push((order, Given { fact, value, evidence, bytes }));
                }
                None
            }
            Slot::Id => values.id(node, name).map(Answer::Text),
            Slot::Text => values.text(node, name).map(|text| Answer::Text(text.into())),
            Slot::YesNo => values.yes_no(node, name).map(Answer::YesNo),
            Slot::Day => values.day(node, name).map(Answer::Day),
            Slot::CreditCode => values.credit_code(node, name).map(Answer::Text),
            Slot::Country => values.country(node, name).map(Answer::Text),
            Slot::Countries => values.countries(node, name).map(Answer::Texts),
            Slot::Names => values.names(node, name).map(Answer::Texts),
            Slot::Edition => values.edition(node, name).map(Answer::Text),
            Slot::Scenario => values.scenario(node, name).map(Answer::Text),
            Slot::Persons => values.persons(node, name).map(Answer::Persons),
            Slot::Kind => values.kind(node, name).map(Answer::Kind),
            Slot::Section(index) => {
                if let Some(section) = self.layout.section(index) {
                    self.section(section, node, sheet);
                }
                Some(Answer::Table)
            }
            Slot::Sections(index, most) => self.sections(index, most, node).map(Answer::Sheets),
        };
        if let Some(answer) = answer {
            sheet.entries.push(Entry { path: &key.path, answer, bytes: node.bytes.clone() });
        }
    }

    fn sections(&mut self, index: usize, most: usize, node: &Node<'_>) -> Option<Vec<Sheet<'l>>> {
        let section = self.layout.section(index)?;
        let Value::List(items) = &node.value else {
            let code = if matches!(node.value, Value::Null) { "DC124" } else { "DC136" };
            let finding = || Diagnostic::error(code).with("key", &section.path);
            self.values.findings.add(&node.bytes, finding);
            return None;
        };
        if items.len() > most {
            let code = if section.path == "flow" { "DC103" } else { "DC107" };
            self.values.findings.add(&node.bytes, || Diagnostic::error(code).with("limit", most));
            return None;
        }
        if items.is_empty() && section.path == "flow" {
            let finding = || Diagnostic::error("DC125");
            self.values.findings.add(&node.bytes, finding);
        }
        let mut sheets = Vec::with_capacity(items.len());
        for item in items {
            let mut sheet = Sheet::new(item.bytes.clone());
            self.section(section, item, &mut sheet);
            sheets.push(sheet);
        }
        Some(sheets)
    }

    fn unknown(&mut self, section: &Section<'_>, entry: &Found<'_>) {
        let layout = self.layout;
        self.values.findings.add(&entry.key_bytes, || {
            let allowed: Vec<&str> = section.keys.iter().map(|key| key.name.as_str()).collect();
            match layout.elsewhere(&entry.key) {
                Some(home) if nearest(&entry.key, allowed.iter().copied()).is_none() => {
                    Diagnostic::error("DC122")
                        .with("key", shown(&entry.key))
                        .with("home", &home.path)
                }
                _ => unknown_key(&entry.key, &allowed),
            }
        });
    }
}
