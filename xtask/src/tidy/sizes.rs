//! Lines of a file, lines of a function, width of a line.

use super::lexer::Line;
use super::{File, Finding, Tree};

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
const WIDTH_MAX: usize = 100;

/// Checks sizes: files of code and prose, and functions and lines of code.
///
/// Data (`rulebook/**.toml`, snapshots) and generated pages are as long as what they hold.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in tree.rust().chain(tree.ending(".md")) {
        let lines = file.text().lines().count();
        if lines > FILE_LINES_MAX && !file.path.starts_with("rulebook/book/") {
            let what = format!("{lines} lines, more than {FILE_LINES_MAX}");
            found.push(Finding::file(&file.path, what, "split it where the subject changes"));
        }
    }
    for file in tree.rust() {
        wide_lines(file, &mut found);
        for (line, length) in functions(&file.rust) {
            if length > FUNCTION_LINES_MAX {
                let what = format!("a function of {length} lines, more than {FUNCTION_LINES_MAX}");
                found.push(Finding::at(&file.path, line, what, "a reader holds one screen"));
            }
        }
    }
    found
}

fn wide_lines(file: &File, found: &mut Vec<Finding>) {
    for (index, line) in file.rust.iter().enumerate() {
        let width = line.text.chars().count();
        if width > WIDTH_MAX && !one_long_word(line) {
            let what = format!("{width} characters, more than {WIDTH_MAX}");
            found.push(Finding::at(&file.path, index + 1, what, "wrap it"));
        }
    }
}

/// A line that is one string, or a comment that is one address, cannot be wrapped.
fn one_long_word(line: &Line) -> bool {
    let only_string = !line.strings.is_empty() && !line.code.contains(char::is_alphanumeric);
    let comment = line.comment.trim_start_matches(['/', '!']).trim();
    let only_address = line.code.trim().is_empty()
        && comment.contains("://")
        && comment.split_whitespace().count() <= 2;
    only_string || only_address
}

/// First line and length of every function with a body, on source that rustfmt has formatted: the
/// body ends at the first closing brace with the indentation of the `fn` line.
fn functions(lines: &[Line]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if !begins_function(&line.code) || ends_at_once(&line.code) {
            continue;
        }
        let indentation = indentation(&line.code);
        let mut rest = lines.iter().enumerate().skip(index + 1).filter(|(_, line)| {
            let code = line.code.trim();
            !line.from_string && !code.is_empty() && self::indentation(&line.code) == indentation
        });
        let end = rest.find(|(_, line)| {
            let code = line.code.trim();
            code.starts_with('}') || code.ends_with(';')
        });
        if let Some((end, last)) = end
            && last.code.trim().starts_with('}')
        {
            found.push((index + 1, end - index + 1));
        }
    }
    found
}

fn begins_function(code: &str) -> bool {
    const BEFORE: [&str; 6] = ["pub", "const", "async", "unsafe", "extern", "default"];
    let mut words = code.split_whitespace().skip_while(|word| {
        let visibility = word.split('(').next().unwrap_or_default();
        BEFORE.contains(&visibility) || *word == "\"\""
    });
    words.next() == Some("fn")
}

fn ends_at_once(code: &str) -> bool {
    let code = code.trim_end();
    code.ends_with(';') || (code.contains('{') && code.ends_with('}'))
}

fn indentation(code: &str) -> usize {
    code.chars().take_while(|c| *c == ' ').count()
}

#[cfg(test)]
mod tests {
    use super::super::lexer;
    use super::*;

    #[test]
    fn functions_are_measured_from_head_to_brace() {
        let text = "\
pub(crate) fn one(
    a: u8,
) -> u8
where
    u8: Copy,
{
    let s = r#\"
}
\"#;
    a
}

trait T {
    fn declared(
        &self,
    );
    fn short(&self) {}
    fn three(&self) {
        self.short();
    }
}
";
        assert_eq!(functions(&lexer::lines(text)), [(1, 11), (18, 3)]);
    }

    #[test]
    fn width_counts_characters_and_spares_what_cannot_wrap() {
        let long = "字".repeat(99);
        let fits = format!("{long};\n");
        let wide = format!("let x = {long};\n");
        let string = format!("    \"{long}{long}\",\n");
        let address = format!("/// https://{long}\n");
        let count = |text: &str| check(&Tree::of(&[("xtask/src/a.rs", text)])).len();
        assert_eq!([count(&fits), count(&wide), count(&string), count(&address)], [0, 1, 0, 0]);
    }

    #[test]
    fn a_long_file_is_found() {
        let text = "//\n".repeat(FILE_LINES_MAX + 1);
        assert_eq!(check(&Tree::of(&[("xtask/src/a.rs", &text)])).len(), 1);
    }
}
