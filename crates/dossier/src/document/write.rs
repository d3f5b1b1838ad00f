//! From the rulebook's text of a document to the document.

use kouan_rulebook::format::{BlockText, DocumentFile, Per, SectionText, Sentence, SignatureDate};
use kouan_rulebook::papers::{Entry, Piece, pieces};
use kouan_terms::{Bilingual, Day};

use super::numbering::Numbering;
use super::{Block, Document, Paragraph, Run, RunKind};
use crate::trace::Trace;
use crate::values::{Found, Gap, Plain, Resolver, Scope, Value};

/// Writes a document for a scope: the handler, or one recipient or flow.
#[must_use]
pub fn write(resolver: &Resolver<'_>, text: &Entry<DocumentFile>, scope: &Scope) -> Document {
    let mut writer = Writer::new(resolver, &text.text, scope);
    writer.opening(scope);
    writer.sections(scope);
    writer.document
}

/// A section that is to be printed if something below it is.
struct Pending<'a> {
    section: &'a SectionText,
    scope: Scope,
}

pub(super) struct Writer<'a> {
    pub(super) resolver: &'a Resolver<'a>,
    text: &'a DocumentFile,
    numbering: Option<Numbering<'a>>,
    pub(super) document: Document,
    pending: Vec<Pending<'a>>,
    pub(super) section: Box<str>,
}

impl<'a> Writer<'a> {
    fn new(resolver: &'a Resolver<'a>, text: &'a DocumentFile, scope: &Scope) -> Writer<'a> {
        let papers = resolver.sources.papers;
        let on: Day = resolver.sources.on;
        let typography = papers.typography(text.typography.as_ref(), on);
        let numbering = typography.map(|entry| Numbering::new(&entry.text.numbering));
        let of = scope.of(resolver.sources, text.per).map(|of| of.label()).unwrap_or_default();
        let document = Document {
            id: text.id.as_ref().as_str().into(),
            of: of.into(),
            title: Bilingual { zh: text.zh.clone(), en: text.en.clone() },
            typography: text.typography.as_ref().as_str().into(),
            on,
            blocks: Vec::new(),
            traces: Vec::new(),
            gaps: Vec::new(),
        };
        let section = "cover".into();
        Writer { resolver, text, numbering, document, pending: Vec::new(), section }
    }

    fn opening(&mut self, scope: &Scope) {
        let title = self.document.title.clone();
        if self.text.cover {
            let lines = vec![self.value("handler.name", scope), self.value("on", scope)];
            self.document.blocks.push(Block::Cover { title, lines });
            self.document.blocks.push(Block::PageBreak);
        } else {
            self.document.blocks.push(Block::Title(title));
        }
    }

    /// Sections in order; those below a section that repeats are repeated with it.
    fn sections(&mut self, scope: &Scope) {
        let text = self.text;
        self.group(&text.section, scope);
    }

    fn group(&mut self, sections: &'a [SectionText], scope: &Scope) {
        let mut rest = sections;
        while let Some((section, after)) = rest.split_first() {
            let below = after.iter().take_while(|next| next.level > section.level).count();
            let (own, next) = after.split_at(below);
            let scopes = match section.per {
                Per::Handler => vec![scope.clone()],
                per => scope.each(self.resolver.sources, per),
            };
            for scope in scopes {
                if self.resolver.applies(&section.when, &scope) {
                    self.one(section, own, &scope);
                }
            }
            rest = next;
        }
    }

    fn one(&mut self, section: &'a SectionText, below: &'a [SectionText], scope: &Scope) {
        let depth = self.pending.len();
        if section.level > 0 && section.heading {
            self.pending.push(Pending { section, scope: scope.clone() });
        }
        for block in &section.block {
            self.block(section, block, scope);
        }
        self.group(below, scope);
        // Nothing was printed below: the heading is left out.
        self.pending.truncate(depth);
    }

    /// Prints the headings that wait for a block.
    fn headings(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let section = pending.section;
            self.section = section.id.as_ref().as_str().into();
            let runs = self.sentence(&section.zh, &section.en, &pending.scope);
            let number = match &mut self.numbering {
                Some(numbering) if section.numbered => numbering.next(section.level),
                _ => Bilingual::default(),
            };
            let level = section.level;
            let section = self.section.clone();
            self.document.blocks.push(Block::Heading { section, level, number, runs });
        }
    }

    pub(super) fn push(&mut self, block: Block) {
        self.document.blocks.push(block);
    }

    /// One block, as often as it is repeated.
    fn block(&mut self, section: &'a SectionText, block: &'a BlockText, scope: &Scope) {
        let (per, when) = match block {
            BlockText::Paragraph { per, when, .. }
            | BlockText::Answer { per, when, .. }
            | BlockText::Table { per, when, .. }
            | BlockText::List { per, when, .. }
            | BlockText::Form { per, when, .. } => (*per, when.as_slice()),
            BlockText::Signature { .. } | BlockText::PageBreak {} => (Per::Handler, &[][..]),
        };
        for scope in scope.each(self.resolver.sources, per) {
            if self.resolver.applies(when, &scope) && !self.leaves_out(block, &scope) {
                self.headings();
                self.section = section.id.as_ref().as_str().into();
                self.one_block(block, &scope);
            }
        }
    }

    fn one_block(&mut self, block: &'a BlockText, scope: &Scope) {
        match block {
            BlockText::Paragraph { zh, en, plain, align, .. } => {
                let runs = self.sentence(zh, en, scope);
                let section = self.section.clone();
                let paragraph = Paragraph { section, runs, plain: *plain, align: *align };
                self.push(Block::Paragraph(paragraph));
            }
            BlockText::Answer { question, lead, .. } => {
                self.answer(question, lead.as_ref(), scope);
            }
            BlockText::Table { table, .. } => self.table(table, scope),
            BlockText::List { each, zh, en, .. } => self.list(each, zh, en, scope),
            BlockText::Form { form, group, .. } => self.form(form, group, scope),
            BlockText::Signature { lines, date } => self.signature(lines, *date, scope),
            BlockText::PageBreak {} => self.push(Block::PageBreak),
        }
    }

    /// An optional question that nobody answered leaves no gap.
    fn leaves_out(&self, block: &BlockText, scope: &Scope) -> bool {
        let id = match block {
            BlockText::Answer { question, .. } => Some(question.as_str()),
            BlockText::Table { table, .. } => self
                .resolver
                .sources
                .papers
                .table(table)
                .and_then(|table| table.text.question.as_ref())
                .map(|question| question.as_ref().as_str()),
            _ => None,
        };
        let papers = self.resolver.sources.papers;
        let Some(question) = id.and_then(|id| papers.question(id)) else { return false };
        let unanswered = || matches!(self.resolver.find(&question.id, scope), Found::Gap(_));
        question.text.optional && unanswered()
    }

    /// A sentence with its values; both languages name them in the same order.
    pub(super) fn sentence(&mut self, zh: &str, en: &str, scope: &Scope) -> Vec<Run> {
        let zh = slots(zh);
        let en = slots(en);
        let mut runs = Vec::new();
        let count = zh.len().max(en.len());
        for index in 0..count {
            let (zh_words, zh_path) = zh.get(index).cloned().unwrap_or_default();
            let (en_words, en_path) = en.get(index).cloned().unwrap_or_default();
            push_words(&mut runs, zh_words, en_words);
            if let Some(path) = zh_path.or(en_path) {
                runs.extend(self.value(path, scope));
            }
        }
        runs
    }

    /// The runs of a value: one, or the gap.
    pub(super) fn value(&mut self, path: &str, scope: &Scope) -> Vec<Run> {
        match self.resolver.find(path, scope) {
            Found::Value(value) => vec![self.traced(path, &value, scope)],
            Found::Gap(gap) => vec![self.gap(gap)],
        }
    }

    /// A run that holds a value and its trace.
    pub(super) fn traced(&mut self, path: &str, value: &Value, scope: &Scope) -> Run {
        let number = u32::try_from(self.document.traces.len() + 1).unwrap_or(u32::MAX);
        let per = self.resolver.per_of(path);
        let of = scope.of(self.resolver.sources, per).map(|of| of.label()).unwrap_or_default();
        self.document.traces.push(Trace {
            number,
            path: path.into(),
            of: of.into(),
            words: value.words.clone(),
            section: self.section.clone(),
            sources: value.sources.clone(),
        });
        Run { text: value.words.clone(), kind: RunKind::Value(number) }
    }

    pub(super) fn gap(&mut self, gap: Gap) -> Run {
        let text = self.resolver.gap_words(&gap);
        let place = self.document.gaps.iter().position(|held| *held == gap);
        let place = place.unwrap_or_else(|| {
            self.document.gaps.push(gap);
            self.document.gaps.len() - 1
        });
        Run { text, kind: RunKind::Gap(place) }
    }

    /// An answer, a paragraph for each of its paragraphs; a list as its table.
    fn answer(&mut self, question: &str, lead: Option<&Sentence>, scope: &Scope) {
        let lead = lead.map(|lead| self.sentence(&lead.zh, &lead.en, scope)).unwrap_or_default();
        let value = match self.resolver.find(question, scope) {
            Found::Gap(gap) => {
                let mut runs = lead;
                runs.push(self.gap(gap));
                return self.paragraph(runs);
            }
            Found::Value(value) => value,
        };
        let is_list = matches!(value.plain, Plain::List(_));
        let columns = self.resolver.sources.papers.question(question);
        if is_list && columns.is_some_and(|question| !question.text.columns.is_empty()) {
            if !lead.is_empty() {
                self.paragraph(lead);
            }
            return self.answer_table(question, scope);
        }
        let run = self.traced(question, &value, scope);
        let mut runs = lead;
        for (index, text) in paragraphs(&run.text).into_iter().enumerate() {
            if index > 0 {
                self.paragraph(std::mem::take(&mut runs));
            }
            runs.push(Run { text, kind: run.kind });
        }
        runs.extend(stop(&run.text));
        self.paragraph(runs);
    }

    pub(super) fn paragraph(&mut self, runs: Vec<Run>) {
        let section = self.section.clone();
        self.push(Block::Paragraph(Paragraph { section, runs, plain: false, align: None }));
    }

    fn signature(&mut self, texts: &[Sentence], date: Option<SignatureDate>, scope: &Scope) {
        let mut lines: Vec<Vec<Run>> =
            texts.iter().map(|text| self.sentence(&text.zh, &text.en, scope)).collect();
        match date {
            Some(SignatureDate::Blank) => {
                let text =
                    Bilingual { zh: "年　　月　　日".to_owned(), en: "Date:".to_owned() };
                lines.push(vec![Run { text, kind: RunKind::Words }]);
            }
            Some(SignatureDate::On) => lines.push(self.value("on", scope)),
            None => {}
        }
        let section = self.section.clone();
        self.push(Block::Signature { section, lines });
    }

    fn list(&mut self, each: &str, zh: &str, en: &str, scope: &Scope) {
        let scopes = match each {
            "flow" => scope.each(self.resolver.sources, Per::Flow),
            "recipient" => scope.each(self.resolver.sources, Per::Recipient),
            engine => self.engine_scopes(engine, scope),
        };
        for scope in scopes {
            let runs = self.sentence(zh, en, &scope);
            self.paragraph(runs);
        }
    }
}

/// The full stop that an answer was given without, in the languages that lack it.
fn stop(answer: &Bilingual) -> Option<Run> {
    let lacks = |text: &str| text.trim_end().ends_with(|c: char| c.is_alphanumeric());
    let of = |lacks: bool, stop: &str| if lacks { stop.to_owned() } else { String::new() };
    let text = Bilingual { zh: of(lacks(&answer.zh), "。"), en: of(lacks(&answer.en), ".") };
    let is_there = !text.zh.is_empty() || !text.en.is_empty();
    is_there.then_some(Run { text, kind: RunKind::Words })
}

/// Words and the value after them, by turns.
fn slots(text: &str) -> Vec<(&str, Option<&str>)> {
    let mut slots: Vec<(&str, Option<&str>)> = Vec::new();
    let mut words = "";
    for piece in pieces(text).unwrap_or_default() {
        match piece {
            Piece::Words(text) => words = text,
            Piece::Value(path) => slots.push((std::mem::take(&mut words), Some(path))),
        }
    }
    if !words.is_empty() || slots.is_empty() {
        slots.push((words, None));
    }
    slots
}

fn push_words(runs: &mut Vec<Run>, zh: &str, en: &str) {
    if !zh.is_empty() || !en.is_empty() {
        let text = Bilingual { zh: zh.to_owned(), en: en.to_owned() };
        runs.push(Run { text, kind: RunKind::Words });
    }
}

/// The paragraphs of a text; where one language has more, its last ones stand together, so that
/// both have as many.
pub(super) fn paragraphs(text: &Bilingual) -> Vec<Bilingual> {
    let split = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let (zh, en) = (split(&text.zh), split(&text.en));
    let count = zh.len().min(en.len()).max(1);
    let at = |lines: &[String], index: usize| {
        let rest = lines.get(index..).unwrap_or_default();
        if index + 1 == count { rest.join("\n") } else { rest.first().cloned().unwrap_or_default() }
    };
    (0..count).map(|index| Bilingual { zh: at(&zh, index), en: at(&en, index) }).collect()
}
