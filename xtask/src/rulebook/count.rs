//! `cargo xtask rulebook count`: whether `held` in every `list.toml` is what its files hold.

use std::path::Path;

use kouan_rulebook::Edition;

use super::{EVERY_SECTOR, book, texts};
use crate::Outcome;

/// Compares, and puts right when asked to.
pub(crate) fn run(root: &Path, write: bool) -> Result<Outcome, String> {
    let texts = texts(root)?;
    let book = book(&texts)?;
    let mut wrong = 0;
    for edition in &book.editions {
        let file = &*edition.standing.file;
        let said = edition.text.held;
        let holds = counted(edition);
        let pairs = [
            ("sectors", said.sectors, holds[0]),
            ("scenarios", said.scenarios, holds[1]),
            ("fields", said.fields, holds[2]),
        ];
        let differing = pairs.iter().filter(|(_, said, holds)| *said != Some(*holds));
        for (what, said, holds) in differing {
            wrong += 1;
            let said = said.map_or_else(|| "nothing".to_owned(), |said| said.to_string());
            println!("rulebook/{file}: held.{what} says {said}, the files hold {holds}");
        }
        if write && let Some(text) = texts.get(file) {
            let fixed = put_right(text, holds);
            if fixed != *text {
                let path = root.join("rulebook").join(file);
                std::fs::write(path, fixed).map_err(|error| format!("{file}: {error}"))?;
                println!("wrote rulebook/{file}");
            }
        }
    }
    println!("rulebook count: {} editions, {wrong} counts differ", book.editions.len());
    Ok(if wrong == 0 || write { Outcome::Clean } else { Outcome::Findings })
}

/// Sectors, scenarios and fields that the files of an edition hold.
fn counted(edition: &Edition) -> [u32; 3] {
    let named = |sector: &&kouan_rulebook::Sector| *sector.text.sector.id.as_ref() != EVERY_SECTOR;
    let sectors = edition.sectors.iter().filter(named).count();
    let (scenarios, fields) = edition.counted();
    [u32::try_from(sectors).unwrap_or(u32::MAX), scenarios, fields]
}

/// The text with the counts of its `held` line replaced in place.
fn put_right(text: &str, [sectors, scenarios, fields]: [u32; 3]) -> String {
    let mut fixed = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.split_once('=') {
            Some((key, value)) if key.trim() == "held" => {
                let remark = value.split_once('}').map_or("\n", |(_, remark)| remark);
                fixed.push_str(key);
                fixed.push_str(&format!(
                    "= {{ sectors = {sectors}, scenarios = {scenarios}, fields = {fields} }}{remark}"
                ));
            }
            _ => fixed.push_str(line),
        }
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_held_line_changes() {
        let text = "official = { fields = 9 }\nheld   = { fields = 1 }  # why\ncomplete = false\n";
        let want = "official = { fields = 9 }\n\
                    held   = { sectors = 1, scenarios = 2, fields = 3 }  # why\ncomplete = false\n";
        assert_eq!(put_right(text, [1, 2, 3]), want);
    }
}
