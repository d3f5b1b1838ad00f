//! From a declaration to a decision: flow by flow, then the transfer as a whole.

use kouan_rulebook::Book;
use kouan_terms::{Confidence, Diagnostic, FactId, Place, Route, RouteSet};

use crate::counting::{
    Counted, CountingPoint, GENERAL, SENSITIVE, YearCounts, counting_points, given, statement,
    under_readings, year_counts,
};
use crate::decision::{
    BookMark, Decision, FactLine, FieldDecision, FlowDecision, Headroom, Unsettled, Warning,
};
use crate::declaration::{Bounds, FieldKind, Flow, Given, Stated};
use crate::diagram::{CompileError, Compiled, Scope};
use crate::joint::joint;
use crate::lists;
use crate::report::{Lines, cheaper, deadlines, wording};
use crate::request::{Prepared, Request};
use crate::verdict::{Question, Verdict};

/// Decides transfers on one rulebook; diagrams are compiled once and kept.
pub struct Decider<'b> {
    book: &'b Book,
    compiled: Vec<Compiled>,
}

impl<'b> Decider<'b> {
    /// A decider on a rulebook.
    #[must_use]
    pub fn new(book: &'b Book) -> Decider<'b> {
        Decider { book, compiled: Vec::new() }
    }

    /// Decides one transfer.
    ///
    /// # Errors
    ///
    /// What keeps the question from being asked: a day before the book, a list, scenario or
    /// reading that does not exist, facts that contradict each other.
    pub fn decide(&mut self, request: &Request<'_>) -> Result<Decision, Vec<Diagnostic>> {
        let scopes = self.scopes(request)?;
        let compiled: Vec<&Compiled> = scopes.iter().filter_map(|scope| self.find(scope)).collect();
        let assessment = Assessment { book: self.book, request, compiled };
        assessment.decide()
    }

    /// The routes possible for a transfer, without reasons: what a look over many transfers needs.
    /// They are those that [`Decider::decide`] gives.
    ///
    /// # Errors
    ///
    /// As for [`Decider::decide`].
    pub fn routes(&mut self, request: &Request<'_>) -> Result<RouteSet, Vec<Diagnostic>> {
        let scopes = self.scopes(request)?;
        let compiled: Vec<&Compiled> = scopes.iter().filter_map(|scope| self.find(scope)).collect();
        let (prepared, _) = Assessment { book: self.book, request, compiled }.prepare()?;
        let questions: Vec<&Question<'_>> = prepared.iter().map(|flow| &flow.question).collect();
        let apart: Vec<RouteSet> = questions.iter().map(|question| question.possible()).collect();
        Ok(joint(&questions, &apart))
    }

    /// The rulebook.
    pub(crate) fn book(&self) -> &'b Book {
        self.book
    }

    /// The routes possible for one flow while its counts grow up to limits; a count without a limit
    /// may grow without end.
    pub(crate) fn up_to(
        &mut self,
        request: &Request<'_>,
        flow: &str,
        limits: &[(&str, u64)],
    ) -> Result<RouteSet, Vec<Diagnostic>> {
        let scopes = self.scopes(request)?;
        let compiled: Vec<&Compiled> = scopes.iter().filter_map(|scope| self.find(scope)).collect();
        let (prepared, _) = Assessment { book: self.book, request, compiled }.prepare()?;
        let Some(flow) = prepared.iter().find(|one| *one.flow.id == *flow) else {
            return Ok(RouteSet::EMPTY);
        };
        let mut grown = flow.question.clone();
        for (var, now) in &flow.question.counts {
            let id = self.book.facts.get(*var).map_or("", |fact| fact.id.as_str());
            let Some(variable) = grown.compiled.fact_variable(*var).filter(|_| grows(id)) else {
                continue;
            };
            let limit = limits.iter().find(|(count, _)| *count == id).map(|(_, most)| *most);
            let most = limit.map(|most| most.max(now.at_least));
            grown.knowledge.set(*var, variable.cells_between(now.at_least, most));
        }
        Ok(grown.possible())
    }

    /// The scope of every flow, its diagram compiled.
    fn scopes(&mut self, request: &Request<'_>) -> Result<Vec<Scope>, Vec<Diagnostic>> {
        let scopes: Vec<Scope> = request.transfer.flows.iter().map(|f| scope(f, request)).collect();
        let mut findings = Vec::new();
        for (flow, scope) in request.transfer.flows.iter().zip(&scopes) {
            if let Err(error) = self.compile(scope) {
                findings.push(compile_finding(&error, flow, request));
            }
        }
        if findings.is_empty() { Ok(scopes) } else { Err(findings) }
    }

    /// The diagram of a scope, compiled when it is new.
    fn compile(&mut self, scope: &Scope) -> Result<(), CompileError> {
        if self.find(scope).is_none() {
            self.compiled.push(Compiled::new(self.book, scope.clone())?);
        }
        Ok(())
    }

    fn find(&self, scope: &Scope) -> Option<&Compiled> {
        self.compiled.iter().find(|compiled| compiled.scope == *scope)
    }
}

/// Whether a count grows when data leave; the others are about the handler and stay.
pub(crate) fn grows(fact: &str) -> bool {
    ["year.persons.", "scenario.persons.", "two_years.persons."]
        .iter()
        .any(|counted| fact.starts_with(counted))
}

fn scope(flow: &Flow, request: &Request<'_>) -> Scope {
    let list = flow.list.as_ref().map(|list| (list.edition.clone(), list.scenario.clone()));
    Scope { day: request.on, list, adopted: request.adopted.to_vec() }
}

fn compile_finding(error: &CompileError, flow: &Flow, request: &Request<'_>) -> Diagnostic {
    let place = flow.list.as_ref().map(|list| Place::at(request.file, list.bytes.clone()));
    let finding = match error {
        CompileError::BeforeTheBook(day) => Diagnostic::error("DC201").with("day", day),
        CompileError::NoSuchEdition(edition) => Diagnostic::error("DC202").with("edition", edition),
        CompileError::EditionNotInForce(edition) => {
            Diagnostic::error("DC203").with("edition", edition).with("day", request.on)
        }
        CompileError::NoSuchScenario(edition, scenario) => {
            Diagnostic::error("DC204").with("edition", edition).with("scenario", scenario)
        }
        CompileError::NoSuchReading(point, reading) => {
            Diagnostic::error("DC205").with("point", point).with("reading", reading)
        }
        CompileError::TooLarge => Diagnostic::error("DC206"),
    };
    match place {
        Some(place) if !matches!(error, CompileError::BeforeTheBook(_)) => finding.at(place),
        _ => finding,
    }
}

struct Assessment<'a> {
    book: &'a Book,
    request: &'a Request<'a>,
    compiled: Vec<&'a Compiled>,
}

impl<'a> Assessment<'a> {
    fn decide(&self) -> Result<Decision, Vec<Diagnostic>> {
        let (prepared, year) = self.prepare()?;
        let transfer = self.request.transfer;
        let mut flows = Vec::with_capacity(prepared.len());
        let mut verdicts = Vec::with_capacity(prepared.len());
        for flow in &prepared {
            let verdict = flow.question.verdict();
            flows.push(self.flow(flow, &verdict));
            verdicts.push(verdict);
        }
        let questions: Vec<&Question<'_>> = prepared.iter().map(|flow| &flow.question).collect();
        let apart: Vec<RouteSet> = verdicts.iter().map(|verdict| verdict.possible).collect();
        let possible = joint(&questions, &apart);
        let version = self.book.version_on(self.request.on);
        let deadlines = deadlines(self.book, self.request, &questions, &verdicts);
        Ok(Decision {
            transfer: transfer.id.clone(),
            title: transfer.title.clone(),
            on: self.request.on,
            rulebook: BookMark {
                edition: self.book.manifest.edition.clone(),
                digest: self.book.digest.clone(),
                version: version.map(|version| version.id.clone()),
                version_says: version.map(|version| version.says.clone().into()),
            },
            route: possible.decision(),
            possible,
            year,
            assumed: self.assumed(),
            deadlines: deadlines.limits,
            changes: deadlines.changes,
            warnings: self.warnings(&flows),
            flows,
        })
    }

    /// Learns the facts of every flow; counts come last, because whose persons count depends on
    /// which flows are exempt.
    fn prepare(&self) -> Result<(Vec<Prepared<'a>>, YearCounts), Vec<Diagnostic>> {
        let transfer = self.request.transfer;
        let points = counting_points(self.book, self.request.adopted);
        let pairs = || transfer.flows.iter().zip(&self.compiled);
        let counted: Vec<Counted> =
            pairs().map(|(flow, compiled)| self.counted(flow, compiled)).collect();
        let year = year_counts(transfer, &counted);
        let mut findings = Vec::new();
        let mut prepared = Vec::new();
        for ((flow, compiled), counted) in pairs().zip(counted) {
            let facts = self.facts(flow, &year, counted);
            let question =
                self.question(compiled, &under_readings(self.book, &facts, &points, None));
            if question.is_contradictory() {
                let place = Place::at(self.request.file, flow.bytes.clone());
                findings.push(Diagnostic::error("DC207").at(place).with("flow", &flow.id));
            }
            prepared.push(Prepared { flow, question, counted, facts });
        }
        if findings.is_empty() { Ok((prepared, year)) } else { Err(findings) }
    }

    fn question(&self, compiled: &'a Compiled, facts: &[Given]) -> Question<'a> {
        Question::new(self.book, compiled, &facts.iter().collect::<Vec<_>>())
    }

    /// Everything known about a flow.
    fn facts(&self, flow: &Flow, year: &YearCounts, counted: Counted) -> Vec<Given> {
        let mut facts = self.request.transfer.facts.clone();
        facts.extend(flow.facts.iter().cloned());
        facts.extend(lists::listed(self.book, flow));
        let sum = |facts: &mut Vec<Given>, id: &str, bounds: Option<Bounds>| {
            facts.retain(|given| given.fact.as_str() != id);
            if let Some(bounds) = bounds {
                facts.push(statement(&FactId::new(id), bounds));
            }
        };
        if counted == Some(false) && given(&facts, GENERAL).is_none() {
            return facts;
        }
        sum(&mut facts, GENERAL, year.general);
        sum(&mut facts, SENSITIVE, year.sensitive);
        for (id, persons) in [
            ("scenario.persons.general_pi", flow.persons.general),
            ("scenario.persons.sensitive_pi", flow.persons.sensitive),
        ] {
            let claimed = flow.list.is_some() && given(&facts, id).is_none();
            if let Some(persons) = persons.filter(|_| claimed) {
                let least = Bounds { at_least: persons.at_least, at_most: None };
                facts.push(statement(&FactId::new(id), least));
            }
        }
        facts
    }

    /// Whether a flow's persons count: not when it is exempt however large the counts are.
    fn counted(&self, flow: &Flow, compiled: &'a Compiled) -> Counted {
        let year = YearCounts {
            general: Some(Bounds { at_least: u64::MAX / 2, at_most: None }),
            sensitive: Some(Bounds { at_least: u64::MAX / 2, at_most: None }),
        };
        let mut facts = self.request.transfer.facts.clone();
        facts.extend(flow.facts.iter().cloned());
        facts.extend(lists::listed(self.book, flow));
        facts.retain(|given| ![GENERAL, SENSITIVE].contains(&given.fact.as_str()));
        facts.extend(year.general.map(|bounds| statement(&FactId::new(GENERAL), bounds)));
        facts.extend(year.sensitive.map(|bounds| statement(&FactId::new(SENSITIVE), bounds)));
        let possible = self.question(compiled, &facts).possible();
        let leaves_out =
            |route: Route| matches!(route, Route::None | Route::Exempt | Route::OtherLawfulRoute);
        match (possible.iter().any(leaves_out), possible.iter().all(leaves_out)) {
            _ if possible.is_empty() => Some(true),
            (_, true) => Some(false),
            (false, _) => Some(true),
            (true, false) => None,
        }
    }

    fn flow(&self, prepared: &Prepared<'_>, verdict: &Verdict) -> FlowDecision {
        let question = &prepared.question;
        let lines = Lines { question };
        let possible = verdict.possible;
        let mut unsettled: Vec<Unsettled> =
            verdict.unsettled.iter().filter_map(|open| lines.unsettled(open, possible)).collect();
        unsettled.extend(self.counting(prepared, possible));
        let because = lines.reasons(&verdict.because);
        FlowDecision {
            id: prepared.flow.id.clone(),
            route: possible.decision(),
            possible,
            fault: verdict.fault,
            counted: prepared.counted,
            because,
            either: lines.reasons(&verdict.either),
            aside: lines.reasons(&verdict.aside),
            not: lines.misses(&verdict.not),
            needs: verdict.needs.iter().filter_map(|need| lines.needed(need)).collect(),
            no_matter: verdict.no_matter,
            headroom: self.headroom(question, possible),
            cheaper: cheaper(self.request, prepared, verdict),
            unsettled,
            mentioned: verdict.mentioned.iter().filter_map(|p| lines.mentioned(*p)).collect(),
            options: lines.options(verdict),
            doubts: verdict.doubts.iter().filter_map(|var| lines.doubt(*var)).collect(),
            raised: lines.reasons(&verdict.informs),
            rests_on: lines.rests_on(verdict),
            witness: lines.witness(verdict),
            duties: lines.duties(possible),
            list: lists::standing(prepared, verdict, self.request.on),
            fields: self.fields(prepared),
        }
    }

    /// The counting points on which another reading would give another answer.
    fn counting(&self, prepared: &Prepared<'_>, decided: RouteSet) -> Vec<Unsettled> {
        let points = counting_points(self.book, self.request.adopted);
        let question = |place: usize, reading: usize| {
            let facts = under_readings(self.book, &prepared.facts, &points, Some((place, reading)));
            self.question(prepared.question.compiled, &facts)
        };
        let open = |counting: &CountingPoint<'_>| {
            if self.request.adopted.iter().any(|(id, _)| *id == counting.point.id) {
                return None;
            }
            let questions: Vec<Question<'_>> = (0..counting.point.readings.len())
                .map(|reading| question(counting.place, reading))
                .collect();
            // Routes first: reasons are only asked for where another reading changes them.
            if questions.iter().all(|question| question.possible() == decided) {
                return None;
            }
            let readings = questions
                .iter()
                .map(|question| (question.possible(), question.verdict().because))
                .collect();
            let open = crate::verdict::OpenPoint { point: counting.place, readings };
            let mut line = Lines { question: &prepared.question }.unsettled(&open, decided)?;
            for (place, reading) in line.readings.iter_mut().enumerate() {
                reading.decides = place == counting.decides;
            }
            Some(line)
        };
        points.iter().filter_map(open).collect()
    }

    /// How far each known count is from another answer.
    fn headroom(&self, question: &Question<'_>, possible: RouteSet) -> Vec<Headroom> {
        let mut lines = Vec::new();
        for (var, now) in &question.counts {
            let (Some(fact), Some(variable)) =
                (self.book.facts.get(*var), question.compiled.fact_variable(*var))
            else {
                continue;
            };
            let Some(most) = now.at_most else { continue };
            let next = (variable.cell_of(most) + 1..variable.cells).find_map(|cell| {
                let mut higher = question.clone();
                higher.knowledge.set(*var, 1 << cell);
                let routes = higher.possible();
                (routes != possible && !routes.is_empty())
                    .then(|| (variable.range_of(cell).0, routes))
            });
            if let Some((changes_at, routes)) = next {
                lines.push(Headroom {
                    fact: fact.id.as_str().to_owned(),
                    name: fact.name.clone(),
                    now: *now,
                    changes_at,
                    more: changes_at.saturating_sub(most),
                    routes,
                });
            }
        }
        lines
    }

    /// Each field on its own: the route if it were all that the flow carries.
    fn fields(&self, prepared: &Prepared<'_>) -> Vec<FieldDecision> {
        let decide = |kind: FieldKind, listed: bool| {
            let mut facts = prepared.facts.clone();
            let pi = matches!(
                kind,
                FieldKind::GeneralPi | FieldKind::SensitivePi | FieldKind::Deidentified
            );
            let own = [
                ("flow.pi", pi),
                ("flow.sensitive_pi", kind == FieldKind::SensitivePi),
                ("flow.important_data", kind == FieldKind::ImportantData),
                ("list.listed", listed),
            ];
            for (id, value) in own {
                let known = kind != FieldKind::Unknown || id == "list.listed";
                facts.retain(|given| given.fact.as_str() != id);
                if known {
                    facts.push(yes_no(id, value));
                }
            }
            let points = counting_points(self.book, self.request.adopted);
            let facts = under_readings(self.book, &facts, &points, None);
            self.question(prepared.question.compiled, &facts).possible()
        };
        let mut known: Vec<(FieldKind, bool, RouteSet)> = Vec::new();
        let fields = prepared.flow.fields.iter().map(|field| {
            let listed = lists::matches(self.book, prepared.flow, field);
            let cached = known.iter().find(|(kind, l, _)| *kind == field.kind && *l == listed);
            let routes = match cached {
                Some((_, _, routes)) => *routes,
                None => {
                    let routes = decide(field.kind, listed);
                    known.push((field.kind, listed, routes));
                    routes
                }
            };
            FieldDecision {
                name: field.name.clone(),
                kind: field.kind.word(),
                listed_as: field.listed_as.clone(),
                routes,
            }
        });
        fields.collect()
    }

    fn assumed(&self) -> Vec<FactLine> {
        let line = |given: &Given| {
            let var = self.book.fact_index(given.fact.as_str())?;
            let compiled = self.compiled.first()?;
            let mut question = Question::new(self.book, compiled, &[given]);
            question.learn(given);
            Lines { question: &question }.fact(var)
        };
        self.request.assumed.iter().filter_map(line).collect()
    }

    fn warnings(&self, flows: &[FlowDecision]) -> Vec<Warning> {
        let book = self.book;
        let on = self.request.on;
        let mut warnings = Vec::new();
        let followed = book.manifest.followed_until.0;
        if on > followed {
            warnings.push(Warning {
                kind: "coverage",
                about: book.manifest.edition.clone(),
                says: wording::both(
                    format!("本手册对法律的跟踪截至{followed}，此后的新规可能尚未收入"),
                    format!(
                        "this rulebook followed the law until {followed}; \
                         later instruments may be missing"
                    ),
                ),
            });
        }
        for flow in flows {
            self.flow_warnings(flow, &mut warnings);
        }
        self.missing(&mut warnings);
        let mut unique: Vec<Warning> = Vec::new();
        for warning in warnings {
            if !unique.contains(&warning) {
                unique.push(warning);
            }
        }
        unique
    }

    fn flow_warnings(&self, flow: &FlowDecision, warnings: &mut Vec<Warning>) {
        if flow.fault {
            warnings.push(Warning {
                kind: "fault",
                about: flow.id.to_string(),
                says: wording::both(
                    "手册对部分可能情形没有唯一答案，请运行 `kouan rulebook prove` 并告知维护者",
                    "for some completions the rulebook has no single answer: run `kouan rulebook prove` and tell its keepers",
                ),
            });
        }
        for reason in flow.because.iter().chain(&flow.either) {
            if reason.confidence != Confidence::High {
                warnings.push(Warning {
                    kind: "confidence",
                    about: reason.rule.clone(),
                    says: wording::both(
                        "所依规则未经官方原文逐字核对，据次级来源写成",
                        "this rule was written from secondary sources and not compared with the official text",
                    ),
                });
            }
            if let Some(days) = self.stale(&reason.rule) {
                warnings.push(Warning {
                    kind: "stale",
                    about: reason.rule.clone(),
                    says: wording::both(
                        format!("所依规则已有{days}天未核对"),
                        format!("this rule was last checked {days} days ago"),
                    ),
                });
            }
        }
        if let Some(list) = flow.list.as_ref().filter(|list| list.falls_back || !list.complete) {
            let (about, says) = (list.edition.clone(), list.says.clone());
            warnings.push(Warning { kind: "list", about, says });
        }
    }

    /// How many days ago a rule was checked, when that is longer than the book allows.
    fn stale(&self, rule: &str) -> Option<i32> {
        let rule = self
            .book
            .every_rule()
            .find(|known| known.id.as_str() == rule && known.span.contains(self.request.on))?;
        let checked = rule.standing.checked_on?;
        let days = self.request.on.since(checked).ok()?.get_days();
        let limit = i32::try_from(self.book.manifest.stale_after_days).unwrap_or(i32::MAX);
        (days > limit).then_some(days)
    }

    /// What the book does not hold for the handler's sector.
    fn missing(&self, warnings: &mut Vec<Warning>) {
        let sector = self.request.transfer.facts.iter().find_map(|given| match &given.value {
            Stated::Word(word) if given.fact.as_str() == "handler.sector" => Some(&**word),
            _ => None,
        });
        for gap in &self.book.missing {
            if gap.sectors.iter().any(|named| Some(named.as_str()) == sector) {
                warnings.push(Warning {
                    kind: "missing",
                    about: gap.id.as_ref().clone(),
                    says: wording::both(
                        format!("手册缺：{}；目前：{}", gap.what.zh, gap.effect.zh),
                        format!("not held: {}; meanwhile: {}", gap.what.en, gap.effect.en),
                    ),
                });
            }
        }
    }
}

/// A yes-no statement.
pub(crate) fn yes_no(id: &str, value: bool) -> Given {
    Given { fact: FactId::new(id), value: Stated::YesNo(value), evidence: None, bytes: 0..0 }
}
