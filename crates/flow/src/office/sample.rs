//! A sample of what really flowed, against what was filed and permitted.
//!
//! What passed the gate cannot differ from its permit. What did not pass it can; so whoever samples
//! takes data where it arrived, or on its way, and asks whether anybody was told of it.

use std::io::Read as _;
use std::path::Path;

use kouan_ledger::entry::{Change, Digest, Field, Filed, Name, Permitted, What};
use kouan_terms::Diagnostic;
use sha2::{Digest as _, Sha256};

use super::History;

/// Data that was found where it arrived, or on its way.
#[derive(Clone, Debug)]
pub struct Sample {
    /// What it is called in findings.
    pub name: String,
    /// The digest of its bytes; `None` for several files.
    pub digest: Option<Digest>,
    /// Its columns, each with its table where there are several.
    pub fields: Vec<(Option<String>, String)>,
    /// Who received it, where that is known.
    pub recipient: Option<String>,
    /// At least so many persons with general PI are in it.
    pub general: u64,
    /// At least so many persons with sensitive PI are in it.
    pub sensitive: u64,
}

/// What an authority was told, or a permit says where none had to be.
struct Basis<'h> {
    name: &'h Name,
    recipients: Vec<&'h Name>,
    fields: &'h [Field],
    persons: [Option<u64>; 2],
}

/// The digest of a file, however long it is.
///
/// # Errors
///
/// What reading it says.
pub fn digest_of_file(path: &Path) -> std::io::Result<Digest> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(Digest::sha256(hash.finalize().into()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

/// The entry whose output a sample is, byte by byte.
#[must_use]
pub fn entry_of(history: &History, sample: &Sample) -> Option<u64> {
    let digest = sample.digest?;
    let mut releases = history.releases();
    releases.find(|(_, released)| released.output.digest == digest).map(|(entry, _)| entry.number)
}

/// Everything in which a sample differs from the filings that stand and from the permits that need
/// none: from the one that is named, else from those that name its recipient, else from all.
///
/// # Errors
///
/// `AC125` where the filing that is named is not in the ledger.
pub fn sampled(
    history: &History,
    sample: &Sample,
    filing: Option<&str>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let filings = history.filings();
    let standing = filings.values().map(|(_, filed)| *filed);
    let mut bases: Vec<Basis<'_>> =
        standing.filter(|filed| filed.change != Change::Ended).map(of_filing).collect();
    bases.extend(free_permits(history).map(of_permit));
    let mut findings = Vec::new();
    if let Some(number) = filing {
        bases.retain(|basis| basis.name.as_str() == number);
        if bases.is_empty() {
            return Err(Diagnostic::error("AC125").with("number", number));
        }
    }
    if let Some(recipient) = &sample.recipient {
        let names =
            |basis: &Basis<'_>| basis.recipients.iter().any(|one| one.as_str() == recipient);
        if bases.iter().any(names) {
            bases.retain(names);
        } else {
            let finding = Diagnostic::warning("AC136").with("sample", &sample.name);
            findings.push(finding.with("recipient", recipient));
        }
    }
    for (table, column) in &sample.fields {
        let is_known = |basis: &Basis<'_>| {
            basis.fields.iter().any(|one| {
                let of = one.table.as_ref().zip(table.as_ref());
                one.column.as_str() == column && of.is_none_or(|(a, b)| a.as_str() == b)
            })
        };
        if !bases.iter().any(is_known) {
            let finding = Diagnostic::warning("AC135").with("sample", &sample.name);
            findings.push(finding.with("field", column));
        }
    }
    let counts = [("general", sample.general), ("sensitive", sample.sensitive)];
    for (place, (count, actual)) in counts.into_iter().enumerate() {
        // Without a number there is nothing that it could be above.
        let numbers: Vec<u64> =
            bases.iter().filter_map(|one| one.persons.get(place).copied()?).collect();
        let filed = numbers.iter().fold(0_u64, |sum, one| sum.saturating_add(*one));
        if !numbers.is_empty() && actual > filed {
            let finding = Diagnostic::warning("AC137").with("sample", &sample.name);
            let finding = finding.with("count", count).with("filed", filed);
            findings.push(finding.with("actual", actual));
        }
    }
    Ok(findings)
}

/// Permits that rest on no filing and were not taken back.
fn free_permits(history: &History) -> impl Iterator<Item = &Permitted> {
    let permits = history.permits().map(|(_, permitted)| permitted);
    permits.filter(|permitted| {
        let is_revoked = history.entries().iter().any(|entry| {
            matches!(&entry.what, What::Revoke(revoked) if revoked.permit == permitted.permit)
        });
        permitted.filing.is_none() && !is_revoked
    })
}

fn of_filing(filed: &Filed) -> Basis<'_> {
    Basis {
        name: &filed.number,
        recipients: filed.recipients.iter().collect(),
        fields: &filed.fields,
        persons: [filed.general, filed.sensitive],
    }
}

fn of_permit(permitted: &Permitted) -> Basis<'_> {
    Basis {
        name: &permitted.id,
        recipients: vec![&permitted.recipient],
        fields: &permitted.fields,
        persons: [None; 2],
    }
}
