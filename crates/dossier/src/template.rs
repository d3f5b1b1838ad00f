//! An official text that the handler supplies: recognised by digests, its blanks filled in.

use kouan_rulebook::format::{Per, TemplateFieldText, TemplateText};
use kouan_terms::Diagnostic;

use crate::docx::{pack, read, unpack};
use crate::sources::Sources;
use crate::values::{Found, Resolver, Scope};

/// How far a text is the official one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recognised {
    /// Paragraphs of the official text that were found.
    pub agree: usize,
    /// Paragraphs of the official text.
    pub of: usize,
    /// Whether it is taken for the official text.
    pub official: bool,
    /// Paragraphs that were not found: article and number.
    pub changed: Vec<(u32, u32)>,
}

/// A text with its blanks filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledTemplate {
    /// The DOCX.
    pub bytes: Vec<u8>,
    /// How far it is the official text.
    pub recognised: Recognised,
    /// Blanks that were filled in: label and value path.
    pub filled: Vec<(Box<str>, Box<str>)>,
    /// Blanks that were not: because a person fills them in, the value is a gap, or the place was
    /// not found.
    pub left: Vec<(Box<str>, Left)>,
}

/// Why a blank was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// A person fills it in.
    ByHand,
    /// The value is not known.
    Gap,
    /// The place was not found in the text.
    NotFound,
}

/// The digest by which a paragraph of an official text is known; `None` without ideographs.
#[must_use]
pub fn paragraph_digest(text: &str) -> Option<String> {
    let plain: String = text.chars().map(half_width).collect();
    let plain = plain.trim_start();
    let rest = plain.strip_prefix('(').and_then(|rest| {
        let (number, rest) = rest.split_once(')')?;
        let is_number = number.chars().all(|c| "一二三四五六七八九十百0123456789".contains(c));
        is_number.then_some(rest)
    });
    let kept: String =
        rest.unwrap_or(plain).chars().filter(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')).collect();
    let digest = crate::digest(kept.as_bytes());
    (!kept.is_empty()).then(|| digest.chars().take(16).collect())
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// How far the lines of a text are the official one.
#[must_use]
pub fn recognise<'a>(
    template: &TemplateText,
    lines: impl IntoIterator<Item = &'a str>,
) -> Recognised {
    let held: std::collections::BTreeSet<String> =
        lines.into_iter().filter_map(paragraph_digest).collect();
    let changed: Vec<(u32, u32)> = template
        .paragraph
        .iter()
        .filter(|paragraph| !held.contains(&paragraph.digest))
        .map(|paragraph| (paragraph.article, paragraph.number))
        .collect();
    let of = template.paragraph.len();
    let agree = of - changed.len();
    let share = template.accept_percent.and_then(|percent| usize::try_from(percent).ok());
    let official = of > 0 && share.is_some_and(|percent| agree * 100 >= of * percent);
    Recognised { agree, of, official, changed }
}

/// Fills in the blanks of the handler's copy, for one recipient and its flows.
///
/// # Errors
///
/// As for reading a DOCX; `FL151` when the text of the authority is not held; `FL152` when the copy
/// is not the official text: nothing is filled into a text that is not known.
pub fn fill(
    sources: &Sources<'_>,
    id: &str,
    file: &str,
    bytes: &[u8],
    scope: &Scope,
) -> Result<FilledTemplate, Diagnostic> {
    let Some(template) = sources.papers.template(id, sources.on).filter(|t| !t.text.missing) else {
        return Err(Diagnostic::error("FL151").with("template", id).with("file", file));
    };
    let lines = read(file, bytes)?.lines;
    let recognised = recognise(&template.text, lines.iter().map(|line| line.text.as_str()));
    if !recognised.official {
        let found = Diagnostic::error("FL152").with("file", file).with("agree", recognised.agree);
        return Err(found.with("of", recognised.of));
    }
    let mut members = unpack(file, bytes)?;
    let mut filler =
        Filler { resolver: Resolver::new(sources), sources, filled: Vec::new(), left: Vec::new() };
    for member in members.iter_mut().filter(|member| member.name == "word/document.xml") {
        let text = String::from_utf8_lossy(&member.bytes).into_owned();
        let text =
            template.text.field.iter().fold(text, |text, field| filler.field(text, field, scope));
        member.bytes = text.into_bytes();
    }
    let bytes = pack(&members)?;
    Ok(FilledTemplate { bytes, recognised, filled: filler.filled, left: filler.left })
}

struct Filler<'a> {
    resolver: Resolver<'a>,
    sources: &'a Sources<'a>,
    filled: Vec<(Box<str>, Box<str>)>,
    left: Vec<(Box<str>, Left)>,
}

impl Filler<'_> {
    fn field(&mut self, text: String, field: &TemplateFieldText, scope: &Scope) -> String {
        let mut leave = |why| self.left.push((field.label.as_str().into(), why));
        if field.by_hand {
            leave(Left::ByHand);
            return text;
        }
        let Some(words) = self.words(field, scope) else {
            self.left.push((field.label.as_str().into(), Left::Gap));
            return text;
        };
        match filled_in(&text, field, &words) {
            Some(text) => {
                let path = field.value.iter().chain(&field.values).next();
                let path = path.map_or("", String::as_str);
                self.filled.push((field.label.as_str().into(), path.into()));
                text
            }
            None => {
                self.left.push((field.label.as_str().into(), Left::NotFound));
                text
            }
        }
    }

    /// The words of a blank, for every flow where it is asked of flows; `None` with a gap.
    fn words(&self, field: &TemplateFieldText, scope: &Scope) -> Option<String> {
        let scopes = match field.per {
            Per::Handler => vec![scope.clone()],
            per => scope.each(self.sources, per),
        };
        let mut parts: Vec<String> = Vec::new();
        for scope in scopes {
            let mut values = Vec::new();
            for path in field.value.iter().chain(&field.values) {
                match self.resolver.find(path, &scope) {
                    Found::Value(value) => values.push(value.words.zh),
                    Found::Gap(_) => return None,
                }
            }
            let part = values.join("；");
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        (!parts.is_empty()).then(|| parts.join("；"))
    }
}

/// The document with the words after the label, in the place that the field means.
fn filled_in(text: &str, field: &TemplateFieldText, words: &str) -> Option<String> {
    let mut seen = 0;
    let (mut article, mut appendix) = (0, 0);
    let mut from = 0;
    while let Some((start, end)) = next_paragraph(text, from) {
        from = end;
        let paragraph = text.get(start..end)?;
        let plain = words_of(paragraph);
        (article, appendix) = place(&plain, article, appendix);
        let in_place = field.article.is_none_or(|asked| asked == article)
            && field.appendix.is_none_or(|asked| asked == appendix);
        if !in_place || !has_blank(&plain, &field.label) {
            continue;
        }
        seen += 1;
        if seen == field.occurrence {
            let filled = into_paragraph(paragraph, &field.label, words)?;
            return Some([text.get(..start)?, &filled, text.get(end..)?].concat());
        }
    }
    None
}

/// The next paragraph from a place on: where it begins and ends.
fn next_paragraph(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let start = [rest.find("<w:p>"), rest.find("<w:p ")].into_iter().flatten().min()? + from;
    let end = text.get(start..)?.find("</w:p>")? + start + "</w:p>".len();
    Some((start, end))
}

/// The words of a paragraph's markup.
fn words_of(paragraph: &str) -> String {
    let mut words = String::new();
    for piece in paragraph.split("<w:t").skip(1) {
        let starts = piece.starts_with('>') || piece.starts_with(' ');
        let content = piece.split_once('>').and_then(|(_, rest)| rest.split_once("</w:t>"));
        if let Some((content, _)) = content.filter(|_| starts) {
            words.push_str(content);
        }
    }
    words
}

/// The article or appendix that a heading begins.
fn place(plain: &str, article: u32, appendix: u32) -> (u32, u32) {
    let plain = plain.trim();
    let numbers = (1..=20).map(|n| (n, crate::document::chinese(n)));
    for (number, chinese) in numbers {
        if plain.starts_with(&format!("第{chinese}条")) {
            return (number, 0);
        }
        if plain.starts_with(&format!("附录{chinese}")) {
            return (0, number);
        }
    }
    (article, appendix)
}

/// Whether a label stands in a line with a blank after it.
fn has_blank(plain: &str, label: &str) -> bool {
    let Some((_, after)) = plain.split_once(label) else { return false };
    let after = after.trim_start();
    let colon = after.strip_prefix(['：', ':']);
    let rest = colon.unwrap_or(after).trim();
    let blank = rest.is_empty() || rest.contains("__") || rest.contains('＿');
    blank && (colon.is_some() || rest.contains("__") || rest.contains('＿'))
}

/// The paragraph with the words in place of its first line of underscores, or at its end.
fn into_paragraph(paragraph: &str, label: &str, words: &str) -> Option<String> {
    let escaped = crate::docx::escaped(words);
    let after = paragraph.find(label).map_or(0, |place| place + label.len());
    let (head, tail) = (paragraph.get(..after)?, paragraph.get(after..)?);
    if let Some(start) = tail.find("__") {
        let rest = tail.get(start..)?;
        let end = rest.find(|c| c != '_').unwrap_or(rest.len());
        return Some([head, tail.get(..start)?, &escaped, rest.get(end..)?].concat());
    }
    let run = format!("<w:r><w:t xml:space=\"preserve\">{escaped}</w:t></w:r></w:p>");
    let body = paragraph.strip_suffix("</w:p>")?;
    Some(format!("{body}{run}"))
}

#[cfg(test)]
mod tests {
    use super::{fill, paragraph_digest, recognise};
    use crate::docx::{Member, pack, read};
    use crate::sample::{FILED, PAPERS};
    use crate::values::Scope;

    #[test]
    fn the_worked_example_of_the_digest_holds() {
        let example = PAPERS.digest_example().unwrap();
        assert_eq!(paragraph_digest(&example.text), Some(example.digest.clone()));
        assert_eq!(paragraph_digest("(1) abc"), None);
    }

    #[test]
    fn a_text_that_is_not_the_official_one_is_not_filled() {
        let answers = FILED.answers("format = 1");
        let sources = FILED.sources(&answers);
        let body = "<w:document><w:body><w:p><w:r><w:t>个人信息处理者：</w:t></w:r></w:p>\
                    </w:body></w:document>";
        let member =
            Member { name: "word/document.xml".to_owned(), bytes: body.as_bytes().to_vec() };
        let bytes = pack(&[member]).unwrap();
        let scope = Scope::default();
        let refused = fill(&sources, "cn-standard-contract", "a.docx", &bytes, &scope);
        assert_eq!(refused.unwrap_err().code.0, "FL152");
        let missing = fill(&sources, "gba-hong-kong-contract", "a.docx", &bytes, &scope);
        assert_eq!(missing.unwrap_err().code.0, "FL151");
        let template = PAPERS.template("cn-standard-contract", FILED.on).unwrap();
        let none = recognise(&template.text, ["测试"]);
        assert!(!none.official && none.agree == 0 && none.changed.len() == none.of);
        assert!(read("a.docx", &bytes).is_ok());
    }

    #[test]
    fn blanks_are_filled_after_their_label() {
        let field = |label: &str, occurrence| kouan_rulebook::format::TemplateFieldText {
            label: label.to_owned(),
            occurrence,
            article: None,
            appendix: None,
            value: None,
            values: Vec::new(),
            per: kouan_rulebook::format::Per::Handler,
            by_hand: false,
        };
        let line = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        let text = [line("地址：____"), line("联系人："), line("地址：")].concat();
        let first = super::filled_in(&text, &field("地址", 1), "甲&乙").unwrap();
        assert!(first.contains("地址：甲&amp;乙</w:t>"), "{first}");
        let second = super::filled_in(&text, &field("地址", 2), "丙").unwrap();
        assert!(second.ends_with("丙</w:t></w:r></w:p>"), "{second}");
        assert_eq!(super::filled_in(&text, &field("职务", 1), "丁"), None);
        let article = [line("第二条 义务"), line("地址：")].concat();
        let in_third =
            kouan_rulebook::format::TemplateFieldText { article: Some(3), ..field("地址", 1) };
        assert_eq!(super::filled_in(&article, &in_third, "戊"), None);
    }
}
