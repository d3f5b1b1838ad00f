//! Standing: source, confidence and check of an entry, or else of its file.

use kouan_terms::{Confidence, Day, DaySpan, Diagnostic, InstrumentId, Place, Route};
use toml::Spanned;

use crate::book::{Cite, Standing};
use crate::format::{Checked, CiteText, DayText, InForceText};

/// What a file says for all its entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileStanding {
    pub file: String,
    pub source: Vec<String>,
    pub confidence: Option<String>,
    pub checked: Option<Checked>,
    pub known_since: Option<DayText>,
}

/// What an entry says itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OwnStanding<'a> {
    pub source: &'a [String],
    pub confidence: Option<&'a str>,
    pub checked: Option<&'a Checked>,
    pub known_since: Option<DayText>,
}

impl FileStanding {
    /// The standing of an entry of this file.
    pub fn of(
        &self,
        own: OwnStanding<'_>,
        bytes: std::ops::Range<usize>,
        findings: &mut Vec<Diagnostic>,
    ) -> Standing {
        let word = own.confidence.or(self.confidence.as_deref());
        let confidence = match word {
            Some("high") => Confidence::High,
            Some("medium") => Confidence::Medium,
            Some("low") => Confidence::Low,
            other => {
                let place = Place::at(&self.file, bytes.clone());
                let finding = Diagnostic::error("RB112").at(place);
                findings.push(finding.with("word", other.unwrap_or("—")));
                Confidence::Low
            }
        };
        let source = if own.source.is_empty() { &self.source } else { own.source };
        Standing {
            source: source.iter().map(|key| key.as_str().into()).collect(),
            confidence,
            checked_on: own.checked.or(self.checked.as_ref()).map(|checked| checked.on.0),
            known_since: own.known_since.or(self.known_since).map(|day| day.0),
            file: self.file.as_str().into(),
            bytes,
        }
    }
}

/// A citation, resolved.
pub(super) fn cite(text: &CiteText) -> Cite {
    Cite { law: InstrumentId::new(&text.law), at: text.at.as_str().into() }
}

/// An interval of days; an end that is not after the beginning is a finding.
pub(crate) fn span(file: &str, text: &InForceText, findings: &mut Vec<Diagnostic>) -> DaySpan {
    let from: Day = text.from.as_ref().0;
    let until = text.until.as_ref().map(|until| until.as_ref().0);
    if let Some(end) = &text.until
        && end.as_ref().0 <= from
    {
        findings.push(Diagnostic::error("RB113").at(Place::at(file, end.span())));
    }
    DaySpan { from, until }
}

/// A route by its wire name; another word is a finding.
pub(super) fn route(
    file: &str,
    word: &Spanned<String>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Route> {
    let route = Route::parse(word.as_ref()).filter(|route| *route != Route::Undetermined);
    if route.is_none() {
        let place = Place::at(file, word.span());
        findings.push(Diagnostic::error("RB114").at(place).with("word", word.as_ref()));
    }
    route
}

/// Several routes.
pub(super) fn routes(
    file: &str,
    words: &[Spanned<String>],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Route> {
    words.iter().filter_map(|word| route(file, word, findings)).collect()
}
