# The national rules in force on 2026-11-22, each open point read by its stricter reading.
#
# Written to be fast here: one chain that stops at the first rule that decides, facts in one flat
# object, no sets and no comprehensions. Comments name the rules of rulebook/rules/cn/.
package kouan.national

route := "none" if input.flow_act == "viewed-in-mainland" # cn.scope.not-export

else := "none" if input.flow_act == "within-mainland" # cn.scope.not-export

else := "prohibited" if prohibited

else := "other-lawful-route" if other_lawful

else := "exempt" if automotive_exempt

else := "security-assessment" if input.flow_important_data # cn.assessment.important-data

else := "none" if not pi_export # cn.scope.household, cn.scope.neither

else := "security-assessment" if assessment

else := "exempt" if claimed_exemption

else := "contract-or-certification" if contract

else := "exempt" # cn.threshold.exempt.small-volume

pi_export if {
	input.flow_pi
	not input.flow_household
}

# cn.special.*
prohibited if {
	not input.flow_authority_approval
	input.flow_special_regime != "none"
}

# cn.prohibited.foreign-court
prohibited if {
	not input.flow_authority_approval
	input.recipient_kind == "foreign-court-or-enforcement"
}

# cn.prohibited.foreign-regulator, under cn.foreign-regulator:covered
prohibited if {
	not input.flow_authority_approval
	input.recipient_kind == "foreign-regulator-or-arbitration"
}

# cn.prohibited.restricted-recipient
prohibited if {
	input.recipient_restricted_by_cac
	pi_export
}

# cn.regime.state-secret
other_lawful if input.flow_special_regime == "state-secret"

# cn.regime.core-data
other_lawful if input.flow_special_regime == "core-data"

# cn.treaty.conditions
other_lawful if {
	input.claim_treaty
	input.flow_treaty_applies
	not input.flow_important_data
	not input.handler_is_state_organ
	pi_export
}

automotive_claim if {
	input.claim_auto
	input.handler_sector == "automotive"
	not input.handler_is_ciio
	not input.handler_is_state_organ
}

automotive_report if {
	automotive_claim
	not input.flow_household
	input.flow_purpose_genuine
	input.flow_prior_report
	concerned
}

concerned if input.flow_pi

concerned if input.flow_important_data

# cn.auto.exempt.vulnerability
automotive_exempt if {
	input.flow_auto_purpose == "vulnerability"
	automotive_report
}

# cn.auto.exempt.incident
automotive_exempt if {
	input.flow_auto_purpose == "incident"
	automotive_report
}

# cn.auto.exempt.ota-source-code
automotive_exempt if {
	input.flow_auto_purpose == "ota-source-code"
	automotive_report
}

# cn.auto.exempt.foreign-collected
automotive_exempt if {
	input.flow_auto_purpose == "foreign-collected"
	automotive_claim
	not input.flow_important_data
	input.flow_collected_abroad
	not input.flow_domestic_data_added
	pi_export
}

# cn.state-organ.assessment
assessment if input.handler_is_state_organ

# cn.ciio.assessment-strict, under cn.ciio-exemptions:may-not-use
assessment if {
	input.handler_is_ciio
	not transit
}

# cn.auto.hundred-thousand, under cn.auto-100k-important:hundred-thousand-is-important
assessment if {
	input.handler_sector == "automotive"
	input.year_persons_general_pi > 100000
}

assessment if {
	input.handler_sector == "automotive"
	input.year_persons_sensitive_pi > 100000
}

# cn.threshold.assessment.general-pi
assessment if {
	input.year_persons_general_pi >= 1000000
	not claimed_exemption
}

# cn.threshold.assessment.sensitive-pi
assessment if {
	input.year_persons_sensitive_pi >= 10000
	not claimed_exemption
}

# cn.exempt.transit
transit if {
	input.claim_transit
	input.flow_collected_abroad
	not input.flow_domestic_data_added
}

claimed_exemption if transit

# cn.exempt.contract
claimed_exemption if {
	input.claim_contract
	input.flow_individual_is_party
	input.flow_needed
	input.flow_minimum_scope
}

# cn.exempt.hr.both
claimed_exemption if {
	input.claim_hr
	input.flow_purpose == "hr-management"
	input.flow_needed
	input.flow_subjects == "employees"
	input.handler_labour_rules
	input.handler_collective_contract
}

# cn.exempt.emergency
claimed_exemption if {
	input.claim_emergency
	input.flow_emergency
	input.flow_needed
}

# cn.threshold.contract.general-pi
contract if input.year_persons_general_pi >= 100000

# cn.threshold.contract.sensitive-pi, under cn.sensitive-spoils:whole-handler
contract if input.year_persons_sensitive_pi >= 1

contract if input.flow_sensitive_pi
