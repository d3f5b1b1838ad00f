//! `kouan account forecast`: when each line will be reached, with an interval and a plot.

use clap::ArgMatches;
use kouan_flow::forecast::{Crossing, Forecast, NEEDED, Outlook, PATHS, forecast};
use kouan_flow::office::Subject;
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, Diagnostic};
use serde_json::{Value, json};

use super::lines::{change, line_json, measured_json, persons, readings, subject};
use super::office::{Place, moment, one};
use super::plot::{Chart, columns, plot};
use super::svg::{self, Panel};
use crate::language::{Speech, words};
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};
use crate::{files, rulebook_source};

/// Forecasts; exit code 3 where a count that decides cannot be told.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let office = Place::of(matches, settings).office()?;
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let history = office.history().map_err(one)?;
    // The day of the question; never before that of an entry that is there.
    let on = history.moment(moment(matches, settings)?).day().0;
    let forecast = forecast(&office, &book, on).map_err(one)?;
    let handler = office.records().handler();
    if let Some(path) = matches.get_one::<String>("svg") {
        let panels: Vec<Panel> = shown(&forecast).map(|one| panel(&book, &forecast, one)).collect();
        let document = svg::document(&title(&forecast), &panels, settings.speech);
        files::write(path, &document).map_err(one)?;
    }
    let text = match settings.format {
        Format::Json | Format::Jsonl => format!("{:#}\n", document(&book, &forecast, handler)),
        Format::Text | Format::Markdown => {
            let wide = columns(matches.get_one::<u16>("width").copied());
            let pages = settings.speech.languages().iter().map(|language| {
                let speech = Speech::One(*language);
                let mut text =
                    page(&book, &forecast, handler).render(speech, settings.format.shape());
                for outlook in shown(&forecast) {
                    let chart = Chart::new(outlook, forecast.on, forecast.until);
                    let name = subject(&book, &outlook.measured);
                    let drawn = plot(&chart, wide, *language);
                    let name = name.in_language(*language);
                    text.push_str(&match settings.format {
                        Format::Markdown => format!("\n**{name}**\n\n```\n{drawn}```\n"),
                        _ => format!("\n{name}\n{drawn}"),
                    });
                }
                text
            });
            pages.collect::<Vec<_>>().join("\n")
        }
    };
    let open = |one: &&Outlook| one.crossings.contains(&Crossing::CannotTell);
    let deciding = || forecast.outlooks.iter().filter(|one| one.measured.counting.decides);
    let outcome =
        if deciding().any(|one| open(&one)) { Outcome::CannotTell } else { Outcome::Done };
    Ok(Output { text, outcome })
}

fn title(forecast: &Forecast) -> Bilingual {
    let (year, on) = (forecast.year, forecast.on);
    words(&format!("{year}年人数推演（{on}）"), &format!("persons of {year}, as seen on {on}"))
}

/// The counts that are drawn: by the readings that decide, where somebody left at all.
fn shown(forecast: &Forecast) -> impl Iterator<Item = &Outlook> {
    let outlooks = forecast.outlooks.iter();
    outlooks.filter(|one| one.measured.counting.decides && one.now > 0)
}

fn panel(book: &Book, forecast: &Forecast, outlook: &Outlook) -> Panel {
    let mut says = vec![words(
        &format!("现为{}人", persons(outlook.now)),
        &format!("{} persons now", persons(outlook.now)),
    )];
    says.extend(lines(book, outlook).map(|line| line.words));
    let chart = Chart::new(outlook, forecast.on, forecast.until);
    Panel { title: subject(book, &outlook.measured), says, chart }
}

/// When each line is reached.
fn lines(book: &Book, outlook: &Outlook) -> impl Iterator<Item = Line> {
    outlook.measured.lines.iter().zip(&outlook.crossings).map(move |(line, crossing)| {
        let (at, when, change) = (persons(line.at), said(crossing), change(book, line));
        Line::below(words(
            &format!("{at}人：{}；{}", when.zh, change.zh),
            &format!("at {at}: {}; {}", when.en, change.en),
        ))
    })
}

/// A crossing in words.
fn said(crossing: &Crossing) -> Bilingual {
    let all = persons(PATHS as u64);
    match crossing {
        Crossing::Crossed { on, entry } => words(
            &format!("已于{on}达到（条目{entry}）"),
            &format!("reached on {on}, with entry {entry}"),
        ),
        Crossing::Expected { earliest, middle: Some(middle), latest: Some(latest), .. } => words(
            &format!("约{middle}达到，十分之八的推演在{earliest}至{latest}之间"),
            &format!("about {middle}; eight of ten courses between {earliest} and {latest}"),
        ),
        Crossing::Expected { earliest, middle: Some(middle), latest: None, courses } => words(
            &format!(
                "约{middle}达到，最早约{earliest}，也可能今年不达到（{all}次推演中{courses}次达到）"
            ),
            &format!(
                "about {middle}, perhaps by {earliest}, perhaps not this year ({courses} of {all} \
                 courses reach it)"
            ),
        ),
        Crossing::Expected { earliest, courses, .. } => words(
            &format!("今年可能达到，最早约{earliest}（{all}次推演中{courses}次达到）"),
            &format!(
                "perhaps this year, from about {earliest} on ({courses} of {all} courses reach it)"
            ),
        ),
        Crossing::NotThisYear { courses } => words(
            &format!("照此今年不会达到（{all}次推演中{courses}次达到）"),
            &format!(
                "not this year, if it goes on like this ({courses} of {all} courses reach it)"
            ),
        ),
        Crossing::CannotTell => words("无法判断：历史太短", "cannot tell: too little is known"),
    }
}

fn page(book: &Book, forecast: &Forecast, handler: &str) -> Page {
    let mut counts = Section::default();
    let mut before: Option<&Outlook> = None;
    for outlook in &forecast.outlooks {
        let name = subject(book, &outlook.measured);
        let is_same = before.is_some_and(|one| one.measured.of == outlook.measured.of);
        let label = if is_same { words("", "") } else { name };
        let read = readings(book, &outlook.measured);
        let read = read.map_or_else(
            || words("", ""),
            |read| words(&format!("，{}", read.zh), &format!(", {}", read.en)),
        );
        let now = persons(outlook.now);
        let mut rows = vec![Line::words(words(
            &format!("现为{now}人{}", read.zh),
            &format!("{now} persons now{}", read.en),
        ))];
        // Another reading repeats nothing that the first one says.
        match before.filter(|one| is_same && one.crossings == outlook.crossings) {
            Some(_) => rows.push(Line::below(words("各线日期同上", "each line as above"))),
            None => rows.extend(lines(book, outlook)),
        }
        counts.row(label, rows);
        if !is_same {
            before = Some(outlook);
        }
    }
    let sections = vec![counts, basis(forecast)];
    Page { title: title(forecast), subtitle: words(handler, handler), sections }
}

/// What it rests on.
fn basis(forecast: &Forecast) -> Section {
    let mut section = Section { heading: Some(words("依据", "basis")), ..Section::default() };
    let of_year = |one: &&Outlook| matches!(one.measured.of, Subject::Year(_));
    let widest = forecast
        .outlooks
        .iter()
        .filter(of_year)
        .max_by_key(|one| (one.measured.counting.decides, one.observed.busy_days()));
    if let Some(outlook) = widest {
        let observed = &outlook.observed;
        let (from, on) = (observed.from, forecast.on);
        let (days, busy) = (observed.days(), observed.busy_days());
        let (needed, needed_busy) = NEEDED;
        section.row(words("历史", "history"), vec![Line::words(words(
            &format!(
                "{from}至{on}共{days}天，其中{busy}天有新的人出境；至少须{needed}天、{needed_busy}天"
            ),
            &format!(
                "{from} to {on}: {days} days, on {busy} of them somebody new left; at least \
                 {needed} and {needed_busy} are needed"
            ),
        ))]);
    }
    let courses = persons(PATHS as u64);
    section.row(
        words("方法", "method"),
        vec![Line::words(words(
            &format!("以连续七天为一段，从历史中抽取{courses}次推演；假定今后与历史相似"),
            &format!(
                "{courses} courses drawn from the history in runs of seven days; days to come are \
             taken to be like those so far"
            ),
        ))],
    );
    section.row(
        words("请注意", "note"),
        vec![Line::words(words(
            "未经本账册出境的人不在其中；推演不是法律上的判断",
            "persons who left without this ledger are not in it; it decides nothing in law",
        ))],
    );
    section
}

fn document(book: &Book, forecast: &Forecast, handler: &str) -> Value {
    let outlook = |one: &Outlook| {
        let lines = one.measured.lines.iter().zip(&one.crossings).map(|(line, crossing)| {
            let mut document = line_json(line);
            if let Some(object) = document.as_object_mut() {
                object.insert("reached".to_owned(), crossing_json(crossing));
            }
            document
        });
        let mut document = measured_json(&one.measured);
        if let Some(object) = document.as_object_mut() {
            let course = one
                .fan
                .last()
                .map(|day| json!({ "low": day.low, "middle": day.middle, "high": day.high }));
            object.insert("now".to_owned(), json!(one.now));
            object.insert("year_end".to_owned(), json!(course));
            object.insert("days".to_owned(), json!(one.observed.days()));
            object.insert("busy_days".to_owned(), json!(one.observed.busy_days()));
            object.insert("lines".to_owned(), lines.collect());
        }
        document
    };
    json!({
        "schema": "kouan.forecast/1",
        "handler": handler,
        "year": forecast.year.number(),
        "on": forecast.on.to_string(),
        "rulebook": book.manifest.edition,
        "from": forecast.outlooks.first().map(|one| one.observed.from.to_string()),
        "courses": PATHS,
        "counts": forecast.outlooks.iter().map(outlook).collect::<Vec<_>>(),
    })
}

fn crossing_json(crossing: &Crossing) -> Value {
    match crossing {
        Crossing::Crossed { on, entry } => {
            json!({ "state": "reached", "on": on.to_string(), "entry": entry })
        }
        Crossing::Expected { earliest, middle, latest, courses } => json!({
            "state": "expected",
            "earliest": earliest.to_string(),
            "middle": middle.map(|day| day.to_string()),
            "latest": latest.map(|day| day.to_string()),
            "courses": courses,
        }),
        Crossing::NotThisYear { courses } => {
            json!({ "state": "not-this-year", "courses": courses })
        }
        Crossing::CannotTell => json!({ "state": "cannot-tell" }),
    }
}
