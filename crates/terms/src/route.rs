//! Legal routes, sets of routes, counts of people and degrees of confidence.

/// A legal route for a transfer. The set is closed: a new route is a change of code.
///
/// Routes are ordered from lighter to stricter as far as they stand on the ladder
/// ([`Route::rung`]); [`Route::OtherLawfulRoute`] and [`Route::GbaContract`] stand beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Route {
    /// Neither personal information nor important data leaves: the mechanisms are not concerned.
    None,
    /// Inside the regime, freed by a provision; the other duties stay.
    Exempt,
    /// Standard contract with filing, or certification, as the handler prefers.
    ContractOrCertification,
    /// Apply to the CAC for a security assessment.
    SecurityAssessment,
    /// Not at all, or only with a competent authority's approval.
    Prohibited,
    /// A special regime instead of the three mechanisms.
    OtherLawfulRoute,
    /// The Greater Bay Area contract: an option beside the route, never forced.
    GbaContract,
    /// The facts in hand leave at least two routes open.
    Undetermined,
}

impl Route {
    /// Every route that one evaluation of the rules can end in, lightest first.
    pub const OUTCOMES: [Route; 6] = [
        Route::None,
        Route::Exempt,
        Route::ContractOrCertification,
        Route::SecurityAssessment,
        Route::Prohibited,
        Route::OtherLawfulRoute,
    ];

    /// The wire name, as in the rulebook and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Route::None => "none",
            Route::Exempt => "exempt",
            Route::ContractOrCertification => "contract-or-certification",
            Route::GbaContract => "gba-contract",
            Route::SecurityAssessment => "security-assessment",
            Route::OtherLawfulRoute => "other-lawful-route",
            Route::Prohibited => "prohibited",
            Route::Undetermined => "undetermined",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Route> {
        let all = Self::OUTCOMES.into_iter().chain([Route::GbaContract, Route::Undetermined]);
        all.into_iter().find(|route| route.as_str() == text)
    }

    /// The place on the ladder from lightest (0) to strictest (4); `None` beside the ladder.
    #[must_use]
    pub fn rung(self) -> Option<u8> {
        match self {
            Route::None => Some(0),
            Route::Exempt => Some(1),
            Route::ContractOrCertification => Some(2),
            Route::SecurityAssessment => Some(3),
            Route::Prohibited => Some(4),
            Route::OtherLawfulRoute | Route::GbaContract | Route::Undetermined => None,
        }
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of routes that are still possible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RouteSet(u8);

impl RouteSet {
    /// No route.
    pub const EMPTY: RouteSet = RouteSet(0);

    /// Adds a route.
    pub fn insert(&mut self, route: Route) {
        self.0 |= 1 << (route as u8);
    }

    /// Says whether the route is in the set.
    #[must_use]
    pub fn contains(self, route: Route) -> bool {
        self.0 & (1 << (route as u8)) != 0
    }

    /// The routes of either set.
    #[must_use]
    pub fn union(self, other: RouteSet) -> RouteSet {
        RouteSet(self.0 | other.0)
    }

    /// How many routes are in the set.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Says whether no route is in the set.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The routes in the set, lightest first.
    pub fn iter(self) -> impl Iterator<Item = Route> {
        let beside = [Route::GbaContract];
        Route::OUTCOMES.into_iter().chain(beside).filter(move |route| self.contains(*route))
    }

    /// The route, when exactly one is left; otherwise [`Route::Undetermined`].
    #[must_use]
    pub fn decision(self) -> Route {
        let mut routes = self.iter();
        match (routes.next(), routes.next()) {
            (Some(only), None) => only,
            _ => Route::Undetermined,
        }
    }
}

impl FromIterator<Route> for RouteSet {
    fn from_iter<I: IntoIterator<Item = Route>>(routes: I) -> Self {
        let mut set = RouteSet::EMPTY;
        routes.into_iter().for_each(|route| set.insert(route));
        set
    }
}

/// Distinct natural persons; never rows, calls or records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonCount(pub u64);

impl PersonCount {
    /// More people than live on Earth: no count in a declaration may reach it.
    pub const LIMIT: PersonCount = PersonCount(10_000_000_000);
}

impl std::fmt::Display for PersonCount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let digits = self.0.to_string();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// How well an entry of the rulebook is sourced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A single weak source, or composed: may raise a question, never decides.
    Low,
    /// One decent secondary source: decides, and the caveat is shown.
    Medium,
    /// The primary text or an official release, or two good sources.
    High,
}

impl Confidence {
    /// The word used in the rulebook and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_round_trip() {
        for route in Route::OUTCOMES.into_iter().chain([Route::GbaContract, Route::Undetermined]) {
            assert_eq!(Route::parse(route.as_str()), Some(route));
        }
        assert_eq!(Route::parse("free"), None);
    }

    #[test]
    fn a_set_of_one_decides() {
        let one: RouteSet = [Route::Exempt].into_iter().collect();
        let two: RouteSet = [Route::Exempt, Route::None].into_iter().collect();
        assert_eq!(one.decision(), Route::Exempt);
        assert_eq!(two.decision(), Route::Undetermined);
        assert_eq!(RouteSet::EMPTY.decision(), Route::Undetermined);
        assert_eq!(two.iter().collect::<Vec<_>>(), [Route::None, Route::Exempt]);
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!(PersonCount(0).to_string(), "0");
        assert_eq!(PersonCount(999).to_string(), "999");
        assert_eq!(PersonCount(1_000_000).to_string(), "1,000,000");
    }
}
