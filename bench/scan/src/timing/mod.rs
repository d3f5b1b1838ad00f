//! What the scan takes on large data, beside what others take on the same bytes.

pub(crate) mod persons;

mod ours;
mod peers;
mod postgres;
mod process;
mod table;

use std::path::{Path, PathBuf};

use crate::formats::{Fault, words};
use crate::rows;
use table::{Figure, Goal, Row, Table};

/// What the command line asks for.
pub(crate) struct Asked {
    /// The program, built as it is shipped.
    pub(crate) kouan: PathBuf,
    /// Where data, the peers and what they print lie.
    pub(crate) folder: PathBuf,
    /// The size of the CSV, in MiB.
    pub(crate) mebibytes: u64,
    /// The size, in MiB, of the CSV by which the memory of a scan is judged; 0 leaves it out.
    pub(crate) large: u64,
    /// Rows of the Parquet file and of the database's table.
    pub(crate) rows: u64,
    /// Keys of the count of persons.
    pub(crate) keys: u64,
    /// Where the table is written, for machines and for people.
    pub(crate) json: Option<PathBuf>,
    /// The page of the documents.
    pub(crate) markdown: Option<PathBuf>,
}

/// A file of the bench and its rows.
pub(crate) struct Data {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    pub(crate) rows: u64,
}

impl Data {
    /// Millions of bytes.
    pub(crate) fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }

    /// Millions of cells.
    pub(crate) fn megacells(&self) -> f64 {
        (self.rows * rows::COLUMNS.len() as u64) as f64 / 1e6
    }
}

/// How it was measured.
const METHOD: &str = "\
One run on one machine; whole processes, their own start, the sample and the count of persons included; the better of \
two runs. A core's speed is bytes by processor time, in the program and in the kernel for it, because others may use \
the machine; from start to end is by the clock, so that a busy machine shows there. Every row has four keys (resident \
ID, mobile, e-mail, card), each of which is counted. Data is invented and written from a seed. Tools for running text \
get the first lines of the same file, because all of it would take them days.";

/// Writes what is missing of the data, times everyone, prints the table.
pub(crate) fn run(asked: &Asked) -> Result<(), Fault> {
    std::fs::create_dir_all(asked.folder.join("scratch")).map_err(words)?;
    let began = process::load();
    let csv = csv(asked, asked.mebibytes)?;
    let parquet = parquet(asked)?;
    let peers = peers::Peers::new(asked);
    let mut table = Table::default();
    let ours = ours::csv(asked, &csv, &mut table)?;
    peers.csv(asked, &csv, &ours, &mut table)?;
    peers.parquet(asked, &parquet, &mut table)?;
    postgres::rows(asked, &mut table)?;
    ours::persons(asked, &mut table)?;
    ours::memory(asked, &mut table)?;
    table.notes.push(METHOD.to_owned());
    table.notes.push(format!(
        "Load of the machine when the run began and when it ended (1, 5, 15 minutes): {began}; {}.",
        process::load()
    ));
    let markdown = table.markdown();
    print!("{markdown}");
    if let Some(path) = &asked.json {
        std::fs::write(path, table.json()).map_err(words)?;
    }
    if let Some(path) = &asked.markdown {
        std::fs::write(path, format!("{}{markdown}", table::HEADER)).map_err(words)?;
    }
    Ok(())
}

/// The CSV of this size; one that is there already is not written again.
pub(crate) fn csv(asked: &Asked, mebibytes: u64) -> Result<Data, Fault> {
    let path = asked.folder.join(format!("rows-{mebibytes}.csv"));
    let count = path.with_extension("count");
    if !path.exists() || !count.exists() {
        eprintln!("writes {}", path.display());
        let rows = rows::csv(&path, mebibytes << 20)?;
        std::fs::write(&count, rows.to_string()).map_err(words)?;
    }
    let rows = std::fs::read_to_string(&count).map_err(words)?;
    sized(path, rows.trim().parse().map_err(words)?)
}

fn parquet(asked: &Asked) -> Result<Data, Fault> {
    let path = asked.folder.join(format!("rows-{}.parquet", asked.rows));
    if !path.exists() {
        eprintln!("writes {}", path.display());
        let unfinished = path.with_extension("unfinished");
        rows::parquet(&unfinished, asked.rows)?;
        std::fs::rename(unfinished, &path).map_err(words)?;
    }
    sized(path, asked.rows)
}

fn sized(path: PathBuf, rows: u64) -> Result<Data, Fault> {
    let bytes = std::fs::metadata(&path).map_err(words)?.len();
    Ok(Data { path, bytes, rows })
}

/// A row of ours alone.
fn alone(what: &str, unit: &'static str, ours: f64, goal: Option<Goal>) -> Row {
    Row { what: what.to_owned(), unit, ours: Some(ours), peer: Figure::None, goal }
}

/// The path as an argument.
fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
