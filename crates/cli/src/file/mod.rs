//! `kouan file`: from a declaration and answers to a pack, what is still open, and checks of packs.

mod ask;
mod check;
mod choose;
mod digest;
mod fonts;
mod given;
mod grammar;
mod json;
mod ledger;
mod page;
mod place;
mod sarif;
mod template;

use std::path::Path;

use clap::ArgMatches;
use kouan_dossier::Sources;
use kouan_dossier::assess::Verdict;
use kouan_dossier::pack::{Pack, archive, build};
use kouan_ledger::entry::Digest;
use kouan_terms::{Bilingual, Diagnostic, Route, Severity};
use kouan_typeset::Typesetter;

use crate::adopted::{self, Adopted};
use crate::messages;
use crate::outcome::{Outcome, Output, Told, talk};
use crate::page::Row;
use crate::settings::Settings;
use choose::{Choice, Chosen, choose};
use place::{Load, Placed};

pub use digest::pack_digest;
pub use given::{Given, Law};
pub use grammar::grammar;

/// Runs `kouan file` or one of its subcommands.
pub fn run(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    match matches.subcommand() {
        Some(("ask", sub)) => ask::run(sub, settings),
        Some(("check", sub)) => check::run(sub, settings),
        Some(("schema", _)) => {
            let text = format!("{}\n", kouan_dossier::answers::json_schema());
            Ok(Output { text, outcome: Outcome::Done })
        }
        _ => file(matches, settings),
    }
}

/// One pack, made and put in its place.
struct Made<'a> {
    chosen: Chosen<'a>,
    pack: Pack,
    placed: Placed,
}

/// Everything that a run came to.
struct Filing<'a> {
    sources: Sources<'a>,
    choice: &'a Choice<'a>,
    packs: Vec<Made<'a>>,
    /// The readings that somebody answers for.
    adopted: &'a [Adopted],
    is_dry: bool,
    /// The words of the command, to be repeated in what to do next.
    words: String,
}

fn file(matches: &ArgMatches, settings: &Settings) -> Result<Output, Vec<Diagnostic>> {
    let one = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let law = Law::read(settings)?;
    let (given, old) = filing(matches, &law, settings)?;
    let wanted = Wanted {
        pack: one("pack"),
        into: Path::new(one("out").unwrap_or_default()),
        fonts: one("fonts"),
        is_dry: matches.get_flag("dry-run"),
        words: words_of(matches),
    };
    Ok(filed(&law, &given, old.as_ref(), wanted, settings)?.told.output(settings))
}

/// Papers that are asked for.
pub struct Wanted<'a> {
    /// The pack; from the decision where nothing is said.
    pub pack: Option<&'a str>,
    /// The folder that packs go into.
    pub into: &'a Path,
    /// A folder of fonts.
    pub fonts: Option<&'a str>,
    /// Nothing is written.
    pub is_dry: bool,
    /// The words of the command, to be repeated in what to do next.
    pub words: String,
}

/// Packs that were made.
pub struct Filed {
    /// What that came to.
    pub told: Told,
    /// The same in a few lines.
    pub brief: Vec<Row>,
    /// What of it is still to be done.
    pub open: Vec<Bilingual>,
    /// Each pack, by its id, and the digest under which the ledger knows it.
    pub packs: Vec<(String, Digest)>,
}

/// Makes the packs that the decision asks for and puts them in their place.
///
/// # Errors
///
/// A pack cannot be made or written.
pub fn filed(
    law: &Law,
    given: &Given,
    old: Option<&Given>,
    wanted: Wanted<'_>,
    settings: &Settings,
) -> Result<Filed, Vec<Diagnostic>> {
    let (lent, old) = (given.lend(law), old.map(|old| old.lend(law)));
    let old = old.as_ref().map(|old| old.sources());
    let sources = Sources { earlier: old.as_ref(), ..lent.sources() };
    let choice = choose(&sources, wanted.pack).map_err(|finding| vec![finding])?;
    let setter = fonts::typesetter(wanted.fonts).map_err(|finding| vec![finding])?;
    let Wanted { into, is_dry, words, .. } = wanted;
    let mut packs = Vec::new();
    for chosen in &choice.packs {
        let made = made(&sources, &setter, *chosen, into, is_dry);
        packs.push(made.map_err(|finding| vec![finding])?);
    }
    let filing = Filing { sources, choice: &choice, packs, adopted: &given.adopted, is_dry, words };
    warn(&filing, &given.warnings, settings);
    let document = json::document(&filing);
    let told = Told { page: page::page(&filing, settings), document, outcome: outcome(&filing) };
    let packs = filing.packs.iter().filter_map(|made| {
        let digest = digest::of_members(&made.pack.files)?;
        Some((made.pack.view.id.to_string(), digest))
    });
    let (brief, open) = (page::brief(&filing), page::open(&filing));
    Ok(Filed { told, brief, open, packs: packs.collect() })
}

fn made<'a>(
    sources: &Sources<'_>,
    setter: &Typesetter,
    chosen: Chosen<'a>,
    into: &Path,
    is_dry: bool,
) -> Result<Made<'a>, Diagnostic> {
    let set = |document: &_, typography: &_, language| setter.set(document, typography, language);
    let pack = build(sources, &chosen.pack.id, Some(&set))?;
    let zip = archive(&pack)?;
    let name = format!("{}-{}", sources.transfer().id.as_str(), chosen.pack.id);
    let load = Load { into, name: &name, files: &pack.files, zip: &zip };
    let placed = if is_dry { load.target() } else { load.write()? };
    Ok(Made { chosen, pack, placed })
}

/// The filing that a command names, and the earlier one of a change.
fn filing(
    matches: &ArgMatches,
    law: &Law,
    settings: &Settings,
) -> Result<(Given, Option<Given>), Vec<Diagnostic>> {
    let mut given = named(matches, law, &transfer(matches), settings)?;
    let old = match matches.get_one::<String>("change") {
        Some(path) => Some(Given::earlier(law, path, &all(matches, "change-answers"), settings)?),
        None => None,
    };
    if let Some(old) = &old {
        given.take_over_filing(law, old);
    }
    Ok((given, old))
}

/// A filing, with what an earlier pack says of it.
fn named(
    matches: &ArgMatches,
    law: &Law,
    path: &str,
    settings: &Settings,
) -> Result<Given, Vec<Diagnostic>> {
    let adopted = adopted::read(matches).map_err(|finding| vec![finding])?;
    let mut given = Given::read(law, path, &all(matches, "answers"), adopted, settings)?;
    if let Some(folder) = matches.get_one::<String>("ledger") {
        given.take_over_ledger(law, folder)?;
    }
    if let Some(pack) = matches.get_one::<String>("earlier") {
        given.take_over_pack(law, pack)?;
    }
    Ok(given)
}

/// The declaration a command works on.
fn transfer(matches: &ArgMatches) -> String {
    matches.get_one::<String>("transfer").cloned().unwrap_or_default()
}

fn all(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
}

/// What follows `kouan file` or `kouan file ask` to speak of the same filing again.
fn words_of(matches: &ArgMatches) -> String {
    let mut words = transfer(matches);
    if let Some(pack) = matches.get_one::<String>("pack") {
        words.push_str(&format!(" --pack {pack}"));
    }
    for path in all(matches, "answers") {
        words.push_str(&format!(" --answers {path}"));
    }
    if let Some(pack) = matches.get_one::<String>("earlier") {
        words.push_str(&format!(" --earlier {pack}"));
    }
    if let Some(folder) = matches.get_one::<String>("ledger") {
        words.push_str(&format!(" --ledger {folder}"));
    }
    for reading in all(matches, "reading") {
        words.push_str(&format!(" --reading {reading}"));
    }
    for flag in ["by", "why"] {
        if let Some(text) = matches.get_one::<String>(flag) {
            words.push_str(&format!(" --{flag} {text:?}"));
        }
    }
    if let Some(old) = matches.get_one::<String>("change") {
        words.push_str(&format!(" --change {old}"));
    }
    for path in all(matches, "change-answers") {
        words.push_str(&format!(" --change-answers {path}"));
    }
    words
}

/// What is doubtful or wrong about answers and attached files goes to standard error.
fn warn(filing: &Filing<'_>, warnings: &[Diagnostic], settings: &Settings) {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let all = filing.packs.iter().flat_map(|made| &made.pack.findings);
    for finding in warnings.iter().chain(all) {
        let heard = finding.severity == Severity::Error || settings.quiet == 0;
        if heard && !findings.contains(finding) {
            findings.push(finding.clone());
        }
    }
    for language in settings.speech.languages() {
        talk(&messages::render(&findings, *language, settings.colour, &|_| None));
    }
}

/// 0: nothing is due, or every pack is ready; 1: gaps, blockers, or no lawful pack; 3: the route is
/// not decided, or a person has to judge.
fn outcome(filing: &Filing<'_>) -> Outcome {
    if filing.packs.is_empty() {
        return match filing.sources.decision.route {
            Route::None | Route::Exempt => Outcome::Done,
            Route::Undetermined => Outcome::CannotTell,
            _ => Outcome::Act,
        };
    }
    if filing.choice.is_short {
        return Outcome::Act;
    }
    let outcomes: Vec<Outcome> = filing.packs.iter().map(outcome_of).collect();
    // What can be acted on comes before what a person has to judge.
    let found = |wanted| outcomes.contains(&wanted).then_some(wanted);
    found(Outcome::Act).or_else(|| found(Outcome::CannotTell)).unwrap_or(Outcome::Done)
}

fn outcome_of(made: &Made<'_>) -> Outcome {
    let wrong = made.pack.findings.iter().any(|found| found.severity == Severity::Error);
    let ahead = made.chosen.standing != choose::Standing::OfRoute;
    match made.pack.assessment.verdict {
        _ if wrong || ahead || made.pack.view.gaps > 0 => Outcome::Act,
        Verdict::NotReady => Outcome::Act,
        Verdict::CannotTell => Outcome::CannotTell,
        Verdict::Ready => Outcome::Done,
    }
}
