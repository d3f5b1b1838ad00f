//! `cedar-policy`: one call for each verdict, the route read from the reasons.
//!
//! Requests with their contexts are built before the clock runs; no entity has attributes and no
//! schema is checked, because both only cost time here.

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PolicyId, PolicySet, Request, RestrictedExpression,
};
use kouan_terms::Route;

use super::{Answer, Engine, Setting, answers};

const POLICIES: &str = include_str!("../../policies/national-2026-11-22.cedar");

/// Strictest first: the first whose policy is a reason is the route.
const STRICTEST_FIRST: [Route; 5] = [
    Route::Prohibited,
    Route::OtherLawfulRoute,
    Route::SecurityAssessment,
    Route::ContractOrCertification,
    Route::Exempt,
];

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    requests: Vec<Request>,
    ids: [(PolicyId, Route); 5],
}

/// The policy set, an empty set of entities, and one request for each cell.
pub fn prepare<'a>(setting: &Setting<'a>) -> Result<Box<dyn Engine + 'a>, String> {
    let ids = STRICTEST_FIRST.map(|route| (PolicyId::new(route.as_str()), route));
    let requests = setting.cells.iter().map(|cell| request(setting, cell));
    Ok(Box::new(Cedar {
        authorizer: Authorizer::new(),
        policies: policies()?,
        entities: Entities::empty(),
        requests: requests.collect::<Result<_, _>>()?,
        ids,
    }))
}

impl Engine for Cedar {
    fn decide(&mut self, cell: usize) -> Option<Route> {
        let request = self.requests.get(cell)?;
        let response = self.authorizer.is_authorized(request, &self.policies, &self.entities);
        let diagnostics = response.diagnostics();
        if diagnostics.errors().next().is_some() {
            return None;
        }
        let strictest = |reason: &PolicyId| self.ids.iter().position(|(id, _)| id == reason);
        match diagnostics.reason().filter_map(strictest).min() {
            Some(place) => self.ids.get(place).map(|(_, route)| *route),
            None => Some(Route::None),
        }
    }
}

/// Each policy under the name of its route.
fn policies() -> Result<PolicySet, String> {
    let parsed: PolicySet = POLICIES.parse().map_err(|error| format!("cedar: {error:?}"))?;
    let mut named = PolicySet::new();
    for policy in parsed.policies() {
        let id = policy.annotation("id").ok_or("cedar: a policy without @id")?;
        let policy = policy.new_id(PolicyId::new(id));
        named.add(policy).map_err(|error| format!("cedar: {error}"))?;
    }
    Ok(named)
}

fn request(setting: &Setting<'_>, cell: &[u64]) -> Result<Request, String> {
    let mut pairs = Vec::new();
    for (name, answer) in answers(setting.book, cell)? {
        let value = match answer {
            Answer::YesNo(value) => RestrictedExpression::new_bool(value),
            Answer::Word(word) => RestrictedExpression::new_string(word),
            Answer::Count(count) => {
                let count = i64::try_from(count).map_err(|error| format!("{name}: {error}"))?;
                RestrictedExpression::new_long(count)
            }
        };
        pairs.push((name, value));
    }
    let context = Context::from_pairs(pairs).map_err(|error| format!("cedar: {error}"))?;
    let uid = |text: &str| text.parse::<EntityUid>().map_err(|error| format!("cedar: {error}"));
    let principal = uid(r#"Handler::"handler""#)?;
    let action = uid(r#"Action::"provide""#)?;
    let resource = uid(r#"Flow::"flow""#)?;
    Request::new(principal, action, resource, context, None)
        .map_err(|error| format!("cedar: {error}"))
}
