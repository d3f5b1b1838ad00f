//! The JSON of a decision: a contract, with a `schema` field. Only this file knows its shape.

use kouan_decide::decision::{
    Cheaper, CiteLine, Deadline, Decision, DutyLine, FactLine, FlowDecision, Headroom,
    ListStanding, Miss, Needed, Reason, Unsettled, Warning,
};
use kouan_terms::{Bilingual, RouteSet};
use serde_json::{Map, Value, json};

use crate::adopted::Adopted;

/// The schema of the document.
pub const SCHEMA: &str = "kouan.decision/1";

/// A decision as JSON.
pub fn document(decision: &Decision, adopted: &[Adopted]) -> Value {
    let flows = &decision.flows;
    json!({
        "schema": SCHEMA,
        "transfer": decision.transfer.as_str(),
        "title": decision.title.as_ref().map(pair),
        "on": decision.on.to_string(),
        "rulebook": {
            "edition": decision.rulebook.edition,
            "digest": format!("sha256:{}", decision.rulebook.digest),
            "version": decision.rulebook.version,
        },
        "route": decision.route.as_str(),
        "possible": routes(decision.possible),
        "because": merged(flows, |flow| flow.because.iter().map(reason).collect()),
        "either": merged(flows, |flow| flow.either.iter().map(reason).collect()),
        "not": merged(flows, |flow| flow.not.iter().map(miss).collect()),
        "needs": merged(flows, |flow| flow.needs.iter().map(needed).collect()),
        "headroom": merged(flows, |flow| flow.headroom.iter().map(headroom).collect()),
        "cheaper": merged(flows, |flow| flow.cheaper.iter().map(cheaper).collect()),
        "unsettled": merged(flows, |flow| flow.unsettled.iter().map(unsettled).collect()),
        "duties": merged(flows, |flow| flow.duties.iter().map(duty).collect()),
        "deadlines": decision.deadlines.iter().map(deadline).collect::<Vec<_>>(),
        "changes": decision.changes.iter().map(|change| json!({
            "change": change.change,
            "says": pair(&change.says),
            "leads_to": pair(&change.leads_to),
            "cite": cite(&change.cite),
        })).collect::<Vec<_>>(),
        "warnings": decision.warnings.iter().map(warning).collect::<Vec<_>>(),
        "assumed": decision.assumed.iter().map(fact).collect::<Vec<_>>(),
        "adopted": readings(adopted),
        "flows": flows.iter().map(flow).collect::<Vec<_>>(),
    })
}

/// Who adopted which reading, and why.
pub fn readings(adopted: &[Adopted]) -> Vec<Value> {
    let reading = |adopted: &Adopted| {
        json!({
            "point": adopted.reading.0.as_str(),
            "reading": adopted.reading.1.as_str(),
            "by": adopted.by,
            "why": adopted.why,
        })
    };
    adopted.iter().map(reading).collect()
}

/// The entries of all flows, each once, with the flows it belongs to.
///
/// Entries of one id that differ between flows (a fact has another value there) stay apart.
fn merged(flows: &[FlowDecision], entries: impl Fn(&FlowDecision) -> Vec<Value>) -> Vec<Value> {
    let mut merged: Vec<(Value, Vec<&str>)> = Vec::new();
    for flow in flows {
        for entry in entries(flow) {
            match merged.iter_mut().find(|(known, _)| *known == entry) {
                Some((_, ids)) => ids.push(&flow.id),
                None => merged.push((entry, vec![&flow.id])),
            }
        }
    }
    let named = |(mut entry, ids): (Value, Vec<&str>)| {
        if let Value::Object(map) = &mut entry {
            map.insert("flows".to_owned(), json!(ids));
        }
        entry
    };
    merged.into_iter().map(named).collect()
}

fn flow(flow: &FlowDecision) -> Value {
    json!({
        "flow": flow.id,
        "route": flow.route.as_str(),
        "possible": routes(flow.possible),
        "counted": flow.counted,
        "because": flow.because.iter().map(reason).collect::<Vec<_>>(),
        "either": flow.either.iter().map(reason).collect::<Vec<_>>(),
        "aside": flow.aside.iter().map(reason).collect::<Vec<_>>(),
        "not": flow.not.iter().map(miss).collect::<Vec<_>>(),
        "needs": flow.needs.iter().map(needed).collect::<Vec<_>>(),
        "no_matter": flow.no_matter,
        "witness": flow.witness.as_ref().map(|lines| lines.iter().map(|line| json!({
            "facts": line.facts.iter().map(fact).collect::<Vec<_>>(),
            "route": line.route.as_str(),
        })).collect::<Vec<_>>()),
        "rests_on": flow.rests_on.iter().map(fact).collect::<Vec<_>>(),
        "headroom": flow.headroom.iter().map(headroom).collect::<Vec<_>>(),
        "cheaper": flow.cheaper.iter().map(cheaper).collect::<Vec<_>>(),
        "unsettled": flow.unsettled.iter().map(unsettled).collect::<Vec<_>>(),
        "mentioned": flow.mentioned.iter().map(|point| json!({
            "point": point.point,
            "number": point.number,
            "question": pair(&point.question),
        })).collect::<Vec<_>>(),
        "options": flow.options.iter().map(|option| json!({
            "route": option.route.as_str(),
            "certain": option.certain,
            "because": reason(&option.reason),
        })).collect::<Vec<_>>(),
        "doubts": flow.doubts.iter().map(|doubt| json!({
            "about": doubt.about,
            "says": pair(&doubt.says),
            "source": doubt.source,
        })).collect::<Vec<_>>(),
        "raised": flow.raised.iter().map(reason).collect::<Vec<_>>(),
        "list": flow.list.as_ref().map(list),
        "fields": flow.fields.iter().map(|field| json!({
            "name": field.name,
            "kind": field.kind,
            "listed_as": field.listed_as,
            "route": field.routes.decision().as_str(),
            "possible": routes(field.routes),
        })).collect::<Vec<_>>(),
        "duties": flow.duties.iter().map(duty).collect::<Vec<_>>(),
    })
}

/// A text in both languages.
pub fn pair(text: &Bilingual) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}

fn routes(set: RouteSet) -> Vec<&'static str> {
    set.iter().map(kouan_terms::Route::as_str).collect()
}

fn cite(cite: &CiteLine) -> Value {
    json!({ "law": cite.law, "at": cite.at, "words": pair(&cite.words), "url": cite.url })
}

fn fact(line: &FactLine) -> Value {
    json!({ "fact": line.fact, "name": pair(&line.name), "value": pair(&line.value) })
}

fn reason(reason: &Reason) -> Value {
    json!({
        "rule": reason.rule,
        "route": reason.route.as_str(),
        "says": pair(&reason.says),
        "cites": reason.cites.iter().map(cite).collect::<Vec<_>>(),
        "facts": reason.facts.iter().map(fact).collect::<Vec<_>>(),
        "background": reason.background.iter().map(fact).collect::<Vec<_>>(),
        "confidence": reason.confidence.as_str(),
        "source": reason.source,
        "note": reason.note.as_ref().map(pair),
    })
}

fn miss(miss: &Miss) -> Value {
    json!({
        "rule": miss.rule,
        "route": miss.route.as_str(),
        "says": pair(&miss.says),
        "cite": cite(&miss.cite),
        "fails_at": miss.fails_at.as_ref().map(pair),
        "near": miss.near,
        "unclaimed": miss.unclaimed,
    })
}

fn needed(need: &Needed) -> Value {
    json!({
        "fact": need.fact,
        "name": pair(&need.name),
        "asks": pair(&need.asks),
        "counts": need.counts.as_ref().map(pair),
        "score": need.score,
        "effort": need.effort,
        "from": need.from,
        "outcomes": need.outcomes.iter().map(|(value, set)| json!({
            "value": pair(value),
            "possible": routes(*set),
        })).collect::<Vec<_>>(),
    })
}

fn headroom(line: &Headroom) -> Value {
    json!({
        "fact": line.fact,
        "name": pair(&line.name),
        "at_least": line.now.at_least,
        "at_most": line.now.at_most,
        "changes_at": line.changes_at,
        "more": line.more,
        "possible": routes(line.routes),
    })
}

fn cheaper(change: &Cheaper) -> Value {
    json!({
        "kind": change.kind,
        "about": change.about,
        "says": pair(&change.says),
        "possible": routes(change.routes),
        "needs": change.needs.iter().map(|need| json!({
            "fact": need.fact,
            "name": pair(&need.name),
            "value": pair(&need.value),
            "contradicted": need.contradicted,
        })).collect::<Vec<_>>(),
        "splitting": change.splitting,
        "rule": change.rule,
        "cite": change.cite.as_ref().map(cite),
    })
}

fn unsettled(point: &Unsettled) -> Value {
    json!({
        "point": point.point,
        "number": point.number,
        "question": pair(&point.question),
        "why": pair(&point.why),
        "readings": point.readings.iter().map(|reading| json!({
            "reading": reading.reading,
            "says": pair(&reading.says),
            "leads_to": pair(&reading.leads_to),
            "possible": routes(reading.routes),
            "rules": reading.rules,
            "decides": reading.decides,
        })).collect::<Vec<_>>(),
    })
}

fn duty(duty: &DutyLine) -> Value {
    json!({
        "duty": duty.duty,
        "number": duty.number,
        "says": pair(&duty.says),
        "cite": cite(&duty.cite),
        "certain": duty.certain,
        "confidence": duty.confidence.as_str(),
    })
}

fn deadline(line: &Deadline) -> Value {
    let day = |day: Option<kouan_terms::Day>| day.map(|day| day.to_string());
    json!({
        "limit": line.limit,
        "number": line.number,
        "step": pair(&line.step),
        "span": pair(&line.span),
        "who": pair(&line.who),
        "anchor": line.anchor,
        "anchor_day": day(line.anchor_day),
        "opens": day(line.opens),
        "due": day(line.due),
        "calendar_missing": line.calendar_missing,
        "cite": cite(&line.cite),
        "confidence": line.confidence.as_str(),
        "note": line.note.as_ref().map(pair),
    })
}

fn warning(warning: &Warning) -> Value {
    json!({ "kind": warning.kind, "about": warning.about, "says": pair(&warning.says) })
}

/// The standing of a list, as in a decision; also shown by `rulebook show`.
fn list(list: &ListStanding) -> Value {
    let counts: Map<String, Value> = list
        .counts
        .iter()
        .map(|(name, held, official)| {
            (name.en.clone(), json!({ "held": held, "official": official }))
        })
        .collect();
    json!({
        "edition": list.edition,
        "title": pair(&list.title),
        "scenario": list.scenario,
        "scenario_held": list.scenario_held,
        "governs": list.governs,
        "usable": list.usable,
        "complete": list.complete,
        "counts": counts,
        "listed": list.listed,
        "falls_back": list.falls_back,
        "could_be": routes(list.could_be),
        "says": pair(&list.says),
        "missing": list.missing.iter().map(pair).collect::<Vec<_>>(),
        "steps": list.steps.iter().map(pair).collect::<Vec<_>>(),
    })
}
