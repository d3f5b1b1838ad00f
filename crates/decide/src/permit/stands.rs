//! Whether a permit still stands, asked again at each use.

use kouan_rulebook::Book;
use kouan_terms::{Day, Diagnostic, EditionId, Route, ScenarioId};

use super::{Permit, basis};
use crate::assess::Decider;
use crate::decision::CiteLine;
use crate::request::Request;
use crate::thresholds::thresholds;

/// One use of a permit.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    /// The day, Asia/Shanghai.
    pub on: Day,
    /// Who shall receive, when the user says it.
    pub recipient: Option<&'a str>,
    /// The day on which the permit was revoked, when the ledger says so.
    pub revoked: Option<Day>,
}

/// A permit that stood when it was asked, on the day of its use.
///
/// INVARIANT: made by [`Permit::still_stands`] only.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'p> {
    permit: &'p Permit,
    on: Day,
    minors_under: Option<u8>,
}

impl<'p> Standing<'p> {
    /// The permit.
    #[must_use]
    pub fn permit(&self) -> &'p Permit {
        self.permit
    }

    /// The day of use.
    #[must_use]
    pub fn on(&self) -> Day {
        self.on
    }

    /// Under which age a person is a minor on that day; `None` where the rulebook does not say, so
    /// that it cannot be told of anybody.
    #[must_use]
    pub fn minors_under(&self) -> Option<u8> {
        self.minors_under
    }
}

impl Permit {
    /// Asks again: the days, the revocation, the recipient, and the rulebook's answer for every
    /// count up to the permitted ones.
    ///
    /// # Errors
    ///
    /// Why it does not stand: not begun, expired, revoked, of another recipient, or the rulebook
    /// answers otherwise now, with the old and the new route and the rule.
    pub fn still_stands(&self, book: &Book, at: &Use<'_>) -> Result<Standing<'_>, Vec<Diagnostic>> {
        let body = &self.body;
        let id = |code: &'static str| Diagnostic::error(code).with("permit", &body.id);
        let mut findings = Vec::new();
        if at.on < body.valid.from.0 {
            findings.push(id("PM140").with("day", body.valid.from.0));
        }
        if let Some(until) = body.valid.until.filter(|until| until.0 <= at.on) {
            findings.push(id("PM141").with("day", until.0));
        }
        if let Some(day) = at.revoked {
            findings.push(id("PM142").with("day", day));
        }
        if at.recipient.is_some_and(|recipient| recipient != body.recipient.name) {
            findings.push(id("PM143"));
        }
        if findings.is_empty() {
            findings.extend(self.answer_changed(book, at.on));
        }
        let minors_under = book.minor_age(at.on);
        if findings.is_empty() {
            Ok(Standing { permit: self, on: at.on, minors_under })
        } else {
            Err(findings)
        }
    }

    /// What the rulebook says otherwise on a day.
    fn answer_changed(&self, book: &Book, on: Day) -> Vec<Diagnostic> {
        let body = &self.body;
        let transfer = basis::transfer(body);
        let adopted = basis::adopted(body);
        let request =
            Request { file: &body.id, transfer: &transfer, on, adopted: &adopted, assumed: &[] };
        let limits: Vec<(&str, u64)> =
            body.people.iter().map(|one| (one.count.as_str(), one.at_most)).collect();
        let mut decider = Decider::new(book);
        let routes = match decider.up_to(&request, &body.flow, &limits) {
            Ok(routes) => routes,
            Err(findings) => {
                let closed = Diagnostic::error("PM145").with("permit", &body.id).with("day", on);
                return std::iter::once(closed).chain(findings).collect();
            }
        };
        if Route::parse(&body.route) == Some(routes.decision()) {
            return Vec::new();
        }
        let names: Vec<&str> = routes.iter().map(Route::as_str).collect();
        let finding = Diagnostic::error("PM144")
            .with("permit", &body.id)
            .with("day", on)
            .with("old", &body.route)
            .with("new", names.join(" / "))
            .with("edition", &book.manifest.edition);
        let Because { rule, provision } = self.because(&mut decider, &request, book);
        vec![finding.with("rule", rule).with("provision", provision)]
    }

    /// The rule that leads to the new route, or the first fact that the new answer misses.
    fn because(&self, decider: &mut Decider<'_>, request: &Request<'_>, book: &Book) -> Because {
        let decision = decider.decide(request).ok();
        let flow = decision
            .as_ref()
            .and_then(|decision| decision.flows.iter().find(|flow| *flow.id == *self.body.flow));
        let Some(flow) = flow else { return Because::nothing() };
        let mut now = flow.because.iter().chain(&flow.either);
        if let Some(reason) = now.find(|reason| !self.body.rules.contains(&reason.rule)) {
            return Because::of(&reason.rule, reason.cites.first());
        }
        if let Some(need) = flow.needs.first() {
            return Because::of(&need.fact, None);
        }
        // The answer holds for the persons so far, and a line is nearer than the permit says.
        let list = self
            .body
            .scenario
            .as_ref()
            .map(|one| (EditionId::new(&one.edition), ScenarioId::new(&one.scenario)));
        let list = list.as_ref().map(|(edition, scenario)| (edition, scenario));
        let lines = thresholds(book, request.on, list);
        let nearer = flow.headroom.iter().find_map(|room| {
            let line = lines
                .iter()
                .find(|line| line.fact.as_str() == room.fact && line.at == room.changes_at);
            line?.rules.first()
        });
        match (nearer, flow.headroom.first()) {
            (Some(rule), _) => Because::of(rule.rule.as_str(), Some(&rule.cite)),
            (None, Some(room)) => Because::of(&room.fact, None),
            (None, None) => Because::nothing(),
        }
    }
}

/// Why an answer has changed.
struct Because {
    /// A rule, or a fact.
    rule: String,
    /// The provision of the rule.
    provision: String,
}

impl Because {
    fn of(rule: &str, cite: Option<&CiteLine>) -> Because {
        let provision = cite.map_or("—".to_owned(), |cite| format!("{}#{}", cite.law, cite.at));
        Because { rule: rule.to_owned(), provision }
    }

    fn nothing() -> Because {
        Because::of("—", None)
    }
}
