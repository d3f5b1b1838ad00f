//! Follows every trace: from the printed words to the twin, and from the twin to its source.

use kouan_rulebook::format::Per;
use kouan_terms::Bilingual;
use serde_json::Value as Json;

use super::consistency::is_of_row;
use super::papers::{ReadPaper, ReadPapers, list, text};
use super::{Checked, Report, error, warning};
use crate::answers::Of;
use crate::sources::{Sources, recipient_of};
use crate::values::{Found, Resolver, Scope};

pub(super) fn check(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    for paper in &read.documents {
        if let Some(twin) = read.twin_of(paper) {
            words(paper, twin, report);
        }
    }
    for (name, twin) in &read.twins {
        one_origin(read, name, twin, report);
        structure(name, twin, report);
        if let Some(sources) = checked.sources {
            origin_unchanged(sources, name, twin, report);
            resolve_again(sources, name, twin, report);
        }
    }
}

/// The words of a document are those of its twin, line by line.
fn words(paper: &ReadPaper, twin: &Json, report: &mut Report) {
    let language = if paper.is_chinese { "zh" } else { "en" };
    let expected = twin.get("lines").map(|lines| list(lines, language)).unwrap_or_default();
    let printed = &paper.read.lines;
    if expected.len() != printed.len() {
        let found = error("FL208", &paper.name).with("expected", expected.len());
        report.findings.push(found.with("printed", printed.len()));
    }
    // Lines that were added or left out move the others: the rest is compared from its end.
    let ahead = expected.iter().zip(printed).take_while(|(e, p)| text(e, "text") == p.text).count();
    let behind = expected
        .iter()
        .rev()
        .zip(printed.iter().rev())
        .take(expected.len().min(printed.len()) - ahead)
        .take_while(|(e, p)| text(e, "text") == p.text)
        .count();
    let changed = expected.len().saturating_sub(ahead + behind);
    for (index, line) in expected.iter().enumerate().skip(ahead).take(changed) {
        let same = printed.get(index).is_some_and(|printed| printed.text == text(line, "text"));
        if same {
            continue;
        }
        let traces: Vec<&str> =
            list(line, "values").iter().map(|value| text(value, "trace")).collect();
        let found = error(if traces.is_empty() { "FL207" } else { "FL204" }, &paper.name);
        let found = found.with("line", index + 1);
        let traces = traces.join(", ");
        report.findings.push(if traces.is_empty() { found } else { found.with("traces", traces) });
    }
}

/// Every twin was made from what the manifest names.
fn one_origin(read: &ReadPapers<'_>, name: &str, twin: &Json, report: &mut Report) {
    let Some((_, manifest)) = &read.manifest else { return };
    if twin.get("sources") != manifest.get("sources") {
        report.findings.push(error("FL205", name));
    }
}

/// Every value has a trace, and every trace a source whose digest is among the origins.
fn structure(name: &str, twin: &Json, report: &mut Report) {
    let digests = digests(twin.get("sources").unwrap_or(&Json::Null));
    let traces = list(twin, "traces");
    let lines = twin.get("lines");
    let both = ["zh", "en"].into_iter().filter_map(|key| Some(list(lines?, key)));
    for value in both.flatten().flat_map(|line| list(line, "values")) {
        let id = text(value, "trace");
        if !id.is_empty() && !traces.iter().any(|trace| text(trace, "id") == id) {
            report.findings.push(error("FL209", name).with("trace", id));
        }
    }
    for trace in traces {
        report.traces.0 += 1;
        let sources = list(trace, "sources");
        let known = |source: &Json| {
            let digest = text(source, "digest");
            digest.is_empty() || digests.contains(&digest)
        };
        if sources.is_empty() || !sources.iter().all(known) {
            report.findings.push(error("FL209", name).with("trace", text(trace, "id")));
        } else {
            report.traces.1 += 1;
        }
    }
}

/// Every digest among the origins.
fn digests(value: &Json) -> Vec<&str> {
    match value {
        Json::String(text) if text.starts_with("sha256:") => vec![text],
        Json::Array(values) => values.iter().flat_map(digests).collect(),
        Json::Object(map) => map.values().flat_map(digests).collect(),
        _ => Vec::new(),
    }
}

/// The declaration, the decision and the answers are still those that the twin was made from.
fn origin_unchanged(sources: &Sources<'_>, name: &str, twin: &Json, report: &mut Report) {
    let now = [
        ("declaration", sources.declared.digest),
        ("decision", sources.decision_digest),
        ("answers", &*sources.answers.digest),
    ];
    let origins = twin.get("sources").unwrap_or(&Json::Null);
    for (key, digest) in now {
        let then = origins.get(key).map(|origin| text(origin, "digest")).unwrap_or_default();
        if then != format!("sha256:{digest}") {
            report.findings.push(warning("FL206", name).with("source", key));
        }
    }
    // Without the earlier filing, what was taken from it cannot be looked up again.
    let mut then = list(origins, "earlier").iter().filter_map(Json::as_str);
    if then.any(|digest| !is_at_hand(sources, digest)) {
        report.findings.push(warning("FL206", name).with("source", "earlier"));
    }
    let mut then = list(origins, "ledger").iter().filter_map(Json::as_str);
    if then.any(|digest| !is_at_hand(sources, digest)) {
        report.findings.push(warning("FL206", name).with("source", "ledger"));
    }
}

/// Whether a value was taken from an earlier filing or an entry of the ledger that is not at hand
/// now.
fn is_out_of_reach(sources: &Sources<'_>, trace: &Json) -> bool {
    let mut origins = list(trace, "sources").iter();
    origins.any(|source| {
        ["earlier", "ledger"].contains(&text(source, "from"))
            && !is_at_hand(sources, text(source, "digest"))
    })
}

/// Whether an earlier filing or an entry of that digest is among the present sources.
fn is_at_hand(sources: &Sources<'_>, digest: &str) -> bool {
    let digest = digest.strip_prefix("sha256:").unwrap_or(digest);
    let answers = sources.answers;
    answers.earlier.iter().chain(&answers.ledger).any(|held| **held == *digest)
}

/// Every value is looked up again and is still the same.
fn resolve_again(sources: &Sources<'_>, name: &str, twin: &Json, report: &mut Report) {
    let resolver = Resolver::new(sources);
    for trace in list(twin, "traces") {
        let path = text(trace, "path");
        // Rows and what was reckoned from the pack are not looked up by a path.
        let reckoned = list(trace, "sources").iter().any(|s| text(s, "from") == "reckoned");
        let of_rows = path.starts_with("row.") || is_of_row(path);
        let out_of_reach = is_out_of_reach(sources, trace);
        if of_rows || reckoned || out_of_reach || path == "on" || path.starts_with("pack.") {
            continue;
        }
        let Some(scope) = scope_of(sources, text(trace, "of")) else { continue };
        let words = trace.get("words");
        let words = words.map(|words| Bilingual {
            zh: text(words, "zh").to_owned(),
            en: text(words, "en").to_owned(),
        });
        let now = match resolver.find(path, &scope) {
            Found::Value(value) => Some(value.words),
            Found::Gap(_) => None,
        };
        if now != words {
            let found = error("FL210", name).with("trace", text(trace, "id"));
            report.findings.push(found.with("path", path));
        }
    }
}

/// The scope that `flow:payroll` names; `None` when it is no longer there.
fn scope_of(sources: &Sources<'_>, of: &str) -> Option<Scope> {
    if of.is_empty() {
        return Some(Scope::default());
    }
    let of = Of::parse(of)?;
    let flows = &sources.transfer().flows;
    match of.per {
        Per::Flow => {
            let index = flows.iter().position(|flow| flow.id == of.name)?;
            Some(Scope::of_flow(sources, index))
        }
        Per::Recipient => {
            let held = flows.iter().any(|flow| recipient_of(flow) == &*of.name);
            held.then(|| Scope::of_recipient(sources, &of.name))
        }
        Per::Field => flows.iter().enumerate().find_map(|(index, flow)| {
            let field = flow.fields.iter().position(|field| field.name == of.name)?;
            Some(Scope { field: Some(field), ..Scope::of_flow(sources, index) })
        }),
        Per::Handler | Per::Link | Per::System => None,
    }
}
