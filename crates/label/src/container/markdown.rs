//! Markdown: the guide's place is the YAML front matter at the head of the file.

use super::Order;
use crate::carrier::{Found, Place};
use crate::edits::Edits;
use crate::limits::TEXT_BYTES_MAX;
use crate::payload::{block, mapping};
use crate::source::Source;
use crate::trouble::Trouble;

/// A text, and where its front matter is.
struct Text {
    text: String,
    /// Behind the mark of the byte order, if there is one.
    start: usize,
    /// The YAML between the fences.
    yaml: Option<std::ops::Range<usize>>,
}

fn text(source: &mut Source<'_>) -> Result<Text, Trouble> {
    if source.len() > TEXT_BYTES_MAX {
        return Err(Trouble::TooLarge { part: "text" });
    }
    let bytes = source.up_to(0, source.len())?;
    let text = String::from_utf8(bytes).map_err(|error| Trouble::Damaged {
        at: error.utf8_error().valid_up_to() as u64,
        part: "UTF-8",
    })?;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let yaml = front_matter(&text, start);
    Ok(Text { text, start, yaml })
}

/// What stands between `---` on the first line and the next `---` or `...`.
fn front_matter(text: &str, start: usize) -> Option<std::ops::Range<usize>> {
    let mut lines = text.get(start..)?.split_inclusive('\n');
    let first = lines.next().filter(|line| line.trim_end() == "---")?;
    let from = start + first.len();
    let mut at = from;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some(from..at);
        }
        at += line.len();
    }
    None
}

pub(super) fn read(source: &mut Source<'_>, found: &mut Found<'_>) -> Result<(), Trouble> {
    let Text { text, yaml, start } = text(source)?;
    let mut rest = start;
    if let Some(range) = yaml {
        rest = range.end;
        let inside = text.get(range.clone()).unwrap_or_default();
        if let Some(mapping) = mapping(inside, range.start, found.standard) {
            found.push(Place::FrontMatter, &mapping.json);
        }
    }
    // A block at the end, in a fence: met in the wild, and not where the guide puts it.
    for block in fenced(text.get(rest..).unwrap_or_default()) {
        if let Some(mapping) = mapping(block, 0, found.standard) {
            found.push_if_label(
                Place::TextBlock,
                &format!("{}{}", found.standard.key, mapping.json),
            );
        }
    }
    Ok(())
}

/// The insides of fences that say they are YAML, or say nothing.
fn fenced(text: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let trimmed = line.trim();
        match open {
            None if matches!(trimmed, "```" | "```yaml" | "```yml" | "~~~") => open = Some(end),
            Some(from) if matches!(trimmed, "```" | "~~~") => {
                all.extend(text.get(from..at));
                open = None;
            }
            _ => {}
        }
        at = end;
    }
    all
}

pub(super) fn plan(source: &mut Source<'_>, order: &Order<'_>) -> Result<Edits, Trouble> {
    let Text { text, start, yaml } = text(source)?;
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let block = block(order.label, order.standard, line_end);
    let mut edits = Edits::default();
    let Some(range) = yaml else {
        edits.insert(start as u64, format!("---{line_end}{block}---{line_end}").into_bytes());
        return Ok(edits);
    };
    let inside = text.get(range.clone()).unwrap_or_default();
    match mapping(inside, range.start, order.standard) {
        Some(found) => {
            let len = (found.range.end - found.range.start) as u64;
            edits.replace(found.range.start as u64, len, block.into_bytes());
        }
        None => edits.insert(range.end as u64, block.into_bytes()),
    }
    Ok(edits)
}
