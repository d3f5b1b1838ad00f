//! The readable book: the whole rulebook as one Markdown document in one language.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kouan_terms::{Bilingual, DaySpan, Language, Route};

use crate::book::{Book, Duty, Edition, Effect, Limit, Point, Rule, Standing};
use crate::citation::cite_words;
use crate::condition::{Comparison, Condition, Subject, Test};
use crate::fact::FactKind;
use crate::format::{Direction, Unit};

/// Writes the book in one language.
#[must_use]
pub fn render(book: &Book, language: Language) -> String {
    let mut writer = Writer { book, language, out: String::new() };
    writer.front();
    writer.versions();
    writer.rules();
    writer.lists();
    writer.points();
    writer.duties();
    writer.limits();
    writer.changes();
    writer.ages();
    writer.facts();
    writer.instruments();
    writer.missing();
    writer.out
}

struct Writer<'a> {
    book: &'a Book,
    language: Language,
    out: String,
}

impl Writer<'_> {
    fn t<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    fn say<'t>(&self, text: &'t Bilingual) -> &'t str {
        text.in_language(self.language)
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    fn heading(&mut self, zh: &str, en: &str) {
        let text = self.t(zh, en).to_owned();
        self.line(&format!("\n## {text}\n"));
    }

    fn front(&mut self) {
        let title = self.t("规则手册", "The rulebook").to_owned();
        self.line(&format!("# {title}\n"));
        let edition = &self.book.manifest.edition;
        let text = match self.language {
            Language::Zh => format!(
                "版本{edition}。由规则文件生成，不手工修改。法律的跟踪截至{}。协助准备和核对，不构成法律意见；以法律的中文文本为准。",
                self.book.manifest.followed_until.0
            ),
            Language::En => format!(
                "Edition {edition}. Generated from the rule files, never edited. The law was followed until {}. It helps to prepare and check; it is not legal advice; the Chinese text of the law governs.",
                self.book.manifest.followed_until.0
            ),
        };
        self.line(&text);
    }

    fn versions(&mut self) {
        self.heading("制度的各个版本", "Versions of the regime");
        for version in &self.book.versions {
            let span = DaySpan { from: version.from.0, until: version.until.map(|until| until.0) };
            let says: Bilingual = version.says.clone().into();
            let line = format!("- **{}** ({}) {}", version.id, self.span(span), self.say(&says));
            self.line(&line);
        }
    }

    fn rules(&mut self) {
        self.heading("全国规则", "National rules");
        let mut topics: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
        for rule in &self.book.rules {
            topics.entry(&rule.standing.file).or_default().push(rule);
        }
        for (file, rules) in topics {
            self.line(&format!("### `{file}`\n"));
            for notion in self.book.notions.iter().filter(|n| *n.standing.file == *file) {
                let line = format!(
                    "- `{}` ({}) {} {}",
                    notion.id,
                    self.span(notion.span),
                    self.say(&notion.says),
                    self.condition(&notion.when)
                );
                self.line(&line);
            }
            for rule in rules {
                self.rule(rule);
            }
            self.line("");
        }
    }

    fn rule(&mut self, rule: &Rule) {
        let cites: Vec<String> = std::iter::once(&rule.cite)
            .chain(&rule.also)
            .map(|cite| self.say(&cite_words(self.book, cite)).to_owned())
            .collect();
        let under = rule.under.as_ref().map_or(String::new(), |(point, reading)| {
            format!("{} `{point}:{reading}` · ", self.t("依该理解", "under"))
        });
        let line = format!(
            "- `{}` ({}) {} → **{}**\n  {under}{} {}",
            rule.id,
            self.span(rule.span),
            self.say(&rule.says),
            self.route(rule.then),
            cites.join(self.t("、", "; ")),
            self.condition(&rule.when)
        );
        self.line(&line);
        let standing = self.standing(&rule.standing);
        self.line(&format!("  {standing}"));
    }

    fn lists(&mut self) {
        self.heading("自贸试验区清单", "Lists of the free trade zones");
        for edition in &self.book.editions {
            self.edition(edition);
        }
    }

    fn edition(&mut self, edition: &Edition) {
        let title = edition.text.title.clone().map(Bilingual::from);
        let title = title
            .or_else(|| {
                self.book.instruments.get(&edition.law).map(|i| Bilingual::from(i.title.clone()))
            })
            .unwrap_or_default();
        let title = self.say(&title).to_owned();
        self.line(&format!("### `{}` {title}\n", edition.id));
        let (held, official) = (&edition.text.held, &edition.text.official);
        let number = |n: Option<u32>| n.map_or("?".to_owned(), |n| n.to_string());
        let parts = [
            (self.t("行业", "sectors"), held.sectors, official.sectors),
            (self.t("场景", "scenarios"), held.scenarios, official.scenarios),
            (self.t("条目", "items"), held.items, official.items),
            (self.t("字段", "fields"), held.fields, official.fields),
        ];
        let counts: Vec<String> = parts
            .iter()
            .filter(|(_, held, official)| held.is_some() || official.is_some())
            .map(|(name, held, official)| {
                format!("{name} {}/{}", held.unwrap_or(0), number(*official))
            })
            .collect();
        let complete = if edition.text.complete {
            self.t("全部收入", "held in full")
        } else {
            self.t(
                "未全部收入：不能据以回答「不在清单上」",
                "held in part: it never answers \"not listed\"",
            )
        };
        let label = self.t("已收入/官方公布", "held/official");
        let line = format!("{label}: {}. {complete}\n", counts.join(", "));
        self.line(&line);
        self.sectors(edition);
    }

    fn sectors(&mut self, edition: &Edition) {
        for sector in &edition.sectors {
            let name =
                Bilingual { zh: sector.text.sector.zh.clone(), en: sector.text.sector.en.clone() };
            let line = format!("- **{}** `{}`", self.say(&name), sector.text.sector.id.as_ref());
            self.line(&line);
            for scenario in &sector.text.scenario {
                let name = Bilingual { zh: scenario.zh.clone(), en: scenario.en.clone() };
                let fields: Vec<String> = scenario
                    .fields
                    .iter()
                    .map(|field| match self.language {
                        Language::Zh => field.zh.clone(),
                        Language::En => field.en.clone(),
                    })
                    .collect();
                let fields = if fields.is_empty() {
                    String::new()
                } else {
                    format!(": {}", fields.join(self.t("、", ", ")))
                };
                let line = format!("  - {} `{}`{fields}", self.say(&name), scenario.id.as_ref());
                self.line(&line);
            }
            for rule in &sector.rules {
                let informs =
                    if rule.informs { self.t("（只提示）", " (only informs)") } else { "" };
                let line = format!(
                    "  - `{}` {} → **{}**{informs}",
                    rule.rule.id,
                    self.say(&rule.rule.says),
                    self.route(rule.rule.then)
                );
                self.line(&line);
            }
        }
        self.line("");
    }

    fn points(&mut self) {
        self.heading("尚无定论的问题", "Unsettled points of law");
        for point in &self.book.points {
            self.point(point);
        }
    }

    fn point(&mut self, point: &Point) {
        let effect = match point.effect {
            Effect::Route => self.t("影响路径", "moves the route"),
            Effect::Counting => self.t("影响计数", "changes the count"),
            Effect::Informs => self.t("只提示", "only mentioned"),
        };
        let number = point.number.as_deref().unwrap_or("");
        let line = format!("- `{}` {number} {} ({effect})", point.id, self.say(&point.question));
        self.line(&line);
        let why = self.say(&point.why).to_owned();
        self.line(&format!("  {why}"));
        for reading in &point.readings {
            let line = format!(
                "  - `{}` {} → {}",
                reading.id,
                self.say(&reading.says),
                self.say(&reading.leads_to)
            );
            self.line(&line);
        }
    }

    fn duties(&mut self) {
        self.heading("免予之后仍须履行的义务", "Duties that stay");
        for duty in &self.book.duties {
            let Duty { id, number, span, cite, says, .. } = duty;
            let number = number.as_deref().unwrap_or("");
            let line = format!(
                "- `{id}` {number} ({}) {} [{}]",
                self.span(*span),
                self.say(says),
                self.say(&cite_words(self.book, cite))
            );
            self.line(&line);
        }
    }

    fn limits(&mut self) {
        self.heading("期限", "Time limits");
        for limit in &self.book.limits {
            let Limit { id, number, step, amount, unit, direction, anchor, span, cite, .. } = limit;
            let unit = match unit {
                Unit::WorkingDays => self.t("个工作日", "working days"),
                Unit::Days => self.t("日", "days"),
                Unit::Months => self.t("个月", "months"),
                Unit::Years => self.t("年", "years"),
                Unit::Hours => self.t("小时", "hours"),
            };
            let direction = match direction {
                Direction::After => self.t("之后", "after"),
                Direction::Before => self.t("之前", "before"),
                Direction::WithinBefore => self.t("之前的窗口内", "window before"),
            };
            let line = format!(
                "- `{id}` {} ({}) {}: {amount} {unit}, {direction} `{anchor}` [{}]",
                number.as_deref().unwrap_or(""),
                self.span(*span),
                self.say(step),
                self.say(&cite_words(self.book, cite))
            );
            self.line(&line);
        }
    }

    fn ages(&mut self) {
        self.heading("年龄线", "Ages");
        for age in &self.book.ages {
            let line = format!(
                "- `{}` ({}, {}) {} [{}]",
                age.id,
                self.span(age.span),
                age.under,
                self.say(&age.says),
                self.say(&cite_words(self.book, &age.cite))
            );
            self.line(&line);
        }
    }

    fn changes(&mut self) {
        self.heading("变更即须重办的情形", "Changes that call for a new filing");
        for change in &self.book.changes {
            let line = format!(
                "- `{}` {} → {} [{}]",
                change.id,
                self.say(&change.says),
                self.say(&change.leads_to),
                self.say(&cite_words(self.book, &change.cite))
            );
            self.line(&line);
        }
    }

    fn facts(&mut self) {
        self.heading("规则可以问的事实", "Facts that rules may ask");
        for fact in &self.book.facts {
            let line =
                format!("- `{}` {}: {}", fact.id, self.say(&fact.name), self.say(&fact.asks));
            self.line(&line);
        }
    }

    fn instruments(&mut self) {
        self.heading("法律文件", "Instruments");
        for (id, instrument) in &self.book.instruments {
            let title: Bilingual = instrument.title.clone().into();
            let number = instrument.number.clone().map(Bilingual::from).unwrap_or_default();
            let day = |day: Option<crate::format::DayText>| {
                day.map_or("?".to_owned(), |day| day.0.to_string())
            };
            let line = format!(
                "- `{id}` {} {} ({} → {}, {})",
                self.say(&title),
                self.say(&number),
                day(instrument.promulgated),
                day(instrument.effective),
                instrument.status
            );
            self.line(&line);
        }
    }

    fn missing(&mut self) {
        self.heading("手册没有的内容", "What the book does not hold");
        for gap in &self.book.missing {
            let (what, effect): (Bilingual, Bilingual) =
                (gap.what.clone().into(), gap.effect.clone().into());
            let line =
                format!("- `{}` {} → {}", gap.id.as_ref(), self.say(&what), self.say(&effect));
            self.line(&line);
        }
    }

    fn span(&self, span: DaySpan) -> String {
        match (span.until, self.language) {
            (None, Language::Zh) => format!("{}起", span.from),
            (None, Language::En) => format!("from {}", span.from),
            (Some(until), Language::Zh) => format!("{}起，{until}止", span.from),
            (Some(until), Language::En) => format!("{} until {until}", span.from),
        }
    }

    fn route(&self, route: Route) -> &'static str {
        route.as_str()
    }

    fn standing(&self, standing: &Standing) -> String {
        let checked = standing.checked_on.map_or("?".to_owned(), |day| day.to_string());
        let sources = standing.source.join(" ");
        match self.language {
            Language::Zh => {
                format!("来源{sources} · 可信度{} · {checked}核对", standing.confidence.as_str())
            }
            Language::En => format!(
                "sources {sources} · confidence {} · checked {checked}",
                standing.confidence.as_str()
            ),
        }
    }

    /// A condition in words; empty when nothing is asked.
    fn condition(&self, condition: &Condition) -> String {
        let part = |comparisons: &[Comparison], between: &str| {
            let parts: Vec<String> = comparisons.iter().map(|c| self.comparison(c)).collect();
            parts.join(between)
        };
        let mut parts = Vec::new();
        if !condition.all.is_empty() {
            parts.push(part(&condition.all, self.t("；", "; ")));
        }
        if !condition.any.is_empty() {
            let any = part(&condition.any, self.t("，或者", " or "));
            parts.push(format!("{}{any}", self.t("并且：", "and ")));
        }
        if !condition.none.is_empty() {
            let none = part(&condition.none, self.t("；", "; "));
            parts.push(format!("{}{none}", self.t("但不是：", "but not ")));
        }
        if parts.is_empty() { String::new() } else { format!("[{}]", parts.join(" ")) }
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        let (name, kind) = match &comparison.subject {
            Subject::Fact(var) => match self.book.facts.get(*var) {
                Some(fact) => (self.say(&fact.name).to_owned(), Some(&fact.kind)),
                None => (String::new(), None),
            },
            Subject::Notion(id) => (format!("`{id}`"), None),
        };
        let value = match (&comparison.test, kind) {
            (Test::Is(true), _) => self.t("是", "yes").to_owned(),
            (Test::Is(false), _) => self.t("否", "no").to_owned(),
            (Test::Words(words), Some(FactKind::OneOf(values))) => {
                let labels: Vec<&str> = words
                    .iter()
                    .filter_map(|word| values.get(*word))
                    .map(|(_, label)| self.say(label))
                    .collect();
                labels.join(self.t("或者", " or "))
            }
            (Test::Words(_), _) => String::new(),
            (Test::Count { from, until: None }, _) => format!("≥ {from}"),
            (Test::Count { from: 0, until: Some(until) }, _) => format!("< {until}"),
            (Test::Count { from, until: Some(until) }, _) => format!("≥ {from}, < {until}"),
        };
        let doubt = if comparison.unverified {
            self.t("（本数未核实）", " (figure unverified)")
        } else {
            ""
        };
        format!("{name}{}{value}{doubt}", self.t("：", ": "))
    }
}
