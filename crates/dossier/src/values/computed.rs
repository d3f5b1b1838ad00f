//! Values that are reckoned: the day, the pack, totals over flows.

use kouan_decide::declaration::Bounds;
use kouan_terms::Bilingual;

use super::declared::{has_unknown, sensitive};
use super::wording::same;
use super::{Plain, Resolver, Scope, Value, country};
use crate::sources::recipient_of;
use crate::trace::Source;

impl Resolver<'_> {
    /// A value that is reckoned.
    pub(super) fn computed(&self, path: &str, scope: &Scope) -> Option<Value> {
        let sources = self.sources;
        match path {
            "on" => {
                let words = self.wording.day(sources.on);
                Some(Value { words, plain: Plain::Day(sources.on), sources: vec![Source::Day] })
            }
            "declaration.digest" => self.text(same(sources.declared.digest), "declaration"),
            "year.of" => {
                let year = u64::try_from(sources.on.year()).ok()?;
                let plain = Plain::Count(Bounds::exactly(year));
                Some(Value { words: self.wording.year(year), plain, sources: vec![Source::Day] })
            }
            "recipients.count" => self.number(sources.recipients().len(), "flow.recipient"),
            "recipients.names" => {
                let names: Vec<Bilingual> = sources.recipients().into_iter().map(same).collect();
                self.text(self.wording.list(&names), "flow.recipient.name")
            }
            "recipients.countries" => self.countries(),
            "recipient.flows" => self.flows_of(scope),
            "fields.count" => {
                let count = sources.transfer().flows.iter().map(|flow| flow.fields.len()).sum();
                self.number(count, "flow.field")
            }
            "fields.sensitive_count" => {
                let flows = &sources.transfer().flows;
                if flows.iter().any(has_unknown) {
                    return None;
                }
                self.number(flows.iter().map(|flow| sensitive(flow).count()).sum(), "flow.field")
            }
            "flows.titles" => self.titles(),
            _ => {
                let held = self.pack?.facts.iter().find(|(held, _)| **held == *path);
                held.map(|(_, value)| value.clone())
                    .or_else(|| self.of_pack(path.strip_prefix("pack.")?))
            }
        }
    }

    fn countries(&self) -> Option<Value> {
        let mut words: Vec<Bilingual> = Vec::new();
        for flow in &self.sources.transfer().flows {
            let code = flow.recipient.country.as_deref()?;
            let name = country(code).unwrap_or_else(|| same(code));
            if !words.contains(&name) {
                words.push(name);
            }
        }
        self.text(self.wording.list(&words), "flow.recipient.country")
    }

    fn flows_of(&self, scope: &Scope) -> Option<Value> {
        let name = scope.recipient.as_deref()?;
        let flows = self.sources.transfer().flows.iter().enumerate();
        let own = flows.filter(|(_, flow)| recipient_of(flow) == name);
        let mut sources = Vec::new();
        let mut words = Vec::new();
        for (index, _) in own {
            let title = self.title(index)?;
            words.push(title.words);
            sources.extend(title.sources);
        }
        let plain = Plain::List(words.len());
        Some(Value { words: self.wording.list(&words), plain, sources })
    }

    /// The title of a flow as it was answered; its id when it was not.
    fn title(&self, index: usize) -> Option<Value> {
        let scope = Scope::of_flow(self.sources, index);
        match self.answered("flow.title", &scope) {
            Some(super::Found::Value(value)) => Some(value),
            _ => self.text(same(&self.sources.flow(index)?.id), "flow.id"),
        }
    }

    fn titles(&self) -> Option<Value> {
        let count = self.sources.transfer().flows.len();
        let titles: Vec<Value> = (0..count).filter_map(|index| self.title(index)).collect();
        let words: Vec<Bilingual> = titles.iter().map(|title| title.words.clone()).collect();
        let sources = titles.into_iter().flat_map(|title| title.sources).collect();
        Some(Value { words: self.wording.list(&words), plain: Plain::List(words.len()), sources })
    }

    fn of_pack(&self, rest: &str) -> Option<Value> {
        let pack = self.pack?;
        let text = |words: &Bilingual| {
            let key = format!("pack {}", pack.id).into();
            let digest = self.sources.papers.digest().into();
            let sources = vec![Source::Rulebook { digest, key }];
            Some(Value { words: words.clone(), plain: Plain::Text, sources })
        };
        let count = |number: usize| {
            let number = u64::try_from(number).ok()?;
            Some(Value {
                words: self.wording.number(number),
                plain: Plain::Count(Bounds::exactly(number)),
                sources: vec![Source::Reckoned],
            })
        };
        match rest {
            "title" => text(&pack.title),
            "matter" => text(&pack.matter),
            "receiver" => text(&pack.receiver),
            "parts_count" => count(pack.parts.len()),
            "missing_count" => count(pack.parts.iter().filter(|part| part.state.is_open()).count()),
            "gaps_count" => count(pack.gaps),
            _ => None,
        }
    }
}
