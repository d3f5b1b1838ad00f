//! `kouan account people`: the distinct persons of a year, with both bounds, and what is left up to
//! each line.

use clap::ArgMatches;
use kouan_flow::office::{History, Line as Figure, Measured, Office, Subject, measured};
use kouan_ledger::entry::Time;
use kouan_meter::{CalendarYear, Exempt, Lane, Measure, Persons, Scope, Year, persons};
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, Day, Diagnostic, Route};
use serde_json::{Value, json};

use super::lines::{self, change, line_json, measured_json};
use super::office::{Place, moment, one};
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::rulebook_source;
use crate::settings::{Format, Settings};

/// What was counted together.
pub struct Counted {
    scope: &'static str,
    lane: Option<Lane>,
    /// Both bounds.
    pub persons: Persons,
}

impl Counted {
    /// Whether it is everyone, or those who left in one way.
    pub fn is_whole_or_lane(&self) -> bool {
        matches!(self.scope, "all" | "lane")
    }
}

/// A count of the law or of a filing, and how many persons stand against its lines.
pub struct Standing {
    measured: Measured,
    at_least: u64,
    at_most: u64,
}

/// One handler, or several counted together.
struct Part {
    handlers: Vec<String>,
    counts: Vec<Counted>,
    standings: Vec<Standing>,
}

/// Counts the persons of a year.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let mut offices = vec![Place::of(matches, settings).office()?];
    for folder in matches.get_many::<String>("with").into_iter().flatten() {
        offices.push(Place::at(folder).office()?);
    }
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let now = moment(matches, settings)?;
    let year = year(matches, now)?;
    let on = law_of(year, now);
    // A group is counted company by company, and together: which of them the law means is open.
    let mut parts = Vec::new();
    if offices.len() > 1 {
        for office in &offices {
            parts.push(part(std::slice::from_ref(office), &book, year, on)?);
        }
    }
    let together = part(&offices, &book, year, on)?;
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({
                "schema": "kouan.people/1",
                "year": year.number(),
                "law_of": on.to_string(),
                "handlers": together.handlers,
                "counts": together.counts.iter().map(document).collect::<Vec<_>>(),
                "lines": standings_json(&together),
                "apart": parts.iter().map(|part| json!({
                    "handler": part.handlers.first(),
                    "counts": part.counts.iter().map(document).collect::<Vec<_>>(),
                    "lines": standings_json(part),
                })).collect::<Vec<_>>(),
            });
            format!("{document:#}\n")
        }
        Format::Text | Format::Markdown => {
            let mut sections = Vec::new();
            for part in &parts {
                sections.extend(sections_of(&book, part, Some(part.handlers.join(", "))));
            }
            let whole = (!parts.is_empty()).then(String::new);
            sections.extend(sections_of(&book, &together, whole));
            sections.push(note(&book, !parts.is_empty()));
            let title = words(&format!("{year}年出境人数"), &format!("persons who left in {year}"));
            let names = together.handlers.join(", ");
            let page = Page { title, subtitle: words(&names, &names), sections };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// The day whose law a year is held against: that of the question, or the last one of a year that
/// is over.
fn law_of(year: CalendarYear, now: Time) -> Day {
    let on = now.day().0;
    let number = i16::try_from(year.number()).unwrap_or(on.year());
    if number < on.year() { Day::new(number, 12, 31).unwrap_or(on) } else { on }
}

fn part(
    offices: &[Office],
    book: &Book,
    year: CalendarYear,
    on: Day,
) -> Result<Part, Vec<Diagnostic>> {
    let handlers = offices.iter().map(|office| office.records().handler().to_owned()).collect();
    let counts = counted(offices, year)?;
    Ok(Part { handlers, counts, standings: standings(offices, book, year, on)? })
}

/// How many persons stand against each line, by the law of a day.
pub fn standings(
    offices: &[Office],
    book: &Book,
    year: CalendarYear,
    on: Day,
) -> Result<Vec<Standing>, Vec<Diagnostic>> {
    let years = offices.iter().map(|office| open(office, year));
    let mut years = years.collect::<Result<Vec<_>, _>>()?;
    let histories = offices.iter().map(|office| office.history().map_err(one));
    let histories = histories.collect::<Result<Vec<_>, _>>()?;
    let histories: Vec<&History> = histories.iter().collect();
    let lanes: Vec<Lane> = years.iter().flat_map(|year| year.lanes().to_vec()).collect();
    let mut all = Vec::new();
    for measured in measured(book, on, &histories, &lanes) {
        // A filing, and the use of a list, are one company’s.
        if offices.len() > 1 && !matches!(measured.of, Subject::Year(_)) {
            continue;
        }
        let mut years: Vec<&mut Year<'_>> = years.iter_mut().collect();
        let (scope, measure) = (&measured.counting.scope, measured.counting.measure);
        let persons = persons(&mut years, scope).map_err(one)?;
        let (at_least, at_most) = (persons.at_least.of(measure), persons.at_most.of(measure));
        all.push(Standing { measured, at_least, at_most });
    }
    Ok(all)
}

/// The lines of a handler as JSON.
fn standings_json(part: &Part) -> Vec<Value> {
    let room = |standing: &Standing, at: u64| {
        // The line is reached by the person that makes the count `at`.
        let most = at.saturating_sub(standing.at_least);
        json!({ "at_least": at.saturating_sub(standing.at_most), "at_most": most })
    };
    let one = |standing: &Standing| {
        let lines = standing.measured.lines.iter().map(|line| {
            let mut document = line_json(line);
            if let Some(object) = document.as_object_mut() {
                object.insert("room".to_owned(), room(standing, line.at));
                object.insert("reached".to_owned(), json!(reached(standing, line.at)));
            }
            document
        });
        let mut document = measured_json(&standing.measured);
        if let Some(object) = document.as_object_mut() {
            let now = json!({ "at_least": standing.at_least, "at_most": standing.at_most });
            object.insert("persons".to_owned(), now);
            object.insert("lines".to_owned(), lines.collect());
        }
        document
    };
    part.standings.iter().map(one).collect()
}

/// Whether a line is reached: yes, no, or not to be told from the bounds.
fn reached(standing: &Standing, at: u64) -> &'static str {
    if standing.at_least >= at {
        "yes"
    } else if standing.at_most >= at {
        "perhaps"
    } else {
        "no"
    }
}

/// The counts and the lines of one handler, or of several together.
fn sections_of(book: &Book, part: &Part, heading: Option<String>) -> [Section; 2] {
    let heading = heading.map(|name| match name.as_str() {
        "" => words("合并计数", "counted together"),
        _ => words(&name, &name),
    });
    let mut counts = Section { heading, ..Section::default() };
    for counted in &part.counts {
        counts.row(label(counted), lines(&counted.persons));
    }
    let heading = Some(words("距各条数量线", "room up to each line"));
    let mut law = Section { heading, ..Section::default() };
    let mut before: Option<Bilingual> = None;
    for standing in &part.standings {
        let subject = lines::subject(book, &standing.measured);
        let label = if before.as_ref() == Some(&subject) { words("", "") } else { subject.clone() };
        before = Some(subject);
        law.row(label, rows(book, standing));
    }
    [counts, law]
}

fn rows(book: &Book, standing: &Standing) -> Vec<Line> {
    let number = lines::persons;
    let (least, most) = (standing.at_least, standing.at_most);
    let now =
        if least == most { number(most) } else { format!("{}–{}", number(least), number(most)) };
    let read = lines::readings(book, &standing.measured);
    let read = read.map_or_else(
        || words("", ""),
        |read| words(&format!("，{}", read.zh), &format!(", {}", read.en)),
    );
    let now = words(&format!("{now}人{}", read.zh), &format!("{now} persons{}", read.en));
    let mut rows = vec![Line::words(now)];
    let room = |line: &Figure| match reached(standing, line.at) {
        "yes" => words("已达到", "reached"),
        "perhaps" => words("可能已达到", "perhaps reached"),
        _ => {
            let room = number(line.at.saturating_sub(most));
            words(&format!("尚余{room}人"), &format!("{room} more"))
        }
    };
    if standing.measured.counting.decides {
        rows.extend(standing.measured.lines.iter().map(|line| {
            let (at, room, change) = (number(line.at), room(line), change(book, line));
            Line::below(words(
                &format!("{at}人：{}；{}", room.zh, change.zh),
                &format!("at {at}: {}; {}", room.en, change.en),
            ))
        }));
        return rows;
    }
    // What each line leads to was said above.
    let short = standing.measured.lines.iter().map(|line| {
        let (at, room) = (number(line.at), room(line));
        (format!("{at}人：{}", room.zh), format!("at {at}: {}", room.en))
    });
    let (zh, en): (Vec<String>, Vec<String>) = short.unzip();
    rows.push(Line::below(words(&zh.join("；"), &en.join("; "))));
    rows
}

/// What the figures leave out.
fn note(book: &Book, is_group: bool) -> Section {
    let mut section = Section::default();
    let mut notes = vec![Line::words(words(
        "未经本账册出境的人不在其中",
        "persons who left without this ledger are not in these figures",
    ))];
    let group = book.points.iter().find(|point| point.id.as_str() == "cn.group-counters");
    if let Some(group) = group.filter(|_| is_group) {
        let number = group.number.as_deref().unwrap_or_default();
        notes.push(Line::keyed(number, group.question.clone()));
    }
    section.row(words("请注意", "note"), notes);
    section
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
    if lanes.iter().any(|lane| lane.exemption.is_some()) {
        all.push(count(&mut years, "exempt-alone", None, &Scope::year(Exempt::Alone))?);
    }
    let mut routes: Vec<Route> = lanes.iter().map(|lane| lane.route).collect();
    routes.dedup();
    for route in routes {
        let scope = Scope { route: Some(route), ..Scope::default() };
        all.push(count(&mut years, "route", Some(Lane::of(route)), &scope)?);
    }
    for lane in lanes {
        let exempt = if lane.exemption.is_some() { Exempt::Alone } else { Exempt::LeftOut };
        let (route, scenario) = (Some(lane.route), lane.scenario.clone());
        let scope =
            Scope { route, scenario, filing: lane.filing.clone(), exempt, ..Scope::default() };
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
            "exempt-alone" => words("只计免予的", "exempt alone"),
            _ => words("免予的不计", "exempt left out"),
        };
    };
    let route = kouan_decide::route_name(lane.route);
    if counted.scope == "route" {
        return words(&format!("路径：{}", route.zh), &format!("route: {}", route.en));
    }
    let more = [
        lane.scenario.as_ref().map(|one| one.as_str()),
        lane.exemption.as_ref().map(|one| one.as_str()),
        lane.filing.as_deref(),
    ];
    let more: String = more.into_iter().flatten().map(|part| format!(" · {part}")).collect();
    words(&format!("{}{more}", route.zh), &format!("{}{more}", route.en))
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
