//! `rulebook diff`: which answers changed between two days, and by which provision.

use clap::ArgMatches;
use kouan_decide::decision::{FactLine, Reason};
use kouan_decide::{ChangedAnswer, ChangedEntry, Difference, diff, route_name};
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, Diagnostic};
use serde_json::json;

use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// Compares two days.
pub fn run(
    book: &Book,
    matches: &ArgMatches,
    settings: &Settings,
) -> Result<Output, Vec<Diagnostic>> {
    let (from, to) = super::days(book, matches)?;
    let difference = diff(book, from, to).map_err(|_| vec![Diagnostic::error("DC206")])?;
    let outcome = if difference.answers.is_empty() { Outcome::Done } else { Outcome::Act };
    let text = match settings.format {
        Format::Json | Format::Jsonl => document(book, &difference),
        Format::Text | Format::Markdown => super::printed(&page(book, &difference), settings),
    };
    Ok(Output { text, outcome })
}

fn page(book: &Book, difference: &Difference) -> Page {
    let version = |day| book.version_on(day).map_or("—", |version| version.id.as_str());
    let (from, to) = (difference.from, difference.to);
    let title = if difference.answers.is_empty() {
        words("没有一个答案改变", "no answer changed")
    } else {
        let n = difference.answers.len();
        words(&format!("{n}类答案改变"), &format!("{n} kinds of answers changed"))
    };
    let mut page = Page {
        title,
        subtitle: words(
            &format!("{from}（{}）与{to}（{}）比较，全国规则", version(from), version(to)),
            &format!("{from} ({}) against {to} ({}), national rules", version(from), version(to)),
        ),
        sections: Vec::new(),
    };
    for answer in &difference.answers {
        page.sections.push(answer_section(answer));
    }
    let mut entries = Section {
        heading: Some(words("此间开始和终止的条目", "what began and what ended")),
        rows: Vec::new(),
    };
    for (kind, zh, en) in [
        ("rule", "规则", "rules"),
        ("list", "清单", "lists"),
        ("duty", "义务", "duties"),
        ("limit", "期限", "limits"),
    ] {
        let of_kind = difference.entries.iter().filter(|entry| entry.kind == kind);
        entries.row(words(zh, en), of_kind.map(entry_line).collect());
    }
    if !entries.rows.is_empty() {
        page.sections.push(entries);
    }
    page
}

fn answer_section(answer: &ChangedAnswer) -> Section {
    let (before, after) = (route_name(answer.before), route_name(answer.after));
    let mut section = Section {
        heading: Some(words(
            &format!("{} → {}", before.zh, after.zh),
            &format!("{} → {}", before.en, after.en),
        )),
        rows: Vec::new(),
    };
    section.row(words("例如", "example"), answer.facts.iter().map(fact_line).collect());
    section.row(words("从前因", "before"), answer.because_before.iter().flat_map(reason).collect());
    section.row(words("此后因", "after"), answer.because_after.iter().flat_map(reason).collect());
    section
}

fn fact_line(fact: &FactLine) -> Line {
    Line::keyed(
        &fact.fact,
        words(
            &format!("{}：{}", fact.name.zh, fact.value.zh),
            &format!("{}: {}", fact.name.en, fact.value.en),
        ),
    )
}

fn reason(reason: &Reason) -> Vec<Line> {
    let mut lines = vec![Line::keyed(&reason.rule, reason.says.clone())];
    lines.extend(reason.cites.first().map(|cite| Line::below(cite.words.clone())));
    lines
}

fn entry_line(entry: &ChangedEntry) -> Line {
    let by = entry.by.as_ref().map(|by| by.words.clone()).unwrap_or_default();
    let (zh, en) = if entry.began { ("起", "begins") } else { ("止", "ends") };
    let says = &entry.says;
    let tail = |text: &str| if text.is_empty() { String::new() } else { format!(" [{text}]") };
    Line::keyed(
        &entry.id,
        words(
            &format!("{}{zh}：{}{}", entry.on, says.zh, tail(&by.zh)),
            &format!("{en} {}: {}{}", entry.on, says.en, tail(&by.en)),
        ),
    )
}

fn document(book: &Book, difference: &Difference) -> String {
    let pair = |text: &Bilingual| json!({ "zh": text.zh, "en": text.en });
    let reasons = |reasons: &[Reason]| {
        reasons
            .iter()
            .map(|reason| {
                json!({
                    "rule": reason.rule,
                    "says": pair(&reason.says),
                    "cites": reason.cites.iter().map(|cite| json!({
                        "law": cite.law, "at": cite.at, "words": pair(&cite.words),
                    })).collect::<Vec<_>>(),
                })
            })
            .collect::<Vec<_>>()
    };
    let document = json!({
        "schema": "kouan.rulebook-diff/1",
        "edition": book.manifest.edition,
        "digest": format!("sha256:{}", book.digest),
        "from": difference.from.to_string(),
        "to": difference.to.to_string(),
        "answers": difference.answers.iter().map(|answer| json!({
            "before": answer.before.as_str(),
            "after": answer.after.as_str(),
            "witness": answer.facts.iter().map(|fact| json!({
                "fact": fact.fact, "name": pair(&fact.name), "value": pair(&fact.value),
            })).collect::<Vec<_>>(),
            "because_before": reasons(&answer.because_before),
            "because_after": reasons(&answer.because_after),
        })).collect::<Vec<_>>(),
        "entries": difference.entries.iter().map(|entry| json!({
            "kind": entry.kind,
            "id": entry.id,
            "began": entry.began,
            "on": entry.on.to_string(),
            "says": pair(&entry.says),
            "by": entry.by.as_ref().map(|by| json!({ "law": by.law, "at": by.at })),
        })).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
