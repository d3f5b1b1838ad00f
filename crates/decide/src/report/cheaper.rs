//! Lighter routes: what could be claimed, left out or kept lower, and what each would need.

use kouan_rulebook::{Comparison, Subject};
use kouan_terms::{Bilingual, Confidence, Route, RouteSet};

use super::citation::cite_line;
use super::wording::{self, both};
use crate::decision::{Cheaper, CheaperNeed};
use crate::diagram::{CompiledRule, Variable, cells_of};
use crate::lists;
use crate::request::{Prepared, Request};
use crate::verdict::{Question, Verdict, cells_passing};

/// Changes that would give a lighter route, lightest first.
pub(crate) fn cheaper(
    request: &Request<'_>,
    prepared: &Prepared<'_>,
    verdict: &Verdict,
) -> Vec<Cheaper> {
    let Some(now) = strictest_rung(verdict.possible) else { return Vec::new() };
    if now <= 1 {
        return Vec::new();
    }
    let lightest = lightest_rung(verdict.possible).unwrap_or(0);
    let search = Search { question: &prepared.question, now, lightest };
    let mut found = search.claims();
    found.extend(search.fields(prepared));
    found.extend(search.persons());
    found.extend(lists_for(request, prepared));
    found.sort_by_key(|change| strictest_rung(change.routes).unwrap_or(u8::MAX));
    found
}

/// The lightest rung among some routes.
fn lightest_rung(routes: RouteSet) -> Option<u8> {
    routes.iter().filter_map(Route::rung).min()
}

/// The strictest rung among some routes.
fn strictest_rung(routes: RouteSet) -> Option<u8> {
    routes.iter().filter_map(Route::rung).max()
}

struct Search<'a> {
    question: &'a Question<'a>,
    /// The strictest rung now.
    now: u8,
    /// The lightest rung now.
    lightest: u8,
}

impl Search<'_> {
    /// For each rule that rests on a claim: make it hold, and see where that leads.
    fn claims(&self) -> Vec<Cheaper> {
        let mut best: Vec<Cheaper> = Vec::new();
        for rule in &self.question.compiled.rules {
            let Some(found) = self.claim(rule) else { continue };
            // One line a claim: the rule that is surest to help, then the one that asks least.
            let rank = |change: &Cheaper| (strictest_rung(change.routes), change.needs.len());
            match best.iter_mut().find(|known| known.about == found.about) {
                Some(known) if rank(&found) < rank(known) => *known = found,
                Some(_) => {}
                None => best.push(found),
            }
        }
        best
    }

    fn claim(&self, compiled: &CompiledRule) -> Option<Cheaper> {
        let rule = &compiled.rule;
        let claim = rule.claim.as_ref()?;
        let from_weak_source = rule.standing.confidence == Confidence::Low;
        if compiled.informs || from_weak_source || claim.as_str() == "claim.list" {
            return None;
        }
        let mut trial = self.question.clone();
        let mut needs = Vec::new();
        for comparison in rule.when.all.iter().chain(rule.when.any.first()) {
            self.satisfy(comparison, &mut trial, &mut needs)?;
        }
        for comparison in &rule.when.none {
            self.avoid(comparison, &mut trial)?;
        }
        // The rule may belong to a reading that is not the strict one: then it changes nothing.
        let routes = trial.possible();
        let option = rule.then == Route::GbaContract;
        let strictest = strictest_rung(routes)?;
        // With other facts still unknown it may only perhaps be lighter; that is shown as well.
        let perhaps = lightest_rung(routes)? < self.lightest && strictest <= self.now;
        if strictest >= self.now && !perhaps && !option {
            return None;
        }
        let claim_fact = self.question.book.fact(claim)?;
        let routes = if option { [Route::GbaContract].into_iter().collect() } else { routes };
        let made = self
            .question
            .book
            .fact_index(claim.as_str())
            .is_some_and(|var| self.question.knowledge.cells(var) == 2);
        if option && made && needs.is_empty() {
            return None;
        }
        Some(Cheaper {
            kind: "claim",
            says: claim_fact.name.clone(),
            about: claim.as_str().to_owned(),
            routes,
            needs,
            splitting: false,
            rule: Some(rule.id.as_str().to_owned()),
            cite: Some(cite_line(self.question.book, &rule.cite)),
        })
    }

    /// Makes a comparison hold, noting what has to be shown or changed. What the data itself says
    /// (its kind, whether it leaves) is not turned over.
    fn satisfy(
        &self,
        comparison: &Comparison,
        trial: &mut Question<'_>,
        needs: &mut Vec<CheaperNeed>,
    ) -> Option<()> {
        match &comparison.subject {
            Subject::Notion(id) => {
                let day = self.question.compiled.scope.day;
                let book = self.question.book;
                let notion = book.notions.iter().find(|n| *n.id == **id && n.span.contains(day))?;
                notion.when.all.iter().try_for_each(|inner| self.satisfy(inner, trial, needs))
            }
            Subject::Fact(var) => {
                let book = self.question.book;
                let fact = book.facts.get(*var)?;
                let variable = self.question.compiled.fact_variable(*var)?;
                let passing = cells_passing(variable, &comparison.test);
                let known = self.question.knowledge.cells(*var) & variable.every_cell();
                if known & !passing == 0 {
                    return Some(());
                }
                let contradicted = known & passing == 0;
                if contradicted && (is_given_by_the_data(fact.id.as_str())) {
                    return None;
                }
                trial.knowledge.set(*var, passing);
                if !fact.is_claim() {
                    needs.push(CheaperNeed {
                        fact: fact.id.as_str().to_owned(),
                        name: fact.name.clone(),
                        value: wording::cells(book, *var, variable, passing),
                        contradicted,
                    });
                }
                Some(())
            }
        }
    }

    /// Keeps a comparison from holding; `None` when it holds for certain.
    fn avoid(&self, comparison: &Comparison, trial: &mut Question<'_>) -> Option<()> {
        let Subject::Fact(var) = &comparison.subject else { return Some(()) };
        let variable = self.question.compiled.fact_variable(*var)?;
        let left = trial.knowledge.cells(*var)
            & variable.every_cell()
            & !cells_passing(variable, &comparison.test);
        (left != 0).then(|| trial.knowledge.set(*var, left))
    }

    /// The same flow without its sensitive fields, or without its important data.
    fn fields(&self, prepared: &Prepared<'_>) -> Vec<Cheaper> {
        let book = self.question.book;
        let parts = [
            (
                "flow.important_data",
                both("去掉重要数据字段", "leave out the fields that hold important data"),
            ),
            (
                "flow.sensitive_pi",
                both("去掉敏感个人信息字段", "leave out the fields that hold sensitive PI"),
            ),
            ("flow.pi", both("去掉全部个人信息字段", "leave out every field that holds PI")),
        ];
        let mut found = Vec::new();
        for (fact, says) in parts {
            let Some(var) = book.fact_index(fact) else { continue };
            if self.question.knowledge.cells(var) != 2 || prepared.flow.fields.is_empty() {
                continue;
            }
            let mut trial = self.question.clone();
            trial.knowledge.set(var, 1);
            if fact != "flow.important_data" {
                self.without_persons(prepared, &mut trial);
            }
            if fact == "flow.pi" {
                set_no(&mut trial, "flow.sensitive_pi");
            }
            let routes = trial.possible();
            if strictest_rung(routes).is_some_and(|rung| rung < self.now) {
                found.push(plain("fields", fact, says, routes));
            }
        }
        found
    }

    /// Takes the flow's own sensitive persons out of the year's count, as far as they are known.
    fn without_persons(&self, prepared: &Prepared<'_>, trial: &mut Question<'_>) {
        let Some(var) = self.question.book.fact_index("year.persons.sensitive_pi") else { return };
        let Some(variable) = self.question.compiled.fact_variable(var) else { return };
        let own = prepared.flow.persons.sensitive.and_then(|persons| persons.at_most);
        let total = self.question.counts.iter().find(|(known, _)| *known == var);
        if let (Some(own), Some((_, total))) = (own, total) {
            // Some of them may be counted for another flow as well, so this is the best case.
            let least = total.at_least.saturating_sub(own);
            let only = variable.cells_between(least, Some(least));
            trial.knowledge.set(var, only);
        }
    }

    /// Counts below which the route is lighter.
    fn persons(&self) -> Vec<Cheaper> {
        let mut found = Vec::new();
        for (var, now) in &self.question.counts {
            let (Some(fact), Some(variable)) =
                (self.question.book.facts.get(*var), self.question.compiled.fact_variable(*var))
            else {
                continue;
            };
            if let Some((limit, routes)) = self.lower(*var, variable, now.at_least) {
                let line = wording::count(limit);
                let says = both(
                    format!("{}不满{line}人", fact.name.zh),
                    format!("{}: fewer than {line}", fact.name.en),
                );
                let mut change = plain("persons", fact.id.as_str(), says, routes);
                change.splitting = true;
                found.push(change);
            }
        }
        found
    }

    /// The nearest lower cell of a count with a lighter route: its upper end, and the routes.
    fn lower(&self, var: usize, variable: &Variable, now: u64) -> Option<(u64, RouteSet)> {
        let here = variable.cell_of(now);
        let below: Vec<usize> = cells_of((1_u64 << here) - 1).collect();
        below.into_iter().rev().find_map(|cell| {
            let mut trial = self.question.clone();
            trial.knowledge.set(var, 1 << cell);
            let routes = trial.possible();
            let lighter = strictest_rung(routes).is_some_and(|rung| rung < self.now);
            let end = variable.range_of(cell).1;
            end.filter(|_| lighter).map(|end| (end, routes))
        })
    }
}

/// Facts that the data itself settles: no claim turns them over.
fn is_given_by_the_data(fact: &str) -> bool {
    ["flow.act", "flow.pi", "flow.important_data", "flow.household", "handler.sector"]
        .contains(&fact)
        || fact.starts_with("recipient.")
}

fn set_no(trial: &mut Question<'_>, fact: &str) {
    if let Some(var) = trial.book.fact_index(fact) {
        trial.knowledge.set(var, 1);
    }
}

fn plain(kind: &'static str, about: &str, says: Bilingual, routes: RouteSet) -> Cheaper {
    Cheaper {
        kind,
        says,
        about: about.to_owned(),
        routes,
        needs: Vec::new(),
        splitting: false,
        rule: None,
        cite: None,
    }
}

/// Lists that the handler could rely on from where it is registered, when it relies on none.
fn lists_for(request: &Request<'_>, prepared: &Prepared<'_>) -> Vec<Cheaper> {
    let book = prepared.question.book;
    if prepared.flow.list.is_some() {
        return Vec::new();
    }
    let Some(var) = book.fact_index("handler.registered_zone") else { return Vec::new() };
    let zone = prepared.question.knowledge.cells(var);
    let Some(kouan_rulebook::FactKind::OneOf(words)) = book.facts.get(var).map(|fact| &fact.kind)
    else {
        return Vec::new();
    };
    if !zone.is_power_of_two() {
        return Vec::new();
    }
    let Some((zone, _)) = words.get(zone.trailing_zeros() as usize) else { return Vec::new() };
    book.editions
        .iter()
        .filter(|edition| edition.governs(request.on) != Some(false))
        .filter(|edition| edition.text.applies.registered_in.iter().any(|home| **home == **zone))
        .map(|edition| {
            let title = lists::title(book, edition);
            let says = both(
                format!(
                    "所在区的清单：{}（收入多少见 `kouan rulebook show {}`）",
                    title.zh, edition.id
                ),
                format!(
                    "the zone's list: {} (how much is held: `kouan rulebook show {}`)",
                    title.en, edition.id
                ),
            );
            plain("list", edition.id.as_str(), says, RouteSet::EMPTY)
        })
        .collect()
}
