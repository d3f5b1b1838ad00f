//! Values that people answered.

use kouan_decide::declaration::Bounds;
use kouan_rulebook::format::{AnswerKind, ChoiceText, QuestionText};
use kouan_rulebook::papers::Entry;
use kouan_terms::Bilingual;

use super::wording::same;
use super::{Found, Plain, Resolver, Scope, Value, country};
use crate::answers::{Answer, Of, Said};
use crate::ledger::Entered;
use crate::trace::Source;

impl Resolver<'_> {
    /// The answer to the question that a path names; `None` when it names none.
    pub(super) fn answered(&self, path: &str, scope: &Scope) -> Option<Found> {
        let papers = self.sources.papers;
        let named = papers.value(path).and_then(|value| value.text.question.as_ref());
        let id = named.map_or(path, |question| question.as_ref().as_str());
        let question = papers.question(id)?;
        let per = question.text.per;
        if let Some(of) = scope.of(self.sources, per) {
            let own = self.sources.answers.get(id, &of);
            let answer = own.or_else(|| self.sources.answers.get(id, &self.class_of(scope)?));
            return Some(match answer {
                Some(answer) => Found::Value(self.value_of(question, answer)),
                None => Found::Gap(self.gap(id, scope)),
            });
        }
        self.joined(question, scope)
    }

    /// The class of a field, for which all fields of the class may be answered together.
    fn class_of(&self, scope: &Scope) -> Option<Of> {
        let flow = self.sources.flow(scope.flow?)?;
        let field = flow.fields.get(scope.field?)?;
        let (_, column) = self.column_of(flow, field)?;
        let (class, _) = column.class.as_ref()?;
        Some(Of::of_class(class))
    }

    /// The answers for every flow or recipient together; a gap when one is missing.
    fn joined(&self, question: &Entry<QuestionText>, scope: &Scope) -> Option<Found> {
        let mut words: Vec<Bilingual> = Vec::new();
        let mut sources = Vec::new();
        for each in scope.each(self.sources, question.text.per) {
            let of = each.of(self.sources, question.text.per)?;
            let Some(answer) = self.sources.answers.get(&question.id, &of) else {
                return Some(Found::Gap(self.gap(&question.id, &each)));
            };
            let value = self.value_of(question, answer);
            if !words.contains(&value.words) {
                words.push(value.words);
            }
            sources.extend(value.sources);
        }
        if words.is_empty() {
            return Some(Found::Gap(self.gap(&question.id, scope)));
        }
        let plain = Plain::List(words.len());
        Some(Found::Value(Value { words: self.wording.list(&words), plain, sources }))
    }

    /// An answer in words.
    pub(crate) fn value_of(&self, question: &Entry<QuestionText>, answer: &Answer) -> Value {
        let (words, plain) = self.said(question.text.r#type, &question.text.choices, &answer.said);
        let mut sources: Vec<Source> = answer.ledger.iter().map(|e| entry_of(answer, e)).collect();
        if sources.is_empty() {
            sources.push(self.source_of(answer));
        }
        Value { words, plain, sources }
    }

    pub(crate) fn source_of(&self, answer: &Answer) -> Source {
        if let Some(digest) = &answer.earlier {
            return Source::Earlier {
                digest: digest.clone(),
                question: answer.question.clone(),
                of: answer.of.label().into(),
                by: answer.by.clone(),
                on: answer.on,
            };
        }
        if let Some(entered) = answer.ledger.last() {
            return entry_of(answer, entered);
        }
        let files = self.sources.answers.files_of(answer);
        Source::Answer {
            digest: self.sources.answers.digest.clone(),
            question: answer.question.clone(),
            of: answer.of.label().into(),
            by: answer.by.clone(),
            on: answer.on,
            evidence: files.map(|file| (file.kind.clone(), file.sha256.clone())).collect(),
        }
    }

    /// What was said, in words and as it is compared.
    pub(crate) fn said(
        &self,
        kind: AnswerKind,
        choices: &[ChoiceText],
        said: &Said,
    ) -> (Bilingual, Plain) {
        match said {
            Said::Words(words) if kind == AnswerKind::Country => {
                let name = country(&words.zh).unwrap_or_else(|| words.clone());
                (name, Plain::Word(words.zh.as_str().into()))
            }
            Said::Words(words) => (words.clone(), Plain::Text),
            Said::YesNo(yes) => (self.wording.yes_no(*yes), Plain::YesNo(*yes)),
            Said::Whole(number) => {
                let bounds = Bounds::exactly(*number);
                let words = match kind {
                    AnswerKind::Persons => self.wording.persons(bounds),
                    AnswerKind::Year => self.wording.year(*number),
                    AnswerKind::Percent => same(&format!("{number}%")),
                    _ => self.wording.number(*number),
                };
                (words, Plain::Count(bounds))
            }
            Said::Day(day) => (self.wording.day(*day), Plain::Day(*day)),
            Said::Word(word) => {
                let choice = choices.iter().find(|c| **c.id.as_ref() == **word);
                let words = choice.map_or_else(
                    || same(word),
                    |choice| Bilingual { zh: choice.zh.clone(), en: choice.en.clone() },
                );
                (words, Plain::Word(word.clone()))
            }
            Said::Several(list) => (self.wording.list(list), Plain::List(list.len())),
            Said::Rows(rows) => {
                let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
                (self.wording.number(count), Plain::List(rows.len()))
            }
            Said::NotApplicable(why) => (self.wording.not_applicable(why), Plain::NotApplicable),
        }
    }
}

fn entry_of(answer: &Answer, entered: &Entered) -> Source {
    Source::Ledger {
        digest: entered.digest.clone(),
        entry: entered.number,
        question: answer.question.clone(),
    }
}
