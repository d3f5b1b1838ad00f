//! `rulebook prove`: the report of the exhaustive proof.

use kouan_decide::{Example, Proof, ScopeProof, prove};
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, Diagnostic};
use serde_json::json;

use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// Proves the book and prints what was proved, or what was found.
pub fn run(book: &Book, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let proof = prove(book).map_err(|_| vec![Diagnostic::error("DC206")])?;
    let outcome = if proof.is_sound() { Outcome::Done } else { Outcome::Act };
    let text = match settings.format {
        Format::Json | Format::Jsonl => document(book, &proof),
        Format::Text | Format::Markdown => super::printed(&page(book, &proof), settings),
    };
    Ok(Output { text, outcome })
}

fn page(book: &Book, proof: &Proof) -> Page {
    let digest = book.digest.get(..12).unwrap_or(&book.digest);
    let sound = if proof.is_sound() {
        words(
            "已证明：每一种可能情形恰有一个结论",
            "proved: exactly one answer in every completion",
        )
    } else {
        words("未能证明：见下列各项", "not proved: see below")
    };
    let claims = claims(proof);
    let rows = &proof.rows;
    let mut days = Section { heading: Some(words("逐日穷举", "day by day")), rows: Vec::new() };
    for row in rows {
        days.row(words(&row.day.to_string(), &row.day.to_string()), row_lines(row));
    }
    let mut rest = Section::default();
    rest.row(
        words("永不起作用", "never stand"),
        proof.dead.iter().map(|rule| Line::keyed(rule.as_str(), Bilingual::default())).collect(),
    );
    rest.row(
        words("断档", "gaps"),
        proof
            .gaps
            .iter()
            .map(|(rule, from, until)| {
                Line::keyed(
                    rule.as_str(),
                    words(&format!("{from}至{until}"), &format!("{from} to {until}")),
                )
            })
            .collect(),
    );
    Page {
        title: sound,
        subtitle: words(
            &format!(
                "规则手册{}（{digest}），{}个日子和清单场景",
                book.manifest.edition,
                rows.len()
            ),
            &format!(
                "rulebook {} ({digest}), {} days and list scenarios",
                book.manifest.edition,
                rows.len()
            ),
        ),
        sections: vec![claims, days, rest],
    }
}

/// What was proved, each claim with what was found against it.
fn claims(proof: &Proof) -> Section {
    let mut claims = Section::default();
    let count = |n: usize| {
        if n == 0 { words("无", "none") } else { words(&format!("{n}处"), &format!("{n} found")) }
    };
    let rows = &proof.rows;
    let holes = rows.iter().filter(|row| row.hole.is_some() && row.hole_named.is_none()).count();
    let named = rows.iter().filter(|row| row.hole_named.is_some()).count();
    let conflicts = rows.iter().filter(|row| row.conflict.is_some()).count();
    let falls = rows.iter().map(|row| row.falls.len()).sum();
    let readings = rows.iter().map(|row| row.stricter_readings.len()).sum();
    let silent = rows.iter().filter(|row| row.freed_in_silence.is_some()).count();
    for (label, n) in [
        (words("空档（无规则可用）", "holes (no rule applies)"), holes),
        (words("手册已说明的空档", "holes the book names"), named),
        (words("冲突（结论无从比较）", "conflicts (routes that cannot be compared)"), conflicts),
        (words("增加反而变轻", "growth that makes the route lighter"), falls),
        (words("未决理解反而更严", "readings stricter than the decision"), readings),
        (words("清单缺页而被免予", "freed by silence of an incomplete list"), silent),
        (words("永不起作用的规则", "rules that never stand"), proof.dead.len()),
        (words("同一规则两版重叠", "two versions of one rule at once"), proof.overlaps.len()),
        (words("同一规则两版之间断档", "days between two versions of one rule"), proof.gaps.len()),
    ] {
        claims.row(label, vec![Line::words(count(n))]);
    }
    claims
}

fn row_lines(row: &ScopeProof) -> Vec<Line> {
    let scope = match &row.list {
        None => words("全国规则", "national rules"),
        Some((edition, scenarios)) => {
            let names: Vec<&str> = scenarios.iter().map(|s| s.as_str()).collect();
            let text = format!("{edition} {}", names.join(" "));
            words(&text, &text)
        }
    };
    let mut lines = vec![Line::words(words(
        &format!("{}：{}种情形，{}个节点", scope.zh, row.completions, row.nodes),
        &format!("{}: {} completions, {} nodes", scope.en, row.completions, row.nodes),
    ))];
    let mut found = |zh: &str, en: &str, example: &Option<Example>| {
        if let Some(example) = example {
            let facts = facts(example);
            lines.push(Line::below(words(&format!("{zh}：{facts}"), &format!("{en}: {facts}"))));
        }
    };
    found("空档", "hole", &row.hole);
    found("冲突", "conflict", &row.conflict);
    found("清单沉默而免予", "freed in silence", &row.freed_in_silence);
    for fall in &row.falls {
        lines.push(Line::below(words(
            &format!("{}增加而变轻：{} → {}", fall.fact, facts(&fall.before), facts(&fall.after)),
            &format!(
                "{} grows, route lighter: {} → {}",
                fall.fact,
                facts(&fall.before),
                facts(&fall.after)
            ),
        )));
    }
    for (point, reading) in &row.stricter_readings {
        let text = format!("{point}:{reading}");
        lines.push(Line::below(words(&text, &text)));
    }
    lines
}

fn facts(example: &Example) -> String {
    let parts: Vec<String> =
        example.facts.iter().map(|(fact, value)| format!("{fact}={value}")).collect();
    parts.join(" ")
}

fn document(book: &Book, proof: &Proof) -> String {
    let example = |example: &Example| {
        json!({
            "facts": example.facts.iter()
                .map(|(fact, value)| (fact.as_str().to_owned(), json!(value)))
                .collect::<serde_json::Map<_, _>>(),
            "route": example.route.map(|route| route.as_str()),
            "rules": example.rules.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
        })
    };
    let row = |row: &ScopeProof| {
        json!({
            "day": row.day.to_string(),
            "edition": row.list.as_ref().map(|(edition, _)| edition.as_str()),
            "scenarios": row.list.as_ref().map(|(_, scenarios)| {
                scenarios.iter().map(|scenario| scenario.as_str()).collect::<Vec<_>>()
            }),
            "nodes": row.nodes,
            "completions": row.completions.to_string(),
            "hole": row.hole.as_ref().map(example),
            "hole_named": row.hole_named,
            "conflict": row.conflict.as_ref().map(example),
            "freed_in_silence": row.freed_in_silence.as_ref().map(example),
            "falls": row.falls.iter().map(|fall| json!({
                "fact": fall.fact.as_str(),
                "before": example(&fall.before),
                "after": example(&fall.after),
            })).collect::<Vec<_>>(),
        })
    };
    let document = json!({
        "schema": "kouan.rulebook-proof/1",
        "edition": book.manifest.edition,
        "digest": format!("sha256:{}", book.digest),
        "sound": proof.is_sound(),
        "dead": proof.dead.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
        "overlaps": proof.overlaps.iter().map(|rule| rule.as_str()).collect::<Vec<_>>(),
        "gaps": proof.gaps.iter().map(|(rule, from, until)| json!({
            "rule": rule.as_str(), "from": from.to_string(), "until": until.to_string(),
        })).collect::<Vec<_>>(),
        "rows": proof.rows.iter().map(row).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
