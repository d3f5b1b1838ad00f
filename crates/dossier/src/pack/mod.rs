//! A pack: every part in the order of the portal, with its data, its manifest and what is missing.

mod json;
mod parts;
#[cfg(test)]
mod tests;
mod twin;

use kouan_rulebook::format::{PackText, PartKind, Per, ValueSource};
use kouan_rulebook::papers::{Entry, Typography};
use kouan_terms::{Bilingual, Diagnostic, Language};

pub use json::{ANSWERS_FILE, COMPLETENESS_SCHEMA, PACK_SCHEMA, answers, completeness, manifest};
pub(crate) use parts::is_expired;
pub use twin::{PAPER_SCHEMA, form_twin, twin};

use crate::concerned::Concerned;
use crate::document::{self, Document};
use crate::docx::{self, Member};
use crate::forms::{FilledForm, fill};
use crate::sources::Sources;
use crate::template::{self, Left};
use crate::trace::Source;
use crate::values::{Gap, PackView, PartView, Plain, Resolver, Scope, Value};
use crate::{assess, change, check, trace};

/// Sets a document as PDF; supplied by whoever holds the fonts.
pub type Typesetter<'a> =
    dyn Fn(&Document, &Typography, Language) -> Result<Vec<u8>, Diagnostic> + 'a;

/// A pack, made.
#[derive(Clone, Debug)]
pub struct Pack {
    /// What its documents know of it.
    pub view: PackView,
    /// Its documents.
    pub documents: Vec<Document>,
    /// Its forms.
    pub forms: Vec<FilledForm>,
    /// How ready it is.
    pub assessment: assess::Assessment,
    /// How much was known without asking.
    pub prefilled: Prefilled,
    /// What is wrong with answers and attached files: changed, missing, contradictory, not the
    /// official text.
    pub findings: Vec<Diagnostic>,
    /// Every file, in the order of the portal; the manifest comes last.
    pub files: Vec<Member>,
}

/// The gap of a pack whose official form is not held: no answer closes it.
pub const OFFICIAL_FORM: &str = "pack.official_form";

/// How many of the printed values were known without asking anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prefilled {
    /// Values from declaration, inventory, decision, rulebook, an earlier pack or the profile.
    pub known: usize,
    /// Values answered for this filing.
    pub answered: usize,
    /// Gaps.
    pub gaps: usize,
    /// Of the known, those answered for an earlier filing.
    pub earlier: usize,
}

impl Prefilled {
    /// The share in thousandths, rounded down; 0 of nothing.
    #[must_use]
    pub fn per_mille(&self) -> usize {
        let all = self.known + self.answered + self.gaps;
        (self.known * 1000).checked_div(all).unwrap_or(0)
    }
}

/// Makes a pack.
///
/// # Errors
///
/// `FL150` when the rulebook has no such pack on the day; `FL130` when an archive cannot be made.
pub fn build(
    sources: &Sources<'_>,
    id: &str,
    typesetter: Option<&Typesetter<'_>>,
) -> Result<Pack, Diagnostic> {
    let Some(entry) = sources.papers.pack(id, sources.on) else {
        return Err(Diagnostic::error("FL150").with("pack", id).with("on", sources.on));
    };
    let concerned = Concerned::of(sources, &entry.text);
    let sources = &concerned.sources(sources);
    let draft = draft(sources, entry);
    let assessment = assess::assess(sources, &draft);
    let view = completed(sources, &draft, &assessment);
    let last = written(sources, entry, &view);
    let view = view_with(sources, &view, &last);
    let (documents, forms) = (last.documents, last.forms);
    // Of the draft, as the papers themselves print it.
    let prefilled = prefilled(sources, &draft.documents);
    let mut findings = parts::findings(sources);
    findings.extend(check::contradictions(sources).into_iter().map(|(_, found)| found));
    findings.extend(
        assessment
            .past
            .iter()
            .map(|(limit, day)| Diagnostic::warning("FL154").with("limit", limit).with("day", day)),
    );
    let mut pack =
        Pack { view, documents, forms, assessment, prefilled, findings, files: Vec::new() };
    let texts = official_texts(sources, entry, &mut pack);
    pack.files = files(sources, entry, &mut pack, texts, typesetter)?;
    Ok(pack)
}

/// The zip of a pack's folder; the same pack gives the same bytes.
///
/// # Errors
///
/// `FL130` when it cannot be made.
pub fn archive(pack: &Pack) -> Result<Vec<u8>, Diagnostic> {
    docx::pack(&pack.files)
}

/// A pack before it was assessed: what stands in it and what is missing.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What its documents know of it.
    pub view: PackView,
    /// Its documents.
    pub documents: Vec<Document>,
    /// Its forms.
    pub forms: Vec<FilledForm>,
}

/// Writes every document and form of a pack once, to learn what is missing.
#[must_use]
pub fn draft(sources: &Sources<'_>, entry: &Entry<PackText>) -> Draft {
    let text = &entry.text;
    let both = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let title = both(&text.zh, &text.en);
    let view = PackView {
        id: entry.id.clone(),
        matter: text.matter.as_ref().map_or_else(|| title.clone(), |m| both(&m.zh, &m.en)),
        receiver: both(&text.receiver.zh, &text.receiver.en),
        title,
        is_form_missing: text.missing,
        parts: parts::parts(sources, entry),
        ..PackView::default()
    };
    let written = written(sources, entry, &view);
    let view = view_with(sources, &view, &written);
    Draft { view, documents: written.documents, forms: written.forms }
}

struct Written {
    documents: Vec<Document>,
    forms: Vec<FilledForm>,
    /// For each document, the part it belongs to.
    parts: Vec<Box<str>>,
}

fn written(sources: &Sources<'_>, entry: &Entry<PackText>, view: &PackView) -> Written {
    let resolver = Resolver::with_pack(sources, view);
    let mut written = Written { documents: Vec::new(), forms: Vec::new(), parts: Vec::new() };
    for part in &entry.text.part {
        if !view.parts.iter().any(|held| *held.id == **part.id.as_ref()) {
            continue;
        }
        if let Some(id) = &part.form
            && let Some(form) = sources.papers.form(id.as_ref(), sources.on)
        {
            written.forms.push(fill(&resolver, form));
        }
        let Some(id) = &part.document else { continue };
        let Some(text) = sources.papers.document(id.as_ref(), sources.on) else { continue };
        let per = if part.per == Per::Handler { text.text.per } else { part.per };
        for scope in Scope::default().each(sources, per) {
            written.documents.push(document::write(&resolver, text, &scope));
            written.parts.push(part.id.as_ref().as_str().into());
        }
    }
    written
}

/// The view with the gaps of what was written.
fn view_with(sources: &Sources<'_>, view: &PackView, written: &Written) -> PackView {
    let mut open: Vec<(Gap, Bilingual)> = Vec::new();
    let mut add = |gap: &Gap, title: &Bilingual| {
        if !open.iter().any(|(held, _)| held.path == gap.path && held.of == gap.of) {
            open.push((gap.clone(), title.clone()));
        }
    };
    let mut view = view.clone();
    // What is reckoned from a first writing is a gap in that one alone.
    view.parts.iter_mut().for_each(|part| part.gaps = 0);
    for (document, id) in written.documents.iter().zip(&written.parts) {
        document.gaps.iter().for_each(|gap| add(gap, &document.title));
        if let Some(part) = view.parts.iter_mut().find(|part| part.id == *id) {
            part.gaps = part.gaps.max(document.gaps.len());
        }
    }
    for form in &written.forms {
        form.gaps().for_each(|gap| add(gap, &form.title));
    }
    if view.is_form_missing {
        let gap = Resolver::new(sources).gap(OFFICIAL_FORM, &Scope::default());
        add(&gap, &view.title);
    }
    view.gaps = open.len();
    view.open = open;
    view
}

/// The view with what the assessment and the shares add to it.
fn completed(sources: &Sources<'_>, draft: &Draft, found: &assess::Assessment) -> PackView {
    let mut view = draft.view.clone();
    // What is reckoned from the draft itself is a gap in the draft alone.
    view.open.retain(|(gap, _)| !is_reckoned(sources, &gap.path));
    view.gaps = view.open.len();
    let resolver = Resolver::new(sources);
    let share = prefilled(sources, &draft.documents).per_mille();
    let percent = format!("{}.{}%", share / 10, share % 10);
    let reckoned =
        |words: Bilingual| Value { words, plain: Plain::Text, sources: vec![Source::Reckoned] };
    let same = |text: &str| Bilingual { zh: text.to_owned(), en: text.to_owned() };
    let mut put = |path: &str, value: Value| view.facts.push((path.into(), value));
    put("pack.prefilled_share", reckoned(same(&percent)));
    let reused = draft.view.parts.iter().filter(|p| p.state == crate::values::PartState::Reused);
    put("pack.reused_count", reckoned(same(&reused.count().to_string())));
    let verdict = found.verdict.as_str();
    let words = sources.papers.phrase("verdict", verdict).unwrap_or_else(|| same(verdict));
    put("readiness.verdict", reckoned(words));
    for (path, count) in found.counts() {
        put(path, reckoned(same(&count.to_string())));
    }
    if let Some(day) = found.file_by {
        put("deadline.file_by", reckoned(resolver.day_words(day)));
    }
    if let Some(day) = found.good_until {
        put("deadline.assessment_good_until", reckoned(resolver.day_words(day)));
    }
    view.rows = found.rows(sources);
    let triggered = sources
        .earlier
        .map(|earlier| change::compare(sources, earlier, &about(sources, &view.id)))
        .unwrap_or_default();
    view.facts.extend(change::facts(sources, &view.id, &triggered));
    view.rows.extend(change::rows(sources, &triggered));
    view
}

/// The pack whose triggers a pack on a change goes by: the one that it adds to.
fn about(sources: &Sources<'_>, id: &str) -> String {
    let entry = sources.papers.pack(id, sources.on);
    let bases = entry.map(|entry| entry.text.adds_to.as_slice()).unwrap_or_default();
    let route = sources.decision.route;
    let mut bases = bases.iter().map(|base| base.as_ref().as_str());
    let serves = |base: &str| {
        let pack = sources.papers.pack(base, sources.on);
        pack.is_some_and(|pack| pack.text.serves(route))
    };
    bases.find(|base| serves(base)).unwrap_or(id).to_owned()
}

/// How many of the values that documents print were known without asking anew. What the program
/// reckons of the pack itself was neither known nor asked.
fn prefilled(sources: &Sources<'_>, documents: &[Document]) -> Prefilled {
    let mut counted = Prefilled::default();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let reckoned = |path: &str| is_reckoned(sources, path);
    for document in documents {
        for trace in &document.traces {
            let key = (&*trace.path, &*trace.of);
            if trace.path.starts_with("row.") || seen.contains(&key) || reckoned(&trace.path) {
                continue;
            }
            seen.push(key);
            if asked_anew(sources, trace) {
                counted.answered += 1;
            } else {
                counted.known += 1;
                let earlier = |source: &Source| matches!(source, Source::Earlier { .. });
                counted.earlier += usize::from(trace.sources.iter().any(earlier));
            }
        }
        for gap in &document.gaps {
            let key = (&*gap.path, &*gap.of);
            if !seen.contains(&key) && !reckoned(&gap.path) {
                seen.push(key);
                counted.gaps += 1;
            }
        }
    }
    counted
}

/// Whether a value is reckoned from the pack itself.
fn is_reckoned(sources: &Sources<'_>, path: &str) -> bool {
    let value = sources.papers.value(path);
    value.is_some_and(|value| value.text.from == ValueSource::Computed)
}

fn asked_anew(sources: &Sources<'_>, trace: &trace::Trace) -> bool {
    trace.sources.iter().any(|source| match source {
        Source::Answer { question, of, .. } => {
            let answers = &sources.answers.all;
            let held = answers.iter().find(|a| a.question == *question && *a.of.label() == **of);
            held.is_some_and(|answer| !answer.profile)
        }
        _ => false,
    })
}

/// The handler's copies of official texts, filled in; why one was not is a finding.
fn official_texts(sources: &Sources<'_>, entry: &Entry<PackText>, pack: &mut Pack) -> Vec<Member> {
    let mut texts = Vec::new();
    for part in entry.text.part.iter().filter(|part| part.kind == PartKind::Template) {
        let (Some(id), Some(kind)) = (&part.template, &part.evidence) else { continue };
        for evidence in sources.answers.evidence_of(kind.as_ref()) {
            let held = sources.attached(&evidence.file);
            let Some(bytes) = held.and_then(|held| held.bytes) else { continue };
            let scope = match evidence.of.per {
                Per::Recipient => Scope::of_recipient(sources, &evidence.of.name),
                _ => Scope::default(),
            };
            match template::fill(sources, id, &evidence.file, bytes, &scope) {
                Ok(filled) => {
                    let left = filled.left.iter().filter(|(_, why)| *why != Left::ByHand).count();
                    if left > 0 {
                        let found = Diagnostic::warning("FL153").with("file", &evidence.file);
                        pack.findings.push(found.with("count", left));
                    }
                    let stem = evidence.file.rsplit('/').next().unwrap_or(&evidence.file);
                    let name = format!("{}/{stem}", part.folder);
                    texts.push(Member { name, bytes: filled.bytes });
                }
                Err(finding) => pack.findings.push(finding),
            }
        }
    }
    texts
}

/// Every file of the pack: papers in the order of the portal, data, what is missing, the manifest.
fn files(
    sources: &Sources<'_>,
    entry: &Entry<PackText>,
    pack: &mut Pack,
    texts: Vec<Member>,
    typesetter: Option<&Typesetter<'_>>,
) -> Result<Vec<Member>, Diagnostic> {
    let mut papers: Vec<Filed> = Vec::new();
    let mut companions: Vec<Filed> = Vec::new();
    let mut data = Vec::new();
    let mut unset = Vec::new();
    let mut rest = pack.documents.iter();
    for part in &entry.text.part {
        let Some(view) = pack.view.parts.iter().find(|p| *p.id == **part.id.as_ref()) else {
            continue;
        };
        let Some(id) = &part.document else { continue };
        let own = rest.clone().take_while(|document| *document.id == **id.as_ref()).count();
        for (index, document) in rest.by_ref().take(own).enumerate() {
            let stem = stem(document, index, own);
            let Some(typography) = sources.papers.typography(&document.typography, sources.on)
            else {
                continue;
            };
            let name = data_name(document, index, own);
            let twin_name = format!("data/{name}.json");
            let mut set = |path: String, language, into: &mut Vec<Filed>| {
                let mut file = |extension: &str, bytes| {
                    let member = Member { name: format!("{path}.{extension}"), bytes };
                    into.push(Filed { member, twin: Some((twin_name.clone(), language)) });
                };
                file("docx", docx::write(document, &typography.text, language)?);
                if let Some(typesetter) = typesetter {
                    // The DOCX is there: one PDF that cannot be made does not cost the pack.
                    match typesetter(document, &typography.text, language) {
                        Ok(bytes) => file("pdf", bytes),
                        Err(found) => unset.push(found),
                    }
                }
                Ok::<(), Diagnostic>(())
            };
            set(format!("{}/{stem}", view.folder), Language::Zh, &mut papers)?;
            set(format!("companion-en/{name}"), Language::En, &mut companions)?;
            data.push(json_member(&twin_name, &twin(sources, &pack.view.id, document)));
        }
    }
    pack.findings.append(&mut unset);
    for form in &pack.forms {
        let name = format!("data/form-{}.json", form.id);
        data.push(json_member(&name, &form_twin(sources, &pack.view.id, form)));
    }
    data.push(json_member(ANSWERS_FILE, &answers(sources)));
    data.push(json_member("completeness.json", &completeness(sources, pack)));
    let mut filed = papers;
    filed.extend(texts.into_iter().map(|member| Filed { member, twin: None }));
    filed.extend(companions);
    filed.extend(data.into_iter().map(|member| Filed { member, twin: None }));
    let manifest = json_member("manifest.json", &manifest(sources, pack, &filed));
    let mut files: Vec<Member> = filed.into_iter().map(|filed| filed.member).collect();
    files.push(manifest);
    Ok(files)
}

/// A file of a pack, and for a paper the twin that it belongs to.
#[derive(Clone, Debug)]
pub struct Filed {
    /// The file.
    pub member: Member,
    /// The name of its twin, and its language.
    pub twin: Option<(String, Language)>,
}

/// The stem of a document's file: its title, with what it is of where there are several.
fn stem(document: &Document, index: usize, count: usize) -> String {
    if count > 1 {
        format!("{}-{}", document.title.zh, index + 1)
    } else {
        document.title.zh.clone()
    }
}

fn data_name(document: &Document, index: usize, count: usize) -> String {
    if count > 1 { format!("{}-{}", document.id, index + 1) } else { document.id.to_string() }
}

fn json_member(name: &str, value: &serde_json::Value) -> Member {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    Member { name: name.to_owned(), bytes: text.into_bytes() }
}

/// The parts that we write ourselves.
pub(crate) fn is_ours(part: &PartView) -> bool {
    matches!(part.kind, PartKind::Document | PartKind::Form)
}
