//! What a check reads: values, answers, evidence, documents, each for everything it is asked of.

use kouan_rulebook::format::CheckText;

use super::tests_of::Examiner;
use crate::formats::misfit;
use crate::values::{Found, Plain, Scope};

/// What there is of one thing that a check reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum There {
    /// It is there.
    Yes,
    /// It does not concern the filing.
    NotAsked,
    /// It is not there.
    No(Box<str>),
}

impl Examiner<'_> {
    /// Everything a check reads, each for everything it is asked of.
    pub(super) fn reads(&self, check: &CheckText) -> Vec<There> {
        check.reads.iter().flat_map(|read| self.one(read.as_ref())).collect()
    }

    fn one(&self, path: &str) -> Vec<There> {
        let papers = self.sources.papers;
        if papers.documents().iter().any(|document| *document.id == *path) {
            return self.document(path);
        }
        if let Some(clause) = papers.every_clause().iter().find(|clause| *clause.id == *path) {
            let tail = clause.id.split_once('.').map_or("", |(_, tail)| tail);
            return self.one(&format!("contract.clause_{}", tail.replace('-', "_")));
        }
        let question = papers.question(path);
        if question.is_none() && papers.value(path).is_none() && papers.evidence(path).is_some() {
            return vec![self.evidence(&[path])];
        }
        let per = self.resolver.per_of(path);
        let mut found = Vec::new();
        for scope in Scope::default().each(self.sources, per) {
            let when = question.map(|question| question.text.when.as_slice()).unwrap_or_default();
            if self.resolver.holds(when, &scope) == Some(false) {
                found.push(There::NotAsked);
                continue;
            }
            found.push(match self.resolver.find(path, &scope) {
                Found::Value(value) if value.plain == Plain::NotApplicable => There::NotAsked,
                Found::Value(_) => There::Yes,
                Found::Gap(_) if question.is_some_and(|question| question.text.optional) => {
                    There::NotAsked
                }
                Found::Gap(_) => There::No(path.into()),
            });
        }
        found
    }

    /// A document that the pack has is there once it has no gap.
    fn document(&self, id: &str) -> Vec<There> {
        let own = self.draft.documents.iter().filter(|document| *document.id == *id);
        own.map(|document| if document.gaps.is_empty() { There::Yes } else { There::No(id.into()) })
            .collect()
    }

    /// Whether evidence of one of these kinds is attached, in a format that it may have.
    pub(super) fn evidence(&self, kinds: &[&str]) -> There {
        let mut files = kinds.iter().flat_map(|kind| self.sources.answers.evidence_of(kind));
        let attached = files.any(|file| misfit(self.sources, file).is_none());
        if attached { There::Yes } else { There::No(kinds.join(" ").into()) }
    }
}
