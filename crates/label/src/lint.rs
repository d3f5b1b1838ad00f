//! What is wrong with the labels of a file, by the rules of the standard and of the guides.

use kouan_terms::{Diagnostic, Severity};

use crate::carrier::{Carrier, Found, Standing};
use crate::code::{ProviderCode, is_shaped_like_a_code};
use crate::format::Format;
use crate::payload::{Label, Reading};
use crate::signature::{self, Signer, Verified};
use crate::standard::{Field, Kind, Standard};

/// What a check comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// One label, without an error; there may be warnings.
    Labelled,
    /// No label of the standard, and nothing that could be one.
    Missing,
    /// A label with errors, or more than one.
    Wrong,
    /// Something is there that cannot be judged: the object of a vendor, in words of its own.
    CannotTell,
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The format it was read as.
    pub format: Format,
    /// Every label, and what sets out to be one, in the order of the file.
    pub carriers: Vec<Carrier>,
    /// Values of IPTC's digital source type.
    pub source_types: Vec<String>,
    /// What is wrong, errors first.
    pub findings: Vec<Diagnostic>,
    /// What it comes to.
    pub verdict: Verdict,
}

impl Report {
    /// The labels that could be read.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        let own = self.carriers.iter().filter(|carrier| !carrier.reading.is_of_vendor());
        own.filter_map(|carrier| carrier.reading.label.as_ref())
    }

    /// The one label of the file; none where there is none, or more that disagree.
    #[must_use]
    pub fn label(&self) -> Option<&Label> {
        let mut labels = self.labels();
        let first = labels.next()?;
        labels.all(|other| other.agrees_with(first)).then_some(first)
    }

    /// Whether the file carries this label, once, at the place of the guide, in its form.
    #[must_use]
    pub(crate) fn is_settled(&self, label: &Label) -> bool {
        let mut own = self.carriers.iter().filter(|carrier| !carrier.reading.is_of_vendor());
        let only = own.next().filter(|_| own.next().is_none());
        only.is_some_and(|carrier| {
            carrier.standing == Standing::Guide
                && carrier.reading.is_plain()
                && !carrier.is_in_broken_packet
                && carrier.reading.label.as_ref() == Some(label)
        })
    }

    /// Whether the one digital source type is this one.
    pub(crate) fn states_source(&self, uri: &str) -> bool {
        self.source_types == [uri]
    }

    /// Whether a value under the key could not be read as a label.
    pub(crate) fn has_unread_label(&self) -> bool {
        let unread = |reading: &Reading| reading.label.is_none() && !reading.is_of_vendor();
        self.carriers.iter().any(|carrier| unread(&carrier.reading))
    }
}

impl Reading {
    /// Whether it is written as the guides write it.
    pub(crate) fn is_plain(&self) -> bool {
        !self.is_wrapped
            && !self.is_encoded_twice
            && self.not_text.is_empty()
            && self.draft_names.is_empty()
            && self.repeated.is_empty()
    }
}

/// Judges what was found.
pub(crate) fn judge(found: Found<'_>, format: Format) -> Report {
    let standard = found.standard;
    let mut findings = Vec::new();
    let own: Vec<&Carrier> =
        found.carriers.iter().filter(|carrier| !carrier.reading.is_of_vendor()).collect();
    if own.is_empty() {
        findings.push(Diagnostic::error("LB201").with("format", format.as_str()));
    }
    if own.len() > 1 || found.is_cut {
        findings.push(Diagnostic::error("LB205").with("count", own.len()));
    }
    let labels: Vec<&Label> =
        own.iter().filter_map(|carrier| carrier.reading.label.as_ref()).collect();
    if let Some((first, rest)) = labels.split_first()
        && rest.iter().any(|other| !other.agrees_with(first))
    {
        findings.push(Diagnostic::error("LB206"));
    }
    for carrier in &found.carriers {
        form(carrier, standard, &mut findings);
        if let Some(label) = &carrier.reading.label {
            values(label, standard, &mut findings);
            for signer in Signer::ALL {
                if signature::verify(label, signer, &[], standard).contains(&Verified::Fails) {
                    let field = standard.name(signer.field());
                    findings.push(Diagnostic::error("LB207").with("field", field));
                }
            }
            contradiction(label, &found.source_types, standard, &mut findings);
        }
    }
    let mut kept: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        if !kept.contains(&finding) {
            kept.push(finding);
        }
    }
    kept.sort_by_key(|finding| (finding.severity != Severity::Error, finding.code));
    let is_wrong = kept.iter().any(|finding| finding.severity == Severity::Error);
    let verdict = match (own.is_empty(), found.carriers.is_empty()) {
        (true, true) => Verdict::Missing,
        (true, false) => Verdict::CannotTell,
        _ if is_wrong => Verdict::Wrong,
        _ => Verdict::Labelled,
    };
    Report {
        format,
        carriers: found.carriers,
        source_types: found.source_types,
        findings: kept,
        verdict,
    }
}

/// The form of one carrier: its place, its wrapper, its JSON.
fn form(carrier: &Carrier, standard: &Standard, findings: &mut Vec<Diagnostic>) {
    let (reading, place) = (&carrier.reading, carrier.place.as_str());
    if reading.is_of_vendor() {
        findings.push(Diagnostic::warning("LB233").with("place", place));
        return;
    }
    if reading.label.is_none() {
        findings.push(Diagnostic::error("LB202").with("place", place));
        return;
    }
    let mut warn = |finding: Diagnostic| findings.push(finding.with("place", place));
    if carrier.standing == Standing::Elsewhere {
        warn(Diagnostic::warning("LB225"));
    }
    // The annex prints the wrapper; the guides put the bare object under the key.
    if reading.is_wrapped == (carrier.standing == Standing::Guide)
        && carrier.standing != Standing::Elsewhere
    {
        warn(Diagnostic::warning("LB228"));
    }
    if reading.is_encoded_twice {
        warn(Diagnostic::warning("LB229"));
    }
    if carrier.is_in_broken_packet {
        warn(Diagnostic::warning("LB230"));
    }
    for name in &reading.not_text {
        findings.push(Diagnostic::warning("LB221").with("field", name));
    }
    for name in &reading.draft_names {
        let now = standard.field(name).map(|(field, _)| standard.name(field)).unwrap_or_default();
        findings.push(Diagnostic::warning("LB226").with("field", name).with("now", now));
    }
    for name in &reading.repeated {
        findings.push(Diagnostic::warning("LB234").with("field", name));
    }
}

/// The values of one label.
fn values(label: &Label, standard: &Standard, findings: &mut Vec<Diagnostic>) {
    let kind = standard.kind(label.get(Field::Label));
    if kind.is_none() {
        let allowed: Vec<&str> = Kind::ALL.iter().map(|kind| standard.value(*kind)).collect();
        let name = standard.name(Field::Label);
        let finding = Diagnostic::error("LB203").with("field", name);
        findings.push(finding.with("allowed", allowed.join(", ")));
    }
    let is_empty = |field: Field| label.get(field).is_empty();
    let produced = [Field::Producer, Field::ProduceId];
    let spread = [Field::Propagator, Field::PropagateId];
    // A platform that found no label knows no producer, and fills its own part only.
    let is_by_platform = matches!(kind, Some(Kind::Possible | Kind::Suspected))
        && produced.into_iter().all(is_empty)
        && !spread.into_iter().any(is_empty);
    if !is_by_platform {
        for field in produced.into_iter().filter(|field| is_empty(*field)) {
            findings.push(Diagnostic::error("LB204").with("field", standard.name(field)));
        }
        if spread.into_iter().any(is_empty) {
            findings.push(Diagnostic::warning("LB224"));
        }
    }
    for field in Field::ALL {
        let value = label.get(field);
        if value.chars().any(|c| !standard.allows(c) && c != '"') {
            findings.push(Diagnostic::warning("LB222").with("field", standard.name(field)));
        }
    }
    for field in [Field::Producer, Field::Propagator] {
        let value = label.get(field);
        if is_shaped_like_a_code(value)
            && let Err(fault) = ProviderCode::parse(value, &standard.code)
        {
            let finding = Diagnostic::warning("LB223").with("field", standard.name(field));
            findings.push(finding.with("part", fault.as_str()));
        }
    }
    for name in label.extra() {
        findings.push(Diagnostic::warning("LB227").with("field", shown(name)));
    }
}

/// The name of a member, as far as it can be shown: what another wrote may be anything.
fn shown(name: &str) -> String {
    let is_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let kept: String = name.chars().take_while(is_name).take(32).collect();
    if kept.len() == name.len() { kept } else { format!("{kept}…") }
}

/// IPTC says how a picture came about, too; the two must not contradict each other.
fn contradiction(
    label: &Label,
    source_types: &[String],
    standard: &Standard,
    findings: &mut Vec<Diagnostic>,
) {
    let is_made = standard.kind(label.get(Field::Label)) == Some(Kind::Generated);
    let captured = ["digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm"];
    let says_captured = |uri: &String| captured.iter().any(|term| uri.ends_with(term));
    if is_made && source_types.iter().any(says_captured) {
        findings.push(Diagnostic::warning("LB231"));
    }
}

/// Whether the values of these fields can stand in a label that is written now. Fields that another
/// wrote are not ours to refuse.
pub(crate) fn writable(
    label: &Label,
    fields: &[Field],
    standard: &Standard,
) -> Result<(), Diagnostic> {
    let refused = |code, field| Err(Diagnostic::error(code).with("field", standard.name(field)));
    for field in fields.iter().copied() {
        let value = label.get(field);
        let is_free = matches!(field, Field::ProducerReserved | Field::PropagatorReserved);
        let is_missing = match field {
            Field::Label => standard.kind(value).is_none(),
            _ => value.is_empty() && !is_free,
        };
        if is_missing {
            return refused("LB110", field);
        }
        // A space or a letter outside the set is only unwise; these break readers.
        if value.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) {
            return refused("LB111", field);
        }
        let is_provider = matches!(field, Field::Producer | Field::Propagator);
        if is_provider
            && is_shaped_like_a_code(value)
            && let Err(fault) = ProviderCode::parse(value, &standard.code)
        {
            let finding = Diagnostic::error("LB112").with("field", standard.name(field));
            return Err(finding.with("part", fault.as_str()));
        }
    }
    Ok(())
}
