//! One segment of the meter in the place of many, so that opening a year stays quick.

use kouan_ledger::entry::{Digest, Draft, Name, Noted, What};
use kouan_meter::Year;
use kouan_terms::Diagnostic;

use super::Order;
use crate::office::MERGED;

/// Merges the segments of a year when there is much that is not, and notes it in the ledger: only
/// what an entry names counts. The ones before are kept.
///
/// The release stands without it, so that what keeps it from happening is said and no more.
pub(super) fn merge(order: &Order<'_>, people: &mut Year<'_>) -> Option<Diagnostic> {
    if !people.is_to_be_merged(order.office.unmerged()) {
        return None;
    }
    let failed = merged(order, people).err()?;
    let cause = failed.values.iter().find(|(name, _)| *name == "cause");
    let cause = cause.map_or(failed.code.0, |(_, cause)| cause.as_str());
    Some(Diagnostic::warning("MT131").with("cause", cause))
}

fn merged(order: &Order<'_>, people: &mut Year<'_>) -> Result<(), Diagnostic> {
    let office = order.office;
    let _lock = office.lock()?;
    people.catch_up(&office.history()?.live(people.account().year()))?;
    let Some(digest) = people.merge()? else { return Ok(()) };
    let digest = Some(Digest::sha256(*digest.bytes()));
    let noted = Noted { code: Name::new(MERGED)?, entry: None, digest };
    let (time, actor) = ((order.clock)(), order.actor.clone());
    office.append(Draft { time, actor, found: Vec::new(), what: What::Note(noted) })?;
    Ok(())
}
