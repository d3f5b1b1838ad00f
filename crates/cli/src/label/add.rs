//! `kouan label add`: a label written beside the file, read back, and only then put in its place.

use std::collections::BTreeSet;
use std::io::{Cursor, Read, Seek, Write as _};
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use kouan_label::{
    Act, Field, Kind, Label, Plan, Report, Signer, Standard, Verdict, is_shaped_like_a_code, plan,
    seal,
};
use kouan_rulebook::labels::LabelStandard;
use kouan_terms::{Diagnostic, Place, Severity};

use super::check::{alone, unread, verdict};
use super::document::{Examined, document};
use super::explicit::{Explicit, Mark, Marked, needs_ffmpeg};
use super::files::{self, Beside, Named};
use super::film::{self, Work};
use super::standard::{KINDS, standard};
use crate::language::words;
use crate::messages;
use crate::outcome::{Outcome, Output, talk};
use crate::page::{Line, Page, Section};
use crate::progress::Shown;
use crate::settings::{Format, Settings};

/// The schema of the document.
const SCHEMA: &str = "kouan.label-add/1";

/// What is wanted, from the words of the command.
struct Wanted<'a> {
    standard: &'a Standard,
    producer: Option<&'a str>,
    propagator: Option<&'a str>,
    content: &'a str,
    kind: Option<Kind>,
    reserved: &'a str,
    source_type: Option<&'a str>,
    replaces: bool,
    into: Option<&'a str>,
    is_dry: bool,
    /// The private key to sign with.
    secret: Option<Vec<u8>>,
    /// A label to be seen or heard that is wanted as well.
    explicit: Option<Explicit>,
}

impl<'a> Wanted<'a> {
    fn new(
        matches: &'a ArgMatches,
        law: &LabelStandard,
        standard: &'a Standard,
    ) -> Result<Wanted<'a>, Diagnostic> {
        let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let kind = one("kind").and_then(|word| KINDS.iter().find(|(of, _)| *of == word));
        Ok(Wanted {
            standard,
            producer: one("producer"),
            propagator: one("propagator"),
            content: one("content-id").unwrap_or_default(),
            kind: kind.map(|(_, kind)| *kind),
            reserved: one("reserved").unwrap_or_default(),
            source_type: one("source-type"),
            replaces: matches.get_flag("replace"),
            into: one("into"),
            is_dry: matches.get_flag("dry-run"),
            secret: one("sign").map(files::secret).transpose()?,
            explicit: Explicit::new(matches, law, &standard.explicit)?,
        })
    }

    /// The signature over a label, where there is a key to sign with.
    fn sealed(&self, label: &Label, signer: Signer) -> Option<String> {
        self.secret.as_ref().and_then(|key| seal(label, signer, key, self.standard))
    }

    /// The act for one file; `below` is its place in a batch, where there are several.
    fn act(&self, below: Option<&Path>) -> Act {
        let content = match below {
            Some(below) => format!("{}-{:016x}", self.content, fingerprint(below)),
            None => self.content.to_owned(),
        };
        if let Some(platform) = self.propagator {
            return Act::Propagate {
                platform: platform.to_owned(),
                content,
                reserved: self.reserved.to_owned(),
                kind: self.kind.unwrap_or(Kind::Possible),
            };
        }
        let producer = self.producer.unwrap_or_default();
        let kind = self.kind.unwrap_or(Kind::Generated);
        let mut label = Label::first(kind, producer, &content, self.standard);
        let sealed = self.sealed(&label, Signer::Producer);
        label.set(Field::ProducerReserved, sealed.as_deref().unwrap_or(self.reserved));
        if self.replaces { Act::Replace(label) } else { Act::Add(label) }
    }
}

/// A number for a place in a batch (FNV-1a): the same file gets the same number when the batch is
/// run again, however many files came or went beside it.
fn fingerprint(below: &Path) -> u64 {
    let text = below.to_string_lossy().replace('\\', "/");
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |sum: u64, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Labels every file that was named.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let (law, standard) = standard(settings)?;
    let wanted = Wanted::new(matches, &law, &standard).map_err(|finding| vec![finding])?;
    let paths: Vec<&String> = matches.get_many::<String>("paths").into_iter().flatten().collect();
    name_for_a_code(&wanted, settings);
    if alone(&paths)?.is_some() {
        return piped(&wanted).map_err(|finding| vec![finding]);
    }
    let named = files::named(&paths)?;
    let is_batch = named.len() > 1;
    let mut examined = Vec::new();
    let mut folders = BTreeSet::new();
    let mut shown = Shown::new(settings);
    for (index, file) in named.iter().enumerate() {
        shown.show(|seconds| format!("{}/{}  {}  {seconds} s", index + 1, named.len(), file.path));
        let act = wanted.act(is_batch.then_some(file.below.as_path()));
        examined.push(match labelled(file, &act, &wanted, &mut folders) {
            Ok(done) => done,
            Err(finding) => unread(&file.path, finding),
        });
    }
    files::keep(&folders);
    shown.clear();
    warn(&examined, settings);
    let text = match settings.format {
        Format::Json => format!("{:#}\n", document(SCHEMA, &examined, &standard)),
        Format::Jsonl => format!("{}\n", document(SCHEMA, &examined, &standard)),
        Format::Text | Format::Markdown => {
            page(&examined, &standard).render(settings.speech, settings.format.shape())
        }
    };
    Ok(Output { text, outcome: outcome(&examined) })
}

/// Says once that a name stands where a code could: it is allowed, and may be read as anything.
fn name_for_a_code(wanted: &Wanted<'_>, settings: &Settings) {
    let field = if wanted.propagator.is_some() { Field::Propagator } else { Field::Producer };
    let given = wanted.propagator.or(wanted.producer).unwrap_or_default();
    if settings.quiet == 0 && !given.is_empty() && !is_shaped_like_a_code(given) {
        let field = wanted.standard.name(field);
        let found = [Diagnostic::warning("LB119").with("field", field)];
        for language in settings.speech.languages() {
            talk(&messages::render(&found, *language, settings.colour, &|_| None));
        }
    }
}

/// 0: every file carries its label; 1: one of them has an error of another's; 2: one was not
/// labelled; 3: there was none.
fn outcome(examined: &[Examined]) -> Outcome {
    let is_wrong = |file: &Examined| {
        file.report
            .as_ref()
            .map_or(file.done.is_some(), |report| report.verdict != Verdict::Labelled)
    };
    if examined.iter().any(|file| file.report.is_none() && file.done.is_none()) {
        Outcome::NotDone
    } else if examined.iter().any(is_wrong) {
        Outcome::Act
    } else if examined.is_empty() {
        Outcome::CannotTell
    } else {
        Outcome::Done
    }
}

fn labelled(
    file: &Named,
    act: &Act,
    wanted: &Wanted<'_>,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<Examined, Diagnostic> {
    // A link stays a link: the file behind it is the one that is labelled.
    let path = std::fs::canonicalize(&file.path).map_err(files::failed)?;
    let mut source = files::open(&path)?;
    if let Some(explicit) = wanted.explicit.as_ref().filter(|_| is_plain_text(&file.path)) {
        return noticed(file, &path, explicit, wanted, folders);
    }
    let format = files::format_of(&mut source, Some(&file.path))?;
    let plan = planned(&mut source, format, act, wanted)?;
    let Some(explicit) = &wanted.explicit else {
        return put(&mut source, &plan, None, file, &path, wanted, folders);
    };
    if needs_ffmpeg(format) {
        return filmed((file, &path), &plan, format, explicit, wanted, folders);
    }
    // What stands in the content comes first: the implicit label is written into what it made.
    let marked = explicit.put(&mut source, format, kind(plan.label(), wanted.standard))?;
    match &marked.content {
        Some(content) => {
            let mut source = Cursor::new(content.as_slice());
            let plan = planned(&mut source, format, act, wanted)?;
            put(&mut source, &plan, Some(&marked), file, &path, wanted, folders)
        }
        None => put(&mut source, &plan, Some(&marked), file, &path, wanted, folders),
    }
}

/// A film or packed sound, which FFmpeg marks. It loses labels without a word: whatever label the
/// file had or was to have is written anew into what it made.
fn filmed(
    (file, path): (&Named, &Path),
    plan: &Plan,
    format: kouan_label::Format,
    explicit: &Explicit,
    wanted: &Wanted<'_>,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<Examined, Diagnostic> {
    let marked = |is_new, mark, findings| Marked { content: None, is_new, mark, findings };
    // Told before the work is done: whether there is a place for what comes out of it.
    let ready = || place(file, path, false, wanted).map(|_| ());
    let ready = (!wanted.is_dry).then_some(&ready as film::Ready<'_>);
    let into = wanted.into.map(Path::new);
    match explicit.film(path, kind(plan.label(), wanted.standard), into, ready)? {
        Work::There(drawn) => {
            let marked = marked(false, Mark::Seen(drawn), Vec::new());
            put(&mut files::open(path)?, plan, Some(&marked), file, path, wanted, folders)
        }
        Work::Planned(command, mut findings) => {
            findings.push(Diagnostic::warning("LB159"));
            let place = || Place::file(&file.path);
            Ok(Examined {
                path: file.path.clone(),
                report: None,
                findings: findings.into_iter().map(|found| found.at(place())).collect(),
                signatures: Vec::new(),
                done: Some("to-run"),
                mark: Some(Mark::Planned(command)),
            })
        }
        Work::Made(scratch, drawn, findings) => {
            let mut source = files::open(&scratch.film)?;
            let act = Act::Replace(plan.label().clone());
            let plan =
                kouan_label::plan(&mut source, format, &act, wanted.source_type, wanted.standard)?;
            let mark = drawn.map_or(Mark::Put, Mark::Seen);
            let marked = marked(true, mark, findings);
            put(&mut source, &plan, Some(&marked), file, path, wanted, folders)
        }
    }
}

/// The kind that a label says.
fn kind(label: &Label, standard: &Standard) -> Kind {
    standard.kind(label.get(Field::Label)).unwrap_or(Kind::Generated)
}

/// Puts content with its label in its place.
fn put<S: Read + Seek>(
    source: &mut S,
    plan: &Plan,
    marked: Option<&Marked>,
    file: &Named,
    path: &Path,
    wanted: &Wanted<'_>,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<Examined, Diagnostic> {
    let is_unchanged = plan.is_unchanged() && marked.is_none_or(|marked| !marked.is_new);
    let target = place(file, path, is_unchanged, wanted)?;
    let (report, done) = match target.filter(|_| !wanted.is_dry) {
        Some(target) => {
            let mut beside = Beside::new(&target)?;
            plan.write(source, &mut beside.file)?;
            let report = plan.read_back(&mut beside.file, wanted.standard)?;
            beside.place(path)?;
            folders.extend(target.parent().map(Path::to_path_buf));
            (report, "written")
        }
        None => {
            let report = tried(plan, source, wanted)?;
            (report, if is_unchanged { "unchanged" } else { "planned" })
        }
    };
    let format = report.format;
    let mut findings: Vec<Diagnostic> = files::misnamed(&file.path, format).into_iter().collect();
    let states = |uri: &str| report.source_types.iter().any(|found| found == uri);
    if wanted.source_type.is_some_and(|uri| !states(uri)) {
        findings.push(Diagnostic::warning("LB118").with("format", format.as_str()));
    }
    findings.extend(marked.iter().flat_map(|marked| &marked.findings).cloned());
    findings.extend(report.findings.iter().cloned());
    let findings = findings.into_iter().map(|found| found.at(Place::file(&file.path))).collect();
    Ok(Examined {
        path: file.path.clone(),
        report: Some(report),
        findings,
        signatures: Vec::new(),
        done: Some(done),
        mark: marked.map(|marked| marked.mark.clone()),
    })
}

/// Where the new file goes; nowhere when it would be the old one.
fn place(
    file: &Named,
    path: &Path,
    is_unchanged: bool,
    wanted: &Wanted<'_>,
) -> Result<Option<PathBuf>, Diagnostic> {
    let target = match wanted.into {
        Some(folder) => Some(target(Path::new(folder), &file.below)?),
        None if is_unchanged => None,
        None => Some(path.to_path_buf()),
    };
    let is_read_only = std::fs::metadata(path).is_ok_and(|held| held.permissions().readonly());
    if wanted.into.is_none() && target.is_some() && is_read_only {
        return Err(Diagnostic::error("LB115"));
    }
    Ok(target)
}

/// Whether a name says a text for which the guides know no place of a label.
fn is_plain_text(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("txt"))
}

/// A notice in a plain text, which has no place for an implicit label.
fn noticed(
    file: &Named,
    path: &Path,
    explicit: &Explicit,
    wanted: &Wanted<'_>,
    folders: &mut BTreeSet<PathBuf>,
) -> Result<Examined, Diagnostic> {
    let bytes = std::fs::read(path).map_err(files::failed)?;
    let kind = wanted.kind.unwrap_or(Kind::Generated);
    let marked = explicit.noted(&bytes, kind, false)?;
    let content = marked.content.as_deref().unwrap_or(&bytes);
    let target = place(file, path, marked.content.is_none(), wanted)?;
    let done = match target.filter(|_| !wanted.is_dry) {
        Some(target) => {
            let mut beside = Beside::new(&target)?;
            beside.file.write_all(content).map_err(files::failed)?;
            beside.place(path)?;
            folders.extend(target.parent().map(Path::to_path_buf));
            "written"
        }
        None if marked.content.is_none() => "unchanged",
        None => "planned",
    };
    Ok(Examined {
        path: file.path.clone(),
        report: None,
        findings: vec![Diagnostic::warning("LB164").at(Place::file(&file.path))],
        signatures: Vec::new(),
        done: Some(done),
        mark: Some(marked.mark),
    })
}

/// The plan; a platform that finds no label has to say which kind it writes.
fn planned<S: Read + Seek>(
    source: &mut S,
    format: kouan_label::Format,
    act: &Act,
    wanted: &Wanted<'_>,
) -> Result<Plan, Diagnostic> {
    if wanted.propagator.is_some() && wanted.kind.is_none() {
        let found = kouan_label::check(source, format, wanted.standard)?;
        if found.labels().next().is_none() {
            return Err(Diagnostic::error("LB134"));
        }
    }
    let planned = plan(source, format, act, wanted.source_type, wanted.standard)?;
    // What a platform signs is known when the label is that is in the file.
    match (act, wanted.sealed(planned.label(), Signer::Propagator)) {
        (Act::Propagate { platform, content, kind, .. }, Some(reserved)) => {
            let (platform, content) = (platform.clone(), content.clone());
            let act = Act::Propagate { platform, content, reserved, kind: *kind };
            plan(source, format, &act, wanted.source_type, wanted.standard)
        }
        _ => Ok(planned),
    }
}

/// What the file would be: made in the folder for scratch, read back, and dropped.
fn tried<S: Read + Seek>(
    plan: &Plan,
    source: &mut S,
    wanted: &Wanted<'_>,
) -> Result<Report, Diagnostic> {
    if plan.is_unchanged() {
        return plan.read_back(source, wanted.standard);
    }
    let mut scratch = Beside::new(&std::env::temp_dir().join("kouan-label"))?;
    plan.write(source, &mut scratch.file)?;
    plan.read_back(&mut scratch.file, wanted.standard)
}

/// The place below another folder; nothing that stands there is written over.
fn target(folder: &Path, below: &Path) -> Result<PathBuf, Diagnostic> {
    let target = folder.join(below);
    if target.exists() {
        return Err(Diagnostic::error("LB116").with("file", target.to_string_lossy()));
    }
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).map_err(files::failed)?;
    }
    Ok(target)
}

/// Standard input to standard output. Nothing goes out before it was read back.
fn piped(wanted: &Wanted<'_>) -> Result<Output, Diagnostic> {
    let mut source = files::piped()?;
    let format = files::format_of(&mut source, None)?;
    let mut plan = planned(&mut source, format, &wanted.act(None), wanted)?;
    if let Some(explicit) = &wanted.explicit {
        if needs_ffmpeg(format) {
            return Err(Diagnostic::error("LB169"));
        }
        let kind = kind(plan.label(), wanted.standard);
        let marked = explicit.put(&mut source, format, kind)?;
        source = marked.content.map_or(source, Cursor::new);
        plan = planned(&mut source, format, &wanted.act(None), wanted)?;
    }
    let mut out = Vec::new();
    plan.write(&mut source, &mut out)?;
    plan.read_back(&mut Cursor::new(&out), wanted.standard)?;
    if !wanted.is_dry {
        let mut stdout = std::io::stdout().lock();
        stdout.write_all(&out).and_then(|()| stdout.flush()).map_err(files::failed)?;
    }
    Ok(Output { text: String::new(), outcome: Outcome::Done })
}

fn warn(examined: &[Examined], settings: &Settings) {
    let heard = |found: &&Diagnostic| found.severity == Severity::Error || settings.quiet == 0;
    let shown: Vec<Diagnostic> =
        examined.iter().flat_map(|file| &file.findings).filter(heard).cloned().collect();
    for language in settings.speech.languages() {
        talk(&messages::render(&shown, *language, settings.colour, &|_| None));
    }
}

fn page(examined: &[Examined], standard: &Standard) -> Page {
    let good = examined.iter().filter(|file| file.report.is_some()).count();
    let count = examined.len();
    let mut section = Section::default();
    for file in examined {
        let said = verdict(file, standard);
        let line = match file.done {
            Some("to-run") => words("计划如下，未运行", "planned as follows, not run"),
            Some("written") => said,
            Some("unchanged") => {
                words(&format!("{}（原已有）", said.zh), &format!("{} (as it was)", said.en))
            }
            Some(_) => {
                words(&format!("{}（未写）", said.zh), &format!("{} (not written)", said.en))
            }
            None => words("未写入", "not labelled"),
        };
        let mut lines = vec![Line::words(line)];
        lines.extend(file.mark.iter().map(|mark| Line::below(mark.line())));
        section.row(words(&file.path, &file.path), lines);
    }
    let is_tried = examined.iter().any(|file| file.done == Some("planned"));
    let title = if is_tried {
        words(
            &format!("{count}个文件，将有{good}个加上标识；未写任何文件"),
            &format!("{good} of {count} files would be labelled; nothing was written"),
        )
    } else {
        words(
            &format!("{count}个文件，{good}个已加标识"),
            &format!("{good} of {count} files are labelled"),
        )
    };
    Page { title, subtitle: words(&standard.key, &standard.key), sections: vec![section] }
}
