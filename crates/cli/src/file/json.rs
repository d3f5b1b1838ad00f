//! The JSON of a run: a contract, with a `schema` field.

use kouan_dossier::assess::{CheckResult, weight};
use kouan_dossier::values::{Gap, Row};
use kouan_terms::Diagnostic;
use serde_json::{Value, json};

use super::{Filing, Made};
use crate::decision_json::{pair, readings};

/// The schema of the document.
pub const SCHEMA: &str = "kouan.file/1";

/// A run as JSON.
pub fn document(filing: &Filing<'_>) -> Value {
    let (sources, decision) = (&filing.sources, filing.sources.decision);
    let duties = decision.flows.iter().flat_map(|flow| {
        flow.duties.iter().filter(|duty| duty.certain).map(|duty| duty.duty.as_str())
    });
    let mut duties: Vec<&str> = duties.collect();
    duties.sort_unstable();
    duties.dedup();
    let needs = decision.flows.iter().flat_map(|flow| {
        flow.needs
            .iter()
            .map(|need| json!({ "fact": need.fact, "flow": &*flow.id, "asks": pair(&need.asks) }))
    });
    json!({
        "schema": SCHEMA,
        "transfer": sources.transfer().id.as_str(),
        "on": sources.on.to_string(),
        "rulebook": decision.rulebook.edition,
        "route": decision.route.as_str(),
        "decision": format!("sha256:{}", sources.decision_digest),
        "needs": needs.collect::<Vec<_>>(),
        "duties": duties,
        "unsettled": decision.flows.iter().flat_map(|flow| {
            flow.unsettled.iter().map(|point| point.point.as_str())
        }).collect::<Vec<_>>(),
        "adopted": readings(filing.adopted),
        "packs": filing.packs.iter().map(|made| pack(filing, made)).collect::<Vec<_>>(),
        "route_pack_missing": filing.choice.is_short,
        "others": filing.choice.others.iter().map(|pack| &*pack.id).collect::<Vec<_>>(),
    })
}

fn pack(filing: &Filing<'_>, made: &Made<'_>) -> Value {
    let (view, assessment) = (&made.pack.view, &made.pack.assessment);
    let share = &made.pack.prefilled;
    let parts = view.parts.iter().map(|part| {
        json!({
            "id": &*part.id,
            "name": pair(&part.name),
            "folder": &*part.folder,
            "required": part.required,
            "upload": part.upload,
            "state": part.state.as_str(),
            "gaps": part.gaps,
        })
    });
    json!({
        "pack": &*view.id,
        "title": pair(&view.title),
        "standing": made.chosen.standing.as_str(),
        "folder": (!filing.is_dry).then_some(&made.placed.folder),
        "zip": (!filing.is_dry).then_some(&made.placed.zip),
        "unchanged": made.placed.unchanged,
        "kept": made.placed.kept,
        "files": made.pack.files.len(),
        "verdict": assessment.verdict.as_str(),
        "parts": parts.collect::<Vec<_>>(),
        "gaps": view.open.iter().map(|(open, _)| gap(open)).collect::<Vec<_>>(),
        "changes": changes(made),
        "blockers": assessment.blockers().map(check).collect::<Vec<_>>(),
        "fixes": assessment.fixes().into_iter().map(check).collect::<Vec<_>>(),
        "findings": made.pack.findings.iter().map(finding).collect::<Vec<_>>(),
        "prefilled": {
            "known": share.known,
            "earlier": share.earlier,
            "answered": share.answered,
            "gaps": share.gaps,
            "per_mille": share.per_mille(),
        },
        "file_by": assessment.file_by.map(|day| day.to_string()),
        "good_until": assessment.good_until.map(|day| day.to_string()),
    })
}

fn finding(found: &Diagnostic) -> Value {
    json!({
        "code": found.code.0,
        "severity": found.severity.as_str(),
        "file": found.place.as_ref().map(|place| place.file.as_str()),
    })
}

/// What differs from the earlier filing; empty where there is none.
fn changes(made: &Made<'_>) -> Vec<Value> {
    let rows = made.pack.view.rows.iter().find(|(name, _)| **name == *"changes");
    let rows = rows.map(|(_, rows)| rows.as_slice()).unwrap_or_default();
    let cell = |row: &Row, name: &str| row.cell(name).map(|value| pair(&value.words));
    let one = |row: &Row| {
        json!({
            "what": cell(row, "change.what"),
            "before": cell(row, "change.before"),
            "after": cell(row, "change.after"),
            "trigger": cell(row, "change.trigger"),
            "cite": cell(row, "change.basis"),
            "leads_to": cell(row, "change.leads_to"),
        })
    };
    rows.iter().map(one).collect()
}

fn check(found: &CheckResult) -> Value {
    json!({
        "check": &*found.id,
        "severity": weight(found.severity),
        "outcome": found.outcome.as_str(),
        "title": pair(&found.title),
        "fix": pair(&found.fix),
        "open": found.open.iter().map(|open| &**open).collect::<Vec<_>>(),
    })
}

fn gap(gap: &Gap) -> Value {
    json!({ "path": &*gap.path, "of": &*gap.of, "name": pair(&gap.name) })
}
