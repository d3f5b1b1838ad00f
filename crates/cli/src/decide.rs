//! `kouan decide`: from declarations, or facts alone, to decisions.

use clap::ArgMatches;
use kouan_decide::decision::Decision;
use kouan_decide::declaration::{
    Flow, Given, Handler, Persons, Recipient, Transfer, read_fact_argument,
};
use kouan_decide::{Decider, Request, base_facts};
use kouan_rulebook::Book;
use kouan_terms::{Diagnostic, Route, TransferId};

use crate::adopted::{self, Adopted};
use crate::declarations::{self, Declared};
use crate::outcome::{Outcome, Output};
use crate::settings::{Format, Settings};
use crate::{decision_json, decision_page, rulebook_source};

/// The base that facts alone start from.
const BASE: &str = "cn.pi-export";

/// Decides everything that was named.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    if let Some(path) = matches.get_one::<String>("permit") {
        return crate::permit::run(matches, settings, path);
    }
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let facts = facts(matches, &book)?;
    let adopted = adopted::read(matches).map_err(|finding| vec![finding])?;
    let paths: Vec<String> =
        matches.get_many::<String>("paths").into_iter().flatten().cloned().collect();
    let mut assumed = Vec::new();
    let declared = if paths.is_empty() {
        if facts.is_empty() {
            return Err(vec![Diagnostic::error("CL131")]);
        }
        assumed = base(matches, &book, &facts)?;
        vec![from_facts(&facts, &assumed)]
    } else {
        let mut declared = declarations::read(&book, &paths)?;
        for one in &mut declared {
            facts.iter().for_each(|given| apply(&mut one.transfer, given));
        }
        declared
    };
    let readings = adopted::readings(&adopted);
    let mut decider = Decider::new(&book);
    let mut decisions = Vec::with_capacity(declared.len());
    let mut findings = Vec::new();
    for one in &declared {
        let request = Request {
            file: &one.name,
            transfer: &one.transfer,
            on: settings.on,
            adopted: &readings,
            assumed: &assumed,
        };
        match decider.decide(&request) {
            Ok(decision) => decisions.push(decision),
            Err(found) => findings.extend(found),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    Ok(Output { text: text(&decisions, &adopted, settings), outcome: outcome(&decisions) })
}

fn text(decisions: &[Decision], adopted: &[Adopted], settings: &Settings) -> String {
    let document = |decision: &Decision| decision_json::document(decision, adopted);
    match settings.format {
        Format::Json => {
            let value = match decisions {
                [one] => document(one),
                several => serde_json::Value::Array(several.iter().map(document).collect()),
            };
            format!("{value:#}\n")
        }
        Format::Jsonl => {
            decisions.iter().map(|decision| format!("{}\n", document(decision))).collect()
        }
        Format::Text | Format::Markdown => {
            let shape = settings.format.shape();
            let pages: Vec<String> = decisions
                .iter()
                .map(|decision| {
                    let page = decision_page::page(decision, adopted, settings);
                    page.render(settings.speech, shape)
                })
                .collect();
            pages.join("\n")
        }
    }
}

/// 0: may go now; 1: a route is still needed, or it may not go; 3: undetermined.
fn outcome(decisions: &[Decision]) -> Outcome {
    let one = |decision: &Decision| match decision.route {
        Route::Undetermined => Outcome::CannotTell,
        Route::None | Route::Exempt => Outcome::Done,
        _ => Outcome::Act,
    };
    decisions.iter().map(one).max().unwrap_or(Outcome::Done)
}

fn facts(matches: &ArgMatches, book: &Book) -> Result<Vec<Given>, Vec<Diagnostic>> {
    let mut facts: Vec<Given> = Vec::new();
    let mut findings = Vec::new();
    for argument in matches.get_many::<String>("fact").into_iter().flatten() {
        match read_fact_argument(argument, &book.facts) {
            Err(finding) => findings.push(finding),
            Ok(given) => match facts.iter().find(|known| known.fact == given.fact) {
                Some(known) if known.value != given.value => {
                    findings.push(Diagnostic::error("CL132").with("fact", &given.fact));
                }
                Some(_) => {}
                None => facts.push(given),
            },
        }
    }
    if findings.is_empty() { Ok(facts) } else { Err(findings) }
}

/// The facts assumed when only facts are given: those of the base that were not given.
fn base(matches: &ArgMatches, book: &Book, facts: &[Given]) -> Result<Vec<Given>, Vec<Diagnostic>> {
    let name = matches.get_one::<String>("base").map_or(BASE, String::as_str);
    if name == "none" {
        return Ok(Vec::new());
    }
    let base = base_facts(book, name)
        .map_err(|missing| vec![Diagnostic::error("CL135").with("name", missing)])?;
    let given = |fact: &Given| facts.iter().any(|known| known.fact == fact.fact);
    Ok(base.into_iter().filter(|fact| !given(fact)).collect())
}

/// A transfer of one flow that states these facts and nothing else.
fn from_facts(facts: &[Given], assumed: &[Given]) -> Declared {
    let flow = Flow {
        id: "facts".into(),
        recipient: Recipient { name: None, country: None, onward: Vec::new() },
        facts: Vec::new(),
        persons: Persons { general: None, sensitive: None, both: None },
        list: None,
        fields: Vec::new(),
        inventory: None,
        bytes: 0..0,
    };
    let mut transfer = Transfer {
        id: TransferId::new("facts"),
        title: None,
        handler: Handler { name: None, credit_code: None, group: None },
        facts: Vec::new(),
        year_includes_this: true,
        flows: vec![flow],
        dates: Vec::new(),
        answers_on: None,
    };
    facts.iter().chain(assumed).for_each(|given| apply(&mut transfer, given));
    Declared { name: "--fact".to_owned(), transfer }
}

/// States a fact in a transfer, in place of what the declaration said: of every flow, or once.
fn apply(transfer: &mut Transfer, given: &Given) {
    let of_the_handler = ["handler.", "year.", "two_years.", "held."]
        .iter()
        .any(|prefix| given.fact.as_str().starts_with(prefix));
    let state = |facts: &mut Vec<Given>| {
        facts.retain(|known| known.fact != given.fact);
        facts.push(given.clone());
    };
    if of_the_handler {
        state(&mut transfer.facts);
        if given.fact.as_str().starts_with("year.persons.") {
            transfer.year_includes_this = true;
        }
    } else {
        transfer.flows.iter_mut().for_each(|flow| state(&mut flow.facts));
    }
}
