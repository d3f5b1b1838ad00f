use super::*;

fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

fn draft(what: What) -> Draft {
    let time = Time("2026-11-22T04:15:51Z".parse().unwrap());
    Draft { time, actor: name("operator-1"), found: Vec::new(), what }
}

fn day(text: &str) -> LegalDay {
    LegalDay(kouan_terms::parse_day(text).unwrap())
}

/// One of each kind, with every key set.
fn all() -> Vec<What> {
    let digest = Digest::sha256([0x5A; 32]);
    vec![
        permit(digest),
        What::Revoke(Revoked { id: name("permit-1"), permit: digest, because: Reason::Mistake }),
        filing(digest),
        release(digest),
        What::Withdrawn(Withdrawn { entry: 3, because: NeverOut::Interrupted }),
        What::Note(Noted { code: name("GT103"), entry: Some(3), digest: Some(digest) }),
    ]
}

fn field() -> Field {
    Field {
        table: Some(name("订单")),
        column: name("客户.城市"),
        transform: Some(name("generalise")),
    }
}

const ROUTE: kouan_terms::Route = kouan_terms::Route::SecurityAssessment;

fn permit(digest: Digest) -> What {
    What::Permit(Permitted {
        id: name("permit-1"),
        permit: digest,
        decision: digest,
        rulebook: digest,
        route: ROUTE,
        scenario: Some(name("auto/hr")),
        filing: Some(name("例评〔2026〕1号")),
        recipient: name("Nowhere Holdings"),
        purpose: Some(name("marketing")),
        fields: vec![field()],
        people: vec![PermitLimits { count: name("year.persons.general_pi"), at_most: 9 }],
        from: day("2026-11-22"),
        until: Some(day("2027-11-22")),
    })
}

fn filing(digest: Digest) -> What {
    What::Filing(Filed {
        number: name("例评〔2026〕1号"),
        kind: FilingKind::SecurityAssessment,
        authority: name("例省网信办"),
        change: Change::New,
        filed: day("2026-01-05"),
        accepted: Some(day("2026-03-05")),
        valid_until: Some(day("2029-03-05")),
        fields: vec![field()],
        general: Some(1_000_000),
        sensitive: Some(10),
        recipients: vec![name("Nowhere Holdings")],
        frequency: Some(Frequency::PerMonth(4)),
        pack: Some(digest),
    })
}

fn release(digest: Digest) -> What {
    let count = Count { new: 1, total: 2 };
    What::Release(Released {
        id: name("permit-1"),
        permit: digest,
        decision: digest,
        rulebook: digest,
        route: ROUTE,
        scenario: Some(name("auto/hr")),
        filing: Some(name("例评〔2026〕1号")),
        recipient: name("Nowhere Holdings"),
        source: digest,
        fields: vec![field()],
        rows: 7,
        rows_held_back: 2,
        people: People {
            segment: Some(digest),
            year: Totals { general: count, sensitive: count },
            lanes: vec![LaneCount {
                route: ROUTE,
                scenario: Some(name("auto/hr")),
                exemption: Some(name("cn/exempt-hr")),
                filing: Some(name("例评〔2026〕1号")),
                general: count,
                sensitive: count,
            }],
        },
        output: Output { name: name("out.parquet"), bytes: 99, digest },
        left: Some(day("2026-11-21")),
    })
}

#[test]
fn every_kind_is_read_back_as_it_was_written() {
    for (number, what) in (0..).zip(all()) {
        let kind = what.kind();
        let mut draft = draft(what);
        draft.found = vec![Found::UnfinishedCommit { files: 2 }, Found::SameRelease { entry: 1 }];
        let latest = Time("2026-11-22T04:15:52Z".parse().unwrap());
        let entry = Entry::of(&draft, number, Some(latest));
        let bytes = entry.to_bytes().unwrap();
        assert_eq!(Entry::read(&bytes, number).unwrap(), entry);
        assert!(String::from_utf8(bytes.clone()).unwrap().contains(&format!("\"{kind}\":")));
        assert_eq!(entry.latest(), latest);
        assert_eq!(Entry::read(&bytes, number + 1).unwrap_err().code.0, "LG120");
        // What is in the log is hashed as it stands: another spelling of the same is another entry.
        let spaced = [b" ", bytes.as_slice()].concat();
        assert_eq!(Entry::read(&spaced, number).unwrap_err().code.0, "LG120");
    }
}

#[test]
fn an_entry_with_an_unknown_key_or_a_day_that_is_not_its_own_is_refused() {
    let entry = Entry::of(&draft(all().remove(4)), 0, None);
    let text = String::from_utf8(entry.to_bytes().unwrap()).unwrap();
    assert!(text.contains("\"day\":\"2026-11-22\""));
    for (from, to) in [
        ("\"day\":\"2026-11-22\"", "\"day\":\"2026-11-23\""),
        ("\"entry\":3", "\"entry\":3,\"name\":\"x\""),
        ("\"actor\"", "\"person\""),
        ("04:15:51Z", "04:15:51+00:00"),
        ("operator-1", "13900001234"),
    ] {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text);
        assert_eq!(Entry::read(changed.as_bytes(), 0).unwrap_err().code.0, "LG120", "{to}");
    }
}

#[test]
fn the_schema_knows_every_kind_and_no_further_keys() {
    let schema = json_schema();
    for kind in all() {
        assert!(schema.contains(&format!("\"{}\"", kind.kind())));
    }
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["additionalProperties"], serde_json::Value::Bool(false));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_refused_without_panic(bytes: Vec<u8>, at: proptest::sample::Index, to: u8) {
        let _ = Entry::read(&bytes, 0);
        let mut entry = Entry::of(&draft(all().remove(3)), 0, None).to_bytes().unwrap();
        let at = at.index(entry.len());
        let before = entry[at];
        entry[at] = to;
        if let Ok(read) = Entry::read(&entry, 0) {
            // Another value may be a good one; what is read is then exactly what stands there.
            proptest::prop_assert_eq!(read.to_bytes().unwrap(), entry.clone());
        }
        entry[at] = before;
        proptest::prop_assert!(Entry::read(&entry, 0).is_ok());
    }

    #[test]
    fn any_text_is_a_name_or_refused_and_never_repeated(text: String) {
        if let Err(error) = Name::new(&text) {
            proptest::prop_assert!(error.values.is_empty());
        }
        let _ = Digest::parse(&text);
    }
}
