//! One small slip in one file of the shipped rulebook, and the finding it must give.

use kouan_rulebook::{EMBEDDED, check, load};
use kouan_terms::Diagnostic;

/// File · after this text · this text … · … becomes this · codes · where.
///
/// Where: a text on the expected line of the changed file, sought after the second entry; nothing
/// for a finding about the whole file; `text@file` for another file. Several codes and places are
/// joined by a space and by `|`.
type Slip<'a> = [&'a str; 6];

/// Makes every slip and compares the findings it adds.
fn gives(slips: &[Slip<'_>]) {
    let shipped = findings(EMBEDDED.to_vec());
    for [file, after, from, to, codes, place] in slips {
        let original = text_of(file);
        let start = original.find(after).unwrap_or_else(|| panic!("{after} is not in {file}"));
        let at = original[start..].find(from).unwrap_or_else(|| panic!("{from} is not in {file}"));
        let at = start + at;
        let changed = format!("{}{to}{}", &original[..at], &original[at + from.len()..]);
        let files = EMBEDDED
            .iter()
            .map(|(name, text)| (*name, if name == file { changed.as_str() } else { *text }));
        let mut found = findings(files.collect());
        for known in &shipped {
            if let Some(index) = found.iter().position(|new| same(new, known)) {
                found.remove(index);
            }
        }
        let found: Vec<Expected> = found
            .iter()
            .map(|finding| {
                let place = finding.place.as_ref().unwrap();
                let text = if place.file == *file { &changed } else { text_of(&place.file) };
                let line = place.bytes.as_ref().map(|bytes| line_of(text, bytes.start));
                (finding.code.0.to_owned(), place.file.clone(), line)
            })
            .collect();
        let expected: Vec<Expected> = codes
            .split(' ')
            .zip(place.split('|'))
            .map(|(code, place)| {
                let (text, file, within, from) = match place.split_once('@') {
                    None => (place, *file, changed.as_str(), start),
                    Some((text, other)) => (text, other, text_of(other), 0),
                };
                let found = || within[from..].find(text).unwrap_or_else(|| panic!("no {text}"));
                let line = (!text.is_empty()).then(|| line_of(within, from + found()));
                (code.to_owned(), file.to_owned(), line)
            })
            .collect();
        assert_eq!(found, expected, "{file}: `{from}` became `{to}`");
    }
}

/// A code, a file, and a line of it.
type Expected = (String, String, Option<usize>);

fn findings(files: Vec<(&str, &str)>) -> Vec<Diagnostic> {
    match load(files) {
        Ok(book) => check(&book, "2026-11-22".parse().unwrap()),
        Err(findings) => findings,
    }
}

fn text_of(file: &str) -> &'static str {
    EMBEDDED.iter().find(|(name, _)| *name == file).unwrap_or_else(|| panic!("no {file}")).1
}

fn same(a: &Diagnostic, b: &Diagnostic) -> bool {
    let file = |d: &Diagnostic| d.place.as_ref().map(|place| place.file.clone());
    a.code == b.code && file(a) == file(b) && a.values == b.values
}

fn line_of(text: &str, byte: usize) -> usize {
    text[..byte].matches('\n').count() + 1
}

const RULES: &str = "rules/cn/exemptions.toml";
const TRANSIT: &str = "\"cn.exempt.transit\"";
const LINES: &str = "rules/cn/thresholds.toml";
const SMALL: &str = "\"cn.threshold.exempt.small-volume\"";
const HISTORY: &str = "rules/cn/history.toml";
const FIRST: &str = "\"cn.history.no-mechanism\"";
const FIRST_ENDS: &str = ", until = 2021-11-01, ended_by = \"cn/pipl#art-38\"";
const HOLDINGS: &str = "\"cn.history.assessment.holdings\"";
const LIMITS: &str = "rules/cn/limits.toml";
const COMPLETENESS: &str = "\"cn.limit.assessment-completeness\"";

#[test]
fn citations() {
    gives(&[
        [RULES, TRANSIT, "cn/flow-2024", "cn/flow-2042", "RB103", TRANSIT],
        [RULES, TRANSIT, "2024-03-22", "2024-03-12", "RB104", TRANSIT],
        [RULES, TRANSIT, "art-4", "art-15", "RB105", TRANSIT],
        [LINES, SMALL, "art-5.1(4)", "art-5.3", "RB106", SMALL],
        [LINES, SMALL, "art-5.1(4)", "art-5.1(5)", "RB127", SMALL],
        [LINES, SMALL, "art-5.1(4)", "art-5(4)", "RB107", SMALL],
        [HISTORY, FIRST, FIRST_ENDS, "", "RB108", FIRST],
        [
            HISTORY,
            HOLDINGS,
            ", until = 2024-03-22, ended_by = \"cn/flow-2024#art-7.1(1)\"",
            "",
            "RB109",
            HOLDINGS,
        ],
        [LIMITS, COMPLETENESS, "art-7", "art-14", "RB119", COMPLETENESS],
        [HISTORY, FIRST, FIRST_ENDS, ", until = 2021-11-01", "RB123", FIRST],
        [HISTORY, FIRST, "until = 2021-11-01", "until = 2021-10-31", "RB124", FIRST],
        [HISTORY, FIRST, "cn/pipl#art-38", "cn/pipl#art-75", "RB105", FIRST],
        [
            "missing.toml",
            "\"cn.missing.provisions-carve-out\"",
            "cn/flow-2024",
            "cn/flow",
            "RB103",
            "\"cn.missing.provisions-carve-out\"",
        ],
        ["ages.toml", "\"cn.age.minor\"", "art-28", "art-75", "RB105", "\"cn.age.minor\""],
        ["ages.toml", "\"cn.age.minor\"", "2021-11-01", "2021-10-01", "RB104", "\"cn.age.minor\""],
        ["rules/cn/versions.toml", "", "[\"cn/csl-2016\"]", "[\"cn/csl-2061\"]", "RB103", ""],
        ["instruments/cn/flow-2024.toml", "", "art-13", "art-33", "RB105", "id = "],
        ["lists/zones.toml", "", "cn-sh/list-2025#all", "cn-sh/list-2052#all", "RB103", "ended_by"],
    ]);
}

#[test]
fn words() {
    let zh =
        "境外收集和产生的个人信息，境内处理后再出境，未引入境内个人信息或者重要数据：免予办理。";
    let en =
        "PI collected abroad, processed in China and sent back, nothing domestic added: exempt.";
    let long = ["长".repeat(81), "x".repeat(201)];
    gives(&[
        [RULES, TRANSIT, en, " ", "RB130", TRANSIT],
        [RULES, TRANSIT, zh, &long[0], "RB131", TRANSIT],
        [RULES, TRANSIT, en, &long[1], "RB131", TRANSIT],
        [RULES, TRANSIT, "个人信息，境内", "个人信息,境内", "RB132", TRANSIT],
        [RULES, TRANSIT, zh, "exempt", "RB133", TRANSIT],
        [RULES, TRANSIT, en, "exempt 免予", "RB134", TRANSIT],
    ]);
}

#[test]
fn ids() {
    let after = "cite     = { law = \"cn/sa-measures-2022\", at = \"art-4.1(2)\" }";
    let second = "\"cn.history.assessment.since-last-year\"";
    let scope = "rules/cn/scope.toml";
    let pi_export = "\"cn.pi-export\"";
    gives(&[
        [HISTORY, after, second, HOLDINGS, "RB140", HOLDINGS],
        [HISTORY, after, "\"cn.history.certification\"", FIRST, "RB141", FIRST],
        [LINES, "", "\"cn.exempt.*\"", "\"cn.exemt.*\"", "RB142", "assessment.general-pi"],
        [LINES, "", "\"art-3\"", "\"art-12\"", "RB142", "assessment.general-pi"],
        [RULES, TRANSIT, "\"claim.transit\"\nsource", "\"flow.needed\"\nsource", "RB147", TRANSIT],
        [RULES, TRANSIT, "cn.pi-export", "cn.pi-exports", "RB148", TRANSIT],
        [scope, pi_export, "cn.is-export", "cn.pi-export", "RB149", pi_export],
        [
            RULES,
            TRANSIT,
            "then     = \"exempt\"",
            "then = \"exempt\"\nyields_to = [\"cn.threshold.assessment.general-pi\"]",
            "RB146",
            TRANSIT,
        ],
        [
            "sources.toml",
            "",
            "  { key = \"S1\",",
            "  { key = \"S1\", what = \"again\" },\n  { key = \"S1\",",
            "RB110",
            "\"S1\", what = \"Cyber",
        ],
    ]);
}

#[test]
fn readings() {
    let points = "unsettled/cn.toml";
    let limbs = "\"cn.hr-limbs\"";
    let informs = "\"cn.contract-necessity\"";
    let pharma = "lists/cn-bj/2024-08-30/pharma.toml";
    let trial = "\"cn-bj.2024.pharma.clinical-trial.assessment.per-scenario\"";
    let third = "{ id = \"neither\", zh = \"都不看\", en = \"neither\", \
                 leads_to = { zh = \"同前\", en = \"the same\" } },\n  { id = \"rules-alone\"";
    gives(&[
        [pharma, trial, ":per-scenario", ":per-scene", "RB143", trial],
        [points, informs, "\"informs\"", "\"route\"", "RB144", informs],
        [points, limbs, "{ id = \"rules-alone\"", third, "RB145", limbs],
        [
            points,
            limbs,
            "\"route\"",
            "\"informs\"",
            "RB128",
            "\"cn.exempt.hr.rules-alone\"@rules/cn/exemptions.toml",
        ],
    ]);
}

#[test]
fn facts_and_sources() {
    let changes = "rules/cn/changes.toml";
    let first = "\"cn.change.assessment-purpose\"";
    let checked = "checked     = { on = 2026-11-22, by = [\"engineer-a\"], against = \
                   \"the sources named in each entry; official pages not reopened\" }\n";
    let base = "\"cn.residual-pi\"";
    let automotive = "lists/cn-bj/2024-08-30/automotive.toml";
    gives(&[
        ["bases.toml", base, "\"flow.emergency\"                  = false\n", "", "RB151", base],
        [
            "bases.toml",
            base,
            "[base.facts]\n",
            "[base.facts]\n\"flow.x\" = true\n",
            "RB120",
            "\"flow.x\"",
        ],
        ["bases.toml", base, "says =", "extends = \"cn.none\"\nsays =", "RB150", base],
        [
            "facts.toml",
            "",
            "at     = \"flow.act\"",
            "at     = \"flow.act\"\nstricter = \"up\"",
            "RB156",
            "",
        ],
        [automotive, "", "ota.package_tamper_proof", "ota.filed_with_miit", "RB157", "@facts.toml"],
        [RULES, TRANSIT, "\"S5\"", "\"S555\"", "RB160", TRANSIT],
        [RULES, TRANSIT, "source   = [\"S5\"]\n", "", "RB161", TRANSIT],
        [changes, "", checked, "", "RB170", first],
        [changes, "", "on = 2026-11-22", "on = 2026-05-25", "RB171", first],
        [changes, "", "on = 2026-11-22", "on = 2025-11-26", "RB172", first],
    ]);
}

#[test]
fn what_is_checked_later_or_just_in_time_is_not_stale() {
    for day in ["2026-05-26", "2027-01-01"] {
        let files = EMBEDDED.iter().map(|(name, text)| {
            let text = text.replace("{ on = 2026-11-22", &format!("{{ on = {day}"));
            (*name, text.replace("{ on = 2026-11-20", &format!("{{ on = {day}")))
        });
        let files: Vec<(&str, String)> = files.collect();
        let found = findings(files.iter().map(|(name, text)| (*name, text.as_str())).collect());
        let stale = found.iter().filter(|finding| ["RB171", "RB172"].contains(&finding.code.0));
        assert_eq!(stale.count(), 0, "{day}");
    }
}

#[test]
fn lists() {
    let beijing = "lists/cn-bj/2024-08-30/list.toml";
    let pingtan = "lists/cn-fj-pingtan/2024-09-30/list.toml";
    let pharma = "lists/cn-bj/2024-08-30/pharma.toml";
    let trial = "\"cn-bj.2024.pharma.clinical-trial.assessment.per-scenario\"";
    let statistics = "lists/cn-tj/2024-05-09/statistics.toml";
    let id = "id                    =";
    gives(&[
        [beijing, "", "held                  = { sectors = 5", "held = { sectors = 6", "RB180", id],
        [
            pingtan,
            "",
            "complete              = false\nofficial              = {}",
            "complete = true\nofficial = { items = 5 }",
            "RB181",
            id,
        ],
        [pingtan, "", "\"cn-fj-pingtan/2024-09-30\"", "\"cn-fj-pt/2024-09-30\"", "RB182", id],
        [pingtan, "", "from = 2024-09-30", "from = 2024-10-01", "RB188", id],
        [
            beijing,
            "",
            "not_before = 2026-05-08, not_after = 2026-05-11",
            "not_before = 2026-06-01, not_after = 2026-06-02",
            "RB108 RB183",
            "id                    =|id                    =@lists/cn-bj/2026-05-11/list.toml",
        ],
        [pingtan, "", "[\"cn-fj-pingtan\"]", "[\"cn-fj-pt\"]", "RB184", id],
        [pharma, trial, "\"clinical-trial\"", "\"clinical-trail\"", "RB185", trial],
        [pingtan, "", "complete ", "outside = \"exempt-if-complete\"\ncomplete ", "RB186", id],
        [
            statistics,
            "",
            "complete   = false",
            "complete   = true",
            "RB187",
            "id         = \"any\"",
        ],
        [pingtan, "", "\"general\"", "\"generic\"", "RB125", id],
        [pingtan, "", "cn-fj/pingtan-general-2024", "cn-fj/pt-2024", "RB103", id],
        [pingtan, "", "flow-2024#art-6", "flow-2024#art-60", "RB105", id],
    ]);
}

#[test]
fn limits_calendars_and_the_manifest() {
    let calendar = "calendar/2026.toml";
    gives(&[
        [
            LIMITS,
            COMPLETENESS,
            "\"application-received\"",
            "\"application\"",
            "RB125",
            COMPLETENESS,
        ],
        [LIMITS, COMPLETENESS, "amount     = 5", "amount     = 0", "RB190", COMPLETENESS],
        ["rules/cn/versions.toml", "", "until  = 2023-06-01", "until  = 2023-06-02", "RB191", ""],
        [calendar, "workdays", "2026-10-10", "2027-10-09", "RB192", ""],
        [calendar, "workdays", "2026-10-10", "2026-10-12", "RB193", ""],
        [calendar, "workdays", "2026-10-10", "2026-10-04", "RB194", ""],
        [calendar, "workdays", "2026-10-10", "2026-09-20", "RB194", ""],
        [calendar, "", "to = 2026-10-07", "to = 2026-09-30", "RB195", ""],
        ["rulebook.toml", "", "[\"zh\", \"en\"]", "[\"zh\"]", "RB196", ""],
        ["rulebook.toml", "", "2026-09-10", "2016-09-10", "RB197", ""],
        [
            "rulebook.toml",
            "",
            "followed_until   = 2026-09-10",
            "followed_until = 2026-09-10\n[[hole]]\nid = \"h\"\nfrom = 2018-01-01\n\
             reason = { zh = \"\", en = \"none\" }",
            "RB130",
            "",
        ],
    ]);
}

#[test]
fn what_the_loader_refuses() {
    let point = "\"cn.sensitive-spoils\"";
    let genes = "\"cn.special.human-genetic-resources\"";
    let fact = "[[fact]]\nid = \"flow.x\"\ntype = \"one\"\nfrom = \"person\"\neffort = 1\n\
                name = { zh = \"甲\", en = \"x\" }\nasks = { zh = \"甲？\", en = \"x?\" }\n\n[[fact]]";
    gives(&[
        ["rulebook.toml", "", "edition ", "edtion ", "RB101", "edtion"],
        ["facts.toml", "", "format = 1", "format = 2", "RB102", ""],
        ["facts.toml", "", "[[fact]]", fact, "RB111", "\"flow.x\""],
        ["rules/cn/prohibited.toml", genes, "\"medium\"", "\"sure\"", "RB112", genes],
        [HISTORY, FIRST, "until = 2021-11-01", "until = 2017-06-01", "RB113", "until ="],
        [RULES, TRANSIT, "then     = \"exempt\"", "then = \"exmpt\"", "RB114", "\"exmpt\""],
        ["unsettled/cn.toml", point, "\"route\"", "\"routes\"", "RB115", point],
        [
            "unsettled/cn.toml",
            point,
            "\"whole-handler\"\nsource",
            "\"whole\"\nsource",
            "RB116",
            point,
        ],
        [LINES, SMALL, "cn.sensitive-spoils:by-flow", "cn.sensitive-spoils", "RB117", "\"cn.sens"],
        [
            "lists/cn-tj/2024-05-09/statistics.toml",
            "",
            "2024-05-09\"",
            "2024-05-10\"",
            "RB118",
            "2024-05-10",
        ],
        [RULES, TRANSIT, "claim.transit", "claim.transits", "RB120", "claim.transits"],
        [RULES, TRANSIT, "{ notion = \"cn.pi-export\", is", "{ is", "RB121", "{ is"],
        [
            RULES,
            TRANSIT,
            "\"claim.transit\", is = true",
            "\"claim.transit\", at_least = 1",
            "RB122",
            "at_least",
        ],
    ]);
}
