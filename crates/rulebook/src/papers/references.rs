//! References among the papers: every id that is named is there.

use std::ops::Range;

use kouan_terms::{Diagnostic, Place, Route};
use toml::Spanned;

use super::condition::Condition;
use super::typography::Typography;
use super::{Each, Entry, Papers};
use crate::book::Standing;
use crate::format::{AnswerKind, BlockText, PartKind, PartText, Required};

/// Collects findings about references, with the place to point at.
struct Referee<'a> {
    papers: &'a Papers,
    found: Vec<Diagnostic>,
}

/// Every id that is named is there, and once on any day.
pub(super) fn check(papers: &Papers) -> Vec<Diagnostic> {
    let mut referee = Referee { papers, found: Vec::new() };
    referee.twice();
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
    }

    /// A value path or a question.
    fn readable(&self, path: &str) -> bool {
        self.papers.value(path).is_some() || self.papers.question(path).is_some()
    }

    fn condition(&mut self, sourced: &Standing, bytes: Option<Range<usize>>, text: &str) {
        let Some(condition) = Condition::parse(text) else {
            self.finding("RB224", sourced, bytes);
            self.with("condition", text);
            return;
        };
        for clause in condition.clauses {
            if !self.readable(&clause.path) {
                self.missing(sourced, bytes.clone(), "when", &clause.path);
            }
        }
    }

    fn when(&mut self, sourced: &Standing, when: Option<&Spanned<String>>) {
        if let Some(when) = when {
            self.condition(sourced, Some(when.span()), when.as_ref());
        }
    }

    fn required(&mut self, sourced: &Standing, bytes: Range<usize>, required: &Required) {
        let Required::When(text) = required else { return };
        match text.strip_prefix("when:") {
            Some(condition) => self.condition(sourced, Some(bytes), condition.trim()),
            None => {
                self.finding("RB224", sourced, Some(bytes));
                self.with("condition", text);
            }
        }
    }

    fn packs(&mut self) {
        for pack in &self.papers.packs {
            let sourced = &pack.sourced;
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
        self.required(sourced, bytes.clone(), &part.required);
        let (key, named) = match part.kind {
            PartKind::Document => ("document", &part.document),
            PartKind::Form => ("form", &part.form),
            PartKind::Attachment | PartKind::Template => ("evidence", &part.evidence),
        };
        let Some(id) = named else {
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
    }

    fn forms(&mut self) {
        for form in &self.papers.forms {
            for field in form.text.group.iter().flat_map(|group| &group.field) {
                self.required(&form.sourced, field.id.span(), &field.required);
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
            self.when(sourced, text.when.as_ref());
            if (text.r#type == AnswerKind::Choice) == text.choices.is_empty() {
                self.finding("RB225", sourced, None);
                self.with("question", &question.id);
            }
            if !(1..=5).contains(&text.effort) {
                self.finding("RB228", sourced, None);
                self.with("question", &question.id);
            }
            for pack in &text.needed_for {
                if !papers.packs.iter().any(|held| *held.id == **pack.as_ref()) {
                    self.missing(sourced, Some(pack.span()), "needed_for", pack.as_ref());
                }
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
                self.when(sourced, section.when.as_ref());
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
            | BlockText::List { when, .. } => when.as_deref(),
            BlockText::Signature { .. } | BlockText::PageBreak {} => None,
        };
        if let Some(when) = when {
            self.condition(sourced, Some(bytes.clone()), when);
        }
        match block {
            BlockText::Answer { question, .. } if self.papers.question(question).is_none() => {
                self.missing(sourced, Some(bytes), "question", question);
            }
            BlockText::Table { table, .. } if self.papers.table(table).is_none() => {
                self.missing(sourced, Some(bytes), "table", table);
            }
            BlockText::List { each, .. } if Each::parse(each).is_none() => {
                self.missing(sourced, Some(bytes), "each", each);
            }
            _ => {}
        }
    }

    fn tables(&mut self) {
        for table in &self.papers.tables {
            let (text, sourced) = (&table.text, &table.sourced);
            let each = Each::parse(text.each.as_ref());
            let rows_of = match &each {
                Some(Each::RowsOf(question)) => self.papers.question(question).is_some(),
                other => other.is_some(),
            };
            if !rows_of {
                self.missing(sourced, Some(text.each.span()), "each", text.each.as_ref());
            }
            let fixed = each == Some(Each::Rows);
            for column in &text.column {
                let Some(from) = &column.from else { continue };
                if !is_row_path(from.as_ref()) && !self.readable(from.as_ref()) {
                    self.missing(sourced, Some(from.span()), "from", from.as_ref());
                }
            }
            let cells = text.column.len().saturating_sub(1);
            for row in &text.row {
                if !fixed || row.cells.len() != cells {
                    self.finding("RB229", sourced, None);
                    self.with("table", &table.id);
                }
                for cell in &row.cells {
                    if !self.readable(cell.as_ref()) {
                        self.missing(sourced, Some(cell.span()), "cells", cell.as_ref());
                    }
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
            self.when(sourced, text.when.as_ref());
            for read in &text.reads {
                let path = read.as_ref().as_str();
                let known = match path.strip_prefix("part:") {
                    Some(part) => papers
                        .packs
                        .iter()
                        .any(|pack| pack.text.part.iter().any(|held| held.id.as_ref() == part)),
                    None => self.readable(path) || papers.evidence(path).is_some(),
                };
                if !known {
                    self.missing(sourced, Some(read.span()), "reads", path);
                }
            }
            self.of_packs(sourced, "packs", &text.packs);
        }
        for trigger in &papers.triggers {
            self.of_packs(&trigger.sourced, "of", &trigger.text.of);
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

/// What a cell can say of its own row: `row.name`, `row.answer`, or a column of a list's answer.
fn is_row_path(path: &str) -> bool {
    path.strip_prefix("row.").is_some_and(|rest| !rest.is_empty())
}
