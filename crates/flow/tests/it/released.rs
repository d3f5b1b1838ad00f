//! What leaves, what is counted, and what the ledger says of it.

use kouan_decide::permit::AtLimit;
use kouan_disk::Disk;
use kouan_ledger::entry::Change;

use crate::stand::{Stand, at, members, scratch};

#[test]
fn permitted_fields_leave_and_each_person_counts_once() {
    let folder = scratch("released");
    let source = members(&folder, "members.csv", 1..4);
    let stand = Stand::new(1);
    let permit = stand.grant(20_000, AtLimit::Stop, None);
    let outcome = stand.release(&permit.text, &source, "out/members.csv").unwrap();
    let text = stand.text("out/members.csv");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..3],
        ["mobile,remark,grade", "139******01,'=1+1,gold", "139******01,,silver"]
    );
    assert_eq!(lines.len(), 7);
    let report = &outcome.tables[0].report;
    let remark = report.fields.iter().find(|field| field.column == "remark").unwrap();
    // The number in the remark is held back, the row leaves.
    assert_eq!((report.rows_out, remark.withheld), (6, 3));
    let released = &stand.releases()[0];
    assert_eq!((released.rows, released.people.year.general.total), (6, 3));
    assert_eq!(released.people.year.general.new, 3);
    // The same again: nothing is done.
    let again = stand.release(&permit.text, &source, "out/members.csv").unwrap();
    assert!(again.before && again.entry == outcome.entry);
    assert_eq!(stand.releases().len(), 1);
    // The file was taken away and is made once more: another entry, nobody new.
    stand.disk.rename("out/members.csv", "sent.csv").unwrap();
    stand.release(&permit.text, &source, "out/members.csv").unwrap();
    let last = stand.releases().pop().unwrap();
    assert_eq!((last.people.year.general.new, last.people.year.general.total), (0, 3));
    assert_eq!(stand.text("out/members.csv"), stand.text("sent.csv"));
    // Other persons of whom one was there before.
    let more = members(&folder, "more.csv", 3..6);
    stand.release(&permit.text, &more, "out/more.csv").unwrap();
    assert_eq!(stand.releases().pop().unwrap().people.year.general.total, 5);
    assert!(stand.office().records().log().verify(Default::default()).unwrap().is_whole());
}

#[test]
fn a_folder_of_parts_appears_with_a_list_of_them() {
    let folder = scratch("parts");
    let source = members(&folder, "members.csv", 1..6);
    let stand = Stand::new(2);
    let permit = stand.grant(20_000, AtLimit::Stop, None);
    stand.release(&permit.text, &source, "out").unwrap();
    let found = stand.disk.list("out").unwrap();
    let names: Vec<&str> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["kouan-parts.txt", "members-0001.csv"]);
    assert_eq!(stand.text("out/members-0001.csv").lines().count(), 11);
    assert!(stand.text("out/kouan-parts.txt").starts_with("sha256:"));
    assert!(stand.release(&permit.text, &source, "out").unwrap().before);
}

#[test]
fn a_limit_of_the_filing_stops_or_leaves_only_as_much_room_as_there_is() {
    let folder = scratch("limits");
    let source = members(&folder, "five.csv", 1..6);
    let first = members(&folder, "two.csv", 1..3);
    for (at_limit, rows) in [(AtLimit::Stop, None), (AtLimit::Headroom, Some(6))] {
        let stand = Stand::new(3);
        stand.file("EXAMPLE-1", 3, Change::New);
        let permit = stand.grant(200_000, at_limit, None);
        let outcome = stand.release(&permit.text, &first, "first.csv").unwrap();
        assert_eq!(outcome.sealed.unwrap().released.general, 2);
        let released = stand.release(&permit.text, &source, "out.csv");
        match rows {
            None => {
                assert_eq!(released.unwrap_err()[0].code.0, "MT105");
                assert!(stand.disk.len("out.csv").unwrap().is_none());
                assert_eq!(stand.releases().len(), 1);
            }
            Some(rows) => {
                let outcome = released.unwrap();
                assert_eq!(outcome.tables[0].report.rows_out, rows);
                assert_eq!(outcome.tables[0].report.not_admitted, 4);
                assert!(outcome.warnings.iter().any(|warning| warning.code.0 == "MT120"));
            }
        }
        assert!(!stand.disk.paths().iter().any(|path| path.ends_with(".kouan-part")));
    }
}

#[test]
fn the_clock_going_back_opens_no_other_day_and_a_new_year_begins_at_nobody() {
    let folder = scratch("clock");
    let source = members(&folder, "members.csv", 1..4);
    let stand = Stand::new(4);
    let permit = stand.grant(20_000, AtLimit::Stop, None).text;
    stand.release_at(&permit, &source, "a.csv", at("2026-12-31T15:59:59Z")).unwrap();
    // 2027-01-01T00:00:00+08:00
    stand.release_at(&permit, &source, "b.csv", at("2026-12-31T16:00:00Z")).unwrap();
    stand.release_at(&permit, &source, "c.csv", at("2026-12-31T15:00:00Z")).unwrap();
    let totals: Vec<(u64, u64)> = stand
        .releases()
        .iter()
        .map(|one| (one.people.year.general.new, one.people.year.general.total))
        .collect();
    assert_eq!(totals, [(3, 3), (3, 3), (0, 3)]);
    assert!(stand.releases()[2].left.is_some());
}
