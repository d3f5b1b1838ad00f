//! Matches columns to the fields of a scenario of a negative list. A match is a proposal: a person
//! confirms it in the inventory.

use std::collections::BTreeSet;

use kouan_terms::ClassId;

use crate::classify::Classifier;
use crate::lexicon::{Lexicon, Reading, Support};

/// Proposals kept for one column.
pub const PROPOSALS_MAX: usize = 3;

/// The least score of a proposal.
pub const SCORE_MIN: u8 = 40;

/// A field of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct FieldNamed<'a> {
    /// Its id in the scenario.
    pub id: &'a str,
    /// Its Chinese name.
    pub zh: &'a str,
    /// Its English name.
    pub en: &'a str,
}

/// A column with what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct ColumnNamed<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its comment.
    pub comment: Option<&'a str>,
    /// Its class.
    pub class: Option<&'a ClassId>,
    /// The kind of person it is about, by id.
    pub subject: Option<&'a str>,
}

/// Why a column is proposed for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Name or comment are the field's own words.
    SameWords,
    /// They share words.
    SharedWords,
    /// The field names the class of the column.
    SameClass,
    /// The field names a class that the class of the column belongs to, or the other way.
    WiderClass,
    /// They are about different kinds of persons; lowers the score.
    OtherSubject,
}

/// A field that a column may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The id of the field.
    pub field: Box<str>,
    /// 0 to 100.
    pub score: u8,
    /// Why.
    pub why: Vec<Why>,
}

struct Field<'a> {
    named: FieldNamed<'a>,
    zh: Reading,
    en: Reading,
    zh_words: Vec<String>,
    en_words: Vec<String>,
}

/// For every column the fields it may be, best first; fields with the same score in their order.
#[must_use]
pub fn propose(
    classifier: &Classifier<'_>,
    columns: &[ColumnNamed<'_>],
    fields: &[FieldNamed<'_>],
) -> Vec<Vec<Proposal>> {
    let lexicon = classifier.lexicon();
    let fields: Vec<Field<'_>> = fields
        .iter()
        .map(|&named| Field {
            named,
            zh: lexicon.comment(named.zh),
            en: lexicon.name(named.en),
            zh_words: Lexicon::folded(named.zh),
            en_words: Lexicon::folded(named.en),
        })
        .collect();
    columns
        .iter()
        .map(|column| {
            let mut found: Vec<Proposal> =
                fields.iter().filter_map(|field| proposal(classifier, column, field)).collect();
            found.sort_by_key(|proposal| std::cmp::Reverse(proposal.score));
            found.truncate(PROPOSALS_MAX);
            found
        })
        .collect()
}

fn proposal(
    classifier: &Classifier<'_>,
    column: &ColumnNamed<'_>,
    field: &Field<'_>,
) -> Option<Proposal> {
    let mut why = Vec::new();
    let words = likeness(column, field);
    let mut score = if words >= 100 {
        why.push(Why::SameWords);
        100
    } else {
        // Half the words in common alone make no proposal.
        if words >= 40 {
            why.push(Why::SharedWords);
        }
        words * 7 / 10
    };
    let class = class_likeness(classifier, column, field);
    if let Some(reason) = class {
        why.push(reason);
        let by_class = if reason == Why::SameClass { 75 } else { 50 };
        score = (by_class + words / 5).max(score);
    }
    let subjects = [&field.zh, &field.en].into_iter().find_map(|reading| reading.subject);
    let subject = subjects.and_then(|at| classifier.subject(at));
    if subject != column.subject && score < 100 {
        why.push(Why::OtherSubject);
        score -= 20;
    }
    let score = u8::try_from(score.clamp(0, 100)).unwrap_or(0);
    (score >= SCORE_MIN).then(|| Proposal { field: field.named.id.into(), score, why })
}

/// How much the words of name and comment are those of the field, 0 to 100.
fn likeness(column: &ColumnNamed<'_>, field: &Field<'_>) -> i32 {
    let texts = [Some(column.name), column.comment];
    let of = |text: &str| {
        let words = Lexicon::folded(text);
        alike(&words, &field.zh_words).max(alike(&words, &field.en_words))
    };
    texts.into_iter().flatten().map(of).max().unwrap_or(0)
}

/// Twice the words in common over the words of both, in percent.
fn alike(left: &[String], right: &[String]) -> i32 {
    let (left, right): (BTreeSet<&String>, BTreeSet<&String>) =
        (left.iter().collect(), right.iter().collect());
    let both = left.len() + right.len();
    if both == 0 {
        return 0;
    }
    i32::try_from(200 * left.intersection(&right).count() / both).unwrap_or(0)
}

fn class_likeness(
    classifier: &Classifier<'_>,
    column: &ColumnNamed<'_>,
    field: &Field<'_>,
) -> Option<Why> {
    let class = column.class?;
    let hits = field.zh.hits.iter().chain(&field.en.hits);
    let named: Vec<&ClassId> = hits
        .filter(|hit| hit.support > Support::Weak)
        .filter_map(|hit| classifier.id(hit.class))
        .collect();
    if named.contains(&class) {
        return Some(Why::SameClass);
    }
    let wider = |narrow: &ClassId, wide: &ClassId| {
        classifier.classes().with_wider(narrow.as_str()).any(|class| class.id == *wide)
    };
    named.iter().any(|named| wider(named, class) || wider(class, named)).then_some(Why::WiderClass)
}

#[cfg(test)]
mod tests {
    use kouan_rulebook::classes::Classes;

    use super::*;

    #[test]
    fn columns_are_proposed_for_the_fields_they_name() {
        let classes = Classes::load(kouan_rulebook::EMBEDDED.iter().copied()).expect("classes");
        let classifier = Classifier::new(&classes);
        let fields = [
            FieldNamed { id: "name", zh: "姓名", en: "name" },
            FieldNamed { id: "mobile", zh: "手机号码", en: "mobile number" },
            FieldNamed {
                id: "guardian-mobile", zh: "监护人手机号码", en: "guardian mobile"
            },
            FieldNamed { id: "vin", zh: "车辆识别代号", en: "vehicle identification number" },
        ];
        let (mobile, vin) = (ClassId::new("mobile"), ClassId::new("vin"));
        let column = |name, comment, class, subject| ColumnNamed { name, comment, class, subject };
        let columns = [
            column("sjh", Some("手机号码"), Some(&mobile), None),
            column("jhr_sj", None, Some(&mobile), Some("guardian")),
            column("chassis", None, Some(&vin), None),
            column("order_no", None, None, None),
        ];
        let found = propose(&classifier, &columns, &fields);
        let best: Vec<Option<&str>> =
            found.iter().map(|found| found.first().map(|best| &*best.field)).collect();
        assert_eq!(best, [Some("mobile"), Some("guardian-mobile"), Some("vin"), None]);
        assert_eq!(found[0][0].score, 100);
        assert_eq!(found[0][0].why, [Why::SameWords, Why::SameClass]);
    }
}
