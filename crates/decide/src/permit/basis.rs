//! The declaration inside a permit: enough of it to decide again, and nothing more.

use kouan_terms::{EditionId, FactId, PointId, ReadingId, ScenarioId, TransferId};

use super::format::{
    AdoptedText, AnswerText, BasisText, Body, BoundsText, DeclaredText, FactText, FlowText,
    ScenarioText,
};
use crate::declaration::{
    Bounds, Field, FieldKind, Flow, Given, Handler, ListClaim, Persons, Recipient, Stated, Transfer,
};
use crate::request::Request;

/// What a decision was made from, as a permit carries it.
pub(super) fn written(request: &Request<'_>) -> BasisText {
    let transfer = request.transfer;
    BasisText {
        year_includes_this: transfer.year_includes_this,
        adopted: request
            .adopted
            .iter()
            .map(|(point, reading)| AdoptedText {
                point: point.to_string(),
                reading: reading.to_string(),
            })
            .collect(),
        facts: facts_written(&transfer.facts),
        flows: transfer.flows.iter().map(flow_written).collect(),
    }
}

fn facts_written(facts: &[Given]) -> Vec<FactText> {
    let answer = |value: &Stated| match value {
        Stated::YesNo(value) => AnswerText::YesNo(*value),
        Stated::Word(word) => AnswerText::Word(word.to_string()),
        Stated::Count(bounds) => AnswerText::Count(bounds_written(*bounds)),
    };
    let fact = |given: &Given| FactText { fact: given.fact.to_string(), is: answer(&given.value) };
    facts.iter().map(fact).collect()
}

fn bounds_written(bounds: Bounds) -> BoundsText {
    BoundsText { at_least: bounds.at_least, at_most: bounds.at_most }
}

fn flow_written(flow: &Flow) -> FlowText {
    FlowText {
        id: flow.id.to_string(),
        facts: facts_written(&flow.facts),
        general: flow.persons.general.map(bounds_written),
        sensitive: flow.persons.sensitive.map(bounds_written),
        both: flow.persons.both.map(bounds_written),
        list: flow.list.as_ref().map(scenario),
        fields: flow
            .fields
            .iter()
            .map(|field| DeclaredText {
                name: field.name.to_string(),
                kind: field.kind.word().to_owned(),
                listed_as: field.listed_as.as_deref().map(str::to_owned),
            })
            .collect(),
    }
}

pub(super) fn scenario(list: &ListClaim) -> ScenarioText {
    ScenarioText { edition: list.edition.to_string(), scenario: list.scenario.to_string() }
}

/// The declaration that a permit carries, to be decided again.
pub(super) fn transfer(body: &Body) -> Transfer {
    let basis = &body.basis;
    Transfer {
        id: TransferId::new(&body.transfer),
        title: None,
        handler: Handler { name: None, credit_code: None, group: None },
        facts: facts(&basis.facts),
        year_includes_this: basis.year_includes_this,
        flows: basis.flows.iter().map(flow).collect(),
        dates: Vec::new(),
        answers_on: None,
    }
}

pub(super) fn adopted(body: &Body) -> Vec<(PointId, ReadingId)> {
    let one = |text: &AdoptedText| (PointId::new(&text.point), ReadingId::new(&text.reading));
    body.basis.adopted.iter().map(one).collect()
}

fn facts(texts: &[FactText]) -> Vec<Given> {
    let value = |text: &AnswerText| match text {
        AnswerText::YesNo(value) => Stated::YesNo(*value),
        AnswerText::Word(word) => Stated::Word(word.as_str().into()),
        AnswerText::Count(range) => Stated::Count(bounds(*range)),
    };
    let fact = |text: &FactText| Given {
        fact: FactId::new(&text.fact),
        value: value(&text.is),
        evidence: None,
        bytes: 0..0,
    };
    texts.iter().map(fact).collect()
}

fn bounds(text: BoundsText) -> Bounds {
    Bounds { at_least: text.at_least, at_most: text.at_most }
}

fn flow(text: &FlowText) -> Flow {
    Flow {
        id: text.id.as_str().into(),
        recipient: Recipient { name: None, country: None, onward: Vec::new() },
        facts: facts(&text.facts),
        persons: Persons {
            general: text.general.map(bounds),
            sensitive: text.sensitive.map(bounds),
            both: text.both.map(bounds),
        },
        list: text.list.as_ref().map(|list| ListClaim {
            edition: EditionId::new(&list.edition),
            scenario: ScenarioId::new(&list.scenario),
            bytes: 0..0,
        }),
        fields: text.fields.iter().map(field).collect(),
        inventory: None,
        bytes: 0..0,
    }
}

fn field(text: &DeclaredText) -> Field {
    let kind = FieldKind::ALL.into_iter().find(|kind| kind.word() == text.kind);
    Field {
        name: text.name.as_str().into(),
        kind: kind.unwrap_or(FieldKind::Unknown),
        listed_as: text.listed_as.as_deref().map(Into::into),
        bytes: 0..0,
    }
}
