//! `kouan account people`: the distinct persons of a year, with both bounds.

use clap::ArgMatches;
use kouan_flow::office::Office;
use kouan_ledger::entry::Time;
use kouan_meter::{CalendarYear, Exempt, Lane, Measure, Persons, Scope, Year, persons};
use kouan_terms::Diagnostic;
use serde_json::{Value, json};

use super::office::{Place, moment, one};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// What was counted together.
pub struct Counted {
    scope: &'static str,
    lane: Option<Lane>,
    /// Both bounds.
    pub persons: Persons,
}

/// Counts the persons of a year.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let mut offices = vec![Place::of(matches, settings).office()?];
    for folder in matches.get_many::<String>("with").into_iter().flatten() {
        offices.push(Place::at(folder).office()?);
    }
    let year = year(matches, moment(matches, settings)?)?;
    let all = counted(&offices, year)?;
    let handlers: Vec<&str> = offices.iter().map(|office| office.records().handler()).collect();
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({
                "schema": "kouan.people/1",
                "year": year.number(),
                "handlers": handlers,
                "counts": all.iter().map(document).collect::<Vec<_>>(),
            });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => {
            let mut section = Section::default();
            for counted in &all {
                section.row(label(counted), lines(&counted.persons));
            }
            let title = words(&format!("{year}年出境人数"), &format!("persons who left in {year}"));
            let names = handlers.join(", ");
            let page = Page { title, subtitle: words(&names, &names), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// The persons of several handlers in a year: everyone, without exempt flows, and by lane.
pub fn counted(offices: &[Office], year: CalendarYear) -> Result<Vec<Counted>, Vec<Diagnostic>> {
    let years = offices.iter().map(|office| open(office, year));
    let mut years = years.collect::<Result<Vec<_>, _>>()?;
    let mut all = Vec::new();
    let whole = [("all", Exempt::CountedIn), ("exempt-left-out", Exempt::LeftOut)];
    for (name, exempt) in whole {
        all.push(count(&mut years, name, None, &Scope::year(exempt))?);
    }
    let mut lanes: Vec<Lane> = years.iter().flat_map(|year| year.lanes().to_vec()).collect();
    lanes.sort();
    lanes.dedup();
    for lane in lanes {
        let exempt = if lane.exemption.is_some() { Exempt::Alone } else { Exempt::LeftOut };
        let (route, scenario) = (Some(lane.route), lane.scenario.clone());
        let scope = Scope { route, scenario, filing: lane.filing.clone(), exempt };
        all.push(count(&mut years, "lane", Some(lane), &scope)?);
    }
    Ok(all)
}

fn year(matches: &ArgMatches, now: Time) -> Result<CalendarYear, Vec<Diagnostic>> {
    let year = match matches.get_one::<u16>("year") {
        Some(year) => CalendarYear::new(*year),
        None => CalendarYear::at(now.0.as_second()),
    };
    let wrong = || {
        let finding = Diagnostic::error("CL121").with("word", "--year");
        one(finding.with("allowed", "2000–9999"))
    };
    year.ok_or_else(wrong)
}

fn open(office: &Office, year: CalendarYear) -> Result<Year<'_>, Vec<Diagnostic>> {
    let history = office.history().map_err(one)?;
    let account = office.account(year).map_err(one)?;
    Year::open(office.records().disk(), account, &history.live(year)).map_err(one)
}

fn count(
    years: &mut [Year<'_>],
    scope: &'static str,
    lane: Option<Lane>,
    within: &Scope,
) -> Result<Counted, Vec<Diagnostic>> {
    let mut years: Vec<&mut Year<'_>> = years.iter_mut().collect();
    let persons = persons(&mut years, within).map_err(one)?;
    Ok(Counted { scope, lane, persons })
}

/// The counts as JSON.
pub fn document(counted: &Counted) -> Value {
    let figures = Measure::ALL.into_iter().map(|measure| {
        let (least, most) = (&counted.persons.at_least, &counted.persons.at_most);
        let bounds = json!({ "at_least": least.of(measure), "at_most": most.of(measure) });
        (measure.name().to_owned(), bounds)
    });
    let lane = counted.lane.as_ref().map(|lane| {
        json!({
            "route": lane.route.as_str(),
            "scenario": lane.scenario.as_ref().map(|one| one.as_str()),
            "exemption": lane.exemption.as_ref().map(|one| one.as_str()),
            "filing": lane.filing,
        })
    });
    let persons: serde_json::Map<String, Value> = figures.collect();
    json!({ "scope": counted.scope, "lane": lane, "persons": persons })
}

/// Who was counted together.
pub fn label(counted: &Counted) -> kouan_terms::Bilingual {
    let Some(lane) = &counted.lane else {
        return match counted.scope {
            "all" => words("全部", "everyone"),
            _ => words("免予的不计", "exempt left out"),
        };
    };
    let more = [
        lane.scenario.as_ref().map(|one| one.as_str()),
        lane.exemption.as_ref().map(|one| one.as_str()),
        lane.filing.as_deref(),
    ];
    let mut text = lane.route.as_str().to_owned();
    for part in more.into_iter().flatten() {
        text.push_str(" · ");
        text.push_str(part);
    }
    words(&text, &text)
}

/// The figures, for people.
pub fn lines(persons: &Persons) -> Vec<Line> {
    let range = |measure: Measure| {
        let (least, most) = (persons.at_least.of(measure), persons.at_most.of(measure));
        if least == most { least.to_string() } else { format!("{least}–{most}") }
    };
    let (all, minors) = (range(Measure::All), range(Measure::Minors));
    let (general, sensitive) = (range(Measure::General), range(Measure::Sensitive));
    vec![Line::words(words(
        &format!("{all}人：一般{general}，敏感{sensitive}，不满十四周岁{minors}"),
        &format!("{all} persons: general {general}, sensitive {sensitive}, under 14 {minors}"),
    ))]
}
