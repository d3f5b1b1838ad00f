//! `cargo xtask docs`: the parts of the documents that are made from data.

use kouan_terms::Language;
use std::path::Path;

use crate::Outcome;
use crate::tidy::edges::{Allowed, PACKAGES};
use crate::tidy::messages::{FactValue, Message, Pair};
use crate::tidy::{Tree, messages};

const MAP_BEGINS: &str = "<!-- crate map: written by `cargo xtask docs` -->\n";
const MAP_ENDS: &str = "<!-- end of crate map -->\n";
const ERRORS: &str = "docs/errors";

/// A file and the text it must have.
struct Generated {
    path: String,
    text: String,
}

/// Everything generated; one line a generator.
fn generated(tree: &Tree) -> Result<Vec<Generated>, String> {
    let mut all = Vec::new();
    all.push(architecture(tree)?);
    all.extend(error_pages(tree)?);
    all.extend(from_the_rulebook()?);
    Ok(all)
}

/// The readable book in both languages, and the schemas of a declaration, of an
/// inventory, of answers, of the ledger's entries, of a permit and of choices.
fn from_the_rulebook() -> Result<Vec<Generated>, String> {
    let book = kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied())
        .map_err(|findings| format!("the rulebook has {} findings", findings.len()))?;
    let classes = kouan_rulebook::classes::Classes::load(kouan_rulebook::EMBEDDED.iter().copied())
        .map_err(|findings| format!("the classes have {} findings", findings.len()))?;
    let made = |path: &str, text: String| Generated { path: path.to_owned(), text };
    let whole = |language| {
        let classes = kouan_rulebook::classes::render(&classes, language);
        format!("{}{classes}", kouan_rulebook::render(&book, language))
    };
    Ok(vec![
        made("rulebook/book/zh.md", whole(Language::Zh)),
        made("rulebook/book/en.md", whole(Language::En)),
        made(
            "docs/reference/transfer.schema.json",
            kouan_decide::declaration::json_schema(&book.facts),
        ),
        made("docs/reference/inventory.schema.json", kouan_scan::inventory::json_schema()),
        made(
            "docs/reference/answers.schema.json",
            format!("{}\n", kouan_dossier::answers::json_schema()),
        ),
        made(
            "docs/reference/entry.schema.json",
            format!("{}\n", kouan_ledger::entry::json_schema()),
        ),
        made(
            "docs/reference/permit.schema.json",
            format!("{}\n", kouan_decide::permit::json_schema()),
        ),
        made(
            "docs/reference/choices.schema.json",
            format!("{}\n", kouan_decide::permit::choices_schema()),
        ),
    ])
}

/// Writes what is stale and deletes pages of codes that are gone.
pub(crate) fn write(root: &Path) -> Result<Outcome, String> {
    let tree = Tree::read(root)?;
    let all = generated(&tree)?;
    for Generated { path, text } in &all {
        let place = root.join(path);
        if std::fs::read_to_string(&place).ok().as_deref() != Some(text) {
            if let Some(folder) = place.parent() {
                std::fs::create_dir_all(folder).map_err(|error| format!("{path}: {error}"))?;
            }
            std::fs::write(&place, text).map_err(|error| format!("{path}: {error}"))?;
            println!("wrote {path}");
        }
    }
    for path in left_over(root, &all) {
        std::fs::remove_file(root.join(&path)).map_err(|error| format!("{path}: {error}"))?;
        println!("deleted {path}");
    }
    println!("docs: {} generated files", all.len());
    Ok(Outcome::Clean)
}

/// Prints what is stale.
pub(crate) fn check(root: &Path) -> Result<Outcome, String> {
    let stale = stale(root)?;
    for (path, what) in &stale {
        println!("{path}: {what}");
    }
    println!("docs: {} stale files", stale.len());
    Ok(if stale.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// The generated files that differ from their source: path, and what is wrong.
pub(crate) fn stale(root: &Path) -> Result<Vec<(String, &'static str)>, String> {
    let tree = Tree::read(root)?;
    let all = generated(&tree)?;
    let mut stale = Vec::new();
    for Generated { path, text } in &all {
        match std::fs::read_to_string(root.join(path)) {
            Ok(found) if found == *text => {}
            Ok(_) => stale.push((path.clone(), "stale")),
            Err(_) => stale.push((path.clone(), "missing")),
        }
    }
    stale.extend(left_over(root, &all).into_iter().map(|path| (path, "of a code that is gone")));
    Ok(stale)
}

/// Pages in the folder of error pages that no generator writes.
fn left_over(root: &Path, all: &[Generated]) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root.join(ERRORS)) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let paths = paths.map(|name| format!("{ERRORS}/{name}"));
    let mut paths: Vec<_> =
        paths.filter(|path| !all.iter().any(|generated| generated.path == *path)).collect();
    paths.sort();
    paths
}

/// `ARCHITECTURE.md` with the map of crates from their manifests.
fn architecture(tree: &Tree) -> Result<Generated, String> {
    let path = "ARCHITECTURE.md";
    let text = tree.file(path).ok_or_else(|| format!("{path}: missing"))?.text();
    let no_marks = || format!("{path}: the marks of the crate map are missing");
    let (before, rest) = text.split_once(MAP_BEGINS).ok_or_else(no_marks)?;
    let (_, after) = rest.split_once(MAP_ENDS).ok_or_else(no_marks)?;
    let mut map = String::from("| folder | package | what it does | uses of ours |\n");
    map.push_str("|---|---|---|---|\n");
    for allowed in PACKAGES {
        map.push_str(&map_row(tree, allowed)?);
    }
    let text = format!("{before}{MAP_BEGINS}{map}{MAP_ENDS}{after}");
    Ok(Generated { path: path.to_owned(), text })
}

fn map_row(tree: &Tree, allowed: &Allowed) -> Result<String, String> {
    let Allowed { folder, package, .. } = allowed;
    let file = tree
        .file(&format!("{folder}/Cargo.toml"))
        .ok_or_else(|| format!("{folder}/Cargo.toml: missing"))?;
    let manifest: toml::Table =
        file.text().parse().map_err(|error| format!("{}: {error}", file.path))?;
    let description = manifest.get("package").and_then(|package| package.get("description"));
    let description = description
        .and_then(|description| description.as_str())
        .ok_or_else(|| format!("{}: no description", file.path))?;
    let dependencies = manifest.get("dependencies").and_then(|value| value.as_table());
    let uses = |ours: &&&str| dependencies.is_some_and(|table| table.contains_key(**ours));
    let uses: Vec<_> = allowed
        .ours
        .iter()
        .filter(uses)
        .map(|ours| format!("`{}`", ours.trim_start_matches("kouan-")))
        .collect();
    let uses = if uses.is_empty() { "—".to_owned() } else { uses.join(", ") };
    Ok(format!("| `{folder}` | `{package}` | {description} | {uses} |\n"))
}

/// One page a code, and a table of them.
fn error_pages(tree: &Tree) -> Result<Vec<Generated>, String> {
    let mut pages = Vec::new();
    let mut table = String::from(
        "# 提示代码 · Message codes\n\n由 `cargo xtask docs` 依 `messages/` 生成，勿直接改动。 · \
         Written by `cargo xtask docs` from `messages/`; edit those.\n\n\
         | 代码 · code | 中文 | English |\n|---|---|---|\n",
    );
    for file in messages::files(tree) {
        let all =
            messages::parse(file.text()).map_err(|error| format!("{}: {error}", file.path))?;
        for (code, message) in all {
            let Pair { zh, en } = &message.says;
            let [zh, en] = [zh, en].map(|text| text.replace('|', "\\|"));
            table.push_str(&format!("| [{code}]({code}.md) | {zh} | {en} |\n"));
            let path = format!("{ERRORS}/{code}.md");
            pages.push(Generated { path, text: error_page(&code, &message) });
        }
    }
    pages.push(Generated { path: format!("{ERRORS}/README.md"), text: table });
    Ok(pages)
}

/// The words around a message in one language.
struct Frame {
    title: &'static str,
    says: fn(&Pair) -> &str,
    label: &'static str,
    facts: &'static str,
    undone: &'static str,
    hint: &'static str,
    colon: &'static str,
}

const FRAMES: [Frame; 2] = [
    Frame {
        title: "中文",
        says: |pair| &pair.zh,
        label: "所指之处",
        facts: "已知",
        undone: "未做之事",
        hint: "建议",
        colon: "：",
    },
    Frame {
        title: "English",
        says: |pair| &pair.en,
        label: "At the place",
        facts: "Known",
        undone: "Not done",
        hint: "Hint",
        colon: ": ",
    },
];

fn error_page(code: &str, message: &Message) -> String {
    let mut page = format!("# {code}\n");
    for frame in &FRAMES {
        let Frame { title, says, colon, .. } = frame;
        let severity = severity(&message.severity, title);
        page.push_str(&format!("\n## {title}\n\n**{severity}{colon}{}**\n", says(&message.says)));
        let mut lines = String::new();
        if let Some(label) = &message.label {
            lines.push_str(&format!("- {}{colon}{}\n", frame.label, says(label)));
        }
        for fact in &message.facts {
            let value = match &fact.value {
                FactValue::Same(value) => value,
                FactValue::Words(words) => says(words),
            };
            let name = says(&fact.name);
            lines.push_str(&format!("- {}{colon}{name} {value}\n", frame.facts));
        }
        if let Some(undone) = &message.undone {
            lines.push_str(&format!("- {}{colon}{}\n", frame.undone, says(undone)));
        }
        if let Some(hint) = &message.hint {
            lines.push_str(&format!("- {}{colon}{}\n", frame.hint, says(hint)));
        }
        if !lines.is_empty() {
            page.push_str(&format!("\n{lines}"));
        }
        if let Some(long) = &message.page {
            page.push_str(&format!("\n{}\n", says(long).trim()));
        }
    }
    page
}

/// The severity in the language of the frame.
fn severity<'a>(severity: &'a str, title: &str) -> &'a str {
    match (severity, title) {
        ("error", "中文") => "错误",
        ("warning", "中文") => "警告",
        ("note", "中文") => "说明",
        ("undetermined", "中文") => "未定",
        (other, _) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_page_says_it_in_both_languages() {
        let text = "[DC101]\nseverity = \"error\"\n\
            says = { zh = \"未知的键 `{key}`\", en = \"unknown key `{key}`\" }\n\
            hint = { zh = \"删去它\", en = \"leave it out\" }\n";
        let messages = messages::parse(text).expect("parses");
        let page = error_page("DC101", messages.get("DC101").expect("is there"));
        let wanted = "# DC101\n\n## 中文\n\n**错误：未知的键 `{key}`**\n\n- 建议：删去它\n\
            \n## English\n\n**error: unknown key `{key}`**\n\n- Hint: leave it out\n";
        assert_eq!(page, wanted);
    }

    #[test]
    fn the_map_has_a_row_for_every_package() {
        let manifest = "[package]\ndescription = \"words\"\n[dependencies]\n";
        let paths: Vec<_> =
            PACKAGES.iter().map(|package| format!("{}/Cargo.toml", package.folder)).collect();
        let document = format!("a\n{MAP_BEGINS}old\n{MAP_ENDS}b\n");
        let mut files: Vec<_> = paths.iter().map(|path| (path.as_str(), manifest)).collect();
        files.push(("ARCHITECTURE.md", &document));
        let text = architecture(&Tree::of(&files)).expect("has marks").text;
        assert_eq!(text.matches("| words | — |").count(), PACKAGES.len());
        assert!(text.starts_with("a\n") && text.ends_with("b\n") && !text.contains("\nold\n"));
    }
}
