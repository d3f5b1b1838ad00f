//! Step 4: from a source and a permit to an output, an entry of the ledger, and counted persons.
//!
//! The order, so that no byte is out that has no entry and nobody is out who is not counted:
//!
//! 1. the permit is asked again ([`standing`]), and each table's columns are compared with it;
//! 2. rows pass the gate and the meter into files beside their places;
//! 3. the files are made durable and read back;
//! 4. under the lock of the office: what came meanwhile is taken in, the meter's segment is made
//!    durable, then the entry that names it;
//! 5. the files get their names.
//!
//! Whatever stops in between leaves files beside their places. The next run of the same release
//! completes them where an entry names them, and takes them away where none does.

mod bucket;
mod limits;
mod merge;
mod output;
mod pass;
mod persons;
mod recheck;
mod record;
mod source;

use kouan_decide::permit::{AtLimit, Permit, Standing, Use};
use kouan_gate::Withdrawn;
use kouan_ledger::entry::{Digest, Draft, Found, Name, NeverOut, Time, What};
use kouan_meter::{CalendarYear, Scope, Sealed, Session, Tally, Year};
use kouan_rulebook::Book;
use kouan_terms::Diagnostic;

use crate::forecast;
use crate::office::{History, Office};

pub use bucket::InBucket;
pub use output::{Shape, Target};
pub use pass::TablePassed;
pub(crate) use record::field;
pub use source::{Source, SourceRequest, look};

/// The levels of a limit at which a release warns, in per cent.
pub const WARNED_AT: [u8; 2] = [80, 95];

/// A release that is asked for.
pub struct Order<'a> {
    /// The office of the handler.
    pub office: &'a Office,
    /// The permit, as it stands.
    pub standing: &'a Standing<'a>,
    /// The source.
    pub source: &'a Source,
    /// Where it goes.
    pub target: &'a Target,
    /// Those who withdrew their consent.
    pub withdrawn: Option<Withdrawn<'a>>,
    /// The rulebook.
    pub book: &'a Book,
    /// Who asks.
    pub actor: &'a Name,
    /// What the clock says.
    pub clock: &'a dyn Fn() -> Time,
    /// Nothing is written: it is only shown what would leave.
    pub is_dry: bool,
}

/// What a release came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The entry; `None` for a dry run.
    pub entry: Option<u64>,
    /// Whether the same release had left before; then nothing was done.
    pub before: bool,
    /// An earlier interrupted release whose output this run gave its name.
    pub completed: Option<u64>,
    /// Each table.
    pub tables: Vec<TablePassed>,
    /// What the meter says; `None` where the release had left before.
    pub sealed: Option<Sealed>,
    /// The limits of the permit and how far they are used; for a dry run as they would be.
    pub standings: Vec<kouan_meter::Standing>,
    /// Persons of the year, before this release and with it.
    pub year: Option<(Tally, Tally)>,
    /// Bytes that appear, and their digest.
    pub output: Option<(u64, Digest)>,
    /// What should be known.
    pub warnings: Vec<Diagnostic>,
}

/// The digest of a permit, as entries name it.
#[must_use]
pub fn digest_of(permit: &Permit) -> Digest {
    Digest::sha256(permit.digest())
}

/// Asks whether a permit stands for use by this office at this moment.
///
/// # Errors
///
/// `RL101` of another handler, `RL102` not in the ledger, `RL111` its filing has ended; and why it
/// does not stand any more: expired, revoked, of another recipient, or the rulebook answers
/// otherwise.
pub fn standing<'p>(
    office: &Office,
    permit: &'p Permit,
    book: &Book,
    clock: Time,
    recipient: Option<&str>,
) -> Result<Standing<'p>, Vec<Diagnostic>> {
    let history = office.history().map_err(|finding| vec![finding])?;
    let body = permit.body();
    let mut findings = Vec::new();
    let handler = office.records().handler();
    let names = [&body.handler.credit_code, &body.handler.name_zh, &body.handler.name_en];
    if !names.into_iter().flatten().any(|name| name == handler) {
        findings.push(Diagnostic::error("RL101").with("permit", permit.id()));
    }
    findings.extend(not_recorded(&history, permit));
    if !findings.is_empty() {
        return Err(findings);
    }
    let on = history.moment(clock).day().0;
    let revoked = history.revoked(digest_of(permit));
    permit.still_stands(book, &Use { on, recipient, revoked })
}

/// What the ledger says against a permit, its revocation aside.
fn not_recorded(history: &History, permit: &Permit) -> Option<Diagnostic> {
    if history.permit(digest_of(permit)).is_none() {
        return Some(Diagnostic::error("RL102").with("permit", permit.id()));
    }
    let filing = permit.body().filing.as_ref()?;
    let now = history.filings().get(filing.number.as_str()).copied();
    let ended = now.is_none_or(|(_, filed)| filed.change == kouan_ledger::entry::Change::Ended);
    ended.then(|| Diagnostic::error("RL111").with("number", &filing.number))
}

/// Releases.
///
/// # Errors
///
/// Everything in which the source differs from the permit; a limit that is reached; what the office
/// or the place of the output says. Then nothing is out; where an entry was made, a later run
/// completes the output.
pub fn release(order: &Order<'_>) -> Result<Outcome, Vec<Diagnostic>> {
    let one = |finding: Diagnostic| vec![finding];
    let target = order.target;
    let _alone = if order.is_dry {
        None
    } else {
        let lock = order.office.output_lock(target.name.as_str()).map_err(one)?;
        Some(lock.ok_or_else(|| vec![Diagnostic::error("RL106").with("name", &target.name)])?)
    };
    let history = order.office.history().map_err(one)?;
    let mut completed = None;
    if !order.is_dry {
        completed = complete(order, &history).map_err(one)?;
        target.discard();
    }
    let same = same_before(order, &history);
    match target.there().map_err(one)? {
        None => {}
        Some(digest) => {
            let same = same.filter(|(_, known)| digest.map(Digest::sha256) == Some(*known));
            let Some((entry, digest)) = same else {
                return Err(vec![Diagnostic::error("RL105").with("name", &target.name)]);
            };
            let output = Some((0, digest));
            let entry = Some(entry);
            return Ok(Outcome { entry, before: true, completed, output, ..Outcome::default() });
        }
    }
    let mut outcome = attempt(order, &history, same.map(|(entry, _)| entry))?;
    outcome.completed = completed;
    Ok(outcome)
}

/// Gives an output its name that an entry names and that is still beside its place.
fn complete(order: &Order<'_>, history: &History) -> Result<Option<u64>, Diagnostic> {
    let named = history.releases().filter(|(entry, released)| {
        released.output.name == order.target.name && !history.is_withdrawn(entry.number)
    });
    for (entry, released) in named {
        if let Some(digest) = released.output.digest.as_sha256()
            && order.target.complete(digest)?
        {
            return Ok(Some(entry.number));
        }
    }
    Ok(None)
}

/// The last entry of the same permit, source and output that was not withdrawn.
fn same_before(order: &Order<'_>, history: &History) -> Option<(u64, Digest)> {
    let permit = digest_of(order.standing.permit());
    let source = Digest::sha256(order.source.fingerprint);
    let same = history.releases().filter(|(entry, released)| {
        released.permit == permit
            && released.source == source
            && released.output.name == order.target.name
            && !history.is_withdrawn(entry.number)
    });
    same.last().map(|(entry, released)| (entry.number, released.output.digest))
}

/// One pass over the source, and what follows from it.
fn attempt(
    order: &Order<'_>,
    history: &History,
    same: Option<u64>,
) -> Result<Outcome, Vec<Diagnostic>> {
    let one = |finding: Diagnostic| vec![finding];
    let (office, permit) = (order.office, order.standing.permit());
    let year = year_of(history.moment((order.clock)())).map_err(one)?;
    let lane = limits::lane(permit.body()).map_err(one)?;
    let digest = digest_of(permit);
    let limits = limits::limits(office, history, permit.body(), digest, order.book, year);
    let account = office.account(year).map_err(one)?;
    let live = history.live(year);
    let mut people = Year::open(office.records().disk(), account, &live).map_err(one)?;
    let rows = people.rows(order.source.fingerprint);
    let at_limit = match permit.body().at_limit {
        AtLimit::Stop => kouan_meter::AtLimit::Stop,
        AtLimit::Headroom => kouan_meter::AtLimit::Headroom,
    };
    let limits = limits.map_err(one)?;
    let mut session = people.session(lane.clone(), limits, at_limit).map_err(one)?;
    let passed = pass::pass(order, &mut session, rows).inspect_err(|_| discard(order))?;
    let Some(ready) = &passed.ready else {
        let standings = session.standings();
        return Ok(outcome(&passed, standings));
    };
    let lock = office.lock().map_err(one)?;
    let sealed = seal(order, session, digest, year).inspect_err(|_| discard(order));
    let (sealed, clock, moment) = sealed.map_err(one)?;
    let written = record::Written { passed: &passed, ready, sealed: &sealed, lane: &lane };
    let left = Some(moment.day()).filter(|day| *day != clock.day());
    let released = record::released(order, digest, &people, &written, left);
    let what = released.inspect_err(|_| discard(order)).map_err(one)?;
    let found = same.map(|entry| Found::SameRelease { entry }).into_iter().collect();
    // From here on only what the ledger says decides what becomes of the files.
    let draft = Draft { time: clock, actor: order.actor.clone(), found, what };
    let receipt = office.append(draft).map_err(one)?;
    drop(lock);
    if let Err(finding) = order.target.appear(ready) {
        withdraw(order, receipt.entry());
        return Err(vec![finding]);
    }
    let whole = Scope::default();
    let year = Some((people.tally(&whole), sealed.tally(&people, &whole)));
    let output = Some((ready.bytes, Digest::sha256(ready.digest)));
    let mut counted = outcome(&passed, sealed.standings.clone());
    counted.warnings.extend(forecast::warnings(history, moment.day().0, &sealed.standings));
    counted.warnings.extend(merge::merge(order, &mut people));
    let entry = Some(receipt.entry());
    Ok(Outcome { entry, year, output, sealed: Some(sealed), ..counted })
}

/// What a pass came to, before anything is recorded.
fn outcome(passed: &pass::Passed, standings: Vec<kouan_meter::Standing>) -> Outcome {
    let mut warnings = passed.warnings.clone();
    warnings.extend(standings.iter().filter_map(|one| one.warning(&WARNED_AT)));
    Outcome { tables: passed.tables.clone(), standings, warnings, ..Outcome::default() }
}

/// Takes away what was written beside its place and will not appear.
fn discard(order: &Order<'_>) {
    if !order.is_dry {
        order.target.discard();
    }
}

/// Takes in what came meanwhile, asks once more whether this may leave, and makes the segment
/// durable; with it what the clock said, and the moment that counts. The lock is held.
fn seal(
    order: &Order<'_>,
    mut session: Session<'_, '_>,
    digest: Digest,
    year: CalendarYear,
) -> Result<(Sealed, Time, Time), Diagnostic> {
    let permit = order.standing.permit();
    let history = order.office.history()?;
    let clock = (order.clock)();
    let moment = history.moment(clock);
    if moment.day().0 != order.standing.on() {
        return Err(Diagnostic::error("RL113").with("day", moment.day()));
    }
    if let Some(day) = history.revoked(digest) {
        return Err(Diagnostic::error("PM142").with("permit", permit.id()).with("day", day));
    }
    if let Some(finding) = not_recorded(&history, permit) {
        return Err(finding);
    }
    let live = history.live(year);
    session.catch_up(&live)?;
    // What interrupted releases left counts for nothing; nobody else is between segment and entry.
    kouan_meter::sweep(order.office.records().disk(), &order.office.account(year)?, &live)?;
    Ok((session.seal(year_of(moment)?)?, clock, moment))
}

/// Says that an output did not get its name, when what was to have it is not there.
fn withdraw(order: &Order<'_>, entry: u64) {
    let is_out = !matches!(order.target.there(), Ok(None));
    if is_out {
        return;
    }
    let what =
        What::Withdrawn(kouan_ledger::entry::Withdrawn { entry, because: NeverOut::Refused });
    // Where this cannot be written either, the files are completed the next time.
    if order.office.record((order.clock)(), order.actor, what).is_ok() {
        order.target.discard();
    }
}

fn year_of(moment: Time) -> Result<CalendarYear, Diagnostic> {
    let year = CalendarYear::at(moment.0.as_second());
    year.ok_or_else(|| Diagnostic::error("RL115").with("day", moment.day()))
}
