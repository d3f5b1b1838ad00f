//! What an authority is given: packs, documents, forms, questions and checks, each with its days.
//!
//! The texts are those of the files ([`crate::format`]); an [`Entry`] adds where one stands, how it
//! is sourced and when it holds. Deciding never needs this part of the rulebook, so [`crate::load`]
//! leaves `papers/` alone.

mod check;
mod load;
mod placeholders;
mod references;
mod typography;

pub use check::check;
pub use placeholders::{Piece, pieces};
pub use typography::{Face, Typography};

use std::collections::BTreeMap;

use kouan_terms::{Bilingual, Day, DaySpan, Diagnostic, Route};

use crate::book::Standing;
use crate::format::{
    CheckText, ClauseText, DigestExample, DocumentFile, EvidenceText, FormText, MajorText,
    PackText, PaperTableText, QuestionText, Sentence, TemplateText, TriggerText, TypographyText,
    ValueFormatsText, ValueText,
};

/// One entry of a file, with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<T> {
    /// Its id.
    pub id: Box<str>,
    /// What the file says.
    pub text: T,
    /// When it holds; always when `None`.
    pub span: Option<DaySpan>,
    /// Source, confidence, place.
    pub sourced: Standing,
}

impl<T> Entry<T> {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds_on(&self, day: Day) -> bool {
        self.span.is_none_or(|span| span.contains(day))
    }
}

/// The papers of a rulebook, with every id resolved.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    pub(super) digest: String,
    pub(super) typographies: Vec<Entry<Typography>>,
    pub(super) typography_texts: Vec<Entry<TypographyText>>,
    pub(super) accepts: Vec<Box<str>>,
    pub(super) formats: ValueFormatsText,
    pub(super) packs: Vec<Entry<PackText>>,
    pub(super) forms: Vec<Entry<FormText>>,
    pub(super) questions: Vec<Entry<QuestionText>>,
    pub(super) evidence: Vec<Entry<EvidenceText>>,
    pub(super) documents: Vec<Entry<DocumentFile>>,
    pub(super) tables: Vec<Entry<PaperTableText>>,
    pub(super) clauses: Vec<Entry<ClauseText>>,
    pub(super) triggers: Vec<Entry<TriggerText>>,
    pub(super) majors: Vec<Entry<MajorText>>,
    pub(super) checks: Vec<Entry<CheckText>>,
    pub(super) values: Vec<Entry<ValueText>>,
    pub(super) templates: Vec<Entry<TemplateText>>,
    pub(super) example: Option<DigestExample>,
    pub(super) phrases: BTreeMap<String, BTreeMap<String, Sentence>>,
}

impl Papers {
    /// Reads the files of `papers/` among those of a rulebook; the others are not looked at.
    ///
    /// Without such files there are no papers.
    ///
    /// # Errors
    ///
    /// Every finding, in the order of files and places: a file that cannot be read, an id that
    /// stands twice on one day, a reference to what is not there, a condition or a placeholder that
    /// cannot be read.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Papers, Vec<Diagnostic>> {
        load::load(files)
    }

    /// SHA-256 over the names and texts of the files, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every pack, of every day, in the order of the file.
    #[must_use]
    pub fn packs(&self) -> &[Entry<PackText>] {
        &self.packs
    }

    /// The packs that serve a route on a day, in the order of the file.
    pub fn packs_for(&self, route: Route, on: Day) -> impl Iterator<Item = &Entry<PackText>> {
        self.packs.iter().filter(move |pack| pack.text.serves(route) && pack.holds_on(on))
    }

    /// A pack by its id, as it stands on a day.
    #[must_use]
    pub fn pack(&self, id: &str, on: Day) -> Option<&Entry<PackText>> {
        on_day(&self.packs, id, on)
    }

    /// A document by its id, as it stands on a day.
    #[must_use]
    pub fn document(&self, id: &str, on: Day) -> Option<&Entry<DocumentFile>> {
        on_day(&self.documents, id, on)
    }

    /// A form by its id, as it stands on a day.
    #[must_use]
    pub fn form(&self, id: &str, on: Day) -> Option<&Entry<FormText>> {
        on_day(&self.forms, id, on)
    }

    /// A typography by its id, as it stands on a day.
    #[must_use]
    pub fn typography(&self, id: &str, on: Day) -> Option<&Entry<Typography>> {
        on_day(&self.typographies, id, on)
    }

    /// A table by its id.
    #[must_use]
    pub fn table(&self, id: &str) -> Option<&Entry<PaperTableText>> {
        by_id(&self.tables, id)
    }

    /// A question by its id.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Entry<QuestionText>> {
        by_id(&self.questions, id)
    }

    /// Every question, in the order of the file.
    #[must_use]
    pub fn questions(&self) -> &[Entry<QuestionText>] {
        &self.questions
    }

    /// A kind of evidence by its id.
    #[must_use]
    pub fn evidence(&self, id: &str) -> Option<&Entry<EvidenceText>> {
        by_id(&self.evidence, id)
    }

    /// Every kind of evidence, in the order of the file.
    #[must_use]
    pub fn every_evidence(&self) -> &[Entry<EvidenceText>] {
        &self.evidence
    }

    /// Extensions of files that the filing system takes.
    #[must_use]
    pub fn accepts(&self) -> &[Box<str>] {
        &self.accepts
    }

    /// Every document, of every day, in the order of the files.
    #[must_use]
    pub fn documents(&self) -> &[Entry<DocumentFile>] {
        &self.documents
    }

    /// Every form, of every day.
    #[must_use]
    pub fn forms(&self) -> &[Entry<FormText>] {
        &self.forms
    }

    /// Every table.
    #[must_use]
    pub fn tables(&self) -> &[Entry<PaperTableText>] {
        &self.tables
    }

    /// Every typography, of every day.
    #[must_use]
    pub fn typographies(&self) -> &[Entry<Typography>] {
        &self.typographies
    }

    /// The heads of a contract in one set, as they stand on a day.
    pub fn clauses<'a>(
        &'a self,
        of: &'a str,
        on: Day,
    ) -> impl Iterator<Item = &'a Entry<ClauseText>> {
        self.clauses.iter().filter(move |clause| {
            clause.id.split_once('.').is_some_and(|(set, _)| set == of) && clause.holds_on(on)
        })
    }

    /// Every head of a contract, of every set and day.
    #[must_use]
    pub fn every_clause(&self) -> &[Entry<ClauseText>] {
        &self.clauses
    }

    /// The triggers of a pack; the changes they make exact say on which days they hold.
    pub fn triggers<'a>(&'a self, pack: &'a str) -> impl Iterator<Item = &'a Entry<TriggerText>> {
        self.triggers.iter().filter(move |trigger| trigger.text.of.as_ref() == pack)
    }

    /// Every trigger.
    #[must_use]
    pub fn every_trigger(&self) -> &[Entry<TriggerText>] {
        &self.triggers
    }

    /// The majors of the pre-assessment.
    #[must_use]
    pub fn majors(&self) -> &[Entry<MajorText>] {
        &self.majors
    }

    /// The checks of the pre-assessment, in the order of the file.
    #[must_use]
    pub fn checks(&self) -> &[Entry<CheckText>] {
        &self.checks
    }

    /// An official text by its id, as it stands on a day.
    #[must_use]
    pub fn template(&self, id: &str, on: Day) -> Option<&Entry<TemplateText>> {
        on_day(&self.templates, id, on)
    }

    /// A text and its digest, to try the digest of paragraphs out.
    #[must_use]
    pub fn digest_example(&self) -> Option<&DigestExample> {
        self.example.as_ref()
    }

    /// The words for a state: a group such as `verdict`, and a word of it.
    #[must_use]
    pub fn phrase(&self, group: &str, word: &str) -> Option<Bilingual> {
        let sentence = self.phrases.get(group)?.get(word)?;
        Some(pair(&sentence.zh, &sentence.en))
    }

    /// A value by its path.
    #[must_use]
    pub fn value(&self, path: &str) -> Option<&Entry<ValueText>> {
        by_id(&self.values, path)
    }

    /// Every value, in the order of the file.
    #[must_use]
    pub fn values(&self) -> &[Entry<ValueText>] {
        &self.values
    }

    /// How values of each sort are written.
    #[must_use]
    pub fn formats(&self) -> &ValueFormatsText {
        &self.formats
    }

    /// What a value path or a question is called, in both languages.
    #[must_use]
    pub fn name_of(&self, path: &str) -> Option<Bilingual> {
        if let Some(value) = self.value(path) {
            return Some(pair(&value.text.zh, &value.text.en));
        }
        let question = &self.question(path)?.text;
        Some(pair(&question.name.zh, &question.name.en))
    }
}

/// What a list of a document has a line for each of.
pub const LISTED: [&str; 5] = ["flow", "recipient", "part", "gap", "clause"];

/// What the program makes rows of, with the word before the dot in their columns.
pub const ENGINES: &[(&str, &str)] = &[
    ("parts", "part"),
    ("gaps", "gap"),
    ("clauses", "clause"),
    ("changes", "change"),
    ("conditions", "condition"),
    ("majors", "major"),
    ("checks", "check"),
    ("fixes", "check"),
];

fn pair(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}

fn on_day<'a, T>(entries: &'a [Entry<T>], id: &str, on: Day) -> Option<&'a Entry<T>> {
    entries.iter().find(|entry| *entry.id == *id && entry.holds_on(on))
}

fn by_id<'a, T>(entries: &'a [Entry<T>], id: &str) -> Option<&'a Entry<T>> {
    entries.iter().find(|entry| *entry.id == *id)
}

#[cfg(test)]
mod tests;
