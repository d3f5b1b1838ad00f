//! Links between documents lead somewhere.

use super::{File, Finding, Tree};

/// Checks every relative link of every Markdown file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.ending(".md") {
        for (line, target) in targets(file.text()) {
            let path = target.split('#').next().unwrap_or_default();
            let outside = target.contains("://") || target.starts_with("mailto:");
            if outside || path.is_empty() || leads_somewhere(tree, file, path) {
                continue;
            }
            let what = format!("`{target}` leads nowhere");
            found.push(Finding::at(&file.path, line, what, "links resolve in a fresh clone"));
        }
    }
    found
}

/// The lines outside fenced code, numbered from 1.
pub(crate) fn outside_fences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// The targets of inline links and of link definitions, outside code.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in outside_fences(text) {
        let prose = line.split('`').step_by(2);
        for after in prose.flat_map(|part| part.split("](").skip(1)) {
            let end = after.find([')', ' ']).unwrap_or(after.len());
            found.push((number, after.get(..end).unwrap_or_default()));
        }
        // A link whose text is code was cut at its backticks; its target follows the last one.
        for after in line.split("`](").skip(1) {
            let end = after.find([')', ' ']).unwrap_or(after.len());
            found.push((number, after.get(..end).unwrap_or_default()));
        }
        let definition = line.strip_prefix('[').and_then(|line| line.split_once("]: "));
        found.extend(definition.map(|(_, target)| (number, target.trim())));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn leads_somewhere(tree: &Tree, from: &File, target: &str) -> bool {
    let mut parts: Vec<&str> = from.path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return false;
                }
            }
            name => parts.push(name),
        }
    }
    let path = parts.join("/");
    let folder = format!("{path}/");
    path.is_empty()
        || tree.files.iter().any(|file| file.path == path || file.path.starts_with(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_outside_code() {
        let text = "[a](b.md#c) `[no](x)` [`d`](e/)\n```\n[no](y)\n```\n[f]: g.md\n";
        assert_eq!(targets(text), [(1, "b.md#c"), (1, "e/"), (5, "g.md")]);
    }

    #[test]
    fn links_resolve_from_the_file_they_stand_in() {
        let docs = "[up](../README.md) [folder](..) [web](https://a.example) [gone](gone.md)\n";
        let found =
            check(&Tree::of(&[("README.md", ""), ("docs/guide/a.md", docs), ("docs/x", "")]));
        let whats: Vec<_> = found.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(whats, ["`../README.md` leads nowhere", "`gone.md` leads nowhere"]);
    }
}
