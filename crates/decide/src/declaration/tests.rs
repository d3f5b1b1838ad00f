use kouan_rulebook::{AnsweredBy, FactKind, format::FactFile};
use kouan_terms::Language;

use super::*;

/// The facts of the rulebook.
fn facts() -> Vec<Fact> {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebook/facts.toml"));
    let file: FactFile = toml::from_str(text).unwrap();
    let both = |sentence: kouan_rulebook::format::Sentence| Bilingual { zh: sentence.zh, en: sentence.en };
    file.fact
        .into_iter()
        .map(|fact| Fact {
            id: FactId::new(fact.id.get_ref()),
            kind: match fact.r#type.as_str() {
                "yes-no" => FactKind::YesNo,
                "persons" => FactKind::Persons,
                _ => FactKind::OneOf(
                    fact.values.iter().map(|v| v.as_str().into()).zip(fact.labels.into_iter().map(both)).collect(),
                ),
            },
            from: if fact.from == "claim" { AnsweredBy::Claim } else { AnsweredBy::Person },
            effort: fact.effort,
            at: fact.at,
            name: both(fact.name),
            asks: both(fact.asks),
            counts: fact.counts.map(both),
            stricter_upwards: fact.stricter.is_some(),
        })
        .collect()
}

/// The code of each finding and the text it points at.
fn found(file: &str, text: &str) -> Vec<(&'static str, String)> {
    let findings = read(file, text, &facts()).err().unwrap_or_default();
    findings
        .iter()
        .map(|finding| {
            let bytes = finding.place.as_ref().and_then(|place| place.bytes.clone());
            let at = bytes.map_or("(file)", |bytes| text.get(bytes).expect("on characters"));
            (finding.code.0, at.to_owned())
        })
        .collect()
}

#[track_caller]
fn check(text: &str, expected: &[(&'static str, &str)]) {
    let found = found("转移.toml", text);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
    assert_eq!(found, expected, "in\n{text}");
}

/// A declaration with these lines at the top, and those in its flow.
fn with(top: &str, flow: &str) -> String {
    format!("format = 1\nid = \"t\" # 编号\n{top}\n[[flow]]\nid = \"f\" # 出境活动\n{flow}\n")
}

#[test]
fn probe() {
    for text in [
        "a = 2026-02-30", "a = 2026-13-01", "a = \"中", "a = [1,", "a = ", "a = 中文", "a = 1\na = 2", "[a]\n[a]", "= 1", "中 = 1", "a = \"x", "a = \"\"\"x", "a = 25:00:00", "a = {b=1", "[a", "a = 2026-11-22T1:1", "a = 01", "a = 'x", "a b = 1", "\u{feff}a=2026-02-30", "a = yes", "a = +-1", "a = 1_", "a.b = 1\na = 2","a = \"\\q\"", "a = \"中\u{7}\"", "a = 9999999999999999999999999999999999999999999999999", "x = 1999-00-00", "a = 99999-01-01",
        ] {
        match toml::de::DeTable::parse(text) {
            Ok(t) => println!("{text:?} OK {t:?}"),
            Err(e) => println!("{text:?}: {:?} {:?} -> {:?}", e.message(), e.span(), found("a.toml", text)),
        }
    }
    for text in ["", "[]", "{\"a\":1,}", "{a:1}", "{\"a\":1}//c", "{\"a\":tru}", "{\"a\":", "{\"a\":[", "{\"a\":\"中", "{\"a\":1 \"b\":2}", "{} {}", "\u{feff}{\"a\":-}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":1e5}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"中\":1,\"中\":2}", "{\"a\":'x'}", "{\"a\":\"\\ud800\"}"] {
        println!("{text:?}: {:?}", found("a.json", text));
    }
    let t = with("[handler.x.y]\na=1\n", "recipient.kind = 'company'\n[flow.list]\nedition = 'a'");
    println!("{:?}", toml::de::DeTable::parse(&t));
    for l in [Language::Zh, Language::En] { let t = template(&facts(), l); println!("{t}\n{:?}", found("a.toml", &t)); 
       println!("{:#?}", read("a.toml", &t, &facts()));
    let on: String = t.lines().map(|l| if l.starts_with('#') && !l.starts_with("# ") { &l[1..] } else { l }).map(|l| format!("{l}\n")).collect();
    println!("{:?}", found("a.toml", &on));
    }
    println!("{:?}", found("a.json", &json_schema(&facts())));
}
