use std::sync::OnceLock;

use kouan_rulebook::Book;
use kouan_terms::{Code, Diagnostic, parse_day};

use super::*;
use crate::assess::Decider;
use crate::declaration::{Transfer, read};
use crate::request::Request;

fn book() -> &'static Book {
    static BOOK: OnceLock<Book> = OnceLock::new();
    BOOK.get_or_init(|| kouan_rulebook::load(kouan_rulebook::EMBEDDED.iter().copied()).unwrap())
}

const DECLARATION: &str = include_str!("permit.toml");

fn transfer(general: u64) -> Transfer {
    let text = DECLARATION.replace("GENERAL", &general.to_string());
    read("permit.toml", &text, &book().facts).unwrap()
}

fn field(column: &str, transform: Transform) -> FieldChoice {
    FieldChoice { table: None, column: column.into(), form: Form::Nothing, class: None, transform }
}

fn choice() -> Choice {
    Choice {
        flow: None,
        fields: vec![
            field("guest.name", Transform::Mask { first: 1, last: 0 }),
            field("guest.email", Transform::Hash { with: HashFunction::Sha256 }),
            field("guest.phone", Transform::Drop {}),
        ],
        at_limit: AtLimit::Stop,
        rows: RowRules::default(),
        until: None,
    }
}

fn filing() -> Filing {
    let day = |text| DayText(parse_day(text).unwrap());
    Filing {
        number: "例备2026-0001".into(),
        kind: FilingKind::StandardContract,
        authority: "例省网信办".into(),
        recorded_on: day("2026-06-01"),
        effective: day("2026-05-20"),
        until: Some(day("2028-05-20")),
        recipients: vec!["Example Loyalty Services Ltd.".into()],
        fields: vec!["guest.name".into(), "guest.email".into()],
        people: FiledPeople { general: 300_000, sensitive: 0 },
    }
}

fn ask(
    general: u64,
    on: &str,
    choice: &Choice,
    filing: Option<&Filing>,
) -> Result<Permit, Vec<Diagnostic>> {
    let transfer = transfer(general);
    let on = parse_day(on).unwrap();
    let request =
        Request { file: "permit.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
    grant(&mut Decider::new(book()), &request, choice, filing)
}

fn codes(result: Result<Permit, Vec<Diagnostic>>) -> Vec<&'static str> {
    result.unwrap_err().into_iter().map(|finding| finding.code.0).collect()
}

const TODAY: &str = "2026-11-22";

/// A body that somebody signed, granted or not.
fn seal_anything(body: Body, key: &SigningKey) -> String {
    Permit { body }.sealed(&[key])
}

fn exempt() -> Permit {
    ask(20_000, TODAY, &choice(), None).unwrap()
}

fn key() -> SigningKey {
    SigningKey::ed25519(&[7; 32])
}

#[test]
fn an_exempt_flow_has_the_room_that_the_rulebook_leaves() {
    let permit = exempt();
    let body = permit.body();
    assert_eq!(body.route, "exempt");
    assert_eq!(body.exemption.as_deref(), body.rules.first().map(String::as_str));
    let general = body.people.iter().find(|one| one.count == "year.persons.general_pi").unwrap();
    assert_eq!(general.at_most, 99_999);
    let FigureText::Rulebook { changes_at, routes } = &general.from else { panic!() };
    assert_eq!((*changes_at, routes[0].as_str()), (100_000, "contract-or-certification"));
    assert_eq!(body.valid.until, None);
    assert!(body.decision.starts_with("sha256:") && body.decision.len() == 71);
}

#[test]
fn a_route_that_needs_a_filing_gives_no_permit_before_it_is_recorded() {
    assert_eq!(codes(ask(200_000, TODAY, &choice(), None)), ["PM103"]);
    let permit = ask(200_000, TODAY, &choice(), Some(&filing())).unwrap();
    let body = permit.body();
    assert_eq!(body.valid.until, filing().until);
    assert_eq!(body.valid.ended_by.as_deref(), Some("filing"));
    let filed = body.people.iter().find(|one| one.count == "filing.general_pi").unwrap();
    assert_eq!(filed.at_most, 300_000);
    assert!(body.people.iter().any(|one| one.at_most == 999_999));
}

#[test]
fn a_filing_covers_its_recipient_its_fields_its_days_and_its_kind() {
    let with = |change: &dyn Fn(&mut Filing)| {
        let mut filing = filing();
        change(&mut filing);
        codes(ask(200_000, TODAY, &choice(), Some(&filing)))
    };
    assert_eq!(with(&|filing| filing.recipients = vec!["Another Ltd.".into()]), ["PM121"]);
    assert_eq!(with(&|filing| filing.fields.truncate(1)), ["PM106"]);
    assert_eq!(with(&|f| f.effective = DayText(parse_day("2026-12-01").unwrap())), ["PM105"]);
    assert_eq!(with(&|f| f.until = Some(DayText(parse_day(TODAY).unwrap()))), ["PM107"]);
    assert_eq!(with(&|f| f.kind = FilingKind::OtherLawfulRoute), ["PM104"]);
}

#[test]
fn a_filing_of_several_tables_covers_a_column_of_the_only_table_under_its_declared_name() {
    let text = DECLARATION.replace("GENERAL", "200000");
    let text = text.replace("\"guest.name\"", "\"a.csv:guest.name\"");
    let transfer = read("permit.toml", &text, &book().facts).unwrap();
    let on = parse_day(TODAY).unwrap();
    let file = "permit.toml";
    let request = Request { file, transfer: &transfer, on, adopted: &[], assumed: &[] };
    let codes = |name: &str| -> Vec<&str> {
        let mut filing = filing();
        filing.fields = vec![name.into(), "guest.email".into()];
        let granted = grant(&mut Decider::new(book()), &request, &choice(), Some(&filing));
        granted.err().unwrap_or_default().iter().map(|finding| finding.code.0).collect()
    };
    assert_eq!(codes("a.csv:guest.name"), Vec::<&str>::new());
    assert_eq!(codes("b.csv:guest.name"), ["PM106"]);
}

#[test]
fn an_assessment_ends_when_the_rulebook_says_so() {
    let mut filing = filing();
    filing.kind = FilingKind::SecurityAssessment;
    filing.until = None;
    filing.people.general = 2_000_000;
    let permit = ask(1_500_000, TODAY, &choice(), Some(&filing)).unwrap();
    let valid = &permit.body().valid;
    assert_eq!(valid.until, Some(DayText(parse_day("2029-06-01").unwrap())));
    assert_eq!(valid.ended_by.as_deref(), Some("cn.limit.assessment-validity"));
    filing.recorded_on = DayText(parse_day("2023-02-01").unwrap());
    assert_eq!(codes(ask(1_500_000, TODAY, &choice(), Some(&filing))), ["PM107"]);
}

#[test]
fn a_permit_ends_when_the_rulebook_as_it_stands_answers_otherwise() {
    let day = |text| DayText(parse_day(text).unwrap());
    let mut filing = filing();
    (filing.effective, filing.recorded_on) = (day("2023-07-01"), day("2023-08-01"));
    filing.until = None;
    let mut transfer = transfer(20_000);
    // What the lines of that time ask.
    for (fact, count) in [
        ("handler.persons_processed", 50_000),
        ("two_years.persons.pi", 20_000),
        ("two_years.persons.sensitive_pi", 0),
    ] {
        let bounds = crate::declaration::Bounds::exactly(count);
        transfer.facts.push(crate::counting::statement(&kouan_terms::FactId::new(fact), bounds));
    }
    let on = parse_day("2024-01-10").unwrap();
    let request =
        Request { file: "permit.toml", transfer: &transfer, on, adopted: &[], assumed: &[] };
    let permit = grant(&mut Decider::new(book()), &request, &choice(), Some(&filing)).unwrap();
    let valid = &permit.body().valid;
    assert_eq!(
        (valid.until, valid.ended_by.as_deref()),
        (Some(day("2024-03-22")), Some("rulebook"))
    );
}

#[test]
fn a_choice_is_checked_against_the_declaration() {
    let with = |change: &dyn Fn(&mut Choice)| {
        let mut choice = choice();
        change(&mut choice);
        codes(ask(20_000, TODAY, &choice, None))
    };
    let keep = Transform::Keep {};
    assert_eq!(with(&|c| c.fields.push(field("guest.secret", keep.clone()))), ["PM112"]);
    assert_eq!(with(&|c| c.fields.push(field("guest.note", keep.clone()))), ["PM113"]);
    assert_eq!(with(&|c| c.fields.push(field("guest.name", keep.clone()))), ["PM114"]);
    assert_eq!(with(&|c| c.fields.truncate(0)), ["PM115"]);
    assert_eq!(with(&|c| c.fields[0].form = Form::Binary), ["PM117"]);
    assert_eq!(with(&|c| c.flow = Some("elsewhere".into())), ["PM109"]);
    assert_eq!(with(&|c| c.rows.minors = Some(MinorsRule::default())), ["PM119"]);
    let unknown = WithdrawnRule { columns: vec!["guest.id".into()] };
    assert_eq!(with(&|c| c.rows.withdrawn = Some(unknown.clone())), ["PM120"]);
    assert_eq!(with(&|c| c.until = Some(parse_day(TODAY).unwrap())), ["PM107"]);
}

#[test]
fn a_signed_permit_comes_back_and_a_changed_one_does_not() {
    let (permit, ed) = (exempt(), key());
    let sm = SigningKey::sm2(&[9; 32]).unwrap();
    let trusted = [ed.verifying(), sm.verifying()];
    let text = permit.sealed(&[&ed, &sm]);
    assert_eq!(open(&text, &trusted).unwrap(), permit);
    assert_eq!(open(&text, &trusted[..1]).unwrap(), permit);
    assert_eq!(open(&text, &trusted[1..]).unwrap(), permit);
    assert_eq!(permit.sealed(&[&ed, &sm]), text, "the same permit is the same file");

    let code = |text: &str, trusted: &[VerifyingKey]| open(text, trusted).unwrap_err().code;
    let edited = text.replace("99999", "999999");
    assert_eq!(code(&edited, &trusted), Code("PM133"));
    let foreign = [SigningKey::ed25519(&[8; 32]).verifying()];
    assert_eq!(code(&text, &foreign), Code("PM134"));
    assert_eq!(code(&permit.sealed(&[]), &trusted), Code("PM134"));
    let newer = text.replace("kouan.permit/1", "kouan.permit/2");
    assert_eq!(code(&newer, &trusted), Code("PM131"));
    assert_eq!(code(&text.replacen("\"format\": 1", "\"format\": 7", 1), &trusted), Code("PM131"));
    assert_eq!(code(&text.replacen("\"id\"", "\"extra\": 1, \"id\"", 1), &trusted), Code("PM130"));
    let huge = " ".repeat(limits::FILE_BYTES) + &text;
    assert_eq!(code(&huge, &trusted), Code("PM132"));

    // Edited by somebody who sets the id anew, but has no key: forged.
    let mut body = permit.body().clone();
    body.people[0].at_most = 5_000_000;
    body.id = id_of(&body);
    let other = seal_anything(body, &SigningKey::ed25519(&[8; 32]));
    let forged = other.replace(foreign[0].id(), ed.verifying().id());
    assert_eq!(code(&forged, &trusted), Code("PM135"));
    assert_eq!(code(&other, &trusted), Code("PM134"));

    let mut body = permit.body().clone();
    body.fields[0].transform = Transform::Truncate { decimals: 40 };
    body.id = id_of(&body);
    assert_eq!(code(&seal_anything(body, &ed), &trusted), Code("PM136"));
}

#[test]
fn a_permit_stands_or_says_why_not() {
    let permit = exempt();
    let on = |text| Use { on: parse_day(text).unwrap(), recipient: None, revoked: None };
    let code = |at: &Use<'_>| {
        let found = permit.still_stands(book(), at).unwrap_err();
        found.into_iter().map(|finding| finding.code.0).collect::<Vec<_>>()
    };
    let standing = permit.still_stands(book(), &on("2026-12-31")).unwrap();
    assert_eq!((standing.permit(), standing.on()), (&permit, parse_day("2026-12-31").unwrap()));
    assert_eq!(code(&on("2026-11-21")), ["PM140"]);
    assert_eq!(code(&Use { revoked: Some(on(TODAY).on), ..on(TODAY) }), ["PM142"]);
    assert_eq!(code(&Use { recipient: Some("Another Ltd."), ..on(TODAY) }), ["PM143"]);
    let until = Choice { until: Some(parse_day("2026-12-01").unwrap()), ..choice() };
    let short = ask(20_000, TODAY, &until, None).unwrap();
    assert!(short.still_stands(book(), &on("2026-11-30")).is_ok());
    let late = short.still_stands(book(), &on("2026-12-01")).unwrap_err();
    assert_eq!(late[0].code, Code("PM141"));
}

#[test]
fn an_edition_of_the_rulebook_that_changes_the_answer_closes_the_permit() {
    let permit = exempt();
    let stricter: Vec<(&str, String)> = kouan_rulebook::EMBEDDED
        .iter()
        .filter(|(name, _)| !name.ends_with(".cases.toml"))
        .map(|(name, text)| (*name, text.replace("100_000", "50_000")))
        .collect();
    let files = stricter.iter().map(|(name, text)| (*name, text.as_str()));
    let changed = kouan_rulebook::load_without_cases(files).unwrap();
    assert_ne!(changed.digest, book().digest);
    let at = Use { on: parse_day(TODAY).unwrap(), recipient: None, revoked: None };
    let found = permit.still_stands(&changed, &at).unwrap_err();
    assert_eq!(found[0].code, Code("PM144"));
    let value = |name: &str| {
        let mut values = found[0].values.iter();
        values.find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(value("old"), "exempt");
    assert!(value("new").contains("contract-or-certification"), "{found:?}");
    assert!(permit.still_stands(book(), &at).is_ok());
}

#[test]
fn the_same_facts_give_the_same_permit_on_the_same_day_only() {
    assert_eq!(exempt(), exempt());
    assert_ne!(exempt().id(), ask(20_001, TODAY, &choice(), None).unwrap().id());
    assert_ne!(exempt().id(), ask(20_000, "2026-11-23", &choice(), None).unwrap().id());
}

#[test]
fn the_schema_is_json_and_refuses_unknown_keys() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    assert!(schema["$defs"]["Body"]["properties"]["people"].is_object());
}

proptest::proptest! {
    #[test]
    fn any_text_is_refused_without_a_panic(text in ".{0,200}", cut in 0_usize..4000) {
        let trusted = [key().verifying()];
        proptest::prop_assert!(open(&text, &trusted).is_err());
        static FILE: OnceLock<String> = OnceLock::new();
        let file = FILE.get_or_init(|| exempt().sealed(&[&key()]));
        let mut bytes = file.clone().into_bytes();
        let place = cut % bytes.len();
        bytes[place] = bytes[place].wrapping_add(1);
        if let Ok(changed) = String::from_utf8(bytes) {
            let whitespace = file.as_bytes()[place].is_ascii_whitespace();
            proptest::prop_assert!(whitespace || open(&changed, &trusted).is_err());
        }
    }
}
