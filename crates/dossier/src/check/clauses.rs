//! Whether a contract covers the heads that the law asks for.

use kouan_rulebook::papers::Papers;
use kouan_terms::{Bilingual, Day};

use super::papers::ReadPapers;
use super::{Checked, Report, error, warning};

/// One head of a contract, and which of its elements were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadFound {
    /// The head.
    pub id: Box<str>,
    /// Its name.
    pub name: Bilingual,
    /// Elements whose words were found.
    pub found: Vec<Box<str>>,
    /// Elements whose words were not found.
    pub missing: Vec<Box<str>>,
    /// The article under which the first of them was found, such as 第三条.
    pub place: Option<Box<str>>,
}

/// Looks for the heads of a set in the text of a contract. A hit is no proof: a lawyer checks it.
#[must_use]
pub fn clauses(papers: &Papers, set: &str, on: Day, text: &str) -> Vec<HeadFound> {
    let lines: Vec<String> = text.lines().map(plain).collect();
    let text = lines.concat();
    let mut heads = Vec::new();
    for clause in papers.clauses(set, on) {
        let mut head = HeadFound {
            id: clause.id.clone(),
            name: Bilingual { zh: clause.text.zh.clone(), en: clause.text.en.clone() },
            found: Vec::new(),
            missing: Vec::new(),
            place: None,
        };
        for part in &clause.text.part {
            let words = part.words.zh.iter().chain(&part.words.en);
            let words: Vec<String> = words.map(|word| plain(word)).collect();
            let hit = words.iter().any(|word| text.contains(word));
            if hit && head.place.is_none() {
                head.place = article_of(&lines, &words);
            }
            let id: Box<str> = part.id.as_ref().as_str().into();
            if hit { head.found.push(id) } else { head.missing.push(id) }
        }
        heads.push(head);
    }
    heads
}

/// The article that stands above the first line with one of the words.
fn article_of(lines: &[String], words: &[String]) -> Option<Box<str>> {
    let hit = lines.iter().position(|line| words.iter().any(|word| line.contains(word)))?;
    lines.iter().take(hit + 1).rev().find_map(|line| {
        let rest = line.strip_prefix('第')?;
        let (number, _) = rest.split_once('条')?;
        let is_number = number.chars().count() <= 4
            && number.chars().all(|c| "一二三四五六七八九十百0123456789".contains(c));
        is_number.then(|| format!("第{number}条").into())
    })
}

/// Small letters, half width, without white space.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Looks at papers that are contracts by their names and titles.
pub(super) fn check(checked: &Checked<'_>, read: &ReadPapers<'_>, report: &mut Report) {
    for paper in read.documents.iter().filter(|paper| paper.twin.is_none()) {
        let first = paper.read.lines.first().map_or("", |line| line.text.as_str());
        let about = format!("{} {first}", paper.name).to_lowercase();
        let named = ["合同", "协议", "contract", "agreement"];
        if !named.iter().any(|word| about.contains(word)) {
            continue;
        }
        let text: String = paper.read.lines.iter().map(|line| format!("{}\n", line.text)).collect();
        for head in clauses(checked.papers, "art9", checked.on, &text) {
            let missing = head.missing.join(", ");
            if head.found.is_empty() {
                report.findings.push(error("FL250", &paper.name).with("head", &head.id));
            } else if !head.missing.is_empty() {
                let found = warning("FL251", &paper.name).with("head", &head.id);
                report.findings.push(found.with("missing", missing));
            }
        }
    }
}
