//! From files to a [`Book`]: every file is read, every id resolved, every finding kept.

mod consequences;
mod lists;
mod rules;
pub(crate) mod standing;

use std::collections::BTreeMap;

use kouan_terms::{Bilingual, Diagnostic, FactId, InstrumentId, Place, hex};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::book::Book;
use crate::condition::Resolver;
use crate::fact::{AnsweredBy, Fact, FactKind};
use crate::format;

/// The format version this program reads.
pub const FORMAT: u32 = 1;

/// The folder of the classes of data, which deciding never needs: see [`crate::classes`].
pub(crate) const CLASSES: &str = "classes/";

/// The folder of packs and documents, which deciding never needs: see [`crate::papers`].
pub(crate) const PAPERS: &str = "papers/";

/// The folder of the standards of labels, which deciding never needs: see [`crate::labels`].
pub(crate) const LABELS: &str = "labels/";

/// A book under construction, and what was found on the way.
struct Loader<'a> {
    files: BTreeMap<&'a str, &'a str>,
    findings: Vec<Diagnostic>,
}

/// Reads a rulebook from names and texts.
///
/// Names are paths inside `rulebook/`, with `/` between folders. Files that do not end in `.toml`
/// are ignored, and so are `classes/`, `papers/` and `labels/`, which
/// [`crate::classes::Classes::load`], [`crate::papers::Papers::load`] and
/// [`crate::labels::Labels::load`] read.
///
/// # Errors
///
/// Every finding, in the order of files and places, when there is at least one error.
pub fn load<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Book, Vec<Diagnostic>> {
    read(files, true)
}

/// Reads a rulebook without the tables and cases beside its rules, which only its own tests need:
/// that is the larger part of its text. The digest is the same.
///
/// # Errors
///
/// As for [`load`].
pub fn load_without_cases<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Book, Vec<Diagnostic>> {
    read(files, false)
}

fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
    with_cases: bool,
) -> Result<Book, Vec<Diagnostic>> {
    let apart = [CLASSES, PAPERS, LABELS];
    let ours = |name: &str| is_toml(name) && !apart.iter().any(|folder| name.starts_with(folder));
    let files: BTreeMap<&str, &str> = files.into_iter().filter(|(name, _)| ours(name)).collect();
    let digest = digest_of(&files);
    let mut loader = Loader { files, findings: Vec::new() };
    if !with_cases {
        loader.files.retain(|name, _| !name.ends_with(".cases.toml"));
    }
    match loader.book(digest) {
        Some(book) if loader.findings.is_empty() => Ok(book),
        _ => {
            loader.findings.sort_by(|a, b| {
                let key = |d: &Diagnostic| {
                    d.place.as_ref().map(|p| (p.order().0.to_owned(), p.order().1))
                };
                key(a).cmp(&key(b))
            });
            Err(loader.findings)
        }
    }
}

fn is_toml(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|extension| extension == "toml")
}

/// SHA-256 over names and texts, each with its length before it so that nothing can shift.
pub(crate) fn digest_of(files: &BTreeMap<&str, &str>) -> String {
    let mut hash = Sha256::new();
    for (name, text) in files {
        for part in [name, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
    }
    hex(&hash.finalize())
}

impl Loader<'_> {
    fn book(&mut self, digest: String) -> Option<Book> {
        let manifest: Option<format::Manifest> = self.required("rulebook.toml");
        let facts: Option<format::FactFile> = self.required("facts.toml");
        let manifest = manifest?;
        let fact_file = facts?;
        for (name, format) in [("rulebook.toml", manifest.format), ("facts.toml", fact_file.format)]
        {
            if format != FORMAT {
                self.findings
                    .push(Diagnostic::error("RB102").at(Place::file(name)).with("format", format));
            }
        }
        let facts = self.facts(&fact_file);
        let always = self.always(&fact_file, &facts);
        let (notions, rules) = self.rules(&facts);
        let mut book = Book {
            manifest,
            digest,
            always,
            notions,
            rules,
            points: self.points(&facts),
            duties: self.duties(&facts),
            limits: self.limits(&facts),
            changes: self.changes(),
            ages: self.ages(),
            versions: self
                .optional::<format::VersionFile>("rules/cn/versions.toml")
                .map(|file| file.version)
                .unwrap_or_default(),
            missing: self
                .optional::<format::MissingFile>("missing.toml")
                .map(|file| file.missing)
                .unwrap_or_default(),
            instruments: self.instruments(),
            sources: self
                .optional::<format::SourceFile>("sources.toml")
                .map(|file| file.source)
                .unwrap_or_default(),
            zones: Vec::new(),
            borrows: Vec::new(),
            editions: self.editions(&facts),
            calendars: self.folder("calendar/").into_iter().map(|(_, file)| file).collect(),
            glossary: self
                .optional::<format::GlossaryFile>("glossary.toml")
                .map(|file| file.term)
                .unwrap_or_default(),
            bases: self
                .optional::<format::BaseFile>("bases.toml")
                .map(|file| file.base)
                .unwrap_or_default(),
            cases: self.cases(),
            facts,
        };
        if let Some(zones) = self.optional::<format::ZoneFile>("lists/zones.toml") {
            book.zones = zones.zone;
            book.borrows = zones.borrow;
        }
        Some(book)
    }

    fn instruments(&mut self) -> BTreeMap<InstrumentId, format::InstrumentFile> {
        let files: Vec<(String, format::InstrumentFile)> = self.folder("instruments/");
        let mut instruments = BTreeMap::new();
        for (name, file) in files {
            let id = InstrumentId::new(file.id.as_ref());
            let place = Place::at(&name, file.id.span());
            if instruments.insert(id, file).is_some() {
                self.findings.push(Diagnostic::error("RB110").at(place));
            }
        }
        instruments
    }

    fn cases(&mut self) -> Vec<(String, format::CasesFile)> {
        let is_cases = |name: &&str| name.ends_with(".cases.toml");
        let names: Vec<String> =
            self.files.keys().filter(|name| is_cases(name)).map(ToString::to_string).collect();
        names.into_iter().filter_map(|name| Some((name.clone(), self.parse(&name)?))).collect()
    }

    fn facts(&mut self, file: &format::FactFile) -> Vec<Fact> {
        let mut facts: Vec<Fact> = Vec::new();
        for text in &file.fact {
            let place = Place::at("facts.toml", text.id.span());
            let id = FactId::new(text.id.as_ref());
            if facts.iter().any(|fact| fact.id == id) {
                self.findings.push(Diagnostic::error("RB110").at(place.clone()));
            }
            let from = match text.from.as_str() {
                "ledger" => Some(AnsweredBy::Ledger),
                "scan" => Some(AnsweredBy::Scan),
                "person" => Some(AnsweredBy::Person),
                "claim" => Some(AnsweredBy::Claim),
                _ => None,
            };
            let (Some(kind), Some(from)) = (fact_kind(text), from) else {
                self.findings.push(Diagnostic::error("RB111").at(place));
                continue;
            };
            facts.push(Fact {
                id,
                kind,
                from,
                effort: text.effort,
                at: text.at.clone(),
                name: text.name.clone().into(),
                asks: text.asks.clone().into(),
                counts: text.counts.clone().map(Into::into),
                stricter_upwards: text.stricter.as_deref() == Some("up"),
            });
        }
        facts
    }

    fn always(&mut self, file: &format::FactFile, facts: &[Fact]) -> Vec<crate::book::Relation> {
        let resolver = Resolver { facts, file: "facts.toml" };
        file.always
            .iter()
            .map(|relation| {
                let days = relation.in_force.as_ref();
                crate::book::Relation {
                    span: days.map(|days| standing::span("facts.toml", days, &mut self.findings)),
                    when: resolver.condition(&relation.when, &mut self.findings),
                    then: resolver.condition(&relation.then, &mut self.findings),
                }
            })
            .collect()
    }

    /// Parses a file that must be there.
    fn required<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        if !self.files.contains_key(name) {
            self.findings.push(Diagnostic::error("RB100").at(Place::file(name)));
        }
        self.parse(name)
    }

    /// Parses a file that may be there.
    fn optional<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        if self.files.contains_key(name) { self.parse(name) } else { None }
    }

    /// Parses every file below a folder, in the order of their names.
    fn folder<T: DeserializeOwned>(&mut self, prefix: &str) -> Vec<(String, T)> {
        let inside = |name: &&&str| name.starts_with(prefix) && !name.ends_with(".cases.toml");
        let names: Vec<String> =
            self.files.keys().filter(inside).map(ToString::to_string).collect();
        names.into_iter().filter_map(|name| Some((name.clone(), self.parse(&name)?))).collect()
    }

    fn parse<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let text = self.files.get(name)?;
        parse(name, text, &mut self.findings)
    }
}

/// The text of one file; what is wrong with it is a finding.
pub(crate) fn parse<T: DeserializeOwned>(
    name: &str,
    text: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<T> {
    let error = match toml::from_str(text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let place = error.span().map_or_else(|| Place::file(name), |bytes| Place::at(name, bytes));
    findings.push(Diagnostic::error("RB101").at(place).with("detail", error.message()));
    None
}

/// Findings in the order of their places; a stable sort: those at one place keep the order in which
/// they were found.
pub(crate) fn in_order(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by(|a, b| {
        a.place.as_ref().map(Place::order).cmp(&b.place.as_ref().map(Place::order))
    });
    findings
}

fn fact_kind(text: &format::FactText) -> Option<FactKind> {
    match text.r#type.as_str() {
        "yes-no" => Some(FactKind::YesNo),
        "persons" => Some(FactKind::Persons),
        "one-of" if !text.values.is_empty() && text.values.len() == text.labels.len() => {
            let labels = text.labels.iter().map(|label| Bilingual::from(label.clone()));
            let words = text.values.iter().map(|word| word.as_str().into());
            Some(FactKind::OneOf(words.zip(labels).collect()))
        }
        _ => None,
    }
}
