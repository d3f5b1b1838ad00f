//! Everything that papers are made from: read from files, decided, held together.

use std::path::Path;

use kouan_decide::decision::Decision;
use kouan_decide::declaration::Transfer;
use kouan_decide::{Decider, Request};
use kouan_dossier::answers::{Answers, Asked, read as read_answers};
use kouan_dossier::docx::unpack;
use kouan_dossier::earlier::Earlier;
use kouan_dossier::formats::Format;
use kouan_dossier::inventory::InventoryView;
use kouan_dossier::{Attached, Declared, Sources};
use kouan_rulebook::Book;
use kouan_rulebook::papers::{self, Papers};
use kouan_terms::{Day, Diagnostic, Place as At, Severity};

use super::ledger;
use crate::account::Place;
use crate::adopted::{self, Adopted};
use crate::inventories::Named;
use crate::settings::Settings;
use crate::{decision_json, declarations, files, inventories, rulebook_source};

/// The rulebook and its papers.
pub struct Law {
    /// The rulebook.
    pub book: Book,
    /// Its papers.
    pub papers: Papers,
}

impl Law {
    /// Reads both.
    ///
    /// # Errors
    ///
    /// The findings of the rulebook; of another one than the embedded, those of a check too.
    pub fn read(settings: &Settings) -> Result<Law, Vec<Diagnostic>> {
        let folder = settings.rulebook.as_deref();
        let (book, papers) = (rulebook_source::load(folder)?, rulebook_source::papers(folder)?);
        // A paper that is named and not there would be left out in silence; the embedded rulebook
        // is checked before it is embedded.
        if folder.is_some() {
            let mut found = papers::check(&papers, &book);
            found.retain(|finding| finding.severity == Severity::Error);
            if !found.is_empty() {
                return Err(found);
            }
        }
        Ok(Law { book, papers })
    }
}

/// What a person gave, read, and what was decided on it.
pub struct Given {
    file: String,
    digest: String,
    /// The transfer.
    pub transfer: Transfer,
    /// What was decided on it.
    pub decision: Decision,
    decision_digest: String,
    inventories: Vec<InventoryView>,
    answers: Answers,
    evidence: Vec<File>,
    /// What is doubtful about the answers.
    pub warnings: Vec<Diagnostic>,
    /// The readings of open points that somebody answers for.
    pub adopted: Vec<Adopted>,
    on: Day,
}

/// An evidence file as it is now.
struct File {
    name: String,
    sha256: String,
    format: Option<Format>,
    bytes: Option<Vec<u8>>,
}

/// Borrows from [`Given`], for as long as papers are made.
pub struct Lent<'a> {
    given: &'a Given,
    law: &'a Law,
    attached: Vec<Attached<'a>>,
}

impl Given {
    /// Reads a declaration, its inventories and the answers, and decides.
    ///
    /// # Errors
    ///
    /// Every finding of the declaration, of the decision, or of the answers.
    pub fn read(
        law: &Law,
        path: &str,
        answers: &[String],
        adopted: Vec<Adopted>,
        settings: &Settings,
    ) -> Result<Given, Vec<Diagnostic>> {
        let one = declarations::read_one(&law.book, path)?;
        Given::decided(law, path, &one, (settings.on, adopted), answers, settings)
    }

    /// Reads what an earlier filing was made from; the law is that of its own day.
    ///
    /// # Errors
    ///
    /// As for [`Given::read`].
    pub fn earlier(
        law: &Law,
        path: &str,
        answers: &[String],
        settings: &Settings,
    ) -> Result<Given, Vec<Diagnostic>> {
        let one = declarations::read_one(&law.book, path)?;
        let on = one.transfer.answers_on.unwrap_or(settings.on);
        Given::decided(law, path, &one, (on, Vec::new()), answers, settings)
    }

    /// Decides what was read, and reads the answers.
    ///
    /// # Errors
    ///
    /// As for [`Given::read`].
    pub fn decided(
        law: &Law,
        path: &str,
        one: &declarations::One,
        (on, adopted): (Day, Vec<Adopted>),
        answers: &[String],
        settings: &Settings,
    ) -> Result<Given, Vec<Diagnostic>> {
        let readings = adopted::readings(&adopted);
        let transfer = &one.transfer;
        let request = Request { file: path, transfer, on, adopted: &readings, assumed: &[] };
        let decision = Decider::new(&law.book).decide(&request)?;
        // As `kouan decide --output-format json` prints it, so that anyone can reckon it again.
        let printed = format!("{:#}\n", decision_json::document(&decision, &adopted));
        let mut given = Given {
            file: path.to_owned(),
            digest: kouan_dossier::digest(one.text.as_bytes()),
            inventories: views(&one.inventories, settings)?,
            transfer: one.transfer.clone(),
            decision_digest: kouan_dossier::digest(printed.as_bytes()),
            decision,
            answers: Answers::default(),
            evidence: Vec::new(),
            warnings: Vec::new(),
            adopted,
            on,
        };
        given.answer(law, answers)?;
        Ok(given)
    }

    /// Adds the answers of every file.
    fn answer(&mut self, law: &Law, paths: &[String]) -> Result<(), Vec<Diagnostic>> {
        let mut findings = Vec::new();
        let mut read: Vec<(String, Answers)> = Vec::new();
        let names = self.names(law);
        let names = names.lend();
        let asked = names.asked(law, self.on);
        for path in paths {
            let text = match files::read(path) {
                Ok(text) => text,
                Err(found) => {
                    findings.push(unreadable(path, found));
                    continue;
                }
            };
            match read_answers(path, &text, &asked) {
                Ok((answers, warnings)) => {
                    read.push((path.clone(), answers));
                    self.warnings.extend(warnings);
                }
                Err(found) => findings.extend(found.into_iter().map(|one| no_quote(one, &text))),
            }
        }
        findings.extend(answered_twice(&read));
        if !findings.is_empty() {
            return Err(findings);
        }
        self.evidence = read.iter().flat_map(|(path, answers)| evidence(path, answers)).collect();
        self.answers = Answers::joined(read.into_iter().map(|(_, answers)| answers).collect());
        Ok(())
    }

    /// Takes over what an earlier pack says and nobody said now.
    ///
    /// # Errors
    ///
    /// The pack cannot be read, is none, is of another handler, or was changed.
    pub fn take_over_pack(&mut self, law: &Law, path: &str) -> Result<(), Vec<Diagnostic>> {
        let members = super::check::members(path).map_err(|finding| vec![finding])?;
        let members = match members.as_slice() {
            [zip] if zip.name.ends_with(".zip") => unpack(path, &zip.bytes),
            _ => Ok(members),
        };
        let members = members.map_err(|finding| vec![finding.at(At::file(path))])?;
        let names = self.names(law);
        let names = names.lend();
        let asked = names.asked(law, self.on);
        let earlier = Earlier::read(path, &members, &self.transfer, &asked);
        let earlier = earlier.map_err(|finding| vec![finding])?;
        let left = earlier.unfit + self.answers.carry_over(&earlier, &asked);
        self.left_out(path, left);
        Ok(())
    }

    /// Takes over what the handler's ledger says and nobody said now.
    ///
    /// # Errors
    ///
    /// The ledger cannot be read; FL159 where it is of another handler.
    pub fn take_over_ledger(&mut self, law: &Law, folder: &str) -> Result<(), Vec<Diagnostic>> {
        let records = Place::at(folder).records()?;
        if self.transfer.handler.credit_code.as_deref() != Some(records.handler()) {
            return Err(vec![Diagnostic::error("FL159").at(At::file(folder))]);
        }
        let history = records.history().map_err(|finding| vec![finding])?;
        let names = self.names(law);
        let names = names.lend();
        let asked = names.asked(law, self.on);
        self.answers.take_ledger(&ledger::stated(&history), &asked);
        Ok(())
    }

    /// Takes over what was answered for the earlier filing of a change and nobody said now.
    pub fn take_over_filing(&mut self, law: &Law, old: &Given) {
        let names = self.names(law);
        let names = names.lend();
        let asked = names.asked(law, self.on);
        let left = self.answers.carry_over(&Earlier::of(&old.answers), &asked);
        self.left_out(&old.file, left);
    }

    fn left_out(&mut self, path: &str, count: usize) {
        if count > 0 {
            let found = Diagnostic::warning("FL158").at(At::file(path));
            self.warnings.push(found.with("count", count));
        }
    }

    /// What answers can be of.
    fn names(&self, law: &Law) -> Names {
        let flows = self.transfer.flows.iter();
        let fields = flows.clone().flat_map(|flow| &flow.fields);
        let lent = self.lend(law);
        let recipients = lent.sources().recipients().into_iter().map(str::to_owned).collect();
        Names {
            flows: flows.map(|flow| flow.id.to_string()).collect(),
            recipients,
            fields: fields.map(|field| field.name.to_string()).collect(),
        }
    }

    /// Lends everything out.
    pub fn lend<'a>(&'a self, law: &'a Law) -> Lent<'a> {
        let attached = self.evidence.iter().map(|file| Attached {
            file: &file.name,
            sha256: &file.sha256,
            format: file.format,
            bytes: file.bytes.as_deref(),
        });
        Lent { given: self, law, attached: attached.collect() }
    }
}

/// Names of flows, recipients and fields, apart from the declaration they stand in.
struct Names {
    flows: Vec<String>,
    recipients: Vec<String>,
    fields: Vec<String>,
}

/// The names, borrowed as they are asked for.
struct LentNames<'a> {
    flows: Vec<&'a str>,
    recipients: Vec<&'a str>,
    fields: Vec<&'a str>,
}

impl Names {
    fn lend(&self) -> LentNames<'_> {
        fn all(names: &[String]) -> Vec<&str> {
            names.iter().map(String::as_str).collect()
        }
        LentNames {
            flows: all(&self.flows),
            recipients: all(&self.recipients),
            fields: all(&self.fields),
        }
    }
}

impl LentNames<'_> {
    fn asked<'a>(&'a self, law: &'a Law, on: Day) -> Asked<'a> {
        Asked {
            papers: &law.papers,
            flows: &self.flows,
            recipients: &self.recipients,
            fields: &self.fields,
            on,
        }
    }
}

impl Lent<'_> {
    /// What the papers are made from.
    pub fn sources(&self) -> Sources<'_> {
        Sources {
            book: &self.law.book,
            papers: &self.law.papers,
            declared: Declared {
                file: &self.given.file,
                digest: &self.given.digest,
                transfer: &self.given.transfer,
            },
            decision: &self.given.decision,
            decision_digest: &self.given.decision_digest,
            inventories: &self.given.inventories,
            answers: &self.given.answers,
            files: Some(&self.attached),
            earlier: None,
            on: self.given.on,
        }
    }
}

/// A file that cannot be read as answers, in the words of this command.
fn unreadable(path: &str, found: Diagnostic) -> Diagnostic {
    let detail = found.values.iter().find(|(name, _)| *name == "detail").map(|(_, text)| text);
    match detail {
        Some(detail) => Diagnostic::error("FL160").at(At::file(path)).with("detail", detail),
        None => found,
    }
}

/// The finding at its line and column: a line of answers may hold what is personal, and is not
/// quoted.
fn no_quote(mut found: Diagnostic, text: &str) -> Diagnostic {
    if let Some(place) = &mut found.place
        && let Some(bytes) = place.bytes.take()
    {
        let before = text.get(..bytes.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        place.file = format!("{}:{line}:{column}", place.file);
    }
    found
}

fn views(named: &[Named], settings: &Settings) -> Result<Vec<InventoryView>, Vec<Diagnostic>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let classes = rulebook_source::classes(settings.rulebook.as_deref())?;
    Ok(named.iter().map(|one| inventories::view(one, &classes, settings.on)).collect())
}

/// A question that is answered in two files.
fn answered_twice(read: &[(String, Answers)]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (index, (path, answers)) in read.iter().enumerate() {
        let earlier = read.iter().take(index);
        for answer in &answers.all {
            let twice =
                |held: &&(String, Answers)| held.1.get(&answer.question, &answer.of).is_some();
            if let Some((other, _)) = earlier.clone().find(twice) {
                let of = answer.of.label();
                let of = if of.is_empty() { "handler".to_owned() } else { of };
                let finding = Diagnostic::error("FL161").at(At::file(path));
                let finding = finding.with("question", &answer.question).with("of", of);
                findings.push(finding.with("other", other));
            }
        }
    }
    findings
}

/// The evidence files that answers name, beside the file of the answers.
///
/// One that is not there, or too large to look at, is left out: the pack then says so.
fn evidence(path: &str, answers: &Answers) -> Vec<File> {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut found: Vec<File> = Vec::new();
    for named in &answers.evidence {
        if found.iter().any(|held| *held.name == *named.file) {
            continue;
        }
        let Ok(bytes) = files::bytes(&folder.join(&*named.file)) else { continue };
        let sha256 = kouan_dossier::digest(&bytes);
        let format = Format::of_content(&bytes);
        // Only a contract that can be read is read again.
        let bytes = (format == Some(Format::Docx)).then_some(bytes);
        found.push(File { name: named.file.to_string(), sha256, format, bytes });
    }
    found
}
