//! `kouan clear`: all five steps on the folder of a company.
//!
//! Each step is the one that its own command takes; what it came to is handed to the next one and
//! to the page. Nothing is reckoned here.

mod commands;
mod grammar;
mod page;
mod place;
mod plan;
mod steps;
mod template;

use std::path::Path;

use clap::ArgMatches;
use kouan_flow::office::Office;
use kouan_ledger::entry::{Name, Time};
use kouan_rulebook::classes::Classes;
use kouan_terms::Diagnostic;

use crate::account::{Place, actor, moment, one};
use crate::declarations;
use crate::file::{Given, Law};
use crate::outcome::{Outcome, Output, Told};
use crate::rulebook_source;
use crate::settings::Settings;
use place::{Out, Source};
use plan::Plan;

pub use grammar::grammar;

/// Clears a folder.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    if matches.get_flag("schema") {
        return Ok(Output { text: plan::json_schema(), outcome: Outcome::Done });
    }
    let named = matches.get_one::<String>("folder").map_or("", String::as_str);
    let source = Source::of(named).map_err(one)?;
    let outside = |found: Vec<Diagnostic>| -> Vec<Diagnostic> {
        found.into_iter().map(|finding| source.outside(finding)).collect()
    };
    let root = |path: &String| place::whole(Path::new(path)).to_string_lossy().into_owned();
    // Inside the folder these paths would lead elsewhere.
    let out = Out::of(matches.get_one("out"), &source);
    let rulebook = settings.rulebook.as_ref().map(root);
    let ledger = matches.get_one::<String>("ledger").map(root);
    let inner = Settings { rulebook, ..settings.clone() };
    let inside = source.enter().map_err(one)?;
    if matches.get_flag("template") {
        let text = template::text(&inner);
        drop(inside);
        return Ok(Output { text: text.map_err(outside)?, outcome: Outcome::Done });
    }
    // A finding about the results is one about where the command was typed.
    let out = out.map_err(one)?;
    let told = cleared(matches, &inner, (&source, &out), ledger);
    drop(inside);
    Ok(told.map_err(outside)?.output(settings))
}

/// Everything that the steps are taken with.
struct Course<'a> {
    settings: Settings,
    source: &'a Source,
    out: &'a Out,
    plan: Plan,
    law: Law,
    classes: Classes,
    time: Time,
    /// Whether the moment was said; otherwise the clock goes on.
    said: bool,
    actor: Name,
}

fn cleared(
    matches: &ArgMatches,
    settings: &Settings,
    (source, out): (&Source, &Out),
    ledger: Option<String>,
) -> Result<Told, Vec<Diagnostic>> {
    let plan = Plan::read()?;
    let is_typed = matches.get_one::<String>("at").is_some();
    let time = match plan.at {
        Some(at) if !is_typed => Time(at),
        _ => moment(matches, settings)?,
    };
    let on = time.day().0;
    if settings.is_on_given && settings.on != on {
        return Err(one(Diagnostic::error("AC110").with("day", on)));
    }
    let settings = Settings { on, ..settings.clone() };
    let law = Law::read(&settings)?;
    let classes = rulebook_source::classes(settings.rulebook.as_deref())?;
    let said = is_typed || plan.at.is_some();
    let actor = actor(matches)?;
    let course = Course { settings, source, out, plan, law, classes, time, said, actor };
    // Nothing is written before everything that can be asked for is known to be there.
    let scanned = course.scan()?;
    let path = course.plan.transfer.get_ref().as_str();
    let declared = declarations::read_one_with(&course.law.book, path, &scanned)?;
    let flows: Vec<&str> = declared.transfer.flows.iter().map(|flow| &*flow.id).collect();
    let unknown = course.plan.unknown_flows(&flows);
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let answers: Vec<String> =
        course.plan.answers.iter().map(|answers| answers.get_ref().clone()).collect();
    let decided = (on, Vec::new());
    let given = Given::decided(&course.law, path, &declared, decided, &answers, &course.settings)?;
    let ledger = Place::at(&ledger.unwrap_or_else(|| out.below("ledger")));
    let office = course.office(&ledger, &declared)?;
    course.keep(&scanned)?;
    let filed = course.file(&given)?;
    let left = course.release(&office, &declared, &filed)?;
    let account = course.account(&ledger, &office)?;
    let steps = page::Steps {
        scanned: &scanned,
        given: &given,
        filed: &filed,
        left: &left,
        account: &account,
    };
    Ok(course.told(&steps, office.records().handler()))
}

/// The office of the handler: the one that is there, if nothing is wrong with it, or a new one.
impl Course<'_> {
    fn office(
        &self,
        ledger: &Place,
        declared: &declarations::One,
    ) -> Result<Office, Vec<Diagnostic>> {
        let handler = declared.transfer.handler.credit_code.as_deref();
        let Some(handler) = handler else {
            let at = kouan_terms::Place::file(self.plan.transfer.get_ref());
            return Err(one(Diagnostic::error("CL161").at(at)));
        };
        if !ledger.is_begun() {
            return ledger.create(handler, false).map_err(one);
        }
        let office = ledger.office()?;
        if office.records().handler() != handler {
            return Err(one(Diagnostic::error("CL160")));
        }
        let checked =
            crate::account::prove::checked(ledger, office.records(), Default::default(), false)?;
        if checked.is_whole { Ok(office) } else { Err(checked.findings) }
    }
}
