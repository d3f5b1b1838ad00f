//! A `clear.toml` to fill in, from what already lies in the folder.

use std::fmt::Write as _;
use std::path::Path;

use kouan_terms::{Diagnostic, Language};
use toml::{Table, Value};

use crate::settings::Settings;
use crate::{files, inventories};

/// The declaration that a template starts from.
const TRANSFER: &str = "transfer.toml";

/// Stands where nothing in the folder says which file it is.
const SOMEWHERE: &str = "data/FILE.csv";

/// What the declaration says of a flow, as far as a template needs it.
///
/// The inventory that a declaration names may still have to be made, so it is not read as deciding
/// reads it.
struct Flow {
    id: String,
    inventory: Option<String>,
    tables: Vec<String>,
}

/// The text of the template: a section for each flow of the declaration.
///
/// # Errors
///
/// CL162 where the folder has no declaration, or none that can be read.
pub fn text(settings: &Settings) -> Result<String, Vec<Diagnostic>> {
    let missing = || vec![Diagnostic::error("CL162")];
    if !Path::new(TRANSFER).is_file() {
        return Err(missing());
    }
    let text = files::read(TRANSFER).map_err(|finding| vec![finding])?;
    let table: Table = text.parse().map_err(|_| missing())?;
    let flows: Vec<Flow> = list(&table, "flow").filter_map(flow).collect();
    let zh = settings.speech.first() == Language::Zh;
    let say = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let mut out = String::new();
    let head = say(
        "# kouan clear：一条命令走完五步。键的含义见`kouan clear --schema`\n",
        "# kouan clear: all five steps in one command. What the keys mean: `kouan clear --schema`\n",
    );
    let _ = write!(out, "{head}format   = 1\ntransfer = {TRANSFER:?}\n");
    let answers = if Path::new("answers.toml").is_file() { "" } else { "# " };
    let _ = writeln!(out, "{answers}answers  = [\"answers.toml\"]");
    let at = say("不写即现在", "now where it is left out");
    let _ = writeln!(out, "# at     = 2026-11-22T12:00:00+08:00  # {at}");
    let mut inventories: Vec<&str> = Vec::new();
    for name in flows.iter().filter_map(|flow| flow.inventory.as_deref()) {
        if !inventories.contains(&name) {
            inventories.push(name);
            let sources = sources(&flows, |flow| flow.inventory.as_deref() == Some(name));
            let scan = say("数据在哪里，清查到哪份清查表", "where the data is, and its inventory");
            let _ = write!(out, "\n# {scan}\n[[scan]]\ninventory = {name:?}\n");
            let _ = writeln!(out, "sources   = {sources:?}");
        }
    }
    filing(&flows, zh, &mut out);
    for flow in &flows {
        let leave = say("放行：来源、输出", "what leaves: sources and output");
        let sources = sources(&flows, |other| other.id == flow.id);
        let (id, to) = (&flow.id, format!("{}.parquet", flow.id));
        let _ = write!(out, "\n# {leave}\n[[release]]\nflow    = {id:?}\n");
        let _ = write!(out, "sources = {sources:?}\nto      = {to:?}\n");
        let choices = say("各列作何处理，见", "what becomes of each column:");
        let _ = writeln!(out, "# choices = \"choices.toml\"  # {choices} kouan explain AC126");
    }
    Ok(out)
}

/// A filing, as a comment.
fn filing(flows: &[Flow], zh: bool, out: &mut String) {
    let says = if zh {
        "备案、通过之后填写并去掉注释；须备案的数据流，在此之前不放行"
    } else {
        "fill in once it is filed or passed; a flow that needs it does not leave before"
    };
    let _ = writeln!(out, "\n# {says}");
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
    let ids: Vec<&str> = flows.iter().map(|flow| flow.id.as_str()).collect();
    let _ = writeln!(out, "# flows     = {ids:?}");
}

fn list<'t>(table: &'t Table, key: &str) -> impl Iterator<Item = &'t Value> {
    table.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn flow(value: &Value) -> Option<Flow> {
    let table = value.as_table()?;
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let tables = list(table, "tables").filter_map(Value::as_str).map(str::to_owned);
    Some(Flow { id: text("id")?, inventory: text("inventory"), tables: tables.collect() })
}

/// The files of some flows: from their inventory where there is one, or else by the names of their
/// tables.
fn sources(flows: &[Flow], wanted: impl Fn(&Flow) -> bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for flow in flows.iter().filter(|flow| wanted(flow)) {
        let seen = flow.inventory.as_deref().and_then(|name| inventories::read(name).ok());
        let is_of_flow =
            |name: &str| flow.tables.is_empty() || flow.tables.iter().any(|t| t == name);
        let tables = seen.iter().flat_map(|inventory| &inventory.tables);
        let inputs =
            tables.filter(|table| is_of_flow(&table.name)).map(|table| table.input.clone());
        let mut inputs: Vec<String> = inputs.collect();
        if inputs.is_empty() {
            inputs.extend(flow.tables.iter().map(|name| {
                name.split_once('#').map_or(name.as_str(), |(file, _)| file).to_owned()
            }));
        }
        inputs.retain(|input| !found.contains(input));
        inputs.dedup();
        found.extend(inputs);
    }
    if found.is_empty() { vec![SOMEWHERE.to_owned()] } else { found }
}
