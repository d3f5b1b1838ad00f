//! `rulebook impact`: which stored transfers change route between two days, and from when.

use clap::ArgMatches;
use kouan_decide::decision::Decision;
use kouan_decide::{Decider, Request, route_names};
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, Day, Diagnostic, RouteSet};
use serde_json::json;

use crate::declarations::{self, Declared};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// One transfer and the days on which its answer changed.
struct Changed {
    name: String,
    id: String,
    /// The answer on the first day, then each later day with another answer.
    steps: Vec<(Day, RouteSet, Vec<String>)>,
}

/// Decides every transfer on both days and on every boundary day between them.
pub fn run(
    book: &Book,
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<Output, Vec<Diagnostic>> {
    let (from, to) = super::days(book, matches)?;
    let paths: Vec<String> =
        matches.get_many::<String>("paths").into_iter().flatten().cloned().collect();
    let declared = declarations::read(book, &paths)?;
    let mut days = vec![from];
    days.extend(book.boundary_days().into_iter().filter(|day| from < *day && *day <= to));
    if days.last() != Some(&to) {
        days.push(to);
    }
    let mut decider = Decider::new(book);
    let mut changed = Vec::new();
    for one in &declared {
        changed.push(steps(&mut decider, one, &days)?);
    }
    let moved = changed.iter().filter(|one| one.steps.len() > 1).count();
    let outcome = if moved == 0 { Outcome::Done } else { Outcome::Act };
    let text = match settings.format {
        Format::Json | Format::Jsonl => document(book, &changed, from, to),
        Format::Text | Format::Markdown => {
            super::printed(&page(&changed, moved, from, to), settings)
        }
    };
    Ok(Output { text, outcome })
}

fn steps(
    decider: &mut Decider<'_>,
    declared: &Declared,
    days: &[Day],
) -> Result<Changed, Vec<Diagnostic>> {
    let mut steps: Vec<(Day, RouteSet, Vec<String>)> = Vec::new();
    for day in days {
        // Routes alone tell whether anything changed; reasons are asked for where it did.
        let routes = on_day(declared, *day, &mut |request| decider.routes(request))?;
        if steps.last().is_none_or(|(_, known, _)| *known != routes) {
            let decision = on_day(declared, *day, &mut |request| decider.decide(request))?;
            steps.push((*day, decision.possible, rules(&decision)));
        }
    }
    Ok(Changed { name: declared.name.clone(), id: declared.transfer.id.as_str().to_owned(), steps })
}

/// Asks on a day; a list that did not govern then is not relied on.
fn on_day<T>(
    declared: &Declared,
    on: Day,
    ask: &mut dyn FnMut(&Request<'_>) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let request =
        |transfer| Request { file: &declared.name, transfer, on, adopted: &[], assumed: &[] };
    match ask(&request(&declared.transfer)) {
        Err(findings) if findings.iter().all(|finding| finding.code.0 == "DC203") => {
            let mut transfer = declared.transfer.clone();
            for flow in &mut transfer.flows {
                flow.list = None;
                flow.facts.retain(|given| given.fact.as_str() != "claim.list");
            }
            ask(&request(&transfer))
        }
        result => result,
    }
}

fn rules(decision: &Decision) -> Vec<String> {
    let mut rules: Vec<String> = decision
        .flows
        .iter()
        .flat_map(|flow| flow.because.iter().chain(&flow.either))
        .map(|reason| reason.rule.clone())
        .collect();
    rules.sort();
    rules.dedup();
    rules
}

fn named(routes: RouteSet) -> Bilingual {
    let names = route_names(routes);
    if routes.len() > 1 {
        words(&format!("未定（{}）", names.zh), &format!("undetermined ({})", names.en))
    } else {
        names
    }
}

fn page(changed: &[Changed], moved: usize, from: Day, to: Day) -> Page {
    let mut section = Section::default();
    for one in changed {
        let lines = one
            .steps
            .iter()
            .map(|(day, routes, rules)| {
                let name = named(*routes);
                let rules = rules.join(", ");
                Line::keyed(
                    day.to_string(),
                    words(&format!("{}（{rules}）", name.zh), &format!("{} ({rules})", name.en)),
                )
            })
            .collect();
        section.row(words(&one.id, &one.id), lines);
    }
    Page {
        title: words(
            &format!("{}项出境中有{moved}项的结论改变", changed.len()),
            &format!("{moved} of {} transfers change their answer", changed.len()),
        ),
        subtitle: words(&format!("{from}至{to}"), &format!("{from} to {to}")),
        sections: vec![section],
    }
}

fn document(book: &Book, changed: &[Changed], from: Day, to: Day) -> String {
    let document = json!({
        "schema": "kouan.rulebook-impact/1",
        "edition": book.manifest.edition,
        "digest": format!("sha256:{}", book.digest),
        "from": from.to_string(),
        "to": to.to_string(),
        "transfers": changed.iter().map(|one| json!({
            "file": one.name,
            "transfer": one.id,
            "changed": one.steps.len() > 1,
            "steps": one.steps.iter().map(|(day, routes, rules)| json!({
                "from": day.to_string(),
                "route": routes.decision().as_str(),
                "possible": routes.iter().map(|route| route.as_str()).collect::<Vec<_>>(),
                "rules": rules,
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
