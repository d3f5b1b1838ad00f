//! Values in words, as the rulebook says that each sort is written.

use kouan_decide::declaration::Bounds;
use kouan_rulebook::format::ValueFormatsText;
use kouan_terms::{Bilingual, Day, PersonCount};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes values in both languages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wording<'a> {
    formats: &'a ValueFormatsText,
}

impl<'a> Wording<'a> {
    pub(crate) fn new(formats: &'a ValueFormatsText) -> Wording<'a> {
        Wording { formats }
    }

    pub(crate) fn number(&self, number: u64) -> Bilingual {
        same(&thousands(number, &self.formats.number.thousands))
    }

    pub(crate) fn year(&self, year: u64) -> Bilingual {
        filled(&self.formats.year.zh, &self.formats.year.en, &[("y", year.to_string())])
    }

    pub(crate) fn persons(&self, bounds: Bounds) -> Bilingual {
        let formats = &self.formats.persons;
        let count = |n: u64| thousands(n, &self.formats.number.thousands);
        let low = count(bounds.at_least);
        match bounds.at_most {
            Some(1) if bounds.at_least == 1 => filled(&formats.zh, &formats.one_en, &[("n", low)]),
            Some(most) if most == bounds.at_least => {
                filled(&formats.zh, &formats.en, &[("n", low)])
            }
            Some(most) => {
                let pairs = [("low", low), ("high", count(most))];
                filled(&formats.range_zh, &formats.range_en, &pairs)
            }
            None => pair(format!("至少{low}人"), format!("at least {low} persons")),
        }
    }

    pub(crate) fn day(&self, day: Day) -> Bilingual {
        let index = usize::try_from(day.month()).unwrap_or(1).saturating_sub(1);
        let month = MONTHS.get(index).copied().unwrap_or_default();
        let format = &self.formats.date;
        let fill = |text: &str, month: &str| {
            text.replace("{y}", &day.year().to_string())
                .replace("{d}", &day.day().to_string())
                .replace("{month}", month)
                .replace("{m}", &day.month().to_string())
        };
        pair(fill(&format.zh, month), fill(&format.en, month))
    }

    pub(crate) fn yes_no(&self, yes: bool) -> Bilingual {
        let index = usize::from(!yes);
        let word = |words: &[String]| words.get(index).cloned().unwrap_or_default();
        pair(word(&self.formats.yes_no.zh), word(&self.formats.yes_no.en))
    }

    pub(crate) fn list(&self, words: &[Bilingual]) -> Bilingual {
        let zh: Vec<&str> = words.iter().map(|word| word.zh.as_str()).collect();
        let en: Vec<&str> = words.iter().map(|word| word.en.as_str()).collect();
        pair(zh.join(&self.formats.list.zh), en.join(&self.formats.list.en))
    }

    pub(crate) fn gap(&self, name: &Bilingual) -> Bilingual {
        let formats = &self.formats.gap;
        pair(formats.zh.replace("{name}", &name.zh), formats.en.replace("{name}", &name.en))
    }

    pub(crate) fn not_applicable(&self, why: &Bilingual) -> Bilingual {
        let formats = &self.formats.not_applicable;
        pair(formats.zh.replace("{why}", &why.zh), formats.en.replace("{why}", &why.en))
    }
}

fn thousands(number: u64, mark: &str) -> String {
    PersonCount(number).to_string().replace(',', mark)
}

fn filled(zh: &str, en: &str, pairs: &[(&str, String)]) -> Bilingual {
    let fill = |text: &str| {
        pairs.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    };
    pair(fill(zh), fill(en))
}

/// Both languages from one pair.
pub(crate) fn pair(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

/// The same in both languages.
pub(crate) fn same(text: &str) -> Bilingual {
    pair(text, text)
}
