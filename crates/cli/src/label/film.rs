//! Labels in films and packed sound: FFmpeg does the work, after its plan was shown; what it made
//! is held against the plan before it takes the place of the file.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use kouan_label::ExplicitRules;
use kouan_mark::film::probe::{self, Kind, Probe};
use kouan_mark::film::{self, Names, Plan};
use kouan_mark::sound::Moment;
use kouan_mark::{Drawn, Fonts, Wish};
use kouan_terms::Diagnostic;

use super::files;

/// How the name of a folder ends in which FFmpeg makes a file.
pub const SCRATCH: &str = ".new";

/// What is wanted of a film.
pub struct Order<'a> {
    /// The words and where they stand in a picture; a refusal is told only where there is one.
    pub wish: Result<Wish<'a>, Diagnostic>,
    /// Where the notice stands in sound.
    pub moment: Result<Moment, Diagnostic>,
    /// A spoken clip.
    pub clip: Option<&'a [u8]>,
    /// How long the mark is shown.
    pub seconds: Option<u32>,
    /// Another encoder.
    pub encoder: Option<&'a str>,
    /// The fonts.
    pub fonts: &'a Fonts,
    /// The rules of the day.
    pub rules: &'a ExplicitRules,
}

/// What became of a film.
pub enum Work {
    /// The mark stands in it already.
    There(Drawn),
    /// What FFmpeg would do.
    Planned(String, Vec<Diagnostic>),
    /// The new file, to be dropped or read from; what was measured of a mark to be seen.
    Made(Scratch, Option<Drawn>, Vec<Diagnostic>),
}

/// Says, before FFmpeg is run, whether what it makes can be put in its place.
pub type Ready<'a> = &'a dyn Fn() -> Result<(), Diagnostic>;

/// A file or a folder that is gone when it is dropped.
pub struct Scratch {
    folder: PathBuf,
    /// The new film in it.
    pub film: PathBuf,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Plans the mark of a film or of sound, and has it made where there is somebody to say that all is
/// ready for it.
///
/// # Errors
///
/// LB101 where nothing can be written, LB156 where FFmpeg is not there, LB157 where it fails, LB158
/// where what it made differs from the plan, and those of the plan.
pub fn work(
    source: &Path,
    into: Option<&Path>,
    order: &Order<'_>,
    ready: Option<Ready<'_>>,
) -> Result<Work, Diagnostic> {
    let before = described(source)?;
    let is_film = before.streams.iter().any(|stream| stream.kind == Kind::Video);
    let mark = if is_film { "mark.png" } else { "mark.wav" };
    let name = source.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let shown = Names { source: &source.to_string_lossy(), mark, target: &format!("new/{name}") };
    let plan = planned(&before, shown, order)?;
    if let Some(overlay) = &plan.overlay
        && let Some(found) = overlay.find(&frame(&plan.first_frame(shown.source))?).ok().flatten()
    {
        return Ok(Work::There(found));
    }
    let Some(ready) = ready else {
        let line = std::iter::once("ffmpeg".to_owned())
            .chain(plan.arguments.iter().map(|word| quoted(word)));
        let line = line.collect::<Vec<_>>().join(" ");
        return Ok(Work::Planned(line, plan.findings));
    };
    ready()?;
    // Where the new file is to stand there is room for it, or nowhere.
    let hidden = format!(".{name}.{}{SCRATCH}", std::process::id());
    let folder = into.map_or_else(|| source.with_file_name(&hidden), |into| into.join(&hidden));
    std::fs::create_dir(&folder).map_err(files::failed)?;
    let scratch = Scratch { film: folder.join(&name), folder };
    let mark = scratch.folder.join(mark);
    let written = std::fs::File::create_new(&mark).and_then(|mut file| file.write_all(&plan.mark));
    written.map_err(files::failed)?;
    let (mark, target) = (mark.to_string_lossy(), scratch.film.to_string_lossy());
    let plan = planned(&before, Names { mark: &mark, target: &target, ..shown }, order)?;
    ran("ffmpeg", &plan.arguments)?;
    let after = described(&scratch.film)?;
    plan.compare(&before, &after)?;
    let seen = measured(&plan, &scratch.film, &after)?;
    Ok(Work::Made(scratch, seen, plan.findings))
}

/// The mark of a film as it stands in its first frame; none where none of ours is found.
pub fn seen(source: &Path, order: &Order<'_>) -> Option<Drawn> {
    let before = described(source).ok()?;
    let names = Names { source: &source.to_string_lossy(), mark: "", target: "" };
    let plan = planned(&before, names, order).ok()?;
    let first = frame(&plan.first_frame(names.source)).ok()?;
    plan.overlay?.find(&first).ok()?
}

fn planned(before: &Probe, names: Names<'_>, order: &Order<'_>) -> Result<Plan, Diagnostic> {
    let options = (order.seconds, order.encoder);
    if before.streams.iter().any(|stream| stream.kind == Kind::Video) {
        let wish = order.wish.clone()?;
        let plan = film::film(before, names, &wish, options, order.fonts, order.rules)?;
        if let Some(plan) = plan {
            return Ok(plan);
        }
    }
    let moment = order.moment.clone()?;
    film::sound(before, names, order.clip, moment, order.encoder, order.rules)
}

/// The mark of a film, measured on its first frame and on the last one that has to bear it.
fn measured(plan: &Plan, film: &Path, probe: &Probe) -> Result<Option<Drawn>, Diagnostic> {
    let Some(overlay) = &plan.overlay else { return Ok(None) };
    let film = film.to_string_lossy();
    let missing = || Diagnostic::error("LB154");
    let first = overlay.find(&frame(&plan.first_frame(&film))?)?.ok_or_else(missing)?;
    let last = frame(&plan.last_frame(&film, probe))?;
    // A film of few frames shows one for longer than the mark has to stand.
    if !last.is_empty() {
        overlay.find(&last)?.ok_or_else(missing)?;
    }
    Ok(Some(first))
}

fn frame(arguments: &[String]) -> Result<Vec<u8>, Diagnostic> {
    ran("ffmpeg", arguments).map(|output| output.stdout)
}

fn described(path: &Path) -> Result<Probe, Diagnostic> {
    let words = probe::ARGUMENTS.iter().map(OsStr::new).chain([path.as_os_str()]);
    let output = ran("ffprobe", &words.collect::<Vec<_>>())?;
    probe::read(&String::from_utf8_lossy(&output.stdout))
}

/// Runs a program to its end.
fn ran<T: AsRef<OsStr>>(program: &str, arguments: &[T]) -> Result<Output, Diagnostic> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|_| Diagnostic::error("LB156").with("program", program))?;
    if output.status.success() {
        return Ok(output);
    }
    let code = output.status.code().map_or_else(|| "—".to_owned(), |code| code.to_string());
    Err(Diagnostic::error("LB157").with("program", program).with("code", code))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./:=+,%@".contains(character);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
