use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn frame(on: &str) -> Frame {
    let on = day(on);
    Frame { on, from: day("2026-01-01"), until: day("2026-12-31"), seed: [7; 32] }
}

/// So many new persons on every `every`-th day from 1 January.
fn steady(on: &str, every: usize, new: u64) -> Observed {
    let (from, on) = (day("2026-01-01"), day(on));
    let days = (0..).step_by(every).take_while(|n| *n <= days_between(from, on).unwrap());
    let increments: Vec<(Day, u64)> =
        days.map(|n| (from.checked_add(jiff::Span::new().days(n as i64)).unwrap(), new)).collect();
    Observed::new(from, on, &increments)
}

#[test]
fn a_steady_pace_reaches_a_line_on_its_day() {
    let frame = frame("2026-03-01");
    let observed = steady("2026-03-01", 1, 100);
    assert_eq!((observed.days(), observed.busy_days()), (60, 60));
    let paths = frame.paths(&observed, 6_000, "x");
    let expected = Crossing::Expected {
        earliest: day("2026-03-11"),
        middle: Some(day("2026-03-11")),
        latest: Some(day("2026-03-11")),
        courses: PATHS,
    };
    assert_eq!(frame.crossing(Some(&paths), 7_000), expected);
    // 305 days are left.
    assert_eq!(frame.crossing(Some(&paths), 36_501), Crossing::NotThisYear { courses: 0 });
    let fan = paths.fan();
    assert_eq!(fan.len(), 305);
    assert_eq!(fan[304], Fan { low: 36_500, middle: 36_500, high: 36_500 });
}

#[test]
fn an_uneven_pace_gives_an_interval_around_the_day() {
    let frame = frame("2026-06-30");
    // 1,000 every 14 days: 14 more loads are 14,000, about 196 days.
    let observed = steady("2026-06-30", 14, 1_000);
    let paths = frame.paths(&observed, 13_000, "x");
    let Crossing::Expected { earliest, middle: Some(middle), latest, courses } =
        frame.crossing(Some(&paths), 20_000)
    else {
        panic!("no interval");
    };
    assert!(earliest < middle && latest.is_some_and(|latest| middle < latest));
    assert!((day("2026-09-01")..=day("2026-11-15")).contains(&middle), "{middle}");
    assert!(courses > 1_800);
    // A line that some courses reach, and fewer than half of them.
    let reached = (26_000..40_000).step_by(500).map(|line| frame.crossing(Some(&paths), line));
    let doubtful = reached.filter(|one| matches!(one, Crossing::Expected { middle: None, .. }));
    assert!(doubtful.count() > 0);
}

#[test]
fn too_little_history_says_nothing() {
    assert!(!steady("2026-01-27", 1, 5).is_enough(0));
    assert!(steady("2026-01-28", 1, 5).is_enough(0));
    // Four days on which somebody left are too few, however long it was watched.
    assert!(!steady("2026-04-30", 30, 5).is_enough(0));
    assert!(steady("2026-05-01", 30, 5).is_enough(0));
    // That nobody entered a count is known where others left.
    let nobody = steady("2026-05-01", 1, 0);
    assert!(nobody.is_enough(5) && !nobody.is_enough(4));
    let frame = frame("2026-02-01");
    assert_eq!(frame.crossing(None, 100), Crossing::CannotTell);
    let last = Frame { on: day("2026-12-31"), ..frame };
    assert_eq!(last.crossing(None, 100), Crossing::NotThisYear { courses: 0 });
}

#[test]
fn the_same_seed_draws_the_same_courses_and_another_one_does_not() {
    let frame = frame("2026-06-30");
    let observed = steady("2026-06-30", 5, 77);
    let draw = |name: &str| frame.paths(&observed, 0, name).fan();
    assert_eq!(draw("a"), draw("a"));
    assert_ne!(draw("a"), draw("b"));
}

#[test]
fn every_observed_day_is_drawn_as_often_as_any_other() {
    let from = day("2026-01-01");
    let increments = [(day("2026-01-30"), 30)];
    let observed = Observed::new(from, day("2026-01-30"), &increments);
    let paths = Paths::draw(&observed, 0, 300, [3; 32]);
    let mean: u64 = paths.fan().last().map(|fan| fan.middle).unwrap();
    // One day of thirty brings thirty: one a day, wherever the day stands among them.
    assert!((270..=330).contains(&mean), "{mean}");
}
