//! A `clear.toml` to fill in, from what already lies in the folder.

use std::fmt::Write as _;
use std::path::Path;

use kouan_terms::{Diagnostic, Language};

use crate::settings::Settings;
use crate::{declarations, rulebook_source};

/// The declaration that a template starts from.
const TRANSFER: &str = "transfer.toml";

/// The text of the template: a section for each flow where the declaration can be read.
///
/// # Errors
///
/// CL162 where the folder has no declaration; the findings of the declaration.
pub fn text(settings: &Settings) -> Result<String, Vec<Diagnostic>> {
    if !Path::new(TRANSFER).is_file() {
        return Err(vec![Diagnostic::error("CL162")]);
    }
    let book = rulebook_source::load(settings.rulebook.as_deref())?;
    let declared = declarations::read_one(&book, TRANSFER)?;
    let zh = settings.speech.first() == Language::Zh;
    let say = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let mut out = String::new();
    let head = say(
        "# kouan clear：一条命令走完五步。键的含义见 docs/reference/clear.schema.json\n",
        "# kouan clear: all five steps in one command. Keys: docs/reference/clear.schema.json\n",
    );
    let _ = write!(out, "{head}format   = 1\ntransfer = {TRANSFER:?}\n");
    let answers = if Path::new("answers.toml").is_file() { "" } else { "# " };
    let _ = writeln!(out, "{answers}answers  = [\"answers.toml\"]");
    let at = say("不写即现在", "now where it is left out");
    let _ = writeln!(out, "# at     = 2026-11-22T12:00:00+08:00  # {at}");
    for named in &declared.inventories {
        let mut inputs: Vec<&str> =
            named.tables().iter().map(|table| table.input.as_str()).collect();
        inputs.dedup();
        let scan = say("数据在哪里，清查到哪份清查表", "where the data is, and its inventory");
        let _ = write!(
            out,
            "\n# {scan}\n[[scan]]\ninventory = {:?}\nsources   = {inputs:?}\n",
            named.name()
        );
    }
    let filing = say(
        "备案、通过之后填写并去掉注释；没有备案的数据流不放行",
        "fill in once it is filed or passed; a flow that needs it does not leave before",
    );
    let _ = writeln!(out, "\n# {filing}");
    let first = declared.transfer.flows.first().map_or("FLOW", |flow| &*flow.id);
    for line in [
        "[[filing]]",
        "number    = \"NUMBER\"",
        "kind      = \"standard-contract\"",
        "authority = \"AUTHORITY\"",
        "filed     = 2026-11-18",
        "accepted  = 2026-11-20",
        "general   = 1000",
        "sensitive = 0",
        "frequency = \"month:1\"",
        "pack      = \"standard-contract\"",
    ] {
        let _ = writeln!(out, "# {line}");
    }
    let _ = writeln!(out, "# flows     = [{first:?}]");
    for flow in &declared.transfer.flows {
        let tables = declared.inventories.iter().flat_map(|named| named.tables()).filter(|table| {
            let full = |column: &str| kouan_scan::inventory::full_name(&table.name, column);
            flow.fields
                .iter()
                .any(|field| table.columns.iter().any(|column| full(&column.name) == *field.name))
        });
        let mut inputs: Vec<&str> = tables.map(|table| table.input.as_str()).collect();
        inputs.dedup();
        let leave = say("放行：来源、输出", "what leaves: sources and output");
        let choices = say(
            "各列作何处理，见 kouan explain AC126",
            "what becomes of each column: kouan explain AC126",
        );
        let _ = write!(
            out,
            "\n# {leave}\n[[release]]\nflow    = {:?}\nsources = {inputs:?}\nto      = {:?}\n# choices = \"choices.toml\"  # {choices}\n",
            &*flow.id,
            format!("{}.parquet", flow.id),
        );
    }
    Ok(out)
}
