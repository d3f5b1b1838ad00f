//! The same thing is said the same way in every paper.

use std::collections::BTreeMap;

use kouan_rulebook::format::Per;
use kouan_terms::Diagnostic;

use super::papers::{ReadPaper, ReadPapers, list, text};
use super::{Checked, Report, error};
use crate::sources::Sources;
use crate::values::{Resolver, Scope};

pub(super) fn check(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    between_twins(read, report);
    credit_codes(read, report);
    labels(checked, read, report);
    if let Some(sources) = checked.sources {
        report.findings.extend(contradictions(sources).into_iter().map(|(_, found)| found));
    }
}

/// What declaration and answers both say, and say differently: the path, and a finding.
#[must_use]
pub fn contradictions(sources: &Sources<'_>) -> Vec<(Box<str>, Diagnostic)> {
    let resolver = Resolver::new(sources);
    let mut found = Vec::new();
    for answer in &sources.answers.all {
        let Some(question) = sources.papers.question(&answer.question) else { continue };
        if resolver.is_proposed(&question.id) {
            continue;
        }
        let scopes = Scope::default().each(sources, question.text.per);
        for scope in scopes {
            if scope.of(sources, question.text.per).as_ref() != Some(&answer.of) {
                continue;
            }
            let Some(known) = resolver.known(&question.id, &scope) else { continue };
            let said = resolver.value_of(question, answer);
            if known.words != said.words && known.plain != said.plain
                || known.words.zh != said.words.zh && known.words.en != said.words.en
            {
                let place = kouan_terms::Place::file(sources.declared.file);
                let finding = Diagnostic::error("FL118").at(place);
                let of = answer.of.label();
                let of = if of.is_empty() { Per::Handler.as_str().to_owned() } else { of };
                let finding = finding.with("question", &question.id).with("of", of);
                found.push((question.id.clone(), finding));
            }
        }
    }
    found
}

/// One path of one thing has the same words in every twin.
fn between_twins(read: &ReadPapers<'_>, report: &mut Report) {
    let mut first: BTreeMap<(&str, &str), (&str, &str)> = BTreeMap::new();
    for (name, twin) in &read.twins {
        for trace in list(twin, "traces") {
            let path = text(trace, "path");
            if path.starts_with("row.") || is_of_row(path) {
                continue;
            }
            let words = trace.get("words").map(|words| text(words, "zh")).unwrap_or_default();
            let key = (path, text(trace, "of"));
            match first.get(&key) {
                Some((held, file)) if *held != words => {
                    let found = error("FL211", name).with("path", path);
                    report.findings.push(found.with("other", file));
                }
                Some(_) => {}
                None => {
                    first.insert(key, (words, name));
                }
            }
        }
    }
}

/// What the program knows of a row has another value in every row.
pub(super) fn is_of_row(path: &str) -> bool {
    let first = path.split('.').next().unwrap_or_default();
    kouan_rulebook::papers::ENGINES.iter().any(|(_, word)| *word == first)
}

/// One credit code stands in all papers.
fn credit_codes(read: &ReadPapers<'_>, report: &mut Report) {
    let mut counted: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for paper in &read.documents {
        for code in paper.read.lines.iter().flat_map(|line| codes_in(&line.text)) {
            let files = counted.entry(code).or_default();
            if !files.contains(&paper.name.as_str()) {
                files.push(&paper.name);
            }
        }
    }
    // The code of most papers is taken for the right one.
    let usual = counted.iter().max_by_key(|(_, files)| files.len()).map(|(code, _)| code.clone());
    // A joint filing names other companies too: a paper is wrong that names others alone.
    let with_usual = usual.as_ref().and_then(|code| counted.get(code)).cloned().unwrap_or_default();
    let mut others: Vec<&str> = counted.values().flatten().copied().collect();
    others.retain(|file| !with_usual.contains(file));
    others.sort_unstable();
    others.dedup();
    for file in others {
        report.findings.push(error("FL212", file));
    }
}

/// Runs of 18 characters that are written like a unified social credit code.
fn codes_in(line: &str) -> Vec<String> {
    line.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| {
            word.len() == 18
                && word.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
                && word.bytes().skip(2).take(6).all(|b| b.is_ascii_digit())
                && matches!(word.as_bytes().first(), Some(b'1' | b'5' | b'9' | b'Y'))
                && matches!(word.as_bytes().get(1), Some(b'1'..=b'9'))
        })
        .map(str::to_owned)
        .collect()
}

/// What stands beside the same label is the same in every Chinese paper without a twin that tells.
fn labels(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    let known = handler_labels(checked);
    let mut first: BTreeMap<&str, (String, &str)> = BTreeMap::new();
    for paper in read.documents.iter().filter(|paper| paper.is_chinese) {
        for (label, value) in labelled(paper) {
            let Some((label, is_count)) = known.iter().find(|(held, _)| *held == label) else {
                continue;
            };
            // The same words head columns and lead paragraphs: those say nothing of the year.
            if *is_count
                && !(value.starts_with(|c: char| c.is_ascii_digit()) && value.ends_with('人'))
            {
                continue;
            }
            match first.get(label) {
                Some((held, file)) if *held != value => {
                    let found = error("FL213", &paper.name).with("label", label);
                    report.findings.push(found.with("other", file));
                }
                Some(_) => {}
                None => {
                    first.insert(label, (value, &paper.name));
                }
            }
        }
    }
}

/// Labels that name one thing of the handler, in forms and tables of the rulebook.
///
/// True: what stands beside it is a number of persons.
fn handler_labels<'a>(checked: &Checked<'a>) -> Vec<(&'a str, bool)> {
    const ONE: [&str; 4] = [
        "handler.name",
        "handler.credit_code",
        "year.persons.general_pi",
        "year.persons.sensitive_pi",
    ];
    let forms = checked.papers.forms().iter().flat_map(|form| &form.text.group);
    let fields = forms.flat_map(|group| &group.field);
    let of_forms = fields.filter(|field| ONE.contains(&field.from.as_ref().as_str()));
    let rows = checked.papers.tables().iter().flat_map(|table| &table.text.row);
    let of_rows = rows.filter(|row| {
        row.value.as_ref().is_some_and(|value| ONE.contains(&value.as_ref().as_str()))
    });
    let is_count = |path: &str| path.starts_with("year.persons.");
    let of_forms =
        of_forms.map(|field| (field.zh.as_str(), is_count(field.from.as_ref().as_str())));
    let of_rows = of_rows.map(|row| {
        let value = row.value.as_ref().map(|value| value.as_ref().as_str());
        (row.label.zh.as_str(), value.is_some_and(is_count))
    });
    of_forms.chain(of_rows).collect()
}

/// Neighbouring cells, the first taken for a label; and lines with a colon.
fn labelled(paper: &ReadPaper) -> Vec<(&str, String)> {
    let lines = &paper.read.lines;
    let cells = lines.iter().zip(lines.iter().skip(1));
    let in_tables = cells
        .filter(|(label, value)| label.in_table && value.in_table)
        .map(|(label, value)| (label.text.trim(), value.text.trim().to_owned()));
    let with_colon = lines.iter().filter(|line| !line.in_table).filter_map(|line| {
        let (label, value) = line.text.split_once('：')?;
        Some((label.trim(), value.trim().trim_end_matches('。').to_owned()))
    });
    in_tables.chain(with_colon).collect()
}
