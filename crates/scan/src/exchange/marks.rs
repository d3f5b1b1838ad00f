//! What a contract or a manifest says of a column in its free keys: ours, and those of others.

use kouan_terms::parse_day;
use serde_json::{Map, Value};

use super::{Claim, text_of};
use crate::inventory::Settled;

/// The longest name or reason of a decision, in characters.
const TEXT_MAX: usize = 500;

/// Depth of maps in free keys that is looked at.
const DEPTH_MAX: usize = 4;

/// Keys, without `_` and capitals, whose yes says that a column holds personal information.
const KEYS: [&str; 14] = [
    "pii",
    "ispii",
    "haspii",
    "containspii",
    "piitype",
    "phi",
    "personal",
    "ispersonal",
    "personaldata",
    "ispersonaldata",
    "containspersonaldata",
    "personalinformation",
    "个人信息",
    "是否个人信息",
];

/// Keys whose words, not whose yes, say it.
const WORD_KEYS: [&str; 9] = [
    "classification",
    "dataclassification",
    "privacy",
    "sensitivity",
    "datasensitivity",
    "policytags",
    "tags",
    "分类",
    "敏感级别",
];

/// Words that say no, whatever the key.
const NO: [&str; 11] = ["", "false", "no", "n", "0", "none", "null", "na", "n/a", "否", "无"];

/// A decision that stands in a file.
#[derive(Debug)]
pub enum Decision {
    /// With a name, a reason and a day.
    Signed(Settled),
    /// Without one of them.
    Unsigned,
}

/// What one free key says.
pub fn claim(key: &str, value: &Value) -> Claim {
    claim_at(key, value, 0)
}

fn claim_at(key: &str, value: &Value, depth: usize) -> Claim {
    let key = plain(key);
    match value {
        Value::Object(map) if depth < DEPTH_MAX => map
            .iter()
            .map(|(inner, value)| {
                // `{ classification: { level: PII } }`: the outer key tells what the words mean.
                let outer = WORD_KEYS.contains(&key.as_str()) || KEYS.contains(&key.as_str());
                let below = claim_at(inner, value, depth + 1);
                if outer { below.or(claim_at(&key, value, DEPTH_MAX)) } else { below }
            })
            .fold(Claim::default(), Claim::or),
        Value::Array(list) => {
            list.iter().map(|one| claim_at(&key, one, DEPTH_MAX)).fold(Claim::default(), Claim::or)
        }
        other => scalar(&key, text_of(Some(other)).unwrap_or_default().to_lowercase().trim()),
    }
}

fn scalar(key: &str, word: &str) -> Claim {
    if NO.contains(&word) {
        return Claim::default();
    }
    if KEYS.contains(&key) {
        return words(word).or(Claim { personal: !denies(word), ..Claim::default() });
    }
    if key == "sensitive" || key == "issensitive" {
        let yes = ["true", "yes", "y", "1", "是"].contains(&word);
        return words(word).or(Claim { personal: yes, ..Claim::default() });
    }
    if WORD_KEYS.contains(&key) { words(word) } else { Claim::default() }
}

/// What the words of a classification or a tag say.
pub fn words(text: &str) -> Claim {
    let text = text.to_lowercase();
    if denies(&text) {
        return Claim::default();
    }
    let tokens: Vec<&str> = text.split(|letter: char| !letter.is_alphanumeric()).collect();
    let has = |word: &str| tokens.contains(&word);
    let chinese = text.contains("个人信息") || text.contains("个人数据");
    let personal = chinese
        || ["pii", "spi", "spii", "phi", "personal"].into_iter().any(has)
        || text.trim() == "sensitive";
    let sensitive = personal
        && (has("spi")
            || has("spii")
            || has("sensitive") && tokens.len() > 1
            || text.contains("敏感"));
    Claim { personal, sensitive, class: None }
}

/// `not-personal`, `non-PII`, `非个人信息`.
fn denies(text: &str) -> bool {
    let begins = ["non", "no ", "no-", "no_", "not", "非", "不"];
    begins.iter().any(|word| text.trim().starts_with(word))
}

/// A key without capitals and separators, so that `containsPii` and `contains_pii` are one.
fn plain(key: &str) -> String {
    key.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What an inventory said of a column, when it was handed on.
pub fn ours(personal: Option<&str>, sensitive: Option<&str>, class: Option<String>) -> Claim {
    let held = |answer: Option<&str>| matches!(answer, Some("yes" | "unsure"));
    let personal = held(personal);
    Claim { personal, sensitive: personal && held(sensitive), class: class.filter(|_| personal) }
}

/// A decision, when one of its parts is there.
pub fn decision(part: impl Fn(&str) -> Option<String>) -> Option<Decision> {
    let (class, by, why, on) = (part("as"), part("by"), part("why"), part("on"));
    if class.is_none() && by.is_none() && why.is_none() && on.is_none() {
        return None;
    }
    let signed = class.zip(by).zip(why.zip(on)).map(|((class, by), (why, on))| Settled {
        class,
        by,
        why,
        on,
    });
    let whole = signed.filter(|one| {
        let short = |text: &str| text.chars().count() <= TEXT_MAX;
        short(&one.class) && short(&one.by) && short(&one.why) && parse_day(&one.on).is_ok()
    });
    Some(whole.map_or(Decision::Unsigned, Decision::Signed))
}

/// The free keys of a map, ours (`kouan`) apart.
pub fn of_map(map: &Map<String, Value>) -> (Claim, Option<Decision>) {
    let mut found = Claim::default();
    let mut decided = None;
    for (key, value) in map {
        if key == "kouan" {
            let part = |name: &str| text_of(value.get(name));
            let class = part("class");
            found =
                found.or(ours(part("personal").as_deref(), part("sensitive").as_deref(), class));
            let settled = value.get("settled").unwrap_or(value);
            decided = decision(|name| text_of(settled.get(name))).or(decided);
        } else {
            found = found.or(claim(key, value));
        }
    }
    (found, decided)
}

impl Claim {
    /// Both claims together.
    pub(super) fn or(self, other: Claim) -> Claim {
        Claim {
            personal: self.personal || other.personal,
            sensitive: self.sensitive || other.sensitive,
            class: self.class.or(other.class),
        }
    }
}
