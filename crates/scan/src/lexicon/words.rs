//! The words around a class: whose a name is, what may be left out, what is written instead.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a word of `tables/words.txt` does in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A person: `customer`, 患者.
    Person,
    /// A body: `company`, 门店.
    Organisation,
    /// A thing: `product`, 文件.
    Thing,
    /// Something that happens or is kept about others: `order`, 就诊.
    Event,
    /// Adds nothing to what is held: `new`, 备用.
    Qualifier,
    /// Adds nothing at the end: `info`, 内容.
    Suffix,
    /// A number of what stands before: `no`, 号.
    Number,
    /// What something is called: `name`, 名称.
    Name,
    /// A figure for what stands before: `amount`, 评分.
    Measure,
    /// A key or code for what stands before: `id`, 编码.
    Key,
    /// Parts of the values are hidden.
    Masked,
    /// The values are hashed or encrypted.
    Hashed,
    /// Says whether: `is`, 是否.
    Flag,
    /// An ordinary word that must not be cut into parts.
    Whole,
}

impl Role {
    fn of_heading(heading: &str) -> Option<Role> {
        Some(match heading {
            "person" => Role::Person,
            "organisation" => Role::Organisation,
            "thing" => Role::Thing,
            "event" => Role::Event,
            "qualifier" => Role::Qualifier,
            "suffix" => Role::Suffix,
            "number" => Role::Number,
            "name" => Role::Name,
            "measure" => Role::Measure,
            "key" => Role::Key,
            "masked" => Role::Masked,
            "hashed" => Role::Hashed,
            "flag" => Role::Flag,
            "whole" => Role::Whole,
            _ => return None,
        })
    }
}

/// Every word with its role, in the order of the file.
pub(crate) static WORDS: LazyLock<Vec<(Role, &'static str)>> =
    LazyLock::new(|| parse(include_str!("../../tables/words.txt")));

/// Short forms of English words with what they stand for, written as one word.
static ABBREVIATIONS: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("../../tables/abbreviations.txt").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect()
});

/// What a short form stands for: `ttl`, title.
pub(crate) fn spelt_out(word: &str) -> Option<&'static str> {
    ABBREVIATIONS.get(word).copied()
}

fn parse(text: &'static str) -> Vec<(Role, &'static str)> {
    let mut role = None;
    let mut words = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(heading) => role = Role::of_heading(heading),
            None => {
                if let Some(role) = role {
                    words.extend(line.split_whitespace().map(|word| (role, word)));
                }
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_is_known() {
        let text = include_str!("../../tables/words.txt");
        for line in text.lines().filter(|line| line.starts_with('[')) {
            let heading = line.trim_matches(['[', ']']);
            assert!(Role::of_heading(heading).is_some(), "{heading}");
        }
    }
}
