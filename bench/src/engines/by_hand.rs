//! The floor: the same rules as a chain of `if`, written by hand for this one day.
//!
//! It knows one day, one reading of each open point, no unknown fact and no reason. Comments name
//! the rules of `rulebook/rules/cn/`.

use kouan_rulebook::Book;
use kouan_terms::Route;

use super::{Answer, Engine, Setting, answer};

struct ByHand(Vec<Facts>);

/// Each vector becomes a struct of its own types.
pub fn prepare<'a>(setting: &Setting<'a>) -> Result<Box<dyn Engine + 'a>, String> {
    let facts = setting.cells.iter().map(|cell| Facts::read(setting.book, cell));
    Ok(Box::new(ByHand(facts.collect::<Result<_, _>>()?)))
}

impl Engine for ByHand {
    fn decide(&mut self, cell: usize) -> Option<Route> {
        self.0.get(cell).map(decide)
    }
}

#[derive(PartialEq)]
enum Act {
    InMainland,
    Abroad,
}

#[derive(PartialEq)]
enum Recipient {
    Court,
    Regulator,
    Other,
}

#[derive(PartialEq)]
enum Regime {
    None,
    StateSecret,
    CoreData,
    Other,
}

#[derive(PartialEq)]
enum AutoPurpose {
    None,
    Vulnerability,
    Incident,
    OtaSourceCode,
    ForeignCollected,
}

struct Facts {
    act: Act,
    recipient: Recipient,
    regime: Regime,
    auto_purpose: AutoPurpose,
    automotive: bool,
    hr_management: bool,
    employees: bool,
    household: bool,
    restricted: bool,
    approved: bool,
    state_organ: bool,
    ciio: bool,
    important_data: bool,
    pi: bool,
    claim_contract: bool,
    claim_hr: bool,
    claim_emergency: bool,
    claim_transit: bool,
    claim_treaty: bool,
    claim_auto: bool,
    collected_abroad: bool,
    domestic_data_added: bool,
    individual_is_party: bool,
    needed: bool,
    minimum_scope: bool,
    labour_rules: bool,
    collective_contract: bool,
    emergency: bool,
    treaty_applies: bool,
    purpose_genuine: bool,
    prior_report: bool,
    flow_sensitive_pi: bool,
    general_pi: u64,
    sensitive_pi: u64,
}

fn decide(facts: &Facts) -> Route {
    if facts.act == Act::InMainland {
        return Route::None; // cn.scope.not-export
    }
    let pi_export = facts.pi && !facts.household;
    let asks = facts.regime != Regime::None || facts.recipient != Recipient::Other;
    if (!facts.approved && asks) || (facts.restricted && pi_export) {
        return Route::Prohibited; // cn.special.*, cn.prohibited.*
    }
    if facts.regime == Regime::StateSecret || facts.regime == Regime::CoreData {
        return Route::OtherLawfulRoute; // cn.regime.*
    }
    let treaty = facts.claim_treaty && facts.treaty_applies;
    if treaty && pi_export && !facts.important_data && !facts.state_organ {
        return Route::OtherLawfulRoute; // cn.treaty.conditions
    }
    if facts.claim_auto && automotive_exempt(facts, pi_export) {
        return Route::Exempt; // cn.auto.exempt.*
    }
    if facts.important_data {
        return Route::SecurityAssessment; // cn.assessment.important-data
    }
    if !pi_export {
        return Route::None; // cn.scope.household, cn.scope.neither
    }
    if facts.state_organ {
        return Route::SecurityAssessment; // cn.state-organ.assessment
    }
    let transit = facts.claim_transit && facts.collected_abroad && !facts.domestic_data_added;
    if facts.ciio && !transit {
        return Route::SecurityAssessment; // cn.ciio.assessment-strict
    }
    if facts.automotive && (facts.general_pi > 100_000 || facts.sensitive_pi > 100_000) {
        return Route::SecurityAssessment; // cn.auto.hundred-thousand
    }
    if transit || claimed_exemption(facts) {
        return Route::Exempt; // cn.exempt.*
    }
    if facts.general_pi >= 1_000_000 || facts.sensitive_pi >= 10_000 {
        return Route::SecurityAssessment; // cn.threshold.assessment.*
    }
    if facts.general_pi >= 100_000 || facts.sensitive_pi >= 1 || facts.flow_sensitive_pi {
        return Route::ContractOrCertification; // cn.threshold.contract.*
    }
    Route::Exempt // cn.threshold.exempt.small-volume
}

fn automotive_exempt(facts: &Facts, pi_export: bool) -> bool {
    if !facts.automotive || facts.ciio || facts.state_organ {
        return false;
    }
    match facts.auto_purpose {
        AutoPurpose::None => false,
        AutoPurpose::Vulnerability | AutoPurpose::Incident | AutoPurpose::OtaSourceCode => {
            let concerned = facts.pi || facts.important_data;
            facts.purpose_genuine && facts.prior_report && !facts.household && concerned
        }
        AutoPurpose::ForeignCollected => {
            let foreign = facts.collected_abroad && !facts.domestic_data_added;
            foreign && pi_export && !facts.important_data
        }
    }
}

fn claimed_exemption(facts: &Facts) -> bool {
    let contract = facts.claim_contract && facts.individual_is_party && facts.minimum_scope;
    let hr = facts.claim_hr && facts.hr_management && facts.employees;
    let hr = hr && facts.labour_rules && facts.collective_contract;
    let emergency = facts.claim_emergency && facts.emergency;
    facts.needed && (contract || hr || emergency)
}

impl Facts {
    fn read(book: &Book, cell: &[u64]) -> Result<Facts, String> {
        let word = |id: &str| match answer(book, cell, id)? {
            Answer::Word(word) => Ok(word),
            Answer::YesNo(_) | Answer::Count(_) => Err(format!("`{id}` is no word")),
        };
        let yes =
            |id: &str| Ok::<bool, String>(matches!(answer(book, cell, id)?, Answer::YesNo(true)));
        let count = |id: &str| match answer(book, cell, id)? {
            Answer::Count(count) => Ok(count),
            Answer::Word(_) | Answer::YesNo(_) => Err(format!("`{id}` is no count")),
        };
        let act = word("flow.act")?;
        Ok(Facts {
            act: match act.as_str() {
                "viewed-in-mainland" | "within-mainland" => Act::InMainland,
                _ => Act::Abroad,
            },
            recipient: match word("recipient.kind")?.as_str() {
                "foreign-court-or-enforcement" => Recipient::Court,
                "foreign-regulator-or-arbitration" => Recipient::Regulator,
                _ => Recipient::Other,
            },
            regime: match word("flow.special_regime")?.as_str() {
                "none" => Regime::None,
                "state-secret" => Regime::StateSecret,
                "core-data" => Regime::CoreData,
                _ => Regime::Other,
            },
            auto_purpose: match word("flow.auto_purpose")?.as_str() {
                "vulnerability" => AutoPurpose::Vulnerability,
                "incident" => AutoPurpose::Incident,
                "ota-source-code" => AutoPurpose::OtaSourceCode,
                "foreign-collected" => AutoPurpose::ForeignCollected,
                _ => AutoPurpose::None,
            },
            automotive: word("handler.sector")? == "automotive",
            hr_management: word("flow.purpose")? == "hr-management",
            employees: word("flow.subjects")? == "employees",
            household: yes("flow.household")?,
            restricted: yes("recipient.restricted_by_cac")?,
            approved: yes("flow.authority_approval")?,
            state_organ: yes("handler.is_state_organ")?,
            ciio: yes("handler.is_ciio")?,
            important_data: yes("flow.important_data")?,
            pi: yes("flow.pi")?,
            claim_contract: yes("claim.contract")?,
            claim_hr: yes("claim.hr")?,
            claim_emergency: yes("claim.emergency")?,
            claim_transit: yes("claim.transit")?,
            claim_treaty: yes("claim.treaty")?,
            claim_auto: yes("claim.auto")?,
            collected_abroad: yes("flow.collected_abroad")?,
            domestic_data_added: yes("flow.domestic_data_added")?,
            individual_is_party: yes("flow.individual_is_party")?,
            needed: yes("flow.needed")?,
            minimum_scope: yes("flow.minimum_scope")?,
            labour_rules: yes("handler.labour_rules")?,
            collective_contract: yes("handler.collective_contract")?,
            emergency: yes("flow.emergency")?,
            treaty_applies: yes("flow.treaty_applies")?,
            purpose_genuine: yes("flow.purpose_genuine")?,
            prior_report: yes("flow.prior_report")?,
            flow_sensitive_pi: yes("flow.sensitive_pi")?,
            general_pi: count("year.persons.general_pi")?,
            sensitive_pi: count("year.persons.sensitive_pi")?,
        })
    }
}
