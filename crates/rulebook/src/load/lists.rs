//! List editions: `list.toml` and the sector files beside it.

use kouan_terms::{DaySpan, Diagnostic, EditionId, InstrumentId, Place, RuleId};

use super::Loader;
use super::rules::{selectors, under};
use super::standing::{FileStanding, OwnStanding, route};
use crate::book::{Cite, Edition, ListRule, Rule, Sector, UncertainDay};
use crate::condition::Resolver;
use crate::fact::Fact;
use crate::format::{DayOrRange, EditionFile, ListRuleText, SectorFile};

impl Loader<'_> {
    pub(super) fn editions(&mut self, facts: &[Fact]) -> Vec<Edition> {
        let is_edition = |name: &&&str| name.starts_with("lists/") && name.ends_with("/list.toml");
        let names: Vec<String> =
            self.files.keys().filter(is_edition).map(ToString::to_string).collect();
        let mut editions = Vec::new();
        for name in names {
            let Some(text) = self.parse::<EditionFile>(&name) else { continue };
            let standing = FileStanding {
                file: name.clone(),
                source: text.source.clone(),
                confidence: text.confidence.clone(),
                checked: text.checked.clone(),
                known_since: text.known_since,
            };
            let mut edition = Edition {
                id: EditionId::new(text.id.as_ref()),
                law: InstrumentId::new(text.law.as_ref()),
                made_under: text.made_under.as_ref().as_str().into(),
                general: text.kind == "general",
                from: uncertain(text.in_force.from),
                until: text.in_force.until.map(uncertain),
                sectors: Vec::new(),
                standing: standing.of(OwnStanding::default(), text.id.span(), &mut self.findings),
                text,
            };
            let folder = name.trim_end_matches("list.toml").to_owned();
            edition.sectors = self.sectors(&folder, &edition, facts);
            editions.push(edition);
        }
        editions
    }

    fn sectors(&mut self, folder: &str, edition: &Edition, facts: &[Fact]) -> Vec<Sector> {
        let list = format!("{folder}list.toml");
        let files: Vec<(String, SectorFile)> = self.folder_except(folder, &list);
        let mut sectors = Vec::new();
        for (name, text) in files {
            if *text.list.as_ref() != edition.id.as_str() {
                let place = Place::at(&name, text.list.span());
                self.findings.push(Diagnostic::error("RB118").at(place));
            }
            let standing = FileStanding {
                file: name.clone(),
                source: if text.source.is_empty() {
                    edition.text.source.clone()
                } else {
                    text.source.clone()
                },
                confidence: text.confidence.clone().or_else(|| edition.text.confidence.clone()),
                checked: text.checked.clone().or_else(|| edition.text.checked.clone()),
                known_since: text.known_since.or(edition.text.known_since),
            };
            let rules = text
                .rule
                .iter()
                .filter_map(|rule| self.list_rule(rule, edition, &standing, facts))
                .collect();
            sectors.push(Sector { text, rules });
        }
        sectors
    }

    fn folder_except(&mut self, folder: &str, except: &str) -> Vec<(String, SectorFile)> {
        let kept = self.files.remove_entry(except);
        let files = self.folder(folder);
        if let Some((name, text)) = kept {
            self.files.insert(name, text);
        }
        files
    }

    fn list_rule(
        &mut self,
        text: &ListRuleText,
        edition: &Edition,
        file: &FileStanding,
        facts: &[Fact],
    ) -> Option<ListRule> {
        let resolver = Resolver { facts, file: &file.file };
        let own = OwnStanding {
            source: &text.source,
            confidence: text.confidence.as_deref(),
            ..OwnStanding::default()
        };
        let span =
            DaySpan { from: edition.from.earliest, until: edition.until.map(|until| until.latest) };
        let rule = Rule {
            id: RuleId::new(text.id.as_ref()),
            span,
            ended_by: edition.text.in_force.ended_by.as_deref().map(Into::into),
            cite: Cite { law: edition.law.clone(), at: "all".into() },
            also: Vec::new(),
            says: text.says.clone().into(),
            when: resolver.condition(&text.when, &mut self.findings),
            then: route(&file.file, &text.then, &mut self.findings)?,
            yields_to: selectors(&text.yields_to),
            overrides: selectors(&text.overrides),
            under: under(&file.file, text.under.as_ref(), &mut self.findings),
            claim: Some(kouan_terms::FactId::new("claim.list")),
            note: text.note.clone().map(Into::into),
            standing: file.of(own, text.id.span(), &mut self.findings),
        };
        Some(ListRule {
            scenario: text.scenario.as_ref().map(|id| id.as_ref().as_str().into()),
            listed: text.listed,
            informs: text.informs,
            rule,
        })
    }
}

fn uncertain(day: DayOrRange) -> UncertainDay {
    match day {
        DayOrRange::Day(day) => UncertainDay { earliest: day.0, latest: day.0 },
        DayOrRange::Range { not_before, not_after } => {
            UncertainDay { earliest: not_before.0, latest: not_after.0 }
        }
    }
}
