//! Tests of documents: no empty headings, no braces left, every gap printed once.

use super::write::paragraphs;
use super::{Block, lines, write};
use crate::answers::Answers;
use crate::sample::{ASSESSED, PAPERS};
use crate::values::{Resolver, Scope};
use kouan_terms::Language;

#[test]
fn no_document_has_an_empty_heading_or_a_brace() {
    let none = Answers::default();
    let full = ASSESSED.answers(&ASSESSED.full_answers("security-assessment"));
    for answers in [&none, &full] {
        let sources = ASSESSED.sources(answers);
        let resolver = Resolver::new(&sources);
        for text in PAPERS.documents().iter().filter(|text| text.holds_on(ASSESSED.on)) {
            for scope in Scope::default().each(&sources, text.text.per) {
                let document = write(&resolver, text, &scope);
                let levels: Vec<Option<u32>> = document
                    .blocks
                    .iter()
                    .map(|block| match block {
                        Block::Heading { level, .. } => Some(*level),
                        _ => None,
                    })
                    .collect();
                for pair in levels.windows(2) {
                    if let [Some(above), Some(below)] = pair {
                        assert!(above < below, "{}: an empty heading", document.id);
                    }
                }
                assert!(!matches!(levels.last(), Some(Some(_))), "{}", document.id);
                for language in [Language::Zh, Language::En] {
                    for line in lines(&document, language) {
                        let text = line.text();
                        assert!(!text.contains(['{', '}']), "{}: {text}", document.id);
                    }
                }
            }
        }
    }
}

#[test]
fn both_languages_have_as_many_paragraphs() {
    let split = |zh: &str, en: &str| {
        let text = kouan_terms::Bilingual { zh: zh.to_owned(), en: en.to_owned() };
        paragraphs(&text).into_iter().map(|pair| (pair.zh, pair.en)).collect::<Vec<_>>()
    };
    let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    assert_eq!(split("甲\n\n乙\n丙", "a\nb"), [pair("甲", "a"), pair("乙\n丙", "b")]);
    assert_eq!(split("甲", "a\nb"), [pair("甲", "a\nb")]);
    assert_eq!(split("", ""), [pair("", "")]);
}
