//! An answers file to fill in: every open question as a comment above the answer it asks for, and
//! what is known already beside it.

use std::fmt::Write as _;

use kouan_dossier::Sources;
use kouan_dossier::ask::Open;
use kouan_dossier::trace::Source;
use kouan_rulebook::format::{AnswerKind, QuestionText};

use super::ask::Asked;

/// The text of the file.
///
/// What is not answered stays commented out: an empty answer would be refused, and a placeholder
/// that somebody forgets would be printed.
pub fn write(sources: &Sources<'_>, asked: &[Asked]) -> String {
    let mut out = format!(
        "# 回答文件：{0}。去掉要回答的各段前面的`# `，填写；尚不知道的照原样留着。\n\
         # Answers: {0}. Take the `# ` away from what you answer; leave the rest as it is.\n\
         # 结构 · shape: `kouan file schema`\n\
         format = 1\nschema = \"kouan/answers/1\"\n",
        sources.transfer().id.as_str()
    );
    let mut written: Vec<(Box<str>, Box<str>)> = Vec::new();
    for one in asked {
        let _ = write!(out, "\n# ── {} · {} ──\n", one.title.zh, one.title.en);
        for open in &one.open {
            question(sources, open, &mut written, &mut out);
        }
        for (kinds, name) in &one.attachments {
            let _ = write!(
                out,
                "\n## {} · {}\n# [[evidence]]\n# kind = {}\n# file = \"\"\n# sha256 = \"\"\n",
                line(&name.zh),
                line(&name.en),
                quoted(kinds)
            );
        }
    }
    known(sources, asked, &mut out);
    out
}

fn question(
    sources: &Sources<'_>,
    open: &Open,
    written: &mut Vec<(Box<str>, Box<str>)>,
    out: &mut String,
) {
    let asks = open.asks.as_ref().unwrap_or(&open.name);
    let ofs: Vec<Box<str>> = if open.of.is_empty() { vec!["".into()] } else { open.of.clone() };
    for of in ofs {
        let key = (open.path.clone(), of.clone());
        if written.contains(&key) {
            continue;
        }
        written.push(key);
        let _ = write!(out, "\n## {}\n## {}\n", line(&asks.zh), line(&asks.en));
        if let Some(help) = &open.help {
            let _ = writeln!(out, "## {}\n## {}", line(&help.zh), line(&help.en));
        }
        let Some(kind) = open.kind else {
            let _ = writeln!(out, "## 写入申报单 · goes into the declaration: {}", open.path);
            continue;
        };
        for (word, says) in &open.choices {
            let _ = writeln!(out, "##   {word} = {} · {}", line(&says.zh), line(&says.en));
        }
        if !open.evidence.is_empty() {
            let _ = writeln!(out, "## 证明材料 · evidence: {}", open.evidence.join(", "));
        }
        let _ = writeln!(out, "# [[answer]]\n# question = {}", quoted(&open.path));
        if !of.is_empty() {
            let _ = writeln!(out, "# of = {}", quoted(&of));
        }
        let text = sources.papers.question(&open.path).map(|entry| &entry.text);
        let on = sources.on;
        let _ = writeln!(out, "# {}\n# by = \"\"\n# on = {on}", content(kind, open, text));
    }
}

/// The line that holds the answer, empty or with its shape.
fn content(kind: AnswerKind, open: &Open, text: Option<&QuestionText>) -> String {
    match kind {
        AnswerKind::YesNo => "value = ".to_owned(),
        AnswerKind::Date => "value = 2026-01-31".to_owned(),
        AnswerKind::Number | AnswerKind::Persons | AnswerKind::Percent | AnswerKind::Year => {
            "value = ".to_owned()
        }
        AnswerKind::Choice => {
            let words: Vec<&str> = open.choices.iter().map(|(word, _)| &**word).collect();
            format!("value = \"\" # {}", words.join(" | "))
        }
        AnswerKind::PersonName
        | AnswerKind::Phone
        | AnswerKind::Email
        | AnswerKind::CreditCode
        | AnswerKind::IdNumber
        | AnswerKind::Country => "value = \"\"".to_owned(),
        AnswerKind::List => {
            let columns = text.map(|text| text.columns.as_slice()).unwrap_or_default();
            let cells = columns.iter().map(|column| {
                let end = if column.required { "" } else { " ?" };
                format!("{} = ({} · {}{end})", column.id.as_ref(), column.zh, column.en)
            });
            format!("value = [\n#   {{ {} }},\n# ]", cells.collect::<Vec<_>>().join(", "))
        }
        _ => "zh = \"\"\n# en = \"\"".to_owned(),
    }
}

/// What need not be asked: values of questions that declaration, inventory or decision know.
fn known(sources: &Sources<'_>, asked: &[Asked], out: &mut String) {
    let mut lines: Vec<String> = Vec::new();
    let documents = asked.iter().flat_map(|one| &one.draft.documents);
    for trace in documents.flat_map(|document| &document.traces) {
        let by_person = trace.sources.iter().any(|held| matches!(held, Source::Answer { .. }));
        if by_person || sources.papers.question(&trace.path).is_none() {
            continue;
        }
        let from = trace.sources.first().map_or("—", Source::kind);
        let of = if trace.of.is_empty() { String::new() } else { format!(" [{}]", trace.of) };
        let text = format!("# {}{of}: {} ({from})", trace.path, line(&trace.words.zh));
        if !lines.contains(&text) {
            lines.push(text);
        }
    }
    if !lines.is_empty() {
        out.push_str("\n# ── 已知，不必回答 · known already, not asked ──\n");
        lines.iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    }
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
