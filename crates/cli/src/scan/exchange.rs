//! `kouan scan export` and `kouan scan import`: inventories for other tools, and their definitions
//! for us.

use clap::ArgMatches;
use kouan_flow::{Definitions, Options, ScanRequest, Want};
use kouan_rulebook::Book;
use kouan_rulebook::classes::Classes;
use kouan_scan::exchange;
use kouan_scan::inventory::{InputSeen, json_schema};
use kouan_terms::Diagnostic;

use super::{before, finished, page, path_of, sarif, scenario, sector};
use crate::outcome::{Outcome, Output};
use crate::page::Shape;
use crate::settings::Settings;
use crate::{files, inventories};

/// Writes the inventory in the format of another tool.
pub fn export(
    matches: &ArgMatches,
    settings: &Settings,
    classes: &Classes,
) -> Result<Output, Vec<Diagnostic>> {
    let wanted = matches.get_one::<String>("as").map(String::as_str).unwrap_or_default();
    let text = if wanted == "schema" {
        json_schema()
    } else {
        let inventory = inventories::read(&path_of(matches)).map_err(|finding| vec![finding])?;
        match wanted {
            "odcs" => exchange::to_odcs(&inventory).map_err(|finding| vec![finding])?,
            "sarif" => sarif::of_inventory(&inventory),
            "csv" => exchange::to_csv(&inventory),
            _ => page::page(&inventory, classes, settings.verbose > 0, Vec::new())
                .render(settings.speech, Shape::Markdown),
        }
    };
    Ok(Output { text, outcome: Outcome::Done })
}

/// Makes an inventory of what contracts and manifests define.
pub fn import(
    matches: &ArgMatches,
    settings: &Settings,
    book: &Book,
    classes: &Classes,
) -> Result<Output, Vec<Diagnostic>> {
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let path = path_of(matches);
    let mut defined = Vec::new();
    let mut findings = Vec::new();
    for file in matches.get_many::<String>("files").into_iter().flatten() {
        match definitions(file) {
            Ok(one) => defined.push(one),
            Err(finding) => findings.push(finding),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    let before = before(&path)?;
    let request = ScanRequest {
        addresses: &[],
        options: &Options::default(),
        want: Want::Metadata,
        workers: 1,
        book,
        classes,
        on: settings.on,
        sector: sector(book, one("sector"))?,
        scenario: scenario(book, one("scenario"))?,
        before: before.as_ref(),
        scratch: &std::env::temp_dir(),
    };
    let inventory = kouan_flow::scan_definitions(&request, defined)?;
    finished(&inventory, &path, matches.get_flag("dry-run"), settings, classes)
}

fn definitions(file: &str) -> Result<Definitions, Diagnostic> {
    let text = files::read(file)?;
    let contents = exchange::read(file, &text)?;
    let input = InputSeen { name: file.to_owned(), bytes: Some(text.len() as u64) };
    Ok(Definitions { input, contents })
}
