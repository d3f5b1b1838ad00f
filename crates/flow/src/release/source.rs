//! The source of a release: its inputs, what its columns are, and its fingerprint.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read as _;

use kouan_decide::permit::Permit;
use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;
use kouan_scan::inventory::{Settled, full_name};
use kouan_scan::survey::{Plan, plan_of};
use kouan_sources::{Input, Opened, Options, Want, find};
use kouan_table::{Batch, Cells, Table};
use kouan_terms::{Day, Diagnostic};
use sha2::{Digest as _, Sha256};

use crate::scan::{SAMPLE_ROWS, ScanRequest, pass, setup};

/// Bytes of a file that are hashed at a time.
const PIECE: usize = 1 << 20;

/// What to release.
pub struct SourceRequest<'a> {
    /// Files, folders, globs, databases, object stores.
    pub addresses: &'a [String],
    /// How the sources are read.
    pub options: &'a Options,
    /// The rulebook.
    pub book: &'a Book,
    /// Its classes.
    pub classes: &'a Classes,
    /// The day whose law and ages count.
    pub on: Day,
}

/// A source that was looked at and not let out yet.
pub struct Source {
    pub(super) inputs: Vec<Looked>,
    /// SHA-256 of the contents of its inputs, in their order.
    pub(super) fingerprint: [u8; 32],
    pub(super) options: Options,
    pub(super) on: Day,
}

/// One input, and what its columns are.
pub(super) struct Looked {
    pub(super) input: Input,
    /// The tables it declares.
    pub(super) tables: Vec<Table>,
    /// What each column is, as a scan of it says.
    pub(super) plan: Plan,
    /// What the machine said of the file when it was looked at.
    pub(super) file: Option<State>,
}

/// A file that has not changed has the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    bytes: u64,
    changed: Option<std::time::SystemTime>,
}

impl State {
    fn of(found: &Metadata) -> State {
        State { bytes: found.len(), changed: found.modified().ok() }
    }

    /// The state of an input that is a file.
    pub(super) fn now(input: &Input) -> Option<State> {
        std::fs::metadata(&*input.name).ok().filter(Metadata::is_file).map(|m| State::of(&m))
    }
}

/// Looks at a source: what its columns are, by the same sample and the same rules as a scan, with
/// the classes that the permit names; and what it contains, as one digest.
///
/// # Errors
///
/// What keeps an input from being read; `RL112` where there is no table.
pub fn look(permit: &Permit, request: &SourceRequest<'_>) -> Result<Source, Vec<Diagnostic>> {
    let one = |finding: Diagnostic| vec![finding];
    let found = find(request.addresses, request.options).map_err(one)?;
    let mut hash = Sha256::new();
    let mut inputs = Vec::new();
    for input in found {
        let file = State::now(&input);
        hash.update(contents(&input, file.is_some(), request.options).map_err(one)?);
        let opened = input.open(Want::Metadata, request.options).map_err(one)?;
        let settled = settled(permit, &opened.tables);
        let plan = plan(request, &settled, &input)?;
        inputs.push(Looked { input, tables: opened.tables, plan, file });
    }
    if inputs.iter().all(|input| input.tables.is_empty() && input.plan.tables.is_empty()) {
        return Err(vec![Diagnostic::error("RL112")]);
    }
    let fingerprint = hash.finalize().into();
    Ok(Source { inputs, fingerprint, options: request.options.clone(), on: request.on })
}

/// The classes of a permit, as if a person had settled them: they are what it was granted for.
fn settled(permit: &Permit, tables: &[Table]) -> BTreeMap<String, Settled> {
    let mut settled = BTreeMap::new();
    for table in tables {
        for field in permit.fields_of(&table.name) {
            let Some(class) = &field.class else { continue };
            let decided = Settled {
                class: class.clone(),
                by: permit.id().to_owned(),
                why: String::new(),
                on: permit.body().on.0.to_string(),
            };
            settled.insert(full_name(&table.name, &field.column), decided);
        }
    }
    settled
}

fn plan(
    request: &SourceRequest<'_>,
    settled: &BTreeMap<String, Settled>,
    input: &Input,
) -> Result<Plan, Vec<Diagnostic>> {
    let scan = ScanRequest {
        addresses: request.addresses,
        options: request.options,
        want: Want::Sample(SAMPLE_ROWS),
        workers: 1,
        book: request.book,
        classes: request.classes,
        on: request.on,
        sector: None,
        scenario: None,
        before: None,
        scratch: std::path::Path::new(""),
    };
    let setup = setup(&scan, settled)?;
    let sampled = pass(&scan, &setup, input, scan.want, &Plan::default(), &mut |_| {});
    let sampled = sampled.map_err(|finding| vec![finding])?;
    let plans = sampled.tables.iter();
    let plans = plans.map(|table| (table.declared.name.clone(), plan_of(&table.judged)));
    Ok(Plan { tables: plans.collect() })
}

/// The digest of what an input contains: of its bytes where it is a file, of its cells otherwise.
fn contents(input: &Input, is_file: bool, options: &Options) -> Result<[u8; 32], Diagnostic> {
    if is_file {
        let unread = |_| Diagnostic::error("RL114").with("input", &input.name);
        let mut file = File::open(&*input.name).map_err(unread)?;
        let mut hash = Sha256::new();
        let mut piece = vec![0; PIECE];
        loop {
            let read = file.read(&mut piece).map_err(unread)?;
            if read == 0 {
                return Ok(hash.finalize().into());
            }
            hash.update(piece.get(..read).unwrap_or_default());
        }
    }
    let Opened { mut rows, .. } = input.open(Want::Everything, options)?;
    let mut hash = Sha256::new();
    while let Some(block) = rows.next()? {
        block.read(&mut |batch| cells_of(batch, &mut hash))?;
    }
    Ok(hash.finalize().into())
}

/// Hashes a batch, each cell with its length before it.
fn cells_of(batch: &Batch<'_>, hash: &mut Sha256) {
    let text = |hash: &mut Sha256, text: &[u8]| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    text(hash, batch.table.as_bytes());
    for one in batch.columns {
        text(hash, one.column.name.as_bytes());
        for row in 0..batch.rows {
            match cell(&one.cells, row) {
                Some(bytes) => text(hash, &bytes),
                None => hash.update(u64::MAX.to_le_bytes()),
            }
        }
    }
}

fn cell(cells: &Cells<'_>, row: usize) -> Option<Vec<u8>> {
    match cells {
        Cells::Text { bytes, spans } | Cells::Binary { bytes, spans } => {
            spans.get(row)?.of(bytes).map(<[u8]>::to_vec)
        }
        Cells::Integers(all) | Cells::Instants(all) => {
            all.get(row).copied().flatten().map(|value| value.to_le_bytes().to_vec())
        }
        Cells::Floats(all) => {
            all.get(row).copied().flatten().map(|value| value.to_le_bytes().to_vec())
        }
        Cells::Booleans(all) => all.get(row).copied().flatten().map(|value| vec![u8::from(value)]),
        Cells::Days(all) => {
            all.get(row).copied().flatten().map(|value| value.to_le_bytes().to_vec())
        }
        Cells::Opaque => None,
    }
}
