//! The commented declaration that `kouan init` writes: an invented hotel, ready to be changed.

use std::fmt::Write as _;

use kouan_rulebook::{Fact, FactKind};
use kouan_terms::{Bilingual, Language};

use super::layout::{Key, Layout, Section, Slot};

/// A commented declaration in TOML: an invented hotel group's customer database.
///
/// Every key that may stand somewhere stands there, with its question in the language asked for;
/// what the hotel does not need is switched off by a `#` without a blank.
#[must_use]
pub fn template(facts: &[Fact], language: Language) -> String {
    let layout = Layout::new(facts);
    let mut out = String::new();
    for line in INTRODUCTION {
        prose(&mut out, line.in_language(language));
    }
    if let Some(top) = layout.top() {
        Writer { layout: &layout, language, out: &mut out }.section(top);
    }
    out
}

/// A sentence in both languages, fixed at compile time.
struct Says {
    zh: &'static str,
    en: &'static str,
}

impl Says {
    fn in_language(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => self.zh,
            Language::En => self.en,
        }
    }
}

const INTRODUCTION: &[Says] = &[
    Says {
        zh: "数据出境申报。本例纯属虚构，请逐项改为实际情况。",
        en: "A transfer declaration. The example is invented; put your own facts in its place.",
    },
    Says {
        zh: "未写的事实视为未知；未写的主张视为不主张。去掉行首的 # 即启用该行。",
        en: "A fact left out is unknown; a claim left out is not made. Take away the # \
             that begins a line to switch it on.",
    },
    Says {
        zh: "任何事实都可以附证据：is_ciio = { is = false, evidence = \"说明\" }；\
             人数可写范围：{ at_least = 1000, at_most = 5000 }。",
        en: "Any fact may carry evidence: is_ciio = { is = false, evidence = \"why\" }; a count \
             may be a range: { at_least = 1000, at_most = 5000 }.",
    },
];

/// What the invented hotel states, a line `path = value` each; `#` before a path that it does not
/// state, but that wants a better placeholder than its kind has.
const HOTEL: &str = include_str!("hotel.txt");

fn hotel(path: &str) -> Option<&'static str> {
    let mut lines = HOTEL.lines().filter_map(|line| line.split_once(" = "));
    lines.find(|(stated, _)| *stated == path).map(|(_, value)| value)
}

/// A value for a line that is switched off: the hotel file's, the section's, or any that fits.
fn placeholder(key: &Key<'_>) -> String {
    let section = key.path.split('.').next().unwrap_or_default();
    let given = hotel(&format!("#{}", key.path)).or_else(|| hotel(&format!("#{section}")));
    given.map_or_else(|| sample(&key.slot), str::to_owned)
}

/// The fields the invented hotel sends.
const FIELDS: &[(&str, &str)] = &[
    ("guest.name", "general-pi"),
    ("guest.email", "general-pi"),
    ("guest.member_level", "general-pi"),
    ("hotel.code", "not-personal"),
];

struct Writer<'a, 'f> {
    layout: &'a Layout<'f>,
    language: Language,
    out: &'a mut String,
}

impl Writer<'_, '_> {
    /// Keys first, then tables, then lists of tables: what TOML's order of lines asks for.
    fn section(&mut self, section: &Section<'_>) {
        for key in &section.keys {
            if !matches!(key.slot, Slot::Section(_) | Slot::Sections(..)) {
                self.key(key);
            }
        }
        for key in &section.keys {
            if let Slot::Section(index) = key.slot {
                self.table(key, index);
            }
        }
        for key in &section.keys {
            match key.slot {
                Slot::Sections(index, _) if key.path == "flow.field" => self.fields(key, index),
                Slot::Sections(index, _) => self.list(key, index),
                _ => {}
            }
        }
    }

    fn table(&mut self, key: &Key<'_>, index: usize) {
        let Some(section) = self.layout.section(index) else { return };
        self.heading(&key.says);
        let within = format!("{}.", key.path);
        let off = if HOTEL.lines().any(|line| line.starts_with(&within)) { "" } else { "#" };
        let _ = writeln!(self.out, "{off}[{}]", key.path);
        self.section(section);
    }

    fn list(&mut self, key: &Key<'_>, index: usize) {
        let Some(section) = self.layout.section(index) else { return };
        self.heading(&key.says);
        let _ = writeln!(self.out, "[[{}]]", key.path);
        self.section(section);
    }

    fn fields(&mut self, key: &Key<'_>, index: usize) {
        self.heading(&key.says);
        let kinds = super::FieldKind::ALL.map(super::FieldKind::word).join(" | ");
        prose(self.out, &format!("kind: {kinds}"));
        for (name, kind) in FIELDS {
            let _ = writeln!(self.out, "[[flow.field]]\nname = \"{name}\"\nkind = \"{kind}\"\n");
        }
        // Which key of a field comes last does not matter: this one belongs to the last field.
        if let Some(section) = self.layout.section(index) {
            for key in section.keys.iter().filter(|key| key.name == "listed_as") {
                self.key(key);
            }
        }
    }

    fn key(&mut self, key: &Key<'_>) {
        let says = key.says.in_language(self.language);
        let stated = hotel(&key.path);
        match key.slot {
            Slot::Fact(_, fact) => self.question(fact),
            _ => prose(self.out, says),
        }
        let off = if stated.is_some() { "" } else { "#" };
        let value = stated.map_or_else(|| placeholder(key), str::to_owned);
        let _ = writeln!(self.out, "{off}{} = {value}", key.name);
    }

    fn question(&mut self, fact: &Fact) {
        prose(self.out, fact.asks.in_language(self.language));
        if let Some(counts) = &fact.counts {
            prose(self.out, &format!("  {}", counts.in_language(self.language)));
        }
        if let FactKind::OneOf(words) = &fact.kind {
            for (word, label) in words {
                prose(self.out, &format!("  {word}  {}", label.in_language(self.language)));
            }
        }
    }

    fn heading(&mut self, says: &Bilingual) {
        self.out.push('\n');
        let says = says.in_language(self.language);
        if !says.is_empty() {
            prose(self.out, &format!("== {says}"));
        }
    }
}

/// A value that the key takes, for a line that is switched off.
fn sample(slot: &Slot<'_>) -> String {
    match slot {
        Slot::Fact(_, fact) => match &fact.kind {
            FactKind::YesNo => "true".to_owned(),
            FactKind::Persons => "0".to_owned(),
            FactKind::OneOf(words) => {
                format!("\"{}\"", words.first().map_or("", |(word, _)| word))
            }
        },
        Slot::Persons => "0".to_owned(),
        Slot::YesNo => "true".to_owned(),
        Slot::Names => "[\"…\"]".to_owned(),
        _ => "\"…\"".to_owned(),
    }
}

fn prose(out: &mut String, line: &str) {
    let _ = writeln!(out, "# {line}");
}
