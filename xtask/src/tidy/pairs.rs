//! Documents that stand in both languages keep the same shape.

use super::{Finding, Tree, links};

/// Documents that must stand in both languages.
const BOTH: &[&str] = &["README", "CONTRIBUTING", "rulebook/README"];

/// Compares the headings of `X.md` and `X.zh.md`.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    let zh = tree.ending(".zh.md").filter_map(|file| file.path.strip_suffix(".zh.md"));
    let mut stems: Vec<&str> = BOTH.iter().copied().chain(zh).collect();
    stems.sort_unstable();
    stems.dedup();
    for stem in stems {
        let paths = [format!("{stem}.md"), format!("{stem}.zh.md")];
        let [Some(en), Some(zh)] = paths.each_ref().map(|path| tree.file(path)) else {
            for path in paths.iter().filter(|path| tree.file(path).is_none()) {
                let why = "this document stands in English and in Chinese";
                found.push(Finding::file(path, "missing", why));
            }
            continue;
        };
        let [ours, theirs] = [en, zh].map(|file| levels(file.text()));
        if ours != theirs {
            let what = format!("{} headings, {} in {}", theirs.len(), ours.len(), en.path);
            let why = "the two languages have the same headings in the same order";
            found.push(Finding::file(&zh.path, what, why));
        }
    }
    found
}

/// The levels of the headings, in order.
fn levels(text: &str) -> Vec<usize> {
    let lines = links::outside_fences(text);
    let headings = lines.map(|(_, line)| line).filter(|line| {
        let after = line.trim_start_matches('#');
        after.len() < line.len() && after.starts_with(' ')
    });
    headings.map(|line| line.chars().take_while(|c| *c == '#').count()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_counted_outside_code() {
        assert_eq!(levels("# a\n```\n# no\n```\n## b\n#no\n"), [1, 2]);
    }

    #[test]
    fn a_missing_twin_and_a_missing_heading_are_found() {
        let three = [("README.md", "# a\n"), ("README.zh.md", "# 甲\n## 乙\n")];
        let found = check(&Tree::of(&three));
        assert_eq!(found.iter().filter(|finding| finding.path == "README.zh.md").count(), 1);
        assert_eq!(found.iter().filter(|finding| finding.what == "missing").count(), 4);
    }
}
