//! The twin of a document or form in JSON: every line, every value with its trace, every gap.

use kouan_terms::{Bilingual, Language};
use serde_json::{Map, Value as Json, json};

use crate::document::{Document, Line, LineKind, RunKind, lines};
use crate::forms::FilledForm;
use crate::sources::Sources;
use crate::trace::{Source, Trace};
use crate::values::Gap;

/// The schema of a document's or form's twin.
pub const PAPER_SCHEMA: &str = "kouan/paper/1";

/// The twin of a document.
#[must_use]
pub fn twin(sources: &Sources<'_>, pack: &str, document: &Document) -> Json {
    let zh = lines(document, Language::Zh);
    let en = lines(document, Language::En);
    json!({
        "schema": PAPER_SCHEMA,
        "pack": pack,
        "document": &*document.id,
        "of": &*document.of,
        "title": pair(&document.title),
        "typography": &*document.typography,
        "on": document.on.to_string(),
        "sources": sources_of(sources),
        "lines": {
            "zh": zh.iter().map(line).collect::<Vec<_>>(),
            "en": en.iter().map(line).collect::<Vec<_>>(),
        },
        "traces": document.traces.iter().map(trace).collect::<Vec<_>>(),
        "gaps": document.gaps.iter().map(gap).collect::<Vec<_>>(),
    })
}

/// The twin of a form.
#[must_use]
pub fn form_twin(sources: &Sources<'_>, pack: &str, form: &FilledForm) -> Json {
    let groups: Vec<Json> = form
        .groups
        .iter()
        .map(|group| {
            let fields: Vec<Json> = group
                .fields
                .iter()
                .map(|field| {
                    let mut held = json!({
                        "id": &*field.id,
                        "name": pair(&field.name),
                        "required": field.required,
                        "from": &*field.from,
                    });
                    if let (Some(unit), Some(map)) = (&field.unit, held.as_object_mut()) {
                        map.insert("unit".to_owned(), pair(unit));
                    }
                    if let Some(map) = held.as_object_mut() {
                        match &field.content {
                            Ok((words, sources)) => {
                                map.insert("value".to_owned(), pair(words));
                                let sources = sources.iter().map(source).collect();
                                map.insert("sources".to_owned(), Json::Array(sources));
                            }
                            Err(open) => {
                                map.insert("gap".to_owned(), gap(open));
                            }
                        }
                    }
                    held
                })
                .collect();
            json!({
                "id": &*group.id,
                "title": pair(&group.title),
                "of": &*group.of,
                "portal_step": group.portal_step,
                "fields": fields,
            })
        })
        .collect();
    json!({
        "schema": PAPER_SCHEMA,
        "pack": pack,
        "form": &*form.id,
        "title": pair(&form.title),
        "on": sources.on.to_string(),
        "sources": sources_of(sources),
        "groups": groups,
    })
}

/// Digests of everything the papers are made from.
pub(super) fn sources_of(sources: &Sources<'_>) -> Json {
    let inventories: Vec<Json> = sources
        .inventories
        .iter()
        .map(|view| json!({ "file": &*view.file, "digest": prefixed(&view.digest) }))
        .collect();
    json!({
        "declaration": {
            "file": sources.declared.file,
            "digest": prefixed(sources.declared.digest),
        },
        "decision": { "digest": prefixed(sources.decision_digest) },
        "inventories": inventories,
        "answers": { "digest": prefixed(&sources.answers.digest) },
        "earlier": sources.answers.earlier.iter().map(|held| prefixed(held)).collect::<Vec<_>>(),
        "ledger": sources.answers.ledger.iter().map(|held| prefixed(held)).collect::<Vec<_>>(),
        "rulebook": {
            "edition": sources.decision.rulebook.edition,
            "digest": prefixed(&sources.decision.rulebook.digest),
            "papers": prefixed(sources.papers.digest()),
        },
    })
}

pub(super) fn prefixed(digest: &str) -> String {
    format!("sha256:{digest}")
}

pub(super) fn pair(words: &Bilingual) -> Json {
    json!({ "zh": words.zh, "en": words.en })
}

fn line(line: &Line) -> Json {
    let (kind, level) = match line.kind {
        LineKind::Title => ("title", None),
        LineKind::Cover => ("cover", None),
        LineKind::Heading(level) => ("heading", Some(level)),
        LineKind::Paragraph => ("paragraph", None),
        LineKind::Caption => ("caption", None),
        LineKind::Head => ("head", None),
        LineKind::Cell => ("cell", None),
        LineKind::Signature => ("signature", None),
    };
    let mut held = Map::new();
    held.insert("kind".to_owned(), kind.into());
    if let Some(level) = level {
        held.insert("level".to_owned(), level.into());
    }
    held.insert("text".to_owned(), line.text().into());
    let values: Vec<Json> = line
        .parts
        .iter()
        .filter_map(|part| match part.kind {
            RunKind::Words => None,
            RunKind::Value(number) => {
                Some(json!({ "trace": format!("t{number}"), "text": part.text }))
            }
            RunKind::Gap(place) => Some(json!({ "gap": place + 1, "text": part.text })),
        })
        .collect();
    if !values.is_empty() {
        held.insert("values".to_owned(), Json::Array(values));
    }
    Json::Object(held)
}

fn trace(trace: &Trace) -> Json {
    json!({
        "id": trace.label(),
        "path": &*trace.path,
        "of": &*trace.of,
        "words": pair(&trace.words),
        "section": &*trace.section,
        "sources": trace.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

pub(super) fn gap(gap: &Gap) -> Json {
    json!({ "path": &*gap.path, "of": &*gap.of, "name": pair(&gap.name) })
}

fn source(source: &Source) -> Json {
    let mut held = Map::new();
    held.insert("from".to_owned(), source.kind().into());
    let mut put = |key: &str, value: Json| {
        held.insert(key.to_owned(), value);
    };
    match source {
        Source::Declaration { digest, key }
        | Source::Decision { digest, key }
        | Source::Rulebook { digest, key } => {
            put("digest", prefixed(digest).into());
            put("key", (&**key).into());
        }
        Source::Inventory { digest, table, column } => {
            put("digest", prefixed(digest).into());
            if let Some(table) = table {
                put("table", (&**table).into());
            }
            if let Some(column) = column {
                put("column", (&**column).into());
            }
        }
        Source::Answer { digest, question, of, by, on, .. }
        | Source::Earlier { digest, question, of, by, on } => {
            put("digest", prefixed(digest).into());
            put("question", (&**question).into());
            if !of.is_empty() {
                put("of", (&**of).into());
            }
            if let Some(by) = by {
                put("by", (&**by).into());
            }
            if let Some(on) = on {
                put("on", on.to_string().into());
            }
            if let Source::Answer { evidence, .. } = source
                && !evidence.is_empty()
            {
                let evidence = evidence
                    .iter()
                    .map(|(kind, digest)| json!({ "kind": &**kind, "sha256": &**digest }));
                put("evidence", Json::Array(evidence.collect()));
            }
        }
        Source::Ledger { digest, entry, question } => {
            put("digest", prefixed(digest).into());
            put("entry", (*entry).into());
            put("question", (&**question).into());
        }
        Source::Day | Source::Reckoned => {}
    }
    Json::Object(held)
}
