//! Rules, notions and unsettled points.

use kouan_terms::{Bilingual, Diagnostic, FactId, Place, PointId, ReadingId, RuleId};
use toml::Spanned;

use super::Loader;
use super::standing::{FileStanding, OwnStanding, cite, route, span};
use crate::book::{Adds, Effect, Notion, Point, Reading, Rule, Selector};
use crate::condition::Resolver;
use crate::fact::Fact;
use crate::format::{PointFile, PointText, RuleFile, RuleText};

/// Files of `rules/cn/` that hold something else than rules.
const NOT_RULES: [&str; 4] = ["duties.toml", "limits.toml", "changes.toml", "versions.toml"];

impl Loader<'_> {
    pub(super) fn rules(&mut self, facts: &[Fact]) -> (Vec<Notion>, Vec<Rule>) {
        let names: Vec<String> = self
            .files
            .keys()
            .filter(|name| {
                let topic = name.strip_prefix("rules/cn/");
                topic.is_some_and(|topic| {
                    !topic.ends_with(".cases.toml") && !NOT_RULES.contains(&topic)
                })
            })
            .map(ToString::to_string)
            .collect();
        let mut notions = Vec::new();
        let mut rules = Vec::new();
        for name in names {
            let Some(file) = self.parse::<RuleFile>(&name) else { continue };
            let standing = FileStanding {
                file: name.clone(),
                source: file.source.clone(),
                confidence: file.confidence.clone(),
                checked: file.checked.clone(),
                known_since: file.known_since,
            };
            let resolver = Resolver { facts, file: &name };
            for text in &file.notion {
                let own = OwnStanding {
                    source: &text.source,
                    confidence: text.confidence.as_deref(),
                    ..OwnStanding::default()
                };
                notions.push(Notion {
                    id: text.id.as_ref().as_str().into(),
                    span: span(&name, &text.in_force, &mut self.findings),
                    cite: cite(text.cite.as_ref()),
                    says: text.says.clone().into(),
                    when: resolver.condition(&text.when, &mut self.findings),
                    standing: standing.of(own, text.id.span(), &mut self.findings),
                });
            }
            for text in &file.rule {
                rules.extend(self.rule(text, &standing, &resolver));
            }
        }
        (notions, rules)
    }

    fn rule(
        &mut self,
        text: &RuleText,
        file: &FileStanding,
        resolver: &Resolver<'_>,
    ) -> Option<Rule> {
        let own = OwnStanding {
            source: &text.source,
            confidence: text.confidence.as_deref(),
            checked: text.checked.as_ref(),
            known_since: text.known_since,
        };
        let when = resolver.condition(&text.when, &mut self.findings);
        Some(Rule {
            id: RuleId::new(text.id.as_ref()),
            span: span(&file.file, &text.in_force, &mut self.findings),
            ended_by: text.in_force.ended_by.as_ref().map(|by| by.as_ref().as_str().into()),
            cite: cite(text.cite.as_ref()),
            also: text.also.iter().map(|also| cite(also.as_ref())).collect(),
            says: text.says.clone().into(),
            when,
            then: route(&file.file, &text.then, &mut self.findings)?,
            yields_to: selectors(&text.yields_to),
            overrides: selectors(&text.overrides),
            under: under(&file.file, text.under.as_ref(), &mut self.findings),
            claim: text.claim.as_deref().map(FactId::new),
            note: text.note.clone().map(Into::into),
            standing: file.of(own, text.id.span(), &mut self.findings),
        })
    }

    pub(super) fn points(&mut self, facts: &[Fact]) -> Vec<Point> {
        let files: Vec<(String, PointFile)> = self.folder("unsettled/");
        let mut points: Vec<Point> = Vec::new();
        for (name, file) in files {
            let standing = FileStanding {
                file: name.clone(),
                source: file.source.clone(),
                confidence: file.confidence.clone(),
                checked: file.checked.clone(),
                known_since: file.known_since,
            };
            for text in &file.unsettled {
                let point = self.point(text, &standing, facts);
                if points.iter().any(|other| other.id == point.id) {
                    let place = Place::at(&name, text.id.span());
                    self.findings.push(Diagnostic::error("RB110").at(place));
                }
                points.push(point);
            }
        }
        points
    }

    fn point(&mut self, text: &PointText, file: &FileStanding, facts: &[Fact]) -> Point {
        let place = Place::at(&file.file, text.id.span());
        let resolver = Resolver { facts, file: &file.file };
        let own = OwnStanding {
            source: &text.source,
            confidence: text.confidence.as_deref(),
            checked: text.checked.as_ref(),
            known_since: None,
        };
        let effect = match text.effect.as_str() {
            "route" => Effect::Route,
            "counting" => Effect::Counting,
            "informs" => Effect::Informs,
            other => {
                self.findings
                    .push(Diagnostic::error("RB115").at(place.clone()).with("word", other));
                Effect::Informs
            }
        };
        let reading = |id: &str| text.readings.iter().position(|reading| reading.id == id);
        let count = |id: &str| facts.iter().position(|fact| fact.id.as_str() == id);
        let mut bad = text.readings.len() < 2;
        let mut named = |id: Option<&String>| {
            let found = id.map(|id| reading(id));
            bad |= found == Some(None);
            found.flatten()
        };
        let ordinary = named(text.ordinary.as_ref());
        let safe = named(text.safe.as_ref());
        let settled = text
            .settled
            .as_ref()
            .and_then(|settled| Some((settled.on.0, named(Some(&settled.reading))?)));
        let mut adds = Vec::new();
        for add in &text.adds {
            match (count(&add.to), count(&add.from), reading(&add.under)) {
                (Some(to), Some(from), Some(under)) => adds.push(Adds { to, from, under }),
                _ => bad = true,
            }
        }
        if bad {
            self.findings.push(Diagnostic::error("RB116").at(place));
        }
        Point {
            id: PointId::new(text.id.as_ref()),
            number: text.number.as_deref().map(Into::into),
            cite: text.cite.as_ref().map(cite),
            question: text.question.clone().into(),
            why: text.why.clone().into(),
            effect,
            readings: text
                .readings
                .iter()
                .map(|reading| Reading {
                    id: ReadingId::new(&reading.id),
                    says: Bilingual { zh: reading.zh.clone(), en: reading.en.clone() },
                    leads_to: reading.leads_to.clone().into(),
                })
                .collect(),
            ordinary,
            safe,
            raised_when: text
                .raised_when
                .as_ref()
                .map(|when| resolver.condition(when, &mut self.findings)),
            adds,
            settled,
            standing: file.of(own, text.id.span(), &mut self.findings),
        }
    }
}

/// The rules a list of names selects: `art-N`, `prefix.*`, or one id.
pub(super) fn selectors(names: &[Spanned<String>]) -> Vec<Selector> {
    names
        .iter()
        .map(|name| {
            let name = name.as_ref().as_str();
            if let Some(prefix) = name.strip_suffix('*') {
                Selector::Prefix(prefix.into())
            } else if name.starts_with("art-") {
                Selector::Article(name.into())
            } else {
                Selector::Rule(RuleId::new(name))
            }
        })
        .collect()
}

/// The reading a rule belongs to, written `point:reading`.
pub(super) fn under(
    file: &str,
    text: Option<&Spanned<String>>,
    findings: &mut Vec<Diagnostic>,
) -> Option<(PointId, ReadingId)> {
    let spanned = text?;
    let Some((point, reading)) = spanned.as_ref().split_once(':') else {
        findings.push(Diagnostic::error("RB117").at(Place::at(file, spanned.span())));
        return None;
    };
    Some((PointId::new(point), ReadingId::new(reading)))
}
