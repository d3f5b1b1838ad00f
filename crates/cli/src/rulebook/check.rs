//! `rulebook check` and `rulebook test`.

use kouan_rulebook::Book;
use kouan_rulebook::classes::{self, Classes};
use kouan_rulebook::papers::{self, Papers};
use kouan_terms::{Diagnostic, Severity};
use serde_json::json;

use crate::language::words;
use crate::messages;
use crate::outcome::{Outcome, Output, talk};
use crate::page::{Line, Page, Section};
use crate::rulebook_source;
use crate::settings::{Format, Settings};

/// The code of an entry that was last checked too long ago to be relied on.
const STALE_BEYOND_LIMIT: &str = "RB172";

/// Checks citations, days, words, counts of lists and freshness, the classes of data, and
/// the papers.
pub fn check(
    book: &Book,
    classes: Result<Classes, Vec<Diagnostic>>,
    papers: Result<Papers, Vec<Diagnostic>>,
    settings: &Settings,
) -> Output {
    let mut findings = kouan_rulebook::check(book, settings.on);
    let held = classes.as_ref().map_or(0, |classes| classes.all().len());
    findings.extend(classes.map_or_else(|found| found, |classes| classes::check(&classes, book)));
    let packs = papers.as_ref().map_or(0, |papers| papers.packs().len());
    findings.extend(papers.map_or_else(|found| found, |papers| papers::check(&papers, book)));
    show(&findings, settings);
    let count = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let stale = findings.iter().any(|finding| finding.code.0 == STALE_BEYOND_LIMIT);
    let outcome = match (errors, stale) {
        (0, false) => Outcome::Done,
        (0, true) => Outcome::CannotTell,
        _ => Outcome::Act,
    };
    let text = if is_json(settings) {
        document("kouan.rulebook-check/1", book, &findings, json!({}))
    } else {
        summary(
            words("规则手册核对", "rulebook check"),
            vec![
                (words("错误", "errors"), errors.to_string()),
                (words("警告", "warnings"), warnings.to_string()),
                (words("规则", "rules"), book.every_rule().count().to_string()),
                (words("法律文件", "instruments"), book.instruments.len().to_string()),
                (words("清单版本", "list editions"), book.editions.len().to_string()),
                (words("未决问题", "open points"), book.points.len().to_string()),
                (words("数据类别", "classes of data"), held.to_string()),
                (words("材料包", "packs of papers"), packs.to_string()),
            ],
            book,
            settings,
        )
    };
    Output { text, outcome }
}

/// Runs the tables and cases beside the rules.
pub fn test(book: &Book, settings: &Settings) -> Output {
    let report = kouan_decide::run_cases(book);
    show(&report.findings, settings);
    let outcome = if report.findings.is_empty() { Outcome::Done } else { Outcome::Act };
    let text = if is_json(settings) {
        let more = json!({ "run": report.run, "rules_named": report.named.len() });
        document("kouan.rulebook-test/1", book, &report.findings, more)
    } else {
        summary(
            words("规则手册的表格和案例", "tables and cases of the rulebook"),
            vec![
                (words("已运行", "run"), report.run.to_string()),
                (words("不符", "not as expected"), report.findings.len().to_string()),
                (
                    words("作为理由出现过的规则", "rules named as a reason"),
                    report.named.len().to_string(),
                ),
            ],
            book,
            settings,
        )
    };
    Output { text, outcome }
}

fn is_json(settings: &Settings) -> bool {
    matches!(settings.format, Format::Json | Format::Jsonl)
}

/// Findings go to standard error, each with its place in the rulebook.
fn show(findings: &[Diagnostic], settings: &Settings) {
    let source = |name: &str| rulebook_source::text_of(settings.rulebook.as_deref(), name);
    let shown: Vec<Diagnostic> = findings
        .iter()
        .filter(|f| f.severity == Severity::Error || settings.quiet == 0)
        .cloned()
        .collect();
    talk(&messages::render(&shown, settings.speech.first(), settings.colour, &source));
}

fn document(schema: &str, book: &Book, findings: &[Diagnostic], more: serde_json::Value) -> String {
    let findings: Vec<_> = findings
        .iter()
        .map(|finding| {
            json!({
                "code": finding.code.0,
                "severity": finding.severity.as_str(),
                "file": finding.place.as_ref().map(|place| place.file.clone()),
                "from": finding.place.as_ref().and_then(|p| p.bytes.as_ref().map(|b| b.start)),
                "values": finding.values.iter().map(|(k, v)| ((*k).to_owned(), json!(v)))
                    .collect::<serde_json::Map<_, _>>(),
            })
        })
        .collect();
    let mut document = json!({
        "schema": schema,
        "edition": book.manifest.edition,
        "digest": format!("sha256:{}", book.digest),
        "findings": findings,
    });
    if let (Some(map), serde_json::Value::Object(more)) = (document.as_object_mut(), more) {
        map.extend(more);
    }
    format!("{document:#}\n")
}

fn summary(
    title: kouan_terms::Bilingual,
    rows: Vec<(kouan_terms::Bilingual, String)>,
    book: &Book,
    settings: &Settings,
) -> String {
    let digest = book.digest.get(..12).unwrap_or(&book.digest);
    let mut section = Section::default();
    for (label, value) in rows {
        section.row(label, vec![Line::words(words(&value, &value))]);
    }
    let page = Page {
        title,
        subtitle: words(
            &format!("版本{}（{digest}），{}", book.manifest.edition, settings.on),
            &format!("edition {} ({digest}), {}", book.manifest.edition, settings.on),
        ),
        sections: vec![section],
    };
    super::printed(&page, settings)
}
