//! Rules, facts, duties and open points as lines of a decision.

use kouan_rulebook::{Book, Comparison, Condition, Subject};
use kouan_terms::{Bilingual, Route, RouteSet};

use super::citation::cite_line;
use super::wording;
use crate::decision::{
    DoubtLine, DutyLine, FactLine, Mentioned, Miss, Needed, OptionOffered, ReadingLine, Reason,
    Unsettled, WitnessLine,
};
use crate::diagram::{Compiled, Doubt, IMPOSSIBLE, Meaning, TRUE, only, route_of};
use crate::verdict::{Failed, Need, OpenPoint, Question, Verdict};

/// Puts words to the verdict of one question.
pub(crate) struct Lines<'a> {
    pub question: &'a Question<'a>,
}

impl Lines<'_> {
    fn book(&self) -> &Book {
        self.question.book
    }

    fn compiled(&self) -> &Compiled {
        self.question.compiled
    }

    /// A rule and the facts that make it hold.
    pub fn reason(&self, place: usize) -> Option<Reason> {
        let compiled = self.compiled().rules.get(place)?;
        let rule = &compiled.rule;
        let mut cites = vec![cite_line(self.book(), &rule.cite)];
        cites.extend(rule.also.iter().map(|also| cite_line(self.book(), also)));
        let (mut facts, mut background) = (Vec::new(), Vec::new());
        self.facts_of(&rule.when, &mut facts, &mut background);
        Some(Reason {
            rule: rule.id.as_str().to_owned(),
            route: rule.then,
            says: rule.says.clone(),
            cites,
            facts,
            background,
            confidence: rule.standing.confidence,
            source: rule.standing.source.iter().map(|key| key.to_string()).collect(),
            note: rule.note.clone(),
        })
    }

    /// Several rules.
    pub fn reasons(&self, places: &[usize]) -> Vec<Reason> {
        places.iter().filter_map(|place| self.reason(*place)).collect()
    }

    /// The facts a condition compares, as far as they are known; those of notions go to `behind`.
    fn facts_of(&self, condition: &Condition, own: &mut Vec<FactLine>, behind: &mut Vec<FactLine>) {
        for comparison in condition.all.iter().chain(&condition.any) {
            match &comparison.subject {
                Subject::Fact(var) => {
                    if let Some(line) = self.compared(*var, comparison)
                        && !own.iter().any(|known| known.fact == line.fact)
                    {
                        own.push(line);
                    }
                }
                Subject::Notion(id) => {
                    let day = self.compiled().scope.day;
                    let notion =
                        self.book().notions.iter().find(|n| *n.id == **id && n.span.contains(day));
                    if let Some(notion) = notion {
                        let mut deeper = Vec::new();
                        self.facts_of(&notion.when, behind, &mut deeper);
                        behind.extend(deeper);
                    }
                }
            }
        }
    }

    /// A fact that is known, beside the line it is measured against.
    fn compared(&self, var: usize, comparison: &Comparison) -> Option<FactLine> {
        let fact = self.book().facts.get(var)?;
        let value = match self.count(var) {
            Some(known) => {
                let now = wording::bounds(known);
                let line = wording::wanted(self.book(), self.compiled(), comparison);
                wording::both(
                    format!("{}（{}）", now.zh, line.zh),
                    format!("{} ({})", now.en, line.en),
                )
            }
            None => {
                let variable = self.compiled().fact_variable(var)?;
                let cells = self.question.knowledge.cells(var);
                if cells == variable.every_cell() {
                    return None;
                }
                wording::cells(self.book(), var, variable, cells)
            }
        };
        Some(FactLine { fact: fact.id.as_str().to_owned(), name: fact.name.clone(), value })
    }

    fn count(&self, var: usize) -> Option<&crate::declaration::Bounds> {
        self.question.counts.iter().find(|(known, _)| *known == var).map(|(_, bounds)| bounds)
    }

    /// A fact and what is known of it.
    pub fn fact(&self, var: usize) -> Option<FactLine> {
        let fact = self.book().facts.get(var)?;
        let variable = self.compiled().fact_variable(var)?;
        let value = match self.count(var) {
            Some(known) => wording::bounds(known),
            None => {
                let cells = self.question.knowledge.cells(var);
                wording::cells(self.book(), var, variable, cells)
            }
        };
        Some(FactLine { fact: fact.id.as_str().to_owned(), name: fact.name.clone(), value })
    }

    /// A rule that fails, and the comparison it fails at.
    pub fn miss(&self, failed: &Failed) -> Option<Miss> {
        let rule = &self.compiled().rules.get(failed.rule)?.rule;
        let comparison = failed.comparison.and_then(|place| rule.when.comparisons().nth(place));
        let negated = failed
            .comparison
            .is_some_and(|place| place >= rule.when.all.len() + rule.when.any.len());
        Some(Miss {
            rule: rule.id.as_str().to_owned(),
            route: rule.then,
            says: rule.says.clone(),
            cite: cite_line(self.book(), &rule.cite),
            fails_at: comparison.map(|comparison| self.failing(comparison, negated)),
            near: failed.near,
            unclaimed: rule
                .claim
                .as_ref()
                .and_then(|claim| self.book().fact_index(claim.as_str()))
                .is_some_and(|claim| self.question.knowledge.cells(claim) == 1),
        })
    }

    /// What is the case, and what the rule would need; a notion names the fact that fails in it.
    fn failing(&self, comparison: &Comparison, negated: bool) -> Bilingual {
        if let Subject::Notion(id) = &comparison.subject {
            let day = self.compiled().scope.day;
            let notion = self.book().notions.iter().find(|n| *n.id == **id && n.span.contains(day));
            let inner = notion.and_then(|notion| {
                notion.when.all.iter().find(|inner| self.question.fails(inner, false))
            });
            if let Some(inner) = inner {
                return self.failing(inner, false);
            }
        }
        let name = wording::subject(self.book(), self.compiled().scope.day, comparison);
        let wanted = wording::wanted(self.book(), self.compiled(), comparison);
        let now = match &comparison.subject {
            Subject::Fact(var) => self.fact(*var).map(|line| line.value).unwrap_or_default(),
            Subject::Notion(_) => Bilingual::default(),
        };
        let (zh_not, en_not) =
            if negated { ("不能是", "must not be ") } else { ("须为", "needs ") };
        wording::both(
            format!("{}：{}（{zh_not}{}）", name.zh, now.zh, wanted.zh),
            format!("{}: {} ({en_not}{})", name.en, now.en, wanted.en),
        )
    }

    /// Rules that fail: near misses first, of them those that fail at a count, then the order of
    /// the book.
    pub fn misses(&self, failed: &[Failed]) -> Vec<Miss> {
        let at_a_count = |failed: &Failed| {
            let rule = self.compiled().rules.get(failed.rule).map(|rule| &rule.rule);
            let place = failed.comparison.zip(rule);
            place.is_some_and(|(place, rule)| {
                let comparison = rule.when.comparisons().nth(place);
                comparison.is_some_and(|c| matches!(c.test, kouan_rulebook::Test::Count { .. }))
            })
        };
        let mut ordered: Vec<&Failed> = failed.iter().collect();
        ordered.sort_by_key(|failed| (!failed.near, !at_a_count(failed)));
        ordered.into_iter().filter_map(|failed| self.miss(failed)).collect()
    }

    /// An unknown fact that matters.
    pub fn needed(&self, need: &Need) -> Option<Needed> {
        use kouan_rulebook::AnsweredBy;
        let fact = self.book().facts.get(need.var)?;
        let variable = self.compiled().fact_variable(need.var)?;
        let from = match fact.from {
            AnsweredBy::Ledger => "ledger",
            AnsweredBy::Scan => "scan",
            AnsweredBy::Person => "person",
            AnsweredBy::Claim => "claim",
        };
        let outcome = |(cells, routes): &(u64, RouteSet)| {
            (wording::cells(self.book(), need.var, variable, *cells), *routes)
        };
        Some(Needed {
            fact: fact.id.as_str().to_owned(),
            name: fact.name.clone(),
            asks: fact.asks.clone(),
            counts: fact.counts.clone(),
            score: need.score,
            effort: fact.effort,
            from,
            outcomes: need.outcomes.iter().map(outcome).collect(),
        })
    }

    /// An unsettled point on which the route depends.
    pub fn unsettled(&self, open: &OpenPoint, route: RouteSet) -> Option<Unsettled> {
        let point = self.book().points.get(open.point)?;
        // Where every reading leaves the same routes open, none of them decides.
        let tells_apart = open.readings.iter().any(|(routes, _)| *routes != route);
        let readings =
            point.readings.iter().zip(&open.readings).map(|(reading, (routes, rules))| {
                let rules = rules
                    .iter()
                    .filter_map(|place| self.compiled().rules.get(*place))
                    .map(|rule| rule.rule.id.as_str().to_owned());
                ReadingLine {
                    reading: reading.id.as_str().to_owned(),
                    says: reading.says.clone(),
                    leads_to: reading.leads_to.clone(),
                    routes: *routes,
                    rules: rules.collect(),
                    decides: tells_apart && *routes == route,
                }
            });
        Some(Unsettled {
            point: point.id.as_str().to_owned(),
            number: point.number.as_deref().map(str::to_owned),
            question: point.question.clone(),
            why: point.why.clone(),
            readings: readings.collect(),
        })
    }

    /// An unsettled point that is only mentioned.
    pub fn mentioned(&self, place: usize) -> Option<Mentioned> {
        let point = self.book().points.get(place)?;
        Some(Mentioned {
            point: point.id.as_str().to_owned(),
            number: point.number.as_deref().map(str::to_owned),
            question: point.question.clone(),
        })
    }

    /// The option of the Greater Bay Area contract, offered where a mechanism is needed.
    pub fn options(&self, verdict: &Verdict) -> Vec<OptionOffered> {
        let needed = verdict.possible.contains(Route::ContractOrCertification)
            || verdict.possible.contains(Route::SecurityAssessment);
        if !needed {
            return Vec::new();
        }
        let offer = |(place, certain): &(usize, bool)| {
            let reason = self.reason(*place)?;
            Some(OptionOffered { route: reason.route, certain: *certain, reason })
        };
        verdict.options.iter().filter_map(offer).collect()
    }

    /// What the rulebook does not know.
    pub fn doubt(&self, var: usize) -> Option<DoubtLine> {
        let Meaning::Doubt(doubt) = &self.compiled().variables.get(var)?.meaning else {
            return None;
        };
        let rule = |id: &kouan_terms::RuleId| {
            self.compiled().rules.iter().find(|rule| rule.rule.id == *id).map(|rule| &rule.rule)
        };
        let keys = |source: &[Box<str>]| source.iter().map(|key| key.to_string()).collect();
        Some(match doubt {
            Doubt::Boundary { rule: id, figure } => DoubtLine {
                about: id.as_str().to_owned(),
                says: wording::both(
                    format!("恰为{}人时，该条是否适用未经原文核实", wording::count(*figure)),
                    format!(
                        "whether the rule reaches the exact figure {} is not verified in the text",
                        wording::count(*figure)
                    ),
                ),
                source: rule(id).map(|rule| keys(&rule.standing.source)).unwrap_or_default(),
            },
            Doubt::LowConfidence(id) => DoubtLine {
                about: id.as_str().to_owned(),
                says: wording::both(
                    "该条仅有薄弱来源，只能提出问题，不能据以判定",
                    "the rule rests on a weak source: it raises the question and cannot decide it",
                ),
                source: rule(id).map(|rule| keys(&rule.standing.source)).unwrap_or_default(),
            },
            Doubt::Edition(id) => DoubtLine {
                about: id.as_str().to_owned(),
                says: wording::both(
                    "该版清单在这一天是否适用未经核实：新旧版交替日期不明",
                    "whether this edition governed on the day is not known: the switch is dated only to a range",
                ),
                source: self
                    .book()
                    .edition(id)
                    .map(|edition| keys(&edition.standing.source))
                    .unwrap_or_default(),
            },
        })
    }

    /// The two completions of the witness, with the facts in which they speak.
    pub fn witness(&self, verdict: &Verdict) -> Option<[WitnessLine; 2]> {
        let witness = verdict.witness.as_ref()?;
        let line = |cells: &[(usize, usize)], leaf: u32| {
            let facts = cells
                .iter()
                .filter(|(var, _)| !self.question.knowledge.is_known(*var))
                .filter_map(|(var, cell)| {
                    let fact = self.book().facts.get(*var)?;
                    let variable = self.compiled().fact_variable(*var)?;
                    let value = wording::cells(self.book(), *var, variable, 1 << cell);
                    let (fact, name) = (fact.id.as_str().to_owned(), fact.name.clone());
                    Some(FactLine { fact, name, value })
                })
                .collect();
            Some(WitnessLine { facts, route: route_of(leaf)? })
        };
        Some([line(&witness.left, witness.leaves.0)?, line(&witness.right, witness.leaves.1)?])
    }

    /// Duties that stay, for the routes still possible.
    pub fn duties(&self, possible: RouteSet) -> Vec<DutyLine> {
        let only_none = possible.decision() == Route::None;
        let mut lines = Vec::new();
        for (place, condition) in &self.compiled().consequences.duties {
            let Some(duty) = self.book().duties.get(*place) else { continue };
            let reached = duty.routes.is_empty() && !only_none
                || duty.routes.iter().any(|route| possible.contains(*route));
            let holds = self.question.leaves(*condition);
            if !reached || holds & (1 << TRUE) == 0 {
                continue;
            }
            let every =
                duty.routes.is_empty() || possible.iter().all(|route| duty.routes.contains(&route));
            lines.push(DutyLine {
                duty: duty.id.as_str().to_owned(),
                number: duty.number.as_deref().map(str::to_owned),
                says: duty.says.clone(),
                cite: cite_line(self.book(), &duty.cite),
                certain: every && only(holds & !(1 << IMPOSSIBLE), TRUE),
                confidence: duty.standing.confidence,
            });
        }
        lines
    }

    /// Known facts that fix the route by themselves.
    pub fn rests_on(&self, verdict: &Verdict) -> Vec<FactLine> {
        verdict.rests_on.iter().filter_map(|var| self.fact(*var)).collect()
    }
}
