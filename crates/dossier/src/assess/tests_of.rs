//! What the program looks at for each check.

use std::collections::BTreeMap;

use kouan_decide::declaration::FieldKind;
use kouan_rulebook::format::{CheckTest, CheckText, Per};

use super::reads::There;
use super::{Confirmed, Outcome, finished};
use crate::answers::{Of, Said};
use crate::check::{HeadFound, clauses};
use crate::deadlines;
use crate::document::contract_text;
use crate::pack::Draft;
use crate::sources::Sources;
use crate::template::recognise;
use crate::values::{Found, Plain, Resolver, Scope};

/// Answers checks for one draft.
pub(super) struct Examiner<'a> {
    pub(super) sources: &'a Sources<'a>,
    pub(super) resolver: Resolver<'a>,
    pub(super) draft: &'a Draft,
}

/// The question under which people confirm checks.
const CONFIRMED: &str = "review.confirmed";

type Answer = (Outcome, Vec<Box<str>>);

impl<'a> Examiner<'a> {
    pub(super) fn new(sources: &'a Sources<'a>, draft: &'a Draft) -> Examiner<'a> {
        Examiner { sources, resolver: Resolver::new(sources), draft }
    }

    /// The answer to a check, with what is missing.
    pub(super) fn examine(&self, check: &CheckText) -> Answer {
        if self.concerns(check) == Some(false) {
            return (Outcome::NotApplicable, Vec::new());
        }
        match check.test {
            CheckTest::Answered
            | CheckTest::Conclusion
            | CheckTest::PersonsCounted
            | CheckTest::ScenariosListed
            | CheckTest::FieldsComplete
            | CheckTest::LinksComplete => self.answered(check),
            CheckTest::Clause => self.clause(check),
            CheckTest::AnsweredAndEvidence => self.answered_and_evidence(check),
            CheckTest::Contract => self.contract(check),
            CheckTest::Consent => self.only_if(check, "flow.basis", "consent"),
            CheckTest::Basis => self.basis(check),
            CheckTest::Minors => self.only_yes(check, "flows.minors"),
            CheckTest::Sensitive => self.only_yes(check, "flows.sensitive_pi"),
            CheckTest::Penalties => self.penalties(check),
            CheckTest::Officer => self.officer(check),
            CheckTest::Evidence => self.shown(check, false),
            CheckTest::EvidenceAndValid => self.shown(check, true),
            CheckTest::Fresh => self.fresh(check),
            CheckTest::Consistency => self.consistent(),
            CheckTest::Layout => self.layout(),
            CheckTest::FormComplete => self.forms(),
            CheckTest::FieldsGraded => self.graded(),
            CheckTest::Forecast => self.forecast(check),
            CheckTest::ListTested => self.list(check),
            CheckTest::NoSplitting => self.yes(check),
            CheckTest::ExemptCountedApart => self.exempt(check),
            CheckTest::ProvinceAgrees => self.province(check),
            CheckTest::Person => self.judged(check),
        }
    }

    /// Whether a check's conditions hold, for any flow where they speak of flows.
    fn concerns(&self, check: &CheckText) -> Option<bool> {
        let scopes = Scope::default().each(self.sources, Per::Flow);
        let mut open = scopes.is_empty();
        for scope in &scopes {
            match self.resolver.holds(&check.when, scope) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => open = true,
            }
        }
        if open { None } else { Some(false) }
    }

    fn answered(&self, check: &CheckText) -> Answer {
        let reads = self.reads(check);
        let missing = missing(&reads);
        if !missing.is_empty() {
            return (Outcome::Gap, missing);
        }
        let asked = reads.contains(&There::Yes);
        let outcome =
            if asked || reads.is_empty() { Outcome::Pass } else { Outcome::NotApplicable };
        (outcome, Vec::new())
    }

    fn answered_and_evidence(&self, check: &CheckText) -> Answer {
        let (outcome, open) = self.answered(check);
        if outcome != Outcome::Pass || check.evidence_kinds.is_empty() {
            return (outcome, open);
        }
        let kinds: Vec<&str> = check.evidence_kinds.iter().map(|k| k.as_ref().as_str()).collect();
        match self.evidence(&kinds) {
            There::No(kinds) => (Outcome::EvidenceMissing, vec![kinds]),
            There::Yes | There::NotAsked => (Outcome::Pass, Vec::new()),
        }
    }

    /// What is asked only where a flow has a word for a value.
    fn only_if(&self, check: &CheckText, path: &str, word: &str) -> Answer {
        let scopes = Scope::default().each(self.sources, Per::Flow);
        let concerned = scopes.iter().any(|scope| match self.resolver.find(path, scope) {
            Found::Value(value) => value.plain == Plain::Word(word.into()),
            Found::Gap(_) => true,
        });
        if concerned { self.answered_and_evidence(check) } else { not_applicable() }
    }

    /// What is asked only where a value is yes.
    fn only_yes(&self, check: &CheckText, path: &str) -> Answer {
        match self.resolver.find(path, &Scope::default()) {
            Found::Value(value) if value.plain != Plain::YesNo(true) => not_applicable(),
            _ => self.answered_and_evidence(check),
        }
    }

    /// A legal basis is known; other bases than consent have to be shown.
    fn basis(&self, check: &CheckText) -> Answer {
        let scopes = Scope::default().each(self.sources, Per::Flow);
        let consent = |scope: &Scope| match self.resolver.find("flow.basis", scope) {
            Found::Value(value) => value.plain == Plain::Word("consent".into()),
            Found::Gap(_) => false,
        };
        if scopes.iter().all(consent) {
            self.answered(check)
        } else {
            self.answered_and_evidence(check)
        }
    }

    /// Compliance is described; what shows it is asked only where there were penalties.
    fn penalties(&self, check: &CheckText) -> Answer {
        match self.resolver.find("handler.has_penalties", &Scope::default()) {
            Found::Value(value) if value.plain == Plain::YesNo(false) => self.answered(check),
            _ => self.answered_and_evidence(check),
        }
    }

    /// Name and post of the officer; the report on him only from the line of the law.
    fn officer(&self, check: &CheckText) -> Answer {
        let reported = self.sources.papers.question("officer.reported_on");
        let when = reported.map(|question| question.text.when.as_slice()).unwrap_or_default();
        if self.resolver.holds(when, &Scope::default()) == Some(false) {
            self.answered(check)
        } else {
            self.answered_and_evidence(check)
        }
    }

    /// A head is answered, and where the contract can be read, its words stand in it.
    fn clause(&self, check: &CheckText) -> Answer {
        let (outcome, open) = self.answered(check);
        if outcome != Outcome::Pass {
            return (outcome, open);
        }
        let absent = |head: &HeadFound| {
            head.found.is_empty() && check.reads.iter().any(|read| **read.as_ref() == *head.id)
        };
        let open: Vec<Box<str>> = self.heads().filter(absent).map(|head| head.id).collect();
        if open.is_empty() { (Outcome::Pass, open) } else { (Outcome::Gap, open) }
    }

    /// The heads of every contract that can be read.
    fn heads(&self) -> impl Iterator<Item = HeadFound> {
        let recipients = Scope::default().each(self.sources, Per::Recipient);
        let (sources, on) = (self.sources, self.sources.on);
        let texts = recipients.into_iter().filter_map(move |scope| contract_text(sources, &scope));
        texts.flat_map(move |text| clauses(sources.papers, "art9", on, &text))
    }

    /// The contract is attached; an official text is the official one.
    fn contract(&self, check: &CheckText) -> Answer {
        let (outcome, open) = self.answered_and_evidence(check);
        if outcome != Outcome::Pass {
            return (outcome, open);
        }
        let entry = self.sources.papers.pack(&self.draft.view.id, self.sources.on);
        let parts = entry.map(|entry| entry.text.part.as_slice()).unwrap_or_default();
        for part in parts {
            let (Some(id), Some(kind)) = (&part.template, &part.evidence) else { continue };
            let template = self.sources.papers.template(id, self.sources.on);
            let Some(template) = template.filter(|template| !template.text.missing) else {
                continue;
            };
            for file in self.sources.answers.evidence_of(kind.as_ref()) {
                let held = self.sources.attached(&file.file);
                let Some(bytes) = held.and_then(|held| held.bytes) else { continue };
                let Ok(read) = crate::docx::read(&file.file, bytes) else { continue };
                let lines = read.lines.iter().map(|line| line.text.as_str());
                if !recognise(&template.text, lines).official {
                    return (Outcome::Gap, vec![file.kind.clone()]);
                }
            }
        }
        (Outcome::Pass, Vec::new())
    }

    /// Evidence that is attached and, where asked, still good.
    fn shown(&self, check: &CheckText, valid: bool) -> Answer {
        let kinds: Vec<&str> = check.evidence_kinds.iter().map(|k| k.as_ref().as_str()).collect();
        if let There::No(kinds) = self.evidence(&kinds) {
            return (Outcome::EvidenceMissing, vec![kinds]);
        }
        let files = || kinds.iter().flat_map(|kind| self.sources.answers.evidence_of(kind));
        let expired = files().all(|file| crate::pack::is_expired(self.sources, file));
        if valid && expired {
            return (Outcome::Gap, kinds.iter().map(|kind| (*kind).into()).collect());
        }
        (Outcome::Pass, Vec::new())
    }

    /// The report is no older on the day of filing than the rulebook allows for the pack.
    fn fresh(&self, check: &CheckText) -> Answer {
        let (sources, pack) = (self.sources, &self.draft.view.id);
        let age = deadlines::report_age(sources.book, sources.papers, pack, sources.on);
        let Some(age) = age else { return not_applicable() };
        let path = || vec!["assessment.finished_on".into()];
        match finished(self.sources) {
            None => {
                let missing = missing(&self.reads(check));
                (Outcome::Gap, if missing.is_empty() { path() } else { missing })
            }
            Some(day) => {
                let last = deadlines::good_until(sources.book, age, day);
                let on = self.sources.on;
                let good = day <= on && last.is_some_and(|last| on <= last);
                if good { (Outcome::Pass, Vec::new()) } else { (Outcome::Gap, path()) }
            }
        }
    }

    fn consistent(&self) -> Answer {
        let found = crate::check::contradictions(self.sources);
        let open: Vec<Box<str>> = found.into_iter().map(|(path, _)| path).collect();
        if open.is_empty() { (Outcome::Pass, open) } else { (Outcome::Gap, open) }
    }

    /// What we write has the prescribed look; a document without a typography of the day has none.
    fn layout(&self) -> Answer {
        let without = self.draft.documents.iter().filter(|document| {
            self.sources.papers.typography(&document.typography, self.sources.on).is_none()
        });
        let open: Vec<Box<str>> = without.map(|document| document.id.clone()).collect();
        if open.is_empty() { (Outcome::Pass, open) } else { (Outcome::Gap, open) }
    }

    fn forms(&self) -> Answer {
        let mut open: Vec<Box<str>> = Vec::new();
        for gap in self.draft.forms.iter().flat_map(|form| form.gaps()) {
            if !open.contains(&gap.path) {
                open.push(gap.path.clone());
            }
        }
        if open.is_empty() { (Outcome::Pass, open) } else { (Outcome::Gap, open) }
    }

    /// Every field is known for what it is.
    fn graded(&self) -> Answer {
        let fields = self.sources.transfer().flows.iter().flat_map(|flow| &flow.fields);
        let mut any = false;
        for field in fields {
            any = true;
            if field.kind == FieldKind::Unknown {
                return (Outcome::Gap, vec!["field.sensitive".into()]);
            }
        }
        if any { (Outcome::Pass, Vec::new()) } else { (Outcome::Gap, vec!["fields.count".into()]) }
    }

    /// A forecast has as many years as the question expects.
    fn forecast(&self, check: &CheckText) -> Answer {
        let (outcome, open) = self.answered(check);
        if outcome != Outcome::Pass {
            return (outcome, open);
        }
        for read in &check.reads {
            let Some(question) = self.sources.papers.question(read.as_ref()) else { continue };
            let expected = question.text.rows.and_then(|rows| usize::try_from(rows).ok());
            let answers = self.sources.answers.all.iter();
            for answer in answers.filter(|answer| answer.question == question.id) {
                let Said::Rows(rows) = &answer.said else { continue };
                if expected.is_some_and(|expected| rows.len() < expected) {
                    return (Outcome::Gap, vec![question.id.clone()]);
                }
            }
        }
        (Outcome::Pass, Vec::new())
    }

    /// A list that is relied on is held, and the scenario with it.
    fn list(&self, check: &CheckText) -> Answer {
        let mut claimed = self.sources.decision.flows.iter().filter_map(|f| f.list.as_ref());
        if claimed.all(|list| list.scenario_held && list.governs != Some(false)) {
            return (Outcome::Pass, Vec::new());
        }
        (Outcome::Gap, check.reads.iter().map(|read| read.as_ref().as_str().into()).collect())
    }

    /// Everything that is read is answered with yes.
    fn yes(&self, check: &CheckText) -> Answer {
        let (outcome, open) = self.answered(check);
        if outcome != Outcome::Pass {
            return (outcome, open);
        }
        for read in &check.reads {
            let path = read.as_ref().as_str();
            if let Found::Value(value) = self.resolver.find(path, &Scope::default())
                && value.plain == Plain::YesNo(false)
            {
                return (Outcome::Gap, vec![path.into()]);
            }
        }
        (Outcome::Pass, Vec::new())
    }

    /// Where a flow relies on an exemption, its persons are counted apart.
    fn exempt(&self, check: &CheckText) -> Answer {
        let exempt = self.sources.decision.flows.iter();
        let relies = exempt.into_iter().any(|flow| flow.route == kouan_terms::Route::Exempt);
        if relies { self.answered(check) } else { (Outcome::NotApplicable, Vec::new()) }
    }

    /// The province answered is that of the registered address.
    fn province(&self, check: &CheckText) -> Answer {
        let missing = missing(&self.reads(check));
        if !missing.is_empty() {
            return (Outcome::Gap, missing);
        }
        let words = |path: &str| match self.resolver.find(path, &Scope::default()) {
            Found::Value(value) => value.words.zh,
            Found::Gap(_) => String::new(),
        };
        let province = words("handler.province");
        // 江苏省 and 江苏, 北京市 and 北京 are the same.
        let stem = province.trim_end_matches(['省', '市']);
        let agrees = !stem.is_empty() && words("handler.registered_address").contains(stem);
        if agrees {
            (Outcome::Pass, Vec::new())
        } else {
            (Outcome::Gap, vec!["handler.province".into()])
        }
    }

    /// What a person judges is judged once somebody is on record for it.
    fn judged(&self, check: &CheckText) -> Answer {
        match self.answered(check) {
            (Outcome::Gap, open) => (Outcome::Open, open),
            (Outcome::Pass, open) if self.confirmed(check).is_some() => (Outcome::Pass, open),
            (Outcome::Pass, _) => (Outcome::EvidenceMissing, vec![CONFIRMED.into()]),
            other => other,
        }
    }

    /// Who confirmed a check, and when: not later than the day of filing.
    pub(super) fn confirmed(&self, check: &CheckText) -> Option<Confirmed> {
        let answer = self.sources.answers.get(CONFIRMED, &Of::handler())?;
        let Said::Rows(rows) = &answer.said else { return None };
        let is_of = |row: &BTreeMap<Box<str>, Said>| match row.get("check") {
            Some(Said::Words(words)) => words.zh.trim() == check.id.as_ref(),
            _ => false,
        };
        rows.iter().filter(|row| is_of(row)).find_map(|row| {
            let (Some(Said::Words(by)), Some(Said::Day(on))) = (row.get("by"), row.get("on"))
            else {
                return None;
            };
            let source = self.resolver.source_of(answer);
            (*on <= self.sources.on).then(|| Confirmed { by: by.clone(), on: *on, source })
        })
    }
}

fn not_applicable() -> Answer {
    (Outcome::NotApplicable, Vec::new())
}

/// What is not there, each once.
fn missing(reads: &[There]) -> Vec<Box<str>> {
    let mut missing: Vec<Box<str>> = Vec::new();
    for there in reads {
        if let There::No(path) = there
            && !missing.contains(path)
        {
            missing.push(path.clone());
        }
    }
    missing
}
