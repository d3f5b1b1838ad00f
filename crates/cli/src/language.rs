//! Which language to speak.

use kouan_terms::{Bilingual, Language};

/// The languages a page is printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// One language.
    One(Language),
    /// Chinese, then English.
    Both,
}

impl Speech {
    /// The languages, in the order in which they are printed.
    pub fn languages(self) -> &'static [Language] {
        match self {
            Speech::One(Language::Zh) => &[Language::Zh],
            Speech::One(Language::En) => &[Language::En],
            Speech::Both => &[Language::Zh, Language::En],
        }
    }

    /// The language of short remarks: Chinese where both are wanted.
    pub fn first(self) -> Language {
        match self {
            Speech::One(language) => language,
            Speech::Both => Language::Zh,
        }
    }

    /// Reads `zh`, `en` or `both`.
    pub fn parse(word: &str) -> Option<Speech> {
        match word {
            "zh" => Some(Speech::One(Language::Zh)),
            "en" => Some(Speech::One(Language::En)),
            "both" => Some(Speech::Both),
            _ => None,
        }
    }

    /// The language asked for on the command line or in `KOUAN_LANG`, or else the locale's.
    ///
    /// Help is printed before arguments are parsed, so this looks at the raw words.
    pub fn detect(arguments: &[String]) -> Speech {
        let after = |(index, word): (usize, &String)| {
            word.strip_prefix("--lang=")
                .map(str::to_owned)
                .or_else(|| (word == "--lang").then(|| arguments.get(index + 1).cloned()).flatten())
        };
        let asked = arguments.iter().enumerate().find_map(after);
        let setting = asked.or_else(|| std::env::var("KOUAN_LANG").ok());
        if let Some(speech) = setting.as_deref().and_then(Speech::parse) {
            return speech;
        }
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
        match locale {
            Some(locale) if locale.starts_with("zh") => Speech::One(Language::Zh),
            _ => Speech::One(Language::En),
        }
    }
}

/// A pair of words that stands in the program itself (labels and headings).
pub fn words(zh: &str, en: &str) -> Bilingual {
    Bilingual { zh: zh.to_owned(), en: en.to_owned() }
}
