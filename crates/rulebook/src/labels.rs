//! Labels of AI-generated content: the names, values and figures of the standard, by day.
//!
//! Deciding never needs this part of the rulebook, so [`crate::load`] leaves `labels/` alone.

use kouan_terms::{Bilingual, Day, Diagnostic, Place};
use serde::Deserialize;

use crate::format::{Checked, DayText, InForceText, Sentence};
use crate::load::{FORMAT, LABELS, in_order, parse};

/// What a standard of labels fixes. Members go by words of our own, so that a later standard may
/// name them otherwise.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelStandard {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Sentence,
    /// When it holds.
    pub in_force: InForceText,
    /// How sure we are of it.
    pub confidence: String,
    /// Where it was read.
    pub source: Vec<LabelSource>,
    /// What the name of the metadata field contains.
    pub key: String,
    /// The namespace in XMP.
    pub namespace: String,
    /// The prefix that the guides print for it.
    pub prefix: String,
    /// The name of each member.
    pub members: Members,
    /// The value of each kind.
    pub kinds: Kinds,
    /// The characters of which values should mainly consist: inclusive ranges.
    pub characters: Vec<(char, char)>,
    /// Names of drafts.
    #[serde(default)]
    pub earlier: Vec<EarlierName>,
    /// How a provider's code is built.
    pub code: CodeText,
    /// How a label is made to be seen or heard.
    pub explicit: ExplicitText,
    /// What a platform says in each state.
    pub notices: Vec<Notice>,
    /// Months for which the log of copies without an explicit label is kept.
    pub log_months: u32,
}

/// Where a standard was read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSource {
    /// What it is.
    pub what: String,
    /// Its address.
    pub url: String,
}

/// The name of each member of a label.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Members {
    /// Whether the content is made by AI.
    pub label: String,
    /// The producer.
    pub producer: String,
    /// The producer's number.
    pub produce_id: String,
    /// The producer's protection data.
    pub producer_reserved: String,
    /// The propagator.
    pub propagator: String,
    /// The propagator's number.
    pub propagate_id: String,
    /// The propagator's protection data.
    pub propagator_reserved: String,
}

/// The value of each kind of label.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    /// It is made by AI.
    pub generated: String,
    /// It may be.
    pub possible: String,
    /// It is suspected to be.
    pub suspected: String,
}

/// A name that a draft gave to a member.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierName {
    /// The name.
    pub name: String,
    /// The member, by our word.
    pub member: String,
}

/// How a provider's code is built.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeText {
    /// The first two characters.
    pub format: String,
    /// The third, for an organisation.
    pub organisation: char,
    /// The fourth, for a unified social credit code.
    pub credit_code: char,
    /// The service digit of who generates.
    pub generation: char,
    /// The service digit of who spreads.
    pub propagation: char,
    /// The last five places without an extension.
    pub no_extension: String,
}

/// How a label is made to be seen or heard.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExplicitText {
    /// Words of the AI element.
    pub ai_words: Vec<String>,
    /// Words of the generation element.
    pub made_words: Vec<String>,
    /// The least height, in per cent of the shortest side.
    pub height_percent: u32,
    /// How long a video shows it at least, in seconds.
    pub video_seconds: u32,
    /// The rhythm of the audio mark.
    pub rhythm: String,
    /// How many characters a minute a spoken notice has at normal speed, both ends included.
    pub characters_per_minute: (u32, u32),
}

/// What a platform says of content of one kind.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// The kind, by our word.
    pub kind: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// Short words for a picture, in Chinese.
    pub mark: String,
}

/// A file of `labels/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelFile {
    format: u32,
    #[expect(dead_code, reason = "read so that the file must say it")]
    known_since: DayText,
    #[expect(dead_code, reason = "read so that the file must say it")]
    checked: Checked,
    standard: Vec<LabelStandard>,
}

/// The standards of labels that a rulebook holds.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    standards: Vec<LabelStandard>,
}

impl LabelStandard {
    fn holds_on(&self, day: Day) -> bool {
        let until = self.in_force.until.as_ref();
        self.in_force.from.as_ref().0 <= day && until.is_none_or(|until| day < until.as_ref().0)
    }

    /// The words a platform shows for a kind.
    #[must_use]
    pub fn notice(&self, kind: &str) -> Option<Bilingual> {
        let found = self.notices.iter().find(|notice| notice.kind == kind)?;
        Some(Bilingual { zh: found.zh.clone(), en: found.en.clone() })
    }

    /// The short words for a picture of a kind.
    #[must_use]
    pub fn mark(&self, kind: &str) -> Option<&str> {
        let found = self.notices.iter().find(|notice| notice.kind == kind)?;
        Some(&found.mark)
    }
}

impl Labels {
    /// Reads the files of `labels/` among those of a rulebook; the others are not looked at.
    ///
    /// # Errors
    ///
    /// RB101 for a file that cannot be read, RB102 for another version of the format.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Labels, Vec<Diagnostic>> {
        let mut labels = Labels::default();
        let mut findings = Vec::new();
        for (name, text) in files {
            if !name.starts_with(LABELS) || !name.ends_with(".toml") {
                continue;
            }
            match parse::<LabelFile>(name, text, &mut findings) {
                Some(file) if file.format == FORMAT => labels.standards.extend(file.standard),
                Some(file) => findings.push(
                    Diagnostic::error("RB102").at(Place::file(name)).with("format", file.format),
                ),
                None => {}
            }
        }
        if findings.is_empty() { Ok(labels) } else { Err(in_order(findings)) }
    }

    /// The standard in force on a day.
    #[must_use]
    pub fn on(&self, day: Day) -> Option<&LabelStandard> {
        self.standards.iter().find(|standard| standard.holds_on(day))
    }
}

#[cfg(test)]
mod tests {
    use kouan_terms::parse_day;

    use super::*;

    #[test]
    fn the_standard_holds_from_its_day_and_not_before() {
        let labels = Labels::load(crate::EMBEDDED.iter().copied()).unwrap();
        assert_eq!(labels.on(parse_day("2025-08-31").unwrap()), None);
        let standard = labels.on(parse_day("2025-09-01").unwrap()).unwrap();
        assert_eq!((standard.explicit.height_percent, standard.explicit.video_seconds), (5, 2));
        assert_eq!(standard.log_months, 6);
        assert_eq!(standard.key, "AIGC");
        for kind in ["generated", "possible", "suspected"] {
            let said = standard.notice(kind).unwrap();
            let ai = &standard.explicit.ai_words;
            let made = &standard.explicit.made_words;
            for words in [said.zh.as_str(), standard.mark(kind).unwrap()] {
                assert!(ai.iter().any(|word| words.contains(word)), "{words}");
                assert!(made.iter().any(|word| words.contains(word)), "{words}");
            }
        }
    }

    #[test]
    fn unknown_keys_and_formats_are_refused() {
        let file = |text: &str| Labels::load([("labels/a.toml", text)]).unwrap_err()[0].code.0;
        let head = "known_since = 2026-01-01\nchecked = { on = 2026-01-01, by = [\"x\"] }\n";
        assert_eq!(file(&format!("format = 2\n{head}standard = []")), "RB102");
        assert_eq!(file(&format!("format = 1\n{head}standard = []\nmore = 1")), "RB101");
    }
}
