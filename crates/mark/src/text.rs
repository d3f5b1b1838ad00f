//! Notices in texts, and for the interface around content.

use kouan_label::ExplicitRules;
use kouan_label::explicit::lacks;
use kouan_terms::{Bilingual, Diagnostic};

use crate::sound::Moment;
use crate::trouble::damaged;
use crate::words::complete;

/// Puts a notice into a text at its start or its end, as a paragraph of its own; in Markdown as a
/// quotation, behind a front matter. No text where the same notice stands there already.
///
/// # Errors
///
/// LB104 for bytes that are no UTF-8, LB150 for words that lack an element, LB162 for the middle: a
/// program cannot tell which place in a text suits.
pub fn note(
    bytes: &[u8],
    words: &str,
    moment: Moment,
    is_markdown: bool,
    rules: &ExplicitRules,
) -> Result<Option<Vec<u8>>, Diagnostic> {
    complete(words, rules)?;
    let text = str::from_utf8(bytes).map_err(|error| damaged(error.valid_up_to(), "UTF-8"))?;
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let line = if is_markdown { format!("> {words}") } else { words.to_owned() };
    let start = start(text, is_markdown);
    let (head, body) = text.split_at_checked(start).unwrap_or((text, ""));
    match moment {
        Moment::Middle => Err(Diagnostic::error("LB162").with("place", "middle")),
        Moment::Start if body.trim_start().lines().next() == Some(line.as_str()) => Ok(None),
        Moment::Start => {
            let gap = if body.trim_start().is_empty() { "" } else { end };
            Ok(Some(format!("{head}{line}{end}{gap}{body}").into_bytes()))
        }
        Moment::End if body.trim_end().lines().next_back() == Some(line.as_str()) => Ok(None),
        Moment::End => {
            let broken = if text.is_empty() || text.ends_with('\n') { "" } else { end };
            let gap = if body.trim().is_empty() { "" } else { end };
            Ok(Some(format!("{text}{broken}{gap}{line}{end}").into_bytes()))
        }
    }
}

/// Where the words of a text begin: behind the mark of the byte order and the front matter.
fn start(text: &str, is_markdown: bool) -> usize {
    let from = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut lines = text.get(from..).unwrap_or_default().split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| is_markdown && line.trim_end() == "---") else {
        return from;
    };
    let mut at = from + first.len();
    for line in lines {
        at += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return at;
        }
    }
    from
}

/// The first line of a text, counted from one, that names both elements. None does not mean that
/// nothing is to be seen: a corner mark or the interface may say it.
#[must_use]
pub fn noted(bytes: &[u8], is_markdown: bool, rules: &ExplicitRules) -> Option<usize> {
    let text = str::from_utf8(bytes).ok()?;
    let from = start(text, is_markdown);
    let before = text.get(..from)?.lines().count();
    let found = text.get(from..)?.lines().position(|line| lacks(line, rules).is_empty());
    found.map(|line| before + line + 1)
}

/// A notice for the interface that shows content: HTML, in both languages, announced to people who
/// do not see it.
///
/// # Errors
///
/// LB150 for words that lack an element.
pub fn snippet(words: &Bilingual, rules: &ExplicitRules) -> Result<String, Diagnostic> {
    complete(&words.zh, rules)?;
    let (zh, en) = (escaped(&words.zh), escaped(&words.en));
    let style = "display:block;margin:0;padding:.5em .75em;background:#000;color:#fff;\
                 font:700 1rem/1.5 sans-serif";
    let mut html = format!("<p class=\"aigc-notice\" role=\"note\" style=\"{style}\">\n");
    html.push_str(&format!("  <span lang=\"zh-CN\">{zh}</span>\n"));
    if !en.is_empty() {
        html.push_str(&format!("  <span lang=\"en\">{en}</span>\n"));
    }
    html.push_str("</p>\n");
    Ok(html)
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::rules;

    fn check(text: &str, moment: Moment, is_markdown: bool) -> String {
        let noted = note(text.as_bytes(), "AI生成", moment, is_markdown, &rules()).unwrap();
        let noted = String::from_utf8(noted.unwrap()).unwrap();
        let again = note(noted.as_bytes(), "AI生成", moment, is_markdown, &rules()).unwrap();
        assert_eq!(again, None, "{noted}");
        noted
    }

    #[test]
    fn a_notice_stands_apart_and_once() {
        assert_eq!(check("a\nb\n", Moment::Start, false), "AI生成\n\na\nb\n");
        assert_eq!(check("a\r\nb", Moment::End, false), "a\r\nb\r\n\r\nAI生成\r\n");
        assert_eq!(check("", Moment::Start, false), "AI生成\n");
        assert_eq!(check("", Moment::End, true), "> AI生成\n");
        assert_eq!(check("\u{feff}a", Moment::Start, false), "\u{feff}AI生成\n\na");
    }

    #[test]
    fn a_front_matter_stays_first() {
        let text = "---\ntitle: x\n---\n# made up\n";
        let wanted = "---\ntitle: x\n---\n> AI生成\n\n# made up\n";
        assert_eq!(check(text, Moment::Start, true), wanted);
        assert_eq!(noted(wanted.as_bytes(), true, &rules()), Some(4));
        // A line of a rule is no front matter where it does not end.
        assert_eq!(check("---\nx\n", Moment::Start, true), "> AI生成\n\n---\nx\n");
        assert_eq!(noted(b"---\nx\n", true, &rules()), None);
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        let refused = |bytes: &[u8], words, moment| {
            note(bytes, words, moment, false, &rules()).unwrap_err().code.0
        };
        assert_eq!(refused(b"a\xff", "AI生成", Moment::Start), "LB104");
        assert_eq!(refused(b"a", "AI", Moment::Start), "LB150");
        assert_eq!(refused(b"a", "AI生成", Moment::Middle), "LB162");
    }

    #[test]
    fn a_snippet_says_its_languages_and_escapes() {
        let words = Bilingual { zh: "AI生成<b>".to_owned(), en: "\"AI\" & more".to_owned() };
        let html = snippet(&words, &rules()).unwrap();
        assert!(html.contains("lang=\"zh-CN\">AI生成&lt;b&gt;<"), "{html}");
        assert!(html.contains("lang=\"en\">&quot;AI&quot; &amp; more<"), "{html}");
        assert!(html.contains("role=\"note\""));
        let bare = Bilingual { zh: "生成".to_owned(), en: String::new() };
        assert!(snippet(&bare, &rules()).is_err());
    }
}
