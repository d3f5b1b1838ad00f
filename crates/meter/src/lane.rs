//! Lanes: in which a person leaves, and which of them are counted together.

use std::fmt;

use kouan_terms::{Route, RuleId, ScenarioId};

/// A calendar year of the law: from 00:00 on 1 January, Asia/Shanghai, to the same a year later.
///
/// LAW: `cn/flow-2024#art-8.1`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarYear(u16);

impl CalendarYear {
    /// The year of this number; `None` before 2000 and past 9999.
    #[must_use]
    pub const fn new(year: u16) -> Option<CalendarYear> {
        if year >= 2000 && year <= 9999 { Some(CalendarYear(year)) } else { None }
    }

    /// The year in Asia/Shanghai at a moment, in seconds since 1970-01-01T00:00:00Z.
    ///
    /// The zone has been eight hours ahead all year round since 1992.
    #[must_use]
    pub const fn at(seconds: i64) -> Option<CalendarYear> {
        const DAY: i64 = 86_400;
        const ERA_DAYS: i64 = 146_097;
        // Counted from 1 January 2000, which begins a cycle of 400 years.
        let days = seconds.saturating_add(8 * 3600).div_euclid(DAY) - 10_957;
        let (era, day) = (days.div_euclid(ERA_DAYS), days.rem_euclid(ERA_DAYS));
        let mut year = 2000 + era * 400;
        let mut rest = day;
        loop {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = if leap { 366 } else { 365 };
            if rest < length {
                break;
            }
            rest -= length;
            year += 1;
        }
        if year < 2000 || year > 9999 { None } else { CalendarYear::new(year as u16) }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for CalendarYear {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:04}", self.0)
    }
}

/// In which way a person leaves: what is told apart in the counts of one handler and year.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lane {
    /// The route.
    pub route: Route,
    /// The scenario of a list, where one is used.
    pub scenario: Option<ScenarioId>,
    /// The rule that exempts the flow, where one does. Exempt flows stand apart, so that the counts
    /// can be told with them and without them.
    pub exemption: Option<RuleId>,
    /// The filing under which the flow leaves, where one was needed: each has a number of persons
    /// of its own.
    pub filing: Option<Box<str>>,
}

impl Lane {
    /// A lane of this route, with nothing else to it.
    #[must_use]
    pub const fn of(route: Route) -> Lane {
        Lane { route, scenario: None, exemption: None, filing: None }
    }
}

/// Lanes that are counted together: those that are all it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Lanes of this route only.
    pub route: Option<Route>,
    /// Lanes of this scenario only.
    pub scenario: Option<ScenarioId>,
    /// Lanes under this filing only.
    pub filing: Option<Box<str>>,
    /// No lanes under these filings.
    pub but_filings: Vec<Box<str>>,
    /// What of exempt lanes.
    pub exempt: Exempt,
}

/// Whether exempt lanes are counted: the two readings of an unsettled point of law, and a third for
/// showing them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exempt {
    /// Counted in with the others.
    #[default]
    CountedIn,
    /// Left out.
    LeftOut,
    /// Counted, and no others.
    Alone,
}

impl Scope {
    /// Everything of the year, exempt lanes as said.
    #[must_use]
    pub fn year(exempt: Exempt) -> Scope {
        Scope { exempt, ..Scope::default() }
    }

    /// Whether a lane belongs to it.
    #[must_use]
    pub fn holds(&self, lane: &Lane) -> bool {
        let exempt = match self.exempt {
            Exempt::CountedIn => true,
            Exempt::LeftOut => lane.exemption.is_none(),
            Exempt::Alone => lane.exemption.is_some(),
        };
        exempt
            && self.route.is_none_or(|route| route == lane.route)
            && (self.scenario.is_none() || self.scenario == lane.scenario)
            && (self.filing.is_none() || self.filing == lane.filing)
            && lane.filing.as_ref().is_none_or(|filing| !self.but_filings.contains(filing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(seconds: i64) -> Option<u16> {
        CalendarYear::at(seconds).map(CalendarYear::number)
    }

    #[test]
    fn lanes_under_a_filing_can_be_left_out() {
        let free = Lane::of(Route::Exempt);
        let filed = Lane { filing: Some("A-1".into()), ..Lane::of(Route::ContractOrCertification) };
        let but = Scope { but_filings: vec!["A-1".into()], ..Scope::default() };
        assert!(but.holds(&free) && !but.holds(&filed));
        assert!(Scope::default().holds(&filed));
    }

    #[test]
    fn the_year_turns_at_midnight_in_shanghai() {
        // 2027-01-01T00:00:00+08:00
        let turn = 1_798_732_800;
        assert_eq!(year(turn - 1), Some(2026));
        assert_eq!(year(turn), Some(2027));
        assert_eq!(year(946_656_000), Some(2000));
        assert_eq!(year(946_655_999), None);
        assert_eq!(year(i64::MAX), None);
        assert_eq!(year(i64::MIN), None);
    }

    #[test]
    fn a_leap_day_moves_the_turn_of_its_year_by_a_day() {
        // 2028-02-29T23:59:59+08:00 and the last second of 2028.
        assert_eq!(year(1_835_452_799), Some(2028));
        let turn_2028 = 1_798_732_800 + 365 * 86_400;
        assert_eq!((year(turn_2028 - 1), year(turn_2028)), (Some(2027), Some(2028)));
        let turn_2029 = turn_2028 + 366 * 86_400;
        assert_eq!((year(turn_2029 - 1), year(turn_2029)), (Some(2028), Some(2029)));
    }
}
