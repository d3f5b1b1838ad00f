//! Tables: rows of an answer, of fields, of flows, of recipients, of the rulebook, of the pack.

use kouan_rulebook::format::{
    AnswerKind, ColumnText, PaperTableText, Per, QuestionText, Rows, Sentence,
};
use kouan_rulebook::papers::{ENGINES, Entry};
use kouan_terms::Bilingual;

use super::write::Writer;
use super::{Block, Column, Run, RunKind, Table};
use crate::answers::Said;
use crate::values::{Found, Plain, Row, Scope, Value};

impl<'a> Writer<'a> {
    pub(super) fn table(&mut self, id: &str, scope: &Scope) {
        let Some(table) = self.resolver.sources.papers.table(id) else { return };
        let text = &table.text;
        let scopes = match text.rows {
            Rows::Answer => match self.answer_rows(text, scope) {
                Some(scopes) => scopes,
                None => return,
            },
            Rows::Fields => self.fields(scope),
            Rows::Flows => scope.each(self.resolver.sources, Per::Flow),
            Rows::Recipients => scope.each(self.resolver.sources, Per::Recipient),
            Rows::Engine => {
                let engine = text.of.as_ref().map_or("", |of| of.as_ref());
                self.engine_scopes(engine, scope)
            }
            Rows::Fixed => return self.fixed(table, scope),
        };
        if scopes.is_empty() {
            return self.empty(text.empty.as_ref(), scope);
        }
        let caption = self.caption(text, scope);
        let mut rows = Vec::new();
        for (index, scope) in scopes.iter().enumerate() {
            let cells = text.columns.iter();
            rows.push(cells.map(|column| self.cell(column, index, scope)).collect());
        }
        self.put(table, caption, rows);
    }

    fn put(&mut self, table: &Entry<PaperTableText>, caption: Vec<Run>, rows: Vec<Vec<Vec<Run>>>) {
        let columns = widths(&table.text.columns);
        let section = self.section.clone();
        let table = Table { section, id: table.id.clone(), caption, columns, rows };
        self.push(Block::Table(table));
    }

    fn caption(&mut self, text: &PaperTableText, scope: &Scope) -> Vec<Run> {
        match &text.caption {
            Some(caption) => self.sentence(&caption.zh, &caption.en, scope),
            None => Vec::new(),
        }
    }

    fn empty(&mut self, words: Option<&Sentence>, scope: &Scope) {
        if let Some(words) = words {
            let runs = self.sentence(&words.zh, &words.en, scope);
            self.paragraph(runs);
        }
    }

    fn cell(&mut self, column: &ColumnText, index: usize, scope: &Scope) -> Vec<Run> {
        if let Some(cell) = &column.cell {
            let held = scope.row.as_ref().and_then(|row| row.cell(cell.as_ref()));
            return match held {
                Some(value) => vec![self.traced(&format!("row.{}", cell.as_ref()), &value, scope)],
                None => dash(),
            };
        }
        let Some(value) = &column.value else { return dash() };
        let path = value.as_ref().as_str();
        if path == "row.number" {
            let text = (index + 1).to_string();
            let text = Bilingual { zh: text.clone(), en: text };
            return vec![Run { text, kind: RunKind::Words }];
        }
        if let Some(value) = scope.row.as_ref().and_then(|row| row.cell(path)) {
            return vec![self.traced(path, &value, scope)];
        }
        let question = self.resolver.sources.papers.question(path);
        let first = path.split('.').next().unwrap_or_default();
        // What the program knows of a row, and does not know of this one.
        let of_row = scope.row.is_some() && ENGINES.iter().any(|(_, word)| *word == first);
        let optional = question.is_some_and(|question| question.text.optional);
        match self.resolver.find(path, scope) {
            Found::Gap(_) if optional || of_row => dash(),
            Found::Gap(gap) => vec![self.gap(gap)],
            Found::Value(value) => vec![self.traced(path, &value, scope)],
        }
    }

    /// The fields of a flow, each name once.
    fn fields(&self, scope: &Scope) -> Vec<Scope> {
        let mut seen: Vec<&str> = Vec::new();
        let mut kept = Vec::new();
        for each in scope.each(self.resolver.sources, Per::Field) {
            let flow = each.flow.and_then(|index| self.resolver.sources.flow(index));
            let field = each.field.and_then(|index| flow?.fields.get(index));
            if let Some(field) = field
                && !seen.contains(&&*field.name)
            {
                seen.push(&field.name);
                kept.push(each);
            }
        }
        kept
    }

    fn fixed(&mut self, table: &Entry<PaperTableText>, scope: &Scope) {
        let text = &table.text;
        let caption = self.caption(text, scope);
        let mut rows = Vec::new();
        for row in text.row.iter().filter(|row| self.resolver.applies(&row.when, scope)) {
            let label = Bilingual { zh: row.label.zh.clone(), en: row.label.en.clone() };
            let mut cells = vec![vec![Run { text: label, kind: RunKind::Words }]];
            for value in row.value.iter().chain(&row.values) {
                cells.push(self.value_or_dash(value.as_ref(), scope));
            }
            if let Some(cell) = &row.cell {
                cells.push(self.sentence(&cell.zh, &cell.en, scope));
            }
            rows.push(cells);
        }
        self.put(table, caption, rows);
    }

    /// A group of a form: one table of two columns, for each thing it is repeated for.
    pub(super) fn form(&mut self, form: &str, group: &str, scope: &Scope) {
        let papers = self.resolver.sources.papers;
        let Some(form) = papers.form(form, self.resolver.sources.on) else { return };
        let Some(group) = form.text.group.iter().find(|held| held.id.as_ref() == group) else {
            return;
        };
        for scope in scope.each(self.resolver.sources, group.per) {
            let mut rows = Vec::new();
            let applying = |when: &[_]| self.resolver.applies(when, &scope);
            let fields: Vec<_> = group.field.iter().filter(|f| applying(&f.when)).collect();
            for field in fields {
                let label = Bilingual { zh: field.zh.clone(), en: field.en.clone() };
                let path = field.from.as_ref();
                let known = matches!(self.resolver.find(path, &scope), Found::Value(_));
                let cell = if known || field.required { self.value(path, &scope) } else { dash() };
                rows.push(vec![vec![Run { text: label, kind: RunKind::Words }], cell]);
            }
            let head = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
            let columns = vec![
                Column { head: head("栏目", "Field"), width: 34 },
                Column { head: head("填报内容", "Content"), width: 66 },
            ];
            let section = self.section.clone();
            let id = group.id.as_ref().as_str().into();
            self.push(Block::Table(Table { section, id, caption: Vec::new(), columns, rows }));
        }
    }

    fn value_or_dash(&mut self, path: &str, scope: &Scope) -> Vec<Run> {
        let question = self.resolver.sources.papers.question(path);
        match self.resolver.find(path, scope) {
            Found::Gap(_) if question.is_some_and(|question| question.text.optional) => dash(),
            _ => self.value(path, scope),
        }
    }

    /// The rows of a list's answer; without one, the gap or the sentence is printed.
    fn answer_rows(&mut self, text: &PaperTableText, scope: &Scope) -> Option<Vec<Scope>> {
        let id = text.question.as_ref().map_or("", |id| id.as_ref());
        let (question, value) = match self.resolver.find(id, scope) {
            Found::Gap(gap) => {
                let caption = self.caption(text, scope);
                let mut runs = caption;
                if !runs.is_empty() {
                    let colon = Bilingual { zh: "：".to_owned(), en: ": ".to_owned() };
                    runs.push(Run { text: colon, kind: RunKind::Words });
                }
                runs.push(self.gap(gap));
                self.paragraph(runs);
                return None;
            }
            Found::Value(value) => (self.resolver.sources.papers.question(id)?, value),
        };
        // The reason says it; the sentence for an empty list would say it once more.
        if value.plain == Plain::NotApplicable {
            let why = self.traced(id, &value, scope);
            self.paragraph(vec![why]);
            return None;
        }
        Some(self.rows_of(question, scope))
    }

    /// A scope for every row of a list's answer.
    pub(super) fn rows_of(&self, question: &Entry<QuestionText>, scope: &Scope) -> Vec<Scope> {
        let sources = self.resolver.sources;
        let Some(of) = scope.of(sources, question.text.per) else { return Vec::new() };
        let Some(answer) = sources.answers.get(&question.id, &of) else { return Vec::new() };
        let Said::Rows(rows) = &answer.said else { return Vec::new() };
        let source = self.resolver.source_of(answer);
        rows.iter()
            .map(|cells| {
                let mut row = Row::default();
                for column in &question.text.columns {
                    let id = column.id.as_ref().as_str();
                    let Some(said) = cells.get(id) else { continue };
                    let kind = if id == "year" { AnswerKind::Year } else { column.r#type };
                    let (words, plain) = self.resolver.said(kind, &column.choices, said);
                    let value = Value { words, plain, sources: vec![source.clone()] };
                    row.cells.insert(id.into(), value);
                }
                Scope { row: Some(row), ..scope.clone() }
            })
            .collect()
    }

    /// A list's answer as a table of all its columns.
    pub(super) fn answer_table(&mut self, id: &str, scope: &Scope) {
        let Some(question) = self.resolver.sources.papers.question(id) else { return };
        let scopes = self.rows_of(question, scope);
        let count = u32::try_from(question.text.columns.len().max(1)).unwrap_or(1);
        let columns: Vec<Column> = question
            .text
            .columns
            .iter()
            .map(|column| Column {
                head: Bilingual { zh: column.zh.clone(), en: column.en.clone() },
                width: 100 / count,
            })
            .collect();
        let mut rows = Vec::new();
        for scope in &scopes {
            let mut cells = Vec::new();
            for column in &question.text.columns {
                let id = column.id.as_ref();
                let held = scope.row.as_ref().and_then(|row| row.cell(id));
                cells.push(match held {
                    Some(value) => vec![self.traced(&format!("row.{id}"), &value, scope)],
                    None => dash(),
                });
            }
            rows.push(cells);
        }
        let section = self.section.clone();
        let table = Table { section, id: question.id.clone(), caption: Vec::new(), columns, rows };
        self.push(Block::Table(table));
    }
}

/// What stands in a cell that has nothing to say.
fn dash() -> Vec<Run> {
    let text = Bilingual { zh: "—".to_owned(), en: "—".to_owned() };
    vec![Run { text, kind: RunKind::Words }]
}

/// Columns with widths that make 100.
fn widths(columns: &[ColumnText]) -> Vec<Column> {
    let count = u32::try_from(columns.len().max(1)).unwrap_or(1);
    let given: u32 = columns.iter().map(|column| column.width.unwrap_or(0)).sum();
    columns
        .iter()
        .map(|column| {
            let own = column.width.unwrap_or(100 / count).max(1);
            let width = if given == 0 { own } else { own * 100 / given.max(1) };
            let head = Bilingual { zh: column.zh.clone(), en: column.en.clone() };
            Column { head, width: width.max(1) }
        })
        .collect()
}
