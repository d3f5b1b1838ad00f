//! What does not leave, and why.

use std::io::Write as _;

use kouan_decide::permit::{AtLimit, open};
use kouan_disk::Disk;
use kouan_flow::release::{digest_of, standing};
use kouan_ledger::entry::{Change, Reason, Revoked, What};

use crate::stand::{Run, Stand, at, codes, day, looked, members, name, noon, scratch};

#[test]
fn a_route_that_needs_a_filing_gives_no_permit_before_it_is_recorded() {
    let stand = Stand::new(1);
    assert_eq!(codes(stand.try_grant(200_000, AtLimit::Stop, None)), ["PM103"]);
    stand.file("EXAMPLE-1", 300_000, Change::New);
    assert!(stand.try_grant(200_000, AtLimit::Stop, None).is_ok());
    stand.file("EXAMPLE-2", 300_000, Change::New);
    assert_eq!(codes(stand.try_grant(200_000, AtLimit::Stop, None)), ["AC124"]);
    stand.file("EXAMPLE-1", 300_000, Change::Ended);
    assert!(stand.try_grant(200_000, AtLimit::Stop, None).is_ok());
}

#[test]
fn a_permit_that_does_not_stand_lets_nothing_out() {
    let folder = scratch("refused");
    let source = members(&folder, "members.csv", 1..4);
    let stand = Stand::new(2);
    stand.file("EXAMPLE-1", 300_000, Change::New);
    let granted = stand.grant(200_000, AtLimit::Stop, Some(day("2026-12-01")));
    let text = &granted.text;
    let out = "out.csv";
    // Expired; edited; signed by nobody trusted.
    let late = stand.release_at(text, &source, out, at("2026-12-01T00:00:00Z"));
    assert_eq!(codes(late), ["PM141"]);
    let edited = text.replacen("Example Loyalty", "Another Loyalty", 1);
    assert_eq!(codes(stand.release(&edited, &source, out)), ["PM133"]);
    let other = kouan_decide::permit::SigningKey::ed25519(&[9; 32]);
    let foreign = granted.permit.sealed(&[&other]);
    assert_eq!(codes(stand.release(&foreign, &source, out)), ["PM134"]);
    // Not of this ledger, though the key is the same.
    let elsewhere = Stand::new(3);
    assert_eq!(codes(elsewhere.release(text, &source, out)), ["RL102"]);
    // For somebody else.
    let office = stand.office();
    let permit = open(text, &[office.signing_key().1]).unwrap();
    let book = crate::stand::book();
    let someone = standing(&office, &permit, book, noon(), Some("Another Ltd.")).unwrap_err();
    assert_eq!(someone[0].code.0, "PM143");
    // Its filing ended; it was revoked.
    stand.file("EXAMPLE-1", 300_000, Change::Ended);
    assert_eq!(codes(stand.release(text, &source, out)), ["RL111"]);
    stand.file("EXAMPLE-1", 300_000, Change::Amended);
    let what = What::Revoke(Revoked {
        id: name(permit.id()),
        permit: digest_of(&permit),
        because: Reason::Decided,
    });
    stand.office().record(noon(), &name("operator-1"), what).unwrap();
    assert_eq!(codes(stand.release(text, &source, out)), ["PM142"]);
    assert!(stand.disk.len(out).unwrap().is_none() && stand.releases().is_empty());
    assert!(!stand.disk.paths().iter().any(|path| path.ends_with(".kouan-part")));
}

#[test]
fn a_rulebook_with_another_answer_closes_the_gate() {
    let stand = Stand::new(4);
    let granted = stand.grant(20_000, AtLimit::Stop, None);
    let texts: Vec<(&str, String)> = kouan_rulebook::EMBEDDED
        .iter()
        .filter(|(path, _)| !path.ends_with(".cases.toml"))
        .map(|(path, text)| (*path, text.replace("100_000", "50_000")))
        .collect();
    let pairs = texts.iter().map(|(path, text)| (*path, text.as_str()));
    let book = kouan_rulebook::load_without_cases(pairs).unwrap();
    let found = standing(&stand.office(), &granted.permit, &book, noon(), None).unwrap_err();
    assert_eq!(found[0].code.0, "PM144");
}

#[test]
fn a_source_with_other_fields_leaves_no_byte() {
    let folder = scratch("fields");
    let stand = Stand::new(5);
    let permit = stand.grant(20_000, AtLimit::Stop, None).text;
    let write = |file: &str, text: &str| {
        let path = folder.join(file);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let extra = write("extra.csv", "name,mobile,remark,grade,id\n例某,13900000001,,gold,1\n");
    assert_eq!(codes(stand.release(&permit, &extra, "out.csv")), ["GT101"]);
    let less = write("less.csv", "name,mobile,remark\n例某,13900000001,\n");
    assert_eq!(codes(stand.release(&permit, &less, "out.csv")), ["GT102"]);
    assert!(stand.releases().is_empty());
    assert!(!stand.disk.paths().iter().any(|path| path.contains("out.csv")));
    // Something that is there already is not written over.
    let source = members(&folder, "members.csv", 1..3);
    let mut writer = stand.disk.create("out.csv").unwrap();
    writer.write_all(b"mine").unwrap();
    drop(writer);
    assert_eq!(codes(stand.release(&permit, &source, "out.csv")), ["RL105"]);
    assert_eq!(stand.text("out.csv"), "mine");
}

#[test]
fn a_day_that_turns_while_rows_pass_asks_for_the_permit_again() {
    let folder = scratch("turns");
    let source = members(&folder, "members.csv", 1..3);
    let stand = Stand::new(6);
    let granted = stand.grant(20_000, AtLimit::Stop, None);
    let office = stand.office();
    let evening = at("2026-12-31T15:59:59Z");
    let stands = standing(&office, &granted.permit, crate::stand::book(), evening, None).unwrap();
    let source = looked(&granted.permit, &source, evening.day().0).unwrap();
    let calls = std::cell::Cell::new(0);
    let clock = || {
        calls.set(calls.get() + 1);
        if calls.get() == 1 { evening } else { at("2026-12-31T16:00:01Z") }
    };
    let run = Run { office: &office, stands: &stands, source: &source, clock: &clock };
    assert_eq!(codes(run.release(&stand.target("out.csv"))), ["RL113"]);
    assert!(stand.releases().is_empty() && stand.disk.len("out.csv").unwrap().is_none());
}
