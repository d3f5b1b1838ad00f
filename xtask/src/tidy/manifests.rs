//! The manifests: edges, lints, versions in one place.

use toml::Table;

use super::edges::{Allowed, BESIDE_THE_WORKSPACE, PACKAGES};
use super::{File, Finding, Tree};

const EDGE: &str =
    "a new edge needs a row in xtask/src/tidy/edges.rs and a record in docs/decisions/";

/// Compares every manifest with the edge table.
pub(crate) fn edges(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let packages = PACKAGES.iter().chain(BESIDE_THE_WORKSPACE);
    for file in tree.ending("Cargo.toml").filter(|file| file.path != "Cargo.toml") {
        let folder = file.path.strip_suffix("/Cargo.toml").unwrap_or_default();
        match packages.clone().find(|allowed| allowed.folder == folder) {
            Some(allowed) => package(file, allowed, &mut found),
            None => found.push(Finding::file(&file.path, "a package outside the table", EDGE)),
        }
    }
    found
}

/// Checks that every member takes the lints of the workspace.
pub(crate) fn lints(tree: &Tree) -> Vec<Finding> {
    let why = "one set of lints for all: write `[lints]` with `workspace = true`";
    let members = PACKAGES.iter().filter_map(|allowed| manifest(tree, allowed));
    let without = members.filter(|file| {
        let takes = parse(file).ok().and_then(|manifest| {
            manifest.get("lints")?.get("workspace").map(|value| value.as_bool() == Some(true))
        });
        takes != Some(true)
    });
    without.map(|file| Finding::file(&file.path, "no lints of the workspace", why)).collect()
}

/// The manifest of a package, when the tree has it.
pub(crate) fn manifest<'a>(tree: &'a Tree, allowed: &Allowed) -> Option<&'a File> {
    tree.file(&format!("{}/Cargo.toml", allowed.folder))
}

/// The table in a manifest.
pub(crate) fn parse(file: &File) -> Result<Table, String> {
    file.text().parse().map_err(|error| format!("{}: {error}", file.path))
}

fn package(file: &File, allowed: &Allowed, found: &mut Vec<Finding>) {
    let manifest = match parse(file) {
        Ok(manifest) => manifest,
        Err(message) => {
            found.push(Finding::file(&file.path, message, "a manifest must parse"));
            return;
        }
    };
    let name = manifest.get("package").and_then(|package| package.get("name"));
    if name.and_then(|name| name.as_str()) != Some(allowed.package) {
        let what = format!("the package is not called `{}`", allowed.package);
        found.push(Finding::file(&file.path, what, "the table of edges goes by name"));
    }
    for (section, dependencies) in dependency_tables(&manifest) {
        for (name, asked) in dependencies {
            let known = match section {
                "dev-dependencies" => allowed.in_tests.contains(&name.as_str()),
                _ => false,
            };
            let known = known
                || allowed.ours.contains(&name.as_str())
                || allowed.outside.contains(&name.as_str());
            let line = line_of(file, name);
            if !known {
                let what = format!("`{}` may not use `{name}` in {section}", allowed.package);
                found.push(Finding::at(&file.path, line, what, EDGE));
            }
            let shared = asked.get("workspace").and_then(|value| value.as_bool()) == Some(true);
            if !shared
                && !matches!(allowed.folder, "bench" | "bench/release" | "bench/scan" | "fuzz")
            {
                let what = format!("`{name}` brings its own version");
                let why = "versions stand once, in the root Cargo.toml: `workspace = true`";
                found.push(Finding::at(&file.path, line, what, why));
            }
        }
    }
}

/// The tables of dependencies, those of `target.*` included.
fn dependency_tables(manifest: &Table) -> Vec<(&'static str, &Table)> {
    const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    let targets = manifest.get("target").and_then(|target| target.as_table());
    let targets = targets.into_iter().flat_map(Table::values).filter_map(|value| value.as_table());
    let mut tables = Vec::new();
    for place in std::iter::once(manifest).chain(targets) {
        for section in SECTIONS {
            if let Some(table) = place.get(section).and_then(|value| value.as_table()) {
                tables.push((section, table));
            }
        }
    }
    tables
}

fn line_of(file: &File, name: &str) -> usize {
    let starts = |line: &str| {
        let after = line.trim_start().strip_prefix(name);
        after.is_some_and(|after| after.starts_with(['.', ' ', '=']))
    };
    file.text().lines().position(starts).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_outside_the_table_is_found_where_it_stands() {
        let text =
            "[package]\nname = \"kouan-terms\"\n[dependencies]\nkouan-rulebook.workspace = true\n";
        let found = edges(&Tree::of(&[("crates/terms/Cargo.toml", text)]));
        let [Finding { line, what, .. }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(*line, 4);
        assert_eq!(what, "`kouan-terms` may not use `kouan-rulebook` in dependencies");
    }

    #[test]
    fn a_version_of_its_own_and_missing_lints_are_found() {
        let text = "[package]\nname = \"kouan-terms\"\n[dependencies]\njiff = \"0.2\"\n";
        let tree = Tree::of(&[("crates/terms/Cargo.toml", text)]);
        assert_eq!(edges(&tree).len(), 1);
        assert_eq!(lints(&tree).len(), 1);
    }

    #[test]
    fn a_package_nobody_listed_is_found() {
        assert_eq!(edges(&Tree::of(&[("crates/core/Cargo.toml", "")])).len(), 1);
    }
}
