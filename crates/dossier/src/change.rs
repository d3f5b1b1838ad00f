//! What differs from an earlier filing, and what follows from it.

use kouan_rulebook::Change as LawfulChange;
use kouan_rulebook::format::{ComparesText, Differs, LeadsTo, TriggerText};
use kouan_rulebook::papers::Entry;
use kouan_terms::Bilingual;

use crate::concerned::Concerned;
use crate::deadlines;
use crate::sources::Sources;
use crate::trace::Source;
use crate::values::wording::{pair, same};
use crate::values::{Found, Plain, Resolver, Row, Scope, Value};

/// A trigger, and whether the earlier and the present filing meet it.
#[derive(Clone, Debug, PartialEq)]
pub struct Triggered {
    /// The trigger.
    pub id: Box<str>,
    /// What it is about.
    pub name: Bilingual,
    /// The provision, in words.
    pub cite: Bilingual,
    /// Whether it is met.
    pub state: State,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What follows.
    pub leads_to: LeadsTo,
}

/// Whether a trigger is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing differs.
    NotMet,
    /// A person has to judge.
    Open,
    /// It is met.
    Met,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The value path, question, kind of evidence or collection.
    pub path: Box<str>,
    /// What it is of; empty for the handler.
    pub of: Box<str>,
    /// What it is called.
    pub name: Bilingual,
    /// Before; empty when it was not there.
    pub before: Bilingual,
    /// Now; empty when it is no longer there.
    pub after: Bilingual,
}

/// Every trigger of a pack against an earlier filing, in the order of the rulebook.
#[must_use]
pub fn compare(now: &Sources<'_>, earlier: &Sources<'_>, pack: &str) -> Vec<Triggered> {
    // What the earlier filing left out as exempt was not filed, and is not missing now.
    let filed = now.papers.pack(pack, now.on).map(|entry| Concerned::of(earlier, &entry.text));
    let earlier = filed.as_ref().map_or(*earlier, |filed| filed.sources(earlier));
    let comparer = Comparer { now, earlier: &earlier };
    let triggers = now.papers.triggers(pack);
    triggers.filter_map(|trigger| comparer.trigger(trigger)).collect()
}

struct Comparer<'a> {
    now: &'a Sources<'a>,
    earlier: &'a Sources<'a>,
}

impl Comparer<'_> {
    fn trigger(&self, trigger: &Entry<TriggerText>) -> Option<Triggered> {
        let text = &trigger.text;
        let change = self.change(text)?;
        let mut differences = Vec::new();
        let mut open = false;
        for compares in &text.compares {
            if compares.how == Differs::Person {
                open = true;
            }
            differences.extend(self.differences(compares));
        }
        let state = match (differences.is_empty(), text.judged || open) {
            (false, false) => State::Met,
            (false, true) => State::Open,
            (true, _) if open => State::Open,
            (true, _) => State::NotMet,
        };
        Some(Triggered {
            id: trigger.id.clone(),
            name: pair(&*text.zh, &*text.en),
            cite: kouan_rulebook::cite_words(self.now.book, &change.cite),
            state,
            differences,
            leads_to: text.leads_to,
        })
    }

    /// The change of the rulebook that a trigger makes exact, where it holds on the day.
    fn change(&self, text: &TriggerText) -> Option<&LawfulChange> {
        let id = text.change.as_ref();
        let mut held = self.now.book.changes.iter();
        held.find(|change| change.id.as_str() == id && change.span.contains(self.now.on))
    }

    fn differences(&self, compares: &ComparesText) -> Vec<Difference> {
        let path = compares.value.as_str();
        match path {
            "flows" | "recipients" | "fields" => self.members(path, compares.how),
            _ if self.now.papers.question(path).is_none()
                && self.now.papers.value(path).is_none()
                && self.now.papers.evidence(path).is_some() =>
            {
                self.evidence(path)
            }
            _ => self.values(path, compares),
        }
    }

    /// Members that were added or removed.
    fn members(&self, collection: &str, how: Differs) -> Vec<Difference> {
        let (before, after) = (members(self.earlier, collection), members(self.now, collection));
        let phrase = self.now.papers.phrase("collection", collection);
        let name = phrase.unwrap_or_else(|| same(collection));
        let one = |before: &str, after: &str| Difference {
            path: collection.into(),
            of: "".into(),
            name: name.clone(),
            before: same(before),
            after: same(after),
        };
        match how {
            Differs::Removed => before
                .iter()
                .filter(|held| !after.contains(held))
                .map(|held| one(held, ""))
                .collect(),
            _ => after
                .iter()
                .filter(|held| !before.contains(held))
                .map(|held| one("", held))
                .collect(),
        }
    }

    /// Evidence whose digest is another.
    fn evidence(&self, kind: &str) -> Vec<Difference> {
        let digests = |sources: &Sources<'_>| -> Vec<String> {
            let files = sources.answers.evidence_of(kind);
            files.map(|file| file.sha256.to_string()).collect()
        };
        let (before, after) = (digests(self.earlier), digests(self.now));
        if before == after || before.is_empty() {
            return Vec::new();
        }
        let short = |digests: &[String]| {
            let short: Vec<&str> = digests.iter().map(|d| d.get(..12).unwrap_or(d)).collect();
            same(&short.join(", "))
        };
        let evidence = self.now.papers.evidence(kind);
        let name = evidence.map(|entry| pair(&*entry.text.zh, &*entry.text.en));
        vec![Difference {
            path: kind.into(),
            of: "".into(),
            name: name.unwrap_or_default(),
            before: short(&before),
            after: short(&after),
        }]
    }

    /// Values that differ as the trigger asks, for everything that both filings have.
    fn values(&self, path: &str, compares: &ComparesText) -> Vec<Difference> {
        let (then, present) = (Resolver::new(self.earlier), Resolver::new(self.now));
        let per = present.per_of(path);
        let mut found = Vec::new();
        for scope in Scope::default().each(self.now, per) {
            let of = scope.of(self.now, per).map(|of| of.label()).unwrap_or_default();
            let olds = Scope::default().each(self.earlier, per);
            let old = olds.into_iter().find(|old| {
                old.of(self.earlier, per).map(|of| of.label()).unwrap_or_default() == of
            });
            let before = old.map(|old| then.find(path, &old));
            let after = present.find(path, &scope);
            let before = match before {
                Some(Found::Value(value)) => Some(value),
                Some(Found::Gap(_)) | None => None,
            };
            let Found::Value(after) = after else { continue };
            if self.differs(path, compares, before.as_ref(), &after) {
                let name = self.now.papers.name_of(path).unwrap_or_else(|| same(path));
                found.push(Difference {
                    path: path.into(),
                    of: of.into(),
                    name,
                    before: before.map(|value| value.words).unwrap_or_default(),
                    after: after.words,
                });
            }
        }
        found
    }

    fn differs(
        &self,
        path: &str,
        compares: &ComparesText,
        before: Option<&Value>,
        after: &Value,
    ) -> bool {
        match (compares.how, before) {
            (Differs::Yes, _) => after.plain == Plain::YesNo(true),
            (Differs::No, _) => after.plain == Plain::YesNo(false),
            (Differs::Grew, _) if compares.above_percent.is_some() => {
                let limit = compares.above_percent.unwrap_or(0);
                growth(self.now, path).is_some_and(|share| share > u64::from(limit) * 10)
            }
            (_, None) => false,
            (Differs::Changed, Some(before)) => before.words != after.words,
            (Differs::Later, Some(before)) => match (&before.plain, &after.plain) {
                (Plain::Day(then), Plain::Day(now)) => now > then,
                _ => before.words != after.words,
            },
            (Differs::Grew, Some(before)) => match (&before.plain, &after.plain) {
                (Plain::Count(then), Plain::Count(now)) => {
                    let most = then.at_most.unwrap_or(then.at_least);
                    now.at_most.unwrap_or(now.at_least) > most
                }
                _ => before.words != after.words,
            },
            (Differs::Raised, Some(before)) => {
                before.plain == Plain::YesNo(false) && after.plain == Plain::YesNo(true)
            }
            (Differs::Added | Differs::Removed, Some(before)) => before.words != after.words,
            (Differs::Person, _) => false,
        }
    }
}

/// The growth that `…_added` is of the figure without that ending, in thousandths.
fn growth(sources: &Sources<'_>, path: &str) -> Option<u64> {
    let base = path.strip_suffix("_added")?;
    let resolver = Resolver::new(sources);
    let number = |path: &str| match resolver.find(path, &Scope::default()) {
        Found::Value(Value { plain: Plain::Count(bounds), .. }) => {
            Some(bounds.at_most.unwrap_or(bounds.at_least))
        }
        _ => None,
    };
    number(path)?.checked_mul(1000)?.checked_div(number(base)?)
}

fn members(sources: &Sources<'_>, collection: &str) -> Vec<String> {
    let flows = &sources.transfer().flows;
    match collection {
        "flows" => flows.iter().map(|flow| flow.id.to_string()).collect(),
        "recipients" => sources.recipients().into_iter().map(str::to_owned).collect(),
        _ => {
            let named = flows.iter().flat_map(|flow| {
                flow.fields.iter().map(|field| format!("{}: {}", flow.id, field.name))
            });
            named.collect()
        }
    }
}

/// Values that papers on a change or an extension print, by path.
#[must_use]
pub(crate) fn facts(
    sources: &Sources<'_>,
    pack: &str,
    found: &[Triggered],
) -> Vec<(Box<str>, Value)> {
    let reckoned =
        |words: Bilingual| Value { words, plain: Plain::Text, sources: vec![Source::Reckoned] };
    let mut facts: Vec<(Box<str>, Value)> = Vec::new();
    let met: Vec<&Triggered> = found.iter().filter(|t| t.state != State::NotMet).collect();
    let count = met.iter().map(|triggered| triggered.differences.len()).sum::<usize>();
    facts.push(("change.count".into(), reckoned(same(&count.to_string()))));
    // What weighs most stands for all.
    if let Some(most) = met.iter().map(|triggered| triggered.leads_to).min() {
        let words = words_of(sources, most);
        facts.push(("change.leads_to".into(), reckoned(words)));
    }
    if let Some(share) = growth(sources, "approval.persons_added") {
        let percent = format!("{}.{}%", share / 10, share % 10);
        facts.push(("extension.growth_share".into(), reckoned(same(&percent))));
    }
    let entry = sources.papers.pack(pack, sources.on);
    if let Some(day) = entry.and_then(|entry| deadlines::extension_opens(sources, &entry.text)) {
        let words = Resolver::new(sources).day_words(day);
        facts.push(("extension.window_opens_on".into(), reckoned(words)));
    }
    facts
}

fn words_of(sources: &Sources<'_>, leads_to: LeadsTo) -> Bilingual {
    let word = match leads_to {
        LeadsTo::NewApplication => "new-application",
        LeadsTo::Refile => "refile",
        LeadsTo::ExtensionNotAvailable => "extension-not-available",
        LeadsTo::PersonJudges => "person-judges",
        LeadsTo::CertificateAtRisk => "certificate-at-risk",
        LeadsTo::Stop => "stop",
    };
    sources.papers.phrase("leads_to", word).unwrap_or_else(|| same(word))
}

/// Rows of the tables on changes and on the conditions of an extension.
#[must_use]
pub(crate) fn rows(sources: &Sources<'_>, found: &[Triggered]) -> Vec<(Box<str>, Vec<Row>)> {
    let mut changes = Vec::new();
    for triggered in found.iter().filter(|triggered| triggered.state != State::NotMet) {
        for difference in &triggered.differences {
            changes.push(row(&[
                ("change.what", difference.name.clone()),
                ("change.before", or_dash(&difference.before)),
                ("change.after", or_dash(&difference.after)),
                ("change.trigger", triggered.name.clone()),
                ("change.basis", triggered.cite.clone()),
                ("change.leads_to", words_of(sources, triggered.leads_to)),
            ]));
        }
    }
    let conditions = found.iter().map(|triggered| {
        let word = match triggered.state {
            State::NotMet => "met",
            State::Open => "open",
            State::Met => "not-met",
        };
        let result = sources.papers.phrase("condition", word).unwrap_or_else(|| same(word));
        row(&[
            ("condition.what", triggered.name.clone()),
            ("condition.result", result),
            ("condition.basis", triggered.cite.clone()),
        ])
    });
    vec![("changes".into(), changes), ("conditions".into(), conditions.collect())]
}

fn or_dash(words: &Bilingual) -> Bilingual {
    if words.zh.is_empty() && words.en.is_empty() { same("—") } else { words.clone() }
}

fn row(cells: &[(&str, Bilingual)]) -> Row {
    let mut row = Row::default();
    for (name, words) in cells {
        let sources = vec![Source::Reckoned];
        let value = Value { words: words.clone(), plain: Plain::Text, sources };
        row.cells.insert((*name).into(), value);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::{State, compare};
    use crate::answers::Answers;
    use crate::sample::{FILED, STAFF, Sample};

    fn states(text: &str) -> Vec<(String, State)> {
        let none = Answers::default();
        let changed = Sample::new(text);
        let found = compare(&changed.sources(&none), &FILED.sources(&none), "standard-contract");
        assert!(found.len() > 5);
        let met = found.into_iter().filter(|triggered| !triggered.differences.is_empty());
        met.map(|triggered| (triggered.id.to_string(), triggered.state)).collect()
    }

    #[test]
    fn nothing_changed_meets_no_trigger() {
        let same = STAFF.replace("[[flow]]\n", "[[flow]]\nminors = false\nonward = false\n");
        assert_eq!(states(&same), []);
    }

    #[test]
    fn a_change_meets_its_trigger() {
        let base = STAFF.replace("[[flow]]\n", "[[flow]]\nminors = false\nonward = false\n");
        let ids = |text: &str| states(text).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        let purpose = base.replace("\"hr-management\"", "\"contract-performance\"");
        assert!(ids(&purpose).iter().any(|id| id.contains("purpose")), "{:?}", ids(&purpose));
        let field = "[[flow.field]]\nname = \"staff.salary\"\nkind = \"sensitive-pi\"\n\n[dates]";
        let fields = base.replace("[dates]", field);
        assert!(ids(&fields).iter().any(|id| id.contains("type") || id.contains("scope")));
        let more = base
            .replace("sensitive = 3_100\n\n[[flow.field]]", "sensitive = 3_000\n\n[[flow.field]]");
        assert!(!ids(&more).iter().any(|id| id.contains("purpose")));
    }
}
