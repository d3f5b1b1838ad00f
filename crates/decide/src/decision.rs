//! The decision: one value that says the route, why, what is missing and what follows.
//!
//! Renderers receive a [`Decision`] and nothing else; none of them asks the rulebook again.

use crate::counting::YearCounts;
use kouan_terms::{Bilingual, Confidence, Day, Route, RouteSet, TransferId};

use crate::declaration::Bounds;

/// What the rulebook says of one transfer on one day.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The transfer.
    pub transfer: TransferId,
    /// Its title, when it has one.
    pub title: Option<Bilingual>,
    /// The day asked about.
    pub on: Day,
    /// The rulebook used.
    pub rulebook: BookMark,
    /// The route; [`Route::Undetermined`] when several are possible.
    pub route: Route,
    /// The routes still possible, lightest first.
    pub possible: RouteSet,
    /// The persons of the year, this transfer included: between the larger and the sum where it is
    /// not known who is in both.
    pub year: YearCounts,
    /// The flows, in the order of the declaration.
    pub flows: Vec<FlowDecision>,
    /// What was assumed because only facts were given.
    pub assumed: Vec<FactLine>,
    /// What follows by when.
    pub deadlines: Vec<Deadline>,
    /// Changes that would call for a new filing.
    pub changes: Vec<ChangeLine>,
    /// What to know about the answer itself.
    pub warnings: Vec<Warning>,
}

/// Which rulebook was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookMark {
    /// Its edition.
    pub edition: String,
    /// Its SHA-256 digest.
    pub digest: String,
    /// The version of the regime on the day, `V0` to `V5`.
    pub version: Option<String>,
    /// What marks that version.
    pub version_says: Option<Bilingual>,
}

/// The decision for one flow.
#[derive(Clone, Debug)]
pub struct FlowDecision {
    /// The flow.
    pub id: Box<str>,
    /// The route.
    pub route: Route,
    /// The routes still possible.
    pub possible: RouteSet,
    /// A completion exists that the rulebook gives no single answer for.
    pub fault: bool,
    /// Whether its persons count against the national lines: `None` when that is open.
    pub counted: Option<bool>,
    /// Rules that hold in every completion and are not set aside; those of the route first.
    pub because: Vec<Reason>,
    /// Decided, but by different rules in different completions.
    pub either: Vec<Reason>,
    /// Rules that hold but step back.
    pub aside: Vec<Reason>,
    /// Rules that fail, near misses first.
    pub not: Vec<Miss>,
    /// Unknown facts that matter, most telling first.
    pub needs: Vec<Needed>,
    /// How many unknown facts change nothing.
    pub no_matter: usize,
    /// How far the counts are from another answer.
    pub headroom: Vec<Headroom>,
    /// Changes that would give a lighter route.
    pub cheaper: Vec<Cheaper>,
    /// Unsettled points on which another reading gives another route.
    pub unsettled: Vec<Unsettled>,
    /// Unsettled points that are mentioned and move nothing.
    pub mentioned: Vec<Mentioned>,
    /// Options beside the route.
    pub options: Vec<OptionOffered>,
    /// What the rulebook itself does not know.
    pub doubts: Vec<DoubtLine>,
    /// Questions raised by rules that only inform.
    pub raised: Vec<Reason>,
    /// Known facts that fix the route by themselves.
    pub rests_on: Vec<FactLine>,
    /// Two completions with different routes.
    pub witness: Option<[WitnessLine; 2]>,
    /// Duties that stay, whatever the route.
    pub duties: Vec<DutyLine>,
    /// The list relied on.
    pub list: Option<ListStanding>,
    /// The fields, each on its own.
    pub fields: Vec<FieldDecision>,
}

/// A provision, ready to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiteLine {
    /// The instrument's id.
    pub law: String,
    /// The provision's id.
    pub at: String,
    /// Both, in words.
    pub words: Bilingual,
    /// The official address, when the book holds one.
    pub url: Option<String>,
}

/// A rule and why it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The rule.
    pub rule: String,
    /// Where it leads.
    pub route: Route,
    /// What it asks.
    pub says: Bilingual,
    /// The provisions.
    pub cites: Vec<CiteLine>,
    /// The facts it compares itself.
    pub facts: Vec<FactLine>,
    /// The facts behind the notions it builds on (that this is an export of PI, for one).
    pub background: Vec<FactLine>,
    /// How well it is sourced.
    pub confidence: Confidence,
    /// Keys of its sources.
    pub source: Vec<String>,
    /// A remark of the book.
    pub note: Option<Bilingual>,
}

/// A rule that fails, and at what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The rule.
    pub rule: String,
    /// Where it would lead.
    pub route: Route,
    /// What it asks.
    pub says: Bilingual,
    /// The provision.
    pub cite: CiteLine,
    /// The comparison that fails, in words.
    pub fails_at: Option<Bilingual>,
    /// Nothing else about it fails.
    pub near: bool,
    /// It rests on a claim that is not made; what it would need stands under the lighter routes.
    pub unclaimed: bool,
}

/// A fact and its value, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactLine {
    /// The fact.
    pub fact: String,
    /// Its name.
    pub name: Bilingual,
    /// Its value, with the line it is measured against.
    pub value: Bilingual,
}

/// An unknown fact that matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// The fact.
    pub fact: String,
    /// Its name.
    pub name: Bilingual,
    /// The question.
    pub asks: Bilingual,
    /// What is counted, for persons.
    pub counts: Option<Bilingual>,
    /// How much it decides, out of a thousand.
    pub score: u32,
    /// How dear it is to find out, 1 to 5.
    pub effort: u32,
    /// `ledger`, `scan` or `person`.
    pub from: &'static str,
    /// What each answer would leave.
    pub outcomes: Vec<(Bilingual, RouteSet)>,
}

/// How far a count is from another answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headroom {
    /// The count.
    pub fact: String,
    /// Its name.
    pub name: Bilingual,
    /// What is known of it.
    pub now: Bounds,
    /// The smallest larger count with another answer.
    pub changes_at: u64,
    /// How many more persons that is, counted from the most there can be now.
    pub more: u64,
    /// The routes then.
    pub routes: RouteSet,
}

/// A change that would give a lighter route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cheaper {
    /// `claim`, `list`, `fields`, `persons`.
    pub kind: &'static str,
    /// What to change, in words.
    pub says: Bilingual,
    /// The claim, list or count concerned.
    pub about: String,
    /// The routes then; empty when the book cannot tell.
    pub routes: RouteSet,
    /// What it needs: facts to be shown or changed, each with the value needed.
    pub needs: Vec<CheaperNeed>,
    /// Doing this only on paper would be unlawful splitting.
    pub splitting: bool,
    /// The rule it would rest on.
    pub rule: Option<String>,
    /// The provision.
    pub cite: Option<CiteLine>,
}

/// One fact that a lighter route needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheaperNeed {
    /// The fact.
    pub fact: String,
    /// Its name.
    pub name: Bilingual,
    /// The value needed.
    pub value: Bilingual,
    /// The declaration says otherwise now.
    pub contradicted: bool,
}

/// An unsettled point on which the route depends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// The point.
    pub point: String,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// The question.
    pub question: Bilingual,
    /// Why it is open.
    pub why: Bilingual,
    /// The readings.
    pub readings: Vec<ReadingLine>,
}

/// One reading and its route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadingLine {
    /// The reading.
    pub reading: String,
    /// What it says.
    pub says: Bilingual,
    /// What follows.
    pub leads_to: Bilingual,
    /// The routes under it.
    pub routes: RouteSet,
    /// The rules that lead there.
    pub rules: Vec<String>,
    /// Whether the decision stands on it.
    pub decides: bool,
}

/// An unsettled point that is only mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    /// The point.
    pub point: String,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// The question.
    pub question: Bilingual,
}

/// An option beside the route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionOffered {
    /// The route it offers.
    pub route: Route,
    /// Whether it is open for certain.
    pub certain: bool,
    /// The rule.
    pub reason: Reason,
}

/// Something the rulebook does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoubtLine {
    /// The rule or edition concerned.
    pub about: String,
    /// What is not known, and where to look.
    pub says: Bilingual,
    /// Keys of the sources.
    pub source: Vec<String>,
}

/// One completion that shows a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessLine {
    /// The unknown facts and a value for each.
    pub facts: Vec<FactLine>,
    /// The route then.
    pub route: Route,
}

/// A duty that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyLine {
    /// The duty.
    pub duty: String,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// What it asks.
    pub says: Bilingual,
    /// The provision.
    pub cite: CiteLine,
    /// Whether it applies for certain; otherwise it may, depending on facts not given.
    pub certain: bool,
    /// How well it is sourced.
    pub confidence: Confidence,
}

/// A time limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The limit.
    pub limit: String,
    /// Its number in the fact base.
    pub number: Option<String>,
    /// What has to happen.
    pub step: Bilingual,
    /// How long, counted from what, in words.
    pub span: Bilingual,
    /// Who has to act.
    pub who: Bilingual,
    /// The anchor.
    pub anchor: String,
    /// The day it is counted from, when the declaration gives it.
    pub anchor_day: Option<Day>,
    /// The first day on which the step can be taken, for a window.
    pub opens: Option<Day>,
    /// The last day.
    pub due: Option<Day>,
    /// A year whose working-day calendar would be needed and is not held.
    pub calendar_missing: Option<i16>,
    /// The provision.
    pub cite: CiteLine,
    /// How well it is sourced.
    pub confidence: Confidence,
    /// A remark.
    pub note: Option<Bilingual>,
}

/// A change that calls for a new filing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLine {
    /// Its id.
    pub change: String,
    /// What changed.
    pub says: Bilingual,
    /// What has to be done.
    pub leads_to: Bilingual,
    /// The provision.
    pub cite: CiteLine,
}

/// Something to know about the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What kind: `coverage`, `stale`, `confidence`, `list`, `missing` or `fault`.
    pub kind: &'static str,
    /// The rule, list or gap concerned.
    pub about: String,
    /// In words.
    pub says: Bilingual,
}

/// The list relied on, and how far the book can answer from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListStanding {
    /// The edition.
    pub edition: String,
    /// Its title.
    pub title: Bilingual,
    /// The scenario claimed.
    pub scenario: String,
    /// Whether the edition governs on the day; `None` when the day of the switch is not known.
    pub governs: Option<bool>,
    /// Whether the handler may use it, as far as the facts tell.
    pub usable: Option<bool>,
    /// Whether every row of the edition is held.
    pub complete: bool,
    /// `(what, held, official)`.
    pub counts: Vec<(Bilingual, u32, Option<u32>)>,
    /// Whether the scenario is held at all.
    pub scenario_held: bool,
    /// Fields that match a listed field.
    pub listed: Vec<String>,
    /// What the answer rests on: the list, or the national rules because the list cannot answer.
    pub falls_back: bool,
    /// That, in words.
    pub says: Bilingual,
    /// Routes that the missing part of the list could still give.
    pub could_be: RouteSet,
    /// What is not held.
    pub missing: Vec<Bilingual>,
    /// Filing or report needed to use the list.
    pub steps: Vec<Bilingual>,
}

/// One field on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDecision {
    /// The field's name in the source.
    pub name: Box<str>,
    /// What it is.
    pub kind: &'static str,
    /// The listed field it matches.
    pub listed_as: Option<Box<str>>,
    /// The routes it leads to by itself.
    pub routes: RouteSet,
}
