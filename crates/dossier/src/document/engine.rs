//! Rows that the program makes itself: parts of the pack, gaps, heads of the contract.

use kouan_rulebook::format::ClauseText;
use kouan_rulebook::papers::Entry;
use kouan_rulebook::{Cite, cite_words};
use kouan_terms::{Bilingual, InstrumentId};

use super::write::Writer;
use crate::check::{HeadFound, clauses};
use crate::sources::Sources;
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

    /// The heads of the contract: where they stand, and what was answered of them.
    fn clauses(&self, scope: &Scope) -> Vec<Row> {
        let sources = self.resolver.sources;
        let text = contract_text(sources, scope);
        let heads = text.map(|text| clauses(sources.papers, "art9", sources.on, &text));
        let row = |clause: &Entry<ClauseText>| {
            let mut row = Row::default();
            let mut put = |name: &str, value: Value| {
                row.cells.insert(name.into(), value);
            };
            let text = &clause.text;
            let name = Bilingual { zh: text.zh.clone(), en: text.en.clone() };
            put("clause.head", Self::reckoned(name));
            let law = InstrumentId::new(&text.law);
            let cite = Cite { law, at: text.at.as_str().into() };
            put("clause.basis", Self::reckoned(cite_words(sources.book, &cite)));
            let tail = clause.id.split_once('.').map_or("", |(_, tail)| tail);
            let question = format!("contract.clause_{}", tail.replace('-', "_"));
            let answer = self.resolver.find(&question, scope);
            let head = heads.as_ref().and_then(|heads| heads.iter().find(|h| h.id == clause.id));
            if let Some(place) = head.and_then(|head| head.place.as_deref()) {
                put("clause.where", Self::reckoned(same(place)));
            }
            let state = state(head, &answer);
            put(
                "clause.answer",
                match answer {
                    Found::Value(value) => value,
                    Found::Gap(gap) => Self::reckoned(self.resolver.gap_words(&gap)),
                },
            );
            let state = sources.papers.phrase("state", state).unwrap_or_else(|| same(state));
            put("clause.state", Self::reckoned(state));
            row
        };
        sources.papers.clauses("art9", sources.on).map(row).collect()
    }
}

/// Found only when the words stand in the contract and a person said where.
fn state(head: Option<&HeadFound>, answer: &Found) -> &'static str {
    let answered = matches!(answer, Found::Value(_));
    match head {
        None if answered => "by-hand",
        None => "not-found",
        Some(head) if head.found.is_empty() && answered => "by-hand",
        Some(head) if head.found.is_empty() => "not-found",
        Some(head) if !head.missing.is_empty() => "partly",
        Some(_) if answered => "found",
        Some(_) => "by-hand",
    }
}

/// The words of the contract that is attached, for the recipient of the scope where it names one.
pub(crate) fn contract_text(sources: &Sources<'_>, scope: &Scope) -> Option<String> {
    let kinds = ["executed-contract", "contract-draft", "executed-gba-contract"];
    let files = kinds.iter().flat_map(|kind| sources.answers.evidence_of(kind));
    let mut own = files.filter(|file| {
        file.of.name.is_empty() || scope.recipient.as_deref() == Some(&*file.of.name)
    });
    own.find_map(|file| {
        let held = sources.attached(&file.file)?;
        let read = crate::docx::read(&file.file, held.bytes?).ok()?;
        Some(read.lines.iter().map(|line| format!("{}\n", line.text)).collect())
    })
}
