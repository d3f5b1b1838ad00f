//! Answers as an answers file again, so that a later filing can take them over.

use std::collections::BTreeMap;

use kouan_terms::Bilingual;

use super::format::{AnswerText, AnswersFile, Pair, SCHEMA, Scalar};
use super::{Answer, Answers, Asked, Said};

/// The answers of a filing, but for those of what it does not speak of; evidence is left out: a
/// pack names attached files in its manifest.
#[must_use]
pub fn written(answers: &Answers, asked: &Asked<'_>) -> AnswersFile {
    let of = |profile: bool| {
        let held = answers.all.iter().filter(move |answer| answer.profile == profile);
        held.filter(|answer| asked.holds(&answer.of)).map(text).collect()
    };
    AnswersFile {
        format: 1,
        schema: Some(SCHEMA.to_owned()),
        profile: of(true),
        answer: of(false),
        ..AnswersFile::default()
    }
}

fn text(answer: &Answer) -> AnswerText {
    let label = answer.of.label();
    let mut text = AnswerText {
        question: answer.question.to_string(),
        of: (!label.is_empty()).then_some(label),
        by: answer.by.as_deref().map(str::to_owned),
        on: answer.on.map(|day| day.to_string()),
        valid_until: answer.valid_until.map(|day| day.to_string()),
        ..AnswerText::default()
    };
    match &answer.said {
        Said::NotApplicable(why) => {
            text.not_applicable = true;
            text.why = Some(pair(why));
        }
        Said::Words(words) => {
            text.zh = Some(words.zh.clone());
            text.en = Some(words.en.clone());
        }
        said => text.value = Some(scalar(said)),
    }
    text
}

fn scalar(said: &Said) -> Scalar {
    match said {
        Said::Words(words) | Said::NotApplicable(words) => pair(words),
        Said::YesNo(yes) => Scalar::YesNo(*yes),
        Said::Whole(number) => Scalar::Whole(*number),
        Said::Day(day) => Scalar::Text(day.to_string()),
        Said::Word(word) => Scalar::Text(word.to_string()),
        // Several words are the same in both languages, as they are read.
        Said::Several(list) => Scalar::Words(list.iter().map(|words| words.zh.clone()).collect()),
        Said::Rows(rows) => {
            let row = |cells: &BTreeMap<Box<str>, Said>| {
                cells.iter().map(|(column, said)| (column.to_string(), scalar(said))).collect()
            };
            Scalar::Rows(rows.iter().map(row).collect())
        }
    }
}

fn pair(words: &Bilingual) -> Scalar {
    Scalar::Pair(Pair { zh: words.zh.clone(), en: words.en.clone() })
}
