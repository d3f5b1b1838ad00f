//! The book: everything `rulebook/` says, with ids resolved.

use std::collections::BTreeMap;

use kouan_terms::{
    Bilingual, Confidence, Day, DaySpan, EditionId, FactId, InstrumentId, PointId, ReadingId,
    Route, RuleId,
};

use crate::condition::Condition;
use crate::fact::Fact;
use crate::format::{
    BaseText, BorrowText, CalendarFile, CasesFile, Direction, EditionFile, FieldText,
    InstrumentFile, Manifest, MissingText, ScenarioText, SectorFile, SourceText, TermText, Unit,
    VersionText, ZoneText,
};

/// The rulebook, read and resolved.
#[derive(Clone, Debug)]
pub struct Book {
    /// Edition, freshness, named holes.
    pub manifest: Manifest,
    /// SHA-256 over every file's name and text, in the order of their names.
    pub digest: String,
    /// Every question rules may ask, in the order of the variables of the diagram.
    pub facts: Vec<Fact>,
    /// Relations that hold in every possible world.
    pub always: Vec<Relation>,
    /// Named intermediate facts.
    pub notions: Vec<Notion>,
    /// The national rules, of every day.
    pub rules: Vec<Rule>,
    /// Unsettled points of law.
    pub points: Vec<Point>,
    /// Duties that stay.
    pub duties: Vec<Duty>,
    /// Time limits.
    pub limits: Vec<Limit>,
    /// Changes that call for a new filing.
    pub changes: Vec<Change>,
    /// Ages at which the law draws a line.
    pub ages: Vec<Age>,
    /// Versions of the regime.
    pub versions: Vec<VersionText>,
    /// What the book does not hold.
    pub missing: Vec<MissingText>,
    /// Legal instruments.
    pub instruments: BTreeMap<InstrumentId, InstrumentFile>,
    /// Sources by key.
    pub sources: Vec<SourceText>,
    /// Places lists are tied to.
    pub zones: Vec<ZoneText>,
    /// Who may apply another zone's list.
    pub borrows: Vec<BorrowText>,
    /// List editions.
    pub editions: Vec<Edition>,
    /// Working-day calendars.
    pub calendars: Vec<CalendarFile>,
    /// The words of the trade.
    pub glossary: Vec<TermText>,
    /// Complete sets of facts that cases start from.
    pub bases: Vec<BaseText>,
    /// The tests next door, by file.
    pub cases: Vec<(String, CasesFile)>,
}

impl Book {
    /// The place of a fact, by its id.
    #[must_use]
    pub fn fact_index(&self, id: &str) -> Option<usize> {
        self.facts.iter().position(|fact| fact.id.as_str() == id)
    }

    /// The relations that hold in every possible world on a day: whenever the first condition
    /// holds, so does the second.
    pub fn always_on(&self, day: Day) -> impl Iterator<Item = (&Condition, &Condition)> {
        self.always
            .iter()
            .filter(move |relation| relation.span.is_none_or(|span| span.contains(day)))
            .map(|relation| (&relation.when, &relation.then))
    }

    /// A fact, by its id.
    #[must_use]
    pub fn fact(&self, id: &FactId) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == *id)
    }

    /// A list edition, by its id.
    #[must_use]
    pub fn edition(&self, id: &EditionId) -> Option<&Edition> {
        self.editions.iter().find(|edition| edition.id == *id)
    }

    /// An unsettled point, by its id.
    #[must_use]
    pub fn point(&self, id: &PointId) -> Option<&Point> {
        self.points.iter().find(|point| point.id == *id)
    }

    /// The national rules in play on a day.
    pub fn rules_on(&self, day: Day) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(move |rule| rule.span.contains(day))
    }

    /// Every rule of the book: national ones and those of lists.
    pub fn every_rule(&self) -> impl Iterator<Item = &Rule> {
        let listed = self.editions.iter().flat_map(|edition| &edition.sectors);
        self.rules.iter().chain(listed.flat_map(|sector| sector.rules.iter().map(|r| &r.rule)))
    }

    /// Under which age a person is a minor all of whose PI is sensitive on a day; `None` where the
    /// book holds no such age for the day, so that it cannot be told.
    #[must_use]
    pub fn minor_age(&self, day: Day) -> Option<u8> {
        let mut ages = self.ages.iter().filter(|age| age.id.as_str() == MINOR);
        ages.find(|age| age.span.contains(day)).map(|age| age.under)
    }

    /// The version of the regime on a day.
    #[must_use]
    pub fn version_on(&self, day: Day) -> Option<&VersionText> {
        self.versions.iter().find(|version| {
            let span = DaySpan { from: version.from.0, until: version.until.map(|until| until.0) };
            span.contains(day)
        })
    }

    /// Every day on which some rule, notion or list begins or ends, in order.
    #[must_use]
    pub fn boundary_days(&self) -> Vec<Day> {
        let spans = self
            .every_rule()
            .map(|rule| rule.span)
            .chain(self.notions.iter().map(|notion| notion.span))
            .chain(self.editions.iter().flat_map(|edition| {
                let outer = DaySpan {
                    from: edition.from.earliest,
                    until: edition.until.map(|until| until.latest),
                };
                let inner = DaySpan {
                    from: edition.from.latest,
                    until: edition.until.map(|until| until.earliest),
                };
                [outer, inner]
            }));
        let mut days: Vec<Day> =
            spans.flat_map(|span| [Some(span.from), span.until]).flatten().collect();
        days.push(self.manifest.starts.0);
        days.retain(|day| *day >= self.manifest.starts.0);
        days.sort();
        days.dedup();
        days
    }
}

/// A relation that holds in every possible world: `when` implies `then`.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The days on which rules ask these facts; `None`: every day.
    pub span: Option<DaySpan>,
    /// If this holds …
    pub when: Condition,
    /// … this holds too.
    pub then: Condition,
}

/// A citation: an instrument and a provision in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cite {
    /// The instrument.
    pub law: InstrumentId,
    /// The provision, such as `art-7.1(2)`.
    pub at: Box<str>,
}

/// Where an entry comes from and how far it can be relied on.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Keys of `sources.toml`.
    pub source: Vec<Box<str>>,
    /// How well it is sourced.
    pub confidence: Confidence,
    /// When it was last checked.
    pub checked_on: Option<Day>,
    /// When the book learned it.
    pub known_since: Option<Day>,
    /// The file it stands in.
    pub file: Box<str>,
    /// Where in the file.
    pub bytes: std::ops::Range<usize>,
}

/// A named intermediate fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Notion {
    /// Its id.
    pub id: Box<str>,
    /// From when until when.
    pub span: DaySpan,
    /// The provision.
    pub cite: Cite,
    /// What it means.
    pub says: Bilingual,
    /// Its definition.
    pub when: Condition,
    /// Its standing.
    pub standing: Standing,
}

/// A rule: when it holds, it leads to a route.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// From when until when.
    pub span: DaySpan,
    /// The provision that ended it.
    pub ended_by: Option<Box<str>>,
    /// The provision.
    pub cite: Cite,
    /// Further provisions that carry it.
    pub also: Vec<Cite>,
    /// What it asks.
    pub says: Bilingual,
    /// When it holds.
    pub when: Condition,
    /// The route.
    pub then: Route,
    /// Rules before which it steps back.
    pub yields_to: Vec<Selector>,
    /// Rules that it sets aside.
    pub overrides: Vec<Selector>,
    /// The reading it belongs to.
    pub under: Option<(PointId, ReadingId)>,
    /// The claim it rests on.
    pub claim: Option<FactId>,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Its standing.
    pub standing: Standing,
}

/// Names other rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// One rule.
    Rule(RuleId),
    /// Every rule whose id begins so.
    Prefix(Box<str>),
    /// Every rule that cites this article of the same instrument, and every rule of a list made
    /// under it.
    Article(Box<str>),
}

/// An unsettled point of law.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its id.
    pub id: PointId,
    /// Its number in the fact base, `U1`.
    pub number: Option<Box<str>>,
    /// The provision it is about.
    pub cite: Option<Cite>,
    /// The question.
    pub question: Bilingual,
    /// Why it is open.
    pub why: Bilingual,
    /// What it does.
    pub effect: Effect,
    /// The readings.
    pub readings: Vec<Reading>,
    /// The reading a source calls the ordinary one.
    pub ordinary: Option<usize>,
    /// The safe reading.
    pub safe: Option<usize>,
    /// When a decision mentions it.
    pub raised_when: Option<Condition>,
    /// For a counting point: what is added to which count under which reading.
    pub adds: Vec<Adds>,
    /// The day and reading on which it was settled.
    pub settled: Option<(Day, usize)>,
    /// Its standing.
    pub standing: Standing,
}

/// What an unsettled point does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Rules belong to its readings.
    Route,
    /// It changes what is counted.
    Counting,
    /// It is mentioned and decides nothing.
    Informs,
}

/// A reading of an unsettled point.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Its id.
    pub id: ReadingId,
    /// What it says.
    pub says: Bilingual,
    /// What follows from it.
    pub leads_to: Bilingual,
}

/// Adds one count to another under a reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adds {
    /// The count that grows, by its place.
    pub to: usize,
    /// The count that is added, by its place.
    pub from: usize,
    /// The reading, by its place.
    pub under: usize,
}

/// A duty that stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Duty {
    /// Its id.
    pub id: RuleId,
    /// Its number in the fact base, `K2`.
    pub number: Option<Box<str>>,
    /// From when until when.
    pub span: DaySpan,
    /// The provision.
    pub cite: Cite,
    /// Further provisions.
    pub also: Vec<Cite>,
    /// What it asks.
    pub says: Bilingual,
    /// Only for these routes; empty: for every one.
    pub routes: Vec<Route>,
    /// Only when this holds.
    pub when: Condition,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Its standing.
    pub standing: Standing,
}

/// A time limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// Its id.
    pub id: RuleId,
    /// Its number in the fact base, `T11`.
    pub number: Option<Box<str>>,
    /// What has to happen.
    pub step: Bilingual,
    /// How long.
    pub amount: u32,
    /// In what unit.
    pub unit: Unit,
    /// On which side of the anchor.
    pub direction: Direction,
    /// The day it is counted from.
    pub anchor: Box<str>,
    /// Only for these routes; empty: for every one.
    pub routes: Vec<Route>,
    /// Only when this holds.
    pub when: Condition,
    /// Who has to act.
    pub who: Box<str>,
    /// From when until when.
    pub span: DaySpan,
    /// The provision.
    pub cite: Cite,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Its standing.
    pub standing: Standing,
}

/// A change that calls for a new filing.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its id.
    pub id: RuleId,
    /// The routes it concerns.
    pub routes: Vec<Route>,
    /// What changed.
    pub says: Bilingual,
    /// What has to be done.
    pub leads_to: Bilingual,
    /// From when until when.
    pub span: DaySpan,
    /// The provision.
    pub cite: Cite,
    /// A remark.
    pub note: Option<Bilingual>,
    /// Its standing.
    pub standing: Standing,
}

/// A day that may be known only as a range (both ends included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UncertainDay {
    /// The earliest it can be.
    pub earliest: Day,
    /// The latest it can be.
    pub latest: Day,
}

/// The age of minors.
const MINOR: &str = "cn.age.minor";

/// An age at which the law draws a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Age {
    /// Its id.
    pub id: RuleId,
    /// Whoever is under so many years is concerned; the birthday itself still counts.
    pub under: u8,
    /// From when until when.
    pub span: DaySpan,
    /// The provision.
    pub cite: Cite,
    /// Further provisions.
    pub also: Vec<Cite>,
    /// What holds for them.
    pub says: Bilingual,
    /// Its standing.
    pub standing: Standing,
}

/// One edition of one list.
#[derive(Clone, Debug)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// Its instrument.
    pub law: InstrumentId,
    /// The article it is made under, `instrument#article`.
    pub made_under: Box<str>,
    /// A general list frees what it names; a negative list names what is not free.
    pub general: bool,
    /// From when.
    pub from: UncertainDay,
    /// Until when.
    pub until: Option<UncertainDay>,
    /// The file as written: counts, eligibility, steps, notes.
    pub text: EditionFile,
    /// Its sectors.
    pub sectors: Vec<Sector>,
    /// Its standing.
    pub standing: Standing,
}

impl Edition {
    /// Whether the edition governs on a day: yes, no, or not known.
    #[must_use]
    pub fn governs(&self, day: Day) -> Option<bool> {
        let started = if day >= self.from.latest {
            Some(true)
        } else if day < self.from.earliest {
            Some(false)
        } else {
            None
        };
        let ended = match self.until {
            None => Some(false),
            Some(until) if day < until.earliest => Some(false),
            Some(until) if day >= until.latest => Some(true),
            Some(_) => None,
        };
        match (started, ended) {
            (Some(false), _) | (_, Some(true)) => Some(false),
            (Some(true), Some(false)) => Some(true),
            _ => None,
        }
    }

    /// A scenario, by `sector/scenario`.
    #[must_use]
    pub fn scenario(&self, id: &str) -> Option<(&Sector, &ScenarioText)> {
        let (sector, scenario) = id.split_once('/')?;
        let sector = self.sectors.iter().find(|s| s.text.sector.id.as_ref() == sector)?;
        let scenario = sector.text.scenario.iter().find(|s| s.id.as_ref() == scenario)?;
        Some((sector, scenario))
    }

    /// Every scenario held, as `sector/scenario`.
    pub fn scenario_ids(&self) -> impl Iterator<Item = String> {
        self.sectors.iter().flat_map(|sector| {
            let prefix = sector.text.sector.id.as_ref().clone();
            sector.text.scenario.iter().map(move |s| format!("{prefix}/{}", s.id.as_ref()))
        })
    }

    /// How many scenarios and fields these files hold.
    #[must_use]
    pub fn counted(&self) -> (u32, u32) {
        let scenarios: usize = self.sectors.iter().map(|s| s.text.scenario.len()).sum();
        let fields: usize = self
            .sectors
            .iter()
            .flat_map(|sector| &sector.text.scenario)
            .map(|scenario| scenario.fields.len())
            .sum();
        (u32::try_from(scenarios).unwrap_or(u32::MAX), u32::try_from(fields).unwrap_or(u32::MAX))
    }
}

/// A sector of a list.
#[derive(Clone, Debug)]
pub struct Sector {
    /// The file as written.
    pub text: SectorFile,
    /// Its rules.
    pub rules: Vec<ListRule>,
}

/// A rule of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRule {
    /// The scenario it belongs to; `None`: every scenario of the sector.
    pub scenario: Option<Box<str>>,
    /// Holds only for data that matches a listed field.
    pub listed: bool,
    /// Raises a question and never decides.
    pub informs: bool,
    /// The rule.
    pub rule: Rule,
}

/// Finds a field of a scenario, by its id.
#[must_use]
pub fn field_of<'a>(scenario: &'a ScenarioText, id: &str) -> Option<&'a FieldText> {
    scenario.fields.iter().find(|field| field.id == id)
}
