//! What left against filings as they stood on its day.

use kouan_decide::permit::AtLimit;
use kouan_flow::office::{Sample, drift, sampled};
use kouan_ledger::entry::{Change, LegalDay, Released, What};

use crate::stand::{Stand, at, codes, day, members, name, noon, scratch};

/// An office with a filing and one release under it.
fn released(test: &str) -> (Stand, Released) {
    let folder = scratch(test);
    let stand = Stand::new(1);
    stand.file("EXAMPLE-1", 300_000, Change::New);
    let permit = stand.grant(200_000, AtLimit::Stop, None).text;
    stand.release(&permit, &members(&folder, "members.csv", 1..4), "out.csv").unwrap();
    let released = stand.releases().swap_remove(0);
    (stand, released)
}

fn found(stand: &Stand) -> Vec<&'static str> {
    drift(&stand.office().history().unwrap()).iter().map(|finding| finding.code.0).collect()
}

#[test]
fn a_release_under_a_filing_that_does_not_stand_is_drift() {
    let (stand, again) = released("drifting");
    assert_eq!(found(&stand), Vec::<&str>::new());
    // The gate lets nothing out here; a ledger that somebody else wrote may say it did.
    let record = |released: &Released| {
        let what = What::Release(released.clone());
        stand.office().record(noon(), &name("operator-1"), what).unwrap();
    };
    let early = Released { left: Some(LegalDay(day("2026-06-19"))), ..again.clone() };
    record(&early);
    assert_eq!(found(&stand), ["AC134"], "before it was accepted");
    stand.file("EXAMPLE-1", 300_000, Change::Ended);
    record(&again);
    assert_eq!(found(&stand), ["AC134", "AC134"], "after it ended");
    let unknown = Released { filing: Some(name("EXAMPLE-2")), ..again };
    record(&unknown);
    assert_eq!(found(&stand).len(), 3, "under a filing that nobody recorded");
}

#[test]
fn a_filing_ends_on_its_last_day_for_drift_too() {
    let (stand, again) = released("drifting-until");
    let office = stand.office();
    let history = office.history().unwrap();
    let (_, filed) = history.filings()["EXAMPLE-1"];
    let mut filed = filed.clone();
    filed.change = Change::Updated;
    filed.valid_until = Some(LegalDay(day("2026-12-01")));
    office.record(noon(), &name("operator-1"), What::Filing(filed)).unwrap();
    for (left, drifts) in [("2026-11-30", 0), ("2026-12-01", 1)] {
        let released = Released { left: Some(LegalDay(day(left))), ..again.clone() };
        let clock = at("2026-12-02T04:00:00Z");
        office.record(clock, &name("operator-1"), What::Release(released)).unwrap();
        assert_eq!(found(&stand).len(), drifts, "{left}");
    }
}

#[test]
fn a_sample_is_held_against_the_filing_that_names_its_recipient() {
    let (stand, _) = released("drifting-sample");
    let history = stand.office().history().unwrap();
    let sample = |fields: &[&str], recipient: Option<&str>, general: u64| Sample {
        name: "sample.csv".to_owned(),
        digest: None,
        fields: fields.iter().map(|field| (None, (*field).to_owned())).collect(),
        recipient: recipient.map(str::to_owned),
        general,
        sensitive: 0,
    };
    let known = Some(crate::stand::RECIPIENT);
    let found = |sample: &Sample| -> Vec<&'static str> {
        let findings = sampled(&history, sample, None).unwrap();
        findings.iter().map(|finding| finding.code.0).collect()
    };
    assert_eq!(found(&sample(&["name", "mobile"], known, 300_000)), Vec::<&str>::new());
    assert_eq!(found(&sample(&["name", "salary"], known, 300_001)), ["AC135", "AC137"]);
    assert_eq!(found(&sample(&["name"], Some("Another Ltd."), 1)), ["AC136"]);
    let mut sensitive = sample(&["name"], None, 0);
    sensitive.sensitive = 1;
    assert_eq!(found(&sensitive), ["AC137"]);
    let unknown = sampled(&history, &sensitive, Some("EXAMPLE-9"));
    assert_eq!(codes(unknown.map_err(|finding| vec![finding])), ["AC125"]);
}
