//! Counts and bounds against the reference; limits.

use kouan_disk::sim::Simulated;
use kouan_meter::{
    Account, AtLimit, CalendarYear, Exempt, Lane, Limit, Live, Marks, Measure, Scope, Standing,
    Year, persons, sweep,
};
use kouan_terms::{Route, RuleId, ScenarioId};
use proptest::prelude::*;

use crate::reference::{self, ACCOUNT, EMAIL, PlainKey, PlainRow, WECHAT};

pub(crate) fn year() -> CalendarYear {
    CalendarYear::new(2026).unwrap()
}

pub(crate) fn lanes() -> [Lane; 3] {
    let contract = Lane::of(Route::ContractOrCertification);
    let scenario = Lane {
        scenario: Some(ScenarioId::new("invented/scenario")),
        filing: Some("甲一".into()),
        ..contract.clone()
    };
    let exempt =
        Lane { exemption: Some(RuleId::new("cn.exempt.invented")), ..Lane::of(Route::Exempt) };
    [contract, scenario, exempt]
}

fn account(handler: usize) -> Account {
    Account::new("meter", ["例某", "甲一"][handler], year(), [7; 16]).unwrap()
}

fn scopes() -> Vec<(Scope, [bool; 3])> {
    let of_route = Scope { route: Some(Route::ContractOrCertification), ..Scope::default() };
    let of_scenario = Scope { scenario: lanes()[1].scenario.clone(), ..Scope::default() };
    let of_filing = Scope { filing: Some("甲一".into()), ..Scope::default() };
    vec![
        (Scope::year(Exempt::CountedIn), [true, true, true]),
        (Scope::year(Exempt::LeftOut), [true, true, false]),
        (Scope::year(Exempt::Alone), [false, false, true]),
        (of_route, [true, true, false]),
        (of_scenario, [false, true, false]),
        (of_filing, [false, true, false]),
    ]
}

fn key() -> impl Strategy<Value = PlainKey> {
    let kinds = prop_oneof![Just(0), Just(7), Just(EMAIL), Just(ACCOUNT), Just(WECHAT)];
    (kinds, 0..3_u64).prop_map(|(kind, number)| PlainKey { kind, number })
}

fn row() -> impl Strategy<Value = PlainRow> {
    let marks = [
        Marks::NONE,
        Marks::GENERAL,
        Marks::SENSITIVE,
        Marks::GENERAL | Marks::SENSITIVE,
        Marks::MAYBE_GENERAL,
        Marks::MAYBE_SENSITIVE | Marks::GENERAL,
        Marks::MINOR | Marks::SENSITIVE,
        Marks::MAYBE_MINOR | Marks::MAYBE_SENSITIVE,
    ];
    let keys = prop::collection::vec(key(), 0..4);
    let marks = prop::sample::select(marks.to_vec());
    (0..2_usize, 0..3_usize, 0..2_u8, 0..3_u64, keys, marks).prop_map(
        |(handler, lane, source, number, keys, marks)| PlainRow {
            handler,
            lane,
            source,
            number,
            keys,
            marks,
        },
    )
}

/// Releases rows in a lane, as the owner of the ledger does; `true` when there was anything new.
fn release(disk: &Simulated, rows: &[&PlainRow], live: &mut [Live; 2]) -> bool {
    let (handler, lane) = (rows[0].handler, rows[0].lane);
    let mut year = Year::open(disk, account(handler), &live[handler]).unwrap();
    let lane = lanes()[lane].clone();
    let before: Vec<_> = scopes().iter().map(|(scope, _)| year.tally(scope)).collect();
    let mut batch = year.rows([rows[0].source; 32]);
    for row in rows {
        let keys: Vec<_> = row.keys.iter().map(|key| key.key()).collect();
        batch.push(row.number, &keys, row.marks);
    }
    let mut session = year.session(lane, Vec::new(), AtLimit::Stop).unwrap();
    let mut may_leave = Vec::new();
    session.batch(&batch, &mut may_leave).unwrap();
    assert!(may_leave.len() == rows.len() && may_leave.iter().all(|may| *may));
    session.catch_up(&live[handler]).unwrap();
    let sealed = session.seal(self::year()).unwrap();
    let after: Vec<_> = scopes().iter().map(|(scope, _)| sealed.tally(&year, scope)).collect();
    live[handler].segments.extend(sealed.segment);
    if sealed.segment.is_none() {
        assert_eq!(before, after);
        assert_eq!(sealed.new_in_lane.all, 0);
    }
    year.catch_up(&live[handler]).unwrap();
    for ((scope, _), after) in scopes().iter().zip(after) {
        assert_eq!(year.tally(scope), after);
    }
    sealed.segment.is_some()
}

fn check(disk: &Simulated, rows: &[PlainRow], live: &[Live; 2]) {
    let mut years =
        [0, 1].map(|handler| Year::open(disk, account(handler), &live[handler]).unwrap());
    for (scope, inside) in scopes() {
        for (handler, year) in years.iter_mut().enumerate() {
            let own: Vec<PlainRow> =
                rows.iter().filter(|row| row.handler == handler).cloned().collect();
            let unlinked = reference::unlinked(&own, |row| inside[row.lane]);
            assert_eq!(year.tally(&scope), unlinked);
            let (least, most) = reference::bounds(&own, |row| inside[row.lane]);
            let counted = persons(&mut [year], &scope).unwrap();
            assert_eq!((counted.at_least, counted.at_most), (least, most), "{scope:?}");
        }
        let (least, most) = reference::bounds(rows, |row| inside[row.lane]);
        let [one, other] = &mut years;
        let counted = persons(&mut [one, other], &scope).unwrap();
        assert_eq!((counted.at_least, counted.at_most), (least, most), "{scope:?}");
    }
    for row in rows.iter().filter(|row| !row.keys.is_empty()) {
        let keys: Vec<_> = row.keys.iter().map(|key| key.key()).collect();
        let scope = Scope { route: Some(lanes()[row.lane].route), ..Scope::default() };
        let known = years[row.handler].known(&keys, &scope).unwrap();
        assert!(known.is_some_and(|known| known.has(row.marks)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn counts_and_bounds_are_those_of_the_reference(
        rows in prop::collection::vec(row(), 0..8),
        cuts in prop::collection::vec(any::<bool>(), 8),
        merges in prop::collection::vec(0..4_u8, 8),
    ) {
        let disk = Simulated::new(1);
        let mut live = [Live::default(), Live::default()];
        let mut group: Vec<&PlainRow> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let alike = |first: &&PlainRow| {
                (first.handler, first.lane, first.source) == (row.handler, row.lane, row.source)
            };
            if group.first().is_some_and(|first| !alike(first) || cuts[at]) {
                release(&disk, &group, &mut live);
                group.clear();
            }
            group.push(row);
            if merges[at] == 0 && !live[row.handler].segments.is_empty() {
                let of = &mut live[row.handler];
                let year = Year::open(&disk, account(row.handler), of).unwrap();
                of.merged.extend(year.merge().unwrap());
            }
            if merges[at] == 1 {
                sweep(&disk, &account(row.handler), &live[row.handler]).unwrap();
            }
        }
        if !group.is_empty() {
            release(&disk, &group, &mut live);
        }
        check(&disk, &rows, &live);
        // Once more, row by row and from behind: nothing is new.
        for row in rows.iter().rev() {
            prop_assert!(!release(&disk, &[row], &mut live));
        }
        check(&disk, &rows, &live);
    }
}

fn person(number: u64) -> PlainKey {
    PlainKey { kind: 0, number }
}

fn limit(most: u64, measure: Measure) -> Limit {
    Limit { name: "persons".to_owned(), scope: Scope::year(Exempt::LeftOut), measure, most }
}

/// Releases persons in order; the answers, and what was sealed.
fn run(
    disk: &Simulated,
    live: &mut Live,
    limits: Vec<Limit>,
    people: &[(u64, Marks)],
) -> (Vec<bool>, kouan_meter::Sealed) {
    let mut year = Year::open(disk, account(0), live).unwrap();
    let mut rows = year.rows([0; 32]);
    for (row, (number, marks)) in (0..).zip(people) {
        rows.push(row, &[person(*number).key()], *marks);
    }
    let [lane, ..] = lanes();
    let mut session = year.session(lane, limits, AtLimit::Headroom).unwrap();
    let mut may_leave = Vec::new();
    session.batch(&rows, &mut may_leave).unwrap();
    let sealed = session.seal(self::year()).unwrap();
    live.segments.extend(sealed.segment);
    (may_leave, sealed)
}

#[test]
fn known_persons_pass_and_new_ones_while_there_is_room() {
    let disk = Simulated::new(5);
    let mut live = Live::default();
    let general = |numbers: &[u64]| -> Vec<(u64, Marks)> {
        numbers.iter().map(|number| (*number, Marks::GENERAL)).collect()
    };
    run(&disk, &mut live, Vec::new(), &general(&[1, 2, 3]));
    let limits = || vec![limit(5, Measure::All)];
    let (may, sealed) = run(&disk, &mut live, limits(), &general(&[7, 1, 8, 9, 7, 9, 2, 10]));
    assert_eq!(may, [true, true, true, false, true, false, true, false]);
    assert_eq!((sealed.rows, sealed.held_rows, sealed.held_persons), (5, 3, 2));
    assert_eq!((sealed.released.all, sealed.new_in_lane.all), (4, 2));
    let [standing] = &sealed.standings[..] else { panic!("one limit") };
    assert_eq!((standing.before, standing.after, standing.room()), (3, 5, 0));
    // The same again: whoever passed passes, whoever was held back is.
    let (again, sealed) = run(&disk, &mut live, limits(), &general(&[7, 1, 8, 9, 7, 9, 2, 10]));
    assert_eq!(again, may);
    assert_eq!(sealed.segment, None);
}

#[test]
fn a_person_may_be_known_to_one_limit_and_new_to_another() {
    let disk = Simulated::new(6);
    let mut live = Live::default();
    run(&disk, &mut live, Vec::new(), &[(1, Marks::GENERAL)]);
    let limits = vec![limit(9, Measure::General), limit(0, Measure::Sensitive)];
    let both = Marks::GENERAL | Marks::SENSITIVE;
    let people = [(1, both), (1, Marks::GENERAL), (2, Marks::GENERAL), (2, Marks::SENSITIVE)];
    let (may, _) = run(&disk, &mut live, limits, &people);
    assert_eq!(may, [false, true, true, false]);
    let year = Year::open(&disk, account(0), &live).unwrap();
    let tally = year.tally(&Scope::default());
    assert_eq!((tally.all, tally.general, tally.sensitive), (2, 2, 0));
}

#[test]
fn a_release_that_is_to_stop_stops_and_counts_for_nothing() {
    let disk = Simulated::new(7);
    let mut live = Live::default();
    run(&disk, &mut live, Vec::new(), &[(1, Marks::GENERAL)]);
    let mut year = Year::open(&disk, account(0), &live).unwrap();
    let mut rows = year.rows([0; 32]);
    rows.push(0, &[person(1).key()], Marks::GENERAL);
    rows.push(1, &[person(2).key()], Marks::GENERAL);
    let limits = vec![limit(1, Measure::All)];
    let [lane, ..] = lanes();
    let mut session = year.session(lane, limits, AtLimit::Stop).unwrap();
    let mut may_leave = Vec::new();
    assert_eq!(session.batch(&rows, &mut may_leave).unwrap_err().code.0, "MT105");
    assert_eq!(session.batch(&rows, &mut may_leave).unwrap_err().code.0, "MT107");
    assert_eq!(session.seal(self::year()).unwrap_err().code.0, "MT107");
    assert_eq!(year.tally(&Scope::default()).all, 1);
}

#[test]
fn room_that_another_release_took_meanwhile_is_gone() {
    let disk = Simulated::new(8);
    let live = Live::default();
    let [lane, ..] = lanes();
    let mut years = [0, 1].map(|_| Year::open(&disk, account(0), &live).unwrap());
    let [one, other] = &mut years;
    let begin = |year: &mut Year<'_>, people: &[u64]| {
        let mut rows = year.rows([0; 32]);
        people.iter().for_each(|number| rows.push(0, &[person(*number).key()], Marks::GENERAL));
        rows
    };
    let (first, second) = (begin(one, &[1, 2]), begin(other, &[2, 3]));
    let mut may_leave = Vec::new();
    let limits = || vec![limit(2, Measure::All)];
    let mut early = one.session(lane.clone(), limits(), AtLimit::Stop).unwrap();
    let mut late = other.session(lane, limits(), AtLimit::Stop).unwrap();
    early.batch(&first, &mut may_leave).unwrap();
    late.batch(&second, &mut may_leave).unwrap();
    let sealed = early.seal(self::year()).unwrap();
    let live = Live { segments: vec![sealed.segment.unwrap()], merged: Vec::new() };
    assert_eq!(late.catch_up(&live).unwrap_err().code.0, "MT106");
    assert_eq!(late.seal(self::year()).unwrap_err().code.0, "MT107");
    assert_eq!(other.tally(&Scope::default()).all, 2);
}

#[test]
fn levels_warn_when_they_are_reached_from_below() {
    let standing = |before, after| Standing { limit: limit(200, Measure::All), before, after };
    let levels = [80, 95];
    assert_eq!(standing(0, 159).reached(&levels), None);
    assert_eq!(standing(0, 160).reached(&levels), Some(80));
    assert_eq!(standing(160, 189).reached(&levels), None);
    assert_eq!(standing(10, 200).reached(&levels), Some(95));
    assert_eq!(standing(0, 160).warning(&levels).unwrap().code.0, "MT120");
}

#[test]
fn a_segment_of_someone_else_or_of_another_year_is_refused() {
    let disk = Simulated::new(9);
    let mut live = Live::default();
    run(&disk, &mut live, Vec::new(), &[(1, Marks::GENERAL)]);
    let digest = live.segments[0];
    let next = Account::new("meter", "例某", CalendarYear::new(2027).unwrap(), [7; 16]).unwrap();
    assert_eq!(Year::open(&disk, next.clone(), &live).unwrap_err().code.0, "MT101");
    let from = format!("{}/{digest}", account(0).folder());
    kouan_disk::Disk::make_dir(&disk, next.folder()).unwrap();
    kouan_disk::Disk::rename(&disk, &from, &format!("{}/{digest}", next.folder())).unwrap();
    assert_eq!(Year::open(&disk, next, &live).unwrap_err().code.0, "MT104");
}

/// Keys of many: as good as random, hashed ones among them, or one after another.
fn crowd(numbers: std::ops::Range<u64>, in_a_row: bool) -> Vec<kouan_meter::Key> {
    use kouan_meter::{Key, Kind};
    let key = |number: u64| {
        let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let kind = Kind::at((number % 3) as u8 * 4).unwrap();
        match (in_a_row, number % 5) {
            (false, 0) => Key::wide(kind, u128::from(spread) << 64 | u128::from(number)),
            (true, 0) => Key::wide(kind, number.into()),
            (false, _) => Key::narrow(kind, spread >> 6).unwrap(),
            (true, _) => Key::narrow(kind, number).unwrap(),
        }
    };
    numbers.map(key).collect()
}

#[test]
fn of_many_in_many_blocks_everyone_is_found_and_nobody_else() {
    for (in_a_row, memory) in [(false, usize::MAX), (false, 1), (true, 100_000)] {
        let disk = Simulated::new(10);
        let mut live = Live::default();
        let [lane, other, _] = lanes();
        // The first half is merged; the second comes after; the third overlaps both.
        for (round, numbers) in [0..20_000, 15_000..30_000, 10_000..34_000].into_iter().enumerate()
        {
            let mut year = Year::open(&disk, account(0), &live).unwrap().with_memory(memory);
            let before = year.tally(&Scope::default()).all;
            let mut session = year
                .session([&lane, &lane, &other][round].clone(), Vec::new(), AtLimit::Stop)
                .unwrap();
            for part in crowd(numbers.clone(), in_a_row).chunks(7_000) {
                let mut rows = Year::open(&disk, account(0), &live).unwrap().rows([0; 32]);
                part.iter().for_each(|key| rows.push(0, &[*key], Marks::GENERAL));
                session.batch(&rows, &mut Vec::new()).unwrap();
                session.batch(&rows, &mut Vec::new()).unwrap();
            }
            let sealed = session.seal(self::year()).unwrap();
            let expected = [20_000, 10_000, 4_000][round];
            assert_eq!(sealed.tally(&year, &Scope::default()).all - before, expected);
            assert_eq!(sealed.released.all, numbers.end - numbers.start);
            live.segments.extend(sealed.segment);
            if round == 0 {
                let year = Year::open(&disk, account(0), &live).unwrap();
                live.merged.extend(year.merge().unwrap());
            }
        }
        let mut year = Year::open(&disk, account(0), &live).unwrap().with_memory(memory);
        assert_eq!(year.merged(), 20_000);
        assert_eq!(year.tally(&Scope::default()).all, 34_000);
        for (number, key) in (0..).zip(crowd(0..36_000, in_a_row)).step_by(7) {
            let known = year.known(&[key], &Scope::default()).unwrap();
            assert_eq!(known.is_some(), number < 34_000, "{number}");
        }
        let digest = year.merge().unwrap().unwrap();
        let merged = Live { merged: vec![digest], ..live.clone() };
        let again = Year::open(&disk, account(0), &merged).unwrap();
        assert_eq!((again.merged(), again.unmerged()), (34_000, 0));
        assert_eq!(again.tally(&Scope::year(Exempt::LeftOut)), year.tally(&Scope::default()));
    }
}
