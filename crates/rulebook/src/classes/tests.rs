//! Tests of the classes: as shipped, and what is refused or found in broken ones.

use kouan_terms::{ClassId, Day};

use super::check::is_normal;
use super::{Classes, Nature, Sensitive, Setting, Standing, Strength, Writing, check};
use crate::{Book, EMBEDDED};

fn shipped() -> Classes {
    Classes::load(EMBEDDED.iter().copied()).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn on<'a>(classes: &'a Classes, class: &str, day_text: &str) -> Standing<'a> {
    classes.standing(classes.get(class).unwrap(), &Setting::on(day(day_text)))
}

fn decided(standing: &Standing<'_>) -> (Sensitive, Option<String>) {
    (standing.sensitive, standing.decided_by.map(|regime| regime.id.to_string()))
}

#[test]
fn the_shipped_classes_have_no_finding() {
    let book = crate::load(EMBEDDED.iter().copied()).unwrap();
    let findings: Vec<String> = check(&shipped(), &book)
        .into_iter()
        .map(|found| {
            let place = found.place.map(|place| place.file).unwrap_or_default();
            format!("{place}: {} {:?}", found.code.0, found.values)
        })
        .collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
}

#[test]
fn every_phrase_is_written_as_it_is_compared() {
    let classes = shipped();
    for class in classes.all() {
        for (writing, _, phrase) in class.phrases() {
            assert!(is_normal(writing, phrase), "{}: {phrase}", class.id);
        }
    }
    assert!(!is_normal(Writing::En, "id_card") && !is_normal(Writing::En, "id  card"));
    assert!(!is_normal(Writing::En, "") && !is_normal(Writing::En, "Name"));
    assert!(!is_normal(Writing::Zh, "姓 名") && !is_normal(Writing::Zh, "name"));
    assert!(is_normal(Writing::Zh, "qq号") && is_normal(Writing::En, "address line 1"));
}

#[test]
fn every_class_can_be_named() {
    let classes = shipped();
    // What is left when nothing more exact fits has no words of its own.
    let wordless = ["person-attribute"];
    for class in classes.all().iter().filter(|class| !wordless.contains(&class.id.as_str())) {
        let strong = class.phrases().any(|(_, strength, _)| strength == Strength::Strong);
        assert!(strong, "{} has no strong phrase", class.id);
    }
}

#[test]
fn there_is_a_standing_for_every_class_on_every_day() {
    let classes = shipped();
    let days = ["2017-06-01", "2020-10-01", "2021-11-01", "2024-10-01", "2025-11-01", "2030-01-01"];
    let sectors = [None, Some("automotive"), Some("banking"), Some("no such sector")];
    let editions = [None, Some("cn-bj/2024-08-30"), Some("no such edition")];
    for class in classes.all() {
        for text in days {
            for sector in sectors {
                for edition in editions {
                    for under_14 in [false, true] {
                        let setting = Setting { on: day(text), sector, edition, under_14 };
                        let standing = classes.standing(class, &setting);
                        let answered = standing.sensitive != Sensitive::Unknown;
                        let by_someone = standing.decided_by.is_some() || !class.is_personal();
                        assert_eq!(answered, by_someone, "{} {setting:?}", class.id);
                        if !class.is_personal() {
                            assert_eq!(standing.sensitive, Sensitive::No, "{}", class.id);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn today_every_class_of_personal_information_has_an_answer() {
    let classes = shipped();
    for class in classes.all().iter().filter(|class| class.nature == Nature::Personal) {
        let standing = on(&classes, class.id.as_str(), "2026-11-22");
        assert_ne!(standing.sensitive, Sensitive::Unknown, "{}", class.id);
        assert!(standing.grade.is_some_and(|floor| floor.grade >= 2), "{}", class.id);
        let child = Setting { under_14: true, ..Setting::on(day("2026-11-22")) };
        assert_eq!(classes.standing(class, &child).sensitive, Sensitive::Yes, "{}", class.id);
    }
}

#[test]
fn the_standard_of_the_day_decides_and_the_others_are_kept() {
    let classes = shipped();
    let id = on(&classes, "resident-id", "2026-11-22");
    assert_eq!(decided(&id), (Sensitive::NotListed, Some("gbt45574-2025".to_owned())));
    let dissent: Vec<&str> = id.dissent().map(|view| &*view.regime.id).collect();
    assert_eq!(dissent, ["gbt35273-2020"]);
    let levels: Vec<(&str, u8)> = id.levels().map(|(regime, level)| (&*regime.id, level)).collect();
    assert_eq!(levels, [("jrt0197-2020", 3)]);

    let before = on(&classes, "resident-id", "2025-10-31");
    assert_eq!(decided(&before), (Sensitive::Yes, Some("gbt35273-2020".to_owned())));
    let earliest = on(&classes, "resident-id", "2020-09-30");
    assert_eq!(decided(&earliest), (Sensitive::Unknown, None));

    let face = on(&classes, "face", "2026-11-22");
    assert_eq!(decided(&face), (Sensitive::Yes, Some("pipl-28".to_owned())));
    assert_eq!(face.grade.map(|floor| floor.grade), Some(4));
    let phone = on(&classes, "mobile", "2026-11-22");
    assert_eq!(decided(&phone), (Sensitive::No, Some("gbt45574-2025".to_owned())));
    assert_eq!(phone.grade.map(|floor| floor.grade), Some(2));
}

#[test]
fn a_list_known_from_one_noisy_source_is_shown_and_never_decides() {
    let classes = shipped();
    let id = classes.get("resident-id").unwrap();
    let setting = Setting {
        sector: Some("automotive"),
        edition: Some("cn-bj/2024-08-30"),
        ..Setting::on(day("2026-11-22"))
    };
    let standing = classes.standing(id, &setting);
    assert_eq!(decided(&standing), (Sensitive::NotListed, Some("gbt45574-2025".to_owned())));
    let shown: Vec<&str> = standing.dissent().map(|view| &*view.regime.id).collect();
    assert_eq!(shown, ["list-cn-bj-2024-automotive", "gbt35273-2020"]);
    let elsewhere = Setting { sector: Some("pharma"), ..setting };
    assert_eq!(classes.standing(id, &elsewhere).dissent().count(), 1);
}

#[test]
fn classes_are_looked_at_together() {
    let classes = shipped();
    let today = Setting::on(day("2026-11-22"));
    let held = |ids: &[&str]| ids.iter().map(|id| ClassId::new(id)).collect::<Vec<_>>();
    let stay = held(&["person-name", "lodging"]);
    let found: Vec<&str> = classes.combined(&stay, &today).map(|found| &*found.id).collect();
    assert_eq!(found, ["name-and-stay"]);
    let name = held(&["person-name"]);
    assert_eq!(classes.combined(&name, &today).count(), 0);
    let before = Setting::on(day("2025-10-31"));
    assert_eq!(classes.combined(&stay, &before).count(), 0);
}

#[test]
fn a_class_knows_what_it_belongs_to() {
    let classes = shipped();
    let wider: Vec<&str> = classes.with_wider("operator").map(|class| class.id.as_str()).collect();
    assert_eq!(wider, ["operator", "account"]);
    assert_eq!(classes.with_wider("no such class").count(), 0);
}

#[test]
fn deciding_leaves_the_classes_alone() {
    let without = EMBEDDED.iter().copied().filter(|(name, _)| !name.starts_with("classes/"));
    let book = crate::load(EMBEDDED.iter().copied()).unwrap();
    assert_eq!(crate::load(without.clone()).unwrap().digest, book.digest);
    assert!(Classes::load(without).unwrap().all().is_empty());
    let broken = EMBEDDED.iter().copied().chain([("classes/broken.toml", "[[[")]);
    assert_eq!(crate::load(broken.clone()).unwrap().digest, book.digest);
    assert_eq!(Classes::load(broken).unwrap_err().len(), 1);
}

/// The codes that loading and checking give once `from` in a file of the shipped classes becomes
/// `to`.
fn codes(book: &Book, file: &str, from: &str, to: &str) -> Vec<&'static str> {
    let (_, text) = EMBEDDED.iter().find(|(name, _)| *name == file).unwrap();
    assert!(text.contains(from), "{from} is not in {file}");
    let changed = text.replacen(from, to, 1);
    let files = EMBEDDED
        .iter()
        .map(|(name, text)| (*name, if *name == file { changed.as_str() } else { *text }));
    let findings = match Classes::load(files) {
        Ok(classes) => check(&classes, book),
        Err(findings) => findings,
    };
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    codes.dedup();
    codes
}

#[test]
fn one_slip_gives_one_finding() {
    let book = crate::load(EMBEDDED.iter().copied()).unwrap();
    let standings = "classes/standings.toml";
    let regimes = "classes/regimes.toml";
    let profile = "classes/profile.toml";
    let deflectors = "classes/deflectors.toml";
    let twice = "regime = \"pipl-28\"\nclasses = [\"religion\"]";
    let thrice = "regime = \"pipl-28\"\nclasses = [\"religion\", \"track\"]";
    let of_minors = "sensitive = \"yes\"\nof = \"under-14\"";
    let slips: &[(&str, &str, &str, &[&str])] = &[
        (profile, "format      = 1", "format      = 2", &["RB102"]),
        (profile, "nature = \"personal\"", "nature = \"private\"", &["RB200", "RB201"]),
        (profile, "leaf   = \"1\"", "leaf   = \"17\"", &["RB203"]),
        (profile, "leaf   = \"1\"\n", "", &["RB209"]),
        (profile, "id     = \"sex\"", "id     = \"age\"", &["RB110", "RB201"]),
        (profile, "\"真实姓名\"", "\"真实 姓名\"", &["RB205"]),
        (profile, "\"真实姓名\"", "\"真实姓名\", \"真实姓名\"", &["RB206"]),
        (profile, "\"真实姓名\"", "\"真实姓名\", \"性别\"", &["RB207"]),
        (profile, "\"真实姓名\"", "\"真实姓名\", \"状态\"", &["RB208"]),
        (profile, "\"CL-STD\"", "\"CL-XYZ\"", &["RB160"]),
        (profile, "source      = [\"CL-STD\", \"BK\"]\n", "", &["RB161"]),
        (profile, "zh     = \"性别\"", "zh     = \"\"", &["RB130"]),
        (deflectors, "class  = \"status\"", "class  = \"state\"", &["RB201"]),
        (deflectors, "effect = \"count\"", "effect = \"number\"", &["RB200"]),
        (deflectors, "flow = \"dependants\"", "flow = \"parents\"", &["RB215"]),
        (regimes, "law        = \"cn/pipl\"", "law        = \"cn/pip\"", &["RB103"]),
        (
            regimes,
            "in_force   = { from = 2021-11-01 }",
            "in_force = { from = 2021-10-31 }",
            &["RB104"],
        ),
        (regimes, "rank       = 10\n", "", &["RB211"]),
        (regimes, "rank     = 20", "rank     = 10", &["RB211"]),
        (regimes, "\"insurance\"", "\"assurance\"", &["RB215"]),
        (regimes, "\"cn-bj/2024-08-30\"", "\"cn-bj/2024-08-29\"", &["RB216"]),
        (standings, "regime = \"pipl-28\"", "regime = \"pipl-29\"", &["RB202"]),
        (standings, "[\"religion\"]", "[\"faith\"]", &["RB201"]),
        (standings, "sensitive = \"yes\"", "sensitive = \"maybe\"", &["RB200"]),
        (standings, of_minors, "of = \"under-14\"", &["RB214"]),
        (standings, twice, thrice, &["RB210"]),
        (standings, twice, &format!("{twice}\nin_force = {{ from = 2020-01-01 }}"), &["RB212"]),
        (standings, "level = 4", "level = 6", &["RB213"]),
        (standings, "grade      = 4", "grade      = 5", &["RB213"]),
        (standings, "[[standing]]\n", "[[standing]]\nnovel = 1\n", &["RB101"]),
        ("classes/network.toml", "part_of = \"account\"", "part_of = \"operator\"", &["RB204"]),
    ];
    for (file, from, to, expected) in slips {
        assert_eq!(codes(&book, file, from, to), *expected, "{file}: `{from}` became `{to}`");
    }
    let some = EMBEDDED.iter().copied().filter(|(name, _)| *name == profile);
    let missing = Classes::load(some).unwrap_err();
    assert!(missing.iter().any(|finding| finding.code.0 == "RB199"));
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}", place in 0_usize..4) {
        let names = ["classes/x.toml", "classes/regimes.toml", "classes/standings.toml", "classes"];
        // The large files take the time and add nothing here.
        let kept = ["classes/regimes.toml", "classes/organisation.toml", "classes/deflectors.toml"];
        let kept = EMBEDDED.iter().copied().filter(|(name, _)| kept.contains(name));
        let kept = kept.filter(|(name, _)| *name != names[place]);
        let _ = Classes::load(kept.chain([(names[place], text.as_str())]));
    }
}
