//! References among the papers: every id that is named is there.

use std::ops::Range;

use kouan_terms::{Diagnostic, Place, Route};
use toml::Spanned;

use super::typography::Typography;
use super::{ENGINES, Entry, LISTED, Papers};
use crate::book::{Book, Standing};
use crate::format::{
    AnswerKind, BlockText, CheckText, ClauseOfWhen, FormText, PaperTableText, PartKind, PartText,
    Rows,
};

/// Collects findings about references, with the place to point at.
struct Referee<'a> {
    papers: &'a Papers,
    book: Option<&'a Book>,
    found: Vec<Diagnostic>,
}

/// Every id stands once on any day.
pub(super) fn twice(papers: &Papers) -> Vec<Diagnostic> {
    let mut referee = Referee { papers, book: None, found: Vec::new() };
    referee.twice();
    referee.found
}

/// Every id that is named is there.
pub(super) fn check(papers: &Papers, book: &Book) -> Vec<Diagnostic> {
    let mut referee = Referee { papers, book: Some(book), found: Vec::new() };
    referee.packs();
    referee.forms();
    referee.questions();
    referee.documents();
    referee.tables();
    referee.rest();
    referee.found
}

impl Referee<'_> {
    fn finding(&mut self, code: &'static str, sourced: &Standing, bytes: Option<Range<usize>>) {
        let place = Place::at(&sourced.file, bytes.unwrap_or_else(|| sourced.bytes.clone()));
        self.found.push(Diagnostic::error(code).at(place));
    }

    fn with(&mut self, name: &'static str, value: &str) {
        if let Some(last) = self.found.pop() {
            self.found.push(last.with(name, value));
        }
    }

    fn missing(&mut self, sourced: &Standing, bytes: Option<Range<usize>>, key: &str, id: &str) {
        self.finding("RB221", sourced, bytes);
        self.with("key", key);
        self.with("id", id);
    }

    fn once<T>(&mut self, entries: &[Entry<T>]) {
        for (index, entry) in entries.iter().enumerate() {
            let shares = |other: &&Entry<T>| {
                other.id == entry.id
                    && match (&other.span, &entry.span) {
                        (Some(one), Some(two)) => one.overlaps(two),
                        _ => true,
                    }
            };
            if entries.iter().take(index).any(|other| shares(&other)) {
                self.finding("RB110", &entry.sourced, None);
            }
        }
    }

    fn twice(&mut self) {
        let papers = self.papers;
        self.once(&papers.typographies);
        self.once(&papers.packs);
        self.once(&papers.forms);
        self.once(&papers.questions);
        self.once(&papers.evidence);
        self.once(&papers.documents);
        self.once(&papers.tables);
        self.once(&papers.clauses);
        self.once(&papers.triggers);
        self.once(&papers.majors);
        self.once(&papers.checks);
        self.once(&papers.values);
        self.once(&papers.templates);
    }

    /// A value path, a question or a fact.
    fn readable(&self, path: &str) -> bool {
        readable(self.papers, self.book, path)
    }

    fn when(&mut self, sourced: &Standing, bytes: Option<Range<usize>>, when: &[ClauseOfWhen]) {
        for clause in when {
            if !self.readable(&clause.value) {
                self.missing(sourced, bytes.clone(), "when", &clause.value);
            }
        }
    }

    fn packs(&mut self) {
        for pack in &self.papers.packs {
            let sourced = &pack.sourced;
            self.when(sourced, None, &pack.text.when);
            self.of_packs(sourced, "adds_to", &pack.text.adds_to);
            for route in &pack.text.routes {
                if Route::parse(route.as_ref()).is_none_or(|route| route == Route::Undetermined) {
                    self.finding("RB114", sourced, Some(route.span()));
                    self.with("word", route.as_ref());
                }
            }
            for (index, part) in pack.text.part.iter().enumerate() {
                let same = |other: &&PartText| other.id.as_ref() == part.id.as_ref();
                if pack.text.part.iter().take(index).any(|other| same(&other)) {
                    self.finding("RB110", sourced, Some(part.id.span()));
                }
                self.part(sourced, part);
            }
        }
    }

    fn part(&mut self, sourced: &Standing, part: &PartText) {
        let papers = self.papers;
        let bytes = part.id.span();
        self.when(sourced, Some(bytes.clone()), &part.when);
        self.kinds(sourced, "evidences", &part.evidences);
        self.kinds(sourced, "signed", part.signed.as_slice());
        let (key, named) = match part.kind {
            PartKind::Document => ("document", &part.document),
            PartKind::Form => ("form", &part.form),
            PartKind::Attachment | PartKind::Template => ("evidence", &part.evidence),
        };
        let Some(id) = named else {
            if !part.evidences.is_empty() {
                return;
            }
            self.finding("RB223", sourced, Some(bytes));
            self.with("part", part.id.as_ref());
            self.with("key", key);
            return;
        };
        let known = |key: &str, id: &str| match key {
            "document" => papers.documents.iter().any(|document| *document.id == *id),
            "form" => papers.forms.iter().any(|form| *form.id == *id),
            _ => papers.evidence(id).is_some(),
        };
        if !known(key, id.as_ref()) {
            self.missing(sourced, Some(id.span()), key, id.as_ref());
        }
        // A form has a document beside it, on which it is printed.
        let beside = [("document", &part.document), ("form", &part.form)];
        for (other, id) in beside.into_iter().filter(|(other, _)| *other != key) {
            if let Some(id) = id.as_ref().filter(|id| !known(other, id.as_ref())) {
                self.missing(sourced, Some(id.span()), other, id.as_ref());
            }
        }
    }

    fn forms(&mut self) {
        for form in &self.papers.forms {
            for field in form.text.group.iter().flat_map(|group| &group.field) {
                self.when(&form.sourced, Some(field.id.span()), &field.when);
                if !self.readable(field.from.as_ref()) {
                    let path = field.from.as_ref();
                    self.missing(&form.sourced, Some(field.from.span()), "from", path);
                }
            }
        }
    }

    fn questions(&mut self) {
        let papers = self.papers;
        for question in &papers.questions {
            let (text, sourced) = (&question.text, &question.sourced);
            self.when(sourced, None, &text.when);
            if (text.r#type == AnswerKind::Choice) == text.choices.is_empty() {
                self.finding("RB225", sourced, None);
                self.with("question", &question.id);
            }
            if !(1..=5).contains(&text.effort) {
                self.finding("RB228", sourced, None);
                self.with("question", &question.id);
            }
            self.kinds(sourced, "evidence", &text.evidence);
        }
    }

    fn kinds(&mut self, sourced: &Standing, key: &str, kinds: &[Spanned<String>]) {
        for kind in kinds {
            if self.papers.evidence(kind.as_ref()).is_none() {
                self.missing(sourced, Some(kind.span()), key, kind.as_ref());
            }
        }
    }

    fn documents(&mut self) {
        let papers = self.papers;
        for document in &papers.documents {
            let (text, sourced) = (&document.text, &document.sourced);
            let typography = text.typography.as_ref();
            let of_id = |entry: &&Entry<Typography>| *entry.id == **typography;
            match papers.typographies.iter().find(of_id) {
                None => {
                    let bytes = Some(text.typography.span());
                    self.missing(sourced, bytes, "typography", typography);
                }
                Some(typography) => {
                    let levels = u32::try_from(typography.text.headings.len()).unwrap_or(u32::MAX);
                    let deep = text.section.iter().find(|section| section.level > levels);
                    if let Some(section) = deep {
                        self.finding("RB227", sourced, Some(section.id.span()));
                        self.with("section", section.id.as_ref());
                    }
                }
            }
            for (index, section) in text.section.iter().enumerate() {
                let same = |id: &str| section.id.as_ref() == id;
                if text.section.iter().take(index).any(|other| same(other.id.as_ref())) {
                    self.finding("RB110", sourced, Some(section.id.span()));
                }
                self.when(sourced, Some(section.id.span()), &section.when);
                for block in &section.block {
                    self.block(sourced, section.id.span(), block);
                }
            }
        }
    }

    fn block(&mut self, sourced: &Standing, bytes: Range<usize>, block: &BlockText) {
        let when = match block {
            BlockText::Paragraph { when, .. }
            | BlockText::Answer { when, .. }
            | BlockText::Table { when, .. }
            | BlockText::List { when, .. } => when.as_slice(),
            BlockText::Form { when, .. } => when.as_slice(),
            BlockText::Signature { .. } | BlockText::PageBreak {} => &[],
        };
        self.when(sourced, Some(bytes.clone()), when);
        match block {
            BlockText::Answer { question, .. } if self.papers.question(question).is_none() => {
                self.missing(sourced, Some(bytes), "question", question);
            }
            BlockText::Table { table, .. } if self.papers.table(table).is_none() => {
                self.missing(sourced, Some(bytes), "table", table);
            }
            BlockText::Form { form, group, .. } => {
                let held = self.papers.forms.iter().find(|held| *held.id == **form);
                let known = |form: &&Entry<FormText>| {
                    form.text.group.iter().any(|held| held.id.as_ref() == group)
                };
                if held.filter(known).is_none() {
                    self.missing(sourced, Some(bytes), "form", form);
                }
            }
            BlockText::List { each, .. } if !LISTED.contains(&each.as_str()) => {
                self.missing(sourced, Some(bytes), "each", each);
            }
            _ => {}
        }
    }

    fn tables(&mut self) {
        let papers = self.papers;
        for table in &papers.tables {
            let (text, sourced) = (&table.text, &table.sourced);
            let named = text.question.as_ref().filter(|_| text.rows == Rows::Answer);
            let question = named.and_then(|id| papers.question(id.as_ref()));
            if text.rows == Rows::Answer && question.is_none() {
                let id = text.question.as_ref().map_or("—", |id| id.as_ref());
                self.missing(sourced, None, "question", id);
            }
            let of = text.of.as_ref().map_or("—", |of| of.as_ref());
            let engine = ENGINES.iter().find(|(id, _)| *id == of);
            if text.rows == Rows::Engine && engine.is_none() {
                self.missing(sourced, None, "of", of);
            }
            for column in &text.columns {
                if let Some(cell) = &column.cell
                    && let Some(question) = question
                    && !question.text.columns.iter().any(|held| held.id.as_ref() == cell.as_ref())
                {
                    self.missing(sourced, Some(cell.span()), "cell", cell.as_ref());
                }
                let Some(value) = &column.value else { continue };
                let of_row = value.as_ref() == "row.number"
                    || engine.is_some_and(|(_, word)| {
                        value.as_ref().split_once('.').is_some_and(|(first, _)| first == *word)
                    });
                if !of_row && !self.readable(value.as_ref()) {
                    self.missing(sourced, Some(value.span()), "value", value.as_ref());
                }
            }
            self.fixed_rows(table);
        }
    }

    fn fixed_rows(&mut self, table: &Entry<PaperTableText>) {
        let (text, sourced) = (&table.text, &table.sourced);
        let cells = text.columns.len().saturating_sub(1);
        for row in &text.row {
            let values: Vec<_> = row.value.iter().chain(&row.values).collect();
            let held = values.len() + usize::from(row.cell.is_some());
            if text.rows != Rows::Fixed || held != cells {
                self.finding("RB229", sourced, None);
                self.with("table", &table.id);
            }
            self.when(sourced, None, &row.when);
            for value in values {
                if !self.readable(value.as_ref()) {
                    self.missing(sourced, Some(value.span()), "value", value.as_ref());
                }
            }
        }
    }

    fn rest(&mut self) {
        let papers = self.papers;
        for check in &papers.checks {
            let (text, sourced) = (&check.text, &check.sourced);
            if !papers.majors.iter().any(|major| *major.id == **text.major.as_ref()) {
                self.missing(sourced, Some(text.major.span()), "major", text.major.as_ref());
            }
            self.kinds(sourced, "evidence_kinds", &text.evidence_kinds);
            self.when(sourced, None, &text.when);
            for read in &text.reads {
                let path = read.as_ref().as_str();
                let known = self.readable(path)
                    || papers.evidence(path).is_some()
                    || papers.documents.iter().any(|document| *document.id == *path)
                    || papers.clauses.iter().any(|clause| *clause.id == *path);
                if !known {
                    self.missing(sourced, Some(read.span()), "reads", path);
                }
            }
            self.of_packs(sourced, "for", &text.packs);
        }
        for major in &papers.majors {
            let own = |check: &&Entry<_>| check_of(check) == &*major.id;
            let held = papers.checks.iter().filter(own).count();
            if held != major.text.count {
                self.finding("RB234", &major.sourced, None);
                self.with("major", &major.id);
                self.with("held", &held.to_string());
                self.with("count", &major.text.count.to_string());
            }
        }
        for trigger in &papers.triggers {
            let sourced = &trigger.sourced;
            self.of_packs(sourced, "of", std::slice::from_ref(&trigger.text.of));
            for compares in &trigger.text.compares {
                const COLLECTIONS: [&str; 3] = ["flows", "recipients", "fields"];
                let path = compares.value.as_str();
                let known = COLLECTIONS.contains(&path)
                    || self.readable(path)
                    || papers.evidence(path).is_some();
                if !known {
                    self.missing(sourced, None, "compares", path);
                }
            }
        }
        for template in &papers.templates {
            for field in &template.text.field {
                for path in field.value.iter().chain(&field.values) {
                    if !self.readable(path) {
                        self.missing(&template.sourced, None, "value", path);
                    }
                }
            }
        }
        for value in &papers.values {
            if let Some(question) = &value.text.question
                && papers.question(question.as_ref()).is_none()
            {
                let bytes = Some(question.span());
                self.missing(&value.sourced, bytes, "question", question.as_ref());
            }
        }
    }

    fn of_packs(&mut self, sourced: &Standing, key: &str, packs: &[Spanned<String>]) {
        for pack in packs {
            if !self.papers.packs.iter().any(|held| *held.id == **pack.as_ref()) {
                self.missing(sourced, Some(pack.span()), key, pack.as_ref());
            }
        }
    }
}

/// The major of a check.
fn check_of(check: &Entry<CheckText>) -> &str {
    check.text.major.as_ref()
}

/// A value path, a question or a fact.
pub(super) fn readable(papers: &Papers, book: Option<&Book>, path: &str) -> bool {
    papers.value(path).is_some()
        || papers.question(path).is_some()
        || book.is_some_and(|book| book.fact_index(path).is_some())
}
