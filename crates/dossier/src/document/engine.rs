//! Rows that the program makes itself: parts of the pack, gaps, heads of the contract.

use kouan_terms::Bilingual;

use super::write::Writer;
use crate::trace::Source;
use crate::values::wording::same;
use crate::values::{Found, Gap, PartView, Plain, Row, Scope, Value};

impl Writer<'_> {
    /// A scope for every row that the program knows of.
    pub(super) fn engine_scopes(&self, engine: &str, scope: &Scope) -> Vec<Scope> {
        let rows = match engine {
            "parts" | "part" => self.parts(),
            "gaps" | "gap" => self.gaps(),
            "clauses" | "clause" => self.clauses(scope),
            other => self
                .resolver
                .pack
                .and_then(|pack| pack.rows.iter().find(|(name, _)| **name == *other))
                .map(|(_, rows)| rows.clone())
                .unwrap_or_default(),
        };
        rows.into_iter().map(|row| Scope { row: Some(row), ..scope.clone() }).collect()
    }

    fn reckoned(words: Bilingual) -> Value {
        Value { words, plain: Plain::Text, sources: vec![Source::Reckoned] }
    }

    fn parts(&self) -> Vec<Row> {
        let Some(pack) = self.resolver.pack else { return Vec::new() };
        let papers = self.resolver.sources.papers;
        let row = |part: &PartView| {
            let mut row = Row::default();
            let mut put = |name: &str, words: Bilingual| {
                row.cells.insert(name.into(), Self::reckoned(words));
            };
            put("part.title", part.name.clone());
            let word = part.state.as_str();
            put("part.state", papers.phrase("state", word).unwrap_or_else(|| same(word)));
            put("part.kind", part.kind_words());
            put("part.required", self.resolver.wording.yes_no(part.required));
            put("part.folder", same(&part.folder));
            if !part.files.is_empty() {
                let files: Vec<&str> = part.files.iter().map(|(name, _)| &**name).collect();
                let digests: Vec<&str> = part.files.iter().map(|(_, digest)| &**digest).collect();
                put("part.file", same(&files.join("\n")));
                put("part.digest", same(&digests.join("\n")));
            }
            if let Some(note) = &part.note {
                put("part.note", note.clone());
            }
            row
        };
        pack.parts.iter().map(row).collect()
    }

    fn gaps(&self) -> Vec<Row> {
        let Some(pack) = self.resolver.pack else { return Vec::new() };
        let papers = self.resolver.sources.papers;
        let row = |(gap, place): &(Gap, Bilingual)| {
            let mut row = Row::default();
            let mut put = |name: &str, words: Bilingual| {
                row.cells.insert(name.into(), Self::reckoned(words));
            };
            put("gap.name", gap.name.clone());
            put("gap.of", self.of_words(gap));
            put("gap.place", place.clone());
            if let Some(question) = papers.question(&gap.path) {
                let asks = &question.text.asks;
                put("gap.asks", Bilingual { zh: asks.zh.clone(), en: asks.en.clone() });
            }
            row
        };
        pack.open.iter().map(row).collect()
    }

    /// What a gap is of, as people call it.
    fn of_words(&self, gap: &Gap) -> Bilingual {
        let (zh, en) = match gap.of.split_once(':') {
            None => return Bilingual { zh: "本单位".to_owned(), en: "the handler".to_owned() },
            Some(("flow", _)) => ("场景", "scenario"),
            Some(("recipient", _)) => ("接收方", "recipient"),
            Some(("field", _)) => ("数据项", "item"),
            Some(_) => ("", ""),
        };
        let name = gap.of.split_once(':').map_or("", |(_, name)| name);
        Bilingual { zh: format!("{zh}“{name}”"), en: format!("{en} “{name}”") }
    }

    /// The heads of the contract, each with the answer that says where it stands.
    fn clauses(&self, scope: &Scope) -> Vec<Row> {
        let sources = self.resolver.sources;
        let row = |clause: &kouan_rulebook::papers::Entry<kouan_rulebook::format::ClauseText>| {
            let mut row = Row::default();
            let text = &clause.text;
            let name = Bilingual { zh: text.zh.clone(), en: text.en.clone() };
            row.cells.insert("clause.head".into(), Self::reckoned(name));
            let cite = kouan_rulebook::Cite {
                law: kouan_terms::InstrumentId::new(&text.law),
                at: text.at.as_str().into(),
            };
            let words = kouan_rulebook::cite_words(sources.book, &cite);
            row.cells.insert("clause.basis".into(), Self::reckoned(words));
            let tail = clause.id.split_once('.').map_or("", |(_, tail)| tail);
            let question = format!("contract.clause_{}", tail.replace('-', "_"));
            let (answer, state) = match self.resolver.find(&question, scope) {
                Found::Value(value) => (value, "by-hand"),
                Found::Gap(gap) => {
                    let words = self.resolver.gap_words(&gap);
                    (Self::reckoned(words), "not-found")
                }
            };
            row.cells.insert("clause.answer".into(), answer);
            let state = sources.papers.phrase("state", state).unwrap_or_else(|| same(state));
            row.cells.insert("clause.state".into(), Self::reckoned(state));
            row
        };
        sources.papers.clauses("art9", sources.on).map(row).collect()
    }
}
