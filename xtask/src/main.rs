//! Our chores, run as `cargo xtask <chore>`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod bench;
mod docs;
mod quality;
mod reliability;
mod rulebook;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask <chore>

  tidy            check what compilers do not: edges, sizes, names, words, links
  docs            write the generated parts of the documents
  docs --check    fail when a generated part is stale
  rulebook count  compare `held` of every list with what its files hold
  rulebook count --write
                  put those counts right in place
  rulebook mutate [FILE]
                  fail when a one-step mutant of a rule (of files named so) escapes the cases
  bench decide    time verdicts beside an if-chain, Rego and Cedar; print the table
  bench decide --record
                  the same, and keep the table in docs/reference/bench-decide.md
  bench decide --agree-only
                  fail when one engine differs from ours on one cell
  bench scan      write large invented data, time the scan and its peers on it; print the table
  bench scan --record
                  the same, and keep the table in docs/reference/bench-scan.md
  bench scan --mebibytes N --rows N --keys N
                  the same on less data
  bench file      time a pack of 600 fields and its check; print the table
  bench file --record
                  the same, and keep the table in docs/reference/bench-file.md
  bench release   time releases, the meter and the ledger beside DuckDB; print the table
  bench release --record
                  the same, and keep the table in docs/reference/bench-release.md
  bench release --mebibytes N --people N --entries N
                  the same on less data
  bench label     time labels written and checked, beside ExifTool and cp; print the table
  bench label --record
                  the same, and keep the table in docs/reference/bench-label.md
  reliability     the tests that inject faults, at full size; print the table
  reliability --record
                  the same, and keep the table in docs/reference/reliability.md
  quality columns precision and recall of the classes of columns, on our labelled sets
  quality columns --mistakes
                  the same, with every column that was missed or wrongly tagged
  quality columns --check
                  fail below the figures of crates/scan/quality/floor.toml
  quality text    precision and recall of spans in running text, on our annotated sentences
  quality text --mistakes
                  the same, with every span that was missed or wrongly found
  quality columns --of FOLDER, quality text --of FOLDER
                  the same for labelled sets elsewhere, with every mistake
  quality text --check
                  fail below the figures of crates/scan/quality/floor-text.toml
";

/// How a chore ended when it could be done at all.
enum Outcome {
    /// Nothing to act on.
    Clean,
    /// Something to act on; it has been printed.
    Findings,
}

// The exit codes are those of `kouan`: 0 clean, 1 findings, 2 not done.
fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let root = root();
    let outcome = match words.as_slice() {
        ["tidy"] => tidy::run(&root),
        ["docs"] => docs::write(&root),
        ["docs", "--check"] => docs::check(&root),
        ["rulebook", "count"] => rulebook::count(&root, false),
        ["rulebook", "count", "--write"] => rulebook::count(&root, true),
        ["rulebook", "mutate"] => rulebook::mutate(&root, ""),
        ["rulebook", "mutate", file] => rulebook::mutate(&root, file),
        ["bench", "decide"] => bench::decide(&root, &bench::Extent::Table),
        ["bench", "decide", "--record"] => bench::decide(&root, &bench::Extent::Record),
        ["bench", "decide", "--agree-only"] => bench::decide(&root, &bench::Extent::Agreement),
        ["bench", "scan", "--record", more @ ..] => bench::scan(&root, true, more),
        ["bench", "scan", more @ ..] => bench::scan(&root, false, more),
        ["bench", "file"] => bench::file(&root, false),
        ["bench", "file", "--record"] => bench::file(&root, true),
        ["bench", "release", "--record", more @ ..] => bench::release(&root, true, more),
        ["bench", "release", more @ ..] => bench::release(&root, false, more),
        ["bench", "label"] => bench::label(&root, false),
        ["bench", "label", "--record"] => bench::label(&root, true),
        ["reliability"] => reliability::run(&root, false),
        ["reliability", "--record"] => reliability::run(&root, true),
        ["quality", "columns"] => quality::columns(&root, quality::Extent::Table),
        ["quality", "columns", "--mistakes"] => quality::columns(&root, quality::Extent::Mistakes),
        ["quality", "columns", "--mistakes", "--heldout"] => {
            quality::columns(&root, quality::Extent::AllMistakes)
        }
        ["quality", "columns", "--check"] => quality::columns(&root, quality::Extent::Check),
        ["quality", "columns", "--of", folder] => quality::columns_of(Path::new(folder)),
        ["quality", "text", "--of", folder] => quality::text::of(Path::new(folder)),
        ["quality", "text"] => quality::text::run(&root, quality::Extent::Table),
        ["quality", "text", "--mistakes"] => quality::text::run(&root, quality::Extent::Mistakes),
        ["quality", "text", "--mistakes", "--heldout"] => {
            quality::text::run(&root, quality::Extent::AllMistakes)
        }
        ["quality", "text", "--check"] => quality::text::run(&root, quality::Extent::Check),
        _ => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// The folder of the workspace: the parent of this package.
fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_owned()
}
