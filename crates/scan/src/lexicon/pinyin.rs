//! The pinyin of Chinese phrases: in full and by its initials.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Most readings kept for one phrase; characters with two readings multiply them.
const READINGS_MAX: usize = 4;

static TABLE: LazyLock<BTreeMap<char, Vec<&'static str>>> =
    LazyLock::new(|| parse(include_str!("../../tables/pinyin.txt")));

fn parse(text: &'static str) -> BTreeMap<char, Vec<&'static str>> {
    let mut table: BTreeMap<char, Vec<&'static str>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((syllable, characters)) = line.split_once(' ') {
            for character in characters.trim().chars() {
                table.entry(character).or_default().push(syllable);
            }
        }
    }
    table
}

/// The readings of a phrase of Chinese characters, each in full and by its initials; none when a
/// character is unknown or the phrase holds anything else.
pub(crate) fn readings(phrase: &str) -> Vec<(String, String)> {
    let mut found = vec![(String::new(), String::new())];
    for character in phrase.chars() {
        let Some(syllables) = TABLE.get(&character) else {
            return Vec::new();
        };
        found = found
            .iter()
            .flat_map(|(full, initials)| {
                syllables.iter().map(move |syllable| {
                    let initial = syllable.chars().next().unwrap_or_default();
                    (format!("{full}{syllable}"), format!("{initials}{initial}"))
                })
            })
            .take(READINGS_MAX)
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_read_in_full_and_by_initials() {
        assert_eq!(readings("身份证号"), [("shenfenzhenghao".to_owned(), "sfzh".to_owned())]);
        let both: Vec<String> = readings("银行").into_iter().map(|(full, _)| full).collect();
        assert!(both.contains(&"yinhang".to_owned()));
        assert!(readings("QQ号").is_empty());
    }
}
