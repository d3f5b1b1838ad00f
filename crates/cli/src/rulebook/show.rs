//! `rulebook show ID`: everything the book says of one entry.

use clap::ArgMatches;
use kouan_rulebook::classes::Classes;
use kouan_rulebook::{Book, Cite, Edition, FactKind, Standing, cite_words};
use kouan_terms::{Bilingual, DaySpan, Diagnostic, InstrumentId};

use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::rulebook_source;
use crate::settings::Settings;

/// Shows an entry.
pub fn run(
    book: &Book,
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<Output, Vec<Diagnostic>> {
    let id = matches.get_one::<String>("id").map_or("", String::as_str);
    let page = match entry(book, id) {
        Some(page) => page,
        None => {
            let classes = rulebook_source::classes(settings.rulebook.as_deref())?;
            super::class::page(book, &classes, id, settings)
                .ok_or_else(|| vec![not_found(book, &classes, id)])?
        }
    };
    Ok(Output { text: super::printed(&page, settings), outcome: Outcome::Done })
}

/// The finding for an id that the book does not hold, with the nearest one it does.
pub fn not_found(book: &Book, classes: &Classes, id: &str) -> Diagnostic {
    let ids = book
        .every_rule()
        .map(|rule| rule.id.as_str())
        .chain(book.facts.iter().map(|fact| fact.id.as_str()))
        .chain(book.points.iter().map(|point| point.id.as_str()))
        .chain(book.editions.iter().map(|edition| edition.id.as_str()))
        .chain(book.instruments.keys().map(InstrumentId::as_str))
        .chain(classes.all().iter().map(|class| class.id.as_str()));
    let shared = |known: &str| known.chars().zip(id.chars()).take_while(|(a, b)| a == b).count();
    let nearest = ids.max_by_key(|known| (shared(known), std::cmp::Reverse(known.len())));
    Diagnostic::error("CL141").with("id", id).with("nearest", nearest.unwrap_or("—"))
}

/// The page of whatever has this id.
pub fn entry(book: &Book, id: &str) -> Option<Page> {
    rules(book, id)
        .or_else(|| consequence(book, id))
        .or_else(|| fact(book, id))
        .or_else(|| point(book, id))
        .or_else(|| edition(book, id))
        .or_else(|| instrument(book, id))
        .or_else(|| source(book, id))
}

pub(super) fn same(text: &str) -> Bilingual {
    words(text, text)
}

pub(super) fn span(span: DaySpan) -> Bilingual {
    match span.until {
        None => words(&format!("{}起", span.from), &format!("from {}", span.from)),
        Some(until) => {
            words(&format!("{}起，{until}止", span.from), &format!("{} until {until}", span.from))
        }
    }
}

fn cite(book: &Book, cite: &Cite) -> Vec<Line> {
    let mut lines = vec![Line::words(cite_words(book, cite))];
    let url = book.instruments.get(&cite.law).and_then(|instrument| instrument.url.clone());
    lines.extend(url.map(|url| Line::below(same(&url))));
    lines
}

pub(super) fn standing(book: &Book, standing: &Standing, section: &mut Section) {
    let confidence = match standing.confidence {
        kouan_terms::Confidence::High => words("高", "high"),
        kouan_terms::Confidence::Medium => words("中：次级来源", "medium: secondary sources"),
        kouan_terms::Confidence::Low => words("低：只提出问题", "low: raises a question only"),
    };
    section.row(words("可信度", "confidence"), vec![Line::words(confidence)]);
    section.row(
        words("来源", "sources"),
        standing
            .source
            .iter()
            .map(|key| {
                let source = book.sources.iter().find(|source| source.key.as_ref() == &**key);
                let text = source.map_or(String::new(), |source| {
                    format!("{} {}", source.what, source.url.as_deref().unwrap_or(""))
                });
                Line::keyed(&**key, same(text.trim()))
            })
            .collect(),
    );
    let day = |day: Option<kouan_terms::Day>| day.map(|day| Line::words(same(&day.to_string())));
    section.row(words("核对", "checked"), day(standing.checked_on).into_iter().collect());
    section.row(words("收入", "known since"), day(standing.known_since).into_iter().collect());
    section.row(
        words("文件", "file"),
        vec![Line::words(same(&format!("rulebook/{}", standing.file)))],
    );
}

fn rules(book: &Book, id: &str) -> Option<Page> {
    let found: Vec<_> = book.every_rule().filter(|rule| rule.id.as_str() == id).collect();
    let first = found.first()?;
    let sections = found
        .iter()
        .map(|rule| {
            let mut section = Section::default();
            section.row(
                words("路径", "route"),
                vec![Line::keyed(rule.then.as_str(), kouan_decide::route_name(rule.then))],
            );
            section.row(words("有效", "in force"), vec![Line::words(span(rule.span))]);
            let cites = std::iter::once(&rule.cite).chain(&rule.also);
            section.row(words("依据", "basis"), cites.flat_map(|c| cite(book, c)).collect());
            section.row(
                words("止于", "ended by"),
                rule.ended_by.iter().map(|by| Line::words(same(by))).collect(),
            );
            section.row(
                words("理解", "reading"),
                rule.under.iter().map(|(p, r)| Line::words(same(&format!("{p}:{r}")))).collect(),
            );
            section.row(
                words("备注", "note"),
                rule.note.iter().map(|note| Line::words(note.clone())).collect(),
            );
            standing(book, &rule.standing, &mut section);
            section
        })
        .collect();
    Some(Page { title: first.says.clone(), subtitle: same(id), sections })
}

fn consequence(book: &Book, id: &str) -> Option<Page> {
    let mut section = Section::default();
    let (says, rest) = if let Some(duty) = book.duties.iter().find(|duty| duty.id.as_str() == id) {
        (duty.says.clone(), (duty.span, &duty.cite, &duty.standing))
    } else if let Some(limit) = book.limits.iter().find(|limit| limit.id.as_str() == id) {
        (limit.step.clone(), (limit.span, &limit.cite, &limit.standing))
    } else {
        let change = book.changes.iter().find(|change| change.id.as_str() == id)?;
        section.row(words("须", "then"), vec![Line::words(change.leads_to.clone())]);
        (change.says.clone(), (change.span, &change.cite, &change.standing))
    };
    section.row(words("有效", "in force"), vec![Line::words(span(rest.0))]);
    section.row(words("依据", "basis"), cite(book, rest.1));
    standing(book, rest.2, &mut section);
    Some(Page { title: says, subtitle: same(id), sections: vec![section] })
}

fn fact(book: &Book, id: &str) -> Option<Page> {
    let fact = book.facts.iter().find(|fact| fact.id.as_str() == id)?;
    let mut section = Section::default();
    section.row(words("问法", "question"), vec![Line::words(fact.asks.clone())]);
    section.row(
        words("计数", "counts"),
        fact.counts.iter().map(|counts| Line::words(counts.clone())).collect(),
    );
    if let FactKind::OneOf(values) = &fact.kind {
        let lines = values.iter().map(|(value, label)| Line::keyed(&**value, label.clone()));
        section.row(words("可取值", "values"), lines.collect());
    }
    section.row(
        words("申报单中的位置", "in a declaration"),
        fact.at.iter().map(|at| Line::words(same(at))).collect(),
    );
    let place = book.fact_index(id);
    let asks_it = |condition: &kouan_rulebook::Condition| {
        condition.comparisons().any(|comparison| match &comparison.subject {
            kouan_rulebook::Subject::Fact(var) => Some(*var) == place,
            kouan_rulebook::Subject::Notion(_) => false,
        })
    };
    section.row(
        words("问它的规则", "rules that ask it"),
        book.every_rule()
            .filter(|rule| asks_it(&rule.when))
            .map(|r| Line::keyed(r.id.as_str(), Bilingual::default()))
            .collect(),
    );
    Some(Page { title: fact.name.clone(), subtitle: same(id), sections: vec![section] })
}

fn point(book: &Book, id: &str) -> Option<Page> {
    let named = |point: &&kouan_rulebook::Point| {
        point.id.as_str() == id || point.number.as_deref() == Some(id)
    };
    let point = book.points.iter().find(named)?;
    let mut section = Section::default();
    section.row(words("为何未定", "why"), vec![Line::words(point.why.clone())]);
    let mut lines = Vec::new();
    for reading in &point.readings {
        lines.push(Line::keyed(reading.id.as_str(), reading.says.clone()));
        lines.push(Line::below(reading.leads_to.clone()));
    }
    section.row(words("理解", "readings"), lines);
    section.row(words("条文", "basis"), point.cite.iter().flat_map(|c| cite(book, c)).collect());
    standing(book, &point.standing, &mut section);
    let number = point.number.as_deref().unwrap_or("");
    let subtitle = same(format!("{} {number}", point.id).trim());
    Some(Page { title: point.question.clone(), subtitle, sections: vec![section] })
}

fn edition(book: &Book, id: &str) -> Option<Page> {
    let edition = book.editions.iter().find(|edition| edition.id.as_str() == id)?;
    let title = edition.text.title.clone().map(Bilingual::from);
    let title = title
        .or_else(|| book.instruments.get(&edition.law).map(|i| i.title.clone().into()))
        .unwrap_or_default();
    let mut section = Section::default();
    let whole = if edition.text.complete {
        words("全部收入", "held in full")
    } else {
        words(
            "未全部收入：可答「在清单上」，不能答「不在清单上」；清单答不了的，按国家规定判定",
            "held in part: it can answer \"listed\", never \"not listed\"; what it cannot answer is decided on the national rules",
        )
    };
    section.row(words("完整性", "completeness"), vec![Line::words(whole)]);
    section.row(words("已收入/官方", "held/official"), counts(edition));
    let day = |day: kouan_rulebook::UncertainDay| {
        if day.earliest == day.latest {
            day.earliest.to_string()
        } else {
            format!("{} – {}", day.earliest, day.latest)
        }
    };
    let until = edition.until.map_or("…".to_owned(), day);
    section.row(
        words("适用", "in force"),
        vec![Line::words(same(&format!("{} → {until}", day(edition.from))))],
    );
    section.row(words("谁可以用", "who may use it"), who_may_use(edition));
    section.row(
        words("使用手续", "to use it"),
        edition
            .text
            .r#use
            .iter()
            .map(|step| {
                let says: Bilingual = step.says.clone().into();
                let after = step.when == "after";
                let (zh, en) = if after { ("事后", "after") } else { ("事前", "before") };
                Line::words(words(&format!("{zh}：{}", says.zh), &format!("{en}: {}", says.en)))
            })
            .collect(),
    );
    section.row(
        words("未收入", "not held"),
        edition.text.missing.iter().map(|gap| Line::words(gap.clone().into())).collect(),
    );
    section.row(
        words("备注", "notes"),
        edition.text.notes.iter().map(|note| Line::words(note.clone().into())).collect(),
    );
    section.row(words("行业与场景", "sectors and scenarios"), scenarios(edition));
    standing(book, &edition.standing, &mut section);
    Some(Page { title, subtitle: same(id), sections: vec![section] })
}

/// Where one has to be registered, and who is left out.
fn who_may_use(edition: &Edition) -> Vec<Line> {
    let applies = &edition.text.applies;
    let mut who: Vec<Line> = Vec::new();
    let zones = |zones: &[String]| if zones.is_empty() { "?".to_owned() } else { zones.join(", ") };
    who.push(Line::words(words(
        &format!(
            "注册于：{}；出境自：{}",
            zones(&applies.registered_in),
            zones(&applies.exports_from)
        ),
        &format!(
            "registered in: {}; exporting from: {}",
            zones(&applies.registered_in),
            zones(&applies.exports_from)
        ),
    )));
    if applies.excludes_ciio {
        who.push(Line::words(words("关键信息基础设施运营者除外", "CIIOs excluded")));
    }
    who.extend(applies.note.iter().map(|note| Line::below(note.clone().into())));
    who
}

/// Sectors, each with the scenarios held.
fn scenarios(edition: &Edition) -> Vec<Line> {
    let mut scenarios: Vec<Line> = Vec::new();
    for sector in &edition.sectors {
        let name = &sector.text.sector;
        scenarios.push(Line::keyed(name.id.as_ref(), words(&name.zh, &name.en)));
        for scenario in &sector.text.scenario {
            let fields = scenario.fields.len();
            scenarios.push(Line::below(words(
                &format!("{}（{}，字段{fields}）", scenario.zh, scenario.id.as_ref()),
                &format!("{} ({}, {fields} fields)", scenario.en, scenario.id.as_ref()),
            )));
        }
    }
    scenarios
}

fn counts(edition: &Edition) -> Vec<Line> {
    let (held, official) = (&edition.text.held, &edition.text.official);
    [
        (words("行业（类别）", "sectors or headings"), held.sectors, official.sectors),
        (words("场景", "scenarios"), held.scenarios, official.scenarios),
        (words("条目", "items"), held.items, official.items),
        (words("字段", "fields"), held.fields, official.fields),
    ]
    .into_iter()
    .filter(|(_, held, official)| held.is_some() || official.is_some())
    .map(|(name, held, official)| {
        let official = official.map_or("?".to_owned(), |n| n.to_string());
        let n = format!("{}/{official}", held.unwrap_or(0));
        Line::words(words(&format!("{} {n}", name.zh), &format!("{} {n}", name.en)))
    })
    .collect()
}

fn instrument(book: &Book, id: &str) -> Option<Page> {
    let instrument = book.instruments.get(&InstrumentId::new(id))?;
    let mut section = Section::default();
    section.row(
        words("文号", "number"),
        instrument.number.iter().map(|number| Line::words(number.clone().into())).collect(),
    );
    let day = |day: Option<kouan_rulebook::format::DayText>| {
        day.map(|day| Line::words(same(&day.0.to_string()))).into_iter().collect()
    };
    section.row(words("公布", "promulgated"), day(instrument.promulgated));
    section.row(words("施行", "in force"), day(instrument.effective));
    section.row(words("状态", "status"), vec![Line::words(same(&instrument.status))]);
    section.row(
        words("规范事项", "governs"),
        instrument.governs.iter().map(|governs| Line::words(governs.clone().into())).collect(),
    );
    section.row(
        words("已被取代的部分", "superseded parts"),
        instrument
            .superseded_parts
            .iter()
            .map(|part| {
                Line::keyed(format!("{} {}", part.from.0, part.at), part.what.clone().into())
            })
            .collect(),
    );
    section.row(
        words("网址", "address"),
        instrument.url.iter().map(|url| Line::words(same(url))).collect(),
    );
    section.row(
        words("备注", "note"),
        instrument.note.iter().map(|note| Line::words(note.clone().into())).collect(),
    );
    section.row(
        words("来源", "sources"),
        instrument.source.iter().map(|key| Line::words(same(key))).collect(),
    );
    let cited = book.every_rule().filter(|rule| rule.cite.law.as_str() == id);
    section.row(
        words("据此的规则", "rules under it"),
        cited.map(|rule| Line::keyed(rule.id.as_str(), rule.says.clone())).collect(),
    );
    Some(Page {
        title: instrument.title.clone().into(),
        subtitle: same(id),
        sections: vec![section],
    })
}

fn source(book: &Book, id: &str) -> Option<Page> {
    if let Some(source) = book.sources.iter().find(|source| source.key.as_ref() == id) {
        let mut section = Section::default();
        let urls = source.url.iter().chain(&source.also);
        section.row(words("网址", "address"), urls.map(|url| Line::words(same(url))).collect());
        section
            .row(words("备注", "note"), source.note.iter().map(|n| Line::words(same(n))).collect());
        return Some(Page {
            title: same(&source.what),
            subtitle: same(id),
            sections: vec![section],
        });
    }
    let gap = book.missing.iter().find(|gap| gap.id.as_ref() == id)?;
    let mut section = Section::default();
    section.row(words("目前", "meanwhile"), vec![Line::words(gap.effect.clone().into())]);
    Some(Page { title: gap.what.clone().into(), subtitle: same(id), sections: vec![section] })
}
