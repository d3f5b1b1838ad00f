//! Precision and recall of spans in running text, on our own annotated sentences.

use std::collections::BTreeMap;
use std::path::Path;

use kouan_scan::text::{TextKind, TextSpan, spans};

use super::Extent;
use super::report::Count;
use crate::Outcome;

/// Finds the spans of the annotated sentences and prints how well, per kind.
pub(crate) fn run(root: &Path, extent: Extent) -> Result<Outcome, String> {
    let folder = root.join("crates/scan/quality");
    let mut parts = Vec::new();
    for part in ["text", "text-heldout"] {
        let shown = match extent {
            Extent::Mistakes => part == "text",
            Extent::AllMistakes => true,
            Extent::Table | Extent::Check => false,
        };
        parts.push((part, part_of(&folder.join(part), part, shown)?));
    }
    if extent == Extent::Check {
        check(&folder.join("floor-text.toml"), &parts)
    } else {
        Ok(Outcome::Clean)
    }
}

/// Finds the spans of the annotated sentences of any folder and prints every mistake.
pub(crate) fn of(folder: &Path) -> Result<Outcome, String> {
    part_of(folder, "text", true)?;
    Ok(Outcome::Clean)
}

/// Measures one folder and prints its figures.
fn part_of(folder: &Path, part: &str, shown: bool) -> Result<BTreeMap<TextKind, Count>, String> {
    let mut figures = BTreeMap::new();
    let sentences = read(folder)?;
    for sentence in &sentences {
        measure(sentence, shown, &mut figures);
    }
    println!("\n{part}: {} sentences", sentences.len());
    println!(
        "{:<14}{:>6}{:>6}{:>7}{:>11}{:>8}{:>7}",
        "kind", "right", "wrong", "missed", "precision", "recall", "F1"
    );
    for (kind, count) in &figures {
        let Count { right, wrong, missed } = *count;
        let (precision, recall, f1) = (count.precision(), count.recall(), count.f1());
        println!(
            "{:<14}{right:>6}{wrong:>6}{missed:>7}{precision:>11.3}{recall:>8.3}{f1:>7.3}",
            kind.name()
        );
    }
    Ok(figures)
}

struct Sentence {
    place: String,
    text: String,
    spans: Vec<(TextKind, usize, usize)>,
}

fn read(folder: &Path) -> Result<Vec<Sentence>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let entries = std::fs::read_dir(folder).map_err(failed)?;
    let mut files: Vec<_> =
        entries.collect::<Result<Vec<_>, _>>().map_err(failed)?.iter().map(|e| e.path()).collect();
    files.sort();
    let mut sentences = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        for (number, line) in text.lines().enumerate() {
            if !line.is_empty() && !line.starts_with('#') {
                let place = format!("{name}:{}", number + 1);
                sentences.push(sentence(place, line)?);
            }
        }
    }
    Ok(sentences)
}

/// Reads `客户{name:例某}来电`: the text without the marks, and where they stood.
fn sentence(place: String, line: &str) -> Result<Sentence, String> {
    let mut sentence = Sentence { place, text: String::new(), spans: Vec::new() };
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('{') {
        sentence.text.push_str(before);
        let wrong = || format!("{}: a mark is `{{kind:text}}`", sentence.place);
        let (mark, after) = marked.split_once('}').ok_or_else(wrong)?;
        let (kind, value) = mark.split_once(':').ok_or_else(wrong)?;
        let kind = TextKind::parse(kind).ok_or_else(wrong)?;
        let start = sentence.text.len();
        sentence.text.push_str(value);
        sentence.spans.push((kind, start, sentence.text.len()));
        rest = after;
    }
    sentence.text.push_str(rest);
    Ok(sentence)
}

fn measure(sentence: &Sentence, shown: bool, figures: &mut BTreeMap<TextKind, Count>) {
    let mut found: Vec<TextSpan> = Vec::new();
    spans(&sentence.text, &mut found);
    let found: Vec<_> = found.iter().map(|span| (span.kind, span.start, span.end)).collect();
    // Places and names in part are not annotated everywhere: what is found beyond the marks is
    // counted only for the kinds that are.
    let counted = |kind: TextKind| !matches!(kind, TextKind::Place | TextKind::Surname);
    for one in &found {
        let right = sentence.spans.contains(one);
        let count = figures.entry(one.0).or_default();
        if right {
            count.right += 1;
        } else if counted(one.0) {
            count.wrong += 1;
            if shown {
                tell(sentence, "wrong", *one);
            }
        }
    }
    for one in sentence.spans.iter().filter(|one| !found.contains(one)) {
        figures.entry(one.0).or_default().missed += 1;
        if shown {
            tell(sentence, "missed", *one);
        }
    }
}

/// Our sentences are invented, so that a mistake can be shown in full.
fn tell(sentence: &Sentence, what: &str, (kind, start, end): (TextKind, usize, usize)) {
    let value = sentence.text.get(start..end).unwrap_or_default();
    println!("  {} {what} {} `{value}`", sentence.place, kind.name());
}

type Part = (&'static str, BTreeMap<TextKind, Count>);

/// Compares with the recorded floor: per part and kind the least F1.
fn check(floor: &Path, parts: &[Part]) -> Result<Outcome, String> {
    let text = std::fs::read_to_string(floor).map_err(|e| format!("{}: {e}", floor.display()))?;
    let floors: BTreeMap<String, BTreeMap<String, f64>> =
        toml::from_str(&text).map_err(|e| format!("{}: {e}", floor.display()))?;
    let mut below = 0;
    for (part, kinds) in &floors {
        let Some((_, figures)) = parts.iter().find(|(name, _)| name == part) else {
            return Err(format!("the floor names `{part}`, which is not measured"));
        };
        for (name, &least) in kinds {
            let kind = TextKind::parse(name).ok_or_else(|| format!("no kind is `{name}`"))?;
            let f1 = figures.get(&kind).copied().unwrap_or_default().f1();
            if f1 < least {
                println!("{part}: F1 of {name} {f1:.4} is below the floor {least:.4}");
                below += 1;
            }
        }
    }
    Ok(if below == 0 { Outcome::Clean } else { Outcome::Findings })
}
