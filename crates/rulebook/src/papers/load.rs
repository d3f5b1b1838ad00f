//! From the files of `papers/` to [`Papers`].

use std::collections::BTreeMap;

use kouan_terms::{DaySpan, Diagnostic, Place};
use serde::de::DeserializeOwned;
use toml::Spanned;

use super::{Entry, Papers, references, typography};
use crate::book::Standing;
use crate::format::{self, Checked, DayText, InForceText};
use crate::load::standing::{FileStanding, OwnStanding, span};
use crate::load::{FORMAT, PAPERS, digest_of, in_order, parse};

pub(super) fn load<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Papers, Vec<Diagnostic>> {
    let is_ours = |name: &str| name.starts_with(PAPERS) && name.ends_with(".toml");
    let files: BTreeMap<&str, &str> = files.into_iter().filter(|(name, _)| is_ours(name)).collect();
    if files.is_empty() {
        return Ok(Papers::default());
    }
    let digest = digest_of(&files);
    let mut loader = Loader { papers: Papers::default(), findings: Vec::new() };
    for (name, text) in files {
        loader.file(name, text);
    }
    // What was not read cannot be referred to: such findings would be noise.
    if loader.findings.is_empty() {
        loader.findings = references::twice(&loader.papers);
    }
    let number = |id: &str| id.trim_start_matches(char::is_alphabetic).parse::<u32>().unwrap_or(0);
    loader.papers.majors.sort_by(|a, b| a.id.cmp(&b.id));
    loader.papers.checks.sort_by(|a, b| {
        let key = |check: &Entry<format::CheckText>| {
            (check.text.major.as_ref().clone(), number(&check.id))
        };
        key(a).cmp(&key(b))
    });
    if loader.findings.is_empty() {
        return Ok(Papers { digest, ..loader.papers });
    }
    Err(in_order(loader.findings))
}

/// The place of an entry.
pub(super) fn at(sourced: &Standing) -> Place {
    Place::at(&sourced.file, sourced.bytes.clone())
}

struct Loader {
    papers: Papers,
    findings: Vec<Diagnostic>,
}

/// What a file says for all its entries.
struct Head {
    format: u32,
    source: Vec<String>,
    confidence: Option<String>,
    known_since: Option<DayText>,
    checked: Option<Checked>,
}

/// Takes the head of a file apart from its entries.
macro_rules! head {
    ($file:ident) => {
        Head {
            format: $file.format,
            source: $file.source,
            confidence: $file.confidence,
            known_since: $file.known_since,
            checked: $file.checked,
        }
    };
}

/// Turns the texts of a file into entries.
macro_rules! entries {
    ($self:ident, $name:ident, $file:ident, $entry:ident, $id:ident, $span:expr) => {{
        let texts = $file.$entry;
        let of_file = $self.of_file($name, head!($file));
        texts
            .into_iter()
            .map(|text| {
                let span_of: fn(&_) -> Option<InForceText> = $span;
                let own = Own {
                    id: &text.$id,
                    source: &text.source,
                    confidence: text.confidence.as_deref(),
                    in_force: span_of(&text),
                };
                let (id, span, sourced) = $self.entry(&of_file, own);
                Entry { id, text, span, sourced }
            })
            .collect::<Vec<_>>()
    }};
}

struct Own<'a> {
    id: &'a Spanned<String>,
    source: &'a [String],
    confidence: Option<&'a str>,
    in_force: Option<InForceText>,
}

impl Loader {
    /// Reads one file; its kind is its own name or that of its folder.
    fn file(&mut self, name: &str, text: &str) {
        let rest = name.strip_prefix(PAPERS).unwrap_or(name);
        let kind = rest.split_once('/').map_or(rest, |(folder, _)| folder);
        match kind.strip_suffix(".toml").unwrap_or(kind) {
            "typography" => self.typographies(name, text),
            "packs" => self.packs(name, text),
            "forms" => self.forms(name, text),
            "questions" => self.questions(name, text),
            "evidence" => self.evidence(name, text),
            "documents" => self.document(name, text),
            "tables" => self.tables(name, text),
            "clauses" => self.clauses(name, text),
            "triggers" => self.triggers(name, text),
            "checks" => self.checks(name, text),
            "templates" => self.templates(name, text),
            "values" => self.values(name, text),
            _ => self.findings.push(Diagnostic::error("RB220").at(Place::file(name))),
        }
    }

    fn parse<T: DeserializeOwned>(&mut self, name: &str, text: &str) -> Option<T> {
        parse(name, text, &mut self.findings)
    }

    fn of_file(&mut self, name: &str, head: Head) -> FileStanding {
        if head.format != FORMAT {
            let finding = Diagnostic::error("RB102").at(Place::file(name));
            self.findings.push(finding.with("format", head.format));
        }
        FileStanding {
            file: name.to_owned(),
            source: head.source,
            confidence: head.confidence,
            checked: head.checked,
            known_since: head.known_since,
        }
    }

    fn entry(
        &mut self,
        of_file: &FileStanding,
        own: Own<'_>,
    ) -> (Box<str>, Option<DaySpan>, Standing) {
        let days = own.in_force.map(|text| span(&of_file.file, &text, &mut self.findings));
        let standing = OwnStanding {
            source: own.source,
            confidence: own.confidence,
            ..OwnStanding::default()
        };
        let sourced = of_file.of(standing, own.id.span(), &mut self.findings);
        (own.id.as_ref().as_str().into(), days, sourced)
    }

    fn typographies(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::TypographyFile>(name, text) else { return };
        let texts = entries!(self, name, file, typography, id, |t: &format::TypographyText| {
            Some(t.in_force.clone())
        });
        let resolved = typography::resolve(&texts, &mut self.findings);
        self.papers.typographies.extend(resolved);
        self.papers.typography_texts.extend(texts);
    }

    fn packs(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::PackFile>(name, text) else { return };
        let packs = entries!(self, name, file, pack, id, |t: &format::PackText| {
            Some(t.in_force.clone())
        });
        self.papers.packs.extend(packs);
    }

    fn forms(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::FormFile>(name, text) else { return };
        let forms = entries!(self, name, file, form, id, |t: &format::FormText| t.in_force.clone());
        self.papers.forms.extend(forms);
    }

    fn questions(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::QuestionFile>(name, text) else { return };
        let questions = entries!(self, name, file, question, id, |_: &format::QuestionText| None);
        self.papers.questions.extend(questions);
    }

    fn evidence(&mut self, name: &str, text: &str) {
        let Some(mut file) = self.parse::<format::EvidenceFile>(name, text) else { return };
        if let Some(formats) = file.formats.take() {
            self.papers.accepts.extend(formats.accepts.into_iter().map(Into::into));
        }
        let evidence = entries!(self, name, file, evidence, id, |_: &format::EvidenceText| None);
        self.papers.evidence.extend(evidence);
    }

    fn document(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::DocumentFile>(name, text) else { return };
        let head = Head {
            format: file.format,
            source: file.source.clone(),
            confidence: file.confidence.clone(),
            known_since: file.known_since,
            checked: file.checked.clone(),
        };
        let of_file = self.of_file(name, head);
        let own = Own {
            id: &file.id,
            source: &[],
            confidence: None,
            in_force: Some(file.in_force.clone()),
        };
        let (id, span, sourced) = self.entry(&of_file, own);
        self.papers.documents.push(Entry { id, text: file, span, sourced });
    }

    fn tables(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::TableFile>(name, text) else { return };
        let tables = entries!(self, name, file, table, id, |_: &format::PaperTableText| None);
        self.papers.tables.extend(tables);
    }

    fn clauses(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::ClauseFile>(name, text) else { return };
        let clauses =
            entries!(self, name, file, clause, id, |t: &format::ClauseText| t.in_force.clone());
        self.papers.clauses.extend(clauses);
    }

    fn triggers(&mut self, name: &str, text: &str) {
        let Some(file) = self.parse::<format::TriggerFile>(name, text) else { return };
        let triggers = entries!(self, name, file, trigger, id, |_: &format::TriggerText| None);
        self.papers.triggers.extend(triggers);
    }

    fn checks(&mut self, name: &str, text: &str) {
        let Some(mut file) = self.parse::<format::CheckFile>(name, text) else { return };
        for check in file.check.iter_mut().filter(|check| check.packs.is_empty()) {
            check.packs = file.packs.clone();
        }
        let majors = std::mem::take(&mut file.major);
        let of_majors = FileStanding {
            file: name.to_owned(),
            source: file.source.clone(),
            confidence: file.confidence.clone(),
            checked: file.checked.clone(),
            known_since: file.known_since,
        };
        for text in majors {
            let own = Own { id: &text.id, source: &[], confidence: None, in_force: None };
            let (id, span, sourced) = self.entry(&of_majors, own);
            self.papers.majors.push(Entry { id, text, span, sourced });
        }
        let checks = entries!(self, name, file, check, id, |_: &format::CheckText| None);
        self.papers.checks.extend(checks);
    }

    fn templates(&mut self, name: &str, text: &str) {
        let Some(mut file) = self.parse::<format::TemplateFile>(name, text) else { return };
        self.papers.example = file.example.take().or(self.papers.example.take());
        let templates =
            entries!(self, name, file, template, id, |t: &format::TemplateText| t.in_force.clone());
        self.papers.templates.extend(templates);
    }

    fn values(&mut self, name: &str, text: &str) {
        let Some(mut file) = self.parse::<format::ValueFile>(name, text) else { return };
        // A value path is a name of ours, and no statement about the law.
        file.confidence.get_or_insert_with(|| "high".to_owned());
        if let Some(formats) = file.formats.take() {
            self.papers.formats = formats;
        }
        self.papers.phrases.append(&mut file.phrases);
        let values = entries!(self, name, file, value, path, |_: &format::ValueText| None);
        self.papers.values.extend(values);
    }
}
