//! Whether a permit still stands, asked again at each use.

use kouan_rulebook::Book;
use kouan_terms::{Day, Diagnostic, Route};

use super::{Permit, basis};
use crate::assess::Decider;
use crate::request::Request;

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
        if findings.is_empty() { Ok(Standing { permit: self, on: at.on }) } else { Err(findings) }
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
            .with("rule", self.rule_now(&mut decider, &request).as_deref().unwrap_or("—"))
            .with("edition", &book.manifest.edition);
        vec![finding]
    }

    /// The rule that leads to the new route, or the first fact that the new answer misses.
    fn rule_now(&self, decider: &mut Decider<'_>, request: &Request<'_>) -> Option<String> {
        let decision = decider.decide(request).ok()?;
        let flow = decision.flows.iter().find(|flow| *flow.id == *self.body.flow)?;
        let now = flow.because.iter().chain(&flow.either).map(|reason| &reason.rule);
        let other = now.clone().find(|rule| !self.body.rules.contains(rule));
        let line = || flow.headroom.iter().map(|line| &line.fact).next();
        other.or_else(|| flow.needs.first().map(|need| &need.fact)).or_else(line).cloned()
    }
}
