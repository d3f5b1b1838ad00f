//! From the text of an answers file to [`Answers`], every finding at once.

use std::collections::{BTreeMap, BTreeSet};

use kouan_rulebook::format::{AnswerKind, ChoiceText, Per, QuestionText};
use kouan_rulebook::papers::{Entry, Papers};
use kouan_terms::{Bilingual, Day, Diagnostic, Place, Severity, parse_day};

use super::format::{AnswerText, AnswersFile, EvidenceRef, Scalar};
use super::{Answer, Answers, Evidence, Of, Said};
use crate::limits;

/// What can be asked: the questions, and the names that answers may be of.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The rulebook's papers.
    pub papers: &'a Papers,
    /// Ids of the flows.
    pub flows: &'a [&'a str],
    /// Names of the recipients.
    pub recipients: &'a [&'a str],
    /// Names of the fields.
    pub fields: &'a [&'a str],
    /// The day of filing.
    pub on: Day,
}

impl Asked<'_> {
    /// Whether what an answer is of is there.
    #[must_use]
    pub fn holds(&self, of: &Of) -> bool {
        match of.per {
            Per::Flow => self.flows.contains(&&*of.name),
            Per::Recipient => self.recipients.contains(&&*of.name),
            Per::Field => of.is_class() || self.fields.contains(&&*of.name),
            Per::Link | Per::System | Per::Handler => true,
        }
    }
}

/// Reads answers: TOML, or JSON when the file name says so. Warnings come with the answers.
///
/// # Errors
///
/// The findings, when one of them is an error: the file cannot be read, a question that is not
/// there, an answer that does not fit its question, what it is of is not there.
pub fn read(
    file: &str,
    text: &str,
    asked: &Asked<'_>,
) -> Result<(Answers, Vec<Diagnostic>), Vec<Diagnostic>> {
    let parsed = parse(file, text).map_err(|finding| vec![finding])?;
    let mut reader = Reader { file, asked, findings: Vec::new(), answers: Answers::default() };
    reader.answers.digest = crate::digest(text.as_bytes()).into();
    reader.everything(parsed);
    let more = reader.findings.len().saturating_sub(limits::FINDINGS);
    reader.findings.truncate(limits::FINDINGS);
    if more > 0 {
        let finding = Diagnostic::error("FL119").at(Place::file(file));
        reader.findings.push(finding.with("count", more));
    }
    if reader.findings.iter().any(|finding| finding.severity == Severity::Error) {
        return Err(reader.findings);
    }
    Ok((reader.answers, reader.findings))
}

/// Reads the answers of an earlier pack; those that no longer fit are counted and left out.
///
/// # Errors
///
/// The finding when the text is no answers file.
pub(crate) fn read_fitting(
    file: &str,
    text: &str,
    asked: &Asked<'_>,
) -> Result<(Answers, usize), Diagnostic> {
    let parsed = parse(file, text)?;
    let given = parsed.profile.len() + parsed.answer.len();
    let mut reader = Reader { file, asked, findings: Vec::new(), answers: Answers::default() };
    reader.answers.digest = crate::digest(text.as_bytes()).into();
    reader.everything(parsed);
    let left = given.saturating_sub(reader.answers.all.len());
    Ok((reader.answers, left))
}

fn parse(file: &str, text: &str) -> Result<AnswersFile, Diagnostic> {
    let whole = || Place::file(file);
    if text.len() > limits::ANSWERS_BYTES {
        let limit = limits::ANSWERS_BYTES / limits::MEBIBYTE;
        return Err(Diagnostic::error("FL103").at(whole()).with("limit", limit));
    }
    let value = if file.ends_with(".json") {
        serde_json::from_str(text).map_err(|error| {
            let detail = format!("{} {}", error.line(), error.column());
            Diagnostic::error("FL101").at(whole()).with("detail", detail)
        })?
    } else {
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let place = error.span().map_or_else(whole, |bytes| Place::at(file, bytes));
            Diagnostic::error("FL101").at(place).with("detail", error.message())
        })?;
        json(toml::Value::Table(table))
    };
    // The error of serde may repeat a value of the file: only the name of the key is kept.
    let read: AnswersFile = serde_json::from_value(value).map_err(|error| {
        let key = error.to_string().split('`').nth(1).unwrap_or("—").to_owned();
        Diagnostic::error("FL120").at(whole()).with("key", key)
    })?;
    if read.format != 1 || read.schema.as_deref().is_some_and(|s| s != super::format::SCHEMA) {
        return Err(Diagnostic::error("FL102").at(whole()).with("format", read.format));
    }
    Ok(read)
}

/// The same value in JSON; days become text.
fn json(value: toml::Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        toml::Value::String(text) => Json::String(text),
        toml::Value::Integer(number) => Json::from(number),
        toml::Value::Float(number) => Json::from(number),
        toml::Value::Boolean(yes) => Json::Bool(yes),
        toml::Value::Datetime(moment) => Json::String(moment.to_string()),
        toml::Value::Array(values) => Json::Array(values.into_iter().map(json).collect()),
        toml::Value::Table(table) => {
            Json::Object(table.into_iter().map(|(key, value)| (key, json(value))).collect())
        }
    }
}

struct Reader<'a> {
    file: &'a str,
    asked: &'a Asked<'a>,
    findings: Vec<Diagnostic>,
    answers: Answers,
}

/// Where a finding about an answer points: its question and what it is of.
#[derive(Clone, Copy)]
struct Spot<'a> {
    question: &'a str,
    of: &'a str,
}

impl Reader<'_> {
    fn everything(&mut self, file: AnswersFile) {
        let count = file.profile.len() + file.answer.len();
        if count > limits::ANSWERS {
            let finding = self.error("FL121").with("count", count);
            self.findings.push(finding.with("limit", limits::ANSWERS));
            return;
        }
        let mut seen = BTreeSet::new();
        let all = file.profile.into_iter().map(|text| (text, true));
        for (text, profile) in all.chain(file.answer.into_iter().map(|text| (text, false))) {
            self.answer(text, profile, &mut seen);
        }
        for text in &file.evidence {
            if let Some(evidence) = self.evidence(text, "") {
                self.answers.evidence.push(evidence);
            }
        }
        for state in file.state {
            match parse_day(&state.on) {
                Ok(day) => self.answers.states.push((state.state.into(), day)),
                Err(_) => self.not_a_day("state", "on"),
            }
        }
        self.answers.states.sort_by_key(|(_, day)| *day);
        self.answers.index();
    }

    fn error(&self, code: &'static str) -> Diagnostic {
        Diagnostic::error(code).at(Place::file(self.file))
    }

    fn find(&mut self, code: &'static str, spot: Spot<'_>) {
        let finding = self.error(code).with("question", shown(spot.question));
        self.findings.push(finding.with("of", of_words(spot.of)));
    }

    fn warn(&mut self, code: &'static str, spot: Spot<'_>) {
        let finding = Diagnostic::warning(code).at(Place::file(self.file));
        let finding = finding.with("question", shown(spot.question));
        self.findings.push(finding.with("of", of_words(spot.of)));
    }

    fn not_a_day(&mut self, question: &str, key: &str) {
        let finding = self.error("FL122").with("question", question).with("key", key);
        self.findings.push(finding);
    }

    fn answer(&mut self, text: AnswerText, profile: bool, seen: &mut BTreeSet<(String, Of)>) {
        let papers = self.asked.papers;
        let label = text.of.clone().unwrap_or_default();
        let spot = Spot { question: &text.question, of: &label };
        let Some(question) = papers.question(&text.question) else {
            return self.find("FL104", spot);
        };
        let Some(of) = self.of(question.text.per, text.of.as_deref()) else {
            return self.find("FL106", spot);
        };
        if !seen.insert((text.question.clone(), of.clone())) {
            return self.find("FL105", spot);
        }
        let Some(said) = self.said(question, &text, spot) else { return };
        let on = self.day(&text.question, "on", text.on.as_deref());
        let valid_until = self.day(&text.question, "valid_until", text.valid_until.as_deref());
        if text.by.is_none() || on.is_none() {
            self.warn("FL111", spot);
        }
        let until = valid_until.or_else(|| expiry(question, on));
        if until.is_some_and(|last| last < self.asked.on) {
            self.warn("FL110", spot);
        }
        let mut places = Vec::new();
        for file in &text.evidence {
            if let Some(mut evidence) = self.evidence(file, &text.question) {
                if file.of.is_none() {
                    evidence.of = of.clone();
                }
                places.push(self.answers.evidence.len());
                self.answers.evidence.push(evidence);
            }
        }
        self.answers.all.push(Answer {
            question: text.question.as_str().into(),
            of,
            said,
            by: text.by.map(Into::into),
            on,
            evidence: places,
            valid_until: until,
            profile,
            earlier: None,
            ledger: Vec::new(),
        });
    }

    /// What an answer is of, when it goes with the question and is there.
    fn of(&self, per: Per, text: Option<&str>) -> Option<Of> {
        let Some(text) = text else { return (per == Per::Handler).then(Of::handler) };
        Of::parse(text).filter(|of| of.per == per && self.asked.holds(of))
    }

    fn day(&mut self, question: &str, key: &str, text: Option<&str>) -> Option<Day> {
        let day = parse_day(text?);
        if day.is_err() {
            self.not_a_day(question, key);
        }
        day.ok()
    }

    fn evidence(&mut self, text: &EvidenceRef, question: &str) -> Option<Evidence> {
        let spot = Spot { question, of: &text.kind };
        if self.asked.papers.evidence(&text.kind).is_none() {
            self.find("FL123", spot);
            return None;
        }
        let digits = text.sha256.strip_prefix("sha256:").unwrap_or(&text.sha256);
        let is_digest = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_digest {
            self.find("FL109", spot);
            return None;
        }
        let on = self.day(&text.kind, "on", text.on.as_deref());
        let valid_until = self.day(&text.kind, "valid_until", text.valid_until.as_deref());
        Some(Evidence {
            kind: text.kind.as_str().into(),
            of: text.of.as_deref().and_then(Of::parse).unwrap_or_default(),
            file: text.file.as_str().into(),
            sha256: digits.to_ascii_lowercase().into(),
            on,
            valid_until,
            reused: text.reused,
        })
    }

    fn said(
        &mut self,
        question: &Entry<QuestionText>,
        text: &AnswerText,
        spot: Spot<'_>,
    ) -> Option<Said> {
        if text.not_applicable {
            let why = text.why.as_ref().and_then(words);
            if why.is_none() {
                self.find("FL113", spot);
            }
            return why.map(Said::NotApplicable);
        }
        let longest = [&text.zh, &text.en].into_iter().flatten().map(|t| t.chars().count()).max();
        if longest.is_some_and(|count| count > limits::ANSWER_CHARACTERS)
            || matches!(&text.value, Some(Scalar::Rows(rows)) if rows.len() > limits::ANSWER_ROWS)
        {
            self.find("FL124", spot);
            return None;
        }
        if !question.text.columns.is_empty() {
            return match &text.value {
                Some(Scalar::Rows(rows)) => self.rows(question, rows, spot),
                Some(Scalar::Words(none)) if none.is_empty() => Some(Said::Rows(Vec::new())),
                _ => {
                    self.find("FL107", spot);
                    None
                }
            };
        }
        let said = match (&text.zh, &text.en, &text.value) {
            (None, None, None) => {
                self.find("FL117", spot);
                return None;
            }
            (None, None, Some(value)) => {
                of_kind(question.text.r#type, value, &question.text.choices)
            }
            (zh, en, _) => {
                if zh.is_none() || en.is_none() {
                    self.warn("FL112", spot);
                }
                let either = zh.as_ref().or(en.as_ref()).cloned().unwrap_or_default();
                let or = |text: &Option<String>| text.clone().unwrap_or_else(|| either.clone());
                said_in_words(question.text.r#type, Bilingual { zh: or(zh), en: or(en) })
            }
        };
        match said {
            Ok(said) => Some(said),
            Err(code) => {
                self.find(code, spot);
                None
            }
        }
    }

    fn rows(
        &mut self,
        question: &Entry<QuestionText>,
        texts: &[BTreeMap<String, Scalar>],
        spot: Spot<'_>,
    ) -> Option<Said> {
        let columns = &question.text.columns;
        let known = |key: &str| columns.iter().find(|column| column.id.as_ref() == key);
        let mut rows = Vec::new();
        for row in texts {
            let complete = columns
                .iter()
                .filter(|column| column.required)
                .all(|column| row.contains_key(column.id.as_ref()));
            if !complete || row.keys().any(|key| known(key).is_none()) {
                self.find("FL116", spot);
                return None;
            }
            let mut cells = BTreeMap::new();
            for (key, value) in row {
                let Some(column) = known(key) else { continue };
                match of_kind(column.r#type, value, &column.choices) {
                    Ok(said) => {
                        cells.insert(key.as_str().into(), said);
                    }
                    Err(code) => {
                        self.find(code, spot);
                        return None;
                    }
                }
            }
            rows.push(cells);
        }
        Some(Said::Rows(rows))
    }
}

fn of_words(of: &str) -> String {
    if of.is_empty() { "handler".to_owned() } else { shown(of) }
}

/// What the file says, as far as a finding repeats it.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(limits::SHOWN_CHARACTERS).collect()
}

/// The last day of an answer that the rulebook gives so many months.
fn expiry(question: &Entry<QuestionText>, on: Option<Day>) -> Option<Day> {
    crate::values::months_after(on?, question.text.valid_months?)
}

fn words(value: &Scalar) -> Option<Bilingual> {
    match value {
        Scalar::Text(text) if !text.trim().is_empty() => {
            Some(Bilingual { zh: text.clone(), en: text.clone() })
        }
        Scalar::Pair(pair) => Some(Bilingual { zh: pair.zh.clone(), en: pair.en.clone() }),
        _ => None,
    }
}

/// A value as the question wants it; otherwise the code of what is wrong.
fn of_kind(kind: AnswerKind, value: &Scalar, choices: &[ChoiceText]) -> Result<Said, &'static str> {
    const MISFIT: &str = "FL107";
    match (kind, value) {
        (AnswerKind::YesNo, Scalar::YesNo(yes)) => Ok(Said::YesNo(*yes)),
        (AnswerKind::YesNo, _) | (_, Scalar::YesNo(_)) => Err(MISFIT),
        (AnswerKind::Date, Scalar::Text(text)) => {
            parse_day(text).map(Said::Day).map_err(|_| MISFIT)
        }
        (AnswerKind::Date, _) => Err(MISFIT),
        (
            AnswerKind::Number | AnswerKind::Persons | AnswerKind::Percent | AnswerKind::Year,
            Scalar::Whole(number),
        ) => Ok(Said::Whole(*number)),
        (AnswerKind::Persons | AnswerKind::Year, _) => Err(MISFIT),
        (AnswerKind::Choice, Scalar::Text(word)) => {
            let known = choices.iter().any(|choice| choice.id.as_ref() == word);
            if known { Ok(Said::Word(word.as_str().into())) } else { Err("FL108") }
        }
        (AnswerKind::Choice, _) => Err("FL108"),
        (_, Scalar::Words(list)) => {
            let both = |text: &String| Bilingual { zh: text.clone(), en: text.clone() };
            Ok(Said::Several(list.iter().map(both).collect()))
        }
        (_, Scalar::Whole(number)) => Ok(Said::Whole(*number)),
        (_, Scalar::Number(number)) => {
            let text = number.to_string();
            Ok(Said::Words(Bilingual { zh: text.clone(), en: text }))
        }
        (kind, value) => words(value).ok_or(MISFIT).and_then(|words| said_in_words(kind, words)),
    }
}

fn said_in_words(kind: AnswerKind, words: Bilingual) -> Result<Said, &'static str> {
    let plain = |good: bool| if good { Ok(Said::Words(words.clone())) } else { Err("FL107") };
    let text = words.zh.trim();
    match kind {
        AnswerKind::Email => plain(text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
        })),
        AnswerKind::Phone => plain(text.chars().filter(char::is_ascii_digit).count() >= 5),
        AnswerKind::CreditCode => plain(text.len() == 18 && text.is_ascii()),
        AnswerKind::Country => {
            let upper = text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase());
            plain(upper && crate::values::country(text).is_some())
        }
        AnswerKind::YesNo | AnswerKind::Date | AnswerKind::Persons | AnswerKind::Choice => {
            Err("FL107")
        }
        _ => plain(!text.is_empty()),
    }
}
