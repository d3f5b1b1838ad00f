//! Whether something is to be written, asked or required here.

use kouan_decide::declaration::Bounds;
use kouan_rulebook::format::{ClauseOfWhen, IsText};

use super::{Found, Plain, Resolver, Scope};

impl Resolver<'_> {
    /// Whether every clause holds; `None` when that is not known.
    #[must_use]
    pub fn holds(&self, when: &[ClauseOfWhen], scope: &Scope) -> Option<bool> {
        let mut open = false;
        for clause in when {
            match self.clause(clause, scope) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => open = true,
            }
        }
        if open { None } else { Some(true) }
    }

    /// Whether something is written: what is not known fails, and the rulebook says in a clause of
    /// its own what is written then.
    #[must_use]
    pub fn applies(&self, when: &[ClauseOfWhen], scope: &Scope) -> bool {
        self.holds(when, scope) == Some(true)
    }

    fn clause(&self, clause: &ClauseOfWhen, scope: &Scope) -> Option<bool> {
        let plain = match self.find(&clause.value, scope) {
            Found::Value(_) if clause.known == Some(false) => return Some(false),
            Found::Gap(_) if clause.known.is_some() => return Some(clause.known == Some(false)),
            Found::Value(value) => value.plain,
            // A claim that is left out is not made.
            Found::Gap(_) if clause.value.starts_with("claim.") => Plain::YesNo(false),
            Found::Gap(_) => return None,
        };
        if plain == Plain::NotApplicable {
            return Some(clause.known == Some(true) && !compares(clause));
        }
        let is = clause.is.as_ref().is_none_or(|is| matches(&plain, is));
        let not = clause.not.as_ref().is_none_or(|not| !matches(&plain, not));
        let bare = clause.known.is_some() || compares(clause) || truthy(&plain);
        let any = clause.any_of.is_empty() || is_one_of(&plain, &clause.any_of);
        let bounds = match (&plain, has_bound(clause)) {
            (Plain::Count(bounds), true) => within(bounds, clause),
            (Plain::List(count), true) => {
                let count = u64::try_from(*count).unwrap_or(u64::MAX);
                within(&Bounds::exactly(count), clause)
            }
            (_, true) => Some(false),
            (_, false) => Some(true),
        };
        if is && not && bare && any { bounds } else { Some(false) }
    }
}

/// Whether the clause says what the value has to be.
fn compares(clause: &ClauseOfWhen) -> bool {
    clause.is.is_some() || clause.not.is_some() || !clause.any_of.is_empty() || has_bound(clause)
}

fn has_bound(clause: &ClauseOfWhen) -> bool {
    clause.at_least.is_some()
        || clause.above.is_some()
        || clause.below.is_some()
        || clause.at_most.is_some()
}

fn matches(plain: &Plain, is: &IsText) -> bool {
    match (plain, is) {
        (Plain::YesNo(held), IsText::YesNo(asked)) => held == asked,
        (Plain::Word(held), IsText::Word(asked)) => **held == **asked,
        (other, IsText::YesNo(asked)) => truthy(other) == *asked,
        _ => false,
    }
}

fn is_one_of(plain: &Plain, words: &[String]) -> bool {
    matches!(plain, Plain::Word(held) if words.iter().any(|word| **word == **held))
}

/// Whether a value alone counts as yes.
fn truthy(plain: &Plain) -> bool {
    match plain {
        Plain::YesNo(yes) => *yes,
        Plain::Word(word) => !matches!(&**word, "none" | "no"),
        Plain::Count(bounds) => bounds.at_most != Some(0),
        Plain::List(count) => *count > 0,
        Plain::Day(_) | Plain::Text => true,
        Plain::NotApplicable => false,
    }
}

/// Whether every number in the range lies where the clause says; `None` when only some do.
fn within(bounds: &Bounds, clause: &ClauseOfWhen) -> Option<bool> {
    let least = clause.at_least.or(clause.above.map(|number| number.saturating_add(1)));
    let most = clause.at_most.or(clause.below.map(|number| number.saturating_sub(1)));
    let high = bounds.at_most.unwrap_or(u64::MAX);
    let none = least.is_some_and(|least| high < least)
        || most.is_some_and(|most| bounds.at_least > most)
        || clause.below == Some(0);
    let all =
        least.is_none_or(|least| bounds.at_least >= least) && most.is_none_or(|most| high <= most);
    match (none, all) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}
