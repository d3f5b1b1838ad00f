//! `kouan scan settle`: a person decides about a column.

use clap::ArgMatches;
use kouan_rulebook::classes::Classes;
use kouan_scan::inventory::{self, Settled, Signed, Unsettled};
use kouan_terms::{Bilingual, ClassId, Diagnostic};

use super::path_of;
use crate::inventories;
use crate::outcome::{Outcome, Output};
use crate::settings::Settings;

/// The longest name or reason, in characters.
const TEXT_MAX: usize = 500;

/// Records the decision in the inventory.
pub fn run(
    matches: &ArgMatches,
    settings: &Settings,
    classes: &Classes,
) -> Result<Output, Vec<Diagnostic>> {
    let path = path_of(matches);
    let mut inventory = inventories::read(&path).map_err(|finding| vec![finding])?;
    let column = text(matches, "column");
    let (by, why, on) = (text(matches, "by"), text(matches, "why"), settings.on.to_string());
    for given in [&by, &why] {
        if given.trim().is_empty() || given.chars().count() > TEXT_MAX {
            return Err(vec![Diagnostic::error("SC230").with("limit", TEXT_MAX)]);
        }
    }
    let result = match matches.get_one::<String>("as") {
        Some(class) => {
            let Some(meaning) =
                kouan_scan::survey::meaning(classes, &inventory, class, settings.on)
            else {
                return Err(vec![unknown_class(classes, class)]);
            };
            let settled = Settled { class: class.clone(), by, why, on };
            inventory::settle(&mut inventory, &column, settled, meaning)
        }
        None => {
            let field = text(matches, "listed-as");
            inventory::confirm(&mut inventory, &column, &field, Signed { by, why, on })
        }
    };
    result.map_err(|unsettled| vec![finding(unsettled, &column, &path)])?;
    inventories::write(&path, &inventory).map_err(|finding| vec![finding])?;
    let said = done(&column, inventory.persons.as_ref().is_some_and(|persons| persons.recount));
    let text = settings
        .speech
        .languages()
        .iter()
        .map(|language| format!("{}\n", said.in_language(*language)))
        .collect();
    Ok(Output { text, outcome: Outcome::Done })
}

fn text(matches: &ArgMatches, name: &str) -> String {
    matches.get_one::<String>(name).cloned().unwrap_or_default()
}

fn done(column: &str, recount: bool) -> Bilingual {
    let mut said =
        Bilingual { zh: format!("已记录：`{column}`"), en: format!("recorded: `{column}`") };
    if recount {
        said.zh.push_str("。人数须重新清查，此前判定时按人数未知处理");
        said.en.push_str(
            ". Persons need a new scan; until then deciding takes their number as unknown",
        );
    }
    said
}

fn unknown_class(classes: &Classes, class: &str) -> Diagnostic {
    let near = classes
        .all()
        .iter()
        .map(|known| known.id.as_str())
        .find(|known| known.contains(class) || class.contains(known));
    let shown = if ClassId::new(class).as_str().len() > 64 { "…" } else { class };
    Diagnostic::error("SC231").with("class", shown).with("near", near.unwrap_or("resident-id"))
}

fn finding(unsettled: Unsettled, column: &str, path: &str) -> Diagnostic {
    match unsettled {
        Unsettled::Unknown { nearest } => Diagnostic::error("SC232")
            .with("column", column)
            .with("inventory", path)
            .with("nearest", nearest.unwrap_or_else(|| "table:column".to_owned())),
        Unsettled::Several(names) => Diagnostic::error("SC233")
            .with("column", column)
            .with("names", names.iter().take(8).cloned().collect::<Vec<_>>().join(", ")),
        Unsettled::NotListed => {
            Diagnostic::error("SC234").with("column", column).with("inventory", path)
        }
    }
}
