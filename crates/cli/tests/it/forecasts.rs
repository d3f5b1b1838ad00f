//! When a line is reached, and how much room is left: from releases over a month.

use serde_json::Value;

use crate::accounting::{HANDLER, Hotel, number};
use crate::program::{Run, kouan_in, scratch};

/// Days of December on which members left, and how many of them.
const LEFT: [(&str, u32); 7] = [
    ("2026-11-23", 20),
    ("2026-11-27", 35),
    ("2026-12-01", 30),
    ("2026-12-05", 25),
    ("2026-12-09", 40),
    ("2026-12-13", 30),
    ("2026-12-20", 35),
];
const ON: &str = "2026-12-20T04:00:00Z";

/// Members who never left before, in a folder of their own.
fn members(hotel: &Hotel, folder: &str, from: u32, many: u32) {
    let mut text = "会员号,会员姓名,电子邮箱,手机号,会员等级\n".to_owned();
    for n in from..from + many {
        text.push_str(&format!("M1{n:06},例某某,guest{n:04}@example.com,1390001{n:04},金卡\n"));
    }
    std::fs::create_dir(hotel.0.join(folder)).unwrap();
    std::fs::write(hotel.0.join(folder).join("members.csv"), text).unwrap();
}

fn release(hotel: &Hotel, source: &str, permit: &str, to: &str, at: &str) -> Value {
    let words = ["release", source, "--permit", permit, "--to", to, "--at", at];
    let run = hotel.plain(&[&words[..], &["--output-format", "json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// A month in which members left every four days, under a filing for so many.
fn month(test: &str, filed: &str, releases: usize) -> (Hotel, Value) {
    let hotel = Hotel::new(test);
    let words = ["--accepted", "2026-11-20", "--transfer", "transfer.toml", "--flow", "marketing"];
    hotel.file(&[&words[..], &["--general", filed, "--sensitive", "0"]].concat());
    assert_eq!(hotel.permit("marketing", &["--choices", "choices.toml"]).code, 0);
    let (mut from, mut last) = (0, Value::Null);
    for (day, many) in LEFT.into_iter().take(releases) {
        members(&hotel, day, from, many);
        from += many;
        let (source, to) = (format!("{day}/members.csv"), format!("out/{day}.csv"));
        last = release(&hotel, &source, "marketing.json", &to, &format!("{day}T04:00:00Z"));
    }
    (hotel, last)
}

fn forecast(hotel: &Hotel, more: &[&str]) -> Run {
    hotel.plain(&[&["account", "forecast", "--at", ON], more].concat())
}

/// The count of this fact or filing that decides.
fn deciding<'v>(document: &'v Value, fact: &str) -> &'v Value {
    let mut counts = document.get("counts").and_then(Value::as_array).unwrap().iter();
    let named = |one: &&Value| one.pointer("/of/fact").and_then(Value::as_str) == Some(fact);
    let decides = |one: &&Value| one.get("decides").and_then(Value::as_bool) == Some(true);
    counts.find(|one| named(one) && decides(one)).unwrap()
}

#[test]
fn a_month_of_releases_tells_when_the_filing_is_used_up() {
    let (hotel, last) = month("forecast", "240", 7);
    // 215 of 240 left, and December goes on: the release itself warned, twice.
    assert_eq!(last["warnings"], serde_json::json!(["MT120", "RL123"]));
    let run = forecast(&hotel, &["--output-format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let filing = deciding(&document, "filing.general_pi");
    assert_eq!((number(filing, "/now"), number(filing, "/lines/0/at")), (215, 241));
    let reached = &filing["lines"][0]["reached"];
    assert_eq!(reached["state"], "expected");
    let day = |key: &str| reached[key].as_str().unwrap().to_owned();
    assert!(day("earliest").as_str() > "2026-12-20" && day("earliest") <= day("middle"));
    assert!(day("middle").as_str() <= "2026-12-31");
    let general = deciding(&document, "year.persons.general_pi");
    assert_eq!(general["lines"][0]["at"], 100_000);
    assert_eq!(general["lines"][0]["reached"]["state"], "not-this-year");
    assert_eq!(general["lines"][0]["rules"][0]["cite"]["at"], "art-8.1");
    // Each reading of U4 and U5 is kept.
    let read = document["counts"].as_array().unwrap().iter();
    assert_eq!(read.filter(|one| one["of"]["fact"] == "year.persons.general_pi").count(), 4);
    let again = forecast(&hotel, &["--output-format", "json"]);
    assert_eq!(again.stdout, run.stdout, "the same ledger and day");
    let tomorrow = ["account", "forecast", "--at", "2026-12-21T04:00:00Z"];
    let tomorrow = hotel.plain(&[&tomorrow[..], &["--output-format", "json"]].concat());
    assert_ne!(tomorrow.stdout, run.stdout);
}

#[test]
fn a_forecast_is_drawn_in_both_languages_on_the_terminal_and_as_svg() {
    let (hotel, _) = month("forecast-drawn", "240", 7);
    // The filing turns out smaller: it was passed with an entry that is known.
    hotel.file(&["--change", "amended", "--general", "100"]);
    let en = forecast(&hotel, &["--lang", "en", "--width", "60", "--svg", "en.svg"]);
    assert!(en.stdout.contains("at 101: reached on 2026-12-05, with entry 5"), "{}", en.stdout);
    assert!(en.stdout.contains("at 100,000: not this year"), "{}", en.stdout);
    assert!(en.stdout.contains("CAC Order 16, article 8, paragraph 1"), "{}", en.stdout);
    assert!(en.stdout.contains("▲2026-12-20") && en.stdout.contains("━ so far"), "{}", en.stdout);
    let zh = forecast(&hotel, &["--lang", "zh", "--svg", "zh.svg"]);
    assert!(zh.stdout.contains("101人：已于2026-12-05达到（条目5）"), "{}", zh.stdout);
    assert!(zh.stdout.contains("U5 不计入（据此判定）"), "{}", zh.stdout);
    let both = forecast(&hotel, &["--lang", "both", "--svg", "both.svg"]);
    assert!(both.stdout.contains("━ so far") && both.stdout.contains("━ 已出境"));
    let svg = |name: &str| std::fs::read_to_string(hotel.0.join(name)).unwrap();
    for name in ["en.svg", "zh.svg", "both.svg"] {
        let text = svg(name);
        assert!(text.contains("role=\"img\" aria-labelledby=\"title desc\""), "{name}");
        assert!(text.contains("<title id=\"title\">") && text.contains("<desc id=\"desc\">"));
        // Nothing from anywhere else: the only address is the name of the format.
        assert_eq!(text.matches("http").count(), 1, "{name}");
        assert!(!text.contains("href") && !text.contains("url(") && !text.contains("<style"));
    }
    assert!(svg("en.svg").contains("reached on 2026-12-05") && svg("zh.svg").contains("数量线"));
    assert!(svg("both.svg").contains("已于2026-12-05达到") && svg("both.svg").contains("so far"));
    assert!(svg("both.svg").contains("215 persons now"));
}

#[test]
fn too_little_history_is_said_and_is_no_promise() {
    let (hotel, last) = month("forecast-early", "240", 2);
    assert_eq!(last["warnings"], serde_json::json!([]));
    let early = ["account", "forecast", "--at", "2026-11-28T04:00:00Z", "--lang"];
    let en = hotel.plain(&[&early[..], &["en"]].concat());
    assert_eq!(en.code, 3, "{}", en.stderr);
    assert!(en.stdout.contains("at 100,000: cannot tell"), "{}", en.stdout);
    assert!(en.stdout.contains("6 days") || en.stdout.contains("7 days"), "{}", en.stdout);
    let zh = hotel.plain(&[&early[..], &["zh"]].concat());
    assert!(zh.code == 3 && zh.stdout.contains("无法判断：历史太短"), "{}", zh.stdout);
}

#[test]
fn room_is_told_under_each_reading_and_for_a_group_apart_and_together() {
    let hotel = Hotel::new("room");
    hotel.filed();
    assert_eq!(hotel.permit("booking", &[]).code, 0);
    hotel.json(&["release", "data/bookings.csv", "--permit", "booking.json", "--to", "out/b.csv"]);
    hotel.json(&["release", "data/members.csv", "--permit", "marketing.json", "--to", "out/m.csv"]);
    let people = hotel.json(&["account", "people"]);
    let lines = people["lines"].as_array().unwrap();
    let general = |exempt: &str, both: &str| {
        let found = lines.iter().find(|one| {
            let read = one["readings"].as_array().unwrap();
            one["of"]["fact"] == "year.persons.general_pi"
                && read.iter().any(|one| one["reading"] == exempt)
                && read.iter().any(|one| one["reading"] == both)
        });
        number(found.unwrap(), "/lines/0/room/at_least")
    };
    // Forty of the guests are no members; they are exempt.
    assert_eq!(general("left-out", "both-counters"), 100_000 - 80);
    assert_eq!(general("counted", "both-counters"), 100_000 - 120);
    assert_eq!(general("counted", "sensitive-only"), 100_000 - 120);
    let decides: Vec<&Value> = lines.iter().filter(|one| one["decides"] == true).collect();
    assert_eq!(decides.len(), 4, "general, sensitive, and the two numbers of the filing");
    assert_eq!(number(&people, "/counts/2/persons/all/at_most"), 52, "exempt alone");
    let zh = hotel.at(&["account", "people", "--lang", "zh"]).stdout;
    assert!(zh.contains("U5 不计入（据此判定）") && zh.contains("100,000人：尚余99,920人"), "{zh}");
    let en = hotel.at(&["account", "people", "--lang", "en"]).stdout;
    assert!(en.contains("at 1,001: 921 more; more than was filed"), "{en}");
    // Another company of the group, under the same secret.
    let other = scratch("room-other");
    let init = ["account", "init", "--handler", "91440101EXAMPLE2XF"];
    assert_eq!(kouan_in(&other, &init).code, 0);
    let secret = "kouan-ledger-secrets/persons.secret";
    std::fs::copy(hotel.0.join(secret), other.join(secret)).unwrap();
    let ledger = other.join("kouan-ledger");
    let with = ["account", "people", "--with", ledger.to_str().unwrap()];
    let group = hotel.json(&with);
    assert_eq!(group["apart"][0]["handler"], HANDLER);
    assert_eq!(number(&group, "/apart/0/counts/0/persons/all/at_most"), 120);
    assert_eq!(number(&group, "/apart/1/counts/0/persons/all/at_most"), 0);
    assert_eq!(number(&group, "/counts/0/persons/all/at_most"), 120);
    let page = hotel.at(&[&with[..], &["--lang", "en"]].concat()).stdout;
    assert!(page.contains("counted together") && page.contains("U33"), "{page}");
}
