//! `kouan label manifest`: a manifest of C2PA as the last step, made by `c2patool`, whose keys and
//! certificates are its own affair. The label has to be in what it made as it was before.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::ArgMatches;
use kouan_label::{Report, Standard, Verdict};
use kouan_terms::{Diagnostic, Place};
use serde_json::{Value, json};

use super::files::{self, Beside};
use super::standard::standard;
use crate::language::words;
use crate::outcome::{Outcome, Output};
use crate::page::{Line, Page, Section};
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.label-manifest/1";
const TOOL: &str = "c2patool";
/// What a definition has to name, or the tool signs with a certificate that it brings for trials.
const SIGNING: [&str; 2] = ["private_key", "sign_cert"];

/// What is run.
struct Step<'a> {
    file: &'a Path,
    definition: &'a Path,
    target: PathBuf,
}

/// Shows what would be run, or runs it and reads the label back.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (_, used) = standard(settings)?;
    let named = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let (path, definition) = (named("file"), named("definition"));
    let placed = |finding: Diagnostic| vec![finding.at(Place::file(path))];
    let before = labelled(Path::new(path), &used).map_err(placed)?;
    is_signed(definition).map_err(|finding| vec![finding.at(Place::file(definition))])?;
    let name = Path::new(path).file_name().map(PathBuf::from).unwrap_or_default();
    let target = Path::new(named("into")).join(name);
    let shown = target.to_string_lossy().into_owned();
    if target.exists() {
        return Err(placed(Diagnostic::error("LB116").with("file", shown)));
    }
    let step = Step { file: Path::new(path), definition: Path::new(definition), target };
    if !matches.get_flag("run") {
        return Ok(said(settings, &step, false));
    }
    made(&step, &before, &used).map_err(placed)?;
    Ok(said(settings, &step, true))
}

/// What is found in a file that has its label, and nothing wrong with it.
fn labelled(path: &Path, used: &Standard) -> Result<Report, Diagnostic> {
    let mut source = files::open(path)?;
    let format = files::format_of(&mut source, path.to_str())?;
    let report = kouan_label::check(&mut source, format, used)?;
    if report.verdict == Verdict::Labelled { Ok(report) } else { Err(Diagnostic::error("LB146")) }
}

/// A definition that says who signs.
fn is_signed(definition: &str) -> Result<(), Diagnostic> {
    let text = crate::files::read(definition)?;
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let is_named = |name: &str| value.get(name).and_then(Value::as_str).is_some();
    if SIGNING.into_iter().all(is_named) { Ok(()) } else { Err(Diagnostic::error("LB149")) }
}

impl Step<'_> {
    /// The words of the command; the tool writes to `out`.
    fn words(&self, out: &Path) -> Vec<String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let definition = text(self.definition);
        vec![text(self.file), "-m".to_owned(), definition, "-o".to_owned(), text(out)]
    }
}

/// Runs the tool beside the target, reads the label back, and only then puts the file in its place.
fn made(step: &Step<'_>, before: &Report, used: &Standard) -> Result<(), Diagnostic> {
    if let Some(folder) = step.target.parent() {
        std::fs::create_dir_all(folder).map_err(files::failed)?;
    }
    let beside = Beside::new(&step.target)?;
    // The tool takes no place that is taken, and tells a format by the ending.
    let ending = step.target.extension().map(|e| e.to_string_lossy().into_owned());
    let out = step.target.with_file_name(format!(
        ".kouan-{}.part.{}",
        std::process::id(),
        ending.unwrap_or_default()
    ));
    let ran = ran(step, &out).and_then(|()| {
        let after = labelled(&out, used).map_err(|_| Diagnostic::error("LB148"))?;
        let is_same = after.label() == before.label() && after.carriers == before.carriers;
        if is_same { Ok(()) } else { Err(Diagnostic::error("LB148")) }
    });
    let kept = ran.and_then(|()| {
        let mut from = files::open(&out)?;
        std::io::copy(&mut from, &mut &beside.file).map_err(files::failed)?;
        beside.place(step.file)
    });
    let _ = std::fs::remove_file(&out);
    kept
}

fn ran(step: &Step<'_>, out: &Path) -> Result<(), Diagnostic> {
    let mut command = Command::new(TOOL);
    command.args(step.words(out)).stdin(Stdio::null()).stdout(Stdio::null());
    let ended = command.stderr(Stdio::null()).status();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let code = status.code().map_or_else(|| "—".to_owned(), |code| code.to_string());
            Err(Diagnostic::error("LB147").with("exit", code))
        }
        Err(_) => Err(Diagnostic::error("LB143")),
    }
}

fn said(settings: &Settings, step: &Step<'_>, is_done: bool) -> Output {
    let mut command = vec![TOOL.to_owned()];
    command.extend(step.words(&step.target));
    let text = match settings.format {
        Format::Json | Format::Jsonl => {
            let document = json!({ "schema": SCHEMA, "command": command, "ran": is_done });
            format!("{document}\n")
        }
        Format::Text | Format::Markdown => {
            let mut section = Section::default();
            let line = command.join(" ");
            section.row(words("命令", "command"), vec![Line::words(words(&line, &line))]);
            let last = words(
                "之后改动任何元数据，清单都会失效：先加标识，最后加清单",
                "any later change of metadata breaks the manifest: the label first, this last",
            );
            section.row(words("次序", "order"), vec![Line::words(last)]);
            let title = if is_done {
                words("已加C2PA清单，标识照旧", "the manifest is in, and the label as it was")
            } else {
                words("将要运行的命令；加`--run`即运行", "what would be run; `--run` runs it")
            };
            let page = Page { title, subtitle: words("C2PA", "C2PA"), sections: vec![section] };
            page.render(settings.speech, settings.format.shape())
        }
    };
    Output { text, outcome: Outcome::Done }
}
