//! From figures to judgements: the class of each column and what it means on the day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use kouan_rulebook::classes::{Class, Classes, Sensitive, Setting, Standing};
use kouan_table::Column;
use kouan_terms::ClassId;

use super::plan::{Age, ColumnPlan, TablePlan};
use super::{ColumnWork, Setup, TableSeenAs, TableWork};
use crate::classify::{self, ColumnClass, TextRate};
use crate::identifiers::key::KeyKind;
use crate::inventory::{Answer, Inventory, Level, Meaning, Settled, StandingSeen, full_name};
use crate::observe::Observed;
use crate::text::{TextKind, TextRates};

/// What a settled column is when it is no personal information.
const OTHER: &str = "other";

/// The class of running text, of which the class alone says nothing.
const FREE_TEXT: &str = "free-text";

/// A column, judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The column as the source declares it.
    pub column: Column,
    /// What its cells look like.
    pub observed: Observed,
    /// What it was found to be.
    pub found: ColumnClass,
    /// The class after what people settled.
    pub class: Option<ClassId>,
    /// How sure that is.
    pub level: Level,
    /// What it means on the day.
    pub meaning: Meaning,
    /// What a person settled.
    pub settled: Option<Settled>,
}

/// Judges the columns of a table, in the order of the source.
pub fn judge(setup: &Setup<'_>, table: &TableSeenAs<'_>, work: &TableWork) -> Vec<Judged> {
    let mut columns: Vec<_> = work.columns.values().collect();
    columns.sort_by(|one, other| {
        (one.column.position, &one.column.name).cmp(&(other.column.position, &other.column.name))
    });
    let seen: Vec<Observed> = columns.iter().map(|one| one.observer.observed()).collect();
    let found = classes_of(setup, table, &columns, &seen, work.rows);
    let judged = columns.into_iter().zip(seen).zip(found).map(|((work, observed), found)| {
        let settled = setup.settled.get(&full_name(table.name, &work.column.name)).cloned();
        one(setup, work, observed, found, settled)
    });
    judged.collect()
}

fn one(
    setup: &Setup<'_>,
    work: &ColumnWork,
    observed: Observed,
    found: ColumnClass,
    settled: Option<Settled>,
) -> Judged {
    let (class, level) = match &settled {
        Some(settled) if settled.class == OTHER => (None, Level::Settled),
        Some(settled) => (Some(ClassId::new(&settled.class)), Level::Settled),
        None => (found.class.clone(), level_of(&found)),
    };
    let meaning = match (&settled, &class) {
        (Some(settled), _) => meaning_of(setup, &settled.class).unwrap_or_else(unknown),
        (None, Some(class)) if class.as_str() == FREE_TEXT => of_text(setup, &observed, work),
        (None, Some(class)) => {
            let meaning = meaning_of(setup, class.as_str()).unwrap_or_else(unknown);
            // Where the class is unsure, so is everything that follows from it.
            if level == Level::Unsure { doubted(meaning) } else { meaning }
        }
        (None, None) if found.level == classify::Level::Unsure => unknown(),
        (None, None) => not_personal(),
    };
    Judged { column: work.column.clone(), observed, found, class, level, meaning, settled }
}

/// What running text is follows from what was found in it. What was found is there; that nothing
/// was found says something only of cells that were looked at.
fn of_text(setup: &Setup<'_>, observed: &Observed, work: &ColumnWork) -> Meaning {
    let rates = &work.rates;
    if rates.personal() == 0 {
        let looked_at = setup.counting.is_some() && observed.cells > 0;
        return if looked_at { not_personal() } else { unknown() };
    }
    let sensitive = classes_in(rates)
        .filter_map(|(class, _)| meaning_of(setup, class))
        .any(|meaning| meaning.sensitive == Answer::Yes);
    let sensitive = if sensitive { Answer::Yes } else { Answer::Unsure };
    Meaning { personal: Answer::Yes, sensitive, standing: None }
}

/// The classes of the finds in running text, with the number of cells that hold one.
fn classes_in(rates: &TextRates) -> impl Iterator<Item = (&'static str, u64)> {
    const CLASSES: [(TextKind, &str); 14] = [
        (TextKind::Name, "person-name"),
        (TextKind::Address, "address"),
        (TextKind::Mobile, "mobile"),
        (TextKind::Landline, "phone"),
        (TextKind::Email, "email"),
        (TextKind::ResidentId, "resident-id"),
        (TextKind::Passport, "passport"),
        (TextKind::Plate, "plate"),
        (TextKind::BankCard, "bank-card"),
        (TextKind::Wechat, "wechat"),
        (TextKind::Qq, "qq"),
        (TextKind::BirthDate, "birth-date"),
        (TextKind::Ip, "ip-address"),
        (TextKind::Imei, "imei"),
    ];
    CLASSES.into_iter().filter_map(|(kind, class)| {
        let cells = rates.with(kind);
        (cells > 0).then_some((class, cells))
    })
}

fn level_of(found: &ColumnClass) -> Level {
    match found.level {
        classify::Level::Sure => Level::Sure,
        classify::Level::Likely => Level::Likely,
        classify::Level::Unsure => Level::Unsure,
    }
}

fn unknown() -> Meaning {
    Meaning { personal: Answer::Unsure, sensitive: Answer::Unsure, standing: None }
}

fn not_personal() -> Meaning {
    Meaning { personal: Answer::No, sensitive: Answer::No, standing: None }
}

/// A class that may be another: what it says stays possible, and so does its opposite.
fn doubted(meaning: Meaning) -> Meaning {
    let doubt = |answer| if answer == Answer::No { Answer::No } else { Answer::Unsure };
    Meaning {
        personal: Answer::Unsure,
        sensitive: doubt(meaning.sensitive),
        standing: meaning.standing,
    }
}

/// What a class means on the day of an inventory; `None` when the rulebook has no such class.
#[must_use]
pub fn meaning(classes: &Classes, inventory: &Inventory, class: &str, on: Date) -> Option<Meaning> {
    let edition = inventory.scenario.as_ref().map(|scenario| scenario.edition.as_str());
    meaning_in(classes, class, &Setting { on, sector: None, edition, under_14: false })
}

fn meaning_of(setup: &Setup<'_>, class: &str) -> Option<Meaning> {
    let setting =
        Setting { on: setup.on, sector: setup.sector, edition: setup.edition, under_14: false };
    meaning_in(setup.classifier.classes(), class, &setting)
}

fn meaning_in(classes: &Classes, id: &str, setting: &Setting<'_>) -> Option<Meaning> {
    if id == OTHER {
        return Some(not_personal());
    }
    let class = classes.get(id)?;
    let standing = classes.standing(class, setting);
    let personal = if class.is_personal() { Answer::Yes } else { Answer::No };
    let sensitive = match standing.sensitive {
        Sensitive::Yes => Answer::Yes,
        // Not listed is ordinary as far as the standards go; the harm test stays with a person.
        Sensitive::No | Sensitive::NotListed => Answer::No,
        Sensitive::ByUse | Sensitive::Unknown => Answer::Unsure,
    };
    let sensitive = if personal == Answer::No { Answer::No } else { sensitive };
    let standing = (personal == Answer::Yes).then(|| standing_seen(class, &standing));
    Some(Meaning { personal, sensitive, standing })
}

fn standing_seen(class: &Class, standing: &Standing<'_>) -> StandingSeen {
    let regimes = standing
        .views
        .iter()
        .filter_map(|view| Some((view.regime.id.to_string(), view.sensitive?.as_str().to_owned())));
    StandingSeen {
        decided_by: standing.decided_by.map(|regime| regime.id.to_string()),
        regimes: regimes.collect::<BTreeMap<_, _>>(),
        disagree: standing.dissent().next().is_some(),
        grade: standing.grade.map(|floor| floor.grade),
        level: standing.levels().next().map(|(_, level)| level),
        category: class.leaf.as_deref().map(str::to_owned),
    }
}

/// Kinds of persons a row itself may be about; a guardian, a sender or a contact is someone else.
const OWNERS: [&str; 8] =
    ["applicant", "contractor", "customer", "driver", "employee", "patient", "student", "user"];

/// The kind of person that the row itself is about, as far as words say so: of those that can be,
/// the one that most columns name. A column that names nobody is about the same person.
fn owner(judged: &[Judged]) -> Option<&str> {
    let named = |owner: &str| {
        let of = |one: &&Judged| one.found.subject.as_deref() == Some(owner);
        judged.iter().filter(|one| one.meaning.personal != Answer::No).filter(of).count()
    };
    let counted = OWNERS.into_iter().map(|owner| (named(owner), std::cmp::Reverse(owner)));
    counted.max().filter(|(columns, _)| *columns > 0).map(|(_, owner)| owner.0)
}

/// The plan for the rows of a table that was judged.
#[must_use]
pub fn plan_of(judged: &[Judged]) -> TablePlan {
    let mut plan = TablePlan::default();
    // The subject of the row comes first, whether or not a column is about it.
    plan.subjects.push("".into());
    let owner = owner(judged);
    for one in judged {
        let class = one.class.as_ref().map_or("", ClassId::as_str);
        let free_text = class == FREE_TEXT;
        if one.meaning.personal == Answer::No && !free_text {
            continue;
        }
        let subject = one.found.subject.as_deref().filter(|subject| Some(*subject) != owner);
        let key = key_of(one);
        let column = ColumnPlan {
            subject: 0,
            personal: one.meaning.personal,
            sensitive: one.meaning.sensitive,
            key,
            age: age_of(class, key),
            free_text,
        };
        plan.put(&one.column.name, subject.unwrap_or(""), column);
    }
    plan
}

/// A hash of an identifier still tells persons apart; it cannot be compared with the identifier.
fn key_of(one: &Judged) -> Option<KeyKind> {
    let key = one.found.key?;
    Some(if one.found.flags.hashed { KeyKind::Account } else { key })
}

fn age_of(class: &str, key: Option<KeyKind>) -> Option<Age> {
    match (class, key) {
        (_, Some(KeyKind::ResidentId)) => Some(Age::ResidentId),
        ("birth-date", _) => Some(Age::Birth),
        ("age", _) => Some(Age::Years),
        _ => None,
    }
}

fn classes_of(
    setup: &Setup<'_>,
    table: &TableSeenAs<'_>,
    columns: &[&ColumnWork],
    seen: &[Observed],
    rows: u64,
) -> Vec<ColumnClass> {
    let texts: Vec<Vec<TextRate>> = columns
        .iter()
        .map(|one| {
            classes_in(&one.rates)
                .map(|(class, cells)| TextRate { class: ClassId::new(class), cells })
                .collect()
        })
        .collect();
    let columns = columns.iter().zip(seen).zip(&texts).map(|((one, observed), text)| {
        classify::ColumnSeen { column: &one.column, observed: (rows > 0).then_some(observed), text }
    });
    setup.classifier.classify(&classify::TableSeen {
        name: table.name,
        comment: table.comment,
        kind: table.kind,
        columns: columns.collect(),
    })
}
