//! Names that say nothing, and names that reach across a promise.

use super::{File, Finding, Tree};

/// Drawers for everything: what belongs in them has a better name.
const BANNED: &[&str] =
    &["common", "core", "helper", "helpers", "misc", "models", "types", "util", "utils"];

/// Crates that may name the rules themselves; everyone else reads a decision.
const MAY_NAME_RULES: &[&str] = &["rulebook", "decide", "xtask"];

/// Crates whose types are inside and never written out.
const INNER: &[&str] = &["terms", "decide"];

/// The published format among them: a permit is a file that others read.
const PUBLISHED: &str = "crates/decide/src/permit/format.rs";

/// Checks file names, modules, signatures and the two promises that go by name.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust() {
        file_names(file, &mut found);
        modules(file, &mut found);
        signatures(file, &mut found);
        if !MAY_NAME_RULES.contains(&file.crate_folder()) {
            rules(file, &mut found);
        }
        if INNER.contains(&file.crate_folder()) && file.path != PUBLISHED {
            written_out(file, &mut found);
        }
    }
    found
}

fn file_names(file: &File, found: &mut Vec<Finding>) {
    let parts = file.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
    for name in parts.filter(|name| BANNED.contains(name)) {
        let what = format!("the name `{name}`");
        found.push(Finding::file(&file.path, what, "name it by what it holds"));
    }
}

fn modules(file: &File, found: &mut Vec<Finding>) {
    for (index, line) in file.rust.iter().enumerate() {
        let mut words = line.code.split(|c: char| !c.is_alphanumeric() && c != '_');
        let module = words.by_ref().find(|word| *word == "mod").and_then(|_| words.next());
        if let Some(name) = module.filter(|name| BANNED.contains(name)) {
            let what = format!("the module `{name}`");
            found.push(Finding::at(&file.path, index + 1, what, "name it by what it holds"));
        }
    }
}

/// Maps from text in what a crate offers hide ids and enums.
fn signatures(file: &File, found: &mut Vec<Finding>) {
    let mut open = false;
    for (index, line) in file.rust.iter().enumerate() {
        let code = line.code.trim();
        let public = code.starts_with("pub ");
        open |= public && (code.contains("fn ") || code.starts_with("pub type "));
        let signature = code.split('{').next().unwrap_or_default();
        let map = ["HashMap<String,", "BTreeMap<String,", "HashMap<&str,", "BTreeMap<&str,"];
        if open && map.iter().any(|map| signature.contains(map)) {
            let why = "ids are newtypes and choices are enums, not text in a map";
            found.push(Finding::at(&file.path, index + 1, "a map from text in a signature", why));
        }
        open &= !(code.contains('{') || code.ends_with(';'));
    }
}

fn rules(file: &File, found: &mut Vec<Finding>) {
    let why = "an explanation reads the decision, never the rules: one evaluation, one answer";
    // The paths may be spread over lines; a use with braces names the rule later.
    let code: String = file.rust.iter().map(|line| format!("{}\n", line.code)).collect();
    let mut line = 1;
    for (index, part) in code.split("rulebook::").enumerate() {
        let group = part.strip_prefix('{').and_then(|group| group.split('}').next());
        let named = group.unwrap_or_else(|| word(part));
        let mut words = named.split(|c: char| !c.is_alphanumeric() && c != '_');
        if index > 0 && words.any(|word| word == "Rule") {
            found.push(Finding::at(&file.path, line, "names `rulebook::Rule`", why));
        }
        line += part.matches('\n').count();
    }
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn written_out(file: &File, found: &mut Vec<Finding>) {
    for (index, line) in file.rust.iter().enumerate().filter(|(_, line)| !line.in_test) {
        let mut words = line.code.split(|c: char| !c.is_alphanumeric() && c != '_');
        if words.any(|word| word == "Serialize") {
            let why = "only the edge (`cli`) knows what is written out";
            found.push(Finding::at(&file.path, index + 1, "`Serialize` on an inner type", why));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<(usize, String)> {
        let found = check(&Tree::of(&[(path, text)]));
        found.into_iter().map(|finding| (finding.line, finding.what)).collect()
    }

    #[test]
    fn drawers_are_found_as_files_and_as_modules() {
        assert_eq!(whats("crates/cli/src/utils.rs", "").len(), 1);
        assert_eq!(whats("crates/cli/src/a.rs", "pub(crate) mod types;").len(), 1);
        assert_eq!(whats("crates/cli/src/a.rs", "mod typeset; let model = core::mem;").len(), 0);
    }

    #[test]
    fn the_rules_are_named_by_those_who_may() {
        let text =
            "use a::b;\nuse kouan_rulebook::{\n    Book, Rule,\n};\nfn f(r: rulebook::Rule) {}\n";
        let lines: Vec<_> = whats("crates/cli/src/a.rs", text).into_iter().map(|w| w.0).collect();
        assert_eq!(lines, [2, 5]);
        assert_eq!(whats("crates/decide/src/a.rs", text), []);
        assert_eq!(whats("crates/cli/src/a.rs", "use kouan_rulebook::{Book, RuleId};"), []);
    }

    #[test]
    fn maps_from_text_are_found_in_public_signatures_only() {
        let text =
            "pub fn f(\n    a: &BTreeMap<String, u8>,\n) {\n    let b: BTreeMap<String, u8>;\n}\n";
        assert_eq!(
            whats("crates/cli/src/a.rs", text),
            [(2, "a map from text in a signature".into())]
        );
        assert_eq!(whats("crates/cli/src/a.rs", "fn f(a: BTreeMap<String, u8>) {}\n"), []);
    }
}
