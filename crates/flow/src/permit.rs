//! Between steps 2 and 4: a permit is granted, recorded in the ledger, and signed.

use kouan_decide::permit::{Choice, DayText, Filing, Permit, grant, open};
use kouan_decide::{Decider, Request};
use kouan_ledger::entry::{Digest, LegalDay, Name, PermitLimits, Permitted, Time, What};
use kouan_rulebook::Book;
use kouan_terms::{Day, Diagnostic, Route};

use crate::office::{History, Office, as_basis};
use crate::release::{digest_of, field};

/// A permit that stands in the ledger.
pub struct Granted {
    /// The permit.
    pub permit: Permit,
    /// Its file, signed.
    pub text: String,
    /// The entry; `None` where the same permit stood in the ledger already.
    pub entry: Option<u64>,
}

/// Grants a permit on what the ledger says was filed, records and signs it.
///
/// `filing` names the filing it shall rest on; without it the only one that stands and names the
/// recipient is taken. The same decision and the same choice on the same day are the same permit,
/// and it is recorded once.
///
/// # Errors
///
/// Why the decision gives no permit; `AC121` and the like for a filing that does not serve, `AC124`
/// where several do, `AC125` where the one named is not recorded.
pub fn permit(
    office: &Office,
    book: &Book,
    request: &Request<'_>,
    choice: &Choice,
    filing: Option<&str>,
    recorder: (Time, &Name),
) -> Result<Granted, Vec<Diagnostic>> {
    let one = |finding: Diagnostic| vec![finding];
    let history = office.history().map_err(one)?;
    let permit = asked(&history, book, request, choice, filing)?;
    let keys = office.signing_keys();
    let text = permit.sealed(&keys.iter().collect::<Vec<_>>());
    let digest = digest_of(&permit);
    let (time, actor) = recorder;
    let entry = match history.permit(digest) {
        Some(_) => None,
        None => {
            let what = entry_of(&permit, digest).map_err(one)?;
            Some(office.record(time, actor, what).map_err(one)?.entry())
        }
    };
    Ok(Granted { permit, text, entry })
}

/// The permit that would be granted now; nothing is recorded.
///
/// # Errors
///
/// As [`permit`].
pub fn asked(
    history: &History,
    book: &Book,
    request: &Request<'_>,
    choice: &Choice,
    filing: Option<&str>,
) -> Result<Permit, Vec<Diagnostic>> {
    let filing = basis(history, request, choice, filing).map_err(|finding| vec![finding])?;
    grant(&mut Decider::new(book), request, choice, filing.as_ref())
}

/// A permit of this office that still stands and says what one would say that is granted now, its
/// day aside.
///
/// Data that left under it has left; a new permit for each day would let it leave again.
#[must_use]
pub fn still_said(
    office: &Office,
    book: &Book,
    sealed: &str,
    now: &Permit,
    time: Time,
) -> Option<Permit> {
    let held = open(sealed, &office.trusted_keys()).ok()?;
    let undated = |permit: &Permit| {
        let mut body = permit.body().clone();
        (body.id, body.decision) = (String::new(), String::new());
        (body.on, body.valid.from) = (DayText(Day::MIN), DayText(Day::MIN));
        body
    };
    let stands = crate::release::standing(office, &held, book, time, None).is_ok();
    (stands && undated(&held) == undated(now)).then_some(held)
}

/// The filing that a permit shall rest on.
fn basis(
    history: &History,
    request: &Request<'_>,
    choice: &Choice,
    named: Option<&str>,
) -> Result<Option<Filing>, Diagnostic> {
    let filings = history.filings();
    if let Some(number) = named {
        let missing = || Diagnostic::error("AC125").with("number", number);
        let (_, filed) = filings.get(number).ok_or_else(missing)?;
        return as_basis(filed).map(Some);
    }
    let flow = request
        .transfer
        .flows
        .iter()
        .find(|flow| choice.flow.as_ref().is_none_or(|id| *id == flow.id));
    let recipient = flow.and_then(|flow| flow.recipient.name.as_deref());
    let serves = |filing: &Filing| {
        recipient.is_some_and(|name| filing.recipients.iter().any(|filed| filed == name))
    };
    let mut standing: Vec<Filing> =
        filings.values().filter_map(|(_, filed)| as_basis(filed).ok()).filter(serves).collect();
    if standing.len() > 1 {
        return Err(Diagnostic::error("AC124").with("filings", standing.len()));
    }
    Ok(standing.pop())
}

fn entry_of(permit: &Permit, digest: Digest) -> Result<What, Diagnostic> {
    let body = permit.body();
    let leaving = body.fields.iter().filter(|field| field.leaves());
    let scenario = body.scenario.as_ref().map(|one| format!("{}/{}", one.edition, one.scenario));
    let people = body.people.iter().map(|people| {
        Ok(PermitLimits { count: Name::new(&people.count)?, at_most: people.at_most })
    });
    Ok(What::Permit(Permitted {
        id: Name::new(permit.id())?,
        permit: digest,
        decision: Digest::parse(&body.decision)?,
        rulebook: Digest::parse(&body.rulebook.digest)?,
        route: Route::parse(&body.route).ok_or_else(|| Diagnostic::error("PM136"))?,
        scenario: scenario.as_deref().map(Name::new).transpose()?,
        filing: body.filing.as_ref().map(|filing| Name::new(&filing.number)).transpose()?,
        recipient: Name::new(&body.recipient.name)?,
        purpose: Some(Name::new(&body.purpose)?),
        fields: leaving.map(field).collect::<Result<_, _>>()?,
        people: people.collect::<Result<_, Diagnostic>>()?,
        from: LegalDay(body.valid.from.0),
        until: body.valid.until.map(|until| LegalDay(until.0)),
    }))
}
