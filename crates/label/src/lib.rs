//! China's labels of AI-generated content: found, judged and written, in the formats the guides
//! name. Bytes in, bytes out: no file, no clock, no network, and no figure of law — the caller
//! brings the [`Standard`] of the day.
//!
//! - [`sniff`] says what a file is, by its first bytes.
//! - [`check`] finds every label of a file and says what is wrong with it.
//! - [`plan`] works out which bytes change for a label to be in the file, once, at the place of the
//!   guide; [`Plan::write`] writes the new file, with everything else as it was.
//! - [`Plan::read_back`] reads what was written and compares. A caller that keeps the promise of
//!   the crate calls it before the new file takes the place of the old.
//!
//! There is no way to take a label away: the Measures forbid it (article 10).

mod carrier;
mod code;
mod container;
pub mod copies;
mod edits;
pub mod explicit;
mod format;
mod limits;
mod lint;
mod payload;
pub mod platform;
mod signature;
mod source;
mod standard;
mod trouble;
mod xmp;

#[cfg(test)]
mod tests;

pub use carrier::{Carrier, Place, Standing};
pub use code::{CodeFault, ProviderCode, Service, is_credit_code, is_shaped_like_a_code};
pub use format::{Format, HEAD_BYTES, by_name, sniff};
pub use lint::{Report, Verdict};
pub use payload::{Dialect, Label, Reading, read as read_payload};
pub use signature::{Algorithm, Hashing, PublicKey, Signer, Trust, Verified, seal, verify};
pub use standard::{CodeRules, ExplicitRules, Field, Kind, Standard};

use std::io::{Read, Seek, Write};

use kouan_terms::Diagnostic;

use carrier::Found;
use container::Order;
use edits::Edits;
use source::Source;
use trouble::Trouble;

/// Finds every label of a file and judges it.
///
/// # Errors
///
/// LB101 to LB107 for a file that cannot be read as its format: then nothing is said of its label.
pub fn check<S: Read + Seek>(
    source: &mut S,
    format: Format,
    standard: &Standard,
) -> Result<Report, Diagnostic> {
    let found = found(source, format, standard).map_err(|trouble| trouble.finding())?;
    Ok(lint::judge(found, format))
}

fn found<'a, S: Read + Seek>(
    source: &mut S,
    format: Format,
    standard: &'a Standard,
) -> Result<Found<'a>, Trouble> {
    let mut source = Source::new(source)?;
    let mut found = Found::new(standard, format);
    container::read(format, &mut source, &mut found)?;
    Ok(found)
}

/// What a caller wants written.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A label, where there is none, or the same one already.
    Add(Label),
    /// A label, whatever label is there. The caller records that it did so.
    Replace(Label),
    /// The part of a platform: its name or code and its number, in the label that is there; or in a
    /// new label of the given kind, where there is none.
    Propagate {
        /// Name or code of the platform.
        platform: String,
        /// Its number for the content.
        content: String,
        /// Its protection data; empty for none.
        reserved: String,
        /// The kind of the new label, where none is found.
        kind: Kind,
    },
}

impl Act {
    /// The fields that it writes; the others stay as they were found.
    fn fields(&self) -> &'static [Field] {
        match self {
            Act::Add(_) | Act::Replace(_) => &Field::ALL,
            Act::Propagate { .. } => {
                &[Field::Propagator, Field::PropagateId, Field::PropagatorReserved]
            }
        }
    }
}

/// The change that puts a label into a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    format: Format,
    label: Label,
    edits: Edits,
}

/// Works out how a file comes to carry a label, once, at the place of the guide.
///
/// `source_type` is IPTC's digital source type, written into the same XMP packet where the format
/// has one; elsewhere it is left out.
///
/// # Errors
///
/// LB101 to LB108 for a file that cannot be read or rewritten, LB109 for one that carries another
/// label, LB110 to LB112 for values that cannot stand in a label.
pub fn plan<S: Read + Seek>(
    source: &mut S,
    format: Format,
    act: &Act,
    source_type: Option<&str>,
    standard: &Standard,
) -> Result<Plan, Diagnostic> {
    let report = check(source, format, standard)?;
    let label = wanted(&report, act, standard)?;
    lint::writable(&label, act.fields(), standard)?;
    if report.is_settled(&label) && source_type.is_none_or(|uri| report.states_source(uri)) {
        return Ok(Plan { format, label, edits: Edits::default() });
    }
    let bare = label.bare(standard);
    let order = Order { standard, label: &label, bare, source_type };
    let edits = edits(source, format, &order).map_err(|trouble| trouble.finding())?;
    Ok(Plan { format, label, edits })
}

fn edits<S: Read + Seek>(
    source: &mut S,
    format: Format,
    order: &Order<'_>,
) -> Result<Edits, Trouble> {
    let mut source = Source::new(source)?;
    let edits = container::plan(format, &mut source, order)?;
    if edits.fit(source.len()) { Ok(edits) } else { Err(Trouble::Unwritable { part: "length" }) }
}

/// The label that the file is to carry in the end.
fn wanted(report: &Report, act: &Act, standard: &Standard) -> Result<Label, Diagnostic> {
    let is_other = |label: &Label| report.labels().any(|found| !found.agrees_with(label));
    let is_unread = report.has_unread_label();
    match act {
        Act::Replace(label) => Ok(label.clone()),
        Act::Add(label) if is_unread || is_other(label) => Err(Diagnostic::error("LB109")),
        Act::Add(label) => Ok(label.clone()),
        Act::Propagate { platform, content, reserved, kind } => {
            let mut labels = report.labels();
            let first = labels.next();
            if is_unread || labels.any(|other| first.is_some_and(|one| !one.agrees_with(other))) {
                return Err(Diagnostic::error("LB109"));
            }
            let mut label = match first {
                Some(found) => found.clone(),
                None => Label::by_platform(*kind, platform, content, standard),
            };
            label.set(Field::Propagator, platform);
            label.set(Field::PropagateId, content);
            label.set(Field::PropagatorReserved, reserved);
            Ok(label)
        }
    }
}

impl Plan {
    /// The label that the new file carries.
    #[must_use]
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Whether the file carries the label already, at its place, and nothing is to be written.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.edits == Edits::default()
    }

    /// Writes the new file and says how many bytes it has. Media and metadata of others are copied
    /// as they are, block by block.
    ///
    /// # Errors
    ///
    /// LB101 when reading or writing fails.
    pub fn write<S: Read + Seek, W: Write>(
        &self,
        source: &mut S,
        out: &mut W,
    ) -> Result<u64, Diagnostic> {
        self.edits.write(source, out).map_err(|trouble| trouble.finding())
    }

    /// Reads what was written and compares: one label, at the place of the guide, that says what
    /// was asked for.
    ///
    /// # Errors
    ///
    /// LB113 when it does not, or when the file can no longer be read.
    pub fn read_back<S: Read + Seek>(
        &self,
        written: &mut S,
        standard: &Standard,
    ) -> Result<Report, Diagnostic> {
        let report = check(written, self.format, standard).map_err(|_| different(self.format))?;
        if report.is_settled(&self.label) { Ok(report) } else { Err(different(self.format)) }
    }
}

fn different(format: Format) -> Diagnostic {
    Diagnostic::error("LB113").with("format", format.as_str())
}
