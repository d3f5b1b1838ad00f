//! Texts in, codes and places out.

use kouan_rulebook::{EMBEDDED, load};
use kouan_terms::{Language, PersonCount};

use super::*;

fn facts() -> Vec<Fact> {
    load(EMBEDDED.iter().copied()).expect("the rulebook loads").facts
}

/// The code of each finding and the text it points at.
fn found(file: &str, text: &str, facts: &[Fact]) -> Vec<(&'static str, String)> {
    let findings = read(file, text, facts).err().unwrap_or_default();
    findings.iter().for_each(fills_its_message);
    let at = |finding: &Diagnostic| {
        let bytes = finding.place.as_ref().and_then(|place| place.bytes.clone());
        bytes.map_or("(file)", |bytes| text.get(bytes).expect("between characters")).to_owned()
    };
    findings.iter().map(|finding| (finding.code.0, at(finding))).collect()
}

/// Every placeholder of the finding's message has a value.
fn fills_its_message(finding: &Diagnostic) {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../messages/DC.toml"));
    let (_, message) = text.split_once(&format!("[{}]", finding.code.0)).expect(finding.code.0);
    let message = message.split("\n\n").next().unwrap_or_default();
    for part in message.split('{').skip(1).filter_map(|part| part.split_once('}')) {
        let name = part.0;
        let is_placeholder = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let has = finding.values.iter().any(|(value, _)| *value == name);
        assert!(has || !is_placeholder, "{} lacks `{name}`", finding.code.0);
    }
}

#[track_caller]
fn check(file: &str, facts: &[Fact], text: &str, expected: &[(&str, &str)]) {
    let found = found(file, text, facts);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
    assert_eq!(found, expected, "in {file}\n{text}");
}

/// A declaration with these lines at the top and those in its flow, Chinese text before both.
fn with(top: &str, flow: &str) -> String {
    format!(
        "format = 1\nid = \"t\"\ntitle = {{ zh = \"向境外总部提供\" }} # 标题\n{top}\n\
         [[flow]]\nid = \"f\" # 出境活动\n{flow}\n"
    )
}

/// What is wrong at the top, then in the flow, and what is found.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

#[track_caller]
fn check_all(cases: &[Case]) {
    let facts = facts();
    for (top, flow, expected) in cases {
        check("转移.toml", &facts, &with(top, flow), expected);
    }
}

#[test]
fn keys_and_types_that_do_not_fit_are_found_where_they_stand() {
    check_all(&[
        ("", "", &[]),
        ("[handler] # 处理者\nis_cio = true", "", &[("DC121", "is_cio")]),
        ("is_ciio = true", "", &[("DC122", "is_ciio")]),
        ("行业 = 1", "", &[("DC110", "行业")]),
        ("\"行业\" = 1", "", &[("DC120", "\"行业\"")]),
        ("[handler.sector]\nis = \"hotel\"\nproof = \"x\"", "", &[("DC120", "proof")]),
        ("[handler]\nsector = {}", "", &[("DC123", "{}")]),
        ("[handler]\nname_zh = \"某某公司\"\nis_ciio = \"否\"", "", &[("DC130", "\"否\"")]),
        ("[handler]\nsector = \"hotle\"", "", &[("DC141", "\"hotle\"")]),
        ("[handler]\nsector = \"酒店\"", "", &[("DC140", "\"酒店\"")]),
        ("[handler]\nsector = true", "", &[("DC140", "true")]),
        ("[year]\ngeneral_pi = \"很多\"", "", &[("DC132", "\"很多\"")]),
        ("[handler]\ngroup = 1", "", &[("DC133", "1")]),
        ("[handler]\ngroup = \" \"", "", &[("DC171", "\" \"")]),
        ("[handler]\ngroup = \"a\\u001b[31m\"", "", &[("DC170", "\"a\\u001b[31m\"")]),
        ("answers_on = 2026-11-22T08:00:00", "", &[("DC134", "2026-11-22T08:00:00")]),
        ("handler = 1", "", &[("DC135", "1")]),
        ("", "field = 1", &[("DC136", "1")]),
        ("", "recipient.onward = \"US\"", &[("DC137", "\"US\"")]),
        ("", "[flow.list]\nedition = \"cn-bj/2026-05-11\"", &[("DC123", "[flow.list]")]),
        ("", "[[flow.field]]\nkind = \"general-pi\"", &[("DC123", "[[flow.field]]")]),
        ("", "[[flow.field]]\nname = \"房号\"\nkind = \"pi\"", &[("DC140", "\"pi\"")]),
    ]);
}

#[test]
fn values_that_cannot_be_are_found_where_they_stand() {
    check_all(&[
        ("[year]\ngeneral_pi = -1", "", &[("DC150", "-1")]),
        ("[year]\ngeneral_pi = 1.5", "", &[("DC151", "1.5")]),
        ("[year]\ngeneral_pi = 10_000_000_000", "", &[("DC152", "10_000_000_000")]),
        ("[year]\ngeneral_pi = 9_999_999_999", "", &[]),
        (
            "[year]\ngeneral_pi = 99999999999999999999999999999999999999999",
            "",
            &[("DC152", "99999999999999999999999999999999999999999")],
        ),
        ("[year]\ngeneral_pi = { at_least = 5, at_most = 4 }", "", &[("DC153", "4")]),
        (
            "[year]\ngeneral_pi = { evidence = \"台账\" }",
            "",
            &[("DC154", "{ evidence = \"台账\" }")],
        ),
        ("[year]\ngeneral_pi = { is = 5, at_least = 4 }", "", &[("DC155", "is")]),
        ("", "persons.general = { at_least = 1, evidence = \"x\" }", &[("DC120", "evidence")]),
        ("[handler]\ncredit_code = \"91110000MA00000077\"", "", &[]),
        (
            "[handler]\ncredit_code = \"91110000MA00000078\"",
            "",
            &[("DC162", "\"91110000MA00000078\"")],
        ),
        (
            "[handler]\ncredit_code = \"91110000MA00000087\"",
            "",
            &[("DC163", "\"91110000MA00000087\"")],
        ),
        ("[handler]\ncredit_code = \"91110000\"", "", &[("DC161", "\"91110000\"")]),
        ("", "recipient.country = \"UK\"", &[("DC164", "\"UK\"")]),
        ("", "recipient.onward = [\"US\", \"英国\"]", &[("DC164", "\"英国\"")]),
        (
            "",
            "list = { edition = \"北京\", scenario = \"ota\" }",
            &[("DC165", "\"北京\""), ("DC166", "\"ota\"")],
        ),
        ("answers_on = 2026-02-30", "", &[("DC167", "2026-02-30")]),
        ("answers_on = \"2026-02-30\"", "", &[("DC167", "\"2026-02-30\"")]),
        ("[dates]\nincident = 0206-11-22", "", &[("DC168", "0206-11-22")]),
        ("", "[[flow]]\nid = \"f\"", &[("DC169", "\"f\"")]),
        ("", "[[flow]]\nid = \"住客\"", &[("DC160", "\"住客\"")]),
    ]);
}

#[test]
fn answers_that_contradict_one_another_are_found() {
    const SENSITIVE_FIELD: &str = "[[flow.field]]\nname = \"证件号码\"\nkind = \"sensitive-pi\"";
    const FIELD: &str =
        "sensitive_pi = false\n[[flow.field]]\nname = \"证件号码\"\nkind = \"sensitive-pi\"";
    assert!(FIELD.ends_with(SENSITIVE_FIELD));
    check_all(&[
        ("", FIELD, &[("DC180", "false")]),
        (
            "",
            "pi = false\n[[flow.field]]\nname = \"x\"\nkind = \"deidentified\"",
            &[("DC180", "false")],
        ),
        ("", "minors = true\nsensitive_pi = false", &[("DC181", "false")]),
        ("", "sensitive_pi = false\npersons.sensitive = 3", &[("DC182", "3")]),
        ("", "pi = false\npersons.general = { at_least = 3 }", &[("DC183", "{ at_least = 3 }")]),
        ("", "subjects = \"minors\"\nminors = false", &[("DC184", "false")]),
        ("", "act = \"within-mainland\"\nrecipient.country = \"SG\"", &[("DC185", "\"SG\"")]),
        ("", "act = \"within-mainland\"\nrecipient.country = \"CN\"", &[]),
        ("", "persons = { general = 5, sensitive = 3, both = 4 }", &[("DC186", "4")]),
        ("[year]\ngeneral_pi = 9\nsensitive_pi = 9\nboth = 10", "", &[("DC186", "10")]),
        ("[year]\ngeneral_pi = 9", "persons.general = 10", &[("DC187", "9")]),
        ("[year]\ngeneral_pi = 9\nincludes_this_transfer = false", "persons.general = 10", &[]),
        ("[year]\ngeneral_pi = 9", "persons.general = 10\nclaim.hr = true", &[]),
        ("[year]\ngeneral_pi = 9", "persons.general = 10\nact = \"within-mainland\"", &[]),
        (
            "",
            "claim.list = false\nlist = { edition = \"cn-bj/2026-05-11\", scenario = \"a/b\" }",
            &[("DC188", "false")],
        ),
        ("", "claim.list = true", &[("DC189", "true")]),
        ("", "onward = false\nrecipient.onward = [\"US\"]", &[("DC190", "false")]),
        ("", "sensitive_pi = true\npersons.sensitive = 0", &[("DC191", "0")]),
        ("", "pi = true\npersons = { general = 0, sensitive = 0 }", &[("DC191", "0")]),
        ("", "pi = false\nsensitive_pi = true", &[("DC192", "false")]),
        (
            "[dates]\ncertificate_issued = 2026-05-02\ncertificate_expiry = 2026-05-01",
            "",
            &[("DC193", "2026-05-01")],
        ),
    ]);
}

#[test]
fn what_follows_from_fields_and_persons_need_not_be_stated() {
    let facts = facts();
    let field = |kind: &str| format!("[[flow.field]]\nname = \"字段\"\nkind = \"{kind}\"\n");
    let said = |flow: &str| {
        let transfer = read("t.toml", &with("", flow), &facts).expect(flow);
        let flow = transfer.flows.first().expect("one flow").clone();
        ["flow.pi", "flow.sensitive_pi", "flow.important_data"].map(|id| {
            flow.facts
                .iter()
                .find(|given| given.fact.as_str() == id)
                .map(|given| given.value.clone())
        })
    };
    let (yes, no) = (Some(Stated::YesNo(true)), Some(Stated::YesNo(false)));
    let cases: [(String, [&Option<Stated>; 3]); 9] = [
        (String::new(), [&None; 3]),
        (field("general-pi"), [&yes, &no, &no]),
        (field("general-pi") + &field("unknown"), [&yes, &None, &None]),
        (field("sensitive-pi") + &field("unknown"), [&yes, &yes, &None]),
        (field("important-data"), [&no, &no, &yes]),
        (field("anonymised") + &field("not-personal"), [&no, &no, &no]),
        ("[[flow.field]]\nname = \"x\"".to_owned(), [&None; 3]),
        ("persons = { general = 5, sensitive = 0 }".to_owned(), [&yes, &no, &None]),
        ("minors = true\n".to_owned() + &field("general-pi"), [&yes, &None, &no]),
    ];
    for (flow, expected) in cases {
        assert_eq!(said(&flow).each_ref(), expected, "{flow}");
    }
}

#[test]
fn everything_stated_is_read() {
    let facts = facts();
    let top = "answers_on = \"2026-11-22\"\n[handler]\nname_zh = \"某公司\"\n\
               is_ciio = { is = false, evidence = \"未收到通知\" }\n\
               [year]\ngeneral_pi = { at_least = 1_000, evidence = \"台账\" }\n\
               [dates]\ncontract_effective = 2026-12-01";
    let flow = "recipient = { country = \"SG\", kind = \"company\", onward = [\"US\"] }\n\
                list = { edition = \"cn-bj/2026-05-11\", scenario = \"automotive/ota\" }\n\
                persons.both = 0x10";
    let transfer = read("t.toml", &with(top, flow), &facts).expect("reads");
    assert_eq!(
        transfer.title,
        Some(Bilingual { zh: "向境外总部提供".into(), en: "向境外总部提供".into() })
    );
    let name = transfer.handler.name.as_ref().expect("a name");
    assert_eq!((name.zh.as_str(), name.en.as_str()), ("某公司", ""));
    let evidence: Vec<(&str, Option<&str>)> =
        transfer.facts.iter().map(|g| (g.fact.as_str(), g.evidence.as_deref())).collect();
    assert_eq!(
        evidence,
        [("handler.is_ciio", Some("未收到通知")), ("year.persons.general_pi", Some("台账")),]
    );
    let day = |text| kouan_terms::parse_day(text).expect("a day");
    assert_eq!(transfer.dates, [("contract-effective".into(), day("2026-12-01"))]);
    assert_eq!(transfer.answers_on, Some(day("2026-11-22")));
    let flow = &transfer.flows[0];
    assert_eq!(flow.persons.both, Some(Bounds::exactly(16)));
    assert_eq!(flow.list.as_ref().map(|list| list.scenario.as_str()), Some("automotive/ota"));
    let ids: Vec<&str> = flow.facts.iter().map(|given| given.fact.as_str()).collect();
    for id in ["claim.list", "flow.onward", "flow.pi", "recipient.kind"] {
        assert!(ids.contains(&id), "{id} in {ids:?}");
    }
}

#[test]
fn toml_that_does_not_parse_is_one_finding_at_its_place() {
    let facts = facts();
    for (text, code, at) in [
        ("title = \"没有写完", "DC114", ""),
        ("a = [1,", "DC114", ""),
        ("id = 酒店", "DC115", "酒店"),
        ("id =", "DC115", ""),
        ("行业 = 1", "DC110", "行业"),
        ("id = \"a\" # 编号\nid = \"b\"", "DC112", "id"),
        ("[[flow]]\n[flow.list]\n[flow.list]", "DC112", "list"),
        ("\u{feff}answers_on = 2025-02-29", "DC167", "2025-02-29"),
        ("a = 25:00:00", "DC110", "25:00:00"),
    ] {
        check("a.toml", &facts, text, &[(code, at)]);
    }
}

#[test]
fn json_is_read_strictly_and_gives_the_same() {
    let facts = facts();
    let json = "{\"format\": 1, \"id\": \"t\", \"title\": {\"zh\": \"向境外总部提供\"},\n\
                \"flow\": [{\"id\": \"f\", \"persons\": {\"general\": 5}}]}";
    let toml = read("t.toml", &with("", "persons.general = 5"), &facts).expect("toml");
    let mut read_back = read("t.jsonl:12", json, &facts).expect("json");
    assert_eq!(json.get(read_back.flows[0].bytes.clone()), Some("{"));
    // The same but for the places.
    for (flow, same) in read_back.flows.iter_mut().zip(&toml.flows) {
        flow.bytes = same.bytes.clone();
        for (given, same) in flow.facts.iter_mut().zip(&same.facts) {
            given.bytes = same.bytes.clone();
        }
    }
    assert_eq!(read_back, toml);
    let in_flow = |rest: &str| {
        format!("\u{feff}{{\"format\":1,\"id\":\"t\",\"flow\":[{{\"id\":\"f\",\"住\":0,{rest}}}]}}")
    };
    let unknown = ("DC120", "\"住\"");
    for (rest, expected) in [
        ("\"pi\":null", vec![unknown, ("DC124", "null")]),
        ("\"pi\":true,\"pi\":false", vec![unknown, ("DC112", "\"pi\"")]),
        ("\"persons\":{\"general\":1e3}", vec![unknown, ("DC151", "1e3")]),
        ("\"persons\":{\"general\":-3}", vec![unknown, ("DC150", "-3")]),
        ("\"pi\":true,", vec![("DC116", ",")]),
        ("\"pi\":true // 注", vec![("DC116", "/")]),
        ("\"pi\":\"没有", vec![("DC114", "\"")]),
        ("\"pi\":真", vec![("DC111", "真")]),
    ] {
        check("一.JSON", &facts, &in_flow(rest), &expected);
    }
    check("a.json", &facts, "[]", &[("DC113", "[")]);
    check("a.json", &facts, "", &[("DC113", "")]);
    check("a.json", &facts, "{\"a\":[1, 2", &[("DC114", "[")]);
    check("a.json", &facts, "{\"format\":2,\"x\":1}", &[("DC172", "2")]);
    check("a.json", &facts, "{\"format\":1,\"id\":\"t\",\"flow\":[]}", &[("DC125", "[")]);
}

#[test]
fn every_limit_holds_on_either_side() {
    let facts = facts();
    let codes = |file: &str, text: &str| -> Vec<&'static str> {
        found(file, text, &facts).into_iter().map(|(code, _)| code).collect()
    };
    let deep = |levels: usize| format!("x = {}{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(codes("a.toml", &with(&deep(limits::NESTING), "")), ["DC120"]);
    assert_eq!(codes("a.toml", &with(&deep(limits::NESTING + 1), "")), ["DC102"]);
    for text in [
        deep(10_000),
        "x = {a=".repeat(10_000),
        format!("{} = 1", "a.".repeat(10_000)),
        format!("[{}]", "a.".repeat(10_000)),
    ] {
        assert_eq!(codes("a.toml", &text), ["DC102"]);
    }
    assert_eq!(codes("a.json", &"{\"甲\":".repeat(10_000)), ["DC102"]);
    assert_eq!(codes("a.json", &"[".repeat(10_000)), ["DC102"]);
    let brackets_in_text = with(&format!("\"x\" = '''{}'''", "[\n".repeat(99)), "");
    assert_eq!(codes("a.toml", &brackets_in_text), ["DC120"]);

    let large = format!("# {}", "x".repeat(9 * 1024 * 1024));
    assert_eq!(found("a.toml", &large, &facts), [("DC101", "(file)".to_owned())]);
    assert_eq!(codes("a.json", &large), ["DC101"]);

    let flows = |n: usize| -> String { (0..n).map(|i| format!("[[flow]]\nid='{i}'\n")).collect() };
    let head = "format = 1\nid = 't'\n";
    assert!(codes("a.toml", &format!("{head}{}", flows(limits::FLOWS))).is_empty());
    assert_eq!(codes("a.toml", &format!("{head}{}", flows(limits::FLOWS + 1))), ["DC103"]);
    assert_eq!(codes("a.json", &format!("{{\"flow\":[{}", "{},".repeat(1_000_000))), ["DC103"]);
    assert_eq!(codes("a.toml", &format!("flow = [{}", "{},".repeat(1_000_000))), ["DC103"]);
    let fields = "[[flow.field]]\nname='x'\n".repeat(limits::FIELDS_PER_FLOW);
    assert!(codes("a.toml", &with("", &fields)).is_empty());
    assert_eq!(codes("a.toml", &with("", &(fields + "[[flow.field]]\n"))), ["DC107"]);
    let fields = "{\"name\":\"x\"},".repeat(limits::FIELDS_PER_FLOW);
    let json = format!(
        "{{\"format\":1,\"id\":\"t\",\"flow\":[{{\"id\":\"f\",\"field\":[{fields}{{}}]}}]}}"
    );
    assert_eq!(codes("a.json", &json), ["DC107"]);
    let wide = format!("x = {{ y = [{}] }}", "1,".repeat(limits::ENTRIES));
    assert_eq!(codes("a.toml", &with(&wide, "")), ["DC108"]);
    assert_eq!(codes("a.toml", &"[]\n".repeat(limits::VALUES + 1)), ["DC104"]);
}

#[test]
fn long_text_and_many_findings_are_cut() {
    let facts = facts();
    let group =
        |length: usize| with(&format!("[handler]\ngroup = \"{}\"", "集".repeat(length)), "");
    assert!(read("a.toml", &group(limits::STRING_CHARACTERS), &facts).is_ok());
    let findings = read("a.toml", &group(limits::STRING_CHARACTERS + 1), &facts).unwrap_err();
    assert_eq!(findings[0].code.0, "DC105");

    let unknown: String = (0..100).map(|n| format!("k{n} = 1\n")).collect();
    let findings = read("a.toml", &with(&unknown, ""), &facts).unwrap_err();
    assert_eq!(findings.len(), limits::FINDINGS);
    let last = findings.last().expect("the last");
    assert_eq!((last.code.0, last.values.clone()), ("DC106", vec![("count", "81".to_owned())]));
    let places: Vec<usize> =
        findings[..19].iter().map(|f| f.place.as_ref().unwrap().order().1).collect();
    assert!(places.is_sorted());
}

#[test]
fn no_finding_repeats_a_value_from_the_file() {
    let secret = "ZHANGSAN-4401";
    let facts = facts();
    for text in [
        with(&format!("[handler]\ncredit_code = \"{secret}\"\nsector = \"{secret}\""), ""),
        with("", &format!("recipient.country = \"{secret}\"\nid2 = \"{secret}\"")),
        with("", &format!("recipient.name = \"{secret}\\u0000\"\n[[flow]]\nid = \" {secret}\"")),
    ] {
        for finding in read("a.toml", &text, &facts).unwrap_err() {
            let shows = finding.values.iter().any(|(_, value)| value.contains(secret));
            assert!(!shows, "{finding:?}");
        }
    }
}

#[test]
fn the_template_reads_and_its_spare_lines_do_too() {
    let facts = facts();
    for language in [Language::Zh, Language::En] {
        let text = template(&facts, language);
        let transfer = read("crm-2026-q4.toml", &text, &facts).expect("the template reads");
        assert_eq!(transfer.flows.len(), 1);
        assert_eq!(transfer.flows[0].fields.len(), 4);
        let is_spare = |line: &str| line.starts_with('#') && !line.starts_with("# ");
        let all: String = text
            .lines()
            .map(|line| line.strip_prefix('#').filter(|_| is_spare(line)).unwrap_or(line))
            .flat_map(|line| [line, "\n"])
            .collect();
        // With every line on, the hotel contradicts itself, and nothing else is wrong.
        for (code, at) in found("a.toml", &all, &facts) {
            // No inventory can be read here; one test below hands contents over.
            let known = ("DC180"..="DC193").contains(&code) || code == "DC214";
            assert!(known, "{code} at {at}");
        }
    }
    let chinese =
        |text: &str| text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    let lines = template(&facts, Language::En);
    let comments: String = lines.lines().filter(|line| line.starts_with("# ")).collect();
    assert_eq!(chinese(&comments), 0);
}

#[test]
fn the_schema_is_json_and_names_every_fact() {
    let facts = facts();
    let schema = json_schema(&facts);
    let strict = jsonc_parser::ParseOptions {
        allow_comments: false,
        allow_trailing_commas: false,
        ..Default::default()
    };
    let parsed = jsonc_parser::parse_to_ast(&schema, &Default::default(), &strict).expect("JSON");
    let root = parsed.value.expect("a value");
    let root = root.as_object().expect("an object");
    assert!(root.get("$defs").is_some() && root.get("additionalProperties").is_some());
    for fact in facts.iter().filter(|fact| fact.at.is_some()) {
        assert!(schema.contains(&format!("\"{}\"", fact.id)), "{}", fact.id);
        assert!(schema.contains(&fact.asks.zh) && schema.contains(&fact.asks.en), "{}", fact.id);
    }
}

#[test]
fn a_fact_on_the_command_line_is_read_or_refused() {
    let facts = facts();
    let count = |at_least, at_most| Stated::Count(Bounds { at_least, at_most });
    for (argument, expected) in [
        ("handler.is_ciio=yes", Stated::YesNo(true)),
        ("flow.important_data = false", Stated::YesNo(false)),
        ("handler.sector=hotel", Stated::Word("hotel".into())),
        ("year.persons.general_pi=250000", count(250_000, Some(250_000))),
        ("year.persons.general_pi=250_000", count(250_000, Some(250_000))),
        ("year.persons.sensitive_pi=1000..5_000", count(1_000, Some(5_000))),
        ("year.persons.sensitive_pi=1000..", count(1_000, None)),
        ("year.persons.sensitive_pi=..7", count(0, Some(7))),
    ] {
        let given = read_fact_argument(argument, &facts).expect(argument);
        assert_eq!(given.value, expected, "{argument}");
    }
    let many = format!("year.persons.general_pi={}", PersonCount::LIMIT.0);
    for (argument, code) in [
        ("handler.is_ciio", "DC195"),
        ("天气=晴", "DC196"),
        ("handler.is_cio=true", "DC197"),
        ("handler.is_ciio=是的", "DC198"),
        ("handler.sector=hotels", "DC141"),
        ("year.persons.general_pi=", "DC199"),
        ("year.persons.general_pi=..", "DC199"),
        ("year.persons.general_pi=1__0", "DC199"),
        ("year.persons.general_pi=+5", "DC199"),
        ("year.persons.general_pi=1e5", "DC151"),
        ("year.persons.general_pi=-1", "DC150"),
        ("year.persons.general_pi=5..4", "DC153"),
        (many.as_str(), "DC152"),
    ] {
        let finding = read_fact_argument(argument, &facts).expect_err(argument);
        assert_eq!(finding.code.0, code, "{argument}");
        fills_its_message(&finding);
        assert!(finding.place.is_none());
    }
}

fn inventory() -> Contents {
    let column = |name: &str, kind| ColumnContents { name: name.into(), kind, listed_as: None };
    let counts = |least, most| Counts {
        all: Bounds { at_least: least, at_most: Some(most) },
        persons: Persons {
            general: Some(Bounds { at_least: least, at_most: Some(most) }),
            sensitive: Some(Bounds { at_least: 3, at_most: Some(5) }),
            both: Some(Bounds { at_least: 2, at_most: Some(5) }),
        },
        minors: Bounds { at_least: 1, at_most: Some(1) },
    };
    let table = |name: &str, columns| TableContents {
        name: name.into(),
        columns,
        persons: Some(counts(10, 12)),
    };
    Contents {
        digest: "ab".repeat(32),
        tables: vec![
            table(
                "guests.csv",
                vec![
                    column("name", FieldKind::GeneralPi),
                    column("diagnosis", FieldKind::SensitivePi),
                    column("room", FieldKind::NotPersonal),
                ],
            ),
            table("members.csv", vec![column("name", FieldKind::GeneralPi)]),
        ],
        persons: Some(counts(15, 20)),
    }
}

fn with_inventory(flow: &str, contents: &Contents) -> Result<Transfer, Vec<&'static str>> {
    let text = with("year.inventory = \"i.toml\"", &format!("inventory = \"i.toml\"\n{flow}"));
    let mut given = |_: &str| Ok(contents.clone());
    super::read_with("t.toml", &text, &facts(), &mut given)
        .map_err(|findings| findings.iter().map(|finding| finding.code.0).collect())
}

fn bounds(at_least: u64, at_most: u64) -> Option<Bounds> {
    Some(Bounds { at_least, at_most: Some(at_most) })
}

#[test]
fn an_inventory_gives_fields_persons_and_the_counts_of_the_year() {
    let transfer = with_inventory("", &inventory()).expect("reads");
    let flow = &transfer.flows[0];
    let names: Vec<&str> = flow.fields.iter().map(|field| &*field.name).collect();
    let expected =
        ["guests.csv:name", "guests.csv:diagnosis", "guests.csv:room", "members.csv:name"];
    assert_eq!(names, expected);
    assert_eq!(flow.persons.general, bounds(15, 20));
    assert_eq!(flow.persons.sensitive, bounds(3, 5));
    assert_eq!(flow.inventory.as_ref().map(|used| &*used.file), Some("i.toml"));
    let says = |id: &str| {
        let given = flow.facts.iter().chain(&transfer.facts).find(|one| one.fact.as_str() == id);
        given.map(|one| one.value.clone())
    };
    assert_eq!(says("flow.minors"), Some(Stated::YesNo(true)));
    assert_eq!(says("flow.sensitive_pi"), Some(Stated::YesNo(true)));
    let year = Bounds { at_least: 15, at_most: Some(20) };
    assert_eq!(says("year.persons.general_pi"), Some(Stated::Count(year)));
}

#[test]
fn a_flow_may_send_part_of_an_inventory() {
    let one = with_inventory("tables = [\"members.csv\"]", &inventory()).expect("reads");
    assert_eq!(one.flows[0].fields.len(), 1);
    assert_eq!(one.flows[0].persons.general, bounds(10, 12));
    let field = "field = [{ name = \"guests.csv:name\" }]";
    let some = with_inventory(field, &inventory()).expect("reads");
    // Without the diagnosis only the minor's PI is sensitive, and nobody is surely there.
    assert_eq!(some.flows[0].persons.sensitive, bounds(0, 1));
    assert_eq!(some.flows[0].persons.general, bounds(0, 20));
    assert_eq!(some.flows[0].fields[0].kind, FieldKind::GeneralPi);
}

#[test]
fn what_a_declaration_says_against_its_inventory_is_found() {
    for (flow, code) in [
        ("tables = [\"nobody.csv\"]", "DC209"),
        ("tables = \"guests.csv\"", "DC215"),
        ("field = [{ name = \"shoe\" }]", "DC210"),
        ("field = [{ name = \"name\" }]", "DC211"),
        ("field = [{ name = \"diagnosis\", kind = \"general-pi\" }]", "DC212"),
        ("persons.general = 3", "DC213"),
    ] {
        let findings = with_inventory(flow, &inventory()).expect_err(flow);
        assert!(findings.contains(&code), "{flow}: {findings:?}");
    }
    let uncounted = Contents { persons: None, ..inventory() };
    assert!(with_inventory("", &uncounted).expect_err("no counts").contains(&"DC208"));
}

#[test]
fn an_upper_bound_that_is_not_known_stays_unknown() {
    let mut open = inventory();
    if let Some(counts) = &mut open.persons {
        counts.all.at_most = None;
        counts.persons.general = Some(Bounds { at_least: 15, at_most: None });
    }
    let transfer = with_inventory("", &open).expect("reads");
    assert_eq!(transfer.flows[0].persons.general, Some(Bounds { at_least: 15, at_most: None }));
}
