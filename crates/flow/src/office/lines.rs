//! The lines that a handler’s persons are measured against: those of the law, under each reading,
//! and those of its filings.

use kouan_decide::{Threshold, thresholds};
use kouan_ledger::entry::{Change, Filed};
use kouan_meter::{Lane, Measure, Scope};
use kouan_rulebook::Book;
use kouan_terms::{Day, ScenarioId};

use super::History;
use super::counting::{Counting, GENERAL, SCENARIO, SENSITIVE, countings, edition_of, of_scenario};

/// A count of persons and the lines above it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What it is a count of.
    pub of: Subject,
    /// Whom the meter counts for it.
    pub counting: Counting,
    /// The lines, ascending.
    pub lines: Vec<Line>,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A count of the law over the whole year, by its fact.
    Year(&'static str),
    /// A count of the law within a scenario of a list, by its fact.
    Scenario(&'static str, ScenarioId),
    /// The persons of a filing: with sensitive PI, or with general PI.
    Filing {
        /// Its number.
        number: Box<str>,
        /// Whether it is the number of persons with sensitive PI.
        is_sensitive: bool,
    },
}

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The smallest count that is on the other side.
    pub at: u64,
    /// What changes there by law; `None` where it is the number of a filing.
    pub law: Option<Threshold>,
}

impl Measured {
    /// A name that tells the count from others of the same ledger, and is the same tomorrow.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = match &self.of {
            Subject::Year(fact) => (*fact).to_owned(),
            Subject::Scenario(fact, scenario) => format!("{fact}/{scenario}"),
            Subject::Filing { number, is_sensitive: false } => {
                format!("filing.general_pi/{number}")
            }
            Subject::Filing { number, is_sensitive: true } => {
                format!("filing.sensitive_pi/{number}")
            }
        };
        for (point, reading) in &self.counting.readings {
            name.push_str(&format!(" {point}:{reading}"));
        }
        name
    }
}

/// Every count of a handler, or of several together, and its lines, by the law of a day: the whole
/// year under each reading, the one that decides first; the scenarios in whose lanes somebody left;
/// the filings that stand.
#[must_use]
pub fn measured(book: &Book, on: Day, histories: &[&History], lanes: &[Lane]) -> Vec<Measured> {
    let mut scenarios: Vec<&ScenarioId> =
        lanes.iter().filter_map(|lane| lane.scenario.as_ref()).collect();
    scenarios.sort_unstable();
    scenarios.dedup();
    let mut law = thresholds(book, on, None);
    let mut listed = Vec::new();
    for scenario in scenarios {
        let list = edition_of(book, scenario);
        let of = thresholds(book, on, list.as_ref().map(|(edition, own)| (edition, own)));
        for one in &of {
            if !law.iter().any(|known| (&known.fact, known.at) == (&one.fact, one.at)) {
                law.push(one.clone());
            }
        }
        listed.push((scenario, of));
    }
    let mut all = Vec::new();
    for fact in [GENERAL, SENSITIVE] {
        let lines = lines_of(fact, &law);
        for counting in countings(book, on, fact, histories) {
            all.push(Measured { of: Subject::Year(fact), counting, lines: lines.clone() });
        }
    }
    for (scenario, law) in listed {
        for fact in SCENARIO {
            let lines = lines_of(fact, &law);
            if !lines.is_empty() {
                let of = Subject::Scenario(fact, scenario.clone());
                all.push(Measured { of, counting: of_scenario(fact, scenario), lines });
            }
        }
    }
    for history in histories {
        let filings = history.filings();
        let standing = filings.values().filter(|(_, filed)| filed.change != Change::Ended);
        all.extend(standing.flat_map(|(_, filed)| of_filing(filed)));
    }
    all
}

fn lines_of(fact: &str, law: &[Threshold]) -> Vec<Line> {
    let of = law.iter().filter(|line| line.fact.as_str() == fact);
    let mut lines: Vec<Line> =
        of.map(|line| Line { at: line.at, law: Some(line.clone()) }).collect();
    lines.sort_by_key(|line| line.at);
    lines
}

/// The numbers of a filing; the line is the first person above.
fn of_filing(filed: &Filed) -> impl Iterator<Item = Measured> {
    let number: Box<str> = filed.number.as_str().into();
    let numbers = [(filed.general, false), (filed.sensitive, true)];
    numbers.into_iter().filter_map(move |(most, is_sensitive)| {
        let measure = if is_sensitive { Measure::Sensitive } else { Measure::General };
        let scope = Scope { filing: Some(number.clone()), ..Scope::default() };
        let counting = Counting { readings: Vec::new(), decides: true, scope, measure };
        let lines = vec![Line { at: most?.saturating_add(1), law: None }];
        let of = Subject::Filing { number: number.clone(), is_sensitive };
        Some(Measured { of, counting, lines })
    })
}
