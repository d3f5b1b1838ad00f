//! A decision is made, and becomes a permit or the reason why not.

use kouan_terms::{Day, Diagnostic, FactId, Route, RouteSet};

use super::choice::{self, Choice};
use super::format::{
    Body, BookText, DayText, FORMAT, FieldText, FigureText, Filing, FilingKind, HandlerText,
    PeopleText, RecipientText,
};
use super::{Permit, basis, id_of, validity};
use crate::assess::Decider;
use crate::decision::{Decision, FlowDecision};
use crate::declaration::{Flow, Stated, Transfer};
use crate::request::Request;

/// Decides a transfer and makes a permit for one of its flows.
///
/// The decision is made here, not handed in: a permit rests on what the rulebook says of the
/// declaration on the day, and on nothing that somebody could have put together. `filing` is what
/// was recorded; a route that needs one gives no permit without it.
///
/// # Errors
///
/// Everything that stands in the way: the question cannot be asked, the route is open or
/// prohibited, the filing is missing or does not cover what is chosen.
pub fn grant(
    decider: &mut Decider<'_>,
    request: &Request<'_>,
    choice: &Choice,
    filing: Option<&Filing>,
) -> Result<Permit, Vec<Diagnostic>> {
    if !request.assumed.is_empty() {
        return Err(vec![Diagnostic::error("PM116")]);
    }
    let decision = decider.decide(request)?;
    let (flow, decided) = flow_of(request.transfer, &decision, choice).map_err(|one| vec![one])?;
    let filing = filing.filter(|_| !matches!(decided.route, Route::None | Route::Exempt));
    let mut findings: Vec<Diagnostic> = route_stands(decided, filing).err().into_iter().collect();
    let recipient = recipient(flow).map_err(|finding| findings.push(finding)).ok();
    let purpose = word(flow, "flow.purpose");
    if purpose.is_none() {
        findings.push(Diagnostic::error("PM111").with("flow", &flow.id));
    }
    let fields = match choice::fields(choice, flow) {
        Ok(fields) => fields,
        Err(found) => {
            findings.extend(found);
            Vec::new()
        }
    };
    if let (Some(filing), Some(recipient)) = (filing, &recipient) {
        findings.extend(covered(filing, recipient, (flow, &fields), request.on));
    }
    let (Some(recipient), Some(purpose), true) = (recipient, purpose, findings.is_empty()) else {
        return Err(findings);
    };
    let people = people(decided, filing);
    let limits: Vec<(&str, u64)> =
        people.iter().map(|one| (one.count.as_str(), one.at_most)).collect();
    let one = |finding: Diagnostic| vec![finding];
    traced(decider, request, decided, &limits)?;
    let route = decided.route;
    let valid = validity::valid(decider, request, &flow.id, &limits, route, filing, choice.until);
    let mut body = Body {
        format: FORMAT,
        id: String::new(),
        transfer: request.transfer.id.to_string(),
        flow: flow.id.to_string(),
        on: DayText(request.on),
        decision: decision.digest(),
        rulebook: BookText {
            edition: decision.rulebook.edition.clone(),
            digest: format!("sha256:{}", decision.rulebook.digest),
        },
        route: route.as_str().to_owned(),
        rules: rules(decided),
        exemption: (route == Route::Exempt).then(|| rules(decided).into_iter().next()).flatten(),
        scenario: flow.list.as_ref().map(basis::scenario),
        handler: handler(request.transfer),
        recipient,
        purpose,
        filing: filing.cloned(),
        fields,
        at_limit: choice.at_limit,
        rows: choice.rows.clone(),
        valid: valid.map_err(one)?,
        basis: basis::written(request),
        people,
    };
    body.id = id_of(&body);
    Ok(Permit { body })
}

fn flow_of<'a>(
    transfer: &'a Transfer,
    decision: &'a Decision,
    choice: &Choice,
) -> Result<(&'a Flow, &'a FlowDecision), Diagnostic> {
    let mut pairs = transfer.flows.iter().zip(&decision.flows);
    match &choice.flow {
        Some(id) => pairs.find(|(flow, _)| flow.id == *id).ok_or_else(|| no_flow(transfer, id)),
        None => match (pairs.next(), pairs.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(Diagnostic::error("PM110")
                .with("flows", transfer.flows.len())
                .with("names", names(transfer))),
        },
    }
}

/// That a declaration has no flow of this id.
#[must_use]
pub fn no_flow(transfer: &Transfer, id: &str) -> Diagnostic {
    Diagnostic::error("PM109").with("flow", id).with("names", names(transfer))
}

/// The flows of a declaration, as a message names them.
fn names(transfer: &Transfer) -> String {
    let ids: Vec<String> = transfer.flows.iter().map(|flow| format!("`{}`", flow.id)).collect();
    ids.join(", ")
}

/// Whether the route lets the flow leave, and whether the filing is the one that it needs.
fn route_stands(decided: &FlowDecision, filing: Option<&Filing>) -> Result<(), Diagnostic> {
    let flow = &decided.id;
    let route = decided.route;
    let refused = |code: &'static str| Diagnostic::error(code).with("flow", flow);
    let gba = decided.options.iter().any(|o| o.certain && o.route == Route::GbaContract);
    let kinds: &[FilingKind] = match route {
        // A completion without a single answer is no answer.
        _ if decided.fault => return Err(refused("PM101")),
        Route::Undetermined => return Err(refused("PM101")),
        Route::Prohibited => return Err(refused("PM102")),
        Route::None | Route::Exempt => return Ok(()),
        Route::ContractOrCertification if gba => &[
            FilingKind::StandardContract,
            FilingKind::Certification,
            FilingKind::SecurityAssessment,
            FilingKind::GbaContract,
        ],
        Route::ContractOrCertification => &[
            FilingKind::StandardContract,
            FilingKind::Certification,
            FilingKind::SecurityAssessment,
        ],
        Route::SecurityAssessment => &[FilingKind::SecurityAssessment],
        Route::GbaContract => &[FilingKind::GbaContract],
        Route::OtherLawfulRoute => &[FilingKind::OtherLawfulRoute],
    };
    match filing {
        None => Err(refused("PM103").with("route", route)),
        Some(filing) if !kinds.contains(&filing.kind) => {
            Err(Diagnostic::error("PM104").with("kind", filing.kind.word()).with("route", route))
        }
        Some(_) => Ok(()),
    }
}

/// What the filing does not cover.
fn covered(
    filing: &Filing,
    recipient: &RecipientText,
    (flow, fields): (&Flow, &[FieldText]),
    on: Day,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if on < filing.effective.0 {
        findings.push(Diagnostic::error("PM105").with("day", filing.effective.0));
    }
    if !filing.recipients.contains(&recipient.name) {
        findings.push(Diagnostic::error("PM121").with("number", &filing.number));
    }
    let filed = |field: &FieldText| {
        let table = field.table.as_deref();
        let full = table.map(|table| format!("{table}:{}", field.column));
        // A column of the only table is filed under the name that the declaration gives it.
        let declared = choice::declared(table, &field.column, &flow.fields).map(|one| &*one.name);
        filing.fields.iter().any(|name| {
            full.as_ref() == Some(name) || *name == field.column || declared == Some(name.as_str())
        })
    };
    for field in fields.iter().filter(|field| field.leaves() && !filed(field)) {
        let finding = Diagnostic::error("PM106").with("field", &field.column);
        findings.push(finding.with("number", &filing.number));
    }
    findings
}

fn recipient(flow: &Flow) -> Result<RecipientText, Diagnostic> {
    let missing = || Diagnostic::error("PM122").with("flow", &flow.id);
    let name = flow.recipient.name.as_deref().ok_or_else(missing)?;
    Ok(RecipientText {
        name: name.to_owned(),
        country: flow.recipient.country.as_deref().map(str::to_owned),
        onward: flow.recipient.onward.iter().map(ToString::to_string).collect(),
    })
}

fn handler(transfer: &Transfer) -> HandlerText {
    let handler = &transfer.handler;
    let given = |text: &String| (!text.is_empty()).then(|| text.clone());
    HandlerText {
        name_zh: handler.name.as_ref().and_then(|name| given(&name.zh)),
        name_en: handler.name.as_ref().and_then(|name| given(&name.en)),
        credit_code: handler.credit_code.as_deref().map(str::to_owned),
        group: handler.group.as_deref().map(str::to_owned),
    }
}

fn word(flow: &Flow, fact: &str) -> Option<String> {
    let fact = FactId::new(fact);
    flow.facts.iter().find(|given| given.fact == fact).and_then(|given| match &given.value {
        Stated::Word(word) => Some(word.to_string()),
        _ => None,
    })
}

fn rules(decided: &FlowDecision) -> Vec<String> {
    let held = if decided.because.is_empty() { &decided.either } else { &decided.because };
    held.iter().map(|reason| reason.rule.clone()).collect()
}

/// How many persons may be reached, each figure from a line of the rulebook or from the filing.
fn people(decided: &FlowDecision, filing: Option<&Filing>) -> Vec<PeopleText> {
    let lines = decided.headroom.iter().filter(|line| crate::assess::grows(&line.fact));
    let mut people: Vec<PeopleText> = lines
        .map(|line| PeopleText {
            count: line.fact.clone(),
            at_most: line.changes_at.saturating_sub(1),
            from: FigureText::Rulebook {
                changes_at: line.changes_at,
                routes: line.routes.iter().map(|route| route.as_str().to_owned()).collect(),
            },
        })
        .collect();
    if let Some(filing) = filing {
        let counts = [
            ("filing.general_pi", filing.people.general),
            ("filing.sensitive_pi", filing.people.sensitive),
        ];
        people.extend(counts.map(|(count, at_most)| PeopleText {
            count: count.to_owned(),
            at_most,
            from: FigureText::Filing { number: filing.number.clone() },
        }));
    }
    people
}

/// The lines are read off one count at a time; all counts at their lines at once must still have
/// the same answer.
fn traced(
    decider: &mut Decider<'_>,
    request: &Request<'_>,
    decided: &FlowDecision,
    limits: &[(&str, u64)],
) -> Result<(), Vec<Diagnostic>> {
    let routes = decider.up_to(request, &decided.id, limits)?;
    let expected: RouteSet = [decided.route].into_iter().collect();
    if routes == expected {
        return Ok(());
    }
    Err(vec![Diagnostic::error("PM123").with("flow", &decided.id)])
}
