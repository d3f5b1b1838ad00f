//! The manifest of a pack and the report on what is missing.

use kouan_terms::{Day, Language};
use serde_json::{Value as Json, json};

use super::twin::{gap, pair, prefixed, sources_of};
use super::{Filed, Pack, is_ours};
use crate::answers::{Asked, written};
use crate::sources::Sources;

/// The schema of a manifest.
pub const PACK_SCHEMA: &str = "kouan/pack/1";
/// The answers among the data of a pack.
pub const ANSWERS_FILE: &str = "data/answers.json";
/// The schema of the report on what is missing.
pub const COMPLETENESS_SCHEMA: &str = "kouan/completeness/1";

/// The manifest: every file with its digest, and what the pack was made from.
#[must_use]
pub fn manifest(sources: &Sources<'_>, pack: &Pack, files: &[Filed]) -> Json {
    let handler = sources.transfer().handler.name.as_ref();
    let files: Vec<Json> = files
        .iter()
        .map(|file| {
            let mut held = json!({
                "name": file.member.name,
                "bytes": file.member.bytes.len(),
                "sha256": crate::digest(&file.member.bytes),
            });
            if let (Some((twin, language)), Some(map)) = (&file.twin, held.as_object_mut()) {
                map.insert("twin".to_owned(), twin.as_str().into());
                let language = match language {
                    Language::Zh => "zh",
                    Language::En => "en",
                };
                map.insert("language".to_owned(), language.into());
            }
            held
        })
        .collect();
    let attached: Vec<Json> = pack
        .view
        .parts
        .iter()
        .flat_map(|part| part.files.iter().map(move |file| (part, file)))
        .map(|(part, (name, digest))| {
            json!({ "part": &*part.id, "file": &**name, "sha256": &**digest })
        })
        .collect();
    json!({
        "schema": PACK_SCHEMA,
        "pack": &*pack.view.id,
        "title": pair(&pack.view.title),
        "transfer": sources.transfer().id.as_str(),
        "handler": handler.map(pair),
        "credit_code": sources.transfer().handler.credit_code.as_deref(),
        "route": sources.decision.route.as_str(),
        "on": sources.on.to_string(),
        "sources": sources_of(sources),
        "files": files,
        "attached": attached,
    })
}

/// What is there, what is missing, and what it cost.
#[must_use]
pub fn completeness(sources: &Sources<'_>, pack: &Pack) -> Json {
    let parts: Vec<Json> = pack
        .view
        .parts
        .iter()
        .map(|part| {
            json!({
                "id": &*part.id,
                "name": pair(&part.name),
                "ours": is_ours(part),
                "required": part.required,
                "upload": part.upload,
                "state": part.state.as_str(),
                "gaps": part.gaps,
                "files": part.files.iter().map(|(name, _)| &**name).collect::<Vec<_>>(),
            })
        })
        .collect();
    let needed = pack.view.parts.iter().filter(|part| part.required);
    let reused = pack.view.parts.iter().filter(|part| part.state.as_str() == "reused");
    let share = pack.prefilled;
    json!({
        "schema": COMPLETENESS_SCHEMA,
        "pack": &*pack.view.id,
        "on": sources.on.to_string(),
        "verdict": pack.assessment.verdict.as_str(),
        "parts": parts,
        "gaps": pack.view.open.iter().map(|(open, _)| gap(open)).collect::<Vec<_>>(),
        "prefilled": {
            "known": share.known,
            "earlier": share.earlier,
            "answered": share.answered,
            "gaps": share.gaps,
            "per_mille": share.per_mille(),
        },
        "documents_required": needed.count(),
        "documents_reused": reused.count(),
        "days": days(sources),
        "sources": { "answers": prefixed(&sources.answers.digest) },
    })
}

/// The answers that the pack was made from, as an answers file: a later filing can take them over.
#[must_use]
pub fn answers(sources: &Sources<'_>) -> Json {
    let flows = &sources.transfer().flows;
    let ids: Vec<&str> = flows.iter().map(|flow| &*flow.id).collect();
    let fields: Vec<&str> =
        flows.iter().flat_map(|flow| &flow.fields).map(|field| &*field.name).collect();
    let asked = Asked {
        papers: sources.papers,
        flows: &ids,
        recipients: &sources.recipients(),
        fields: &fields,
        on: sources.on,
    };
    serde_json::to_value(written(sources.answers, &asked)).unwrap_or_default()
}

/// The days spent in each state so far.
fn days(sources: &Sources<'_>) -> Vec<Json> {
    let states = &sources.answers.states;
    let ends = states.iter().skip(1).map(|(_, day)| *day).chain([sources.on]);
    states
        .iter()
        .zip(ends)
        .map(|((state, from), until)| {
            json!({ "state": &**state, "from": from.to_string(), "days": between(*from, until) })
        })
        .collect()
}

fn between(from: Day, until: Day) -> i32 {
    until.since(from).map(|span| span.get_days()).unwrap_or(0)
}
