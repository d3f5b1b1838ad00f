//! `kouan file check`: packs and papers, ours or made by others, held against what is asked.

use std::path::Path;

use clap::ArgMatches;
use kouan_dossier::check::{Checked, Report, check};
use kouan_dossier::docx::Member;
use kouan_terms::{Diagnostic, Place, Severity};
use serde_json::json;

use super::given::Law;
use super::{named, sarif};
use crate::files;
use crate::language::words;
use crate::messages;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section, Shape};
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.file-check/1";

/// Files of one pack, and bytes of all of them together.
const FILES_MAX: usize = 2_000;
const BYTES_MAX: usize = 512 * 1024 * 1024;

/// Findings that mean: the file could not be looked into at all.
const UNREADABLE: [&str; 7] = ["FL131", "FL132", "FL133", "FL134", "FL145", "FL146", "FL147"];

/// What was checked, under the path that was named.
struct Examined {
    path: String,
    report: Report,
}

/// Checks everything that was named, each on its own.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let law = Law::read(settings)?;
    let given = match matches.get_one::<String>("against") {
        Some(path) => Some(named(matches, &law, path, settings)?),
        None => None,
    };
    let lent = given.as_ref().map(|given| given.lend(&law));
    let sources = lent.as_ref().map(|lent| lent.sources());
    let paths: Vec<&String> = matches.get_many::<String>("paths").into_iter().flatten().collect();
    let mut examined = Vec::new();
    let mut findings = Vec::new();
    for path in paths {
        match members(path) {
            Ok(members) => {
                let report = check(&Checked {
                    files: &members,
                    book: &law.book,
                    papers: &law.papers,
                    sources: sources.as_ref(),
                    on: settings.on,
                });
                examined.push(Examined { path: path.clone(), report });
            }
            Err(finding) => findings.push(finding),
        }
    }
    // A path that cannot be read, or in which nothing can be: then nothing is said to be checked.
    let blind = |one: &Examined| {
        let all = &one.report.findings;
        one.report.papers == 0 && all.iter().any(|found| UNREADABLE.contains(&found.code.0))
    };
    if !findings.is_empty() || examined.iter().any(blind) {
        let blind = examined.into_iter().filter(blind).flat_map(|one| one.report.findings);
        findings.extend(blind);
        return Err(findings);
    }
    let text = match matches.get_one::<String>("as").map(String::as_str) {
        Some("sarif") => sarif::log(examined.iter().map(|one| (&*one.path, &one.report))),
        Some("json") => format!("{:#}\n", document(&examined)),
        None if settings.format == Format::Json => format!("{:#}\n", document(&examined)),
        None if settings.format == Format::Jsonl => format!("{}\n", document(&examined)),
        _ => page(&examined, settings),
    };
    Ok(Output { text, outcome: outcome(&examined) })
}

/// 0: nothing wrong; 1: findings; 3: no paper could be looked at.
fn outcome(examined: &[Examined]) -> Outcome {
    if examined.iter().any(|one| !one.report.is_clean()) {
        Outcome::Act
    } else if examined.iter().any(|one| one.report.papers == 0) {
        Outcome::CannotTell
    } else {
        Outcome::Done
    }
}

/// The files of a folder by their names inside it, or the one file.
pub fn members(path: &str) -> Result<Vec<Member>, Diagnostic> {
    let root = Path::new(path);
    let unreadable = |found: Diagnostic| {
        let detail = found.values.iter().find(|(name, _)| *name == "detail");
        let detail = detail.map_or("—", |(_, text)| text.as_str()).to_owned();
        Diagnostic::error("FL167").at(Place::file(path)).with("detail", detail)
    };
    if !root.is_dir() {
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
        let bytes = files::bytes(root).map_err(unreadable)?;
        return Ok(vec![Member { name: name.unwrap_or_default(), bytes }]);
    }
    let too_large = || Diagnostic::error("FL168").at(Place::file(path)).with("limit", FILES_MAX);
    let names = files::below(root, &[""]).map_err(unreadable)?;
    if names.len() > FILES_MAX {
        return Err(too_large());
    }
    let mut members = Vec::new();
    let mut total = 0_usize;
    for name in names {
        let file = Path::new(&name);
        // A link may lead anywhere; a pack has none.
        if file.symlink_metadata().is_ok_and(|held| held.is_symlink()) {
            continue;
        }
        let bytes = files::bytes(file).map_err(unreadable)?;
        total = total.saturating_add(bytes.len());
        if total > BYTES_MAX {
            return Err(too_large());
        }
        let inside = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        members.push(Member { name: inside, bytes });
    }
    Ok(members)
}

fn page(examined: &[Examined], settings: &Settings) -> String {
    let mut out = String::new();
    for language in settings.speech.languages() {
        for one in examined {
            let report = &one.report;
            let colour = settings.colour && settings.output.is_none();
            let shown: Vec<Diagnostic> = report
                .findings
                .iter()
                .filter(|found| found.severity == Severity::Error || settings.quiet == 0)
                .cloned()
                .collect();
            out.push_str(&messages::render(&shown, *language, colour, &|_| None));
            let speech = crate::language::Speech::One(*language);
            let text = settings.format == Format::Text;
            let shape = if text { Shape::Text } else { Shape::Markdown };
            out.push_str(&summary(one).render(speech, shape));
        }
    }
    out
}

fn summary(one: &Examined) -> Page {
    let report = &one.report;
    let count =
        |severity| report.findings.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let title = match (errors, report.papers) {
        (0, 0) => words("没有可以核对的文书", "no paper that could be checked"),
        (0, _) => words("未发现问题", "nothing wrong was found"),
        (errors, _) => {
            let many = if errors == 1 { "" } else { "s" };
            words(&format!("{errors}处问题"), &format!("{errors} finding{many}"))
        }
    };
    let mut section = Section::default();
    let mut row = |zh: &str, en: &str, value: String| {
        section.row(words(zh, en), vec![Line::words(words(&value, &value))]);
    };
    row("文书", "papers", report.papers.to_string());
    if report.traces.0 > 0 {
        row("溯源相符", "traces that hold", format!("{} / {}", report.traces.1, report.traces.0));
    }
    if warnings > 0 {
        row("警告", "warnings", warnings.to_string());
    }
    if !report.by_digest.is_empty() {
        let count = report.by_digest.len().to_string();
        row("照清单比对的文件", "files held against the manifest", count);
    }
    if !report.unread.is_empty() {
        row("未读的文件", "files not read", report.unread.len().to_string());
    }
    Page { title, subtitle: words(&one.path, &one.path), sections: vec![section] }
}

fn document(examined: &[Examined]) -> serde_json::Value {
    let checked = examined.iter().map(|one| {
        let findings = one.report.findings.iter().map(|found| {
            let values = found.values.iter().map(|(name, value)| (*name, value.as_str()));
            let says = messages::sentence(found.code.0, values.clone()).unwrap_or_default();
            json!({
                "code": found.code.0,
                "severity": found.severity.as_str(),
                "file": found.place.as_ref().map(|place| place.file.as_str()),
                "says": { "zh": says.zh, "en": says.en },
            })
        });
        json!({
            "path": one.path,
            "clean": one.report.is_clean(),
            "papers": one.report.papers,
            "traces": { "followed": one.report.traces.0, "hold": one.report.traces.1 },
            "by_digest": one.report.by_digest,
            "unread": one.report.unread,
            "findings": findings.collect::<Vec<_>>(),
        })
    });
    json!({ "schema": SCHEMA, "checked": checked.collect::<Vec<_>>() })
}
