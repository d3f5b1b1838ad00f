//! Numbers of headings: 一、（一）1.（1） and 1, 1.1, 1.1.1.

use kouan_rulebook::format::NumberingText;
use kouan_terms::Bilingual;

/// Counts headings level by level.
#[derive(Debug)]
pub(super) struct Numbering<'a> {
    patterns: &'a NumberingText,
    counts: Vec<u32>,
}

impl<'a> Numbering<'a> {
    pub(super) fn new(patterns: &'a NumberingText) -> Numbering<'a> {
        Numbering { patterns, counts: Vec::new() }
    }

    /// The number of the next heading of a level, from 1.
    pub(super) fn next(&mut self, level: u32) -> Bilingual {
        let depth = usize::try_from(level).unwrap_or(1).max(1);
        self.counts.resize(depth, 0);
        if let Some(count) = self.counts.last_mut() {
            *count += 1;
        }
        let count = self.counts.last().copied().unwrap_or(1);
        let pattern = self.patterns.zh.get(depth - 1).map_or("1.", String::as_str);
        // A level that no heading has opened counts as the first.
        let path: Vec<String> = self.counts.iter().map(|n| n.max(&1).to_string()).collect();
        Bilingual {
            zh: pattern.replacen('一', &chinese(count), 1).replacen('1', &count.to_string(), 1),
            en: path.join("."),
        }
    }
}

/// A number from 1 to 99 in Chinese numerals; others in digits.
pub(crate) fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: u32| {
        let index = usize::try_from(n % 10).unwrap_or(0);
        DIGITS.get(index).copied().unwrap_or("")
    };
    match number {
        1..=9 => digit(number).to_owned(),
        10..=19 => format!("十{}", digit(number)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number)),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_count_level_by_level() {
        let patterns = NumberingText {
            zh: ["一、", "（一）", "1.", "（1）"].map(str::to_owned).to_vec(),
            en: Vec::new(),
        };
        let mut numbering = Numbering::new(&patterns);
        let mut next = |level| {
            let number = numbering.next(level);
            (number.zh, number.en)
        };
        let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        assert_eq!(next(1), pair("一、", "1"));
        assert_eq!(next(2), pair("（一）", "1.1"));
        assert_eq!(next(2), pair("（二）", "1.2"));
        assert_eq!(next(3), pair("1.", "1.2.1"));
        assert_eq!(next(4), pair("（1）", "1.2.1.1"));
        assert_eq!(next(1), pair("二、", "2"));
        assert_eq!(next(3), pair("1.", "2.1.1"));
        assert_eq!(
            [10, 11, 20, 21, 99, 100].map(chinese),
            ["十", "十一", "二十", "二十一", "九十九", "100"]
        );
    }
}
