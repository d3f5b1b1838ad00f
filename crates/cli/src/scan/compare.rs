//! `kouan scan diff`: what a change adds, and whether the declared route still covers it.

use clap::ArgMatches;
use kouan_decide::declaration::{Field, FieldKind, Flow, Given, Stated, Transfer};
use kouan_decide::{Decider, Request, route_name};
use kouan_rulebook::Book;
use kouan_scan::inventory::{Added, Answer, Change, added};
use kouan_terms::{Bilingual, Diagnostic, Route};

use crate::language::words as both;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::Settings;
use crate::{declarations, inventories};

/// What the declaration says of the columns that were added.
struct Held {
    /// The columns that are not among its fields.
    outside: Vec<String>,
    /// Its route as declared, and with the added columns.
    routes: (Route, Route),
}

/// Compares; exit code 1 when something was added that is not covered, 3 when that cannot be told.
pub fn run(
    matches: &ArgMatches,
    settings: &Settings,
    book: &Book,
) -> Result<Output, Vec<Diagnostic>> {
    let read = |name: &str| {
        let path = matches.get_one::<String>(name).cloned().unwrap_or_default();
        inventories::read(&path).map_err(|finding| vec![finding])
    };
    let found = added(&read("old")?, &read("new")?);
    let held = match matches.get_one::<String>("against") {
        None => None,
        Some(path) => Some(against(book, settings, path, &found)?),
    };
    let covered = |one: &Added| {
        held.as_ref()
            .is_some_and(|held| !held.outside.contains(&one.name) && held.routes.0 == held.routes.1)
    };
    let open: Vec<&Added> = found.iter().filter(|one| !covered(one)).collect();
    let outcome = match (&held, open.is_empty()) {
        (Some(Held { routes: (_, Route::Undetermined), .. }), false) => Outcome::CannotTell,
        (_, true) => Outcome::Done,
        _ if open.iter().all(|one| one.change == Change::BecameUnsure) => Outcome::CannotTell,
        _ => Outcome::Act,
    };
    let text = if matches.get_one::<String>("as").is_some_and(|format| format == "sarif") {
        super::sarif::of_changes(&open)
    } else {
        render(&found, held.as_ref(), settings)
    };
    Ok(Output { text, outcome })
}

fn against(
    book: &Book,
    settings: &Settings,
    path: &str,
    found: &[Added],
) -> Result<Held, Vec<Diagnostic>> {
    let declared = declarations::read(book, &[path.to_owned()])?;
    let mut decider = Decider::new(book);
    let mut outside: Vec<String> = found.iter().map(|one| one.name.clone()).collect();
    let mut worst = (Route::None, Route::None);
    for one in &declared {
        let names = |transfer: &Transfer| -> Vec<(Box<str>, FieldKind)> {
            let fields = transfer.flows.iter().flat_map(|flow| &flow.fields);
            fields.map(|field| (field.name.clone(), field.kind)).collect()
        };
        let fields = names(&one.transfer);
        outside.retain(|name| !covered_by(&fields, found, name));
        let mut grown = one.transfer.clone();
        grow(&mut grown, found);
        let mut route = |transfer: &Transfer| {
            let request =
                Request { file: &one.name, transfer, on: settings.on, adopted: &[], assumed: &[] };
            decider.decide(&request).map(|decision| decision.route)
        };
        let before = route(&one.transfer)?;
        let after = route(&grown)?;
        if before != after || worst == (Route::None, Route::None) {
            worst = (before, after);
        }
    }
    Ok(Held { outside, routes: worst })
}

/// A declared field covers a column when it is no lighter than what was found.
fn covered_by(fields: &[(Box<str>, FieldKind)], found: &[Added], name: &str) -> bool {
    let Some(one) = found.iter().find(|one| one.name == name) else { return false };
    fields.iter().any(|(field, kind)| {
        (**field == *one.name || **field == *one.column)
            && match (one.sensitive, one.personal) {
                (Answer::Yes, _) => *kind == FieldKind::SensitivePi,
                (_, Answer::Yes) => {
                    matches!(kind, FieldKind::SensitivePi | FieldKind::GeneralPi)
                }
                _ => *kind != FieldKind::NotPersonal,
            }
    })
}

/// The same transfer, with what was added in every flow.
fn grow(transfer: &mut Transfer, found: &[Added]) {
    for flow in &mut transfer.flows {
        for one in found {
            let kind = match (one.personal, one.sensitive) {
                (Answer::Yes, Answer::Yes) => FieldKind::SensitivePi,
                (Answer::Yes, Answer::No) => FieldKind::GeneralPi,
                _ => FieldKind::Unknown,
            };
            flow.fields.push(Field {
                name: one.name.as_str().into(),
                kind,
                listed_as: None,
                bytes: flow.bytes.clone(),
            });
            admit(flow, "flow.pi", one.personal);
            admit(flow, "flow.sensitive_pi", one.sensitive);
        }
    }
}

/// A no that followed from the fields before becomes what the added column says; a yes stays.
fn admit(flow: &mut Flow, fact: &str, answer: Answer) {
    let no = |given: &Given| given.fact.as_str() == fact && given.value == Stated::YesNo(false);
    match answer {
        Answer::No => {}
        Answer::Unsure => flow.facts.retain(|given| !no(given)),
        Answer::Yes => {
            flow.facts.iter_mut().filter(|given| no(given)).for_each(|given| {
                given.value = Stated::YesNo(true);
            });
        }
    }
}

fn render(found: &[Added], held: Option<&Held>, settings: &Settings) -> String {
    let title = match found.len() {
        0 => both("没有新增个人信息", "no personal information was added"),
        several => both(
            &format!("新增或者变严的列：{several}"),
            &format!("columns added, or more exposed than before: {several}"),
        ),
    };
    let mut section = Section::default();
    let lines = found.iter().map(|one| {
        let outside = held.is_some_and(|held| held.outside.contains(&one.name));
        Line::keyed(one.name.clone(), words(one, outside))
    });
    section.row(both("列", "columns"), lines.collect());
    if let Some(Held { routes: (before, after), .. }) = held {
        let (before, after) = (route_name(*before), route_name(*after));
        let zh = format!("按申报：{}；加上新增的列：{}", before.zh, after.zh);
        let en = format!("as declared: {}; with what was added: {}", before.en, after.en);
        section.row(both("路径", "route"), vec![Line::words(Bilingual { zh, en })]);
    }
    let page = Page { title, subtitle: Bilingual::default(), sections: vec![section] };
    page.render(settings.speech, settings.format.shape())
}

fn words(one: &Added, outside: bool) -> Bilingual {
    let mut said = match one.change {
        Change::NewPersonal if one.sensitive == Answer::Yes => {
            both("新增，敏感个人信息", "new, sensitive PI")
        }
        Change::NewPersonal => both("新增，个人信息", "new, PI"),
        Change::NewUnsure => both("新增，尚不能确定", "new, cannot tell"),
        Change::BecamePersonal => both("变为个人信息", "became PI"),
        Change::BecameSensitive => both("变为敏感个人信息", "became sensitive PI"),
        Change::BecameUnsure => both("变为不能确定", "can no longer be told"),
    };
    if outside {
        said.zh.push_str("；不在申报的字段之内");
        said.en.push_str("; not among the declared fields");
    }
    said
}
