//! What is still to be answered, in the order that unblocks most.

use kouan_rulebook::format::{AnswerKind, ValueSource, Weight};
use kouan_terms::Bilingual;

use crate::assess::Assessment;
use crate::pack::Draft;
use crate::sources::Sources;
use crate::values::{Found, Gap, Resolver, Scope};

/// A question that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The question or value path.
    pub path: Box<str>,
    /// What it is open for: `flow:payroll`; empty for the handler alone.
    pub of: Vec<Box<str>>,
    /// Its short name.
    pub name: Bilingual,
    /// The question; `None` when the declaration, not a person, has to say it.
    pub asks: Option<Bilingual>,
    /// What a good answer holds.
    pub help: Option<Bilingual>,
    /// What the answer looks like.
    pub kind: Option<AnswerKind>,
    /// The words of a choice, with their labels.
    pub choices: Vec<(Box<str>, Bilingual)>,
    /// Kinds of evidence that show it.
    pub evidence: Vec<Box<str>>,
    /// How dear it is to find out: 1 (known at once) to 5 (months).
    pub effort: u32,
    /// How much it unblocks: papers and checks that wait for it, blockers thrice.
    pub unblocks: u32,
}

/// The open questions, those that unblock most for their effort first.
#[must_use]
pub fn open(sources: &Sources<'_>, draft: &Draft, assessment: &Assessment) -> Vec<Open> {
    let mut all: Vec<Open> = Vec::new();
    // What is reckoned from the pack itself nobody can answer.
    let reckoned = |path: &str| {
        let value = sources.papers.value(path);
        value.is_some_and(|value| value.text.from == ValueSource::Computed)
    };
    for (gap, _) in draft.view.open.iter().filter(|(gap, _)| !reckoned(&gap.path)) {
        add(sources, &mut all, gap);
    }
    for result in assessment.results.iter().filter(|result| !result.open.is_empty()) {
        for path in &result.open {
            if !all.iter().any(|held| held.path == *path) {
                unanswered(sources, path).iter().for_each(|gap| add(sources, &mut all, gap));
            }
        }
    }
    for held in &mut all {
        held.unblocks = waiting(draft, assessment, &held.path);
    }
    // More for less comes first; the order of the papers decides between equals.
    all.sort_by(|a, b| {
        let left = u64::from(a.unblocks) * u64::from(b.effort);
        let right = u64::from(b.unblocks) * u64::from(a.effort);
        right.cmp(&left)
    });
    all
}

/// The gaps of a question that a check waits for, one for each thing it is asked of.
fn unanswered(sources: &Sources<'_>, path: &str) -> Vec<Gap> {
    let Some(question) = sources.papers.question(path) else { return Vec::new() };
    let resolver = Resolver::new(sources);
    let scopes = Scope::default().each(sources, question.text.per);
    let open =
        scopes.iter().filter(|scope| resolver.holds(&question.text.when, scope) != Some(false));
    let gaps = open.filter_map(|scope| match resolver.find(path, scope) {
        Found::Gap(gap) => Some(gap),
        Found::Value(_) => None,
    });
    gaps.collect()
}

fn add(sources: &Sources<'_>, all: &mut Vec<Open>, gap: &Gap) {
    if let Some(held) = all.iter_mut().find(|held| held.path == gap.path) {
        if !held.of.contains(&gap.of) {
            held.of.push(gap.of.clone());
        }
        return;
    }
    let both = |zh: &str, en: &str| Bilingual { zh: zh.to_owned(), en: en.to_owned() };
    let question = sources.papers.question(&gap.path).map(|entry| &entry.text);
    let fact = sources.book.fact_index(&gap.path).and_then(|i| sources.book.facts.get(i));
    let choices = question.map(|question| question.choices.as_slice()).unwrap_or_default();
    all.push(Open {
        path: gap.path.clone(),
        of: if gap.of.is_empty() { Vec::new() } else { vec![gap.of.clone()] },
        name: gap.name.clone(),
        asks: question
            .map(|question| both(&question.asks.zh, &question.asks.en))
            .or_else(|| fact.map(|fact| fact.asks.clone())),
        help: question.and_then(|q| q.help.as_ref()).map(|help| both(&help.zh, &help.en)),
        kind: question.map(|question| question.r#type),
        choices: choices
            .iter()
            .map(|choice| (choice.id.as_ref().as_str().into(), both(&choice.zh, &choice.en)))
            .collect(),
        evidence: question
            .map(|question| question.evidence.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|kind| kind.as_ref().as_str().into())
            .collect(),
        effort: question.map(|q| q.effort).or(fact.map(|f| f.effort)).unwrap_or(1).max(1),
        unblocks: 0,
    });
}

/// Papers and checks that wait for a path.
fn waiting(draft: &Draft, assessment: &Assessment, path: &str) -> u32 {
    let papers = draft
        .documents
        .iter()
        .filter(|document| document.gaps.iter().any(|gap| *gap.path == *path));
    let forms = draft.forms.iter().filter(|form| form.gaps().any(|gap| *gap.path == *path));
    let checks =
        assessment.results.iter().filter(|result| result.open.iter().any(|open| **open == *path));
    let weights = checks.map(|result| match result.severity {
        Weight::Blocker => 3,
        Weight::Major => 2,
        Weight::Minor => 1,
    });
    let count = u32::try_from(papers.count() + forms.count()).unwrap_or(u32::MAX);
    weights.fold(count, u32::saturating_add)
}

/// An answers file with the open questions, ready to be filled in.
#[must_use]
pub fn skeleton(open: &[Open]) -> String {
    use std::fmt::Write as _;
    let mut out = String::from("format = 1\nschema = \"kouan/answers/1\"\n");
    for held in open.iter().filter(|held| held.kind.is_some()) {
        let asks = held.asks.clone().unwrap_or_default();
        let ofs = if held.of.is_empty() { vec!["".into()] } else { held.of.clone() };
        for of in ofs {
            let _ = write!(out, "\n# {}\n# {}\n", asks.zh, asks.en);
            let _ = writeln!(out, "# [[answer]]\n# question = \"{}\"", held.path);
            if !of.is_empty() {
                let _ = writeln!(out, "# of = \"{}\"", of.replace('"', "\\\""));
            }
            let content = match held.kind {
                Some(AnswerKind::YesNo) => "value = true".to_owned(),
                Some(AnswerKind::Date) => "value = 2026-01-31".to_owned(),
                Some(AnswerKind::Number | AnswerKind::Persons | AnswerKind::Year) => {
                    "value = 0".to_owned()
                }
                Some(AnswerKind::Choice) => {
                    let words: Vec<&str> = held.choices.iter().map(|(word, _)| &**word).collect();
                    format!("value = \"{}\"", words.join(" | "))
                }
                Some(AnswerKind::List) => "value = [ { } ]".to_owned(),
                _ => "zh = \"\"\n# en = \"\"".to_owned(),
            };
            let _ = writeln!(out, "# {content}\n# by = \"\"\n# on = 2026-01-31");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{open, skeleton};
    use crate::answers::Answers;
    use crate::assess::assess;
    use crate::pack::draft;
    use crate::sample::{ASSESSED, PAPERS};

    #[test]
    fn what_unblocks_most_for_its_effort_comes_first() {
        let none = Answers::default();
        let sources = ASSESSED.sources(&none);
        let entry = PAPERS.pack("security-assessment", ASSESSED.on).unwrap();
        let draft = draft(&sources, entry);
        let open = open(&sources, &draft, &assess(&sources, &draft));
        assert!(open.len() > 50);
        let worth = |held: &super::Open| f64::from(held.unblocks) / f64::from(held.effort);
        assert!(open.windows(2).all(|pair| worth(&pair[0]) >= worth(&pair[1])));
        let asked = open.iter().filter(|held| held.asks.is_some()).count();
        assert!(asked * 10 > open.len() * 9, "{asked} of {}", open.len());
        let field = open.iter().find(|held| &*held.path == "field.necessity").unwrap();
        assert_eq!(field.of.len(), 2);
    }

    #[test]
    fn a_skeleton_is_an_answers_file() {
        let none = Answers::default();
        let sources = ASSESSED.sources(&none);
        let entry = PAPERS.pack("security-assessment", ASSESSED.on).unwrap();
        let draft = draft(&sources, entry);
        let text = skeleton(&open(&sources, &draft, &assess(&sources, &draft)));
        assert!(ASSESSED.answers(&text).all.is_empty());
        assert!(text.contains("# question = \"assessment.finished_on\""));
    }
}
