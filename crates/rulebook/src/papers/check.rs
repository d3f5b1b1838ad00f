//! Checks the papers against the book: words in both languages, placeholders, sources, days.

use std::collections::BTreeSet;

use kouan_terms::{Bilingual, Diagnostic, InstrumentId};

use super::load::at;
use super::placeholders::paths;
use super::references::{self, readable};
use super::{Entry, Papers};
use crate::book::{Book, Standing};
use crate::check::words::{Kind, Words};
use crate::format::{BlockText, DocumentFile, Sentence};
use crate::load::in_order;

/// Checks papers, findings in the order of their places.
#[must_use]
pub fn check(papers: &Papers, book: &Book) -> Vec<Diagnostic> {
    let mut found = references::check(papers, book);
    let mut checker = Checker { papers, book, found: &mut found };
    checker.names();
    checker.longer_words();
    for document in &papers.documents {
        checker.document(document);
    }
    checker.tables();
    checker.sources();
    checker.instruments();
    checker.rulebook();
    in_order(found)
}

struct Checker<'a> {
    papers: &'a Papers,
    book: &'a Book,
    found: &'a mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn pair(&mut self, sourced: &Standing, key: &str, zh: &str, en: &str, kind: Kind) {
        let pair = Bilingual { zh: zh.to_owned(), en: en.to_owned() };
        Words { found: self.found }.bilingual(&at(sourced), key, &pair, kind);
    }

    fn sentence(&mut self, sourced: &Standing, key: &str, text: Option<&Sentence>, kind: Kind) {
        if let Some(text) = text {
            self.pair(sourced, key, &text.zh, &text.en, kind);
        }
    }

    /// Everything that is called something.
    fn names(&mut self) {
        let papers = self.papers;
        for pack in &papers.packs {
            self.pair(&pack.sourced, "pack", &pack.text.zh, &pack.text.en, Kind::Name);
            for part in &pack.text.part {
                self.pair(&pack.sourced, "part", &part.zh, &part.en, Kind::Name);
            }
        }
        for form in &papers.forms {
            self.pair(&form.sourced, "form", &form.text.zh, &form.text.en, Kind::Name);
            for group in &form.text.group {
                self.pair(&form.sourced, "group", &group.zh, &group.en, Kind::Name);
                for field in &group.field {
                    self.pair(&form.sourced, "field", &field.zh, &field.en, Kind::Name);
                    self.sentence(&form.sourced, "unit", field.unit.as_ref(), Kind::Name);
                }
            }
        }
        for entry in &papers.evidence {
            self.pair(&entry.sourced, "evidence", &entry.text.zh, &entry.text.en, Kind::Name);
        }
        for value in &papers.values {
            self.pair(&value.sourced, "value", &value.text.zh, &value.text.en, Kind::Name);
            self.sentence(&value.sourced, "unit", value.text.unit.as_ref(), Kind::Name);
        }
        for major in &papers.majors {
            self.pair(&major.sourced, "major", &major.text.zh, &major.text.en, Kind::Name);
        }
        for clause in &papers.clauses {
            self.pair(&clause.sourced, "clause", &clause.text.zh, &clause.text.en, Kind::Name);
            for part in &clause.text.part {
                self.pair(&clause.sourced, "part", &part.zh, &part.en, Kind::Name);
            }
        }
    }

    /// Everything that is a sentence.
    fn longer_words(&mut self) {
        let papers = self.papers;
        for question in &papers.questions {
            let (sourced, text) = (&question.sourced, &question.text);
            self.sentence(sourced, "name", Some(&text.name), Kind::Name);
            self.sentence(sourced, "asks", Some(&text.asks), Kind::Sentence);
            self.sentence(sourced, "help", text.help.as_ref(), Kind::Sentence);
            for column in &text.columns {
                self.pair(sourced, "columns", &column.zh, &column.en, Kind::Name);
            }
            for choice in &text.choices {
                self.pair(sourced, "choices", &choice.zh, &choice.en, Kind::Name);
            }
        }
        for check in &papers.checks {
            let (sourced, text) = (&check.sourced, &check.text);
            self.pair(sourced, "check", &text.zh, &text.en, Kind::Sentence);
            self.sentence(sourced, "asks", Some(&text.asks), Kind::Sentence);
            self.sentence(sourced, "fix", Some(&text.fix), Kind::Sentence);
        }
        for trigger in &papers.triggers {
            let text = &trigger.text;
            self.pair(&trigger.sourced, "trigger", &text.zh, &text.en, Kind::Sentence);
        }
        for pack in &papers.packs {
            self.sentence(&pack.sourced, "receiver", Some(&pack.text.receiver), Kind::Name);
            self.sentence(&pack.sourced, "channel", Some(&pack.text.channel), Kind::Sentence);
            self.sentence(&pack.sourced, "note", pack.text.note.as_ref(), Kind::Sentence);
        }
    }

    fn document(&mut self, document: &Entry<DocumentFile>) {
        let (sourced, text) = (&document.sourced, &document.text);
        self.pair(sourced, "title", &text.zh, &text.en, Kind::Name);
        for (index, section) in text.section.iter().enumerate() {
            let mut own = sourced.clone();
            own.bytes = section.id.span();
            if section.heading && section.level > 0 {
                self.pair(&own, "section", &section.zh, &section.en, Kind::Name);
                self.placeholders(&own, &section.zh, &section.en);
            }
            let below = text.section.get(index + 1).is_some_and(|next| next.level > section.level);
            if section.block.is_empty() && !below {
                let finding = Diagnostic::error("RB232").at(at(&own));
                self.found.push(finding.with("section", section.id.as_ref()));
            }
            for block in &section.block {
                self.block(&own, block);
            }
        }
    }

    fn block(&mut self, sourced: &Standing, block: &BlockText) {
        match block {
            BlockText::Paragraph { zh, en, .. } => {
                self.pair(sourced, "paragraph", zh, en, Kind::Sentence);
                self.placeholders(sourced, zh, en);
            }
            BlockText::List { zh, en, .. } => {
                self.pair(sourced, "list", zh, en, Kind::Name);
                self.placeholders(sourced, zh, en);
            }
            BlockText::Answer { lead, .. } => {
                self.sentence(sourced, "lead", lead.as_ref(), Kind::Name);
                if let Some(lead) = lead {
                    self.placeholders(sourced, &lead.zh, &lead.en);
                }
            }
            BlockText::Signature { lines, .. } => {
                for line in lines {
                    self.pair(sourced, "lines", &line.zh, &line.en, Kind::Name);
                    self.placeholders(sourced, &line.zh, &line.en);
                }
            }
            BlockText::Table { .. } | BlockText::Form { .. } | BlockText::PageBreak {} => {}
        }
    }

    /// Both languages name the same values in the same order, and each is there.
    fn placeholders(&mut self, sourced: &Standing, zh: &str, en: &str) {
        let (Some(zh), Some(en)) = (paths(zh), paths(en)) else {
            self.found.push(Diagnostic::error("RB233").at(at(sourced)));
            return;
        };
        if zh != en {
            let finding = Diagnostic::error("RB222").at(at(sourced));
            self.found.push(finding.with("zh", zh.join(", ")).with("en", en.join(", ")));
        }
        let named: BTreeSet<&str> = zh.into_iter().chain(en).collect();
        for path in named {
            let row = path.starts_with("row.");
            if !row && !readable(self.papers, Some(self.book), path) {
                let finding = Diagnostic::error("RB221").at(at(sourced));
                self.found.push(finding.with("key", "{…}").with("id", path));
            }
        }
    }

    fn tables(&mut self) {
        for table in &self.papers.tables {
            let (sourced, text) = (&table.sourced, &table.text);
            for (key, pair) in [("caption", &text.caption), ("empty", &text.empty)] {
                self.sentence(sourced, key, pair.as_ref(), Kind::Name);
                if let Some(pair) = pair {
                    self.placeholders(sourced, &pair.zh, &pair.en);
                }
            }
            for column in &text.columns {
                self.pair(sourced, "columns", &column.zh, &column.en, Kind::Name);
            }
            for row in &text.row {
                self.sentence(sourced, "row", Some(&row.label), Kind::Name);
                self.sentence(sourced, "cell", row.cell.as_ref(), Kind::Name);
            }
        }
    }

    /// Every entry has a source, and every key is known.
    fn sources(&mut self) {
        let known: BTreeSet<&str> =
            self.book.sources.iter().map(|source| source.key.as_ref().as_str()).collect();
        for sourced in every_standing(self.papers) {
            if sourced.source.is_empty() {
                self.found.push(Diagnostic::error("RB161").at(at(sourced)));
            }
            for key in sourced.source.iter().filter(|key| !known.contains(&***key)) {
                self.found.push(Diagnostic::error("RB160").at(at(sourced)).with("key", key));
            }
        }
    }

    /// Instruments are held, and nothing begins before the one that asks for it.
    fn instruments(&mut self) {
        let papers = self.papers;
        for pack in &papers.packs {
            for instrument in &pack.text.instruments {
                self.instrument(pack, Some(instrument.as_ref()), false);
            }
            if let Some(first) = pack.text.instruments.first() {
                self.instrument(pack, Some(first.as_ref()), true);
            }
        }
        for entry in &papers.typography_texts {
            self.instrument(entry, entry.text.instrument.as_deref(), true);
        }
        for entry in &papers.forms {
            self.instrument(entry, entry.text.instrument.as_deref(), true);
        }
        for entry in &papers.documents {
            for law in &entry.text.also {
                self.instrument(entry, Some(law), false);
            }
            // One document for several instruments begins with the first of them.
            let only = entry.text.also.is_empty();
            self.instrument(entry, entry.text.instrument.as_deref(), only);
        }
        for entry in &papers.clauses {
            self.instrument(entry, Some(&entry.text.law), true);
        }
        for check in &papers.checks {
            for basis in &check.text.basis {
                let law = basis.split_once('#').map_or(basis.as_str(), |(law, _)| law);
                self.instrument(check, Some(law), false);
            }
        }
    }

    fn instrument<T>(&mut self, entry: &Entry<T>, law: Option<&str>, and_day: bool) {
        let Some(law) = law else { return };
        let place = at(&entry.sourced);
        match self.book.instruments.get(&InstrumentId::new(law)) {
            None => self.found.push(Diagnostic::error("RB103").at(place).with("law", law)),
            Some(instrument) => {
                let from = entry.span.map(|span| span.from);
                let early = instrument.effective.zip(from).filter(|(day, from)| *from < day.0);
                if let Some((effective, from)) = early.filter(|_| and_day) {
                    let finding = Diagnostic::error("RB104").at(place).with("id", &entry.id);
                    let finding = finding.with("law", law).with("from", from);
                    self.found.push(finding.with("effective", effective.0));
                }
            }
        }
    }

    /// Limits and changes are those of the book.
    fn rulebook(&mut self) {
        let papers = self.papers;
        for pack in &papers.packs {
            for limit in &pack.text.limits {
                if !self.book.limits.iter().any(|held| held.id.as_str() == limit.as_ref()) {
                    self.missing(&pack.sourced, "limits", limit.as_ref());
                }
            }
            for change in &pack.text.changes {
                self.change(&pack.sourced, change.as_ref());
            }
        }
        for trigger in &papers.triggers {
            self.change(&trigger.sourced, trigger.text.change.as_ref());
        }
    }

    fn change(&mut self, sourced: &Standing, id: &str) {
        if !self.book.changes.iter().any(|held| held.id.as_str() == id) {
            self.missing(sourced, "change", id);
        }
    }

    fn missing(&mut self, sourced: &Standing, key: &str, id: &str) {
        let finding = Diagnostic::error("RB221").at(at(sourced));
        self.found.push(finding.with("key", key).with("id", id));
    }
}

fn every_standing(papers: &Papers) -> Vec<&Standing> {
    fn of<T>(entries: &[Entry<T>]) -> impl Iterator<Item = &Standing> {
        entries.iter().map(|entry| &entry.sourced)
    }
    of(&papers.typographies)
        .chain(of(&papers.packs))
        .chain(of(&papers.forms))
        .chain(of(&papers.questions))
        .chain(of(&papers.evidence))
        .chain(of(&papers.documents))
        .chain(of(&papers.tables))
        .chain(of(&papers.clauses))
        .chain(of(&papers.triggers))
        .chain(of(&papers.majors))
        .chain(of(&papers.checks))
        .collect()
}
