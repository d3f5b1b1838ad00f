//! Duties, time limits, change triggers and ages.

use kouan_terms::RuleId;

use super::Loader;
use super::standing::{FileStanding, OwnStanding, cite, routes, span};
use crate::book::{Age, Change, Duty, Limit};
use crate::condition::Resolver;
use crate::fact::Fact;
use crate::format::{AgeFile, ChangeFile, DutyFile, LimitFile};

macro_rules! file_standing {
    ($name:expr, $file:expr) => {
        FileStanding {
            file: $name.to_owned(),
            source: $file.source.clone(),
            confidence: $file.confidence.clone(),
            checked: $file.checked.clone(),
            known_since: $file.known_since,
        }
    };
}

macro_rules! own_standing {
    ($text:expr) => {
        OwnStanding {
            source: &$text.source,
            confidence: $text.confidence.as_deref(),
            checked: $text.checked.as_ref(),
            known_since: None,
        }
    };
}

impl Loader<'_> {
    pub(super) fn duties(&mut self, facts: &[Fact]) -> Vec<Duty> {
        let name = "rules/cn/duties.toml";
        let Some(file) = self.optional::<DutyFile>(name) else { return Vec::new() };
        let standing = file_standing!(name, file);
        let resolver = Resolver { facts, file: name };
        let findings = &mut self.findings;
        file.duty
            .iter()
            .map(|text| Duty {
                id: RuleId::new(text.id.as_ref()),
                number: text.number.as_deref().map(Into::into),
                span: span(name, &text.in_force, findings),
                cite: cite(text.cite.as_ref()),
                also: text.also.iter().map(|also| cite(also.as_ref())).collect(),
                says: text.says.clone().into(),
                routes: routes(name, &text.routes, findings),
                when: resolver.condition(&text.when, findings),
                note: text.note.clone().map(Into::into),
                standing: standing.of(own_standing!(text), text.id.span(), findings),
            })
            .collect()
    }

    pub(super) fn limits(&mut self, facts: &[Fact]) -> Vec<Limit> {
        let name = "rules/cn/limits.toml";
        let Some(file) = self.optional::<LimitFile>(name) else { return Vec::new() };
        let standing = file_standing!(name, file);
        let resolver = Resolver { facts, file: name };
        let findings = &mut self.findings;
        file.limit
            .iter()
            .map(|text| Limit {
                id: RuleId::new(text.id.as_ref()),
                number: text.number.as_deref().map(Into::into),
                step: text.step.clone().into(),
                amount: text.amount,
                unit: text.unit,
                direction: text.direction,
                anchor: text.anchor.as_str().into(),
                routes: routes(name, &text.routes, findings),
                when: resolver.condition(&text.when, findings),
                who: text.who.as_str().into(),
                span: span(name, &text.in_force, findings),
                cite: cite(text.cite.as_ref()),
                note: text.note.clone().map(Into::into),
                standing: standing.of(own_standing!(text), text.id.span(), findings),
            })
            .collect()
    }

    pub(super) fn ages(&mut self) -> Vec<Age> {
        let name = "ages.toml";
        let Some(file) = self.optional::<AgeFile>(name) else { return Vec::new() };
        let standing = file_standing!(name, file);
        let findings = &mut self.findings;
        file.age
            .iter()
            .map(|text| Age {
                id: RuleId::new(text.id.as_ref()),
                under: text.under,
                span: span(name, &text.in_force, findings),
                cite: cite(text.cite.as_ref()),
                also: text.also.iter().map(|also| cite(also.as_ref())).collect(),
                says: text.says.clone().into(),
                standing: standing.of(own_standing!(text), text.id.span(), findings),
            })
            .collect()
    }

    pub(super) fn changes(&mut self) -> Vec<Change> {
        let name = "rules/cn/changes.toml";
        let Some(file) = self.optional::<ChangeFile>(name) else { return Vec::new() };
        let standing = file_standing!(name, file);
        let findings = &mut self.findings;
        file.change
            .iter()
            .map(|text| Change {
                id: RuleId::new(text.id.as_ref()),
                routes: routes(name, &text.routes, findings),
                says: text.says.clone().into(),
                leads_to: text.leads_to.clone().into(),
                span: span(name, &text.in_force, findings),
                cite: cite(text.cite.as_ref()),
                note: text.note.clone().map(Into::into),
                standing: standing.of(own_standing!(text), text.id.span(), findings),
            })
            .collect()
    }
}
