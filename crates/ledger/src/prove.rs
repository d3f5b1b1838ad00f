//! Proofs to hand over: of one entry, in the form of C2SP tlog-proof, and of a range, as an export.

use std::io::{BufRead, Read as _, Write};
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kouan_terms::Diagnostic;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, number};
use crate::entry::Entry;
use crate::hash::Hash;
use crate::key::VerifierKey;
use crate::limits;
use crate::log::{Log, no_entry};
use crate::proof::{consistency, inclusion, verify_consistency, verify_inclusion};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The `schema` key of an export's first line.
pub const EXPORT_SCHEMA: &str = "kouan/ledger-export/1";

/// The first line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportHead {
    /// The name and version of this format: `kouan/ledger-export/1`.
    pub schema: String,
    /// The number of the first entry.
    pub from: u64,
    /// The number after that of the last entry.
    pub until: u64,
    /// The signed head of the log, a C2SP checkpoint.
    pub checkpoint: String,
    /// The public key that the log said it was signed with; whoever checks has it from elsewhere.
    pub key: String,
}

/// Each further line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportLine {
    /// The entry. What is hashed is its compact JSON, the keys in this order.
    pub entry: Entry,
    /// The hashes beside its path to the root, in Base64, the lowest first.
    pub proof: Vec<String>,
}

impl Log {
    /// The proof that an entry stands in the log: a C2SP tlog-proof with the entry's bytes as its
    /// extra data.
    ///
    /// # Errors
    ///
    /// `LG119` where there is no such entry; what [`Log::entries`] finds.
    pub fn prove(&self, checkpoint: &Checkpoint, entry: u64) -> Result<String, Diagnostic> {
        let size = checkpoint.size();
        if entry >= size {
            return Err(no_entry(entry, size));
        }
        let bytes = self.raw_entry(entry, size)?;
        let proof = inclusion(&mut self.tree(size), entry, size)?;
        let mut text = format!("{HEADER}\nextra {}\nindex {entry}\n", STANDARD.encode(bytes));
        for hash in proof {
            text.push_str(&format!("{hash}\n"));
        }
        Ok(format!("{text}\n{}", checkpoint.note()))
    }

    /// The proof that an earlier head is the beginning of a later one: the hashes of RFC 6962.
    ///
    /// # Errors
    ///
    /// `LG114` where the earlier head has more entries; what reading tiles finds.
    pub fn prove_consistency(
        &self,
        earlier: &Checkpoint,
        later: &Checkpoint,
    ) -> Result<Vec<Hash>, Diagnostic> {
        let (then, now) = (earlier.size(), later.size());
        if then > now {
            return Err(Diagnostic::error("LG114").with("size", now).with("earlier", then));
        }
        consistency(&mut self.tree(now), then, now)
    }

    /// Writes the entries of these numbers with the proof of each, as JSON Lines: [`ExportHead`],
    /// then one [`ExportLine`] an entry.
    ///
    /// # Errors
    ///
    /// `LG119` where the range is not within the log, `LG126` where the output cannot be written;
    /// what [`Log::entries`] finds.
    pub fn export(
        &self,
        checkpoint: &Checkpoint,
        numbers: Range<u64>,
        output: &mut dyn Write,
    ) -> Result<(), Diagnostic> {
        let size = checkpoint.size();
        if numbers.start > numbers.end || numbers.end > size {
            return Err(no_entry(numbers.end.max(numbers.start), size));
        }
        let head = ExportHead {
            schema: EXPORT_SCHEMA.to_owned(),
            from: numbers.start,
            until: numbers.end,
            checkpoint: checkpoint.note().to_owned(),
            key: self.key().to_string(),
        };
        write_line(output, &head)?;
        let mut tree = self.tree(size);
        for entry in self.entries(checkpoint, numbers) {
            let entry = entry?;
            let proof = inclusion(&mut tree, entry.number, size)?;
            let proof = proof.iter().map(Hash::to_string).collect();
            write_line(output, &ExportLine { entry, proof })?;
        }
        Ok(())
    }
}

fn write_line(output: &mut dyn Write, line: &impl Serialize) -> Result<(), Diagnostic> {
    let text = serde_json::to_string(line).unwrap_or_default();
    let written = writeln!(output, "{text}");
    written.map_err(|error| Diagnostic::error("LG126").with("cause", error.kind()))
}

/// Checks the proof of one entry, and answers the entry and the head it stands under.
///
/// # Errors
///
/// `LG121` where it does not prove what it says, and those of [`Checkpoint::open`] and
/// [`Entry::read`].
pub fn verify_proof(
    text: &str,
    key: &VerifierKey,
    witnesses: &[VerifierKey],
) -> Result<(Entry, Checkpoint), Diagnostic> {
    let broken = || Diagnostic::error("LG121");
    let (proof, note) = text.split_once("\n\n").ok_or_else(broken)?;
    let mut lines = proof.split('\n');
    let mut after = |start: &str| lines.next().and_then(|line| line.strip_prefix(start));
    after(HEADER).filter(|rest| rest.is_empty()).ok_or_else(broken)?;
    let bytes = after("extra ").and_then(|text| STANDARD.decode(text).ok()).ok_or_else(broken)?;
    let entry = after("index ").and_then(number).ok_or_else(broken)?;
    let hashes: Option<Vec<Hash>> = lines.map(Hash::parse).collect();
    let hashes = hashes.ok_or_else(broken)?;
    let head = Checkpoint::open(note.as_bytes(), key, witnesses)?;
    if !verify_inclusion(Hash::leaf(&bytes), entry, head.size(), &hashes, head.root()) {
        return Err(broken());
    }
    Ok((Entry::read(&bytes, entry)?, head))
}

/// Checks the proof that one head is the beginning of another.
///
/// # Errors
///
/// `LG113` where it does not prove it.
pub fn verify_beginning(
    earlier: &Checkpoint,
    later: &Checkpoint,
    proof: &[Hash],
) -> Result<(), Diagnostic> {
    let (then, now) = ((earlier.size(), earlier.root()), (later.size(), later.root()));
    if verify_consistency(then, now, proof) {
        return Ok(());
    }
    Err(Diagnostic::error("LG113").with("size", now.0).with("earlier", then.0))
}

/// Checks an export line by line, and answers its head and how many entries it proves.
///
/// # Errors
///
/// `LG121` where a line does not prove its entry or one is missing, `LG103` where it cannot be
/// read, and those of [`Checkpoint::open`].
pub fn verify_export(
    input: &mut dyn BufRead,
    key: &VerifierKey,
) -> Result<(Checkpoint, u64), Diagnostic> {
    let broken = || Diagnostic::error("LG121");
    let head = read_line(input)?.ok_or_else(broken)?;
    let head: ExportHead = serde_json::from_slice(&head).map_err(|_| broken())?;
    if head.schema != EXPORT_SCHEMA {
        return Err(broken());
    }
    let checkpoint = Checkpoint::open(head.checkpoint.as_bytes(), key, &[])?;
    let mut next = head.from;
    while let Some(line) = read_line(input)? {
        let line: ExportLine = serde_json::from_slice(&line).map_err(|_| broken())?;
        let bytes = line.entry.to_bytes()?;
        let hashes: Option<Vec<Hash>> = line.proof.iter().map(|text| Hash::parse(text)).collect();
        let hashes = hashes.ok_or_else(broken)?;
        let (size, root) = (checkpoint.size(), checkpoint.root());
        let proved = verify_inclusion(Hash::leaf(&bytes), next, size, &hashes, root);
        if line.entry.number != next || !proved {
            return Err(broken());
        }
        next += 1;
    }
    if next == head.until { Ok((checkpoint, next - head.from)) } else { Err(broken()) }
}

fn read_line(input: &mut dyn BufRead) -> Result<Option<Vec<u8>>, Diagnostic> {
    let mut line = Vec::new();
    let limit = limits::EXPORT_LINE_BYTES as u64;
    let read = input.take(limit).read_until(b'\n', &mut line);
    read.map_err(|error| Diagnostic::error("LG103").with("cause", error.kind()))?;
    match line.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(line)),
        Some(_) => Err(Diagnostic::error("LG121")),
    }
}
