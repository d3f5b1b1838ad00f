//! Which packs a decision asks for.

use kouan_dossier::Sources;
use kouan_dossier::values::{Resolver, Scope};
use kouan_rulebook::format::PackText;
use kouan_rulebook::papers::Entry;
use kouan_terms::{Diagnostic, Route};

/// A pack to be made.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The pack.
    pub pack: &'a Entry<PackText>,
    /// How it stands to the decision.
    pub standing: Standing,
}

/// How a pack stands to the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The decided route asks for it, or offers it.
    OfRoute,
    /// It is prepared ahead: the route is not decided yet.
    Ahead,
    /// The decided route does not ask for it.
    Beside,
}

impl Standing {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::OfRoute => "of-route",
            Standing::Ahead => "ahead-of-decision",
            Standing::Beside => "beside-route",
        }
    }
}

/// The packs to be made, and those that could be made in their place.
#[derive(Clone, Debug, Default)]
pub struct Choice<'a> {
    /// To be made.
    pub packs: Vec<Chosen<'a>>,
    /// Others that the route offers.
    pub others: Vec<&'a Entry<PackText>>,
    /// The route asks for a pack that the rulebook does not hold for the day.
    pub is_short: bool,
}

/// Chooses the packs: the one that was named, or those of the decided route.
///
/// Of several ways to satisfy a route (contract or certification) the first of the rulebook is
/// taken and the others are named. A pack with conditions of its own, such as the use of a zone's
/// list, is due beside it where they hold.
///
/// # Errors
///
/// FL166 when no pack of that name is in force on the day.
pub fn choose<'a>(sources: &Sources<'a>, named: Option<&str>) -> Result<Choice<'a>, Diagnostic> {
    let offered = offered(sources);
    if let Some(id) = named {
        let Some(pack) = sources.papers.pack(id, sources.on) else {
            return Err(unknown(sources, id));
        };
        // A change or an extension is named by who knows of the earlier filing.
        let is_offered = offered.iter().any(|held| held.id == pack.id)
            || pack.text.occasion.is_some() && pack.text.serves(sources.decision.route);
        let standing = match sources.decision.route {
            _ if is_offered => Standing::OfRoute,
            Route::Undetermined => Standing::Ahead,
            _ => Standing::Beside,
        };
        return Ok(Choice { packs: vec![Chosen { pack, standing }], ..Choice::default() });
    }
    let resolver = Resolver::new(sources);
    let mut choice = Choice::default();
    let mut has_main = false;
    for pack in offered {
        let of_route = pack.text.serves(sources.decision.route);
        let is_main = pack.text.when.is_empty();
        let due = !is_main && resolver.applies(&pack.text.when, &Scope::default());
        if of_route && (due || is_main && !has_main) {
            has_main |= is_main;
            choice.packs.push(Chosen { pack, standing: Standing::OfRoute });
        } else if is_main || !of_route {
            choice.others.push(pack);
        }
    }
    if sources.earlier.is_some() {
        choice.packs.extend(on_change(sources, &choice.packs));
    }
    let asks = !matches!(sources.decision.route, Route::None | Route::Exempt | Route::Undetermined);
    choice.is_short = asks && !has_main;
    Ok(choice)
}

/// First filings that serve the route or an option beside it and may apply.
fn offered<'a>(sources: &Sources<'a>) -> Vec<&'a Entry<PackText>> {
    let decision = sources.decision;
    let options = decision.flows.iter().flat_map(|flow| &flow.options).map(|option| option.route);
    let mut routes = vec![decision.route];
    routes.extend(options);
    let resolver = Resolver::new(sources);
    let packs = sources.papers.packs().iter().filter(|pack| {
        pack.holds_on(sources.on)
            && pack.text.occasion.is_none()
            && routes.iter().any(|route| pack.text.serves(*route))
            && resolver.holds(&pack.text.when, &Scope::default()) != Some(false)
    });
    packs.collect()
}

/// The packs on a change that add to those that were chosen.
fn on_change<'a>(sources: &Sources<'a>, chosen: &[Chosen<'a>]) -> Vec<Chosen<'a>> {
    let packs = sources.papers.packs().iter().filter(|pack| {
        let adds = |held: &Chosen<'_>| {
            pack.text.adds_to.iter().any(|base| **base.as_ref() == *held.pack.id)
        };
        pack.holds_on(sources.on)
            && pack.text.occasion.as_deref() == Some("change")
            && chosen.iter().any(adds)
    });
    packs.map(|pack| Chosen { pack, standing: Standing::OfRoute }).collect()
}

fn unknown(sources: &Sources<'_>, id: &str) -> Diagnostic {
    let packs = sources.papers.packs().iter().filter(|pack| pack.holds_on(sources.on));
    let known: Vec<&str> = packs.map(|pack| &*pack.id).collect();
    let shown: String = id.chars().filter(|c| !c.is_control()).take(64).collect();
    let finding = Diagnostic::error("FL166").with("pack", shown).with("on", sources.on);
    finding.with("packs", known.join(", "))
}
