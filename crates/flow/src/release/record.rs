//! The entry of a release.

use kouan_decide::permit::{FieldText, Transform};
use kouan_ledger::entry::{
    Count, Digest, Field, LaneCount, LegalDay, Name, Output, People, Released, Totals, What,
};
use kouan_meter::{Exempt, Lane, Scope, Sealed, Tally, Year};
use kouan_terms::Diagnostic;

use super::Order;
use super::output::Ready;
use super::pass::{Passed, fields_of, rows_of};

/// What was written and counted.
pub(super) struct Written<'a> {
    pub(super) passed: &'a Passed,
    pub(super) ready: &'a Ready,
    pub(super) sealed: &'a Sealed,
    pub(super) lane: &'a Lane,
}

/// The entry of a release, as it will stand in the ledger.
///
/// # Errors
///
/// `LG105` where a name holds what no entry may.
pub(super) fn released(
    order: &Order<'_>,
    digest: Digest,
    people: &Year<'_>,
    written: &Written<'_>,
    left: Option<LegalDay>,
) -> Result<What, Diagnostic> {
    let permit = order.standing.permit();
    let body = permit.body();
    let lane = written.lane;
    let (rows, rows_held_back) = rows_of(&written.passed.tables);
    let fields = fields_of(permit, &written.passed.tables).map(field).collect::<Result<_, _>>()?;
    let scenario = lane.scenario.as_ref().map(|name| Name::new(name.as_str())).transpose()?;
    let filing = lane.filing.as_deref().map(Name::new).transpose()?;
    Ok(What::Release(Released {
        id: Name::new(permit.id())?,
        permit: digest,
        decision: Digest::parse(&body.decision)?,
        rulebook: Digest::parse(&order.book.digest)?,
        route: lane.route,
        scenario: scenario.clone(),
        filing: filing.clone(),
        recipient: Name::new(&body.recipient.name)?,
        source: Digest::sha256(order.source.fingerprint),
        fields,
        rows,
        rows_held_back,
        people: People {
            segment: written.sealed.segment.map(|digest| Digest::sha256(*digest.bytes())),
            year: totals(people, written.sealed, &Scope::default()),
            lanes: vec![lane_count(people, written, scenario, filing)?],
        },
        output: Output {
            name: order.target.name.clone(),
            bytes: written.ready.bytes,
            digest: Digest::sha256(written.ready.digest),
        },
        left,
    }))
}

fn lane_count(
    people: &Year<'_>,
    written: &Written<'_>,
    scenario: Option<Name>,
    filing: Option<Name>,
) -> Result<LaneCount, Diagnostic> {
    let lane = written.lane;
    let exempt = if lane.exemption.is_some() { Exempt::Alone } else { Exempt::LeftOut };
    let scope = Scope {
        route: Some(lane.route),
        scenario: lane.scenario.clone(),
        filing: lane.filing.clone(),
        exempt,
        ..Scope::default()
    };
    let totals = totals(people, written.sealed, &scope);
    let exemption = lane.exemption.as_ref().map(|rule| Name::new(rule.as_str())).transpose()?;
    let route = lane.route;
    let Totals { general, sensitive } = totals;
    Ok(LaneCount { route, scenario, exemption, filing, general, sensitive })
}

fn totals(people: &Year<'_>, sealed: &Sealed, scope: &Scope) -> Totals {
    let (before, after): (Tally, Tally) = (people.tally(scope), sealed.tally(people, scope));
    let count = |of: fn(&Tally) -> u64| Count {
        new: of(&after).saturating_sub(of(&before)),
        total: of(&after),
    };
    Totals { general: count(|tally| tally.general), sensitive: count(|tally| tally.sensitive) }
}

/// A column and what becomes of it, as entries say it.
pub(crate) fn field(text: &FieldText) -> Result<Field, Diagnostic> {
    let table = text.table.as_deref().map(Name::new).transpose()?;
    let transform = word(&text.transform).map(Name::new).transpose()?;
    Ok(Field { table, column: Name::new(&text.column)?, transform })
}

/// The word of a transform; `None` where the value leaves as it is.
fn word(transform: &Transform) -> Option<&'static str> {
    Some(match transform {
        Transform::Keep {} => return None,
        Transform::Drop {} => "drop",
        Transform::SafeCopy {} => "safe-copy",
        Transform::Mask { .. } => "mask",
        Transform::Hash { .. } => "hash",
        Transform::Tokenise {} => "tokenise",
        Transform::Generalise { .. } => "generalise",
        Transform::Truncate { .. } => "truncate",
        Transform::Constant { .. } => "constant",
    })
}
