//! Counts and the lines above them, in words: shared by `people` and `forecast`.

use kouan_decide::{ThresholdRule, route_name};
use kouan_flow::office::{Line as Figure, Measured, Subject};
use kouan_rulebook::Book;
use kouan_terms::{Bilingual, PersonCount};
use serde_json::{Value, json};

use crate::language::words;

/// What is counted.
pub fn subject(book: &Book, measured: &Measured) -> Bilingual {
    let fact = |id: &str| {
        let found = book.facts.iter().find(|fact| fact.id.as_str() == id);
        found.map_or_else(|| words(id, id), |fact| fact.name.clone())
    };
    match &measured.of {
        Subject::Year(id) => fact(id),
        Subject::Scenario(id, scenario) => {
            let name = fact(id);
            words(&format!("{}（{scenario}）", name.zh), &format!("{} ({scenario})", name.en))
        }
        Subject::Filing { number, is_sensitive: false } => {
            words(&format!("备案{number}：一般个人信息"), &format!("filing {number}: general PI"))
        }
        Subject::Filing { number, is_sensitive: true } => {
            words(&format!("备案{number}：敏感个人信息"), &format!("filing {number}: sensitive PI"))
        }
    }
}

/// How the open points are read, each by its number; empty where none touches the count.
pub fn readings(book: &Book, measured: &Measured) -> Option<Bilingual> {
    let mut parts: Vec<Bilingual> = Vec::new();
    for (id, reading) in &measured.counting.readings {
        let point = book.point(id)?;
        let says = &point.readings.iter().find(|one| one.id == *reading)?.says;
        let number = point.number.as_deref().unwrap_or(id.as_str());
        parts.push(words(&format!("{number} {}", says.zh), &format!("{number} {}", says.en)));
    }
    if parts.is_empty() {
        return None;
    }
    let join = |of: fn(&Bilingual) -> &str, with: &str| {
        parts.iter().map(of).collect::<Vec<_>>().join(with)
    };
    let (zh, en) = (join(|one| &one.zh, "，"), join(|one| &one.en, ", "));
    let decides = measured.counting.decides;
    Some(if decides {
        words(&format!("{zh}（据此判定）"), &format!("{en} (decides)"))
    } else {
        words(&zh, &en)
    })
}

/// What changes at a line, with the provision of each rule.
pub fn change(book: &Book, figure: &Figure) -> Bilingual {
    let Some(law) = &figure.law else {
        return words("超过备案的人数", "more than was filed");
    };
    let mut parts: Vec<Bilingual> = Vec::new();
    for rule in &law.rules {
        let part = rule_words(book, rule);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let join = |of: fn(&Bilingual) -> &str, with: &str| {
        parts.iter().map(of).collect::<Vec<_>>().join(with)
    };
    let (zh, en) = (join(|one| &one.zh, "；"), join(|one| &one.en, "; "));
    if law.unverified {
        let doubt = words("（恰为该数时未经核实）", " (the exact figure is not verified)");
        return words(&format!("{zh}{}", doubt.zh), &format!("{en}{}", doubt.en));
    }
    words(&zh, &en)
}

fn rule_words(book: &Book, rule: &ThresholdRule) -> Bilingual {
    let (route, cite) = (route_name(rule.route), &rule.cite.words);
    let mut said = if rule.begins {
        words(&format!("{}，{}", route.zh, cite.zh), &format!("{}, {}", route.en, cite.en))
    } else {
        words(
            &format!("不再适用：{}，{}", route.zh, cite.zh),
            &format!("no longer: {}, {}", route.en, cite.en),
        )
    };
    let under = rule.under.as_ref().and_then(|(point, reading)| {
        let point = book.point(point)?;
        Some((point, point.readings.iter().find(|one| one.id == *reading)?))
    });
    if let Some((point, reading)) = under {
        let number = point.number.as_deref().unwrap_or(point.id.as_str());
        said.zh.push_str(&format!("（{number} {}）", reading.says.zh));
        said.en.push_str(&format!(" ({number} {})", reading.says.en));
    }
    said
}

/// A number of persons, with its thousands apart.
pub fn persons(number: u64) -> String {
    PersonCount(number).to_string()
}

/// What is counted, as JSON.
pub fn measured_json(measured: &Measured) -> Value {
    let of = match &measured.of {
        Subject::Year(fact) => json!({ "fact": fact }),
        Subject::Scenario(fact, scenario) => {
            json!({ "fact": fact, "scenario": scenario.as_str() })
        }
        Subject::Filing { number, is_sensitive } => json!({
            "filing": number,
            "fact": if *is_sensitive { "filing.sensitive_pi" } else { "filing.general_pi" },
        }),
    };
    let readings: Vec<Value> = measured
        .counting
        .readings
        .iter()
        .map(|(point, reading)| json!({ "point": point.as_str(), "reading": reading.as_str() }))
        .collect();
    json!({ "of": of, "readings": readings, "decides": measured.counting.decides })
}

/// A line, as JSON.
pub fn line_json(figure: &Figure) -> Value {
    let rules = figure.law.iter().flat_map(|law| &law.rules).map(|rule| {
        json!({
            "rule": rule.rule.as_str(),
            "begins": rule.begins,
            "route": rule.route.as_str(),
            "cite": { "law": rule.cite.law, "at": rule.cite.at },
            "under": rule.under.as_ref().map(|(point, reading)| format!("{point}:{reading}")),
        })
    });
    json!({
        "at": figure.at,
        "unverified": figure.law.as_ref().is_some_and(|law| law.unverified),
        "rules": rules.collect::<Vec<_>>(),
    })
}
