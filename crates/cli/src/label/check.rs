//! `kouan label check`: what labels files carry, and what is wrong with them.

use std::io::{BufReader, Read, Seek};

use clap::ArgMatches;
use kouan_label::{Field, PublicKey, Signer, Standard, Verdict, Verified, verify};
use kouan_terms::{Bilingual, Diagnostic, Place, Severity};

use super::document::{Examined, document, log};
use super::explicit::{Explicit, Mark, needs_ffmpeg};
use super::files;
use super::standard::standard;
use crate::language::{Speech, words};
use crate::messages;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::progress::Shown;
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.label-check/1";

/// Findings that mean: nothing can be said of the label, which is not the same as there is none.
const CANNOT_TELL: [&str; 2] = ["LB103", "LB107"];

/// Checks every file that was named.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (law, standard) = standard(settings)?;
    let explicit = Explicit::new(matches, &law, &standard.explicit);
    let explicit = explicit.map_err(|finding| vec![finding])?;
    let sought = Sought { standard: &standard, explicit: explicit.as_ref() };
    let paths: Vec<&String> = matches.get_many::<String>("paths").into_iter().flatten().collect();
    let keys = matches.get_many::<String>("key").into_iter().flatten();
    let keys: Result<Vec<PublicKey>, Diagnostic> = keys.map(|path| files::public(path)).collect();
    let keys = keys.map_err(|finding| vec![finding])?;
    let mut examined = Vec::new();
    if let Some(piped) = alone(&paths)? {
        let mut source = files::piped().map_err(|finding| vec![finding])?;
        examined.push(look(&mut source, piped, &keys, &sought));
    } else {
        let named = files::named(&paths)?;
        let mut shown = Shown::new(settings);
        for (index, file) in named.iter().enumerate() {
            let (at, all) = (index + 1, named.len());
            shown.show(|seconds| format!("{at}/{all}  {}  {seconds} s", file.path));
            match files::open(file.path.as_ref()) {
                Ok(source) => {
                    examined.push(look(&mut BufReader::new(source), &file.path, &keys, &sought));
                }
                Err(finding) => examined.push(unread(&file.path, finding)),
            }
        }
        shown.clear();
    }
    let text = match matches.get_one::<String>("as").map(String::as_str) {
        Some("sarif") => log(&examined),
        Some("json") => format!("{:#}\n", document(SCHEMA, &examined, &standard)),
        None if settings.format == Format::Json => {
            format!("{:#}\n", document(SCHEMA, &examined, &standard))
        }
        None if settings.format == Format::Jsonl => {
            format!("{}\n", document(SCHEMA, &examined, &standard))
        }
        _ => page(&examined, &standard, settings),
    };
    Ok(Output { text, outcome: outcome(&examined, matches.get_flag("lint")) })
}

/// Standard input, which stands alone.
pub(super) fn alone<'a>(paths: &[&'a String]) -> Result<Option<&'a str>, Vec<Diagnostic>> {
    let is_piped = |path: &&String| *path == "-";
    match paths {
        [path] if is_piped(path) => Ok(Some(path.as_str())),
        _ if paths.iter().any(is_piped) => Err(vec![Diagnostic::error("LB135")]),
        _ => Ok(None),
    }
}

/// What is looked for.
struct Sought<'a> {
    standard: &'a Standard,
    explicit: Option<&'a Explicit>,
}

fn look<S: Read + Seek>(
    source: &mut S,
    path: &str,
    keys: &[PublicKey],
    sought: &Sought<'_>,
) -> Examined {
    let standard = sought.standard;
    let checked = files::format_of(source, Some(path)).and_then(|format| {
        let report = kouan_label::check(source, format, standard)?;
        Ok((format, report))
    });
    match checked {
        Ok((format, report)) => {
            let mut findings: Vec<Diagnostic> = files::misnamed(path, format).into_iter().collect();
            findings.extend(report.findings.iter().cloned());
            let of = |label, signer| verify(label, signer, keys, standard).into_iter();
            let all = |label| {
                Signer::ALL.into_iter().flat_map(move |one| of(label, one).map(move |it| (one, it)))
            };
            let signatures: Vec<_> = report.label().map(all).into_iter().flatten().collect();
            findings.extend(unheld(&signatures, &findings, standard));
            let findings = findings.into_iter().map(|found| found.at(Place::file(path))).collect();
            let kind = report.label().and_then(|label| standard.kind(label.get(Field::Label)));
            let mark = sought.explicit.map(|explicit| {
                if needs_ffmpeg(format) && path != "-" {
                    explicit.find_in_film(path.as_ref(), kind)
                } else {
                    explicit.find(source, format, kind)
                }
            });
            let path = path.to_owned();
            Examined { path, report: Some(report), findings, signatures, done: None, mark }
        }
        Err(finding) => unread(path, finding),
    }
}

/// What the keys that were given find wrong, beyond what the file's own key does.
fn unheld(
    signatures: &[(Signer, Verified)],
    known: &[Diagnostic],
    standard: &Standard,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for (signer, verified) in signatures {
        let code = match verified {
            Verified::Fails => "LB207",
            Verified::OtherKey => "LB208",
            _ => continue,
        };
        let finding = Diagnostic::error(code).with("field", standard.name(signer.field()));
        if !known.contains(&finding) && !found.contains(&finding) {
            found.push(finding);
        }
    }
    found
}

/// A file of which nothing can be said.
pub(super) fn unread(path: &str, finding: Diagnostic) -> Examined {
    let findings = vec![finding.at(Place::file(path))];
    let (path, signatures) = (path.to_owned(), Vec::new());
    Examined { path, report: None, findings, signatures, done: None, mark: None }
}

/// 0: labelled and correct; 1: findings; 2: a file could not be read; 3: a file of which nothing
/// can be said, or none at all.
fn outcome(examined: &[Examined], is_lint: bool) -> Outcome {
    let codes =
        |file: &Examined| file.findings.iter().map(|found| found.code.0).collect::<Vec<_>>();
    let is_blind = |file: &Examined| {
        file.report.is_none() && !codes(file).iter().any(|code| CANNOT_TELL.contains(code))
    };
    let is_wrong = |file: &Examined| match &file.report {
        Some(report) => {
            let by_lint = is_lint && !file.findings.is_empty();
            let by_keys = codes(file).iter().any(|code| matches!(*code, "LB207" | "LB208"));
            by_lint || by_keys || matches!(report.verdict, Verdict::Missing | Verdict::Wrong)
        }
        None => false,
    };
    let is_open = |file: &Examined| match &file.report {
        Some(report) => {
            // That ours was not found says nothing of another.
            let is_unseen = matches!(file.mark, Some(Mark::Unknown));
            report.verdict == Verdict::CannotTell || is_unseen
        }
        None => true,
    };
    if examined.iter().any(is_blind) {
        Outcome::NotDone
    } else if examined.iter().any(is_wrong) {
        Outcome::Act
    } else if examined.is_empty() || examined.iter().any(is_open) {
        Outcome::CannotTell
    } else {
        Outcome::Done
    }
}

fn page(examined: &[Examined], standard: &Standard, settings: &Settings) -> String {
    let mut out = String::new();
    for language in settings.speech.languages() {
        let heard = |found: &&Diagnostic| found.severity == Severity::Error || settings.quiet == 0;
        let shown: Vec<Diagnostic> =
            examined.iter().flat_map(|file| &file.findings).filter(heard).cloned().collect();
        let colour = settings.colour && settings.output.is_none();
        out.push_str(&messages::render(&shown, *language, colour, &|_| None));
        let page = summary(examined, standard);
        out.push_str(&page.render(Speech::One(*language), settings.format.shape()));
    }
    out
}

fn summary(examined: &[Examined], standard: &Standard) -> Page {
    let good = examined.iter().filter(|file| file.verdict() == "labelled").count();
    let count = examined.len();
    let mut section = Section::default();
    for file in examined {
        let mut lines = vec![Line::words(verdict(file, standard))];
        lines.extend(file.mark.iter().map(|mark| Line::below(mark.line())));
        section.row(words(&file.path, &file.path), lines);
    }
    Page {
        title: words(
            &format!("{count}个文件，{good}个已有正确的标识"),
            &format!("{good} of {count} files carry a correct label"),
        ),
        subtitle: words(&standard.key, &standard.key),
        sections: vec![section],
    }
}

/// One line on one file.
pub(super) fn verdict(file: &Examined, standard: &Standard) -> Bilingual {
    let Some(report) = &file.report else {
        return match file.done {
            Some(_) => words("只有显式标识", "the notice only"),
            None => words("读不了", "cannot be read"),
        };
    };
    let format = report.format.as_str();
    let said = match report.verdict {
        Verdict::Labelled => words("已标识", "labelled"),
        Verdict::Missing => words("没有标识", "no label"),
        Verdict::Wrong => words("标识有误", "wrong label"),
        Verdict::CannotTell => words("无法判断", "cannot tell"),
    };
    let Some(label) = report.label() else {
        return words(&format!("{format} {}", said.zh), &format!("{format} {}", said.en));
    };
    let kind = match standard.kind(label.get(Field::Label)) {
        Some(kouan_label::Kind::Generated) => words("是", "generated"),
        Some(kouan_label::Kind::Possible) => words("可能", "possible"),
        Some(kouan_label::Kind::Suspected) => words("疑似", "suspected"),
        None => words("—", "—"),
    };
    let (producer, id) = (label.get(Field::Producer), label.get(Field::ProduceId));
    words(
        &format!("{format} {}：{} {producer} {id}", said.zh, kind.zh),
        &format!("{format} {}: {} {producer} {id}", said.en, kind.en),
    )
}
