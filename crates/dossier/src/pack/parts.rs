//! The parts of a pack that apply, and what is there of each.

use kouan_rulebook::format::{PackText, PartKind, PartText};
use kouan_rulebook::papers::Entry;
use kouan_terms::{Bilingual, Diagnostic, Place};

use crate::answers::Evidence;
use crate::formats::{self, misfit};
use crate::sources::Sources;
use crate::values::{PartState, PartView, Resolver, Scope, months_after};

/// The parts of a pack that apply to this filing, in their order.
pub(super) fn parts(sources: &Sources<'_>, entry: &Entry<PackText>) -> Vec<PartView> {
    let resolver = Resolver::new(sources);
    let scope = Scope::default();
    let applying = entry.text.part.iter().filter(|part| resolver.applies(&part.when, &scope));
    applying.map(|part| view(sources, part)).collect()
}

fn view(sources: &Sources<'_>, part: &PartText) -> PartView {
    let kinds: Vec<&str> = match part.kind {
        // Of an official text, the copy that is filled in or the one that was signed.
        PartKind::Attachment | PartKind::Template => {
            let kinds = part.evidence.iter().chain(&part.evidences).chain(&part.signed);
            kinds.map(|kind| kind.as_ref().as_str()).collect()
        }
        PartKind::Document | PartKind::Form => {
            part.signed.iter().map(|kind| kind.as_ref().as_str()).collect()
        }
    };
    let files: Vec<&Evidence> =
        kinds.iter().flat_map(|kind| sources.answers.evidence_of(kind)).collect();
    let state = state(sources, part, &files);
    let note = part.note.as_ref();
    let mut named: Vec<(Box<str>, Box<str>)> = Vec::new();
    for file in files {
        let pair = (file.file.clone(), file.sha256.clone());
        if !named.contains(&pair) {
            named.push(pair);
        }
    }
    PartView {
        id: part.id.as_ref().as_str().into(),
        name: Bilingual { zh: part.zh.clone(), en: part.en.clone() },
        kind: part.kind,
        required: part.required,
        upload: part.upload,
        folder: part.folder.as_str().into(),
        state,
        files: named,
        gaps: 0,
        note: note.map(|note| Bilingual { zh: note.zh.clone(), en: note.en.clone() }),
    }
}

fn state(sources: &Sources<'_>, part: &PartText, files: &[&Evidence]) -> PartState {
    let ours = matches!(part.kind, PartKind::Document | PartKind::Form);
    if files.iter().any(|file| is_changed(sources, file)) {
        return PartState::Changed;
    }
    if files.iter().any(|file| misfit(sources, file).is_some()) {
        return PartState::WrongFormat;
    }
    if !files.is_empty() && files.iter().all(|file| is_expired(sources, file)) {
        return PartState::Expired;
    }
    match (ours, files.is_empty()) {
        (true, true) if part.signed.is_some() => PartState::ToBeSigned,
        (true, true) => PartState::Made,
        (false, true) if part.required => PartState::Missing,
        (false, true) => PartState::NotNeeded,
        (_, false) if files.iter().all(|file| file.reused) => PartState::Reused,
        (_, false) => PartState::Attached,
    }
}

/// Whether a file is another than the one that was recorded, or is no longer there.
pub(crate) fn is_changed(sources: &Sources<'_>, file: &Evidence) -> bool {
    sources.files.is_some_and(|files| {
        let mut held = files.iter().filter(|held| *held.file == *file.file);
        !held.any(|held| held.sha256.eq_ignore_ascii_case(&file.sha256))
    })
}

/// What is wrong with attached files: another content, not there, too old.
pub(super) fn findings(sources: &Sources<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for file in &sources.answers.evidence {
        let place = || Place::file(&file.file);
        if sources.files.is_some() && sources.attached(&file.file).is_none() {
            found.push(Diagnostic::error("FL115").at(place()).with("kind", &file.kind));
        } else if is_changed(sources, file) {
            found.push(Diagnostic::error("FL114").at(place()).with("kind", &file.kind));
        }
        found.extend(formats::finding(sources, file));
        if is_expired(sources, file) {
            found.push(Diagnostic::warning("FL125").at(place()).with("kind", &file.kind));
        }
    }
    found.dedup();
    found
}

/// Whether a file may no longer be used on the day of filing.
pub(crate) fn is_expired(sources: &Sources<'_>, file: &Evidence) -> bool {
    let months = sources.papers.evidence(&file.kind).and_then(|kind| kind.text.valid_months);
    let by_kind = months.zip(file.on).and_then(|(months, on)| months_after(on, months));
    let until = file.valid_until.or(by_kind);
    until.is_some_and(|last| last < sources.on)
}
